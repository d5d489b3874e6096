"""A run's curves as one file of float32 arrays: the numbers of /metrics."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import numpy as np
import pytest
from safetensors.numpy import load
from sqlalchemy import insert

from iterscope_db.tables import metric_arrays

from .conftest import Server
from .test_errors import problem

Json = dict[str, Any]
NUMBERS = {None: np.nan, "Infinity": np.inf, "-Infinity": -np.inf}


def header_of(answer: httpx2.Response) -> Json:
    length = int.from_bytes(answer.content[:8], "little")
    value: Json = json.loads(json.loads(answer.content[8 : 8 + length])["__metadata__"]["curves"])
    return value


def numbers(values: Any) -> Any:
    """JSON's numbers as float32."""
    if isinstance(values, list):
        return np.array([numbers(value) for value in values], np.float32)
    return NUMBERS.get(values, values)


def same(server: Server, run: str, **query: Any) -> Json:
    """Both answers to a question hold the same numbers; the header of the file."""
    answer = server.client.get(f"/runs/{run}/curves", params=query)
    assert answer.headers["content-type"] == "application/vnd.safetensors"
    header, arrays = header_of(answer), load(answer.content)
    page = server.client.get(f"/runs/{run}/metrics", params=query).json()
    names = {
        f"{series['metric'].removesuffix('_seeds_std') + '_std' if series['metric'].endswith('_seeds_std') else series['metric']}"
        f"/{series['split']}": (series["values"], series["epochs"])
        for series in page["series"]
    }
    names |= {
        f"{scalar['name']}/{scalar['split'] or ''}/{kind}": (scalar[key], scalar["epochs"])
        for scalar in page["scalars"]
        for kind, key in (("value", "values"), ("std", "std"))
        if scalar.get(key) is not None
    }
    assert set(arrays) == set(names)
    for name, (values, _) in names.items():
        np.testing.assert_array_equal(arrays[name], numbers(values), name)
    epochs = {f"{each['metric']}/{each['split']}": each["epochs"] or header["epochs"] for each in header["series"]}
    assert epochs == {name: names[name][1] for name in epochs}
    assert (header["run"], header["status"], header["cursor"]) == (page["run"], page["status"], page["cursor"])
    return header


def test_the_file_holds_the_numbers_of_metrics(server: Server, run: str) -> None:
    header = same(server, run)
    assert header["epochs"] == [0, 1]
    assert [block["index"] for block in header["blocks"]] == [0, 1]
    assert header["merged"] is None
    same(server, run, metric=["l2_ratio_q50"], split="train")
    assert same(server, run, metric=["nothing_of_that_name"])["series"] == []


def test_what_was_logged_since_a_cursor(server: Server, run: str) -> None:
    cursor = same(server, run)["cursor"]
    idle = same(server, run, since=cursor)
    assert (idle["epochs"], idle["series"], idle["scalars"]) == ([], [], [])
    server.services.store.metrics.log_epoch(run, 2, {("l2_ratio", "train"): [0.1, 0.1]}, {("loss", "train"): 1.0})
    fresh = same(server, run, since=cursor)
    assert fresh["epochs"] == [2]
    assert fresh["cursor"] > cursor


def test_seeds_can_be_merged(server: Server, repeated: list[str]) -> None:
    header = same(server, repeated[0], merge="seeds")
    assert header["merged"] == {"runs": repeated[:2], "seeds": [0, 1], "n": 2}
    assert [each["metric"] for each in header["series"]] == ["l2_ratio", "l2_ratio_std"]
    assert same(server, repeated[3], merge="seeds")["merged"]["n"] == 1


@pytest.mark.parametrize(
    ("query", "word"),
    [({"since": -1}, "query.since"), ({"split": "test"}, "query.split"), ({"merge": "all"}, "query.merge")],
)
def test_a_wrong_question_is_refused(server: Server, run: str, query: Json, word: str) -> None:
    problem(server.client.get(f"/runs/{run}/curves", params=query), 422, word)


def test_curves_that_contradict_each_other_are_no_passing_trouble(server: Server) -> None:
    store = server.services.store
    record = store.runs.create({}, "two networks", None, "resnet8", "digits", None, 2, (), "running", origin="recorder")
    store.metrics.log_epoch(record.id, 0, {("l2_ratio", "train"): [1.0]}, {})
    row = {
        "run_id": record.id,
        "metric": "l2_ratio",
        "split": "train",
        "epoch": 1,
        "sequence": 2,
        "block_values": bytes(8),
    }
    with store._database.write() as connection:
        connection.execute(insert(metric_arrays), row)
    problem(server.client.get(f"/runs/{record.id}/curves"), 500, record.id, "delete the run")
    store.runs.finish(record.id, "completed")
    store.runs.delete(record.id)


def test_refusals_of_runs_and_means(server: Server, run: str) -> None:
    problem(server.client.get("/runs/nothing/curves"), 404, "nothing")
    problem(
        server.client.get(f"/runs/{run}/curves", params={"merge": "seeds", "since": 1}),
        422,
        "since is 1 with merge=seeds",
    )


def test_the_route_is_documented_as_a_file(server: Server) -> None:
    described = server.client.get("/openapi.json").json()["paths"]["/runs/{id}/curves"]["get"]
    assert set(described["responses"]["200"]["content"]) == {"application/vnd.safetensors"}
    metrics = server.client.get("/openapi.json").json()["paths"]["/runs/{id}/metrics"]["get"]
    assert described["parameters"] == metrics["parameters"]
