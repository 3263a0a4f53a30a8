"""An index of the words of entries. `tradebot work` fills it, as it classifies all entries again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        options = "detail=none, columnsize=0, tokenize=\"ascii tokenchars ':-'\""
        op.execute(f"CREATE VIRTUAL TABLE entry_token USING fts5(tokens, {options})")
        return
    op.create_table(
        "entry_token",
        sa.Column("rowid", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("tokens", TSVECTOR, nullable=False),
    )
    op.create_index("ix_entry_token_tokens", "entry_token", ["tokens"], postgresql_using="gin", postgresql_with={"fastupdate": "off"})


def downgrade() -> None:
    op.drop_table("entry_token")
    op.execute("UPDATE entry SET rules = ''")  # a later upgrade indexes them again
