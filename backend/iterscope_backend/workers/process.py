"""The worker process: takes tasks from a pipe, one at a time, and caches models and data between them.

One pipe delivers tasks. A second pipe delivers ids of tasks to stop, which the progress callback checks between two chunks of images.
The process shares no lock with the service, so killing it can't block the service.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Protocol

import torch

from iterscope.allocator import keep_freed_memory, release_freed_memory
from iterscope.errors import Cancelled as ComputationCancelled
from iterscope.errors import InvalidInput
from iterscope.evaluation import is_out_of_memory
from iterscope.measurements import MEASUREMENTS, Computation
from iterscope.measurements.registry import SOURCES
from iterscope_backend.workers.cache import WorkerCache, allowed_threads
from iterscope_backend.workers.measurements import measure, measured_network
from iterscope_backend.workers.messages import (
    Cancelled,
    Done,
    Failed,
    Outcome,
    Partial,
    Ready,
    Task,
    TaskProgress,
    WarmUp,
    WorkerOptions,
)

logger = logging.getLogger("iterscope.backend.worker")

PROGRESS_INTERVAL = 0.02
"""Minimum number of seconds between two progress messages."""
REST_SECONDS = 20.0
"""Longer than a reader looks at one answer: the next edit then finds its memory again."""


def main(options: WorkerOptions, tasks: Connection, cancellations: Connection) -> None:
    """Main function of the process; returns when the service closes the pipe."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C goes to the whole process group; the service stops its workers itself
    if hasattr(os, "nice"):
        os.nice(5)  # priorities: pages, then probes, then training (`python -m iterscope_trainer watch` runs at 19)
    torch.set_num_threads(options.threads or allowed_threads())
    keep_freed_memory()
    cache = WorkerCache(options)
    listener = _Listener(tasks, cancellations)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        tasks.send(Ready(torch.get_num_threads(), options.device))
        while True:
            message = next_message(tasks)
            if isinstance(message, WarmUp):
                _warm_up(cache, message.task, tasks)
            else:
                tasks.send(run_task(cache, message, listener, listener.partial))


def next_message(tasks: Connection, rest: float = REST_SECONDS) -> Any:
    """The next message of the service. If none comes for `rest` seconds, the memory that was freed goes back to the system meanwhile."""
    if not tasks.poll(rest):
        release_freed_memory()
    return tasks.recv()


class Listener(Protocol):
    """Receives a task's progress; raises `iterscope.errors.Cancelled` to stop it."""

    def start(self, task: str) -> None:
        """A task starts."""

    def __call__(self, fraction: float) -> None:
        """This fraction of the task is done."""


class _Listener:
    """The progress callback of all tasks, over the pipes."""

    def __init__(self, tasks: Connection, cancellations: Connection) -> None:
        self._tasks = tasks
        self._cancellations = cancellations
        self._cancelled: set[str] = set()
        self._last_sent = 0.0
        self.task = ""

    def start(self, task: str) -> None:
        self.task = task
        self._last_sent = 0.0

    def __call__(self, fraction: float) -> None:
        while self._cancellations.poll():
            self._cancelled.add(self._cancellations.recv())
        if self.task in self._cancelled:
            self._cancelled.discard(self.task)
            raise ComputationCancelled(f"job {self.task} was cancelled")
        now = time.monotonic()
        if now - self._last_sent >= PROGRESS_INTERVAL:
            self._last_sent = now
            self._tasks.send(TaskProgress(self.task, fraction))

    def partial(self, result_json: bytes) -> None:
        """Tell the answer for the images that are done so far."""
        self._tasks.send(Partial(self.task, result_json))


def run_task(
    cache: WorkerCache, task: Task, listener: Listener, partial: Callable[[bytes], None] | None = None
) -> Outcome:
    """Run one probe. Any exception becomes an outcome, except a closed pipe.

    `partial` is called with the answers for the images that are done so far.
    """
    listener.start(task.id)
    began = time.perf_counter()
    try:
        listener(0.0)
        return Done(task.id, measure(cache, task, listener, partial), time.perf_counter() - began)
    except ComputationCancelled:
        return Cancelled(task.id)
    except FileNotFoundError as error:
        return Failed(task.id, "missing", f"{error.filename or task.checkpoint_path} is missing: {error.strerror}")
    except InvalidInput as error:
        return Failed(task.id, "invalid", str(error))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        raise
    except Exception as error:
        if is_out_of_memory(error):
            cache.clear()
            detail = f"not enough memory on {cache.options.device} for {task.probe}: choose a smaller limit"
            return Failed(task.id, "memory", detail)
        logger.exception("job %s: %s failed", task.id, task.probe)
        package = SOURCES.get(task.probe)
        reason = "see the service's log" if package is None else f"{error} (from the plug-in {package})"
        return Failed(task.id, "internal", f"{type(error).__name__} in {task.probe}: {reason}")


def _warm_up(cache: WorkerCache, task: Task, tasks: Connection) -> None:
    """Load the network and the data and measure the default images, so that the first probe doesn't have to wait for them.

    It stops as soon as a real task arrives; what it has loaded until then stays cached.
    """

    def progress(_fraction: float) -> None:
        if tasks.poll():
            raise ComputationCancelled("a task is waiting")

    try:
        network = measured_network(cache, task, progress)
        for name, options in (("block-metrics", {}), ("plan", {"plan": f"0..{len(network.chain) - 1}"})):
            measurement = MEASUREMENTS[name]
            request = measurement.request.model_validate({**task.request, **options, "checkpoint": "latest"})
            Computation(measurement, network, request).warm_up()
    except ComputationCancelled:
        return
    except Exception as error:
        # No client requested this; a later request gets the error as its response.
        logger.info("can't warm up with %s: %s", task.checkpoint_path, error)
