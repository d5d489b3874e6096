"""Training: an explicit loop, its logs, and the runs it trains.

The loop (`iterscope_trainer.loop`) uses a `MetricLogger`, not the database; `iterscope_trainer.runs` connects it to the store.
"""

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from iterscope_trainer.recorder import Recorder

# By default, OpenMP threads wait for each other in a busy loop, which slows down every other process on the same cores: a probe took
# four times as long while a run was training. Spinning for a few tenths of a millisecond does no harm and makes training 5 to 20 %
# faster when no other process uses the cores, because its operations follow each other closely (docs/RESULTS.md). torch reads these
# variables when it is first loaded.
if "OMP_WAIT_POLICY" not in os.environ:
    os.environ["OMP_WAIT_POLICY"] = "passive"
    os.environ.setdefault("GOMP_SPINCOUNT", "10000")

__all__ = ["Recorder"]


def __getattr__(name: str) -> Any:
    """`Recorder` is loaded when it is asked for: the service, which waits for runs, needs no torch."""
    if name != "Recorder":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from iterscope_trainer.recorder import Recorder

    return Recorder
