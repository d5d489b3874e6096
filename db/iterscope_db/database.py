"""The connection to one database, SQLite or PostgreSQL: transactions for reading and for writing, and clear errors."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from sqlalchemy import URL, Connection, create_engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from .errors import ConflictError, StoreError
from .sqlite import choose_sqlite, sqlite_engine

DATABASE_FILE = "iterscope.sqlite3"
_REMEDIES = (
    # (what the driver says, what it means, what to do)
    ("database or disk is full", "the disk is full", "free some space and try again"),
    ("readonly database", "it cannot be written", "make the file and its folder writable for this user"),
    (
        "unable to open database file",
        "it cannot be opened",
        "check that its folder exists and is writable for this user",
    ),
    ("file is not a database", "it is not a SQLite database", "move the file away or choose another database"),
    (
        "malformed",
        "the file is damaged",
        "move it away, or restore it from a backup (`sqlite3 FILE .recover` may help)",
    ),
    ("is locked", "another process has locked it", "stop that process, or try again when it is done"),
    ("disk i/o error", "the disk failed or is full", "free some space, check the disk and try again"),
)


def default_url(home: str | Path) -> str:
    """The URL of the embedded database in the home folder `home`."""
    return URL.create("sqlite", database=str(Path(home).absolute() / DATABASE_FILE)).render_as_string()


def parse_url(url_or_home: str | Path) -> URL:
    """A database URL from a URL or a home folder, which is created if it is missing.

    Raises StoreError if the URL is not that of a SQLite file or a PostgreSQL database.
    """
    text = str(url_or_home)
    if not re.match(r"[\w.+-]*://", text):
        try:
            Path(text).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"the home folder {text} cannot be created: {error.strerror}. Set ITERSCOPE_HOME to another folder"
            ) from error
        return make_url(default_url(text))
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise StoreError(f"{text!r} is not a database URL, such as sqlite:///PATH or postgresql://HOST/NAME") from error
    backend = url.get_backend_name()
    if backend == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise StoreError(f"{backend!r} databases are not supported: use a sqlite:/// or postgresql:// URL")
    if url.database in (None, "", ":memory:"):
        raise StoreError("an in-memory SQLite database cannot be shared between processes: use a file, sqlite:///PATH")
    return url


class Database:
    """One database, opened lazily. `read()` and `write()` give a connection inside one transaction."""

    def __init__(self, url: URL, busy_timeout: float = 30.0) -> None:
        """`busy_timeout`: seconds to wait for another process's write before giving up."""
        self.url = url
        self.is_sqlite = url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self.name = str(url.database)
            self.engine = sqlite_engine(url, busy_timeout, choose_sqlite())
            self._reader = self.engine
        else:
            self.name = url.render_as_string(hide_password=True)
            try:
                self.engine = create_engine(
                    url,
                    pool_pre_ping=True,
                    connect_args={"options": f"-c lock_timeout={int(busy_timeout * 1000)}", "connect_timeout": 10},
                )
            except ImportError as error:
                raise StoreError(
                    f"{self.name} needs the PostgreSQL driver: pip install 'iterscope[postgresql]'"
                ) from error
            # Reading metrics takes several statements, which must see the same state.
            self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ")
        self._writer = self.engine.execution_options(iterscope_writes=True)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection whose statements all see one state of the database."""
        with self.translated_errors(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection in a write transaction, which is committed at the end and rolled back after an exception."""
        with self.translated_errors(), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def translated_errors(self) -> Iterator[None]:
        """Turn the driver's errors into StoreErrors that name the database and the remedy."""
        try:
            yield
        except IntegrityError as error:
            raise ConflictError(f"{self.name} rejected the change: {error.orig}") from error
        except DBAPIError as error:
            raise StoreError(self._explain(error)) from error
        except StatementError as error:
            raise StoreError(f"{self.name} cannot hold one of the values: {error.orig}") from error
        except PoolTimeout as error:
            raise StoreError(
                f"{self.name} is busy: other operations hold all of its connections. Everything stored before is kept; try again"
            ) from error

    def _explain(self, error: DBAPIError) -> str:
        cause = str(error.orig).strip()
        if self.is_sqlite:
            for said, meaning, remedy in _REMEDIES:
                if said in cause.lower():
                    return f"database {self.name}: {meaning} ({cause}). Everything stored before is kept; {remedy}"
            return f"database {self.name}: {cause}"
        first_line = cause.splitlines()[0] if cause else type(error.orig).__name__
        if error.connection_invalidated or "connection" in cause:
            return f"{self.name} does not answer: {first_line}. Start the server, or check ITERSCOPE_DATABASE_URL"
        return f"{self.name}: {first_line}"

    def close(self) -> None:
        """Close all idle connections."""
        self.engine.dispose()

    def __enter__(self) -> "Database":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
