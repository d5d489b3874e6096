"""What each of Iterscope's programs does first."""

from __future__ import annotations

import atexit
import gc

OBJECTS = 50_000


def load_quickly() -> None:
    """Look for garbage after every 50,000 new objects, not 700, and not at all when the process ends.

    torch is a million objects that stay. Looking through them again and again takes a third of the time in which a program that uses torch
    starts and ends.
    """
    gc.set_threshold(OBJECTS, *gc.get_threshold()[1:])
    atexit.register(gc.freeze)
