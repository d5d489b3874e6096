"""Time that the service takes to return the curves of a whole run: 300 epochs, 54 blocks, everything that the trainer logs.

python -m benchmarks.rest_curves

Times are measured by the server (header Server-Timing: from the arrival of the request to the first byte of the response, when the
response is complete). The bound is 50 ms.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile

import httpx2
import numpy as np

from benchmarks.budgets import Budgets
from benchmarks.measure import backend
from iterscope_db import Store, open_store

EPOCHS, BLOCKS, ROUNDS = 300, 54, 21
BOUND = 50.0
"""Milliseconds."""

PER_BLOCK = {
    "cosine_loss": (0.0, -0.4),
    "cosine_loss_plugged": (0.0, -0.5),
    "l2_ratio": (0.9, 0.1),
    "activation_norm": (5.0, 40.0),
    "early_exit_accuracy": (0.1, 0.9),
    "early_exit_loss": (2.3, 0.4),
}
"""Each metric before training, and of the last block after it."""
WITH_SPREAD = ("cosine_loss", "cosine_loss_plugged", "l2_ratio")
QUANTILES = {"q05": -1.64, "q25": -0.67, "q50": 0.0, "q75": 0.67, "q95": 1.64}
"""Their standard deviations from the mean."""
SPREAD = ("std", *QUANTILES)
SCALARS = ("loss", "accuracy", "gradient_norm_ratio")
SPLITS = ("train", "validation")


def fill(store: Store, dataset: str = "cifar10", seed: int = 0) -> str:
    """Add a run like those that the trainer writes; returns its id. Runs with other seeds are its siblings."""
    generator = np.random.default_rng(seed)
    blocks = [{"index": index, "stage": index // 18, "is_projection": index in (18, 36)} for index in range(BLOCKS)]
    run = store.runs.create(
        {"epochs": EPOCHS}, f"benchmark {seed}", "resnet110", "resnet110", dataset, seed, EPOCHS, blocks, "completed"
    )
    depth = np.linspace(0.2, 1.0, BLOCKS)
    for epoch in range(EPOCHS + 1):
        arrays = {}
        for name, (untrained, trained) in PER_BLOCK.items():
            way = trained - untrained
            for split in SPLITS:
                learned = way * depth * (1 - np.exp(-epoch / 60))
                values = untrained + learned + 0.03 * abs(way) * generator.standard_normal(BLOCKS)
                if "plugged" in name or "exit" in name:
                    values[:36] = np.nan  # outside the last stage
                arrays[name, split] = values.astype(np.float32)
                if name in WITH_SPREAD:
                    deviation = 0.1 * abs(way) * generator.uniform(0.5, 1.5, BLOCKS)
                    arrays[f"{name}_std", split] = deviation.astype(np.float32)
                    for quantile, away in QUANTILES.items():
                        arrays[f"{name}_{quantile}", split] = (values + away * deviation).astype(np.float32)
        scalars = {(name, split): float(generator.random()) for name in SCALARS for split in SPLITS}
        store.metrics.log_epoch(run.id, epoch, arrays, scalars | {("learning_rate", None): 0.1})
    return run.id


def main() -> None:
    argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0]).parse_args()
    with tempfile.TemporaryDirectory() as home:
        with open_store(home) as store:
            run = fill(store)
        with backend(home) as address:
            budgets = measure(address, run)
    budgets.finish()


def measure(address: str, run: str) -> Budgets:
    spread = [f"{name}_{suffix}" for name in WITH_SPREAD for suffix in SPREAD]
    questions: dict[str, dict[str, list[str] | int | str]] = {
        "all curves, without spreads": {},
        "one metric, with its spread": {"metric": ["l2_ratio", *(f"l2_ratio_{suffix}" for suffix in SPREAD)]},
        "one metric, one split": {"metric": "cosine_loss", "split": "validation"},
        "only new epochs since a cursor (none)": {"since": EPOCHS + 1},
        "everything, with all spreads": {"metric": [*PER_BLOCK, *spread]},
    }
    budgets = Budgets()
    print(f"{EPOCHS} epochs, {BLOCKS} blocks{'server time':>29}{'size':>12}")
    with httpx2.Client(base_url=address, timeout=60, trust_env=False) as client:
        client.get("/health")
        for name, parameters in questions.items():
            times = []
            for _ in range(ROUNDS):
                answer = client.get(f"/runs/{run}/metrics", params=parameters).raise_for_status()
                times.append(float(answer.headers["server-timing"].removeprefix("total;dur=")))
            median = statistics.median(times)
            verdict = budgets.at_most(name, median, BOUND, " ms")
            print(f"{name:<38}{median:>8.1f} ms{len(answer.content) / 1e6:>9.2f} MB   {verdict}")
    return budgets


if __name__ == "__main__":
    main()
