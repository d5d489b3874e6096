"""Seconds of the measurements from later literature, on a network of the demo's size and all of the demo's validation images.

python -m benchmarks.literature [NAME ...]

The network has random weights. They make some measurements slower than trained ones do: the ledger's path integral takes as many nodes as
it may. Block weights are rewound to those of eight earlier epochs, as in the demo. Each measurement begins with nothing kept. Nothing else
should run meanwhile.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import iterscope as it
from benchmarks.budgets import Budgets
from iterscope.recipes import RECIPES

SECONDS = 30.0
"""Budget of one measurement."""
LONGER = {"criticality": 60.0}
TOGETHER_SECONDS = 240.0
NAMES = (
    "probes", "exits", "prediction-depth", "overthinking", "ledger", "effective-depth", "cka", "criticality", "substitute", "phases",
    "iterative-convergence", "separation", "lesions", "path-lengths", "fixed-point", "gain", "alignment", "estimation-bias",
    "intrinsic-dimension",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], help="default: all")
    names = parser.parse_args().names or NAMES
    demo = RECIPES["demo"]
    digits = it.load_dataset(demo.dataset, image_size=demo.image_size)
    network = demo.network(digits.num_classes)
    model = it.build_from_configuration(network, seed=0).eval()
    budgets, total = Budgets(), 0.0
    with tempfile.TemporaryDirectory() as folder:
        options = {"criticality": {"earlier": earlier(Path(folder), demo.epochs, network, digits)}}
        print(f"{demo.architecture}, {len(digits.validation)} digits of {demo.image_size} pixels\n")
        print(f"{'':<24}{'seconds':>9}{'of cores':>10}{'budget':>8}")
        for name in names:
            wall, cores = timed(lambda name=name: it.measure(name, model, digits, limit=None, **options.get(name, {})))  # type: ignore[misc]
            report(budgets, name, wall, cores, LONGER.get(name, SECONDS))
            total += wall
    if len(names) == len(NAMES):
        report(budgets, "together", total, None, TOGETHER_SECONDS)
    budgets.finish()


def earlier(folder: Path, epochs: int, network: Any, digits: it.Dataset) -> list[str]:
    """Files of as many checkpoints as the demo has before its last one, each with weights of its own."""
    files = [folder / f"{epoch}.safetensors" for epoch in range(epochs)]
    for epoch, file in enumerate(files):
        model = it.build_from_configuration(network, seed=1 + epoch)
        it.save_checkpoint(file, model, dataset=digits.reference, epoch=epoch)
    return [str(file) for file in files]


def timed(run: Callable[[], object]) -> tuple[float, float]:
    """Seconds that pass, and seconds of all cores together."""
    begin, busy = time.perf_counter(), core_seconds()
    run()
    return time.perf_counter() - begin, core_seconds() - busy


def core_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def report(budgets: Budgets, name: str, wall: float, cores: float | None, bound: float) -> None:
    verdict = budgets.at_most(name, wall, bound, " s")
    print(f"{name:<24}{wall:>9.1f}{'' if cores is None else f'{cores:.1f}':>10}{bound:>8.0f}  {verdict}", flush=True)


if __name__ == "__main__":
    main()
