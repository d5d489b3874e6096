"""Checkpoints of one's own networks: the function that builds them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("checkpoints", sa.Column("factory", sa.Text(), nullable=True))
