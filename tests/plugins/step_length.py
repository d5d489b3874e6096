"""How far each block moves the hidden state."""

from torch import Tensor

import iterscope as it
from iterscope.measurements import (
    Chunk,
    MeasuredNetwork,
    Measurement,
    MeasurementRequest,
    Parts,
    ProbeResult,
    Rows,
    Summary,
    axis,
)
from iterscope.measurements.values import summary


class StepLengthRequest(MeasurementRequest):
    """How far each block moves the hidden state."""


class StepLengthResult(ProbeResult):
    step_length: Summary = axis("block", description="‖h_{i+1} − s_i‖ / ‖s_i‖")


def length(view: it.BlockView) -> Tensor:
    return (view.next_h - view.s).flatten(1).norm(dim=1) / view.s.flatten(1).norm(dim=1)


def prepare(network: MeasuredNetwork, _request: StepLengthRequest) -> Parts:
    def chunk(some: Chunk) -> Rows:
        return {"length": it.map_blocks(network.chain, some.images, None, length, **some.options)}

    return Parts(chunk, lambda rows: {"step_length": summary(rows["length"])})


MEASUREMENT = Measurement(
    name="step-length",
    title="Step length",
    summary="How far each block moves the hidden state",
    formula="‖h_{i+1} − s_i‖ / ‖s_i‖",
    citation="an example",
    version=1,
    request=StepLengthRequest,
    result=StepLengthResult,
    prepare=prepare,
    drawing="lines over blocks",
)
