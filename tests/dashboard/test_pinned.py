"""Pinned images in the address, and what is asked about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from iterscope_dashboard.model import Checkpoint
from iterscope_dashboard.pages.examples import context_of, deciding_blocks, read_view
from iterscope_dashboard.pinned import MOST, cards, question, read_images
from iterscope_dashboard.state import Query

CONTEXT = {"run": "r1", "checkpoint": "c1", "dataset": "digits", "split": "validation"}


@pytest.mark.parametrize(
    ("search", "images", "notice"),
    [
        ("", None, ""),
        ("?images=3.17.3.204", [3, 17, 204], ""),
        ("?images=3,17", None, "not a list like 3.17.204"),
        ("?images=" + ".".join(map(str, range(30))), list(range(MOST)), f"the first {MOST} are pinned"),
    ],
)
def test_pins_of_a_link(search: str, images: list[int] | None, notice: str) -> None:
    query = Query.parse(search)
    assert read_images(query) == images
    assert notice in " ".join(query.notices)
    assert bool(query.notices) == bool(notice)


def test_both_networks_of_a_measured_plan_are_asked(plan_payload: Callable[..., dict[str, Any]]) -> None:
    asked = question([3, 17], CONTEXT, plan_payload([0, 1, 2]))
    assert asked["indices"] == [3, 17]
    assert [[step[0] for step in plan] for plan in asked["plans"]] == [list(range(9)), [0, 1, 2]]


def test_a_card_tells_better_from_worse() -> None:
    def side(*predictions: int) -> dict[str, Any]:
        return {"prediction": list(predictions), "label_probability": [0.25, 0.5, None]}

    result = {
        "indices": [3, 5, 7],
        "labels": [1, 1, 1],
        "class_names": ["zero", "one"],
        "plans": [side(1, 0, 1), side(0, 1, -1)],
    }
    drawn = cards(result, CONTEXT)
    assert [card.className for card in drawn] == ["pinned-card worse", "pinned-card better", "pinned-card worse"]
    text = str(drawn[2])
    assert "not finite" in text
    assert "'–'" in text


def test_what_the_examples_page_reads_from_its_address(block_payload: list[dict[str, Any]]) -> None:
    checkpoint = Checkpoint.from_json(
        {"id": "c1", "run": "r1", "blocks": block_payload, "dataset": {"name": "digits", "class_names": ["a", "b"]}}
    )
    assert deciding_blocks(checkpoint) == [7, 8]
    query = Query.parse("?group=corrected&by=8&class=1&sort=-loss&n=all&index=4&split=train")
    view = read_view(query, checkpoint)
    assert view == {
        "split": "train",
        "drawn": "all",
        "group": "corrected",
        "sort": "-loss",
        "by": 8,
        "class": 1,
        "index": 4,
    }
    assert not query.notices
    bad = Query.parse("?group=nice&by=3&class=2&sort=up&n=7&index=x&split=test")
    assert read_view(bad, checkpoint)["by"] is None
    assert len(bad.notices) == 7
    assert context_of(checkpoint, view, None)["deciding"] == [7, 8]
