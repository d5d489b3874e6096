"""Schema versions: reading a database's version, comparing it with this program's, and upgrading.

Revisions are numbered "0001", "0002", …; an unknown revision is from a newer version of this program.
"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from .database import Database
from .errors import SchemaError
from .tables import metadata

VERSION_TABLE = "iterscope_schema"
MIGRATIONS = Path(__file__).parent / "migrations"
_POSTGRESQL_LOCK = 0x17E25C09E  # an arbitrary constant: the process that migrates holds this advisory lock


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def latest_version() -> str:
    """The schema version that this program writes."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise SchemaError(f"no migrations in {MIGRATIONS}: this installation of Iterscope is incomplete; reinstall it")
    return head


def stored_version(connection: Connection) -> str | None:
    """The schema version of the database; None if it has no Iterscope tables yet."""
    tables = inspect(connection).get_table_names()
    if VERSION_TABLE in tables:
        version: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))
        return version
    clashing = sorted(set(tables) & set(metadata.tables))
    if clashing or (tables and connection.dialect.name == "sqlite"):
        raise SchemaError(
            f"{connection.engine.url.render_as_string()} belongs to another program (it has the tables "
            f"{', '.join(clashing or sorted(tables)[:5])}, but no {VERSION_TABLE}): choose another database"
        )
    return None


def check_version(database: Database, stored: str | None) -> bool:
    """Whether the database has this program's schema version; False if it is older. Raises SchemaError if it is newer."""
    latest = latest_version()
    if stored is not None and stored > latest:
        raise SchemaError(
            f"database {database.name} has schema version {stored}, but this version of Iterscope supports versions up to {latest}: "
            "the database was written by a newer Iterscope. Update Iterscope: pip install --upgrade iterscope "
            "(in a checkout: git pull && make install)"
        )
    return stored == latest


def require_current(database: Database) -> None:
    """Raise SchemaError if the database doesn't have this program's schema version."""
    with database.read() as connection:
        stored = stored_version(connection)
    if not check_version(database, stored):
        raise SchemaError(
            f"database {database.name} has schema version {stored or 'none'}, but this version of Iterscope needs {latest_version()}. "
            f"Bring it up to date: python -m iterscope_db upgrade --database {database.url.render_as_string()}"
        )


def upgrade(database: Database) -> tuple[str | None, str]:
    """Bring the database to this program's schema version. Returns (version before, version now).

    Several processes may call this at the same time: one migrates in one transaction while the others wait.
    """
    with database.read() as connection:
        before = stored_version(connection)
    if check_version(database, before):
        return before, latest_version()
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _POSTGRESQL_LOCK})
        before = stored_version(connection)
        if not check_version(database, before):
            command.upgrade(_config(connection), "head")
    return before, latest_version()
