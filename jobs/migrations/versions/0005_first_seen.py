"""Find the entries of a period by when they were first seen."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_entry_first_seen", "entry", ["first_seen"])
