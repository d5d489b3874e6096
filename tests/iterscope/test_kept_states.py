"""Kept hidden states: they change how much is computed, and not a bit of the result."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
import torchvision
from torch import Tensor, nn

import iterscope as it
from iterscope.kept_states import KeptStates, StateShelf
from iterscope.probes.block_metrics import begin_metrics

PLANS = [
    it.drop(5),
    it.drop(0),
    it.drop(7).scale(8, 0.5),
    it.exit_after(7),
    it.identity(),
    it.unroll(-1, 4, 0.1),
    it.drop([3, 6]),
    it.swap(1, 2),
    it.drop(8),
]
"""Each begins with the untouched network for longer, or shorter, than those before it."""
NAMES = ("loss", "entropy", "margin", "prediction")


@pytest.fixture
def shelf() -> StateShelf:
    return StateShelf(1 << 30)


@pytest.fixture(scope="module")
def many() -> tuple[Tensor, Tensor]:
    """Images of two batches, and their labels."""
    some = torch.Generator().manual_seed(5)
    return torch.randn(70, 3, 32, 32, generator=some), torch.randint(0, 10, (70,), generator=some)


def same(first: it.Outcomes, second: it.Outcomes) -> bool:
    return all(torch.equal(getattr(first, name), getattr(second, name)) for name in NAMES)


@pytest.fixture
def steps_of(
    chain: it.ResidualChain, images: Tensor, labels: Tensor, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], list[int]]:
    """The blocks whose steps have run since the last call."""
    it.unrolling(chain, images, labels, steps=3)  # what is found out about a network once is known then
    ran: list[int] = []
    for index in range(len(chain)):
        block = chain.block(index)
        step = block.step

        def counted(*args: object, index: int = index, step: Callable[..., object] = step, **options: object) -> object:
            ran.append(index)
            return step(*args, **options)

        monkeypatch.setattr(block, "step", counted)

    def read() -> list[int]:
        found = list(ran)
        ran.clear()
        return found

    return read


def test_they_change_not_a_bit(chain: it.ResidualChain, many: tuple[Tensor, Tensor], shelf: StateShelf) -> None:
    states = shelf.states("these")
    for plan in PLANS:
        assert same(it.evaluate_plans(chain, *many, [plan], states=states), it.evaluate_plans(chain, *many, [plan]))
    assert same(it.evaluate_plans(chain, *many, PLANS, states=states), it.evaluate_plans(chain, *many, PLANS))
    assert shelf.bytes == states.bytes > 0


@pytest.mark.parametrize("name", ["average pooling", "post-activation", "one shared block"])
def test_other_networks(name: str, pooled: it.ResidualChain, shelf: StateShelf) -> None:
    torch.manual_seed(0)
    other: dict[str, Callable[[], nn.Module]] = {
        "average pooling": lambda: pooled,
        "post-activation": lambda: torchvision.models.resnet18(num_classes=10).eval(),  # its activations are in place
        "one shared block": lambda: it.build("resnet44-shared", seed=0).eval(),
    }
    chain = it.residual_chain(other[name]())
    images, labels = torch.randn(40, 3, 32, 32), torch.randint(0, 10, (40,))
    states = shelf.states(name)
    last = len(chain) - 1
    for plan in [it.drop(last), it.identity(), it.drop(2), it.unroll(-1, 2, 0.5), it.drop(1), it.identity()]:
        with_states = it.evaluate_plans(chain, images, labels, [plan], states=states)
        assert same(with_states, it.evaluate_plans(chain, images, labels, [plan]))


def test_a_plan_costs_what_comes_after_its_first_difference(
    chain: it.ResidualChain, images: Tensor, labels: Tensor, shelf: StateShelf, steps_of: Callable[[], list[int]]
) -> None:
    states = shelf.states("these")

    def cost(*plans: it.Plan) -> list[int]:
        it.evaluate_plans(chain, images, labels, plans, states=states)
        return steps_of()

    assert cost(it.identity()) == list(range(9))
    assert cost(it.identity()) == []
    assert cost(it.scale(6, 0.5)) == [6, 7, 8]
    assert cost(it.unroll(-1, 3)) == [8, 8, 8]
    assert cost(it.drop(8)) == []  # nothing is left of it
    assert sorted(cost(*(it.scale(block, 2.0) for block in range(9)))) == sorted(
        after for block in range(9) for after in range(block, 9)
    )


def test_the_least_recently_used_ones_are_given_up(
    chain: it.ResidualChain, images: Tensor, labels: Tensor, shelf: StateShelf
) -> None:
    def run(states: KeptStates) -> None:
        it.evaluate_plans(chain, images, labels, [it.identity()], states=states)

    first = shelf.states("first")
    run(first)
    small = StateShelf(2 * first.bytes)
    sets = [small.states(name) for name in ("a", "b", "c")]
    run(sets[0])
    run(sets[1])
    small.states("a")
    run(sets[2])
    assert [kept.bytes > 0 for kept in sets] == [True, False, True]
    assert small.bytes <= small.most
    run(sets[1])  # it was given up: nothing more is kept in it
    assert sets[1].bytes == 0
    small.clear()
    assert small.bytes == 0


def test_what_does_not_fit_is_computed_again(
    chain: it.ResidualChain, many: tuple[Tensor, Tensor], shelf: StateShelf
) -> None:
    whole = shelf.states("whole")
    expected = it.evaluate_plans(chain, *many, PLANS, states=whole)
    for share in (0.0, 0.3, 0.7):
        small = StateShelf(int(share * whole.bytes))
        states = small.states("these")
        for _ in range(2):
            assert same(it.evaluate_plans(chain, *many, PLANS, states=states), expected)
        assert small.bytes <= small.most


@pytest.mark.parametrize("before", [None, "0..3 5..8", "0..7"])
@pytest.mark.parametrize("options", [{}, {"block": 4, "gradient": "end_to_end"}, {"reference": "last5", "scale": 0.1}])
def test_unrolling_begins_where_it_can(
    before: str | None, options: dict[str, Any], chain: it.ResidualChain, many: tuple[Tensor, Tensor], shelf: StateShelf
) -> None:
    states = shelf.states("these")
    if before is not None:
        it.evaluate_plans(chain, *many, [before], states=states)
    found = it.unrolling(chain, *many, steps=3, states=states, **options)
    expected = it.unrolling(chain, *many, steps=3, **options)
    assert same(found.outcomes, expected.outcomes)
    assert torch.equal(found.groups.borderline, expected.groups.borderline)
    assert found.metrics is not None
    assert expected.metrics is not None
    for name in ("cosine_loss", "l2_ratio", "activation_norm"):
        assert torch.equal(getattr(found.metrics, name), getattr(expected.metrics, name))


def test_unrolling_the_last_block_costs_its_stage(
    chain: it.ResidualChain, images: Tensor, labels: Tensor, shelf: StateShelf, steps_of: Callable[[], list[int]]
) -> None:
    states = shelf.states("these")
    it.evaluate_plans(chain, images, labels, [it.identity()], states=states)
    steps_of()
    it.unrolling(chain, images, labels, steps=3, states=states)
    assert steps_of() == [6, 7, 8, 8, 8, 8]


@pytest.mark.parametrize("room", [0, 1 << 30])
def test_metrics_go_back_from_where_the_forward_pass_ended(
    room: int, chain: it.ResidualChain, many: tuple[Tensor, Tensor]
) -> None:
    states = StateShelf(room).states("these")
    for plan in (it.drop(5), it.unroll(-1, 2, 0.1), it.scale(0, 0.5)):
        begun = begin_metrics(chain, *many, plan, states=states)
        assert begun is not None
        assert same(begun.outcomes, it.evaluate_plans(chain, *many, [plan]))
        found, expected = begun.finish(), it.block_metrics(chain, *many, plan=plan)
        assert same(found.outcomes, expected.outcomes)
        for name in ("cosine_loss", "l2_ratio", "activation_norm", "gradient_norm", "gradient_norm_ratio"):
            assert torch.equal(getattr(found, name).nan_to_num(9.0), getattr(expected, name).nan_to_num(9.0)), plan
    assert begin_metrics(chain, *many, it.identity(), states=states, memory_budget=1 << 24) is None


def test_graphs_that_are_kept_count_against_the_budget(
    chain: it.ResidualChain, many: tuple[Tensor, Tensor], shelf: StateShelf
) -> None:
    states = shelf.states("these")
    begun = begin_metrics(chain, *many, it.drop(5), states=states)
    assert begun is not None
    options = {
        "states": states,
        "memory_budget": 2.1 * begun.nbytes,
    }  # for this one, and a pass over its largest chunks
    assert begin_metrics(chain, *many, it.drop(6), **options) is not None
    assert begin_metrics(chain, *many, it.drop(6), held=begun.nbytes, **options) is None
    begun.finish()
    assert begun.nbytes == 0


def test_each_step_of_a_plan_runs_once_for_outcomes_and_gradients(
    chain: it.ResidualChain, images: Tensor, labels: Tensor, shelf: StateShelf, steps_of: Callable[[], list[int]]
) -> None:
    states = shelf.states("these")
    it.evaluate_plans(chain, images, labels, [it.identity()], states=states)
    steps_of()
    begun = begin_metrics(chain, images, labels, it.drop(5), states=states)
    assert steps_of() == [5, 6, 7, 8]
    assert begun is not None
    begun.finish()
    assert steps_of() == [4, 3, 2, 1, 0]
