"""`it.map_blocks`: h, s, F and gradients at every block, against the block metrics, the naive float64 computation and plain autograd."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

import iterscope as it
from iterscope.errors import Cancelled, ConfigurationError, DatasetError
from tests.iterscope.conftest import calibrated
from tests.iterscope.naive import Naive


class Relu(it.ResidualBlock):
    """A post-activation block; with another number of channels it is a projection."""

    def __init__(self, channels: int, out: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, out, 3, padding=1)
        self.proj = nn.Conv2d(channels, out, 1) if out != channels else nn.Identity()
        self.is_projection = out != channels

    def shortcut(self, h: Tensor) -> Tensor:
        return self.proj(h)

    def branch(self, h: Tensor) -> Tensor:
        return torch.tanh(self.conv(h))

    def merge(self, total: Tensor) -> Tensor:
        return functional.relu(total)


@pytest.fixture
def post_activation() -> it.ResidualChain:
    torch.manual_seed(2)
    head = nn.Sequential(nn.Flatten(), nn.Linear(4 * 16, 10))
    return it.ResidualChain(nn.Conv2d(3, 2, 3, padding=1), [Relu(2, 2), Relu(2, 4), Relu(4, 4)], head).double()


@pytest.fixture
def few() -> tuple[Tensor, Tensor]:
    torch.manual_seed(3)
    return torch.randn(5, 3, 4, 4, dtype=torch.float64), torch.tensor([0, 3, 9, 3, 1])


def lengths(view: it.BlockView) -> dict[str, Tensor]:
    values = {"h": view.h.flatten(1).norm(dim=1), "s": view.s.flatten(1).norm(dim=1)}
    values["f"] = torch.zeros_like(values["h"]) if view.f is None else view.f.flatten(1).norm(dim=1)
    return values


def numbers(gradient: Tensor | None, view: it.BlockView) -> Tensor:
    return torch.full((len(view.h),), torch.nan) if gradient is None else gradient.flatten(1).norm(dim=1)


def test_values_are_those_of_the_naive_computation(images: Tensor, labels: Tensor) -> None:
    model = calibrated("resnet14", images)
    naive, x, y = Naive(model), images[:4], labels[:4]
    found = it.map_blocks(model, x, y, lengths)
    gradients = it.map_blocks(model, x, y, lambda view: numbers(view.grad_h, view), gradient="end_to_end")
    plugged = it.map_blocks(model, x, y, lambda view: numbers(view.grad_s, view), gradient="plugged")
    assert {name: tuple(values.shape) for name, values in found.items()} == dict.fromkeys("hsf", (6, 4))
    for index in range(6):
        at, s, f = naive.reference(x, index)
        for name, value in (("s", s), ("f", f)):
            assert torch.allclose(found[name][index].double(), value.flatten(1).norm(dim=1), rtol=1e-4)
        if not it.residual_chain(model).block(index).is_projection:
            assert torch.allclose(found["h"][index].double(), at.flatten(1).norm(dim=1), rtol=1e-4)
            length = naive.gradient(x, y, index, plugged=False).flatten(1).norm(dim=1)
            assert torch.allclose(gradients[index].double(), length, rtol=1e-3)
        if index < 4:
            assert plugged[index].isnan().all()  # the head can't read it
        else:
            length = naive.gradient(x, y, index, plugged=True).flatten(1).norm(dim=1)
            assert torch.allclose(plugged[index].double(), length, rtol=1e-3)


def test_block_metrics_can_be_written_with_it(images: Tensor, labels: Tensor) -> None:
    model = calibrated("avg-pooling", images, blocks=(2, 2, 2))
    metrics = it.block_metrics(model, images, labels)

    def cosine(view: it.BlockView) -> Tensor:
        assert view.f is not None
        assert view.direction is not None
        return functional.cosine_similarity(view.f.flatten(1), view.direction.flatten(1), dim=1)

    found = it.map_blocks(model, images, labels, cosine, gradient="end_to_end")
    assert torch.allclose(found, metrics.cosine_loss, atol=1e-5)


def test_gradients_at_h_and_s_are_those_of_autograd(
    post_activation: it.ResidualChain, few: tuple[Tensor, Tensor]
) -> None:
    """∂L/∂s holds F constant; ∂L/∂h goes through s and F. The sum of a merge with ReLU isn't the next h."""
    x, y = few
    grad_h = it.map_blocks(post_activation, x, y, lambda v: v.grad_h.flatten(1)[:, :32], gradient="end_to_end")
    grad_s = it.map_blocks(post_activation, x, y, lambda v: v.grad_s.flatten(1)[:, :32], gradient="end_to_end")
    blocks = list(post_activation)
    for index, block in enumerate(blocks):
        h = post_activation.stem(x)
        for earlier in blocks[:index]:
            h = earlier(h)
        h = h.detach().requires_grad_()
        s = block.shortcut(h).detach().requires_grad_()
        for at, total, found in (
            (h, block.shortcut(h) + block.branch(h), grad_h[index]),
            (s, s + block.branch(h).detach(), grad_s[index]),
        ):
            out = block.merge(total)
            for later in blocks[index + 1 :]:
                out = later(out)
            loss = functional.cross_entropy(post_activation.head(out), y, reduction="sum")
            (expected,) = torch.autograd.grad(loss, at)
            assert torch.allclose(found, expected.flatten(1)[:, :32], rtol=1e-9, atol=1e-12)


def test_the_loss_may_be_another_one(post_activation: it.ResidualChain, few: tuple[Tensor, Tensor]) -> None:
    x, _ = few

    def third_logit(logits: Tensor, labels: Tensor | None) -> Tensor:
        assert labels is None
        return logits[:, 2]

    found = it.map_blocks(
        post_activation, x, None, lambda view: numbers(view.grad_h, view), gradient="end_to_end", loss=third_logit
    )
    h = post_activation.stem(x).detach().requires_grad_()
    out = h
    for block in post_activation:
        out = block(out)
    (expected,) = torch.autograd.grad(post_activation.head(out)[:, 2].sum(), h)
    assert torch.allclose(found[0], expected.flatten(1).norm(dim=1))


def test_another_plan_has_a_row_per_step(post_activation: it.ResidualChain, few: tuple[Tensor, Tensor]) -> None:
    found = it.map_blocks(post_activation, few[0], None, lengths, plan="0@0 1 2 2@0.5")
    assert found["f"].shape == (4, 5)
    assert (found["f"][0] == 0).all()
    assert (found["f"][1:] > 0).all()
    whole = it.map_blocks(post_activation, few[0], None, lambda view: view.next_h.flatten(1)[:, :8])
    assert whole.shape == (3, 5, 8)
    dropped = it.map_blocks(post_activation, few[0], None, lambda view: view.next_h.flatten(1)[:, :8], plan="0 1 2@0")
    assert torch.equal(whole[:2], dropped[:2])
    assert not torch.equal(whole[2], dropped[2])


def test_chunks_and_threads_change_nothing(images: Tensor, labels: Tensor) -> None:
    chain = it.residual_chain(calibrated("resnet8", images)).double()
    many, classes = images.double().repeat(9, 1, 1, 1), labels.repeat(9)

    def cosine(view: it.BlockView) -> Tensor:
        assert view.f is not None
        assert view.grad_h is not None
        return (view.f * view.next_h).flatten(1).sum(1) + view.direction_s.flatten(1).norm(dim=1)  # type: ignore[union-attr]

    whole = it.map_blocks(chain, many, classes, cosine, gradient="end_to_end")
    small = it.map_blocks(chain, many, classes, cosine, gradient="end_to_end", memory_budget=12 << 20)
    assert torch.allclose(whole, small, rtol=1e-9)
    assert torch.allclose(whole[:, : len(images)], whole[:, -len(images) :], rtol=1e-9)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"gradient": "both"}, ConfigurationError, "gradient is 'both'"),
        ({"gradient": "end_to_end", "labels": None}, DatasetError, "labels is missing"),
        ({"reduce": lambda view: view.h.mean()}, ConfigurationError, r"shape \(\) for block 0 and 5 images"),
        ({"reduce": lambda view: {"a": view.h.mean(0)}}, ConfigurationError, r"called 'a' of shape \(2, 4, 4\)"),
        ({"reduce": lambda _view: 3}, ConfigurationError, "reduce gave 3 for block 0"),
        ({"reduce": lambda _view: {}}, ConfigurationError, "reduce gave {} for block 0"),
        ({"reduce": lambda view: view.h}, ConfigurationError, r"\(5, 2, 4, 4\) in step 0, but .*\(5, 4, 4, 4\) in step 2"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused(
    post_activation: it.ResidualChain,
    few: tuple[Tensor, Tensor],
    arguments: dict[str, Any],
    error: type[Exception],
    message: str,
) -> None:
    given = {"labels": few[1], "reduce": lengths, "gradient": None, **arguments}
    with pytest.raises(error, match=message):
        it.map_blocks(post_activation, few[0], given["labels"], given["reduce"], gradient=given["gradient"])


def test_it_can_be_cancelled_and_leaves_the_network_as_it_was(
    post_activation: it.ResidualChain, few: tuple[Tensor, Tensor]
) -> None:
    before = copy.deepcopy(post_activation.state_dict())
    shares: list[float] = []

    def stop(share: float) -> None:
        shares.append(share)
        if share > 0.3:
            raise Cancelled("enough")

    with pytest.raises(Cancelled):
        it.map_blocks(post_activation, *few, lengths, gradient="plugged", progress=stop)
    assert shares == sorted(shares)
    assert post_activation.training
    assert all(parameter.requires_grad and parameter.grad is None for parameter in post_activation.parameters())
    assert all(torch.equal(before[name], value) for name, value in post_activation.state_dict().items())
