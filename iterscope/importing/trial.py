"""Find the right normalisation by trying several on the data set, and check a network's accuracy."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from iterscope.chunks import Progress
from iterscope.datasets.records import Channels, Dataset, ImageSplit
from iterscope.evaluation import evaluation
from iterscope.importing.batch_norms import FITTING, statistics_gap
from iterscope.importing.class_order import Order, answered_order
from iterscope.numerics import predicted
from iterscope.preprocessing import PRESETS
from iterscope.probes.statistics import wilson_interval

OWN = "dataset"
"""The name of the data set's own mean and standard deviation among the presets."""
TRIAL_IMAGES = 200
FINAL_IMAGES = 1000
TRIAL_SECONDS = 10.0
"""The time limit for each of the two rounds."""
LEAST_IMAGES = 32
CHECKED_IMAGES = 500
FEW_CLASSES = 10
"""With at least this many classes, an accuracy below three times chance counts as chance."""
BATCH = 50
GAP_IMAGES = 64


@dataclass(frozen=True)
class Normalisation:
    """A mean and standard deviation by name."""

    preset: str
    mean: Channels
    std: Channels


@dataclass(frozen=True)
class Trial:
    """The result of one network with one normalisation."""

    label: str
    """The network's label."""
    preset: str
    accuracy: float
    loss: float
    """Mean cross-entropy in nats."""
    samples: int


@dataclass(frozen=True)
class Check:
    """The network's accuracy on the data set, and what it means for the import."""

    accuracy: float
    chance: float
    samples: int
    warning: str | None
    better: tuple[str, ...]
    """Presets that do clearly better, best first."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """A network's answers to n images."""

    logits: Tensor
    """float32 (n, K)."""
    labels: Tensor
    """int64 (n,)."""

    @property
    def accuracy(self) -> float:
        return float((predicted(self.logits) == self.labels).double().mean())

    @property
    def loss(self) -> float:
        return float(cross_entropy(self.logits, self.labels, reduction="none").double().mean())

    @property
    def order(self) -> Order | None:
        """The permutation of the classes that the answers are; None if they are none."""
        return answered_order(self.logits.argmax(1), self.labels, self.logits.shape[1])

    @cached_property
    def right(self) -> Tensor:
        """float64 (n,): 1 for a right answer; the classes are taken in the order in which they are answered."""
        return (predicted(self.logits) == self._ordered_labels).double()

    @cached_property
    def losses(self) -> Tensor:
        """float64 (n,): cross-entropy in nats; the classes are taken in the order in which they are answered."""
        return cross_entropy(self.logits.double(), self._ordered_labels, reduction="none")

    @cached_property
    def _ordered_labels(self) -> Tensor:
        order = self.order
        return self.labels if order is None else torch.tensor(order.places)[self.labels]

    @cached_property
    def margins(self) -> Tensor:
        """float64 (n,): how far the right logit is above the largest other one, in standard deviations of all logits.

        Unlike the loss it doesn't depend on how sure a network is. The classes are taken in the order in which they are answered.
        """
        logits, labels = self.logits.double(), self._ordered_labels[:, None]
        others = logits.scatter(1, labels, -torch.inf).amax(1)
        return (logits.gather(1, labels)[:, 0] - others) / logits.std().clamp(min=1e-12)


def normalisations(data: Dataset) -> list[Normalisation]:
    """All normalisations that are tried if none is given: the presets and the data set's own."""
    known = [Normalisation(name, preset.mean, preset.std) for name, preset in PRESETS.items()]
    return [*known, Normalisation(OWN, data.mean, data.std)]


def try_normalisations(
    label: str, model: nn.Module, split: ImageSplit, choices: Sequence[Normalisation], progress: Progress
) -> list[Trial]:
    """Try a network with every normalisation on the same few hundred images, and those of indistinguishable accuracy on more images.

    The best comes first. If the intervals of accuracies overlap, the lower loss decides: it is measured on the same images for all, and it
    distinguishes normalisations whose accuracies differ by a few images. The number of images is limited so that a round takes seconds.
    """
    seconds = seconds_an_image(model, split.subset(8), choices[0])
    first = _try(
        label, model, split, choices, _affordable(seconds, len(choices), TRIAL_IMAGES), part(progress, 0.0, 0.5)
    )
    finalists = _as_good(first)
    names = {trial.preset for trial in finalists}
    again = [choice for choice in choices if choice.preset in names]
    count = _affordable(seconds, len(again), FINAL_IMAGES)
    if len(finalists) > 1 and count > first[0].samples:
        finalists = _try(label, model, split, again, count, part(progress, 0.5, 1.0))
        finalists = [*sorted(_as_good(finalists), key=lambda trial: trial.loss), *finalists]
    else:
        finalists = sorted(finalists, key=lambda trial: trial.loss)
    once: dict[str, Trial] = {}
    for trial in [*finalists, *first]:
        once.setdefault(trial.preset, trial)
    return list(once.values())


def part(progress: Progress, start: float, stop: float) -> Progress:
    """Progress of a part of the work, mapped to the whole's progress from `start` to `stop`."""
    return lambda share: progress(start + (stop - start) * share)


def _try(
    label: str,
    model: nn.Module,
    split: ImageSplit,
    choices: Sequence[Normalisation],
    count: int,
    progress: Progress,
) -> list[Trial]:
    """Trials by accuracy, best first."""
    images = split.subset(count)
    trials = []
    for done, choice in enumerate(choices):
        found = answers(model, images.with_normalisation(choice.mean, choice.std))
        progress((done + 1) / len(choices))
        trials.append(Trial(label, choice.preset, found.accuracy, found.loss, len(images)))
    return sorted(trials, key=lambda trial: (-trial.accuracy, trial.loss))


def _as_good(trials: Sequence[Trial]) -> list[Trial]:
    """Those of sorted trials that aren't clearly below the first."""
    low, _ = wilson_interval(round(trials[0].accuracy * trials[0].samples), trials[0].samples)
    return [trial for trial in trials if not _clearly_below(trial, low)]


def affordable_images(model: nn.Module, split: ImageSplit, *, runs: int, most: int) -> int:
    """How many images a network can be run on so many times in the time of a round."""
    own = Normalisation(OWN, split.mean, split.std)
    return _affordable(seconds_an_image(model, split.subset(8), own), runs, most)


def _affordable(seconds: float, runs: int, most: int) -> int:
    return max(LEAST_IMAGES, min(most, int(TRIAL_SECONDS / max(1e-9, seconds * runs))))


def check(
    model: nn.Module,
    split: ImageSplit,
    class_names: Sequence[str],
    others: Sequence[Trial],
    preset: str | None,
    progress: Progress,
) -> Check:
    """Accuracy on up to 500 images, with a warning if it is at chance, if the classes seem to be in another order, or if another
    normalisation does clearly better.

    Args:
        split: images with the import's normalisation.
        class_names: the network's classes in the assumed order of its outputs.
        others: the results of `try_normalisations` for this network; empty if nothing was tried.
        preset: the name of the import's normalisation among them.
    """
    images = split.subset(CHECKED_IMAGES)
    found = answers(model, images, progress)
    accuracy, classes = found.accuracy, len(class_names)
    low, high = wilson_interval(round(accuracy * len(images)), len(images))
    chance = 1 / classes
    better = [trial for trial in others if trial.preset != preset and _clearly_above(trial, high)]
    advice = f"; {', '.join(f'{trial.preset} reaches {trial.accuracy:.1%}' for trial in better[:3])}" if better else ""
    order = found.order
    said = f"accuracy is {accuracy:.1%} on {len(images)} validation images"
    warning = None
    if order is not None:
        warning = f"{said}, but {order.words(class_names)}"
    elif low <= chance <= high or accuracy < chance or (classes >= FEW_CLASSES and accuracy < 3 * chance):
        remedy = advice or (
            "; no other preset is better. Possible causes: the class order differs (--classes); the network is of another type, or was "
            "trained on another data set; its forward pass differs (activation, such as leaky ReLU; pooling)"
        )
        warning = f"{said}; chance level is {chance:.1%}{remedy}"
    elif better:
        warning = f"{said}, but another normalisation does better{advice}"
    few = images.subset(GAP_IMAGES)
    gap = statistics_gap(model, few.batch(0, len(few)))
    if gap is not None and gap > FITTING:
        gap_words = (
            f"the network's BatchNorm statistics don't fit these images (gap {gap:.2f}; up to {FITTING} is usual). Possible causes: "
            "another activation (leaky ReLU, SiLU), which weights don't reveal; another normalisation of the images; other training images"
        )
        warning = f"{warning}; {gap_words}" if warning else f"{said}, but {gap_words}"
    return Check(accuracy, chance, len(images), warning, tuple(trial.preset for trial in better[:3]))


def answers(model: nn.Module, images: ImageSplit, progress: Progress | None = None) -> Outcome:
    """The network's answers to all images of a split."""
    logits = []
    with evaluation(model), torch.no_grad():
        for start in range(0, len(images), BATCH):
            logits.append(model(images.batch(start, start + BATCH)))
            if progress is not None:
                progress(min(1.0, (start + BATCH) / len(images)))
    return Outcome(torch.cat(logits), images.labels)


def _clearly_above(trial: Trial, bound: float) -> bool:
    return wilson_interval(round(trial.accuracy * trial.samples), trial.samples)[0] > bound


def _clearly_below(trial: Trial, bound: float) -> bool:
    return wilson_interval(round(trial.accuracy * trial.samples), trial.samples)[1] < bound


def seconds_an_image(model: nn.Module, images: ImageSplit, choice: Normalisation) -> float:
    """How long the network takes for one of these images."""
    chosen = images.with_normalisation(choice.mean, choice.std)
    answers(model, chosen)  # the first run allocates
    began = time.perf_counter()
    answers(model, chosen)
    return (time.perf_counter() - began) / len(chosen)
