"""Single images: which ones are borderline, corrected or overthought."""

from __future__ import annotations

from typing import Any, Literal

import torch
from pydantic import BaseModel, Field
from torch import Tensor

from iterscope.measurements.definition import Measurement
from iterscope.measurements.depths import Depths, depths, features_of, spoiled_by
from iterscope.measurements.early_exit import exit_row, exits
from iterscope.measurements.feature_bank import Features, merge
from iterscope.measurements.network import MeasuredNetwork
from iterscope.measurements.parts import Chunk, Parts, Rows, read_outcomes
from iterscope.measurements.records import Number, ProbeResult
from iterscope.measurements.request import BlockIndex, MeasurementRequest, Threshold, example
from iterscope.measurements.tables import axis
from iterscope.probes.borderline import groups_at

DEEP = ("settled-late", "spoiled", "depth", "confusion")
"""Groups and orders that need what is fitted to training images."""


class SamplesRequest(MeasurementRequest):
    """Images grouped by how the network predicts them, in pages."""

    model_config = example(group="corrected", threshold=0.1, sort="margin", descending=False, offset=0, count=60)

    group: Literal[
        "all", "borderline", "corrected", "overthought", "misclassified", "correct", "settled-late", "spoiled"
    ] = Field(
        default="all",
        description="The images that are listed; the sizes of all groups are counted, those of the last two only with `depth`. "
        "`settled-late`: the prediction depth is after the reference block. `spoiled`: a linear probe of the class gets the image right at "
        "some hidden state, and the network wrong.",
    )
    class_: int | None = Field(
        default=None, alias="class", ge=0, le=100_000, description="Only images of this true class (index)."
    )
    block: BlockIndex | None = Field(
        default=None,
        description="Reference block of `borderline`, `corrected` and `settled-late`; default: the first of the last five blocks.",
    )
    corrected_by: BlockIndex | None = Field(
        default=None,
        description="With the group `corrected`: only images that this block of the last stage corrected, that is, wrong after the "
        "previous block and right from this block on. `block` then affects `borderline` only.",
    )
    spoiled_by: BlockIndex | None = Field(
        default=None,
        description="With the group `spoiled`: only images that this block spoiled, that is, the probe is right before it, and wrong after "
        "it and every later one.",
    )
    depth: bool = Field(
        default=False,
        description="Whether prediction depth and probes are computed, as by `prediction-depth`, and `overthinking` with `exits=all`: the "
        "groups `settled-late` and `spoiled` and the orders `depth` and `confusion` need them. They are fitted to training images, which "
        "takes longer.",
    )
    threshold: Threshold = Field(default=0.1, description="Images with a probability margin below this are borderline.")
    sort: Literal["margin", "loss", "index", "depth", "confusion"] = Field(
        default="margin", description="What the images are sorted by."
    )
    descending: bool = Field(default=False, description="Whether the order is descending.")
    offset: int = Field(default=0, ge=0, le=10_000_000, description="Number of images to skip.")
    count: int = Field(default=60, ge=1, le=1000, description="Maximum number of images that are listed.")

    @property
    def deep(self) -> bool:
        """Whether anything has to be fitted to training images."""
        return self.depth or self.group in DEEP or self.sort in DEEP


class SampleItem(BaseModel):
    index: int
    label: int
    prediction: int = Field(description="Predicted class; −1 if the output isn't finite.")
    margin: Number
    loss: Number
    correct: bool
    corrected_by: int | None = Field(description="The block from which on the prediction stays right.")
    overthought: bool
    depth: int | None = Field(
        description="Prediction depth: number of blocks after which the answer is settled; more than there are blocks if no hidden state "
        "settles it. Null without `depth`."
    )
    confusion: Number = Field(description="Σ ‖p − p_out‖₁ over the probes of all hidden states; null without `depth`.")
    spoiled_by: int | None = Field(
        description="The block after which the probes are wrong for good, of a spoiled image; null if the last one is still right."
    )


class CorrectedBy(BaseModel):
    block: int
    count: int = Field(
        description="Number of images that are wrong after the previous block and right from this block on."
    )


class SpoiledBy(BaseModel):
    block: int
    count: int = Field(
        description="Number of images whose probe is right before this block, and wrong after it and every later one."
    )


class SamplesResult(ProbeResult):
    group: str = Field(description="As requested.")
    reference: int = Field(description="The block that borderline, corrected and settled-late refer to.")
    total: int = Field(description="Number of images in the group.")
    counts: dict[str, int] = Field(description="Number of images in each group.")
    corrected_by: list[CorrectedBy] = axis(
        "corrected by", description="One entry per block of the last stage, except the first."
    )
    spoiled_by: list[SpoiledBy] = axis("spoiled by", description="One entry per block; empty without `depth`.")
    class_names: list[str] = Field(description="By index.")
    notes: list[str] = Field(description="What limits depth and probes, such as few training images.")
    items: list[SampleItem] = axis("image", description="A page of the group's images.")


def prepare(network: MeasuredNetwork, request: SamplesRequest) -> Parts:
    """A page of the images of a group, and the size of each group.

    corrected: wrong after the reference block and right at the output, or corrected by one given block; overthought: right after some
    block of the last stage and wrong at the output (Kaya, Hong, Dumitras 2019); spoiled: the same for linear probes of all hidden states.
    """
    row = exit_row(network.chain, "last5" if request.block is None else request.block)
    blamed = None if request.corrected_by is None else exit_row(network.chain, request.corrected_by)
    spoiler = None if request.spoiled_by is None else network.chain.block_index(request.spoiled_by)
    features = features_of(network, request.seed) if request.deep else None

    def chunk(some: Chunk) -> Rows:
        rows = {"index": some.images.indices.cpu()}
        if features is None:
            return {**exits(network, some), **rows}
        found = _remembered(network, features, some)
        return {
            **exits(network, Chunk(some.images, some.place, lambda *_: some.part(0.9, 1.0))),
            **rows,
            "depth": found.depth,
            "confusion": found.confusion,
            "probes": found.prediction,
            **features.rows(some),
        }

    def finish(rows: Rows) -> dict[str, Any]:
        notes = [] if features is None else features.notes(rows)
        return {**_page(network, request, row, blamed, spoiler, rows), "notes": notes}

    return Parts(chunk, finish, merge)


def _remembered(network: MeasuredNetwork, features: Features, some: Chunk) -> Depths:
    """Kept, so that the further pages of a list are there at once."""
    early = Chunk(some.images, some.place, lambda begin, end: some.part(0.9 * begin, 0.9 * end))
    return network.remember(f"{features.name}: depths", some, lambda: depths(features, early, features.of(early)))


def _page(
    network: MeasuredNetwork, request: SamplesRequest, row: int, blamed: int | None, spoiler: int | None, rows: Rows
) -> dict[str, Any]:
    stage, found, deep = network.chain.last_stage, read_outcomes(rows), "depth" in rows
    right, blocks = found.correct, len(network.chain)
    by = corrected_by(right)
    members = {
        "all": found.labels >= 0,
        "correct": right[-1],
        "misclassified": ~right[-1],
        "borderline": groups_at(found, row, request.threshold).borderline,
        "corrected": ~right[row] & right[-1] if blamed is None else (by > 0) & (by == blamed),
        "overthought": right.any(0) & ~right[-1],
    }
    orders = {"margin": found.margin[-1], "loss": found.loss[-1], "index": rows["index"]}
    culprit = torch.full_like(found.labels, -1)
    if deep:
        culprit = spoiled_by(rows["probes"] == found.labels, right[-1])
        members["settled-late"] = rows["depth"] > stage[row] + 1
        members["spoiled"] = culprit >= 0 if spoiler is None else culprit == spoiler
        orders |= {"depth": rows["depth"], "confusion": rows["confusion"]}
    if request.class_ is not None:
        members = {name: chosen & (found.labels == request.class_) for name, chosen in members.items()}
        by = by.where(found.labels == request.class_, 0)
        culprit = culprit.where(found.labels == request.class_, -1)
    positions = torch.nonzero(members[request.group]).flatten()
    order = orders[request.sort][positions].argsort(stable=True, descending=request.descending)
    page = positions[order][request.offset : request.offset + request.count]
    return {
        "group": request.group,
        "reference": stage[row],
        "total": len(positions),
        "counts": {name: int(chosen.sum()) for name, chosen in members.items()},
        "corrected_by": [{"block": stage[row], "count": int((by == row).sum())} for row in range(1, len(stage))],
        "spoiled_by": [
            {"block": block, "count": int((culprit == block).sum())} for block in range(blocks if deep else 0)
        ],
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
                "depth": int(rows["depth"][position]) if deep else None,
                "confusion": float(rows["confusion"][position]) if deep else torch.nan,
                "spoiled_by": int(culprit[position]) if 0 <= culprit[position] < blocks else None,
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
    summary="Borderline, corrected, overthought, spoiled and other groups of images",
    formula="right at the output, and wrong after the reference block (corrected) or the reverse (overthought)",
    citation="Jastrzębski et al. 2018, section 4.3; Kaya, Hong, Dumitras 2019",
    version=4,
    request=SamplesRequest,
    result=SamplesResult,
    prepare=prepare,
    drawing="image gallery",
)
