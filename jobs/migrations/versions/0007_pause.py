"""People pause a channel, or a subscription, until a date."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    op.add_column("channel", sa.Column("paused_by", sa.Text))
    op.add_column("channel", sa.Column("paused_until", moment))
    op.add_column("subscription", sa.Column("paused_until", moment))
