"""The Blocks page in a real browser: linked views, several runs, the pinned reference, the network's strip."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx2
import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from tests.dashboard.looks import wait_until_still

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
SETTLED = "!iterscope.blocks.state.restTimer"
READY = "iterscope.blocks.state && !iterscope.blocks.state.loading"


def opened(page: Page, address: str) -> Page:
    """The page with its curves: keys and clicks count from now on."""
    page.goto(address)
    page.wait_for_function(READY)
    page.wait_for_function("document.querySelectorAll('#blocks-heat .heatmaplayer image').length > 0")
    return page


def means(page: Page, graph: str) -> list[Any]:
    found: list[Any] = page.evaluate(
        f"iterscope.plot('{graph}').data.filter(t => t.meta && t.meta.role === 'mean').map(t => [t.meta.split, Array.from(t.y)])"
    )
    return found


def centre_of(page: Page, graph: str) -> tuple[float, float]:
    box = page.locator(f"#{graph} .nsewdrag").first.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_default_view_makes_the_point_without_a_click(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.goto(dashboard_url)
    for graph in ("blocks-cosine", "blocks-ratio", "blocks-drop", "blocks-lines", "blocks-exit", "blocks-gradient"):
        page.wait_for_function(f"document.querySelectorAll('#{graph} .scatterlayer .trace').length > 0")
    expect(page.locator("#blocks-claim-sentence")).to_contain_text("mean cosine")
    expect(page.locator("#blocks-claim-drop")).to_contain_text("Dropping block")
    expect(page.locator("#blocks-epoch-label")).to_have_text("2")
    expect(page.locator("#blocks-convention summary")).to_have_text("pre-activation")
    assert "run=" in page.url
    page.wait_for_function("document.querySelectorAll('#blocks-lines .scatterlayer .trace').length === 10")
    page.wait_for_function("[...document.querySelectorAll('.net-block')].every(b => b.style.background)")


ENDS_OF_LINES = """(paths) => paths.map((path) => {
  const at = (length) => { const p = path.getPointAtLength(length).matrixTransform(path.getScreenCTM()); return [p.x, p.y]; };
  return [at(0), at(path.getTotalLength())];
})"""


def ends_of_lines(page: Page, selector: str) -> list[Any]:
    return list(page.locator(selector).evaluate_all(ENDS_OF_LINES))


@pytest.mark.parametrize("width", [1440, 2560])
def test_the_preview_shows_the_figures_where_they_will_be(open_page: OpenPage, dashboard_url: str, width: int) -> None:
    page = open_page(width=width)
    held: list[Route] = []
    page.route("**/plotly.min.js*", lambda route: held.append(route))  # without it no figure of the page is drawn
    page.evaluate("address => { location.href = address; }", dashboard_url)
    page.wait_for_selector("#arriving .picture")
    previewed = ends_of_lines(page, "#arriving .picture >> nth=0 >> .line")
    claim = page.locator("#arriving .claim p span").text_content()
    assert len(previewed) == 2
    for route in held:
        route.continue_()
    page.locator("#arriving").wait_for(state="detached")
    assert page.locator("#blocks-claim-sentence").text_content() == claim
    drawn = ends_of_lines(page, "#blocks-cosine .scatterlayer path.js-line[style*='stroke-width: 2']")
    np.testing.assert_allclose(drawn, previewed, atol=4)


def test_a_late_preview_holds_nothing_up(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    held: list[Route] = []
    page.route("**/preview", lambda route: held.append(route))
    opened(page, dashboard_url)
    assert held
    with page.expect_event("requestfinished", lambda request: request.url.endswith("/preview")):
        held[0].fulfill(body='<div class="picture"></div>')
    wait_until_still(page)
    expect(page.locator(".picture")).to_have_count(0)


@pytest.mark.parametrize("query", ["pin=nobody@1", "pin={run}@0", "epoch=99", "run=nobody"])
def test_a_link_that_asks_for_more_has_no_preview(dashboard_url: str, backend_url: str, query: str) -> None:
    run = httpx2.get(f"{backend_url}/runs").json()["runs"][0]["id"]
    asked = [f"{dashboard_url}/blocks?{search}" for search in (query.format(run=run), f"run={run}&epoch=1&split=train")]
    empty, shown = (httpx2.get(f"{dashboard_url}/preview", headers={"referer": address}).text for address in asked)
    assert empty == ""
    assert shown.count('class="line"') == 2  # one split, two figures


def test_the_scrubber_drives_every_panel_by_keys_and_address(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(), dashboard_url)
    before = means(page, "blocks-cosine")
    colours = "[...document.querySelectorAll('.net-block')].map(b => b.style.background).join()"
    coloured = page.evaluate(colours)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#blocks-epoch-label")).to_have_text("0")
    expect(page.locator("#blocks-claim-verdict")).to_have_text("untrained")
    expect(page.locator("#blocks-drop-badge")).to_contain_text("epoch 0")
    page.wait_for_function(SETTLED)
    assert before != means(page, "blocks-cosine")
    assert coloured != page.evaluate(colours)
    assert "epoch=0" in page.url
    page.reload()
    page.wait_for_function(READY)
    expect(page.locator("#blocks-epoch-label")).to_have_text("0")


def test_what_is_moved_in_place_is_where_plotly_draws_it(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(), dashboard_url)
    page.mouse.move(5, 5)
    drawn = """['blocks-cosine', 'blocks-ratio'].map((id) => [
        [...document.querySelectorAll(`#${id} .points > path`)].map((dot) => dot.getAttribute('transform').match(/-?[\\d.]+/g).map(Number)),
        [...document.querySelectorAll(`#${id} .js-line, #${id} .js-fill`)].map((path) => {
            const box = path.getBBox(); return [box.x, box.y, box.width, box.height]; }),
    ])"""
    before = page.evaluate(drawn)
    moved = page.evaluate(f"() => {{ iterscope.blocks.show(1); return [{drawn}, {SETTLED}]; }}")
    assert moved[1] is False  # plotly has not drawn yet
    page.wait_for_function(SETTLED)
    settled = page.evaluate(drawn)
    for old, quick, slow in zip(before, moved[0], settled, strict=True):
        for was, now, then in zip(old, quick, slow, strict=True):
            np.testing.assert_allclose(now, then, atol=0.02)
            assert now != was


def test_hover_and_pick_mark_every_panel_and_the_strip(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(height=1500), dashboard_url)
    x, y = centre_of(page, "blocks-cosine")
    page.mouse.move(x, y)
    page.mouse.move(x + 2, y)
    page.wait_for_selector(".overlay .trail.hover", state="attached")
    assert page.locator(".overlay .mark.hover").count() >= 4
    expect(page.locator(".net-block[data-mark=hover]")).to_have_text("4")
    page.mouse.down()
    page.mouse.up()
    page.wait_for_selector(".overlay .trail.pick", state="attached")
    assert "block=4" in page.url
    page.keyboard.press("ArrowUp")
    page.wait_for_url("**block=5**")
    expect(page.locator(".net-block[data-mark=pick]")).to_have_text("5")
    page.locator("[data-net='7']").hover()
    expect(page.locator("#blocks-ratio-readout")).to_contain_text("block 7")
    page.keyboard.press("Escape")
    page.wait_for_function("!location.search.includes('block=')")


def test_a_set_of_blocks_is_chosen_by_keyboard_click_and_brush(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(height=1500), dashboard_url)
    page.locator("[data-net='0']").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**block=1**")
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_url("**blocks=1-2**")
    page.locator("[data-net='8']").click(modifiers=["Shift"])
    page.wait_for_url("**blocks=1-2,8**")
    faint = "iterscope.plot('blocks-lines').data.filter(t => t.meta.block !== undefined && t.opacity < 1).length"
    assert page.evaluate(faint) == 6
    page.reload()
    page.wait_for_function(READY)
    page.wait_for_function(f"({faint}) === 6")
    page.get_by_text("selects blocks").click()
    page.wait_for_function("iterscope.plot('blocks-cosine').layout.dragmode === 'select'")
    x, y = centre_of(page, "blocks-cosine")
    page.mouse.move(x - 8, y - 30)
    page.mouse.down()
    page.mouse.move(x + 70, y + 10, steps=4)
    page.mouse.up()
    page.wait_for_function("iterscope.blocks.state.chosen.has(4) && !iterscope.blocks.state.chosen.has(1)")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_function("!location.search.includes('blocks=')")


def test_zooming_is_shared_and_a_double_click_resets_it(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(height=1500), dashboard_url)
    page.evaluate("Plotly.relayout(iterscope.plot('blocks-cosine'), {'xaxis.range[0]': 2, 'xaxis.range[1]': 5})")
    for graph in ("blocks-ratio", "blocks-drop", "blocks-exit"):
        assert page.evaluate(f"iterscope.plot('{graph}').layout.xaxis.range") == [2, 5]
    page.evaluate("Plotly.relayout(iterscope.plot('blocks-lines'), {'xaxis.range[0]': 0.5, 'xaxis.range[1]': 1.5})")
    for graph in ("blocks-heat", "blocks-training", "blocks-gradient"):
        assert page.evaluate(f"iterscope.plot('{graph}').layout.xaxis.range") == [0.5, 1.5]
    page.mouse.dblclick(*centre_of(page, "blocks-ratio"))
    page.wait_for_function("iterscope.plot('blocks-cosine').layout.xaxis.range[1] > 8")
    page.wait_for_function("iterscope.plot('blocks-training').layout.xaxis.range[1] > 1.9")


def test_a_pinned_reference_stays_and_differences_are_taken_from_it(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(), dashboard_url)
    shown = means(page, "blocks-ratio")
    page.get_by_role("button", name="Pin as reference").click()
    page.wait_for_url("**pin=*@2**")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#blocks-epoch-label")).to_have_text("1")
    page.wait_for_function(SETTLED)
    drawn = "iterscope.plot('blocks-ratio').data.filter(t => t.meta.role === 'reference' && t.visible !== false)"
    reference = f"{drawn}.map(t => [t.meta.split, Array.from(t.y)])"
    assert page.evaluate(reference) == shown
    now = means(page, "blocks-ratio")
    page.get_by_role("switch", name="difference").click()
    page.wait_for_url("**difference=1**")
    for (_, values), (_, before), (_, differences) in zip(now, shown, means(page, "blocks-ratio"), strict=True):
        assert differences == pytest.approx([a - b for a, b in zip(values, before, strict=True)], abs=1e-6)
    page.reload()
    page.wait_for_function(READY)
    expect(page.locator("#blocks-pin")).to_contain_text("Pinned: epoch 2")
    expect(page.get_by_role("switch", name="difference")).to_be_checked()
    page.get_by_role("button", name="Pin as reference").click()
    page.wait_for_function("!location.search.includes('pin=') && !location.search.includes('difference=')")


def test_several_runs_are_drawn_over_each_other(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(width=1600), f"{dashboard_url}/blocks?seeds=this")
    page.get_by_role("textbox", name="Compare with").click()
    page.get_by_role("option").first.click()
    page.wait_for_url("**with=**")
    page.wait_for_function("iterscope.blocks.state && Object.keys(iterscope.blocks.state.curves).length === 2")
    lines = "iterscope.plot('blocks-cosine').data.filter(t => t.meta.role === 'mean' && t.meta.split === 'validation')"
    page.wait_for_function(f"{lines}.every(t => t.y.length === 9) && {lines}.length === 2")
    assert page.evaluate(f"new Set({lines}.map(t => t.line.dash)).size") == 2
    expect(page.locator(".run-legend .legend-entry")).to_have_count(2)
    drops = "iterscope.plot('blocks-drop').data.filter(t => t.meta.role === 'mean')"
    page.wait_for_function(
        f"{drops}.length === 2 && {drops}.every(t => t.y.length === 9)"
    )  # the other's is measured too
    page.wait_for_function(
        "iterscope.plot('blocks-training').data.filter(t => t.meta.role !== 'band').every(t => t.y.length === 3)"
    )


def test_merged_seeds_say_how_many_they_are(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(), dashboard_url)
    expect(page.locator("#blocks-cosine-badge")).to_have_text("n = 2")
    expect(page.locator("#blocks-heat-badge")).to_have_text("validation, n = 2")
    expect(page.locator("#blocks-drop-badge")).to_contain_text("n = 1")


def test_lines_can_be_laid_out_by_stage_with_the_same_axes(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(height=1500), f"{dashboard_url}/blocks?block=7")
    page.get_by_text("Per stage").click()
    page.wait_for_url("**lines=stages**")
    axes = page.evaluate(
        "['xaxis', 'xaxis2', 'xaxis3'].map(name => iterscope.plot('blocks-lines')._fullLayout[name].range)"
    )
    assert axes[0] == axes[1] == axes[2]
    assert page.evaluate("iterscope.plot('blocks-lines').data.find(t => t.meta.block === 7).xaxis") == "x3"
    assert page.locator(".overlay .mark.epoch").count() >= 5  # in every stage
    page.get_by_text("All blocks").click()
    page.wait_for_function("!iterscope.plot('blocks-lines')._fullLayout.xaxis3")


def test_every_metric_can_be_shown_by_block_and_over_epochs(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(height=1500), f"{dashboard_url}/blocks?metric=drop_damage&by=activation_norm")
    page.wait_for_function("iterscope.plot('blocks-exit').data.some(t => t.meta.role === 'mean' && t.y.length === 9)")
    title = "iterscope.plot('blocks-exit').layout.yaxis.title.text"
    page.wait_for_function(f"{title}.startsWith('‖h')")
    page.wait_for_function("iterscope.plot('blocks-heat').data[0].x.length === 3")  # every checkpoint is measured
    page.get_by_label("Metric by block").first.click()
    page.get_by_role("option", name="damage when dropped").locator("visible=true").click()
    page.wait_for_url("**by=drop_damage**")
    page.wait_for_function(f"{title}.startsWith('accuracy lost')")


def test_titles_are_whole_and_nothing_moves_while_loading(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.add_init_script(
        "window.moved = 0; new PerformanceObserver((list) => list.getEntries().forEach((e) => {"
        " if (!e.hadRecentInput) window.moved += e.value; })).observe({ type: 'layout-shift', buffered: true });"
    )
    opened(page, dashboard_url)
    expect(page.locator("#blocks-drop-badge")).to_contain_text("epoch 2")
    cut = page.evaluate(
        "[...document.querySelectorAll('.panel-title')].filter(t => t.scrollWidth > t.clientWidth + 1).map(t => t.textContent)"
    )
    assert cut == []
    outside = page.evaluate(
        "[...document.querySelectorAll('.panel-head')].filter(h => h.scrollWidth > h.clientWidth + 1).map(h => h.textContent)"
    )
    assert outside == []
    assert page.evaluate("window.moved") < 0.1


def test_scrubbing_and_hovering_stay_in_the_browser(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(), dashboard_url)
    wait_until_still(page)
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.post_data or "") if "_dash-update-component" in r.url else None)
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#blocks-epoch-label")).to_have_text("1")
    page.locator("#blocks-cosine .nsewdrag").first.hover()
    page.wait_for_selector(".overlay .trail.hover", state="attached")
    assert not [body for body in asked if "blocks-measure" not in body and "blocks-live" not in body]
