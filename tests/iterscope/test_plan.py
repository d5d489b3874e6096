"""Plans as text and as edits."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import iterscope as it
from iterscope.measurements import request as requests
from iterscope.plan import MAX_STEPS, parse_steps

NOTATION = Path(__file__).parents[1] / "plan_notation.json"
STEP = st.tuples(st.integers(0, 8), st.sampled_from([1.0, 0.0, 0.1, -2.5, 1e-7]))


@pytest.fixture(scope="module")
def chain() -> it.ResidualChain:
    return it.residual_chain(it.build("resnet20"))


@given(st.lists(STEP, min_size=1, max_size=30))
def test_text_round_trips(sequence: list[tuple[int, float]]) -> None:
    steps = tuple(it.Step(block, scale) for block, scale in sequence)
    chain = it.residual_chain(it.build("resnet20"))
    assert it.parse_plan(it.format_steps(steps)).steps(chain) == steps


@pytest.mark.parametrize(
    ("plan", "text"),
    [
        (it.identity(), "0..8"),
        (it.drop(3), "0..2 3@0 4..8"),
        (it.unroll(-1, 20, 0.1), "0..8 8@0.1x20"),
        (it.swap(1, 2), "0 2 1 3..8"),
        (it.drop([0, 1]).unroll(7, 2), "0@0 1@0 2..7 7x2 8"),
        (it.exit_after(7), "0..7"),
        (it.shuffle([0, 2, 1, 3, 4, 5, 6, 7, 8]), "0 2 1 3..8"),
    ],
)
def test_plans_read_well(plan: it.Plan, text: str, chain: it.ResidualChain) -> None:
    assert it.format_steps(plan.steps(chain)) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the plan is empty"),
        ("0 two", "can't read 'two'"),
        ("3@fast", "can't read the scale 'fast' in '3@fast'"),
        ("3@nan", "can't read the scale 'nan' in '3@nan'"),
        ("5..2", "the range '5..2' is descending"),
        ("0..1999 3", "'3' makes the plan longer than 2000 steps"),
        ("0..999999999999", "'0..999999999999' makes the plan longer than 2000 steps"),
        ("0x999999999999", "makes the plan longer than 2000 steps"),
        ("9" * 5000, "the number '9+… in the plan is longer than 12 digits"),
        ("-" + "0" * 5000, "is longer than 12 digits"),
        ("0.." + "9" * 5000, "is longer than 12 digits"),
        ("0x" + "9" * 5000, "is longer than 12 digits"),
        ("0@" + "9" * 5000, "the scale in '0@9+… is inf: give a finite number"),
        ("0@1e999", "the scale in '0@1e999' is inf"),
        ("٣", "can't read '٣'"),
        ("1x2001", "'1x2001' makes the plan longer than 2000 steps"),
    ],
)
def test_unreadable_text_is_named(text: str, message: str) -> None:
    with pytest.raises(it.PlanError, match=message):
        it.parse_plan(text)


def test_plans_mean_what_the_table_says() -> None:
    """The library and the pages (views/tests/plan.test.ts) are tested on one table."""
    table = json.loads(NOTATION.read_text())
    length = table["length"]
    for text, meaning in table["read"].items():
        steps = [tuple(step) for step in meaning]
        assert [(step.block % length, step.scale) for step in parse_steps(text)] == steps, text
    for text in table["refused"]:
        with pytest.raises(it.PlanError):
            parse_steps(text)


@pytest.mark.parametrize("scale", [float("nan"), float("inf"), "much", True])
def test_scales_must_be_finite(scale: object) -> None:
    with pytest.raises(it.PlanError, match=r"scale is .*: give a finite number"):
        it.unroll(-1, 2, scale)
    with pytest.raises(it.PlanError, match="the scale of block 1 is"):
        it.plan([(1, scale)])


def test_text_and_steps_have_one_limit() -> None:
    steps = [(0, 1.0)] * 2000
    assert it.parse_plan("0x2000") == it.parse_plan("0x1500 0x500") == it.plan(steps)
    for longer in (lambda: it.parse_plan("0x2001"), lambda: it.plan([*steps, (0, 1.0)])):
        with pytest.raises(it.PlanError, match="longer than 2000 steps"):
            longer()
    assert MAX_STEPS == requests.MAX_STEPS == 2000


HUGE = 10**5000
"""Python refuses to write it in decimal."""


@pytest.mark.parametrize(
    "wrong",
    [
        lambda chain: it.drop(HUGE).steps(chain),
        lambda chain: it.swap(0, -HUGE).steps(chain),
        lambda chain: it.exit_after(HUGE).steps(chain),
        lambda chain: it.plan([(HUGE, 1.0)]).steps(chain),
        lambda _: it.plan([(0, HUGE)]),
        lambda _: it.plan([(HUGE, "much")]),
        lambda _: it.plan([(0, HUGE, 1)]),
        lambda _: it.scale(0, 10**400),
        lambda _: it.unroll(-1, HUGE),
        lambda _: it.unroll(-1, 10**9),
        lambda chain: chain.block(HUGE),
    ],
)
def test_numbers_of_any_length_are_refused_cleanly(wrong: Callable[..., object], chain: it.ResidualChain) -> None:
    with pytest.raises((it.PlanError, it.BlockError)) as caught:
        wrong(chain)
    assert "limit" not in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize("steps", [-1, 1.5, True])
def test_steps_are_counted(steps: object) -> None:
    with pytest.raises(it.PlanError, match=r"steps is .*: give the number of additional steps"):
        it.unroll(-1, steps)


def test_factors_that_multiply_to_infinity_are_named(chain: it.ResidualChain) -> None:
    with pytest.raises(it.PlanError, match=r"the factors on block 0 multiply to inf: give smaller ones"):
        it.scale(0, 1e200).scale(0, 1e200).steps(chain)
