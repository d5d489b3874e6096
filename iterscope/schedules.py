"""Learning rates over a training run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from iterscope.errors import ConfigurationError


@dataclass(frozen=True)
class Piecewise:
    """Piecewise constant learning rates, as in the paper."""

    steps: tuple[tuple[int, float], ...]
    """(until epoch, learning rate): the first rate applies until its epoch, and so on; the last rate applies to the end."""

    def learning_rate(self, epoch: float, epochs: int) -> float:
        """The rate at `epoch` (0 at the start; fractions within an epoch); `epochs` is not used."""
        return next((rate for until, rate in self.steps if epoch < until), self.steps[-1][1])

    def validate(self) -> None:
        """Raise `ConfigurationError` unless the epochs increase and the rates are positive."""
        if not self.steps:
            raise ConfigurationError("schedule has no steps: give at least one [until epoch, learning rate]")
        epochs = [until for until, _ in self.steps]
        if any(later <= earlier for earlier, later in zip([0, *epochs], epochs, strict=False)):
            raise ConfigurationError(f"schedule changes at epochs {epochs}: they must be positive and increasing")
        for _, rate in self.steps:
            _check_rate("learning rate", rate)

    def to_dict(self) -> dict[str, Any]:
        return {"kind": "piecewise", "steps": [list(step) for step in self.steps]}


@dataclass(frozen=True)
class OneCycle:
    """One-cycle learning rates: linear warm-up to the peak, then cosine decay to nearly zero (Smith and Topin 2019)."""

    peak: float
    """The highest learning rate."""
    warmup: float = 0.25
    """Share of the run that is warm-up."""
    start: float = 0.04
    """First rate, as a share of the peak."""
    end: float = 0.0001
    """Last rate, as a share of the peak."""

    def learning_rate(self, epoch: float, epochs: int) -> float:
        """The rate at `epoch` (0 at the start; fractions within an epoch) of a run of `epochs`."""
        done = min(max(epoch / epochs, 0.0), 1.0)
        if done < self.warmup:
            return self.peak * (self.start + (1 - self.start) * done / self.warmup)
        falling = (done - self.warmup) / (1 - self.warmup)
        return self.peak * (self.end + (1 - self.end) * (1 + math.cos(math.pi * falling)) / 2)

    def validate(self) -> None:
        """Raise `ConfigurationError` for rates that aren't positive or shares outside 0 to 1."""
        _check_rate("peak", self.peak)
        for name, value in (("warmup", self.warmup), ("start", self.start), ("end", self.end)):
            if not _is_number(value) or not 0 < value < 1:
                raise ConfigurationError(f"schedule: {name} is {value!r}: it must lie between 0 and 1")

    def to_dict(self) -> dict[str, Any]:
        return {"kind": "one_cycle", "peak": self.peak, "warmup": self.warmup, "start": self.start, "end": self.end}


Schedule = Piecewise | OneCycle


def schedule_from(value: object) -> Schedule:
    """Read a schedule from the dictionary that its `to_dict` returns. Raises `ConfigurationError` if `value` isn't one."""
    if isinstance(value, Piecewise | OneCycle):
        return value
    example = '{"kind": "piecewise", "steps": [[80, 0.1], [120, 0.01]]} or {"kind": "one_cycle", "peak": 0.1}'
    if not isinstance(value, dict) or value.get("kind") not in ("piecewise", "one_cycle"):
        raise ConfigurationError(f"schedule is {value!r}: give {example}")
    options = {name: option for name, option in value.items() if name != "kind"}
    allowed = {"steps"} if value["kind"] == "piecewise" else {"peak", "warmup", "start", "end"}
    needed = "steps" if value["kind"] == "piecewise" else "peak"
    if needed not in options or (unknown := sorted(set(options) - allowed)):
        wrong = f"lacks {needed}" if needed not in options else f"has the unknown field {unknown[0]!r}"
        raise ConfigurationError(f"schedule {wrong}: give {example}")
    if value["kind"] == "one_cycle":
        return OneCycle(**options)
    steps = options["steps"]
    if not isinstance(steps, list | tuple) or not all(
        isinstance(step, list | tuple) and len(step) == 2 and _is_whole(step[0]) and _is_number(step[1])
        for step in steps
    ):
        raise ConfigurationError(
            f"schedule: steps is {steps!r}: give [until epoch, learning rate] pairs, as in {example}"
        )
    return Piecewise(tuple((step[0], float(step[1])) for step in steps))


def _check_rate(name: str, value: object) -> None:
    if not _is_number(value) or not 0 < float(str(value)) < math.inf:
        raise ConfigurationError(f"schedule: {name} is {value!r}: it must be a positive number")


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
