"""Read numbers as people give them: Python's, numpy's, and tensors that hold one number."""

from __future__ import annotations

import math
import numbers
import operator

from torch import Tensor

_LONGEST = 80
"""Characters of a value in an error message."""


def whole_number(value: object) -> int | None:
    """The value as an int; None if it isn't a whole number. True and False aren't."""
    if isinstance(value, Tensor):
        value = None if value.dim() > 0 else value.item()
    if isinstance(value, bool):
        return None
    try:
        return operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        return None


def finite_number(value: object) -> float | None:
    """The value as a float; None if it isn't a finite number. True and False aren't."""
    if isinstance(value, Tensor):
        value = None if value.dim() > 0 else value.item()
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def shown(value: object) -> str:
    """A value in an error message: its repr, shortened. Python refuses to write integers of many thousand digits."""
    try:
        text = repr(value)
    except ValueError:
        return "a number of many thousand digits"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
