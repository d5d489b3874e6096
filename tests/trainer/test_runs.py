"""Runs in the store: created, trained, resumed, failed; the queue and the heartbeat."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from iterscope.recipes import TrainingConfiguration
from iterscope_db import Store, process_name
from iterscope_trainer.devices import choose_device, resolve_compile, resolve_precision, set_up_process
from iterscope_trainer.errors import TrainingError
from iterscope_trainer.metric_logger import Loggers, TrainingProgress
from iterscope_trainer.queued import train_queued
from iterscope_trainer.runs import create_run, run_folder, run_steps, take_up
from iterscope_trainer.stopping import StopSignal
from iterscope_trainer.store_logger import Heartbeat, StoreLogger, stored_path
from iterscope_trainer.turns import taken

pytestmark = pytest.mark.training

Configure = Callable[..., TrainingConfiguration]
CPU = torch.device("cpu")


def train_now(store: Store, home: Path, configuration: TrainingConfiguration, stop: StopSignal | None = None):
    worker = process_name("train")
    record = create_run(store, configuration, recipe="quick", name="test", worker=worker)
    return taken(run_steps(store, record, worker, home, device=CPU, stop=stop or StopSignal()))


class ResistingStop(StopSignal):
    """Set from the start."""

    is_set = True


def test_a_run_is_in_the_store_with_all_it_logged(store: Store, tmp_path: Path, configure: Configure) -> None:
    outcome = train_now(store, tmp_path / "home", configure(epochs=2))
    run = store.runs.get(outcome.run.id)
    assert (run.status, run.epoch, run.epochs, run.recipe, run.architecture) == ("completed", 2, 2, "quick", "resnet8")
    assert [block["stage"] for block in run.blocks] == [0, 1, 2]
    assert run.latest.keys() == {"train_loss", "train_accuracy", "validation_loss", "validation_accuracy"}
    assert run.progress is not None
    assert run.progress["fraction"] == 1.0
    series, _ = store.metrics.series(run.id, metrics=["cosine_loss"])
    assert {(one.split, one.values.shape) for one in series} == {("train", (3, 3)), ("validation", (3, 3))}
    checkpoints = store.checkpoints.list(run=run.id)
    assert [checkpoint.epoch for checkpoint in checkpoints] == [2, 1, 0]
    assert checkpoints[0].path == f"checkpoints/{run.id}/epoch-0002.safetensors"
    assert (tmp_path / "home" / checkpoints[0].path).is_file()
    assert "validation_accuracy" in checkpoints[0].metrics


def test_auto_precision_is_decided_and_recorded(store: Store, tmp_path: Path, configure: Configure) -> None:
    outcome = train_now(store, tmp_path / "home", configure(epochs=1, precision="auto"))
    assert store.runs.get(outcome.run.id).configuration["precision"] == resolve_precision("auto", CPU)


def test_compiling_is_for_long_runs(configure: Configure) -> None:
    whole, part = configure(epochs=300, batch_size=128), configure(epochs=3)
    assert (whole.compile, part.compile) == ("auto", "auto")
    for device in (CPU, torch.device("cuda")):
        assert resolve_compile(whole, 50_000, device)
        assert not resolve_compile(part, 50_000, device)
        assert not resolve_compile(replace(whole, compile=False), 50_000, device)
        assert resolve_compile(replace(part, compile=True), 50_000, device)


def test_an_interrupted_run_is_resumed(store: Store, tmp_path: Path, configure: Configure) -> None:
    home = tmp_path / "home"
    outcome = train_now(store, home, configure(epochs=1), stop=ResistingStop())
    assert outcome.run.status == "interrupted"
    record = take_up(store, outcome.run.id, "train:again")
    assert record.status == "running"
    outcome = taken(run_steps(store, record, "train:again", home, device=CPU, stop=StopSignal()))
    assert (outcome.run.status, outcome.run.epoch) == ("completed", 1)


def test_a_completed_run_is_not_resumed(store: Store, tmp_path: Path, configure: Configure) -> None:
    outcome = train_now(store, tmp_path / "home", configure(epochs=1))
    with pytest.raises(TrainingError, match=f"run {outcome.run.id} is completed: only a run that ended early"):
        take_up(store, outcome.run.id, "train:again")


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"dataset": "cifar10"}, "cifar10 is missing"),
        ({"dataset": "folder:/nowhere"}, "/nowhere does not exist"),
        ({"schedule": {"kind": "piecewise", "steps": [[3, 1e18]]}}, "the loss became"),
    ],
)
def test_a_failing_run_says_why(
    store: Store, tmp_path: Path, configure: Configure, overrides: dict[str, object], message: str
) -> None:
    run = train_now(store, tmp_path / "home", configure(**overrides)).run
    assert run.status == "failed"
    assert message in (run.error or "")


def test_a_bug_fails_the_run_and_not_the_process(
    store: Store, tmp_path: Path, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr("iterscope_trainer.runs.Training", broken)
    run = train_now(store, tmp_path / "home", configure()).run
    assert (run.status, run.error) == ("failed", "ZeroDivisionError: division by zero")


def test_a_device_without_memory_is_named(
    store: Store, tmp_path: Path, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")

    monkeypatch.setattr("iterscope_trainer.runs.Training", full)
    run = train_now(store, tmp_path / "home", configure()).run
    assert "use a smaller batch_size" in (run.error or "")


def test_what_is_queued_is_trained_in_turn_and_a_failure_ends_nothing(
    store: Store, tmp_path: Path, configure: Configure
) -> None:
    bad = create_run(store, configure(dataset="folder:/nowhere"), recipe=None, name="bad", worker=None)
    good = create_run(store, configure(epochs=1), recipe=None, name=None, worker=None)
    assert not train_queued(store, tmp_path / "home", device=CPU, stop=StopSignal())
    assert store.runs.get(bad.id).status == "failed"
    assert store.runs.get(good.id).status == "completed"
    assert good.name == "resnet8 on digits"


def test_the_demo_is_queued_once(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, configure: Configure
) -> None:
    monkeypatch.setattr("iterscope_trainer.queued.training_configuration", lambda _: configure(epochs=1))
    for _ in range(2):
        train_queued(store, tmp_path / "home", device=CPU, stop=StopSignal(), demo=True)
    (run,) = store.runs.list()
    assert (run.name, run.recipe, run.status) == ("Demo: ResNet-56 on digits", "demo", "completed")


def test_the_service_goes_on_with_what_it_left_and_leaves_alone_what_people_stopped(
    store: Store, tmp_path: Path, configure: Configure
) -> None:
    home = tmp_path / "home"
    by_hand = train_now(store, home, configure(epochs=1), stop=ResistingStop()).run
    mine = create_run(store, configure(epochs=1), recipe=None, name="mine", worker="watch:host:1")
    taken(run_steps(store, mine, "watch:host:1", home, device=CPU, stop=ResistingStop()))
    assert store.runs.get(mine.id).status == "interrupted"
    assert train_queued(store, home, device=CPU, stop=StopSignal())
    assert store.runs.get(mine.id).status == "completed"
    assert store.runs.get(by_hand.id).status == "interrupted"


def test_a_folder_is_kept_by_its_absolute_path(
    store: Store, tmp_path: Path, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run = create_run(store, configure(dataset="folder:images"), recipe=None, name=None, worker=None)
    assert run.dataset == run.configuration["dataset"] == f"folder:{tmp_path}/images"


@pytest.mark.parametrize("order", [["--home=x", "watch"], ["watch", "--home=x"]])
def test_options_may_stand_before_and_after_watch(order: list[str]) -> None:
    from iterscope_trainer.__main__ import _parser

    assert _parser().parse_args(order).home == "x"


def test_a_requested_stop_is_heard(store: Store, configure: Configure) -> None:
    run = create_run(store, configure(), recipe=None, name=None, worker="w")
    with Heartbeat(store, run.id, "w", StoreLogger(store, run.id, "w", Path()), seconds=0.05) as heartbeat:
        store.runs.request_stop(run.id)
        assert _within(2, lambda: heartbeat.stop_requested)


def test_the_heartbeat_writes_progress(store: Store, configure: Configure) -> None:
    run = create_run(store, configure(), recipe=None, name=None, worker="w")
    logger = StoreLogger(store, run.id, "w", Path())
    Loggers([logger]).progress(TrainingProgress(0.5, 2, 100.0, 3.0))
    with Heartbeat(store, run.id, "w", logger, seconds=0.05):
        assert _within(2, lambda: (store.runs.get(run.id).progress or {}).get("fraction") == 0.5)
    assert store.runs.get(run.id).heartbeat_at > run.heartbeat_at


def test_the_heartbeat_goes_on_after_an_error(
    store: Store, configure: Configure, caplog: pytest.LogCaptureFixture
) -> None:
    run = create_run(store, configure(), recipe=None, name=None, worker="w")
    logger = StoreLogger(store, run.id, "w", Path())
    with Heartbeat(store, run.id, "w", logger, seconds=0.05):
        logger.progress_now = {"fraction": object()}  # no JSON
        assert _within(5, lambda: "could not be stored" in caplog.text)
        logger.progress_now = {"fraction": 0.5}
        assert _within(2, lambda: (store.runs.get(run.id).progress or {}).get("fraction") == 0.5)


def test_a_run_taken_over_by_another_is_let_go(store: Store, configure: Configure) -> None:
    run = create_run(store, configure(), recipe=None, name=None, worker="w")
    with Heartbeat(store, run.id, "w", StoreLogger(store, run.id, "w", Path()), seconds=0.05) as heartbeat:
        store.runs.finish(run.id, "interrupted")
        store.runs.start(run.id, "other")
        assert _within(2, lambda: heartbeat.lost is not None)
    assert heartbeat.lost == f"run {run.id} now belongs to other"


def test_a_deleted_run_is_let_go(store: Store, configure: Configure) -> None:
    run = create_run(store, configure(), recipe=None, name=None, worker="w")
    with Heartbeat(store, run.id, "w", StoreLogger(store, run.id, "w", Path()), seconds=0.05) as heartbeat:
        store.runs.finish(run.id, "interrupted")
        store.runs.delete(run.id)
        assert _within(2, lambda: heartbeat.lost is not None)


def test_paths_are_kept_relative_to_the_home_folder(tmp_path: Path) -> None:
    assert stored_path(run_folder(tmp_path, "r1") / "a", tmp_path) == "checkpoints/r1/a"
    assert stored_path(Path("/elsewhere/a"), tmp_path) == "/elsewhere/a"


@pytest.mark.parametrize("name", ["tpu", "mps", "cuda:99", ""])
def test_an_unknown_device_is_refused(name: str) -> None:
    with pytest.raises(TrainingError, match=f"device '{name}'"):
        choose_device(name)


def test_auto_takes_what_there_is() -> None:
    assert choose_device("auto").type == ("cuda" if torch.cuda.is_available() else "cpu")


def test_threads_are_counted() -> None:
    assert set_up_process(1) == 1
    assert set_up_process(None) == 1
    with pytest.raises(TrainingError, match="threads is 0"):
        set_up_process(0)


def _within(seconds: float, condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False
