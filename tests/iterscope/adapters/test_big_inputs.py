"""Large networks on large images: chunks adapt to the memory budget, and progress is told within a chunk."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
import torch

import iterscope as it
from benchmarks.measure import peak_memory
from docs.models import Entry
from iterscope.chunks import LOGIT_COPIES, measure_footprint

MEBIBYTE = 2**20
LABELS = torch.tensor([0, 1, 2])


def chain_and_images(name: str, size: int = 224) -> tuple[it.ResidualChain, torch.Tensor]:
    images = torch.randn(3, 3, size, size, generator=torch.Generator().manual_seed(0))
    return it.residual_chain(Entry("torchvision", name).build()), images


def test_a_resnet152_names_what_one_image_takes() -> None:
    chain, images = chain_and_images("resnet152")
    with pytest.raises(
        it.BudgetError,
        match=r"memory_budget is 64.0 MiB, but one image takes 33\d\.\d MiB in resnet152: give at least that",
    ):
        it.block_metrics(chain, images, LABELS, memory_budget=64 * MEBIBYTE)


def test_chunks_adapt_to_the_budget_and_tell_progress_block_by_block() -> None:
    chain, images = chain_and_images("resnet18", 160)
    footprint = measure_footprint(chain, images[:1])
    told: list[float] = []
    one = footprint.graph + footprint.block + footprint.head + LOGIT_COPIES * 4 * 1000  # logits of 1000 classes
    narrow = it.block_metrics(chain, images, LABELS, memory_budget=one, progress=told.append)
    assert len(told) == 3 * 2 * len(chain) + 1  # three chunks of one image, each forward and back through every block
    assert told == sorted(told)
    assert max(later - sooner for sooner, later in pairwise(told)) < 0.1
    wide = it.block_metrics(chain, images, LABELS)
    assert torch.allclose(narrow.l2_ratio, wide.l2_ratio, rtol=1e-4)


def measured(budget: int) -> partial[it.BlockMetrics]:
    torch.set_num_threads(1)
    chain, images = chain_and_images("resnet18", 160)
    it.block_metrics(chain, images[:1], LABELS[:1])
    return partial(it.block_metrics, chain, images.repeat(2, 1, 1, 1), LABELS.repeat(2), memory_budget=budget)


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="peak memory is read from Linux's /proc")
def test_a_large_network_keeps_to_the_budget() -> None:
    """Six images, of which three fit."""
    assert peak_memory(partial(measured, 64 * MEBIBYTE)) < 64 * MEBIBYTE + 48 * MEBIBYTE
