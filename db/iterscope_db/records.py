"""What the repositories return: frozen records, independent of the database.

Times are aware UTC datetimes; `to_dict()` returns JSON-ready values with times as ISO 8601 strings. NaN and infinite floats are
kept; the code that writes JSON decides how to represent them.
"""

import dataclasses
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

RUN_STATUSES = ("queued", "running", "completed", "interrupted", "failed", "cancelled", "dead", "imported")
FINISHED_STATUSES = ("completed", "interrupted", "failed", "cancelled")
JOB_STATES = ("queued", "running", "done", "failed", "cancelled")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True)
class _Record:
    def to_dict(self) -> dict[str, Any]:
        """The fields by name, JSON-ready; times as ISO 8601 strings in UTC."""
        return {field.name: _plain(getattr(self, field.name)) for field in dataclasses.fields(self)}


@dataclass(frozen=True, kw_only=True)
class RunRecord(_Record):
    """A training run, as REST shows it."""

    id: str
    name: str
    notes: str
    tags: tuple[str, ...]
    status: str  #: one of RUN_STATUSES; "dead": a running run whose heartbeat is too old; "imported": trained outside Iterscope
    recipe: str | None
    architecture: str
    dataset: str
    seed: int | None
    origin: str
    configuration: dict[str, Any]
    blocks: tuple[
        dict[str, Any], ...
    ]  #: {"index", "stage", "is_projection", "shared_with"} each; empty while not yet known
    epochs: int  #: planned
    epoch: int | None  #: the last one logged
    progress: dict[str, Any] | None
    latest: dict[
        str, float
    ]  #: of the last logged epoch: train_loss, train_accuracy, validation_loss, validation_accuracy
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    heartbeat_at: datetime | None
    error: str | None
    checkpoints: int  #: how many
    worker: str | None
    stop_requested: bool


@dataclass(frozen=True, kw_only=True)
class CheckpointRecord(_Record):
    """A stored checkpoint; `path` is relative to the home folder if the file is inside it."""

    id: str
    sha256: str
    run: str | None
    epoch: int | None
    name: str
    path: str
    architecture: dict[str, Any]
    dataset: dict[str, Any] | None
    num_parameters: int
    size_bytes: int
    blocks: tuple[dict[str, Any], ...]
    metrics: dict[str, Any]
    preprocessing: dict[str, Any] | None  #: preprocessing of images; None: only the data set's normalisation
    factory: (
        dict[str, Any] | None
    )  #: {"name", "import_path"}: the user's own function that builds the network; None for a known network
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class ProbeResultRecord(_Record):
    """A cached probe result; `result_json` is the JSON text as it was stored."""

    key: str
    probe: str
    checkpoint_id: str
    request: dict[str, Any]
    result_json: bytes
    seconds: float
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class JobRecord(_Record):
    """A job of the backend. When it is done, its result is the probe result with the same `key`."""

    id: str
    kind: str
    probe: str | None
    request: dict[str, Any]
    key: str | None
    state: str  #: one of JOB_STATES
    progress: float  #: 0 to 1
    error: dict[str, Any] | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, eq=False)
class MetricSeries:
    """One per-block metric over the epochs. E epochs, L blocks."""

    metric: str
    split: str
    epochs: NDArray[np.int64]  #: (E,), ascending
    values: NDArray[np.float32]  #: (E, L); NaN if undefined


@dataclass(frozen=True, eq=False)
class ScalarSeries:
    """One whole-model scalar over the epochs. `split` is None for scalars without a split, such as the learning rate."""

    name: str
    split: str | None
    epochs: NDArray[np.int64]  #: (E,), ascending
    values: NDArray[np.float64]  #: (E,)


@dataclass(frozen=True, eq=False)
class MetricsPage:
    """Array and scalar series read in one transaction, and the cursor after which reading continues."""

    series: tuple[MetricSeries, ...]
    scalars: tuple[ScalarSeries, ...]
    cursor: int
