"""Logs that names from files and requests can't forge."""

from __future__ import annotations

import logging

from iterscope_guard.text import visible


class VisibleFormatter(logging.Formatter):
    """Writes terminal escapes, bidirectional marks and other hidden characters as escapes."""

    def format(self, record: logging.LogRecord) -> str:
        """One record, with its traceback if it has one."""
        return visible(super().format(record))


def set_up_logging() -> None:
    """Log to standard error from the level INFO on, with time, level and name."""
    handler = logging.StreamHandler()
    handler.setFormatter(VisibleFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
