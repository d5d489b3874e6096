"""Classes whose order is known: ImageNet's 1000, by the ids of their synsets (n01440764) or by torchvision's names for them.

The ids in the order of a network's outputs, which is their sorted order (Russakovsky et al. 2015), are in imagenet_synsets.txt.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

IMAGENET_CLASSES = 1000


def with_known_order(class_names: Sequence[str], outputs: int) -> tuple[str, ...] | None:
    """All classes of a network of 1000 outputs in their order, if the data set's classes are some of ImageNet's; else None.

    A class of the data set has the data set's own spelling.
    """
    if outputs != IMAGENET_CLASSES or len(class_names) >= outputs:
        return None
    synsets = imagenet_synsets()
    by_synset = _places(synsets)
    places = [by_synset.get(name) for name in class_names]
    if None in places:
        by_name = _places(_names())
        places = [by_name.get(_plain(name)) for name in class_names]
    if None in places or len(set(places)) < len(places):
        return None
    known = list(synsets)
    for name, place in zip(class_names, places, strict=True):
        assert place is not None
        known[place] = name
    return tuple(known)


@lru_cache(maxsize=1)
def imagenet_synsets() -> tuple[str, ...]:
    """The ids of ImageNet's 1000 synsets in the order of a network's outputs."""
    return tuple(Path(__file__).with_name("imagenet_synsets.txt").read_text(encoding="ascii").split())


@lru_cache(maxsize=1)
def _names() -> tuple[str, ...]:
    from torchvision.models import ResNet18_Weights

    return tuple(_plain(name) for name in ResNet18_Weights.IMAGENET1K_V1.meta["categories"])


def _plain(name: str) -> str:
    return name.lower().replace("_", " ").replace("-", " ").strip()


def _places(names: Sequence[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}
