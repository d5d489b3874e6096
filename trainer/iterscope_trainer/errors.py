"""Errors of training, in addition to the library's errors."""

from iterscope.errors import IterscopeError


class TrainingError(IterscopeError):
    """A run can't be started, resumed or continued; the message names the run, the cause and the remedy."""


class DivergenceError(TrainingError):
    """The loss became NaN or infinite. Everything logged so far is kept, including this epoch."""
