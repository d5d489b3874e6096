"""The Interventions page in a real browser: its strip, its plan, its work and its comparison."""

from __future__ import annotations

import re
import shutil
import socket
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Request, Response, Route, expect

from tests.dashboard.conftest import serving, train_and_measure
from tests.dashboard.looks import Hold, until, wait_until_still
from tests.stores import made_once

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
Json = dict[str, Any]
MEASURED = re.compile(r"Measured in|cached")
READY = "#interventions-results[data-state=ready]"
SLOW = "0..8 8@0.01x600"  # takes many seconds even on a small network
DIMMED = "0.45"
RESULTS = ("outcome", "groups", "cosine", "ratio", "changed")
"""The panels of a plan's measurement."""


@pytest.fixture
def visit(open_page: OpenPage, dashboard_url: str) -> Callable[..., Page]:
    """The page at an address, with its first results."""

    def go(query: str = "plan=0..8", **window: Any) -> Page:
        page = open_page(**window)
        page.goto(f"{dashboard_url}/interventions?{query}")
        page.wait_for_selector(READY)
        return page

    return go


def plan_is(page: Page, text: str) -> None:
    expect(page.locator("#interventions-plan-text")).to_have_value(text)


def centre(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pull(page: Page, start: tuple[float, float], stop: tuple[float, float]) -> None:
    """A drag that is not ended yet."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + stop[0]) / 2, (start[1] + stop[1]) / 2)
    page.mouse.move(*stop)


def drag(page: Page, start: tuple[float, float], stop: tuple[float, float]) -> None:
    pull(page, start, stop)
    page.mouse.up()


def write_plan(page: Page, text: str) -> None:
    field = page.locator("#interventions-plan-text")
    field.fill(text)
    field.press("Enter")


def block(number: int, nth: int = 0) -> str:
    return f"[data-key='{number}.{nth}'] .tile-body"


def toggle(page: Page, number: int) -> None:
    page.locator(f"[data-toggle='{number}']").first.click()


def undo(page: Page) -> Locator:
    return page.get_by_role("button", name="Undo")


def percent(share: float) -> str:
    return f"{100 * share:.1f}\u00a0%"


def asked(page: Page, probe: str) -> list[Json]:
    """The questions of one measurement, as the page asks them from now on."""
    found: list[Json] = []

    def listen(request: Request) -> None:
        if request.url.endswith(f"/api/probe/{probe}"):
            found.append(request.post_data_json or {})

    page.on("request", listen)
    return found


def jobs_of(page: Page, *probes: str) -> list[tuple[str, str]]:
    """(measurement, job) of what the page has to wait for, from now on."""
    found: list[tuple[str, str]] = []

    def listen(response: Response) -> None:
        probe = response.url.rpartition("/api/probe/")[2]
        if probe in probes and response.status == 202:
            found.append((probe, response.json()["id"]))

    page.on("response", listen)
    return found


def state_of(backend: str, job: str) -> str:
    return str(httpx2.get(f"{backend}/jobs/{job}", timeout=60).json()["state"])


def measured(backend: str, probe: str, **body: Any) -> Json:
    """The backend's own answer."""
    asked = {"checkpoint": "latest", "split": "validation", "wait": 60, **body}
    answer = httpx2.post(f"{backend}/probe/{probe}", json=asked, timeout=90)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def test_a_number_drops_its_block_and_undo_goes_on_when_the_address_was_written(visit: Callable[..., Page]) -> None:
    page = visit("")
    plan_is(page, "0..8")  # a first visit shows the untouched network
    expect(page.locator(".headline .delta")).to_have_text("±0.0")
    expect(page.locator("#interventions-unroll-panel")).to_have_count(0)
    expect(undo(page)).to_be_disabled()
    toggle(page, 1)
    plan_is(page, "0 2..8")
    expect(page.locator("[data-toggle='1']")).to_have_attribute("aria-pressed", "true")
    page.wait_for_url("**plan=0+2..8**")
    page.wait_for_selector(READY)
    expect(page.locator("#interventions-status")).to_have_text(MEASURED)
    toggle(page, 3)  # a projection: its shortcut stays
    plan_is(page, "0 2 3@0 4..8")
    page.wait_for_url("**plan=0+2+3@0+4..8**")
    undo(page).click()
    plan_is(page, "0 2..8")
    page.wait_for_url(re.compile(r"plan=0\+2\.\.8(&|$)"))
    page.keyboard.press("Control+z")
    plan_is(page, "0..8")
    expect(undo(page)).to_be_disabled()
    page.wait_for_url(lambda url: "plan=" not in url)
    page.keyboard.press("Control+Shift+z")
    page.get_by_role("button", name="Redo").click()
    plan_is(page, "0 2 3@0 4..8")
    page.wait_for_url("**plan=0+2+3@0+4..8**")
    page.reload()
    page.wait_for_selector(READY)
    plan_is(page, "0 2 3@0 4..8")
    page.get_by_role("button", name="Untouched").click()
    plan_is(page, "0..8")


def test_dragging_swaps_repeats_scales_and_brushes(visit: Callable[..., Page]) -> None:
    page = visit()
    drag(page, centre(page, block(1)), centre(page, block(2)))
    plan_is(page, "0 2 1 3..8")
    expect(page.locator("[data-key='1.0']")).to_have_class(re.compile("moved"))
    undo(page).click()
    plan_is(page, "0..8")

    page.locator(block(8)).click()
    x, y = centre(page, "[data-key='8.0'] .tile-grip")
    drag(page, (x, y), (x, y - 28))
    plan_is(page, "0..7 8x5")
    x, y = centre(page, "[data-key='8.0'] .tile-grip")
    drag(page, (x, y), (x - 60, y))
    plan_is(page, "0..7 8@0.5x5")
    expect(page.locator("[data-key='8.0'] .tile-badge")).to_have_text("×5α 0.5")
    page.keyboard.press("Control+z")
    page.keyboard.press("Control+z")  # each drag is one step back
    plan_is(page, "0..8")

    left, right = (page.locator(block(n)).bounding_box() for n in (4, 6))
    assert left
    assert right
    top = left["y"] - 24  # above the bars
    drag(page, (left["x"] + 2, top), (right["x"] + right["width"] - 2, left["y"] + 10))
    plan_is(page, "0..3 6@0 7..8")
    expect(page.locator(".tile.selected")).to_have_count(3)
    page.locator(block(5)).focus()
    page.keyboard.press("d")  # what was brushed is still selected
    plan_is(page, "0..8")


def test_what_cant_be_done_is_said_where_it_is_tried_and_nothing_moves(visit: Callable[..., Page]) -> None:
    page = visit(height=600)
    expect(page.locator("#interventions-status")).to_have_text(MEASURED)
    wait_until_still(page)
    plans = asked(page, "plan")
    said = page.locator("#interventions-said")
    kept = [".strip", ".plan-said", "#interventions-inspector", ".plan-line", "#interventions-outcome"]
    places = [page.locator(part).bounding_box() for part in kept]
    pull(page, centre(page, block(4)), centre(page, block(7)))  # before the button is let go
    expect(said).to_have_text(
        "Blocks 4 and 7 can’t be swapped: they are in stages 2 and 3, whose hidden states have different shapes."
    )
    expect(page.locator("[data-key='7.0']")).to_have_class(re.compile(r"\bno\b"))
    page.mouse.up()
    expect(said).to_contain_text("can’t be swapped")  # until something else is done
    plan_is(page, "0..8")
    assert [page.locator(part).bounding_box() for part in kept] == places
    assert page.evaluate("scrollY") == 0

    page.locator(block(5)).click()
    expect(said).to_be_empty()
    page.locator(block(5)).focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(said).to_contain_text("Blocks 5 and 6 can’t be swapped")
    page.locator(block(3)).click()
    x, y = centre(page, "[data-key='3.0'] .tile-grip")
    pull(page, (x, y), (x, y - 28))
    expect(said).to_have_text("Block 3 can’t be repeated: it begins stage 2 and changes the shape of the hidden state.")
    page.mouse.up()
    plan_is(page, "0..8")
    expect(undo(page)).to_be_disabled()
    page.locator(block(3)).focus()
    page.keyboard.press("Escape")
    expect(said).to_be_empty()
    assert plans == []
    assert "plan=" not in page.url


def test_everything_by_keyboard(visit: Callable[..., Page]) -> None:
    page = visit()
    page.locator(block(0)).focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(block(1))).to_be_focused()
    expect(page.locator(".inspector-title")).to_have_text("Block 1")
    page.keyboard.press("Alt+ArrowRight")
    plan_is(page, "0 2 1 3..8")
    expect(page.locator(block(1))).to_be_focused()
    page.keyboard.press("Alt+ArrowLeft")
    plan_is(page, "0..8")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("d")
    plan_is(page, "0 3..8")
    page.keyboard.press("Control+z")
    page.keyboard.press("End")
    page.keyboard.press("r")
    plan_is(page, "0..8 8@0.1x20")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("+")
    page.keyboard.press("]")
    plan_is(page, "0..8 8@0.15x21")
    page.keyboard.press("-")
    page.keyboard.press("[")
    page.keyboard.press("[")
    plan_is(page, "0..8 8@0.05x20")
    page.wait_for_selector("#interventions-unroll-panel[data-state=ready]")
    page.keyboard.press("Delete")
    plan_is(page, "0..8")
    expect(page.locator("#interventions-unroll-panel")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator(".inspector-title")).to_have_count(0)
    page.locator(block(2)).click()
    times = page.locator("[data-field='times']")
    times.fill("3")
    page.locator("[data-field='α']").fill("0.25")
    plan_is(page, "0..1 2@0.25x3 3..8")
    expect(page.locator("[data-field='α']")).to_be_focused()  # what is typed is not taken away


def test_the_plan_as_text(visit: Callable[..., Page]) -> None:
    page = visit()
    field = page.locator("#interventions-plan-text")
    error = page.locator("#interventions-plan-error")
    write_plan(page, "0..2 4..8 8@0.1x20")
    page.wait_for_url("**plan=0..2+4..8+8@0.1x20**")
    expect(page.locator("[data-key='8.1'] .tile-badge")).to_have_text("×20α 0.1")
    write_plan(page, "0..2 4.8")
    expect(error).to_have_text("“4.8” can’t be read: write 3, 0..26, 3@0.5 (scale) or 26@0.1x20 (repetition).")
    expect(field).to_have_attribute("aria-invalid", "true")
    plan_is(page, "0..2 4.8")  # nothing is lost
    assert "plan=0..2+4..8+8@0.1x20" in page.url
    write_plan(page, "0..8")
    expect(error).to_be_empty()
    page.keyboard.press("Control+z")  # still in the field, which has nothing of its own to undo
    plan_is(page, "0..2 4..8 8@0.1x20")

    write_plan(page, "0..8")
    page.wait_for_selector(READY)
    write_plan(page, "0..2 4 3 5..8")  # can be written, but not run: the shapes don't fit
    expect(page.locator("#interventions-error")).to_contain_text("block 4 can't run in the plan")
    expect(page.locator("#interventions-error").get_by_role("button")).to_have_count(0)  # it would fail again
    expect(page.locator("#interventions-status")).to_have_text("Failed.")
    expect(page.locator("#interventions-results")).to_have_attribute("data-state", "stale")
    expect(page.locator(".outcome-table")).to_be_visible()

    field.evaluate(
        """(field) => {
          const press = (key, held) =>
            field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...held }));
          field.focus();
          for (const text of ["0 2..8", "0..7"]) {
            field.value = text;
            field.dispatchEvent(new InputEvent("input", { bubbles: true }));
            press("Enter");
          }
          press("z", { ctrlKey: true });
        }"""
    )
    plan_is(page, "0 2..8")  # what is typed counts at once


def test_a_pinned_plan_is_what_others_are_compared_with(visit: Callable[..., Page]) -> None:
    page = visit("plan=0+2..8")
    dropped = page.locator(".headline-after").inner_text()
    page.get_by_role("button", name="Pin this plan").click()
    page.wait_for_url("**pin=0+2..8**")
    page.wait_for_selector(READY)
    expect(page.locator(".headline .delta")).to_have_text("±0.0")
    expect(page.locator("#interventions-changed .panel-count")).to_have_text("0 of 359 images")
    expect(page.locator("#interventions-words")).to_contain_text(
        "none of 359 predictions differs from the pinned plan’s"
    )
    toggle(page, 2)
    plan_is(page, "0 3..8")
    page.wait_for_selector(READY)
    expect(page.locator(".headline-before")).to_have_text(dropped)
    expect(page.locator("#interventions-outcome .panel-badge")).to_have_text("pinned plan → plan")
    expect(page.locator("#interventions-groups .legend-entry").first).to_have_text("pinned plan")
    page.locator(block(1)).hover()  # neither of both runs it
    expect(page.locator("#interventions-ratio .panel-readout")).to_have_text("block 1: not run, pinned not run")
    page.locator(block(2)).hover()
    expect(page.locator("#interventions-ratio .panel-readout")).to_have_text(
        re.compile(r"block 2: not run, pinned 0\.\d")
    )
    page.reload()
    page.wait_for_selector(READY)
    expect(page.locator("#interventions-against")).to_have_text("0 2..8")
    expect(page.locator(".headline-before")).to_have_text(dropped)
    page.get_by_role("button", name="Unpin", exact=True).click()
    expect(page.locator("#interventions-against")).to_have_text("the untouched network")
    page.wait_for_url(lambda url: "pin=" not in url)
    page.wait_for_selector(READY)
    expect(page.locator("#interventions-outcome .panel-badge")).to_have_text("untouched → plan")


def test_old_and_bad_links(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.goto(f"{dashboard_url}/interventions?drop=1.3&unroll=8x20@0.1")
    plan_is(page, "0 2 3@0 4..8 8@0.1x20")
    page.wait_for_url(lambda url: "drop=" not in url)
    many = ".".join(str(index) for index in (3, 359, *range(100, 124)))
    page.goto(f"{dashboard_url}/interventions?plan=0..9&pin=x&block=12&images={many}")
    page.wait_for_selector(READY)
    plan_is(page, "0..8")
    notices = page.locator(".notice")
    expect(notices).to_have_count(5)
    found = " ".join(notices.all_inner_texts())
    for part in (
        "“0..9” contains a block",
        "“x” can’t be read",
        "block “12”",
        "of 26 pinned images, the first 24 are shown",
        "images “359”: the validation images of digits are 0 to 358.",
    ):
        assert part in found
    cards = page.locator(".pinned-card")
    expect(cards).to_have_count(23)
    expect(cards.first.locator(".pinned-share")).to_have_count(2)  # what there is is measured


def test_work_is_cancelled_by_a_new_plan_and_by_the_reader(visit: Callable[..., Page], backend_url: str) -> None:
    page = visit()
    jobs = jobs_of(page, "plan")
    cancel = page.get_by_role("button", name="Cancel", exact=True)
    expect(cancel).to_be_disabled()
    write_plan(page, SLOW)
    expect(cancel).to_be_enabled()
    until(page, lambda: bool(jobs))
    assert state_of(backend_url, jobs[0][1]) in ("queued", "running")
    expect(page.locator("#interventions-results")).to_have_attribute("data-state", re.compile("stale|growing"))
    expect(page.locator(".outcome-table")).to_be_visible()  # the last results stay
    write_plan(page, "0..8")
    until(page, lambda: state_of(backend_url, jobs[0][1]) == "cancelled")
    page.wait_for_selector(READY)

    other = SLOW.replace("0.01", "0.02")
    write_plan(page, other)
    until(page, lambda: len(jobs) == 2)
    cancel.click()
    status = page.locator("#interventions-status")
    expect(status).to_have_text("Cancelled.")
    until(page, lambda: state_of(backend_url, jobs[1][1]) == "cancelled")
    plan_is(page, other)
    page.get_by_role("button", name="Run", exact=True).click()
    expect(status).to_contain_text("Running …")
    until(page, lambda: len(jobs) == 3)
    cancel.click()
    expect(status).to_have_text("Cancelled.")
    until(page, lambda: state_of(backend_url, jobs[2][1]) == "cancelled")
    toggle(page, 1)  # another plan runs again
    undo(page).click()
    write_plan(page, "0..8")
    page.wait_for_selector(READY)
    expect(status).to_have_text(MEASURED)


def test_what_a_page_waits_for_ends_with_the_page_and_begins_again_on_return(
    visit: Callable[..., Page], backend_url: str
) -> None:
    page = visit()
    # A scaled repetition is measured unscaled too, later: the page could be closed before it knows of that job.
    unscaled = "0..8 8x600"
    jobs = jobs_of(page, "plan", "unroll")
    write_plan(page, unscaled)
    until(page, lambda: {probe for probe, _ in jobs} == {"plan", "unroll"})
    left = [job for _, job in jobs]
    page.goto("about:blank")
    until(page, lambda: {state_of(backend_url, job) for job in left} == {"cancelled"})
    page.go_back()
    plan_is(page, unscaled)
    expect(page.locator("#interventions-results")).to_have_attribute("data-state", "growing")
    write_plan(page, "0..8")
    page.wait_for_selector(READY)


def test_a_question_without_an_answer_yet_ends_with_its_page(visit: Callable[..., Page], backend_url: str) -> None:
    """The page doesn't know the job, so it can't cancel it."""
    page = visit()
    jobs: list[str] = []
    page.route("**/api/probe/plan", lambda route: jobs.append(route.fetch().json()["id"]))  # the page waits for ever
    write_plan(page, SLOW.replace("0.01", "0.04"))
    until(page, lambda: bool(jobs))
    page.goto("about:blank")
    measured(backend_url, "early-exit", limit=40)  # after it: there is one worker
    assert state_of(backend_url, jobs[0]) == "cancelled"


def test_a_plans_outcomes_grow_and_its_gradients_follow(visit: Callable[..., Page]) -> None:
    page = visit("plan=0..8&split=train")
    results = page.locator("#interventions-results")
    whole = page.locator(".headline").inner_text()
    write_plan(page, SLOW)
    expect(results).to_have_attribute("data-state", "growing")
    expect(page.locator(".headline")).to_contain_text(re.compile(r"on 32 of \d+ images"))
    expect(page.locator("#interventions-words")).to_contain_text(" of 32 predictions ")
    for panel in ("outcome", "groups", "changed"):
        expect(page.locator(f"#interventions-{panel}")).to_have_attribute("data-growing", "")
        expect(page.locator(f"#interventions-{panel}")).not_to_have_attribute("data-stale", "")
    expect(page.locator("#interventions-cosine")).to_have_attribute("data-stale", "")  # of the plan before
    assert page.locator(".headline").inner_text() != whole
    write_plan(page, "0..7 8@0.5")
    page.wait_for_selector(READY)
    expect(page.locator("[data-growing]")).to_have_count(0)
    expect(page.locator(".headline")).to_contain_text(re.compile(r"on \d+ images$"))


def test_figures_of_another_plan_or_checkpoint_are_dimmed_and_keep_their_own_origin(visit: Callable[..., Page]) -> None:
    page = visit("plan=0+2..8&colour=drop")
    expect(page.locator("#interventions-status")).to_have_text(MEASURED)
    sentence = page.locator("#interventions-words").inner_text()
    panels = [page.locator(f"#interventions-{name}") for name in RESULTS]
    contents = page.locator("#interventions-outcome > .scroll-x")
    expect(contents).to_have_css("opacity", "1")
    hold = Hold(page, "**/api/probe/plan")
    toggle(page, 4)
    for panel in panels:
        expect(panel).to_have_attribute("data-stale", "")
    expect(contents).to_have_css("opacity", DIMMED)
    expect(page.locator("#interventions-words")).to_have_css("opacity", DIMMED)
    expect(page.locator("#interventions-words")).to_have_text(sentence)
    expect(page.locator(".headline")).to_have_css("opacity", DIMMED)
    page.locator(block(5)).hover()
    expect(page.locator("[data-key='5.0']")).to_have_class(re.compile("pointed"))
    expect(page.locator("#interventions-ratio .mark")).to_have_count(0)  # its steps are another plan's
    page.get_by_label("Save the figure “Cosine loss along the plan”").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV of the plotted data").locator("visible=true").click()
    origin = download.value.path().read_text().splitlines()[0]
    assert "359 images · plan 0 2..8; Iterscope" in origin
    assert "/interventions?" not in origin  # the address says another plan
    until(page, lambda: bool(hold.held))
    hold.let_go()
    for panel in panels:
        expect(panel).not_to_have_attribute("data-stale", "")
    expect(contents).to_have_css("opacity", "1")
    expect(page.locator("#interventions-words")).not_to_have_text(sentence)

    page.locator(block(7)).click()
    facts = page.locator(".inspector-facts dd")
    expect(facts.last).to_contain_text("points")
    hold = Hold(page, "**/api/probe/*")
    page.get_by_label("Checkpoint").select_option(label="epoch 1")
    expect(page.locator("#interventions-results")).to_have_attribute("data-state", "stale")
    expect(page.locator(".strip")).to_have_attribute("data-stale", "")
    expect(page.locator(".strip-legend")).to_have_css("opacity", DIMMED)
    expect(facts).to_have_text(["–", "–", "–"])  # those of epoch 2 are not this network's
    until(page, lambda: bool(hold.held))
    hold.let_go()
    page.wait_for_selector(READY)
    expect(page.get_by_label("Checkpoint").locator("option:checked")).to_have_text("epoch 1")
    expect(page.locator(".strip")).not_to_have_attribute("data-stale", "")


def test_every_number_is_the_measurements_and_says_of_how_many_images(
    visit: Callable[..., Page], backend_url: str
) -> None:
    page = visit("plan=1..8+8@0.1x3")
    names = {
        "last5": ("all images", "right after block 6", "borderline after block 6"),
        "output": ("all images", "right in the untouched network", "borderline at the output"),
    }
    for at, titles in names.items():
        page.get_by_label("borderline at").select_option(at)
        page.wait_for_selector(READY)
        borderline = {"threshold": 0.1, "reference": at}
        answer = measured(backend_url, "plan", plan="1..8 8@0.1x3", borderline=borderline)
        before, after = answer["baseline"]["groups"], answer["result"]["groups"]
        for group, name in zip(("all", "correct", "borderline"), titles, strict=True):
            row = page.locator(f".outcome-table tr[data-group={group}]")
            expect(row.locator("th")).to_have_text(name)
            expect(row.locator("td").first).to_have_text(str(after[group]["n"]))
            accuracies = [percent(side[group]["accuracy"][0]) for side in (before, after)]
            expect(row.locator("td.before").first).to_have_text(accuracies[0])
            expect(row.locator("td.after").first).to_have_text(accuracies[1])
    drawn = page.locator("#interventions-groups .plot")
    for group in ("correct", "borderline"):
        expect(drawn).to_contain_text(f"{after[group]['n']} images")
    expect(page.locator(".headline")).to_contain_text("on 359 images")
    expect(page.locator(".headline-before")).to_have_text(percent(before["all"]["accuracy"][0]))
    expect(page.locator(".headline-after")).to_have_text(percent(after["all"]["accuracy"][0]))
    changed = answer["changed_count"]
    expect(page.locator("#interventions-changed .panel-count")).to_have_text(f"{changed} of 359 images")
    words = page.locator("#interventions-words")
    expect(words).to_contain_text("Without block 0")
    expect(words).to_contain_text(f"{changed} of 359 predictions change")
    expect(page.locator("#interventions-unroll-groups .panel-legend")).to_contain_text("all images (359 images)")
    expect(page.locator("#interventions-samples")).to_have_text("359 images")
    above = page.locator(".plan-said").bounding_box()
    strip, table = page.locator(".strip").bounding_box(), page.locator(".outcome-table").bounding_box()
    assert above
    assert strip
    assert table
    assert strip["y"] < above["y"] < table["y"]  # in words first
    assert not re.search(r"\bn = ", page.locator(".interventions-page").inner_text())


def test_on_a_phone_the_accuracies_of_each_group_are_seen_without_scrolling(visit: Callable[..., Page]) -> None:
    page = visit("plan=0..3 5..8", width=390)
    table = page.locator("#interventions-outcome .scroll-x").bounding_box()
    assert table
    for change in page.locator("#interventions-outcome tbody tr td:nth-child(5)").all():
        cell = change.bounding_box()
        assert cell
        assert cell["x"] + cell["width"] <= table["x"] + table["width"] + 1


def test_the_same_block_is_marked_everywhere_without_the_server(visit: Callable[..., Page]) -> None:
    page = visit("plan=0..8+8@0.1x20", height=1700)
    page.wait_for_selector("#interventions-unroll-panel[data-state=ready]")
    expect(page.locator("#interventions-status")).to_have_text(MEASURED)
    wait_until_still(page)
    sent: list[str] = []
    page.on(
        "request",
        lambda request: sent.append(request.url) if "/probe/" in request.url or "_dash" in request.url else None,
    )
    page.locator(block(4)).hover()
    marks = page.locator("#interventions-results .mark.hover")
    expect(marks).to_have_count(2)
    expect(page.locator("#interventions-ratio .panel-readout")).to_contain_text("block 4: ")
    page.locator(block(8, 1)).hover()  # the ends of the repetition, in the four figures' seven charts
    expect(marks).to_have_count(2 * 7)
    plot = page.locator("#interventions-cosine .plot")
    box = plot.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] / 2)
    expect(page.locator(block(8, 1) + " >> xpath=..")).not_to_have_class(re.compile("pointed"))
    pointed = page.locator(".tile.pointed")
    expect(pointed).to_have_count(1)
    key = pointed.get_attribute("data-key")
    page.mouse.down()
    page.mouse.up()
    expect(page.locator(".tile.focus")).to_have_attribute("data-key", str(key))
    page.wait_for_url("**block=**")
    plot.focus()
    page.mouse.move(5, 5)
    page.keyboard.press("ArrowRight")  # in a figure, an arrow goes along its steps
    expect(page.locator(".tile.pointed")).to_have_attribute("data-key", f"{int(str(key)[0]) + 1}.0")
    assert sent == []


def test_colours_and_what_dropping_costs(visit: Callable[..., Page], backend_url: str) -> None:
    page = visit()
    answer = measured(backend_url, "drop", blocks="each")
    dropped = next(plan["accuracy"] for plan in answer["plans"] if plan["blocks"] == [4])
    lost = dropped - answer["baseline"]["accuracy"]
    legend = page.locator("#interventions-legend")
    tile = page.locator("[data-key='4.0']")
    expect(legend).to_contain_text("−0.")
    expect(tile).to_have_attribute("style", re.compile("--fill"))
    cosine = tile.get_attribute("style")
    page.locator(block(4)).hover()  # it is measured ahead, while nothing else is
    effect = f"Dropping block 4 alone changes accuracy by {100 * lost:.1f} points on 359 images".replace("-", "−")
    expect(page.locator("#interventions-effect")).to_have_text(effect)
    page.get_by_text("ℓ2 ratio", exact=True).first.click()
    expect(legend).to_contain_text("0.000")
    assert tile.get_attribute("style") != cosine
    page.get_by_text("Drop", exact=True).click()
    expect(legend).to_contain_text("points")
    page.wait_for_url("**colour=drop**")
    page.locator(block(4)).click()
    fact = page.locator(".inspector-fact").last
    expect(fact.locator("dd")).to_have_text(f"{100 * lost:.1f} points".replace("-", "−"))
    expect(fact).to_have_attribute("title", re.compile("on 359 images"))
    expect(page.locator(".inspector-name")).to_contain_text("8\u202f×\u202f12\u202f×\u202f12")


# ---- the backend is slow, or away ----


def edited(page: Page) -> None:
    """The plan, its history, pins and selection that a test made before."""
    plan_is(page, "0 3@0 4..8")
    expect(undo(page)).to_be_enabled()
    expect(page.locator(".pinned-card")).to_have_count(2)
    expect(page.locator(".tile.selected")).to_have_count(2)
    expect(page.locator(block(5))).to_be_focused()
    assert page.locator("iterscope-interventions").evaluate("view => view.kept"), "the page was drawn anew"


def edit(page: Page) -> None:
    page.locator("iterscope-interventions").evaluate("view => { view.kept = true; }")
    for number in (1, 2):
        toggle(page, number)
    page.locator(block(4)).click()
    page.locator(block(4)).focus()
    page.keyboard.press("Shift+ArrowRight")
    page.locator("[data-toggle='3']").dispatch_event("click")  # the selection stays
    edited(page)


def test_a_slow_health_check_changes_nothing(visit: Callable[..., Page]) -> None:
    page = visit("images=3.17")
    hold = Hold(page, "**/backend-health")
    until(page, lambda: bool(hold.held))
    edit(page)
    page.wait_for_url("**plan=0+3@0+4..8**")
    hold.held.pop().fulfill(json={"up": False})  # what the dashboard says where the backend takes too long
    page.wait_for_selector("html[data-backend=down]")
    edited(page)
    hold.let_go()
    page.wait_for_selector("html[data-backend=up]")
    edited(page)
    page.wait_for_selector(READY)
    expect(page.locator("#interventions-status")).to_have_text(MEASURED)
    undo(page).click()
    plan_is(page, "0 3..8")
    page.wait_for_selector(READY)
    undo(page).click()
    undo(page).click()
    plan_is(page, "0..8")


@pytest.mark.usefixtures("open_page")  # it closes the page
def test_the_backend_is_restarted_while_a_plan_is_edited(
    browsing: BrowserContext,
    serve_dashboard: Callable[..., str],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    home = shutil.copytree(made_once(tmp_path_factory, "trained-stack", train_and_measure), tmp_path / "home")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    backend = ("backend", "--port", str(port), "--home", str(home))
    with ExitStack() as running:
        running.enter_context(serving(tmp_path / "first.log", *backend))
        page = browsing.new_page()  # failed requests are what this is about
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{serve_dashboard('--backend', f'http://127.0.0.1:{port}')}/interventions?images=3.17")
        page.wait_for_selector(READY)
        with page.expect_response(lambda answer: answer.url.endswith("/probe/plan") and answer.status == 202):
            write_plan(page, SLOW)
    status = page.locator("#interventions-status")
    expect(status).to_have_text("Waiting for the backend …")
    expect(page.locator("#interventions-error")).to_have_count(0)  # what it was computing is asked for again
    page.wait_for_selector("html[data-backend=down]")
    undo(page).click()
    edit(page)
    expect(status).to_have_text("Waiting for the backend …")
    expect(page.locator(".outcome-table")).to_be_visible()
    expect(page.locator("#interventions-results")).to_have_attribute("data-state", "stale")
    page.wait_for_url("**plan=0+3@0+4..8**")
    with serving(tmp_path / "second.log", *backend):
        page.wait_for_selector(READY)
        edited(page)
        expect(status).to_have_text(MEASURED)
        expect(page.locator("#interventions-pinned")).not_to_have_attribute("data-stale", "")
        page.wait_for_selector("html[data-backend=up]")
        edited(page)
        undo(page).click()
        plan_is(page, "0 3..8")
        page.wait_for_selector(READY)
        assert errors == []
        page.close()


# ---- other places ----


def test_a_saved_page_says_what_it_would_have_to_compute(visit: Callable[..., Page], dashboard_url: str) -> None:
    page = visit("plan=0+2..8")
    expect(page.locator("#interventions-status")).to_have_text(MEASURED)
    wait_until_still(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as HTML").click()
    saved = download.value.path().read_text()
    page.goto("about:blank")
    sent: list[str] = []

    def refuse(route: Route) -> None:
        sent.append(route.request.url)
        route.abort()

    page.route("**/*", refuse)
    page.route("**/saved.html", lambda route: route.fulfill(body=saved, content_type="text/html; charset=utf-8"))
    page.goto(f"{dashboard_url}/saved.html")
    page.wait_for_selector(READY)
    plan_is(page, "0 2..8")
    toggle(page, 2)
    plan_is(page, "0 3..8")
    error = page.locator("#interventions-error")
    expect(error).to_contain_text("Not measured. This file holds no such measurement (plan)")
    expect(error.get_by_role("button")).to_have_count(0)  # nothing here would compute it
    expect(page.locator(".outcome-table")).to_be_visible()
    undo(page).click()
    page.wait_for_selector(READY)
    assert [url for url in sent if url.startswith("http") and "favicon" not in url] == []
