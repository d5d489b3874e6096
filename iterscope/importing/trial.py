"""Find the right normalisation, and the right one of several networks that fit a file, by trying them on the data set."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from iterscope.chain import ResidualChain
from iterscope.chunks import Progress
from iterscope.datasets.records import Channels, Dataset, ImageSplit
from iterscope.engine import evaluate_plans
from iterscope.plan import identity
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


def normalisations(data: Dataset) -> list[Normalisation]:
    """All normalisations that are tried if none is given: the presets and the data set's own."""
    known = [Normalisation(name, preset.mean, preset.std) for name, preset in PRESETS.items()]
    return [*known, Normalisation(OWN, data.mean, data.std)]


def try_all(
    chains: Mapping[str, ResidualChain], split: ImageSplit, choices: Sequence[Normalisation], progress: Progress
) -> list[Trial]:
    """Try every network with every normalisation on the same few hundred images, and those of indistinguishable accuracy on more images.

    The best comes first. If the intervals of accuracies overlap, the lower loss decides: it is measured on the same images for all, and it
    distinguishes normalisations whose accuracies differ by a few images. The number of images is limited so that a round takes seconds.
    """
    seconds = _seconds_an_image(next(iter(chains.values())), split.subset(8), choices[0])
    pairs = [(label, choice) for label in chains for choice in choices]
    first = _try(chains, split, pairs, _affordable(seconds, len(pairs), TRIAL_IMAGES), part(progress, 0.0, 0.5))
    finalists = _equals(first)
    names = {(trial.label, trial.preset) for trial in finalists}
    again = [(label, choice) for label, choice in pairs if (label, choice.preset) in names]
    count = _affordable(seconds, len(again), FINAL_IMAGES)
    if len(finalists) > 1 and count > first[0].samples:
        finalists = _try(chains, split, again, count, part(progress, 0.5, 1.0))
        finalists = [*sorted(_equals(finalists), key=lambda trial: trial.loss), *finalists]
    else:
        finalists = sorted(finalists, key=lambda trial: trial.loss)
    once: dict[tuple[str, str], Trial] = {}
    for trial in [*finalists, *first]:
        once.setdefault((trial.label, trial.preset), trial)
    return list(once.values())


def part(progress: Progress, start: float, stop: float) -> Progress:
    """Progress of a part of the work, mapped to the whole's progress from `start` to `stop`."""
    return lambda share: progress(start + (stop - start) * share)


def _try(
    chains: Mapping[str, ResidualChain],
    split: ImageSplit,
    pairs: Sequence[tuple[str, Normalisation]],
    count: int,
    progress: Progress,
) -> list[Trial]:
    """Trials by accuracy, best first."""
    images = split.subset(count)
    trials = []
    for done, (label, choice) in enumerate(pairs):
        share = part(progress, done / len(pairs), (done + 1) / len(pairs))
        accuracy, loss = evaluate(chains[label], images.with_normalisation(choice.mean, choice.std), share)
        trials.append(Trial(label, choice.preset, accuracy, loss, len(images)))
    return sorted(trials, key=lambda trial: (-trial.accuracy, trial.loss))


def _equals(trials: Sequence[Trial]) -> list[Trial]:
    """Those of sorted trials that aren't clearly below the first."""
    low, _ = wilson_interval(round(trials[0].accuracy * trials[0].samples), trials[0].samples)
    return [trial for trial in trials if not _clearly_below(trial, low)]


def _affordable(seconds: float, runs: int, most: int) -> int:
    return max(LEAST_IMAGES, min(most, int(TRIAL_SECONDS / max(1e-9, seconds * runs))))


def check(
    chain: ResidualChain,
    split: ImageSplit,
    classes: int,
    others: Sequence[Trial],
    preset: str | None,
    progress: Progress,
) -> Check:
    """Accuracy on up to 500 images, with a warning if it is at chance or if another normalisation does clearly better.

    Args:
        split: images with the import's normalisation.
        others: the results of `try_all` for this network; empty if nothing was tried.
        preset: the name of the import's normalisation among them.
    """
    images = split.subset(CHECKED_IMAGES)
    accuracy, _ = evaluate(chain, images, progress)
    low, high = wilson_interval(round(accuracy * len(images)), len(images))
    chance = 1 / classes
    better = [trial for trial in others if trial.preset != preset and _clearly_above(trial, high)]
    advice = f"; {', '.join(f'{trial.preset} reaches {trial.accuracy:.1%}' for trial in better[:3])}" if better else ""
    warning = None
    if low <= chance <= high or accuracy < chance or (classes >= FEW_CLASSES and accuracy < 3 * chance):
        remedy = (
            advice
            or "; no preset does better: the classes may be in a different order, or the network of another type or for another data set"
        )
        warning = f"accuracy is {accuracy:.1%} on {len(images)} validation images, guessing gives {chance:.1%}{remedy}"
    elif better:
        warning = f"accuracy is {accuracy:.1%} on {len(images)} validation images, but another normalisation does better{advice}"
    return Check(accuracy, chance, len(images), warning, tuple(trial.preset for trial in better[:3]))


def evaluate(chain: ResidualChain, images: ImageSplit, progress: Progress | None = None) -> tuple[float, float]:
    """Accuracy and mean cross-entropy in nats."""
    found = evaluate_plans(chain, images, images.labels, [identity()], progress=progress)
    return float(found.accuracy), float(found.mean_loss)


def _clearly_above(trial: Trial, bound: float) -> bool:
    return wilson_interval(round(trial.accuracy * trial.samples), trial.samples)[0] > bound


def _clearly_below(trial: Trial, bound: float) -> bool:
    return wilson_interval(round(trial.accuracy * trial.samples), trial.samples)[1] < bound


def _seconds_an_image(chain: ResidualChain, images: ImageSplit, choice: Normalisation) -> float:
    chosen = images.with_normalisation(choice.mean, choice.std)
    evaluate(chain, chosen)  # the first run allocates
    began = time.perf_counter()
    evaluate(chain, chosen)
    return (time.perf_counter() - began) / len(chosen)
