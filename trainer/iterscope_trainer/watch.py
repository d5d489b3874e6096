"""The trainer as a service: trains queued runs one after the other until it is stopped."""

from __future__ import annotations

import logging
import time
from pathlib import Path

import torch

from iterscope.recipes import training_configuration
from iterscope_db import ConflictError, RunRecord, Store, StoreError, process_name
from iterscope_trainer.errors import TrainingError
from iterscope_trainer.metric_logger import MetricLogger
from iterscope_trainer.runs import create_run, train_run
from iterscope_trainer.stopping import StopSignal

POLL_SECONDS = 1.0
RECOVERY_SECONDS = 15.0
"""Seconds between two searches for runs whose trainer died."""
DEMO_NAME = "Demo: ResNet-56 on digits"
ROLE = "watch"
logger = logging.getLogger(__name__)


def watch(
    store: Store,
    home: Path,
    *,
    device: torch.device,
    stop: StopSignal,
    demo: bool = False,
    loggers: tuple[MetricLogger, ...] = (),
    until_empty: bool = False,
) -> bool:
    """Train queued runs until a signal arrives. A failed run doesn't end the service.

    Runs that a stopped or killed service left unfinished are queued again and continue from their saved state. Runs that users
    interrupted or cancelled are not.

    Args:
        demo: queue the demo first if the store has no runs.
        until_empty: return once the queue is empty.

    Returns whether every run that it began has been completed.
    """
    unfinished: set[str] = set()
    worker = process_name(ROLE)
    if demo and not store.runs.list():
        create_run(store, training_configuration("demo"), recipe="demo", name=DEMO_NAME, worker=None)
    _requeue(store, ("interrupted", "dead"))
    logger.info("waiting for runs in %s, training on %s", store.name, device)
    recovered = time.monotonic()
    while not stop.is_set:
        try:
            if time.monotonic() - recovered > RECOVERY_SECONDS:
                recovered = time.monotonic()
                _requeue(store, ("dead",))
            record = store.runs.claim_next(worker)
            if record is None:
                if until_empty and not _requeue(store, ("dead",)):
                    break
                stop.wait(POLL_SECONDS)
                continue
            unfinished.add(record.id)
            if _train(store, record, worker, home, device, stop, loggers) == "completed":
                unfinished.discard(record.id)
        except StoreError as error:
            logger.error("the store can't be used: %s", error)
            stop.wait(5 * POLL_SECONDS)
        except TrainingError as error:
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
    outcome = train_run(store, record, worker, home, device=device, stop=stop, loggers=loggers)
    if outcome.run.status == "failed":
        logger.error("run %s failed: %s", record.id, outcome.run.error)
    else:
        logger.info("run %s is %s", record.id, outcome.run.status)
    if device.type == "cuda":
        torch.cuda.empty_cache()
    return outcome.run.status


def _requeue(store: Store, statuses: tuple[str, ...]) -> int:
    """Requeue the runs that a trainer service left unfinished. Returns their number."""
    requeued = 0
    for record in store.runs.list(status=statuses):
        if record.worker is None or not record.worker.startswith(f"{ROLE}:"):
            continue
        try:
            store.runs.requeue_for_resume(record.id)
        except ConflictError as error:  # another trainer claimed it first
            logger.info("%s", error)
        else:
            requeued += 1
            logger.info("run %s was %s and is queued again", record.id, record.status)
    return requeued
