"""SQLite setup: a build without the WAL-reset bug, write-ahead logging, one writer at a time.

SQLite 3.7.0 to 3.51.2 can lose acknowledged commits when several processes write to and checkpoint the same database
in WAL mode, as a trainer and a backend do. This is fixed in 3.51.3 and, for older lines, in 3.50.7 and 3.44.6. If
Python's own sqlite3 is affected, the pysqlite3 package with its newer SQLite is used instead. If that is missing or
affected too, the rollback journal (DELETE) with synchronous FULL is used; it is safe, but readers are slower during writes.
"""

import importlib
import sqlite3
import time
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event

Version = tuple[int, int, int]


def has_wal_reset_bug(version: Version) -> bool:
    """Whether this SQLite version can lose commits in WAL mode with several processes."""
    if version < (3, 7, 0) or version >= (3, 51, 3):
        return False
    fixed_in = {(3, 50): (3, 50, 7), (3, 44): (3, 44, 6)}.get(version[:2])
    return fixed_in is None or version < fixed_in


@dataclass(frozen=True)
class SqliteChoice:
    """The driver to use and the journal mode that is safe with it."""

    module: ModuleType
    version: Version
    journal_mode: str  #: "wal" or "delete"


def _version(module: Any) -> Version:
    major, minor, patch = module.sqlite_version_info[:3]
    return int(major), int(minor), int(patch)


def choose_sqlite(candidates: tuple[str, ...] = ("sqlite3", "pysqlite3")) -> SqliteChoice:
    """The first importable module without the bug, in WAL mode; otherwise Python's own with the rollback journal."""
    for name in candidates:
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        if not has_wal_reset_bug(_version(module)):
            return SqliteChoice(module, _version(module), "wal")
    return SqliteChoice(sqlite3, _version(sqlite3), "delete")


def sqlite_engine(url: str, busy_timeout: float, choice: SqliteChoice) -> Engine:
    """An engine whose connections have foreign keys, a busy timeout (seconds) and the journal mode set."""
    engine = create_engine(url, module=choice.module, connect_args={"timeout": busy_timeout})

    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions are started explicitly in begin()
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA synchronous = FULL")
        _set_journal_mode(cursor, choice, busy_timeout)
        cursor.close()

    def begin(connection: Connection) -> None:
        # A write transaction takes the write lock at once; a reader that starts to write later could fail halfway.
        writing = connection.get_execution_options().get("iterscope_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    event.listen(engine, "connect", configure)
    event.listen(engine, "begin", begin)
    return engine


def _set_journal_mode(cursor: Any, choice: SqliteChoice, patience: float) -> None:
    """Switch the journal mode if it differs. SQLite does not wait for other connections here, so this function does."""
    deadline = time.monotonic() + patience
    while True:
        try:
            if cursor.execute("PRAGMA journal_mode").fetchone()[0] == choice.journal_mode:
                return
            if cursor.execute(f"PRAGMA journal_mode = {choice.journal_mode}").fetchone()[0] == choice.journal_mode:
                return
            problem = f"database is locked: its journal mode cannot be set to {choice.journal_mode}"
        except choice.module.OperationalError as error:
            if "locked" not in str(error):
                raise
            problem = str(error)
        if time.monotonic() >= deadline:
            raise choice.module.OperationalError(problem)
        time.sleep(0.05)
