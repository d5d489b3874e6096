"""Runs, their curves, the catalogue."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import iterscope as it
from iterscope_db import open_store

from .conftest import Server, add_checkpoint, save_network
from .test_errors import problem


def test_curves(server: Server, run: str) -> None:
    page = server.client.get(f"/runs/{run}/metrics").json()
    assert page["run"] == run
    assert page["status"] == "running"
    assert page["series"] == [
        {"metric": "l2_ratio", "split": "train", "epochs": [0, 1], "values": [[0.5, 0.25], [None, "Infinity"]]},
        {"metric": "l2_ratio", "split": "validation", "epochs": [0, 1], "values": [[0.5, 0.25], ["-Infinity", 1.0]]},
    ]
    scalars = {(scalar["name"], scalar["split"]): scalar for scalar in page["scalars"]}
    assert scalars["loss", "train"]["values"] == [2.5, "Infinity"]
    assert scalars["learning_rate", None]["epochs"] == [0]
    assert scalars["accuracy", "validation"]["values"] == [None]


def test_curves_by_metric_split_and_cursor(server: Server, run: str) -> None:
    address = f"/runs/{run}/metrics"
    one = server.client.get(address, params={"metric": ["l2_ratio_q50"], "split": "train"}).json()
    assert [(series["metric"], series["values"]) for series in one["series"]] == [
        ("l2_ratio_q50", [[pytest.approx(0.4), pytest.approx(0.2)]])
    ]
    two = server.client.get(address, params={"metric": ["l2_ratio", "l2_ratio_q50"]}).json()
    assert len(two["series"]) == 3
    cursor = two["cursor"]
    idle = server.client.get(address, params={"since": cursor}).json()
    assert (idle["series"], idle["scalars"], idle["cursor"]) == ([], [], cursor)
    server.services.store.metrics.log_epoch(run, 2, {("l2_ratio", "train"): [0.1, 0.1]}, {("loss", "train"): 1.0})
    fresh = server.client.get(address, params={"since": cursor}).json()
    assert [series["epochs"] for series in fresh["series"]] == [[2]]
    assert fresh["cursor"] > cursor
    problem(server.client.get(address, params={"since": -1}), 422, "query.since")
    problem(server.client.get(address, params={"split": "test"}), 422, "query.split")


def test_runs_come_with_a_curve_where_it_is_asked_for(server: Server, run: str) -> None:
    def curve(name: str) -> Any:
        runs = server.client.get("/runs", params={"curve": name}).json()["runs"]
        return next(found for found in runs if found["id"] == run)["curve"]

    assert curve("train_loss") == {"epochs": [0, 1], "values": [2.5, "Infinity"]}
    assert curve("validation_accuracy") == {"epochs": [1], "values": [None]}
    assert curve("train_accuracy") is None
    assert "curve" not in server.client.get("/runs").json()["runs"][0]
    problem(server.client.get("/runs", params={"curve": "beauty"}), 422, "curve")


def test_a_whole_run_comes_back_exactly(server: Server) -> None:
    store = server.services.store
    blocks = [{"index": index, "stage": 0, "is_projection": False} for index in range(54)]
    run = store.runs.create({"epochs": 300}, "long", "resnet110", "resnet110", "digits", 0, 300, blocks, "completed").id
    values = np.random.default_rng(0).standard_normal((300, 54)).astype(np.float32)
    metrics = [(f"metric {number}", split) for number in range(6) for split in ("train", "validation")]
    for epoch in range(300):
        store.metrics.log_epoch(run, epoch, dict.fromkeys(metrics, values[epoch]), {("loss", "train"): 1.0})
    answer = server.client.get(f"/runs/{run}/metrics")
    assert float(answer.headers["server-timing"].removeprefix("total;dur=")) > 0
    series = answer.json()["series"]
    assert len(series) == 12
    np.testing.assert_array_equal(np.array(series[3]["values"], np.float32), values)
    server.client.delete(f"/runs/{run}")


def test_a_run_is_described_changed_stopped_and_deleted(server: Server, run: str) -> None:
    address = f"/runs/{run}"
    value = server.client.get(address).json()
    assert value["name"] == "curves"
    assert value["epoch"] == 1
    assert value["latest"] == {"train_loss": "Infinity", "validation_accuracy": None}
    assert value["blocks"][1] == {"index": 1, "stage": 0, "is_projection": False}
    changed = server.client.patch(address, json={"name": "x", "notes": "n", "tags": ["a", "b"]}).json()
    assert (changed["name"], changed["notes"], changed["tags"]) == ("x", "n", ["a", "b"])
    assert server.client.patch(address, json={"tags": []}).json()["notes"] == "n"
    problem(server.client.patch(address, json={"name": ""}), 422, "body.name")
    problem(server.client.patch(address, json={"name": "a\0b"}), 422, "NUL")
    problem(server.client.patch(address, json={"status": "completed"}), 422, "body.status")
    problem(server.client.delete(address), 409, "is running")
    assert server.client.post(address + "/stop").json()["stop_requested"]
    server.services.store.runs.finish(run, "interrupted")
    assert server.client.delete(address).status_code == 204
    problem(server.client.get(address), 404)


def test_deleting_a_run_removes_its_files_and_no_others(make_server: Callable[..., Any]) -> None:
    with make_server() as server:
        store = server.services.store
        run = store.runs.create({}, "gone", "demo", "resnet20", "digits", 0, 1, status="completed")
        add_checkpoint(store, save_network(server.home, "gone/a.safetensors", seed=5), "gone/a.safetensors", run.id)
        outside = add_checkpoint(
            store, save_network(server.home, "../b.safetensors", seed=6), "../b.safetensors", run.id
        )
        state = server.home / "checkpoints" / run.id / "training-state.safetensors"
        state.parent.mkdir()
        state.touch()
        assert server.client.delete(f"/runs/{run.id}").status_code == 204
        assert not state.parent.exists()
        assert not (server.home / "checkpoints/gone").exists()
        assert (server.home / "b.safetensors").exists()
        problem(server.client.get(f"/checkpoints/{outside.id}"), 404)
        assert (server.home / "checkpoints/run/epoch-0000.safetensors").exists()


def test_a_folder_of_images_is_queued_by_its_absolute_path(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for split in ("train", "test"):
        for name in ("cat", "dog"):
            file = tmp_path / "photos" / split / name / "1.png"
            file.parent.mkdir(parents=True)
            Image.new("RGB", (8, 8)).save(file)
    monkeypatch.chdir(tmp_path)
    value = server.post("/runs", recipe="demo", overrides={"dataset": "folder:photos"}).json()
    assert value["dataset"] == value["configuration"]["dataset"] == f"folder:{tmp_path / 'photos'}"
    server.client.post(f"/runs/{value['id']}/stop")
    server.client.delete(f"/runs/{value['id']}")


def test_queueing_a_run(server: Server) -> None:
    answer = server.post("/runs", recipe="demo", overrides={"epochs": 3, "seed": 7}, name="mine")
    assert answer.status_code == 201
    value = answer.json()
    assert answer.headers["location"] == f"/runs/{value['id']}"
    assert (value["status"], value["origin"], value["name"]) == ("queued", "api", "mine")
    assert (value["architecture"], value["dataset"], value["epochs"], value["seed"]) == ("resnet56", "digits", 3, 7)
    assert it.TrainingConfiguration.from_dict(value["configuration"]).epochs == 3
    assert len(value["blocks"]) == 27
    assert value["blocks"][9] == {"index": 9, "stage": 1, "is_projection": True, "shared_with": None}
    assert server.client.post(f"/runs/{value['id']}/stop").json()["status"] == "cancelled"
    problem(server.client.post(f"/runs/{value['id']}/stop"), 409)
    server.client.delete(f"/runs/{value['id']}")


@pytest.mark.parametrize(
    ("recipe", "overrides", "words"),
    [
        ("nothing", {}, ["'nothing' is unknown", "demo"]),
        ("demo", {"epochs": 0}, ["epochs is 0"]),
        ("demo", {"colour": 1}, ["colour"]),
        ("demo", {"recipe": "demo"}, ["recipe is not a field"]),
        ("demo", {"dataset": "mnist"}, ["'mnist' is unknown"]),
        ("demo", {"dataset": "cifar10"}, ["cifar10", "download"]),
        ("demo", {"dataset": "folder:/nowhere"}, ["/nowhere"]),
        ("demo", {"architecture": "resnet57"}, ["resnet57"]),
        ("demo", {"architecture": "resnet60002"}, ["blocks"]),
        ("demo", {"schedule": {"kind": "one_cycle", "peak": -1}}, ["peak"]),
    ],
)
def test_runs_that_cannot_be_trained(server: Server, recipe: str, overrides: dict[str, Any], words: list[str]) -> None:
    problem(server.post("/runs", recipe=recipe, overrides=overrides), 422, *words)


def test_latest_is_the_newest_checkpoint_of_the_newest_run(make_server: Callable[..., Any]) -> None:
    with make_server() as server:
        store = server.services.store
        run = store.runs.create({}, "newer", "demo", "resnet20", "digits", 0, 1, status="completed")
        first = add_checkpoint(store, save_network(server.home, "n/1.safetensors", seed=1), "n/1.safetensors", run.id)
        second = add_checkpoint(store, save_network(server.home, "n/2.safetensors", seed=2), "n/2.safetensors", run.id)
        add_checkpoint(store, save_network(server.home, "imported/3.safetensors", seed=3), "imported/3.safetensors")
        store.runs.create({}, "without checkpoints", "demo", "resnet20", "digits", 0, 1)
        assert server.client.get("/checkpoints/latest").json()["id"] == second.id
        listed = server.client.get("/checkpoints", params={"run": run.id}).json()["checkpoints"]
        assert [checkpoint["id"] for checkpoint in listed] == [second.id, first.id]
        assert len(server.client.get("/checkpoints").json()["checkpoints"]) == 4


def test_an_empty_store(tmp_path: Any) -> None:
    from .conftest import running_server

    with running_server(tmp_path / "new") as server:
        assert server.client.get("/runs").json() == {"runs": []}
        assert server.client.get("/checkpoints").json() == {"checkpoints": []}
        problem(server.post("/probe/drop", checkpoint="latest"), 404, "POST /checkpoints")
    with open_store(tmp_path / "new") as store:
        assert store.jobs.list() == []


def test_catalogue(server: Server) -> None:
    architectures = server.client.get("/architectures").json()["architectures"]
    assert "wide" in {entry["name"] for entry in architectures}
    recipes = server.client.get("/recipes").json()["recipes"]
    assert recipes["demo"] == it.RECIPES["demo"].to_dict() | {"schedule": recipes["demo"]["schedule"]}
    datasets = {entry["name"]: entry for entry in server.client.get("/datasets").json()["datasets"]}
    assert datasets["digits"]["available"]
    assert datasets["digits"]["validation_size"] == 359
    assert not datasets["cifar10"]["available"]


def test_an_image_as_a_network_sees_it(server: Server, tmp_path: Path) -> None:
    model = it.build("resnet8", stem_width=4, widths=(4, 4, 4), input_size=24, seed=5).eval()
    preprocessing = it.Preprocessing(24, (0.5, 0.5, 0.5), (0.2, 0.2, 0.2), resize=32)
    reference = preprocessing.load("digits", home=server.home).reference
    it.save_checkpoint(tmp_path / "x.safetensors", model, dataset=reference, preprocessing=preprocessing)
    file = {"file": ("net.safetensors", (tmp_path / "x.safetensors").read_bytes())}
    identifier = server.client.post("/checkpoints", files=file).json()["id"]
    whole = it.load_dataset("digits", home=server.home, image_size=32, interpolation="bilinear").validation.images[17]
    for query in ("", "&dataset=digits"):
        address = f"/datasets/image?checkpoint={identifier}&split=validation&index=17{query}"
        pixels = np.array(Image.open(io.BytesIO(server.client.get(address).content)))
        np.testing.assert_array_equal(pixels, whole[:, 4:28, 4:28].permute(1, 2, 0).numpy())
    problem(server.client.get("/datasets/image?split=validation&index=1"), 422, "neither a checkpoint nor a data set")
    problem(server.client.get("/datasets/image?checkpoint=nothing&split=validation&index=1"), 404, "nothing")


def test_an_image(server: Server) -> None:
    address = "/datasets/image?dataset=digits&split=validation&index=17"
    answer = server.client.get(address)
    assert answer.headers["content-type"] == "image/png"
    pixels = np.array(Image.open(io.BytesIO(answer.content)))
    wanted = it.load_dataset("digits", home=server.home).validation.images[17].permute(1, 2, 0).numpy()
    np.testing.assert_array_equal(pixels, wanted)
    assert "max-age" in answer.headers["cache-control"]
    again = server.client.get(address, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
