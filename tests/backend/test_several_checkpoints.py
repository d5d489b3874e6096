"""One question about several checkpoints, and questions that compare a network with others."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import Field
from torch import Tensor

import iterscope as it
from iterscope.measurements import (
    MEASUREMENTS,
    Checkpoint,
    Checkpoints,
    Chunk,
    MeasuredNetwork,
    MeasurementRequest,
    Parts,
    ProbeResult,
    Rows,
    axis,
    example,
)
from iterscope_cli.answers import ask
from iterscope_db import CheckpointRecord, NotFoundError, open_store

from .conftest import SLOW, Server, locked, save_network


def store_run(home: Path, epochs: tuple[int, ...]) -> list[CheckpointRecord]:
    """A run that has kept a checkpoint of each of these epochs."""
    with open_store(home) as store:
        run = None
        for epoch in epochs:
            file = f"several/epoch-{epoch}.safetensors"
            found = save_network(home, file, seed=epoch)
            run = run or store.runs.create(
                {"epochs": 9}, "several", "quick", "resnet20", "digits", 0, 9, found.blocks, "completed"
            )
            assert found.dataset is not None
            store.checkpoints.add(
                run=run.id, epoch=epoch, path=f"checkpoints/{file}", sha256=found.sha256, architecture=found.architecture,
                dataset=found.dataset.to_dict(), num_parameters=1, size_bytes=1, blocks=found.blocks, name=file,
            )  # fmt: skip
        assert run is not None
        return store.checkpoints.chosen(f"run:{run.id}/every")


@pytest.fixture(scope="module")
def kept(server: Server) -> list[CheckpointRecord]:
    return store_run(server.home, (5, 0, 2))


def test_a_run_gives_an_answer_for_every_epoch(server: Server, kept: list[CheckpointRecord]) -> None:
    body = {"checkpoints": f"run:{kept[0].run}/every", "limit": 20, "wait": 60}
    asked = server.post("/probe/early-exit", **body)
    while asked.status_code == 202:
        asked = server.post("/probe/early-exit", **body)
    value = asked.json()
    assert value["epochs"] == [0, 2, 5]
    assert value["checkpoints"] == [one.id for one in kept]
    alone = server.probe("early-exit", checkpoint=kept[1].id, limit=20)
    assert alone["provenance"]["cached"]
    assert value["answers"][1]["loss"] == alone["loss"]

    stored = {"Cache-Control": "only-if-cached"}
    chosen = body | {"checkpoints": f"run:{kept[0].run}/5,0"}
    again = server.client.post("/probe/early-exit", json=chosen, headers=stored).json()
    assert again["epochs"] == [5, 0]
    table = server.client.post("/probe/early-exit", json=body, headers={**stored, "Accept": "text/csv"}).text
    assert table.splitlines()[0].startswith("exit,epoch 0: accuracy,epoch 0: accuracy low")
    unknown = server.client.post("/probe/early-exit", json=body | {"seed": 5}, headers=stored)
    assert unknown.status_code == 504
    assert kept[0].id in unknown.json()["detail"]


def test_several_wait_while_the_queue_is_full_of_others(make_server: Callable[..., Any]) -> None:
    with make_server(queue_size=1) as server:
        kept = store_run(server.home, (0, 1))
        running = server.post("/probe/shuffle", **SLOW | {"seed": 1, "checkpoint": kept[0].id}).json()["id"]
        server.until(running, "running")
        waiting = server.post("/probe/shuffle", **SLOW | {"seed": 2, "checkpoint": kept[0].id}).json()["id"]
        body = {"checkpoints": f"run:{kept[0].run}/every", "limit": 20, "wait": 0}
        job = server.post("/probe/early-exit", **body).json()["id"]
        refused = server.post("/probe/early-exit", **body | {"seed": 9})
        assert refused.status_code == 503
        for one in (running, waiting):
            server.client.delete(f"/jobs/{one}")
        assert server.until(job, "done", "failed")["result"]["epochs"] == [0, 1]


def test_a_job_over_several_checkpoints_keeps_its_result(make_server: Callable[..., Any]) -> None:
    with make_server() as server:
        kept = store_run(server.home, (0, 1))
        body = {"checkpoints": f"run:{kept[0].run}/every", "limit": 20, "wait": 0}
        job = server.post("/probe/early-exit", **body).json()["id"]
        result = server.until(job, "done", "failed")["result"]
    with make_server() as server:
        again = server.client.get(f"/jobs/{job}").json()
        assert again["result"]["epochs"] == [0, 1]
        for answer in (*result["answers"], *again["result"]["answers"]):
            answer["provenance"].pop("cached")
        assert again["result"] == result
        server.client.delete(f"/runs/{kept[0].run}")
        assert "result" not in server.client.get(f"/jobs/{job}").json()


@pytest.mark.usefixtures("impatient")
def test_a_locked_store_is_named_by_a_job_that_needs_it(make_server: Callable[..., Any]) -> None:
    with make_server(queue_size=1) as server:
        kept = store_run(server.home, (0, 1))
        others = []
        for seed in (1, 2):
            others.append(server.post("/probe/shuffle", **SLOW | {"seed": seed, "checkpoint": kept[0].id}).json()["id"])
            server.until(others[0], "running")
        job = server.post("/probe/early-exit", checkpoints=f"run:{kept[0].run}/every", limit=20, wait=0).json()["id"]
        server.until(job, "running")  # it waits for room in the queue
        with locked(server.home):
            for other in others:
                server.client.delete(f"/jobs/{other}")
            error = server.until(job, "failed", "done")["error"]
            refused = server.client.patch(f"/runs/{kept[0].run}", json={"notes": "x"})
        assert error["status"] == refused.status_code == 503
        assert "another process has locked it" in error["detail"]
        assert refused.headers["retry-after"] == "5"


def test_cancelling_ends_the_probe_that_runs_for_it(server: Server, kept: list[CheckpointRecord]) -> None:
    slow = {**SLOW, "checkpoints": f"run:{kept[0].run}/every"}
    del slow["checkpoint"]
    job = server.post("/probe/shuffle", **slow).json()["id"]
    assert server.post("/probe/shuffle", **slow).json()["id"] == job  # the same question is the same job
    while server.client.get(f"/jobs/{job}").json()["progress"] == 0:
        time.sleep(0.1)
    assert server.client.delete(f"/jobs/{job}").json()["state"] == "cancelled"
    end = time.monotonic() + 60
    while server.services.jobs._active:
        assert time.monotonic() < end, "its probe goes on"
        time.sleep(0.1)


@pytest.mark.parametrize(
    ("fields", "status", "detail"),
    [
        ({"checkpoints": "run:RUN/0,7"}, 404, "has no checkpoint of epoch 7: it has those of the epochs 0, 2, 5"),
        ({"checkpoints": "run:nothing/every"}, 404, "run nothing has no checkpoints"),
        ({"checkpoints": ["cnothing"]}, 404, "cnothing"),
        ({"checkpoints": "latest"}, 422, "checkpoints"),
        ({"checkpoints": ["latest"], "checkpoint": "latest"}, 422, "give either checkpoint or checkpoints"),
        ({}, 422, "give either checkpoint or checkpoints"),
    ],
)
def test_what_cannot_be_chosen_is_named(
    server: Server, kept: list[CheckpointRecord], fields: dict[str, object], status: int, detail: str
) -> None:
    text = json.dumps(fields).replace("RUN", str(kept[0].run))
    answer = server.post("/probe/early-exit", **json.loads(text), limit=20)
    assert answer.status_code == status
    assert detail in answer.text


class DistanceRequest(MeasurementRequest):
    """How far the hidden states are from those of another network, and of a network's earlier epochs."""

    model_config = example(other="latest")
    other: Checkpoint
    earlier: Checkpoints = Field(default=[])


class DistanceResult(ProbeResult):
    distance: list[float] = axis("block")
    earlier: list[list[float]] = axis("block", across="epoch")


def distance(network: MeasuredNetwork, request: DistanceRequest) -> Parts:
    others = [network.open(name) for name in (request.other, *request.earlier)]

    def chunk(some: Chunk) -> Rows:
        def states(chain: it.ResidualChain) -> Tensor:
            return it.map_blocks(
                chain, some.images, None, lambda view: view.next_h.flatten(1).norm(dim=1), **some.options
            )

        own = states(network.chain)
        return {str(at): (states(other) - own).abs() for at, other in enumerate(others)}

    def finish(rows: Rows) -> dict[str, object]:
        means = [rows[str(at)].double().mean(1) for at in range(len(others))]
        return {
            "distance": means[0],
            "earlier": [list(row) for row in zip(*(mean.tolist() for mean in means[1:]), strict=True)],
        }

    return Parts(chunk, finish)


def test_options_that_name_checkpoints_arrive_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = store_run(tmp_path, (0, 1))
    measurement = replace(
        MEASUREMENTS["drop"], name="distance", request=DistanceRequest, result=DistanceResult, prepare=distance
    )
    monkeypatch.setitem(MEASUREMENTS, "distance", measurement)
    options = {"other": kept[1].id, "earlier": f"run:{kept[0].run}/every", "limit": 20}
    value = json.loads(ask(measurement, kept[0].id, options, tmp_path).content)
    assert value["provenance"]["request"]["other"] == kept[1].sha256
    assert [row[0] for row in value["earlier"]] == [0.0] * 9
    assert [row[1] for row in value["earlier"]] == value["distance"]
    assert min(value["distance"]) > 0
    over = json.loads(ask(MEASUREMENTS["early-exit"], f"run:{kept[0].run}/every", {"limit": 20}, tmp_path).content)
    assert (over["epochs"], over["checkpoints"]) == ([0, 1], [one.id for one in kept])
    # Another name of the same network is the same question; another network is another.
    again = ask(measurement, kept[0].id, options | {"other": kept[1].id, "earlier": [one.id for one in kept]}, tmp_path)
    assert json.loads(again.content)["provenance"]["cached"]
    third = ask(measurement, kept[0].id, options | {"other": kept[0].id}, tmp_path)
    assert not json.loads(third.content)["provenance"]["cached"]
    assert set(json.loads(third.content)["distance"]) == {0.0}


def test_blocks_are_rewound_to_the_epochs_of_a_run(tmp_path: Path) -> None:
    kept = store_run(tmp_path, (0, 1))
    options = {"earlier": f"run:{kept[0].run}/every", "draws": 1, "limit": 20}
    value = json.loads(ask(MEASUREMENTS["criticality"], kept[1].id, options, tmp_path).content)
    assert [column["checkpoint"] for column in value["columns"]] == [kept[0].sha256, kept[1].sha256, ""]
    assert [column["epoch"] for column in value["columns"]] == [0, 0, None]  # as the files say
    assert [row[1] for row in value["accuracy"]] == [value["baseline"]["accuracy"]] * 9
    assert min(row[0] for row in value["distance"]) > 0
    assert json.loads(ask(MEASUREMENTS["criticality"], kept[1].id, {"limit": 20}, tmp_path).content)["columns"]


def test_an_epoch_that_a_run_has_not_kept_is_named_by_criticality(server: Server, tmp_path: Path) -> None:
    """A run without a checkpoint of epoch 0, in the service and without one."""
    for home in (server.home, tmp_path):
        kept = store_run(home, (1, 3))
        options = {"earlier": f"run:{kept[0].run}/0", "draws": 1, "limit": 20}
        missing = f"run {kept[0].run} has no checkpoint of epoch 0: it has those of the epochs 1, 3"
        if home == server.home:
            answer = server.post("/probe/criticality", checkpoint=kept[1].id, wait=60, **options)
            assert (answer.status_code, answer.json()["detail"]) == (404, missing)
        else:
            with pytest.raises(NotFoundError, match=missing):
                ask(MEASUREMENTS["criticality"], kept[1].id, options, home)
