"""Errors of hidden states against the end of their stage."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

import iterscope as it
from iterscope.features import pixel_axes
from iterscope.probes.stages import stage_blocks
from tests.iterscope.probes.small_networks import KINDS, network, some_images, states


class Added(it.ResidualBlock):
    """F(h) = function(h)."""

    def __init__(self, function: object) -> None:
        super().__init__()
        self.function = function

    def branch(self, h: Tensor) -> Tensor:
        return self.function(h)


def summed(*functions: object) -> it.ResidualChain:
    """The images themselves are the first state."""
    head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
    return it.ResidualChain(nn.Identity(), [Added(function) for function in functions], head).double()


@pytest.mark.parametrize("kind", KINDS)
def test_agrees_with_the_naive_computation(kind: str) -> None:
    chain = network(kind)
    images = some_images(4)
    found, all_states = it.estimation_bias(chain, images), states(chain, images)
    for blocks in stage_blocks(chain):
        end = all_states[blocks[-1] + 1]
        for index in blocks:
            error = all_states[index + 1] - end
            if len(blocks) == 1:
                assert found.moments[index] is None
                assert found.distance[index].isnan().all()
                continue
            axes = (0, *pixel_axes(error))
            mean, std = error.mean(axes), error.std(axes, correction=0)
            assert found.bias[index] == pytest.approx(float(mean.abs().mean()), rel=1e-10)
            assert found.spread[index] == pytest.approx(float(std.mean()), rel=1e-10)
            if index != blocks[-1]:
                assert found.ratio[index] == pytest.approx(float(mean.norm() / std.norm()), rel=1e-9)
            distance = error.flatten(1).norm(dim=1) / end.flatten(1).norm(dim=1)
            assert torch.allclose(found.distance[index], distance, rtol=1e-10)


@pytest.mark.parametrize("kind", KINDS)
def test_the_error_at_a_stages_end_is_0(kind: str) -> None:
    chain = network(kind)
    found = it.estimation_bias(chain, some_images(2))
    for blocks in stage_blocks(chain):
        if len(blocks) > 1:
            assert found.bias[blocks[-1]] == found.spread[blocks[-1]] == found.distance[blocks[-1]].max() == 0
            assert found.ratio[blocks[-1]].isnan()
            assert found.spread[blocks[0]] > 0


def test_without_a_merge_the_error_is_minus_the_sum_of_what_later_blocks_add() -> None:
    chain, images = network("pre-activation"), some_images(3)
    found = it.estimation_bias(chain, images)
    added = [block.branch(state).detach() for block, state in zip(chain, states(chain, images)[:-1], strict=True)]
    for blocks in stage_blocks(chain):
        for index in blocks[:-1]:
            mean = -sum(added[later].mean((0, 2, 3)) for later in range(index + 1, blocks[-1] + 1))
            assert torch.allclose(found.moments[index].mean, mean, atol=1e-12)


def test_added_noise_without_a_mean_is_unbiased() -> None:
    """Each channel is within 3 standard errors of 0: in 3 % of all draws, one of the twelve would not be."""
    images = torch.rand(8, 4, 16, 16, generator=torch.Generator().manual_seed(0), dtype=torch.float64)

    def noise(frequency: float) -> object:
        return lambda h: (frequency * h).sin()  # as good as random for a large frequency

    found = it.estimation_bias(summed(*(noise(1e5 + at) for at in range(4))), images)
    for moments in found.moments[:-1]:
        assert (moments.mean.abs() < 3 * (moments.variance / (8 * 256)).sqrt()).all()
    assert (found.ratio[:-1] < 0.1).all()


def test_what_adds_a_constant_is_all_bias() -> None:
    found = it.estimation_bias(summed(*[lambda h: torch.full_like(h, 0.5)] * 3), some_images(3))
    assert torch.allclose(found.bias, torch.tensor([1.0, 0.5, 0.0], dtype=torch.float64))
    assert found.spread.max() < 1e-15
    assert found.ratio.isnan().all()


def test_a_stage_of_one_block_is_undefined() -> None:
    found = it.estimation_bias(summed(torch.sin), some_images(2))
    assert all(math.isnan(value) for value in (found.bias[0], found.spread[0], found.ratio[0], found.distance[0, 0]))


@pytest.mark.parametrize("kind", KINDS)
def test_chunks_change_nothing(kind: str) -> None:
    chain = network(kind)
    images = some_images(5)
    whole = it.estimation_bias(chain, images, per_image_channels=True)
    budget = next(size for size in range(10**5, 10**9, 10**5) if fits(chain, images[:1], size))
    parts = it.estimation_bias(chain, images, memory_budget=budget, per_image_channels=True)
    for name in ("bias", "spread", "distance"):
        assert torch.allclose(getattr(whole, name), getattr(parts, name), rtol=1e-12, atol=1e-14, equal_nan=True)
    for one, other in zip(whole.image_squares, parts.image_squares, strict=True):
        assert torch.allclose(one, other, rtol=1e-12)


def fits(chain: it.ResidualChain, images: Tensor, memory_budget: int) -> bool:
    try:
        it.estimation_bias(chain, images, memory_budget=memory_budget)
    except it.BudgetError:
        return False
    return True


def test_the_measurement_says_how_the_spread_falls_and_how_sure_the_ratio_is() -> None:
    data = it.load_dataset("digits")
    model = it.build("resnet20", stem_width=4, widths=(4, 4, 4), seed=0).eval()
    answer = it.measure("estimation-bias", model, data, limit=50, channels=True)
    found = it.estimation_bias(model, data.validation.subset(50))
    assert answer["spread"] == pytest.approx(found.spread.tolist(), rel=1e-5)
    assert [position["index"] for position in answer["positions"]] == list(range(1, 10))
    falls = [
        found.spread[at + 1] < found.spread[at] for at in (0, 3, 6)
    ]  # at the next block, the end of the stage, it is 0
    assert answer["falling_share"] == pytest.approx(sum(map(int, falls)) / 3)
    assert [stage["steps"] for stage in answer["stages"]] == [1, 1, 1]
    for stage, first in zip(answer["stages"], (0, 3, 6), strict=True):
        low, high = stage["ratio_interval"]
        assert low < stage["ratio"] < high < 2 * low
        assert stage["ratio"] == pytest.approx(float(found.ratio[first]), rel=1e-5)
    assert answer["channels"][0]["mean"] == pytest.approx(found.moments[0].mean.tolist(), rel=1e-4, abs=1e-7)
    assert len(answer["channel_mean"]["mean"]) == 9
