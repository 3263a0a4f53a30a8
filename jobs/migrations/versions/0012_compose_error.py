"""A channel says why its next post cannot be made."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("channel", sa.Column("compose_error", sa.Text))
    op.add_column("channel", sa.Column("compose_failures", sa.Integer, nullable=False, server_default=sa.text("0")))
