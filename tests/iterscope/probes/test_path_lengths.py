"""The gradient along paths against theory and against the naive computation."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from torch import Tensor, nn

import iterscope as it
from iterscope.evaluation import evaluation
from iterscope.probes.path_lengths import binomial, path_gradients, path_sets
from tests.iterscope.probes.small_networks import KINDS, Times, chained, examples, linear, losses, network, vectors


def along(chain: it.ResidualChain, images: Tensor, labels: Tensor, chosen: tuple[int, ...] | None) -> Tensor:
    """g_S at r_0: the other way through each block is a constant. None: no way is."""
    first = chain.stem(images).detach().requires_grad_()
    h = first
    for index, block in enumerate(chain):
        h = block.prepare(h)
        s, f = block.shortcut(h), block.branch(h)
        if chosen is not None:
            s, f = (s.detach(), f) if index in chosen else (s, f.detach())
        h = block.merge(s + f)
    (gradient,) = torch.autograd.grad(losses(chain, h, labels).sum(), first)
    return gradient


def gradients(chain: it.ResidualChain, images: Tensor, labels: Tensor, sets: list[tuple[int, ...]]) -> Tensor:
    """(S, B, …)"""
    found: dict[int, Tensor] = {}
    with evaluation(chain):
        factor = path_gradients(chain, images, labels, sets, found.__setitem__)
    rows = torch.stack([found[at] for at in range(len(sets))])
    return rows * factor.view(-1, *[1] * (rows.dim() - 2))


@pytest.mark.parametrize("kind", KINDS)
def test_agrees_with_the_naive_computation(kind: str) -> None:
    chain, (images, labels) = network(kind), examples(2)
    sets = [(), (0,), (1, 3), (0, 2, 3), tuple(range(len(chain)))]
    found = gradients(chain, images, labels, sets)
    for each, gradient in zip(sets, found, strict=True):
        expected = along(chain, images, labels, each)
        assert float(expected.abs().max()) > 0
        assert torch.allclose(gradient, expected, rtol=1e-8, atol=1e-12 * float(expected.abs().max()))


@pytest.mark.parametrize("kind", KINDS)
def test_all_paths_together_are_the_gradient(kind: str) -> None:
    chain, (images, labels) = network(kind, 14), examples(2)
    length = len(chain)
    sets = [each for size in range(length + 1) for each in itertools.combinations(range(length), size)]
    found = gradients(chain, images, labels, sets)
    expected = along(chain, images, labels, None)
    assert torch.allclose(found.sum(0), expected, rtol=1e-10, atol=1e-14)
    sizes = torch.tensor([len(each) for each in sets])
    by_length = sum(math.comb(length, size) * found[sizes == size].mean(0) for size in range(length + 1))
    assert torch.allclose(by_length, expected, rtol=1e-10, atol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_the_weights_are_the_norms_times_the_number_of_paths(kind: str) -> None:
    chain, (images, labels) = network(kind, 20), examples(2)
    length = len(chain)
    found = it.path_lengths(chain, images, labels, draws=3)
    assert found.sets == path_sets(chain, 3, 0)
    total = torch.zeros(length + 1, 2, dtype=torch.float64)
    for size in range(length + 1):
        some = [each for each in found.sets if len(each) == size]
        assert len(some) == {0: 1, length: 1}.get(size, 3)
        norms = torch.stack([along(chain, images, labels, each).flatten(1).norm(dim=1) for each in some]).mean(0)
        assert torch.allclose(found.gradient_norm[size], norms, rtol=1e-10)
        total[size] = math.comb(length, size) * norms
    assert torch.allclose(found.weight, total / total.sum(0), rtol=1e-10)
    assert torch.allclose(found.effective_length, (torch.arange(length + 1).unsqueeze(1) * found.weight).sum(0))


def test_branches_that_scale_give_a_binomial() -> None:
    """F(h) = c·h: every path of length k has the gradient c^k·g, so w is binomial with p = c/(1 + c)."""
    chain, (images, labels) = chained(*[Times(0.25)] * 5), vectors(3)
    found = it.path_lengths(chain, images, labels)
    assert torch.allclose(found.effective_length, torch.full((3,), 5 * 0.2, dtype=torch.float64), rtol=1e-12)
    assert torch.allclose(found.weight[2], torch.tensor(10 * 0.2**2 * 0.8**3, dtype=torch.float64), rtol=1e-12)
    even = it.path_lengths(chained(*[Times(-1.0)] * 5), images, labels)
    assert torch.allclose(even.weight, binomial(5).unsqueeze(1).expand(6, 3), rtol=1e-12)


def test_one_block_has_two_paths() -> None:
    (map_,) = linear(1)
    chain, (images, labels) = chained(map_, merge=nn.Tanh()), vectors(4)
    found = it.path_lengths(chain, images, labels)
    assert found.sets == ((), (0,))
    shortcut = along(chain, images, labels, ()).norm(dim=1)
    branch = along(chain, images, labels, (0,)).norm(dim=1)
    assert torch.allclose(found.gradient_norm, torch.stack([shortcut, branch]), rtol=1e-10)
    assert torch.allclose(found.effective_length, branch / (shortcut + branch), rtol=1e-10)


def test_without_a_gradient_nothing_is_defined() -> None:
    chain, (images, labels) = chained(*linear(2)), vectors(3)
    with torch.no_grad():
        chain.head.weight.zero_()
    found = it.path_lengths(chain, images, labels)
    assert found.weight.isnan().all()
    assert found.effective_length.isnan().all()
    assert torch.equal(found.gradient_norm, torch.zeros(3, 3, dtype=torch.float64))


def test_a_confident_image_has_a_length_like_any_other() -> None:
    chain, (images, labels) = chained(*linear(2)), vectors(3)
    before = it.path_lengths(chain, images, torch.zeros_like(labels))
    with torch.no_grad():
        chain.head.bias[0] += 2000.0
    after = it.path_lengths(chain, images, torch.zeros_like(labels))
    assert torch.equal(after.gradient_norm, torch.zeros(3, 3, dtype=torch.float64))
    assert torch.allclose(after.effective_length, before.effective_length, rtol=1e-8)


def test_memory_changes_no_number() -> None:
    chain, (images, labels) = network("post-activation", 14), examples(5)
    whole, parts = (it.path_lengths(chain, images, labels, 2, memory_budget=budget) for budget in (1 << 30, 1 << 20))
    assert torch.allclose(whole.weight, parts.weight, rtol=1e-10)


def test_a_branch_that_reads_nothing_has_no_gradient() -> None:
    class Constant(nn.Module):
        def forward(self, h: Tensor) -> Tensor:
            return torch.ones_like(h)

    chain, (images, labels) = chained(Constant(), *linear(1)), vectors(2)
    found = gradients(chain, images, labels, [(0,), (1,)])
    assert torch.equal(found[0], torch.zeros_like(found[0]))
    assert (found[1] != 0).any()


@pytest.mark.parametrize(
    ("options", "message"),
    [({"draws": 0}, "draws is 0: give the number of sets"), ({"seed": 0.5}, "seed is 0.5: give a whole number")],
)
def test_impossible_draws_are_named(options: dict[str, object], message: str) -> None:
    chain, (images, labels) = network("vit"), examples(2)
    with pytest.raises(it.ConfigurationError, match=message):
        it.path_lengths(chain, images, labels, **options)
