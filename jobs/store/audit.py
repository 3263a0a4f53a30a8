"""The audit: a row for each change that somebody made. Rows are added and read; triggers refuse anything else."""

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Connection, LargeBinary, Row, Select, cast, func, insert, or_, select, true
from sqlalchemy.exc import SQLAlchemyError

from jobs.models.audit import AuditRow
from jobs.store.database import is_damaged, load
from jobs.store.schema import audit

LOCK = 0x6175646974  #: PostgreSQL advisory lock ("audit" in ASCII): each row needs the hash of the one before it.

_TYPE = "_type"
"""After a column's name: the type that SQLite stored its value with."""

_SURROGATE = re.compile("[\ud800-\udfff]")

_DETAILS = (audit.c.subject, audit.c.before, audit.c.after)

_ASCII = re.compile(r"[a-z0-9]++")

_DAY = re.compile(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})T")
"""A stored moment begins with its day, which is a word of its own."""

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
    """Return the rows that have all words, each as a whole word and in capitals or not, the newest first."""
    wanted = [word.lower() for word in words]
    conditions = [_may_contain(piece) for word in wanted if (piece := max(_ASCII.findall(word), key=len, default=""))]
    conditions += [] if older_than is None else [audit.c.id < older_than]
    query = _rows(conn).where(*conditions).order_by(audit.c.id.desc())
    if not words:
        query = query.limit(limit)
    result = conn.execute(query, execution_options={"yield_per": _AT_ONCE})
    rows = (row for row in map(_loaded, result) if _has_words(row, wanted))
    found = list(islice(rows, limit))
    result.close()
    return found


def since(conn: Connection, moment: str) -> Iterator[AuditRow]:
    """Yield the rows from a moment on, as text like `AuditRow.at`, the oldest first. Read them before the transaction ends."""
    query = _rows(conn).where(audit.c.at >= moment).order_by(audit.c.id)
    for row in conn.execute(query, execution_options={"yield_per": _AT_ONCE}):
        yield _loaded(row)


def stored(conn: Connection, *, after: int | None = None) -> Iterator[AuditRow]:
    """Yield every row, or those after a number, the oldest first.

    Raises DatabaseError, after the rows before it, where SQLite's file cannot be read.
    """
    query, last = _rows(conn).order_by(audit.c.id), after
    following = query if after is None else query.where(audit.c.id > after)
    try:
        for row in conn.execute(following, execution_options={"yield_per": _AT_ONCE}):
            last = row.id
            yield _loaded(row)
    except SQLAlchemyError as error:
        if conn.dialect.name != "sqlite" or not is_damaged(error):
            raise
        # the driver drops what it read together with the damaged row, so read on one by one
        while (single := conn.execute(query.where(audit.c.id > last if last is not None else true()).limit(1)).first()) is not None:
            if last is not None and single.id <= last:
                raise
            last = single.id
            yield _loaded(single)


def _rows(conn: Connection) -> Select[Any]:
    """Select the rows as bytes and types on SQLite, where a text may be of another type, or no valid text."""
    if conn.dialect.name != "sqlite":
        return select(audit)
    texts = [column for column in audit.c if column is not audit.c.id]
    raw = (cast(column, LargeBinary).label(column.name) for column in texts)
    return select(audit.c.id, *raw, *(func.typeof(column).label(f"{column.name}{_TYPE}") for column in texts))


def _loaded(row: Row[Any]) -> AuditRow:
    """Return a row however it was spoiled: bytes that are no text become surrogates."""
    raw = {name: value for name, value in row._mapping.items() if name != "id" and not name.endswith(_TYPE)}
    texts = {
        name: value if isinstance(value, str) else bytes(value or b"").decode("utf-8", "surrogateescape") for name, value in raw.items()
    }
    damaged = tuple(name for name in texts if row._mapping.get(f"{name}{_TYPE}", "text") != "text" or _SURROGATE.search(texts[name]))
    return load(AuditRow, row, **texts, damaged=damaged)


def _may_contain(piece: str) -> ColumnElement[bool]:
    """Narrow the rows by letters and digits of ASCII; the databases know different capitals beyond, and JSON escapes the rest."""
    return or_(*(func.lower(text).contains(piece) for text in (audit.c.who, audit.c.what, audit.c.place, *_DETAILS)))


def _has_words(row: AuditRow, wanted: Sequence[str]) -> bool:
    """Return whether a row has all words, which are in lower case, in what people read of it.

    The names of values do not count: a row of a resumption has "paused_until" among them.
    """
    said = "\n".join((row.who, row.what, row.place, row.subject, *_values(row.before), *_values(row.after))).lower()
    return all(_has_word(said, word) for word in wanted)


def _has_word(text: str, word: str) -> bool:
    """Return whether no letter or digit stands next to the word somewhere in the text."""
    place = text.find(word)
    while place >= 0:
        end = place + len(word)
        if not text[max(place - 1, 0) : place].isalnum() and not text[end : end + 1].isalnum():
            return True
        place = text.find(word, place + 1)
    return False


def _values(text: str) -> list[str]:
    """Return the texts and numbers of values that are stored as JSON, or the text itself if it is none."""
    found: list[str] = []
    try:
        waiting = [json.loads(text)] if text else []
    except (ValueError, RecursionError):
        return [text]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
        else:
            found.append(_DAY.sub(r"\1 ", str(value)))
    return found
