"""What each of Iterscope's programs does before and after it loads its libraries."""

from __future__ import annotations

import atexit
import gc

OBJECTS = 50_000
_USUAL = gc.get_threshold()


def load_quickly() -> None:
    """Look for garbage after every 50,000 new objects until `loaded`, and not at all when the process ends.

    torch is a million objects that stay. Looking through them again and again takes a third of the time in which a program that uses torch
    starts and ends.
    """
    gc.set_threshold(OBJECTS, *_USUAL[1:])
    atexit.register(gc.freeze)


def loaded() -> None:
    """Look for garbage as usual from now on, since it can hold large tensors, but not among what is there already.

    A forked process that looked among that would copy the memory that it shares with its parent.
    """
    gc.freeze()
    gc.set_threshold(*_USUAL)
