"""A probe request, and the key under which its result is stored."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iterscope.datasets import DatasetReference
from iterscope.preprocessing import Preprocessing
from iterscope_backend.probes.registry import PROBES
from iterscope_backend.workers.messages import DatasetChoice, Task
from iterscope_db import CheckpointRecord


def trained_on(checkpoint: CheckpointRecord) -> DatasetChoice | None:
    """The data set that a checkpoint's network was trained on; None if the checkpoint doesn't record it."""
    if checkpoint.dataset is None:
        return None
    reference = DatasetReference.from_dict(checkpoint.dataset)
    return DatasetChoice(
        reference.name,
        reference.image_size,
        reference.fingerprint,
        reference.mean,
        reference.std,
        prepared_as(checkpoint),
    )


def prepared_as(checkpoint: CheckpointRecord) -> Preprocessing | None:
    """The preprocessing before the network; None if images are only resized and normalised, as for Iterscope's own networks."""
    return None if checkpoint.preprocessing is None else Preprocessing.from_dict(checkpoint.preprocessing)


@dataclass(frozen=True)
class Question:
    """A probe request with everything that its result depends on."""

    probe: str
    checkpoint: CheckpointRecord
    dataset: DatasetChoice
    request: dict[str, Any]
    path: Path
    """The checkpoint file."""

    @property
    def key(self) -> str:
        """Equal for equal requests: computed from the checkpoint's hash, the data's fingerprint, the request and the probe's version."""
        whole = {
            "probe": self.probe,
            "version": PROBES[self.probe].version,
            "checkpoint": self.checkpoint.sha256,
            "dataset": [self.dataset.fingerprint, self.dataset.image_size, self.dataset.mean, self.dataset.std],
            "request": self.request,
        }
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()

    def task(self, job_id: str) -> Task:
        """Everything a worker needs to run it."""
        return Task(job_id, self.probe, self.path, self.checkpoint.sha256, self.dataset, self.request)
