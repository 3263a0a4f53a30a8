"""Readings of the texts that edits replaced, so that a look-up as of an earlier day finds it.

Of texts that were replaced already, nobody knows it any longer: they keep what was read in the texts that replaced them.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")

TABLES: dict[str, dict[str, sa.types.TypeEngine[Any]]] = {
    "topic": {"topic": sa.String(64), "because": sa.Text()},
    "relation": {"position": sa.Integer(), "number": sa.String(32), "kind": sa.String(16), "as_written": sa.Text(), "because": sa.Text()},
    "date": {"position": sa.Integer(), "date": sa.Date(), "kind": sa.String(16), "sentence": sa.Text()},
}
"""Columns of what was read, of which the first is part of the key."""


def upgrade() -> None:
    op.add_column("entry_text", sa.Column("kind", sa.String(32), nullable=False, server_default=""))
    op.add_column("entry_text", sa.Column("lead", sa.String(32), nullable=False, server_default=""))
    op.add_column("entry_text", sa.Column("routine", sa.Boolean, nullable=False, server_default=sa.false()))
    for column in ("kind", "lead", "routine"):
        op.execute(f"UPDATE entry_text SET {column} = (SELECT {column} FROM entry WHERE entry.id = entry_text.entry_id)")  # noqa: S608
    for name, columns in TABLES.items():
        table, key = f"entry_text_{name}", next(iter(columns))
        op.create_table(
            table,
            sa.Column("entry_id", ID, nullable=False),
            *(sa.Column(column, of_type, nullable=False) for column, of_type in columns.items()),
            sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
            sa.PrimaryKeyConstraint("entry_id", key, "replaced_at", name=f"pk_{table}"),
            sa.ForeignKeyConstraint(
                ["entry_id", "replaced_at"],
                ["entry_text.entry_id", "entry_text.replaced_at"],
                ondelete="CASCADE",
                name=f"fk_{table}_entry_id_entry_text",
            ),
        )
        into, read = ", ".join(columns), ", ".join(f"said.{column}" for column in columns)
        said = f"SELECT said.entry_id, {read}, replaced_at FROM entry_{name} AS said JOIN entry_text ON entry_text.entry_id = said.entry_id"  # noqa: S608
        op.execute(f"INSERT INTO {table} (entry_id, {into}, replaced_at) {said}")


def downgrade() -> None:
    for name in reversed(TABLES):
        op.drop_table(f"entry_text_{name}")
    for column in ("routine", "lead", "kind"):
        op.drop_column("entry_text", column)
