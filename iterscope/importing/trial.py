"""Which normalisation, and which of several networks that fit a file, is right: the one that does best on the data set tells."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from iterscope.chain import evaluation
from iterscope.datasets.records import Channels, Dataset, ImageSplit
from iterscope.preprocessing import PRESETS
from iterscope.probes.statistics import wilson_interval

OWN = "dataset"
"""The name of the data set's own mean and standard deviation among the presets."""
TRIAL_IMAGES = 300
TRIAL_SECONDS = 30.0
LEAST_IMAGES = 32
CHECKED_IMAGES = 500
BATCH = 50
FEW_CLASSES = 10
"""From so many classes on, an accuracy below three times chance counts as chance."""


@dataclass(frozen=True)
class Normalisation:
    """A mean and standard deviation by name."""

    preset: str
    mean: Channels
    std: Channels


@dataclass(frozen=True)
class Trial:
    """How one network with one normalisation did."""

    label: str
    """Of the network."""
    preset: str
    accuracy: float
    loss: float
    """Mean cross-entropy in nats."""
    samples: int


@dataclass(frozen=True)
class Check:
    """How the network does on the data set, and what that says about the import."""

    accuracy: float
    chance: float
    samples: int
    warning: str | None
    better: tuple[str, ...]
    """Presets that do clearly better, the best first."""


def normalisations(data: Dataset) -> list[Normalisation]:
    """All that are tried where nobody says: the presets and the data set's own."""
    known = [Normalisation(name, preset.mean, preset.std) for name, preset in PRESETS.items()]
    return [*known, Normalisation(OWN, data.mean, data.std)]


def try_all(models: Mapping[str, nn.Module], split: ImageSplit, choices: Sequence[Normalisation]) -> list[Trial]:
    """Every network with every normalisation on the same few hundred images, the best first: by accuracy, then by loss.

    As many images as are done within about half a minute.
    """
    first = next(iter(models.values()))
    seconds = _seconds_an_image(first, split.subset(8), choices[0])
    affordable = int(TRIAL_SECONDS / max(1e-6, seconds * len(models) * len(choices)))
    images = split.subset(max(LEAST_IMAGES, min(TRIAL_IMAGES, affordable)))
    trials = []
    for label, model in models.items():
        for choice in choices:
            accuracy, loss = evaluate(model, images.with_normalisation(choice.mean, choice.std))
            trials.append(Trial(label, choice.preset, accuracy, loss, len(images)))
    return sorted(trials, key=lambda trial: (-trial.accuracy, trial.loss))


def check(model: nn.Module, split: ImageSplit, classes: int, others: Sequence[Trial], preset: str | None) -> Check:
    """Accuracy on up to 500 images, with a warning where it is at chance or where another normalisation did clearly better.

    Args:
        split: normalised as the import has it.
        others: what `try_all` found for this network; empty where nothing was tried.
        preset: what the import's normalisation is called among them.
    """
    images = split.subset(CHECKED_IMAGES)
    accuracy, _ = evaluate(model, images)
    low, high = wilson_interval(round(accuracy * len(images)), len(images))
    chance = 1 / classes
    better = [trial for trial in others if trial.preset != preset and _clearly_above(trial, high)]
    advice = f"; {', '.join(f'{trial.preset} reaches {trial.accuracy:.1%}' for trial in better[:3])}" if better else ""
    warning = None
    if low <= chance <= high or accuracy < chance or (classes >= FEW_CLASSES and accuracy < 3 * chance):
        remedy = (
            advice
            or "; no preset does better: the classes may be in another order, or the network of another kind or another data set's"
        )
        warning = (
            f"{accuracy:.1%} of {len(images)} validation images are right, where guessing gives {chance:.1%}{remedy}"
        )
    elif better:
        warning = f"{accuracy:.1%} of {len(images)} validation images are right, but another normalisation does better{advice}"
    return Check(accuracy, chance, len(images), warning, tuple(trial.preset for trial in better[:3]))


def evaluate(model: nn.Module, images: ImageSplit) -> tuple[float, float]:
    """Accuracy and mean cross-entropy in nats."""
    right, loss = 0, 0.0
    with evaluation(model), torch.no_grad():
        for start in range(0, len(images), BATCH):
            labels = images.labels[start : start + BATCH]
            logits: Tensor = model(images.batch(start, start + BATCH)).float()
            right += int((logits.argmax(1) == labels).sum())
            loss += float(cross_entropy(logits, labels, reduction="sum"))
    return right / len(images), loss / len(images)


def _clearly_above(trial: Trial, bound: float) -> bool:
    return wilson_interval(round(trial.accuracy * trial.samples), trial.samples)[0] > bound


def _seconds_an_image(model: nn.Module, images: ImageSplit, choice: Normalisation) -> float:
    chosen = images.with_normalisation(choice.mean, choice.std)
    evaluate(model, chosen)  # the first run allocates
    began = time.perf_counter()
    evaluate(model, chosen)
    return (time.perf_counter() - began) / len(chosen)
