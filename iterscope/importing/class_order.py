"""Notice that a network's classes are in another order than the data set's: each class is answered as another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from iterscope.probes.statistics import wilson_interval

LEAST_ACCURACY = 0.6
"""Of the answers, if each class's most frequent answer counts as the right one."""
IMAGES_A_CLASS = 4
SHOWN = 40


@dataclass(frozen=True)
class Order:
    """A permutation of the classes under which a network's answers are right."""

    places: tuple[int, ...]
    """For each class of the data its output."""
    accuracy: float
    """Of the answers under the permutation."""

    def words(self, class_names: Sequence[str]) -> str:
        """What is the matter, with the remedy."""
        names = [""] * len(class_names)
        for label, place in enumerate(self.places):
            names[place] = class_names[label]
        quoted = ",".join(f'"{name}"' if "," in name else name for name in names[:SHOWN])
        more = ",…" if len(names) > SHOWN else ""
        return (
            f"each class is predicted as a different one: the network's outputs are in another order of classes, in which its accuracy is "
            f"{self.accuracy:.1%}. Give the classes in that order: --classes {quoted}{more} (class_names over REST)"
        )


def answered_order(predictions: Tensor, labels: Tensor, classes: int) -> Order | None:
    """The permutation that a network's answers are; None if they are none, or the classes as they stand.

    Each class's most frequent answer must be another for each, and they must be right for most images. With fewer than four images a class
    chance alone could make a permutation.
    """
    if classes < 2 or len(labels) < IMAGES_A_CLASS * classes:
        return None
    counts = torch.bincount(labels * classes + predictions, minlength=classes**2).view(classes, classes)
    places = counts.argmax(1)
    right = int(counts.gather(1, places[:, None]).sum())
    accuracy = right / len(labels)
    if len(set(places.tolist())) < classes or torch.equal(places, torch.arange(classes)) or accuracy < LEAST_ACCURACY:
        return None
    if wilson_interval(right, len(labels))[0] < 0.5:
        return None
    return Order(tuple(places.tolist()), accuracy)
