"""The frame around the pages: the tour, bad links, a panel's help."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.looks import serious_findings, switch_to_dark, wait_until_still
from tests.dashboard.views import DRAWN, opened

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
OFFERED_AFTER_MS = 4000
LOADED = {
    **DRAWN,
    "/runs": "#runs-table",
    "/measure": "#measure-submit",
    "/paper": ".paper-strip",
    "/import": "#import-choose",
}


def test_the_tour_is_left_and_taken_up_again_by_keys(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(), f"{dashboard_url}/blocks")
    assert page.locator(".tour-offer").count() == 0  # a program looks
    page.locator("#tour-start").focus()
    page.keyboard.press("Enter")
    card = page.locator(".tour-card")
    expect(card).to_contain_text("1 of 6")
    expect(card.get_by_role("button", name="Next")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(card).to_contain_text("3 of 6")
    expect(page.locator(".epoch strong")).to_have_text("2")  # the scrubber did not take the tour's arrow
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(page.locator("#tour-start")).to_be_focused()
    page.reload()
    page.locator("#tour-start").click()
    expect(card).to_contain_text("3 of 6")


def test_the_tour_frames_what_it_tells_and_leaves_everything_as_it_was(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(), f"{dashboard_url}/interventions?epoch=1&plan=0..3 5..8&colour=drop&split=train")
    plan = page.get_by_role("textbox", name="plan")
    plan.fill("0..1 2x2 3..8")
    plan.press("Enter")
    page.wait_for_function("location.search.includes('plan=0..1+2')")
    before, address = plan.input_value(), page.url
    stops = (".said", ".scrubber", "#blocks-cosine", ".strip-panel", ".examples", "#copy-link")
    page.locator("#tour-start").click()
    card = page.locator(".tour-card")
    for number, target in enumerate(stops, 1):
        expect(card).to_contain_text(f"{number} of 6")
        expect(page.locator(target)).to_be_visible()
        page.wait_for_function(
            """(target) => {
                const [wanted, frame] = [iterscope.find(target), document.querySelector(".tour-frame")];
                const [a, b] = [wanted.getBoundingClientRect(), frame.getBoundingClientRect()];
                return Math.abs(a.left - 5 - b.left) < 2 && Math.abs(a.top - 5 - b.top) < 2;
            }""",
            arg=target,
        )
        card.get_by_role("button", name="Done" if target == stops[-1] else "Next").click()
    expect(card).to_have_count(0)
    page.wait_for_selector(DRAWN["/interventions"])
    assert page.url == address
    assert plan.input_value() == before
    expect(page.get_by_label("Checkpoint")).to_have_value(
        page.get_by_role("option", name="epoch 1").get_attribute("value") or ""
    )
    page.locator("#tour-start").click()
    expect(card).to_contain_text("1 of 6")  # it was seen to its end


def test_the_tour_has_no_serious_accessibility_finding(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page(width=768)
    page.goto(f"{dashboard_url}/import")
    page.wait_for_selector(LOADED["/import"])
    page.evaluate("localStorage.setItem('iterscope-tour', '5')")
    page.locator("#tour-start").click()
    expect(page.locator(".tour-card")).to_contain_text("6 of 6")
    box = page.locator(".tour-card").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 768
    assert not serious_findings(page)
    switch_to_dark(page)
    assert not serious_findings(page)


def test_the_tour_is_offered_once(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false })")
    page.clock.install()
    page.goto(f"{dashboard_url}/import")
    page.wait_for_selector(LOADED["/import"])
    page.clock.fast_forward(OFFERED_AFTER_MS)
    page.get_by_role("button", name="No, thanks").click()
    expect(page.locator(".tour-offer")).to_have_count(0)
    page.reload()
    page.wait_for_selector(LOADED["/import"])
    page.clock.fast_forward(2 * OFFERED_AFTER_MS)
    expect(page.locator(".tour-offer")).to_have_count(0)


@pytest.mark.parametrize("path", ["/blocks", "/interventions", "/measure", "/examples"])
def test_a_link_to_what_is_not_there_opens_the_default_and_says_so(
    open_page: OpenPage, dashboard_url: str, path: str
) -> None:
    page = open_page()
    page.goto(f"{dashboard_url}{path}?run=nope")
    page.wait_for_selector(LOADED[path])
    expect(page.locator(".notice")).to_contain_text("run “nope” is not in this store")


WATCH_HEADER = """
window.gaps = 0;
window.seen = false;
const look = () => {
  const tabs = [...document.querySelectorAll(".tabs a[aria-current]")];
  const shown = tabs.some((tab) => tab.checkVisibility({ visibilityProperty: true }));
  if (seen && !shown) gaps += 1;
  seen ||= shown;
  requestAnimationFrame(look);
};
look();
"""


@pytest.mark.parametrize("path", ["/blocks", "/paper"])
def test_the_header_stays_and_marks_the_page_while_dash_comes(
    open_page: OpenPage, dashboard_url: str, path: str
) -> None:
    page = open_page()
    page.add_init_script(WATCH_HEADER)
    page.goto(f"{dashboard_url}{path}")
    page.wait_for_selector(LOADED[path])
    expect(page.locator("#before-dash")).to_have_count(0)
    expect(page.locator("#navigation a[aria-current]")).to_have_text(path[1:].capitalize())
    assert page.evaluate("seen && gaps === 0")


def test_a_panels_help_leads_to_the_same_figure_of_the_paper(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(), f"{dashboard_url}/blocks")
    page.locator("summary[aria-label='What is “Cosine loss”?']").press("Space")
    expect(page.locator(".in-the-paper").locator("visible=true")).to_contain_text("arXiv:1710.04773, section 4.1")
    page.evaluate("document.getElementById('view').shadowRoot.activeElement.blur()")
    page.mouse.move(2, 2)  # neither pointer nor focus is in the panel: what is open still lies above the chart
    page.get_by_role("link", name="Figure 10").click()
    page.wait_for_url("**/paper#paper-fig10")
    page.wait_for_function("Math.abs(document.getElementById('paper-fig10')?.getBoundingClientRect().top) < 300")


CUT = """() => {
  const root = document.querySelector("iterscope-blocks, iterscope-interventions, iterscope-examples").shadowRoot;
  const told = (node) => node.closest(".panel").id + ": " + node.textContent;
  const outside = (node) => {
    const [own, card] = [node.getBoundingClientRect(), node.closest(".panel").getBoundingClientRect()];
    let cut = !own.width || own.left < card.left || own.right > card.right || own.bottom > card.bottom;
    for (let up = node.parentElement; up && !cut; up = up.parentElement) {
      if (getComputedStyle(up).overflowX === "visible") continue;
      const box = up.getBoundingClientRect();
      cut = own.right > box.right + 1 || own.bottom > box.bottom + 1;
    }
    return cut;
  };
  const shapes = [...root.querySelectorAll(".segment-name > span")].filter((node) => {
    const [own, box] = [node.getBoundingClientRect(), node.parentElement.getBoundingClientRect()];
    return own.top < box.bottom && own.right > box.right + 1;
  });
  const parts = [...root.querySelectorAll(".legend-entry, .panel-tools summary, .panel select, .journey-key > *, .plot text")];
  return { entries: parts.length, cut: [...parts.filter(outside), ...shapes].map(told) };
}"""
"""How many legend entries, controls and texts panels have, and which of them are cut off or outside their cards; shapes in part only."""


@pytest.mark.parametrize("width", [390, 1280, 2560])
def test_legends_and_controls_of_panels_are_whole_at_every_width(
    open_page: OpenPage, dashboard_url: str, width: int
) -> None:
    page = open_page(width=width)
    for path in ("/", "/interventions?plan=0..7 8@0.1x3", "/examples?group=all"):
        opened(page, dashboard_url + path)
        if path == "/":
            page.wait_for_selector("#blocks-exit .line")
        wait_until_still(page)
        found = page.evaluate(CUT)
        assert found["entries"] > 20, path
        assert not found["cut"], (path, found["cut"])
        if path.startswith("/interventions"):
            first, last = (page.locator(".tile").nth(i).bounding_box() for i in (0, 8))
            assert first
            assert last
            assert width == 390 or last["width"] > 1.1 * first["width"]  # more channels


@pytest.mark.parametrize("width", [390, 1280])
def test_what_is_read_out_moves_nothing(open_page: OpenPage, dashboard_url: str, width: int) -> None:
    page = opened(open_page(width=width), dashboard_url)
    wait_until_still(page)
    charts = "all => all.map((one) => one.getBoundingClientRect().top + scrollY)"
    before = page.locator(".charts").evaluate_all(charts)
    page.locator(".net-block").nth(5).hover()
    expect(page.locator("#blocks-cosine .panel-readout")).to_contain_text("block 5")
    assert page.locator(".charts").evaluate_all(charts) == before
