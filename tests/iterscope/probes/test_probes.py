"""Drop, early exit, borderline groups, unrolling, shuffling and statistics: theory first."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional

import iterscope as it
from iterscope.probes.shuffling import random_order
from tests.iterscope.naive import Naive


def test_dropping_each_block_agrees_with_the_naive_computation(
    model: it.PreActivationResNet, images: Tensor, labels: Tensor
) -> None:
    result = it.block_drop(it.residual_chain(model), images, labels)
    naive = Naive(model)
    for index in range(9):
        logits = naive.logits(images, [(i, float(i != index)) for i in range(9)]).detach()
        assert torch.allclose(
            result.outcomes.loss[index].double(),
            functional.cross_entropy(logits, labels, reduction="none"),
            rtol=1e-4,
            atol=1e-5,
        )
    assert result.dropped == tuple((index,) for index in range(9))
    assert result.baseline.loss.shape == (1, 12)


@pytest.mark.parametrize("blocks", ["all", [], [[]], [[1], []]])
def test_what_to_drop_must_be_said(blocks: object, chain: it.ResidualChain, images: Tensor, labels: Tensor) -> None:
    with pytest.raises(it.PlanError, match=r"blocks is .*: give 'each', or"):
        it.block_drop(chain, images, labels, blocks)


def test_the_last_exit_is_the_networks_output(chain: it.ResidualChain, images: Tensor, labels: Tensor) -> None:
    exits = it.early_exit(chain, images, labels)
    assert exits.blocks == (6, 7, 8)
    assert torch.equal(exits.outcomes.loss[-1], it.evaluate_plans(chain, images, labels, [it.identity()]).loss[0])


def test_an_exit_is_the_head_on_the_state(model: it.PreActivationResNet, images: Tensor, labels: Tensor) -> None:
    exits = it.early_exit(it.residual_chain(model), images, labels)
    logits = Naive(model).logits(images, [(i, 1.0) for i in range(8)]).detach()
    assert torch.allclose(
        exits.outcomes.loss[1].double(), functional.cross_entropy(logits, labels, reduction="none"), rtol=1e-4
    )


def test_what_is_correct_at_the_reference_has_accuracy_one_there(chain: it.ResidualChain, images: Tensor) -> None:
    predicted = it.run_plans(chain, images, [it.exit_after(7)])[0].argmax(1)
    curves = it.borderline(chain, images, predicted, reference=7).curves
    assert curves["correct"].n == 12
    assert curves["correct"].accuracy[0] == curves["all"].accuracy[0] == 1.0


def test_groups_follow_their_definition(chain: it.ResidualChain, images: Tensor, labels: Tensor) -> None:
    result = it.borderline(chain, images, labels, threshold=0.4, reference=7)
    margin = it.early_exit(chain, images, labels).outcomes.margin[1]
    assert torch.equal(result.groups.borderline, margin.abs() < 0.4)
    assert torch.equal(result.groups.correct, margin > 0)
    assert result.blocks == (7, 8)
    assert result.curves["all"].n == 12
    assert result.curves["borderline"].n == int(result.groups.borderline.sum())


def test_the_default_reference_is_the_first_of_the_last_five_blocks(images: Tensor, labels: Tensor) -> None:
    chain = it.residual_chain(it.build("resnet56", seed=0))
    assert it.borderline(chain, images[:2], labels[:2]).reference == 22
    shallow = it.residual_chain(it.build("resnet20", seed=0))
    assert it.borderline(shallow, images[:2], labels[:2]).reference == 6


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"reference": 2}, "reference block 2 is not in the last stage: .* 6 to 8 of resnet20"),
        ({"reference": 9}, "block 9 is out of range"),
        ({"reference": "first"}, "reference is 'first'"),
        ({"threshold": 0.0}, "threshold is 0.0"),
        ({"threshold": math.nan}, "threshold is nan"),
    ],
)
def test_impossible_groups_are_named(
    options: dict[str, object], message: str, chain: it.ResidualChain, images: Tensor, labels: Tensor
) -> None:
    with pytest.raises(ValueError, match=message):
        it.borderline(chain, images, labels, **options)


def test_unrolling_agrees_with_the_naive_computation(
    model: it.PreActivationResNet, images: Tensor, labels: Tensor
) -> None:
    result = it.unrolling(it.residual_chain(model), images, labels, steps=3, scale=0.1)
    naive = Naive(model)
    for step in range(4):
        steps = [*((i, 1.0) for i in range(9)), *[(8, 0.1)] * step]
        logits = naive.logits(images, steps).detach()
        expected = functional.cross_entropy(logits, labels, reduction="none")
        assert torch.allclose(result.outcomes.loss[step].double(), expected, rtol=1e-4, atol=1e-5)
        if step < 3:
            h = naive.run(images, steps).detach().requires_grad_()
            (gradient,) = torch.autograd.grad(naive.loss(naive.head(h), labels), h)
            f = naive.branch(8, h).detach()
            cosine = functional.cosine_similarity(f.flatten(1), gradient.flatten(1), dim=1)
            assert (result.metrics.cosine_loss[step] - cosine).abs().max() < 1e-3
            ratio = f.flatten(1).norm(dim=1) / h.detach().flatten(1).norm(dim=1)
            assert torch.allclose(result.metrics.l2_ratio[step].double(), ratio, rtol=1e-4)


@pytest.mark.parametrize(("block", "gradient"), [(8, "plugged"), (8, "end_to_end"), (4, "end_to_end")])
def test_the_state_after_the_last_repetition(
    block: int, gradient: str, model: it.PreActivationResNet, chain: it.ResidualChain, images: Tensor, labels: Tensor
) -> None:
    found = it.unrolling(chain, images, labels, block=block, steps=3, scale=0.5, gradient=gradient).metrics
    assert found is not None
    steps = [*((i, 1.0) for i in range(block + 1)), *[(block, 0.5)] * 3]
    expected = Naive(model).run(images, steps).detach().flatten(1).norm(dim=1)
    assert torch.allclose(found.norm_after_repeats.double(), expected, rtol=1e-4)
    assert it.block_metrics(chain, images, labels).norm_after_repeats.isnan().all()


def test_one_pass_says_the_same_as_two(chain: it.ResidualChain, images: Tensor, labels: Tensor) -> None:
    together = it.unrolling(chain, images, labels, steps=3, scale=0.2, threshold=0.5, reference=7)
    alone = it.unrolling(chain, images, labels, steps=3, scale=0.2, threshold=0.5, reference=7, gradient=None)
    assert torch.equal(together.outcomes.loss, alone.outcomes.loss)
    assert torch.equal(together.groups.borderline, alone.groups.borderline)


def test_no_steps_is_the_untouched_network(chain: it.ResidualChain, images: Tensor, labels: Tensor) -> None:
    result = it.unrolling(chain, images, labels, steps=0)
    assert result.metrics is None
    assert torch.equal(result.outcomes.loss, it.evaluate_plans(chain, images, labels, [it.identity()]).loss)


def test_scale_zero_changes_nothing(chain: it.ResidualChain, images: Tensor, labels: Tensor) -> None:
    loss = it.unrolling(chain, images, labels, steps=2, scale=0.0).outcomes.loss
    assert torch.equal(loss[0], loss[2])


def test_auto_takes_the_scale_of_the_lowest_training_loss(
    chain: it.ResidualChain, images: Tensor, labels: Tensor
) -> None:
    result = it.unrolling(chain, images[:6], labels[:6], steps=2, scale="auto", training=(images[6:], labels[6:]))
    assert result.scale_losses is not None
    assert list(result.scale_losses) == list(it.SCALE_GRID)
    assert result.scale_losses[result.scale] == min(result.scale_losses.values())
    alone = it.evaluate_plans(chain, images[6:], labels[6:], [it.unroll(-1, 2, result.scale)])
    assert float(alone.mean_loss[0]) == pytest.approx(result.scale_losses[result.scale], rel=1e-6)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps": -1}, "steps is -1"),
        ({"scale": math.nan}, "scale is nan"),
        ({"scale": "best"}, "scale is 'best': give a finite number or 'auto'"),
        ({"scale": "auto"}, "scale 'auto' compares training losses: give training"),
        ({"block": 40}, "block 40 is out of range"),
        ({"block": 2}, "gradient is 'plugged', but block 2 is not in the last stage"),
        ({"block": 6}, "block 6 can't run in the plan"),
    ],
)
def test_impossible_unrolling_is_named(
    options: dict[str, object], message: str, chain: it.ResidualChain, images: Tensor, labels: Tensor
) -> None:
    with pytest.raises(ValueError, match=message):
        it.unrolling(chain, images, labels, **options)


def test_a_middle_block_unrolls_with_the_end_to_end_gradient(
    chain: it.ResidualChain, images: Tensor, labels: Tensor
) -> None:
    result = it.unrolling(chain, images, labels, block=4, steps=2, scale=0.5, gradient="end_to_end")
    assert result.metrics is not None
    assert [step.block for step in result.metrics.steps] == [4, 4]
    assert result.outcomes.loss.shape == (3, 12)


def test_kendall_tau() -> None:
    assert it.kendall_tau(range(6)) == 1.0
    assert it.kendall_tau(range(5, -1, -1)) == -1.0
    assert it.kendall_tau([1, 0, 2]) == pytest.approx(1 / 3)


def test_shuffling_stays_within_stages(chain: it.ResidualChain, images: Tensor, labels: Tensor) -> None:
    result = it.shuffling(chain, images, labels, swaps=(0, 1, 8), repeats=3)
    assert result.swaps == (0, 1, 1, 1, 8, 8, 8)
    assert result.kendall_tau[0] == 1.0
    assert all(sorted(order) == list(range(9)) for order in result.orders)
    assert all(
        chain.stages[block] == chain.stages[position] for order in result.orders for position, block in enumerate(order)
    )
    untouched = it.evaluate_plans(chain, images, labels, [it.identity()])
    assert torch.equal(result.outcomes.loss[0], untouched.loss[0])
    with pytest.raises(it.PlanError, match="swaps is \\[-1\\]"):
        it.shuffling(chain, images, labels, swaps=(-1,))


def test_a_net_without_movable_blocks_cannot_be_shuffled() -> None:
    import random

    with pytest.raises(it.PlanError, match="no stage of resnet8 has two blocks"):
        random_order(it.residual_chain(it.build("resnet8")), 1, random.Random(0))


@given(st.lists(st.floats(-5, 5) | st.just(math.nan), min_size=1, max_size=40))
def test_summaries_agree_with_numpy(values: list[float]) -> None:
    summary = it.summarise(torch.tensor([values]))
    defined = np.float32([value for value in values if not math.isnan(value)]).astype(np.float64)
    assert int(summary.undefined[0]) == len(values) - len(defined)
    if len(defined) == 0:
        assert math.isnan(summary.mean[0])
        return
    assert float(summary.mean[0]) == pytest.approx(defined.mean(), abs=1e-12)
    assert float(summary.std[0]) == pytest.approx(defined.std(), abs=1e-9)
    for level, value in summary.quantiles.items():
        assert float(value[0]) == pytest.approx(np.quantile(defined, level), abs=1e-12)


@given(st.lists(st.floats(-5, 5) | st.sampled_from([math.nan, math.inf, -math.inf]), min_size=1, max_size=12))
def test_infinite_values_are_values(values: list[float]) -> None:
    summary = it.summarise(torch.tensor([values]))
    defined = sorted(value for value in np.float32(values).astype(np.float64).tolist() if not math.isnan(value))
    assert int(summary.undefined[0]) == len(values) - len(defined)
    assert int(summary.infinite[0]) == sum(map(math.isinf, values))
    if not defined:
        return
    both = {math.inf, -math.inf} <= set(defined)
    assert float(summary.mean[0]) == pytest.approx(math.nan if both else sum(defined) / len(defined), nan_ok=True)
    if any(map(math.isinf, defined)):
        assert math.isnan(summary.std[0])
    for level, value in summary.quantiles.items():
        position = level * (len(defined) - 1)
        below, above = defined[math.floor(position)], defined[math.ceil(position)]
        share = position - math.floor(position)
        expected = below if below == above or share == 0 else (1 - share) * below + share * above
        assert float(value[0]) == pytest.approx(expected, abs=1e-6, nan_ok=True)


def test_one_infinite_image_of_ten() -> None:
    summary = it.summarise(torch.tensor([[*range(9), math.inf], [-math.inf, *range(9)], [math.nan, *range(9)]]))
    assert summary.mean.tolist() == [math.inf, -math.inf, 4.0]
    assert summary.std.isnan().tolist() == [True, True, False]
    assert summary.infinite.tolist() == [1, 1, 0]
    assert summary.undefined.tolist() == [0, 0, 1]
    assert summary.quantiles[0.5].tolist() == [4.5, 3.5, 4.0]
    assert summary.quantiles[0.95].tolist()[:2] == [math.inf, pytest.approx(7.55)]
    assert summary.quantiles[0.05].tolist()[1] == -math.inf


@given(st.integers(0, 60), st.integers(0, 60))
def test_wilson_intervals_hold_the_share(successes: int, failures: int) -> None:
    n = successes + failures
    low, high = it.wilson_interval(successes, n)
    assert 0 <= low <= high <= 1
    if n:
        assert low <= successes / n <= high
        # The interval's ends are the shares that lie z standard errors from the observed one.
        for end in {low, high} - {0.0, 1.0}:
            assert abs(successes / n - end) == pytest.approx(
                1.959963984540054 * math.sqrt(end * (1 - end) / n), rel=1e-9
            )


def test_wilson_refuses_impossible_counts() -> None:
    with pytest.raises(ValueError, match="successes is 3 of n = 2"):
        it.wilson_interval(3, 2)


def test_an_empty_group_has_no_accuracy(chain: it.ResidualChain, images: Tensor, labels: Tensor) -> None:
    outcomes = it.evaluate_plans(chain, images, labels, [it.identity()])
    curve = it.group_curve(outcomes, torch.zeros(12, dtype=torch.bool))
    assert curve.n == 0
    assert math.isnan(curve.accuracy[0])
    assert curve.accuracy_interval.tolist() == [[0.0, 1.0]]


def test_groups_count_who_changed_sides(chain: it.ResidualChain, images: Tensor, labels: Tensor) -> None:
    """Against the first plan: what was gained minus what was lost is the change of those that are right."""
    outcomes = it.evaluate_plans(chain, images, labels, [it.identity(), it.drop(0), it.drop([1, 2])])
    curve = it.group_curve(outcomes, torch.ones(12, dtype=torch.bool))
    right = outcomes.correct.sum(1)
    assert (curve.gained[0], curve.lost[0]) == (0, 0)
    assert (curve.gained - curve.lost).tolist() == (right - right[0]).tolist()
    assert (curve.gained + curve.lost).tolist() == (outcomes.correct != outcomes.correct[0]).sum(1).tolist()
