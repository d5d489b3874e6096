"""Description of this machine for a report, without host name and address."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("iterscope", "torch", "numpy")


def describe_machine() -> dict[str, str]:
    """Processor, memory, GPU if there is one, operating system, and versions of Python and the libraries."""
    import torch

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    described = {"processor": f"{_processor()}, {cores} core{'' if cores == 1 else 's'}"}
    if memory := _memory_bytes():
        described["memory"] = f"{memory / 2**30:.0f} GiB"
    if torch.cuda.is_available():
        described["GPU"] = ", ".join(torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count()))
    described["system"] = f"{platform.system()} {platform.machine()}"
    described["Python"] = platform.python_version()
    return described | {name: version(name) for name in LIBRARIES}


def _processor() -> str:
    """The processor's model name if the system reports it, otherwise its architecture."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                return value.strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def _memory_bytes() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None
