"""The audit: a row for each change that somebody made. Rows are added and read; triggers refuse anything else."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, LargeBinary, Row, cast, func, insert, or_, select

from jobs.models.audit import AuditRow
from jobs.store.database import load
from jobs.store.schema import audit

LOCK = 0x6175646974  #: PostgreSQL advisory lock ("audit" in ASCII): each row needs the hash of the one before it.

_AT_ONCE = 500
"""Rows that are fetched together where all are read."""


def lock(conn: Connection) -> None:
    """Keep others from adding rows until the transaction ends; SQLite does so anyway."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(LOCK)))


def add(conn: Connection, row: AuditRow) -> None:
    """Call `lock` before you read the row before it."""
    conn.execute(insert(audit).values({column.name: getattr(row, column.name) for column in audit.c}))


def newest(conn: Connection) -> AuditRow | None:
    return next(iter(latest(conn, 1)), None)


def latest(conn: Connection, limit: int, *, words: Sequence[str] = (), older_than: int | None = None) -> list[AuditRow]:
    """Return the rows that have all words, in any of their texts, the newest first."""
    conditions = [_contains(word) for word in words]
    conditions += [] if older_than is None else [audit.c.id < older_than]
    query = select(audit).where(*conditions).order_by(audit.c.id.desc()).limit(limit)
    return [load(AuditRow, row) for row in conn.execute(query)]


def since(conn: Connection, moment: str) -> Iterator[AuditRow]:
    """Yield the rows from a moment on, as text like `AuditRow.at`, the oldest first. Read them before the transaction ends."""
    query = select(audit).where(audit.c.at >= moment).order_by(audit.c.id)
    for row in conn.execute(query, execution_options={"yield_per": _AT_ONCE}):
        yield load(AuditRow, row)


def stored(conn: Connection, *, after: int | None = None) -> Iterator[AuditRow]:
    """Yield every row, or those after a number, as stored, the oldest first, however spoiled. Bytes that are no text become surrogates."""
    sqlite = conn.dialect.name == "sqlite"
    texts = [cast(column, LargeBinary).label(column.name) if sqlite else column for column in audit.c if column is not audit.c.id]
    query = select(audit.c.id, *texts).where(*() if after is None else (audit.c.id > after,)).order_by(audit.c.id)
    for row in conn.execute(query, execution_options={"yield_per": _AT_ONCE}):
        yield load(AuditRow, row, **_decoded(row))


def _decoded(row: Row[Any]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else bytes(value or b"").decode("utf-8", "surrogateescape")
        for name, value in row._mapping.items()
        if name != "id"
    }


def _contains(word: str) -> ColumnElement[bool]:
    texts = (audit.c.who, audit.c.what, audit.c.place, audit.c.subject, audit.c.before, audit.c.after)
    joined: ColumnElement[str] = func.lower(texts[0])
    for text in texts[1:]:
        joined = joined + " " + func.lower(text)
    escaped = json.dumps(word.lower())[1:-1]  # as what was before and after is stored
    return or_(*(joined.contains(each, autoescape=True) for each in {word.lower(), escaped}))
