"""Seconds that each measurement of the later works takes on the demo: all validation images, nothing kept from another measurement.

python -m benchmarks.literature [--home FOLDER] [NAME …]

FOLDER holds a trained demo; without it, the demo is trained first. `separation` is of the training images, as in its source. Nothing else
should run meanwhile.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import iterscope as it
from benchmarks.budgets import Budgets
from iterscope_trainer.command import train_now

EACH_SECONDS = 30.0
ALL_SECONDS = 240.0
LONGER = {"criticality": 60.0, "alignment": 120.0, "substitute, full": 120.0}
"""Budgets of their own."""
APART = ("alignment", "substitute, full")
"""Not in the budget of all."""
FITTED = {"fit_limit": None}
OPTIONS: dict[str, dict[str, Any]] = {
    "probes": FITTED,
    "exits": {"exit": "probe", **FITTED},
    "prediction-depth": FITTED,
    "overthinking": FITTED,
    "ledger": {},
    "effective-depth": {"direct": True},
    "cka": {},
    "criticality": {},
    "substitute": {},
    "substitute, full": {"full": True},
    "phases": {},
    "iterative-convergence": {},
    "separation": {"split": "train"},
    "lesions": {},
    "path-lengths": {},
    "fixed-point": {},
    "gain": {},
    "alignment": {},
    "estimation-bias": {},
    "intrinsic-dimension": {},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"default: all, which are {', '.join(OPTIONS)}")
    parser.add_argument("--home", type=Path, help="folder of a trained demo")
    options = parser.parse_args()
    it.keep_freed_memory()
    with tempfile.TemporaryDirectory() as made:
        home = options.home or Path(made)
        if options.home is None:
            train_now(home, recipe="demo", overrides={})
        measured(home, options.names or list(OPTIONS))


def measured(home: Path, names: list[str]) -> None:
    *earlier, last = sorted(home.glob("checkpoints/*/epoch-*.safetensors"))
    model, data = it.load_checkpoint(last), it.checkpoint_data(last)
    budgets, total = Budgets(), 0.0
    print(
        f"{len(it.residual_chain(model))} blocks, {len(data.validation)} images of {data.validation.image_size} pixels\n"
    )
    for name in names:
        asked = {"limit": None, **OPTIONS[name]}
        if name == "criticality":
            asked["earlier"] = [str(path) for path in earlier]
        begin = time.perf_counter()
        it.measure(name.partition(",")[0], model, data, **asked)
        seconds = time.perf_counter() - begin
        total += 0.0 if name in APART else seconds
        bound = LONGER.get(name, EACH_SECONDS)
        print(f"{name:<24}{seconds:>8.1f} s{bound:>8.0f}  {budgets.at_most(name, seconds, bound, ' s')}", flush=True)
    print(
        f"{'together':<24}{total:>8.1f} s{ALL_SECONDS:>8.0f}  {budgets.at_most('together', total, ALL_SECONDS, ' s')}"
    )
    budgets.finish()


if __name__ == "__main__":
    main()
