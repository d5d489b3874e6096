"""Links, copies, themes: the pages in a real browser, against the real backend and a trained run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
BLOCKS_DRAWN = "#blocks-heat .heatmaplayer image"
BAD_LINKS = {
    "/?epoch=-4&block=99&blocks=1,z&metric=best&split=half&pin=z": (
        "“-4”",
        "“99”",
        "“1,z”",
        "“best”",
        "“half”",
        "pin “z”",
    ),
    "/runs?sort=colour&where=z>1": ("“colour”", "where “z>1”"),
    "/interventions?plan=0..99&pin=z&checkpoint=z&block=99&colour=pink&borderline=z": (
        "“0..99”",
        "pinned plan",
        "checkpoint “z”",
        "block “99”",
        "“pink”",
        "borderline “z”",
    ),
    "/examples?group=z&class=z&by=0&checkpoint=z&sort=z&index=-1": (
        "group “z”",
        "class “z”",
        "by “0”",
        "checkpoint “z”",
        "sort “z”",
        "“-1”",
    ),
    "/import?import=z&checkpoint=z": ("checkpoint “z”", "upload it again"),
    "/paper?figure=z": ("figure “z”",),
}


def drawn(page: Page, graph: str) -> None:
    """Wait until a figure has points."""
    page.wait_for_function(f"document.querySelectorAll('#{graph} .scatterlayer .trace').length > 1")


def texts(page: Page, selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


def test_a_bad_link_opens_the_default_with_a_notice(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.goto(f"{dashboard_url}/nowhere?run=nope&epoch=soon")
    page.wait_for_selector(BLOCKS_DRAWN)
    notes = " ".join(texts(page, ".notice"))
    assert "no page at “/nowhere”" in notes
    assert "run “nope” is not in this store" in notes
    assert "epoch “soon”" in notes
    page.get_by_role("button", name="Dismiss").first.click()
    expect(page.locator(".notice")).to_have_count(2)


@pytest.mark.parametrize("link", list(BAD_LINKS))
def test_each_part_of_a_bad_link_is_named(open_page: OpenPage, dashboard_url: str, link: str) -> None:
    page = open_page()
    page.goto(dashboard_url + link)
    expect(page.locator(".notice")).to_have_count(len(BAD_LINKS[link]))
    notes = " ".join(texts(page, ".notice"))
    assert [part for part in BAD_LINKS[link] if part not in notes] == []
    page.wait_for_selector(".page")


def test_copy_link_and_csv_hold_what_is_shown(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.goto(f"{dashboard_url}/?epoch=1&block=3")
    page.wait_for_selector(BLOCKS_DRAWN)
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#copy-link")).to_contain_text("Copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert "epoch=1" in link
    assert "block=3" in link
    assert len(link) <= 2000
    page.get_by_label("Save the figure “Cosine loss”").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV of the plotted data").locator("visible=true").click()
    lines = download.value.path().read_text().splitlines()
    assert lines[1] == "series,x,y,value"
    assert sum(line.startswith("validation,") for line in lines) == 9


def test_without_a_backend_the_page_names_cause_and_remedy(
    open_page: OpenPage, serve_dashboard: Callable[..., str]
) -> None:
    page = open_page()
    page.goto(serve_dashboard("--backend", "http://127.0.0.1:9"))
    expect(page.locator(".empty-title")).to_have_text("Waiting for the backend")
    expect(page.locator(".empty-state")).to_contain_text("No backend answers at http://127.0.0.1:9")
    expect(page.locator(".empty-state")).to_contain_text("iterscope up")


def test_themes_switch_without_redrawing(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.goto(dashboard_url)
    page.wait_for_selector(BLOCKS_DRAWN)
    colour = "getComputedStyle(document.querySelector('#blocks-cosine .xtick text')).fill"
    light = page.evaluate(colour)
    page.get_by_role("button", name="Switch between light and dark").click()
    page.wait_for_function("document.documentElement.dataset.mantineColorScheme === 'dark'")
    assert page.evaluate(colour) != light
