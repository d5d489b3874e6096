"""Errors of the commands."""


class CommandError(Exception):
    """A command can't do what was requested; the message names the cause and the remedy."""
