"""One behavioural suite for every database: `store` runs each test on SQLite and, where it can, on PostgreSQL.

PostgreSQL comes from ITERSCOPE_TEST_POSTGRESQL_URL (a server on which databases may be created and dropped) or from a
private cluster, started from the server programs where they are installed.
"""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from iterscope_db import RunRecord, Store, open_store
from tests.postgresql import GIVEN_URL, PROGRAMS, cluster, empty_database


def pytest_report_collectionfinish() -> str:
    if GIVEN_URL:
        return "store tests: SQLite, and PostgreSQL from ITERSCOPE_TEST_POSTGRESQL_URL"
    if PROGRAMS:
        return f"store tests: SQLite, and PostgreSQL from {PROGRAMS}"
    return "store tests: SQLite only (no PostgreSQL server programs, no ITERSCOPE_TEST_POSTGRESQL_URL)"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "backend" in metafunc.fixturenames and getattr(metafunc.module, "SQLITE_ONLY", False):
        metafunc.parametrize("backend", ["sqlite"])
    elif "backend" in metafunc.fixturenames:
        postgresql = [pytest.param("postgresql", marks=pytest.mark.postgresql)] if GIVEN_URL or PROGRAMS else []
        metafunc.parametrize("backend", ["sqlite", *postgresql])


@pytest.fixture(scope="session")
def ended() -> str:
    """The name of a process of this machine that has ended."""
    code = "from iterscope_db import process_name; print(process_name('train'))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL server."""
    if GIVEN_URL:
        yield GIVEN_URL
        return
    with cluster() as server:
        server.start()
        try:
            yield server.url
        finally:
            server.stop()


@pytest.fixture
def empty_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty database of this test's own."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.sqlite3'}"
        return
    with empty_database(request.getfixturevalue("postgresql_server")) as url:
        yield url


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
