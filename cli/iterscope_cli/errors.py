"""What the commands raise themselves."""


class CommandError(Exception):
    """Something that was asked for can't be done; the message says what, and the remedy."""
