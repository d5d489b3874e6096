"""Child processes that end with their parent."""

from __future__ import annotations

import ctypes
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

_PARENT_DIED = 1  # Linux: PR_SET_PDEATHSIG


def start_child(command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """Start a process in a group of its own, so that Ctrl-C reaches only its parent, which passes it on.

    It doesn't get a session of its own: Linux would then divide the CPU between sessions and ignore the niceness, which gives pages
    priority over probes and probes over training. On Linux it is terminated when its parent dies, even after kill -9.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        process_group=0,
        preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        **options,
    )


def _end_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PARENT_DIED, signal.SIGTERM)
