"""Plans: their text, against the library's own parser; links; and what they need measured."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import iterscope
from iterscope_dashboard.model import blocks_of
from iterscope_dashboard.plan import PlanState, PlanStep, PlanTextError, Unroll, read_pin, read_plan
from iterscope_dashboard.state import Query
from iterscope_dashboard.wishes import Wish, wanted_probes

BLOCKS = blocks_of([{"index": i, "stage": i // 3, "is_projection": i in (3, 6)} for i in range(9)])
CONTEXT = {"checkpoint": "c1", "split": "validation", "reference": "last5"}
DEFAULT = PlanState.parse("0..8 8@0.1x20", 9)
STEPS = st.lists(
    st.builds(PlanStep, st.integers(0, 8), st.just(1.0) | st.floats(-2, 2).map(lambda s: float(f"{s:.6g}")), st.integers(1, 30)),
    min_size=1, max_size=40,
)  # fmt: skip


def link(search: str) -> tuple[str, list[str]]:
    query = Query.parse(search)
    return read_plan(query, BLOCKS, DEFAULT).text, query.notices


@given(STEPS)
def test_a_plan_is_its_text_and_the_library_reads_the_same(steps: list[PlanStep]) -> None:
    plan = PlanState(tuple(steps))
    assert PlanState.parse(plan.text, 9) == plan
    expanded = [(step.block, step.scale) for step in steps for _ in range(step.times)]
    assert iterscope.parse_plan(plan.text) == iterscope.plan([(b, 1.0 if s is None else s) for b, s in expanded])


@given(STEPS)
def test_what_the_library_writes_is_read(steps: list[PlanStep]) -> None:
    expanded = [iterscope.Step(step.block, step.scale or 0.0) for step in steps for _ in range(step.times)]
    read = PlanState.parse(iterscope.format_steps(expanded), 9)
    assert [(step.block, step.scale) for step in read.steps for _ in range(step.times)] == [
        (step.block, step.scale) for step in expanded
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "The plan is empty"),
        ("1x0", "The plan is empty"),
        ("0..2 4.8 9", "“4.8” can’t be read"),
        ("3@much", "“much” in “3@much” is not a number"),
        ("3@nan", "“nan”"),
        ("3@1e7", "too large"),
        ("5..3", "“5..3” is a descending range"),
        ("0..9", "“0..9” contains a block that this network does not have: its blocks are 0 to 8"),
        ("-10", "“-10” contains a block"),
        ("0..8 8x1992", "“8x1992” makes the plan longer than 2000 steps"),
        ("0..8x99999999", "longer than 2000"),
        ("9" * 5000, "a number of more than 12 digits"),
        ("0.." + "9" * 5000, "a number of more than 12 digits"),
        ("8x" + "9" * 5000, "a number of more than 12 digits"),
        ("8@" + "9" * 5000, "too large"),
        ("3@auto 4@auto", "“auto” may appear only once in a plan: write a number in “4@auto”"),
    ],
)
def test_what_is_wrong_is_named(text: str, names: str) -> None:
    with pytest.raises(PlanTextError, match=names.replace("(", r"\(").replace(".", r"\.")):
        PlanState.parse(text, 9)


@pytest.mark.parametrize(
    ("text", "unroll"),
    [
        ("0..8", None),
        ("0..8 8@0.1x20", Unroll(8, 20, 0.1)),
        ("0..8 8@autox20", Unroll(8, 20, None)),
        ("0..7 8x21", Unroll(8, 20, 1.0)),
        ("0..4 4@0.5x2 5..8", Unroll(4, 2, 0.5)),
        ("0..4 4@0.5x2 5..8 8x3", Unroll(8, 3, 1.0)),
        ("0 0x2 1 1x2 2..8", None),
        ("0..8 8@0.1 8@0.2", None),
    ],
)
def test_the_one_block_that_is_repeated(text: str, unroll: Unroll | None) -> None:
    assert PlanState.parse(text, 9).unroll == unroll


@pytest.mark.parametrize(
    ("search", "text"),
    [
        ("", "0..8 8@0.1x20"),
        ("?plan=0..2+4..8+-1@auto", "0..2 4..8 8@auto"),
        ("?plan=2%201@0.5x3", "2 1@0.5x3"),
        ("?drop=none", "0..8"),
        ("?drop=5.0.5", "1..4 6..8"),
        ("?drop=3", "0..2 3@0 4..8"),
        ("?unroll=-1x3@auto", "0..8 8@autox3"),
        ("?drop=1&unroll=2x20@1e-1", "0 2 2@0.1x20 3..8"),
    ],
)
def test_links_hold_a_plan_and_old_ones_open(search: str, text: str) -> None:
    assert link(search) == (text, [])


@pytest.mark.parametrize(
    "search",
    [
        "?plan=9",
        "?plan=a",
        "?drop=9",
        "?drop=a",
        "?unroll=9x1@1",
        "?unroll=1x9999@1",
        "?unroll=1x2@nan",
        "?unroll=junk",
    ],
)
def test_a_bad_plan_leaves_a_notice(search: str) -> None:
    text, notices = link(search)
    assert text == "0..8"
    assert len(notices) == 1
    assert search.split("=")[1] in notices[0]


def test_a_bad_pin_leaves_a_notice() -> None:
    for text in ("9", "8@auto"):
        query = Query.parse(f"?pin={text}")
        assert read_pin(query, 9) is None
        assert len(query.notices) == 1
    assert read_pin(Query.parse("?pin=0..3"), 9) == PlanState.parse("0..3", 9)


def wish(plan: str, **changes: Any) -> Wish:
    return Wish.from_json({"plan": plan, "pin": None, "colour": "cosine", "cancelled": False, **changes}, 9)


def test_what_a_plan_needs() -> None:
    assert set(wanted_probes(wish("0..8"), CONTEXT, None)) == {"plan", "blocks"}
    assert set(wanted_probes(wish("0..8 8@0.1x20", colour="drop"), CONTEXT, None)) == {
        "plan",
        "blocks",
        "unroll",
        "unscaled",
        "drop",
    }
    assert set(wanted_probes(wish("0..8 8x20"), CONTEXT, None)) == {"plan", "blocks", "unroll"}
    assert "plan" not in wanted_probes(wish("0..8 8@autox20"), CONTEXT, None)
    probe, request = wanted_probes(wish("0..8 8@autox20", pin="0..7"), CONTEXT, 0.3)["plan"]
    assert (probe, request["plan"], request["against"]) == ("plan", "0..8 8@0.3x20", "0..7")
