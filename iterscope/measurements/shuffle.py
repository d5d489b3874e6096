"""Swapped blocks of the same shape, against Kendall's τ of their order."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows, outcome_rows, read_outcomes
from iterscope.measurements.records import Interval, Number, ProbeResult
from iterscope.measurements.request import MeasurementRequest, example
from iterscope.measurements.tables import axis
from iterscope.probes.shuffling import kendall_tau, random_orders


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
    plans: list[ShuffledPlan] = axis(
        "plan",
        description="Accuracy and loss with this order, and its rank correlation with the trained one.",
    )


def prepare(network: MeasuredNetwork, request: ShuffleRequest) -> Parts:
    """Random swaps of shape-compatible blocks: accuracy against Kendall's τ of the order."""
    counts, orders = random_orders(network.chain, request.swaps, request.repeats, request.seed)
    plans = [it.shuffle(order) for order in orders]

    def chunk(some: Chunk) -> Rows:
        return outcome_rows(
            it.evaluate_plans(network.chain, some.images, None, plans, states=network.states(some), **some.options)
        )

    def finish(rows: Rows) -> dict[str, Any]:
        table = zip(counts, orders, values.table(read_outcomes(rows)), strict=True)
        return {
            "plans": [
                {"swaps": swaps, "order": list(order), "kendall_tau": kendall_tau(order), **row}
                for swaps, order, row in table
            ]
        }

    return Parts(chunk, finish)


MEASUREMENT = Measurement(
    name="shuffle",
    title="Shuffling",
    summary="Accuracy with swapped blocks, against Kendall's τ of their order",
    formula="τ of the order in which the blocks run",
    citation="Veit et al. 2016, section 4.3",
    version=1,
    request=ShuffleRequest,
    result=ShuffleResult,
    prepare=prepare,
    drawing="table of plans",
)
