"""Questions that people asked in vain, and the problems that they reported."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unanswered",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("words", sa.Text),
        sa.Column("asked", sa.Integer, nullable=False),
        sa.Column("marked", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("digest", "day", name="pk_unanswered"),
    )
    op.create_index("ix_unanswered_day", "unanswered", ["day"])
    op.create_table(
        "problem",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("subject", sa.String(1024), nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("reported_by", sa.String(512), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_problem"),
    )
    op.create_index("ix_problem_at", "problem", ["at"])
