"""A checkpoint file is taken into the store in one way, by the command, POST /checkpoints and POST /imports (the Import page's route)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn.functional import cross_entropy

import iterscope as it
from iterscope_db import open_store
from tests.backend.conftest import Server, running_server
from tests.cli.conftest import invoke


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An imported network that was exported: it reads digits in another order of classes, cropped from 20 to 16 pixels."""
    prepared = it.Preprocessing(16, (0.2, 0.3, 0.4), (0.5, 0.6, 0.7), resize=20, class_names=tuple("9876543210"))
    torch.manual_seed(0)
    model = it.build_foreign(it.ForeignConfiguration("cifar", "resnet8", 10, 16, options={"widths": [4, 8, 8]}))
    folder = tmp_path_factory.mktemp("origin")
    it.save_checkpoint(
        folder / "made.safetensors", model, dataset=prepared.load("digits").reference, preprocessing=prepared
    )
    imported = invoke("import", str(folder / "made.safetensors"), "--json", f"--home={folder}")
    identifier = json.loads(imported.stdout)["id"]
    out = folder / "exported.safetensors"
    assert invoke("export", identifier, f"--output={out}", f"--home={folder}").exit_code == 0
    return out


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("taking")) as running:
        yield running


@pytest.fixture
def server(service: Server) -> Iterator[Server]:
    yield service
    for run in service.client.get("/runs").json()["runs"]:
        service.client.delete(f"/runs/{run['id']}")


DESCRIBED = ("sha256", "architecture", "dataset", "num_parameters", "size_bytes", "blocks")
"""What a record repeats of the file's description, without the preprocessing."""


def by_command(server: Server, file: Path) -> dict[str, Any]:
    result = invoke("import", str(file), "--json", f"--home={server.home}")
    assert result.exit_code == 0, result.output
    value: dict[str, Any] = json.loads(result.stdout)
    return value


def by_rest(server: Server, file: Path) -> dict[str, Any]:
    answer = server.client.post("/checkpoints", files={"file": (file.name, file.read_bytes())})
    assert answer.status_code in (200, 201), answer.text
    value: dict[str, Any] = answer.json()
    return value


def by_page(server: Server, file: Path) -> dict[str, Any]:
    answer = server.client.post("/imports", files={"file": (file.name, file.read_bytes())})
    assert answer.status_code in (200, 201), answer.text
    assert not list((server.home / "imports").iterdir())
    value: dict[str, Any] = answer.json()
    return value


Way = Callable[[Server, Path], dict[str, Any]]
WAYS: tuple[Way, ...] = (by_command, by_rest, by_page)


def loss_of(server: Server, checkpoint: dict[str, Any]) -> float:
    answer = server.probe("drop", checkpoint=checkpoint["id"], blocks=[[1]], limit=None)
    assert not answer["provenance"]["cached"]
    return float(answer["baseline"]["loss"])


def test_the_loss_is_the_same_to_the_last_digit_whichever_way_the_file_came(server: Server, file: Path) -> None:
    losses, records = [], []
    for take in WAYS:
        records.append(take(server, file))
        losses.append(loss_of(server, records[-1]))
        server.client.delete(f"/runs/{records[-1]['run']}")
    assert losses[0] == losses[1] == losses[2]
    checkpoint = it.read_checkpoint(file)
    images = it.checkpoint_data(checkpoint).validation
    naive = cross_entropy(checkpoint.model.double()(images.batch(0, len(images)).double()), images.labels)
    assert losses[0] == pytest.approx(naive.item(), rel=1e-5)
    for name in (*DESCRIBED, "preprocessing", "epoch"):
        assert records[0][name] == records[1][name] == records[2][name], name
    assert records[0]["preprocessing"] == it.describe_checkpoint(file).to_dict()["preprocessing"]


def test_the_command_measures_what_the_service_measures(server: Server, file: Path) -> None:
    record = by_command(server, file)
    result = invoke(
        "probe", "drop", record["id"], "--blocks=1", "--limit=0", "--seed=1", "--json", f"--home={server.home}"
    )
    assert json.loads(result.stdout)["baseline"]["loss"] == pytest.approx(loss_of(server, record), rel=1e-5)


def test_the_network_is_a_run_that_the_pages_show_and_is_stored_once(server: Server, file: Path) -> None:
    record = by_command(server, file)
    run = server.client.get(f"/runs/{record['run']}").json()
    assert (run["status"], run["name"], run["checkpoints"]) == ("imported", "exported", 1)
    assert server.client.get("/checkpoints/latest").json()["id"] == record["id"]
    for again in WAYS:
        assert again(server, file)["id"] == record["id"]
    assert len(server.client.get("/runs").json()["runs"]) == 1


def test_a_file_that_was_deleted_or_damaged_is_repaired(server: Server, file: Path) -> None:
    record = by_command(server, file)
    stored = server.home / record["path"]
    whole = stored.read_bytes()
    harms: tuple[tuple[Callable[[], object], Way], ...] = (
        (stored.unlink, by_command),
        (lambda: stored.write_bytes(whole[:-100]), by_rest),
        (lambda: stored.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1])), by_page),
    )
    for harm, take in harms:
        harm()
        again = take(server, file)
        assert (again["id"], again["run"], again["path"]) == (record["id"], record["run"], record["path"])
        assert stored.read_bytes() == whole
        assert not list(stored.parent.glob(".*"))
        result = invoke("probe", "early-exit", record["id"], "--limit=5", "--json", f"--home={server.home}")
        assert result.exit_code == 0, result.exception


def test_every_record_of_the_same_network_is_repaired(server: Server, file: Path) -> None:
    first = by_rest(server, file)
    with open_store(server.home) as store:
        run = store.runs.create({}, "copy", None, "resnet8", "digits", 0, 1, status="completed")
        path = f"checkpoints/{run.id}/epoch-0000.safetensors"
        described = {name: first[name] for name in DESCRIBED}
        twin = store.checkpoints.add(run=run.id, epoch=0, path=path, name="copy", **described)
    by_rest(server, file)
    assert (server.home / twin.path).read_bytes() == file.read_bytes()


def test_a_record_without_its_preprocessing_is_refused_and_repaired(server: Server, file: Path) -> None:
    """`iterscope import` once dropped the preprocessing."""
    record = by_command(server, file)
    values = {name: record[name] for name in ("run", "epoch", "path", "name", "metrics")}
    with open_store(server.home) as store:
        store.checkpoints.add(**values, **{name: record[name] for name in DESCRIBED}, preprocessing=None)
    for body in ({}, {"dataset": "digits"}):
        answer = server.post("/probe/drop", checkpoint=record["id"], limit=7, wait=60, **body)
        assert answer.status_code == 422, answer.text
    assert "import the file again" in answer.json()["detail"]
    mended = by_rest(server, file)
    assert mended["id"] == record["id"]
    assert mended["preprocessing"] == record["preprocessing"]
    loss_of(server, mended)


def other_description(file: Path, folder: Path) -> Path:
    """The same network, which claims to be trained on other data."""
    checkpoint = it.read_checkpoint(file)
    own = checkpoint.description.dataset
    assert own is not None
    claimed = replace(own, name="cifar10", class_names=tuple("abcdefghij"))
    path = folder / "copy.safetensors"
    preprocessing = checkpoint.description.preprocessing
    written = it.save_checkpoint(path, checkpoint.model, dataset=claimed, preprocessing=preprocessing)
    assert written.sha256 == checkpoint.description.sha256
    return path


@pytest.mark.parametrize("take", [by_rest])  # the others take it by the same function
def test_a_copy_with_another_description_changes_no_record(
    server: Server, file: Path, tmp_path: Path, take: Way
) -> None:
    record = by_rest(server, file)
    copy = other_description(file, tmp_path)
    again = take(server, copy)
    assert again["dataset"] == record["dataset"]
    assert server.client.get(f"/checkpoints/{record['id']}").json() == record
    with open_store(server.home) as store:  # a wrong record follows the stored file, whichever copy comes
        values = {name: record[name] for name in ("run", "epoch", "path", "name", "metrics")}
        store.checkpoints.add(**values, **{name: record[name] for name in DESCRIBED}, preprocessing=None)
    assert take(server, copy)["id"] == record["id"]
    assert server.client.get(f"/checkpoints/{record['id']}").json() == record


def test_a_damaged_file_is_refused_and_leaves_nothing(server: Server, file: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.safetensors"
    whole = file.read_bytes()
    broken.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    result = invoke("import", str(broken), f"--home={server.home}")
    assert "broken.safetensors" in str(result.exception)
    for route in ("/checkpoints", "/imports"):
        answer = server.client.post(route, files={"file": ("broken.safetensors", broken.read_bytes())})
        assert answer.status_code == 422
        assert "broken.safetensors" in answer.json()["detail"]
        assert str(server.home) not in answer.json()["detail"]
    assert server.client.get("/checkpoints").json()["checkpoints"] == []
    assert not list((server.home / "checkpoints" / "imported").glob("*"))
