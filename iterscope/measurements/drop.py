"""Accuracy and loss without blocks (section 4.2, figures 3 and 12)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows, outcome_rows, read_outcomes
from iterscope.measurements.records import Accuracy, PerImageResult
from iterscope.measurements.request import BlockIndex, PerImageRequest, example
from iterscope.measurements.tables import axis
from iterscope.probes.drop import dropped_blocks


class DropRequest(PerImageRequest):
    """Accuracy and loss without each block separately, or without given sets of blocks."""

    model_config = example(blocks="each")

    blocks: (
        Literal["each"]
        | Annotated[
            list[Annotated[list[BlockIndex], Field(min_length=1, max_length=1000)]],
            Field(min_length=1, max_length=1000),
        ]
    ) = Field(default="each", description="`each` block separately, or sets of blocks to drop together.")


class DroppedBlocks(Accuracy):
    blocks: list[int]


class DropResult(PerImageResult):
    baseline: Accuracy = Field(description="The untouched network.")
    plans: list[DroppedBlocks] = axis(
        "plan", description="Accuracy with its 95 % Wilson interval, and loss in nats, without these blocks."
    )


def prepare(network: MeasuredNetwork, request: DropRequest) -> Parts:
    """Accuracy and loss without blocks: each block separately, or given sets (figure 3)."""
    dropped = dropped_blocks(network.chain, request.blocks)
    plans = [it.identity(), *(it.drop(blocks) for blocks in dropped)]

    def chunk(some: Chunk) -> Rows:
        return outcome_rows(
            it.evaluate_plans(network.chain, some.images, None, plans, states=network.states(some), **some.options)
        )

    def finish(rows: Rows) -> dict[str, Any]:
        found = read_outcomes(rows)
        baseline, *table = values.table(found)
        return {
            "baseline": baseline,
            "plans": [{"blocks": list(blocks), **row} for blocks, row in zip(dropped, table, strict=True)],
            **(values.per_image(correct=found.correct) if request.per_image else {}),
        }

    return Parts(chunk, finish)


MEASUREMENT = Measurement(
    name="drop",
    title="Block drop",
    summary="Accuracy and loss without blocks (figure 3)",
    formula="F_i := 0",
    citation="Jastrzębski et al. 2018, section 4.2",
    version=1,
    request=DropRequest,
    result=DropResult,
    prepare=prepare,
    drawing="table of plans",
)
