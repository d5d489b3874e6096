"""A store of the size that the pages' budgets assume, with a backend and a dashboard on it."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import iterscope as it
from benchmarks.rest_curves import EPOCHS, fill
from iterscope_db import Store, open_store

SEEDS = 4
DATASET = "digits"
"""Ships with Iterscope; the Interventions page needs images to run the network on."""


def fill_store(home: Path) -> None:
    """Four runs of one configuration, 54 blocks × 300 epochs each, the newest with an untrained ResNet-110 for the Interventions page."""
    with open_store(home) as store:
        if store.runs.list():
            return
        for seed in range(SEEDS):
            run = fill(store, DATASET, seed)
        add_checkpoint(store, home, run)


def add_checkpoint(store: Store, home: Path, run: str) -> None:
    file = home / "checkpoints" / "benchmark.safetensors"
    file.parent.mkdir(parents=True, exist_ok=True)
    dataset = it.load_dataset(DATASET).reference
    saved = it.save_checkpoint(file, it.build("resnet110", seed=0), dataset=dataset, epoch=EPOCHS)
    store.checkpoints.add(
        run, EPOCHS, str(file.relative_to(home)), saved.sha256, saved.architecture, dataset.to_dict(), saved.num_parameters,
        saved.size_bytes, saved.blocks, name=f"epoch {EPOCHS}",
    )  # fmt: skip


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """Starts backend and dashboard on free ports; gives the dashboard's address."""
    with ExitStack() as stack:
        backend = stack.enter_context(service(home, "backend", "--home", str(home)))
        yield stack.enter_context(service(home, "dashboard", "--backend", backend))


@contextmanager
def service(home: Path, name: str, *options: str) -> Iterator[str]:
    log = home / f"{name}.log"
    with log.open("w") as output:
        command = [sys.executable, "-m", f"iterscope_{name}", "--port", "0", *options]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        for _ in range(600):
            if found := re.search(r"http://(?:127\.0\.0\.1|localhost):(\d+)", log.read_text()):
                break
            time.sleep(0.1)
        else:
            raise RuntimeError(f"the {name} did not start within a minute: see {log}")
        yield f"http://127.0.0.1:{found[1]}"
    finally:
        process.terminate()
        process.wait()
