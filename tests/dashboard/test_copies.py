"""What "Copy as Python" and "Copy as cURL" put on the clipboard is run, and gives what the page shows."""

from __future__ import annotations

import json
import math
import subprocess
from collections.abc import Callable
from typing import Any

import plotly.graph_objects as go
import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]

DRAWN = """(id) => iterscope.plot(id).data
  .filter((trace) => !(trace.meta && ["scale", "band"].includes(trace.meta.role)) && trace.fill !== "toself")
  .map((trace) => (trace.z ? trace.z.map((row) => Array.from(row)) : Array.from(id === "interventions-groups" ? trace.x : trace.y)))"""
WITHOUT_SHOWING = "\nfigure.show()\n"


def run_python(code: str) -> list[Any]:
    """The y (or z) of every curve that the copied program draws."""
    assert code.endswith(WITHOUT_SHOWING)
    names: dict[str, Any] = {}
    exec(code.removesuffix(WITHOUT_SHOWING), names)
    figure: go.Figure = names["figure"]
    return [
        trace.z if trace.type == "heatmap" else trace.x if isinstance(trace.y[0], str) else trace.y
        for trace in figure.data
    ]


def same(a: Any, b: Any) -> bool:
    """Equal up to the page's single precision."""
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(same, a, b))
    missing = [value is None or (isinstance(value, float) and math.isnan(value)) for value in (a, b)]
    return all(missing) or (not any(missing) and math.isclose(a, b, rel_tol=1e-5, abs_tol=1e-6))


def copied(page: Page, graph: str, language: str) -> str:
    """Through the menu, as a reader does it."""
    menu = page.locator(f".panel:has(#{graph}) details.menu")
    menu.locator("summary").click()
    item = menu.locator(f"[data-copy={language}]")
    item.click()
    expect(item).to_have_text("Copied")
    page.keyboard.press("Escape")
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def check(page: Page, graph: str) -> None:
    """Every curve of the copied program is on the page."""
    page.wait_for_function(f"Boolean(iterscope.snippet && iterscope.snippet(iterscope.plot('{graph}'), 'python'))")
    shown, again = page.evaluate(DRAWN, graph), run_python(copied(page, graph, "python"))
    assert again, graph
    for values in again:
        assert any(same(list(values), curve) for curve in shown), (graph, values, shown)


def test_blocks(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page(height=1800)
    page.goto(f"{dashboard_url}/blocks?seeds=this")
    page.wait_for_selector("svg.overlay", state="attached")
    page.wait_for_function("document.querySelectorAll('#blocks-heat .heatmaplayer image').length > 0")
    page.keyboard.press("ArrowLeft")
    expect(page.locator("#blocks-epoch-label")).to_have_text("1")
    page.wait_for_function("!iterscope.blocks.state.restTimer")  # plotly has the values that are seen
    graphs = ("cosine", "ratio", "exit", "drop", "lines", "heat", "gradient", "training")
    for graph in graphs:
        check(page, f"blocks-{graph}")


def test_blocks_with_another_run_and_as_differences_from_the_pinned_one(
    open_page: OpenPage, dashboard_url: str
) -> None:
    page = open_page(height=1800)
    page.goto(f"{dashboard_url}/blocks?seeds=this")
    page.wait_for_function("iterscope.blocks.state && !iterscope.blocks.state.loading")
    run = page.evaluate("iterscope.blocks.state.run")
    page.get_by_role("textbox", name="Compare with").click()
    page.get_by_role("option").first.click()
    page.wait_for_function("iterscope.blocks.state && Object.keys(iterscope.blocks.state.curves).length === 2")
    page.goto(f"{page.url}&pin={run}@0&split=both&by=drop_damage")
    page.wait_for_function("iterscope.blocks.state && Object.keys(iterscope.blocks.state.curves).length === 2")
    page.wait_for_function("iterscope.plot('blocks-exit').data.some(t => t.meta.role === 'mean' && t.y.length === 9)")
    drops = "iterscope.plot('blocks-drop').data.filter(t => t.meta.role === 'mean')"
    page.wait_for_function(f"{drops}.length === 2 && {drops}.every(t => t.y.length === 9)")
    for graph in ("cosine", "training", "exit", "drop"):
        check(page, f"blocks-{graph}")
    page.get_by_role("switch", name="difference").click()
    page.wait_for_url("**difference=1**")
    check(page, "blocks-ratio")
    page.goto(page.url.replace("by=", "metric=drop_damage&by="))
    page.wait_for_function("iterscope.plot('blocks-heat') && iterscope.plot('blocks-heat').data[0].x.length === 3")
    for graph in ("lines", "heat"):
        check(page, f"blocks-{graph}")


@pytest.mark.parametrize(
    ("address", "there", "graphs"),
    [
        (
            "interventions",
            ".outcome-table",
            tuple(f"interventions-{name}" for name in ("groups", "cosine", "ratio", "unroll-groups", "unroll-metrics")),
        ),
        (
            "examples?group=all",
            ".story .scatterlayer .point",
            tuple(f"examples-{name}" for name in ("probabilities", "margin", "blocks")),
        ),
        ("runs", ".ag-row .spark", ("runs-accuracy",)),
        ("paper?figure=fig2", "#paper-fig2-0 .scatterlayer .point", ("paper-fig2-0",)),
    ],
)
def test_other_pages(
    open_page: OpenPage, dashboard_url: str, address: str, there: str, graphs: tuple[str, ...]
) -> None:
    page = open_page(height=2000)
    page.goto(f"{dashboard_url}/{address}")
    page.wait_for_selector(there)
    for graph in graphs:
        check(page, graph)


def test_curl_gives_the_answer_that_the_figure_is_drawn_from(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.goto(f"{dashboard_url}/blocks?seeds=this")
    page.wait_for_function("Boolean(iterscope.snippet && iterscope.snippet(iterscope.plot('blocks-drop'), 'curl'))")
    command = copied(page, "blocks-drop", "curl")
    answer = json.loads(subprocess.run(command, shell=True, check=True, capture_output=True, text=True).stdout)
    shown = page.evaluate("iterscope.plot('blocks-drop').data.find(t => t.meta.role === 'mean').y")
    assert [100 * plan["accuracy"] for plan in answer["plans"]] == pytest.approx(list(shown))


def test_with_a_token_pages_work_by_their_cookie_and_copies_read_it_from_the_environment(
    open_page: OpenPage, serve_dashboard: Callable[..., str], backend_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = serve_dashboard("--token", "secret", "--backend", backend_url)
    page = open_page()
    page.goto(f"{address}/blocks?token=secret&metric=l2_ratio")
    page.wait_for_function("iterscope.plot && iterscope.plot('blocks-ratio')")
    assert "token" not in page.url
    assert "metric=l2_ratio" in page.url
    curl = page.evaluate("iterscope.snippet(iterscope.plot('blocks-ratio'), 'curl')")
    assert '-H "Authorization: Bearer $ITERSCOPE_TOKEN"' in curl
    code = page.evaluate("iterscope.snippet(iterscope.plot('blocks-ratio'), 'python')")
    assert "secret" not in curl + code
    monkeypatch.setenv("ITERSCOPE_TOKEN", "secret")
    monkeypatch.setattr("urllib.request._opener", None)  # the program installs one
    assert run_python(code)
