"""What all requests have in common: the network, the images, and the types of options.

Unknown fields are refused; numbers must be finite JSON numbers.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from iterscope.errors import PlanError
from iterscope.plan import MAX_STEPS, Plan, parse_plan, parse_steps
from iterscope.plan import plan as plan_of

CHOSEN_EPOCHS = r"^run:[A-Za-z0-9_-]{1,64}/(every|[0-9]{1,9}(,[0-9]{1,9})*)$"
"""Several checkpoints of a run as text: its id, and every checkpoint or those of some epochs."""
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
Threshold = Annotated[float, Field(gt=0, le=1)]
Reference = Literal["output", "last5"] | BlockIndex


def example(**fields: Any) -> ConfigDict:
    return ConfigDict(
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        json_schema_extra=lambda schema: _described(schema, fields),
    )


def _described(schema: dict[str, Any], fields: dict[str, Any]) -> None:
    schema["example"] = {"checkpoint": "latest", "split": "validation", "limit": 500, **fields}
    for name in ("checkpoint", "checkpoints"):
        schema["properties"][name].pop("default", None)
    schema["oneOf"] = [{"required": ["checkpoint"]}, {"required": ["checkpoints"]}]


CheckpointName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        description="Checkpoint id, or `latest` for the newest checkpoint of the newest run.",
    ),
]
CheckpointNames = (
    Annotated[list[CheckpointName], Field(min_length=1, max_length=1000)]
    | Annotated[str, Field(pattern=CHOSEN_EPOCHS, max_length=2000)]
)


class _Opened:
    """Marks options that name further checkpoints."""


OpenedName = Annotated[
    str,
    Field(min_length=1, max_length=4096, description="Checkpoint id, or `latest`; in Python, a checkpoint's file."),
]
Checkpoint = Annotated[OpenedName, _Opened()]
"""An option that names a further checkpoint: `network.open(request.NAME)` is its chain."""
Checkpoints = Annotated[
    Annotated[list[OpenedName], Field(min_length=1, max_length=1000)]
    | Annotated[str, Field(pattern=CHOSEN_EPOCHS, max_length=2000)],
    _Opened(),
]
"""An option that names several: `network.open(name)` for each of them, in the order of their epochs. Both may be `| None`."""


def opened_options(request: type[BaseModel]) -> list[str]:
    """The names of the options that name further checkpoints."""

    def marks(field: FieldInfo) -> list[Any]:
        alternatives = get_args(field.annotation)
        return [*field.metadata, *(mark for one in alternatives for mark in getattr(one, "__metadata__", ()))]

    fields = request.model_fields.items()
    return [name for name, field in fields if any(isinstance(mark, _Opened) for mark in marks(field))]


class MeasurementRequest(BaseModel):
    """Fields of all requests: the network and the images. A measurement adds its options."""

    model_config = example()

    checkpoint: CheckpointName = ""
    checkpoints: CheckpointNames = Field(
        default=[],
        description="Instead of `checkpoint`: several ids, `run:ID/every` for every checkpoint of a run, or `run:ID/0,10,20` for those of "
        "these epochs. The answer then has one answer for each.",
    )
    split: Literal["train", "validation"] = Field(default="validation", description="The split that is measured.")
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

    @model_validator(mode="after")
    def _names_what_is_measured(self) -> Self:
        if bool(self.checkpoint) == bool(self.checkpoints):
            raise PydanticCustomError("checkpoint", "give either checkpoint or checkpoints: what is measured")
        return self

    def canonical(self) -> dict[str, Any]:
        """The request with defaults filled in, without the fields that are not part of the cache key by themselves."""
        return self.model_dump(mode="json", by_alias=True, exclude={"checkpoint", "checkpoints", "dataset", "wait"})


class PerImageRequest(MeasurementRequest):
    """A measurement that can also return its values for each image."""

    per_image: bool = Field(
        default=False,
        description="Whether the result has `per_image`: the values of each image, as arrays `{dtype, shape, data}`, where `data` is "
        "base64 of little-endian numbers in row order.",
    )

    def canonical(self) -> dict[str, Any]:
        """Without `per_image` if it is false, so that cache keys from before this field existed stay valid."""
        fields = super().canonical()
        return fields if self.per_image else {name: fields[name] for name in fields if name != "per_image"}


class BorderlineChoice(BaseModel):
    """Which images count as borderline: |p_y − max p_j| < threshold at the reference block."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    threshold: Threshold = Field(default=0.1, description="Images with a probability margin below this are borderline.")
    reference: Reference = Field(
        default="output", description="`output`, `last5` (the first of the last five blocks), or a block index."
    )


def requested_plan(plan: PlanSteps | PlanText) -> Plan:
    """The plan from a list or from text. Raises PlanError."""
    return parse_plan(plan) if isinstance(plan, str) else plan_of(plan)
