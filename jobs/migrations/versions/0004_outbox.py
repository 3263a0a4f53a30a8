"""Catch-ups, plain-text retries, notices, and dead posts that an admin has not handled."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("catch_up", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("post", sa.Column("plain", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("post", sa.Column("notice", sa.JSON()))
    op.add_column("post", sa.Column("dismissed_at", sa.DateTime(timezone=True)))
    # posts that died because nobody wanted them anymore need no decision
    op.execute("UPDATE post SET dismissed_at = settled_at WHERE state = 'dead' AND (error = 'unsubscribed' OR kind IN ('mark', 'answer'))")
    undecided = sa.text("state = 'dead' AND dismissed_at IS NULL")
    columns = ["channel_id", "settled_at"]
    op.create_index("ix_post_undecided", "post", columns, sqlite_where=undecided, postgresql_where=undecided)
