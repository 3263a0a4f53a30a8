"""The index of stored entries: a row of tokens for each entry, in FTS5 on SQLite and as a tsvector on PostgreSQL.

A row's id begins with the entry's date, so that rows are in the order in which answers show entries. Both engines compare whole tokens
only, which `jobs.tokens` makes, so that both find the same.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, cast, delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import TSQUERY

from jobs.models.entries import Entry
from jobs.models.search import IndexQuery, Term
from jobs.store.history import known_ids
from jobs.store.schema import entry_token
from jobs.tokens import EVERY, NONE, entry_tokens, years_term

_IDS = 1 << 30
"""More than there are ids."""
_MAX_SECONDS = 1 << 32

_WALKED = 400
"""Newest rows that PostgreSQL looks through before it asks its index, which sorts all that it finds. Common words are among them."""
_YEARS = 8
"""Years, back from the newest row, in which the index is asked one by one, so that it need not sort all years."""
_RARE = 8
"""Fewer rows in a year show a word that is rare enough to ask for all years at once, unless a period has few years left."""
_FEW_YEARS = 3


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
    within: list[ColumnElement[bool]] = [*known_ids(conn, entry_token.c.rowid % _IDS)]
    if query.low is not None:
        within.append(entry_token.c.rowid >= query.low)
    if query.below is not None:
        within.append(entry_token.c.rowid < query.below)
    if conn.dialect.name == "sqlite":
        if query.low is not None:
            query = _within_years(conn, query)
        matching = text("entry_token MATCH :query").bindparams(query=_FTS5.query(query))
        found = select(entry_token.c.rowid).where(matching, *within).order_by(entry_token.c.rowid.desc()).limit(limit)
        return list(conn.execute(found).scalars())
    return _walk(conn, query, within, limit)


def _within_years(conn: Connection, query: IndexQuery) -> IndexQuery:
    """Let FTS5 find no rows of earlier years: it would read all of them to find that none is left."""
    newest = select(entry_token.c.rowid).order_by(entry_token.c.rowid.desc()).limit(1)
    last = conn.execute(newest).scalar() if query.below is None else query.below
    years = (row_moment(row).year for row in (query.low or 0, last or 0))
    return replace(query, filters=(*query.filters, years_term(*years)))


def _walk(conn: Connection, query: IndexQuery, within: Collection[ColumnElement[bool]], limit: int) -> list[int]:
    """Look through the newest rows; if too few of them match, ask the index, of the last years first."""
    newest = select(entry_token).where(*within).order_by(entry_token.c.rowid.desc()).limit(_WALKED).subquery()
    found = list(conn.execute(_matching(newest, _TSQUERY.query(query), limit)).scalars())
    top = None if len(found) == limit else conn.execute(select(func.max(entry_token.c.rowid)).where(*within)).scalar()
    if top is None:
        return found
    taken: list[int] = []
    newest_year = year = row_moment(top).year
    oldest_year = 1 if query.low is None else row_moment(query.low).year
    for year in range(newest_year, max(newest_year - _YEARS, oldest_year - 1, 1), -1):
        taken += _indexed(conn, replace(query, filters=(*query.filters, years_term(year, year))), within, limit - len(taken))
        if len(taken) == limit or year == oldest_year:
            return taken
        if len(taken) < _RARE and year - oldest_year > _FEW_YEARS:
            break
    earlier = entry_token.c.rowid < row_id(0, datetime(year, 1, 1, tzinfo=UTC))
    return taken + _indexed(conn, query, [*within, earlier], limit - len(taken))


def _indexed(conn: Connection, query: IndexQuery, within: Collection[ColumnElement[bool]], limit: int) -> list[int]:
    """Ask the index and sort what it finds. By itself, the planner may read all rows in their order instead."""
    matching = _matches(entry_token.c.tokens, _TSQUERY.query(query))
    found = select(entry_token.c.rowid).where(matching, *within).cte("found").prefix_with("MATERIALIZED")
    return list(conn.execute(select(found.c.rowid).order_by(found.c.rowid.desc()).limit(limit)).scalars())


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
