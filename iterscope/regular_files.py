"""Open untrusted files: a pipe or a device in the place of a file must not make the reader wait."""

from __future__ import annotations

import errno
import io
import os
import stat
from pathlib import Path

NOT_A_FILE = "it is a pipe, a device or a socket, not a file"


def open_regular(path: Path) -> io.BufferedReader:
    """The file, for reading. Raises OSError, whose `strerror` says what else it is; it never waits for a pipe's other end."""
    # Windows has neither kind of waiting, and needs to be told that a file isn't text.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, NOT_A_FILE, str(path))
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise
