"""Imported checkpoints: the preprocessing of images."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("checkpoints", sa.Column("preprocessing", sa.Text(), nullable=True))
