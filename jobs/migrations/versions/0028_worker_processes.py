"""Which process of which machine a worker is, so that its successor there can tell that it ended."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("worker", sa.Column("process", sa.String(255), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    op.drop_column("worker", "process")
