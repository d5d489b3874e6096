"""Architectures, data sets, recipes, and the state of the service."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

from iterscope.measurements import MEASUREMENTS
from iterscope_backend.schemas.common import example


class Health(BaseModel):
    """State of the service."""

    model_config = example(
        status="ok",
        version="0.1.0",
        device="cpu",
        torch_threads=2,
        queue_length=0,
        workers=[{"device": "cpu", "state": "ready"}],
        database="iterscope-data/iterscope.sqlite3",
        home="iterscope-data",
    )

    status: str
    version: str
    device: str = Field(description="Devices of the workers, separated by commas.")
    torch_threads: int = Field(description="Number of threads of a worker's tensor operations; 0 until it has started.")
    queue_length: int = Field(description="Number of waiting probes.")
    workers: list[WorkerState]
    database: str
    home: str


class WorkerState(BaseModel):
    """One worker process."""

    device: str
    state: str = Field(description="starting, ready or dead (a dead worker is replaced at once).")


class Architecture(BaseModel):
    """An architecture that `POST /runs` can train."""

    model_config = example(name="resnet{6n+2}", description="pre-activation ResNet of depth 6n + 2", options=["widths"])

    name: str
    description: str
    options: list[str]


class Architectures(BaseModel):
    architectures: list[Architecture]


class DatasetDescription(BaseModel):
    """A data set; sizes and classes are null if they aren't known without reading it."""

    model_config = example(
        name="digits",
        description="1,797 handwritten digits",
        available=True,
        num_classes=10,
        class_names=["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        train_size=1438,
        validation_size=359,
    )

    name: str
    description: str
    available: bool
    num_classes: int | None
    class_names: list[str] | None
    train_size: int | None
    validation_size: int | None


class Datasets(BaseModel):
    datasets: list[DatasetDescription]


class MeasurementDescription(BaseModel):
    """The definition of a measurement, which `POST /probe/{name}` makes."""

    model_config = example(**MEASUREMENTS["drop"].describe(), source=None)

    name: str
    title: str
    summary: str
    formula: str
    citation: str
    version: int = Field(description="It changes when the answer to the same request changes.")
    drawing: str = Field(description="How an answer is best drawn.")
    request: dict[str, Any] = Field(description="JSON schema of the request, with defaults, ranges and help.")
    result: dict[str, Any] = Field(description="JSON schema of the answer.")
    source: str | None = Field(description="The installed package that a plug-in is from; null for Iterscope's own.")


class Measurements(BaseModel):
    measurements: list[MeasurementDescription]
    failed: dict[str, str] = Field(description="Plug-ins that can't be used, with the reason.")


class Recipes(BaseModel):
    """The training configuration of each recipe."""

    recipes: dict[str, dict[str, Any]]
