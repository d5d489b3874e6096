"""The Examples page on the real stack: the virtual grid, the filters, a story, pins, and pinned images under a plan."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
IN_SIGHT = """() => [...document.querySelectorAll('.cell .thumbnail[data-index]')].filter((cell) => {
  const box = document.querySelector('#examples-grid').getBoundingClientRect(), own = cell.getBoundingClientRect();
  return own.bottom > box.top && own.top < box.bottom; }).map((cell) => Number(cell.dataset.index))"""


def opened(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector(".cell .thumbnail[data-index]")


def told(page: Page, index: int) -> None:
    """The story is of this image, and drawn."""
    expect(page.locator(".story-title")).to_have_text(f"Image {index}")
    page.wait_for_selector("#examples-story:not([data-waiting])", state="attached")


def test_one_grid_over_the_whole_list_with_few_cells(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page(height=700)
    asked: list[int] = []
    page.on("request", lambda r: asked.append(r.post_data_json["offset"]) if r.url.endswith("/samples") else None)
    opened(page, f"{dashboard_url}/examples?group=all&sort=index")
    expect(page.locator("#examples-count")).to_have_text("359 of 359")
    assert page.locator(".cell").count() < 120
    assert page.evaluate("document.querySelector('.virtual-inner').offsetHeight") > 5000
    assert set(asked) == {0}
    page.evaluate("document.querySelector('#examples-grid').scrollTop = 1e6")
    page.wait_for_function(f"({IN_SIGHT})().includes(358)")
    assert page.locator(".cell").count() < 120
    assert 240 in asked  # the last piece; what only flew past was not fetched
    page.wait_for_function("[...document.querySelectorAll('.cell img')].every((i) => i.complete && i.naturalWidth > 0)")
    headers = httpx2.get(f"{dashboard_url}{page.locator('.cell img').last.get_attribute('src')}").headers
    assert "max-age" in headers["cache-control"]


def test_the_grid_by_keyboard(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    opened(page, f"{dashboard_url}/examples?group=all&sort=index")
    told(page, 0)
    page.locator(".cell .thumbnail[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(page.locator(":focus")).to_have_attribute("data-index", "2")
    page.keyboard.press("Enter")
    told(page, 2)
    page.wait_for_url("**index=2**")
    page.keyboard.press("p")
    expect(page.locator(".cell .pin[aria-pressed=true]")).to_have_attribute("data-pin", "2")
    page.keyboard.press("End")
    expect(page.locator(":focus")).to_have_attribute("data-index", "358")
    page.keyboard.press("ArrowRight")  # there is no further one
    expect(page.locator(":focus")).to_have_attribute("data-index", "358")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    below = int(page.locator(":focus").get_attribute("data-position") or 0)
    assert below > 1
    assert page.locator(".cell .thumbnail[tabindex='0']").count() == 1


def test_an_image_opens_its_story_without_a_reload(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    opened(page, f"{dashboard_url}/examples?group=all&sort=index")
    told(page, 0)
    page.evaluate("window.kept = true")
    page.locator(".thumbnail[data-index='5']").click()
    told(page, 5)
    expect(page.locator(".thumbnail[aria-current=true]")).to_have_attribute("data-index", "5")
    assert page.evaluate("window.kept")
    assert "index=5" in page.url
    page.wait_for_function("iterscope.plot('examples-blocks').data[0].x.length === 9")
    box = page.locator("#examples-margin .nsewdrag").first.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(box["x"] + box["width"] / 2 + 2, box["y"] + box["height"] / 2)
    for graph in ("probabilities", "margin", "blocks"):  # the same block is marked in all three
        page.wait_for_selector(f".graph-box:has(#examples-{graph}) .overlay .mark.hover", state="attached")
    page.get_by_role("button", name="Random example").click()
    page.wait_for_function("!location.search.includes('index=5')")
    page.wait_for_function("document.querySelector('.thumbnail[aria-current=true]') !== null")
    page.reload()
    expect(page.locator(".story-title")).to_have_text(f"Image {re.findall('index=([0-9]+)', page.url)[0]}")


def test_filters_by_group_block_and_class(open_page: OpenPage, dashboard_url: str, backend_url: str) -> None:
    asked = {"checkpoint": "latest", "group": "corrected", "corrected_by": 8, "count": 1000, "wait": 60}
    wanted = httpx2.post(f"{backend_url}/probe/samples", json=asked, timeout=90).json()
    page = open_page()
    opened(page, f"{dashboard_url}/examples?group=all")
    expect(page.locator("#examples-by")).to_be_disabled()
    page.get_by_text("misclassified ·").click()
    page.wait_for_url("**group=misclassified**")
    expect(page.locator(".cell .caption.worse").first).to_be_visible()
    page.get_by_text("corrected ·").click()
    expect(page.locator("#examples-by")).to_be_enabled()
    page.locator("#examples-by").click()
    page.get_by_role("option", name=f"block 8 ({wanted['total']})").click()
    page.wait_for_url("**by=8**")
    expect(page.locator("#examples-count")).to_have_text(f"{wanted['total']} of 359")
    expect(page.locator("#examples-meaning")).to_contain_text("Corrected by block 8")
    if wanted["total"]:
        page.wait_for_selector(f".thumbnail[data-index='{wanted['items'][0]['index']}']")
    else:
        expect(page.locator(".nothing")).to_contain_text("No images in this group")
    page.goto(f"{dashboard_url}/examples?group=all&class=3&sort=-loss")
    page.wait_for_selector(".cell .thumbnail[data-index]")
    assert set(page.locator(".cell .label-name").all_inner_texts()) == {"3"}
    page.goto(f"{dashboard_url}/examples?group=nice&by=99&images=a.b")
    expect(page.locator(".notice")).to_have_count(3)


def test_cells_wait_as_grey_shapes_in_their_final_places(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    held: list[Route] = []
    page.route("**/samples", lambda route: held.append(route) if not held else route.continue_())
    page.goto(f"{dashboard_url}/examples?group=all&sort=index")
    expect(page.locator(".cell .thumbnail:not([data-index])").first).to_be_visible()
    places = "['.listing', '#examples-story', '#examples-margin'].map((s) => document.querySelector(s).getBoundingClientRect().y)"
    page.wait_for_function("iterscope.plot('examples-margin')")
    before = page.evaluate(places)
    held[0].continue_()
    told(page, 0)
    assert page.evaluate(places) == before


def test_pins_are_kept_shared_and_watched_under_a_plan(
    open_page: OpenPage, dashboard_url: str, backend_url: str
) -> None:
    page = open_page(height=1500)
    opened(page, f"{dashboard_url}/examples?group=all&sort=index&images=3.17")
    expect(page.locator(".pin-thumbnail")).to_have_count(2)
    page.locator(".thumbnail[data-index='5']").click()
    told(page, 5)
    page.get_by_role("button", name="Pin", exact=True).click()
    page.wait_for_url("**images=3.17.5**")
    expect(page.locator(".story [data-pin]")).to_have_text("Pinned")
    page.get_by_role("link", name="Open in Interventions").click()
    cards = page.locator(".pinned-card")
    expect(cards).to_have_count(3)  # from the browser's own memory
    page.wait_for_url("**images=3.17.5**")
    page.goto(f"{dashboard_url}/interventions?plan=1..8&images=3.17")
    expect(cards).to_have_count(2)
    body = {"checkpoint": "latest", "indices": [3, 17], "plans": [None, "1..8"], "wait": 60}
    answer: dict[str, Any] = httpx2.post(f"{backend_url}/probe/predictions", json=body, timeout=90).json()
    for i in range(2):
        shares = [f"{100 * plan['label_probability'][i]:.1f}\u00a0%" for plan in answer["plans"]]
        expect(cards.nth(i).locator(".pinned-share")).to_have_text(shares)
        names = [answer["class_names"][plan["prediction"][i]] for plan in answer["plans"]]
        expect(cards.nth(i).locator(".pinned-said")).to_have_text([re.compile(rf"^{name} ") for name in names])
    before = cards.locator(".pinned-share").all_inner_texts()
    page.locator("#interventions-plan-text").fill("0..7")
    page.wait_for_function(
        "(before) => [...document.querySelectorAll('.pinned-share')].map((s) => s.innerText).join() !== before",
        arg=",".join(before),
    )
    page.get_by_role("button", name="Unpin image 3").click()
    expect(cards).to_have_count(1)
    page.get_by_role("button", name="Unpin all").click()
    expect(page.locator("#pinned-body")).to_contain_text("No images are pinned")
    page.wait_for_function("!location.search.includes('images=')")


def test_an_image_that_is_not_there_is_named_and_the_first_is_shown(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.goto(f"{dashboard_url}/examples?index=99999")
    expect(page.locator(".mantine-Notification-description")).to_contain_text("image 99999 is out of range")
    expect(page.locator(".story-title")).to_have_text(re.compile(r"Image \d{1,3}$"))
    page.wait_for_function("Number(new URLSearchParams(location.search).get('index')) < 400")
