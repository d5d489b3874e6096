"""Checks the pages' performance budgets in a headless Chromium: 54 blocks × 300 epochs × 4 runs, with warm services.

python -m benchmarks.page

The store is created in a temporary folder, or in the folder given by --home. Every number is a median over repetitions, with the
95th percentile or the slowest repetition. A time ends with the frame that shows the change, by the browser's clock.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import statistics
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Response, ViewportSize, sync_playwright

from benchmarks.budgets import Budgets
from benchmarks.page_store import fill_store, serving

VISITS, SCRUBS, HOVERS, CANCELS = 5, 30, 30, 5
SIZE = ViewportSize(width=1440, height=1000)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip

# Runs before the page's own scripts. Records when the first figure is visible and when it is interactive, the layout shift, and times.
WATCH = """
window.budget = { shift: 0, seen: null, painted: null, shown: null };
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  if (!entry.hadRecentInput) window.budget.shift += entry.value;
})).observe({ type: "layout-shift", buffered: true });
const drawn = (line) => line.getAttribute("d") && line.getBoundingClientRect().width > 50;
const look = (selector, name) => {
  if ([...document.querySelectorAll(selector)].some(drawn)) {
    requestAnimationFrame(() => { window.budget[name] = performance.now(); });
  } else requestAnimationFrame(() => look(selector, name));
};
look("#arriving .picture .line, .scatterlayer path.js-line", "seen");
look(".scatterlayer path.js-line", "painted");

/* Resolves to the milliseconds from the next `event` to the frame after all of `read()` differ from what they are now. */
window.budget.time = (event, read) => {
  const before = read();
  window.budget.shown = new Promise((resolve) => {
    window.addEventListener(event, (happened) => {
      const watch = () => {
        const now = read();
        if (before.every((value, i) => value !== now[i])) {
          requestAnimationFrame(() => resolve(performance.now() - happened.timeStamp));
        } else if (performance.now() - happened.timeStamp > 20000) resolve(null);
        else requestAnimationFrame(watch);
      };
      watch();
    }, { capture: true, once: true });
  });
};
window.budget.lines = () => ["blocks-cosine", "blocks-ratio"].map((id) =>
  [...document.querySelectorAll(`#${id} .scatterlayer path.js-line`)].map((path) => path.getAttribute("d")).join());
window.budget.marks = () => ["blocks-ratio", "blocks-lines"].map((id) =>
  document.getElementById(id).closest(".graph-box").querySelector(".overlay").innerHTML);
window.budget.acknowledged = () => [/cancel/i.test(document.getElementById("interventions-status").textContent)];
"""


@dataclass(frozen=True)
class Budget:
    """One budget and its measurement."""

    name: str
    bound: str
    found: str
    holds: bool | None  # None: there is no budget


def times(name: str, bound: float | None, found: list[float]) -> Budget:
    """Milliseconds. The median is compared with the budget; the slow end is reported too."""
    median = statistics.median(found)
    slow = statistics.quantiles(found, n=20)[-1] if len(found) >= 20 else max(found)
    word = "p95" if len(found) >= 20 else "slowest"
    told = f"{median:.0f} ms ({word} {slow:.0f}, n = {len(found)})"
    return Budget(name, f"≤ {bound:.0f} ms", told, median <= bound) if bound else Budget(name, "", told, None)


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
        found = next(filter(None, map(shutil.which, BROWSERS)), None)
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        budgets = Budgets()
        print(f"{'':<52}{'budget':<20}measured")
        for part in chosen.parts or PARTS:
            for budget in PARTS[part](browser, address):
                verdict = {True: "holds", False: "MISSED", None: ""}[budget.holds]
                print(f"{budget.name:<52}{budget.bound:<20}{budget.found:<34}{verdict}", flush=True)
                if budget.holds is False:
                    budgets.missed.append(f"{budget.name}: {budget.found}, {budget.bound}")
        browser.close()
    budgets.finish()


@contextlib.contextmanager
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A browser context with a cold cache."""
    context = browser.new_context(viewport=SIZE)
    context.set_default_timeout(120_000)
    context.add_init_script(WATCH)
    yield context
    context.close()


def arrive(page: Page, address: str) -> None:
    """Open the address and wait until the page has settled."""
    page.goto(address)
    page.wait_for_function("window.budget.painted !== null")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(500)


def first_view(browser: Browser, address: str) -> Iterator[Budget]:
    """Cold and warm browser cache, warm services. The first visit warms the services and is not counted."""
    names = ("seen", "painted")
    found: dict[tuple[str, str], list[float]] = {
        (name, when): [] for when in ("cold cache", "warm cache") for name in names
    }
    shifts, sizes = [], []
    for visit in range(VISITS + 1):
        with visitor(browser) as context:
            page = context.new_page()
            traffic = Traffic(page)
            arrive(page, address)
            if visit == 0:
                continue
            for name in names:
                found[name, "cold cache"].append(page.evaluate(f"window.budget.{name}"))
            shifts.append(page.evaluate("window.budget.shift"))
            sizes.append(traffic.megabytes())
            arrive(page, address)
            for name in names:
                found[name, "warm cache"].append(page.evaluate(f"window.budget.{name}"))
    for (name, when), milliseconds in found.items():
        what, bound = {"seen": ("first view", 2000), "painted": ("first interactive figure", None)}[name]
        yield times(f"Blocks: {what}, {when}", bound, milliseconds)
    decoded, wire = max(sizes)
    yield Budget("Blocks: JSON of the first view", "≤ 1 MB", f"{decoded:.2f} MB ({wire:.2f} MB sent)", decoded <= 1)
    yield Budget("Blocks: layout shift while loading", "≈ 0 (< 0.01)", f"{max(shifts):.4f}", max(shifts) < 0.01)


class Traffic:
    """The JSON that a page received."""

    def __init__(self, page: Page) -> None:
        self._answers: list[Response] = []
        page.on("response", lambda answer: self._answers.append(answer) if holds_json(answer) else None)

    def megabytes(self) -> tuple[float, float]:
        """Decoded size, and size as transferred."""
        decoded = sum(len(answer.body()) for answer in self._answers if answer.status == 200)
        wire = sum(answer.request.sizes()["responseBodySize"] for answer in self._answers)
        return decoded / 1e6, wire / 1e6


def holds_json(answer: Response) -> bool:
    """Whether the content type is JSON or the response is a callback's: Dash 4.4 sends those without a type."""
    return "json" in answer.headers.get("content-type", "") or "/_dash-update-component" in answer.url


def timed(page: Page, event: str, read: str, act: Callable[[], object], pause: int = 120) -> float:
    """Milliseconds from the event that `act` causes until everything that `read` returns has changed on the screen."""
    page.evaluate(f"window.budget.time('{event}', window.budget.{read})")
    act()
    found = page.evaluate("window.budget.shown")
    if found is None:
        raise RuntimeError(f"“{read}” did not change within 20 seconds after {event} at {page.url}")
    page.wait_for_timeout(pause)
    return float(found)


def linked_views(browser: Browser, address: str) -> Iterator[Budget]:
    """The scrubber and the linked highlights of the Blocks page."""
    with visitor(browser) as context:
        page = context.new_page()
        arrive(page, address)
        page.keyboard.press("ArrowLeft")
        page.wait_for_timeout(500)
        scrubs = [timed(page, "keydown", "lines", lambda: page.keyboard.press("ArrowLeft")) for _ in range(SCRUBS)]
        yield times("Blocks: scrub to paint, every visible panel", 100, scrubs)
        page.locator("#blocks-cosine").scroll_into_view_if_needed()
        box = page.locator("#blocks-cosine .nsewdrag").first.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(500)

        def move(step: int) -> Callable[[], object]:
            across = (0.1 + 0.8 * (step * 7 % HOVERS) / HOVERS) * box["width"]  # never the neighbouring block
            return lambda: page.mouse.move(box["x"] + across, box["y"] + box["height"] / 2)

        hovers = [timed(page, "mousemove", "marks", move(step)) for step in range(HOVERS)]
        yield times("Blocks: hover to highlight in other panels", 50, hovers)
        page.mouse.down()
        page.mouse.up()
        page.wait_for_timeout(300)
        yield permalink("Blocks: permalink of block and epoch", page)


def permalink(name: str, page: Page) -> Budget:
    length = len(page.url)
    return Budget(name, "≤ 2000 characters", f"{length} characters", length <= 2000)


def cancelling(browser: Browser, address: str) -> Iterator[Budget]:
    """Cancels plans that take seconds while they run."""
    with visitor(browser) as context:
        page = context.new_page()
        found = []
        for attempt in range(CANCELS + 1):
            page.goto(f"{address}/interventions?drop={attempt}")
            page.wait_for_selector("#interventions-cancel:enabled")
            page.wait_for_timeout(300)
            found.append(timed(page, "click", "acknowledged", page.locator("#interventions-cancel").click))
        yield times("Interventions: cancel acknowledged", 200, found[1:])
        every_other = ".".join(str(block) for block in range(0, 54, 2))
        page.goto(f"{address}/interventions?drop={every_other}")
        page.wait_for_selector("#interventions-cancel:enabled")
        yield permalink("Interventions: permalink, 27 blocks dropped", page)
        page.locator("#interventions-cancel").click()


PARTS = {"first-view": first_view, "linked-views": linked_views, "cancelling": cancelling}


if __name__ == "__main__":
    main()
