"""Swapped blocks of the same shape, against Kendall's τ of their order."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.records import Interval, Number, ProbeResult
from iterscope.measurements.request import MeasurementRequest, example


class ShuffleRequest(MeasurementRequest):
    """Random swaps of blocks of the same shape."""

    model_config = example(swaps=[0, 1, 2, 4], repeats=5)

    swaps: Annotated[list[Annotated[int, Field(ge=0, le=1000)]], Field(min_length=1, max_length=50)] = Field(
        default=[0, 1, 2, 4], description="Numbers of swapped pairs of blocks."
    )
    repeats: int = Field(default=5, ge=1, le=50, description="Number of random orders for each number of swaps.")


class ShuffledPlan(BaseModel):
    swaps: int
    order: list[int]
    kendall_tau: float
    accuracy: Number
    accuracy_interval: Interval
    loss: Number


class ShuffleResult(ProbeResult):
    plans: list[ShuffledPlan]


def measure(network: MeasuredNetwork, request: ShuffleRequest) -> dict[str, Any]:
    """Random swaps of shape-compatible blocks: accuracy against Kendall's τ of the order."""
    found = it.shuffling(
        network.chain,
        network.images,
        network.labels,
        request.swaps,
        request.repeats,
        seed=request.seed,
        **network.options,
    )
    rows = zip(found.swaps, found.orders, found.kendall_tau, values.table(found.outcomes), strict=True)
    return {
        "plans": [{"swaps": swaps, "order": list(order), "kendall_tau": tau, **row} for swaps, order, tau, row in rows]
    }


MEASUREMENT = Measurement(
    name="shuffle",
    title="Shuffling",
    summary="Accuracy with swapped blocks, against Kendall's τ of their order",
    formula="τ of the order in which the blocks run",
    citation="Veit et al. 2016, section 4.3",
    version=1,
    request=ShuffleRequest,
    result=ShuffleResult,
    measure=measure,
    drawing="table of plans",
)
