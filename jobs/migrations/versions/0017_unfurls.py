"""An unfurl keeps the link that it previews."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("link", sa.Text))


def downgrade() -> None:
    unfurls = "SELECT id FROM post WHERE kind = 'unfurl'"
    op.execute(f"DELETE FROM post WHERE about_id IN ({unfurls})")  # noqa: S608 - no input
    op.execute("DELETE FROM post WHERE kind = 'unfurl'")
    op.drop_column("post", "link")
