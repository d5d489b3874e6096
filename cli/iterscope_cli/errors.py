"""Errors of the commands, and what is printed of an error."""

import errno

EXPECTED = frozenset({"IterscopeError", "StoreError", "CommandError"})
"""Errors of which only the message is printed. They are listed by name because importing them would import torch."""


class CommandError(Exception):
    """A command can't do what was requested; the message names the cause and the remedy."""


def expected_message(error: Exception) -> str | None:
    """The message to print of an expected error; None for an error that is a bug."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        place = error.filename2 or error.filename
        return (
            f"{f'{place} could not be written: ' if place else ''}the disk is full. Everything stored before is kept; free some space, or "
            "choose a home folder on another disk (--home, ITERSCOPE_HOME)"
        )
    return None if EXPECTED.isdisjoint(kind.__name__ for kind in type(error).__mro__) else str(error)
