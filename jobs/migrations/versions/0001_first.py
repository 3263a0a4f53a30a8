"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ALIVE = sa.text("ended_at IS NULL")


def key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=f"pk_{table}")


def reference(table: str, column: str, to: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}", ondelete=ondelete)


def upgrade() -> None:
    op.create_table(
        "feed",
        sa.Column("slug", sa.String(64), nullable=False),
        sa.Column("next_poll", MOMENT, nullable=False),
        sa.Column("free_at", MOMENT),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("seeded_at", MOMENT),
        sa.Column("seed_floor", MOMENT),
        sa.Column("last_success", MOMENT),
        sa.Column("last_change", MOMENT),
        sa.Column("last_error", sa.Text),
        sa.Column("last_error_at", MOMENT),
        sa.Column("warning", sa.Text),
        sa.Column("entries", sa.Integer, nullable=False),
        sa.Column("paused", sa.Text),
        sa.Column("sources", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("slug", name="pk_feed"),
    )
    op.create_table(
        "entry",
        sa.Column("id", ID, nullable=False, autoincrement=True),
        sa.Column("key", sa.String(512), nullable=False),
        sa.Column("feed", sa.String(64), nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("published", MOMENT, nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("body", sa.Text),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("lead", sa.String(32), nullable=False),
        sa.Column("routine", sa.Boolean, nullable=False),
        sa.Column("backlog", sa.Boolean, nullable=False),
        sa.Column("edited_at", MOMENT),
        key("entry"),
        sa.UniqueConstraint("key", name="uq_entry_key"),
    )
    op.create_index("ix_entry_feed_published", "entry", ["feed", "published"])
    op.create_index("ix_entry_number", "entry", ["number"])
    op.create_table(
        "entry_topic",
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("topic", sa.String(64), nullable=False),
        sa.Column("because", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("entry_id", "topic", name="pk_entry_topic"),
        reference("entry_topic", "entry_id", "entry", "CASCADE"),
    )
    op.create_index("ix_entry_topic_topic_entry_id", "entry_topic", ["topic", "entry_id"])
    op.create_table(
        "channel",
        sa.Column("id", ID, nullable=False, autoincrement=True),
        sa.Column("platform", sa.String(32), nullable=False),
        sa.Column("workspace", sa.String(255), nullable=False),
        sa.Column("ref", sa.String(512), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("free_at", MOMENT, nullable=False),
        sa.Column("epoch", sa.Integer, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("paused", sa.Text),
        sa.Column("extra", sa.JSON, nullable=False),
        key("channel"),
        sa.UniqueConstraint("platform", "workspace", "ref", name="uq_channel_platform_workspace_ref"),
    )
    op.create_table(
        "subscription",
        sa.Column("id", ID, nullable=False, autoincrement=True),
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("filters", sa.JSON, nullable=False),
        sa.Column("filters_digest", sa.String(64), nullable=False),
        sa.Column("cadence", sa.JSON, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("digest_only", sa.Boolean, nullable=False),
        sa.Column("created_by", sa.String(512), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT),
        key("subscription"),
        reference("subscription", "channel_id", "channel", "CASCADE"),
    )
    op.create_index(
        "ix_subscription_alive",
        "subscription",
        ["channel_id", "filters_digest"],
        unique=True,
        sqlite_where=ALIVE,
        postgresql_where=ALIVE,
    )
    op.create_table(
        "post",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subscription_id", ID),
        sa.Column("period", MOMENT),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("sending_at", MOMENT),
        sa.Column("settled_at", MOMENT),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("receipt", sa.Text),
        sa.Column("error", sa.Text),
        sa.Column("content", sa.JSON, nullable=False),
        key("post"),
        sa.UniqueConstraint("subscription_id", "period", "part", name="uq_post_subscription_id_period_part"),
        reference("post", "channel_id", "channel", "CASCADE"),
        reference("post", "subscription_id", "subscription", "CASCADE"),
        sa.CheckConstraint("state IN ('pending', 'sending', 'sent', 'dead')", name="ck_post_state"),
    )
    op.create_index("ix_post_channel_id_state_created_at", "post", ["channel_id", "state", "created_at"])
    op.create_table(
        "delivery",
        sa.Column("id", ID, nullable=False, autoincrement=True),
        sa.Column("entry_id", ID, nullable=False),
        sa.Column("subscription_id", ID, nullable=False),
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("because", sa.Text, nullable=False),
        sa.Column("post_id", sa.String(36)),
        sa.Column("mention", sa.Boolean, nullable=False),
        key("delivery"),
        sa.UniqueConstraint("entry_id", "subscription_id", name="uq_delivery_entry_id_subscription_id"),
        reference("delivery", "entry_id", "entry", "CASCADE"),
        reference("delivery", "subscription_id", "subscription", "CASCADE"),
        reference("delivery", "channel_id", "channel", "CASCADE"),
        reference("delivery", "post_id", "post", "SET NULL"),
    )
    op.create_index("ix_delivery_channel_id_post_id_due_at", "delivery", ["channel_id", "post_id", "due_at"])
    op.create_index("ix_delivery_channel_id_entry_id", "delivery", ["channel_id", "entry_id"])
    op.create_table(
        "revision",
        sa.Column("id", ID, nullable=False, autoincrement=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("files", sa.JSON, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("changes", sa.JSON, nullable=False),
        key("revision"),
    )
    op.create_index("ix_revision_digest", "revision", ["digest"])
    op.create_table(
        "seen",
        sa.Column("key", sa.String(512), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_seen"),
    )
    op.create_index("ix_seen_at", "seen", ["at"])
