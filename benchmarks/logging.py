"""Cost of logging after every epoch of the demo's training, as a share of the training time, and how good the estimate of its time is.

python -m benchmarks.logging [--epochs 8]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from dataclasses import replace

from benchmarks.budgets import Budgets
from iterscope.datasets import load_dataset
from iterscope.recipes import RECIPES
from iterscope_db import open_store
from iterscope_trainer.devices import set_up_process
from iterscope_trainer.pace import measure_pace

MAX_SHARE = 0.15
"""Budget: seconds of logging for each second of training."""
MAX_FACTOR = 2.0
"""Budget: the estimated seconds of training and logging are off by at most this factor, in both directions."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--epochs", type=int, default=RECIPES["demo"].epochs)
    epochs = parser.parse_args().epochs
    set_up_process(None)
    demo = replace(RECIPES["demo"], epochs=epochs)
    digits = load_dataset(demo.dataset, image_size=demo.image_size)
    estimated = measure_pace(demo, digits, "cpu").seconds(demo, digits)
    with tempfile.TemporaryDirectory() as home:
        command = [
            sys.executable,
            "-m",
            "iterscope_trainer",
            "--recipe",
            "demo",
            "--epochs",
            str(epochs),
            "--home",
            home,
        ]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        store = open_store(home)
        run = store.runs.list()[0]
        series, _ = store.metrics.scalars(run.id)
        seconds = {entry.name: entry.values for entry in series}
        store.close()
    # Epoch 0 is logged before training starts; its time counts too.
    logging, training = float(seconds["log_seconds"].sum()), float(seconds["epoch_seconds"].sum())
    budgets = Budgets()
    verdict = budgets.at_most("logging / training", logging / training, MAX_SHARE)
    print(
        f"{epochs} epochs of the demo: {training:.1f} s training, {logging:.1f} s logging: {logging / training:.1%} "
        f"(at most {MAX_SHARE:.0%}: {verdict})"
    )
    factor = max(estimated / (training + logging), (training + logging) / estimated)
    verdict = budgets.at_most("estimate / measured", factor, MAX_FACTOR)
    print(f"estimated before: {estimated:.1f} s, off by a factor of {factor:.2f} (at most {MAX_FACTOR:g}: {verdict})")
    budgets.finish()


if __name__ == "__main__":
    main()
