"""The store: one database and its repositories."""

import shutil
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from .checkpoints import CheckpointRepository
from .clock import Clock, utc_now
from .database import Database, parse_url
from .jobs import JobRepository
from .metrics import MetricRepository
from .probe_results import ProbeResultRepository
from .runs import RunRepository
from .schema import require_current, upgrade

LEAST_FREE = 1_000_000
"""Bytes without which a disk counts as full: an empty store takes a tenth of it."""
EMPTY_BYTES = 4096
"""The size of a database of SQLite without tables."""


class Store:
    """The runs, metrics, checkpoints, probe results and jobs of trainer, backend and command line. Thread-safe."""

    def __init__(self, database: Database, dead_after: float = 60.0, clock: Clock = utc_now) -> None:
        self._database = database
        self.runs = RunRepository(database, dead_after, clock)
        self.metrics = MetricRepository(database)
        self.checkpoints = CheckpointRepository(database, clock)
        self.probe_results = ProbeResultRepository(database, clock)
        self.jobs = JobRepository(database, clock)

    @property
    def name(self) -> str:
        """Display name of the database: the path of the SQLite file, or the URL without its password."""
        return self._database.name

    @property
    def url(self) -> str:
        """The full URL of the database, including the password, with which another process can open the same store."""
        return self._database.url.render_as_string(hide_password=False)

    def close(self) -> None:
        """Close the store's idle connections."""
        self._database.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def open_store(
    url_or_home: str | Path,
    migrate: bool = True,
    *,
    dead_after: float = 60.0,
    busy_timeout: float = 30.0,
    clock: Clock = utc_now,
) -> Store:
    """Open the store in a home folder, or at a `sqlite:///` or `postgresql://` URL.

    `migrate`: create the tables or bring them up to date; otherwise a schema of another version raises SchemaError.
    `dead_after`: seconds without a heartbeat after which a running run is reported as dead.
    `busy_timeout`: seconds to wait for another process's write. Raises StoreError if the database cannot be used; where the disk is full,
    an empty file and the home folder that were made for it are removed.
    """
    home_is_new = not Path(url_or_home).exists()
    database = Database(parse_url(url_or_home), busy_timeout)
    file_is_new = database.is_sqlite and not Path(database.name).exists()
    try:
        if migrate:
            upgrade(database)
        else:
            require_current(database)
    except BaseException:
        database.close()
        if file_is_new:
            _remove_if_empty(Path(database.name))
        if home_is_new and Path(url_or_home).is_dir():
            with suppress(OSError):
                Path(url_or_home).rmdir()
        raise
    return Store(database, dead_after, clock)


def _remove_if_empty(file: Path) -> None:
    """Remove what a full disk has left of a new database. Without free space no other process can be about to fill the file."""
    wal = Path(f"{file}-wal")
    with suppress(OSError):
        has_tables = file.stat().st_size > EMPTY_BYTES or (wal.exists() and wal.stat().st_size > 0)
        if not has_tables and shutil.disk_usage(file.parent).free < LEAST_FREE:
            for suffix in ("", "-journal", "-wal", "-shm"):
                Path(f"{file}{suffix}").unlink(missing_ok=True)
