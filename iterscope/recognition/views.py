"""Parts of a table of tensors that may be the network: all of it, what lies under a prefix, and that with a last layer from beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from torch import Tensor

from iterscope.recognition.records import Shapes
from iterscope.recognition.unwrapping import COPY

MOST_VIEWS = 24
LARGE_TABLE = 5000
"""With more tensors than this, only the few largest subtrees are tried."""
LEAST_TENSORS = 8
DEEPEST = 5
_OF_IMAGES = r"(?:^|\.)(?:(?:new|input|image|images|img|pixel|data|norm|normalize)_)?"
_MEAN = re.compile(rf"{_OF_IMAGES}(?:mean|mu)$")
_STD = re.compile(rf"{_OF_IMAGES}(?:std|sigma)$")
_SIBLING = re.compile(
    r"^(?:criterion|loss\w*|\w+_loss|queue\w*|\w*metrics?|\w*acc|\w*accuracy|normali[sz]\w*|attacker|\w*ema|optim\w*|memory_bank|"
    r"centers?|teacher|momentum\w*)(?:\.|$)"
)
"""What training programs keep beside a network whose names have no prefix."""


@dataclass(frozen=True)
class View:
    """Some of a table's tensors, by the names that they have in a network."""

    names: Mapping[str, str]
    """The table's name → the name here."""
    prefix: str = ""
    """What was removed from the names; empty for the whole table."""
    left_out: tuple[str, ...] = field(default=())
    """The names of the table's other tensors."""

    def shapes(self, table: Shapes) -> dict[str, tuple[int, ...]]:
        """Of the view's tensors, by their names here."""
        return {ours: table[name] for name, ours in self.names.items()}


def views_of(shapes: Shapes) -> Iterator[View]:
    """The whole table first, then what lies under each prefix, the largest first; copies (EMA, teacher, …) come after their originals."""
    yield View({name: name for name in shapes})
    siblings = [name for name in shapes if _SIBLING.match(name) or _MEAN.search(name) or _STD.search(name)]
    if siblings:
        yield View({name: name for name in shapes if name not in set(siblings)}, "", tuple(siblings))
    under: dict[str, list[str]] = {}
    for name in shapes:
        parts = name.split(".")[:-1]
        for depth in range(1, min(len(parts), DEEPEST) + 1):
            under.setdefault(".".join(parts[:depth]) + ".", []).append(name)
    order = {prefix: place for place, prefix in enumerate(under)}
    large = [
        prefix
        for prefix, names in under.items()
        if len(names) >= LEAST_TENSORS and any(len(shapes[name]) == 4 for name in names)
    ]
    large.sort(key=lambda each: (-len(under[each]), bool(COPY.search(each)), each.count("."), order[each]))
    for prefix in large[: MOST_VIEWS if len(shapes) <= LARGE_TABLE else 3]:
        inside = {name: name.removeprefix(prefix) for name in under[prefix]}
        outside = [name for name in shapes if name not in inside]
        if head := _head_beside(inside, outside, shapes):
            yield View({**inside, **head}, prefix, tuple(name for name in outside if name not in head))
        yield View(inside, prefix, tuple(outside))


def _head_beside(inside: Mapping[str, str], outside: list[str], shapes: Shapes) -> dict[str, str]:
    """The weight and bias of the only linear layer outside, called fc; empty if there is none, or if there is one inside already."""

    def matrices(names: list[str]) -> list[str]:
        return [name for name in names if len(shapes[name]) == 2 and name.rpartition(".")[2] == "weight"]

    found = matrices(outside)
    if len(found) != 1 or matrices(list(inside)):
        return {}
    module = found[0].removesuffix("weight")
    return {name: f"fc.{name.removeprefix(module)}" for name in outside if name in (found[0], f"{module}bias")}


def normalisation_in(
    names: tuple[str, ...], tensors: Mapping[str, Tensor], channels: int
) -> tuple[list[float], list[float]] | None:
    """Mean and standard deviation of a normaliser beside the network, per channel, for pixel values from 0 to 1; None if there is none."""

    def values(pattern: re.Pattern[str]) -> list[float] | None:
        for name in names:
            tensor = tensors[name]
            if (
                pattern.search(name)
                and tensor.numel() == channels
                and not tensor.is_meta
                and tensor.is_floating_point()
            ):
                return [float(value) for value in tensor.flatten()]
        return None

    mean, std = values(_MEAN), values(_STD)
    if mean is None or std is None or not all(value > 0 for value in std):
        return None
    if max(std) > 4 or max(mean) > 4:  # for pixel values from 0 to 255
        mean, std = [value / 255 for value in mean], [value / 255 for value in std]
    return mean, std


def copies_of(view: View, shapes: Shapes) -> list[str]:
    """The other prefixes under which a table has the same names with the same shapes as under the view's."""
    wanted = {name.removeprefix(view.prefix): shapes[name] for name in view.names if name.startswith(view.prefix)}
    some = next(iter(wanted), "")
    found = []
    for name in view.left_out:
        prefix = name.removesuffix(some)
        if name != prefix and prefix and all(shapes.get(prefix + each) == shape for each, shape in wanted.items()):
            found.append(prefix)
    return found
