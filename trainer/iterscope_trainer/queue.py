"""The queue of runs: what the trainer service left unfinished goes back into it."""

from __future__ import annotations

import logging

from iterscope_db import ConflictError, Store

ROLE = "watch"
"""The role of the service's processes, in their names in the store."""
logger = logging.getLogger(__name__)


def requeue(store: Store, statuses: tuple[str, ...]) -> int:
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
