"""Faults at random, and what is promised under each: a trial makes one fault, and raises `Broken` where the promise does not hold."""

from __future__ import annotations

import random
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

Trial = Callable[[random.Random], str]
"""Makes one fault; returns in a few words how it ended. Raises `Broken` where the promise does not hold."""
MOST_BROKEN = 3
"""After so many broken promises the other trials of a fault are left out."""


class Broken(AssertionError):
    """A promise did not hold; the message says what was seen."""


class NotPossible(Exception):
    """This machine can't make this fault; the message says what is missing."""


@dataclass(frozen=True)
class Fault:
    """One kind of fault."""

    name: str
    promise: str
    """One sentence, which docs/RELIABILITY.md repeats."""
    share: float
    """The part of all trials' time that this fault gets, relative to the others."""
    prepare: Callable[[Path], AbstractContextManager[Trial]]
    """Prepares all trials in an empty folder. Raises `NotPossible`."""


@dataclass
class Tally:
    """What was seen in the trials of one fault."""

    fault: Fault
    trials: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    seconds: float = 0.0
    not_possible: str | None = None
    """Why no trial was made; None if trials were made."""


def run_trials(fault: Fault, folder: Path, *, seed: int, seconds: float, count: int | None = None) -> Tally:
    """Make trials until the time is over or `count` were made, at least one.

    Trial i depends on the seed, the fault's name and i alone, apart from how the operating system shares time between processes.
    """
    tally = Tally(fault)
    folder.mkdir()
    began = time.monotonic()
    try:
        with fault.prepare(folder) as trial:
            end = time.monotonic() + seconds
            while tally.trials != count and (tally.trials == 0 or time.monotonic() < end):
                number = tally.trials
                tally.trials += 1
                try:
                    tally.ended[trial(random.Random(f"{seed} {fault.name} {number}"))] += 1
                except Broken as error:
                    tally.broken.append(f"trial {number}: {error}")
                except Exception:
                    tally.broken.append(f"trial {number}: {traceback.format_exc()}")
                if len(tally.broken) >= MOST_BROKEN:
                    break
    except NotPossible as error:
        tally.not_possible = str(error)
    except Exception:  # for example a service that does not end
        tally.broken.append(f"before or after the trials: {traceback.format_exc()}")
    tally.seconds = time.monotonic() - began
    return tally


def require(holds: bool, what: str) -> None:
    """Raise `Broken` with these words unless a promise holds."""
    if not holds:
        raise Broken(what)


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 60.0) -> None:
    """Wait for a condition. Raises `Broken`: what was waited for, and how long."""
    end = time.monotonic() + seconds
    while not condition():
        require(time.monotonic() < end, f"{what} was waited for {seconds:g} seconds in vain")
        time.sleep(0.1)
