"""Single images: which ones are borderline, corrected or overthought."""

from __future__ import annotations

from typing import Any, Literal

import torch
from pydantic import BaseModel, Field
from torch import Tensor

from iterscope.measurements.definition import Measurement
from iterscope.measurements.early_exit import exit_row, exits
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows, read_outcomes
from iterscope.measurements.records import Number, ProbeResult
from iterscope.measurements.request import BlockIndex, MeasurementRequest, Threshold, example
from iterscope.measurements.tables import axis
from iterscope.probes.borderline import groups_at


class SamplesRequest(MeasurementRequest):
    """Images grouped by how the network predicts them, in pages."""

    model_config = example(group="corrected", threshold=0.1, sort="margin", descending=False, offset=0, count=60)

    group: Literal["all", "borderline", "corrected", "overthought", "misclassified", "correct"] = Field(
        default="all", description="The images that are listed; the sizes of all groups are counted."
    )
    class_: int | None = Field(
        default=None, alias="class", ge=0, le=100_000, description="Only images of this true class (index)."
    )
    block: BlockIndex | None = Field(
        default=None,
        description="Reference block of `borderline` and `corrected`; default: the first of the last five blocks.",
    )
    corrected_by: BlockIndex | None = Field(
        default=None,
        description="With the group `corrected`: only images that this block of the last stage corrected, that is, wrong after the "
        "previous block and right from this block on. `block` then affects `borderline` only.",
    )
    threshold: Threshold = Field(default=0.1, description="Images with a probability margin below this are borderline.")
    sort: Literal["margin", "loss", "index"] = Field(default="margin", description="What the images are sorted by.")
    descending: bool = Field(default=False, description="Whether the largest comes first.")
    offset: int = Field(default=0, ge=0, le=10_000_000, description="Number of images that are passed over.")
    count: int = Field(default=60, ge=1, le=1000, description="Most images that are listed.")


class SampleItem(BaseModel):
    index: int
    label: int
    prediction: int = Field(description="Predicted class; −1 if the output isn't finite.")
    margin: Number
    loss: Number
    correct: bool
    corrected_by: int | None = Field(description="The block from which on the prediction stays right.")
    overthought: bool


class CorrectedBy(BaseModel):
    block: int
    count: int = Field(
        description="Number of images that are wrong after the previous block and right from this block on."
    )


class SamplesResult(ProbeResult):
    group: str = Field(description="As requested.")
    reference: int = Field(description="The block that borderline and corrected refer to.")
    total: int = Field(description="Number of images in the group.")
    counts: dict[str, int] = Field(description="Number of images in each group.")
    corrected_by: list[CorrectedBy] = axis(
        "corrected by", description="One entry per block of the last stage, except the first."
    )
    class_names: list[str] = Field(description="By index.")
    items: list[SampleItem] = axis("image", description="A page of the group's images.")


def prepare(network: MeasuredNetwork, request: SamplesRequest) -> Parts:
    """A page of the images of a group, and the size of each group.

    corrected: wrong after the reference block and right at the output, or corrected by one given block; overthought: right after some
    block of the last stage and wrong at the output (Kaya, Hong, Dumitras 2019).
    """
    row = exit_row(network.chain, "last5" if request.block is None else request.block)
    blamed = None if request.corrected_by is None else exit_row(network.chain, request.corrected_by)

    def chunk(some: Chunk) -> Rows:
        return {**exits(network, some), "index": some.images.indices.cpu()}

    return Parts(chunk, lambda rows: _page(network, request, row, blamed, rows))


def _page(
    network: MeasuredNetwork, request: SamplesRequest, row: int, blamed: int | None, rows: Rows
) -> dict[str, Any]:
    stage, found = network.chain.last_stage, read_outcomes(rows)
    right = found.correct
    by = corrected_by(right)
    members = {
        "all": found.labels >= 0,
        "correct": right[-1],
        "misclassified": ~right[-1],
        "borderline": groups_at(found, row, request.threshold).borderline,
        "corrected": ~right[row] & right[-1] if blamed is None else (by > 0) & (by == blamed),
        "overthought": right.any(0) & ~right[-1],
    }
    if request.class_ is not None:
        members = {name: chosen & (found.labels == request.class_) for name, chosen in members.items()}
        by = by.where(found.labels == request.class_, 0)
    positions = torch.nonzero(members[request.group]).flatten()
    values = {"margin": found.margin[-1], "loss": found.loss[-1], "index": rows["index"]}[request.sort]
    order = values[positions].argsort(stable=True, descending=request.descending)
    page = positions[order][request.offset : request.offset + request.count]
    return {
        "group": request.group,
        "reference": stage[row],
        "total": len(positions),
        "counts": {name: int(chosen.sum()) for name, chosen in members.items()},
        "corrected_by": [{"block": stage[row], "count": int((by == row).sum())} for row in range(1, len(stage))],
        "class_names": network.class_names,
        "items": [
            {
                "index": int(rows["index"][position]),
                "label": int(found.labels[position]),
                "prediction": int(found.prediction[-1, position]),
                "margin": float(found.margin[-1, position]),
                "loss": float(found.loss[-1, position]),
                "correct": bool(right[-1, position]),
                "corrected_by": None if by[position] == 0 else stage[int(by[position])],
                "overthought": bool(members["overthought"][position]),
            }
            for position in page.tolist()
        ],
    }


def corrected_by(right: Tensor) -> Tensor:
    """(E, N) bool → (N,): for each image, the exit from which it stays right; 0 if it is always right, or wrong at the last exit."""
    exits_count = len(right)
    from_here = right.flip(0).cumprod(0).sum(0)  # exits at the end that are all right
    return torch.where(from_here == 0, 0, exits_count - from_here)


MEASUREMENT = Measurement(
    name="samples",
    title="Groups of images",
    summary="Borderline, corrected, overthought and other groups of images",
    formula="right at the output, and wrong after the reference block (corrected) or the reverse (overthought)",
    citation="Jastrzębski et al. 2018, section 4.3; Kaya, Hong, Dumitras 2019",
    version=2,
    request=SamplesRequest,
    result=SamplesResult,
    prepare=prepare,
    drawing="image gallery",
)
