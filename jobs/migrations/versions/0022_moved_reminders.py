"""Requests for reminders know what their channel was told."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reminder", sa.Column("post_id", sa.String(36)))
    op.add_column("reminder", sa.Column("told", sa.JSON))
    op.create_index("ix_reminder_post_id", "reminder", ["post_id"])


def downgrade() -> None:
    op.drop_index("ix_reminder_post_id", "reminder")
    op.drop_column("reminder", "told")
    op.drop_column("reminder", "post_id")
