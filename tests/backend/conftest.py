"""A real server on a free port, with a real store, real workers, and a small network on the digits."""

from __future__ import annotations

import math
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn

import iterscope as it
from iterscope.measurements import MEASUREMENTS
from iterscope.recipes import training_configuration
from iterscope_backend.__main__ import listen
from iterscope_backend.app import create_app
from iterscope_backend.services import Services
from iterscope_backend.settings import Settings
from iterscope_db import DATABASE_FILE, CheckpointRecord, Store, open_store
from tests.processes import reading_until


@dataclass(frozen=True)
class Server:
    """A running service, a client for it, and a look inside."""

    url: str
    home: Path
    client: httpx2.Client
    services: Services

    def post(self, path: str, **body: Any) -> httpx2.Response:
        return self.client.post(path, json=body)

    def probe(self, name: str, **body: Any) -> dict[str, Any]:
        """A probe's answer, waited for."""
        asked = {"checkpoint": "latest", "limit": 40, "wait": 60} | body
        while (answer := self.post(f"/probe/{name}", **asked)).status_code == 202:
            pass  # a busy machine: it waited its minute, and asks again
        assert answer.status_code == 200, answer.text
        value: dict[str, Any] = answer.json()
        MEASUREMENTS[name].result.model_validate(value)
        return value

    def until(self, job: str, *states: str, seconds: float = 250) -> dict[str, Any]:
        """The job once it is in one of these states."""
        end = time.monotonic() + seconds
        while (value := self.client.get(f"/jobs/{job}").json())["state"] not in states:
            assert time.monotonic() < end, value
            time.sleep(0.1)
        return value


def save_network(home: Path, file: str, **options: Any) -> it.CheckpointDescription:
    """An untrained network, small but with all that a big one has: stages, projections, blocks that can repeat."""
    data = it.load_dataset("digits", home=home)
    model = it.build(**{"name": "resnet20", "stem_width": 4, "widths": (4, 8, 8), "seed": 0} | options).eval()
    path = home / "checkpoints" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    return it.save_checkpoint(path, model, dataset=data.reference, epoch=0, seed=0)


def add_checkpoint(
    store: Store, description: it.CheckpointDescription, file: str, run: str | None = None
) -> CheckpointRecord:
    assert description.dataset is not None
    return store.checkpoints.add(
        run=run,
        epoch=0,
        path=f"checkpoints/{file}",
        sha256=description.sha256,
        architecture=description.architecture,
        dataset=description.dataset.to_dict(),
        num_parameters=description.num_parameters,
        size_bytes=description.size_bytes,
        blocks=description.blocks,
        name=file,
    )


def fill_home(home: Path, created: datetime | None = None) -> str:
    """A run with one checkpoint, created now or at the given time; the checkpoint's id."""
    description = save_network(home, "run/epoch-0000.safetensors")
    with open_store(home, clock=lambda: created or datetime.now(UTC)) as store:
        run = store.runs.create(
            {"epochs": 1}, "untrained", "quick", "resnet20", "digits", 0, 1, description.blocks, "completed"
        )
        return add_checkpoint(store, description, "run/epoch-0000.safetensors", run.id).id


@contextmanager
def running_server(home: Path, **settings: Any) -> Iterator[Server]:
    app = create_app(Settings(home=home, devices=("cpu",), worker_threads=1, **settings))
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.02)
        with httpx2.Client(base_url=url, timeout=90, trust_env=False) as client:
            yield Server(url, home, client, app.state.services)
    finally:
        server.should_exit = True
        thread.join(timeout=30)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One service for all tests that don't disturb it. Its checkpoint stays the latest, whatever they import."""
    home = tmp_path_factory.mktemp("home")
    fill_home(home, datetime(2100, 1, 1, tzinfo=UTC))
    with running_server(home) as running:
        yield running


@pytest.fixture
def make_server(tmp_path: Path) -> Callable[..., Any]:
    """Services of a test's own, to be used as context managers."""
    fill_home(tmp_path)

    def make(**settings: Any) -> Any:
        return running_server(tmp_path, **settings)

    return make


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Services wait only shortly for another process's write."""
    monkeypatch.setattr("iterscope_backend.services.open_store", partial(open_store, busy_timeout=0.3))


@contextmanager
def locked(home: Path) -> Iterator[None]:
    """Another program holds the write lock of the store."""
    code = (
        "import sqlite3, sys; store = sqlite3.connect(sys.argv[1], isolation_level=None); "
        "store.execute('BEGIN IMMEDIATE'); print('locked', flush=True); input()"
    )
    arguments = [sys.executable, "-c", code, str(home / DATABASE_FILE)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        reading_until(other, "locked")
        try:
            yield
        finally:
            other.communicate("\n")


@pytest.fixture
def run(server: Server) -> str:
    """A run of two blocks with two epochs, one of them diverged."""
    store = server.services.store
    blocks = [{"index": 0, "stage": 0, "is_projection": False}, {"index": 1, "stage": 0, "is_projection": False}]
    record = store.runs.create({"epochs": 2}, "curves", "demo", "resnet8", "digits", 0, 2, blocks, "running")
    arrays = {
        ("l2_ratio", "train"): [0.5, 0.25],
        ("l2_ratio", "validation"): [0.5, 0.25],
        ("l2_ratio_q50", "train"): [0.4, 0.2],
    }
    store.metrics.log_epoch(record.id, 0, arrays, {("loss", "train"): 2.5, ("learning_rate", None): 0.1})
    diverged = {("l2_ratio", "train"): [math.nan, math.inf], ("l2_ratio", "validation"): [-math.inf, 1.0]}
    store.metrics.log_epoch(record.id, 1, diverged, {("loss", "train"): math.inf, ("accuracy", "validation"): math.nan})
    return record.id


@pytest.fixture(scope="session")
def repeated(server: Server) -> list[str]:
    """Three runs that differ in the seed, one of them interrupted; and one with more epochs."""
    store = server.services.store
    blocks = [{"index": index, "stage": 0, "is_projection": False} for index in range(2)]
    ids = []
    for seed, count, status in ((0, 2, "completed"), (1, 2, "completed"), (2, 2, "interrupted"), (3, 3, "completed")):
        configuration = training_configuration("quick", epochs=count, seed=seed).to_dict()
        run = store.runs.create(
            configuration, f"seed {seed}", "quick", "resnet20", "digits", seed, count, blocks, "running", worker="w"
        )
        for epoch in range(2):
            values = [float(seed), math.nan if seed == 1 else 4.0]
            store.metrics.log_epoch(run.id, epoch, {("l2_ratio", "train"): values}, {("loss", "train"): float(seed)})
        store.runs.finish(run.id, status)
        ids.append(run.id)
    return ids


SLOW: dict[str, Any] = {
    "checkpoint": "latest",
    "split": "train",
    "limit": None,
    "swaps": [1, 2, 3, 4],
    "repeats": 50,
    "wait": 0,
}
"""A shuffle that takes a while on any machine."""
