"""What handlers use: the store, the jobs and the data. They are opened when the application starts and closed when it stops."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import torch

from iterscope.checkpoint_images import CheckpointImages
from iterscope.datasets import Dataset
from iterscope.measurements import MEASUREMENTS
from iterscope.measurements.request import MeasurementRequest
from iterscope_backend.images import DatasetShelf
from iterscope_backend.imports.shelf import ImportShelf
from iterscope_backend.jobs.question import Question, images_of, resolved, trained_on
from iterscope_backend.jobs.service import JobService
from iterscope_backend.literature import LiteratureEvidence
from iterscope_backend.lookups import Lookups
from iterscope_backend.paper import PaperEvidence
from iterscope_backend.problems import ApiProblem
from iterscope_backend.settings import Settings
from iterscope_backend.workers.messages import DatasetChoice, Task, WorkerOptions
from iterscope_backend.workers.worker import Worker
from iterscope_db import CheckpointRecord, Store, open_store

AT_ONCE = 4
"""Number of uploads that are opened at the same time, and of requests that may read a data set at the same time. The others wait
without a thread, so that quick requests, such as GET /health, find one."""


@dataclass(frozen=True)
class Services:
    """The application's parts."""

    settings: Settings
    store: Store
    jobs: JobService
    datasets: DatasetShelf
    paper: PaperEvidence
    literature: LiteratureEvidence
    imports: ImportShelf
    opening: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    reading: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    lookups: Lookups = field(default_factory=Lookups)
    """Of stored answers."""

    def checkpoint(self, name: str) -> CheckpointRecord:
        """A checkpoint by id, or `latest` for the newest of the newest run with one. Raises ApiProblem or iterscope_db.NotFoundError."""
        if name != "latest":
            return self.store.checkpoints.get(name)
        if (found := self.store.checkpoints.latest()) is not None:
            return found
        raise ApiProblem(404, "there is no checkpoint yet: train one (POST /runs) or import one (POST /checkpoints)")

    def question(self, probe: str, request: MeasurementRequest) -> Question:
        """Resolve a request's checkpoint and data set. Raises ApiProblem, iterscope_db.NotFoundError, or the library's DatasetError."""
        return self.question_of(probe, request, self.checkpoint(request.checkpoint))

    def question_of(self, probe: str, request: MeasurementRequest, checkpoint: CheckpointRecord) -> Question:
        """The same for one checkpoint of several."""
        data = self._dataset(checkpoint, request.dataset, "body.dataset")
        values, opened = resolved(request, self.store, self.settings.home)
        return Question(probe, checkpoint, data, values, self.settings.home / checkpoint.path, opened)

    def images(self, checkpoint: str | None, dataset: str | None, image_size: int) -> Dataset:
        """The images preprocessed for a checkpoint's network, or without a checkpoint, at `image_size`. Raises the same as `question`."""
        if checkpoint is not None:
            record = self.checkpoint(checkpoint)
            wanted = self._images_of(record, dataset, "query.dataset")
            return self.datasets.of_checkpoint(wanted, dataset)
        if dataset is None:
            raise ApiProblem(
                422,
                "neither a checkpoint nor a data set is given: give one of them",
                errors=[("query.dataset", "is required if checkpoint is not given")],
            )
        return self.datasets.get(dataset, image_size)

    def _dataset(self, checkpoint: CheckpointRecord, name: str | None, field: str) -> DatasetChoice:
        wanted = self._images_of(checkpoint, name, field)
        if name is None and (own := trained_on(checkpoint)) is not None:
            return own
        data = self.datasets.of_checkpoint(wanted, name)
        return DatasetChoice(wanted, name, data.fingerprint, *wanted.normalisation(data))

    def _images_of(self, checkpoint: CheckpointRecord, name: str | None, field: str) -> CheckpointImages:
        wanted = images_of(checkpoint)
        if name is None and wanted.reference is None:
            raise ApiProblem(
                422,
                f"checkpoint {checkpoint.id} doesn't record its data set: name a data set (dataset, or --dataset)",
                errors=[(field, "is required for this checkpoint")],
            )
        return wanted


def devices(settings: Settings) -> tuple[str, ...]:
    """The devices of the workers, one worker per device."""
    if settings.devices:
        return settings.devices
    return tuple(f"cuda:{index}" for index in range(torch.cuda.device_count())) or ("cpu",)


@contextmanager
def running_services(settings: Settings) -> Iterator[Services]:
    """Open the store and start the workers; on exit, stop and close everything."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with open_store(settings.database_url or settings.home) as store:
        workers = [
            Worker(
                WorkerOptions(device, settings.home.absolute(), settings.worker_threads, settings.memory_budget),
                cancel_grace=settings.cancel_grace,
                hang_after=settings.hang_after,
            )
            for device in devices(settings)
        ]
        jobs = JobService(store, workers, queue_size=settings.queue_size)
        imports = ImportShelf(settings.home, store)
        services = Services(
            settings,
            store,
            jobs,
            DatasetShelf(settings.home),
            PaperEvidence(store, settings.home),
            LiteratureEvidence(store, settings.home),
            imports,
        )
        try:
            jobs.start(_warm_up(services))
            yield services
        finally:
            jobs.close()
            imports.close()


def _warm_up(services: Services) -> Task | None:
    """A warm-up task for the newest checkpoint, which is most likely requested first."""
    try:
        request = MEASUREMENTS["block-metrics"].request(checkpoint="latest")
        return services.question("block-metrics", request).task("warm-up")
    except (ApiProblem, ValueError):
        return None
