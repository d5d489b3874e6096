"""The Paper page in a real browser, and what is merged by seed, on the real stack: two seeds of a small ResNet-20 on digits."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
DRAWN = ".scatterlayer .trace"
VERDICTS = re.compile("holds|does not hold|inconclusive|not yet run")


def opened(open_page: OpenPage, address: str, figure: str = "fig2", **view: Any) -> Page:
    page = open_page(**view)
    page.goto(address)
    page.wait_for_selector(f"#paper-{figure} {DRAWN}")
    return page


def test_every_figure_has_a_section_and_every_claim_a_verdict(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page, f"{dashboard_url}/paper")
    names = [f"Figure {number}" for number in range(2, 21)] + ["Table 1"]
    assert page.locator(".figure-number").all_inner_texts() == names
    assert page.locator(".index-chip").count() == len(names)
    claims = page.locator(".paper-claim")
    assert claims.count() >= 20
    for verdict in claims.locator(".verdict").all_inner_texts():
        assert VERDICTS.search(verdict)
    expect(page.locator("#paper-fig2 .panel-badge").first).to_have_text("n = 2")
    expect(page.locator("#paper-fig2")).to_contain_text(
        "iterscope paper --only fig2"
    )  # for the networks that were not run
    bands = page.evaluate("iterscope.plot('paper-fig2-0').data.filter(t => t.fill === 'toself').length")
    assert bands == 2


def test_figures_come_when_they_are_near_without_moving_the_page(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(e => { window.shift += e.value; }))"
        ".observe({type: 'layout-shift', buffered: true});"
    )
    page.goto(f"{dashboard_url}/paper")
    page.wait_for_selector(f"#paper-fig2 {DRAWN}")
    assert page.evaluate("window.shift") < 0.05
    assert not page.locator(f"#paper-fig14 {DRAWN}").count()
    page.locator("#paper-fig14").scroll_into_view_if_needed()
    page.wait_for_selector(f"#paper-fig14 {DRAWN}")
    lines = page.evaluate("iterscope.plot('paper-fig14-0').data.filter(t => t.meta.block !== undefined).length")
    assert lines == 3  # the last stage's blocks


def test_a_figure_has_an_address(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page, f"{dashboard_url}/paper?figure=fig13", "fig13")
    top = "Math.abs(document.getElementById('paper-fig13').getBoundingClientRect().top - 62) < 40"
    page.wait_for_function(top)
    page.locator("[data-figure-link='fig4'].index-chip").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**figure=fig4")
    page.wait_for_selector(f"#paper-fig4 {DRAWN}")
    expect(page.locator("#paper-fig4 .figure-number")).to_be_focused()
    page.goto(f"{dashboard_url}/paper?figure=fig99")
    page.wait_for_selector(".paper-strip")
    expect(page.locator(".notice")).to_contain_text("figure “fig99” is not known")


def test_what_is_missing_is_measured_on_request(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page, f"{dashboard_url}/paper?figure=fig3", "fig2")
    section = page.locator("#paper-fig3")
    section.get_by_role("button", name="Measure what is missing").click()
    page.wait_for_selector(f"#paper-fig3 {DRAWN}")
    expect(section.locator(".job-status")).to_have_text("Measured.")
    expect(section.get_by_role("button", name="Measure what is missing")).to_be_hidden()
    names = page.evaluate("iterscope.plot('paper-fig3-0').data.filter(t => t.meta && t.meta.split).map(t => t.name)")
    assert {"train", "validation"} <= set(names)


def test_a_measured_figure_judges_its_claims(open_page: OpenPage, dashboard_url: str) -> None:
    """The curves that training logged are drawn at once; its claims are judged once the checkpoints are measured, on all test images."""
    page = opened(open_page, f"{dashboard_url}/paper?figure=fig4", "fig4")
    section = page.locator("#paper-fig4")
    section.get_by_role("button", name="Measure what is missing").click()
    expect(section.locator(".job-status")).to_have_text("Measured.")
    judged = section.locator(".paper-claim").filter(has=page.locator(".verdict-holds, .verdict-no, .verdict-open"))
    expect(judged.first).to_contain_text("95 % interval")
    for text in judged.all_inner_texts():
        assert re.search(r"\d", text)
        assert re.search(
            r"on digits, ResNet-20.*, 2 seeds, this network only: (seen|not seen|undecided)", text, re.IGNORECASE
        )
        assert "359 images" in text
    expect(section.locator(".js-plotly-plot").first).to_be_visible()


LOOKS = """() => ["holds", "no", "open", "untrained"].map((kind) => {
  const badge = document.createElement("span");
  badge.className = `verdict verdict-${kind}`;
  document.querySelector(".paper-strip").append(badge);
  const look = getComputedStyle(badge);
  const found = [look.color, look.backgroundColor, look.boxShadow].join(" ");
  badge.remove();
  return found;
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_four_verdicts_look_different(open_page: OpenPage, dashboard_url: str, scheme: str) -> None:
    """Also in their marks, so that colour is never the only cue."""
    page = open_page(scheme=scheme)
    page.goto(f"{dashboard_url}/paper")
    page.wait_for_selector(".paper-strip")
    assert len(set(page.evaluate(LOOKS))) == 4
    marks = page.locator(".verdict-counts .mark").all_inner_texts()
    assert marks == ["✓", "✕", "?", "○"]


def test_panels_and_the_table_are_saved_as_csv(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page, f"{dashboard_url}/paper")
    page.locator("#paper-fig2 .fold.menu summary").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV of the plotted data").locator("visible=true").click()
    assert download.value.suggested_filename.startswith("iterscope-figure-2")
    rows = download.value.path().read_text().splitlines()
    assert sum(row.startswith("validation,") for row in rows) == 9
    page.locator("#paper-table1").scroll_into_view_if_needed()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as CSV").click()
    assert download.value.path().read_text().startswith("network,seeds,")


# ---- merged by seed ----


def test_runs_are_summarised_by_seed(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.goto(f"{dashboard_url}/runs")
    row = page.locator("#runs-seeds tbody tr")
    expect(row).to_have_count(1)
    expect(row.locator("th")).to_have_text("Tiny")
    expect(row.locator("td").nth(2)).to_have_text("2")
    expect(row.locator("td").nth(3)).to_have_text("0, 1")
    expect(row.locator("td").nth(4)).to_have_text(re.compile(r"\d ± \d"))
    page.wait_for_function("(iterscope.plot('runs-accuracy') || { data: [] }).data.some(t => t.name === 'Tiny, n = 2')")
    row.get_by_role("link", name="Mean curves").click()
    page.wait_for_url("**/blocks?run=*&seeds=merged")
    expect(page.locator("#blocks-cosine .panel-badge")).to_have_text("64 images, 2 seeds")
