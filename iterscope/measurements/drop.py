"""Accuracy and loss without blocks (section 4.2, figures 3 and 12)."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import torch
from pydantic import Field

import iterscope as it
from iterscope.measurements import values
from iterscope.measurements.definition import Measurement
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.records import Accuracy, PerImageResult
from iterscope.measurements.request import BlockIndex, PerImageRequest, example


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
    baseline: Accuracy
    plans: list[DroppedBlocks]


def measure(network: MeasuredNetwork, request: DropRequest) -> dict[str, Any]:
    """Accuracy and loss without blocks: each block separately, or given sets (figure 3)."""
    found = it.block_drop(network.chain, network.images, network.labels, request.blocks, **network.options)
    return {
        "baseline": values.table(found.baseline)[0],
        "plans": [
            {"blocks": list(blocks), **row}
            for blocks, row in zip(found.dropped, values.table(found.outcomes), strict=True)
        ],
        **(
            values.per_image(correct=torch.cat([found.baseline.correct, found.outcomes.correct]))
            if request.per_image
            else {}
        ),
    }


MEASUREMENT = Measurement(
    name="drop",
    title="Block drop",
    summary="Accuracy and loss without blocks (figure 3)",
    formula="F_i := 0",
    citation="Jastrzębski et al. 2018, section 4.2",
    version=1,
    request=DropRequest,
    result=DropResult,
    measure=measure,
    drawing="table of plans",
)
