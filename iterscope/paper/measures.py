"""Code that the checks share: measurements, missing measurements, and formatting of numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Literal, TypeVar

from iterscope.paper.evidence import NET_NAMES, Curve, Evidence, Net, NetName, Slot
from iterscope.paper.intervals import Interval, two_means, two_shares

Value = TypeVar("Value")
Key = TypeVar("Key")


@dataclass(frozen=True)
class Measurement:
    """The measurement that decides a claim: it holds if `statistic comparison threshold`, for the whole interval if there is one."""

    statistic: float
    comparison: Literal["<", ">"]
    threshold: float
    text: str
    """The number in words, with the networks it was measured on."""
    nets: tuple[Net, ...]
    interval: Interval | None = None
    images: int | None = None
    note: str | None = None


class NotYet(Exception):
    """A run or a measurement that a claim needs is missing; the message says which."""

    def __init__(self, message: str, nets: Sequence[Net] = ()) -> None:
        super().__init__(message)
        self.nets = tuple(nets)


def net(evidence: Evidence, name: NetName, slot: Slot) -> Net:
    """The network, or NotYet."""
    if (found := evidence.nets.get((name, slot))) is not None:
        return found
    where = evidence.datasets.get(slot) or f"the {slot} data set"
    raise NotYet(f"no completed run of the {NET_NAMES[name]} on {where}")


def nets(evidence: Evidence, names: Iterable[NetName], slot: Slot) -> list[Net]:
    """All of the networks, or NotYet naming the first that is missing."""
    return [net(evidence, name, slot) for name in names]


def measured(values: Mapping[Key, Value], key: Key, what: str, net: Net) -> Value:
    """values[key], or NotYet."""
    if key in values:
        return values[key]
    raise NotYet(f"{what} ({key}) has not been measured yet for {net.label}", [net])


def logged(values: Sequence[Value], what: str, net: Net) -> Sequence[Value]:
    """The values where there are any, or NotYet."""
    if len(values) == 0:
        raise NotYet(f"{what} was not logged for {net.label}", [net])
    return values


def of(curve: Curve, blocks: Iterable[int]) -> list[float]:
    """The curve's values at these blocks."""
    return [curve[block] for block in blocks]


def mean(values: Sequence[float]) -> float:
    """The mean; NaN if a value is NaN or there are none, so that divergence isn't averaged away."""
    return fmean(values) if values else math.nan


def largest(values: Sequence[float]) -> float:
    """The largest value; NaN if a value is NaN or there are none."""
    return max(values) if values and not any(math.isnan(value) for value in values) else math.nan


def ratio(above: float, below: float) -> float:
    """above / below; NaN if it isn't defined."""
    return above / below if below and not (math.isinf(above) and math.isinf(below)) else math.nan


def accuracy_difference(first: Net, second: Net, split: Literal["train", "validation"]) -> tuple[float, Interval, int]:
    """Mean accuracy of the second network minus that of the first, its interval, and the number of images.

    The interval is over seeds (Welch's t) if both were repeated; else over the split's images (Newcombe), which doesn't cover variation
    between seeds.
    """
    sides = [measured(each.accuracy, split, "accuracy", each) for each in (first, second)]
    images = min(measured(each.split_images, split, "the number of images", each) for each in (first, second))
    one, two = (mean(side) for side in sides)
    interval = (math.nan, math.nan)
    repeated = min(len(side) for side in sides) > 1 and any(len(set(side)) > 1 for side in sides)
    if repeated:
        interval = two_means(*sides)
    elif not math.isnan(one + two):
        interval = two_shares(one, images, two, images)
    return two - one, interval, images


def number(value: float, digits: int = 3) -> str:
    """A number as text: −0.021, with a true minus sign; very large and small numbers as 1.2e6."""
    if math.isnan(value):
        return "not defined"
    text = f"{value:.{digits}f}" if value == 0 or 10**-digits <= abs(value) < 1000 else f"{value:.2g}"
    return text.replace("-", "−").replace("inf", "∞")


def percent(share: float) -> str:
    """0.431 → 43.1 %."""
    return "not defined" if math.isnan(share) else f"{100 * share:.1f} %".replace("-", "−")


def points(difference: float) -> str:
    """0.012 → +1.2 points."""
    return "not defined" if math.isnan(difference) else f"{100 * difference:+.1f} points".replace("-", "−")


def listing(networks: Sequence[Net]) -> str:
    """ResNet-56 on digits, Wide on digits."""
    return ", ".join(each.label for each in networks)
