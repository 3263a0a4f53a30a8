"""The readings of entries: the messages that each names, its dates, and the sentence that tells what changes."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "entry_relation",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("as_written", sa.Text, nullable=False),
        sa.Column("because", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_entry_relation_entry_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("entry_id", "position", name="pk_entry_relation"),
    )
    op.create_index("ix_entry_relation_number", "entry_relation", ["number"])
    op.create_table(
        "entry_date",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("date", sa.Date, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("sentence", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_entry_date_entry_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("entry_id", "position", name="pk_entry_date"),
    )
    op.create_index("ix_entry_date_date", "entry_date", ["date"])
    op.add_column("entry", sa.Column("gist", sa.Text, nullable=False, server_default=sa.text("''")))
    op.add_column("entry", sa.Column("reading", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.create_index("ix_entry_reading", "entry", ["reading"])


def downgrade() -> None:
    op.drop_index("ix_entry_reading", "entry")
    op.drop_column("entry", "reading")
    op.drop_column("entry", "gist")
    op.drop_table("entry_date")
    op.drop_table("entry_relation")
