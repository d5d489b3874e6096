"""Cosine loss and ℓ2 ratio against theory and against the naive float64 computation."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

import iterscope as it
from tests.iterscope.conftest import calibrated
from tests.iterscope.naive import Naive

PAPER_NETS = {
    "resnet110": {},
    "single-representation": {"input_size": 16},
    "avg-pooling": {"blocks": (3, 3, 3), "input_size": 16},
    "max-pooling": {"blocks": (2, 2, 2), "input_size": 16},
    "wide": {"blocks": (2, 2, 2), "input_size": 16},
}
"""The paper's widths and transitions. The wide ones have fewer blocks and smaller images, to be quick in float64."""


class Constant(it.ResidualBlock):
    """A block that adds the same tensor whatever it is given."""

    def __init__(self, value: Tensor) -> None:
        super().__init__()
        self.value = value

    def branch(self, h: Tensor) -> Tensor:
        return self.value.expand_as(h)


class Descent(it.ResidualBlock):
    """A block that takes one gradient step: F(h) = −∂L(head(h))/∂h."""

    def __init__(self, head: nn.Module, labels: Tensor) -> None:
        super().__init__()
        self.read, self.labels = head, labels

    def branch(self, h: Tensor) -> Tensor:
        with torch.enable_grad():
            at = h.detach().requires_grad_()
            labels = self.labels[: len(h)]  # a single image runs first, to measure the memory it takes
            loss = functional.cross_entropy(self.read(at), labels, reduction="sum")
            return -0.01 * torch.autograd.grad(loss, at)[0]


def flat_head(features: int) -> nn.Module:
    torch.manual_seed(5)
    return nn.Sequential(nn.Flatten(), nn.Linear(features, 10))


def test_a_branch_equal_to_the_negative_gradient_has_cosine_minus_one() -> None:
    images, labels = torch.randn(6, 2, 4, 4), torch.arange(6)
    head = flat_head(32)
    chain = it.ResidualChain(nn.Identity(), [Descent(head, labels)], head)
    for gradient in ("end_to_end", "plugged"):
        cosine = it.block_metrics(chain, images, labels, gradient).cosine_loss
        # Through the block itself the end-to-end gradient differs by the block's own derivative: none here, it is detached.
        assert torch.allclose(cosine, torch.full((1, 6), -1.0), atol=1e-5)


def test_a_zero_branch_has_ratio_zero_and_no_cosine() -> None:
    images, labels = torch.randn(3, 2, 4, 4), torch.arange(3)
    chain = it.ResidualChain(nn.Identity(), [Constant(torch.zeros(1)), Constant(torch.ones(1))], flat_head(32))
    metrics = it.block_metrics(chain, images, labels)
    assert torch.equal(metrics.l2_ratio[0], torch.zeros(3))
    assert metrics.cosine_loss[0].isnan().all()
    assert it.summarise(metrics.cosine_loss).undefined.tolist() == [3, 0]


def test_the_ratio_of_a_vanishing_state_is_undefined() -> None:
    chain = it.ResidualChain(nn.Identity(), [Constant(torch.ones(1))], flat_head(32))
    assert it.block_metrics(chain, torch.zeros(1, 2, 4, 4), torch.tensor([0])).l2_ratio.isnan().all()


def test_very_confident_images_keep_their_cosine() -> None:
    """softmax − onehot is exactly 0 in float32 here; the cosine doesn't depend on the gradient's length."""
    images, labels = torch.randn(4, 2, 4, 4), torch.zeros(4, dtype=torch.long)
    head = flat_head(32)
    with torch.no_grad():
        head[1].bias[0] += 200.0
    chain = it.ResidualChain(nn.Identity(), [Constant(torch.randn(2, 4, 4))], head)
    metrics = it.block_metrics(chain, images, labels)
    assert torch.equal(functional.softmax(chain(images), 1)[:, 0], torch.ones(4))
    double = it.ResidualChain(nn.Identity(), [Constant(chain.block(0).value.double())], head.double())
    expected = it.block_metrics(double, images.double(), labels)
    assert (metrics.cosine_loss - expected.cosine_loss).abs().max() < 1e-5
    assert (metrics.gradient_norm >= 0).all()


@pytest.mark.parametrize("name", PAPER_NETS)
def test_agrees_with_the_naive_computation_on_the_papers_nets(name: str, images: Tensor, labels: Tensor) -> None:
    torch.manual_seed(6)
    few = 2 if name != "resnet110" else 3
    if name != "resnet110":
        images = images[:4, :, ::2, ::2]
    model = calibrated(name, images, **PAPER_NETS[name])
    chain, naive = it.residual_chain(model), Naive(model)
    x, y = images[:few], labels[:few]
    survey = it.training_survey(chain, x, y)
    stage_first = chain.last_stage[0]
    for index in {0, 1, len(chain) // 2, stage_first - 1, stage_first, len(chain) - 1} & set(range(len(chain))):
        expected = naive.cosine(x, y, index, plugged=False)
        assert (survey.end_to_end.cosine_loss[index] - expected).abs().max() < 1e-3
        assert torch.allclose(survey.end_to_end.l2_ratio[index].double(), naive.ratio(x, index), rtol=1e-4)
        length = naive.gradient(x, y, index, plugged=False).flatten(1).norm(dim=1)
        assert torch.allclose(survey.end_to_end.gradient_norm[index].double(), length, rtol=1e-3)
        if index in chain.last_stage:
            expected = naive.cosine(x, y, index, plugged=True)
            assert (survey.plugged.cosine_loss[index] - expected).abs().max() < 1e-3
        else:
            assert survey.plugged.cosine_loss[index].isnan().all()
    exact = naive.logits(x, [(i, 1.0) for i in range(len(chain))])
    assert torch.allclose(
        survey.outcomes.loss[0].double(), functional.cross_entropy(exact, y, reduction="none"), rtol=1e-4
    )


def test_every_block_of_a_pooled_net_agrees_with_the_naive_computation(
    pooled: it.ResidualChain, images: Tensor, labels: Tensor
) -> None:
    model = calibrated_model_of(pooled)
    naive = Naive(model)
    metrics = it.block_metrics(pooled, images, labels)
    for index in range(len(pooled)):
        assert (metrics.cosine_loss[index] - naive.cosine(images, labels, index, plugged=False)).abs().max() < 1e-3
        assert torch.allclose(metrics.l2_ratio[index].double(), naive.ratio(images, index), rtol=1e-4)


def calibrated_model_of(chain: it.ResidualChain) -> it.PreActivationResNet:
    """A model with the chain's own weights, for the naive computation."""
    model = it.build("avg-pooling", stem_width=8, widths=(8, 8, 8), blocks=(2, 2, 2))
    model.load_state_dict(chain.state_dict())
    return model


def test_the_survey_equals_its_parts(chain: it.ResidualChain, images: Tensor, labels: Tensor) -> None:
    survey = it.training_survey(chain, images, labels)
    for gradient in ("end_to_end", "plugged"):
        alone = it.block_metrics(chain, images, labels, gradient)
        together = getattr(survey, gradient)
        for field in ("cosine_loss", "l2_ratio", "gradient_norm", "activation_norm"):
            assert torch.allclose(getattr(together, field), getattr(alone, field), equal_nan=True, rtol=1e-5, atol=1e-7)
    exits = it.early_exit(chain, images, labels)
    assert survey.exit_blocks == exits.blocks == (6, 7, 8)
    assert torch.allclose(survey.exits.loss, exits.outcomes.loss, rtol=1e-5)
    assert torch.equal(survey.exits.loss[-1], survey.outcomes.loss[0])


def test_gradient_norm_ratio_is_the_quotient_of_the_lengths(
    chain: it.ResidualChain, images: Tensor, labels: Tensor
) -> None:
    metrics = it.block_metrics(chain, images, labels)
    assert torch.allclose(metrics.gradient_norm_ratio, metrics.gradient_norm[0] / metrics.gradient_norm[6], rtol=1e-4)


def test_values_do_not_depend_on_the_rest_of_the_batch(chain: it.ResidualChain, images: Tensor, labels: Tensor) -> None:
    together, alone = it.block_metrics(chain, images, labels), it.block_metrics(chain, images[3:4], labels[3:4])
    assert torch.allclose(together.cosine_loss[:, 3], alone.cosine_loss[:, 0], atol=1e-3)
    assert torch.allclose(together.gradient_norm[:, 3], alone.gradient_norm[:, 0], rtol=1e-4)


def test_metrics_of_a_plan_have_a_row_a_step(chain: it.ResidualChain, images: Tensor, labels: Tensor) -> None:
    plan = it.drop(1).unroll(-1, 3, 0.1)
    metrics = it.block_metrics(chain, images, labels, plan=plan)
    assert [step.block for step in metrics.steps] == [*range(9), 8, 8, 8]
    assert metrics.cosine_loss.shape == (12, 12)
    assert torch.equal(metrics.l2_ratio[1], torch.zeros(12))
    assert metrics.cosine_loss[1].isnan().all()
    assert torch.allclose(metrics.loss, it.evaluate_plans(chain, images, labels, [plan]).loss[0], rtol=1e-5)


def test_the_network_is_left_as_it_was(model: it.PreActivationResNet, images: Tensor, labels: Tensor) -> None:
    model.train()
    model.blocks[0].eval()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    with pytest.raises(it.Cancelled):
        it.block_metrics(it.residual_chain(model), images, labels, progress=cancel)
    assert model.training
    assert not model.blocks[0].training
    assert model.blocks[1].training
    assert all(parameter.requires_grad and parameter.grad is None for parameter in model.parameters())
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())
    model.eval()


def cancel(_: float) -> None:
    raise it.Cancelled("enough")


def test_an_unknown_gradient_is_named(chain: it.ResidualChain, images: Tensor, labels: Tensor) -> None:
    with pytest.raises(ValueError, match="gradient is 'both': it must be one of end_to_end, plugged"):
        it.block_metrics(chain, images, labels, "both")


def test_the_effective_update_is_the_branch_where_merge_is_the_identity(
    chain: it.ResidualChain, images: Tensor, labels: Tensor
) -> None:
    of_branch = it.block_metrics(chain, images, labels)
    effective = it.block_metrics(chain, images, labels, update="effective")
    assert (of_branch.update, effective.update) == ("branch", "effective")
    assert torch.equal(effective.cosine_loss, of_branch.cosine_loss)
    assert torch.equal(effective.l2_ratio, of_branch.l2_ratio)
    assert torch.equal(effective.gradient_norm, of_branch.gradient_norm)


class Small(it.ResidualBlock):
    """F is small beside h, as in a ConvNeXt before training: its layer scale begins at 1e-6; here it is smaller."""

    def __init__(self, merge: nn.Module | None = None) -> None:
        super().__init__()
        self.convolution = nn.Conv2d(4, 4, 3, padding=1)
        self.last = merge

    def branch(self, h: Tensor) -> Tensor:
        return 1e-7 * self.convolution(h)

    def merge(self, total: Tensor) -> Tensor:
        return total if self.last is None else self.last(total)


@pytest.mark.parametrize("last", [None, nn.Identity(), nn.Dropout(0.5)], ids=["none", "identity", "dropout"])
@pytest.mark.parametrize("gradient", ["end_to_end", "plugged"])
def test_a_small_effective_update_keeps_its_digits(last: nn.Module | None, gradient: str) -> None:
    """(h + F) − h would lose F's digits: against float64 its ratio is off by percents."""
    torch.manual_seed(0)
    images, labels = torch.randn(5, 4, 8, 8), torch.arange(5)
    chain = it.ResidualChain(nn.Identity(), [Small(last), Small(last)], flat_head(256))
    plan = it.scale(0, 0.5)
    found = it.block_metrics(chain, images, labels, gradient, plan, update="effective")
    exact = it.block_metrics(copy.deepcopy(chain).double(), images.double(), labels, gradient, plan, update="branch")
    assert torch.allclose(found.cosine_loss.double(), exact.cosine_loss, atol=1e-5)
    scales = torch.tensor([[0.5], [1.0]])  # the effective update includes the step's scale
    assert torch.allclose(found.l2_ratio.double(), exact.l2_ratio * scales, rtol=1e-5, atol=0)
    changed = (images + 1e-7 * chain.blocks[1].convolution(images)) - images
    assert not torch.allclose(
        changed.flatten(1).norm(dim=1) / images.flatten(1).norm(dim=1), found.l2_ratio[1], rtol=1e-2, atol=0
    )


class Halving(Constant):
    """A block whose merge halves the sum: whatever it adds, it changes h by (F − h)/2."""

    def merge(self, total: Tensor) -> Tensor:
        return total / 2


def test_the_effective_update_is_what_a_merging_block_changes() -> None:
    images, labels, value = torch.randn(3, 2, 4, 4), torch.arange(3), torch.randn(2, 4, 4)
    chain = it.ResidualChain(nn.Identity(), [Halving(value)], flat_head(32))
    ratio = it.block_metrics(chain, images, labels, update="effective").l2_ratio[0]
    assert torch.allclose(ratio, ((value - images) / 2).flatten(1).norm(dim=1) / images.flatten(1).norm(dim=1))
    # Dropped, it still halves h.
    dropped = it.block_metrics(chain, images, labels, plan=it.plan([(0, 0.0)]), update="effective")
    assert torch.allclose(dropped.l2_ratio[0], torch.full((3,), 0.5))


def test_an_unknown_update_is_named(chain: it.ResidualChain, images: Tensor, labels: Tensor) -> None:
    with pytest.raises(ValueError, match="update is 'both': it must be one of branch, effective"):
        it.block_metrics(chain, images, labels, update="both")
