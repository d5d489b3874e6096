"""One behavioural suite for every database: `store` runs each test on SQLite and, where it can, on PostgreSQL.

PostgreSQL comes from ITERSCOPE_TEST_POSTGRESQL_URL (a server on which databases may be created and dropped) or from a
private cluster, started from the server programs where they are installed.
"""

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

from iterscope_db import RunRecord, Store, open_store

_INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
_INSTALLED_PROGRAMS = _INSTALLED[-1].parent if _INSTALLED else None
_GIVEN_URL = os.environ.get("ITERSCOPE_TEST_POSTGRESQL_URL")
_HAS_POSTGRESQL = bool(_GIVEN_URL or _INSTALLED_PROGRAMS)


def pytest_report_collectionfinish() -> str:
    if _GIVEN_URL:
        return "store tests: SQLite, and PostgreSQL from ITERSCOPE_TEST_POSTGRESQL_URL"
    if _INSTALLED_PROGRAMS:
        return f"store tests: SQLite, and PostgreSQL from {_INSTALLED_PROGRAMS}"
    return "store tests: SQLite only (no PostgreSQL server programs, no ITERSCOPE_TEST_POSTGRESQL_URL)"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "backend" in metafunc.fixturenames and getattr(metafunc.module, "SQLITE_ONLY", False):
        metafunc.parametrize("backend", ["sqlite"])
    elif "backend" in metafunc.fixturenames:
        postgresql = [pytest.param("postgresql", marks=pytest.mark.postgresql)] if _HAS_POSTGRESQL else []
        metafunc.parametrize("backend", ["sqlite", *postgresql])


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def ended() -> str:
    """The name of a process of this machine that has ended."""
    code = "from iterscope_db import process_name; print(process_name('train'))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server."""
    if _GIVEN_URL:
        yield _GIVEN_URL
        return
    assert _INSTALLED_PROGRAMS is not None
    # The server refuses to run as root: then it runs as the user its package made.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="iterscope-postgresql-"))
    if user is not None:
        owner = pwd.getpwnam(user)
        os.chown(folder, owner.pw_uid, owner.pw_gid)
    port = _free_port()

    def run(program: str, *arguments: str) -> None:
        command = [str(_INSTALLED_PROGRAMS / program), "-D", str(folder / "cluster"), *arguments]
        with (folder / "output").open("ab") as output:
            subprocess.run(
                command,
                check=True,
                cwd=folder,
                stdout=output,
                stderr=output,
                user=user,
                extra_groups=[] if user else None,
            )

    try:
        run("initdb", "--username=iterscope", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
        run("pg_ctl", "start", "-w", "-l", str(folder / "log"), "-o", options)
        try:
            yield f"postgresql://iterscope@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "stop", "-w", "-m", "fast")
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def empty_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty database of this test's own."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.sqlite3'}"
        return
    server: str = request.getfixturevalue("postgresql_server")
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    name = "test_" + secrets.token_hex(6)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield url.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 2, 3, 4, 5, 678901, UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(microseconds=1)
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(empty_url: str, clock: Clock) -> Iterator[Store]:
    with open_store(empty_url, clock=clock) as store:
        yield store


@pytest.fixture
def new_run(store: Store) -> Callable[..., RunRecord]:
    """Makes a run of three blocks; any field can be given."""

    def make(**fields: Any) -> RunRecord:
        defaults: dict[str, Any] = {
            "configuration": {"learning_rate": 0.1},
            "name": "a run",
            "recipe": "demo",
            "architecture": "resnet20",
            "dataset": "digits",
            "seed": 0,
            "epochs": 12,
            "blocks": [{"index": i, "stage": i, "is_projection": i > 0} for i in range(3)],
        }
        return store.runs.create(**defaults | fields)

    return make
