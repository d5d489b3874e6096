"""SQLite setup: a build without the WAL-reset bug, write-ahead logging, one writer at a time.

SQLite 3.7.0 to 3.51.2 can lose acknowledged commits when several processes write to and checkpoint the same database
in WAL mode, as a trainer and a backend do. This is fixed in 3.51.3 and, for older lines, in 3.50.7 and 3.44.6. If
Python's own sqlite3 is affected, the pysqlite3 package with its newer SQLite is used instead. If that is missing or
affected too, the rollback journal (DELETE) with synchronous FULL is used; it is safe, but readers are slower during writes.

The write-ahead log needs memory that processes share through a file, which some network disks can't give. Whether a folder's disk can is
tried on a file of its own, before a database is switched to it. A database that was moved to such a disk is switched back.
"""

import importlib
import logging
import os
import secrets
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event

logger = logging.getLogger(__name__)
Version = tuple[int, int, int]
T = TypeVar("T")


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


def sqlite_engine(url: str | URL, busy_timeout: float, choice: SqliteChoice) -> Engine:
    """An engine whose connections have foreign keys, a busy timeout (seconds) and the journal mode set.

    On a disk where the write-ahead log doesn't work, the journal mode is "delete" instead, and a warning is logged.
    """
    engine = create_engine(url, module=choice.module, connect_args={"timeout": busy_timeout})

    journal = _Journal(choice, busy_timeout)

    def configure(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions are started explicitly in begin()
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        journal.set(connection)
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.close()

    def begin(connection: Connection) -> None:
        # A write transaction takes the write lock at once; a reader that starts to write later could fail halfway.
        writing = connection.get_execution_options().get("iterscope_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    def prepare(dialect: Any, _record: object, arguments: Any, options: Any) -> None:
        journal.prepare(lambda: dialect.connect(*arguments, **options))

    event.listen(engine, "do_connect", prepare)
    event.listen(engine, "connect", configure)
    event.listen(engine, "begin", begin)
    return engine


_NO_SHARED_MEMORY = {
    "SQLITE_CANTOPEN", "SQLITE_PROTOCOL", "SQLITE_IOERR_SHMOPEN", "SQLITE_IOERR_SHMSIZE", "SQLITE_IOERR_SHMLOCK", "SQLITE_IOERR_SHMMAP",
    "SQLITE_IOERR_LOCK",
}  # fmt: skip
"""SQLite's errors where the file of shared memory can't be made or locked."""


class _Journal:
    """Sets the journal mode of one engine's connections."""

    def __init__(self, choice: SqliteChoice, patience: float) -> None:
        """`patience`: seconds to wait for other connections."""
        self.module, self.mode, self.patience = choice.module, choice.journal_mode, patience
        self.prepared = False

    def prepare(self, connect: Callable[[], Any]) -> None:
        """Before the first connection: find out whether the write-ahead log works here.

        A database that is switched to it already, and can't be opened, is switched back. With an exclusive lock, SQLite needs no shared
        memory for that.
        """
        if self.prepared or self.mode != "wal":
            return
        with closing(connect()) as connection:
            path = _path(connection)
            try:
                mode: str | None = self._patiently(lambda: _mode(connection))
                problem = self._problem_with_wal(path) if mode != "wal" else None
            except self.module.OperationalError as error:
                if not _lacks_shared_memory(error):
                    return  # the real connection says what it is
                mode, problem = None, str(error)
        if mode is None and not self._leave_wal(connect):
            return
        self.prepared = True
        if problem is not None:
            self._use_rollback_journal(path, problem)

    def set(self, connection: Any) -> None:
        """Switch a connection to the mode if it differs."""
        if self._patiently(lambda: _mode(connection)) != self.mode:
            self._patiently(lambda: self._switch(connection))

    def _switch(self, connection: Any, mode: str | None = None) -> None:
        mode = mode or self.mode
        if connection.execute(f"PRAGMA journal_mode = {mode}").fetchone()[0] != mode:
            raise self.module.OperationalError(f"database is locked: its journal mode cannot be set to {mode}")

    def _leave_wal(self, connect: Callable[[], Any]) -> bool:
        """Whether the database could be switched to the rollback journal."""
        try:
            with closing(connect()) as connection:
                connection.isolation_level = None
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")
                self._patiently(lambda: self._switch(connection, "delete"))
        except self.module.Error:
            return False  # it can't be opened for another reason, which the real connection says
        return True

    def _problem_with_wal(self, path: str) -> str | None:
        """What is wrong with the write-ahead log in the folder of a database; None if it works, or if it isn't the problem."""
        trial = f"{path}.{os.getpid()}.{secrets.token_hex(4)}.tmp"
        try:
            with closing(self.module.connect(trial)) as connection:
                connection.execute("PRAGMA synchronous = OFF")
                connection.execute("PRAGMA journal_mode = wal")
                connection.execute("CREATE TABLE trial (number)")
        except self.module.Error as error:
            return str(error) if _lacks_shared_memory(error) else None
        finally:
            for suffix in ("", "-wal", "-shm", "-journal"):
                Path(trial + suffix).unlink(missing_ok=True)
        return None

    def _use_rollback_journal(self, path: str, problem: str) -> None:
        self.mode = "delete"
        logger.warning(
            "database %s: SQLite's write-ahead log doesn't work on this disk (%s), as on some network disks. The rollback journal is used, "
            "which is as safe, but readers wait for writers. Faster: a home folder on a local disk (--home, ITERSCOPE_HOME), or "
            "PostgreSQL (ITERSCOPE_DATABASE_URL)",
            path,
            problem,
        )

    def _patiently(self, action: Callable[[], T]) -> T:
        """SQLite does not wait for other connections when it switches the journal mode, so this function does."""
        deadline = time.monotonic() + self.patience
        while True:
            try:
                return action()
            except self.module.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() >= deadline:
                    raise
            time.sleep(0.05)


def _mode(connection: Any) -> str:
    """The journal mode. Reading the schema shows whether the journal can be opened."""
    mode = str(connection.execute("PRAGMA journal_mode").fetchone()[0])
    connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    return mode


def _path(connection: Any) -> str:
    return str(connection.execute("PRAGMA database_list").fetchone()[2])


def _lacks_shared_memory(error: Exception) -> bool:
    return getattr(error, "sqlite_errorname", None) in _NO_SHARED_MEMORY
