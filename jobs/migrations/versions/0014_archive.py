"""Messages from CBP's archive, and the fetches of missing bodies."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("archived", "cut"):
        op.add_column("entry", sa.Column(name, sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "body_fetch",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("error", sa.Text),
        sa.ForeignKeyConstraint(["entry_id"], ["entry.id"], name="fk_body_fetch_entry_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("entry_id", name="pk_body_fetch"),
    )


def downgrade() -> None:
    op.drop_table("body_fetch")
    for name in ("cut", "archived"):
        op.drop_column("entry", name)
