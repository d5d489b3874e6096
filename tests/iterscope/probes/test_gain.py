"""The largest stretch of one step of a block."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.autograd.functional import jacobian as full_jacobian

import iterscope as it
from iterscope.evaluation import evaluation, plain_attention
from iterscope.probes.jacobians import Linearised, largest_singular, squared_norm
from tests.iterscope.probes.small_networks import KINDS, network, some_images


class Linear(it.ResidualBlock):
    """F(h) = W(h − h*) on flat states."""

    def __init__(self, weights: Tensor, target: float = 0.0) -> None:
        super().__init__()
        self.weights, self.target = weights, target

    def branch(self, h: Tensor) -> Tensor:
        return ((h - self.target).flatten(1) @ self.weights.T).view(h.shape)


def linear(*weights: Tensor, target: float = 0.0) -> it.ResidualChain:
    """The images are the states (B, 1, 4, 5)."""
    head = nn.Sequential(nn.Flatten(), nn.Linear(20, 3).double())
    return it.ResidualChain(nn.Identity(), [Linear(each, target) for each in weights], head)


def states(count: int = 3) -> Tensor:
    return torch.randn(count, 1, 4, 5, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def of_powers(seed: int = 0, size: int = 20) -> Tensor:
    """W with the singular values 1, 1/2, 1/4, …"""
    generator = torch.Generator().manual_seed(seed)
    left, right = (torch.linalg.qr(torch.randn(size, size, generator=generator, dtype=torch.float64)).Q for _ in "uv")
    return left @ torch.diag(0.5 ** torch.arange(size, dtype=torch.float64)) @ right.T


def pictures(kind: str, count: int = 2) -> Tensor:
    """Small ones, where the network takes them."""
    images = some_images(count)
    return images[:, :, :8, :8] if kind in ("post-activation", "resnet18") else images


def first_input(chain: it.ResidualChain, images: Tensor, block: int) -> Tensor:
    with torch.no_grad():
        h = chain.stem(images)
        for index in range(block):
            h = chain.block(index)(h)
        return chain.block(block).prepare(h)


@pytest.mark.parametrize(("c", "alpha"), [(0.5, 1.0), (3.0, 1.0), (3.0, 0.1), (2.0, 0.5)])
def test_a_linear_pull_has_its_factor(c: float, alpha: float) -> None:
    found = it.gain(linear(-c * torch.eye(20, dtype=torch.float64), target=2.0), states(), alpha)
    assert found.gain.tolist() == [pytest.approx([abs(1 - alpha * c)] * 3, rel=1e-12, abs=1e-12)]


def test_singular_values_and_vectors_are_those_of_the_matrix() -> None:
    weights = of_powers()
    jacobian = Linearised(linear(weights).block(0).branch, states(2), 15)
    found = largest_singular(jacobian, 10, iterations=10, seed=0)
    left, values, right = torch.linalg.svd(weights)
    for image in range(2):
        assert torch.allclose(found.values[image], values[:10], rtol=1e-6)
        assert torch.allclose((found.left[image] * left[:, :10].T).sum(1).abs(), torch.ones(10).double(), atol=1e-6)
        assert torch.allclose((found.right[image] * right[:10]).sum(1).abs(), torch.ones(10).double(), atol=1e-6)
        assert torch.allclose(found.left[image] @ weights @ found.right[image].T, torch.diag(values[:10]), atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_both_products_are_of_one_matrix(kind: str) -> None:
    chain = network(kind)
    h = first_input(chain, pictures(kind), 1)
    block = chain.block(1)
    generator = torch.Generator().manual_seed(3)
    with evaluation(chain), plain_attention():
        jacobian = Linearised(block.branch, h, 3)
        v = torch.randn(2, 3, jacobian.inner, generator=generator, dtype=torch.float64)
        u = torch.randn(2, 3, jacobian.outer, generator=generator, dtype=torch.float64)
        pushed, pulled = jacobian.push(v), jacobian.pull(u)
        assert torch.allclose((u * pushed).sum(2), (pulled * v).sum(2), rtol=1e-12, atol=1e-12)
        with torch.no_grad():
            step = 1e-6 * v[:, 0].view(h.shape)
            difference = (block.branch(h + step) - block.branch(h - step)).flatten(1) / 2e-6
        assert torch.allclose(pushed[:, 0], difference, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_agrees_with_the_whole_jacobian(kind: str) -> None:
    chain, images = network(kind), pictures(kind, 1)
    found = it.gain(chain, images, 0.7, iterations=60)
    for index in (1, len(chain) - 1):
        block, h = chain.block(index), first_input(chain, images, index)
        with evaluation(chain):
            whole = full_jacobian(lambda each, block=block: block.step(each, 0.7, prepare=False).next_h, h)
        wanted = float(torch.linalg.matrix_norm(whole.reshape(-1, h.numel()), 2))
        assert wanted * 0.999 < found.gain[index, 0] <= wanted * (1 + 1e-9)


def test_a_branch_that_is_constant_has_no_jacobian() -> None:
    jacobian = Linearised(torch.zeros_like, states(), 4)
    assert largest_singular(jacobian, 2, 2, 0).values.tolist() == [[0.0, 0.0]] * 3
    assert squared_norm(jacobian, 0).tolist() == [0.0] * 3


def test_a_relu_that_holds_a_state_passes_nothing_on() -> None:
    class Held(Linear):
        def merge(self, total: Tensor) -> Tensor:
            return total.relu()

    head = nn.Sequential(nn.Flatten(), nn.Linear(20, 3).double())
    chain = it.ResidualChain(nn.Identity(), [Held(-2 * torch.eye(20).double())], head)
    h = states().abs()
    h[1, 0, 0, 0] = -1.0
    assert it.gain(chain, h).gain.tolist() == [[0.0, pytest.approx(1.0), 0.0]]


def test_what_is_not_finite_is_undefined() -> None:
    found = it.gain(linear(torch.full((20, 20), torch.inf).double()), states())
    assert found.gain.isnan().all()


def test_images_and_chunks_are_independent() -> None:
    chain, images = network("pre-activation"), pictures("pre-activation", 5)
    whole = it.gain(chain, images, iterations=2)
    one_by_one = torch.cat([it.gain(chain, images[at : at + 1], iterations=2).gain for at in range(5)], 1)
    assert torch.allclose(whole.gain, one_by_one, rtol=1e-10)


@pytest.mark.parametrize(
    ("options", "message"), [({"alpha": float("inf")}, "alpha is inf"), ({"iterations": 0}, "iterations is 0")]
)
def test_impossible_options_are_named(options: dict[str, object], message: str) -> None:
    with pytest.raises(it.ConfigurationError, match=message):
        it.gain(network("pre-activation"), some_images(1), **options)


def test_the_measurement_draws_a_few_images() -> None:
    data, model = it.load_dataset("digits"), it.build("resnet14", stem_width=2, widths=(2, 2, 2), seed=0).eval()
    answer = it.measure("gain", model, data, images=2, iterations=1, limit=40)
    found = it.gain(model, data.validation.subset(40).subset(2), iterations=1)
    assert answer["samples"] == 2
    assert answer["gain"]["mean"] == pytest.approx(found.gain.mean(1).tolist(), rel=1e-6)
    assert answer["contracting"] == [0] * 6
