"""Device, precision, compilation and threads of training."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from iterscope.allocator import keep_freed_memory
from iterscope.recipes import Precision, TrainingConfiguration
from iterscope_trainer.errors import TrainingError


def choose_device(name: str = "auto") -> torch.device:
    """The device named "cpu", "cuda" or "cuda:1"; "auto" is the first GPU, or the CPU if there is none."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise TrainingError(f"device {name!r} is unknown: choose auto, cpu or cuda") from error
    if device.type not in ("cpu", "cuda"):
        raise TrainingError(f"device {name!r} is not supported: choose auto, cpu or cuda")
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise TrainingError(
            f"device {name!r} does not exist: this machine has {torch.cuda.device_count()} GPUs; use --device auto or cpu"
        )
    return device


def resolve_precision(precision: Precision, device: torch.device) -> Precision:
    """Resolve "auto": bfloat16 if the device has hardware support for it, otherwise float32."""
    if precision != "auto":
        return precision
    if device.type == "cuda":
        return "bfloat16" if torch.cuda.is_bf16_supported(including_emulation=False) else "float32"
    return "bfloat16" if _cpu_has_bfloat16() else "float32"


def _cpu_has_bfloat16() -> bool:
    """AMX or AVX512-BF16 on x86, BF16 instructions on Arm; without them autocast is slower than float32."""
    capabilities = torch.cpu.get_capabilities()
    return any(bool(capabilities.get(name)) for name in ("amx_bf16", "avx512_bf16", "bf16", "sve_bf16"))


COMPILING_PAYS = {"cpu": 1_000_000, "cuda": 10_000_000}
"""Number of training images over all epochs from which compiled steps save more time than compiling takes, measured with a ResNet-56 on two
cores and a ResNet-110 on an H200 (docs/RESULTS.md). Deeper networks take longer to compile, but also longer to train."""


def resolve_compile(configuration: TrainingConfiguration, images: int, device: torch.device) -> bool:
    """Resolve "auto" for a training set of `images` images: whether compiling saves time over all epochs of the configuration."""
    if configuration.compile == "auto":
        return configuration.epochs * images >= COMPILING_PAYS[device.type]
    return configuration.compile


def set_up_process(count: int | None, *, leave_one: bool = False) -> int:
    """Set up this process to compute with `count` threads, by default one per core; `leave_one` leaves a core for the other services.

    Threads wait for each other at every operation, so training becomes much slower when another process uses one of their cores: on two
    busy cores, one thread trained the demo eight times faster than two. Returns the number of threads used.
    """
    if count is not None and count < 1:
        raise TrainingError(f"threads is {count}: it must be at least 1")
    if count is None and leave_one and "OMP_NUM_THREADS" not in os.environ:
        count = max(1, len(os.sched_getaffinity(0)) - 1) if hasattr(os, "sched_getaffinity") else None
    if count is not None:
        torch.set_num_threads(count)
    keep_freed_memory()
    return torch.get_num_threads()


@contextmanager
def using_threads(count: int) -> Iterator[None]:
    """Compute with `count` threads inside the context, and restore the previous number after it."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
