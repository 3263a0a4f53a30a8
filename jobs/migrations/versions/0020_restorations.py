"""Copies of the database, and what channels got that a restored copy does not know of."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "restoration",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True)),
        sa.Column("at", sa.DateTime(timezone=True)),
        sa.Column("certain", sa.Boolean, nullable=False),
    )
    op.create_table(
        "recalled",
        sa.Column("channel_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.Column("token", sa.String(16), nullable=False),
        sa.Column("post_id", sa.String(36), nullable=False),
        sa.Column("receipt", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["channel_id"], ["channel.id"], "fk_recalled_channel_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("channel_id", "token", name="pk_recalled"),
    )
    op.add_column("channel", sa.Column("recalled", sa.Integer, nullable=False, server_default=sa.text("0")))


def downgrade() -> None:
    op.drop_column("channel", "recalled")
    op.drop_table("recalled")
    op.drop_table("restoration")
