"""One's own training loop as a run: curves, checkpoints, progress, and every way in which it can end."""

from __future__ import annotations

import json
import logging
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from torch.utils.data import TensorDataset

import iterscope as it
from iterscope.datasets import Dataset
from iterscope.probes.survey_log import logged_survey
from iterscope_db import ConflictError, Store, open_store
from iterscope_trainer import Recorder
from iterscope_trainer.errors import TrainingError
from iterscope_trainer.runs import take_up

TINY: dict[str, Any] = {"stem_width": 4, "widths": (4, 8, 8), "input_size": 24, "seed": 0}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def network() -> it.PreActivationResNet:
    return it.build("resnet8", **TINY)


class Own(nn.Module):
    """A network that nobody knows."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.head = nn.Conv2d(3, 4, 3, stride=4), nn.Linear(4 * 36, 10)
        self.convs = nn.ModuleList(nn.Conv2d(4, 4, 3, padding=1) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        h = self.stem(x)
        for conv in self.convs:
            h = h + torch.tanh(conv(h))
        return self.head(h.flatten(1)[:, : 4 * 36])


def stored(home: Path, look: Callable[[Store], Any]) -> Any:
    with open_store(home) as store:
        return look(store)


def test_it_writes_what_the_trainer_writes(home: Path, network: it.PreActivationResNet, digits: Dataset) -> None:
    with Recorder("mine", network, digits, epochs=2, home=home, log_samples=20, configuration={"lr": 0.1}) as recorder:
        for epoch in range(3):
            network.blocks[0].conv1.weight.data += 0.01 * epoch
            run = recorder.log(epoch, loss=2.0 - epoch, validation_accuracy=torch.tensor(0.5), temperature=math.inf)
        assert run is not None
        assert (run.status, run.epoch, recorder.should_stop) == ("running", 2, False)
    with open_store(home) as store:
        run = store.runs.get(recorder.run)
        assert (run.status, run.name, run.origin, run.dataset, run.epochs) == (
            "completed",
            "mine",
            "recorder",
            "digits",
            2,
        )
        assert run.configuration["lr"] == 0.1
        assert (run.latest["train_loss"], run.latest["validation_accuracy"]) == (0.0, 0.5)
        assert run.progress is not None
        assert (run.progress["fraction"], run.progress["epoch"]) == (1.0, 2)
        page = store.metrics.read(run.id)
        assert next(one.values.tolist() for one in page.scalars if one.name == "temperature") == [math.inf] * 3
        splits = {name: digits.split(name).subset(20) for name in ("train", "validation")}
        arrays, scalars = logged_survey(it.residual_chain(network), splits)
        for one in page.series:
            assert one.epochs.tolist() == [0, 1, 2]
            np.testing.assert_array_equal(one.values[-1], arrays[one.metric, one.split])
        assert len(page.series) == len(arrays) > 20
        assert run.latest["train_accuracy"] == scalars["accuracy", "train"]
        checkpoints = store.checkpoints.list(run.id)
        assert [checkpoint.epoch for checkpoint in checkpoints] == [2, 1, 0]
        last = it.read_checkpoint(home / checkpoints[0].path)
    assert torch.equal(last.model(splits["train"].batch(0, 4)), network.eval()(splits["train"].batch(0, 4)))
    assert last.description.dataset == digits.reference
    assert last.description.run == recorder.run


def test_a_recognised_network_of_another_library_gets_checkpoints(home: Path, digits: Dataset) -> None:
    model = it.build_foreign(it.ForeignConfiguration("cifar", "resnet8", 10, 32)).train()
    del model.configuration
    with Recorder("theirs", model, digits, home=home, log_samples=8, checkpoint_every=2) as recorder:
        for epoch in range(3):
            recorder.log(epoch)
    assert model.training
    checkpoints = stored(home, lambda store: store.checkpoints.list(recorder.run))
    assert [checkpoint.epoch for checkpoint in checkpoints] == [2, 0]
    path = home / checkpoints[0].path
    kept = checkpoints[0]
    told = it.CheckpointImages.described(kept.architecture, kept.dataset, kept.preprocessing)
    assert told == it.describe_checkpoint(path).images  # else the service refuses to measure it
    images = it.checkpoint_data(path, home=home).validation.batch(0, 4)
    assert torch.equal(it.load_checkpoint(path)(images), model.eval()(images))


def test_a_function_that_builds_it_lets_any_network_have_checkpoints(home: Path, digits: Dataset) -> None:
    factory = f"{Own.__module__}:Own"
    model = Own()
    torch.manual_seed(7)
    before = torch.get_rng_state()
    with Recorder("own", model, digits, home=home, log_samples=10, factory=factory) as recorder:
        recorder.log(1)
    assert torch.equal(torch.get_rng_state(), before)  # building it doesn't disturb the training
    (kept,) = stored(home, lambda store: store.checkpoints.list(recorder.run))
    assert kept.factory is not None
    assert (kept.factory["name"], len(kept.blocks)) == (factory, 3)
    images = it.checkpoint_data(home / kept.path, home=home).validation.batch(0, 4)
    assert torch.equal(it.load_checkpoint(home / kept.path, factory=factory)(images), model.eval()(images))
    with pytest.raises(it.CheckpointError, match="the weights don't fit"):
        Recorder("other", it.build("resnet8", **TINY), digits, home=home, factory=factory)


def test_an_unknown_network_is_recorded_without_checkpoints(
    home: Path, digits: Dataset, caplog: pytest.LogCaptureFixture
) -> None:
    data = {"train": TensorDataset(digits.train.batch(0, 60), digits.train.labels[:60]),
            "validation": (digits.validation.batch(0, 30), digits.validation.labels[:30].numpy())}  # fmt: skip
    with (
        caplog.at_level(logging.WARNING),
        Recorder("own", Own(), data, home=home, log_samples=10, log_every=2) as recorder,
    ):
        for epoch in (1, 2, 3, 4):
            recorder.log(epoch, accuracy=0.1 * epoch)
    assert "recorded without checkpoints" in caplog.text
    page = stored(home, lambda store: store.metrics.read(recorder.run))
    assert {(one.split, tuple(one.epochs)) for one in page.series} == {("train", (2, 4)), ("validation", (2, 4))}
    assert all(one.values.shape == (2, 3) for one in page.series)
    accuracy = next(one for one in page.scalars if (one.name, one.split) == ("training_accuracy", "train"))
    assert accuracy.epochs.tolist() == [1, 2, 3, 4]
    run = stored(home, lambda store: store.runs.get(recorder.run))
    assert (run.dataset, run.checkpoints, len(run.blocks)) == ("one's own", 0, 3)


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (ValueError("no more\nimages"), "failed", "ValueError: no more"),
        (KeyboardInterrupt(), "interrupted", None),
        (SystemExit(1), "interrupted", None),
    ],
)
def test_an_exception_ends_the_run_and_goes_on(
    home: Path, network: nn.Module, digits: Dataset, error: BaseException, status: str, said: str | None
) -> None:
    recorder = Recorder("ends", network, digits, home=home, log_samples=4)

    def train() -> None:
        with recorder:
            recorder.log(0)
            raise error

    with pytest.raises(type(error)):
        train()
    run = stored(home, lambda store: store.runs.get(recorder.run))
    assert (run.status, run.error, run.epoch) == (status, said, 0)


def test_values_are_known_by_their_usual_names(home: Path, network: nn.Module, digits: Dataset) -> None:
    values = {"train_loss": 1.0, "train/acc": 2.0, "loss": 3.0, "val_loss": 4.0, "eval_accuracy": 5.0, "test_loss": 6.0}
    with Recorder("named", network, digits, home=home, log_every=0, checkpoint_every=0) as recorder:
        recorder.log(1, **values)
    found = stored(home, lambda store: store.metrics.scalars(recorder.run)[0])
    assert {(one.name, one.split): one.values.tolist() for one in found} == {
        ("training_loss", "train"): [1.0],
        ("training_accuracy", "train"): [2.0],
        ("loss", None): [3.0],
        ("validation_loss", "validation"): [4.0],
        ("validation_accuracy", "validation"): [5.0],
        ("test_loss", None): [6.0],
    }


def test_how_many_epochs_are_planned_may_be_said_later(home: Path, network: nn.Module, digits: Dataset) -> None:
    for given, planned in ((None, 4), (2, 2)):
        with Recorder("planned", network, digits, epochs=given, home=home, log_every=0, checkpoint_every=0) as recorder:
            recorder.plan(4)
            recorder.log(1)
        run = stored(home, lambda store, id=recorder.run: store.runs.get(id))
        assert (run.epochs, run.progress["fraction"]) == (planned, 1 / planned)


def test_only_the_first_process_of_a_distributed_training_records(
    home: Path, network: nn.Module, digits: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOCAL_RANK", "1")
    with Recorder("second", network, digits, home=home) as recorder:
        recorder.plan(2)
        assert (recorder.log(0), recorder.should_stop) == (None, False)
    assert not home.exists()
    monkeypatch.setenv("RANK", "0")
    with Recorder("first", network, digits, home=home, log_samples=4) as recorder:
        assert recorder.log(0) is not None


def test_nothing_is_recorded_outside_the_block(home: Path, network: nn.Module, digits: Dataset) -> None:
    recorder = Recorder("outside", network, digits, home=home)
    with pytest.raises(TrainingError, match=r"only inside its with block: with Recorder\("):
        recorder.log(0)
    assert not home.exists()


def test_a_stop_is_asked_for_on_the_pages(home: Path, network: nn.Module, digits: Dataset) -> None:
    with Recorder("stops", network, digits, home=home, log_samples=4) as recorder:
        stored(home, lambda store: store.runs.request_stop(recorder.run))
        end = time.monotonic() + 60
        while not recorder.should_stop:
            assert time.monotonic() < end
            time.sleep(0.01)
    assert stored(home, lambda store: store.runs.get(recorder.run)).status == "cancelled"


def test_a_deleted_run_is_not_written_any_more(home: Path, network: nn.Module, digits: Dataset) -> None:
    def train() -> None:
        with Recorder("gone", network, digits, home=home, log_samples=4) as recorder:
            with open_store(home) as store:
                store.runs.finish(recorder.run, "completed")
                store.runs.delete(recorder.run)
            end = time.monotonic() + 60
            while not recorder.should_stop:
                assert time.monotonic() < end
                time.sleep(0.01)
            recorder.log(0)

    with pytest.raises(TrainingError, match="does not exist"):
        train()


def test_a_run_is_gone_on_with(home: Path, network: nn.Module, digits: Dataset) -> None:
    with Recorder("first", network, digits, home=home, log_samples=4) as recorder:
        for epoch in range(4):
            recorder.log(epoch, loss=epoch)
    with Recorder("again", network, digits, home=home, log_samples=4, resume=recorder.run) as again:
        run = again.log(2, loss=7.0)
        assert run is not None
        assert (again.run, run.epoch, run.latest["train_loss"]) == (recorder.run, 2, 7.0)
    page = stored(home, lambda store: store.metrics.read(recorder.run))
    assert {tuple(one.epochs) for one in (*page.series, *page.scalars)} == {(0, 1, 2)}


def test_going_on_forgets_the_checkpoints_of_later_epochs(home: Path, network: nn.Module, digits: Dataset) -> None:
    with Recorder("first", network, digits, home=home, log_samples=4) as recorder:
        for epoch in range(4):
            recorder.log(epoch)
    with Recorder("again", network, digits, home=home, log_samples=4, resume=recorder.run) as again:
        again.log(1)
    assert {one.epoch for one in stored(home, lambda store: store.checkpoints.list(recorder.run))} == {0, 1}
    files = sorted(path.name for path in (home / "checkpoints" / recorder.run).iterdir())
    assert files == ["epoch-0000.safetensors", "epoch-0001.safetensors"]


def test_a_recording_goes_on_only_with_its_own_network(home: Path, network: nn.Module, digits: Dataset) -> None:
    options: dict[str, Any] = {"home": home, "log_samples": 4}
    with Recorder("first", network, digits, **options) as recorder:
        recorder.log(0)
        recorder.log(1)
    with open_store(home) as store:
        fields: dict[str, Any] = {
            "recipe": None,
            "architecture": "resnet8",
            "dataset": "digits",
            "seed": 0,
            "epochs": 1,
        }
        trained = store.runs.create(
            {}, "trained", **fields, blocks=store.runs.get(recorder.run).blocks, status="completed"
        )
        imported = store.runs.create({}, "imported", **fields, status="imported", origin="import")
        before = [store.runs.get(one) for one in (recorder.run, trained.id, imported.id)]
    other = it.residual_chain(it.build("resnet14", **TINY))
    for wrong, run, said in (
        (other, recorder.run, r"run r\w+ was recorded with resnet8 of 3 blocks, and this network is resnet14 with 6"),
        (it.ResidualChain(other.stem, other.blocks, other.head, name="resnet8"), recorder.run, "of 3 blocks.*with 6"),
        (it.residual_chain(network), trained.id, r"run r\w+ was not recorded by a Recorder \(its origin is trainer\)"),
        (it.residual_chain(network), imported.id, "its origin is import"),
    ):
        with pytest.raises(TrainingError, match=said), Recorder("wrong", wrong, digits, resume=run, **options):
            pass
    with open_store(home) as store:
        assert [store.runs.get(one.id) for one in before] == before
        assert store.metrics.read(recorder.run).series[0].epochs.tolist() == [0, 1]


def test_only_its_own_program_goes_on_with_it(home: Path, network: nn.Module, digits: Dataset) -> None:
    with Recorder("mine", network, digits, home=home, log_samples=4, checkpoint_every=0) as recorder:
        stored(home, lambda store: store.runs.request_stop(recorder.run))
        end = time.monotonic() + 60
        while not recorder.should_stop:
            assert time.monotonic() < end
            time.sleep(0.01)
    with open_store(home) as store:
        with pytest.raises(ConflictError, match=r"another program.*Recorder\(…, resume='r"):
            store.runs.requeue_for_resume(recorder.run)
        with pytest.raises(TrainingError, match="another program"):
            take_up(store, recorder.run, "train")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"log_samples": 0}, "log_samples is 0"),
        ({"checkpoint_every": -1}, "checkpoint_every is -1"),
        ({"log_every": 1.5}, "log_every is 1.5"),
        ({"data": {}}, "data has the splits none"),
        ({"data": {"test": None}}, "data has the splits test"),
        ({"data": {"train": [1, 2]}}, "data has list: give an ImageSplit"),
        ({"epochs": "x"}, "epochs is 'x': give a whole number from 0 to 2147483647"),
        ({"epochs": -3}, "epochs is -3: give a whole number from 0"),
        ({"epochs": 2.5}, "epochs is 2.5: give a whole number from 0"),
        ({"epochs": 2**31}, "epochs is 2147483648: give a whole number from 0"),
        ({"notes": 5}, "notes is 5: give a text"),
        ({"name": None}, "name is None: give a text"),
        ({"name": "a\0b"}, "name is .*: give a text without NUL characters"),
        ({"tags": "abc"}, r"tags is 'abc': give a list of texts, such as \['abc'\]"),
        ({"tags": 5}, "tags is 5: give a list of texts"),
        ({"tags": ["a", 1]}, "tags holds 1: give a text"),
        ({"configuration": [1]}, r"configuration is \[1\]: give a dict"),
        ({"configuration": {"lr": np.float32(0.5)}}, r"configuration\['lr'\] is .*0\.5.*: give plain JSON values"),
        ({"configuration": {"path": {"home": Path("a")}}}, r"configuration\['path'\] is .*: give plain JSON values"),
        ({"configuration": {("a", 1): 2}}, r"configuration\[\('a', 1\)\] is 2: give plain JSON values"),
    ],
)
def test_arguments_that_cannot_be_used_are_named(
    home: Path, network: nn.Module, digits: Dataset, arguments: dict[str, Any], message: str
) -> None:
    with pytest.raises(TrainingError, match=message):
        Recorder(network=network, home=home, **{"name": "wrong", "data": digits, **arguments})
    assert not home.exists()


def test_numbers_of_numpy_are_stored_as_numbers(home: Path, network: nn.Module, digits: Dataset) -> None:
    arguments: dict[str, Any] = {"log_samples": np.int64(4), "log_every": np.int32(1), "checkpoint_every": np.int8(0)}
    with Recorder("numpy", network, digits, home=home, epochs=np.int64(3), **arguments) as recorder:  # type: ignore[arg-type]
        recorder.log(np.int64(1), loss=np.float32(1.0))  # type: ignore[arg-type]
    run = stored(home, lambda store: store.runs.get(recorder.run))
    assert json.loads(json.dumps([run.epochs, run.epoch, run.progress["epoch"]])) == [3, 1, 2]
    with Recorder("later", network, digits, home=home, log_every=0, checkpoint_every=0) as recorder:
        with pytest.raises(TrainingError, match=r"epochs is 'many': give a whole number"):
            recorder.plan("many")  # type: ignore[arg-type]
        recorder.plan(np.int64(2))  # type: ignore[arg-type]
    assert json.dumps(stored(home, lambda store: store.runs.get(recorder.run)).epochs) == "2"


def test_values_that_cannot_be_used_are_named(home: Path, network: nn.Module, digits: Dataset) -> None:
    with Recorder("values", network, digits, home=home, log_samples=4, checkpoint_every=0) as recorder:
        for epoch in (-1, 1.5, "one", True):
            with pytest.raises(TrainingError, match=r"epoch is .*: give the number of completed epochs"):
                recorder.log(epoch)  # type: ignore[arg-type]
        with pytest.raises(TrainingError, match=r"loss is 'low': give a number"):
            recorder.log(0, loss="low")  # type: ignore[arg-type]
    assert stored(home, lambda store: store.runs.get(recorder.run)).epoch is None
