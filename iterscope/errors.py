"""Every error that Iterscope raises on purpose.

    IterscopeError
    ├── Cancelled                 the caller asked to stop (raise it from a progress callback)
    └── InvalidInput (ValueError) something the caller gave can't be used
        ├── ArchitectureError     unknown name, impossible option, a network that isn't a residual chain
        ├── BlockError            a block index out of range
        ├── PlanError             an execution plan that can't run on this network
        ├── BudgetError           a memory budget that doesn't hold a single image
        ├── DatasetError          unknown, incomplete or unreadable data
        ├── CheckpointError       a file that can't be read as a checkpoint
        └── ConfigurationError    an impossible training configuration

A message names the thing, the value that was given, and the remedy.
"""


class IterscopeError(Exception):
    """The root of all errors below."""


class Cancelled(IterscopeError):
    """Raised by a progress callback to stop a computation; nothing is left half-written."""


class InvalidInput(IterscopeError, ValueError):
    """What the caller gave can't be used."""


class ArchitectureError(InvalidInput):
    """An unknown architecture, an impossible option, or a network that is no residual chain."""


class BlockError(InvalidInput):
    """A block index outside the network."""


class PlanError(InvalidInput):
    """An execution plan that can't be read, or can't run on this network."""


class BudgetError(InvalidInput):
    """A memory budget that doesn't hold a single image."""


class DatasetError(InvalidInput):
    """A data set that is unknown, missing, incomplete or unreadable."""


class CheckpointError(InvalidInput):
    """A file that is no readable checkpoint."""


class ConfigurationError(InvalidInput):
    """A training configuration that can't be trained."""
