import subprocess
import sys

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from iterscope_db import NotFoundError, SchemaError, Store, open_store
from iterscope_db.__main__ import main
from iterscope_db.database import Database, parse_url
from iterscope_db.schema import VERSION_TABLE, latest_version, upgrade
from iterscope_db.tables import metadata


def set_version(store: Store, version: str) -> None:
    with store._database.write() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = :version"), {"version": version})


def test_the_migrations_make_the_tables_of_the_code(store):
    with store._database.read() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_opening_again_keeps_everything(new_run, empty_url):
    run = new_run()
    for migrate in (True, False):
        with open_store(empty_url, migrate=migrate) as again:
            assert again.runs.get(run.id) == run


def test_an_empty_database_is_not_used_without_migration(empty_url):
    with pytest.raises(
        SchemaError, match=r"schema version none, .* needs 0004.*python -m iterscope_db upgrade --database"
    ):
        open_store(empty_url, migrate=False)


@pytest.mark.parametrize("migrate", [True, False])
def test_a_newer_schema_names_both_versions_and_the_remedy(store, empty_url, new_run, migrate):
    run = new_run()
    set_version(store, "9999")
    expected = rf"schema version 9999, but this version of Iterscope supports versions up to {latest_version()}.*pip install --upgrade"
    with pytest.raises(SchemaError, match=expected):
        open_store(empty_url, migrate=migrate)
    assert store.runs.get(run.id) == run


def test_an_older_schema_names_both_versions_and_the_remedy(store, empty_url):
    set_version(store, "0000")
    with pytest.raises(
        SchemaError,
        match=rf"version 0000, but this version of Iterscope needs {latest_version()}.*python -m iterscope_db upgrade",
    ):
        open_store(empty_url, migrate=False)


def test_tables_of_another_program_are_left_alone(empty_url):
    with Database(parse_url(empty_url)) as database:
        with database.write() as connection:
            connection.execute(text("CREATE TABLE runs (x INTEGER)"))
        with pytest.raises(SchemaError, match=r"belongs to another program \(it has the tables runs, but no"):
            open_store(empty_url)
        with database.write() as connection:
            connection.execute(text("INSERT INTO runs (x) VALUES (1)"))


def test_a_failing_migration_leaves_the_database_empty(empty_url, monkeypatch):
    with Database(parse_url(empty_url)) as database:
        with monkeypatch.context() as patch:
            patch.setattr(
                "iterscope_db.schema.command.upgrade", lambda config, _: fail(config.attributes["connection"])
            )
            with pytest.raises(KeyError):
                upgrade(database)
        assert upgrade(database) == (None, latest_version())
        assert upgrade(database) == (latest_version(), latest_version())


def fail(connection):
    connection.execute(text("CREATE TABLE runs (x INTEGER)"))
    raise KeyError("half way")


def test_the_command_upgrades_and_shows_the_version(empty_url, capsys):
    assert main(["version", "--database", empty_url]) == 0
    assert "schema version none; this version of Iterscope uses 0004" in capsys.readouterr().out
    assert main(["upgrade", "--database", empty_url]) == 0
    assert "schema version 0004 (was empty)" in capsys.readouterr().out
    with open_store(empty_url, migrate=False) as store, pytest.raises(NotFoundError):
        store.runs.get("rnothere0")


def test_the_command_reports_errors_without_a_traceback(tmp_path):
    (tmp_path / "iterscope.sqlite3").write_text("this is a letter, not a database" * 100)
    command = [sys.executable, "-m", "iterscope_db", "upgrade", "--database", str(tmp_path)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 1
    assert result.stderr.startswith("error: database ")
    assert "it is not a SQLite database" in result.stderr
