"""Importing networks of elsewhere: recognised, checked and stored; hostile files are refused and the service goes on."""

from __future__ import annotations

import io
import pickle
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save

from iterscope.measurements import MEASUREMENTS
from tests.imported import CONFIGURATION, trained_weights

from .conftest import Server, fill_home, running_server
from .test_errors import problem

Bytes = Callable[[dict[str, Any]], bytes]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, torch.Tensor]:
    """As another program's file has them: under its own names, wrapped for several GPUs."""
    trained = trained_weights(tmp_path_factory)
    return {f"module.{name.replace('linear.', 'fc.')}": tensor for name, tensor in trained.items()}


@pytest.fixture(scope="module")
def importing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("importing")
    fill_home(home)
    with running_server(home) as running:
        yield running


def saved(value: Any) -> bytes:
    written = io.BytesIO()
    torch.save(value, written)
    return written.getvalue()


def send(server: Server, content: bytes, name: str = "net.th") -> Any:
    return server.client.post("/imports", files={"file": (name, content)})


def finish(server: Server, identifier: str, **answers: Any) -> Any:
    """The second step, which may take a minute on a busy machine."""
    body = {"dataset": "digits", "wait": 60, **answers}
    return server.client.post(f"/imports/{identifier}/checkpoint", json=body, timeout=90)


def left_behind(server: Server) -> list[str]:
    folder = server.home / "imports"
    return [path.name for path in folder.rglob("*")] if folder.is_dir() else []


@pytest.fixture(scope="module")
def imported(importing: Server, weights: dict[str, torch.Tensor]) -> dict[str, Any]:
    """The whole way, with nothing said but the data set."""
    sent = send(importing, saved({"state_dict": weights, "epoch": 2, "best_prec1": 91.0}))
    assert sent.status_code == 201, sent.text
    assert importing.client.get(sent.headers["location"]).json() == sent.json()
    answer = finish(importing, sent.json()["id"], name="from elsewhere")
    assert answer.status_code == 201, answer.text
    return {"sent": sent.json(), "checkpoint": answer.json()}


def test_what_was_recognised_is_told(imported: dict[str, Any]) -> None:
    sent = imported["sent"]
    assert sent["file_name"] == "net.th"
    assert sent["nesting"] == "state_dict → module."
    recognised = sent["recognised"]
    assert recognised["architecture"] == CONFIGURATION.to_dict()
    assert (recognised["name"], recognised["num_classes"]) == ("ResNet-14 (CIFAR, option A)", 10)
    assert recognised["convention"] == "post-activation"
    assert [block["is_projection"] for block in recognised["blocks"]] == [False, False, True, False, True, False]
    assert {point["field"] for point in sent["open_points"]} == {
        "architecture",
        "normalisation",
        "input_size",
        "class_names",
    }
    assert any("option A" in sentence for sentence in sent["evidence"])
    assert sent["presets"]["imagenet"]["mean"] == [0.485, 0.456, 0.406]


def test_the_normalisation_and_the_padding_are_found_by_trying(imported: dict[str, Any]) -> None:
    checkpoint = imported["checkpoint"]
    assert checkpoint["preset"] == "unit"
    assert checkpoint["architecture"]["options"]["padding"] == "both"
    assert checkpoint["check"]["accuracy"] > 0.6
    assert (checkpoint["check"]["chance"], checkpoint["check"]["warning"]) == (0.1, None)
    assert checkpoint["tried"][0]["preset"] == "unit"
    # Seven normalisations of the chosen network; and the best of each of the other seven: padding, pooling, activation.
    assert len(checkpoint["tried"]) == 7 + 7
    assert len({trial["label"] for trial in checkpoint["tried"]}) == 8
    assert (checkpoint["preprocessing"]["mean"], checkpoint["preprocessing"]["std"]) == ([0.0] * 3, [1.0] * 3)


def test_an_import_is_a_run_with_curves(importing: Server, imported: dict[str, Any]) -> None:
    checkpoint = imported["checkpoint"]
    run = importing.client.get(f"/runs/{checkpoint['run']}").json()
    assert (run["status"], run["name"], run["epochs"], run["epoch"]) == ("imported", "from elsewhere", 2, 2)
    assert run["configuration"]["nesting"] == "state_dict → module."
    surveyed = run["configuration"]["logged_images"]  # fewer on a slow machine
    assert surveyed["train"] == surveyed["validation"]
    assert 16 <= surveyed["train"] <= 200
    metrics = importing.client.get(f"/runs/{run['id']}/metrics").json()
    curves = {(each["metric"], each["split"]): each for each in metrics["series"]}
    assert len(curves["l2_ratio", "train"]["values"][0]) == 6
    assert curves["cosine_loss", "validation"]["epochs"] == [2]
    assert importing.client.get(f"/checkpoints/{checkpoint['id']}").json().items() <= checkpoint.items()
    assert left_behind(importing) == []


@pytest.mark.parametrize("probe", sorted(MEASUREMENTS))
def test_every_probe_works_on_it(importing: Server, imported: dict[str, Any], probe: str) -> None:
    needed = {
        "plan": {"plan": "0..5"},
        "sample": {"index": 3},
        "predictions": {"indices": [3], "plans": [None]},
        "shuffle": {"swaps": [1], "repeats": 1},
        "gain": {"images": 2, "iterations": 1},
        "alignment": {"images": 2, "rank": 2, "iterations": 1},
        "ledger": {"nodes": 2},
        "lesions": {"draws": 2},
        "path-lengths": {"draws": 1},
        "fixed-point": {"steps": 2},
        "criticality": {"draws": 1},
    }
    options = {"limit": 20, **needed.get(probe, {})}
    answer = importing.probe(probe, checkpoint=imported["checkpoint"]["id"], **options)
    assert answer["provenance"]["convention"] == "post-activation"


def test_the_probe_sees_the_images_as_the_network_was_trained(importing: Server, imported: dict[str, Any]) -> None:
    answer = importing.probe("block-metrics", checkpoint=imported["checkpoint"]["id"], limit=None)
    assert answer["accuracy"] == pytest.approx(imported["checkpoint"]["check"]["accuracy"])


def test_the_effective_update_differs_after_the_activation(importing: Server, imported: dict[str, Any]) -> None:
    identifier = imported["checkpoint"]["id"]
    branch = importing.probe("block-metrics", checkpoint=identifier)
    effective = importing.probe("block-metrics", checkpoint=identifier, update="effective")
    assert (branch["update"], effective["update"]) == ("branch", "effective")
    assert branch["l2_ratio"]["mean"] != effective["l2_ratio"]["mean"]


def test_a_wrong_preset_is_noticed_and_the_file_stays_for_another(
    importing: Server, weights: dict[str, torch.Tensor]
) -> None:
    sent = send(importing, save(weights), "net.safetensors").json()
    answer = finish(importing, sent["id"], mean=[40.0, 0.0, 0.0], std=[0.01, 0.01, 0.01]).json()
    assert answer["preset"] == "given"
    assert "chance level is 10.0%" in answer["check"]["warning"]
    better = answer["check"]["better"]
    assert f"{better[0]} reaches" in answer["check"]["warning"]
    again = finish(importing, sent["id"], preset=better[0]).json()
    assert (again["check"]["warning"], again["check"]["better"]) == (None, [])
    problem(importing.client.get(f"/imports/{sent['id']}"), 404, "upload the file again")
    assert left_behind(importing) == []


def test_an_import_tells_its_progress_and_can_be_cancelled(importing: Server, weights: dict[str, torch.Tensor]) -> None:
    client = importing.client
    identifier = send(importing, saved(weights)).json()["id"]
    before = len(client.get("/runs").json()["runs"])
    begun = finish(importing, identifier, wait=0)
    assert begun.status_code == 202, begun.text
    job = begun.headers["location"]
    assert begun.json()["probe"] is None
    again = problem(finish(importing, identifier), 409)
    assert begun.json()["id"] in again["detail"]
    assert client.delete(job).json()["state"] == "cancelled"
    assert client.get(f"/imports/{identifier}").status_code == 200
    events = client.get(f"{job}/events").text
    assert "event: cancelled" in events
    assert len(client.get("/runs").json()["runs"]) == before
    # Nothing of it runs on: the next try is served at once, and tells how far it is.
    job = finish(importing, identifier, preset="unit", wait=0).headers["location"]
    events = client.get(f"{job}/events", timeout=90).text
    shares = [float(share) for share in re.findall(r'"progress": ?([0-9.]+)}', events)]
    assert shares == sorted(shares)
    assert len(set(shares)) > 5
    done = client.get(job).json()
    assert (done["state"], done["result"]["preset"]) == ("done", "unit")
    client.delete(f"/runs/{done['result']['run']}")


def test_answers_that_do_not_go_together(importing: Server, weights: dict[str, torch.Tensor]) -> None:
    sent = send(importing, save(weights), "net.safetensors").json()
    route = f"/imports/{sent['id']}/checkpoint"
    # One of them; tests/iterscope/importing/test_measuring.py has all that the process refuses.
    problem(importing.post(route, wait=60, dataset="digits", preset="fashion"), 422, "fashion", "cifar10")
    problem(importing.post(route), 422, "body.dataset")
    assert importing.client.delete(f"/imports/{sent['id']}").status_code == 204
    problem(importing.client.get(f"/imports/{sent['id']}"), 404, "upload the file again")
    problem(importing.post(route, dataset="digits"), 404, sent["id"])
    assert left_behind(importing) == []


class Trap:
    """Would make a file where it is unpickled."""

    path = ""

    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path(self.path),))


def zip_bomb() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({}))
        archive.writestr("archive/data/0", bytes(300 << 20))
    return written.getvalue()


def hostile(kind: str, weights: dict[str, torch.Tensor], trap: Path) -> bytes:
    Trap.path = str(trap)
    good = saved({"state_dict": weights})
    code = saved({"state_dict": weights, "hook": Trap()})
    return {"pickled code": code, "truncated": good[: len(good) // 2], "zip bomb": zip_bomb()}[kind]


REASONS = {
    "pickled code": "that can be built only by running code: no code was executed",
    "truncated": "truncated",
    "zip bomb": "zip bomb",
}
"""Some of them; tests/iterscope/recognition has all kinds."""


@pytest.mark.parametrize("kind", sorted(REASONS))
def test_hostile_files_are_refused_with_their_reason(
    importing: Server, weights: dict[str, torch.Tensor], tmp_path: Path, kind: str
) -> None:
    answer = send(importing, hostile(kind, weights, tmp_path / "ran"), "hostile.pth")
    value = problem(answer, 422, "hostile.pth", REASONS[kind])
    assert value["problems"] == [value["detail"]]
    assert str(importing.home) not in value["detail"]
    assert not (tmp_path / "ran").exists()
    assert left_behind(importing) == []
    assert importing.client.get("/health").json()["status"] == "ok"


def test_a_network_that_is_not_known_is_refused_down_to_the_key(
    importing: Server, weights: dict[str, torch.Tensor]
) -> None:
    damaged = {name: tensor for name, tensor in weights.items() if name != "module.layer2.1.conv2.weight"}
    damaged["module.fc.weight"] = torch.zeros(10, 5)
    value = problem(send(importing, saved(damaged)), 422, "ResNet-14 (CIFAR, option A)")
    assert "the file lacks layer2.1.conv2.weight of shape (8, 8, 3, 3)" in value["problems"]
    assert "the file has fc.weight of shape (10, 5) instead of (10, 8)" in value["problems"]
    assert left_behind(importing) == []


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    with running_server(tmp_path, max_upload_bytes=10_000) as server:
        problem(send(server, bytes(20_000)), 413, "10,000 bytes")
        assert left_behind(server) == []


def test_forms_that_lack_the_file(importing: Server) -> None:
    problem(importing.client.post("/imports", files={"other": b"x"}), 422, "body.file")
    problem(importing.client.post("/imports", json={}), 415, "multipart/form-data")
