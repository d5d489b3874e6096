"""The memory budget, measured from outside: a fresh process's resident set while a probe runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import combinations
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


@pytest.mark.parametrize(
    ("probe", "budget", "threads"),
    [("metrics", 64 * MEBIBYTE, 1), ("metrics", 256 * MEBIBYTE, 2), ("drop", 16 * MEBIBYTE, 2)],
)  # fmt: skip
def test_probes_keep_to_their_budget(probe: str, budget: int, threads: int) -> None:
    assert peak_memory(partial(prepare, probe, budget, threads)) < budget + OVERHEAD


CLASSES, PLANS = 21_841, 50
"""As many classes as ImageNet-21k: all logits of these plans for 40 images take 167 MiB."""


def prepare_many_classes(probe: str, budget: int) -> Callable[[], object]:
    torch.set_num_threads(1)
    chain = it.residual_chain(it.build("resnet14", seed=0, num_classes=CLASSES, stem_width=8, widths=(8, 8, 8)))
    images, labels = torch.randn(40, 3, 32, 32), torch.arange(40)
    plans = [it.unroll(-1, steps, 0.01) for steps in range(PLANS)]
    probes: dict[str, Callable[..., object]] = {
        "drop": partial(
            it.block_drop,
            chain,
            blocks=[*combinations(range(6), 3), *combinations(range(6), 2), *[(block,) for block in range(6)]],
        ),
        "unroll": partial(it.unrolling, chain, steps=PLANS),
        "unroll a middle block": partial(it.unrolling, chain, block=1, steps=PLANS, gradient=None),
        "stream": lambda x, _, **options: sum(len(part[2]) for part in it.stream_plans(chain, x, plans, **options)),
        "run": lambda x, _, **options: it.run_plans(chain, x, plans[:5], **options),
    }
    it.training_survey(chain, images[:1], labels[:1])
    return partial(probes[probe], images, labels, memory_budget=budget)


@pytest.mark.parametrize("probe", ["drop", "unroll a middle block", "stream"])
def test_the_budget_covers_logits(probe: str) -> None:
    assert peak_memory(partial(prepare_many_classes, probe, 32 * MEBIBYTE)) < 32 * MEBIBYTE + OVERHEAD


def test_all_logits_beyond_the_budget_are_refused() -> None:
    chain = it.residual_chain(it.build("resnet8", seed=0, num_classes=CLASSES))
    plans, images = [it.identity()] * 200, torch.randn(32, 3, 32, 32)
    took = 200 * 32 * 21_841 * 4
    with pytest.raises(
        it.BudgetError,
        match=f"memory_budget is 67108864 bytes, but the logits of 200 plans for 32 images of 21841 classes take {took} bytes.*"
        "give a larger memory_budget or fewer images, or use evaluate_plans",
    ):
        it.run_plans(chain, images, plans, memory_budget=64 * MEBIBYTE)
    assert it.run_plans(chain, images[:1], plans[:2], memory_budget=64 * MEBIBYTE).shape == (2, 1, CLASSES)


def test_without_a_budget_block_metrics_would_take_more() -> None:
    """The check can fail: the graph of 40 images of a ResNet-56 takes over 200 MiB."""
    assert peak_memory(partial(prepare, "metrics", 1 << 30)) > 64 * MEBIBYTE + OVERHEAD
