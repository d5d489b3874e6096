"""The Measure page: any measurement is chosen, its options set, and its answer kept by the link."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.plug_ins import path_with_plug_ins

from .conftest import serving
from .looks import until

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
DRAWN = "#measure-figure-0 .scatterlayer .point"


def test_an_answer_is_measured_and_the_link_shows_it_again_at_once(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page(height=1400)
    page.goto(f"{dashboard_url}/measure?.limit=40")
    page.get_by_role("textbox", name="Measurement").click()
    page.get_by_role("option", name="Block drop").click()
    page.get_by_role("textbox", name="Blocks").fill("[[1], [2, 4]]")
    expect(page.get_by_role("textbox", name="Limit")).to_have_value("40")  # it has this option, too
    page.get_by_role("textbox", name="Seed").fill("3")
    page.get_by_role("button", name="Measure", exact=True).click()
    page.wait_for_selector(DRAWN)
    expect(page.locator("#measure-status")).to_contain_text("Measured in")
    page.wait_for_url("**.seed=3**")

    page.reload()
    page.wait_for_selector(DRAWN)
    expect(page.locator("#measure-status")).to_contain_text("Measured earlier")
    expect(page.get_by_role("textbox", name="Seed")).to_have_value("3")
    expect(page.locator(".answer-tools")).to_contain_text("n = 40, validation")
    with page.expect_download() as saved:
        page.get_by_role("button", name="CSV", exact=True).click()
    assert Path(saved.value.path()).read_text().splitlines()[1].startswith("1,0.")
    copied = page.locator(".answer-tools [data-copy=command]")
    copied.click()
    expect(copied).to_have_text("Copied")
    assert "--limit 40 --seed 3 --blocks '[[1], [2, 4]]'" in page.evaluate("navigator.clipboard.readText()")

    page.get_by_role("textbox", name="Checkpoint").click()
    page.get_by_role("option", name="every epoch").click()
    expect(page.locator("#measure-status")).to_have_text("Not measured yet.")
    page.get_by_role("button", name="Measure", exact=True).click()
    expect(page.locator("#measure-figure-0 .legendtext").first).to_have_text("epoch 0")
    copied.click()  # "Copied" stands there for a moment only, which a busy machine may miss
    until(page, lambda: "/every --limit 40" in page.evaluate("navigator.clipboard.readText()"))


def test_what_is_wrong_is_said_at_its_field_and_a_measurement_is_cancelled(
    open_page: OpenPage, dashboard_url: str
) -> None:
    page = open_page()
    page.goto(f"{dashboard_url}/measure?measurement=plan&.plan=0..x&.borderline.threshold=3")
    threshold = page.get_by_role("textbox", name="Threshold")
    expect(threshold).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#measure-error")).to_contain_text(
        "borderline.threshold: Input should be less than or equal to 1"
    )
    page.get_by_role("textbox", name="Plan").fill("")
    threshold.fill("")
    page.get_by_role("button", name="Measure", exact=True).click()
    expect(page.get_by_text("must be given")).to_be_visible()
    expect(page.locator("#measure-error")).to_be_empty()

    page.goto(f"{dashboard_url}/measure?measurement=shuffle&.repeats=50&.swaps=1,2,3,4,5,6,7&.limit=null&.split=train")
    page.get_by_role("button", name="Measure", exact=True).click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#measure-status")).to_have_text("Cancelled.")
    expect(page.get_by_role("button", name="Measure", exact=True)).to_be_enabled()


def test_a_plug_in_has_its_panel_and_a_broken_one_is_named(
    open_page: OpenPage, trained_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", path_with_plug_ins(tmp_path))
    with (
        serving(tmp_path / "backend.log", "backend", "--port", "0", "--home", str(trained_home)) as backend,
        serving(tmp_path / "dashboard.log", "dashboard", "--port", "0", "--backend", backend) as dashboard,
    ):
        page = open_page()
        page.goto(f"{dashboard}/measure?measurement=step-length&.limit=40")
        expect(page.get_by_text("The plug-in broken can’t be used")).to_contain_text("step-length 1.0")
        expect(page.locator(".measure-form")).to_contain_text("How far each block moves the hidden state")
        page.get_by_role("button", name="Measure", exact=True).click()
        page.wait_for_selector(DRAWN)
        expect(page.locator("#measure-figure-0")).to_contain_text("step length")
        page.close()
