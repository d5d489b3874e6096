"""The Literature page in a real browser, on the real stack: two seeds of a small ResNet-20 on digits."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


def test_a_work_is_measured_and_judged(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.goto(f"{dashboard_url}/literature?work=cka")
    section = page.locator("#literature-cka")
    expect(section.locator(".unmeasured")).to_contain_text("CKA: similarity of hidden states")
    expect(section.locator(".verdict")).to_have_text(["○not yet run"] * 2)
    expect(page.get_by_role("navigation", name="Works").locator("a")).to_have_count(16)
    section.get_by_role("button", name="Measure what is missing (2)").click()  # both seeds
    page.wait_for_selector("#literature-cka .heatmaplayer .hm")
    assert page.evaluate("iterscope.plot('literature-cka-0').layout.meta.snippet.path") == "/probe/cka"
    expect(section).to_contain_text("CKA of the states at two positions")
    expect(section.locator(".verdict").last).to_have_text(re.compile("holds|does not hold|inconclusive"))
    expect(section.locator(".claim-about").last).to_contain_text("ResNet-20, 4–8–8 filters, 2 seeds, this network only")
    expect(section.get_by_role("button", name="Measure")).to_be_hidden()
    expect(section.get_by_role("link", name="CKA")).to_have_attribute("href", re.compile("/measure.*measurement=cka"))
    page.locator(".index-chip[data-figure-link='ledger']").first.click()
    page.wait_for_url("**work=ledger*")
