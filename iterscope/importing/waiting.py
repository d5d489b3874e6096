"""Whether something can be read from a descriptor, of any number."""

from __future__ import annotations

import select


def is_readable(descriptor: int, seconds: float) -> bool:
    """Wait for input, or for its end, at most so many seconds. Returns whether there is one or the other."""
    if not hasattr(select, "poll"):  # not on every system
        return bool(select.select([descriptor], [], [], seconds)[0])
    # select takes no descriptor from 1024 on, and a service has as many with a thousand open connections.
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(round(1000 * seconds)))
