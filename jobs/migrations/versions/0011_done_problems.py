"""Admins tick off a reported problem."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("problem", sa.Column("done_at", sa.DateTime(timezone=True)))
    op.add_column("problem", sa.Column("done_by", sa.String(512)))
