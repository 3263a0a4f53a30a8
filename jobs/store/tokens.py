"""The index of stored entries: a row of tokens for each entry, in FTS5 on SQLite and as a tsvector on PostgreSQL.

A row's id begins with the entry's date, so that rows are in the order in which answers show entries. Both engines compare whole tokens
only, which `jobs.tokens` makes, so that both find the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, CursorResult, bindparam, delete, func, insert, select, text

from jobs.models.entries import Entry
from jobs.models.search import IndexQuery, Term
from jobs.store.duplicates import earlier_feeds
from jobs.store.history import known_at
from jobs.store.schema import entry, entry_token
from jobs.tokens import EVERY, NONE, entry_tokens, years_term

_IDS = 1 << 30
"""More than there are ids."""
_MAX_SECONDS = 1 << 32

_WALKED = 400
"""Newest rows that PostgreSQL looks through before it asks its index, which sorts all that it finds. Common words are among them."""
_RECENT, _BEFORE = 1, 4
"""Years, back from these rows, for which the index is asked first and next."""

_END = (1 << 63) - 1

_FOUND = """
    SELECT rowid FROM entry_token WHERE entry_token MATCH :query AND rowid >= :low AND rowid < :below --known
    ORDER BY rowid DESC LIMIT :limit
"""
_NEWEST = """
    (SELECT rowid, true FROM (
        SELECT rowid, tokens FROM entry_token WHERE rowid >= :low AND rowid < :below --known
        ORDER BY rowid DESC LIMIT :walked
    ) AS newest WHERE tokens @@ CAST(:query AS tsquery) ORDER BY rowid DESC LIMIT :limit)
    UNION ALL (
        SELECT rowid, false FROM entry_token WHERE rowid >= :low AND rowid < :below --known
        ORDER BY rowid DESC OFFSET :before_last LIMIT 1
    )
"""
_EARLIER = """
    WITH recent AS MATERIALIZED (
        SELECT rowid FROM entry_token
        WHERE tokens @@ CAST(:query AS tsquery) AND tokens @@ CAST(:recent AS tsquery) AND rowid + 0 >= :low AND rowid + 0 < :below --known
    ), before AS MATERIALIZED (
        SELECT rowid FROM entry_token
        WHERE (SELECT count(*) FROM recent) < :limit
        AND tokens @@ CAST(:query AS tsquery) AND tokens @@ CAST(:before AS tsquery) AND rowid + 0 >= :low AND rowid + 0 < :below --known
    ), rest AS MATERIALIZED (
        SELECT rowid FROM entry_token
        WHERE (SELECT count(*) FROM recent) + (SELECT count(*) FROM before) < :limit
        AND tokens @@ CAST(:rest AS tsquery) AND rowid + 0 >= :low AND rowid + 0 < LEAST(:below, :rest_below) --known
    )
    SELECT rowid FROM (TABLE recent UNION ALL TABLE before UNION ALL TABLE rest) AS found ORDER BY rowid DESC LIMIT :limit
"""
"""With `rowid + 0`, no row is found by the primary key: by that, the planner may read all rows and leave the index alone. A condition
of its own for the years takes less time than one with the words."""
_KNOWN = """
    AND EXISTS (SELECT 1 FROM entry WHERE id = (entry_token.rowid % :ids + :ids) % :ids AND first_seen <= :known_at)
    AND NOT EXISTS (SELECT 1 FROM entry_text WHERE entry_id = (entry_token.rowid % :ids + :ids) % :ids AND replaced_at > :known_at)
"""
"""The index has the newest texts alone."""


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
    earlier = earlier_feeds(conn, several)
    rows = [{"rowid": row_id(each.id, each.published), "tokens": entry_tokens(each, earlier.get(each.id, ()))} for each in several]
    inserting: Any = insert(entry_token)
    if conn.dialect.name == "postgresql":
        split = func.array_to_tsvector(func.string_to_array(bindparam("tokens"), " "))
        inserting = inserting.values(rowid=bindparam("rowid"), tokens=split)
    conn.execute(inserting, rows)


def remove(conn: Connection, several: Iterable[Entry]) -> None:
    """Take entries out of the index, before their dates change."""
    conn.execute(delete(entry_token).where(entry_token.c.rowid.in_([row_id(each.id, each.published) for each in several])))


def rows(conn: Connection, query: IndexQuery, limit: int) -> list[int]:
    """Return the newest rows that match. With a view of an earlier moment, those of entries that were edited later are left out."""
    bounds = {"low": -_END if query.low is None else query.low, "below": _END if query.below is None else query.below, "limit": limit}
    if conn.dialect.name != "sqlite":
        return _walk(conn, query, bounds)
    if query.low is not None:
        query = _within_years(conn, query)
    return list(_execute(conn, _FOUND, bounds, query=_FTS5.query(query)).scalars())


def _execute(conn: Connection, statement: str, bounds: Mapping[str, int], **more: int | str) -> CursorResult[Any]:
    """Execute a statement that is written out: SQLAlchemy takes more time to put these together than PostgreSQL to answer them."""
    moment = known_at(conn)
    if moment is None:
        return conn.execute(text(statement), {**bounds, **more})
    known = text(statement.replace("--known", _KNOWN)).bindparams(bindparam("known_at", moment, entry.c.first_seen.type))
    return conn.execute(known, {**bounds, **more, "ids": _IDS})


def _within_years(conn: Connection, query: IndexQuery) -> IndexQuery:
    """Let FTS5 find no rows of earlier years: it would read all of them to find that none is left."""
    newest = select(entry_token.c.rowid).order_by(entry_token.c.rowid.desc()).limit(1)
    last = conn.execute(newest).scalar() if query.below is None else query.below
    years = (row_moment(row).year for row in (query.low or 0, last or 0))
    return replace(query, filters=(*query.filters, years_term(*years)))


def _walk(conn: Connection, query: IndexQuery, bounds: Mapping[str, int]) -> list[int]:
    """Look through the newest rows; if too few of them match, ask the index for earlier ones."""
    walked: Sequence[Any] = _execute(conn, _NEWEST, bounds, query=_TSQUERY.query(query), walked=_WALKED, before_last=_WALKED - 1).all()
    found = sorted((row for row, matches in walked if matches), reverse=True)
    last = next((row for row, matches in walked if not matches), None)
    if last is None or len(found) == bounds["limit"]:
        return found
    return found + _earlier(conn, query, {**bounds, "below": last, "limit": bounds["limit"] - len(found)})


def _earlier(conn: Connection, query: IndexQuery, bounds: Mapping[str, int]) -> list[int]:
    """Ask the index: for rows of the last years, then for those of earlier years, for as long as too few are found."""
    year = row_moment(bounds["below"]).year
    oldest = 1 if query.low is None else row_moment(query.low).year
    recent, before = max(year - _RECENT + 1, 1), max(year - _RECENT - _BEFORE + 1, 1)
    rest = query if query.low is None else replace(query, filters=(*query.filters, _years(oldest, before - 1)))
    asked = {
        "query": query,
        "recent": IndexQuery(((_years(max(recent, oldest), year),),)),
        "before": IndexQuery(((_years(max(before, oldest), recent - 1),),)),
        "rest": rest,
    }
    terms = {name: _TSQUERY.query(each) for name, each in asked.items()}
    return list(_execute(conn, _EARLIER, bounds, rest_below=row_id(0, datetime(before, 1, 1, tzinfo=UTC)), **terms).scalars())


def _years(first: int, last: int) -> Term:
    return years_term(first, last) if first <= last else Term(())


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
