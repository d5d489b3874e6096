"""The loop: what it logs, what it keeps, and that an interruption changes nothing."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from iterscope.adapters import residual_chain
from iterscope.checkpoints import describe_checkpoint, load_checkpoint, read_checkpoint
from iterscope.datasets import Dataset
from iterscope.errors import CheckpointError, ConfigurationError
from iterscope.probes.block_metrics import training_survey
from iterscope.probes.survey_log import logged_survey
from iterscope.recipes import TrainingConfiguration
from iterscope.tensor_files import read_header, read_tensors
from iterscope_trainer.devices import COMPILING_PAYS
from iterscope_trainer.errors import DivergenceError, TrainingError
from iterscope_trainer.loop import train
from iterscope_trainer.state import STATE_FILE
from tests.trainer.recorder import Recorder

pytestmark = pytest.mark.training

Configure = Callable[..., TrainingConfiguration]
ARRAYS = {
    *(
        f"{name}{variant}"
        for name in ("cosine_loss", "cosine_loss_plugged", "l2_ratio")
        for variant in ("", "_std", "_q05", "_q25", "_q50", "_q75", "_q95")
    ),
    "activation_norm",
    "early_exit_accuracy",
    "early_exit_loss",
}


@pytest.fixture(autouse=True)
def look_at_every_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("iterscope_trainer.loop.REPORT_SECONDS", 0.0)


class StopAfter:
    """True from the given number of questions on."""

    def __init__(self, questions: int) -> None:
        self.left = questions

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def test_every_epoch_and_the_untrained_network_are_logged(
    tmp_path: Path, digits: Dataset, configure: Configure
) -> None:
    recorder = Recorder()
    result = train(configure(), digits, tmp_path, recorder, run="rtest")
    assert result.completed
    assert list(recorder.epochs) == [0, 1, 2, 3]
    arrays, scalars = recorder.epochs[2]
    assert set(arrays) == {(name, split) for name in ARRAYS for split in ("train", "validation")}
    assert all(values.shape == (3,) and values.dtype == np.float32 for values in arrays.values())
    for split in ("train", "validation"):
        assert {("loss", split), ("accuracy", split), ("gradient_norm_ratio", split)} <= scalars.keys()
    for name in ("learning_rate", "epoch_seconds", "log_seconds", "images_per_second"):
        assert scalars[name, None] > 0
    assert scalars["training_loss", "train"] < recorder.epochs[1][1]["training_loss", "train"]
    assert ("training_loss", "train") not in recorder.epochs[0][1]
    assert ("validation_accuracy", "validation") in recorder.epochs[0][1]


def test_values_outside_the_last_stage_are_undefined(tmp_path: Path, digits: Dataset, configure: Configure) -> None:
    recorder = Recorder()
    train(configure(epochs=1), digits, tmp_path, recorder)
    arrays, _ = recorder.epochs[1]
    for name in ("cosine_loss_plugged", "early_exit_accuracy", "early_exit_loss"):
        assert np.isnan(arrays[name, "train"]).tolist() == [True, True, False]
    assert not np.isnan(arrays["cosine_loss", "train"]).any()


def test_logged_values_are_the_librarys(tmp_path: Path, digits: Dataset, configure: Configure) -> None:
    recorder = Recorder()
    train(configure(epochs=1), digits, tmp_path, recorder)
    chain = residual_chain(load_checkpoint(recorder.checkpoints[1]))
    subset = digits.validation.subset(16, seed=2)
    survey = training_survey(chain, subset, subset.labels)
    arrays, scalars = recorder.epochs[1]
    expected = survey.end_to_end.cosine_loss.double().nanmean(1)
    assert np.allclose(arrays["cosine_loss", "validation"], expected, atol=1e-5)
    assert scalars["loss", "validation"] == pytest.approx(float(survey.outcomes.loss.mean()), rel=1e-4)
    assert arrays["early_exit_loss", "validation"][-1] == pytest.approx(scalars["loss", "validation"], rel=1e-5)


def test_logging_disturbs_nothing(tmp_path: Path, digits: Dataset, configure: Configure) -> None:
    often = train(configure(log_every=1), digits, tmp_path / "often", Recorder())
    seldom = train(configure(log_every=3, log_samples=5), digits, tmp_path / "seldom", Recorder())
    assert describe_checkpoint(often.checkpoint).sha256 == describe_checkpoint(seldom.checkpoint).sha256


def test_a_survey_leaves_model_and_generator_alone(digits: Dataset, configure: Configure) -> None:
    from iterscope.architectures import build_from_configuration

    model = build_from_configuration(configure().network(10), seed=0)
    model.train()
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    generator = torch.get_rng_state()
    logged_survey(residual_chain(model), {"train": digits.train.subset(8)})
    assert model.training
    assert model.head.bn.training
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), generator)
    assert all(parameter.requires_grad and parameter.grad is None for parameter in model.parameters())


def test_epochs_are_logged_on_schedule(tmp_path: Path, digits: Dataset, configure: Configure) -> None:
    recorder = Recorder()
    train(configure(epochs=3, log_every=2, checkpoint_every=2), digits, tmp_path, recorder)
    assert [bool(arrays) for arrays, _ in recorder.epochs.values()] == [True, False, True, True]
    assert list(recorder.checkpoints) == [0, 2, 3]


def test_checkpoints_know_where_they_come_from(tmp_path: Path, digits: Dataset, configure: Configure) -> None:
    recorder = Recorder()
    configuration = configure(epochs=1)
    train(configuration, digits, tmp_path, recorder, run="rtest")
    description = read_checkpoint(recorder.checkpoints[1]).description
    assert (description.epoch, description.run, description.seed) == (1, "rtest", 0)
    assert description.dataset == digits.reference
    assert TrainingConfiguration.from_dict(description.training or {}) == configuration


def test_the_same_seed_gives_the_same_network_and_another_another(
    tmp_path: Path, digits: Dataset, configure: Configure
) -> None:
    runs = [
        train(configure(epochs=1, seed=seed), digits, tmp_path / str(n), Recorder()) for n, seed in enumerate((0, 0, 1))
    ]
    first, again, other = (describe_checkpoint(result.checkpoint).sha256 for result in runs)
    assert first == again != other


@pytest.mark.parametrize("questions", [0, 1, 4, 8])
def test_an_interrupted_run_goes_on_as_if_nothing_had_happened(
    tmp_path: Path, digits: Dataset, configure: Configure, questions: int
) -> None:
    whole, first, second = Recorder(), Recorder(), Recorder()
    train(configure(), digits, tmp_path / "whole", whole)
    stopped = train(configure(), digits, tmp_path / "parts", first, should_stop=StopAfter(questions))
    assert not stopped.completed
    resumed = train(configure(), digits, tmp_path / "parts", second)
    assert resumed.completed
    one, two = (read_tensors(tmp_path / name / STATE_FILE) for name in ("whole", "parts"))
    assert one.keys() == two.keys()
    assert all(torch.equal(one[name], two[name]) for name in one)
    logged = {**first.epochs, **second.epochs}
    assert list(logged) == [0, 1, 2, 3]
    for epoch, (arrays, scalars) in whole.epochs.items():
        for key, values in arrays.items():
            assert np.array_equal(values, logged[epoch][0][key], equal_nan=True), (epoch, key)
        for key in scalars.keys() - {("epoch_seconds", None), ("log_seconds", None), ("images_per_second", None)}:
            assert scalars[key] == logged[epoch][1][key], (epoch, key)


def test_the_momentum_is_part_of_the_state(tmp_path: Path, digits: Dataset, configure: Configure) -> None:
    train(configure(epochs=1), digits, tmp_path, Recorder())
    names = read_header(tmp_path / STATE_FILE).shapes
    assert "momentum.stem.weight" in names
    assert "model.head.bn.running_var" in names


def test_a_completed_run_has_nothing_left_to_do(tmp_path: Path, digits: Dataset, configure: Configure) -> None:
    train(configure(epochs=1), digits, tmp_path, Recorder())
    again = Recorder()
    assert train(configure(epochs=1), digits, tmp_path, again).completed
    assert again.epochs == {}


def test_divergence_is_logged_and_named(tmp_path: Path, digits: Dataset, configure: Configure) -> None:
    recorder = Recorder()
    schedule = {"kind": "piecewise", "steps": [[1, 0.01], [3, 1e18]]}
    with pytest.raises(
        DivergenceError, match=r"the loss became (nan|inf) in epoch 2, at learning rate 1e\+18.*lower the"
    ):
        train(configure(schedule=schedule), digits, tmp_path, recorder)
    arrays, scalars = recorder.epochs[2]
    assert not math.isfinite(scalars["training_loss", "train"])
    assert ("cosine_loss", "train") in arrays
    assert list(recorder.checkpoints) == [0, 1]
    load_checkpoint(recorder.checkpoints[1])
    assert json.loads(read_header(tmp_path / STATE_FILE).metadata["position"])["epoch"] == 1


def test_images_of_another_size_are_not_trained_on(tmp_path: Path, digits: Dataset, configure: Configure) -> None:
    with pytest.raises(ConfigurationError, match=r"24×24 pixels.*image_size is 32.*image_size=32"):
        train(configure(image_size=32), digits, tmp_path, Recorder())
    assert not list(tmp_path.iterdir())


def test_changed_data_are_not_trained_on(tmp_path: Path, digits: Dataset, configure: Configure) -> None:
    from dataclasses import replace

    train(configure(epochs=2), digits, tmp_path, Recorder(), should_stop=StopAfter(2))
    with pytest.raises(TrainingError, match="the data set has changed since the run started"):
        train(configure(epochs=2), replace(digits, fingerprint="other"), tmp_path, Recorder())


@pytest.mark.parametrize("kept", [10, -7])
def test_a_damaged_state_is_refused(tmp_path: Path, digits: Dataset, configure: Configure, kept: int) -> None:
    train(configure(epochs=1), digits, tmp_path, Recorder())
    path = tmp_path / STATE_FILE
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(TrainingError, match="delete it to start the run from the beginning"):
        train(configure(epochs=2), digits, tmp_path, Recorder())


def test_a_state_of_another_network_is_refused(tmp_path: Path, digits: Dataset, configure: Configure) -> None:
    train(configure(epochs=1), digits, tmp_path, Recorder())
    with pytest.raises(TrainingError, match="does not match its run"):
        train(configure(epochs=2, architecture="resnet14"), digits, tmp_path, Recorder())


def test_a_full_disk_is_named_and_earlier_files_stay(
    tmp_path: Path, digits: Dataset, configure: Configure, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder, real = Recorder(), os.fsync

    def fsync(descriptor: int) -> None:
        if 1 in recorder.epochs:
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr("os.fsync", fsync)
    with pytest.raises(CheckpointError, match=r"epoch-0001\.safetensors could not be written \(No space left"):
        train(configure(), digits, tmp_path, recorder)
    load_checkpoint(tmp_path / "epoch-0000.safetensors")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["epoch-0000.safetensors", STATE_FILE]


@pytest.mark.parametrize("channels_last", [True, False])
def test_bfloat16_learns_too(tmp_path: Path, digits: Dataset, configure: Configure, channels_last: bool) -> None:
    recorder = Recorder()
    train(configure(precision="bfloat16", channels_last=channels_last), digits, tmp_path, recorder)
    losses = [recorder.epochs[epoch][1]["training_loss", "train"] for epoch in (1, 3)]
    assert losses[1] < losses[0]
    assert load_checkpoint(recorder.checkpoints[3]).stem.weight.dtype == torch.float32


@pytest.mark.parametrize("augmentation", ["none", "crop", "flip_crop"])
def test_every_augmentation_trains(tmp_path: Path, digits: Dataset, configure: Configure, augmentation: str) -> None:
    assert train(configure(epochs=1, augmentation=augmentation), digits, tmp_path, Recorder()).completed


def test_compile_is_used_and_its_failure_explained(
    tmp_path: Path,
    digits: Dataset,
    configure: Configure,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    plain, real = torch.nn.Module, torch.compile
    monkeypatch.setattr("torch.compile", lambda model: real(model, backend="eager"))
    assert train(configure(epochs=1, compile=True), digits, tmp_path / "a", Recorder()).completed

    def broken(_: plain) -> Callable[[torch.Tensor], torch.Tensor]:
        def forward(_: torch.Tensor) -> torch.Tensor:
            raise RuntimeError("no compiler")

        return forward

    monkeypatch.setattr("torch.compile", broken)
    with pytest.raises(ConfigurationError, match=r"torch\.compile fails on this machine .no compiler.*compile=false"):
        train(configure(epochs=1, compile=True), digits, tmp_path / "b", Recorder())

    # auto: short runs don't compile; long ones do, and go on without where it fails.
    short, long = Recorder(), Recorder()
    assert train(configure(epochs=1), digits, tmp_path / "c", short).completed
    warnings = [record.getMessage() for record in caplog.records if record.name == "iterscope_trainer.step"]
    assert not warnings
    monkeypatch.setitem(COMPILING_PAYS, "cpu", len(digits.train))
    assert train(configure(epochs=1), digits, tmp_path / "d", long).completed
    warnings = [record.getMessage() for record in caplog.records if record.name == "iterscope_trainer.step"]
    assert warnings == ["torch.compile fails on this machine (no compiler): training continues without it, more slowly"]
    assert (short.plans[0].compiled, long.plans[0].compiled) == (False, True)
    one, two = (load_checkpoint(recorder.checkpoints[1]).state_dict() for recorder in (short, long))
    assert all(torch.equal(tensor, two[name]) for name, tensor in one.items())


def test_progress_goes_from_0_to_1(tmp_path: Path, digits: Dataset, configure: Configure) -> None:
    recorder = Recorder()
    train(configure(), digits, tmp_path, recorder)
    fractions = [report.fraction for report in recorder.reports]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert recorder.reports[-1].seconds_left == 0
    assert recorder.reports[-2].images_per_second > 0
