"""Keep what people were told: of reminders, of a calendar's events, and of messages before they were edited."""

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
    op.create_table(
        "entry_text",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("gist", sa.Text, nullable=False),
        sa.Column("links", sa.JSON),
        sa.Column("edited_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("entry_id", "replaced_at", name="pk_entry_text"),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_entry_text_entry_id", ondelete="CASCADE"),
    )
    op.create_table(
        "calendar_event",
        sa.Column("uid", sa.String(640), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("revised", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uid", name="pk_calendar_event"),
    )


def downgrade() -> None:
    op.drop_table("calendar_event")
    op.drop_table("entry_text")
    op.drop_index("ix_reminder_post_id", "reminder")
    op.drop_column("reminder", "told")
    op.drop_column("reminder", "post_id")
