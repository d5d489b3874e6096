"""The frame around the pages: the tour, bad links, a panel's help."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.looks import serious_findings, switch_to_dark

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
OFFERED_AFTER_MS = 4000
LOADED = {
    "/blocks": "#blocks-heat .heatmaplayer image",
    "/runs": "#runs-table",
    "/interventions": ".outcome-table",
    "/measure": "#measure-submit",
    "/examples": ".story .scatterlayer .point",
    "/paper": ".paper-strip",
    "/import": "#import-choose",
}


def test_the_tour_is_left_and_taken_up_again_by_keys(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.goto(f"{dashboard_url}/blocks")
    page.wait_for_selector(LOADED["/blocks"])
    assert page.locator(".tour-offer").count() == 0  # a program looks
    page.locator("#tour-start").focus()
    page.keyboard.press("Enter")
    card = page.locator(".tour-card")
    expect(card).to_contain_text("1 of 6")
    expect(card.get_by_role("button", name="Next")).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(card).to_contain_text("3 of 6")
    assert "epoch=" not in page.url  # the scrubber did not take the tour's arrow
    page.keyboard.press("Escape")
    expect(card).to_have_count(0)
    expect(page.locator("#tour-start")).to_be_focused()
    page.reload()
    page.locator("#tour-start").click()
    expect(card).to_contain_text("3 of 6")
    card.get_by_role("button", name="Next").click()
    page.wait_for_url("**/interventions**")
    expect(page.locator(".strip-panel")).to_be_visible()
    assert "run=" in page.url
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/examples**")
    page.keyboard.press("ArrowRight")
    card.get_by_role("button", name="Done").click()
    expect(card).to_have_count(0)
    page.locator("#tour-start").click()
    expect(card).to_contain_text("1 of 6")


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


def test_a_panels_help_leads_to_the_same_figure_of_the_paper(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.goto(f"{dashboard_url}/blocks")
    page.wait_for_selector(LOADED["/blocks"])
    page.locator("summary[aria-label='What is “Cosine loss”?']").click()
    expect(page.locator(".in-the-paper").locator("visible=true")).to_contain_text("arXiv:1710.04773, section 4.1")
    page.get_by_role("link", name="Figure 10").click()
    page.wait_for_url("**/paper#paper-fig10")
    page.wait_for_function("Math.abs(document.getElementById('paper-fig10')?.getBoundingClientRect().top) < 300")
