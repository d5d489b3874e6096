"""Results of probes: `L` blocks (or steps of a plan), `E` early exits, `P` plans."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field

from iterscope_backend.schemas.common import Block, Number

Numbers = list[Number]
Interval = tuple[Number, Number]


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


class ProbeResult(BaseModel):
    """Fields of all results."""

    probe: str
    checkpoint: str
    split: str
    samples: int = Field(description="Number of images measured.")
    blocks: list[Block]
    provenance: Provenance


class PerImage(BaseModel):
    """Values of each image, for requests with `per_image`."""

    dtype: Literal["float32", "bool"]
    shape: list[int] = Field(description="The last axis is over images.")
    data: str = Field(description="base64 of the little-endian numbers, in row order.")


class PerImageResult(ProbeResult):
    """Fields of results that can hold the values of each image."""

    per_image: dict[str, PerImage] | None = None


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


class MeanAndStd(BaseModel):
    mean: Number
    std: Number


class BlockMetricsResult(PerImageResult):
    gradient: str
    update: str = Field(default="branch", description="branch or effective, as requested.")
    steps: list[PlanStepResult]
    shapes: list[list[int]] | None = Field(
        default=None,
        description="[channels, height, width] of the hidden state after each step; null in results of older versions.",
    )
    cosine_loss: Summary
    l2_ratio: Summary
    activation_norm: Summary
    gradient_norm: Summary
    gradient_norm_ratio: MeanAndStd
    accuracy: Number
    loss: Number


class Accuracy(BaseModel):
    accuracy: Number
    accuracy_interval: Interval
    loss: Number


class DroppedBlocks(Accuracy):
    blocks: list[int]


class DropResult(PerImageResult):
    baseline: Accuracy
    plans: list[DroppedBlocks]


class ScaleLoss(BaseModel):
    scale: float
    training_loss: Number


class UnrollResult(PerImageResult):
    block: int
    steps: int
    scale: float
    scale_grid: list[ScaleLoss] | None
    gradient: str
    statistics: str = Field(description="A sentence that says whose BatchNorm statistics the additional steps use.")
    step: list[int] = Field(
        description="0 (the untouched network) to `steps`; the lists in `groups` have one entry per step."
    )
    groups: Groups
    cosine_loss: Summary = Field(description="One entry per additional step, 1 to `steps`.")
    l2_ratio: Summary = Field(description="One entry per additional step, 1 to `steps`.")


class BatchStatisticsResult(PerImageResult):
    unshared: bool
    activation_norm: Summary = Field(description="‖h‖ before each block.")
    growth: MeanAndStd = Field(description="The largest ‖h‖ of any block divided by that of the first, per image.")
    accuracy: Number
    loss: Number


class EarlyExitResult(ProbeResult):
    exit_blocks: list[int]
    accuracy: Numbers
    accuracy_interval: list[Interval]
    loss: Numbers
    entropy: Numbers


class BorderlineResult(PerImageResult):
    reference: int
    threshold: float
    exit_blocks: list[int]
    groups: Groups


class ShuffledPlan(BaseModel):
    swaps: int
    order: list[int]
    kendall_tau: float
    accuracy: Number
    accuracy_interval: Interval
    loss: Number


class ShuffleResult(ProbeResult):
    plans: list[ShuffledPlan]


class PlanSide(BaseModel):
    groups: Groups
    steps: list[PlanStepResult]
    cosine_loss: Summary
    l2_ratio: Summary


class ChangedImage(BaseModel):
    index: int
    label: int
    before: int
    after: int


class PlanResult(ProbeResult):
    plan: list[tuple[int, float]]
    text: str
    gradient: str
    baseline: PlanSide
    result: PlanSide
    changed: list[ChangedImage] = Field(description="At most 200 images whose prediction changed.")
    changed_count: int


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
    group: str
    reference: int
    total: int
    counts: dict[str, int]
    corrected_by: list[CorrectedBy] = Field(description="One entry per block of the last stage, except the first.")
    class_names: list[str]
    items: list[SampleItem]


class Exits(BaseModel):
    blocks: list[int]
    probabilities: list[Numbers]
    margin: Numbers


class SampleResult(ProbeResult):
    index: int
    label: int
    prediction: int
    class_names: list[str]
    exits: Exits
    cosine_loss: Numbers
    l2_ratio: Numbers
    cosine_loss_plugged: Numbers


class PlanPredictions(BaseModel):
    text: str = Field(description="The plan in short notation.")
    prediction: list[int] = Field(description="Predicted class of each image; −1 if the output isn't finite.")
    confidence: Numbers = Field(description="Probability of the predicted class.")
    label_probability: Numbers
    margin: Numbers


class PredictionsResult(ProbeResult):
    indices: list[int]
    labels: list[int]
    class_names: list[str]
    plans: list[PlanPredictions] = Field(description="One entry per plan, in the order of the request.")
