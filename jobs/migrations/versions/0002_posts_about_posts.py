"""A post may be about an earlier post, which a later entry changed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    # no foreign keys: for them SQLite's table would be built anew, and dropping the old one takes along what refers to it
    op.add_column("post", sa.Column("about_id", sa.String(36)))
    op.add_column("post", sa.Column("cause_id", ID))
    op.create_index("ix_post_about", "post", ["about_id", "cause_id", "kind"], unique=True)
