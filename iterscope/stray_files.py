"""Temporary files that a killed process left: named after the process, and removed at the next start."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import socket
import tempfile
import time
from pathlib import Path

_OWNER = r"(?:(?P<host>[\w-]+)@)?(?P<pid>\d+)"
"""A process. Earlier releases named no host; theirs count as strays when they are old."""
_FILE = re.compile(rf"\..+\.{_OWNER}\.[0-9a-f]{{8}}\.tmp")
_FOLDER = re.compile(rf"iterscope-import-{_OWNER}-.*")
OWNER = ".owner"
"""The file in a folder that names its process."""
OLD = 3600.0
"""Seconds after which a temporary file of another machine or container is a stray: writing takes seconds."""


def temporary_name(path: Path) -> Path:
    """A name beside `path` for writing it: it says which process writes."""
    return path.with_name(f".{path.name}.{_host()}@{os.getpid()}.{secrets.token_hex(4)}.tmp")


def import_folder() -> tempfile.TemporaryDirectory[str]:
    """A temporary folder for an import, named after this process. Those that killed processes left are removed first."""
    for folder in Path(tempfile.gettempdir()).glob("iterscope-import-*"):
        if (match := _FOLDER.fullmatch(folder.name)) and _is_stray(folder, match):
            shutil.rmtree(folder, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=f"iterscope-import-{_host()}@{os.getpid()}-")


def mark_owner(folder: Path) -> None:
    """Write into a folder which process it belongs to."""
    (folder / OWNER).write_text(f"{_host()}@{os.getpid()}", encoding="utf-8")


def is_abandoned(folder: Path) -> bool:
    """Whether the process that a folder belongs to has ended; a folder without a mark counts as abandoned when it is old."""
    try:
        marked = re.fullmatch(_OWNER, (folder / OWNER).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        marked = None
    return _is_stray(folder, marked)


def remove_strays(home: Path) -> list[Path]:
    """Remove the temporary files below `home` whose process has ended; returns them."""
    removed = []
    for path in home.rglob(".*.tmp"):
        match = _FILE.fullmatch(path.name)
        if match is not None and path.is_file() and not path.is_symlink() and _is_stray(path, match):
            with contextlib.suppress(OSError):
                path.unlink()
                removed.append(path)
    return removed


def _is_stray(path: Path, owner: re.Match[str] | None) -> bool:
    if owner is not None and owner["host"] == _host():
        return not _is_alive(int(owner["pid"]))
    try:
        return time.time() - path.stat().st_mtime > OLD
    except OSError:
        return False


def _host() -> str:
    return re.sub(r"[^\w-]", "-", socket.gethostname()) or "host"


def _is_alive(pid: int) -> bool:
    if os.name == "nt":  # there a signal of 0 would end the process
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True
