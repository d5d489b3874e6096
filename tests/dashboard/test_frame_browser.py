"""The frame around the pages: the tour, bad links, keys, and how steady it stands while it loads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
LOADED = {
    "/blocks": "#blocks-heat .heatmaplayer image",
    "/runs": "#runs-table",
    "/interventions": ".outcome-table",
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_tour_has_no_serious_accessibility_finding(open_page: OpenPage, dashboard_url: str, scheme: str) -> None:
    page = open_page(width=768, scheme=scheme)
    page.goto(f"{dashboard_url}/import")
    page.wait_for_selector(LOADED["/import"])
    page.evaluate("localStorage.setItem('iterscope-tour', '5')")
    page.locator("#tour-start").click()
    expect(page.locator(".tour-card")).to_contain_text("6 of 6")
    box = page.locator(".tour-card").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 768
    found = Axe().run(page).response["violations"]
    assert not [violation for violation in found if violation["impact"] in ("serious", "critical")], found


def test_the_tour_is_offered_once(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'webdriver', { get: () => false })")
    page.goto(f"{dashboard_url}/import")
    page.get_by_role("button", name="No, thanks").click()
    expect(page.locator(".tour-offer")).to_have_count(0)
    page.reload()
    page.wait_for_selector(LOADED["/import"])
    page.wait_for_timeout(4300)
    expect(page.locator(".tour-offer")).to_have_count(0)


@pytest.mark.parametrize("path", ["/blocks", "/interventions", "/examples"])
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


@pytest.mark.parametrize("path", list(LOADED))
def test_nothing_jumps_while_a_page_loads(open_page: OpenPage, dashboard_url: str, path: str) -> None:
    page = open_page()
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver((list) => list.getEntries().forEach((entry) => {"
        "  if (!entry.hadRecentInput) window.shift += entry.value; })).observe({ type: 'layout-shift', buffered: true });"
    )
    page.goto(dashboard_url + path)
    page.wait_for_selector(LOADED[path])
    page.wait_for_timeout(500)
    assert page.evaluate("window.shift") < 0.05


@pytest.mark.parametrize("path", list(LOADED))
def test_every_control_is_reached_by_tab_and_shows_it(open_page: OpenPage, dashboard_url: str, path: str) -> None:
    page = open_page()
    page.goto(dashboard_url + path)
    page.wait_for_selector(LOADED[path])
    wanted = page.evaluate(
        """() => {
          const radios = new Set();
          return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter((node) => {
            if (node.closest(".ag-root-wrapper")) return false; // inside a table arrows go on
            if (node.tabIndex < 0 || node.disabled || !node.checkVisibility({ visibilityProperty: true })) return false;
            if (node.type !== "radio") return true;
            return !radios.has(node.name) && radios.add(node.name); // arrows go on from the first
          }).map((node, i) => { node.dataset.reach = i; return i; });
        }"""
    )
    reached = set()
    unseen = []
    for _ in range(len(wanted) + 150):  # a table's cells are stops of their own
        page.keyboard.press("Tab")
        found = page.evaluate(
            """() => {
              const node = document.activeElement;
              const group = node.type === "radio" ? [...document.getElementsByName(node.name)] : [node];
              const look = getComputedStyle(node);
              const seen = look.outlineStyle !== "none" || look.boxShadow !== "none" || node.type === "radio" || node.matches("input");
              return { reach: group.map((one) => one.dataset.reach), seen, html: node.outerHTML.slice(0, 120) };
            }"""
        )
        reached |= {int(number) for number in found["reach"] if number is not None}
        if not found["seen"] and found["reach"] != [None]:
            unseen.append(found["html"])
        if reached >= set(wanted):
            break
    missing = [
        page.locator(f"[data-reach='{number}']").evaluate("node => node.outerHTML.slice(0, 160)")
        for number in sorted(set(wanted) - reached)
    ]
    assert not missing, missing
    assert not unseen, unseen
