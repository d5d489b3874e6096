"""Memory that the process keeps for its next tensors.

The C library gives freed memory back to the kernel, which must clear every page of it before the next tensor may have it: in a loop
that makes and frees tensors of some MiB, a tenth of the time. A process that does nothing but compute had better keep it.

Threads get heaps of their own, 64 MiB each, which go back whole whatever the limit: with two threads that each hold the graph of a
ResNet-110, two thirds of the time went there. So all threads share one heap; they ask for tensors, not for crumbs, and rarely meet.
"""

from __future__ import annotations

import ctypes
from typing import Any

KEPT_BYTES = 1 << 30
"""Freed memory that a process may keep (1 GiB)."""
_OWN_MAPPING_FROM = 32 << 20
"""From this size on a tensor gets pages of its own, which go back as soon as it is freed; glibc's largest setting."""
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8  # malloc.h


def keep_freed_memory(limit: int = KEPT_BYTES) -> bool:
    """Lets this process keep up to `limit` bytes of what it frees. False where the C library isn't glibc: nothing changes there.

    For a program of one's own; Iterscope's workers and trainers call it. It concerns CPU tensors alone.
    """
    library = _glibc()
    return library is not None and bool(
        library.mallopt(_M_MMAP_THRESHOLD, _OWN_MAPPING_FROM)
        and library.mallopt(_M_TRIM_THRESHOLD, limit)
        and library.mallopt(_M_ARENA_MAX, 1)
    )


def release_freed_memory() -> None:
    """Gives back all that is kept."""
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


def _glibc() -> Any:
    try:
        library = ctypes.CDLL(None)
    except (OSError, TypeError):
        return None
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
