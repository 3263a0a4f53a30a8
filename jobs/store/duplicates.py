"""Find the entries of other feeds that are the same document, or the same page of cbp.gov."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, false, or_, select

from jobs.models.entries import SAMPLE, Entry, document_of, has_text_of
from jobs.store.schema import entry, feed


def named_alike(conn: Connection, several: Iterable[Entry]) -> ColumnElement[bool]:
    """Return the condition of entries with a number or a name that one of these has, in any feed; their addresses may differ."""
    named = [each for each in several if each.document is not None]
    numbers = {each.number for each in named if each.number}
    names = {each.document[0] for each in named if each.document is not None and not each.number}
    slugs = conn.execute(select(feed.c.slug)).scalars().all() if names else ()
    keys = [f"{slug}:{name}" for name in names for slug in slugs]
    wanted = [column.in_(values) for column, values in ((entry.c.number, numbers), (entry.c.key, keys)) if values]
    return or_(*wanted) if wanted else false()


def earlier_feeds(conn: Connection, several: Collection[Entry]) -> dict[int, set[str]]:
    """Return the feeds in which the documents of these entries were stored before with the same text, by the entries' ids."""
    columns = (entry.c.id, entry.c.feed, entry.c.key, entry.c.number, entry.c.url, entry.c.title, entry.c.body)
    stored: dict[tuple[str, str] | None, list[Any]] = {}
    for row in conn.execute(select(*columns).where(entry.c.feed != SAMPLE, named_alike(conn, several))):
        stored.setdefault(document_of(row.key, row.number, row.url), []).append(row)
    return {
        each.id: {
            row.feed
            for row in stored.get(each.document, ())
            if row.id < each.id and row.feed != each.feed and has_text_of(row.title, row.body, each.title, each.body)
        }
        for each in several
        if each.document is not None
    }


def later(conn: Connection, one: Entry) -> list[int]:
    """Return the entries with the number or the name of this one that were stored after it."""
    return list(conn.execute(select(entry.c.id).where(entry.c.id > one.id, named_alike(conn, [one]))).scalars())
