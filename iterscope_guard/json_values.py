"""What the JSON of a request may hold, wherever it stands: text that can be stored, numbers of 64 bits, and no deep nesting."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from iterscope_guard.text import one_line

MAX_DEPTH = 100
LARGEST = 2**63
MOST_PROBLEMS = 10


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
    waiting: list[tuple[str, int, Any]] = [("body", 0, value)]
    while waiting and len(found) < MOST_PROBLEMS:
        field, depth, entry = waiting.pop()
        if isinstance(entry, str):
            if (reason := _text_problem(entry)) is not None:
                found.append(Problem(field, reason))
        elif isinstance(entry, int):
            if not -LARGEST <= entry < LARGEST:
                found.append(Problem(field, "is too large a number: give one of 64 bits"))
        elif isinstance(entry, dict | list):
            if depth >= MAX_DEPTH:
                return [_too_deep(field.split(".")[0])]
            parts = entry.items() if isinstance(entry, dict) else enumerate(entry)
            for name, part in parts:
                place = f"{field}.{one_line(str(name)[:80])}"
                if isinstance(name, str) and (reason := _text_problem(name)) is not None:
                    found.append(Problem(place, f"its name {reason}"))
                waiting.append((place, depth + 1, part))
    return found


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
        return "contains half of a surrogate pair, which is no character: remove it"
    return None
