"""The store: one database and its repositories."""

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
    `busy_timeout`: seconds to wait for another process's write. Raises StoreError if the database cannot be used.
    """
    database = Database(parse_url(url_or_home), busy_timeout)
    try:
        if migrate:
            upgrade(database)
        else:
            require_current(database)
    except BaseException:
        database.close()
        raise
    return Store(database, dead_after, clock)
