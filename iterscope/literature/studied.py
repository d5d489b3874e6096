"""One network's stored answers, and numbers of them with the intervals that they carry.

This module uses no store and no tensors, so a claim can be tested on answers written by hand. R seeds, K stages.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any, Literal, NamedTuple

import numpy as np

from iterscope.paper.evidence import Net
from iterscope.paper.measures import Measurement, NotYet, Undecidable, need
from iterscope.paper.resampling import LEVEL

Answer = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Studied:
    """What is known of one network."""

    net: Net
    answers: Mapping[str, Sequence[Answer]] = field(default_factory=dict)
    """For each measurement by its key, the answers of the seeds that have one, as REST returns them: null is undefined."""
    looks: Mapping[str, int] = field(default_factory=dict)


class Value(NamedTuple):
    """A number of one answer, and its 95 % interval; the ends are NaN if the answer has none, or one that isn't defined."""

    number: float
    low: float = math.nan
    high: float = math.nan


def number_of(value: Any) -> float:
    """A number as REST writes it: null is NaN, infinities are text."""
    return math.nan if value is None else float(value)


def valued(value: Any, interval: Sequence[Any]) -> Value:
    """A number and its interval as REST writes them."""
    return Value(number_of(value), number_of(interval[0]), number_of(interval[1]))


def estimated(estimate: Mapping[str, Any]) -> Value:
    """An answer's estimate."""
    return valued(estimate["value"], estimate["interval"])


def smallest(values: Sequence[Value]) -> Value:
    """The smallest of K values; those that are not defined, such as of a stage of one block, are left out.

    All are surely above a threshold if every lower end is (an intersection-union test, which needs no correction). The upper end is
    corrected for K values (Bonferroni), because the smallest of many is low by chance.
    """
    defined = [value for value in values if not math.isnan(value.number)]
    if not defined:
        return Value(math.nan)
    tail = (1 - LEVEL) / 2
    wider = NormalDist().inv_cdf(1 - tail / len(defined)) / NormalDist().inv_cdf(1 - tail)
    lows, highs = (
        [value.low for value in defined],
        [value.number + wider * (value.high - value.number) for value in defined],
    )
    if any(map(math.isnan, (*lows, *highs))):
        return Value(min(value.number for value in defined))
    return Value(min(value.number for value in defined), min(lows), min(highs))


def largest(values: Sequence[Value]) -> Value:
    """The largest of K values, in the same way."""
    found = smallest([Value(-value.number, -value.high, -value.low) for value in values])
    return Value(-found.number, -found.high, -found.low)


def measured(
    studied: Studied,
    key: str,
    read: Callable[[Answer], Value | float],
    comparison: Literal["<", ">"],
    threshold: float,
    text: Callable[[float], str],
    *,
    undefined: str,
    images: Callable[[Answer], int] = lambda answer: int(answer["samples"]),
) -> Measurement:
    """A number of the answers under `key`, averaged over seeds, against a threshold.

    Args:
        read: the number of one answer, with its interval if the answer has one.
        text: the mean over seeds in words.
        undefined: why the number is not defined, if it is so for every seed.
        images: how many images the number rests on.

    Raises NotYet without an answer, and Undecidable if the number is not defined for any seed.
    """
    net = studied.net
    if not (answers := studied.answers.get(key, ())):
        raise NotYet(f"not measured yet: {key} of {net.label}", [net])
    values = [found if isinstance(found := read(answer), Value) else Value(found) for answer in answers]
    seeds = np.array([value.number for value in values], dtype=np.float64)
    if np.isnan(seeds).all():
        raise Undecidable(f"{undefined} in {net.label}", [net])
    mean = float(seeds.mean())
    carried = np.array([[value.low, value.high] for value in values], dtype=np.float64)
    return Measurement(
        draws=np.array([mean]),
        seeds=seeds,
        comparison=comparison,
        threshold=threshold,
        text=f"{text(mean)} in {net.label}",
        nets=(net,),
        images=min(map(images, answers)),
        given=None if np.isnan(carried).all() else carried,
    )


NO_PAIR = "no stage has two blocks that keep the shape"
ENOUGH_PLACES = 4
"""Below that, a rank correlation says little."""


def trend(studied: Studied, places: list[Any], found: Value, of: str = "the last stage of ") -> Value:
    """A statistic of a curve over places: of three, one order in six is perfect by chance."""
    need(len(places) >= ENOUGH_PLACES, f"{of}{studied.net.label} has too few blocks for a trend", studied.net)
    return found


def of_stages(answer: Answer, name: str) -> list[Value]:
    """A number of each stage."""
    return [valued(stage[name], stage[f"{name}_interval"]) for stage in answer["stages"]]
