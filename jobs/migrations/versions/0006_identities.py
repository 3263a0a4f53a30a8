"""Further names of entries, and floods that are held until an admin decides."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("feed", sa.Column("flooded_at", moment))
    op.add_column("entry", sa.Column("held_at", moment))
    held = sa.text("held_at IS NOT NULL")
    op.create_index("ix_entry_held", "entry", ["feed"], sqlite_where=held, postgresql_where=held)
    op.create_table(
        "entry_alias",
        sa.Column("key", sa.String(512), nullable=False),
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_entry_alias_entry_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key", name="pk_entry_alias"),
    )
    op.create_index("ix_entry_alias_entry_id", "entry_alias", ["entry_id"])
