"""Links, copies, themes: the pages in a real browser, against the real backend and a trained run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.dashboard.views import opened, plot, query, table

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
BAD_LINKS = {
    "/?epoch=-4&block=99&blocks=1,z&metric=best&split=half&pin=z": (
        "“-4”",
        "0 to 8",
        "“1,z”",
        "“best”",
        "“half”",
        "pin “z”",
    ),
    "/blocks?epoch=99&with=zz&pin=nobody@1": ("“99”", "with “zz”", "pin “nobody”"),
    "/runs?sort=colour&where=z>1": ("“colour”", "where “z>1”"),
    "/interventions?plan=0..99&pin=z&checkpoint=z&block=99&colour=pink&borderline=z": (
        "plan: ",
        "pin: ",
        "checkpoint “z”",
        "block “99”",
        "“pink”",
        "borderline “z”",
    ),
    "/examples?group=corrected&class=99&by=0&checkpoint=z&sort=z&index=-1&n=3": (
        "class “99”",
        "by “0”",
        "checkpoint “z”",
        "sort “z”",
        "“-1”",
        "n “3”",
    ),
    "/import?import=z&checkpoint=z": ("checkpoint “z”", "upload it again"),
    "/paper?figure=z": ("figure “z”",),
}


def texts(page: Page, selector: str) -> list[str]:
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


def test_a_bad_link_opens_the_default_with_a_notice(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    page.goto(f"{dashboard_url}/nowhere?run=nope&epoch=soon")
    page.wait_for_selector("#blocks-heat image")
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
    page = opened(open_page(), f"{dashboard_url}/?epoch=1&block=3")
    page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="Copy link").click()  # at once: the address is not written after each step
    expect(page.locator("#copy-link")).to_contain_text("Copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert "epoch=0" in link
    assert "block=3" in link
    assert link == page.url
    assert len(link) <= 2000
    origin, series = table(page, "Cosine loss")
    assert "x: block; y: cos(Fᵢ, ∂L/∂hᵢ)" in origin
    assert [x for x, _ in series["validation"]] == list(range(9))


def test_without_a_backend_the_page_names_cause_and_remedy(
    open_page: OpenPage, serve_dashboard: Callable[..., str]
) -> None:
    page = open_page(fails="/api/")
    address = serve_dashboard("--backend", "http://127.0.0.1:9")
    page.goto(address)
    expect(page.locator(".empty")).to_contain_text("Waiting for the backend")
    expect(page.locator(".empty")).to_contain_text("iterscope up")
    page.get_by_role("link", name="Runs", exact=True).click()
    expect(page.locator(".empty-title")).to_have_text("Waiting for the backend")
    expect(page.locator(".empty-state")).to_contain_text("No backend answers at http://127.0.0.1:9")
    expect(page.locator(".empty-state")).to_contain_text("iterscope up")


def test_themes_switch_without_asking_for_anything(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(), f"{dashboard_url}/?split=train")
    ink = "node => getComputedStyle(node.querySelector('text')).fill + getComputedStyle(node.closest('.panel')).backgroundColor"
    light = plot(page, "blocks-cosine").evaluate(ink)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/api/runs/" in request.url else None)
    page.get_by_role("button", name="Switch between light and dark").click()
    page.wait_for_function("document.documentElement.dataset.mantineColorScheme === 'dark'")
    assert plot(page, "blocks-cosine").evaluate(ink) != light
    assert query(page)["split"] == "train"
    page.get_by_role("button", name="Switch between light and dark").click()
    page.wait_for_function("document.documentElement.dataset.mantineColorScheme === 'light'")
    assert plot(page, "blocks-cosine").evaluate(ink) == light
    assert not asked
