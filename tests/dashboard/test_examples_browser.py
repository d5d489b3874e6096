"""The Examples page on the real stack: the virtual grid, the filters, a story and its journey, pins, a plan's answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Locator, Page, Request, expect

from tests.dashboard.looks import Hold, until

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
Json = dict[str, Any]
IN_SIGHT = """grid => [...grid.querySelectorAll('.thumbnail[data-index]')].filter((cell) => {
  const box = grid.getBoundingClientRect(), own = cell.getBoundingClientRect();
  return own.bottom > box.top && own.top < box.bottom; }).map((cell) => Number(cell.dataset.index))"""
GROUPS = ("borderline", "corrected", "overthought", "misclassified", "settled-late", "spoiled", "all")


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    page.wait_for_selector(".cell .thumbnail[data-index]")
    return page


def told(page: Page, index: int) -> None:
    """The story is of this image, and there."""
    expect(page.locator(".story-title")).to_have_text(f"Image {index}")
    expect(page.locator(".story")).not_to_have_attribute("data-stale", "")


def shown(page: Page) -> int:
    """The image whose story is told."""
    expect(page.locator(".story")).not_to_have_attribute("data-stale", "")
    return int(page.locator(".story-title").inner_text().removeprefix("Image "))


def measured(backend: str, probe: str, **body: Any) -> Json:
    """The backend's own answer."""
    asked = {"checkpoint": "latest", "split": "validation", "wait": 60, **body}
    answer = httpx2.post(f"{backend}/probe/{probe}", json=asked, timeout=90)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def choose_group(page: Page, name: str) -> None:
    page.locator(".group-choice label").filter(has_text=name).click()


def pins(page: Page) -> Locator:
    return page.locator(".pin-bar .pinned")


def pin(page: Page, index: int) -> None:
    page.locator(f".pin[data-pin='{index}']").dispatch_event("click")  # tabs behind others draw too slowly for a mouse


def percent(share: float, digits: int = 0) -> str:
    return f"{100 * share:.{digits}f}\u00a0%"


def test_one_grid_over_the_whole_list_with_few_cells(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page(height=700)
    asked: list[int] = []

    def listen(request: Request) -> None:
        if request.url.endswith("/samples"):
            asked.append((request.post_data_json or {})["offset"])

    page.on("request", listen)
    opened(page, f"{dashboard_url}/examples?group=all&sort=index")
    expect(page.locator(".list-count")).to_have_text("359 of 359")
    cells = page.locator(".cell")
    assert cells.count() < 120
    assert page.locator(".virtual-inner").evaluate("inner => inner.offsetHeight") > 5000
    assert set(asked) == {0}
    grid = page.locator(".virtual-grid")
    grid.evaluate("grid => { grid.scrollTop = 1e6; }")
    until(page, lambda: 358 in grid.evaluate(IN_SIGHT))
    assert cells.count() < 120
    assert set(asked) == {0, 240}  # the last piece; what only flew past was not fetched
    images = page.locator(".cell img")
    until(page, lambda: images.evaluate_all("all => all.every((one) => one.complete && one.naturalWidth > 0)"))
    headers = httpx2.get(f"{dashboard_url}{images.last.get_attribute('src')}", timeout=60).headers
    assert "max-age" in headers["cache-control"]


def test_the_grid_by_keyboard(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(), f"{dashboard_url}/examples?group=all&sort=index")
    first = shown(page)  # the image that the page has chosen
    focused = page.locator(".thumbnail:focus")
    page.locator(".cell .thumbnail[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(focused).to_have_attribute("data-index", "2")
    told(page, first)  # an arrow moves in the grid, and does nothing else
    expect(page.locator(".journey-said").first).to_contain_text("After block 8, the output")
    page.keyboard.press("Enter")
    told(page, 2)
    page.wait_for_url("**index=2**")
    page.keyboard.press("p")
    expect(page.locator(".cell .pin[aria-pressed=true]")).to_have_attribute("data-pin", "2")
    page.keyboard.press("End")
    expect(focused).to_have_attribute("data-index", "358")
    page.keyboard.press("ArrowRight")  # there is no further one
    expect(focused).to_have_attribute("data-index", "358")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    below = int(focused.get_attribute("data-position") or 0)
    assert below > 1
    assert page.locator(".cell .thumbnail[tabindex='0']").count() == 1


def test_an_image_opens_its_story_without_a_reload(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(height=1500), f"{dashboard_url}/examples?group=all&sort=index")
    shown(page)  # an image that the page has chosen
    page.evaluate("window.kept = true")
    page.locator(".thumbnail[data-index='5']").click()
    told(page, 5)
    expect(page.locator(".thumbnail[aria-current=true]")).to_have_attribute("data-index", "5")
    page.wait_for_url("**index=5**")
    box = page.locator("#examples-margin .plot").bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    for name, charts in {"probabilities": 1, "margin": 1, "blocks": 2}.items():  # the same block is marked in all
        expect(page.locator(f"#examples-{name} .mark.hover")).to_have_count(charts)
        expect(page.locator(f"#examples-{name} .panel-readout")).to_contain_text("block 7: ")
    expect(page.locator(".net-block[data-mark=hover]")).to_have_text("7")
    expect(page.locator(".journey-said").first).to_contain_text("After block 7:")
    page.mouse.move(5, 5)
    expect(page.locator(".mark.hover")).to_have_count(0)
    page.evaluate("Math.random = () => 0.9")
    page.get_by_role("button", name="Random example").click()  # one that is not fetched yet
    told(page, 323)
    expect(page.locator(".thumbnail[aria-current=true]")).to_have_attribute("data-index", "323")
    page.wait_for_url("**index=323**")
    assert page.evaluate("window.kept")
    page.reload()
    told(page, 323)


def test_groups_and_their_counts_are_what_is_written_beside_them(
    open_page: OpenPage, dashboard_url: str, backend_url: str
) -> None:
    run = httpx2.get(f"{backend_url}/runs", timeout=60).json()["runs"][-1]["id"]
    checkpoint = httpx2.get(f"{backend_url}/checkpoints?run={run}", timeout=60).json()["checkpoints"][0]["id"]
    samples = {"checkpoint": checkpoint, "limit": 500, "count": 1000}
    page = opened(open_page(), f"{dashboard_url}/examples?run={run}&group=all")
    answer = measured(backend_url, "samples", **samples)
    counted = {group: f" · {count}" for group, count in answer["counts"].items()}  # not those that need a fit
    labels = [group.capitalize().replace("-", " ") + counted.get(group, "") for group in GROUPS]
    expect(page.locator(".group-choice label")).to_have_text(labels)
    by = page.get_by_label("corrected by")
    expect(by).to_be_disabled()
    count, meaning = page.locator(".list-count"), page.locator(".list-meaning")
    choose_group(page, "Misclassified")
    expect(count).to_have_text(f"{answer['counts']['misclassified']} of 359")
    expect(meaning).to_have_text("Misclassified: wrong at the output.")
    expect(page.locator(".cell-said.wrong").first).to_be_visible()
    expect(page.locator(".cell-said.right")).to_have_count(0)

    choose_group(page, "Corrected")
    page.wait_for_url("**group=corrected**")
    corrected = answer["counts"]["corrected"]
    expect(count).to_have_text(f"{corrected} of 359")
    expect(meaning).to_have_text("Corrected: wrong after block 6, right at the output.")
    rows = {row["block"]: row["count"] for row in answer["corrected_by"]}
    options = [f"wrong after block 6 · {corrected}", f"block 7 · {rows[7]}", f"block 8 · {rows[8]}"]
    expect(by.locator("option")).to_have_text(options)
    words = {
        7: "Corrected by block 7: wrong after block 6, right after block 7 and every later one.",
        8: "Corrected by block 8: wrong after block 7, right after block 8, the last one.",
    }
    settled = {7: "Right from block 7 on.", 8: "Right only after the last block, 8."}
    for block in (7, 8):
        by.select_option(str(block))
        page.wait_for_url(f"**by={block}**")
        listed = measured(backend_url, "samples", **samples, group="corrected", corrected_by=block)
        assert listed["total"] == rows[block]
        expect(count).to_have_text(f"{rows[block]} of 359")
        expect(meaning).to_have_text(words[block])
        expect(by.locator("option")).to_have_text(options)  # whichever is chosen
        if not rows[block]:
            expect(page.locator(".no-images-title")).to_have_text("No images in this group")
            continue
        told(page, listed["items"][0]["index"])
        expect(page.locator(".story-head .hint")).to_have_text(settled[block])
        exits = measured(backend_url, "sample", checkpoint=checkpoint, index=listed["items"][0]["index"])
        right = [row.index(max(row)) == exits["label"] for row in exits["exits"]["probabilities"]]
        assert right == [block != 7, block == 7, True] or right == [False, block == 7, True]

    choose_group(page, "All")
    page.get_by_label("class", exact=True).select_option("3")
    listed = measured(backend_url, "samples", **samples, **{"class": 3})
    expect(count).to_have_text(f"{listed['counts']['all']} of 359")
    expect(meaning).to_have_text("All images that were measured. Only images labelled “3”.")
    until(page, lambda: set(page.locator(".cell-label").all_inner_texts()) == {"3"})
    page.get_by_label("Images", exact=True).select_option("train")
    train = measured(backend_url, "samples", **samples, split="train", **{"class": 3})
    expect(count).to_have_text(f"{train['counts']['all']} of 500")  # a sample, which is said
    expect(page.get_by_label("Number of images").locator("option:checked")).to_have_text("sample of 500")


def test_the_story_belongs_to_the_group_and_the_predicted_class_is_among_the_probabilities(
    open_page: OpenPage, dashboard_url: str, backend_url: str
) -> None:
    late = measured(backend_url, "samples", group="overthought", count=1000)["items"]
    members = {item["index"] for item in late}
    outside = next(index for index in range(359) if index not in members)
    page = opened(open_page(), f"{dashboard_url}/examples?group=all&sort=index&index={outside}")
    told(page, outside)
    choose_group(page, "Overthought")
    another = re.compile(rf"index=(?!{outside}\b)\d")  # until its list is there, the address has no image
    page.wait_for_url(lambda url: "group=overthought" in url and another.search(url) is not None)
    first = shown(page)
    assert first in members
    expect(page.locator(".story-head .hint")).not_to_contain_text("It is not in the group")
    choose_group(page, "Misclassified")  # it is one of these too: it stays
    page.wait_for_url("**group=misclassified**")
    expect(page.locator(".virtual-grid")).not_to_have_attribute("data-stale", "")
    told(page, first)
    opened(page, f"{dashboard_url}/examples?group=overthought&index={outside}")
    told(page, outside)  # a link's image is told all the same
    expect(page.locator(".story-head .hint")).to_contain_text("It is not in the group listed here.")

    opened(page, f"{dashboard_url}/examples?group=misclassified&sort=-loss")
    for item in measured(backend_url, "samples", group="misclassified", sort="loss", descending=True, count=4)["items"]:
        page.locator(f".thumbnail[data-index='{item['index']}']").click()
        told(page, item["index"])
        prediction = str(item["prediction"])
        expect(page.locator(".story-head b").nth(1)).to_have_text(prediction)
        expect(page.locator(".bar[data-answer] .bar-name")).to_have_text(prediction)
        names = page.locator("#examples-probabilities .legend-entry").all_inner_texts()
        assert prediction in names
        assert f"{item['label']} (label)" in names


def test_an_image_is_followed_through_the_network(open_page: OpenPage, dashboard_url: str, backend_url: str) -> None:
    items = measured(backend_url, "samples", group="corrected", limit=500, count=120)["items"]
    turns = [item["corrected_by"] or -1 for item in items]
    index = items[turns.index(max(turns))]["index"]
    story = measured(backend_url, "sample", index=index)
    page = opened(open_page(), f"{dashboard_url}/examples?group=corrected")
    told(page, index)  # one whose answer turns late
    said = page.locator(".journey-said").first
    traveller = page.locator(".traveller")

    def says(block: int) -> None:
        row = story["exits"]["probabilities"][block - 6]
        answer = row.index(max(row))
        expect(said).to_contain_text(f"After block {block}")
        expect(said).to_contain_text(f"{story['class_names'][answer]} with {percent(max(row))}")
        expect(said).to_contain_text("right" if answer == story["label"] else "wrong")
        expect(page.locator(".bar[data-answer] .bar-share").first).to_have_text(percent(max(row)))

    def place() -> float:
        return float(traveller.evaluate("picture => parseFloat(picture.style.translate)"))

    says(8)
    end = place()
    page.keyboard.press("ArrowLeft")
    says(7)
    assert place() < end
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")  # the head reads from block 6 on
    says(6)
    expect(page.locator("#examples-probabilities .mark.pick")).to_have_count(1)
    page.keyboard.press("Escape")
    says(8)
    page.keyboard.press("Space")
    says(6)  # from the last block, it begins at the first
    button = page.locator(".play")
    expect(button).to_have_attribute("aria-label", "Pause")
    says(7)
    page.keyboard.press("Space")
    expect(button).to_have_attribute("aria-label", "Play through the last stage")
    button.click()
    says(8)
    expect(button).to_have_attribute("aria-label", "Play through the last stage")  # it ends there
    assert place() == end

    page.locator(".net [data-block='8']").focus()
    for block in (7, 6, 5):  # in the strip, an arrow moves along it
        page.keyboard.press("ArrowLeft")
        expect(page.locator(".net-block[data-mark=pick]")).to_have_text(str(block))
        expect(page.locator(f".net [data-block='{block}']")).to_be_focused()
    expect(said).to_contain_text("Block 5: cosine loss ")
    expect(said).to_contain_text("The head can be applied only from block 6 on.")
    page.emulate_media(reduced_motion="reduce")
    page.locator(".net [data-block='8']").click()
    expect(button).to_have_attribute("aria-label", "Next block")
    button.click()
    says(6)
    button.click()
    says(7)
    page.keyboard.press("p")
    expect(pins(page)).to_have_count(1)


def test_what_waits_keeps_its_place_and_an_old_story_is_dimmed(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    hold = Hold(page, "**/api/probe/samples")
    page.goto(f"{dashboard_url}/examples?group=all&sort=index")
    expect(page.locator(".cell .thumbnail:not([data-index])").first).to_be_visible()
    parts = (".filters", ".listing", ".virtual-grid", ".cell")
    before = [page.locator(part).first.bounding_box() for part in parts]
    hold.let_go()
    chosen = shown(page)
    assert [page.locator(part).first.bounding_box() for part in parts] == before

    hold = Hold(page, "**/api/probe/sample")
    page.locator(".thumbnail[data-index='5']").click()
    story = page.locator(".story")
    expect(story).to_have_attribute("data-stale", "")
    expect(story).to_have_css("opacity", "0.45")
    expect(page.locator(".story-title")).to_have_text(f"Image {chosen}")
    page.locator(".thumbnail[data-index='7']").click()
    until(page, lambda: len(hold.held) == 2)
    first, last = hold.held
    hold.held.clear()
    last.continue_()
    told(page, 7)
    first.continue_()  # a late answer changes nothing
    page.locator(".thumbnail[data-index='5']").hover()
    told(page, 7)
    hold.let_go()


def test_pins_belong_to_a_split_and_nobody_overwrites_anothers(open_page: OpenPage, dashboard_url: str) -> None:
    address = f"{dashboard_url}/examples?group=all&sort=index"
    one, other = opened(open_page(), address), opened(open_page(), address)
    one.evaluate("localStorage.setItem('iterscope.pins.cifar10.validation', '[11, 12]')")  # of another data set
    pin(one, 3)
    one.wait_for_url("**images=3**")
    pin(other, 5)  # opened before the first pin was there
    expect(pins(other)).to_have_count(2)
    pin(one, 4)

    link = opened(other, f"{address}&images=8.9")
    expect(pins(link)).to_have_count(2)
    pin(link, 10)
    link.wait_for_url("**images=8.9.10**")
    expect(pins(link)).to_have_count(3)
    opened(link, address)  # one's own, and what was added to a link's
    labels = [f"Pinned image {index}: tell its story" for index in (3, 5, 4, 10)]
    until(link, lambda: [each.get_attribute("aria-label") for each in pins(link).all()] == labels)
    pins(link).nth(1).click()
    told(link, 5)

    link.get_by_label("Images", exact=True).select_option("train")
    expect(pins(link)).to_have_count(0)
    link.wait_for_url("**split=train**")
    tab = link.locator("#navigation a").filter(has_text="Interventions")
    expect(tab).to_have_attribute("href", re.compile("split=train"))
    expect(tab).not_to_have_attribute("href", re.compile("images="))  # those of the other split
    expect(link.locator(".virtual-grid")).to_have_attribute(
        "aria-busy", "false"
    )  # images of another list can't be pinned
    pin(link, int(link.locator(".thumbnail[data-index]").first.get_attribute("data-index") or 0))
    expect(pins(link)).to_have_count(1)
    link.get_by_label("Images", exact=True).select_option("validation")
    expect(pins(link)).to_have_count(4)
    link.get_by_role("button", name="Unpin all").click()
    expect(pins(link)).to_have_count(0)
    opened(link, address)
    expect(pins(link)).to_have_count(0)
    expect(link.locator(".pin-bar")).to_contain_text("Pin images to follow them in Interventions.")


def test_what_is_not_there_is_said_and_nothing_fails(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.goto(f"{dashboard_url}/examples?index=99999&group=nice&by=99&class=12&images=a.b")
    notices = page.locator(".notice")
    expect(notices).to_have_count(4)
    found = " ".join(notices.all_inner_texts())
    for part in (
        "index “99999”: the validation images of digits are 0 to 358. Showing an image of the list instead.",
        "group “nice” is not one of",
        "class “12”: the classes are 0 to 9",
        "images “a.b” is not a list",
    ):
        assert part in found
    assert shown(page) < 359
    many = ".".join(str(index) for index in (3, 359, *range(100, 124)))
    opened(page, f"{dashboard_url}/examples?group=corrected&by=3&images={many}")
    expect(notices).to_have_count(3)
    found = " ".join(notices.all_inner_texts())
    assert "by “3”: images can be corrected by blocks 7 to 8. Showing all corrected images instead." in found
    assert "of 26 pinned images, the first 24 are shown" in found
    assert "images “359”: the validation images of digits are 0 to 358." in found
    expect(pins(page)).to_have_count(23)
    until(page, lambda: pins(page).locator("img").evaluate_all("all => all.every((one) => one.naturalWidth > 0)"))


def test_a_press_on_a_link_counts_when_its_picture_comes_meanwhile(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    data = Hold(page, "**/api/datasets")
    page.goto(f"{dashboard_url}/interventions?images=3")
    link = page.locator(".pinned-card a")
    link.locator(".no-picture").wait_for()
    link.hover()
    page.mouse.down()
    data.let_go()
    link.locator("img").wait_for()
    page.mouse.up()
    page.wait_for_url("**/examples?**index=3**", timeout=15_000)


def test_a_plan_goes_with_an_image_from_page_to_page(open_page: OpenPage, dashboard_url: str, backend_url: str) -> None:
    plans = ["0 2..8", "1..8", "0..8 8@-2", "0..8 8@-5", "0..7"]
    answers = measured(backend_url, "predictions", indices=list(range(40)), plans=plans)["plans"]

    def told_classes(index: int) -> set[int]:
        story = measured(backend_url, "sample", index=index)
        rows = story["exits"]["probabilities"]
        others = sorted(range(10), key=lambda k: -max(row[k] for row in rows))
        return {story["label"], story["prediction"], *others[:3]}

    # an image and a plan whose answer is none of the likeliest classes, where there is one
    index, plan, by_plan = next(
        (
            (i, plan, answer)
            for i in range(40)
            for plan, answer in zip(plans, answers, strict=True)
            if answer["prediction"][i] not in told_classes(i)
        ),
        (3, plans[0], answers[0]),
    )
    prediction, confidence = by_plan["prediction"][index], by_plan["confidence"][index]
    page = open_page(height=1500)
    page.goto(f"{dashboard_url}/interventions?plan={plan.replace(' ', '+')}&images={index}")
    page.locator(".pinned-card a").click()
    page.wait_for_url(lambda url: "/examples?" in url and f"plan={plan.replace(' ', '+')}" in url)
    told(page, index)
    with_plan = page.locator(".journey-said.with-plan")
    expect(with_plan).to_contain_text(f"With the plan: {prediction} with {percent(confidence)}")
    bar = page.locator(".bar").filter(has=page.get_by_text(re.compile(rf"^{prediction}( \(label\))?$")))
    expect(bar).to_have_count(1)  # what the plan answers is among the probabilities
    expect(bar.locator(".bar-share.with-plan")).to_have_text(percent(confidence))
    expect(page.locator(".bar")).to_have_count(6)  # five classes, and all others
    expect(page.locator(".bar .bar-share")).to_have_count(2 * 6)  # untouched, with the plan
    expect(page.locator("#examples-probabilities .panel-legend")).to_contain_text("label, with the plan")
    page.get_by_role("link", name="Open in Interventions").click()
    page.wait_for_url("**/interventions?**")
    expect(page.locator("#interventions-plan-text")).to_have_value(plan)
    cards = page.locator(".pinned-card")
    expect(cards).to_have_count(1)
    shares = [percent(by_plan["label_probability"][index], 1)]
    expect(cards.locator(".pinned-share").last).to_have_text(shares[0])
    expect(page.locator(".changed-image").first).to_have_attribute(
        "href", re.compile(re.escape(plan.replace(" ", "+")))
    )
    page.locator("#interventions-plan-text").fill("0..8")
    page.locator("#interventions-plan-text").press("Enter")
    sides = cards.locator(".pinned-share")
    until(page, lambda: len(set(sides.all_inner_texts())) == 1)  # the untouched network, twice
    page.get_by_role("button", name=f"Unpin image {index}").click()
    expect(cards).to_have_count(0)
    page.wait_for_url(lambda url: "images=" not in url)
    page.get_by_role("link", name="Examples page").click()
    page.wait_for_url("**/examples?**")
    assert "plan=" not in page.url
    expect(page.locator(".story-title")).to_be_visible()
    expect(with_plan).to_have_count(0)


def depth_text(depth: int) -> str:
    """Of nine blocks: L + 1 and L + 2 are codes."""
    return {10: "output", 11: "never"}.get(depth, str(depth))


def test_depth_and_probes_come_to_the_cards_and_the_story_when_they_are_wanted(
    open_page: OpenPage, dashboard_url: str, backend_url: str
) -> None:
    run = httpx2.get(f"{backend_url}/runs", timeout=60).json()["runs"][-1]["id"]
    checkpoint = httpx2.get(f"{backend_url}/checkpoints?run={run}", timeout=60).json()["checkpoints"][0]["id"]
    page = opened(open_page(), f"{dashboard_url}/examples?run={run}&group=all&sort=index")
    expect(page.locator("#examples-ledger svg").first).to_be_visible()
    expect(page.locator("#examples-probes")).to_have_count(0)
    assert " · d " not in page.locator(".cell-margin").first.inner_text()
    page.get_by_role("button", name="Depth and probes").click()
    expect(page.locator(".cell-margin").first).to_contain_text(" · d ", timeout=60_000)
    answer = measured(backend_url, "samples", checkpoint=checkpoint, depth=True, sort="index", count=20)
    for item in answer["items"][:3]:
        card = page.locator(f".thumbnail[data-index='{item['index']}']")
        expect(card.locator(".cell-margin")).to_contain_text(f" · d {depth_text(item['depth'])}")
    assert not page.locator(".cell-margin").evaluate_all(
        "all => all.filter((one) => one.scrollWidth > one.clientWidth).length"
    )
    expect(page.locator("#examples-probes svg").first).to_be_visible(timeout=30_000)
    told_depth = measured(backend_url, "sample", checkpoint=checkpoint, index=shown(page), depth=True)["probes"][
        "depth"
    ]
    expect(page.locator(".story-head")).to_contain_text(f"Prediction depth {depth_text(told_depth)}:")
    page.locator(".journey .net-block[data-block='0']").click()
    expect(page.locator(".journey-said").first).to_contain_text("A linear probe there: ")
    page.wait_for_url("**depth=1**")

    choose_group(page, "Spoiled")
    spoiled = measured(backend_url, "samples", checkpoint=checkpoint, group="spoiled", count=1000)
    expect(page.locator(".list-count")).to_have_text(f"{spoiled['total']} of 359")
    rows = {row["block"]: row["count"] for row in spoiled["spoiled_by"]}
    busiest = max(rows, key=lambda block: rows[block])
    page.get_by_label("spoiled by", exact=True).select_option(str(busiest))
    expect(page.locator(".list-count")).to_have_text(f"{rows[busiest]} of 359")
    page.get_by_label("order", exact=True).select_option("-confusion")
    order = {"checkpoint": checkpoint, "sort": "confusion", "descending": True}
    first = measured(backend_url, "samples", group="spoiled", spoiled_by=busiest, **order)["items"][0]["index"]
    expect(page.locator(".thumbnail[data-position='0']")).to_have_attribute("data-index", str(first))
    page.get_by_role("button", name="Depth and probes").click()  # back to what needs no fit
    expect(page.locator(".group-choice label[data-on]")).to_contain_text("Borderline")
    expect(page.locator("#examples-probes")).to_have_count(0)
