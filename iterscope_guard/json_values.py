"""What the JSON of a request may hold, wherever it stands: text that can be stored, numbers of 64 bits, and no deep nesting."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from iterscope_guard.text import one_line

MAX_DEPTH = 100
LARGEST = 2**63
MOST_PROBLEMS = 10
MOST_VALUES = 1_000_000
"""Looking at so many takes about a second, in which a server answers nobody else."""
_END = object()


class Problem(NamedTuple):
    """Something in a request that can't be accepted."""

    field: str
    """Where it is, such as body.overrides.seed."""
    message: str


def problems_of(body: bytes) -> list[Problem]:
    """The first ten things in a JSON document that can't be accepted; none for text that is not JSON."""
    try:
        value = json.loads(body, parse_int=_integer)
    except RecursionError:
        return [_too_deep("body")]
    except ValueError:
        return []
    found: list[Problem] = []
    place: list[object] = []
    """The names that lead to the part that is looked at: its text is made for a problem only."""
    parts: list[Iterator[tuple[object, Any]]] = [iter([("body", value)])]
    count = 0
    while parts and len(found) < MOST_PROBLEMS:
        name, entry = next(parts[-1], (None, _END))
        if entry is _END:
            parts.pop()
            if place:
                place.pop()
            continue
        count += 1
        if count > MOST_VALUES:
            return [Problem("body", f"holds more than {MOST_VALUES:,} values: send fewer")]
        place.append(name)
        if isinstance(name, str) and (reason := _text_problem(name)) is not None:
            found.append(Problem(_field(place), f"its name {reason}"))
        if isinstance(entry, dict | list):
            if len(parts) > MAX_DEPTH:
                return [_too_deep("body")]
            parts.append(iter(entry.items()) if isinstance(entry, dict) else iter(enumerate(entry)))
            continue  # its place is left when its parts are at their end
        if isinstance(entry, str):
            if (reason := _text_problem(entry)) is not None:
                found.append(Problem(_field(place), reason))
        elif isinstance(entry, int) and not -LARGEST <= entry < LARGEST:
            found.append(Problem(_field(place), "is too large a number: give one of 64 bits"))
        place.pop()
    return found


def _field(place: list[object]) -> str:
    """The place in words; a long one is cut in the middle."""
    names = [one_line(str(name)[:80]) for name in (place if len(place) <= 12 else [*place[:6], "…", *place[-5:]])]
    return ".".join(names)


def _too_deep(field: str) -> Problem:
    return Problem(field, f"is nested more than {MAX_DEPTH} levels deep: send a flatter value")


def _integer(digits: str) -> int:
    """The integer, or its leading digits where it has thousands, which Python refuses to read: too large in both cases."""
    return int(digits[:40])


def _text_problem(text: str) -> str | None:
    if "\0" in text:
        return "contains the NUL character: remove it"
    try:
        text.encode()
    except UnicodeEncodeError:
        return "contains an unpaired surrogate, which is not a valid character: remove it"
    return None
