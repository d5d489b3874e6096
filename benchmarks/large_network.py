"""Memory and time of the later works' measurements on a large network: a ResNet-50 on images of 224 pixels, within 4 GiB.

python -m benchmarks.large_network [--images N] [--fit N] [NAME …]

The images are digits, enlarged; the weights are random, which changes neither memory nor time. Each measurement runs in a process of its
own. Its memory is what the process takes at most beyond the network, its images and the libraries.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import time
from typing import Any

import psutil
import torch

import iterscope as it
from benchmarks.budgets import Budgets
from iterscope.chunks import DEFAULT_MEMORY_BUDGET
from iterscope.errors import InvalidInput

PIXELS = 224
OPTIONS: dict[str, dict[str, Any]] = {
    "separation": {},
    "probes": {},
    "exits": {"exit": "probe"},
    "prediction-depth": {},
    "effective-depth": {},
    "ledger": {"path": False},
    "ledger, path": {},
    "cka": {},
    "intrinsic-dimension": {},
    "criticality": {},
    "substitute": {},
    "lesions": {},
    "path-lengths": {},
    "alignment": {},
}
MUST_RUN = ("separation", "probes", "exits", "prediction-depth", "effective-depth", "ledger")
"""The others may refuse, naming the memory that they need."""
FITTED = ("probes", "exits", "prediction-depth")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"default: {', '.join(MUST_RUN)}; all: {', '.join(OPTIONS)}"
    )
    parser.add_argument("--images", type=int, default=1000, help="measured images (default: %(default)s)")
    parser.add_argument("--fit", type=int, default=1000, help="images that probes are fitted on (default: %(default)s)")
    options = parser.parse_args()
    budgets = Budgets()
    print(f"ResNet-50, {options.images} images of {PIXELS} pixels, {torch.get_num_threads()} threads\n", flush=True)
    for name in options.names or MUST_RUN:
        asked = {"split": "train", "limit": options.images, **OPTIONS[name]}
        if name in FITTED:
            asked["fit_limit"] = options.fit
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            seconds, taken, refused = pool.apply(measured, (name.partition(",")[0], asked))
        if refused:
            print(f"{name:<24}refused: {refused}", flush=True)
            if name in MUST_RUN:
                budgets.at_most(f"{name}, refused", 1, 0, " times")
            continue
        verdict = budgets.at_most(f"{name}, memory", taken / 2**30, DEFAULT_MEMORY_BUDGET / 2**30, " GiB")
        print(f"{name:<24}{seconds:>8.0f} s{taken / 2**30:>8.2f} GiB  {verdict}", flush=True)
    budgets.finish()


def measured(name: str, asked: dict[str, Any]) -> tuple[float, int, str]:
    """Seconds, bytes beyond what was there before, and the reason if the measurement refuses."""
    model = it.build_foreign(
        it.ForeignConfiguration("torchvision", "resnet50", num_classes=10, input_size=PIXELS)
    ).eval()
    data = it.load_dataset("digits", image_size=PIXELS)
    it.block_metrics(model, data.train.subset(2, 0))  # loads what only a first computation loads
    process = psutil.Process()
    before, begin = process.memory_info().rss, time.perf_counter()
    try:
        it.measure(name, model, data, **asked)
    except InvalidInput as error:
        return 0.0, 0, str(error)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return time.perf_counter() - begin, peak - before, ""


if __name__ == "__main__":
    main()
