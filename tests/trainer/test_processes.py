"""Real processes: signals, kill -9, the queue service."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from iterscope.recipes import training_configuration
from iterscope_db import Store, open_store
from iterscope_trainer.runs import create_run

pytestmark = [pytest.mark.service, pytest.mark.training]

TINY = [
    "--architecture=resnet8",
    '--set=architecture_options={"stem_width": 4, "widths": [4, 8, 16]}',
    "--precision=float32",
    "--log-samples=8",
]


def tiny(epochs: int):
    options = {"stem_width": 4, "widths": [4, 8, 16]}
    return training_configuration(
        "quick", architecture="resnet8", architecture_options=options, precision="float32", log_samples=8, epochs=epochs
    )


@contextmanager
def trainer(home: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "ITERSCOPE_HOME": str(home)}
    environment.pop("ITERSCOPE_DATABASE_URL", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "iterscope_trainer", *arguments],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # where Linux shares the CPU between sessions, `watch` at niceness 19 gets its part
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def wait_for(condition: Callable[[], bool], seconds: float = 200) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def epoch_of(store: Store) -> int:
    runs = store.runs.list()
    return -1 if not runs or runs[0].epoch is None else runs[0].epoch


def test_a_signal_saves_and_says_how_to_go_on(home: Path) -> None:
    with trainer(home, "--recipe=quick", "--epochs=10", *TINY) as process, open_store(home) as store:
        wait_for(lambda: epoch_of(store) >= 2)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
        (run,) = store.runs.list()
        assert process.returncode == 130
        assert run.status == "interrupted"
        assert f"continue it with --resume {run.id}" in errors
        assert (home / "checkpoints" / run.id / "training-state.safetensors").is_file()
        with trainer(home, f"--resume={run.id}") as resumed:
            _, errors = resumed.communicate(timeout=100)
        assert resumed.returncode == 0, errors
        run = store.runs.get(run.id)
        assert (run.status, run.epoch) == ("completed", 10)
        series, _ = store.metrics.series(run.id, metrics=["l2_ratio"], splits=["train"])
        assert series[0].epochs.tolist() == list(range(11))


def test_the_service_trains_stops_on_request_and_ends_cleanly(home: Path) -> None:
    with open_store(home) as store:
        short = create_run(store, tiny(epochs=1), recipe="quick", name="short", worker=None)
        long = create_run(store, tiny(epochs=500), recipe="quick", name="long", worker=None)
        last = create_run(store, tiny(epochs=500), recipe="quick", name="last", worker=None)
        with trainer(home, "watch") as process:
            wait_for(lambda: store.runs.get(short.id).status == "completed")
            wait_for(lambda: (store.runs.get(long.id).epoch or 0) >= 1)
            store.runs.request_stop(long.id)
            wait_for(lambda: store.runs.get(long.id).status == "cancelled")
            wait_for(lambda: (store.runs.get(last.id).epoch or 0) >= 1)
            (training,) = psutil.Process(process.pid).children()
            training.kill()
            wait_for(lambda: store.runs.get(last.id).status == "failed")
            assert "was killed by SIGKILL" in (store.runs.get(last.id).error or "")
            store.runs.requeue_for_resume(last.id)
            wait_for(lambda: store.runs.get(last.id).status == "running")
            assert "libtorch" not in Path(f"/proc/{process.pid}/maps").read_text()  # only what trains has loaded it
            wait_for(lambda: (store.runs.get(last.id).epoch or 0) >= 2)
            process.send_signal(signal.SIGTERM)
            _, errors = process.communicate(timeout=30)
            assert process.returncode == 0
            assert "stopped by SIGTERM" in errors
            assert store.runs.get(last.id).status == "interrupted"
            store.runs.request_stop(store.runs.requeue_for_resume(last.id).id)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--architecture=resnet9"], "error: resnet9: the depth must be 6n + 2"),
        (["--dataset=folder:/nowhere"], "/nowhere does not exist"),
        (["--resume=rnothing"], "error: run rnothing does not exist"),
        (["--set=epochs"], "error: --set 'epochs': give FIELD=VALUE"),
        (["--set=epoch=3"], "error: epoch is not a field"),
        (["--device=tpu"], "error: device 'tpu'"),
        (["--threads=0"], "error: threads is 0"),
        (["--recipe=x"], "error: recipe 'x' is unknown: choose one of demo"),
    ],
)
def test_bad_input_is_one_line(
    home: Path, arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    from iterscope_trainer.__main__ import main

    assert main([f"--home={home}", *arguments]) == 1
    assert message in capsys.readouterr().err
