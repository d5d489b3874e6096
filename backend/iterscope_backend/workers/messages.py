"""What the service and a worker process say to each other over a pipe. All of it is plain and pickles."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from iterscope.preprocessing import Preprocessing

FailureKind = Literal["invalid", "missing", "memory", "lost", "internal"]
"""invalid: the caller's fault; missing: a file is gone; memory: too little of it; lost: the process died; internal: a bug."""


@dataclass(frozen=True)
class WorkerOptions:
    """What a worker is told once, at its start."""

    device: str
    home: Path
    threads: int | None = None
    """Threads of tensor operations; None: all cores that the process may use."""
    memory_budget: int | None = None
    """Bytes of hidden states; None: the library's default."""


@dataclass(frozen=True)
class DatasetChoice:
    """The data that a probe runs on."""

    name: str
    image_size: int
    fingerprint: str
    """What the data must be; anything else is an error, never a silent substitute."""
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    """The normalisation that the network was trained with."""
    preprocessing: Preprocessing | None = None
    """Of a network of elsewhere: size, crop and order of classes too."""


@dataclass(frozen=True)
class Task:
    """One probe to run."""

    id: str
    probe: str
    checkpoint_path: Path
    checkpoint_sha256: str
    dataset: DatasetChoice
    request: dict[str, Any] = field(default_factory=dict)
    """The probe's own request, valid by its model."""


@dataclass(frozen=True)
class WarmUp:
    """Load this before anybody asks."""

    task: Task


@dataclass(frozen=True)
class Ready:
    """The worker has started."""

    threads: int
    device: str


@dataclass(frozen=True)
class Progress:
    """Share of a task that is done, 0 to 1."""

    id: str
    fraction: float


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
    """A task that was stopped as asked."""

    id: str


Outcome = Done | Failed | Cancelled
