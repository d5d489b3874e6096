"""Processes that can be killed at any point, forked from one that has imported everything."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.context import ForkServerContext
from types import FrameType
from typing import Any

from iterscope import tensor_files


def forking() -> ForkServerContext:
    """Processes start in milliseconds, from a process without threads that has imported torch and the store."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.chaos.prepared"])
    return context


def pool(processes: int) -> ProcessPoolExecutor:
    """Processes that stay."""
    return ProcessPoolExecutor(processes, mp_context=forking())


def exit_code_of(task: Callable[..., None], *arguments: Any, seconds: float = 60.0) -> int | None:
    """Run a module's function in a process of its own. Returns its exit code, negative for a signal; None if it did not end."""
    process = forking().Process(target=task, args=arguments)
    process.start()
    process.join(seconds)
    if process.is_alive():
        process.kill()
        process.join()
        return None
    return process.exitcode


def lines_of_save(task: Callable[[], object]) -> int:
    """How many lines of `iterscope.tensor_files` a save executes: the stages at which it can be killed."""
    count = 0

    def line() -> None:
        nonlocal count
        count += 1

    _at_each_line(task, line)
    return count


def kill_at_line(number: int, task: Callable[[], object]) -> None:
    """Run a save in this process, and kill the process before the given line of it (1 is the first) is executed."""
    left = number

    def line() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    _at_each_line(task, line)


def kill_at_size(size: int, task: Callable[[], object]) -> None:
    """Run a save in this process; the kernel ends the process when a file would grow beyond `size` bytes."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    task()


KILLED: Sequence[int] = (-signal.SIGKILL, -signal.SIGXFSZ)
"""Exit codes of a process that was killed on purpose."""


def _at_each_line(task: Callable[[], object], action: Callable[[], None]) -> None:
    def in_module(_frame: FrameType, event: str, _argument: object) -> Any:
        if event == "line":
            action()
        return in_module

    def entering(frame: FrameType, _event: str, _argument: object) -> Any:
        return in_module if frame.f_code.co_filename == tensor_files.__file__ else None

    before = sys.gettrace()
    sys.settrace(entering)
    try:
        task()
    finally:
        sys.settrace(before)
