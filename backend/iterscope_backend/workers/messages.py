"""Messages between the service and a worker process over a pipe. All of them can be pickled."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from iterscope.architectures.factory import Factory
from iterscope.checkpoint_images import CheckpointImages

FailureKind = Literal["invalid", "missing", "memory", "lost", "internal"]
"""invalid: a wrong request; missing: a file is gone; memory: out of memory; lost: the process died; internal: a bug."""


@dataclass(frozen=True)
class WorkerOptions:
    """Options that a worker gets when it starts."""

    device: str
    home: Path
    threads: int | None = None
    """Number of threads of tensor operations; None: all cores that the process may use."""
    memory_budget: int | None = None
    """Memory for hidden states in bytes; None: the library's default."""


@dataclass(frozen=True)
class DatasetChoice:
    """The data set of a probe."""

    images: CheckpointImages
    """What the checkpoint's record says about its images."""
    named: str | None
    """The data set named in the request; None: the network's own."""
    fingerprint: str
    """The required fingerprint; other data are an error and never a silent substitute."""
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    """The normalisation of the network's training."""


@dataclass(frozen=True)
class StoredFile:
    """A stored checkpoint."""

    path: Path
    sha256: str
    factory: Factory | None = None
    """What builds one's own network, by the store's record."""


@dataclass(frozen=True)
class Task:
    """One probe to run."""

    id: str
    probe: str
    checkpoint_path: Path
    checkpoint_sha256: str
    dataset: DatasetChoice
    request: dict[str, Any] = field(default_factory=dict)
    """The probe's request, validated by its model."""
    factory: Factory | None = None
    """What builds one's own network, by the store's record."""
    opened: tuple[StoredFile, ...] = ()
    """Further checkpoints that the request names, by their digests."""


@dataclass(frozen=True)
class WarmUp:
    """Load this task's network and data before the first request."""

    task: Task


@dataclass(frozen=True)
class Ready:
    """The worker has started."""

    threads: int
    device: str


@dataclass(frozen=True)
class TaskProgress:
    """Fraction of a task that is done, 0 to 1."""

    id: str
    fraction: float


@dataclass(frozen=True)
class Partial:
    """The answer for the images of a task that are done so far."""

    id: str
    result_json: bytes


@dataclass(frozen=True)
class Done:
    """A task's result."""

    id: str
    result_json: bytes
    seconds: float


@dataclass(frozen=True)
class Failed:
    """A task that ended without a result."""

    id: str
    kind: FailureKind
    detail: str


@dataclass(frozen=True)
class Cancelled:
    """A task that was cancelled."""

    id: str


Outcome = Done | Failed | Cancelled
