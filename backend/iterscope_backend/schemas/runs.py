"""Runs and their curves."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from iterscope.measurements.records import Block, Number
from iterscope_backend.schemas.common import example


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("contains the NUL character: remove it")
    return text


Text = Annotated[str, AfterValidator(_storable)]
Name = Annotated[Text, Field(min_length=1, max_length=200)]
Tag = Annotated[Text, Field(min_length=1, max_length=50)]


class Latest(BaseModel):
    """The values after the last logged epoch; fields that weren't logged are left out."""

    train_loss: Number = None
    train_accuracy: Number = None
    validation_loss: Number = None
    validation_accuracy: Number = None


class RunProgress(BaseModel):
    """Progress of a run."""

    model_config = ConfigDict(extra="allow")

    fraction: Number = None
    epoch: int | None = None
    images_per_second: Number = None
    seconds_left: Number = None


class Curve(BaseModel):
    """A whole-model number after each logged epoch."""

    epochs: list[int]
    values: list[Number]


class Run(BaseModel):
    """A training run."""

    model_config = example(
        id="r7k2m9qx4",
        name="demo",
        notes="",
        tags=[],
        status="running",
        recipe="demo",
        architecture="resnet56",
        dataset="digits",
        seed=0,
        origin="api",
        configuration={"architecture": "resnet56", "dataset": "digits", "epochs": 12},
        blocks=[{"index": 0, "stage": 0, "is_projection": False, "shared_with": None}],
        epochs=12,
        epoch=3,
        progress={"fraction": 0.27, "epoch": 4, "images_per_second": 310.0, "seconds_left": 44.0},
        latest={"train_loss": 0.4, "train_accuracy": 0.91, "validation_loss": 0.5, "validation_accuracy": 0.89},
        created_at="2026-11-24T10:00:00.000Z",
        started_at="2026-11-24T10:00:01.000Z",
        finished_at=None,
        heartbeat_at="2026-11-24T10:00:30.000Z",
        error=None,
        checkpoints=4,
        stop_requested=False,
        siblings=["r5w1c8nd2"],
    )

    id: str
    name: str
    notes: str
    tags: list[str]
    status: Literal["queued", "running", "completed", "interrupted", "failed", "cancelled", "dead", "imported"]
    recipe: str | None
    architecture: str
    dataset: str
    seed: int | None
    origin: str
    configuration: dict[str, Any]
    blocks: list[Block]
    epochs: int = Field(description="Number of planned epochs.")
    epoch: int | None = Field(description="Last logged epoch; 0 is the untrained network.")
    progress: RunProgress | None
    latest: Latest
    created_at: str
    started_at: str | None
    finished_at: str | None
    heartbeat_at: str | None = Field(
        description="Last heartbeat. A running run has the status `dead` once its process has ended or a minute has passed without one."
    )
    error: str | None
    checkpoints: int
    stop_requested: bool
    siblings: list[str] = Field(description="Runs that differ from this one only in their seed.")
    curve: Curve | None = Field(default=None, description="With GET /runs?curve=…: the curve of that field.")


class Runs(BaseModel):
    runs: list[Run]


class NewRun(BaseModel):
    """A training run to queue for the trainer."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        json_schema_extra={
            "example": {"recipe": "demo", "overrides": {"epochs": 12, "seed": 1}, "name": "demo, seed 1"}
        },
    )

    recipe: str = Field(default="demo", min_length=1, max_length=64, description="A name from GET /recipes.")
    overrides: dict[str, Any] = Field(
        default_factory=dict, description="Fields of the recipe's configuration to override."
    )
    name: Name | None = None


class RunChange(BaseModel):
    """Changes to a run. Fields left out stay as they are."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"example": {"name": "first try", "notes": "learning rate too high?", "tags": ["demo"]}},
    )

    name: Name | None = None
    notes: Annotated[Text, Field(max_length=100_000)] | None = None
    tags: Annotated[list[Tag], Field(max_length=50)] | None = None


class Series(BaseModel):
    """A per-block metric: `values` has one row per epoch and one value per block."""

    metric: str
    split: str
    epochs: list[int]
    values: list[list[Number]]


class Scalars(BaseModel):
    """A whole-model number per epoch."""

    name: str
    split: str | None
    epochs: list[int]
    values: list[Number]
    std: list[Number] | None = Field(
        default=None, description="Standard deviation over seeds, if seeds are merged; null for one seed."
    )


class MergedRuns(BaseModel):
    """The runs behind a mean."""

    runs: list[str]
    seeds: list[int | None]
    n: int


class Metrics(BaseModel):
    """A run's curves, or the part that was logged since a cursor."""

    model_config = example(
        run="r7k2m9qx4",
        status="running",
        cursor=4,
        series=[{"metric": "l2_ratio", "split": "validation", "epochs": [0, 1], "values": [[0.9, 0.4], [0.6, 0.2]]}],
        scalars=[{"name": "accuracy", "split": "validation", "epochs": [0, 1], "values": [0.1, 0.83]}],
    )

    run: str
    status: str
    cursor: int = Field(description="Pass it as `since` in the next request.")
    series: list[Series]
    scalars: list[Scalars]
    merged: MergedRuns | None = Field(
        default=None,
        description="With merge=seeds: the runs averaged. Each metric then has a companion `{metric}_seeds_std`.",
    )
