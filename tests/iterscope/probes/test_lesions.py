"""Random lesions and rearranged spans against theory and against the naive computation."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

import iterscope as it
from iterscope.probes.lesions import drawn_sets, lesion_sets, parallel, reversed_order, spans_of
from tests.iterscope.probes.small_networks import KINDS, examples, losses, network


def run(chain: it.ResidualChain, images: Tensor, order: list[int], dropped: tuple[int, ...] = ()) -> Tensor:
    """The final state after blocks in this order."""
    h = chain.stem(images)
    for index in order:
        block = chain.block(index)
        h = block.prepare(h)
        f = block.branch(h) * (index not in dropped)
        h = block.merge(block.shortcut(h) + f)
    return h


@pytest.mark.parametrize("kind", KINDS)
def test_agrees_with_the_naive_computation(kind: str) -> None:
    chain, (images, labels) = network(kind, 20), examples(2)
    found = it.lesions(chain, images, labels, [1, 3], draws=1)
    order = list(range(len(chain)))
    with torch.no_grad():
        for at, dropped in enumerate(found.dropped):
            expected = losses(chain, run(chain, images, order, dropped), labels)
            assert torch.allclose(found.outcomes.loss[at], expected, rtol=1e-8)
        for span in spans_of(chain, "stages"):
            first, last = span
            backwards = [*order[:first], *order[first : last + 1][::-1], *order[last + 1 :]]
            loss = it.evaluate_plans(chain, images, labels, [it.shuffle(reversed_order(chain, span))]).loss[0]
            assert torch.allclose(loss, losses(chain, run(chain, images, backwards), labels), rtol=1e-8)
            h = run(chain, images, order[:first])
            total = h + sum(chain.block(index).branch(h) for index in range(first, last + 1))
            h = chain.block(last).merge(total)
            for index in order[last + 1 :]:
                h = chain.block(index)(h)
            loss = it.evaluate_plans(parallel(chain, span), images, labels, [it.identity()]).loss[0]
            assert torch.allclose(loss, losses(chain, h, labels), rtol=1e-8)


@pytest.mark.parametrize("kind", ["pre-activation", "vit"])
def test_no_lesion_is_the_network_and_one_is_a_drop(kind: str) -> None:
    chain, (images, labels) = network(kind, 20), examples(3)
    found = it.lesions(chain, images, labels, [1], draws=20)
    dropped = it.block_drop(chain, images, labels)
    assert found.dropped == ((), *((index,) for index in chain.shape_keeping))
    assert torch.equal(found.outcomes.loss[0], dropped.baseline.loss[0])
    assert torch.equal(found.outcomes.loss[1:], dropped.outcomes.loss[list(chain.shape_keeping)])


def test_a_single_block_side_by_side_is_the_block_and_reversing_twice_is_the_network() -> None:
    chain, (images, _) = network("post-activation", 20), examples(3)
    untouched = it.run_plans(chain, images, [it.identity()])
    assert torch.equal(it.run_plans(parallel(chain, (1, 1)), images, [it.identity()]), untouched)
    order = reversed_order(chain, (0, 2))
    assert order == (2, 1, 0, *range(3, 9))
    twice = [order[index] for index in order]
    assert torch.equal(it.run_plans(chain, images, [it.shuffle(twice)]), untouched)
    assert not torch.equal(it.run_plans(chain, images, [it.shuffle(order)]), untouched)


def test_sets_are_drawn_by_the_seed_and_differ() -> None:
    chain = network("pre-activation", 20)
    assert chain.shape_keeping == (0, 1, 2, 4, 5, 7, 8)
    sets = lesion_sets(chain, None, 20, 0)
    assert [sum(len(each) == size for each in sets) for size in range(9)] == [1, 7, 20, 0, 20, 0, 0, 0, 0]
    assert len(set(sets)) == len(sets)
    assert all(set(each) <= set(chain.shape_keeping) for each in sets)
    assert lesion_sets(chain, [4, 400, 0], 20, 0) == tuple(each for each in sets if len(each) in (0, 4))
    assert lesion_sets(chain, None, 20, 1) != sets
    assert drawn_sets(range(3), 2, 3, 0) == [(0, 1), (0, 2), (1, 2)]


def test_the_curve_is_of_the_sets_of_each_size() -> None:
    wrong = torch.tensor([[0, 0, 0, 0], [1, 0, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]])
    labels = torch.zeros(4, dtype=torch.long)
    outcomes = it.Outcomes(wrong.float(), wrong.float(), wrong.float(), wrong, labels)
    curve = it.lesion_curve([(), (1,), (2,), (1, 2)], outcomes)
    assert curve.counts == (0, 1, 2)
    assert curve.sets == (1, 2, 1)
    assert curve.error.tolist() == [0.0, 0.5, 1.0]
    assert curve.error_std.tolist() == [0.0, 0.25, 0.0]
    assert curve.error_range.tolist() == [[0.0, 0.0], [0.25, 0.75], [1.0, 1.0]]
    assert curve.largest_step == 0.5
    assert math.isnan(it.lesion_curve([()], outcomes.rows(0, 1)).largest_step)


def test_spans_keep_the_shape_and_stay_in_a_stage() -> None:
    chain = network("pre-activation", 20)
    assert spans_of(chain, "stages") == ((0, 2), (4, 5), (7, 8))
    assert spans_of(chain, "none") == ()
    assert spans_of(chain, [[-2, 8], [0, 1]]) == ((7, 8), (0, 1))
    for wrong in ([0, 3], [1, 1], [2, 1], [6, 8]):
        with pytest.raises(it.PlanError, match=r"in spans can't be rearranged: give the first and the last"):
            spans_of(chain, [wrong])
    with pytest.raises(it.PlanError, match="spans is 'all': give 'stages', 'none' or a list"):
        spans_of(chain, "all")
    with pytest.raises(it.PlanError, match=r"\[1\] in spans is not a span"):
        spans_of(chain, [[1]])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"counts": [-1]}, r"counts is \[-1\]: give numbers of blocks"),
        ({"draws": 0}, "draws is 0: give the number of sets for each count, 1 to 1000"),
        ({"seed": "a"}, "seed is 'a': give a whole number"),
    ],
)
def test_impossible_lesions_are_named(options: dict[str, object], message: str) -> None:
    chain, (images, labels) = network("pre-activation", 20), examples(2)
    with pytest.raises(ValueError, match=message):
        it.lesions(chain, images, labels, **options)


def test_a_network_that_always_changes_the_shape_has_no_lesions() -> None:
    chain = it.residual_chain(it.build("resnet8", stem_width=2, widths=(4, 6, 8)))
    with pytest.raises(it.PlanError, match="resnet8 has no block that keeps the shape: there is nothing to drop"):
        lesion_sets(chain, None, 20, 0)
