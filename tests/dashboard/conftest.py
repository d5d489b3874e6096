"""Payloads as the backend sends them; and, for the browser, the real stack: a trained run, backend and dashboard as processes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Literal

import httpx2
import pytest
from playwright.sync_api import BrowserContext, Error, Page, TimeoutError, expect, sync_playwright

from tests.stores import made_once

Json = dict[str, Any]
ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--process-per-site",
)  # fmt: skip


@pytest.fixture(scope="session")
def block_payload() -> list[Json]:
    """Nine blocks in three stages; the first of stages 2 and 3 projects."""
    return [{"index": i, "stage": i // 3, "is_projection": i in (3, 6)} for i in range(9)]


@pytest.fixture(scope="session")
def metrics_payload() -> Callable[..., Json]:
    """`GET /runs/{id}/metrics`: late blocks turn negative with training."""

    def make(epochs: int = 3, blocks: int = 9) -> Json:
        rows = {
            "cosine_loss": lambda e: [-0.1 * e * i / blocks for i in range(blocks)],
            "cosine_loss_std": lambda _e: [0.05] * blocks,
            "l2_ratio": lambda _e: [1.0 / (1 + i) for i in range(blocks)],
            "l2_ratio_std": lambda _e: [0.01] * blocks,
            "early_exit_accuracy": lambda _e: [None] * (blocks - 3) + [0.5, 0.7, 0.9],
        }
        series = [
            {"metric": m, "split": s, "epochs": list(range(epochs)), "values": [row(e) for e in range(epochs)]}
            for m, row in rows.items()
            for s in ("train", "validation")
        ]
        scalars = [
            {"name": name, "split": split, "epochs": list(range(epochs)), "values": [0.1 * (e + 1) for e in range(epochs)]}
            for name, split in (
                ("accuracy", "train"), ("validation_accuracy", "validation"), ("gradient_norm_ratio", "validation"),
                ("learning_rate", None),
            )
        ]  # fmt: skip
        return {"run": "r1", "status": "running", "cursor": epochs, "series": series, "scalars": scalars}

    return make


@pytest.fixture(scope="session")
def summary() -> Callable[[list[Any]], Json]:
    """A Summary of the REST interface around its means."""

    def make(mean: list[Any]) -> Json:
        return {
            "mean": mean,
            "std": [0.1] * len(mean),
            "quantiles": {"0.25": [m and m - 0.1 for m in mean], "0.75": [m and m + 0.1 for m in mean]},
            "undefined": [0] * len(mean),
        }

    return make


@pytest.fixture(scope="session")
def group() -> Callable[..., Json]:
    """A Group of the REST interface."""

    def make(accuracy: list[Any], n: int = 40) -> Json:
        interval = [[None, None] if a is None else [max(0, a - 0.1), min(1, a + 0.1)] for a in accuracy]
        loss = [None if a is None else 1 - a for a in accuracy]
        return {"n": n, "accuracy": accuracy, "accuracy_interval": interval, "loss": loss, "entropy": loss}

    return make


@pytest.fixture(scope="session")
def plan_payload(block_payload: list[Json], summary: Any, group: Any) -> Callable[..., Json]:
    """`POST /probe/plan` for any order of blocks."""

    def make(order: list[int], after: float = 0.8) -> Json:
        def half(steps: list[int], accuracy: float) -> Json:
            return {
                "groups": {"all": group([accuracy]), "correct": group([accuracy]), "borderline": group([None], n=0)},
                "cosine_loss": summary([-0.1] * len(steps)),
                "l2_ratio": summary([0.2] * len(steps)),
                "steps": [{"block": b, "scale": 1.0, "stage": b // 3, "is_projection": b in (3, 6)} for b in steps],
            }

        return {
            "probe": "plan", "checkpoint": "c1", "split": "validation", "samples": 40, "blocks": block_payload,
            "plan": [[b, 1.0] for b in order], "text": "0..8", "baseline": half(list(range(9)), 0.9),
            "result": half(order, after), "changed": [{"index": 7, "label": 1, "before": 1, "after": 2}], "changed_count": 1,
            "provenance": {"cached": True, "seconds": 0.5},
        }  # fmt: skip

    return make


@pytest.fixture(scope="session")
def paper_series() -> Callable[..., Json]:
    """One series of a panel of the paper; lists that are not given are absent, as for a single seed."""

    def make(mean: list[Any], **changes: Any) -> Json:
        series = {"name": "validation", "split": "validation", "block": None, "group": None, "role": None, "n": 1,
                  "x": list(range(len(mean))), "mean": mean, "std": None, "low": None, "high": None, "samples": None}  # fmt: skip
        return {**series, **changes}

    return make


@pytest.fixture(scope="session")
def paper_panel(block_payload: list[Json], paper_series: Callable[..., Json]) -> Callable[..., Json]:
    """A panel of the paper: the ℓ2 ratio of nine blocks on both splits, unless told otherwise."""

    def make(series: list[Json] | None = None, **changes: Any) -> Json:
        ratio = [1 / (1 + i) for i in range(9)]
        drawn = [paper_series(ratio, name=split, split=split, std=[0.1] * 9, n=2) for split in ("train", "validation")]
        panel = {
            "title": "ResNet-20 on digits", "role": "original", "dataset": "digits", "state": "ready", "missing": None,
            "runs": ["r1", "r2"], "n": 2, "blocks": block_payload, "x": {"kind": "block", "label": "residual block index"},
            "y": {"label": "‖F_i‖ / ‖h_i‖", "unit": "", "log": False}, "mark_x": None,
            "series": drawn if series is None else series,
        }  # fmt: skip
        return {**panel, **changes}

    return make


# ---- the real stack ----


@contextmanager
def serving(log: Path, service: str, *arguments: str) -> Iterator[str]:
    """A service on a free port; its address, which it says when it listens."""
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", f"iterscope_{service}", *arguments], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
    try:
        end = time.monotonic() + 90
        while not (found := re.search(r"http://(?:127\.0\.0\.1|localhost):(\d+)", log.read_text())):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.1)
        yield f"http://127.0.0.1:{found[1]}"
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


MEASURED = {"drop": {"blocks": "each"}, "samples": {}}
"""What the pages ask for first: probes and their bodies."""


def train_and_measure(home: Path) -> None:
    """Two small ResNet-20s that differ in the seed, trained on digits by the real trainer; what the pages ask for first is measured."""
    narrow = 'architecture_options={"stem_width":4,"widths":[4,8,8]}'
    for seed in ("0", "1"):
        subprocess.run(
            [sys.executable, "-m", "iterscope_trainer", "--recipe", "demo", "--architecture", "resnet20", "--set", narrow,
             "--epochs", "2", "--log-samples", "64", "--batch-size", "256", "--precision", "float32", "--seed", seed,
             "--name", f"Tiny, seed {seed}", "--home", str(home)],
            cwd=ROOT, check=True, capture_output=True, env={**os.environ, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
    with serving(home / "backend.log", "backend", "--port", "0", "--home", str(home)) as address:
        for probe, body in MEASURED.items():
            asked = {"checkpoint": "latest", "split": "validation", "wait": 60, **body}
            while (answer := httpx2.post(f"{address}/probe/{probe}", json=asked, timeout=90)).status_code == 202:
                pass  # a busy machine: it waited its minute, and asks again
            assert answer.status_code == 200, answer.text


@pytest.fixture(scope="session")
def trained_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This process's copy of the home with two trained runs."""
    made = made_once(tmp_path_factory, "trained-stack", train_and_measure)
    return Path(shutil.copytree(made, tmp_path_factory.mktemp("stack") / "home"))


@pytest.fixture(scope="session")
def backend_url(trained_home: Path) -> Iterator[str]:
    """A backend that has measured already what the pages ask for first, so that no test waits for it."""
    with serving(trained_home / "backend.log", "backend", "--port", "0", "--home", str(trained_home)) as address:
        yield address


@pytest.fixture(scope="session")
def dashboard_url(backend_url: str, trained_home: Path) -> Iterator[str]:
    """The dashboard on that backend."""
    with serving(trained_home / "dashboard.log", "dashboard", "--port", "0", "--backend", backend_url) as address:
        yield address


@pytest.fixture
def serve_dashboard(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Dashboards of a test's own."""
    with ExitStack() as stack:
        yield lambda *arguments: stack.enter_context(serving(tmp_path / "log", "dashboard", "--port", "0", *arguments))


@pytest.fixture(scope="session")
def browsing() -> Iterator[BrowserContext]:
    """The system's Chromium, else Playwright's own. Without a window's parts, pages take a fifth less processor time.

    All pages of all tests share one context, and one process of the browser, which compiles the pages' scripts once: a page
    costs half as much processor time. The first page, of the same site, stays open, so that the process does.
    """
    found = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    expect.set_options(timeout=90_000)  # as long as pages wait: a loaded machine is slow, not wrong
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(CHROMIUM_FLAGS))
        context = browser.new_context()
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        context.set_default_timeout(90_000)
        kept_open = context.new_page()
        kept_open.route("**/*", lambda route: route.fulfill(body="kept open"))
        kept_open.goto("http://127.0.0.1/")
        yield context
        browser.close()


@pytest.fixture
def open_page(
    browsing: BrowserContext,
    serve_dashboard: Callable[..., str],  # noqa: ARG001, for the order in which both end
) -> Iterator[Callable[..., Page]]:
    """Pages that fail their test on console errors, failed answers and requests to anywhere else. Nothing is stored before.

    They are closed before a test's own dashboards end: a page asks for the backend's pulse every three seconds.

    `fails`: the test lets requests to these addresses fail, a regular expression.
    """
    complaints: list[str] = []

    def make(
        width: int = 1280, height: int = 900, scheme: Literal["light", "dark"] = "light", fails: str | None = None
    ) -> Page:
        def complain(what: str, address: str) -> None:
            if fails is None or not re.search(fails, address):
                complaints.append(f"{what} {address}")

        page = browsing.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.wait_for_function = partial(_wait_for_function, page)
        page.on("console", lambda m: complain(f"console: {m.text}", m.location["url"]) if m.type == "error" else None)
        page.on("pageerror", lambda e: complaints.append(f"error: {e}"))
        page.on("response", lambda r: complain(f"{r.status}", r.url) if r.status >= 400 else None)
        page.on("request", lambda r: None if _is_local(r.url) else complaints.append(f"left the machine: {r.url}"))
        return page

    yield make
    for page in browsing.pages[1:]:
        if page.url.startswith("http"):
            page.evaluate("localStorage.clear()")
        page.close()
    assert not complaints, complaints


def _wait_for_function(page: Page, expression: str, *, arg: Any = None, timeout: float = 90_000) -> None:
    """In place of Playwright's own, which evaluates a text inside the page: the pages' policy refuses that."""
    end = time.monotonic() + timeout / 1000
    while time.monotonic() < end:
        try:
            if page.evaluate(expression, arg):
                return
        except Error as error:
            if "context was destroyed" not in str(error):  # another page comes
                raise
        page.wait_for_timeout(50)
    raise TimeoutError(f"it did not come true: {expression}")


def _is_local(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "http://localhost:", "data:", "blob:"))
