"""All measurements, each defined in one file: its question, its answer, its meaning and how it is computed.

To add a measurement, add a file with a `MEASUREMENT`, and its module below.
"""

from iterscope.measurements import (
    batch_statistics,
    block_metrics,
    borderline,
    drop,
    early_exit,
    plan,
    predictions,
    sample,
    samples,
    shuffle,
    unroll,
)
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork, Memory
from iterscope.measurements.parts import Chunk, Computation, Parts, Rows

__all__ = ["MEASUREMENTS", "Chunk", "Computation", "MeasuredNetwork", "Measurement", "Memory", "Parts", "Rows"]

_MODULES = (
    block_metrics, drop, unroll, batch_statistics, early_exit, borderline, shuffle, plan, samples, sample, predictions,
)  # fmt: skip
MEASUREMENTS: dict[str, Measurement] = {module.MEASUREMENT.name: module.MEASUREMENT for module in _MODULES}
"""By name."""
