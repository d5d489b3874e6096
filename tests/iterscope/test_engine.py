"""Plans on real networks: bitwise the forward pass, equal to the naive computation, bounded in work and in memory."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

import iterscope as it
from iterscope.engine import _forks, _plan_tree
from tests.iterscope.conftest import calibrated
from tests.iterscope.naive import Naive


@pytest.mark.parametrize("name", ["resnet56", "single-representation", "avg-pooling", "max-pooling", "wide"])
def test_the_identity_plan_is_the_forward_pass_bitwise(name: str, images: Tensor) -> None:
    model = it.build(
        name, seed=0, **({} if name == "resnet56" else {"blocks": (2,) * (1 if name[0] == "s" else 3)})
    ).eval()
    with torch.no_grad():
        assert torch.equal(it.run_plans(it.residual_chain(model), images, [it.identity()])[0], model(images))


def test_the_identity_plan_is_bitwise_across_chunks(model: it.PreActivationResNet) -> None:
    images = torch.randn(200, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        assert torch.equal(it.run_plans(it.residual_chain(model), images, [it.identity()])[0], model(images))


PLANS = {
    "drop 3": (it.drop(3), [(i, 0.0 if i == 3 else 1.0) for i in range(9)]),
    "drop a projection": (it.drop([3, 6]), [(i, 0.0 if i in (3, 6) else 1.0) for i in range(9)]),
    "unroll": (it.unroll(-1, 4, 0.1), [*((i, 1.0) for i in range(9)), *[(8, 0.1)] * 4]),
    "unroll the middle": (
        it.unroll(4, 2),
        [*((i, 1.0) for i in range(5)), (4, 1.0), (4, 1.0), *((i, 1.0) for i in range(5, 9))],
    ),
    "swap": (it.swap(1, 2), [(i, 1.0) for i in (0, 2, 1, 3, 4, 5, 6, 7, 8)]),
    "scale": (it.scale(-2, 0.5), [(i, 0.5 if i == 7 else 1.0) for i in range(9)]),
    "sequence": (it.plan([(0, 1), (3, 1), (6, -0.5)]), [(0, 1.0), (3, 1.0), (6, -0.5)]),
}


@pytest.mark.parametrize("name", PLANS)
def test_plans_agree_with_the_naive_computation(name: str, model: it.PreActivationResNet, images: Tensor) -> None:
    plan, steps = PLANS[name]
    logits = it.run_plans(it.residual_chain(model), images, [it.identity(), plan, it.drop(0)])[1]
    expected = Naive(model).logits(images, steps).detach()
    assert torch.allclose(logits.double(), expected, rtol=1e-4, atol=1e-4)


def test_pooling_runs_once_however_often_its_block_does(pooled: it.ResidualChain, images: Tensor) -> None:
    steps = [(0, 1.0), (1, 1.0), (2, 1.0), (2, 0.5), (3, 1.0), (4, 0.0), (5, 1.0)]
    model = it.build("avg-pooling", stem_width=8, widths=(8, 8, 8), blocks=(2, 2, 2))
    model.load_state_dict(pooled.state_dict())
    logits = it.run_plans(pooled, images, [it.plan(steps)])[0]
    assert torch.allclose(logits.double(), Naive(model).logits(images, steps).detach(), rtol=1e-4, atol=1e-4)


@given(st.lists(st.tuples(st.integers(1, 2), st.sampled_from([0.0, 0.5, 1.0])), max_size=5), st.integers(0, 3))
@settings(max_examples=15, deadline=None)
def test_plans_run_together_as_alone(middle: list[tuple[int, float]], steps: int) -> None:
    torch.manual_seed(0)
    chain = it.residual_chain(it.build("resnet20", seed=1).eval())
    images = torch.randn(2, 3, 32, 32)
    plans = [
        it.plan([(0, 1.0), *middle, *((i, 1.0) for i in range(3, 9))]),
        it.unroll(-1, steps, 0.1),
        it.drop(5),
        it.identity(),
    ]
    together = it.run_plans(chain, images, plans)
    for row, plan in enumerate(plans):
        assert torch.equal(together[row], it.run_plans(chain, images, [plan])[0])


def test_dropping_each_block_shares_every_prefix() -> None:
    """Theory: L + L(L − 1)/2 blocks run, (L + 1)/2 forward passes; without sharing it would be L + L(L − 1)."""
    chain = it.residual_chain(it.build("single-representation", blocks=(20,), widths=(4,), stem_width=4))
    tree = _plan_tree(chain, [plan.steps(chain) for plan in [it.identity(), *(it.drop(i) for i in range(20))]])
    assert tree.weight == 20 + 20 * 19 // 2
    assert _forks(tree) == 1


def test_unrolling_shares_the_network() -> None:
    chain = it.residual_chain(it.build("resnet20"))
    tree = _plan_tree(chain, [it.unroll(-1, steps, 0.1).steps(chain) for steps in range(21)])
    assert tree.weight == 9 + 20


def test_a_plan_may_be_longer_than_pythons_stack(images: Tensor) -> None:
    chain = it.residual_chain(it.build("single-representation", blocks=(1,), widths=(2,), stem_width=2, seed=0))
    logits = it.run_plans(chain, images[:1], [it.unroll(0, 3000, 1e-6)])
    assert logits.isfinite().all()


def test_small_budgets_give_the_same_values(chain: it.ResidualChain, images: Tensor, labels: Tensor) -> None:
    plans = [it.identity(), it.drop(2)]
    assert torch.allclose(
        it.run_plans(chain, images, plans, memory_budget=3 << 20),
        it.run_plans(chain, images, plans),
        rtol=1e-5,
        atol=1e-5,
    )
    small = it.block_metrics(chain, images, labels, memory_budget=5 << 20).cosine_loss
    assert torch.allclose(small, it.block_metrics(chain, images, labels).cosine_loss, atol=1e-3)


def test_a_budget_below_one_image_is_refused(chain: it.ResidualChain, images: Tensor) -> None:
    with pytest.raises(it.BudgetError, match=r"memory_budget is 0\.0 MiB, but one image takes .* MiB in resnet20"):
        it.run_plans(chain, images, [it.identity()], memory_budget=1000)


def test_progress_rises_to_one_and_can_cancel(chain: it.ResidualChain, images: Tensor) -> None:
    seen: list[float] = []
    it.run_plans(chain, images, [it.identity(), it.drop(0)], progress=seen.append, memory_budget=3 << 20)
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) > 10

    def stop(share: float) -> None:
        if share > 0.5:
            raise it.Cancelled

    with pytest.raises(it.Cancelled):
        it.run_plans(chain, images, [it.identity()], progress=stop)


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        (it.drop(9), r"block 9 is out of range: resnet20 has 9 blocks, 0 to 8 \(or −9 to −1 from the end\)"),
        (it.drop(-10), "block -10 is out of range"),
        (it.unroll(3, 1), "block 3 can't run in the plan .*: it doesn't accept the hidden state of shape 32×16×16"),
        (it.swap(2, 3), "block 2 can't run in the plan"),
        (it.plan([(0, 1.0)]), "ends with a hidden state of 16×32×32, but the head reads 64×8×8"),
        (it.exit_after(2), "ends with a hidden state of 16×32×32"),
    ],
)
def test_impossible_plans_name_the_block(plan: it.Plan, message: str, chain: it.ResidualChain, images: Tensor) -> None:
    with pytest.raises(ValueError, match=message):
        it.run_plans(chain, images, [plan])


def test_bad_images_and_labels_are_named(chain: it.ResidualChain, images: Tensor, labels: Tensor) -> None:
    with pytest.raises(it.DatasetError, match=r"images is a torch.uint8 tensor"):
        it.run_plans(chain, torch.zeros(2, 3, 32, 32, dtype=torch.uint8), [it.identity()])
    with pytest.raises(it.DatasetError, match="images is empty"):
        it.run_plans(chain, images[:0], [it.identity()])
    with pytest.raises(it.DatasetError, match=r"labels has shape \(11,\) for 12 images"):
        it.evaluate_plans(chain, images, labels[:11], [it.identity()])
    with pytest.raises(it.PlanError, match="plans is empty"):
        it.run_plans(chain, images, [])


def test_outcomes_agree_with_torch(chain: it.ResidualChain, images: Tensor, labels: Tensor) -> None:
    outcomes = it.evaluate_plans(chain, images, labels, [it.identity()])
    logits = it.run_plans(chain, images, [it.identity()])[0].double()
    p = logits.softmax(1)
    true = p.gather(1, labels[:, None])[:, 0]
    rest = p.scatter(1, labels[:, None], -1.0).amax(1)
    assert torch.allclose(
        outcomes.loss[0].double(), torch.nn.functional.cross_entropy(logits, labels, reduction="none"), rtol=1e-4
    )
    assert torch.allclose(
        outcomes.entropy[0].double(), torch.distributions.Categorical(p).entropy(), rtol=1e-3, atol=1e-6
    )
    assert torch.allclose(outcomes.margin[0].double(), true - rest, atol=1e-5)
    assert torch.equal(outcomes.correct[0], logits.argmax(1) == labels)


def test_divergence_is_not_hidden(chain: it.ResidualChain, images: Tensor, labels: Tensor) -> None:
    outcomes = it.evaluate_plans(chain, images, labels, [it.unroll(-1, 30, 1e30)])
    assert (outcomes.prediction == -1).all()
    assert not outcomes.correct.any()
    assert math.isnan(float(outcomes.mean_loss[0]))


def test_calibration_makes_norms_finite(images: Tensor) -> None:
    assert calibrated("resnet8", images)(images).isfinite().all()
