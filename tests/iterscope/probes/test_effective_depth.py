"""Effective depth against theory and against the naive computation."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor, nn

import iterscope as it
from iterscope.probes.effective_depth import branch_floor, depth_score, half_ratio
from tests.iterscope.probes.small_networks import KINDS, Times, chained, examples, linear, network, vectors


def branches(chain: it.ResidualChain, images: Tensor, dropped: int | None = None) -> tuple[list[Tensor], list[Tensor]]:
    """r_0 … r_L and F_0 … F_{L−1} without a block."""
    states, found = [chain.stem(images)], []
    for index, block in enumerate(chain):
        h = block.prepare(states[-1])
        found.append(block.branch(h))
        states.append(block.merge(block.shortcut(h) + (found[-1] if index != dropped else 0)))
    return states, found


def length(values: Tensor) -> Tensor:
    return values.flatten(1).norm(dim=1)


@pytest.mark.parametrize("kind", KINDS)
def test_agrees_with_the_naive_computation(kind: str) -> None:
    chain, (images, _) = network(kind), examples(2)
    found = it.effective_depth(chain, images, direct=True)
    assert found.direct is not None
    defined = torch.zeros(len(chain), len(chain), dtype=torch.bool)
    with torch.no_grad():
        states, before = branches(chain, images)
        for i in range(len(chain)):
            after = branches(chain, images, i)[1]
            u = states[i + 1] - chain.block(i).merge(chain.block(i).shortcut(states[i]))
            for j in range(i + 1, len(chain)):
                expected = length(after[j] - before[j]) / length(before[j])
                assert torch.allclose(found.effect[i, j], expected, rtol=1e-8)
                if chain.stages[i] == chain.stages[j]:
                    alone = length(before[j] - chain.block(j).branch(states[j] - u)) / length(before[j])
                    assert torch.allclose(found.direct[i, j], alone, rtol=1e-8, atol=1e-12)
                    defined[i, j] = True
    upper = torch.ones(len(chain), len(chain), dtype=torch.bool).triu(1)
    assert torch.equal(~found.effect.isnan().any(2), upper)
    assert torch.equal(~found.direct.isnan().any(2), defined)
    plans = [it.identity(), *(it.drop(index) for index in range(len(chain)))]
    p = it.run_plans(chain, images, plans).softmax(-1)
    assert torch.allclose(found.output_change, (p[1:] - p[0]).norm(dim=-1), rtol=1e-8, atol=1e-14)
    assert (found.output_change >= 0).all()
    assert (found.output_change <= math.sqrt(2)).all()


def test_a_block_without_effect_changes_nothing() -> None:
    first, last = linear(2)
    chain, (images, _) = chained(first, Times(0.0), last), vectors(4)
    found = it.effective_depth(chain, images, direct=True)
    zero = torch.zeros(4, dtype=torch.float64)
    assert found.direct is not None
    assert torch.equal(found.output_change[1], zero)
    assert torch.equal(found.effect[1, 2], zero)
    assert torch.equal(found.direct[1, 2], zero)
    assert found.effect[0, 1].isnan().all()  # 0/0
    assert (found.effect[0, 2] > 0).all()


def test_blocks_on_disjoint_channels_dont_see_each_other() -> None:
    left, right = torch.tensor([1.0, 1, 1, 0, 0, 0]).double(), torch.tensor([0.0, 0, 0, 1, 1, 1]).double()
    chain = chained(*(nn.Sequential(Times(side), nn.Tanh()) for side in (left, right)))
    found = it.effective_depth(chain, vectors(4)[0], direct=True)
    assert found.direct is not None
    assert torch.equal(found.effect[0, 1], torch.zeros(4, dtype=torch.float64))
    assert torch.equal(found.direct[0, 1], torch.zeros(4, dtype=torch.float64))
    assert (found.output_change > 0).all()


def test_the_direct_effect_on_a_linear_branch_is_its_share() -> None:
    maps = linear(3)
    chain, (images, _) = chained(*maps), vectors(5)
    found = it.effective_depth(chain, images, direct=True).direct
    assert found is not None
    with torch.no_grad():
        _, before = branches(chain, images)
        for i, j in ((0, 1), (0, 2), (1, 2)):
            expected = length(before[i] @ maps[j].weight.T) / length(before[j])
            assert torch.allclose(found[i, j], expected, rtol=1e-10)


def test_an_image_without_a_branch_is_undefined_and_a_tiny_one_does_not_explode() -> None:
    chain, images = chained(*linear(1), Times(1.0)), vectors(4)[0]
    with torch.no_grad():
        chain.block(0).inner.bias.zero_()
    images[0], images[1] = 0.0, images[1] * 1e-12
    found = it.effective_depth(chain, images)
    assert found.effect[0, 1].isnan().tolist() == [True, False, False, False]
    norms = found.branch_norm[1]
    assert float(found.effect[0, 1, 1]) < float(found.effect[0, 1, 2:].max()) * 1e-3
    floor = branch_floor(chain, images)
    assert torch.allclose(floor[1], norms.mean() * 1e-6)
    given = it.effective_depth(chain, images, floor=torch.zeros(2))
    assert torch.allclose(given.effect[0, 1, 1] * norms[1], found.effect[0, 1, 1] * floor[1])


def test_the_score_says_where_the_output_is_made() -> None:
    assert depth_score(torch.tensor([1.0, 0.0, 0.0])) == 0.0
    assert depth_score(torch.tensor([0.0, 0.0, 2.0])) == 1.0
    assert depth_score(torch.ones(7)) == pytest.approx(0.5)
    assert math.isnan(depth_score(torch.zeros(3)))
    assert math.isnan(depth_score(torch.ones(1)))


def test_halves_are_compared_without_the_middle() -> None:
    changes = torch.tensor([[2.0, 4.0], [9.0, 9.0], [1.0, 2.0]])
    ratio, (low, high) = half_ratio(changes)
    assert (ratio, low, high) == (2.0, 2.0, 2.0)
    assert all(map(math.isnan, (half_ratio(changes[:1])[0], *half_ratio(changes[:1])[1])))


def test_memory_changes_no_number() -> None:
    chain, (images, _) = network("post-activation"), examples(5)
    whole, parts = (it.effective_depth(chain, images, memory_budget=budget) for budget in (1 << 30, 400_000))
    assert torch.allclose(whole.effect, parts.effect, rtol=1e-10, equal_nan=True)
    assert torch.allclose(whole.output_change, parts.output_change, atol=1e-12)


def test_the_answer_has_the_same_numbers() -> None:
    data = it.load_dataset("digits")
    model = it.build("resnet14", stem_width=4, widths=(4, 4, 4), seed=0).eval()
    answer = it.measure("effective-depth", model, data, limit=40, direct=True)
    found = it.effective_depth(model, data.validation.subset(40, 0), direct=True)
    assert found.direct is not None
    for name, each in (("effect", found.effect), ("direct", found.direct)):
        values = torch.tensor([[math.nan if value is None else value for value in row] for row in answer[name]])
        spread = torch.tensor(
            [[math.nan if value is None else value for value in row] for row in answer[f"{name}_std"]]
        )
        assert torch.allclose(values, each.mean(2), rtol=1e-4, equal_nan=True)
        assert torch.allclose(spread, each.std(2, correction=0), rtol=1e-3, atol=1e-6, equal_nan=True)
    largest = it.measure("effective-depth", model, data, limit=40, reduce="max")
    assert largest["effect"][0][3] == pytest.approx(float(found.effect[0, 3].max()), rel=1e-5)
    assert answer["output_change"]["mean"] == pytest.approx(found.output_change.mean(1).tolist(), rel=1e-4)
    assert answer["row_effect"][-1] is None
    assert answer["undefined"] == [0] * 6
