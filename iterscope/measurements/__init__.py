"""All measurements, each defined in one file: its question, its answer, its meaning and how it is computed.

docs/MEASUREMENTS.md says how to add one, here or in a package of one's own.
"""

from iterscope.measurements.answer import Answer, measure
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Computation, Parts, Rows
from iterscope.measurements.passes import Memory
from iterscope.measurements.records import PerImageResult, ProbeResult, Summary
from iterscope.measurements.registry import MEASUREMENTS, load_plug_ins, measurement_named
from iterscope.measurements.request import Checkpoint, Checkpoints, MeasurementRequest, PerImageRequest, example
from iterscope.measurements.tables import axis, coordinate

__all__ = [
    "MEASUREMENTS",
    "Answer",
    "Checkpoint",
    "Checkpoints",
    "Chunk",
    "Computation",
    "MeasuredNetwork",
    "Measurement",
    "MeasurementRequest",
    "Memory",
    "Parts",
    "PerImageRequest",
    "PerImageResult",
    "ProbeResult",
    "Rows",
    "Summary",
    "axis",
    "coordinate",
    "example",
    "measure",
    "measurement_named",
]

load_plug_ins()
