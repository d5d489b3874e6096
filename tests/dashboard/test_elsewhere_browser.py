"""The views outside the dashboard, in a real browser: in JupyterLab and marimo, whose kernels compute, and in one file, which doesn't."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from textwrap import indent

import httpx2
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect
from typer.testing import CliRunner

from iterscope_cli.main import app
from tests.dashboard.conftest import train_and_measure
from tests.stores import made_once

pytestmark = pytest.mark.browser

SETTINGS = {
    "labconfig/page_config.json": {"buildCheck": False},  # extensions that want a build ask for it in a dialog
    "lab/user-settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings": {
        "checkForUpdates": False,
        "fetchNews": "false",
    },
}
MARIMO = """
import marimo

app = marimo.App()


@app.cell
def _():
{cell}
    return
"""
OURS = re.compile(r"^(http://(127\.0\.0\.1|localhost):|file:|data:|blob:)")


@pytest.fixture
def open_elsewhere(browsing: BrowserContext) -> Iterator[Callable[[], Page]]:
    """Pages that fail their test on errors of scripts and on requests to other machines; those of a file, on any request."""
    complaints: list[str] = []

    def make() -> Page:
        page = browsing.new_page()
        page.set_viewport_size({"width": 1280, "height": 900})
        page.on("pageerror", lambda error: complaints.append(f"error: {error}"))

        def asked(address: str) -> None:
            alone = page.url.startswith("file:") and address.startswith("http")
            if alone or not OURS.match(address):
                complaints.append(f"asked for {address}")

        page.on("request", lambda request: asked(request.url))
        return page

    yield make
    for page in browsing.pages[1:]:
        page.close()
    assert not complaints, complaints


def go(view: Locator, page: str) -> Locator:
    """Another page of a view, by its own navigation."""
    view.get_by_role("navigation", name="Pages").get_by_role("button", name=page).click()
    return view.locator(f"iterscope-{page.lower()}")


def drop_with_a_key(page: Locator, block: int) -> None:
    """On Interventions: a press on a block, and D. The answer is another one than the untouched network's, in words and numbers."""
    before = page.locator(".headline-before")
    after = page.locator(".headline-after")
    ready = page.locator("#interventions-results[data-state=ready]")
    ready.wait_for()
    assert before.inner_text() == after.inner_text() != "–"
    page.locator(f".tile-body[data-block='{block}']").click()
    page.page.keyboard.press("d")
    expect(page.locator(".tile.off")).to_have_attribute("data-key", f"{block}.0")
    expect(page.locator("#interventions-words")).to_contain_text(re.compile(rf"Without block {block}, \d+ of 359"))
    ready.wait_for()
    assert before.inner_text() != after.inner_text()


def story_and_thumbnails(page: Locator, address: str) -> None:
    """On Examples: images that are really there, and one of them on its way through the network. `address`: how those of images begin."""
    page.locator(".thumbnail img").first.wait_for()
    for picture in (page.locator(".thumbnail img").first, page.locator(".portrait"), page.locator(".traveller img")):
        expect(picture).to_have_attribute("src", re.compile(f"^{address}"))
        picture.evaluate("image => image.decode()")
        assert picture.evaluate("image => image.naturalWidth") == 24
    expect(page.locator(".journey-said").first).to_contain_text("After block 8, the output:")
    assert page.locator(".bars .bar").count() == 6  # five classes, and all others
    page.locator("#examples-probabilities svg").first.wait_for()


# ---- notebooks ----


@contextmanager
def listening(folder: Path, *command: str) -> Iterator[str]:
    """A server with a home of its own; its address, which it says when it listens."""
    log = folder / "server.log"
    own = {f"JUPYTER_{kind}_DIR": str(folder / kind) for kind in ("CONFIG", "DATA", "RUNTIME")}
    own |= {name: str(folder) for name in ("HOME", "IPYTHONDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")}
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            env={**os.environ, **own, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
    try:
        end = time.monotonic() + 120
        while not (found := re.search(r"http://(?:127\.0\.0\.1|localhost):(\d+)", log.read_text())):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(0.1)
        yield f"http://127.0.0.1:{found[1]}"
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture
def cell(trained_home: Path) -> str:
    """Shows a trained network and its images."""
    file = max((trained_home / "checkpoints").glob("*/epoch-0002.safetensors"))
    return (
        "import iterscope as it\n"
        f"chain = it.residual_chain(it.load_checkpoint({str(file)!r}))\n"
        'it.show(chain, it.load_dataset("digits", image_size=24), name="My network")'
    )


def run_cell(cell: Locator) -> None:
    """Press Shift Enter until the cell has run: JupyterLab forgets what it is told while it connects to its kernel."""
    prompt = cell.locator(".jp-InputArea-prompt")
    ran = re.compile(r"\[\d+\]:")
    while ran.fullmatch(text := prompt.inner_text()) is None:
        if text == "[ ]:":
            prompt.click()
            cell.page.keyboard.press("Shift+Enter")
        with suppress(AssertionError):
            expect(prompt).to_have_text(ran, timeout=3_000)


def test_jupyterlab(open_elsewhere: Callable[[], Page], backend_url: str, cell: str, tmp_path: Path) -> None:
    """A network of the kernel's own, and a run of a service, in one notebook. JupyterLab leaves a view its keys."""
    for name, value in SETTINGS.items():
        (tmp_path / "CONFIG" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "CONFIG" / name).write_text(json.dumps(value))
    run = httpx2.get(f"{backend_url}/runs", timeout=60).json()["runs"][0]["id"]
    second = f'it.show("{backend_url}/runs/{run}")'
    code = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    notebook = {
        "cells": [{**code, "id": f"cell-{index}", "source": text} for index, text in enumerate((cell, second))],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    (tmp_path / "views.ipynb").write_text(json.dumps(notebook))
    arguments = ("--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0", "--ServerApp.token=")
    with listening(tmp_path, "jupyterlab", *arguments) as address:
        page = open_elsewhere()
        page.goto(f"{address}/lab/tree/views.ipynb")
        cells = page.locator(".jp-Notebook .jp-CodeCell")
        run_cell(cells.nth(0))
        run_cell(cells.nth(1))
        expect(cells).to_have_count(3)  # the last one made an empty one
        view = cells.nth(0).locator(".iterscope")

        blocks = view.locator("iterscope-blocks")
        expect(blocks.locator(".net-block")).to_have_count(9)
        expect(blocks.locator(".picker-value").first).to_contain_text("My network")
        expect(blocks.locator("output.epoch")).to_have_text("as imported")
        expect(blocks.locator(".words")).to_contain_text(re.compile(r"Dropping block \d changes accuracy from"))
        for panel in ("cosine", "ratio", "drop", "exit"):
            expect(blocks.locator(f"#blocks-{panel} .plot").first).to_be_attached()

        interventions = go(view, "Interventions")
        drop_with_a_key(interventions, 1)
        for key in ("d", "d", "x", "a", "b", "Shift+m"):  # cut, insert and merge cells where a cell has the focus
            page.keyboard.press(key)
        expect(interventions.locator(".tile.off")).to_have_attribute("data-key", "1.0")
        expect(cells).to_have_count(3)
        interventions.locator(".tile-body[data-block='7']").click()  # what a view is yet to write is not the next one's
        image = interventions.locator(".changed-image").first
        index = re.search(r"Image (\d+),", image.get_attribute("title") or "")
        assert index is not None
        image.click()
        examples = view.locator("iterscope-examples")
        expect(examples.locator(".story-title")).to_have_text(f"Image {index[1]}")
        story_and_thumbnails(examples, "blob:")
        expect(examples.locator(".with-plan").first).to_be_visible()  # what the plan makes of it stands beside it

        cells.nth(1).locator(".jp-InputPrompt").click()
        run_view = cells.nth(1).locator("iterscope-blocks")
        run_view.locator(".page-title").click()
        epoch = run_view.locator("output.epoch")
        expect(epoch).to_have_text("epoch 2")
        for key, shown in (("ArrowLeft", 1), ("ArrowLeft", 0), ("ArrowUp", 0), ("ArrowRight", 1)):
            page.keyboard.press(key)
            expect(epoch).to_have_text(f"epoch {shown}")
        expect(run_view.locator(".net-block[data-mark=pick]")).to_have_text("0")
        assert cells.nth(1).evaluate("cell => cell.classList.contains('jp-mod-active')")
        carried = go(cells.nth(1).locator(".iterscope"), "Interventions")
        expect(carried.get_by_label("Checkpoint")).to_contain_text("epoch 1")
        expect(carried.get_by_label("Checkpoint").locator("option:checked")).to_have_text("epoch 1")
        carried.locator("#interventions-results[data-state=ready]").wait_for()


def test_marimo(open_elsewhere: Callable[[], Page], cell: str, tmp_path: Path) -> None:
    (tmp_path / "views.py").write_text(MARIMO.format(cell=indent(cell, "    ")))
    arguments = ("run", "views.py", "--headless", "--no-token", "--host=127.0.0.1", "--port=0")
    with listening(tmp_path, "marimo", *arguments) as address:
        page = open_elsewhere()
        page.goto(address)
        view = page.locator(".iterscope")
        expect(view.locator("iterscope-blocks .net-block")).to_have_count(9)
        view.locator("iterscope-blocks .page-title").click()
        page.keyboard.press("ArrowUp")
        expect(view.locator(".net-block[data-mark=pick]")).to_have_text("0")
        drop_with_a_key(go(view, "Interventions"), 1)
        story_and_thumbnails(go(view, "Examples"), "blob:")


# ---- one file ----


@pytest.mark.training
def test_the_report_file(
    open_elsewhere: Callable[[], Page],
    tmp_path_factory: pytest.TempPathFactory,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`iterscope report latest --interactive`: epochs, measured plans, stories; what was not measured is said."""
    monkeypatch.setattr("iterscope_cli.interactive.STORIES", 2)  # of each group, as each takes a while
    home = shutil.copytree(made_once(tmp_path_factory, "trained-stack", train_and_measure), tmp_path / "home")
    file = tmp_path / "net.html"
    found = CliRunner().invoke(
        app, ["report", "latest", "--interactive", f"--output={file}", f"--home={home}", "--device=cpu", "--json"]
    )
    assert found.exit_code == 0, (found.output, found.exception)
    said = json.loads(found.stdout)
    assert (said["failures"], said["bytes"]) == ([], file.stat().st_size)
    assert file.stat().st_size < 2_000_000  # the demo has three times as many blocks

    page = open_elsewhere()
    page.goto(file.as_uri())
    view = page.locator(".iterscope")
    blocks = view.locator("iterscope-blocks")
    epoch = blocks.locator("output.epoch")
    expect(epoch).to_have_text("epoch 2")
    expect(blocks.locator("#blocks-drop .plot")).to_be_visible()
    cosine = blocks.locator("#blocks-cosine .plot").first
    last = cosine.get_attribute("aria-label")
    page.keyboard.press("ArrowLeft")
    expect(epoch).to_have_text("epoch 1")
    expect(cosine).not_to_have_attribute("aria-label", last or "")
    expect(blocks.locator("#blocks-drop")).to_contain_text("This file holds no such measurement")  # of that epoch
    page.keyboard.press("ArrowRight")
    expect(blocks.locator("#blocks-drop .plot")).to_be_visible()

    interventions = go(view, "Interventions")
    drop_with_a_key(interventions, 1)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("d")
    refused = interventions.locator("#interventions-error")
    expect(refused).to_contain_text("This file holds no such measurement (plan)")
    expect(refused.get_by_role("button")).to_have_count(0)  # it is no use to try again
    interventions.get_by_role("button", name="Undo").click()
    expect(interventions.locator("#interventions-words")).to_contain_text("Without block 1, ")
    for repeated, words in (("α = 0.1", ", scaled by α = 0.1"), ("unscaled", " unscaled")):
        interventions.get_by_role("button", name=f"Repeat last ×20, {repeated}").click()
        said = interventions.locator("#interventions-words:not([data-stale], [data-growing])")
        expect(said).to_contain_text(re.compile(rf"With block 8 run 20 more times{words}, \d+ of 359"))
        expect(interventions.locator("#interventions-unroll-panel")).to_have_attribute("data-state", "ready")

    examples = go(view, "Examples")
    story_and_thumbnails(examples, "data:")
    probes = examples.locator("#examples-probes")
    expect(probes).to_have_count(0)
    for shown in (1, 0):
        examples.get_by_role("button", name="Depth and probes").click()
        expect(probes).to_have_count(shown)
    order = examples.get_by_label("order", exact=True)
    for group, sort in (
        ("Corrected", "-loss"), ("Overthought", "index"), ("Misclassified", "-confusion"), ("Settled late", "depth"), ("Spoiled", "margin"),
        ("All", "-depth"), ("Borderline", "margin"),
    ):  # fmt: skip
        examples.locator(".segmented label", has_text=group).click()
        expect(examples.locator(".segmented label[data-on]").first).to_contain_text(group)
        order.select_option(sort)
        expect(examples.locator(".story:not([data-stale]) .story-title")).to_have_count(1)
        expect(examples.locator(".notice.bad")).to_have_count(0)
    assert examples.locator(".thumbnail .no-picture").count() == 0
    examples.get_by_label("class", exact=True).select_option("0")
    expect(examples.locator(".notice.bad")).to_contain_text("This file holds no such measurement (samples)")


def test_saved_from_the_pages(
    open_elsewhere: Callable[[], Page], backend_url: str, dashboard_url: str, tmp_path: Path
) -> None:
    """ "Save as HTML" gives a file with what was measured on the pages, and begins with the page that was saved."""
    run = httpx2.get(f"{backend_url}/runs", timeout=60).json()["runs"][0]["id"]
    page = open_elsewhere()
    page.goto(f"{dashboard_url}/?run={run}&seeds=merged")
    page.locator("iterscope-blocks #blocks-drop .plot").wait_for()
    page.get_by_role("link", name="Interventions").first.click()
    drop_with_a_key(page.locator("iterscope-interventions"), 2)
    page.get_by_role("link", name="Examples").first.click()
    examples = page.locator("iterscope-examples")
    story_and_thumbnails(examples, "/api/")
    page.locator(".thumbnail").nth(2).click()
    expect(examples.locator(".thumbnail[aria-current=true]")).to_have_attribute("data-position", "2")
    expect(examples.locator(".story[data-stale]")).to_have_count(0)
    chosen = examples.locator(".story-title").inner_text()
    with page.expect_download() as download:
        examples.get_by_role("button", name="Save as HTML").click()
    file = tmp_path / "saved.html"
    download.value.save_as(file)
    assert re.fullmatch(r"iterscope-r\w+\.html", download.value.suggested_filename)

    page.goto(file.as_uri())
    view = page.locator(".iterscope")
    expect(view.locator(".story-title")).to_have_text(chosen)
    story_and_thumbnails(view.locator("iterscope-examples"), "data:")
    drop_with_a_key(go(view, "Interventions"), 2)
    blocks = go(view, "Blocks")  # of this run alone, though the mean over seeds was shown
    expect(blocks.locator("#blocks-drop .plot")).to_be_visible()
    expect(blocks.locator("output.epoch")).to_have_text("epoch 2")
    expect(view.get_by_role("button", name="Save as HTML")).to_have_count(0)
