"""The rules that classified an entry, so that changed rules classify it again."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("entry", sa.Column("rules", sa.String(16), nullable=False, server_default=sa.text("''")))
    op.create_index("ix_entry_rules", "entry", ["rules"])
