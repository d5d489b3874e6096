"""What measurements of whole stages and of Jacobians share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

import iterscope as it
from iterscope.chunks import divide
from iterscope.evaluation import plain_attention
from iterscope.probes.stages import StageStates, map_stages, stage_blocks
from tests.iterscope.probes.small_networks import KINDS, network, some_images, some_labels, states

MEASURED: dict[str, Callable[..., object]] = {
    "estimation_bias": it.estimation_bias,
    "fixed_point": it.fixed_point,
    "line_shape": it.line_shape,
    "separation": lambda chain, images, **options: it.separation(chain, images, some_labels(24) % 2, **options),
    "intrinsic_dimension": it.intrinsic_dimension,
    "gain": lambda chain, images, **options: it.gain(chain, images[:2], iterations=1, **options),
    "alignment": lambda chain, images, **options: it.alignment(chain, images[:2], 1, iterations=1, **options),
}


@pytest.mark.parametrize("name", MEASURED)
def test_progress_rises_to_1_and_can_stop_the_work(name: str) -> None:
    shares: list[float] = []
    MEASURED[name](network("pre-activation"), some_images(24), progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == pytest.approx(1.0)
    assert len(shares) > 5

    def cancel(share: float) -> None:
        if share > 0.3:
            raise it.Cancelled

    with pytest.raises(it.Cancelled):
        MEASURED[name](network("pre-activation"), some_images(24), progress=cancel)


@pytest.mark.parametrize("name", MEASURED)
def test_a_budget_that_is_too_small_is_named(name: str) -> None:
    with pytest.raises(it.BudgetError, match="memory_budget is "):
        MEASURED[name](network("pre-activation"), some_images(24), memory_budget=1000)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stage_has_all_its_states(kind: str) -> None:
    chain, images = network(kind), some_images(3)
    wanted, blocks = states(chain, images), stage_blocks(chain)
    assert [index for some in blocks for index in some] == list(range(len(chain)))

    def check(found: StageStates) -> int:
        assert found.blocks == blocks[found.stage]
        for index, h, after in zip(found.blocks, found.inputs, found.states[1:], strict=True):
            assert torch.allclose(h, chain.block(index).prepare(wanted[index]))
            assert torch.allclose(after, wanted[index + 1])
        return len(found.inputs)

    assert map_stages(chain, images, check, memory_budget=1 << 30, progress=None) == [[*map(len, blocks)]]


def test_attention_is_as_before_at_the_end() -> None:
    def fused() -> list[bool]:
        return [
            getattr(torch.backends.cuda, f"{kind}_sdp_enabled")()
            for kind in ("flash", "mem_efficient", "cudnn", "math")
        ]

    before = fused()
    with plain_attention():
        with plain_attention():
            assert fused() == [False, False, False, True]
        assert fused() == [False, False, False, True]
    assert fused() == before


def test_images_that_are_repeated_make_smaller_chunks() -> None:
    chain = network("pre-activation")
    assert len(divide(chain, 64, 1, 1 << 20).spans) <= torch.get_num_threads()
    assert max(stop - start for start, stop in divide(chain, 64, 1, 1 << 20, copies=16).spans) <= 4
    assert max(stop - start for start, stop in divide(chain, 3, 1, 1 << 20, copies=1000).spans) == 1
