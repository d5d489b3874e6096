"""What a figure is saved as: SVG, PDF, PNG and CSV, each saying where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


def saved(page: Page, title: str, item: str) -> Path:
    """The file that an item of a figure's menu gives."""
    menu = page.locator(f"summary[aria-label='Save the figure “{title}”']")
    menu.click()
    with page.expect_download() as download:
        menu.locator("..").get_by_role("button", name=item).click()
    return download.value.path()


@pytest.fixture
def blocks(open_page: OpenPage, dashboard_url: str) -> Page:
    page = open_page(height=1400)
    page.goto(f"{dashboard_url}/?epoch=1")
    page.wait_for_selector("#blocks-heat .heatmaplayer image")
    page.wait_for_selector("svg.overlay", state="attached")
    return page


def test_images_carry_title_axes_legend_and_origin(blocks: Page) -> None:
    svg = saved(blocks, "Cosine loss", "SVG image").read_text()
    for expected in (
        "Cosine loss",
        "∂L/∂h",
        "block",
        "validation",
        "train",
        "epoch 1",
        f"Iterscope {version('iterscope')}",
        "run=",
    ):
        assert expected in svg, expected
    assert saved(blocks, "Cosine loss", "PNG image").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("title", ["Cosine loss", "Block × epoch"])
def test_a_pdf_is_vector(blocks: Page, title: str) -> None:
    pdf = saved(blocks, title, "PDF").read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert b"LibertinusSerif" in pdf


def test_csv_says_what_its_columns_are(blocks: Page) -> None:
    comment, columns, *rows = saved(blocks, "Block × epoch", "CSV of the plotted data").read_text().splitlines()
    for expected in ("# Block × epoch", "x: epoch", "y: block", "value: cosine loss", "Iterscope"):
        assert expected in comment
    assert columns == "series,x,y,value"
    assert len(rows) == 3 * 9


def test_a_refused_figure_says_why(blocks: Page) -> None:
    blocks.route("**/figure.pdf", lambda route: route.fulfill(json={"refused": "it is too large"}))
    menu = blocks.locator("summary[aria-label='Save the figure “Cosine loss”']")
    menu.click()
    menu.locator("..").get_by_role("button", name="PDF").click()
    expect(blocks.get_by_role("alert").filter(has_text="it is too large")).to_be_visible()
