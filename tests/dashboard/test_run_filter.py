"""Filters of the runs' columns in the address."""

from __future__ import annotations

from typing import Any

import pytest

from iterscope_dashboard.run_filter import read_filter
from iterscope_dashboard.state import Query

KINDS = {"status": "text", "accuracy": "number"}


def read(where: str) -> tuple[Any, list[str]]:
    query = Query({"where": where})
    return read_filter(query, KINDS), query.notices


def test_a_filter_is_read_whole() -> None:
    model, notices = read("status~run%2C%26,accuracy>=90&<95.5")
    assert notices == []
    assert model == {
        "status": {"filterType": "text", "type": "contains", "filter": "run,&"},
        "accuracy": {
            "filterType": "number", "operator": "AND",
            "conditions": [
                {"filterType": "number", "type": "greaterThanOrEqual", "filter": 90.0},
                {"filterType": "number", "type": "lessThan", "filter": 95.5},
            ],
        },
    }  # fmt: skip


def test_ranges_blanks_and_alternatives() -> None:
    model, _ = read("accuracy..10:20|:none,status:any")
    first, second = model["accuracy"]["conditions"]
    assert model["accuracy"]["operator"] == "OR"
    assert (first["filter"], first["filterTo"], second["type"]) == (10.0, 20.0, "blank")
    assert model["status"] == {"filterType": "text", "type": "notBlank"}


@pytest.mark.parametrize(
    "where", ["speed>3", "accuracy~9", "accuracy>nan", "accuracy>", "accuracy..1", "status>a", "status", "~a", "accuracy>1&<2|>3"]
)  # fmt: skip
def test_what_is_no_filter_leaves_a_notice_and_the_others(where: str) -> None:
    model, notices = read(f"{where},status=dead")
    assert model == {"status": {"filterType": "text", "type": "equals", "filter": "dead"}}
    assert len(notices) == 1
    assert f"“{where}”" in notices[0]
