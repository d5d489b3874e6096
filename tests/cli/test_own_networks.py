"""One's own network through the command and the service: a user names the function that builds it, an upload never does."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
import torch

import iterscope as it
from iterscope_cli.errors import CommandError
from iterscope_db import open_store
from tests.backend.conftest import Server, running_server
from tests.cli.conftest import invoke
from tests.own_module import forget, write_module

pytestmark = pytest.mark.service
FACTORY = "my_net:build"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The user's working folder, with their module, and weights as their program saved them."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    folder = tmp_path / "mine"
    ran = write_module(folder)
    torch.manual_seed(0)
    network = it.Factory(FACTORY, (str(folder),)).build()
    torch.save({"state_dict": {f"module.{name}": each for name, each in network.state_dict().items()}}, folder / "w.pt")
    ran.unlink()
    monkeypatch.chdir(folder)
    forget()
    yield folder
    forget()


def command(home: Path, *arguments: str) -> dict[str, Any]:
    result = invoke(*arguments, "--json", f"--home={home}")
    assert result.exit_code == 0, (result.output, result.exception)
    value: dict[str, Any] = json.loads(result.stdout)
    return value


def refused(answer: httpx2.Response, *texts: str) -> None:
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json"), answer.text
    assert [text for text in texts if text not in answer.json()["detail"]] == []


def send(server: Server, path: str, file: Path) -> httpx2.Response:
    return server.client.post(path, files={"file": ("net.safetensors", file.read_bytes())})


def test_it_is_measured_as_any_other(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    made = command(home, "import", "w.pt", f"--factory={FACTORY}", "--data=digits", "--preset=dataset", "--name=own")
    assert (made["name"], made["architecture"]["name"], len(made["blocks"])) == ("own", FACTORY, 3)
    assert made["factory"] == {"name": FACTORY, "import_path": made["factory"]["import_path"]}
    assert made["factory"]["import_path"][0] == str(folder)
    monkeypatch.chdir("/")
    dropped = command(home, "probe", "drop", "latest", "--limit=20")
    assert (dropped["checkpoint"], len(dropped["plans"])) == (made["id"], 3)
    with running_server(home) as server:
        answer = server.probe("drop", limit=20)
        assert (answer["plans"], answer["provenance"]["cached"]) == (dropped["plans"], True)
        assert len(server.probe("block-metrics")["cosine_loss"]["mean"]) == 3
        assert server.client.get("/checkpoints/latest").json()["factory"] == made["factory"]
        run = server.client.get(f"/runs/{made['run']}").json()
        assert (run["status"], run["architecture"], run["dataset"]) == ("imported", FACTORY, "digits")
        assert server.client.get(f"/runs/{made['run']}/metrics?metric=cosine_loss").json()["series"]
    (folder / "my_net.py").rename(folder / "their_net.py")
    reasons = (f"the function {FACTORY}", "No module named 'my_net'", str(folder), "iterscope import FILE --factory")
    with running_server(home) as server:  # new workers
        refused(server.post("/probe/plan", checkpoint="latest", plan="0..2", limit=20, wait=60), *reasons)
        assert server.client.get("/checkpoints/latest").json()["blocks"] == made["blocks"]
        assert server.client.get(f"/runs/{made['run']}/metrics?metric=cosine_loss").json()["series"]
        assert server.probe("drop", limit=20)["plans"] == dropped["plans"]  # measured before
        result = invoke("probe", "drop", "latest", "--limit=10", f"--home={home}")
        assert isinstance(result.exception, CommandError)
        assert [text for text in reasons if text not in str(result.exception)] == []
        monkeypatch.chdir(folder)
        again = command(home, "import", str(home / made["path"]), "--factory=their_net:build")
        assert (again["id"], again["repaired"], again["factory"]["name"]) == (made["id"], True, "their_net:build")
        assert server.probe("drop", limit=10)["samples"] == 10


def test_an_upload_runs_no_code(folder: Path, tmp_path: Path) -> None:
    sys.path.insert(0, str(folder))  # where the service finds it, too
    home, file, ran = tmp_path / "home", folder / "net.safetensors", folder / "ran"
    it.save_network(file, it.Factory(FACTORY).build(), factory=FACTORY, data=it.load_dataset("digits"))
    ran.unlink()
    forget()
    with running_server(home) as server:
        for path in ("/checkpoints", "/imports"):
            refused(send(server, path, file), FACTORY, "no file makes code run", "iterscope import FILE --factory")
        assert server.client.get("/checkpoints").json()["checkpoints"] == []
        assert list(home.rglob("*.safetensors")) == []
    for command_line in (("import", str(file)), ("probe", "drop", str(file))):
        result = invoke(*command_line, f"--home={home}")
        assert "no file makes code run" in str(result.exception)
    assert not ran.exists()
    taken = command(home, "import", str(file), f"--factory={FACTORY}")
    assert ran.exists()
    assert command(home, "probe", "early-exit", "latest", "--limit=5")["samples"] == 5
    ran.unlink()
    with open_store(home) as store:  # a record of that file that lacks the user's word
        record = store.checkpoints.get(taken["id"])
        values = {name: getattr(record, name) for name in record.__dataclass_fields__}
        for name in ("id", "created_at", "factory"):
            del values[name]
        assert store.checkpoints.add(**values).factory is None
    result = invoke("probe", "drop", "latest", f"--home={home}")
    assert "no file makes code run" in str(result.exception)
    assert not ran.exists()
