"""Importing checkpoints: ours, and all that isn't."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save, save_file

import iterscope as it
from iterscope.tensor_files import read_header, read_tensors

from .conftest import Server, add_checkpoint, save_network
from .test_errors import problem


def send(server: Server, content: bytes, **fields: Any) -> Any:
    return server.client.post("/checkpoints", files={"file": ("net.safetensors", content)}, data=fields)


def left_behind(server: Server) -> list[str]:
    return [path.name for path in (server.home / "checkpoints/imported").glob("*.part")]


def test_an_imported_checkpoint_can_be_probed(server: Server, tmp_path: Path) -> None:
    description = save_network(tmp_path, "mine.safetensors", seed=11)
    content = (tmp_path / "checkpoints/mine.safetensors").read_bytes()
    answer = send(server, content, name="from elsewhere")
    assert answer.status_code == 201
    value = answer.json()
    assert answer.headers["location"] == f"/checkpoints/{value['id']}"
    assert (value["sha256"], value["name"]) == (description.sha256, "from elsewhere")
    run = server.client.get(f"/runs/{value['run']}").json()
    assert (run["status"], run["name"], run["dataset"]) == ("imported", "from elsewhere", "digits")
    stored = server.home / value["path"]
    assert stored.parent.name == value["run"]
    assert stored.read_bytes() == content
    assert server.probe("early-exit", checkpoint=value["id"])["checkpoint"] == value["id"]
    again = send(server, content)
    assert again.status_code == 200
    assert again.json()["id"] == value["id"]
    assert left_behind(server) == []


def test_a_checkpoint_without_data_needs_a_data_set(server: Server, tmp_path: Path) -> None:
    model = it.build("resnet8", stem_width=4, widths=(4, 4, 4), seed=1).eval()
    it.save_checkpoint(tmp_path / "x.safetensors", model)
    value = send(server, (tmp_path / "x.safetensors").read_bytes()).json()
    assert (value["dataset"], value["run"], value["name"]) == (None, None, "net")
    problem(server.post("/probe/early-exit", checkpoint=value["id"]), 422, value["id"], "name a data set")
    image = server.client.get(f"/datasets/image?checkpoint={value['id']}&split=train&index=0")
    assert problem(image, 422, "name a data set")["errors"][0]["field"] == "query.dataset"
    answer = server.probe("early-exit", checkpoint=value["id"], dataset="digits")
    assert answer["provenance"]["dataset"] == "digits"


def test_a_network_of_other_classes(server: Server, tmp_path: Path) -> None:
    model = it.build("resnet8", stem_width=4, widths=(4, 4, 4), num_classes=7, seed=1).eval()
    it.save_checkpoint(tmp_path / "x.safetensors", model)
    value = send(server, (tmp_path / "x.safetensors").read_bytes()).json()
    answer = server.post("/probe/early-exit", checkpoint=value["id"], dataset="digits", wait=60)
    problem(answer, 422, "'digits' has 10 classes", "7")


def test_files_that_are_no_checkpoint(server: Server, tmp_path: Path) -> None:
    save_network(tmp_path, "whole.safetensors", seed=12)
    whole = (tmp_path / "checkpoints/whole.safetensors").read_bytes()
    save_file({"w": torch.zeros(2)}, tmp_path / "foreign.safetensors")
    damaged = bytearray(whole)
    damaged[-1] ^= 1
    for content in (bytes(damaged), (tmp_path / "foreign.safetensors").read_bytes()):
        value = problem(send(server, content), 422, "net.safetensors", "only checkpoints that Iterscope wrote")
        assert value["errors"][0]["field"] == "body.file"
        assert str(server.home) not in value["detail"]
    assert left_behind(server) == []


def test_forms_that_lack_the_file(server: Server) -> None:
    problem(server.client.post("/checkpoints", files={"other": b"x"}), 422, "body.file")
    problem(server.client.post("/checkpoints", files={"file": b"x"}, data={"name": "n" * 201}), 422, "body.name")
    problem(server.client.post("/checkpoints", files={"file": b"x"}, data={"name": "a\0b"}), 422, "NUL")


@pytest.mark.parametrize("route", ["/checkpoints", "/imports"])
def test_forms_of_more_than_a_file_and_a_few_short_fields(server: Server, route: str) -> None:
    file = {"file": ("net.safetensors", b"x")}
    for fields, reason in (
        ({f"field{i}": "x" * 10_000 for i in range(1000)}, "maximum"),
        ({f"field{i}": "x" for i in range(5)}, "fields is 4"),
        ({"name": "x" * 5000}, "4KB"),
    ):
        problem(server.client.post(route, files=file, data=fields), 400, reason)
    two = [("file", ("a.safetensors", b"x")), ("file", ("b.safetensors", b"x"))]
    problem(server.client.post(route, files=two), 400, "files is 1")
    few = {f"field{i}": "x" * 4000 for i in range(4)}
    problem(server.client.post(route, files=file, data=few), 422)  # read, and no checkpoint


def test_a_file_that_is_too_large(make_server: Callable[..., Any]) -> None:
    with make_server(max_upload_bytes=10_000) as server:
        problem(send(server, bytes(20_000)), 413, "10,000 bytes")
        assert left_behind(server) == []


def test_a_place_that_takes_no_file(make_server: Callable[..., Any]) -> None:
    with make_server() as server:
        (server.home / "checkpoints/imported").touch()  # a file where the folder should be
        content = (server.home / "checkpoints/run/epoch-0000.safetensors").read_bytes()
        problem(send(server, content), 507, "can't be stored")


def test_a_checkpoint_whose_file_is_gone_or_another(make_server: Callable[..., Any]) -> None:
    with make_server() as server:
        path = server.home / "checkpoints/run/epoch-0000.safetensors"
    save_network(server.home, "run/epoch-0000.safetensors", seed=3)
    with make_server() as server:
        answer = server.post("/probe/early-exit", checkpoint="latest", wait=60)
        problem(answer, 422, "overwritten", "import it again")
        path.unlink()
        answer = server.post("/probe/early-exit", checkpoint="latest", limit=3, wait=60)
        problem(answer, 404, "epoch-0000.safetensors")


def test_a_poisoned_upload_is_refused_and_breaks_no_list(server: Server, tmp_path: Path) -> None:
    save_network(tmp_path, "net.safetensors", name="resnet8", seed=14)
    path = tmp_path / "checkpoints/net.safetensors"
    header = read_header(path)
    described = json.loads(header.metadata["description"])
    dataset = described["dataset"]

    def listed() -> list[set[str]]:
        return [{one["id"] for one in server.client.get(f"/{what}").json()[what]} for what in ("checkpoints", "runs")]

    before = listed()
    poisons: tuple[dict[str, Any], ...] = (
        {"dataset": {**dataset, "class_names": ["\ud800", *dataset["class_names"][1:]]}},
        {"dataset": {**dataset, "name": "digits\0"}},
    )  # tests/iterscope/test_checkpoints.py has many more
    for poison, route in zip(poisons, itertools.cycle(("/checkpoints", "/imports")), strict=False):
        text = json.dumps(described | poison)
        content = save(read_tensors(path), header.metadata | {"description": text})
        problem(server.client.post(route, files={"file": ("net.safetensors", content)}), 422, "damaged")
    assert listed() == before
    lies = json.dumps(described | {"num_parameters": 3, "blocks": described["blocks"][:1]})
    value = send(server, save(read_tensors(path), header.metadata | {"description": lies})).json()
    assert (value["num_parameters"], value["blocks"]) == (described["num_parameters"], described["blocks"])
    assert server.client.get(f"/runs/{value['run']}").json()["blocks"] == described["blocks"]
    assert server.client.delete(f"/runs/{value['run']}").status_code == 204


def test_a_checkpoint_is_deleted_with_its_file_and_results(server: Server, tmp_path: Path) -> None:
    save_network(tmp_path, "net.safetensors", name="resnet8", seed=15)
    content = (tmp_path / "checkpoints/net.safetensors").read_bytes()
    value = send(server, content).json()
    file = server.home / value["path"]
    server.probe("early-exit", checkpoint=value["id"], limit=5)
    assert server.client.delete(f"/checkpoints/{value['id']}").status_code == 204
    assert not file.exists()
    problem(server.client.get(f"/checkpoints/{value['id']}"), 404, value["id"])
    problem(server.client.delete(f"/checkpoints/{value['id']}"), 404, value["id"])
    problem(server.client.delete("/checkpoints/latest"), 404, "latest")
    run = server.client.get(f"/runs/{value['run']}").json()
    assert (run["checkpoints"], run["status"]) == (0, "imported")
    again = send(server, content)
    assert again.status_code == 201  # it is new, and so are its results
    body = {"checkpoint": again.json()["id"], "limit": 5}
    cached = server.client.post("/probe/early-exit", json=body, headers={"Cache-Control": "only-if-cached"})
    problem(cached, 504)
    for id in {value["run"], again.json()["run"]}:
        server.client.delete(f"/runs/{id}")


def test_a_checkpoint_of_a_running_run_stays(server: Server, tmp_path: Path) -> None:
    description = save_network(tmp_path, "net.safetensors", name="resnet8", seed=16)
    store = server.services.store
    run = store.runs.create({}, "busy", "quick", "resnet8", "digits", 0, 1, description.blocks, "running")
    checkpoint = add_checkpoint(store, description, "busy.safetensors", run.id)
    problem(server.client.delete(f"/checkpoints/{checkpoint.id}"), 409, run.id, "stop the run first")
    store.checkpoints.delete(checkpoint.id)
    store.runs.finish(run.id, "completed")
    store.runs.delete(run.id)
