"""Train queued runs one after the other until none is left."""

from __future__ import annotations

import logging
from pathlib import Path

import torch

from iterscope.recipes import training_configuration
from iterscope_db import RunRecord, Store, StoreError, process_name
from iterscope_trainer.errors import TrainingError
from iterscope_trainer.metric_logger import MetricLogger
from iterscope_trainer.queue import ROLE, requeue
from iterscope_trainer.runs import create_run, run_steps
from iterscope_trainer.stopping import StopSignal
from iterscope_trainer.turns import taken

DEMO_NAME = "Demo: ResNet-56 on digits"
logger = logging.getLogger(__name__)


def train_queued(
    store: Store,
    home: Path,
    *,
    device: torch.device,
    stop: StopSignal,
    demo: bool = False,
    loggers: tuple[MetricLogger, ...] = (),
) -> bool:
    """Train queued runs until none is left or a signal arrives. A failed run doesn't stop the others.

    Runs that a stopped or killed service left unfinished are queued again and continue from their saved state. Runs that users
    interrupted or cancelled are not.

    Args:
        demo: queue the demo first if the store has no runs.

    Returns whether every run that it began has been completed.
    """
    unfinished: set[str] = set()
    worker = process_name(ROLE)
    if demo and not store.runs.list():
        create_run(store, training_configuration("demo"), recipe="demo", name=DEMO_NAME, worker=None)
    requeue(store, ("interrupted", "dead"))
    while not stop.is_set:
        record = store.runs.claim_next(worker)
        if record is None:
            if not requeue(store, ("dead",)):
                break
            continue
        unfinished.add(record.id)
        try:
            if _train(store, record, worker, home, device, stop, loggers) == "completed":
                unfinished.discard(record.id)
        except (StoreError, TrainingError) as error:
            logger.error("%s", error)
    return not unfinished


def _train(
    store: Store,
    record: RunRecord,
    worker: str,
    home: Path,
    device: torch.device,
    stop: StopSignal,
    loggers: tuple[MetricLogger, ...],
) -> str:
    """Train a run. Returns its status at the end."""
    logger.info("run %s (%s): %s on %s", record.id, record.name, record.architecture, record.dataset)
    outcome = taken(run_steps(store, record, worker, home, device=device, stop=stop, loggers=loggers))
    if outcome.run.status == "failed":
        logger.error("run %s failed: %s", record.id, outcome.run.error)
    else:
        logger.info("run %s is %s", record.id, outcome.run.status)
    if device.type == "cuda":
        torch.cuda.empty_cache()
    return outcome.run.status
