"""The index of stored entries: a row of tokens for each entry, in FTS5 on SQLite and as a tsvector on PostgreSQL.

A row's id begins with the entry's date, so that rows are in the order in which answers show entries. Both engines compare whole tokens
only, which `jobs.tokens` makes, so that both find the same.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, cast, delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import TSQUERY

from jobs.models.entries import Entry
from jobs.models.search import IndexQuery, Term
from jobs.store.schema import entry_token
from jobs.tokens import EVERY, NONE, entry_tokens

_IDS = 1 << 30
"""More than there are ids."""
_MAX_SECONDS = 1 << 32

_WALKED = 500
"""Newest rows that PostgreSQL reads before it asks its index, which sorts all rows that it finds. Common words are found among them."""
_COMMON = 20
"""Rows found among them that show a word so common that reading on costs less than sorting."""
_READ_ON = 3


def row_id(entry_id: int, published: datetime) -> int:
    return _seconds(published) * _IDS + entry_id % _IDS


def entry_id(row: int) -> int:
    return row % _IDS


def row_moment(row: int) -> datetime:
    return datetime.fromtimestamp(row // _IDS, UTC)


def _seconds(moment: datetime) -> int:
    return max(-_MAX_SECONDS, min(_MAX_SECONDS, int(moment.astimezone(UTC).timestamp() // 1)))


def store(conn: Connection, several: Iterable[Entry]) -> None:
    """Index entries, or index them again."""
    several = list(several)
    if not several:
        return
    remove(conn, several)
    rows = [{"rowid": row_id(each.id, each.published), "tokens": entry_tokens(each)} for each in several]
    inserting: Any = insert(entry_token)
    if conn.dialect.name == "postgresql":
        split = func.array_to_tsvector(func.string_to_array(bindparam("tokens"), " "))
        inserting = inserting.values(rowid=bindparam("rowid"), tokens=split)
    conn.execute(inserting, rows)


def remove(conn: Connection, several: Iterable[Entry]) -> None:
    """Take entries out of the index, before their dates change."""
    conn.execute(delete(entry_token).where(entry_token.c.rowid.in_([row_id(each.id, each.published) for each in several])))


def rows(conn: Connection, query: IndexQuery, limit: int) -> list[int]:
    """Return the newest rows that match."""
    within: list[ColumnElement[bool]] = []
    if query.low is not None:
        within.append(entry_token.c.rowid >= query.low)
    if query.below is not None:
        within.append(entry_token.c.rowid < query.below)
    if conn.dialect.name == "sqlite":
        matching = text("entry_token MATCH :query").bindparams(query=_FTS5.query(query))
        found = select(entry_token.c.rowid).where(matching, *within).order_by(entry_token.c.rowid.desc()).limit(limit)
        return list(conn.execute(found).scalars())
    return _walk(conn, _TSQUERY.query(query), within, limit, _WALKED)


def _walk(conn: Connection, query: str, within: Collection[ColumnElement[bool]], limit: int, walked: int) -> list[int]:
    """Read the newest rows; if too few of them match, ask the index."""
    newest = select(entry_token).where(*within).order_by(entry_token.c.rowid.desc()).limit(walked).subquery()
    found = list(conn.execute(_matching(newest, query, limit)).scalars())
    if len(found) >= limit:
        return found
    if len(found) >= _COMMON and walked == _WALKED:
        return _walk(conn, query, within, limit, _READ_ON * walked * limit // len(found))
    # the planner would rather read rows in their order, up to all of them
    indexed = select(entry_token.c.rowid).where(_matches(entry_token.c.tokens, query), *within).cte("indexed").prefix_with("MATERIALIZED")
    return list(conn.execute(select(indexed.c.rowid).order_by(indexed.c.rowid.desc()).limit(limit)).scalars())


def _matching(among: Any, query: str, limit: int) -> Select[Any]:
    return select(among.c.rowid).where(_matches(among.c.tokens, query)).order_by(among.c.rowid.desc()).limit(limit)


def _matches(tokens: ColumnElement[Any], query: str) -> ColumnElement[bool]:
    return tokens.bool_op("@@")(cast(query, TSQUERY))


@dataclass(frozen=True, slots=True)
class _Syntax:
    """How an engine writes a query of tokens."""

    all_of: str
    any_of: str
    none_of: str
    token: str
    beginning: str

    def query(self, asked: IndexQuery) -> str:
        wanted = self.any_of.join(f"({self._all(terms)})" for terms in asked.any_of)
        filters = "".join(f"{self.all_of}{self._term(term)}" for term in asked.filters)
        unwanted = self.any_of.join(f"({self._all(terms)})" for terms in asked.none_of)
        return f"(({wanted}){filters}){self.none_of}({unwanted})" if unwanted else f"({wanted}){filters}"

    def _all(self, terms: Sequence[Term]) -> str:
        return self.all_of.join(map(self._term, terms)) or self.token.format(EVERY)

    def _term(self, term: Term) -> str:
        ways = (self.all_of.join(self._group(group) for group in way) for way in term.ways)
        return "(" + (self.any_of.join(f"({way})" for way in ways) or self.token.format(NONE)) + ")"

    def _group(self, tokens: Sequence[str]) -> str:
        each = (self.beginning.format(token[:-1]) if token.endswith("*") else self.token.format(token) for token in tokens)
        return "(" + self.any_of.join(each) + ")"


_FTS5 = _Syntax(" AND ", " OR ", " NOT ", '"{}"', '"{}" *')
_TSQUERY = _Syntax(" & ", " | ", " & !", "'{}'", "'{}':*")
"""Tokens are letters, digits, colons and hyphens: nothing needs an escape."""
