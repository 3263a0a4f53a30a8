"""The kind of a feed's last error, and whether the admins were told that the feed is bad."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("feed", sa.Column("problem", sa.String(16)))
    op.add_column("feed", sa.Column("bad_told_at", moment))
    op.add_column("feed", sa.Column("turned_at", moment))


def downgrade() -> None:
    for name in ("turned_at", "bad_told_at", "problem"):
        op.drop_column("feed", name)
