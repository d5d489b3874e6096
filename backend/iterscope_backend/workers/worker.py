"""The service's side of a worker process: starts it, sends tasks, receives results, and replaces it if it dies."""

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
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess
from typing import Any, Protocol

from iterscope_backend.workers.messages import Cancelled as CancelledOutcome
from iterscope_backend.workers.messages import (
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

logger = logging.getLogger("iterscope.backend")

_SPAWN = multiprocessing.get_context("spawn")


def _context(device: str) -> SpawnContext | ForkServerContext:
    """How a worker process is started. On a CPU, a server that has imported torch once forks it: a replaced worker is ready at once.

    CUDA must not be touched before a fork, so workers on a GPU import torch themselves.
    """
    if device != "cpu" or "forkserver" not in multiprocessing.get_all_start_methods():
        return _SPAWN
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["iterscope_backend.workers.forked"])
    return context


class TaskListener(Protocol):
    """Is told how a task goes on, in the thread that runs it."""

    def report(self, fraction: float) -> None:
        """This fraction of the task is done."""

    def grow(self, result_json: bytes) -> None:
        """The answer for the images that are done so far."""


class Worker:
    """The worker process of one device. Only one thread may call `run`; any thread may call `cancel` and the properties."""

    def __init__(self, options: WorkerOptions, *, cancel_grace: float, hang_after: float) -> None:
        self.options = options
        self.threads = options.threads or 0
        self._cancel_grace = cancel_grace
        self._hang_after = hang_after
        self._process: BaseProcess | None = None
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
        """The process id; None before the process is started."""
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
        """Start a process, also to replace a dead one. Returns at once."""
        # The new process imports the worker's module by name; that imports torch, but not the web framework.
        from iterscope_backend.workers.process import main

        self._discard()
        # The OpenMP threads of the new process sleep while they wait for each other, instead of spinning. While another process,
        # such as a training run, uses the same cores, a probe is then 5 to 10 times faster (measured on two cores).
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        tasks, their_tasks = _SPAWN.Pipe()
        their_cancellations, cancellations = _SPAWN.Pipe(duplex=False)

        def started(context: SpawnContext | ForkServerContext) -> BaseProcess:
            process = context.Process(
                target=main,
                args=(self.options, their_tasks, their_cancellations),
                name=f"probes on {self.options.device}",
                daemon=True,
            )
            process.start()
            return process

        try:
            process = started(_context(self.options.device))
        except OSError as error:
            # That server has its socket in the folder for temporary files, which may have been emptied or have a long path.
            logger.info("the worker on %s is not forked: %s", self.options.device, error)
            process = started(_SPAWN)
        their_tasks.close()
        their_cancellations.close()
        with self._lock:
            self._process, self._tasks, self._cancellations = process, tasks, cancellations
        logger.info("worker %s on %s started", process.pid, self.options.device)

    def warm_up(self, task: Task) -> None:
        """Let the process load this task's network and data while it is idle."""
        if self.alive and self._tasks is not None:
            with contextlib.suppress(OSError):
                self._tasks.send(WarmUp(task))

    def run(self, task: Task, listener: TaskListener, cancelled: Callable[[], bool]) -> Outcome:
        """Run a task and return its outcome. A dead process is replaced, before and after the task.

        `cancelled` returns whether the task was cancelled before `cancel` could find it here.
        """
        try:
            outcome = self._attempt(task, listener, cancelled)
            if isinstance(outcome, Failed) and outcome.kind == "lost" and not self._begun and not self._stopped:
                # The process died while it was idle, before it received the task, so a new process can run it.
                outcome = self._attempt(task, listener, cancelled)
            return outcome
        finally:
            with self._lock:
                self._current = None
            if not self.alive and not self._stopped:
                self.start()

    def _attempt(self, task: Task, listener: TaskListener, cancelled: Callable[[], bool]) -> Outcome:
        if not self.alive and not self._stopped:
            self.start()
        with self._lock:
            # Before `cancel` can find it: the process would keep the id, and end the task when it runs again.
            if cancelled():
                return CancelledOutcome(task.id)
            self._current, self._cancelled_at, self._begun = task.id, None, False
            process, tasks = self._process, self._tasks
        if process is None or tasks is None:
            return self._lost(task, process)
        try:
            tasks.send(task)
            return self._listen(task, process, tasks, listener)
        except (OSError, ValueError):  # the pipe is broken, or another thread has closed it
            return self._lost(task, process)

    def cancel(self, task_id: str) -> None:
        """Ask the process to stop this task, if it is the running one. Returns at once."""
        with self._lock:
            if self._current != task_id or self._cancelled_at is not None or self._cancellations is None:
                return
            self._cancelled_at = time.monotonic()
            with contextlib.suppress(OSError):
                self._cancellations.send(task_id)

    def stop(self) -> None:
        """Stop the process permanently."""
        self._stopped = True
        self._discard()

    def _listen(self, task: Task, process: BaseProcess, tasks: Connection, listener: TaskListener) -> Outcome:
        heard = time.monotonic()
        while True:
            ready: list[Any] = wait([tasks, process.sentinel], timeout=0.1)
            if tasks in ready:
                heard = time.monotonic()
                try:
                    message = tasks.recv()
                except EOFError:
                    return self._lost(task, process)
                if isinstance(message, Ready):
                    self._note(message)
                elif isinstance(message, TaskProgress):
                    self._begun = True
                    listener.report(message.fraction)
                elif isinstance(message, Partial):
                    listener.grow(message.result_json)
                elif isinstance(message, Done | Failed | CancelledOutcome):
                    return message
            elif ready:
                return self._lost(task, process)
            if self._cancelled_at is not None and time.monotonic() - self._cancelled_at > self._cancel_grace:
                logger.warning("job %s didn't stop within %g s: replacing its worker", task.id, self._cancel_grace)
                self._discard()
                return CancelledOutcome(task.id)
            if time.monotonic() - heard > self._hang_after:
                logger.error("job %s made no progress for %g s: replacing its worker", task.id, self._hang_after)
                self._begun = True  # it must not run again, and hang again
                self._discard()
                return Failed(
                    task.id,
                    "lost",
                    f"the probe made no progress for {self._hang_after:g} seconds and was ended; its worker process has been "
                    "replaced. Choose a smaller limit, or raise ITERSCOPE_HANG_AFTER if it needs this long",
                )

    def poll_ready(self) -> None:
        """Check whether a new process has become ready while no task is running."""
        if self._tasks is not None and not self.ready.is_set():
            with contextlib.suppress(OSError, EOFError):
                if self._tasks.poll() and isinstance(message := self._tasks.recv(), Ready):
                    self._note(message)

    def _note(self, message: Ready) -> None:
        self.threads = message.threads
        self.ready.set()

    def _lost(self, task: Task, process: BaseProcess | None) -> Failed:
        if self._stopped or process is None:
            return Failed(task.id, "lost", "the service was stopped: send the request again once it is running")
        process.join(timeout=5)
        code = process.exitcode
        how = f"exit code {code}"
        if code is not None and code < 0:
            name = signal.Signals(-code).name
            how = f"signal {name}" + (": killed, possibly for lack of memory" if name == "SIGKILL" else "")
        logger.error("worker on %s died (%s) during job %s", self.options.device, how, task.id)
        return Failed(
            task.id,
            "lost",
            f"the worker process on {self.options.device} died ({how}); "
            "it has been replaced. If this happens again, choose a smaller limit",
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
