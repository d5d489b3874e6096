"""Checks the pages' budgets in a headless Chromium: 54 blocks × 300 epochs × 4 runs, a real backend, two cores.

python -m benchmarks.page

The store is created in a temporary folder, or in the folder given by --home. Times are medians and 95th percentiles. A first figure counts
when it can be worked with: it is drawn, and a key moves it. Steps come at random moments, because a fixed pause would fall in step with the
frames; the same steps on a page that holds a slider and nothing else are printed beside them.

The budgets were set where a Dash page with an empty header took 407 ms with nothing cached and 132 ms seen before. Where it takes longer,
budgets of time are longer by the same factor: both are measured in one run.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, ViewportSize, sync_playwright

from benchmarks.budgets import Budgets
from benchmarks.page_store import fill_store, serving
from iterscope_dashboard import bundle
from iterscope_views import FOLDER

VISITS, STEPS, CHANGES = 30, 60, 100
EMPTY_VISITS, EMPTY_MS, EMPTY_SEEN_MS = 15, 407.0, 132.0
"""Of a Dash page with an empty header, and its times where the budgets were set."""
SIZE = ViewportSize(width=1440, height=1000)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--js-flags=--expose-gc",
)  # fmt: skip
SLIDER = 'data:text/html,<input type="range" class="slider" min="0" max="299" value="299" style="width: 900px">'

# Runs before the page's own scripts: when the first figure is there, how far things moved, and how long each step takes.
WATCH = """
window.watched = { shift: 0, steps: [], events: [] };
watched.figure = new Promise((drawn) => { watched.drawn = drawn; });
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  if (!entry.hadRecentInput) watched.shift += entry.value;
})).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  if (["keydown", "input", "pointermove"].includes(entry.name)) watched.events.push(entry.duration);
})).observe({ type: "event", durationThreshold: 16, buffered: true });
const look = () => {
  const view = document.getElementById("view");
  const cosine = view && view.shadowRoot && view.shadowRoot.querySelector("#blocks-cosine svg .line path");
  const line = cosine || document.getElementById("empty-header");
  requestAnimationFrame(line ? () => watched.drawn(performance.now()) : look);
};
look();
/* From an event until the frame that shows it has been made. */
const channel = new MessageChannel();
let begun = null;
channel.port1.onmessage = () => {
  if (begun !== null) watched.steps.push(performance.now() - begun);
  begun = null;
};
["keydown", "input", "pointermove"].forEach((name) => window.addEventListener(name, (event) => {
  if (begun !== null) return;
  begun = event.timeStamp;
  requestAnimationFrame(() => channel.port2.postMessage(null));
}, { capture: true }));
"""


@dataclass(frozen=True)
class Budget:
    """One budget and its measurement."""

    name: str
    bound: str
    found: str
    holds: bool | None  # None: there is no budget


@dataclass(frozen=True)
class Visit:
    """What the parts measure, and how many times as long as where the budgets were set an empty page of Dash takes; at least 1."""

    browser: Browser
    address: str
    slower: float
    slower_seen: float


def times(
    name: str, found: list[float], median: float | None = None, slow: float | None = None, slower: float = 1.0
) -> Budget:
    """Milliseconds: the median and the 95th percentile, each with its bound on a machine that is so many times as slow."""
    middle, last = statistics.median(found), statistics.quantiles(found, n=20)[-1] if len(found) > 1 else found[0]
    median, slow = (None if bound is None else bound * slower for bound in (median, slow))
    bounds = [f"≤ {bound:.4g} {word}".strip() for bound, word in ((median, ""), (slow, "p95")) if bound is not None]
    holds = (median is None or middle <= median) and (slow is None or last <= slow) if bounds else None
    return Budget(name, ", ".join(bounds), f"{middle:.1f} ms (p95 {last:.1f}, n = {len(found)})", holds)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.page", description=__doc__)
    parser.add_argument(
        "parts", nargs="*", choices=[*PARTS, []], help=f"parts to measure: {', '.join(PARTS)} (default: all)"
    )
    parser.add_argument("--home", type=Path, help="keep the store in this folder and reuse it")
    chosen = parser.parse_args()
    with contextlib.ExitStack() as stack:
        home = chosen.home or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        fill_store(home)
        address = stack.enter_context(serving(home))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=found_browser(), args=list(FLAGS))
        budgets = Budgets()
        empty, empty_seen = (statistics.median(found) for found in empty_page(browser))
        visit = Visit(browser, address, max(1.0, empty / EMPTY_MS), max(1.0, empty_seen / EMPTY_SEEN_MS))
        print(
            f"Dash with an empty header: {empty:.0f} ms with nothing cached, {empty_seen:.0f} ms seen before, so budgets of time are "
            f"{visit.slower:.2f} and {visit.slower_seen:.2f} times as long\n"
        )
        print(f"{'':<58}{'budget':<24}measured")
        for part in chosen.parts or PARTS:
            for budget in PARTS[part](visit):
                verdict = {True: "holds", False: "MISSED", None: ""}[budget.holds]
                print(f"{budget.name:<58}{budget.bound:<24}{budget.found:<38}{verdict}", flush=True)
                if budget.holds is False:
                    budgets.missed.append(f"{budget.name}: {budget.found}, {budget.bound}")
        browser.close()
    budgets.finish()


def found_browser() -> str | None:
    """An installed browser; None: Playwright's own."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


@contextlib.contextmanager
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A browser context with a cold cache."""
    context = browser.new_context(viewport=SIZE)
    context.set_default_timeout(400_000)
    context.add_init_script(WATCH)
    yield context
    context.close()


def arrive(page: Page, address: str) -> float:
    """Open the address; milliseconds until the first figure could be worked with."""
    page.goto(address, wait_until="commit")
    return float(page.evaluate("watched.figure"))  # the page's policy allows no wait_for_function


def settle(page: Page) -> None:
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(800)


def empty_page(browser: Browser) -> tuple[list[float], list[float]]:
    """Milliseconds until Dash's empty header is there, with nothing cached and seen before. The first visit is not counted."""
    cold, seen = [], []
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.empty_dash"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        try:
            assert server.stdout is not None
            address = server.stdout.readline().strip()
            for _ in range(EMPTY_VISITS + 1):
                with visitor(browser) as context:
                    page = context.new_page()
                    cold.append(arrive(page, address))
                    settle(page)
                    seen.append(arrive(page, address))
        finally:
            server.terminate()
    return cold[1:], seen[1:]


def first_view(visit: Visit) -> Iterator[Budget]:
    """Fresh contexts, and the same address once more. The first visit warms the services and is not counted."""
    cold, seen, shifts = [], [], []
    for number in range(VISITS + 1):
        with visitor(visit.browser) as context:
            page = context.new_page()
            first = arrive(page, f"{visit.address}/blocks")
            settle(page)
            shift = page.evaluate("watched.shift")
            again = arrive(page, f"{visit.address}/blocks")
        if number:
            cold.append(first)
            seen.append(again)
            shifts.append(shift)
    yield times("Blocks: first figure to work with, nothing cached", cold, 700, 1000, visit.slower)
    yield times("Blocks: first figure to work with, seen before", seen, 400, 600, visit.slower_seen)
    yield Budget("Blocks: layout shift while loading", "< 0.005", f"{max(shifts):.4f}", max(shifts) < 0.005)


def measured(
    page: Page, devtools: CDPSession, act: Callable[[int], object]
) -> tuple[list[float], list[float], list[float]]:
    """Steps at random moments: milliseconds of the main thread, to the end of the frame, and by the browser's Event Timing."""
    chance = random.Random(0)
    page.evaluate("watched.steps = []; watched.events = []")
    busy = []
    for step in range(STEPS):
        page.wait_for_timeout(chance.uniform(40, 160))
        before = task_time(devtools)
        act(step)
        page.wait_for_timeout(60)
        busy.append(1000 * (task_time(devtools) - before))
    steps, events = page.evaluate("[watched.steps, watched.events]")
    return busy, steps, [*events, *[16.0] * (STEPS - len(events))]  # shorter ones are not reported


def task_time(devtools: CDPSession) -> float:
    """Seconds that the main thread has worked."""
    metrics = {one["name"]: one["value"] for one in devtools.send("Performance.getMetrics")["metrics"]}
    return float(metrics["ScriptDuration"] + metrics["LayoutDuration"] + metrics["RecalcStyleDuration"])


def steps(visit: Visit) -> Iterator[Budget]:
    """The epochs by keys and by a dragged slider, and hovering; beside them a slider alone."""
    with visitor(visit.browser) as context:
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        devtools.send("Performance.enable")
        page.goto(SLIDER)
        yield from told("a slider alone, dragged", measured(page, devtools, dragging(page)))
        arrive(page, f"{visit.address}/blocks")
        settle(page)
        keys = measured(page, devtools, lambda _: page.keyboard.press("ArrowLeft"))
        yield from told("Blocks: epochs by keys", keys, visit.slower)
        yield from told("Blocks: epochs by the slider", measured(page, devtools, dragging(page)), visit.slower)
        page.mouse.up()
        yield from told("Blocks: hovering", measured(page, devtools, hovering(page)), visit.slower)
        length = len(page.url)
        yield Budget("Blocks: permalink", "≤ 2000 characters", f"{length} characters", length <= 2000)


def told(
    name: str, found: tuple[list[float], list[float], list[float]], slower: float | None = None
) -> Iterator[Budget]:
    """Three rows, with budgets on a machine that is so many times as slow; None: without budgets."""
    bounds = ((8, None), (10, 20), (24, 32)) if slower else ((None, None),) * 3
    rows = ("main thread a step", "event to the end of its frame", "Event Timing")
    for row, values, (median, slow) in zip(rows, found, bounds, strict=True):
        yield times(f"{name}: {row}", values, median, slow, slower or 1.0)


def dragging(page: Page) -> Callable[[int], object]:
    """Take the slider's thumb and move it, a few epochs each step."""
    box = page.locator(".slider").bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    value = int(page.locator(".slider").input_value())
    page.mouse.move(box["x"] + 8 + (box["width"] - 16) * value / 299, middle)
    page.mouse.down()
    return lambda step: page.mouse.move(box["x"] + box["width"] * (0.9 - 0.8 * step / STEPS), middle)


def hovering(page: Page) -> Callable[[int], object]:
    box = page.locator("[data-plot='blocks-cosine-0']").bounding_box()
    assert box is not None
    return lambda step: page.mouse.move(
        box["x"] + (0.15 + 0.8 * (step * 7 % STEPS) / STEPS) * box["width"], box["y"] + box["height"] / 2
    )


def long_use(visit: Visit) -> Iterator[Budget]:
    """A hundred page changes with work on each page."""
    with visitor(visit.browser) as context:
        page = context.new_page()
        devtools = context.new_cdp_session(page)
        arrive(page, f"{visit.address}/blocks")
        sizes = []
        for change in range(CHANGES + 10):
            if change in (10, CHANGES + 9):
                settle(page)
                devtools.send("HeapProfiler.collectGarbage")
                sizes.append(page.evaluate("performance.memory.usedJSHeapSize") / 1e6)
            name = ("Interventions", "Examples", "Blocks")[change % 3]
            page.click(f"#navigation a:text-is('{name}')")
            # Not `wait_for_selector`: its handle would keep the page that is left.
            page.locator(f"iterscope-{name.lower()} .page-title").wait_for()
            for key in ("ArrowLeft", "ArrowRight", "ArrowUp"):
                page.keyboard.press(key)
        grown = sizes[-1] - sizes[0]
        yield Budget(f"memory grown by {CHANGES} page changes", "< 20 MB", f"{grown:.1f} MB", grown < 20)


def size(_visit: Visit) -> Iterator[Budget]:
    scripts = [(FOLDER / name).read_bytes() for name in ("views.js", "register.js")] + [bundle.SCRIPTS.content.encode()]
    kilobytes = sum(len(gzip.compress(script, 9)) for script in scripts) / 1000
    yield Budget("our own scripts, compressed", "≤ 60 KB", f"{kilobytes:.1f} KB", kilobytes <= 60)


PARTS = {"first-view": first_view, "steps": steps, "long-use": long_use, "size": size}


if __name__ == "__main__":
    main()
