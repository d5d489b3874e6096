"""The life cycle of a run: it is created or claimed, trained, and marked completed, interrupted, cancelled or failed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from iterscope.adapters import residual_chain
from iterscope.architectures import build_from_configuration
from iterscope.datasets import load_dataset
from iterscope.datasets.registry import absolute_name
from iterscope.errors import Cancelled, IterscopeError, OutOfMemory
from iterscope.recipes import TrainingConfiguration
from iterscope_db import RECORDED, RunRecord, Store, StoreError
from iterscope_trainer.errors import TrainingError
from iterscope_trainer.loop import Training, TrainingResult
from iterscope_trainer.metric_logger import Loggers, MetricLogger
from iterscope_trainer.stopping import StopSignal
from iterscope_trainer.store_logger import Heartbeat, StoreLogger
from iterscope_trainer.turns import Steps

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Outcome:
    """The outcome of a run in this process."""

    run: RunRecord
    result: TrainingResult | None
    """None if the run failed."""


def run_folder(home: Path, run: str) -> Path:
    """Folder of a run's checkpoints and state."""
    return home / "checkpoints" / run


def create_run(
    store: Store, configuration: TrainingConfiguration, *, recipe: str | None, name: str | None, worker: str | None
) -> RunRecord:
    """Create a run in the store: running by `worker`, or queued if `worker` is None."""
    configuration = replace(configuration, dataset=absolute_name(configuration.dataset))
    with torch.device("meta"):
        chain = residual_chain(build_from_configuration(configuration.network(num_classes=10)))
    return store.runs.create(
        configuration.to_dict(),
        name or f"{configuration.architecture} on {configuration.dataset}",
        recipe,
        configuration.architecture,
        configuration.dataset,
        seed=configuration.seed,
        epochs=configuration.epochs,
        blocks=chain.describe(),
        status="queued" if worker is None else "running",
        worker=worker,
    )


def take_up(store: Store, run: str, worker: str) -> RunRecord:
    """Mark an interrupted, failed, cancelled, dead or queued run as running. Raises TrainingError for any other run."""
    record = store.runs.get(run)
    if record.status in ("completed", "running"):
        raise TrainingError(
            f"run {run} is completed: only a run that ended early can be resumed"
            if record.status == "completed"
            else f"run {run} is being trained by {record.worker}: stop it with `iterscope runs stop {run}`. If that machine has crashed, "
            "try again one minute after its last heartbeat"
        )
    if record.origin == RECORDED:
        raise TrainingError(
            f"run {run} was recorded by another program: start that program again, with Recorder(…, resume={run!r})"
        )
    return store.runs.start(run, worker)


def run_steps(
    store: Store,
    record: RunRecord,
    worker: str,
    home: Path,
    *,
    device: torch.device,
    stop: StopSignal,
    loggers: tuple[MetricLogger, ...] = (),
    download: bool = False,
    on_decoding: Callable[[float], None] = lambda _: None,
) -> Steps[Outcome]:
    """Train a run that is marked running, from its saved state if it has one, and record how it ended; for `taken` and `in_turns`.

    Errors of the run (wrong configuration, missing data, divergence, full disk, out of memory) are not raised; they are recorded in the
    run and the log.
    """
    store_logger = StoreLogger(store, record.id, worker, home)
    with Heartbeat(store, record.id, worker, store_logger) as heartbeat:

        def should_stop() -> bool:
            return stop.is_set or heartbeat.stop_requested or heartbeat.lost is not None

        def decoding(fraction: float) -> None:
            on_decoding(fraction)
            if should_stop():
                raise Cancelled

        result: TrainingResult | None = None
        error: str | None = None
        try:
            configuration = TrainingConfiguration.from_dict(record.configuration)
            dataset = load_dataset(
                configuration.dataset,
                home=home,
                image_size=configuration.image_size,
                download=download,
                progress=decoding,
            ).decoded()
            folder, written = run_folder(home, record.id), Loggers((store_logger, *loggers))
            training = Training(configuration, dataset, folder, written, device, should_stop, record.id)
            result = yield from training.steps()
        except Cancelled:
            result = TrainingResult(False, record.epoch or 0, {}, None)
        except (torch.OutOfMemoryError, OutOfMemory) as problem:
            error = f"the device is out of memory ({_first_line(problem)}): use a smaller batch_size or log_samples"
        except (IterscopeError, StoreError) as problem:
            error = str(problem)
        except KeyboardInterrupt:
            error = "stopped immediately by a second signal; --resume continues from the last saved state"
        except Exception as problem:
            logger.exception("run %s failed", record.id)
            error = f"{type(problem).__name__}: {_first_line(problem)}"
    if heartbeat.lost is not None:
        raise TrainingError(f"{heartbeat.lost}: this process has stopped training it")
    return Outcome(_finish(store, record.id, result, error, stopped_by_request=heartbeat.stop_requested), result)


def _finish(
    store: Store, run: str, result: TrainingResult | None, error: str | None, *, stopped_by_request: bool
) -> RunRecord:
    if result is None:
        return store.runs.finish(run, "failed", error)
    if result.completed:
        return store.runs.finish(run, "completed")
    return store.runs.finish(run, "cancelled" if stopped_by_request else "interrupted")


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "no message")
