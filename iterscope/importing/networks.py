"""Find the right one of several networks that fit a file by trying them on the data set: forward passes leave no trace in weights."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from torch import nn

from iterscope.chunks import Progress
from iterscope.datasets.records import ImageSplit
from iterscope.importing.batch_norms import statistics_gap
from iterscope.importing.trial import Normalisation, Outcome, Trial, answers, part, seconds_an_image

NETWORK_IMAGES = 64
NETWORK_SECONDS = 60.0
"""The limits on comparing networks with the same tensors."""
SCREENED_IMAGES = 16
LEAST_NETWORK_IMAGES = 8
SCREENED_ERRORS = 4.0
"""Standard errors beyond which a network is left out after the first round."""
SURE_GAP = 0.05
"""Differences of BatchNorm statistics up to this say nothing."""
WELL = 0.5
"""The accuracy from which on the first round may leave out networks."""


@dataclass(frozen=True)
class Networks:
    """Which of several networks with the same tensors was chosen, and what can't be told."""

    label: str
    trials: tuple[Trial, ...]
    """The best of each network, in the order of the networks."""
    equals: tuple[str, ...] = field(default=())
    """Networks that do as well as the chosen one within the error."""
    untried: tuple[str, ...] = field(default=())
    """Networks for which the time wasn't enough."""


def choose_network(
    models: Mapping[str, nn.Module], split: ImageSplit, choices: Sequence[Normalisation], progress: Progress
) -> Networks:
    """Try every network with every normalisation on the same images, at most 64 and for at most 60 seconds.

    A first round of 16 images leaves out what is clearly worse. If the time isn't enough for every pair, all normalisations are tried with
    the first network only, and the other networks with the best of them.

    Outcomes are compared image by image: a network whose margins, right answers and losses are all within two standard errors of those of
    the network with the highest margin does equally well. Among those, BatchNorm statistics decide where they can: the wrong forward pass
    doesn't give those that were recorded in training. Of what is left the first is chosen, since the usual ones come first. Answers that
    are a permutation of the classes count as right here: the order of the classes may be another one, which `check` says.
    """
    labels = list(models)
    deadline = time.perf_counter() + NETWORK_SECONDS
    affordable = int(NETWORK_SECONDS / max(1e-9, seconds_an_image(models[labels[0]], split.subset(8), choices[0])))
    pairs = [(label, choice) for label in labels for choice in choices]
    count = affordable // len(pairs)
    found: dict[tuple[str, str], Outcome] = {}
    if count < SCREENED_IMAGES:
        first = _clamp(affordable // (2 * len(choices)))
        found = _run(models, pairs[: len(choices)], split.subset(first), deadline, part(progress, 0.0, 0.5))
        best = max(found, key=lambda pair: float(found[pair].margins.mean()))[1]
        left = max(1, (affordable - first * len(choices)) // LEAST_NETWORK_IMAGES)
        pairs = [(label, choice) for label in labels[:left] for choice in choices if choice.preset == best]
        count = (affordable - first * len(choices)) // len(pairs)
    elif count > SCREENED_IMAGES:
        found = _run(models, pairs, split.subset(SCREENED_IMAGES), deadline, part(progress, 0.0, 0.5))
        pairs = _not_clearly_worse(pairs, found)
    last = _run(models, pairs, split.subset(_clamp(count)), deadline, part(progress, 0.5, 1.0))
    of_label = _best_of_each(last)
    highest = max((outcome for _, outcome in of_label.values()), key=lambda outcome: float(outcome.margins.mean()))
    equals = [label for label in labels if label in of_label and does_as_well(of_label[label][1], highest)]
    if len(equals) > 1:
        presets = {choice.preset: choice for choice in choices}
        equals = _with_fitting_statistics(
            {label: models[label] for label in equals},
            {label: presets[of_label[label][0]] for label in equals},
            split.subset(_clamp(count)),
        )
    told = {**_best_of_each(found), **of_label}
    trials = [
        Trial(label, preset, outcome.accuracy, outcome.loss, len(outcome.labels))
        for label, (preset, outcome) in told.items()
    ]
    untried = tuple(label for label in labels if label not in told)
    return Networks(equals[0], tuple(trials), tuple(equals[1:]), untried)


def _with_fitting_statistics(
    models: Mapping[str, nn.Module], normalisation: Mapping[str, Normalisation], split: ImageSplit
) -> list[str]:
    """Of networks that answer equally well, those whose BatchNorm statistics fit the images about as well as the best's."""
    gaps = {}
    for label, model in models.items():
        images = split.with_normalisation(normalisation[label].mean, normalisation[label].std)
        gaps[label] = statistics_gap(model, images.batch(0, len(images))) or 0.0
    most = 2 * min(gaps.values()) + SURE_GAP
    return [label for label, gap in gaps.items() if gap <= most]


def _best_of_each(found: Mapping[tuple[str, str], Outcome]) -> dict[str, tuple[str, Outcome]]:
    """The best normalisation of each network, with its outcome."""
    best: dict[str, tuple[str, Outcome]] = {}
    for (label, preset), outcome in found.items():
        if label not in best or outcome.margins.mean() > best[label][1].margins.mean():
            best[label] = preset, outcome
    return best


def _clamp(count: int) -> int:
    return max(LEAST_NETWORK_IMAGES, min(NETWORK_IMAGES, count))


def _run(
    models: Mapping[str, nn.Module],
    pairs: Sequence[tuple[str, Normalisation]],
    images: ImageSplit,
    deadline: float,
    progress: Progress,
) -> dict[tuple[str, str], Outcome]:
    """The outcome of each pair of a network and a normalisation; of the first one at least, and of others until the time is over."""
    found: dict[tuple[str, str], Outcome] = {}
    for label, choice in pairs:
        if found and time.perf_counter() > deadline:
            break
        found[label, choice.preset] = answers(models[label], images.with_normalisation(choice.mean, choice.std))
        progress(len(found) / len(pairs))
    return found


def _not_clearly_worse(
    pairs: list[tuple[str, Normalisation]], found: Mapping[tuple[str, str], Outcome]
) -> list[tuple[str, Normalisation]]:
    """The pairs that aren't clearly worse than the best; all, if none answers well: the order of the classes may be another one."""
    best = max(found.values(), key=lambda outcome: float(outcome.margins.mean()))
    if len(found) < len(pairs) or best.accuracy < WELL:
        return pairs
    return [
        (label, choice) for label, choice in pairs if does_as_well(found[label, choice.preset], best, SCREENED_ERRORS)
    ]


def does_as_well(found: Outcome, best: Outcome, errors: float = 2.0) -> bool:
    """Whether margins, right answers and losses are all within so many standard errors of the best, image by image."""
    differences = (best.margins - found.margins, best.right - found.right, found.losses - best.losses)
    return all(
        float(difference.mean()) <= errors * float(difference.std()) / len(difference) ** 0.5
        for difference in differences
    )
