"""What "Copy as Python" and "Copy as cURL" put on the clipboard is run, and gives what the page shows."""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Callable, Sequence
from typing import Any

import httpx2
import plotly.graph_objects as go
import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.views import DRAWN, drawn, measured, menu, opened, table

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
BANDS = (", low", ", high")


def run_python(code: str) -> list[go.Figure]:
    """The figures that the copied program shows."""
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(go.Figure, "show", lambda _figure: None)
        exec(code, names)
    figures: list[go.Figure] = names.get("figures") or [names["figure"]]
    return figures


def curves_of(figures: Sequence[go.Figure], bands: bool = True) -> list[list[Any]]:
    """The heights of every curve; of a map, its cells, one column after the other."""
    return [
        [cell for column in zip(*trace.z, strict=True) for cell in column] if trace.type == "heatmap" else list(trace.y)
        for figure in figures
        for trace in figure.data
        if bands or trace.fill != "toself"
    ]


def numbers_of(figures: Sequence[go.Figure]) -> list[list[Any]]:
    """Every list of numbers in an answer's figures: of lines, of maps by row and column, of tables by column."""
    found: list[Sequence[Any]] = []
    for trace in (trace for figure in figures for trace in figure.data):
        if trace.type == "table":
            found += trace.cells["values"]
        elif trace.type == "heatmap":
            found += [*trace.z, *zip(*trace.z, strict=True)]
        else:
            found += [trace.x, trace.y]
    return [list(each) for each in found if all(isinstance(one, int | float | None) for one in each)]


def same(a: Sequence[Any], b: Sequence[Any]) -> bool:
    """Equal up to the page's single precision."""

    def equal(one: Any, other: Any) -> bool:
        missing = [value is None or math.isnan(value) for value in (one, other)]
        return all(missing) or (not any(missing) and math.isclose(one, other, rel_tol=1e-5, abs_tol=1e-6))

    return len(a) == len(b) and all(map(equal, a, b))


def copied(page: Page, title: str, language: str) -> str:
    """Through the menu, as a reader does it."""
    fold = menu(page, title)
    item = fold.locator(f"[data-copy={language}]")
    item.click()
    expect(item).to_have_text("Copied")
    page.keyboard.press("Escape")
    expect(fold).not_to_have_attribute("open", "")
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def shown(page: Page, title: str) -> list[list[float]]:
    """The curves of a figure, without bands and rules."""
    series = table(page, title)[1].items()
    return [
        [y for _, y in points]
        for name, points in series
        if not name.endswith(BANDS) and len(points) > 1 and not math.isnan(points[0][0])
    ]


def check_drawn(page: Page, *titles: str) -> None:
    """What was logged: the copied program draws the curves that are shown, and no others."""
    for title in titles:
        there, again = shown(page, title), curves_of(run_python(copied(page, title, "python")))
        assert there, title
        for curve in there:
            assert any(same(curve, values) for values in again), (title, curve, again)
        for values in again:
            assert any(same(curve, values) for curve in there), (title, values, there)


def check_answered(page: Page, *titles: str) -> None:
    """What was measured: the answer holds every curve that is shown, as it is or as a share."""
    for title in titles:
        there, again = shown(page, title), numbers_of(run_python(copied(page, title, "python")))
        assert there, title
        for curve in there:
            shares = [value / 100 for value in curve]
            assert any(same(curve, values) or same(shares, values) for values in again), (title, curve, again)


def test_blocks(open_page: OpenPage, dashboard_url: str, backend_url: str) -> None:
    run, other = (one["id"] for one in httpx2.get(f"{backend_url}/runs", timeout=60).json()["runs"])
    page = opened(open_page(height=1800), f"{dashboard_url}/blocks?run={run}")
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".epoch strong")).to_have_text("1")
    measured(page, "blocks-drop")
    check_drawn(page, "Cosine loss", "ℓ2 ratio", "Any metric", "Over epochs", "Block × epoch")
    check_drawn(page, "Gradient norm ratio", "Network accuracy")
    check_answered(page, "Accuracy without block")
    page.goto(f"{dashboard_url}/blocks?run={run}&with={other}&pin={run}@0&split=both&by=drop_damage&metric=drop_damage")
    drawn(page)
    expect(page.locator("#blocks-cosine .line")).to_have_count(6)
    expect(page.locator("#blocks-heat .panel-badge")).to_contain_text("3 of 3")
    measured(page, "blocks-drop")
    check_drawn(page, "Cosine loss", "Network accuracy")
    check_answered(page, "Accuracy without block")
    command = copied(page, "Accuracy without block", "curl").splitlines()[0]
    answer = json.loads(subprocess.run(command, shell=True, check=True, capture_output=True, text=True).stdout)
    accuracies = [100 * plan["accuracy"] for plan in answer["plans"]]
    assert any(same(accuracies, curve) for curve in shown(page, "Accuracy without block"))
    page.goto(f"{dashboard_url}/blocks?run={run}&pin={run}@0&difference=1")
    drawn(page)
    expect(page.locator("#blocks-cosine")).to_contain_text("− pinned")
    check_drawn(page, "Cosine loss", "ℓ2 ratio")


@pytest.mark.parametrize(
    ("address", "titles"),
    [
        (
            "/interventions?plan=0..3 5..8 8x3",
            ("Cosine loss along the plan", "ℓ2 ratio along the plan"),
        ),
        ("/examples?group=all", ("Class probabilities", "Margin", "This image, block by block")),
    ],
)
def test_the_other_views(open_page: OpenPage, dashboard_url: str, address: str, titles: tuple[str, ...]) -> None:
    page = open_page(height=2000)
    page.goto(dashboard_url + address)
    page.wait_for_selector(DRAWN[address.split("?")[0]])
    check_answered(page, *titles)


PLOTTED = """(id) => iterscope.plot(id).data
  .filter((trace) => trace.fill !== "toself").map((trace) => Array.from(trace.y))"""


@pytest.mark.parametrize(
    ("address", "there", "graph"),
    [
        ("runs", ".ag-row .spark", "runs-accuracy"),
        ("paper?figure=fig2", "#paper-fig2-0 .scatterlayer .point", "paper-fig2-0"),
    ],
)
def test_pages_that_the_server_renders(
    open_page: OpenPage, dashboard_url: str, address: str, there: str, graph: str
) -> None:
    page = open_page(height=2000)
    page.goto(f"{dashboard_url}/{address}")
    page.wait_for_selector(there)
    page.wait_for_function(f"Boolean(iterscope.snippet && iterscope.snippet(iterscope.plot('{graph}'), 'python'))")
    fold = page.locator(f".panel:has(#{graph}) details.menu")
    fold.locator("summary").click()
    item = fold.locator("[data-copy=python]")
    item.click()
    expect(item).to_have_text("Copied")
    again = curves_of(run_python(page.evaluate("navigator.clipboard.readText()")), bands=False)
    assert again
    for values in again:
        assert any(same(values, curve) for curve in page.evaluate(PLOTTED, graph)), values


def test_with_a_token_pages_work_by_their_cookie_and_copies_read_it_from_the_environment(
    open_page: OpenPage, serve_dashboard: Callable[..., str], backend_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = serve_dashboard("--token", "secret", "--backend", backend_url)
    page = opened(open_page(), f"{address}/?token=secret&metric=l2_ratio")
    assert "token" not in page.url
    assert "metric=l2_ratio" in page.url
    curl, code = copied(page, "ℓ2 ratio", "curl"), copied(page, "ℓ2 ratio", "python")
    assert '-H "Authorization: Bearer $ITERSCOPE_TOKEN"' in curl
    assert "secret" not in curl + code
    monkeypatch.setenv("ITERSCOPE_TOKEN", "secret")
    assert run_python(code)
