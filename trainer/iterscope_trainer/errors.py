"""What training raises beyond the library's errors."""

from iterscope.errors import IterscopeError


class TrainingError(IterscopeError):
    """A run that can't be begun, resumed or continued; the message names the run, the cause and the remedy."""


class DivergenceError(TrainingError):
    """The loss became NaN or infinite. Everything logged until then is kept, this epoch included."""
