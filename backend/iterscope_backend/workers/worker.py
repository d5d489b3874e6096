"""The service's side of one worker process: starts it, gives it tasks, hears its answers, replaces it when it dies."""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any

from iterscope_backend.workers.messages import Cancelled as CancelledOutcome
from iterscope_backend.workers.messages import Done, Failed, Outcome, Progress, Ready, Task, WarmUp, WorkerOptions

logger = logging.getLogger("iterscope.backend")

_CONTEXT = multiprocessing.get_context("spawn")


class Worker:
    """One device's process. `run` is called by one thread; `cancel` and the properties by any."""

    def __init__(self, options: WorkerOptions, *, cancel_grace: float) -> None:
        self.options = options
        self.threads = options.threads or 0
        self._cancel_grace = cancel_grace
        self._process: SpawnProcess | None = None
        self._tasks: Connection | None = None
        self._cancellations: Connection | None = None
        self._lock = threading.Lock()
        self._current: str | None = None
        self._cancelled_at: float | None = None
        self._begun = False
        self._stopped = False
        self.ready = threading.Event()

    @property
    def process_id(self) -> int | None:
        """The operating system's number of the process, None before it was started."""
        process = self._process
        return process.pid if process is not None else None

    @property
    def alive(self) -> bool:
        process = self._process
        try:
            return process is not None and process.is_alive()
        except ValueError:  # closed by another thread just now
            return False

    @property
    def state(self) -> str:
        """starting, ready or dead."""
        if not self.alive:
            return "dead"
        return "ready" if self.ready.is_set() else "starting"

    def start(self) -> None:
        """Starts a process, instead of a dead one too; returns at once."""
        # Imported by name in the new process: the worker's module draws in torch, but no web framework.
        from iterscope_backend.workers.process import main

        self._discard()
        tasks, their_tasks = _CONTEXT.Pipe()
        their_cancellations, cancellations = _CONTEXT.Pipe(duplex=False)
        process = _CONTEXT.Process(
            target=main,
            args=(self.options, their_tasks, their_cancellations),
            name=f"probes on {self.options.device}",
            daemon=True,
        )
        # The new process's OpenMP threads sleep while they wait for each other, instead of spinning: beside another busy process,
        # such as a training on the same cores, a probe is then 5 to 10 times faster (measured on two cores).
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        process.start()
        their_tasks.close()
        their_cancellations.close()
        with self._lock:
            self._process, self._tasks, self._cancellations = process, tasks, cancellations
        logger.info("worker %s on %s started", process.pid, self.options.device)

    def warm_up(self, task: Task) -> None:
        """Lets the process load this task's network and data while nobody waits."""
        if self.alive and self._tasks is not None:
            with contextlib.suppress(OSError):
                self._tasks.send(WarmUp(task))

    def run(self, task: Task, on_progress: Callable[[float], None], cancelled: Callable[[], bool]) -> Outcome:
        """Runs a task to its end, whatever that is; a dead process is replaced, before and after.

        `cancelled` says whether the task was cancelled before `cancel` could find it here.
        """
        try:
            outcome = self._attempt(task, on_progress, cancelled)
            if isinstance(outcome, Failed) and outcome.kind == "lost" and not self._begun and not self._stopped:
                # The process had died at rest, before it saw the task: a new one may well do it.
                outcome = self._attempt(task, on_progress, cancelled)
            return outcome
        finally:
            with self._lock:
                self._current = None
            if not self.alive and not self._stopped:
                self.start()

    def _attempt(self, task: Task, on_progress: Callable[[float], None], cancelled: Callable[[], bool]) -> Outcome:
        if not self.alive and not self._stopped:
            self.start()
        with self._lock:
            self._current, self._cancelled_at, self._begun = task.id, None, False
            process, tasks = self._process, self._tasks
        if process is None or tasks is None:
            return self._lost(task, process)
        if cancelled():
            return CancelledOutcome(task.id)
        try:
            tasks.send(task)
            return self._listen(task, process, tasks, on_progress)
        except (OSError, ValueError):  # the pipe broke, or another thread has closed it
            return self._lost(task, process)

    def cancel(self, task_id: str) -> None:
        """Asks the process to stop this task, if it is the one that runs; returns at once."""
        with self._lock:
            if self._current != task_id or self._cancelled_at is not None or self._cancellations is None:
                return
            self._cancelled_at = time.monotonic()
            with contextlib.suppress(OSError):
                self._cancellations.send(task_id)

    def stop(self) -> None:
        """Ends the process for good."""
        self._stopped = True
        self._discard()

    def _listen(
        self, task: Task, process: SpawnProcess, tasks: Connection, on_progress: Callable[[float], None]
    ) -> Outcome:
        while True:
            ready: list[Any] = wait([tasks, process.sentinel], timeout=0.1)
            if tasks in ready:
                try:
                    message = tasks.recv()
                except EOFError:
                    return self._lost(task, process)
                if isinstance(message, Ready):
                    self._note(message)
                elif isinstance(message, Progress):
                    self._begun = True
                    on_progress(message.fraction)
                elif isinstance(message, Done | Failed | CancelledOutcome):
                    return message
            elif ready:
                return self._lost(task, process)
            if self._cancelled_at is not None and time.monotonic() - self._cancelled_at > self._cancel_grace:
                logger.warning("job %s didn't stop within %g s: its worker is replaced", task.id, self._cancel_grace)
                self._discard()
                return CancelledOutcome(task.id)

    def poll_ready(self) -> None:
        """Takes notice of a process that has come up since, when no task runs."""
        if self._tasks is not None and not self.ready.is_set():
            with contextlib.suppress(OSError, EOFError):
                if self._tasks.poll() and isinstance(message := self._tasks.recv(), Ready):
                    self._note(message)

    def _note(self, message: Ready) -> None:
        self.threads = message.threads
        self.ready.set()

    def _lost(self, task: Task, process: SpawnProcess | None) -> Failed:
        if self._stopped or process is None:
            return Failed(task.id, "lost", "the service was stopped")
        process.join(timeout=5)
        code = process.exitcode
        how = f"exit code {code}"
        if code is not None and code < 0:
            name = signal.Signals(-code).name
            how = f"signal {name}" + (": killed, perhaps for want of memory" if name == "SIGKILL" else "")
        logger.error("worker on %s died (%s) during job %s", self.options.device, how, task.id)
        return Failed(
            task.id,
            "lost",
            f"the worker process on {self.options.device} died ({how}); "
            "a new one has taken its place. Choose a smaller limit if it happens again",
        )

    def _discard(self) -> None:
        with self._lock:
            process, tasks, cancellations = self._process, self._tasks, self._cancellations
            self._process = self._tasks = self._cancellations = None
            self.ready.clear()
        for connection in (tasks, cancellations):
            if connection is not None:
                connection.close()
        if process is not None:
            if process.is_alive():
                process.kill()
            process.join(timeout=5)
            process.close()
