"""The Interventions page in a real browser: its strip, its plan, its work and its comparison."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, Response, expect

from tests.dashboard.looks import until, wait_until_still

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
MEASURED = re.compile(r"Measured in|cached")
READY = "#interventions-results[data-state=ready]"
SLOW = "0..8 8@0.01x600"  # takes many seconds even on a small network


@pytest.fixture
def visit(open_page: OpenPage, dashboard_url: str) -> Callable[..., Page]:
    """The page at an address, with its first results."""

    def go(query: str = "plan=0..8", **window: Any) -> Page:
        page = open_page(**window)
        page.goto(f"{dashboard_url}/interventions?{query}")
        page.wait_for_selector(READY, timeout=90_000)
        return page

    return go


def plan_is(page: Page, text: str) -> None:
    expect(page.locator("#interventions-plan-text")).to_have_value(text)


def centre(page: Page, selector: str) -> tuple[float, float]:
    box = page.locator(selector).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page: Page, start: tuple[float, float], stop: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + stop[0]) / 2, (start[1] + stop[1]) / 2)
    page.mouse.move(*stop)
    page.mouse.up()


def write_plan(page: Page, text: str) -> None:
    field = page.locator("#interventions-plan-text")
    field.fill(text)
    field.press("Enter")


def block(number: int, nth: int = 0) -> str:
    return f"[data-key='{number}.{nth}'] .tile-body"


def test_a_number_drops_its_block_and_undo_brings_it_back(visit: Callable[..., Page]) -> None:
    page = visit()
    expect(page.locator(".headline .delta")).to_have_text("±0.0")
    assert page.locator("#interventions-unroll-panel").is_hidden()
    page.locator("[data-toggle='1']").click()
    plan_is(page, "0 2..8")
    expect(page.locator("[data-toggle='1']")).to_have_attribute("aria-pressed", "true")
    page.wait_for_url("**plan=0+2..8**")
    page.wait_for_selector(READY, timeout=90_000)
    expect(page.locator("#interventions-status")).to_have_text(MEASURED)
    page.locator("[data-toggle='3']").click()  # a projection: its shortcut stays
    plan_is(page, "0 2 3@0 4..8")
    page.get_by_role("button", name="Undo").click()
    plan_is(page, "0 2..8")
    page.keyboard.press("Control+z")
    plan_is(page, "0..8")
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    page.keyboard.press("Control+Shift+z")
    page.get_by_role("button", name="Redo").click()
    plan_is(page, "0 2 3@0 4..8")
    page.reload()
    page.wait_for_selector(READY, timeout=90_000)
    plan_is(page, "0 2 3@0 4..8")


def test_dragging_swaps_repeats_scales_and_brushes(visit: Callable[..., Page]) -> None:
    page = visit()
    drag(page, centre(page, block(1)), centre(page, block(2)))
    plan_is(page, "0 2 1 3..8")
    page.get_by_role("button", name="Undo").click()
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
    page.locator(block(5)).focus()
    page.keyboard.press("d")  # what was brushed is still selected
    plan_is(page, "0..8")


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
    page.wait_for_selector(READY, timeout=90_000)
    expect(page.locator("#interventions-unroll-panel")).to_be_hidden()


def test_the_plan_as_text(visit: Callable[..., Page]) -> None:
    page = visit()
    field = page.locator("#interventions-plan-text")
    write_plan(page, "0..2 4..8 8@0.1x20")
    page.wait_for_url("**plan=0..2+4..8+8@0.1x20**")
    expect(page.locator("[data-key='8.1'] .tile-badge")).to_have_text("×20α 0.1")
    write_plan(page, "0..2 4.8")
    expect(page.locator("#interventions-plan-error")).to_have_text(
        "“4.8” can’t be read: write 3, 0..26, 3@0.5 (scale) or 26@0.1x20 (repetition)."
    )
    expect(field).to_have_attribute("aria-invalid", "true")
    plan_is(page, "0..2 4.8")  # nothing is lost
    assert "plan=0..2+4..8+8@0.1x20" in page.url
    write_plan(page, "0..8")
    expect(page.locator("#interventions-plan-error")).to_be_empty()
    page.keyboard.press("Control+z")  # still in the field, which has nothing of its own to undo
    plan_is(page, "0..2 4..8 8@0.1x20")
    write_plan(page, "0..2 4 3 5..8")  # can be written, but not run: the shapes don't fit
    expect(page.locator("#interventions-error")).to_contain_text("block")
    expect(page.locator("#interventions-status")).to_have_text("Failed.")
    expect(page.locator("#interventions-results")).to_have_attribute("data-state", "stale")
    assert page.locator(".outcome-table").is_visible()


def test_what_is_typed_counts_at_once(visit: Callable[..., Page]) -> None:
    page = visit()
    page.evaluate(
        """() => {
          const field = document.getElementById("interventions-plan-text");
          const press = (key, held) => field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...held }));
          field.focus();
          for (const text of ["0 2..8", "0..7"]) {
            field.value = text;
            field.dispatchEvent(new InputEvent("input", { bubbles: true }));
            press("Enter");
          }
          press("z", { ctrlKey: true });
        }"""
    )
    plan_is(page, "0 2..8")


def test_a_pinned_plan_is_what_others_are_compared_with(visit: Callable[..., Page]) -> None:
    page = visit("plan=0+2..8")
    dropped = page.locator(".headline-after").inner_text()
    page.get_by_role("button", name="Pin this plan as reference").click()
    page.wait_for_url("**pin=0+2..8**")
    page.wait_for_selector(READY, timeout=90_000)
    expect(page.locator(".headline .delta")).to_have_text("±0.0")
    expect(page.locator("#interventions-changed")).to_contain_text("changed: 0 of")
    page.locator("[data-toggle='2']").click()
    plan_is(page, "0 3..8")
    page.wait_for_selector(READY, timeout=90_000)
    expect(page.locator(".headline-before")).to_have_text(dropped)
    reference = page.evaluate(
        "iterscope.plot('interventions-ratio').data.find(t => t.meta && t.meta.role === 'reference').text"
    )
    assert reference == ["0", *map(str, range(2, 9))]
    page.reload()
    page.wait_for_selector(READY, timeout=90_000)
    expect(page.locator("#interventions-against")).to_have_text("0 2..8")
    expect(page.locator(".headline-before")).to_have_text(dropped)
    page.get_by_role("button", name="Unpin", exact=True).click()
    expect(page.locator("#interventions-against")).to_have_text("the untouched network")
    page.wait_for_function("!location.search.includes('pin=')")
    page.wait_for_selector(READY, timeout=90_000)


def test_the_first_view_states_its_scale_in_the_address(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.goto(f"{dashboard_url}/interventions")
    plan_is(page, "0..8 8@0.1x20")
    page.wait_for_url("**plan=0..8+8@0.1x20**")
    page.goto(f"{dashboard_url}/interventions?plan=0..8+8x20")
    plan_is(page, "0..8 8x20")  # without a scale, the block as it is


def test_old_and_bad_links(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.goto(f"{dashboard_url}/interventions?drop=1.3&unroll=8x20@0.1")
    plan_is(page, "0 2 3@0 4..8 8@0.1x20")
    page.wait_for_function("!location.search.includes('drop=')")
    page.goto(f"{dashboard_url}/interventions?plan=0..9&pin=x&block=12")
    plan_is(page, "0..8")
    notices = " ".join(page.locator(".notice").all_inner_texts())
    assert "“0..9” contains a block" in notices
    assert "“x” can’t be read" in notices
    assert "block “12”" in notices


def jobs_of(page: Page) -> list[str]:
    """Collects the ids of the jobs that the page hears of."""
    found: list[str] = []

    def listen(response: Response) -> None:
        if "_dash-update-component" not in response.url:
            return
        request = response.request.post_data or ""
        if "interventions-plan-result" in request:
            store = (json.loads(response.text()).get("response") or {}).get("interventions-jobs") or {}
            entries = (store.get("data") or {}).get("entries") or {}
            found.extend(entry["job"] for name, entry in entries.items() if name == "plan" and "job" in entry)

    page.on("response", listen)
    return found


def wait_for_state(backend: str, job: str, state: str) -> None:
    end = time.monotonic() + 20
    while (now := httpx2.get(f"{backend}/jobs/{job}").json()["state"]) != state:
        assert time.monotonic() < end, now
        time.sleep(0.05)


def test_a_new_plan_cancels_the_old_ones_work(visit: Callable[..., Page], backend_url: str) -> None:
    page = visit()
    jobs = jobs_of(page)
    write_plan(page, SLOW)
    expect(page.locator("#interventions-cancel")).to_be_enabled()
    expect(page.locator("#interventions-results")).to_have_attribute("data-state", "stale")
    assert page.locator(".outcome-table").is_visible()  # the last results stay
    until(page, lambda: bool(jobs))
    (slow,) = set(jobs)
    assert httpx2.get(f"{backend_url}/jobs/{slow}").json()["state"] in ("queued", "running")
    write_plan(page, "0..8")
    wait_for_state(backend_url, slow, "cancelled")
    page.wait_for_selector(READY, timeout=90_000)
    expect(page.locator("#interventions-status")).to_have_text("cached")


def test_cancel_is_acknowledged_and_can_be_taken_back(visit: Callable[..., Page], backend_url: str) -> None:
    page = visit()
    jobs = jobs_of(page)
    write_plan(page, SLOW.replace("0.01", "0.02"))
    expect(page.locator("#interventions-cancel")).to_be_enabled()
    page.locator("#interventions-cancel").click()
    expect(page.locator("#interventions-status")).to_have_text(re.compile("^Cancel"))
    expect(page.locator("#interventions-status")).to_have_text("Cancelled.")
    wait_for_state(backend_url, jobs[-1], "cancelled")
    plan_is(page, SLOW.replace("0.01", "0.02"))
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.locator("#interventions-status")).to_have_text("Running …")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#interventions-status")).to_have_text("Cancelled.")


def test_the_same_block_is_marked_everywhere_without_the_server(visit: Callable[..., Page]) -> None:
    page = visit("plan=0..8+8@0.1x20", height=1700)
    page.wait_for_selector("#interventions-unroll-panel[data-state=ready]")
    expect(page.locator("#interventions-status")).to_have_text(MEASURED)
    wait_until_still(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "_dash-update" in request.url else None)
    page.locator(block(4)).hover()
    marked = "document.querySelectorAll('#interventions-results .overlay .mark.hover').length"
    page.wait_for_function(f"{marked} === 2")
    expect(page.locator("#interventions-ratio-readout")).to_contain_text("block 4")
    page.locator(block(8, 1)).hover()  # the ends of the repetition, in all four figures' six axes
    page.wait_for_function("document.querySelectorAll('.overlay .mark.hover').length === 2 * 2 + 2 * 5")
    box = page.locator("#interventions-cosine .nsewdrag").first.bounding_box()
    assert box
    for shift in (0, 2):
        page.mouse.move(box["x"] + box["width"] * 0.1 + shift, box["y"] + box["height"] / 2)
    expect(page.locator(block(8, 1))).not_to_have_class(re.compile("pointed"))  # the figure has noticed
    page.wait_for_selector(".tile.pointed")
    page.mouse.down()
    page.mouse.up()
    page.wait_for_selector(".tile.focus")
    page.wait_for_url("**block=**")
    assert not asked


def test_colours_and_what_dropping_costs(visit: Callable[..., Page]) -> None:
    page = visit()
    legend = page.locator("#interventions-legend")
    expect(legend).to_contain_text("−0.")
    cosine = page.locator("[data-key='4.0']").get_attribute("style")
    page.locator("#interventions-colour").get_by_text("ℓ2 ratio").click()
    expect(legend).to_contain_text("0.000")
    assert page.locator("[data-key='4.0']").get_attribute("style") != cosine
    page.locator("#interventions-colour").get_by_text("Drop").click()
    expect(legend).to_contain_text("points")
    page.wait_for_url("**colour=drop**")
    page.locator(block(4)).click()
    expect(page.locator(".inspector-facts")).to_contain_text("points")
    expect(page.locator(".inspector-name")).to_contain_text("8 × 12 × 12")
