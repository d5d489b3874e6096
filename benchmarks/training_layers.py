"""Where the time of a training step goes, operation by operation and stage by stage, and how near the convolutions are to the hardware.

python -m benchmarks.training_layers [--architecture resnet56] [--batch-size 128] [--images 640] [--threads 2]

The trainer's own epoch runs under PyTorch's profiler. A convolution's rate is compared with that of a large matrix product of the same
type in the same run, which is about what the hardware can do.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import torch
from torch.profiler import ProfilerActivity, profile

from benchmarks.training import Contest, our_epoch, timed_configuration
from iterscope_trainer.devices import resolve_precision, set_up_process

KINDS = {
    "convolution, forward": ("mkldnn_convolution", "_mkldnn_convolution", "thnn_conv2d", "_slow_conv2d_forward"),
    "convolution, backward": ("convolution_backward",),
    "normalisation": ("native_batch_norm", "batch_norm_backward", "native_batch_norm_backward", "_batch_norm_with_update"),
    "activation": ("relu", "relu_", "clamp_min", "clamp_min_", "threshold_backward"),
    "addition": ("add", "add_"),
    "change of type or layout": ("copy_", "_to_copy", "contiguous", "clone"),
    "optimiser": ("_foreach_add_", "_foreach_mul_", "_fused_sgd_", "mul_"),
}  # fmt: skip
"""Operations of PyTorch by what they are for; all others are "other"."""
SIDE = 2048
"""Of the matrices that the hardware's rate is measured with."""


def kind_of(operation: str) -> str:
    name = operation.removeprefix("aten::")
    return next((kind for kind, names in KINDS.items() if name in names), "other")


def multiply_adds(kind: str, shapes: list[list[int]]) -> int:
    """Of one convolution from the shapes of its arguments; its backward pass has twice as many."""
    if kind == "convolution, forward":
        images, weights = shapes[0], shapes[1]
        stride = 2 if weights[0] > weights[1] > 3 else 1  # where a stage begins
        rows, columns = images[2] // stride, images[3] // stride
        return images[0] * rows * columns * weights[0] * weights[1] * weights[2] * weights[3]
    outputs, weights = shapes[0], shapes[2]
    return 2 * outputs[0] * outputs[2] * outputs[3] * weights[0] * weights[1] * weights[2] * weights[3]


def stage_of(kind: str, shapes: list[list[int]]) -> str:
    """The size of the hidden states, such as 16×32×32; empty where there is none."""
    state = shapes[0] if shapes else []
    return "×".join(map(str, state[1:])) if len(state) == 4 and kind.startswith("convolution") else ""


def matrix_rate(precision: torch.dtype) -> float:
    """Multiply-adds per second of a large matrix product."""
    matrix = torch.randn(SIDE, SIDE).to(precision)
    matrix @ matrix
    begin = time.perf_counter()
    for _ in range(3):
        matrix @ matrix
    return 3 * SIDE**3 / (time.perf_counter() - begin)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--architecture", default="resnet56")
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--images", type=int, default=640)
    parser.add_argument("--threads", type=int)
    options = parser.parse_args()
    threads = set_up_process(options.threads)
    configuration = timed_configuration(options.architecture, options.batch_size)
    precision = resolve_precision(configuration.precision, torch.device("cpu"))
    with tempfile.TemporaryDirectory() as folder:
        epoch = our_epoch(Contest(configuration, options.images, "cpu", threads), Path(folder))
        epoch()
        speed = epoch()
        with profile(activities=[ProfilerActivity.CPU], record_shapes=True) as found:
            epoch()
    report(found.key_averages(group_by_input_shape=True), options, threads, speed, getattr(torch, precision))


def report(events: Any, options: argparse.Namespace, threads: int, speed: float, precision: torch.dtype) -> None:
    """Print the share of each kind and stage, and the rate of the convolutions beside the hardware's."""
    seconds: dict[tuple[str, str], float] = defaultdict(float)
    work: dict[tuple[str, str], float] = defaultdict(float)
    for event in events:
        kind = kind_of(event.key)
        place = kind, stage_of(kind, event.input_shapes)
        seconds[place] += event.self_cpu_time_total / 1e6
        if place[1]:
            work[place] += event.count * multiply_adds(kind, event.input_shapes)
    whole = sum(seconds.values())
    hardware = matrix_rate(precision)
    print(
        f"{options.architecture}, batches of {options.batch_size}, {threads} threads: {speed:.0f} images/s, {precision}"
    )
    print(f"a matrix product of {SIDE} × {SIDE}: {hardware / 1e9:.0f} billion multiply-adds a second\n")
    print(f"{'':<26}{'states':<14}{'share':>7}{'ms an image':>13}{'of the matrix product':>23}")
    for (kind, stage), taken in sorted(seconds.items(), key=lambda item: -item[1]):
        rate = f"{100 * work[kind, stage] / taken / hardware:.0f} %" if work[kind, stage] else ""
        print(f"{kind:<26}{stage:<14}{100 * taken / whole:>5.1f} %{1000 * taken / options.images:>13.3f}{rate:>23}")
    ideal = whole - sum(taken - work[place] / hardware for place, taken in seconds.items() if work[place])
    print(f"\nwith convolutions as fast as the matrix product, a step would be {whole / ideal:.2f} times as fast")


if __name__ == "__main__":
    main()
