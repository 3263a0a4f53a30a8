"""A post that nobody but an admin can decide about says since when."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("held_at", sa.DateTime(timezone=True)))
