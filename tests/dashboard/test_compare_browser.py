"""The Compare page: networks are chosen, measured and shown, and the link shows them again at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .looks import controls_beyond_reach, overflows, serious_findings, switch_to_dark, wait_until_still

pytestmark = pytest.mark.browser
MISSING = re.compile(r"\d of 20 answers are not measured yet")
"""Other tests may have measured some of those of the third network."""


def test_networks_are_compared(open_page: Callable[..., Page], dashboard_url: str) -> None:
    page = open_page(height=1400)
    page.goto(f"{dashboard_url}/compare")
    status, measure = page.locator("#compare-status"), page.get_by_role("button", name="Measure", exact=True)
    expect(page.get_by_role("textbox", name="Run of A")).to_have_value("Tiny, seed 1 · resnet20 · digits")
    expect(page.get_by_role("textbox", name="Run of B")).to_have_value("Tiny, seed 0 · resnet20 · digits")
    expect(status).to_contain_text("of 13 answers are not measured yet")
    measure.click()
    page.get_by_role("button", name="Cancel").click()
    expect(status).to_have_text("Cancelled.")
    measure.click()
    expect(status).to_have_text("Measured.")
    expect(page.locator("#compare-error")).to_be_empty()
    expect(measure).to_be_disabled()
    page.wait_for_selector("#compare-figure-cka-B .heatmaplayer image")

    page.reload()
    page.wait_for_selector("#compare-figure-parting .scatterlayer .point")
    expect(status).to_have_text("Everything is measured; the results are read from the database.")
    cells = page.locator("#compare-table td.after").all_inner_texts()
    images = int(page.locator(".compare-table dd").last.inner_text().split()[0])
    assert sum(map(int, cells)) == images
    with page.expect_download() as saved:
        page.get_by_role("button", name="CSV", exact=True).click()
    assert Path(saved.value.path()).read_text().splitlines()[0] == "outcome,images,share,A,B"
    wait_until_still(page)
    assert page.locator(".compare-images img").evaluate_all("all => all.every((one) => one.naturalWidth > 0)")
    problems = [*serious_findings(page), *controls_beyond_reach(page), overflows(page, 390)]
    switch_to_dark(page)
    assert not [one for one in [*problems, *serious_findings(page)] if one]

    page.get_by_role("link", name="Add network").click()
    expect(status).to_contain_text(MISSING)
    expect(page.get_by_role("textbox", name="Run of C")).to_have_value("Tiny, seed 1 · resnet20 · digits")
    page.get_by_role("textbox", name="Checkpoint of B").click()
    page.get_by_role("option", name="epoch 0 (untrained)").click()
    expect(page.get_by_role("textbox", name="Checkpoint of B")).to_have_value("epoch 0 (untrained)")
    page.go_back()
    expect(status).to_contain_text(MISSING)
    page.get_by_role("link", name="Remove C").click()
    expect(status).to_have_text("Everything is measured; the results are read from the database.")
    page.locator(".compare-images a").first.click()
    page.wait_for_url("**/examples?**")
