"""Substitution and phases: exact where theory says what they must be, and equal to a naive computation."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

import iterscope as it
from iterscope.chunks import measure_footprint
from iterscope.probes.correlation import spearman
from iterscope.probes.substitution import (
    as_matrix,
    best_segments,
    gains,
    mean_gain,
    nearness,
    pairs_of,
    replaceable,
    substitution_plans,
)
from tests.iterscope.probes.small_networks import KINDS, network, points, run, some_images, toy


def inputs_of(chain: it.ResidualChain, images: Tensor) -> list[Tensor]:
    """h_i of every block."""
    found, r = [], chain.stem(images)
    for block in chain:
        found.append(block.prepare(r))
        r = block(r)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_branches_are_compared_as_the_naive_computation_does(kind: str) -> None:
    chain, images = network(kind, 20), some_images(3)
    if kind == "resnet18":  # which has one movable block in each stage but the first
        assert [len(stage.blocks) for stage in replaceable(chain)] == [2, 1, 1, 1]
    result = it.substitution(chain, images)
    with torch.no_grad():
        states = inputs_of(chain, images)
        for row, (i, j) in enumerate(result.pairs):
            own, other = (chain.block(block).branch(states[i]).flatten(1) for block in (i, j))
            assert torch.allclose(result.difference[row], (other - own).norm(dim=1) / own.norm(dim=1), rtol=1e-9)
            assert torch.allclose(result.cosine[row], cosine_similarity(other, own), rtol=1e-9)
    assert {chain.stages[i] == chain.stages[j] for i, j in result.pairs} == {True}
    small = it.substitution(chain, images, memory_budget=budget_of_few(chain, images))
    assert torch.allclose(small.difference, result.difference, rtol=1e-9)


def budget_of_few(chain: it.ResidualChain, images: Tensor) -> int:
    """A memory budget that is enough for few images."""
    footprint = measure_footprint(chain, images[:1])
    return 2 * (footprint.block + footprint.head + 4 * footprint.state) + 10_000


@pytest.mark.parametrize("kind", KINDS)
def test_substitutions_are_run_as_the_naive_computation_does(kind: str) -> None:
    chain, images = network(kind, 20), some_images(4)
    labels, stages = chain(images).argmax(1), replaceable(chain)
    outcomes = it.evaluate_plans(chain, images, labels, substitution_plans(chain, stages))
    pairs = pairs_of(stages)
    movable = [index for stage in stages for index in stage.blocks]
    for row, (i, j) in enumerate(pairs):
        blocks = [(j if block == i else block, 1) for block in range(len(chain))]
        loss = torch.nn.functional.cross_entropy(run(chain, images, blocks), labels, reduction="none")
        assert torch.allclose(outcomes.loss[1 + len(movable) + row], loss, rtol=1e-9)
        if i == j:  # bitwise the untouched network
            assert torch.equal(outcomes.loss[1 + len(movable) + row], outcomes.loss[0])
    dropped = it.block_drop(chain, images, labels).outcomes.correct
    gain = gains(stages, outcomes.correct)
    for row, (i, j) in enumerate(pairs):
        wanted = outcomes.correct[1 + len(movable) + row].double() - dropped[i].double()
        assert torch.equal(gain[row], wanted), (i, j)
    first = tuple(stages[0].blocks)
    mean, (low, high) = mean_gain(stages, first, outcomes.correct, 0)
    assert mean == pytest.approx(float(gain[[at for at, (i, j) in enumerate(pairs) if i != j and i in first]].mean()))
    assert low <= mean <= high


def test_tied_blocks_are_each_other() -> None:
    torch.manual_seed(0)
    weight = torch.randn(3, 3, dtype=torch.float64)
    chain, images = toy(*[lambda h: torch.einsum("ij,bjhw->bihw", weight, h).tanh()] * 4), points(20)
    result = it.substitution(chain, images)
    assert torch.equal(result.difference, torch.zeros(16, 20, dtype=torch.float64))
    assert torch.allclose(result.cosine, torch.ones(16, 20, dtype=torch.float64), atol=1e-12)
    outcomes = it.evaluate_plans(chain, images, [0] * 20, substitution_plans(chain, replaceable(chain)))
    assert len({tuple(row.tolist()) for row in outcomes.loss[5:]}) == 1
    found = it.phases(chain, images, [0] * 20, k=1)
    assert torch.equal(found.outcomes.loss, found.baseline.loss.expand_as(found.outcomes.loss))


def test_a_block_that_does_nothing_in_place_of_another_is_the_other_one_dropped() -> None:
    chain, images = toy(torch.tanh, torch.zeros_like, torch.sin), points(20)
    result = it.substitution(chain, images)
    of_nothing = [pair[0] == 1 for pair in result.pairs]
    assert result.difference[of_nothing].isnan().all()  # relative to zero
    assert result.cosine[[1 in pair for pair in result.pairs]].isnan().all()
    row = result.pairs.index((0, 1))
    assert torch.allclose(result.difference[row], torch.ones(20, dtype=torch.float64))
    stages = replaceable(chain)
    outcomes = it.evaluate_plans(chain, images, [0] * 20, substitution_plans(chain, stages))
    assert torch.equal(outcomes.loss[4 + row], outcomes.loss[1])
    assert not gains(stages, outcomes.correct)[row].any()


def test_a_matrix_is_undefined_between_stages_and_for_a_block_alone() -> None:
    chain, images = network("resnet18"), some_images(2)
    found = it.substitution(chain, images)
    matrix = as_matrix(found.difference.mean(1), found.pairs, 8)
    assert (~matrix.isnan()).nonzero().tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert math.isnan(nearness(found.cosine.mean(1), found.pairs, (3,)))
    assert math.isnan(mean_gain(replaceable(chain), (3,), torch.ones(10, 2, dtype=torch.bool), 0)[0])


def test_neighbours_that_fit_better_have_a_positive_rank_correlation() -> None:
    pairs = [(i, j) for i in range(4) for j in range(4)]
    values = torch.tensor([1.0 - 0.1 * abs(i - j) for i, j in pairs])
    assert nearness(values, pairs, range(4)) == pytest.approx(1.0)
    assert nearness(-values, pairs, range(4)) == pytest.approx(-1.0)


def test_tied_values_have_their_mean_rank() -> None:
    a, b = torch.tensor([3.0, 1.0, 1.0, 7.0]), torch.tensor([20.0, 10.0, 30.0, 40.0])
    ranks = np.array([[2.0, 0.5, 0.5, 3.0], [1.0, 0.0, 2.0, 3.0]])
    assert spearman(a, b) == pytest.approx(np.corrcoef(ranks)[0, 1], abs=1e-12)
    assert spearman(torch.cat([a, a[:1]]), torch.cat([b, torch.tensor([math.nan])])) == spearman(a, b)
    assert spearman(a, a**3) == pytest.approx(1.0)
    assert math.isnan(spearman(a, torch.ones(4)))
    assert math.isnan(spearman(a[:1], b[:1]))


@pytest.mark.parametrize("n", range(1, 9))
def test_segments_are_the_best_of_all_divisions(n: int) -> None:
    similarity = torch.rand(n, n, generator=torch.Generator().manual_seed(n), dtype=torch.float64)
    similarity = (similarity + similarity.T) / 2

    def cost(ends: tuple[int, ...]) -> float:
        parts = [range(start, stop) for start, stop in zip((0, *ends), (*ends, n), strict=True)]
        return sum(1 - float(similarity[a, b]) for part in parts for a, b in combinations(part, 2))

    assert best_segments(similarity, 1) == [(0, n)]
    assert best_segments(similarity, n) == [(at, at + 1) for at in range(n)]
    for k in range(1, n + 1):
        found = best_segments(similarity, k)
        assert [start for start, _ in found[1:]] == [stop for _, stop in found[:-1]]
        assert len(found) == k
        best = min(cost(ends) for ends in combinations(range(1, n), k - 1))
        assert cost(tuple(stop for _, stop in found[:-1])) == pytest.approx(best, abs=1e-12)


@pytest.mark.parametrize("kind", KINDS)
def test_phases_are_of_the_states_that_blocks_return(kind: str) -> None:
    chain, images = network(kind, 20), some_images(3)
    labels = chain(images).argmax(1)
    found = it.phases(chain, images, labels, k=9)
    with torch.no_grad():
        states = [chain.block(i)(h).flatten(1) for i, h in enumerate(inputs_of(chain, images))]
    for stage, alike in zip(found.stages, found.similarity, strict=True):
        for a, i in enumerate(stage.blocks):
            for b, j in enumerate(stage.blocks):
                assert float(alike[a, b]) == pytest.approx(float(cosine_similarity(states[i], states[j]).mean()))
    for row, each in enumerate(found.surrogates):
        stages = [found.stages[each.stage]] if each.stage is not None else found.stages
        assert [b for segment in each.segments for b in segment] == [b for stage in stages for b in stage.blocks]
        if each.k == 1 and each.stage is not None:
            assert each.segments == (stages[0].blocks,)
        if each.k >= max(len(stage.blocks) for stage in stages):  # every block in its own place: the network
            assert torch.equal(found.outcomes.loss[row], found.baseline.loss[0])
        runs = {b: chosen for segment, chosen in zip(each.segments, each.chosen, strict=True) for b in segment}
        logits = run(chain, images, [(runs.get(block, block), 1) for block in range(len(chain))])
        loss = torch.nn.functional.cross_entropy(logits, labels, reduction="none")
        assert torch.allclose(found.outcomes.loss[row], loss, rtol=1e-9)


def test_memory_changes_no_phase() -> None:
    chain, images = network("post-activation"), some_images(6)
    labels = chain(images).argmax(1)
    little = 3 * budget_of_few(chain, images)
    whole, parts = (it.phases(chain, images, labels, memory_budget=budget) for budget in (1 << 30, little))
    assert parts.surrogates == whole.surrogates
    assert torch.allclose(parts.outcomes.loss, whole.outcomes.loss, rtol=1e-12)
    for one, other in zip(parts.similarity, whole.similarity, strict=True):
        assert torch.allclose(one, other, rtol=1e-12)


def test_the_block_of_a_segment_is_the_one_that_differs_least() -> None:
    """Of branches that scale by 1, 1.1 and 2, the middle one is nearest to all three."""
    chain, images = toy(lambda h: h, lambda h: 1.1 * h, lambda h: 2 * h), points(5)
    (each, *_) = it.phases(chain, images, [0] * 5, k=1).surrogates
    assert (each.segments, each.chosen) == (((0, 1, 2),), (1,))


def test_what_cannot_be_replaced_is_named() -> None:
    with pytest.raises(it.PlanError, match="no stage of toy has two blocks that keep the shape"):
        it.substitution(toy(torch.zeros_like), points(2))
    with pytest.raises(it.PlanError, match="k is 0: give the most segments of a stage"):
        it.phases(toy(torch.tanh, torch.tanh), points(2), [0, 1], k=0)
