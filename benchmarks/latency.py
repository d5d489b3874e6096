"""Response times of the service: edits of a plan as the page makes them, other probes, stored answers, and edits while a training runs.

python -m benchmarks.latency [--edits 50] [--home FOLDER]

Edits are of the demo's network unless a line says otherwise. An edit over REST is a request that follows its job's events; an edit on the
page is written into the field of the plan. "First numbers" are of the first images, "answer" is accuracy, loss, groups and changed images
of all of them, and "gradients" is the finished answer with the curves along the plan. Nothing else should run meanwhile.

The budgets were set where one plain forward pass of the demo's images took 150 ms. Where it takes longer, they are longer by the same
factor, and beside a training edits are rarer by it: both are measured in one run. `--home` adds edits of that folder's latest checkpoint
on 500 of its images.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx2
import torch
from playwright.sync_api import sync_playwright
from torch import nn

import iterscope as it
from benchmarks.budgets import Budgets
from benchmarks.measure import backend, median_seconds
from benchmarks.page import FLAGS, SIZE, found_browser
from benchmarks.page_store import service
from iterscope.architectures import ForeignConfiguration, build_foreign
from iterscope.datasets import Dataset
from iterscope.recipes import RECIPES

FORWARD_MS = 150.0
"""One forward pass of the demo's images, where the budgets were set."""
CACHED_MS = 50.0
"""Budget for a stored answer, over HTTP."""
FIRST_MS = 120.0
"""Budget for an edit's first numbers."""
LATE_MS = 150.0
"""Budget for the answer to a plan that differs from block 18 on, with kept hidden states."""
EARLY_MS = 350.0
"""Budget for the answer to a plan that differs from the first block on."""
GRADIENTS_MS = 500.0
UNROLL_MS = 200.0
DROP_FIRST_MS, DROP_MS = 450.0, 2100.0
SMALL_IMAGES, SMALL_FIRST_MS, SMALL_MS = 500, 150.0, 400.0
"""A ResNet-20 on images of 32 pixels: budgets of the first numbers and of the answer."""
LARGE_IMAGES, LARGE_FIRST_MS = 200, 2000.0
"""A ResNet-50 on images of 224 pixels: budget of the first numbers."""
EVERY_SECONDS, BESIDE_EDITS, ALONE_SECONDS = 5.0, 12, 60.0
"""While a training runs: seconds from one edit to the next where the budgets were set, edits, and seconds of training without edits."""
BESIDE, TRAINING_SHARE = 1.5, 0.9
"""Budgets: how much longer an edit may take beside a training, and the share of its speed that the training keeps."""
CALLS = 5
"""Of the probes that are not edits."""
Request = dict[str, Any]
Times = dict[str, float]


@dataclass
class Report:
    """Prints each row, and compares it with its budget on a machine of this speed."""

    slower: float
    """How many times as long as where the budgets were set a forward pass takes here; at least 1."""
    budgets: Budgets = field(default_factory=Budgets)

    def __call__(self, name: str, times: list[float], budget: float, *, computed: bool = True) -> None:
        """`computed`: whether the time is one of computation, which takes longer on a slower machine."""
        median, bound = statistics.median(times), budget * (self.slower if computed else 1.0)
        tail = sorted(times)[max(0, round(0.95 * len(times)) - 1)]
        verdict = self.budgets.at_most(f"{name}, p95", tail, bound, " ms")
        print(f"{name:<52}{median:>8.0f}{tail:>8.0f}{budget:>8.0f}{bound:>8.0f}  {verdict}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--edits", type=int, default=50, help="edits of each kind (default: 50)")
    parser.add_argument("--home", type=Path, help="also measure the latest checkpoint of this home folder")
    options = parser.parse_args()
    demo = RECIPES["demo"]
    digits = it.load_dataset(demo.dataset, image_size=demo.image_size)
    model = it.build_from_configuration(demo.network(digits.num_classes))
    forward = forward_ms(model, digits)
    report = Report(max(1.0, forward / FORWARD_MS))
    print(
        f"{demo.architecture}, {len(digits.validation)} digits of {demo.image_size} pixels, {options.edits} edits; one forward pass "
        f"{forward:.0f} ms, so budgets are {report.slower:.2f} times as long\n"
    )
    print(f"{'ms':<52}{'median':>8}{'p95':>8}{'budget':>8}{'here':>8}")
    with tempfile.TemporaryDirectory() as home:
        with backend(home) as address, httpx2.Client(base_url=address, timeout=120, trust_env=False) as client:
            ask = Asker(client, uploaded(client, Path(home), model, digits))
            edits(ask, report, options.edits)
            on_the_page(address, home, report, ask.blocks, options.edits)
            others(ask, report)
            stored(ask, report)
            beside_training(ask, report, Path(home))
            small = it.load_dataset("digits")
            ask = Asker(client, uploaded(client, Path(home), it.build("resnet20", seed=0), small))
            of_another(ask, report, "ResNet-20 at 32 px", options.edits)
            large = it.load_dataset("digits", image_size=224)
            resnet50 = build_foreign(ForeignConfiguration("torchvision", "resnet50", large.num_classes, 224))
            first_of_large(Asker(client, uploaded(client, Path(home), resnet50, large)), report)
        if options.home:
            with (
                backend(str(options.home)) as address,
                httpx2.Client(base_url=address, timeout=120, trust_env=False) as client,
            ):
                newest = client.get("/checkpoints").raise_for_status().json()["checkpoints"][0]
                of_another(Asker(client, newest), report, newest["name"], options.edits)
    report.budgets.finish()


def forward_ms(model: nn.Module, data: Dataset) -> float:
    """Milliseconds of one plain forward pass of all validation images, in chunks of 64."""
    count = len(data.validation)
    chunks = [data.validation.batch(at, min(at + 64, count)) for at in range(0, count, 64)]
    model.eval()

    def forward() -> None:
        with torch.no_grad():
            for chunk in chunks:
                model(chunk)

    return 1000 * median_seconds({"forward": forward}, rounds=9)["forward"]


def uploaded(client: httpx2.Client, home: Path, model: nn.Module, data: Dataset) -> dict[str, Any]:
    """The network as a checkpoint of the service."""
    file = home / "network.safetensors"
    it.save_checkpoint(file, model, dataset=data.reference)
    with file.open("rb") as upload:
        found: dict[str, Any] = client.post("/checkpoints", files={"file": upload}).raise_for_status().json()
    return found


class Asker:
    """Asks as the page does: for an answer at once, and then for the events of the job."""

    def __init__(self, client: httpx2.Client, checkpoint: dict[str, Any]) -> None:
        self.client, self.checkpoint, self.blocks = client, checkpoint["id"], len(checkpoint["blocks"])

    def __call__(self, probe: str, options: Request, *, only_first: bool = False) -> Times:
        """Milliseconds until the first numbers, until those of all images, and until the end. `only_first`: then the job is cancelled."""
        begin = time.perf_counter()
        times: Times = {}

        def passed(name: str) -> None:
            times.setdefault(name, 1000 * (time.perf_counter() - begin))

        asked = self.client.post(f"/probe/{probe}", json={"checkpoint": self.checkpoint, "wait": 0, **options})
        if asked.status_code == 202:
            with self.client.stream("GET", f"/jobs/{asked.json()['id']}/events") as events:
                for line in events.iter_lines():
                    told = json.loads(line[6:]) if line.startswith("data: ") else {}
                    if answer := told.get("partial"):
                        passed("first")
                        if only_first:
                            self.client.delete(f"/jobs/{asked.json()['id']}").raise_for_status()
                            break
                        if answer["samples"] == answer["of"]:
                            passed("answer")
                    elif job := told.get("job"):
                        assert job["state"] == "done", job
        else:
            asked.raise_for_status()
        for name in ("first", "answer", "end"):
            passed(name)
        return times


def edited(block: int, blocks: int) -> str:
    """A plan that differs in a block's scale, so that it is stored nowhere."""
    scaled = f"{block}@{random.uniform(0.3, 0.9):.9f}"
    before = [] if block == 0 else [f"0..{block - 1}"]
    after = [] if block == blocks - 1 else [f"{block + 1}..{blocks - 1}"]
    return " ".join([*before, scaled, *after])


def edit(ask: Asker, block: int, *, only_first: bool = False, **options: Any) -> Times:
    plan = {"plan": edited(block, ask.blocks), "borderline": {"reference": "last5"}}
    return ask("plan", {**plan, **options}, only_first=only_first)


def show(ask: Asker, **options: Any) -> None:
    """A page that shows the network has asked for this."""
    ask("block-metrics", options)
    ask("plan", {"plan": f"0..{ask.blocks - 1}", **options})


def edits(ask: Asker, report: Report, count: int) -> None:
    show(ask)
    late = [edit(ask, random.randint(18, ask.blocks - 1)) for _ in range(count)]
    early = [edit(ask, 0) for _ in range(count)]
    report("edit, first numbers", [each["first"] for each in late + early], FIRST_MS)
    report("edit from block 18 on, answer", [each["answer"] for each in late], LATE_MS)
    report("edit of block 0, answer", [each["answer"] for each in early], EARLY_MS)
    report("edit, gradients along the plan", [each["end"] for each in late + early], GRADIENTS_MS)


# Writes a plan into its field, and tells when the page shows the first numbers, those of all images, and everything. It looks at the page
# when the page changes, and not at every frame, since frames take time from what is computed.
EDIT = """
(text) => new Promise((done) => {
  const view = document.querySelector("iterscope-interventions").shadowRoot;
  const field = view.querySelector("#interventions-plan-text"), results = view.querySelector("#interventions-results");
  const times = {}, begin = performance.now();
  let before = true;
  const shown = (name) => requestAnimationFrame(() => {
    times[name] ??= performance.now() - begin;
    if (name === "end") done(times);
  });
  const watch = new MutationObserver(() => {
    const { state } = results.dataset;
    before &&= state === "ready";
    if (before || state === "stale") return;
    shown("first");
    if (!("growing" in view.querySelector(".headline").dataset)) shown("answer");
    if (state !== "ready") return;
    watch.disconnect();
    shown("end");
  });
  watch.observe(view, { attributes: true, childList: true, subtree: true });
  field.value = text;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
})
"""


def on_the_page(backend: str, home: str, report: Report, blocks: int, count: int) -> None:
    with service(Path(home), "dashboard", "--backend", backend) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found_browser(), args=list(FLAGS))
        page = browser.new_page(viewport=SIZE)
        page.set_default_timeout(120_000)
        page.goto(f"{address}/interventions")
        page.wait_for_selector("#interventions-results[data-state=ready]")
        page.wait_for_load_state("networkidle")

        def measured(block: int) -> Times:
            page.wait_for_timeout(random.uniform(500, 900))  # a reader looks at the result
            times: Times = page.evaluate(EDIT, edited(block, blocks))
            return times

        late = [measured(random.randint(18, blocks - 1)) for _ in range(count)]
        early = [measured(0) for _ in range(count)]
        browser.close()
    report("on the page: first numbers", [each["first"] for each in late + early], FIRST_MS)
    report("on the page: edit from block 18 on, answer", [each["answer"] for each in late], LATE_MS)
    report("on the page: edit of block 0, answer", [each["answer"] for each in early], EARLY_MS)
    report("on the page: gradients along the plan", [each["end"] for each in late + early], GRADIENTS_MS)


def others(ask: Asker, report: Report) -> None:
    def repeated(probe: str, options: Callable[[], Request]) -> list[Times]:
        return [ask(probe, options()) for _ in range(CALLS)]

    unrolls = repeated("unroll", lambda: {"steps": 20, "scale": random.uniform(0.05, 0.15)})
    report("unrolling the last block 20 steps", [each["answer"] for each in unrolls], UNROLL_MS)
    drops = repeated("drop", lambda: {"blocks": random.sample([[block] for block in range(ask.blocks)], ask.blocks)})
    report("dropping each block, first curve", [each["first"] for each in drops], DROP_FIRST_MS)
    report("dropping each block", [each["end"] for each in drops], DROP_MS)


def stored(ask: Asker, report: Report) -> None:
    for probe, options in {"block-metrics": {}, "early-exit": {}, "plan": {"plan": "0..4 6..26"}, "drop": {}}.items():
        ask(probe, options)
        report(f"{probe}, stored", [ask(probe, options)["end"] for _ in range(CALLS)], CACHED_MS, computed=False)


def of_another(ask: Asker, report: Report, name: str, count: int) -> None:
    """Edits of another network, of its first block."""
    images: Request = {"split": "train", "limit": SMALL_IMAGES}
    show(ask, **images)
    times = [edit(ask, 0, **images) for _ in range(count)]
    report(f"{name}, {SMALL_IMAGES} images: first numbers", [each["first"] for each in times], SMALL_FIRST_MS)
    report(f"{name}, {SMALL_IMAGES} images: answer", [each["answer"] for each in times], SMALL_MS)


def first_of_large(ask: Asker, report: Report) -> None:
    """Nobody has asked for this network before, but its images and weights are read."""
    images: Request = {"limit": LARGE_IMAGES}
    edit(ask, 1, **images, only_first=True)  # block 0 is a projection, which has no scale
    times = [edit(ask, 1, **images, only_first=True) for _ in range(CALLS)]
    report(
        f"ResNet-50 at 224 px, {LARGE_IMAGES} images: first numbers", [each["first"] for each in times], LARGE_FIRST_MS
    )


def beside_training(ask: Asker, report: Report, home: Path) -> None:
    """Edits while the trainer's service trains the demo, and the speed of that training."""
    long = {"epochs": 1000, "log_every": 1000, "checkpoint_every": 1000}
    run = ask.client.post("/runs", json={"recipe": "demo", "overrides": long}).raise_for_status().json()["id"]
    trainer = subprocess.Popen(
        [sys.executable, "-m", "iterscope_trainer", "watch", "--home", str(home)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    every = EVERY_SECONDS * report.slower
    late: list[Times] = []
    early: list[Times] = []

    def edit_often() -> None:
        for number in range(BESIDE_EDITS):
            end = time.perf_counter() + every
            if number % 2:
                early.append(edit(ask, 0))
            else:
                late.append(edit(ask, random.randint(18, ask.blocks - 1)))
            time.sleep(max(0.0, end - time.perf_counter()))

    try:
        speed_of(ask.client, run, lambda: None)  # it has begun
        alone = speed_of(ask.client, run, lambda: time.sleep(ALONE_SECONDS))
        beside = speed_of(ask.client, run, edit_often)
        again = speed_of(ask.client, run, lambda: time.sleep(ALONE_SECONDS))
    finally:
        trainer.terminate()
        trainer.wait()
    first = [each["first"] for each in late + early]
    report("beside a training: first numbers", first, BESIDE * FIRST_MS)
    report("beside a training: edit from block 18 on, answer", [each["answer"] for each in late], BESIDE * LATE_MS)
    report("beside a training: edit of block 0, answer", [each["answer"] for each in early], BESIDE * EARLY_MS)
    share = beside / statistics.mean((alone, again))
    verdict = report.budgets.at_least("share of its speed that a training keeps", share, TRAINING_SHARE)
    print(f"a training keeps {share:.1%} of its speed at one edit every {every:.3g} s  {verdict}")


def speed_of(client: httpx2.Client, run: str, work: Callable[[], None]) -> float:
    """The share of a training that is done per second beside `work`, between two of its reports."""

    def reported() -> tuple[datetime, float]:
        """The next report of the training."""
        before = None
        while True:
            found = client.get(f"/runs/{run}").raise_for_status().json()
            assert found["status"] in ("queued", "running"), found
            if (at := found["heartbeat_at"]) and found["progress"] and at != (before := before or at):
                return datetime.fromisoformat(at), found["progress"]["fraction"]
            time.sleep(0.1)

    first, before = reported()
    work()
    last, after = reported()
    return (after - before) / (last - first).total_seconds()


if __name__ == "__main__":
    main()
