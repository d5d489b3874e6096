"""Jobs know the process that runs them; probe results have a digest."""

import sqlalchemy as sa
from alembic import op

from iterscope_db.digests import result_digest

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("owner", sa.Text(), nullable=True))
    op.add_column("probe_results", sa.Column("digest", sa.Text(), nullable=True))
    results = sa.table(
        "probe_results",
        sa.column("key", sa.Text()),
        sa.column("probe", sa.Text()),
        sa.column("checkpoint_id", sa.Text()),
        sa.column("result", sa.LargeBinary()),
        sa.column("seconds", sa.Double()),
        sa.column("digest", sa.Text()),
    )
    connection = op.get_bind()
    for key in list(connection.scalars(sa.select(results.c.key))):
        row = connection.execute(sa.select(results).where(results.c.key == key)).mappings().one()
        connection.execute(sa.update(results).where(results.c.key == key).values(digest=result_digest(row)))
