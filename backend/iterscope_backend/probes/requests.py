"""What a probe is asked: one model a probe. Unknown fields are refused, numbers must be numbers and finite."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MAX_STEPS = 2000
"""Steps of a plan, at most."""

BlockIndex = Annotated[int, Field(ge=-100_000, le=100_000, description="Counts from 0; negative from the end.")]
Scale = Annotated[float, Field(ge=-1e6, le=1e6, description="Factor of the branch: h + scale · F(h).")]
PlanStep = Annotated[tuple[BlockIndex, Scale], Field(strict=False, description="[block, scale]")]
PlanSteps = Annotated[list[PlanStep], Field(min_length=1, max_length=MAX_STEPS)]
PlanText = Annotated[
    str, Field(min_length=1, max_length=20_000, description="Such as `0..26` or `0..2 3@0 4..26 26@0.1x20`.")
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
    """What all probes are asked: which network, on which images."""

    model_config = _example()

    checkpoint: str = Field(
        min_length=1, max_length=64, description="An id, or `latest`: the newest of the newest run."
    )
    split: Literal["train", "validation"] = "validation"
    limit: int | None = Field(
        default=500, ge=1, le=10_000_000, description="Images drawn from the split; null takes all."
    )
    seed: int = Field(default=0, ge=0, lt=2**63, description="Decides which images are drawn.")
    dataset: str | None = Field(
        default=None,
        min_length=1,
        max_length=1000,
        description="Another data set than the one the network was trained on.",
    )
    wait: float | None = Field(
        default=None, ge=0, le=60, description="Seconds to wait for the result before the answer is 202; default 2."
    )

    def canonical(self) -> dict[str, Any]:
        """The request with defaults filled in, without what doesn't bear on the result by itself."""
        return self.model_dump(mode="json", by_alias=True, exclude={"checkpoint", "dataset", "wait"})


class BlockMetricsRequest(ProbeRequest):
    """Cosine loss, ℓ2 ratio and norms of every block."""

    model_config = _example(gradient="end_to_end")

    gradient: Gradient = "end_to_end"
    update: Update = Field(
        default="branch",
        description="Whose cosine and ratio: the branch F before the addition, or what the block changes in all, the next hidden state "
        "minus this one; they differ in post-activation networks.",
    )
    plan: PlanSteps | PlanText | None = Field(
        default=None, description="Another sequence of blocks; one entry a step in the answer."
    )

    def canonical(self) -> dict[str, Any]:
        """Without `update` where it is the branch: such questions have the keys that they had before it could be chosen."""
        values = super().canonical()
        return values if self.update != "branch" else {name: values[name] for name in values if name != "update"}


class DropRequest(ProbeRequest):
    """Blocks left out: each by itself, or sets of them."""

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
        default="output", description="`output`, `last5` (the first of the last five blocks), or a block."
    )


class UnrollRequest(ProbeRequest):
    """One block applied `steps` more times."""

    model_config = _example(block=-1, steps=20, scale=0.1, borderline={"threshold": 0.1, "reference": "output"})

    block: BlockIndex = -1
    steps: int = Field(default=20, ge=0, le=1000)
    scale: Scale | Literal["auto"] = 0.1
    borderline: BorderlineChoice = BorderlineChoice()
    gradient: Gradient | None = Field(
        default=None, description="Of the cosine loss; default: plugged for a block of the last stage, else end_to_end."
    )


class EarlyExitRequest(ProbeRequest):
    """The head on the hidden state after each block of the last stage."""

    model_config = _example()


class BorderlineRequest(ProbeRequest):
    """Borderline, correct and all images along the last five blocks."""

    model_config = _example(threshold=0.1, reference="last5")

    threshold: Threshold = 0.1
    reference: Reference = "last5"


class ShuffleRequest(ProbeRequest):
    """Pairs of blocks of the same shape exchanged at random."""

    model_config = _example(swaps=[0, 1, 2, 4], repeats=5)

    swaps: Annotated[list[Annotated[int, Field(ge=0, le=1000)]], Field(min_length=1, max_length=50)] = [0, 1, 2, 4]
    repeats: int = Field(default=5, ge=1, le=50, description="Random orders for each number of swaps.")


class PlanRequest(ProbeRequest):
    """Any sequence of blocks beside the untouched network, or beside another sequence."""

    model_config = _example(plan=[[0, 1.0], [1, 1.0]], borderline={"threshold": 0.1, "reference": "output"})

    plan: PlanSteps | PlanText
    against: PlanSteps | PlanText | None = Field(
        default=None, description="The plan to compare with, `baseline` in the answer; default the untouched network."
    )
    borderline: BorderlineChoice = BorderlineChoice()
    gradient: Gradient = "end_to_end"

    def canonical(self) -> dict[str, Any]:
        """Without `against` where it is the untouched network: such questions keep the keys that they had before."""
        values = super().canonical()
        return values if self.against is not None else {name: values[name] for name in values if name != "against"}


class SamplesRequest(ProbeRequest):
    """Images by what the network does with them."""

    model_config = _example(group="corrected", threshold=0.1, sort="margin", descending=False, offset=0, count=60)

    group: Literal["all", "borderline", "corrected", "overthought", "misclassified", "correct"] = "all"
    class_: int | None = Field(
        default=None, alias="class", ge=0, le=100_000, description="Only images of this true class."
    )
    block: BlockIndex | None = Field(
        default=None,
        description="Where `borderline` and `corrected` look first; default the first of the last five blocks.",
    )
    corrected_by: BlockIndex | None = Field(
        default=None,
        description="With the group `corrected`: only the images that this block of the last stage corrected, wrong after the block before "
        "it and right from it on; `block` then bears on `borderline` alone.",
    )
    threshold: Threshold = 0.1
    sort: Literal["margin", "loss", "index"] = "margin"
    descending: bool = False
    offset: int = Field(default=0, ge=0, le=10_000_000)
    count: int = Field(default=60, ge=1, le=1000)


class SampleRequest(ProbeRequest):
    """One image along the blocks."""

    model_config = _example(index=0)

    index: int = Field(ge=0, le=100_000_000, description="Position in the split.")


class PredictionsRequest(ProbeRequest):
    """Chosen images under several plans; `limit` and `seed` play no part."""

    model_config = _example(indices=[3, 17], plans=[None, "0..7"])

    indices: Annotated[
        list[Annotated[int, Field(ge=0, le=100_000_000)]],
        Field(min_length=1, max_length=100, description="Positions in the split."),
    ]
    plans: Annotated[
        list[PlanSteps | PlanText | None],
        Field(min_length=1, max_length=8, description="Each as of the probe plan; null: the untouched network."),
    ]

    def canonical(self) -> dict[str, Any]:
        """Without what draws images at random: the same images have one key."""
        return {**super().canonical(), "limit": 1, "seed": 0}
