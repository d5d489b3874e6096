"""The errors that Iterscope raises.

    IterscopeError
    ├── Cancelled                 the caller asked to stop (raise it from a progress callback)
    ├── OutOfMemory (MemoryError) the machine or the GPU ran out of memory
    └── InvalidInput (ValueError) an argument or a file can't be used
        ├── ArchitectureError     unknown name, impossible option, a network that isn't a residual chain
        ├── BlockError            a block index out of range
        ├── PlanError             an execution plan that can't run on this network
        ├── BudgetError           a memory budget too small for a single image or for the result
        ├── DatasetError          unknown, incomplete or unreadable data
        ├── CheckpointError       a file that can't be read as a checkpoint
        └── ConfigurationError    an invalid training configuration, or another invalid option

Each message names what is wrong, the value that was given, and the remedy.
"""


class IterscopeError(Exception):
    """Base class of all errors that Iterscope raises."""


class Cancelled(IterscopeError):
    """Raised by a progress callback to stop a computation; nothing is left half-written."""


class OutOfMemory(IterscopeError, MemoryError):
    """The machine or the GPU ran out of memory. The same computation may succeed with a smaller budget, or later."""


class InvalidInput(IterscopeError, ValueError):
    """An argument or a file that can't be used."""


class ArchitectureError(InvalidInput):
    """An unknown architecture, an impossible option, or a network that isn't a residual chain."""


class BlockError(InvalidInput):
    """A block index outside the network."""


class PlanError(InvalidInput):
    """An execution plan that can't be read, or can't run on this network."""


class BudgetError(InvalidInput):
    """A memory budget that is too small for a single image, or for the result."""


class DatasetError(InvalidInput):
    """A data set that is unknown, missing, incomplete or unreadable."""


class CheckpointError(InvalidInput):
    """A file that can't be read as a checkpoint."""


class ConfigurationError(InvalidInput):
    """An invalid training configuration, or another invalid option."""
