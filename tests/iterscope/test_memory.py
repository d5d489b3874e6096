"""The memory budget, measured from outside: a fresh process's resident set while a probe runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import torch

import iterscope as it
from benchmarks.measure import peak_memory

MEBIBYTE = 2**20
OVERHEAD = 48 * MEBIBYTE
"""What torch, its allocator and the convolutions' own workspace take beside the activations."""

pytestmark = [
    pytest.mark.service,  # each computes in a process that is started for it
    pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="peak memory is read from Linux's /proc"),
]


def prepare(probe: str, budget: int, threads: int = 1) -> Callable[[], object]:
    torch.set_num_threads(threads)
    chain = it.residual_chain(it.build("resnet56", seed=0))
    images, labels = torch.randn(96, 3, 32, 32), torch.zeros(96, dtype=torch.long)
    probes: dict[str, Callable[..., object]] = {
        "metrics": partial(it.block_metrics, chain),
        "drop": partial(it.block_drop, chain, blocks=[[0], [13], [26]]),
    }
    probes[probe](images[:1], labels[:1])
    return partial(probes[probe], images, labels, memory_budget=budget)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize(
    ("probe", "budget"), [("metrics", 64 * MEBIBYTE), ("metrics", 256 * MEBIBYTE), ("drop", 16 * MEBIBYTE)]
)
def test_probes_keep_to_their_budget(probe: str, budget: int, threads: int) -> None:
    assert peak_memory(partial(prepare, probe, budget, threads)) < budget + OVERHEAD


def test_without_a_budget_block_metrics_would_take_more() -> None:
    """The check can fail: the graph of 40 images of a ResNet-56 takes over 200 MiB."""
    assert peak_memory(partial(prepare, "metrics", 1 << 30)) > 64 * MEBIBYTE + OVERHEAD
