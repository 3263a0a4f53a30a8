"""Which entries a content shows, and indexes, so that a correction finds its posts without reading the others."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_post_cause_id", ["cause_id"], "cause_id IS NOT NULL"),
    ("ix_post_channel_id_period", ["channel_id", "period"], "period IS NOT NULL"),
)

OWN = "post.shared_id IS NULL AND post.content_deleted_at IS NULL"


def upgrade() -> None:
    op.create_table(
        "content_subject",
        sa.Column("key", sa.String(512), nullable=False),
        sa.Column("shared_id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("key", "shared_id", name="pk_content_subject"),
        sa.ForeignKeyConstraint(
            ["shared_id"], ["shared_content.id"], ondelete="CASCADE", name="fk_content_subject_shared_id_shared_content"
        ),
    )
    op.create_index("ix_content_subject_shared_id", "content_subject", ["shared_id"])
    if op.get_context().dialect.name == "sqlite":
        of_post, count = "json_object('subjects', json_extract(content, '$.subjects'))", "json_array_length(post.content, '$.subjects')"
        subjects = "SELECT DISTINCT subject.value, shared_content.id FROM shared_content, json_each(content, '$.subjects') AS subject"
    else:
        of_post, count = "json_build_object('subjects', content -> 'subjects')", "json_array_length(post.content -> 'subjects')"
        subjects = (
            "SELECT DISTINCT subject.key, shared_content.id FROM shared_content"
            " CROSS JOIN LATERAL json_array_elements_text(content -> 'subjects') AS subject (key)"
        )
    # older releases stored the content with each post; the post's id stands for the digest, because nothing else can share it
    own = f"SELECT id, content, created_at FROM post WHERE {OWN} AND {count} > 0"  # noqa: S608  # no text of others
    op.execute(f"INSERT INTO shared_content (digest, content, at) {own}")
    shared = "(SELECT id FROM shared_content WHERE digest = post.id)"
    op.execute(f"UPDATE post SET shared_id = {shared}, content = {of_post} WHERE {OWN} AND {count} > 0")  # noqa: S608
    op.execute(f"INSERT INTO content_subject (key, shared_id) {subjects}")
    op.drop_index("ix_post_own_content", "post")
    for name, columns, condition in INDEXES:
        op.create_index(name, "post", columns, sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))


def downgrade() -> None:
    for name, _, _ in INDEXES:
        op.drop_index(name, "post")
    own = sa.text("shared_id IS NULL AND content_deleted_at IS NULL")
    op.create_index("ix_post_own_content", "post", ["created_at"], sqlite_where=own, postgresql_where=own)
    op.drop_table("content_subject")
