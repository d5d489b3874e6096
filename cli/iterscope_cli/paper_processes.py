"""Training several runs at the same time, each in a separate process with its share of the CPU's threads.

Such deep and narrow networks gain little from a second thread: two runs with one thread each take about as long as one run with two
(docs/RESULTS.md).
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, cast

import torch
from rich.text import Text

from iterscope.checkpoint_description import CheckpointDescription
from iterscope_cli.paper_entry import Ended, train_entry
from iterscope_cli.paper_plan import PlanEntry, elapsed
from iterscope_cli.store import database
from iterscope_db import open_store
from iterscope_guard.text import one_line
from iterscope_trainer.console import ConsoleLogger, format_seconds, progress_display
from iterscope_trainer.devices import set_up_process
from iterscope_trainer.metric_logger import Arrays, Scalars, TrainingPlan, TrainingProgress
from iterscope_trainer.stopping import StopSignal

MOST_AT_ONCE = 8
"""Default maximum, because each process has its own copy of torch and of the images."""
LOOK_SECONDS = 0.2
"""Seconds between two checks for Ctrl-C."""


def runs_at_once(device: torch.device, wanted: int | None, missing: int) -> tuple[int, int]:
    """The number of runs that train at the same time, and the number of threads of each. Default: one thread per run; on a GPU, one run.

    Args:
        wanted: the number requested by the user; None: the default.
        missing: the number of runs to train.
    """
    threads = torch.get_num_threads()
    if wanted is None:
        wanted = min(threads, MOST_AT_ONCE) if device.type == "cpu" else 1
    at_once = max(1, min(wanted, missing))
    return at_once, max(1, threads // at_once)


def train_at_once(
    home: Path,
    entries: Sequence[PlanEntry],
    device: torch.device,
    stop: StopSignal,
    *,
    download: bool,
    at_once: int,
    threads: int,
) -> Iterator[tuple[PlanEntry, Ended]]:
    """Train the entries, the longest first, and yield each one when it has ended.

    After a signal, no further run is started, and running ones save their state and end; runs that had not started to train are not
    yielded. A second signal ends them immediately.
    """
    waiting = sorted(entries, key=lambda entry: entry.seconds or 0.0)
    running: dict[Connection, _Child] = {}
    told = False
    with progress_display() as bar:
        try:
            while waiting or running:
                if stop.is_set and not told:
                    told = True
                    waiting.clear()
                    for child in running.values():
                        child.process.terminate()
                while waiting and len(running) < at_once:
                    left = format_seconds(elapsed(waiting, at_once))
                    entry = waiting.pop()
                    say = f"{len(entries) - len(waiting)} of {len(entries)}: {entry.name} (about {left} left in total)"
                    bar.console.print(Text(one_line(say)), soft_wrap=True)
                    child = _start(home, entry, device, download, threads, ConsoleLogger(bar, entry.name))
                    running[child.connection] = child
                for connection in wait(list(running), timeout=LOOK_SECONDS):
                    child = running[cast(Connection, connection)]
                    if (ended := child.hear()) is not None:
                        del running[child.connection]
                        if not (told and child.process.exitcode == -signal.SIGTERM):
                            yield child.entry, ended
        finally:
            for child in running.values():
                child.process.kill()
                child.process.join()


@dataclass(frozen=True)
class _Child:
    entry: PlanEntry
    process: BaseProcess
    connection: Connection
    console: ConsoleLogger

    def hear(self) -> Ended | None:
        """Forward one message from the process to the console. Returns the outcome once the run has ended."""
        ended: Ended | None = None
        try:
            method, values = self.connection.recv()
        except (EOFError, ConnectionResetError):
            self.process.join()
            ended = f"its process ended unexpectedly (exit code {self.process.exitcode})"
        else:
            if method == "ended":
                (ended,) = values
            else:
                getattr(self.console, method)(*values)
        if ended is not None:
            self.process.join()
            self.connection.close()
            self.console.end()
        return ended


def _start(
    home: Path, entry: PlanEntry, device: torch.device, download: bool, threads: int, console: ConsoleLogger
) -> _Child:
    context = multiprocessing.get_context("spawn")
    connection, of_child = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(home, entry, device, download, threads, of_child), daemon=True)
    # Ctrl-C goes to the whole process group. SIGINT is ignored in the child; the parent forwards it as SIGTERM.
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process.start()
    finally:
        signal.signal(signal.SIGINT, handler)
    of_child.close()  # so that the end of the process closes the pipe
    return _Child(entry, process, connection, console)


def _run(
    home: Path, entry: PlanEntry, device: torch.device, download: bool, threads: int, connection: Connection
) -> None:
    """Main function of the process."""
    set_up_process(threads)
    with open_store(database(home)) as store, StopSignal((signal.SIGTERM,)) as stop:
        ended = train_entry(store, home, entry, stop, _Teller(connection), device, download=download)
        with suppress(OSError):
            connection.send(("ended", (ended,)))


class _Teller:
    """A logger that sends everything to the parent process. If the parent is gone, training stops as after a signal."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._alone = False

    def decoding(self, fraction: float) -> None:
        self._tell("decoding", fraction)

    def begin(self, plan: TrainingPlan) -> None:
        self._tell("begin", plan)

    def progress(self, progress: TrainingProgress) -> None:
        self._tell("progress", progress)

    def log_epoch(self, epoch: int, arrays: Arrays, scalars: Scalars) -> None:
        self._tell("log_epoch", epoch, dict(arrays), dict(scalars))

    def checkpoint(self, path: Path, description: CheckpointDescription, scalars: Scalars) -> None:
        pass

    def _tell(self, method: str, *values: Any) -> None:
        try:
            if not self._alone:
                self._connection.send((method, values))
        except OSError:
            self._alone = True
            signal.raise_signal(signal.SIGTERM)
