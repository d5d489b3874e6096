"""The Blocks page in a real browser: linked panels, several runs, the pinned reference, the network's strip."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.dashboard.looks import wait_until_still
from tests.dashboard.views import badge, drawn, lines, marks, measured, opened, paths, place, plot, query, table, values

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
PANELS = tuple(f"blocks-{name}" for name in ("cosine", "ratio", "drop", "lines", "exit", "gradient", "training"))
COLOURS = "all => all.map((one) => one.firstChild.style.background)"
ALL, STAGES = "all", "stages"


def epoch(page: Page) -> Any:
    return expect(page.locator(".epoch strong"))


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label, exact=True).select_option(option)


def test_the_default_view_makes_the_point_without_a_click(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(height=1700), dashboard_url)
    measured(page, *PANELS)
    said = page.locator(".said")
    expect(said).to_contain_text("mean cosine loss")
    expect(said).to_contain_text("Dropping block")
    expect(said.locator("dd")).to_have_text(
        [re.compile(r"^[−\d.]+$"), re.compile(r"^[\d.]+$"), re.compile(r"^[\d.]+ pt$")]
    )
    epoch(page).to_have_text("2")
    expect(page.locator(".convention summary")).to_have_text("pre-activation")
    expect(lines(page, "blocks-lines")).to_have_count(9)
    assert all(page.locator(".net-block").evaluate_all(COLOURS))
    page.wait_for_url("**run=*&seeds=merged")
    for panel in ("blocks-cosine", "blocks-ratio", "blocks-gradient"):
        expect(badge(page, panel)).to_have_text("64 images, 2 seeds")
    expect(badge(page, "blocks-training")).to_have_text("2 seeds")  # of the whole split
    expect(badge(page, "blocks-heat")).to_have_text("validation, 64 images, 2 seeds")
    expect(said.locator("p", has=page.locator(".verdict"))).not_to_contain_text("Dropping")
    expect(said.locator(".dropping")).to_contain_text(re.compile(r"in this run \(seed \d\)"))
    expect(badge(page, "blocks-drop")).to_have_text("359 images, this run")
    cut = page.locator(".panel-title, .panel-head").evaluate_all(
        "all => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"
    )
    assert cut == []
    words = plot(page, "blocks-cosine").get_attribute("aria-label") or ""
    assert re.search(r"validation: from [−\d.]+ at block 0 to [−\d.]+ at block 8; lowest", words)


def test_one_epoch_drives_every_panel(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page(height=1700)
    dash: list[str] = []  # a view asks nothing of Dash's server, its first drawing included
    page.on("request", lambda request: dash.append(request.url) if "_dash-update" in request.url else None)
    opened(page, dashboard_url)
    measured(page, *PANELS)
    before = {panel: paths(page, panel) for panel in ("blocks-cosine", "blocks-ratio", "blocks-drop")}
    colours = page.locator(".net-block").evaluate_all(COLOURS)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    epoch(page).to_have_text("0")
    expect(page.locator(".said .verdict")).to_have_text("untrained")
    measured(page, "blocks-drop")
    for panel, there in before.items():
        assert paths(page, panel) != there
    assert page.locator(".net-block").evaluate_all(COLOURS) != colours
    page.wait_for_url("**epoch=0**")
    assert not dash
    page.reload()
    drawn(page)
    wait_until_still(page)
    epoch(page).to_have_text("0")
    page.get_by_role("slider", name="Epoch").fill("1")
    epoch(page).to_have_text("1")
    page.mouse.click(*place(page, "blocks-heat", 2))  # a cell of the map: its epoch and its block
    epoch(page).to_have_text("2")
    expect(page.locator(".net-block[data-mark]")).to_have_text("4")
    page.wait_for_function("!location.search.includes('epoch=') && location.search.includes('block=4')")
    page.locator(".epoch strong").evaluate(
        "node => { window.seen = []; new MutationObserver(() => seen.push(node.textContent))"
        ".observe(node, { characterData: true, childList: true, subtree: true }); }"
    )
    page.get_by_role("button", name="Play through the epochs").click()
    page.wait_for_function("window.seen.join() === '0,1,2'")
    expect(page.get_by_role("button", name="Play through the epochs")).to_be_visible()
    assert not dash


def test_hover_and_pick_mark_every_panel_and_the_strip(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(height=1700), dashboard_url)
    measured(page, *PANELS)
    still = paths(page, "blocks-ratio")
    page.mouse.move(*place(page, "blocks-cosine", 7))
    for panel in ("blocks-cosine", "blocks-ratio", "blocks-drop", "blocks-exit", "blocks-heat"):
        expect(marks(page, panel, "hover")).to_have_count(1)
    expect(marks(page, "blocks-lines", "hover.trail")).to_have_count(1)
    expect(page.locator(".net-block[data-mark=hover]")).to_have_text("7")
    expect(page.locator("#blocks-ratio .panel-readout")).to_have_text(
        re.compile(r"^block 7: [\d.]+ val\. · [\d.]+ train$")
    )
    page.mouse.down()
    page.mouse.up()
    page.wait_for_url("**block=7**")
    page.keyboard.press("ArrowUp")
    page.wait_for_url("**block=8**")
    expect(page.locator(".net-block[data-mark=pick]")).to_have_text("8")
    expect(marks(page, "blocks-cosine", "pick")).to_have_count(1)
    pointed = page.locator(".net [data-block='4']")
    pointed.hover()
    expect(page.locator("#blocks-ratio .panel-readout")).to_contain_text("block 4")
    assert re.match(r"Block 4, .*: [−\d.]+$", pointed.get_attribute("title") or "")
    assert pointed.get_attribute("title") == pointed.get_attribute("aria-label")
    page.keyboard.press("Escape")
    page.wait_for_function("!location.search.includes('block=')")
    expect(marks(page, "blocks-cosine", "pick")).to_have_count(0)
    assert paths(page, "blocks-ratio") == still


def test_a_set_of_blocks_is_chosen_by_keyboard_click_and_brush(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(height=1700), dashboard_url)
    page.locator(".net [data-block='0']").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**block=1**")
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_url("**blocks=1-2**")
    page.locator(".net [data-block='8']").click(modifiers=["Shift"])
    page.wait_for_url("**blocks=1-2,8**")
    faint = page.locator("#blocks-lines .line[opacity='0.13']")
    expect(faint).to_have_count(6)
    page.reload()
    expect(faint).to_have_count(6)
    page.get_by_text("selects blocks").click()
    (left, y), (right, _) = place(page, "blocks-cosine", 3), place(page, "blocks-cosine", 5)
    page.mouse.move(left - 8, y)
    page.mouse.down()
    page.mouse.move(right + 8, y, steps=4)
    expect(marks(page, "blocks-cosine", "brush")).to_have_count(1)
    page.mouse.up()
    page.wait_for_url("**blocks=3-5**")
    page.keyboard.press("Escape")  # the marked block first
    page.wait_for_function("!location.search.includes('block=')")
    page.keyboard.press("Escape")
    page.wait_for_function("!location.search.includes('blocks=')")


def under(page: Page, panel: str, number: int) -> Locator:
    """A number under a chart, on its x axis."""
    return plot(page, panel).locator("text[text-anchor=middle]").get_by_text(str(number), exact=True)


def ticks(page: Page, panel: str) -> list[str]:
    """The numbers under a chart."""
    found = plot(page, panel).locator("text[text-anchor=middle]").all_text_contents()
    return [text for text in found if text.isdigit()]


def test_zooming_is_shared_and_a_double_click_resets_it(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(height=1700), dashboard_url)
    measured(page, *PANELS)

    def drag(panel: str, first: int, last: int, room: int) -> None:
        (left, y), (right, _) = place(page, panel, first), place(page, panel, last)
        page.mouse.move(left - room, y)
        page.mouse.down()
        page.mouse.move(right + room, y, steps=4)
        page.mouse.up()

    drag("blocks-cosine", 2, 5, room=8)
    for panel in ("blocks-cosine", "blocks-ratio", "blocks-drop", "blocks-exit"):
        expect(under(page, panel, 8)).to_have_count(0)
        assert ticks(page, panel) == ["2", "3", "4", "5"]
    drag("blocks-lines", 0, 1, room=0)
    for panel in ("blocks-lines", "blocks-heat", "blocks-training", "blocks-gradient"):
        expect(under(page, panel, 2)).to_have_count(0)
    page.mouse.dblclick(*place(page, "blocks-ratio", 3))
    expect(under(page, "blocks-cosine", 8)).to_have_count(1)
    page.get_by_role("button", name="Reset zoom").click()
    assert ticks(page, "blocks-training") == ["0", "1", "2"]
    expect(page.get_by_role("button", name="Reset zoom")).to_have_count(0)


def test_a_pinned_reference_stays_and_differences_are_taken_from_it(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(), dashboard_url)
    shown = values(page, "ℓ2 ratio", "validation")
    page.get_by_role("button", name="Pin", exact=True).click()
    page.wait_for_url("**pin=*@2**")
    page.keyboard.press("ArrowLeft")
    epoch(page).to_have_text("1")
    _, series = table(page, "ℓ2 ratio")
    assert [y for _, y in series["pinned, validation"]] == shown
    now = [y for _, y in series["validation"]]
    page.get_by_text("difference").click()
    page.wait_for_url("**difference=1**")
    differences = values(page, "ℓ2 ratio", "validation")
    assert differences == pytest.approx([a - b for a, b in zip(now, shown, strict=True)], abs=1e-6)
    page.reload()
    expect(page.get_by_role("button", name="Pinned: epoch 2 of Tiny")).to_be_visible()
    expect(page.get_by_role("switch", name="difference")).to_be_checked()
    page.get_by_role("button", name="Pinned: epoch 2 of Tiny").click()
    page.wait_for_function("!location.search.includes('pin=') && !location.search.includes('difference=')")


def test_several_runs_are_drawn_over_each_other(open_page: OpenPage, dashboard_url: str, backend_url: str) -> None:
    run, other = (one["id"] for one in httpx2.get(f"{backend_url}/runs", timeout=60).json()["runs"])
    page = opened(open_page(width=1600, height=1700), f"{dashboard_url}/blocks?run={run}")
    expect(page.get_by_label("This run only")).to_be_checked()
    page.get_by_role("button", name="Compare with").click()
    page.locator(".picker-list").get_by_role("option").click()
    page.wait_for_url(f"**with={other}**")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Compare with")).to_be_focused()
    expect(lines(page, "blocks-cosine")).to_have_count(2)
    expect(lines(page, "blocks-training")).to_have_count(2)
    measured(page, "blocks-drop")
    expect(lines(page, "blocks-drop")).to_have_count(2)  # the other's is measured, too
    names = page.locator("#blocks-cosine .legend-entry").all_inner_texts()
    assert sorted(names) == ["Tiny, seed 0", "Tiny, seed 1"]
    solid = page.locator("#blocks-cosine .line > path:first-child:not([stroke-dasharray])")
    expect(solid).to_have_count(1)
    origin, series = table(page, "Cosine loss")
    assert run in origin
    assert other in origin
    assert {f"{name}, validation" for name in names} <= set(series)


def test_lines_can_be_laid_out_by_stage_with_the_same_axes(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(height=1700), f"{dashboard_url}/blocks?block=7")
    expect(lines(page, "blocks-lines")).to_have_count(9)
    choose(page, "All blocks in one plot, or one plot per stage", STAGES)
    page.wait_for_url("**lines=stages**")
    charts = page.locator("#blocks-lines .plot")
    expect(charts).to_have_count(3)
    heights = [charts.nth(i).locator("text[text-anchor=end]").all_text_contents() for i in range(3)]
    assert heights[0] == heights[1] == heights[2] != []
    assert [charts.nth(i).locator(".line").count() for i in range(3)] == [3, 3, 3]
    expect(charts.nth(2).locator(".pick.trail")).to_have_count(1)  # block 7 is in the last stage
    expect(page.locator("#blocks-lines .pick.trail")).to_have_count(1)
    expect(marks(page, "blocks-lines", "now")).to_have_count(3)
    choose(page, "All blocks in one plot, or one plot per stage", ALL)
    expect(charts).to_have_count(1)


def test_every_metric_can_be_shown_by_block_and_over_epochs(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(height=1700), f"{dashboard_url}/blocks?metric=drop_damage&by=activation_norm")
    expect(plot(page, "blocks-exit")).to_contain_text("‖hᵢ‖")
    expect(badge(page, "blocks-heat")).to_have_text("3 of 3 checkpoints measured")  # every checkpoint is measured
    _, cells = table(page, "Block × epoch")
    assert [x for x, _ in cells["damage when dropped"]] == [0] * 9 + [1] * 9 + [2] * 9
    choose(page, "Metric by block", "drop_damage")
    page.wait_for_url("**by=drop_damage**")
    expect(plot(page, "blocks-exit")).to_contain_text("accuracy lost (points)")
    by_block = values(page, "Any metric", "validation")
    assert by_block == pytest.approx([y for x, y in cells["damage when dropped"] if x == 2], abs=1e-4)
    choose(page, "Metric of the strip and over epochs", "l2_ratio")
    expect(plot(page, "blocks-lines")).to_contain_text("‖Fᵢ‖ / ‖hᵢ‖")


def test_seeds_are_merged_on_request_and_the_mean_is_that_of_both(
    open_page: OpenPage, dashboard_url: str, backend_url: str
) -> None:
    runs = [
        run["id"]
        for run in httpx2.get(f"{backend_url}/runs", timeout=60).json()["runs"]
        if run["status"] == "completed"
    ]
    each = []
    for run in runs:
        curves = httpx2.get(
            f"{backend_url}/runs/{run}/metrics", params={"metric": "l2_ratio", "split": "train"}, timeout=60
        ).json()
        each.append(curves["series"][0]["values"][-1])
    assert len(runs) == 2
    page = opened(open_page(), f"{dashboard_url}/blocks?run={runs[0]}&seeds=merged")
    expect(badge(page, "blocks-cosine")).to_have_text("64 images, 2 seeds")
    mean = values(page, "ℓ2 ratio", "train")
    assert mean == pytest.approx([(a + b) / 2 for a, b in zip(*each, strict=True)], rel=1e-5)
    page.get_by_text("This run only").click()
    page.wait_for_function("!location.search.includes('seeds=')")
    expect(badge(page, "blocks-cosine")).to_have_text("64 images")
    assert values(page, "ℓ2 ratio", "train") == pytest.approx(each[0], rel=1e-5)
    page.get_by_role("slider", name="Epoch").fill("1")
    page.get_by_text("Mean of 2 seeds").click()
    page.wait_for_url("**seeds=merged**")
    epoch(page).to_have_text("1")  # the epoch stays
    expect(badge(page, "blocks-lines")).to_have_text("validation, 64 images, 2 seeds")
    assert query(page)["run"] == runs[0]
