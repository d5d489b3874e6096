"""What is SQLite's own: journal modes, the affected versions, files and disks in trouble."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from iterscope_db import StoreError, default_url, open_store
from iterscope_db.database import Database, parse_url
from iterscope_db.sqlite import SqliteChoice, choose_sqlite, has_wal_reset_bug, sqlite_engine

SQLITE_ONLY = True


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 4), False),
        ((4, 0, 0), False),
    ],
)
def test_versions_with_the_wal_reset_bug(version, affected):
    assert has_wal_reset_bug(version) == affected


def test_wal_is_used_only_with_a_version_that_is_safe():
    choice = choose_sqlite()
    assert choice.journal_mode == ("delete" if has_wal_reset_bug(choice.version) else "wal")
    without = choose_sqlite(("no_such_module",))
    assert without == SqliteChoice(sqlite3, sqlite3.sqlite_version_info[:3], "delete")


def test_connections_are_set_up(store):
    with store._database.read() as connection:
        pragma = {
            name: connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    assert pragma == {
        "journal_mode": choose_sqlite().journal_mode,
        "foreign_keys": 1,
        "synchronous": 2,
        "busy_timeout": 30_000,
    }


def test_the_rollback_journal_serves_the_same_file(store, new_run, empty_url):
    run = new_run()
    store.close()
    engine = sqlite_engine(empty_url, 5.0, SqliteChoice(sqlite3, sqlite3.sqlite_version_info[:3], "delete"))
    with engine.begin() as connection:
        assert connection.scalar(text("PRAGMA journal_mode")) == "delete"
        assert connection.scalar(text("PRAGMA synchronous")) == 2
        assert connection.scalar(text("SELECT id FROM runs")) == run.id
    engine.dispose()
    with open_store(empty_url) as again:
        assert again.runs.get(run.id) == run


def test_the_journal_mode_waits_for_other_connections_only_so_long(store, empty_url):
    choice = SqliteChoice(choose_sqlite().module, choose_sqlite().version, "delete")
    with store._database.write():
        engine = sqlite_engine(empty_url, 0.2, choice)
        with pytest.raises(Exception, match="locked"):
            engine.connect()
        engine.dispose()


def test_a_home_folder_is_made_and_holds_the_file(tmp_path):
    home = tmp_path / "a" / "home"
    with open_store(home) as store:
        assert store.name == str(home / "iterscope.sqlite3")
        assert Path(store.name).exists()
        assert store.url == default_url(home)


def test_a_full_disk_is_named_and_loses_nothing(store, new_run):
    run = new_run().id
    limit = {"pages": 0}

    @event.listens_for(store._database.engine, "checkout")
    def restrict(connection, _record, _proxy):
        connection.execute(f"PRAGMA max_page_count = {limit['pages'] or 1_000_000_000}")

    store.metrics.log_epoch(run, 0, {("a", "train"): [1, 2, 3]}, {("loss", "train"): 1.0})
    limit["pages"] = 1  # SQLite takes the present size for it: no page can be added
    with pytest.raises(
        StoreError, match=r"store.sqlite3: the disk is full .*Everything stored before is kept; free some"
    ):
        store.runs.update(run, notes="x" * 1_000_000)
    assert store.runs.get(run).notes == ""
    assert store.metrics.read(run).cursor == 1
    limit["pages"] = 0
    assert len(store.runs.update(run, notes="x" * 1_000_000).notes) == 1_000_000


def test_an_unwritable_file_is_named(store, new_run):
    run = new_run()
    path = store.name
    store.close()
    with Database(parse_url(f"sqlite:///file:{path}?mode=ro&uri=true")) as database:
        with database.read() as connection:
            assert connection.scalar(text("SELECT id FROM runs")) == run.id

        def write() -> None:
            with database.write() as connection:
                connection.execute(text("DELETE FROM runs"))

        with pytest.raises(StoreError, match=r"cannot be written .*make the file and its folder writable"):
            write()


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(StoreError, match=r"nowhere/x.sqlite3: it cannot be opened .*check that its folder exists"):
        open_store(f"sqlite:///{tmp_path}/nowhere/x.sqlite3")
    (tmp_path / "file").touch()
    with pytest.raises(
        StoreError, match=r"the home folder .*/file/home cannot be created: Not a directory.*ITERSCOPE_HOME"
    ):
        open_store(tmp_path / "file" / "home")


def test_a_file_that_is_no_database_is_named_and_kept(tmp_path):
    letter = "Dear reader, " * 1000
    (tmp_path / "iterscope.sqlite3").write_text(letter)
    with pytest.raises(StoreError, match=r"iterscope.sqlite3: it is not a SQLite database .*move the file away"):
        open_store(tmp_path)
    assert (tmp_path / "iterscope.sqlite3").read_text() == letter


def test_a_truncated_database_is_named(store, new_run):
    for _ in range(50):
        new_run(notes="x" * 2000)
    store.close()
    path = Path(store.name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(StoreError, match=r"store.sqlite3: the file is damaged .*move it away"):
        store.runs.list()


def test_a_lock_that_is_never_released_is_named(store, empty_url, new_run):
    run = new_run()
    with (
        open_store(empty_url, busy_timeout=0.1) as impatient,
        store._database.write(),
        pytest.raises(StoreError, match=r"store.sqlite3: another process has locked it .*stop that process"),
    ):
        impatient.runs.update(run.id, name="x")
    assert store.runs.update(run.id, name="x").name == "x"


def test_another_programs_sqlite_file_is_left_alone(tmp_path):
    connection = sqlite3.connect(tmp_path / "iterscope.sqlite3")
    connection.execute("CREATE TABLE songs (title TEXT)")
    connection.close()
    with pytest.raises(StoreError, match=r"belongs to another program \(it has the tables songs"):
        open_store(tmp_path)


needs_wal = pytest.mark.skipif(
    choose_sqlite().journal_mode != "wal", reason="this SQLite isn't used with a write-ahead log"
)


def without_shared_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every database's file of shared memory is a link from now on, which SQLite doesn't open."""
    module = choose_sqlite().module
    real = module.connect

    def connect(path: str, *arguments: object, **options: object) -> object:
        if not (shared := Path(f"{path}-shm")).is_symlink():
            shared.symlink_to("nowhere")
        return real(path, *arguments, **options)

    monkeypatch.setattr(module, "connect", connect)
    monkeypatch.setattr(module.dbapi2, "connect", connect)


@needs_wal
def test_where_the_write_ahead_log_does_not_work_the_rollback_journal_is_used(tmp_path, monkeypatch, caplog):
    without_shared_memory(monkeypatch)
    with open_store(tmp_path / "home") as store, open_store(tmp_path / "home") as other:
        run = store.runs.create({}, "a", "demo", "resnet8", "digits", seed=0, epochs=1)
        assert other.runs.get(run.id) == run
        with store._database.read() as connection:
            assert connection.scalar(text("PRAGMA journal_mode")) == "delete"
    assert "write-ahead log doesn't work on this disk (unable to open database file)" in caplog.text
    assert "--home" in caplog.text
    assert not [path for path in (tmp_path / "home").iterdir() if ".tmp" in path.name]


@needs_wal
def test_a_database_that_was_moved_to_such_a_disk_is_switched_back_and_keeps_everything(tmp_path, monkeypatch, caplog):
    with open_store(tmp_path) as store:
        run = store.runs.create({}, "a", "demo", "resnet8", "digits", seed=0, epochs=1)
    without_shared_memory(monkeypatch)
    with open_store(tmp_path) as store:
        assert store.runs.get(run.id) == run
        store.runs.update(run.id, name="b")
    assert "The rollback journal is used" in caplog.text
    with open_store(tmp_path) as store:
        assert store.runs.get(run.id).name == "b"


@pytest.mark.parametrize(
    "name", ["a#b", "a?b=c&d", "100%", "a%41b", "it's", 'say "x"', "a b", "ü", "a;b", "[x]", "a\\b", "a\nb"]
)
def test_a_home_folder_may_have_any_name(tmp_path, name):
    with open_store(tmp_path / name) as store:
        run = store.runs.create({}, "a", "demo", "resnet8", "digits", seed=0, epochs=1)
        assert (tmp_path / name / "iterscope.sqlite3").is_file()
        with open_store(store.url) as other:  # as another process opens it
            assert other.runs.get(run.id) == run
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_full_disk_leaves_nothing_of_a_new_home(tmp_path, monkeypatch):
    """The limit of pages stands for the disk: SQLite gives the same error."""

    def limited(*arguments: Any) -> Engine:
        engine = sqlite_engine(*arguments)
        event.listen(engine, "checkout", lambda connection, *_: connection.execute("PRAGMA max_page_count = 1"))
        return engine

    monkeypatch.setattr("iterscope_db.database.sqlite_engine", limited)
    monkeypatch.setattr("iterscope_db.store.LEAST_FREE", 1 << 60)
    with pytest.raises(StoreError, match=r"iterscope.sqlite3: the disk is full .*free some space"):
        open_store(tmp_path / "home")
    assert not list(tmp_path.iterdir())
    monkeypatch.undo()
    with open_store(tmp_path / "home") as store:
        run = store.runs.create({}, "a", "demo", "resnet8", "digits", seed=0, epochs=1)
    monkeypatch.setattr("iterscope_db.store.LEAST_FREE", 1 << 60)
    with open_store(tmp_path / "home") as store:
        assert store.runs.get(run.id) == run
