"""The links in the texts of entries, from which their annexes come. The next poll brings those of what its feed still has."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entry", sa.Column("links", sa.JSON))


def downgrade() -> None:
    op.drop_column("entry", "links")
