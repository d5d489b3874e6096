import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

import iterscope_db
from iterscope_db import StoreError, open_store
from iterscope_db.database import parse_url


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("mysql://host/name", "'mysql' databases are not supported"),
        ("sqlite://", "an in-memory SQLite database cannot be shared"),
        ("sqlite:///:memory:", "an in-memory SQLite database cannot be shared"),
        ("://", "is not a database URL"),
    ],
)
def test_a_url_that_cannot_be_used_is_named(url, message):
    with pytest.raises(StoreError, match=message):
        open_store(url)


def test_a_plain_postgresql_url_takes_the_modern_driver():
    assert parse_url("postgresql://me:secret@host/name").drivername == "postgresql+psycopg"


def test_a_server_that_does_not_answer_is_named_without_its_password():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        with pytest.raises(StoreError, match=r"does not answer: .*Start the server") as caught:
            open_store(f"postgresql://me:secret@127.0.0.1:{port}/name")
    assert f"postgresql+psycopg://me:***@127.0.0.1:{port}/name" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_store_all_of_whose_connections_are_used_is_named(store, monkeypatch):
    monkeypatch.setattr(store._database.engine.pool, "_timeout", 0.1)
    with ExitStack() as used:
        for _ in range(15):
            used.enter_context(store._database.read())
        with pytest.raises(StoreError, match=r"is busy: other operations hold all of its connections.*try again"):
            store.runs.list()
    assert store.runs.list() == []


def test_the_public_names_are_these():
    expected = {
        "CheckpointRecord",
        "ConflictError",
        "DATABASE_FILE",
        "FINISHED_STATUSES",
        "InconsistentError",
        "JOB_STATES",
        "JobRecord",
        "RECORDED",
    }
    expected |= {"MetricSeries", "MetricsPage", "NotFoundError", "ProbeResultRecord", "RUN_STATUSES", "RunRecord"}
    expected |= {"ScalarSeries", "SchemaError", "Store", "StoreError", "default_url", "open_store", "process_name"}
    assert set(iterscope_db.__all__) == expected


def test_no_migration_is_forgotten_in_the_package():
    versions = Path(iterscope_db.__file__).parent / "migrations" / "versions"
    assert [path.name for path in sorted(versions.glob("v*.py"))] == [
        "v0001_first_tables.py",
        "v0002_preprocessing.py",
        "v0003_owners_and_digests.py",
        "v0004_factories.py",
    ]
