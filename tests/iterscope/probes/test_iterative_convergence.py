"""Iterative convergence: exact where theory says what it must be, and equal to a naive computation."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

import iterscope as it
from iterscope.probes.iterative_convergence import INDICES, index_intervals, stage_indices
from tests.iterscope.probes.small_networks import KINDS, Block, network, points, run, some_images, toy


def naive(chain: it.ResidualChain, images: Tensor, labels: Tensor, blocks: list[int]) -> dict[str, float]:
    """The indices of one stage, from their definition."""

    def error(plan: list[tuple[int, int]]) -> float:
        return float((run(chain, images, plan).argmax(1) != labels).double().mean())

    whole = [(index, 1) for index in range(len(chain))]
    full, n = error(whole), len(blocks)
    chance = 1 - max(labels.tolist().count(label) for label in labels.tolist()) / len(labels)

    def x(plan: list[tuple[int, int]]) -> float:
        return (error(plan) - full) / (chance - full)

    def keeping(kept: list[int]) -> list[tuple[int, int]]:
        return [(index, int(index not in blocks or index in kept)) for index in range(len(chain))]

    first = sum(x(keeping(blocks[:t])) for t in range(n)) / n
    last = sum(x(keeping(blocks[n - t :])) for t in range(n)) / n
    end = blocks[-1] + 1
    more = sum(x([*whole[:end], *[whole[end - 1]] * m, *whole[end:]]) for m in range(1, n + 1)) / n
    return {"convergence": first, "order_free": last, "recurrence": last - first, "divergence": more}


@pytest.mark.parametrize("kind", KINDS)
def test_it_agrees_with_the_naive_computation(kind: str) -> None:
    chain, images = network(kind, 20), some_images(8)
    labels = chain(images).argmax(1)
    labels[:2] = (labels[:2] + 1) % 10  # the untouched network is wrong, too
    result = it.iterative_convergence(chain, images, labels)
    checked = 0
    for position, stage in enumerate(result.stages):
        if not stage.blocks:
            assert math.isnan(result.indices.convergence[position])
            continue
        wanted = naive(chain, images, labels, list(stage.blocks))
        for name, value in wanted.items():
            assert float(getattr(result.indices, name)[position]) == pytest.approx(value, abs=1e-12)
            checked += abs(value) > 1e-3
    assert checked >= 3


def test_tied_blocks_are_free_of_order() -> None:
    torch.manual_seed(0)
    weight = torch.randn(3, 3, dtype=torch.float64)
    chain = toy(*[lambda h: torch.einsum("ij,bjhw->bihw", weight, h).tanh()] * 5)
    images = points(60)
    result = it.iterative_convergence(chain, images, chain(images).argmax(1))
    assert float(result.indices.recurrence[0]) == 0.0
    assert float(result.indices.convergence[0]) > 0.1
    first = result.outcomes.rows(0, 5)
    assert torch.equal(first.loss, result.outcomes.rows(5, 10).loss)


def test_blocks_that_do_nothing_leave_every_index_at_zero() -> None:
    images = points(40)
    result = it.iterative_convergence(toy(*[torch.zeros_like] * 3), images, images.flatten(1).argmax(1))
    assert all(float(getattr(result.indices, name)[0]) == 0.0 for name in vars(result.indices))


def test_a_fixed_point_that_is_reached_does_not_diverge() -> None:
    """F(h) = target(h) − h, where target(h) depends on what doesn't change: the order of the coordinates."""

    def settle(h: Tensor) -> Tensor:
        return nn.functional.one_hot(h.flatten(1).argmax(1), 3).double().view(-1, 3, 1, 1) * 5 - h

    images = points(40)
    chain = toy(lambda h: h.roll(1, 1) - h, settle, settle)
    result = it.iterative_convergence(chain, images, chain(images).argmax(1), steps=4)
    assert float(result.indices.divergence[0]) == 0.0
    assert float(result.indices.convergence[0]) > 0.1  # without the first block, predictions differ


def test_without_any_block_it_does_not_matter_which_end_was_kept() -> None:
    chain, images = network("pre-activation", 20), some_images(6)
    result = it.iterative_convergence(chain, images, chain(images).argmax(1))
    rows = [at for at, ran in enumerate(result.runs) if ran.count == 0]
    for first, last in zip(rows[::2], rows[1::2], strict=True):
        assert (result.runs[first].kind, result.runs[last].kind) == ("first", "last")
        assert torch.equal(result.outcomes.loss[first], result.outcomes.loss[last])


def test_a_network_at_chance_has_no_index() -> None:
    chain, images = network("pre-activation", 20), some_images(6)
    wrong = (chain(images).argmax(1) + 1) % 10
    result = it.iterative_convergence(chain, images, wrong)
    assert all(getattr(result.indices, name).isnan().all() for name in vars(result.indices))


def test_chunks_change_nothing_and_intervals_hold_the_index() -> None:
    chain, images = network("pre-activation", 20), some_images(20)
    labels = chain(images).argmax(1)
    whole = it.iterative_convergence(chain, images, labels, alpha=0.7)
    small = it.iterative_convergence(chain, images, labels, alpha=0.7, memory_budget=1 << 18)
    assert torch.equal(whole.outcomes.prediction, small.outcomes.prediction)
    assert torch.allclose(whole.outcomes.loss, small.outcomes.loss, rtol=1e-12)
    intervals = index_intervals(whole.runs, len(whole.stages), whole.baseline, whole.outcomes, 0)
    for name, found in intervals.items():
        for value, (low, high) in zip(getattr(whole.indices, name).tolist(), found, strict=True):
            assert low <= value <= high
    doubled = torch.full((1, 20), 2)
    again = stage_indices(whole.runs, len(whole.stages), whole.baseline, whole.outcomes, doubled)
    assert torch.allclose(again.convergence[0], whole.indices.convergence)


@pytest.mark.parametrize(
    ("options", "message"),
    [({"steps": 0}, "steps is 0: give a whole number from 1"), ({"alpha": math.nan}, "alpha is nan")],
)
def test_impossible_options_are_named(options: dict[str, float], message: str) -> None:
    with pytest.raises(it.PlanError, match=message):
        it.iterative_convergence(network("pre-activation", 20), some_images(2), [0, 1], **options)


def test_a_network_without_a_movable_block_is_refused() -> None:
    chain = toy(torch.zeros_like)
    chain.block(0).is_projection = True
    with pytest.raises(it.PlanError, match="toy has no block that keeps the shape: at least one stage needs one"):
        it.iterative_convergence(chain, points(2), [0, 1])


class Shift(it.ResidualBlock):
    """A projection: its shortcut moves the channels on."""

    is_projection = True

    def shortcut(self, h: Tensor) -> Tensor:
        return h.roll(1, 1)

    def branch(self, h: Tensor) -> Tensor:
        return h.tanh()


def test_a_stage_without_movable_blocks_has_no_index() -> None:
    chain = it.ResidualChain(nn.Identity(), [Block(torch.sin), Block(torch.tanh), Shift()], nn.Flatten(1))
    images = points(40)
    result = it.iterative_convergence(chain, images, chain(images).argmax(1))
    assert [(stage.stage, stage.blocks) for stage in result.stages] == [(0, (0, 1)), (1, ())]
    assert {run.stage for run in result.runs} == {0}
    intervals = index_intervals(result.runs, 2, result.baseline, result.outcomes, 0)
    for name in INDICES:
        assert getattr(result.indices, name).isnan().tolist() == [False, True]
        assert [all(map(math.isnan, bounds)) for bounds in intervals[name]] == [False, True]
