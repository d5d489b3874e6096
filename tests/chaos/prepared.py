"""What the process that others are forked from imports: everything that they need, and a network that was built once."""

from tests.chaos import contests, saves

__all__ = ["contests", "saves"]

saves.network()
