"""The logger that writes to the store, and the heartbeat that shows that a run's process is alive."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any

from iterscope.checkpoint_description import CheckpointDescription
from iterscope_db import ConflictError, NotFoundError, Store, StoreError
from iterscope_trainer.metric_logger import Arrays, Scalars, TrainingPlan, TrainingProgress

HEARTBEAT_SECONDS = 2.0
STOP_POLL_SECONDS = 0.5
logger = logging.getLogger(__name__)


class StoreLogger:
    """Writes the metrics and checkpoints of one run; the heartbeat writes its progress."""

    def __init__(
        self, store: Store, run: str, worker: str, home: Path, factory: Mapping[str, Any] | None = None
    ) -> None:
        """`factory`: what builds the user's own network, for the records of its checkpoints."""
        self._store, self._run, self._worker, self._home = store, run, worker, home
        self._factory = factory
        self.progress_now: dict[str, Any] | None = None

    def begin(self, plan: TrainingPlan) -> None:
        configuration = plan.configuration
        self._store.runs.start(
            self._run,
            self._worker,
            blocks=plan.blocks,
            epochs=configuration.epochs,
            configuration=configuration.to_dict(),
        )
        if plan.first_epoch > 0:
            self.forget_after(plan.first_epoch)

    def forget_after(self, epoch: int) -> None:
        """Delete the curves and checkpoints of the epochs after `epoch`, before a resumed run makes them again."""
        self._store.metrics.delete_after(self._run, epoch)
        for checkpoint in self._store.checkpoints.delete_after(self._run, epoch):
            (self._home / checkpoint.path).unlink(missing_ok=True)

    def progress(self, progress: TrainingProgress) -> None:
        self.progress_now = asdict(progress)

    def log_epoch(self, epoch: int, arrays: Arrays, scalars: Scalars) -> None:
        self._store.metrics.log_epoch(self._run, epoch, dict(arrays), dict(scalars))

    def checkpoint(self, path: Path, description: CheckpointDescription, scalars: Scalars) -> None:
        self._store.checkpoints.add(
            self._run,
            description.epoch,
            stored_path(path, self._home),
            description.sha256,
            description.architecture,
            None if description.dataset is None else description.dataset.to_dict(),
            description.num_parameters,
            description.size_bytes,
            description.blocks,
            name=f"epoch {description.epoch}",
            metrics={name: value for (name, split), value in scalars.items() if split == "validation"},
            preprocessing=None if description.preprocessing is None else description.preprocessing.to_dict(),
            factory=self._factory,
        )


def stored_path(path: Path, home: Path) -> str:
    """The path as the store records it: relative to the home folder if the file is inside it."""
    absolute, root = path.resolve(), home.resolve()
    return str(absolute.relative_to(root)) if absolute.is_relative_to(root) else str(absolute)


class Heartbeat:
    """A thread that records every few seconds that the run is alive, and checks whether it should stop."""

    def __init__(
        self, store: Store, run: str, worker: str, source: StoreLogger, seconds: float = HEARTBEAT_SECONDS
    ) -> None:
        self._store, self._run, self._worker, self._source, self._seconds = store, run, worker, source, seconds
        self._ended = threading.Event()
        self.stop_requested = False
        self.lost: str | None = None
        """Set once this process no longer owns the run: the reason, such as the run being deleted or taken over."""
        self._thread = threading.Thread(target=self._beat_until_ended, name=f"heartbeat of {run}", daemon=True)

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()
        with suppress(StoreError):  # write the last progress; the caller records how the run ended
            if self.lost is None:
                self._beat()

    def _beat_until_ended(self) -> None:
        polls_per_beat = max(1, round(self._seconds / STOP_POLL_SECONDS))
        count = 0
        while not self._ended.wait(min(STOP_POLL_SECONDS, self._seconds)):
            count += 1
            try:
                self.stop_requested = self.stop_requested or self._store.runs.stop_requested(self._run)
                if count % polls_per_beat == 0:
                    self._beat()
            except (NotFoundError, ConflictError) as error:
                self.lost = str(error)
                return
            except Exception as error:  # training continues, for example while the store is temporarily unavailable
                logger.warning("the heartbeat of run %s could not be stored: %s", self._run, error)

    def _beat(self) -> None:
        owner = self._store.runs.get(self._run).worker
        if owner != self._worker:
            self.lost = f"run {self._run} now belongs to {owner}"
            self._ended.set()
            return
        self._store.runs.heartbeat(self._run, self._source.progress_now)
