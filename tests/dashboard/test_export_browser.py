"""What a figure is saved as: SVG, PDF, PNG and CSV, each with its title, its axes, its legend and where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from xml.etree import ElementTree

import httpx2
import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.views import measured, menu, opened, saved, table

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> str:
    """Everything that a figure says, one text a line."""
    return "\n".join("".join(one.itertext()) for one in ElementTree.fromstring(svg).iter(f"{SVG}text"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_image_is_the_chart_itself_in_light_colours(open_page: OpenPage, dashboard_url: str, scheme: str) -> None:
    page = opened(open_page(height=1400, scheme=scheme), f"{dashboard_url}/?epoch=1")
    svg = saved(page, "Cosine loss", "svg").read_text()
    shown = page.locator("#blocks-cosine .plot svg").first.locator("text").all_text_contents()
    said = texts(svg)
    for expected in ("Cosine loss", "cos(Fᵢ, ∂L/∂hᵢ)", "block", "train", "validation", "stage 3", *shown):
        assert expected in said, expected
    assert len([one for one in ElementTree.fromstring(svg).iter(f"{SVG}g") if one.get("class") == "line"]) == 2
    assert 'fill="#ffffff"' in svg
    assert 'url("data:font/woff2;base64,' in svg  # it looks the same everywhere
    png = saved(page, "Cosine loss", "png").read_bytes()
    assert png.startswith(b"\x89PNG")
    assert int.from_bytes(png[16:20], "big") == 2 * 760  # pixels across


def test_a_dark_page_saves_the_same_file(open_page: OpenPage, dashboard_url: str) -> None:
    """The key of a map, and lines in the ink of the page."""
    files: list[list[str]] = []
    for scheme, ink in (("light", "rgb(28, 32, 40)"), ("dark", "rgb(230, 233, 240)")):
        page = opened(open_page(height=1400, scheme=scheme), f"{dashboard_url}/blocks?epoch=1")
        files.append([saved(page, "Block × epoch", "svg").read_text()])
        page.goto(f"{dashboard_url}/examples?group=all&index=3&plan=0..3+5..8")
        legend = page.locator("#examples-probabilities .legend-entry", has_text="label, with the plan")
        expect(legend.locator("path")).to_have_css("stroke", ink)
        line = page.locator("#examples-probabilities .line path[stroke=currentColor]").first
        expect(line).to_have_css("stroke", ink)
        files[-1] += [saved(page, title, "svg").read_text() for title in ("Class probabilities", "Margin")]
    assert files[0] == files[1]


@pytest.mark.parametrize("title", ["Cosine loss", "Block × epoch"])
def test_a_pdf_is_vector(open_page: OpenPage, dashboard_url: str, title: str) -> None:
    page = opened(open_page(height=1400), dashboard_url)
    pdf = saved(page, title, "pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert b"/Inter" in pdf or b"+Inter" in pdf  # its letters are letters


def test_csv_says_what_its_columns_are(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(height=1400), dashboard_url)
    origin, cells = table(page, "Block × epoch")
    for expected in ("# Block × epoch", "x: epoch", "y: block", "split validation", "mean of 2 seeds", "Iterscope"):
        assert expected in origin
    assert list(cells) == ["cosine loss"]
    assert len(cells["cosine loss"]) == 3 * 9
    page.get_by_label("All blocks in one plot, or one plot per stage").select_option("stages")
    expect(page.locator("#blocks-lines .plot")).to_have_count(3)
    head, first, *rows = saved(page, "Over epochs", "csv").read_text().splitlines()
    assert head.count("x: epoch; y: cos(Fᵢ, ∂L/∂hᵢ)") == 3
    assert first == "chart,series,x,y,value"
    assert len(rows) == 3 * 9


def test_a_refused_figure_says_why(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(height=1400), dashboard_url)
    page.route("**/figure.pdf", lambda route: route.fulfill(json={"refused": "it is too large"}))
    item = menu(page, "Cosine loss").locator("[data-export=pdf]")
    item.click()
    expect(item).to_have_text("Not saved: it is too large")


def test_a_file_says_where_its_numbers_come_from(open_page: OpenPage, dashboard_url: str, backend_url: str) -> None:
    """Also right after a step, on every page, and never with another page's epoch."""
    run, other = httpx2.get(f"{backend_url}/runs", timeout=60).json()["runs"]
    kept = httpx2.get(f"{backend_url}/checkpoints?run={run['id']}", timeout=60).json()["checkpoints"]
    checkpoints = {one["epoch"]: f"checkpoint {one['id']}, sha256 {one['sha256'][:12]}" for one in kept}
    alone = f"run {run['name']} ({run['id']})"
    page = opened(open_page(height=1700), f"{dashboard_url}/blocks?run={run['id']}&seeds=merged")
    measured(page, "blocks-drop")

    def check(title: str, *expected: str, but: str = "nothing") -> None:
        for text in (
            saved(page, title, "csv").read_text().splitlines()[0],
            texts(saved(page, title, "svg").read_text()),
        ):
            joined = text.replace("\n", "")  # a long line is broken
            wanted = (f"Iterscope {version('iterscope')}", f"run={run['id']}", *expected)
            assert [part for part in wanted if part not in joined] == []
            assert but not in joined

    page.keyboard.press("ArrowLeft")
    both = f"run Tiny, mean of 2 seeds ({other['id']}, {run['id']})"
    check("Cosine loss", both, "epoch 1", "&epoch=1", "split train and validation", "mean of 2 seeds", but="sha256")
    measured(page, "blocks-drop")
    dropped = (alone, "epoch 1", checkpoints[1], "split validation", "359 images")
    check("Accuracy without block", *dropped, but="seeds ·")
    page.keyboard.press("ArrowLeft")
    page.get_by_role("link", name="Interventions", exact=True).click()  # at once
    page.wait_for_selector("#interventions-results[data-state=ready]")
    check(
        "Cosine loss along the plan", alone, "epoch 0", checkpoints[0], "359 images", "plan 0..8", "/interventions?run="
    )
    page.get_by_label("Checkpoint").select_option(label="epoch 2")
    page.get_by_role("link", name="Examples", exact=True).click()
    page.wait_for_selector(".story:not([data-stale]) #examples-blocks .line")
    index = (page.locator(".story-title").text_content() or "").removeprefix("Image ")
    check("Class probabilities", alone, "epoch 2", checkpoints[2], f"image {index}", "split validation", but="epoch 0")
