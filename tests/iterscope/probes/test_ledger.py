"""The loss ledger against theory and against the naive computation."""

from __future__ import annotations

import math
from functools import partial

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

import iterscope as it
from iterscope.probes.ledger import enough_nodes, fidelity, gap, plugged_blocks
from tests.iterscope.probes.small_networks import (
    CLASSES,
    KINDS,
    Times,
    chained,
    examples,
    linear,
    losses,
    network,
    states,
    vectors,
)


@pytest.mark.parametrize("kind", KINDS)
def test_agrees_with_the_naive_computation(kind: str) -> None:
    chain, (images, labels) = network(kind, 20), examples(2)
    found = it.ledger(chain, images, labels)
    branch = it.ledger(chain, images, labels, update="branch")
    assert found.positions[-1] == len(chain)
    assert found.positions[0] == {"pre-activation": 7, "post-activation": 7, "resnet18": 7, "vit": 0}[kind]
    every = states(chain, images)
    for row, position in enumerate(found.positions):
        at = every[position].detach().requires_grad_()
        loss = losses(chain, at, labels)
        assert torch.allclose(found.losses[row], loss.detach(), rtol=1e-10)
        if position < len(chain):
            (gradient,) = torch.autograd.grad(loss.sum(), at)
            step, f = (every[position + 1] - at).detach(), chain.block(position).branch(at).detach()
            for result, update in ((found, step), (branch, f)):
                expected = (gradient * update).flatten(1).sum(1)
                assert torch.allclose(result.first[row], expected, rtol=1e-8, atol=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_the_derivative_is_that_of_the_factor(kind: str) -> None:
    """Central differences: the error of second order is below 1e-6 wherever no ReLU changes sides."""
    chain, (images, labels) = network(kind), examples(2)
    found, step = it.ledger(chain, images, labels).derivative, 1e-5
    with torch.no_grad():
        for index in (0, 2, len(chain) - 1):
            ends = []
            for sign in (1, -1):
                scales = [1.0 + sign * step * (at == index) for at in range(len(chain))]
                ends.append(losses(chain, states(chain, images, scales)[-1], labels))
            difference = (ends[0] - ends[1]) / (2 * step)
            assert torch.allclose(found[index], difference, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("kind", KINDS)
def test_graddrop_agrees_with_branches_that_are_detached(kind: str) -> None:
    chain, (images, labels) = network(kind), examples(2)
    found, whole = it.ledger(chain, images, labels, graddrop=True), it.ledger(chain, images, labels)
    assert torch.equal(found.derivative, whole.derivative)
    assert whole.graddrop is None
    expected = torch.zeros(len(chain), 2, dtype=torch.float64)
    for cut in range(len(chain)):
        scales = torch.ones(len(chain), 2, dtype=torch.float64, requires_grad=True)
        state = chain.stem(images)
        for index, block in enumerate(chain):
            h = block.prepare(state)
            f = block.branch(h).detach() if index == cut else block.branch(h)
            state = block.merge(block.shortcut(h) + scales[index].view(-1, *[1] * (f.dim() - 1)) * f)
        (derivative,) = torch.autograd.grad(losses(chain, state, labels).sum(), scales)
        derivative[cut] = 0.0  # the cut of a block's own branch leaves nothing of it
        expected += derivative.abs() / (len(chain) - 1)
    assert found.graddrop is not None
    assert torch.allclose(found.graddrop, expected, rtol=1e-8, atol=1e-12)


def test_graddrop_finds_what_a_later_block_cancels() -> None:
    """The second block takes back all that the first one adds: h + F(h) − (h + F(h)) = 0."""
    chain, (images, labels) = chained(*linear(1), Times(-1.0)), vectors(5)
    found = it.ledger(chain, images, labels, graddrop=True)
    assert found.graddrop is not None
    assert torch.equal(found.derivative[0], torch.zeros(5, dtype=torch.float64))
    assert found.graddrop[0].min() > 1e-3
    alone = it.ledger(chained(*linear(1)), images, labels, graddrop=True).graddrop
    assert alone is not None
    assert alone.isnan().all()  # there is no other block to cut


def test_what_the_blocks_pay_is_the_difference_of_the_ends() -> None:
    chain, (images, labels) = network("vit"), examples()
    found = it.ledger(chain, images, labels)
    assert (found.actual.sum(0) - (found.losses[-1] - found.losses[0])).abs().max() < 1e-12
    untouched = it.evaluate_plans(chain, images, labels, [it.identity()])
    assert torch.allclose(found.losses[-1], untouched.loss[0], rtol=1e-12)


def test_a_convex_head_pays_at_least_what_the_gradient_promises() -> None:
    """The cross-entropy of a linear head is convex in the state: the change is never below its first order."""
    chain, (images, labels) = chained(*linear(4), merge=nn.Tanh()), vectors(20)
    found = it.ledger(chain, images, labels)
    assert (found.actual >= found.first).all()
    assert (found.actual - found.first).max() > 0.05


def test_a_square_loss_has_a_known_second_order() -> None:
    chain, (images, labels) = chained(*linear(3)), vectors(6)

    def square(logits: Tensor, labels: Tensor | None) -> Tensor:
        assert labels is not None
        return (logits - functional.one_hot(labels, CLASSES)).square().sum(1) / 2

    found = it.ledger(chain, images, labels, loss=square)
    logits = torch.stack([chain.head(state) for state in states(chain, images)])
    assert torch.allclose(found.actual - found.first, logits.diff(dim=0).square().sum(2) / 2, atol=1e-12)


def test_a_block_without_effect_pays_nothing() -> None:
    first, last = linear(2)
    chain, (images, labels) = chained(first, Times(0.0), last), vectors(5)
    found = it.ledger(chain, images, labels, graddrop=True)
    path = it.path_integral(chain, images, labels)
    assert found.graddrop is not None
    for rows in (found.actual, found.first, found.derivative, found.graddrop, path.path):
        assert torch.equal(rows[1], torch.zeros(5, dtype=torch.float64))
    quality = fidelity(found.actual, found.first)
    assert quality.slope.isnan().tolist() == [False, True, False]
    assert quality.correlation.isnan().tolist() == [False, True, False]
    assert quality.relative_error.isnan().tolist() == [False, True, False]


def test_fidelity_is_of_the_images_where_both_are_defined() -> None:
    first = torch.tensor([[1.0, 2.0, 3.0, math.nan], [1.0, 2.0, 3.0, 4.0]])
    actual = torch.tensor([[2.0, 4.0, 6.0, 1.0], [-1.0, -2.0, -3.0, -2.0]])
    quality = fidelity(actual, first)
    assert quality.slope.tolist() == pytest.approx([2.0, -(1 + 4 + 9 + 8) / 30])
    assert quality.correlation.tolist() == pytest.approx([1.0, -2 / math.sqrt(10)])
    assert quality.relative_error.tolist() == pytest.approx([6 / 12, (2 + 4 + 6 + 6) / 8])


@pytest.mark.parametrize("kind", KINDS)
def test_the_path_agrees_with_the_naive_computation(kind: str) -> None:
    """Two nodes, each with a graph of its own."""
    chain, (images, labels) = network(kind), examples(2)
    found = it.path_integral(chain, images, labels, nodes=2)
    kept, expected = chain.shape_keeping, torch.zeros(len(chain), 2, dtype=torch.float64)
    for node in (0.5 - 0.5 / math.sqrt(3), 0.5 + 0.5 / math.sqrt(3)):
        scales = torch.full((len(chain), 2), node, dtype=torch.float64)
        scales[[index for index in range(len(chain)) if index not in kept]] = 1.0
        scales.requires_grad_()
        shaped = [scale.view(-1, *[1] * (chain.stem(images).dim() - 1)) for scale in scales]
        loss = losses(chain, states(chain, images, shaped)[-1], labels).sum()
        expected += torch.autograd.grad(loss, scales)[0] / 2
    assert found.path_blocks == kept
    assert torch.allclose(found.path[list(kept)], expected[list(kept)], rtol=1e-8, atol=1e-12)
    assert found.path.isnan().any(1).tolist() == [index not in kept for index in range(len(chain))]
    dropped = it.block_drop(chain, images, labels, [kept])
    assert torch.allclose(found.total, dropped.baseline.loss[0] - dropped.outcomes.loss[0], atol=1e-12)
    assert torch.allclose(found.unexplained, found.total - found.path.nansum(0), atol=1e-12)
    bars = found.plot().data[0]
    assert list(bars.x) == ["without", *map(str, kept), "rest", "with"]
    assert [bars.y[0], bars.y[-1]] == pytest.approx(
        [float(dropped.outcomes.loss.mean()), float(dropped.baseline.loss.mean())]
    )
    assert sum(bars.y[:-1]) == pytest.approx(bars.y[-1])


def test_a_path_over_one_block_is_its_damage() -> None:
    """Without ReLUs the integral is exact: of one factor, it is minus what dropping the block costs."""
    branches = [nn.Sequential(each, nn.Tanh()) for each in linear(3)]
    chain, (images, labels) = chained(*branches), vectors(6)
    dropped = it.block_drop(chain, images, labels)
    for index in range(3):
        alone = it.path_integral(chain, images, labels, [index], 24)
        damage = dropped.outcomes.loss[index] - dropped.baseline.loss[0]
        assert torch.allclose(alone.path[index], -damage, rtol=1e-8, atol=1e-10)
    together = it.path_integral(chain, images, labels, nodes=24)
    assert torch.allclose(together.path.sum(0), together.total, rtol=1e-8, atol=1e-10)
    assert together.gap < 1e-8


def test_with_relus_the_path_explains_all_but_two_percent() -> None:
    chain, (images, labels) = network("post-activation", 14), examples(2)
    dropped = it.block_drop(chain, images, labels)
    alone = it.path_integral(chain, images, labels, [4], 32)
    damage = float(dropped.outcomes.loss[4].sum() - dropped.baseline.loss.sum())
    assert float(alone.path[4].sum()) == pytest.approx(-damage, rel=0.02)
    assert it.path_integral(chain, images, labels, nodes=32).gap < 0.02


def test_nodes_are_doubled_until_the_path_is_explained() -> None:
    smooth, (images, labels) = chained(*[nn.Sequential(each, nn.Tanh()) for each in linear(2)]), vectors(6)
    assert enough_nodes(smooth, images, labels) == 16
    step = chained(
        Times(-1.37), nn.Sequential(Times(1e4), nn.Tanh(), Times(3.0))
    )  # turns round where the factor is 1/1.37
    assert enough_nodes(step, images, labels, [0]) == 64
    assert math.isnan(gap(torch.zeros(2), torch.zeros(2)))


def test_memory_changes_no_number() -> None:
    chain, (images, labels) = network("post-activation"), examples(5)
    little = 700_000  # two images at a time
    for measured in (it.ledger, partial(it.ledger, graddrop=True), it.path_integral):
        whole, parts = measured(chain, images, labels), measured(chain, images, labels, memory_budget=little)
        for name in ("derivative", "first", "actual", "graddrop", "path", "unexplained"):
            if getattr(whole, name, None) is not None:
                assert torch.allclose(getattr(whole, name), getattr(parts, name), atol=1e-12, equal_nan=True)


def test_the_head_reads_the_states_after_the_last_change_of_shape() -> None:
    assert plugged_blocks(network("pre-activation", 20)) == range(7, 9)
    single = it.residual_chain(it.build("single-representation", stem_width=4, widths=(4,), blocks=(3,), input_size=8))
    assert plugged_blocks(single) == range(3)


def test_what_is_impossible_is_named() -> None:
    chain, (images, labels) = network("pre-activation"), examples(2)
    with pytest.raises(it.ConfigurationError, match="update is 'both': it must be one of branch, effective"):
        it.ledger(chain, images, labels, update="both")
    with pytest.raises(it.PlanError, match=r"blocks is \[\]: a path needs at least one block"):
        it.path_integral(chain, images, labels, [])
    with pytest.raises(it.PlanError, match="nodes is 0: give a whole number from 1 to 1024"):
        it.path_integral(chain, images, labels, nodes=0)
    shrinking = it.residual_chain(
        it.build("resnet8", stem_width=2, widths=(4, 6, 8), input_size=16, num_classes=5)
    ).double()
    with pytest.raises(it.PlanError, match="resnet8 has no block that keeps the shape"):
        it.path_integral(shrinking, images, labels)


@pytest.mark.parametrize(
    ("kind", "positions"), [("pre-activation", (5, 6)), ("post-activation", (5, 6)), ("resnet18", (7, 8))]
)
def test_a_last_stage_of_one_block_that_keeps_the_shape_has_one_entry(kind: str, positions: tuple[int, int]) -> None:
    """The stage's first block is a projection, so the head reads the states before and after its second block only."""
    chain, (images, labels) = network(kind, 14), examples(3)
    found = it.ledger(chain, images, labels)
    assert (found.positions, found.plugged_blocks) == (positions, positions[:1])
    assert (len(found.losses), len(found.actual), len(found.first)) == (2, 1, 1)
    with torch.no_grad():
        before, after = (losses(chain, states(chain, images)[position], labels) for position in positions)
    assert torch.allclose(found.actual[0], after - before, rtol=1e-10)
    assert fidelity(found.actual, found.first).slope.isfinite().tolist() == [True]


def test_the_measurement_of_one_plugged_block_has_no_trend() -> None:
    data, model = it.load_dataset("digits"), it.build("resnet14", stem_width=4, widths=(4, 4, 4), seed=0).eval()
    answer = it.measure("ledger", model, data, path=False, limit=20)
    assert (answer["positions"], answer["plugged_blocks"]) == ([5, 6], [5])
    before, after = answer["loss"]["mean"]
    assert answer["actual"]["mean"] == pytest.approx([after - before], rel=1e-4)
    assert len(answer["slope"]) == len(answer["relative_error"]) == 1
    assert answer["slope_trend"] is None
