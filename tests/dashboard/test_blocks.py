"""The Blocks page without a browser: what its address says, what it measures, what the strip is."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from iterscope_dashboard.figures.drop import drop_info
from iterscope_dashboard.model import Run, blocks_of
from iterscope_dashboard.pages.blocks_measure import answer_of, payload, probe_of
from iterscope_dashboard.pages.blocks_state import choose_runs, read_view
from iterscope_dashboard.pages.blocks_strip import network_strip
from iterscope_dashboard.state import Query

Json = dict[str, Any]
TASK = {"kind": "drop", "run": "a", "checkpoint": "c1", "epoch": 2, "split": "validation"}


@pytest.fixture
def runs(block_payload: list[Json]) -> list[Run]:
    """Two seeds of one network, and four others."""
    siblings = {"a": ["b"], "b": ["a"]}
    return [
        Run.from_json({"id": name, "name": f"Net, seed {seed}", "seed": seed, "status": "completed", "blocks": block_payload,
                       "siblings": siblings.get(name, [])})
        for seed, name in enumerate("abcdef")
    ]  # fmt: skip


def view_of(search: str, runs: list[Run], convention: str | None = None) -> tuple[Json, list[str]]:
    query = Query.parse(search)
    return read_view(query, choose_runs(runs, query), runs, convention), query.notices


def test_the_address_is_read_whole(runs: list[Run]) -> None:
    view, notices = view_of(
        "?run=c&with=a,d&metric=drop_damage&by=l2_ratio&split=train&block=3&blocks=0,4-6&pin=b@2&difference=1&lines=stages",
        runs,
    )
    assert not notices
    assert view["others"] == ["a", "d"]
    assert (view["metric"], view["by"], view["split"]) == ("drop_damage", "l2_ratio", "train")
    assert (view["block"], view["blocks"]) == (3, [0, 4, 5, 6])
    assert view["pin"] == {"run": "b", "epoch": 2, "label": "epoch 2 of Net, seed 1"}
    assert view["difference"]
    assert view["stages"]


@pytest.mark.parametrize(
    ("search", "says"),
    [
        ("?with=nope", "run “nope” is not in this store"),
        ("?run=a&with=c,d,e,f", "more than 3 runs"),
        ("?blocks=3-99", "blocks “3-99”"),
        ("?blocks=x", "like 0,4-7"),
        ("?pin=zz@1", "RUN@EPOCH"),
        ("?pin=a", "RUN@EPOCH"),
        ("?split=test", "split “test”"),
        ("?difference=2", "difference “2”"),
        ("?update=effective", "equals the branch in a pre-activation network"),
    ],
)
def test_a_bad_address_leaves_one_notice(search: str, says: str, runs: list[Run]) -> None:
    _, notices = view_of(search, runs, "pre-activation")
    assert len(notices) == 1
    assert says in notices[0]


def test_seeds_are_merged_in_every_group_or_in_none(runs: list[Run]) -> None:
    def groups(search: str) -> list[list[str]]:
        return [[run.id for run in group] for group in choose_runs(runs, Query.parse(search)).groups]

    assert groups("?run=c&with=a") == [["c"], ["a", "b"]]
    assert groups("?run=a&with=b,c") == [["a", "b"], ["c"]]  # b is in the mean already
    assert groups("?run=a&with=b&seeds=this") == [["a"], ["b"]]


def test_the_effective_update_can_be_asked_for_where_it_differs(runs: list[Run]) -> None:
    view, notices = view_of("?update=effective", runs, "post-activation")
    assert (view["update"], notices) == ("effective", [])
    assert view_of("?update=effective", runs, None)[0]["update"] == "effective"  # it will turn out


def drop_result(block_payload: list[Json]) -> Json:
    plans = [{"blocks": [i], "accuracy": 0.5, "accuracy_interval": [0.4, 0.6], "loss": 1.0} for i in range(9)]
    return {"probe": "drop", "checkpoint": "c1", "blocks": block_payload, "samples": 40, "plans": plans,
            "baseline": {"accuracy": 0.75}, "provenance": {"convention": "post-activation"}}  # fmt: skip


def test_a_drop_becomes_rows_a_sentence_and_a_convention(block_payload: list[Json]) -> None:
    found = payload(drop_result(block_payload), TASK)
    assert found["rows"]["drop_damage/validation"] == pytest.approx([0.25] * 9)
    assert found["rows"]["drop_accuracy_low/validation"] == [0.4] * 9
    assert found["convention"] == "post-activation"
    assert "Dropping block" in found["sentence"]
    assert drop_info(drop_result(block_payload)).baseline == found["baseline"]
    json.dumps(found, allow_nan=False)


def test_the_effective_update_becomes_rows(block_payload: list[Json], summary: Callable[..., Json]) -> None:
    task = {**TASK, "kind": "effective", "split": "train"}
    probe, request = probe_of(task)
    assert (probe, request["update"], request["split"]) == ("block-metrics", "effective", "train")
    result = {"probe": "block-metrics", "checkpoint": "c1", "blocks": block_payload, "samples": 40, "split": "train",
              "cosine_loss": summary([-0.1, None]), "l2_ratio": summary([0.2, 0.3]), "provenance": {}}  # fmt: skip
    found = payload(result, task)
    assert found["rows"]["cosine_loss_effective/train"] == [-0.1, None]
    assert found["rows"]["l2_ratio_effective_std/train"] == [0.1, 0.1]
    assert found["snippets"]["l2_ratio_effective"]["path"] == "/probe/block-metrics"


def test_a_measurement_is_followed_until_it_ends(block_payload: list[Json]) -> None:
    first = answer_of(TASK, {"job": "j1", "progress": 0.3})
    assert first == {**TASK, "job": "j1", "progress": 0.3, "asked": 1}
    assert answer_of(first, {"job": "j1", "progress": 0.3})["asked"] == 2  # else the browser would hear nothing new
    assert answer_of(first, {"error": "the job was cancelled"}) == {**TASK, "error": "the job was cancelled"}
    assert "job" not in answer_of(first, {"result": drop_result(block_payload)})


def test_the_strip_shows_stages_and_projections(block_payload: list[Json]) -> None:
    text = json.dumps(
        network_strip(blocks_of(block_payload), "l2_ratio").to_plotly_json(), default=lambda o: o.to_plotly_json()
    )
    assert text.count('"data-net"') == 9
    assert text.count("net-block projection") == 2
    assert text.count("net-stage-name") == 3
