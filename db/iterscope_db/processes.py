"""Which process owns a run or a job, and whether it has ended."""

from __future__ import annotations

import os
import socket

import psutil


def process_name(role: str) -> str:
    """The name of this process in the store: role (such as train or watch), machine, process id, and when it started in milliseconds.

    The start tells it from a later process with the same id, such as process 1 of a container that was started again.
    """
    return f"{role}:{socket.gethostname()}:{os.getpid()}:{_started(psutil.Process())}"


def has_ended(name: str | None) -> bool:
    """Whether a process ran on this machine and has ended. False if it is alive or if that can't be told, as on another machine."""
    role, _, rest = (name or "").partition(":")
    machine, *numbers = rest.split(":")
    if not role or machine != socket.gethostname() or not numbers or not all(number.isdecimal() for number in numbers):
        return False
    process_id, *started = map(int, numbers)
    try:
        process = psutil.Process(process_id)
        return process.status() == psutil.STATUS_ZOMBIE or bool(started and started[0] != _started(process))
    except psutil.NoSuchProcess:
        return True
    except (psutil.Error, OverflowError):
        return False


def _started(process: psutil.Process) -> int:
    return int(process.create_time() * 1000)
