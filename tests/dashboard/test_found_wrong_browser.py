"""What people found wrong with earlier pages, each as a test in a real browser."""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx2
import numpy as np
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.dashboard.looks import until, wait_until_still
from tests.dashboard.views import (
    DRAWN,
    badge,
    drawn,
    lines,
    marks,
    measured,
    opened,
    query,
    saved,
    table,
    values,
)

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]
Json = dict[str, Any]
DECEIVING = '<img src=x onerror="window.owned=1">%{x}</extra><b>a\x07b\u202ec'
SHOWN = '<img src=x onerror="window.owned=1">%{x}</extra><b>a\\x07b\\u202ec'


@pytest.fixture
def runs(backend_url: str) -> Iterator[list[Json]]:
    """The store's runs; their names and notes are as they were afterwards."""
    found: list[Json] = httpx2.get(f"{backend_url}/runs", timeout=60).json()["runs"]
    yield found
    for run in found:
        httpx2.patch(f"{backend_url}/runs/{run['id']}", json={"name": run["name"], "notes": run["notes"]}, timeout=60)


def epoch(page: Page) -> Any:
    return expect(page.locator(".epoch strong"))


def tab(page: Page, name: str) -> Locator:
    return page.locator("#navigation").get_by_role("link", name=name, exact=True)


def run_shown(page: Page) -> Any:
    """The run that the page's selector names."""
    return expect(page.get_by_role("button", name=re.compile("^Run: ")))


def choose_run(page: Page, name: str) -> None:
    page.get_by_role("button", name=re.compile("^Run: ")).click()
    page.locator(".picker-list").get_by_role("option").filter(has_text=name).click()


# ---- late answers ----


def test_a_page_left_before_it_is_drawn_does_not_come_back(
    open_page: OpenPage, dashboard_url: str, runs: list[Json]
) -> None:
    first, second = runs
    page = open_page()
    held: list[Route] = []

    def hold(route: Route) -> None:
        if f"/runs/{first['id']}/" in route.request.url:
            held.append(route)
        else:
            route.continue_()

    page.route("**/api/runs/*/curves**", hold)
    page.goto(f"{dashboard_url}/blocks?run={first['id']}")
    until(page, lambda: len(held) == 1)
    tab(page, "Runs").click()
    page.locator(".run-cell a", has_text=second["name"]).click()
    drawn(page)
    run_shown(page).to_have_text(re.compile(second["name"]))
    address = page.url
    drawn_lines = lines(page, "blocks-cosine").first.inner_html()
    with page.expect_event("requestfinished", lambda request: f"/runs/{first['id']}/curves" in request.url):
        held.pop().continue_()
    choose_run(page, first["name"])  # and in the page itself
    until(page, lambda: len(held) == 1)
    choose_run(page, second["name"])
    drawn(page)
    with page.expect_event("requestfinished", lambda request: f"/runs/{first['id']}/curves" in request.url):
        held.pop().continue_()
    wait_until_still(page)
    run_shown(page).to_have_text(re.compile(second["name"]))
    assert page.url == address
    assert lines(page, "blocks-cosine").first.inner_html() == drawn_lines


def test_a_step_right_before_leaving_goes_along_and_nothing_is_written_afterwards(
    open_page: OpenPage, dashboard_url: str
) -> None:
    page = opened(open_page(), f"{dashboard_url}/blocks?metric=l2_ratio")
    page.keyboard.press("ArrowLeft")
    tab(page, "Interventions").click()  # the address is written 0.3 s after a step
    page.wait_for_selector(DRAWN["/interventions"])
    wait_until_still(page)
    assert not query(page).keys() - {"run", "epoch", "checkpoint"}  # nothing that is of Blocks only
    assert query(page)["epoch"] == "1"
    page.go_back()
    drawn(page)
    epoch(page).to_have_text("1")
    page.keyboard.press("ArrowLeft")
    page.go_forward()
    page.wait_for_selector(DRAWN["/interventions"])
    wait_until_still(page)
    assert "metric" not in query(page)
    assert urlsplit(page.url).path == "/interventions"


def test_a_list_opened_before_the_page_around_has_arrived_stays_open(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page()
    held: list[Route] = []
    page.route("**/_dash-layout", lambda route: held.append(route))
    opened(page, f"{dashboard_url}/blocks")
    page.get_by_role("button", name=re.compile("^Run: ")).press("Enter")
    field = page.get_by_role("combobox", name="Search: Run")
    field.press_sequentially("Ti")
    until(page, lambda: len(held) == 1)
    expect(page.locator("#early #view")).to_be_attached()
    held.pop().continue_()
    expect(page.locator("#early > *")).to_have_count(0)  # the view is at its place
    expect(field).to_be_focused()
    page.keyboard.type("ny")
    expect(field).to_have_value("Tiny")


# ---- figures and their words ----


def test_a_figure_measured_at_another_epoch_says_which(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page(height=1400)
    gone = {1}

    def fewer(route: Route) -> None:
        answer = route.fetch().json()
        kept = [one for one in answer["checkpoints"] if one["epoch"] not in gone]
        route.fulfill(json={**answer, "checkpoints": kept})

    page.route("**/api/checkpoints?**", fewer)
    opened(page, f"{dashboard_url}/?epoch=1")
    measured(page, "blocks-drop")
    expect(badge(page, "blocks-drop")).to_have_text("epoch 0, 359 images, this run")
    expect(badge(page, "blocks-cosine")).to_have_text("64 images, 2 seeds")  # that is of the epoch shown
    origin, series = table(page, "Accuracy without block")
    assert "epoch 0" in origin
    untrained = series["validation"]
    page.keyboard.press("ArrowLeft")
    epoch(page).to_have_text("0")
    expect(badge(page, "blocks-drop")).to_have_text("359 images, this run")
    assert table(page, "Accuracy without block")[1]["validation"] == untrained
    gone |= {0, 2}
    page.reload()
    drawn(page)
    expect(page.locator("#blocks-drop")).to_contain_text("No checkpoint is saved at or before this epoch.")
    assert lines(page, "blocks-drop").count() == 0


INSIDE = """() => {
  const found = [];
  for (const plot of document.querySelector("iterscope-blocks").shadowRoot.querySelectorAll(".plot")) {
    const clip = plot.querySelector("clipPath rect").getBBox();
    for (const path of plot.querySelectorAll("g[clip-path] path, g[clip-path] image")) {
      const box = path.getBBox();
      const out = Math.max(clip.x - box.x, clip.y - box.y, box.x + box.width - clip.x - clip.width,
        box.y + box.height - clip.y - clip.height);
      if (out > 0.5) found.push(`${plot.dataset.plot}: ${out.toFixed(1)} px`);
    }
  }
  return found;
}"""


def with_arrays(file: bytes, changes: dict[str, float]) -> bytes:
    """A file of curves in which all defined values of some arrays are the same."""
    size = struct.unpack("<Q", file[:8])[0]
    header = json.loads(file[8 : 8 + size])
    body = np.frombuffer(file[8 + size :], np.float32).copy()
    for name in changes.keys() & header.keys():
        start, stop = header[name]["data_offsets"]
        part = body[start // 4 : stop // 4]
        part[np.isfinite(part)] = changes[name]
    return file[: 8 + size] + body.tobytes()


def test_axes_hold_all_data_and_accuracies_stay_within_0_and_100(
    open_page: OpenPage, dashboard_url: str, runs: list[Json]
) -> None:
    page, run = open_page(height=1700), runs[0]["id"]
    opened(page, f"{dashboard_url}/?by=l2_ratio")
    measured(page, "blocks-drop")
    for step in range(3):
        epoch(page).to_have_text(str(2 - step))
        assert page.evaluate(INSIDE) == []
        page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="Pin", exact=True).click()
    page.get_by_role("slider", name="Epoch").fill("2")
    measured(page, "blocks-drop")
    assert page.evaluate(INSIDE) == []
    page.get_by_text("difference").click()
    page.wait_for_url("**difference=1**")
    assert page.evaluate(INSIDE) == []
    almost = {
        "validation_accuracy/validation/value": 0.99,
        "validation_accuracy/validation/std": 0.05,
        "accuracy/train/value": 0.01,
        "accuracy/train/std": 0.05,
        "early_exit_accuracy/validation": 0.99,
        "early_exit_accuracy_std/validation": 0.05,
    }

    def accurate(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=with_arrays(answer.body(), almost))

    page.route("**/curves?**", accurate)
    opened(page, f"{dashboard_url}/?seeds=merged&run={run}")
    for title in ("Network accuracy", "Any metric"):
        _, series = table(page, title)
        bands = {name: [y for _, y in points] for name, points in series.items()}
        highs = [y for name, ys in bands.items() if name.endswith("high") for y in ys if y == y]
        lows = [y for name, ys in bands.items() if name.endswith("low") for y in ys if y == y]
        assert max(highs) == 100
        assert min(lows) >= 0
    assert page.evaluate(INSIDE) == []


# ---- keys ----


def test_one_arrow_key_does_one_thing_where_the_focus_is(open_page: OpenPage, dashboard_url: str) -> None:
    page = opened(open_page(height=1700), f"{dashboard_url}/?epoch=1&block=4")
    block = page.locator(".net-block[data-mark=pick]")

    def state(shown: str, marked: str) -> None:
        epoch(page).to_have_text(shown)
        expect(block).to_have_text(marked)

    page.keyboard.press("ArrowLeft")  # nowhere: the page's own
    state("0", "4")
    page.keyboard.press("ArrowUp")
    state("0", "5")
    slider = page.get_by_role("slider", name="Epoch")
    slider.focus()
    slider.press("ArrowRight")
    state("1", "5")
    slider.press("ArrowUp")  # a slider's key, too
    state("2", "5")
    slider.press("ArrowLeft")
    state("1", "5")
    block.focus()
    page.keyboard.press("ArrowRight")
    state("1", "6")
    page.keyboard.press("ArrowUp")  # no key of the strip: the page's
    state("1", "7")
    chart = page.locator("#blocks-cosine .plot")
    chart.focus()
    page.keyboard.press("ArrowRight")
    state("1", "7")
    expect(marks(page, "blocks-cosine", "hover")).to_have_count(1)
    expect(page.locator("#blocks-cosine .panel-readout")).to_contain_text("block 8")
    page.locator("#blocks-training .plot").focus()
    page.keyboard.press("ArrowLeft")
    state("0", "7")
    metric = page.get_by_label("Metric by block", exact=True)
    metric.focus()
    page.keyboard.press("ArrowDown")
    expect(metric).to_have_value("activation_norm")
    state("0", "7")
    page.get_by_label("Both", exact=True).focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**split=train**")
    state("0", "7")
    help_ = page.locator("summary[aria-label='What is “Cosine loss”?']")
    help_.focus()
    page.keyboard.press("Space")  # presses what has the focus, and plays nothing
    expect(page.locator("details.help[open]")).to_have_count(1)
    page.keyboard.press("ArrowRight")  # what is open has the keys
    state("0", "7")
    page.keyboard.press("Escape")  # closes it, and lets go of nothing
    expect(page.locator("details.help[open]")).to_have_count(0)
    state("0", "7")
    tab(page, "Runs").focus()
    page.keyboard.press("ArrowRight")  # in the header: no key of the view
    state("0", "7")
    expect(page.locator(".hint.keys")).to_contain_text("In the strip and in a chart, ← → move along it")


# ---- links ----


def test_a_link_keeps_its_meaning_when_another_seed_completes(
    open_page: OpenPage, dashboard_url: str, runs: list[Json]
) -> None:
    run, other = runs
    page = open_page()
    there: list[Json] = [{**run, "siblings": []}]
    page.route(re.compile(r"/api/runs$"), lambda route: route.fulfill(json={"runs": there}))
    opened(page, dashboard_url)
    page.wait_for_url(f"**?run={run['id']}")  # without a choice, the address says at once what is shown
    alone = values(page, "ℓ2 ratio", "validation")
    there[:] = [{**other, "created_at": "2099-01-01T00:00:00Z"}, run]
    page.reload()
    drawn(page)
    expect(page.get_by_label("This run only")).to_be_checked()
    run_shown(page).to_have_text(re.compile(run["name"]))
    assert values(page, "ℓ2 ratio", "validation") == alone
    page.get_by_text("Mean of 2 seeds").click()
    page.wait_for_url("**seeds=merged**")
    merged = page.url
    assert values(page, "ℓ2 ratio", "validation") != alone
    there[:] = [{**run, "siblings": []}]
    page.reload()
    drawn(page)
    assert page.url == merged  # a link that asks for the mean is one still
    page.unroute(re.compile(r"/api/runs$"))
    page.goto(f"{dashboard_url}/runs")
    page.get_by_role("link", name="Mean curves").click()
    page.wait_for_url("**/blocks?run=*&seeds=merged")
    expect(badge(page, "blocks-cosine")).to_have_text("64 images, 2 seeds")


def test_the_headers_links_carry_run_epoch_checkpoint_and_split(
    open_page: OpenPage, dashboard_url: str, runs: list[Json]
) -> None:
    run = runs[1]["id"]
    page = opened(open_page(), f"{dashboard_url}/blocks?run={run}&epoch=1&split=train")
    checkpoint = page.get_by_label("Checkpoint", exact=True)

    def at(path: str, shown: str, split: str) -> None:
        page.wait_for_selector(DRAWN[path])
        expect(checkpoint.locator("option:checked")).to_have_text(shown)
        expect(page.get_by_label("Images", exact=True)).to_have_value(split)
        assert query(page)["run"] == run
        assert "plan" not in query(page)  # the untouched network

    tab(page, "Interventions").click()
    at("/interventions", "epoch 1", "train")
    tab(page, "Examples").click()
    at("/examples", "epoch 1", "train")
    checkpoint.select_option(label="epoch 0 (untrained)")
    page.get_by_label("Images", exact=True).select_option("validation")
    tab(page, "Measure").click()
    page.wait_for_selector("#measure-submit")
    assert query(page)["run"] == run
    expect(page.get_by_role("textbox", name="Checkpoint")).to_have_value(re.compile("epoch 0"))
    tab(page, "Paper").click()
    page.wait_for_selector(".paper-strip")
    tab(page, "Interventions").click()  # over a page that knows no run
    at("/interventions", "epoch 0 (untrained)", "validation")
    tab(page, "Blocks").click()
    drawn(page)
    epoch(page).to_have_text("0")
    run_shown(page).to_have_text(re.compile("seed 0"))
    page.get_by_role("slider", name="Epoch").fill("2")
    tab(page, "Examples").click()  # at once
    at("/examples", "epoch 2", "validation")
    page.get_by_role("link", name="Open in Interventions").click()
    at("/interventions", "epoch 2", "validation")


def test_back_forward_reload_and_a_second_tab(open_page: OpenPage, dashboard_url: str, runs: list[Json]) -> None:
    first, second = runs
    page = opened(open_page(), f"{dashboard_url}/blocks?run={first['id']}&epoch=1")
    choose_run(page, second["name"])
    page.wait_for_url(f"**run={second['id']}**")
    drawn(page)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    page.wait_for_url("**epoch=1&block=0**")
    tab(page, "Examples").click()
    page.wait_for_selector(DRAWN["/examples"])
    page.go_back()
    drawn(page)
    run_shown(page).to_have_text(re.compile(second["name"]))
    epoch(page).to_have_text("1")
    expect(page.locator(".net-block[data-mark=pick]")).to_have_text("0")
    page.go_back()  # steps of the slider are no entries, another run is one
    page.wait_for_url(f"**run={first['id']}&epoch=1")
    run_shown(page).to_have_text(re.compile(first["name"]))
    page.go_forward()
    page.wait_for_url(f"**run={second['id']}**block=0")
    run_shown(page).to_have_text(re.compile(second["name"]))
    page.reload()
    drawn(page)
    epoch(page).to_have_text("1")
    other = opened(open_page(), page.url)
    epoch(other).to_have_text("1")
    assert values(other, "ℓ2 ratio", "validation") == values(page, "ℓ2 ratio", "validation")
    other.keyboard.press("ArrowLeft")
    epoch(other).to_have_text("0")
    epoch(page).to_have_text("1")  # each tab is its own


def test_a_selector_with_sixty_runs_is_searched(open_page: OpenPage, dashboard_url: str, runs: list[Json]) -> None:
    first = runs[0]
    page = open_page()
    many = [
        {
            **first, "id": f"{first['id']}{i}", "name": f"Wide {i // 5}", "seed": i % 5, "siblings": [], "dataset": f"data-{i % 3}",
            "created_at": f"2020-01-{1 + i % 28:02}T00:00:00Z", "latest": {"validation_accuracy": i / 100},
        }
        for i in range(60)
    ]  # fmt: skip
    page.route(re.compile(r"/api/runs$"), lambda route: route.fulfill(json={"runs": [*runs, *many]}))
    opened(page, f"{dashboard_url}/blocks?run={first['id']}")
    opener = page.get_by_role("button", name=re.compile("^Run: "))
    opener.press("Enter")
    field = page.get_by_role("combobox", name="Search: Run")
    expect(field).to_be_focused()
    options = page.locator(".picker-list").get_by_role("option")
    expect(options).to_have_count(62)
    field.fill("SEED 3 38.0")
    expect(options).to_have_count(1)
    for detail in ("Wide 7", "resnet20", "data-2", "seed 3", "38.0", "2020-01-11"):
        expect(options).to_contain_text(detail)
    field.fill("data-1 2020-01-05")
    expect(options).to_have_count(1)
    field.fill("nothing like it")
    expect(page.locator(".picker-list")).to_contain_text("Nothing matches “nothing like it”.")
    field.fill(runs[1]["name"])
    field.press("Enter")
    page.wait_for_url(f"**run={runs[1]['id']}**")
    expect(opener).to_be_focused()
    opener.press("Enter")
    field.press("Escape")  # closes it, and does nothing else
    expect(field).to_have_count(0)
    assert query(page)["run"] == runs[1]["id"]


# ---- names ----


def harmless(page: Page) -> None:
    """No name became more than text."""
    assert page.evaluate("window.owned") is None
    assert page.locator("img[src=x], b:text-is('ab')").count() == 0


def test_names_are_text_on_every_page(
    open_page: OpenPage, dashboard_url: str, backend_url: str, runs: list[Json]
) -> None:
    run, other = (one["id"] for one in runs)
    httpx2.patch(f"{backend_url}/runs/{run}", json={"name": DECEIVING}, timeout=60).raise_for_status()
    page = opened(open_page(height=1700), f"{dashboard_url}/blocks?run={run}&with={other}&pin={run}@0")
    opener = page.get_by_role("button", name=re.compile("^Run: "))
    expect(opener).to_have_text(re.compile(re.escape(SHOWN)))
    expect(page.locator("#blocks-cosine .legend-entry").first).to_have_text(SHOWN)
    opener.click()
    expect(page.locator(".picker-list").get_by_role("option").first).to_contain_text(SHOWN)
    page.keyboard.press("Escape")
    assert SHOWN in saved(page, "Cosine loss", "svg").read_text().replace("&lt;", "<").replace("&gt;", ">")
    assert SHOWN.replace('"', '""') in saved(page, "Network accuracy", "csv").read_text()
    assert saved(page, "Cosine loss", "pdf").read_bytes().startswith(b"%PDF")
    harmless(page)
    for name in ("Interventions", "Examples"):
        tab(page, name).click()
        page.wait_for_selector(DRAWN[f"/{name.lower()}"])
        expect(page.get_by_role("button", name=re.compile("^Run: "))).to_have_text(re.compile(re.escape(SHOWN)))
        harmless(page)
    tab(page, "Measure").click()
    expect(page.get_by_role("textbox", name="Run")).to_have_value(re.compile(re.escape(SHOWN)))
    harmless(page)
    tab(page, "Runs").click()
    expect(page.locator(".run-cell a", has_text="onerror")).to_have_text(SHOWN)
    for box in page.locator(".ag-row .ag-checkbox-input").all():
        box.click()
    names = "(iterscope.plot('runs-accuracy') || { data: [] }).data.map((trace) => trace.name).join()"
    page.wait_for_function(f"{names}.includes('onerror')")
    legend = page.locator("#runs-accuracy .legendtext", has_text="onerror")
    expect(legend).to_have_text(SHOWN)
    box = page.locator("#runs-accuracy .scatterlayer .point").nth(1).bounding_box()
    assert box
    for shift in (0, 2):
        page.mouse.move(box["x"] + box["width"] / 2 + shift, box["y"] + box["height"] / 2)
    expect(page.locator("#runs-accuracy .hoverlayer")).to_contain_text("onerror")
    harmless(page)
    page.get_by_role("button", name="Delete …").click()
    expect(page.get_by_role("dialog")).to_contain_text(SHOWN)
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
    harmless(page)
    page.goto(f"{dashboard_url}/paper?figure=fig2")
    page.wait_for_selector("#paper-fig2 .scatterlayer .trace")
    harmless(page)


# ---- what fails ----


def test_what_fails_is_tried_again_or_says_so(open_page: OpenPage, dashboard_url: str) -> None:
    page = open_page(height=1400, fails="/api/")
    failing = {"/api/runs": [500], "/curves": [503, 502], "/probe/drop": [500], "/api/checkpoints": [504]}

    def fail(route: Route) -> None:
        for part, statuses in failing.items():
            if statuses and re.search(rf"{part}($|\?)", route.request.url):
                problem = {"title": "Not now", "detail": f"it can’t be had: {part}"}
                route.fulfill(status=statuses.pop(), json=problem)
                return
        route.continue_()

    page.route("**/api/**", fail)
    page.goto(dashboard_url)
    refusal = page.get_by_role("alert").filter(has_text="it can’t be had: /api/runs")
    expect(refusal).to_be_visible()
    refusal.get_by_role("button", name="Try again").click()
    drawn(page)  # what is away is asked for again by itself
    expect(page.locator("#blocks-drop")).to_contain_text("it can’t be had: /probe/drop")
    expect(page.locator("[data-stale], [data-growing]")).to_have_count(0)
    assert not any(failing.values())
    page.locator("#blocks-drop").get_by_role("button", name="Try again").click()
    measured(page, "blocks-drop")
    tab(page, "Interventions").click()
    failing["/probe/plan"] = [500]
    expect(page.locator(".plan-refused")).to_contain_text("it can’t be had: /probe/plan")
    expect(page.locator("#interventions-results")).not_to_contain_text("Measuring")
    page.locator(".plan-refused").get_by_role("button", name="Try again").click()
    page.wait_for_selector(DRAWN["/interventions"])
    failing["/probe/sample"] = [500]
    failing["/probe/samples"] = [500]
    tab(page, "Examples").click()
    expect(page.get_by_role("alert").filter(has_text="/probe/samples")).to_be_visible()
    page.get_by_role("alert").get_by_role("button", name="Try again").first.click()
    until(page, lambda: not failing["/probe/sample"])
    page.get_by_role("alert").get_by_role("button", name="Try again").first.click()
    page.wait_for_selector(DRAWN["/examples"])


@contextmanager
def line_to(address: str) -> Iterator[tuple[str, threading.Event]]:
    """Another address of a server, which nobody answers while the event is not set."""
    server, up, closed = socket.create_server(("127.0.0.1", 0)), threading.Event(), threading.Event()
    target = urlsplit(address)
    up.set()

    def pass_on(source: socket.socket, sink: socket.socket) -> None:
        with source, sink:
            while up.is_set() and not closed.is_set():
                try:
                    piece = source.recv(1 << 16)
                except TimeoutError:
                    continue
                except OSError:
                    return
                if not piece:
                    return
                sink.sendall(piece)

    def accept() -> None:
        while not closed.is_set():
            try:
                caller, _ = server.accept()
            except OSError:
                return
            if not up.is_set():
                caller.close()
                continue
            callee = socket.create_connection((target.hostname, target.port))
            for one in (caller, callee):
                one.settimeout(0.1)
            for pair in ((caller, callee), (callee, caller)):
                threading.Thread(target=pass_on, args=pair, daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}", up
    finally:
        closed.set()
        server.close()


def test_a_note_typed_while_the_backend_is_away_is_kept(
    open_page: OpenPage, serve_dashboard: Callable[..., str], backend_url: str, runs: list[Json]
) -> None:
    run = runs[0]

    def note() -> str:
        return str(httpx2.get(f"{backend_url}/runs/{run['id']}", timeout=60).json()["notes"])

    with line_to(backend_url) as (address, up):
        page = open_page(width=1700)
        page.goto(f"{serve_dashboard('--backend', address)}/runs")
        cell = page.locator(f".ag-row[row-id='{run['id']}'] [col-id=notes]")
        expect(cell).to_be_visible()
        up.clear()
        expect(page.get_by_text("The backend is not responding.")).to_be_visible()
        for text in ("first thought", "second thought"):
            cell.dblclick()
            page.locator(".ag-popup-editor textarea").fill(text)
            page.keyboard.press("Enter")
            expect(cell).to_have_text(text)
        assert note() == run["notes"]
        up.set()
        until(page, lambda: note() == "second thought")
        expect(page.get_by_text("The backend is not responding.")).to_be_hidden()
        expect(cell).to_have_text("second thought")
        page.reload()
        expect(cell).to_have_text("second thought")
        page.close()
