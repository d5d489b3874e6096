"""Runs merged by seed: the arithmetic, and the route."""

from __future__ import annotations

import math

import numpy as np
import pytest

from iterscope_backend.paper.selection import seeds_of
from iterscope_backend.seeds import merge, spread

from .conftest import Server
from .test_errors import problem

NAN = math.nan


def epochs(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def test_mean_and_spread() -> None:
    mean, std = spread(np.array([[1.0, 5.0], [3.0, 5.0]]))
    assert mean.tolist() == [2.0, 5.0]
    assert std.tolist() == pytest.approx([math.sqrt(2), 0.0])


def test_what_is_not_defined_is_left_out() -> None:
    mean, std = spread(np.array([[1.0, NAN, NAN], [NAN, NAN, 2.0], [3.0, NAN, 4.0]]))
    assert mean.tolist()[::2] == [2.0, 3.0]
    assert math.isnan(mean[1])
    assert std.tolist()[::2] == pytest.approx([math.sqrt(2), math.sqrt(2)])


def test_infinite_values_stay_infinite_and_have_no_spread() -> None:
    mean, std = spread(np.array([[math.inf], [1.0]]))
    assert mean.tolist() == [math.inf]
    assert math.isnan(std[0])


def test_one_run_has_no_spread() -> None:
    merged = merge([(epochs(0, 1), np.array([[1.0], [2.0]]))])
    assert merged.mean.tolist() == [[1.0], [2.0]]
    assert np.isnan(merged.std).all()


def test_a_run_counts_at_the_epochs_that_it_has() -> None:
    merged = merge([(epochs(0, 1, 2), np.array([1.0, 1.0, 1.0])), (epochs(0, 2), np.array([3.0, 5.0]))])
    assert merged.epochs.tolist() == [0, 1, 2]
    assert merged.mean.tolist() == [2.0, 1.0, 3.0]
    assert np.isnan(merged.std).tolist() == [False, True, False]


def test_different_things_are_refused() -> None:
    with pytest.raises(ValueError, match="merge one kind of value"):
        merge([(epochs(0), np.zeros((1, 2))), (epochs(0), np.zeros((1, 3)))])
    with pytest.raises(ValueError, match="0 series"):
        merge([])


def test_siblings(server: Server, repeated: list[str]) -> None:
    runs = {run["id"]: run for run in server.client.get("/runs").json()["runs"]}
    assert set(runs[repeated[0]]["siblings"]) == set(repeated[1:3])
    assert runs[repeated[3]]["siblings"] == []
    assert set(server.client.get(f"/runs/{repeated[1]}").json()["siblings"]) == {repeated[0], repeated[2]}


def test_recorded_runs_without_a_seed_are_no_siblings(server: Server) -> None:
    """Their settings need not say what their networks are."""
    store = server.services.store
    blocks = [{"index": 0, "stage": 0, "is_projection": False}]
    records = [
        store.runs.create(
            {"convention": "pre-activation"},
            name,
            None,
            name,
            "digits",
            None,
            1,
            blocks,
            "completed",
            origin="recorder",
        )
        for name in ("one network", "another network")
    ]
    runs = {run["id"]: run for run in server.client.get("/runs").json()["runs"]}
    assert [runs[record.id]["siblings"] for record in records] == [[], []]
    answer = server.client.get(f"/runs/{records[0].id}/metrics", params={"merge": "seeds"}).json()
    assert answer["merged"]["runs"] == [records[0].id]
    assert seeds_of(records[0], store.runs.list()) == [records[0]]


def test_merged_curves(server: Server, repeated: list[str]) -> None:
    """The interrupted seed doesn't count; NaN in one seed leaves the other's value."""
    page = server.client.get(f"/runs/{repeated[0]}/metrics", params={"merge": "seeds"}).json()
    assert page["run"] == repeated[0]
    assert page["merged"] == {"runs": repeated[:2], "seeds": [0, 1], "n": 2}
    series = {each["metric"]: each for each in page["series"]}
    assert series["l2_ratio"]["values"] == [[0.5, 4.0]] * 2
    assert series["l2_ratio_seeds_std"]["values"] == [[pytest.approx(math.sqrt(0.5)), None]] * 2
    assert page["scalars"][0]["values"] == [0.5, 0.5]
    assert page["scalars"][0]["std"] == [pytest.approx(math.sqrt(0.5))] * 2


def test_a_run_by_itself_merged(server: Server, repeated: list[str]) -> None:
    page = server.client.get(f"/runs/{repeated[3]}/metrics", params={"merge": "seeds"}).json()
    assert page["merged"]["n"] == 1
    assert [each["metric"] for each in page["series"]] == ["l2_ratio"]
    assert page["scalars"][0]["std"] is None


def test_the_run_that_was_asked_for_always_counts(server: Server, repeated: list[str]) -> None:
    page = server.client.get(f"/runs/{repeated[2]}/metrics", params={"merge": "seeds"}).json()
    assert page["merged"]["seeds"] == [0, 1, 2]


def test_a_cursor_does_not_go_with_a_mean(server: Server, repeated: list[str]) -> None:
    answer = server.client.get(f"/runs/{repeated[0]}/metrics", params={"merge": "seeds", "since": 1})
    assert "since is 1 with merge=seeds" in problem(answer, 422)["detail"]
