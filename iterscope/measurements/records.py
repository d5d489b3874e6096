"""Parts of answers that several measurements share: `L` blocks (or steps of a plan), `E` early exits, `P` plans."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from iterscope.measurements.tables import coordinate

Number = float | Literal["Infinity", "-Infinity"] | None
"""A measured number: null is NaN (undefined); infinities are strings."""
Numbers = list[Number]
Interval = tuple[Number, Number]


class Block(BaseModel):
    """One residual block."""

    index: int
    stage: int
    is_projection: bool
    shared_with: int | None = Field(
        default=None, description="The block whose convolutions this block reuses; null if it has its own."
    )


class Provenance(BaseModel):
    """How the result was computed."""

    checkpoint_sha256: str
    dataset: str
    dataset_fingerprint: str
    convention: str = Field(
        default="pre-activation",
        description="How a block merges branch and shortcut: pre-activation (nothing follows the addition), post-activation (a ReLU "
        "follows; F is the branch before the addition), or identity merge.",
    )
    request: dict[str, Any]
    probe_version: int
    device: str
    library_versions: dict[str, str]
    seconds: float
    created_at: str
    cached: bool = Field(description="Whether the result was computed for an earlier request.")


class Reason(BaseModel):
    """Why a field has no value at some places."""

    field: str = Field(description="The field, or `stages.correlation` for a field of the records in `stages`.")
    at: list[int] = Field(description="The positions along the field's axis, from 0; of a matrix, its empty rows.")
    reason: str


class ProbeResult(BaseModel):
    """Fields of all results."""

    probe: str
    checkpoint: str
    split: str
    samples: int = Field(description="Number of images measured.")
    of: int | None = Field(
        default=None,
        description="Of an answer that still grows: the number of images that it will be of; null of a finished one.",
    )
    blocks: list[Block] = coordinate("block")
    reasons: list[Reason] = Field(
        default=[],
        description="Where values are undefined for all images, and why; absent in results of older versions.",
    )
    provenance: Provenance


class OverEpochs(BaseModel):
    """The answers for several checkpoints, in the order of the request, which is that of the epochs for checkpoints of a run."""

    probe: str
    checkpoints: list[str]
    epochs: list[int | None] = Field(description="Null for a checkpoint without an epoch.")
    answers: list[Any] = Field(description="One answer for each checkpoint.")


def over_epochs(result: type[ProbeResult]) -> type[OverEpochs]:
    """The type of a measurement's answers for several checkpoints."""
    name = result.__name__.removesuffix("Result") + "OverEpochs"
    return create_model(name, __base__=OverEpochs, __doc__=OverEpochs.__doc__, answers=(list[result], ...))  # type: ignore[valid-type]


class PerImage(BaseModel):
    """Values of each image, for requests with `per_image`."""

    dtype: Literal["float32", "bool"]
    shape: list[int] = Field(description="The last axis is over images.")
    data: str = Field(description="base64 of the little-endian numbers, in row order.")


class PerImageResult(ProbeResult):
    """Fields of results that can hold the values of each image."""

    per_image: dict[str, PerImage] | None = Field(
        default=None, description="The values of each image by name, if asked for."
    )


class Summary(BaseModel):
    """Statistics over the images, one entry per row. Images with an undefined value are left out and counted; infinite values are
    included: the mean is then infinite, or null where both infinities occur, and the standard deviation is null."""

    mean: Numbers
    std: Numbers
    quantiles: dict[str, Numbers] = Field(description="Keys 0.05, 0.25, 0.5, 0.75, 0.95.")
    undefined: list[int] = Field(description="Number of images without a value.")
    infinite: list[int] | None = Field(
        default=None, description="Number of images with an infinite value; null in results of older versions."
    )


class Group(BaseModel):
    """A group of images under each plan, step or exit; intervals are 95 % Wilson intervals."""

    n: int
    accuracy: Numbers
    accuracy_interval: list[Interval]
    loss: Numbers
    entropy: Numbers
    gained: list[int] = Field(description="Number of images that are right here and wrong in the first entry.")
    lost: list[int] = Field(description="Number of images that are wrong here and right in the first entry.")


class Groups(BaseModel):
    borderline: Group
    correct: Group
    all: Group


class PlanStepResult(BaseModel):
    block: int
    scale: float
    stage: int
    is_projection: bool


class Position(BaseModel):
    """One hidden state r_l, from the stem's output r_0 to the last block's, r_L."""

    index: int
    stage: int = Field(description="The stage of the block that returns the state; the first for the stem's output.")
    is_projection: bool = Field(description="Whether the block that returns the state is a projection.")


class Estimate(BaseModel):
    """A value of all images, and its 95 % bootstrap interval over them; null where it is not defined."""

    value: Number
    interval: Interval


class MeanAndStd(BaseModel):
    mean: Number
    std: Number


class Accuracy(BaseModel):
    accuracy: Number
    accuracy_interval: Interval
    loss: Number
