"""Take the rows of a database away and bring them back, as a backup and its restoration do, on SQLite and on PostgreSQL."""

from typing import Any

from jobs.store.database import Database
from jobs.store.schema import audit, entry_token, metadata

Rows = dict[str, list[dict[str, Any]]]

TABLES = [table for table in metadata.sorted_tables if table not in (audit, entry_token)]
"""Without those that decide about no post: the audit, whose rows nobody may delete, and the index of words."""


def take(db: Database) -> Rows:
    with db.read() as conn:
        return {table.name: [dict(row._mapping) for row in conn.execute(table.select())] for table in TABLES}


def bring_back(db: Database, rows: Rows) -> None:
    with db.begin() as conn:
        for table in reversed(TABLES):
            conn.execute(table.delete())
        for table in TABLES:
            if rows[table.name]:
                conn.execute(table.insert(), rows[table.name])
