"""A probe request, and the key under which its result is stored."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from iterscope.architectures.factory import Factory
from iterscope.checkpoint_images import CheckpointImages
from iterscope.measurements import MEASUREMENTS, MeasurementRequest
from iterscope.measurements.request import opened_options
from iterscope_backend.workers.messages import DatasetChoice, StoredFile, Task
from iterscope_db import CheckpointRecord, Store


def images_of(checkpoint: CheckpointRecord) -> CheckpointImages:
    """Which images a stored checkpoint's network reads."""
    return CheckpointImages.described(checkpoint.architecture, checkpoint.dataset, checkpoint.preprocessing)


def factory_of(checkpoint: CheckpointRecord) -> Factory | None:
    """What builds the network, if it is the user's own: the store's record says so, and never the file."""
    return None if checkpoint.factory is None else Factory.from_dict(checkpoint.factory)


def trained_on(checkpoint: CheckpointRecord) -> DatasetChoice | None:
    """The data set that a checkpoint's network was trained on; None if the checkpoint doesn't record it."""
    return own_data(images_of(checkpoint))


def own_data(images: CheckpointImages) -> DatasetChoice | None:
    """The data set that images are prepared from for the network that was trained on it; None if it is not known."""
    if (own := images.reference) is None:
        return None
    return DatasetChoice(images, None, own.fingerprint, *images.normalisation(own))


def resolved(request: MeasurementRequest, store: Store, home: Path) -> tuple[dict[str, Any], tuple[StoredFile, ...]]:
    """The canonical request with digests in place of the names of further checkpoints, and their files. Raises NotFoundError."""
    values, opened = request.canonical(), dict[str, StoredFile]()
    for name in opened_options(type(request)):
        if not (given := values[name]):
            continue
        single = isinstance(given, str) and not given.startswith("run:")
        found = store.checkpoints.chosen([given] if single else given)
        opened |= {one.sha256: StoredFile(home / one.path, one.sha256, factory_of(one)) for one in found}
        values[name] = found[0].sha256 if single else [one.sha256 for one in found]
    return values, tuple(opened.values())


@dataclass(frozen=True)
class Question:
    """A probe request with everything that its result depends on."""

    probe: str
    checkpoint: CheckpointRecord
    dataset: DatasetChoice
    request: dict[str, Any]
    path: Path
    """The checkpoint file."""
    opened: tuple[StoredFile, ...] = ()
    """Further checkpoints, which the request names by their digests."""

    @property
    def key(self) -> str:
        """Equal for equal requests: computed from the checkpoint's hash, the data's fingerprint, the request and the probe's version."""
        whole = {
            "probe": self.probe,
            "version": MEASUREMENTS[self.probe].version,
            "checkpoint": self.checkpoint.sha256,
            "dataset": [
                self.dataset.fingerprint,
                self.dataset.images.image_size,
                self.dataset.mean,
                self.dataset.std,
            ],
            "request": self.request,
        }
        return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()

    def task(self, job_id: str) -> Task:
        """Everything a worker needs to run it."""
        factory = factory_of(self.checkpoint)
        return Task(
            job_id, self.probe, self.path, self.checkpoint.sha256, self.dataset, self.request, factory, self.opened
        )
