"""The memory that a large folder of images takes: an import that is checked on it, and a measurement of all of its training images.

Neither grows with the decoded images. The folder has as many files as asked for, which are links to a few photographs made of noise, so
that they take no room on the disk. What 60,000 images take is extrapolated from the last two sizes; `--images 60000` measures it instead.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from safetensors.torch import save_file

import iterscope as it
from benchmarks.budgets import Budgets
from benchmarks.measure import peak_memory
from iterscope.architectures import ForeignConfiguration, build_foreign
from iterscope.importing.measuring import measure_import

CONFIGURATION = ForeignConfiguration("cifar", "resnet8", 10, 224, options={"widths": [4, 8, 8]})
"""A small network: what is measured is the folder."""
SIZES = (2_000, 8_000, 16_000)
SOURCES = 20
COUNT = "ITERSCOPE_BENCHMARK_IMAGES"
"""The environment variable with the number of images, for the measured process."""
DECODED = 3 * 256 * 256
"""Bytes of an image as it is decoded for a network of 224 pixels."""
BUDGETS = {"import": 2048, "measurement": 450}
"""MiB. The imported modules take about 550, so that a measurement's process stays within 1 GB."""


def make_folder(root: Path, count: int) -> None:
    """`count` images of 500×375 pixels in ten classes, nine of ten for training."""
    generator = np.random.default_rng(0)
    sources = [root / f"{at}.jpg" for at in range(SOURCES)]
    for path in sources:
        coarse = generator.integers(0, 256, (12, 16, 3), dtype=np.uint8)
        Image.fromarray(coarse).resize((500, 375), Image.Resampling.BICUBIC).save(path, quality=90)
    for at in range(count):
        folder = root / "photos" / ("val" if at // 10 % 10 == 0 else "train") / f"class {at % 10}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{at}.jpg").hardlink_to(sources[at % SOURCES])


def importing() -> Callable[[], object]:
    """For `peak_memory`: an import, from weights to the checkpoint."""
    folder = Path(tempfile.mkdtemp())
    make_folder(folder, int(os.environ[COUNT]))
    torch.manual_seed(0)
    save_file(build_foreign(CONFIGURATION).state_dict(), folder / "tensors.safetensors")
    arguments = {
        "tensors": str(folder / "tensors.safetensors"),
        "alternatives": [["ResNet-8", CONFIGURATION.to_dict()]],
        "dataset": f"folder:{folder / 'photos'}",
        "home": str(folder / "home"),
        "preset": "imagenet",
        "target": str(folder / "checkpoint.safetensors"),
    }

    def run() -> None:
        began = time.perf_counter()
        measure_import(arguments, lambda _: None)
        seconds = time.perf_counter() - began
        written = sum(path.stat().st_size for path in (folder / "home").rglob("*") if path.is_file())
        print(f"  {seconds:.0f} s, {written / 2**20:.1f} MiB written to the home folder", flush=True)
        shutil.rmtree(folder)

    return run


def measuring() -> Callable[[], object]:
    """For `peak_memory`: the accuracy of exits on all training images, with a memory budget of 128 MiB."""
    folder = Path(tempfile.mkdtemp())
    make_folder(folder, int(os.environ[COUNT]))
    torch.manual_seed(0)
    network = build_foreign(CONFIGURATION).eval()

    def run() -> None:
        began = time.perf_counter()
        data = it.load_dataset(f"folder:{folder / 'photos'}", image_size=CONFIGURATION.input_size)
        it.measure("early-exit", network, data, split="train", limit=None, memory_budget=128 << 20)
        print(f"  {time.perf_counter() - began:.0f} s for {len(data.train):,} images", flush=True)
        shutil.rmtree(folder)

    return run


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.folders", description=__doc__)
    parser.add_argument("--images", type=int, nargs="+", default=SIZES, help=f"default: {SIZES}")
    parser.add_argument("--only", choices=list(PARTS), help="one part instead of both")
    options = parser.parse_args()
    budgets = Budgets()
    for name in [options.only] if options.only else PARTS:
        peaks: dict[int, int] = {}
        for count in options.images:
            os.environ[COUNT] = str(count)
            print(f"{name} of {count:,} images, {count * DECODED / 2**20:,.0f} MiB when all are decoded", flush=True)
            peaks[count] = peak_memory(PARTS[name])
            print(f"  peak {peaks[count] / 2**20:,.0f} MiB above that of the imported modules", flush=True)
        budgets.at_most(f"{name}, peak above the imported modules", max(peaks.values()) / 2**20, BUDGETS[name], " MiB")
        for fewer, more in list(pairwise(sorted(peaks)))[-1:]:
            each = (peaks[more] - peaks[fewer]) / (more - fewer)
            extrapolated = peaks[more] + each * (60_000 - more)
            print(
                f"{each:,.0f} bytes more for each image; extrapolated to 60,000 images: {extrapolated / 2**20:,.0f} MiB"
            )
    budgets.finish()


PARTS: dict[str, Callable[[], Callable[[], object]]] = {"import": importing, "measurement": measuring}


if __name__ == "__main__":
    main()
