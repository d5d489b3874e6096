"""What a checkpoint's description may hold. An untrusted file writes it, and the store and every list that shows it rely on it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

MAX_DEPTH = 12
MAX_EPOCH = 2**31 - 1
MAX_TEXT = 100_000
"""Characters of one text."""
_INTEGERS = range(-(2**63), 2**63)


def problem_in(described: dict[str, Any]) -> str | None:
    """The first thing in a description that can't be stored or shown, such as "the field epoch is …"; None if there is nothing.

    Texts must be encodable and without NUL, whole numbers of 64 bits, other numbers finite, and nothing nested deeper than twelve levels.
    """
    for field, value in described.items():
        for reason in _problems(field, 1):
            return f"the name of its field {field[:80]!r} {reason}"
        for reason in _problems(value, 1):
            return f"the field {field[:80]} {reason}"
    for field, largest in (("epoch", MAX_EPOCH), ("num_parameters", _INTEGERS.stop - 1)):
        value = described.get(field)
        if isinstance(value, int) and not 0 <= value <= largest:
            return f"the field {field} is {value}, but must be from 0 to {largest}"
    return None


def _problems(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield from _text_problems(value)
    elif isinstance(value, int):
        if value not in _INTEGERS:
            yield "holds a whole number of more than 64 bits"
    elif isinstance(value, float):
        if not math.isfinite(value):
            yield f"holds the number {value}"
    elif isinstance(value, dict | list):
        if depth > MAX_DEPTH:
            yield f"is nested more than {MAX_DEPTH} levels deep"
            return
        if isinstance(value, dict):
            for name in value:
                yield from _text_problems(name)
        for part in value.values() if isinstance(value, dict) else value:
            yield from _problems(part, depth + 1)


def _text_problems(text: str) -> Iterator[str]:
    if len(text) > MAX_TEXT:
        yield f"holds a text of more than {MAX_TEXT:,} characters"
    if "\0" in text:
        yield "holds the NUL character"
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        yield "holds an unpaired surrogate, which is not a valid character"
