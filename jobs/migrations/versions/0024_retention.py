"""Note what retention deleted, share the contents of posts, and add indexes that find what is old enough."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_entry_bodies", "entry", "first_seen", "body_deleted_at IS NULL"),
    ("ix_entry_outcomes", "entry", "first_seen", "outcomes_deleted_at IS NULL"),
    ("ix_post_own_content", "post", "created_at", "shared_id IS NULL AND content_deleted_at IS NULL"),
    ("ix_post_shared_id", "post", "shared_id", "shared_id IS NOT NULL"),
    ("ix_post_contents", "post", "settled_at", "content_deleted_at IS NULL"),
    ("ix_post_outcomes", "post", "settled_at", "content_deleted_at IS NOT NULL"),
)


def upgrade() -> None:
    op.add_column("entry", sa.Column("body_deleted_at", sa.DateTime(timezone=True)))
    op.add_column("entry", sa.Column("outcomes_deleted_at", sa.DateTime(timezone=True)))
    op.add_column("post", sa.Column("content_deleted_at", sa.DateTime(timezone=True)))
    op.add_column("post", sa.Column("shared_id", sa.BigInteger().with_variant(sa.Integer, "sqlite")))
    op.create_table(
        "shared_content",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False, autoincrement=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("content", sa.JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_shared_content"),
        sa.UniqueConstraint("digest", name="uq_shared_content_digest"),
    )
    for name, table, column, condition in INDEXES:
        op.create_index(name, table, [column], sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))
    # whoever deletes a post looks for its deliveries, and would read all there are
    op.create_index("ix_delivery_post_id", "delivery", ["post_id"])


def downgrade() -> None:
    whole = "(SELECT content FROM shared_content WHERE shared_content.id = post.shared_id)"
    op.execute(f"UPDATE post SET content = {whole} WHERE shared_id IS NOT NULL")  # noqa: S608  # no text of others
    op.drop_index("ix_delivery_post_id", "delivery")
    for name, table, _, _ in INDEXES:
        op.drop_index(name, table)
    op.drop_table("shared_content")
    op.drop_column("post", "shared_id")
    op.drop_column("post", "content_deleted_at")
    op.drop_column("entry", "outcomes_deleted_at")
    op.drop_column("entry", "body_deleted_at")
