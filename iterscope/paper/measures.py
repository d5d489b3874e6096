"""Code that the checks share: measurements with their intervals, missing measurements, and formatting of numbers.

D draws of the images (see `resampling`), R seeds, K rows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np

from iterscope.paper.evidence import NET_NAMES, Evidence, Net, NetName, Slot
from iterscope.paper.resampling import Floats, Interval, images_interval, largest_interval, seeds_interval

Value = TypeVar("Value")
Key = TypeVar("Key")

ENOUGH_SEEDS = 3
"""From this number of seeds on, a verdict is about networks trained this way; with fewer, about these networks."""
RULE_OF_THREE = 3.0
"""A share of n images of which none shows a change is known to 3/n only (95 %; Hanley and Lippman-Hand 1983)."""


@dataclass(frozen=True, eq=False)
class Measurement:
    """The measurement that decides a claim: it holds if `statistic comparison threshold` for the whole interval."""

    draws: Floats
    """(D,) the statistic over all seeds, as measured and for each bootstrap sample of the images."""
    seeds: Floats
    """(R,) the statistic of each seed."""
    comparison: Literal["<", ">"]
    threshold: float
    text: str
    """The number in words, with the networks it was measured on."""
    nets: tuple[Net, ...]
    images: int
    """The number of images that the statistic rests on."""
    note: str | None = None
    gate: tuple[Net, ...] | None = None
    """The networks that must have learned something; None: all."""
    rows: Floats | None = None
    """(D, K) if the statistic is the largest of K means (or, with `lowest`, the smallest)."""
    lowest: bool = False
    resolution: float = 0.0
    """The smallest half-width of the interval, for shares of few images."""
    given: Floats | None = None
    """(R, 2) each seed's own 95 % interval over images, where answers carry one. `draws` then has the statistic alone."""
    trivial: str | None = None
    """Why the claim would hold whatever the network does; it is then inconclusive instead."""

    @property
    def statistic(self) -> float:
        return float(self.draws[0])

    @property
    def repeated(self) -> bool:
        """Whether every network was trained with enough seeds for an interval over seeds."""
        return min((net.runs for net in self.nets), default=0) >= ENOUGH_SEEDS and len(self.seeds) >= ENOUGH_SEEDS

    @property
    def bare(self) -> bool:
        """Whether nothing is known of its spread over images, so that only seeds give an interval."""
        return self.given is None and len(self.draws) == 1

    def interval(self, level: float) -> Interval:
        """The interval over images, extended to that over seeds if there are enough; NaN if it isn't defined, or a seed's value isn't."""
        if self.bare:
            low, high = (self.statistic, self.statistic) if self.repeated else (math.nan, math.nan)
        elif self.given is not None:
            low, high = map(float, self.given.mean(0))
        elif self.rows is None or self.rows.shape[1] == 1:
            low, high = images_interval(self.draws, level)
        elif self.lowest:
            high, low = (-end for end in largest_interval(-self.rows, level))
        else:
            low, high = largest_interval(self.rows, level)
        low, high = min(low, self.statistic - self.resolution), max(high, self.statistic + self.resolution)
        if self.repeated and not np.isfinite(self.seeds).all():
            return math.nan, math.nan  # a seed without a value can't be left out: it may be the one that contradicts
        if self.repeated:
            over = seeds_interval(self.seeds, level)
            low, high = min(low, over[0]), max(high, over[1])
        return (low, high) if math.isfinite(low) and math.isfinite(high) else (math.nan, math.nan)


class NotYet(Exception):
    """A run or a measurement that a claim needs is missing; the message says which."""

    def __init__(self, message: str, nets: Sequence[Net] = ()) -> None:
        super().__init__(message)
        self.nets = tuple(nets)


class Undecidable(Exception):
    """The networks can't show what the claim says, such as a last stage of one block; the message says why."""

    def __init__(self, message: str, nets: Sequence[Net] = ()) -> None:
        super().__init__(message)
        self.nets = tuple(nets)


def net(evidence: Evidence, name: NetName, slot: Slot) -> Net:
    """The network, or NotYet."""
    if (found := evidence.nets.get((name, slot))) is not None:
        return found
    where = evidence.datasets.get(slot) or f"the {slot} data set"
    raise NotYet(f"no completed run of the {NET_NAMES[name]} on {where}")


def nets(evidence: Evidence, names: Iterable[NetName], slot: Slot) -> tuple[Net, ...]:
    """All of the networks, or NotYet naming the first that is missing."""
    return tuple(net(evidence, name, slot) for name in names)


def measured(values: Mapping[Key, Value], key: Key, what: str, net: Net) -> Value:
    """values[key], or NotYet."""
    if key in values:
        return values[key]
    raise NotYet(f"not measured yet: {what} ({key}) of {net.label}", [net])


def known(value: Value | None, what: str, net: Net) -> Value:
    """The value, or NotYet."""
    if value is None:
        raise NotYet(f"not measured yet: {what} of {net.label}", [net])
    return value


def need(condition: object, message: str, *about: Net) -> None:
    """Raise Undecidable unless the condition is true."""
    if not condition:
        raise Undecidable(message, about)


def over_seeds(values: Floats) -> tuple[Floats, Floats]:
    """`draws` (D,) and `seeds` (R,) of a statistic (D, R) that is averaged over seeds."""
    return values.mean(1), values[0]


def paired(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """The same of two networks' statistics (D, R): the draws of each, averaged over its own seeds, side by side as (D, 2);
    and the seeds that both have, as (R, 2).
    """
    both = min(first.shape[1], second.shape[1])
    return np.stack([first.mean(1), second.mean(1)], 1), np.stack([first[0, :both], second[0, :both]], 1)


def ratio(above: Floats, below: Floats) -> Floats:
    """above / below; NaN where it isn't defined."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(below != 0, above / below, math.nan)


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
