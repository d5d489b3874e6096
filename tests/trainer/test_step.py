"""One step of SGD; what only a GPU does is tested where there is one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from iterscope.architectures import PreActivationResNet, build_from_configuration
from iterscope.datasets import Dataset, training_batches
from iterscope.recipes import TrainingConfiguration
from iterscope_trainer.loop import train
from iterscope_trainer.step import WARM_UP, Step
from tests.trainer.recorder import Recorder

Configure = Callable[..., TrainingConfiguration]
RATES = (0.02, 0.01, 0.03)
gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")


def batches(digits: Dataset, size: int, device: str) -> list[tuple[Tensor, Tensor, float]]:
    """Three epochs; the last batch of each is smaller."""
    split = digits.train.to(device)
    return [
        (batch.images, batch.labels, RATES[epoch])
        for epoch in range(3)
        for batch in training_batches(split, batch_size=size, seed=0, epoch=epoch, augmentation="crop")
    ]


def by_hand(model: PreActivationResNet, given: list[tuple[Tensor, Tensor, float]]) -> list[float]:
    """Losses of the plain loop; the model is trained."""
    momentum = {name: torch.zeros_like(parameter) for name, parameter in model.named_parameters()}
    losses = []
    for images, labels, rate in given:
        loss = cross_entropy(model(images), labels)
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                assert parameter.grad is not None
                momentum[name] = 0.9 * momentum[name] + parameter.grad + 1e-4 * parameter
                parameter -= rate * momentum[name]
        losses.append(float(loss.detach()))
    return losses


@pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=gpu)])
def test_steps_are_those_of_sgd_with_momentum(device: str, digits: Dataset, configure: Configure) -> None:
    configuration = configure(batch_size=16)
    given = batches(digits, 16, device)
    assert len(given) > WARM_UP + 6  # on a GPU most of them are replayed
    model, other = (build_from_configuration(configuration.network(10), seed=0).to(device).train() for _ in range(2))
    with torch.backends.cudnn.flags(enabled=True, allow_tf32=False):
        step = Step(model, configuration, torch.device(device), compiled=False)
        losses = [float(step(*each)[0]) for each in given]
        expected = by_hand(other, given)
    assert losses == pytest.approx(expected, rel=2e-3)
    assert step.learning_rate == pytest.approx(RATES[-1])
    for (name, values), wanted in zip(model.state_dict().items(), other.state_dict().values(), strict=True):
        assert torch.allclose(values.double(), wanted.double(), rtol=1e-2, atol=2e-3), name


def test_right_predictions_are_counted_before_the_update(digits: Dataset, configure: Configure) -> None:
    configuration = configure(batch_size=20)
    model = build_from_configuration(configuration.network(10), seed=0).train()
    images, labels, rate = batches(digits, 20, "cpu")[0]
    step = Step(model, configuration, torch.device("cpu"), compiled=False)
    before = model.state_dict()
    expected = build_from_configuration(configuration.network(10), seed=0).train()
    expected.load_state_dict(before)
    _, right = step(images, labels, rate)
    assert int(right) == int((expected(images).argmax(1) == labels).sum())


@gpu
def test_a_gpu_resumes_with_the_same_curve(tmp_path: Path, digits: Dataset, configure: Configure) -> None:
    configuration = configure(batch_size=16)
    whole, first, rest = Recorder(), Recorder(), Recorder()
    train(configuration, digits, tmp_path / "whole", whole, device="cuda")
    stops = iter([False])
    train(configuration, digits, tmp_path / "parts", first, device="cuda", should_stop=lambda: next(stops, True))
    train(configuration, digits, tmp_path / "parts", rest, device="cuda")
    key = ("training_loss", "train")
    assert rest.epochs[3][1][key] == pytest.approx(whole.epochs[3][1][key], rel=2e-2)
