"""Channels are reminded of the dates of messages."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment, number = sa.DateTime(timezone=True), sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.add_column("subscription", sa.Column("deadlines_since", moment))
    op.create_table(
        "reminder",
        sa.Column("id", number, autoincrement=True, nullable=False),
        sa.Column("channel_id", number, nullable=False),
        sa.Column("entry_id", number, nullable=False),
        sa.Column("days", sa.JSON, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("created_by", sa.String(512), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.Column("ended_at", moment),
        sa.PrimaryKeyConstraint("id", name="pk_reminder"),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name="fk_reminder_channel_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_reminder_entry_id", ondelete="CASCADE"),
    )
    alive = sa.text("ended_at IS NULL")
    op.create_index("ix_reminder_alive", "reminder", ["channel_id", "entry_id"], unique=True, sqlite_where=alive, postgresql_where=alive)
    op.create_table(
        "reminder_post",
        sa.Column("channel_id", number, nullable=False),
        sa.Column("entry_id", number, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("post_id", sa.String(36), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "entry_id", "kind", "date", "days", name="pk_reminder_post"),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], name="fk_reminder_post_channel_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_reminder_post_entry_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name="fk_reminder_post_post_id", ondelete="CASCADE"),
    )
    op.create_index("ix_reminder_post_post_id", "reminder_post", ["post_id"])


def downgrade() -> None:
    op.drop_table("reminder_post")
    op.drop_table("reminder")
    op.drop_column("subscription", "deadlines_since")
