"""One block applied again and again."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

import iterscope as it
from tests.iterscope.probes.small_networks import KINDS, network, some_images, states


class Pull(it.ResidualBlock):
    """F(h) = −c(h − h*)."""

    def __init__(self, c: float, target: float) -> None:
        super().__init__()
        self.c, self.target = c, target

    def branch(self, h: Tensor) -> Tensor:
        return -self.c * (h - self.target)


class Held(it.ResidualBlock):
    """A ReLU holds what the branch pulls below 0."""

    def branch(self, h: Tensor) -> Tensor:
        return torch.where(h > 0, 0.0, -1.0)

    def merge(self, total: Tensor) -> Tensor:
        return functional.relu(total)


def alone(block: it.ResidualBlock) -> it.ResidualChain:
    return it.ResidualChain(nn.Identity(), [block], nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten()))


@pytest.mark.parametrize(("c", "alpha"), [(0.5, 1.0), (1.5, 1.0), (3.0, 1.0), (3.0, 0.25), (2.5, 0.9)])
def test_a_linear_pull_contracts_by_the_same_factor_in_each_step(c: float, alpha: float) -> None:
    found = it.fixed_point(alone(Pull(c, 2.0)), some_images(3), steps=8, alpha=alpha)
    factor = abs(1 - alpha * c)
    # Near h* = 2 the difference h − h* loses digits: after 8 steps with a factor of 1/4, 2e-13 of it is rounding.
    assert torch.allclose(found.contraction, torch.tensor(factor, dtype=torch.float64), rtol=1e-12, atol=0.0)
    for value in (found.rate, found.mean_contraction):
        assert value.tolist() == pytest.approx([factor] * 3, rel=1e-12, abs=0.0)
    later = it.fixed_point(alone(Pull(c, 2.0)), some_images(3), steps=200, alpha=alpha)
    assert bool((later.update[-1] < 1e-9).all()) == bool(later.settled.all()) == (factor < 1)
    assert not later.diverged.any()


def test_what_overflows_has_diverged() -> None:
    found = it.fixed_point(alone(Pull(11.0, 0.0)), some_images(2).float(), steps=60)
    assert found.diverged.all()
    assert not found.settled.any()
    assert found.rate.tolist() == pytest.approx([10.0, 10.0], rel=1e-5)


def test_a_contraction_below_rounding_is_undefined() -> None:
    found = it.fixed_point(alone(Pull(1.0, 2.0)), some_images(2), steps=4)
    assert found.update[2].max() == 0
    assert (found.contraction[0] < 1e-15).all()
    assert found.contraction[1:].isnan().all()
    assert found.settled.all()


def test_a_relu_can_hold_a_point_where_the_branch_is_not_0() -> None:
    images = torch.cat([torch.ones(2, 1, 4, 4), torch.zeros(2, 1, 4, 4)], 1)
    found = it.fixed_point(alone(Held()), images, steps=3)
    assert found.update.max() == 0
    assert found.settled.all()


@pytest.mark.parametrize("kind", KINDS)
def test_agrees_with_the_naive_computation(kind: str) -> None:
    chain = network(kind)
    images = some_images(2)
    block, factor = chain.block(-1), 0.3
    found = it.fixed_point(chain, images, steps=4, alpha=factor)
    with torch.no_grad():
        h = states(chain, images)[-2]
        lengths = []
        for step in range(5):
            after = block.merge(h + factor * block.branch(h))
            change = (after - h).flatten(1).norm(dim=1) / factor
            lengths.append(change)
            assert torch.allclose(found.update[step], change / h.flatten(1).norm(dim=1), rtol=1e-9)
            h = after
    for step in range(4):
        assert torch.allclose(found.contraction[step], lengths[step + 1] / lengths[step], rtol=1e-9)


def test_unrolling_repeats_the_same_steps() -> None:
    model, images = network("pre-activation"), some_images(3)
    unrolled = it.unrolling(model, images, [0, 1, 2], steps=3)
    found = it.fixed_point(model, images, steps=3)
    assert torch.allclose(found.update[1:], unrolled.metrics.l2_ratio, rtol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_chunks_change_nothing(kind: str) -> None:
    chain = network(kind)
    images = some_images(5)
    whole = it.fixed_point(chain, images, steps=2)
    alone = [it.fixed_point(chain, images[at : at + 1], steps=2) for at in range(5)]
    assert torch.allclose(whole.contraction, torch.cat([each.contraction for each in alone], 1), rtol=1e-10)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"block": 2}, "block 2 can't run in the plan"),
        ({"steps": 0}, "steps is 0: "),
        ({"alpha": 0.0}, "alpha is 0.0: "),
        ({"alpha": float("nan")}, "alpha is nan: "),
    ],
)
def test_what_cant_be_repeated_is_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(it.PlanError, match=message):
        it.fixed_point(network("pre-activation", 14), some_images(1), **options)


def test_the_measurement_says_whether_it_settles() -> None:
    data, model = it.load_dataset("digits"), it.build("resnet14", stem_width=4, widths=(4, 4, 4), seed=0).eval()
    answer = it.measure("fixed-point", model, data, limit=40, steps=8)
    found = it.fixed_point(model, data.validation.subset(40), steps=8)
    assert answer["update"]["mean"] == pytest.approx(found.update.mean(1).tolist(), rel=1e-5)
    assert len(answer["contraction"]["mean"]) == 8
    low, high = answer["mean_contraction_interval"]
    assert low < answer["mean_contraction"] < high
    assert answer["mean_contraction"] == pytest.approx(float(found.contraction.log().mean().exp()), rel=1e-5)
    assert answer["settled"] == answer["diverged"] == 0


def test_a_state_that_becomes_0_has_settled_if_the_block_holds_it() -> None:
    found = it.fixed_point(alone(Pull(1.0, 0.0)), some_images(2), steps=3)
    assert found.update[1:].max() == 0
    assert found.settled.all()
    assert not found.diverged.any()
    pushed = it.fixed_point(alone(Pull(1.0, 2.0)), torch.zeros(2, 3, 4, 4), steps=1)
    assert pushed.update[0].isinf().all()
    assert not pushed.diverged.any()
