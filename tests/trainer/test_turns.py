"""Several trainings in one process: each computes what it computes alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from iterscope.datasets import Dataset
from iterscope.recipes import TrainingConfiguration
from iterscope.tensor_files import read_tensors
from iterscope_db import Store, open_store
from iterscope_trainer.command import train_now
from iterscope_trainer.errors import TrainingError
from iterscope_trainer.loop import Training, train
from iterscope_trainer.runs import create_run, run_steps
from iterscope_trainer.stopping import StopSignal
from iterscope_trainer.turns import Steps, in_turns, taken
from tests.trainer.recorder import Recorder

Configure = Callable[..., TrainingConfiguration]
CPU = torch.device("cpu")


def counting(name: str, steps: int, taken_by: list[str]) -> Steps[str]:
    for _ in range(steps):
        taken_by.append(name)
        yield
    return name.upper()


def test_each_takes_a_step_in_turn() -> None:
    order: list[str] = []
    assert in_turns([counting("a", 1, order), counting("b", 3, order), counting("c", 2, order)], CPU) == ["A", "B", "C"]
    assert "".join(order) == "abcbcb"
    assert taken(counting("d", 2, order)) == "D"
    assert in_turns(list[Steps[str]](), CPU) == []


def interrupted() -> Steps[str]:
    try:
        while True:
            yield
    except KeyboardInterrupt:
        return "ended"


def test_an_interruption_between_two_steps_reaches_all(monkeypatch: pytest.MonkeyPatch) -> None:
    class Place:
        left = 3

        def __enter__(self) -> None:
            Place.left -= 1
            if Place.left < 0:
                raise KeyboardInterrupt

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr("iterscope_trainer.turns._stream", lambda _: Place())
    assert in_turns([interrupted(), interrupted()], CPU) == ["ended", "ended"]


def test_an_interruption_that_a_training_passes_on_ends_the_others() -> None:
    def passing_on() -> Steps[str]:
        yield
        raise KeyboardInterrupt

    other = interrupted()
    with pytest.raises(KeyboardInterrupt):
        in_turns([passing_on(), other], CPU)
    with pytest.raises(StopIteration):
        next(other)


def test_an_error_of_one_training_is_raised_when_the_others_have_ended() -> None:
    ended = []

    def training(number: int) -> Steps[int]:
        for _ in range(number):
            yield
        if number == 1:
            raise ValueError("one")
        ended.append(number)
        return number

    with pytest.raises(ValueError, match="one"):
        in_turns([training(number) for number in range(4)], CPU)
    assert ended == [0, 2, 3]


@pytest.mark.training
def test_seeds_in_turns_are_the_seeds_alone(tmp_path: Path, digits: Dataset, configure: Configure) -> None:
    each = [configure(epochs=2, seed=seed) for seed in (0, 1, 2)]
    alone = [train(one, digits, tmp_path / f"alone {one.seed}", Recorder()) for one in each]
    recorders = [Recorder() for _ in each]
    together = in_turns(
        [
            Training(one, digits, tmp_path / f"together {one.seed}", recorder, CPU, lambda: False, None).steps()
            for one, recorder in zip(each, recorders, strict=True)
        ],
        CPU,
    )
    for one, other in zip(alone, together, strict=True):
        assert other.completed
        assert one.checkpoint is not None
        assert other.checkpoint is not None
        expected, found = (read_tensors(path) for path in (one.checkpoint, other.checkpoint))
        assert expected.keys() == found.keys()
        assert all(torch.equal(expected[name], found[name]) for name in expected)
    assert all(list(recorder.epochs) == [0, 1, 2] for recorder in recorders)


@pytest.mark.training
def test_a_run_that_fails_leaves_the_others_alone(store: Store, tmp_path: Path, configure: Configure) -> None:
    configurations = [configure(epochs=1), configure(epochs=1, dataset=f"folder:{tmp_path / 'missing'}", seed=1)]
    records = [create_run(store, one, recipe=None, name="test", worker="test") for one in configurations]
    outcomes = in_turns(
        [run_steps(store, one, "test", tmp_path, device=CPU, stop=StopSignal()) for one in records], CPU
    )
    assert [outcome.run.status for outcome in outcomes] == ["completed", "failed"]
    assert "missing" in str(outcomes[1].run.error)


@pytest.mark.training
def test_the_command_trains_several_seeds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small = {"epochs": 1, "dataset": "digits", "image_size": 8, "log_samples": 4, "seed": 3}
    assert train_now(tmp_path, recipe="quick", overrides=small, name="Twins", seeds=2, device="cpu") == 0
    with open_store(tmp_path) as store:
        runs = store.runs.list()
        assert sorted((run.name, run.seed, run.status) for run in runs) == [
            ("Twins", 3, "completed"),
            ("Twins", 4, "completed"),
        ]
    said = capsys.readouterr().err
    assert "Twins, seed 3" in said
    assert "seed 4: epoch   1" in said
    with pytest.raises(TrainingError, match="seeds is 0: give a number of runs from 1 to 16"):
        train_now(tmp_path, recipe="quick", overrides={}, seeds=0)
    with pytest.raises(TrainingError, match=r"a resumed run keeps its name and configuration.*leave out recipe, seeds"):
        train_now(tmp_path, recipe="quick", overrides={}, seeds=2, resume=runs[0].id)
