"""Response times of the service for the demo's network: edits of a plan as the page makes them, other probes, and stored answers.

python -m benchmarks.latency [--edits 50]

An edit over REST is a request that follows its job's events; an edit on the page is written into the field of the plan. "First numbers" are
of the first images, "answer" is accuracy, loss, groups and changed images of all of them, and "gradients" is the finished answer with the
curves along the plan. Nothing else should run meanwhile.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
from playwright.sync_api import sync_playwright

import iterscope as it
from benchmarks.budgets import Budgets
from benchmarks.measure import backend
from benchmarks.page import FLAGS, SIZE, found_browser
from benchmarks.page_store import service
from iterscope.recipes import RECIPES

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
CALLS = 5
"""Of the probes that are not edits."""
Request = dict[str, Any]
Times = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--edits", type=int, default=50, help="edits of each kind (default: 50)")
    options = parser.parse_args()
    budgets = Budgets()
    with tempfile.TemporaryDirectory() as home:
        file = Path(home) / "network.safetensors"
        demo = RECIPES["demo"]
        digits = it.load_dataset(demo.dataset, image_size=demo.image_size)
        model = it.build_from_configuration(demo.network(digits.num_classes))
        it.save_checkpoint(file, model, dataset=digits.reference)
        blocks = len(it.residual_chain(model))
        with backend(home) as address, httpx2.Client(base_url=address, timeout=120, trust_env=False) as client:
            with file.open("rb") as upload:
                checkpoint = client.post("/checkpoints", files={"file": upload}).raise_for_status().json()["id"]
            print(
                f"{demo.architecture}, {len(digits.validation)} digits of {demo.image_size} pixels, {options.edits} edits\n"
            )
            print(f"{'ms':<44}{'median':>8}{'p95':>8}{'budget':>8}")
            ask = Asker(client, checkpoint)
            ask("block-metrics", {})  # a page that shows the network has asked for it
            ask("plan", {"plan": f"0..{blocks - 1}"})
            edits(ask, budgets, blocks, options.edits)
            on_the_page(address, home, budgets, blocks, options.edits)
            others(ask, budgets, blocks)
            stored(ask, budgets)
    budgets.finish()


class Asker:
    """Asks as the page does: for an answer at once, and then for the events of the job."""

    def __init__(self, client: httpx2.Client, checkpoint: str) -> None:
        self.client, self.checkpoint = client, checkpoint

    def __call__(self, probe: str, options: Request) -> Times:
        """Milliseconds until the first numbers, until those of all images, and until the end."""
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


def edits(ask: Asker, budgets: Budgets, blocks: int, count: int) -> None:
    def measured(block: int) -> Times:
        return ask("plan", {"plan": edited(block, blocks), "borderline": {"reference": "last5"}})

    late = [measured(random.randint(18, blocks - 1)) for _ in range(count)]
    early = [measured(0) for _ in range(count)]
    report(budgets, "edit, first numbers", [each["first"] for each in late + early], FIRST_MS)
    report(budgets, "edit from block 18 on, answer", [each["answer"] for each in late], LATE_MS)
    report(budgets, "edit of block 0, answer", [each["answer"] for each in early], EARLY_MS)
    report(budgets, "edit, gradients along the plan", [each["end"] for each in late + early], GRADIENTS_MS)


# Writes a plan into its field, and tells when the page shows the first numbers, those of all images, and everything.
EDIT = """
(text) => new Promise((done) => {
  const view = document.querySelector("iterscope-interventions").shadowRoot;
  const field = view.querySelector("#interventions-plan-text"), results = view.querySelector("#interventions-results");
  const times = {}, begin = performance.now();
  let before = true;
  const passed = (name) => { times[name] ??= performance.now() - begin; };
  const look = () => {
    const { state } = results.dataset;
    before &&= state === "ready";
    if (!before && state !== "stale") {
      passed("first");
      if (!("growing" in view.querySelector(".headline").dataset)) passed("answer");
      if (state === "ready") { passed("end"); return done(times); }
    }
    requestAnimationFrame(look);
  };
  field.value = text;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
  requestAnimationFrame(look);
})
"""


def on_the_page(backend: str, home: str, budgets: Budgets, blocks: int, count: int) -> None:
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
    report(budgets, "on the page: first numbers", [each["first"] for each in late + early], FIRST_MS)
    report(budgets, "on the page: edit from block 18 on, answer", [each["answer"] for each in late], LATE_MS)
    report(budgets, "on the page: edit of block 0, answer", [each["answer"] for each in early], EARLY_MS)
    report(budgets, "on the page: gradients along the plan", [each["end"] for each in late + early], GRADIENTS_MS)


def others(ask: Asker, budgets: Budgets, blocks: int) -> None:
    def repeated(probe: str, options: Callable[[], Request]) -> list[Times]:
        return [ask(probe, options()) for _ in range(CALLS)]

    unrolls = repeated("unroll", lambda: {"steps": 20, "scale": random.uniform(0.05, 0.15)})
    report(budgets, "unrolling the last block 20 steps", [each["answer"] for each in unrolls], UNROLL_MS)
    drops = repeated("drop", lambda: {"blocks": random.sample([[block] for block in range(blocks)], blocks)})
    report(budgets, "dropping each block, first curve", [each["first"] for each in drops], DROP_FIRST_MS)
    report(budgets, "dropping each block", [each["end"] for each in drops], DROP_MS)


def stored(ask: Asker, budgets: Budgets) -> None:
    for probe, options in {"block-metrics": {}, "early-exit": {}, "plan": {"plan": "0..4 6..26"}, "drop": {}}.items():
        ask(probe, options)
        report(budgets, f"{probe}, stored", [ask(probe, options)["end"] for _ in range(CALLS)], CACHED_MS)


def report(budgets: Budgets, name: str, times: list[float], bound: float) -> None:
    median = statistics.median(times)
    tail = sorted(times)[max(0, round(0.95 * len(times)) - 1)]
    verdict = budgets.at_most(f"{name}, p95", tail, bound, " ms")
    print(f"{name:<44}{median:>8.0f}{tail:>8.0f}{bound:>8.0f}  {verdict}")


if __name__ == "__main__":
    main()
