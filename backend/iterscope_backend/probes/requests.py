"""Probe requests, one model per probe. Unknown fields are refused; numbers must be finite JSON numbers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from iterscope.errors import PlanError
from iterscope.plan import MAX_STEPS, parse_steps
from iterscope.probes.unrolling import DEFAULT_SCALE

BlockIndex = Annotated[
    int, Field(ge=-100_000, le=100_000, description="Block index from 0; negative numbers count from the end.")
]
Scale = Annotated[float, Field(ge=-1e6, le=1e6, description="Factor on the residual branch: h + scale · F(h).")]
PlanStep = Annotated[tuple[BlockIndex, Scale], Field(strict=False, description="[block, scale]")]
PlanSteps = Annotated[list[PlanStep], Field(min_length=1, max_length=MAX_STEPS)]
_STEPS: TypeAdapter[list[tuple[int, float]]] = TypeAdapter(PlanSteps)


def _within_limits(text: str) -> str:
    """A plan's text has the limits of a list of steps."""
    try:
        steps = parse_steps(text)
    except PlanError as error:
        raise PydanticCustomError("plan", "{problem}", {"problem": str(error)}) from error
    if not steps:
        raise PydanticCustomError("plan", "the plan has no steps: give at least one block, such as 0..2")
    try:
        _STEPS.validate_python([(step.block, step.scale) for step in steps])
    except ValidationError as error:
        first = error.errors()[0]
        raise PydanticCustomError(
            "plan", "step {step}: {problem}", {"step": first["loc"][0], "problem": first["msg"]}
        ) from error
    return text


PlanText = Annotated[
    str,
    Field(
        min_length=1,
        max_length=20_000,
        description="A plan as text, such as `0..26` or `0..2 3@0 4..26 26@0.1x20`, with the limits of a list of steps.",
    ),
    AfterValidator(_within_limits),
]
Gradient = Literal["end_to_end", "plugged"]
Update = Literal["branch", "effective"]
Threshold = Annotated[float, Field(gt=0, le=1)]
Reference = Literal["output", "last5"] | BlockIndex


def _example(**fields: Any) -> ConfigDict:
    return ConfigDict(
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        json_schema_extra={"example": {"checkpoint": "latest", "split": "validation", "limit": 500, **fields}},
    )


class ProbeRequest(BaseModel):
    """Fields of all probes: the network and the images."""

    model_config = _example()

    checkpoint: str = Field(
        min_length=1,
        max_length=64,
        description="Checkpoint id, or `latest` for the newest checkpoint of the newest run.",
    )
    split: Literal["train", "validation"] = "validation"
    limit: int | None = Field(
        default=500, ge=1, le=10_000_000, description="Number of images sampled from the split; null for all."
    )
    seed: int = Field(default=0, ge=0, lt=2**63, description="Seed of the sample of images.")
    dataset: str | None = Field(
        default=None,
        min_length=1,
        max_length=1000,
        description="Data set to measure on; default: the one that the network was trained on.",
    )
    wait: float | None = Field(
        default=None, ge=0, le=60, description="Seconds to wait for the result before returning 202; default 2."
    )

    def canonical(self) -> dict[str, Any]:
        """The request with defaults filled in, without the fields that are not part of the cache key by themselves."""
        return self.model_dump(mode="json", by_alias=True, exclude={"checkpoint", "dataset", "wait"})


class PerImageRequest(ProbeRequest):
    """A probe that can also return its values for each image."""

    per_image: bool = Field(
        default=False,
        description="Whether the result has `per_image`: the values of each image, as arrays `{dtype, shape, data}`, where `data` is "
        "base64 of little-endian numbers in row order.",
    )

    def canonical(self) -> dict[str, Any]:
        """Without `per_image` if it is false, so that cache keys from before this field existed stay valid."""
        values = super().canonical()
        return values if self.per_image else {name: values[name] for name in values if name != "per_image"}


class BlockMetricsRequest(PerImageRequest):
    """Cosine loss, ℓ2 ratio and norms of every block."""

    model_config = _example(gradient="end_to_end")

    gradient: Gradient = "end_to_end"
    update: Update = Field(
        default="branch",
        description="The update whose cosine and ratio are measured. `branch`: F before the addition; `effective`: the block's total "
        "change, the next hidden state minus this one. They differ in post-activation networks.",
    )
    plan: PlanSteps | PlanText | None = Field(
        default=None, description="Another sequence of blocks; the result has one entry per step."
    )

    def canonical(self) -> dict[str, Any]:
        """Without `update` if it is `branch`, so that cache keys from before this field existed stay valid."""
        values = super().canonical()
        return values if self.update != "branch" else {name: values[name] for name in values if name != "update"}


class DropRequest(PerImageRequest):
    """Accuracy and loss without each block separately, or without given sets of blocks."""

    model_config = _example(blocks="each")

    blocks: (
        Literal["each"]
        | Annotated[
            list[Annotated[list[BlockIndex], Field(min_length=1, max_length=1000)]],
            Field(min_length=1, max_length=1000),
        ]
    ) = "each"


class BorderlineChoice(BaseModel):
    """Which images count as borderline: |p_y − max p_j| < threshold at the reference block."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    threshold: Threshold = 0.1
    reference: Reference = Field(
        default="output", description="`output`, `last5` (the first of the last five blocks), or a block index."
    )


class UnrollRequest(PerImageRequest):
    """One block applied `steps` additional times."""

    model_config = _example(block=-1, steps=20, scale=0.1, borderline={"threshold": 0.1, "reference": "output"})

    block: BlockIndex = -1
    steps: int = Field(default=20, ge=0, le=1000)
    scale: Scale | Literal["auto"] = Field(
        default=DEFAULT_SCALE,
        description="α, the factor on the repeated branch's output; 1 leaves the block as it is. `auto`: the one with the lowest training "
        "loss after the last step, on 256 training images drawn by `seed`.",
    )
    borderline: BorderlineChoice = BorderlineChoice()
    gradient: Gradient | None = Field(
        default=None,
        description="Gradient of the cosine loss; default: plugged for a block of the last stage, otherwise end_to_end.",
    )
    choose_on: Literal["sample", "half"] = Field(
        default="sample",
        description="The training images on which scale `auto` chooses the factor. `sample`: a small sample. `half`: every second training "
        "image of `limit`; with the split `train`, only the other half is then measured.",
    )

    def canonical(self) -> dict[str, Any]:
        """Without `choose_on` if it is `sample`, so that cache keys from before this field existed stay valid."""
        values = super().canonical()
        return values if self.choose_on != "sample" else {name: values[name] for name in values if name != "choose_on"}


class BatchStatisticsRequest(PerImageRequest):
    """Activation norms and accuracy when BatchNorm uses batch statistics, as in training."""

    model_config = _example(unshared=False)

    unshared: bool = Field(
        default=False,
        description="Whether to measure, in place of the checkpoint, the freshly initialised network of the same depth, width and seed "
        "without shared blocks: the control for a network that shares them.",
    )


class EarlyExitRequest(ProbeRequest):
    """The head applied to the hidden state after each block of the last stage."""

    model_config = _example()


class BorderlineRequest(PerImageRequest):
    """Accuracy, loss and entropy of borderline, correct and all images from the reference block to the output."""

    model_config = _example(threshold=0.1, reference="last5")

    threshold: Threshold = 0.1
    reference: Reference = "last5"


class ShuffleRequest(ProbeRequest):
    """Random swaps of blocks of the same shape."""

    model_config = _example(swaps=[0, 1, 2, 4], repeats=5)

    swaps: Annotated[list[Annotated[int, Field(ge=0, le=1000)]], Field(min_length=1, max_length=50)] = [0, 1, 2, 4]
    repeats: int = Field(default=5, ge=1, le=50, description="Number of random orders for each number of swaps.")


class PlanRequest(ProbeRequest):
    """Any sequence of blocks, compared with the untouched network or with another plan."""

    model_config = _example(plan=[[0, 1.0], [1, 1.0]], borderline={"threshold": 0.1, "reference": "output"})

    plan: PlanSteps | PlanText
    against: PlanSteps | PlanText | None = Field(
        default=None, description="Plan to compare with (`baseline` in the result); default: the untouched network."
    )
    borderline: BorderlineChoice = BorderlineChoice()
    gradient: Gradient = "end_to_end"

    def canonical(self) -> dict[str, Any]:
        """Without `against` if it is the untouched network, so that cache keys from before this field existed stay valid."""
        values = super().canonical()
        return values if self.against is not None else {name: values[name] for name in values if name != "against"}


class SamplesRequest(ProbeRequest):
    """Images grouped by how the network predicts them, in pages."""

    model_config = _example(group="corrected", threshold=0.1, sort="margin", descending=False, offset=0, count=60)

    group: Literal["all", "borderline", "corrected", "overthought", "misclassified", "correct"] = "all"
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
    threshold: Threshold = 0.1
    sort: Literal["margin", "loss", "index"] = "margin"
    descending: bool = False
    offset: int = Field(default=0, ge=0, le=10_000_000)
    count: int = Field(default=60, ge=1, le=1000)


class SampleRequest(ProbeRequest):
    """One image: class probabilities and margin at each exit, cosine loss and ℓ2 ratio at every block."""

    model_config = _example(index=0)

    index: int = Field(ge=0, le=100_000_000, description="Position of the image in the split.")


class PredictionsRequest(ProbeRequest):
    """Predictions for chosen images under several plans; `limit` and `seed` have no effect."""

    model_config = _example(indices=[3, 17], plans=[None, "0..7"])

    indices: Annotated[
        list[Annotated[int, Field(ge=0, le=100_000_000)]],
        Field(min_length=1, max_length=100, description="Positions of the images in the split."),
    ]
    plans: Annotated[
        list[PlanSteps | PlanText | None],
        Field(min_length=1, max_length=8, description="Plans as in POST /probe/plan; null: the untouched network."),
    ]

    def canonical(self) -> dict[str, Any]:
        """With fixed `limit` and `seed`, so that the same images have the same cache key."""
        return {**super().canonical(), "limit": 1, "seed": 0}
