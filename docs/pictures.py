"""The pictures of the README and the guides, taken from a running dashboard: a still of every page and one moving picture."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

SIZE: ViewportSize = {"width": 1280, "height": 860}
BLOCKS_DRAWN = "#blocks-drop .line"
MEASURED = "#interventions-results[data-state=ready]"
STILLS = (  # name, address, what must be on screen, light or dark
    ("blocks-light", "/", BLOCKS_DRAWN, "light"),
    ("blocks-dark", "/", BLOCKS_DRAWN, "dark"),
    ("interventions", "/interventions?plan=0..2+4..26", MEASURED, "light"),
    ("measure", "/measure?measurement=drop", "#measure-figure-1 .scatterlayer .point", "light"),
    ("compare", "/compare", "#compare-figure-cka-C .heatmaplayer image", "light"),
    ("examples", "/examples", ".story:not([data-stale]) #examples-blocks .line", "light"),
    ("paper", "/paper", "#paper-fig2 .scatterlayer .point", "light"),
    (
        "literature",
        "/literature?work=probes",
        "#literature-probes:not(:has(.chip:not([hidden]))) .scatterlayer .point",
        "light",
    ),
    ("import", "/import", "#import-choose", "light"),
    ("runs", "/runs", ".ag-row .spark", "light"),
)
PRESSED = {
    "compare": ("text=Add network", "#compare-submit:enabled"),
    "literature": ("#literature-probes .chip.primary:not([hidden])",),
}
"""What is pressed first, where it is there: it measures what the picture shows."""
WITHOUT_RUN = ("/import", "/paper", "/runs")
PATIENCE_MS = 600_000
"""For a slow measurement."""
MOVING_SIZE: ViewportSize = {"width": 1080, "height": 780}
MOVING_WIDTH = 900
"""Pixels of the moving picture; its height follows."""
DROPPED = (24, 20, 16, 8, 0)
"""Late blocks first, the first block last."""


def take(address: str, folder: Path, chromium: str | None, run: str) -> Iterator[Path]:
    """Save the pictures of a run; each path as soon as it is written."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for name, path, selector, scheme in STILLS:
            page = browser.new_page(viewport=SIZE, color_scheme="dark" if scheme == "dark" else "light")
            page.goto(address + path + ("" if path in WITHOUT_RUN else f"{'&' if '?' in path else '?'}run={run}"))
            for button in PRESSED.get(name, ()):
                page.wait_for_timeout(5000)  # until the page, or its next state, is there
                if page.locator(button).count():
                    page.locator(button).click()
                page.mouse.move(0, 0)
            settle(page, selector)
            target = folder / f"{name}.png"
            page.screenshot(path=str(target))
            yield target
            page.close()
        yield save_moving(list(frames(browser, address, run)), folder / "tour.gif")
        browser.close()


def settle(page: Page, selector: str) -> None:
    """Until the element is there and nothing is fetched any more."""
    page.wait_for_selector(selector, timeout=PATIENCE_MS)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(600)  # transitions


def frames(browser: Browser, address: str, run: str) -> Iterator[tuple[bytes, int]]:
    """PNG and milliseconds of each step: from the untrained network through the epochs, then blocks dropped one after the other."""
    page = browser.new_page(viewport=MOVING_SIZE, color_scheme="light")
    page.goto(f"{address}/?run={run}&epoch=0")
    settle(page, BLOCKS_DRAWN)
    label = page.locator(".scrub-row .epoch")
    yield page.screenshot(), 900
    seen = label.inner_text()
    while True:
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(700)
        if (now := label.inner_text()) == seen:
            break
        seen = now
        yield page.screenshot(), 350
    yield page.screenshot(), 1600
    page.goto(f"{address}/interventions?run={run}&plan=0..26")
    settle(page, MEASURED)
    page.locator(".strip-panel").evaluate("panel => scrollTo(0, panel.offsetTop - 8)")  # strip and results together
    yield page.screenshot(), 1400
    for block in DROPPED:
        page.locator(f"[data-toggle='{block}']").click()
        page.mouse.move(5, 500)
        settle(page, MEASURED)
        yield page.screenshot(), 1100
    yield page.screenshot(), 1800
    page.close()


def save_moving(shown: list[tuple[bytes, int]], target: Path) -> Path:
    """An animated GIF, which every forge and package index shows."""
    images = []
    for png, _ in shown:
        image = Image.open(io.BytesIO(png)).convert("RGB")
        height = round(image.height * MOVING_WIDTH / image.width)
        images.append(
            image.resize((MOVING_WIDTH, height), Image.Resampling.LANCZOS).quantize(96, dither=Image.Dither.NONE)
        )
    images[0].save(
        target, save_all=True, append_images=images[1:], duration=[time for _, time in shown], loop=0, optimize=True
    )
    return target
