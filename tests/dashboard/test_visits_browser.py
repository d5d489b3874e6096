"""One visit to every page checks all that each page must have.

It stands still while it loads, nothing overflows at any width, Tab reaches every control, which shows its focus, axe-core finds
nothing serious, light or dark, and it runs no code but our own files. The views load no Plotly.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.dashboard.looks import controls_beyond_reach, overflows, serious_findings, switch_to_dark, wait_until_still
from tests.dashboard.views import DRAWN

pytestmark = pytest.mark.browser
PAGES = {
    "/": DRAWN["/"],
    "/runs?new=demo": ".ag-row .run-cell a",
    "/interventions?plan=0..3 5..8 8&images=3.17": DRAWN["/interventions"],
    "/measure?measurement=drop": "#measure-figure-1 .scatterlayer .point",
    "/compare": "#compare-status",
    "/examples?group=all": DRAWN["/examples"],
    "/import": "#import-choose",
    "/paper": ".paper-strip",
}
WIDTHS = (390, 768, 3840)
MAX_SHIFT = 0.01
"""Cumulative layout shift: a tenth of what counts as good (0.1). On a quiet machine it is less than 0.005."""
WATCH_SHIFTS = """
window.shift = 0;
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  if (!entry.hadRecentInput) window.shift += entry.value;
})).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("path", list(PAGES))
def test_a_visit(open_page: Callable[..., Page], dashboard_url: str, path: str) -> None:
    page = open_page()
    page.add_init_script(WATCH_SHIFTS)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.lower()))
    answer = page.goto(dashboard_url + path)
    page.wait_for_selector(PAGES[path])
    wait_until_still(page)
    problems: list[object] = []
    if (shift := page.evaluate("window.shift")) >= MAX_SHIFT:
        problems.append(f"the page moved by {shift} while it loaded")
    assert answer
    scripts = next(part for part in answer.headers["content-security-policy"].split("; ") if "script-src" in part)
    if "unsafe" in scripts or "'self'" not in scripts:
        problems.append(f"may run more than our own scripts: {scripts}")
    if path.split("?")[0] in DRAWN:
        problems += [f"loads {url}" for url in asked if "plotly" in url]
    assert page.evaluate("document.documentElement.lang") == "en"
    problems += [("light", finding) for finding in serious_findings(page)]
    problems += controls_beyond_reach(page)
    switch_to_dark(page)
    problems += [("dark", finding) for finding in serious_findings(page)]
    problems += [found for width in WIDTHS if (found := overflows(page, width))]
    assert not problems, problems
