"""The files of stored checkpoints."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from iterscope_db import CheckpointRecord


def remove_files(home: Path, checkpoints: Sequence[CheckpointRecord]) -> None:
    """Delete the files of deleted checkpoints: only those inside the home folder's `checkpoints`, and folders that become empty."""
    ours = (home / "checkpoints").resolve()
    for checkpoint in checkpoints:
        path = (home / checkpoint.path).resolve()
        if path.is_relative_to(ours):
            path.unlink(missing_ok=True)
            if path.parent != ours:
                with contextlib.suppress(OSError):
                    path.parent.rmdir()
