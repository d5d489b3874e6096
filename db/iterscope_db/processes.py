"""Which process owns a run or a job, and whether it has ended."""

from __future__ import annotations

import os
import socket
from datetime import datetime

import psutil


def process_name(role: str, process_id: int | None = None) -> str:
    """The name of a process of this machine in the store: its role (train, watch, …), machine and process id (default: this process's)."""
    return f"{role}:{socket.gethostname()}:{process_id or os.getpid()}"


def has_ended(name: str | None, since: datetime) -> bool:
    """Whether a process ran on this machine and has ended. False if it is alive or if that can't be told, as on another machine.

    `since`: when it did its work. A process with the same id that was started later is another one, such as process 1 of a container that
    was started again.
    """
    role, _, rest = (name or "").partition(":")
    machine, _, number = rest.rpartition(":")
    if not role or machine != socket.gethostname() or not number.isdecimal():
        return False
    try:
        process = psutil.Process(int(number))
        return bool(process.status() == psutil.STATUS_ZOMBIE or process.create_time() > since.timestamp() + 1)
    except psutil.NoSuchProcess:
        return True
    except (psutil.Error, OverflowError):
        return False
