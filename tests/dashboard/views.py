"""What the tests of the views share: opening a page, reading a figure, pointing at a block."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Locator, Page, expect

DRAWN = {
    "/": "#blocks-heat image",
    "/blocks": "#blocks-heat image",
    "/interventions": "#interventions-results[data-state=ready]",
    "/examples": ".story:not([data-stale]) #examples-blocks .line",
}
"""Elements that are there when a view shows what its address asks for."""


def opened(page: Page, address: str) -> Page:
    """The page, once its view is drawn: keys and clicks count from now on."""
    page.goto(address)
    drawn(page)
    return page


def drawn(page: Page) -> None:
    """Wait for the view of the page's address."""
    page.wait_for_selector(DRAWN[urlsplit(page.url).path])


def query(page: Page) -> dict[str, str]:
    """The values of the page's address."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def plot(page: Page, panel: str) -> Locator:
    """A panel's first chart."""
    return page.locator(f"#{panel} .plot").first


def lines(page: Page, panel: str) -> Locator:
    """The lines of a panel's charts."""
    return page.locator(f"#{panel} .line")


def paths(page: Page, panel: str) -> list[str]:
    """Where a panel's lines are drawn."""
    found: list[str] = page.locator(f"#{panel} .line > path").evaluate_all(
        "all => all.map(one => one.getAttribute('d'))"
    )
    return found


def measured(page: Page, *panels: str) -> None:
    """Wait until panels show what they measure, and not what they showed before."""
    for panel in panels:
        page.wait_for_selector(f"#{panel}:not([data-stale], [data-growing]) .line")


def badge(page: Page, panel: str) -> Locator:
    return page.locator(f"#{panel} .panel-badge")


def menu(page: Page, title: str) -> Locator:
    """A figure's menu, opened."""
    fold = page.locator("details.menu", has=page.get_by_label(f"Save the figure “{title}”", exact=True))
    if fold.get_attribute("open") is None:
        fold.locator("summary").click()
    return fold


def saved(page: Page, title: str, kind: str) -> Path:
    """A figure as a file: svg, pdf, png or csv."""
    item = menu(page, title).locator(f"[data-export={kind}]")
    with page.expect_download() as download:
        item.click()
    expect(item).to_be_hidden()  # the menu closes
    return download.value.path()


def table(page: Page, title: str) -> tuple[str, dict[str, list[tuple[float, float]]]]:
    """A figure's CSV: where it comes from, and the points of each series, those of a map as (column, value). Of
    several charts, a series is named after its chart, too."""
    origin, *rows = saved(page, title, "csv").read_text().splitlines()
    found: dict[str, list[tuple[float, float]]] = {}
    for row in csv.DictReader(rows):
        x, y = (row["x"], row["value"]) if row["value"] else (row["x"], row["y"])
        name = f"{row['chart']}: {row['series']}" if "chart" in row else row["series"]
        found.setdefault(name, []).append((float(x or "nan"), float(y or "nan")))
    return origin, found


def values(page: Page, title: str, series: str) -> list[float]:
    """The heights of one series of a figure."""
    return [y for _, y in table(page, title)[1][series]]


def place(page: Page, panel: str, tick: int) -> tuple[float, float]:
    """A point on the screen: in the middle of a panel's chart, above a tick of its x axis."""
    box = plot(page, panel).bounding_box()
    at = (
        plot(page, panel)
        .locator("text[text-anchor=middle]")
        .filter(has_text=re.compile(f"^{tick}$"))
        .first.bounding_box()
    )
    assert box
    assert at
    return at["x"] + at["width"] / 2, box["y"] + box["height"] / 2


def marks(page: Page, panel: str, kind: str) -> Locator:
    """What is marked in a panel's charts: hover, pick, chosen, now."""
    return page.locator(f"#{panel} .marks .{kind}")
