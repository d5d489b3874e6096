"""Alembic's entry point. The connection, already in a write transaction, comes from iterscope_db.schema.upgrade()."""

from alembic import context

from iterscope_db.schema import VERSION_TABLE
from iterscope_db.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
context.run_migrations()
