"""The Runs page on the real stack: look, sort, filter, edit, compare, start, stop, delete."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.dashboard.looks import until

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
LINES = "(iterscope.plot('runs-accuracy') || {data: []}).data.filter((trace) => trace.fill !== 'toself').map((trace) => trace.name)"


def rows(page: Page) -> Locator:
    """The middle part of the grid has one element a row; pinned columns repeat it."""
    return page.locator(".ag-center-cols-container .ag-row")


def row_of(page: Page, name: str) -> dict[str, Locator]:
    """The cells of a run, by column."""
    number = page.locator("[col-id=name]", has_text=name).locator("xpath=ancestor::*[@row-id]").get_attribute("row-id")
    return {column: page.locator(f".ag-row[row-id='{number}'] [col-id={column}]") for column in
            ("name", "status", "tags", "notes", "action", "epoch", "spark")}  # fmt: skip


def opened(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator(".ag-row .run-cell").first).to_be_visible()


@pytest.fixture
def runs(backend_url: str) -> Iterator[list[dict[str, Any]]]:
    """The store's runs; tags and notes are as they were afterwards."""
    found: list[dict[str, Any]] = httpx2.get(f"{backend_url}/runs", timeout=60).json()["runs"]
    yield found
    for run in found:
        httpx2.patch(f"{backend_url}/runs/{run['id']}", json={"tags": run["tags"], "notes": run["notes"]}, timeout=60)


@pytest.fixture(autouse=True)
def no_run_stays(backend_url: str) -> Iterator[None]:
    """What a test that fails started would fail the others, too."""
    before = {run["id"] for run in httpx2.get(f"{backend_url}/runs", timeout=60).json()["runs"]}
    yield
    for run in httpx2.get(f"{backend_url}/runs", timeout=60).json()["runs"]:
        if run["id"] not in before:
            httpx2.post(f"{backend_url}/runs/{run['id']}/stop", timeout=60)
            httpx2.delete(f"{backend_url}/runs/{run['id']}", timeout=60).raise_for_status()


def test_start_stop_and_delete(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    opened(page, f"{dashboard_url}/runs")
    expect(rows(page)).to_have_count(2)
    expect(page.locator(".ag-row .status")).to_have_text(["completed"] * 2)
    page.get_by_role("button", name="New run").click()
    page.get_by_label("Epochs").fill("1")
    page.get_by_label("Name").fill("From the page")
    page.get_by_role("button", name="Start training").click()
    expect(rows(page)).to_have_count(3)
    row = row_of(page, "From the page")
    expect(row["status"]).to_have_text("queued")
    page.get_by_role("button", name="Stop From the page").click()
    expect(row["status"]).to_have_text("cancelled")
    page.get_by_role("button", name="Delete From the page").click()
    expect(page.get_by_role("dialog")).to_contain_text("This can’t be undone")
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    row["action"].press("Enter")  # in the cell, which a click would miss: its button lies in the middle
    page.get_by_role("button", name="Delete the run").click()
    expect(rows(page)).to_have_count(2)


def test_several_are_deleted_after_one_question(open_page: OpenPage, dashboard_url: str, backend_url: str) -> None:
    for name in ("Away one", "Away two"):
        run = httpx2.post(f"{backend_url}/runs", json={"recipe": "demo", "name": name}, timeout=60).json()["id"]
        httpx2.post(f"{backend_url}/runs/{run}/stop", timeout=60)
    page = open_page()
    opened(page, f"{dashboard_url}/runs?q=away")
    expect(rows(page)).to_have_count(2)
    page.get_by_label("Column with Header Selection").first.click()
    expect(page.locator("#runs-selected")).to_have_text("2 selected")
    page.get_by_role("button", name="Delete …").click()
    expect(page.get_by_role("dialog")).to_contain_text("This deletes “Away two”, “Away one” with their curves")
    page.get_by_role("button", name="Delete 2 runs").click()
    expect(rows(page)).to_have_count(0)
    expect(page.locator("#runs-selected")).to_have_text("Select runs to compare them.")
    page.get_by_label("Filter the runs").fill("")
    expect(rows(page)).to_have_count(2)


def test_tags_and_notes_are_edited_in_place(
    open_page: OpenPage, dashboard_url: str, backend_url: str, runs: list[dict[str, Any]]
) -> None:
    page = open_page(width=1700)
    opened(page, f"{dashboard_url}/runs")
    row = row_of(page, "Tiny, seed 1")
    row["tags"].click()
    page.keyboard.press("Enter")
    page.keyboard.type("wide, first, wide")
    page.keyboard.press("Enter")
    expect(row["tags"].locator(".tag")).to_have_text(["wide", "first"])
    row["notes"].dblclick()
    page.locator(".ag-popup-editor textarea").fill("rate too high?")
    page.keyboard.press("Enter")
    expect(row["notes"]).to_have_text("rate too high?")
    run = next(run["id"] for run in runs if run["name"] == "Tiny, seed 1")

    def kept() -> bool:
        now = httpx2.get(f"{backend_url}/runs/{run}", timeout=60).json()
        return (now["tags"], now["notes"]) == (["wide", "first"], "rate too high?")

    until(page, kept)
    page.reload()
    expect(row_of(page, "Tiny, seed 1")["tags"].locator(".tag")).to_have_text(["wide", "first"])


def test_a_refused_tag_says_why_and_is_taken_back(
    open_page: OpenPage, dashboard_url: str, runs: list[dict[str, Any]]
) -> None:
    page = open_page(width=1700)
    opened(page, f"{dashboard_url}/runs")
    row = row_of(page, runs[0]["name"])
    row["tags"].click()
    page.keyboard.press("Enter")
    page.keyboard.insert_text("x" * 60)
    page.keyboard.press("Enter")
    expect(page.locator("#runs-error")).to_contain_text("50")
    expect(row["tags"].locator(".tag")).to_have_count(0)


def test_selected_runs_are_compared_and_opened(
    open_page: OpenPage, dashboard_url: str, runs: list[dict[str, Any]]
) -> None:
    page = open_page()
    opened(page, f"{dashboard_url}/runs")
    page.wait_for_function(f"({LINES}).join() === 'Tiny, n = 2'")
    for box in page.locator(".ag-row .ag-checkbox-input").all():
        box.click()
    page.wait_for_function(f"({LINES}).length === 2")
    assert sorted(page.evaluate(LINES)) == ["Tiny, seed 0", "Tiny, seed 1"]
    expect(page.locator("#runs-accuracy-badge")).to_have_text("2 of 2 selected")
    link = page.get_by_role("link", name="Open in Blocks")
    first, second = (run["id"] for run in runs)
    expect(link).to_have_attribute("href", re.compile(rf"/blocks\?run=({first}&with={second}|{second}&with={first})$"))
    page.wait_for_url("**selected=**")
    page.reload()
    page.wait_for_function(f"({LINES}).length === 2")
    expect(page.locator("#runs-selected")).to_have_text("2 selected")
    page.get_by_role("button", name="Clear").click()
    page.wait_for_function(f"({LINES}).join() === 'Tiny, n = 2'")
    page.wait_for_function("!location.search.includes('selected')")


def test_filters_of_columns_are_in_the_address(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    opened(page, f"{dashboard_url}/runs?where=name$1,epoch>=2")
    expect(rows(page)).to_have_count(1)
    assert "where=name" in page.url
    page.evaluate(
        "dash_ag_grid.getApi('runs-table').setFilterModel({name: {filterType: 'text', type: 'contains', filter: 'seed 0, or'}})"
    )
    expect(rows(page)).to_have_count(0)
    page.wait_for_function("new URLSearchParams(location.search).get('where') === 'name~seed%200%2C%20or'")
    page.reload()
    expect(page.locator(".ag-header-cell[col-id=name] .ag-icon-filter").first).to_be_visible()
    expect(rows(page)).to_have_count(0)
    page.evaluate("dash_ag_grid.getApi('runs-table').setFilterModel(null)")
    expect(rows(page)).to_have_count(2)
    page.wait_for_function("!location.search.includes('where')")
    page.goto(f"{dashboard_url}/runs?where=beauty>3")
    expect(page.locator(".notice")).to_contain_text("where “beauty>3” is not a column filter")


def test_sorting_and_filtering_are_in_the_address(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    opened(page, f"{dashboard_url}/runs")
    header = page.locator(".ag-header-cell[col-id=name]")
    header.locator(".ag-header-cell-text").click()
    page.wait_for_url("**sort=name**")
    expect(page.locator(".ag-row[row-index='0'] .run-cell a")).to_have_text("Tiny, seed 0")
    header.locator(".ag-header-cell-text").click()
    page.wait_for_url("**sort=-name**")
    page.get_by_label("Filter the runs").fill("seed 0")
    expect(rows(page)).to_have_count(1)
    page.wait_for_url("**q=seed**")
    page.reload()
    expect(rows(page)).to_have_count(1)
    assert "sort=-name" in page.url
    page.goto(f"{dashboard_url}/runs?sort=beauty&selected=nope")
    notes = page.locator(".notice")
    expect(notes.filter(has_text="sort “beauty” is not known")).to_be_visible()
    expect(notes.filter(has_text="selected lists runs that are not in this store: nope")).to_be_visible()


def test_a_name_leads_to_its_blocks_by_keyboard(
    open_page: OpenPage, dashboard_url: str, runs: list[dict[str, Any]]
) -> None:
    page = open_page()
    opened(page, f"{dashboard_url}/runs?sort=name")
    page.get_by_label("Filter the runs").focus()
    for _ in range(12):  # into the grid, over the header, to the first cell
        page.keyboard.press("Tab")
        if page.evaluate("Boolean(document.activeElement.closest('.ag-root'))"):
            break
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator(":focus")).to_have_attribute("col-id", "name")
    page.keyboard.press("Enter")
    first = min(runs, key=lambda run: str(run["name"]))
    page.wait_for_url(f"**/blocks?*run={first['id']}*")
