"""The trainer as a service: it waits for queued runs, and trains them in a process that ends when none is left.

While it waits, it has loaded neither torch nor anything else that training needs.
"""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
import time
from collections.abc import Sequence

from iterscope_db import Store, StoreError, process_name
from iterscope_guard.child import start_child
from iterscope_trainer.queue import ROLE, requeue
from iterscope_trainer.stopping import StopSignal

POLL_SECONDS = 1.0
RECOVERY_SECONDS = 15.0
"""Seconds between two searches for runs whose trainer died."""
CANNOT_BEGIN = 2
"""The exit status of the training process if an option can't be used."""
logger = logging.getLogger(__name__)


def serve(store: Store, options: Sequence[str], *, stop: StopSignal, at_once: bool) -> int:
    """Train what is queued until a signal arrives. A run that fails, or whose process is killed, doesn't end the service.

    Args:
        options: those of `python -m iterscope_trainer watch --until-empty`.
        at_once: start the training process even if nothing is queued, so that it queues the demo or checks its options.

    Returns 0, or CANNOT_BEGIN if an option can't be used.
    """
    logger.info("waiting for runs in %s", store.name)
    requeue(store, ("interrupted", "dead"))
    recovered = time.monotonic()
    while not stop.is_set:
        seconds = POLL_SECONDS
        try:
            if time.monotonic() - recovered > RECOVERY_SECONDS:
                recovered = time.monotonic()
                requeue(store, ("dead",))
            if at_once or store.runs.list(status="queued", limit=1):
                at_once = False
                code = _train(store, options, stop)
                if code == CANNOT_BEGIN:
                    return code
                seconds = 5 * POLL_SECONDS if code else 0.0
        except StoreError as error:
            logger.error("the store can't be used: %s", error)
            seconds = 5 * POLL_SECONDS
        stop.wait(seconds)
    return 0


def _train(store: Store, options: Sequence[str], stop: StopSignal) -> int:
    """Train all queued runs in a process. Returns its exit status."""
    with start_child([sys.executable, "-P", "-m", "iterscope_trainer", "watch", "--until-empty", *options]) as process:
        try:
            while process.poll() is None and not stop.wait(0.2):
                pass
            if process.poll() is None:
                process.terminate()  # it saves
            code = process.wait()
        except KeyboardInterrupt:  # the second signal
            process.terminate()
            raise
    if code < 0 and not stop.is_set:
        _give_up(store, process, signal.Signals(-code).name)
    return code


def _give_up(store: Store, process: subprocess.Popen[bytes], how: str) -> None:
    """Mark what a killed process was training as failed: to begin it again at once could go on for ever."""
    error = (
        f"the training process was killed by {how}, perhaps because the machine ran out of memory: resume the run, or use a "
        "smaller batch_size or log_samples"
    )
    logger.error("%s", error)
    for record in store.runs.list(status=("running", "dead")):
        if record.worker == process_name(ROLE, process.pid):
            store.runs.finish(record.id, "failed", error)
