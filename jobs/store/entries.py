"""Entries: publishing new ones, reading what is stored, changing one that was edited."""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, delete, exists, or_, select, update

from jobs.models import Entry, NewEntry, TopicHit
from jobs.store import deliveries
from jobs.store.schema import entry, entry_topic
from jobs.store.upsert import insert

KEY_LENGTH = 512
NUMBER_LENGTH = 32
SAMPLE = "sample"
"""The feed of the playground's samples: no look-up shows them unless it is asked to."""


def clean(text: str) -> str:
    """Without what PostgreSQL or UTF-8 can't hold: NUL and lone surrogates, which a JSON feed may well contain."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def stored_key(key: str) -> str:
    """The key as it is stored: one that is too long for the column ends in its own digest."""
    key = clean(key)
    return key if len(key) <= KEY_LENGTH else key[: KEY_LENGTH - 65] + "#" + hashlib.sha256(key.encode()).hexdigest()


def _loaded(conn: Connection, rows: Sequence[Row[Any]]) -> list[Entry]:
    topics: dict[int, list[TopicHit]] = {row.id: [] for row in rows}
    if topics:
        of_these = select(entry_topic).where(entry_topic.c.entry_id.in_(topics)).order_by(entry_topic.c.topic)
        for hit in conn.execute(of_these):
            topics[hit.entry_id].append(TopicHit(hit.topic, hit.because))
    return [
        Entry(
            id=row.id,
            key=row.key,
            feed=row.feed,
            number=row.number,
            title=row.title,
            url=row.url,
            published=row.published,
            first_seen=row.first_seen,
            body=row.body,
            kind=row.kind,
            lead=row.lead,
            routine=row.routine,
            topics=tuple(topics[row.id]),
        )
        for row in rows
    ]


def _all(conn: Connection, query: Select[Any]) -> list[Entry]:
    return _loaded(conn, conn.execute(query).all())


def by_ids(conn: Connection, ids: Iterable[int]) -> dict[int, Entry]:
    """The entries with these ids of ours."""
    return {found.id: found for found in _all(conn, select(entry).where(entry.c.id.in_(list(ids))))}


def by_key(conn: Connection, key: str) -> Entry | None:
    """The entry with this key ("csms:67395160")."""
    return next(iter(_all(conn, select(entry).where(entry.c.key == stored_key(key)))), None)


def known(conn: Connection, keys: Iterable[str]) -> dict[str, Entry]:
    """Those of the keys that are stored, each with its entry."""
    wanted = {stored_key(key): key for key in keys}
    return {wanted[found.key]: found for found in _all(conn, select(entry).where(entry.c.key.in_(list(wanted))))}


def by_number(conn: Connection, number: str) -> Entry | None:
    """The message with this number. A sample only when there is no real one."""
    return min(all_by_number(conn, number), key=lambda each: each.sample, default=None)


def all_by_number(conn: Connection, number: str) -> list[Entry]:
    """The messages with this number, the oldest first: a real one, and the samples that are called like it."""
    return _all(conn, select(entry).where(entry.c.number == number).order_by(entry.c.id))


NEWEST = (entry.c.published.desc(), entry.c.id.desc())


def latest(conn: Connection, feeds: Sequence[str], topic: str | None = None, limit: int = 10) -> list[Entry]:
    """The newest entries of these feeds, newest first; with `topic`, those about it."""
    query = select(entry).where(entry.c.feed.in_(feeds))
    if topic is not None:
        query = query.where(exists().where(entry_topic.c.entry_id == entry.c.id, entry_topic.c.topic == topic))
    return _all(conn, query.order_by(*NEWEST).limit(limit))


def recent(conn: Connection, feeds: Sequence[str], limit: int = 100) -> list[Entry]:
    """The newest entries of these feeds, for "7 of the last 100 would have matched"."""
    return latest(conn, feeds, None, limit)


def search(conn: Connection, words: str, limit: int = 10, *, samples: bool = False) -> list[Entry]:
    """Entries with all the words (parts of words count), in the title first, then in number or body; newest first."""
    parts = clean(words)[:200].split()
    if not parts:
        return []

    def each_in(*columns: ColumnElement[Any]) -> ColumnElement[bool]:
        return and_(*(or_(*(column.icontains(part, autoescape=True) for column in columns)) for part in parts))

    query = select(entry) if samples else select(entry).where(entry.c.feed != SAMPLE)
    found = _all(conn, query.where(each_in(entry.c.title)).order_by(*NEWEST).limit(limit))
    if len(found) < limit:
        beyond = and_(each_in(entry.c.title, entry.c.number, entry.c.body), entry.c.id.not_in([each.id for each in found]))
        found += _all(conn, query.where(beyond).order_by(*NEWEST).limit(limit - len(found)))
    return found


def row_of(new: NewEntry, now: datetime, *, backlog: bool) -> dict[str, Any]:
    """The columns of a new entry. A date in the future is clamped to now, a missing one is now."""
    parsed, classified = new.parsed, new.classified
    return {
        "key": stored_key(parsed.key),
        "feed": parsed.feed,
        "number": clean(parsed.number)[:NUMBER_LENGTH],
        "title": clean(parsed.title),
        "url": clean(parsed.url),
        "published": min(parsed.published or now, now),
        "first_seen": now,
        "body": None if parsed.body is None else clean(parsed.body),
        "kind": classified.kind,
        "lead": classified.lead,
        "routine": classified.routine,
        "backlog": backlog,
    }


def store_topics(conn: Connection, hits: Sequence[tuple[int, NewEntry]]) -> None:
    """Writes what entries, given by id, are about."""
    rows = {
        (entry_id, hit.topic): {"entry_id": entry_id, "topic": hit.topic, "because": clean(hit.because)}
        for entry_id, new in hits
        for hit in new.classified.topics
    }
    if rows:
        conn.execute(insert(conn, entry_topic).on_conflict_do_nothing(), list(rows.values()))


def publish(conn: Connection, feed: str, new: Sequence[NewEntry], now: datetime, *, backlog: bool) -> list[Entry]:
    """Stores what is new of a feed, with its topics, and a delivery for every live subscription that matches; paused
    channels are owed too. All in the caller's transaction. Keys that are stored already are passed over, also when
    another process stores them at the same moment. `backlog`: of the feed's first poll; stored, owed to nobody.

    Answers the entries that are new, oldest first. Raises ValueError for an entry that another feed owns: it would
    slip past that feed's own first poll.
    """
    by_stored_key = {stored_key(each.parsed.key): each for each in reversed(new)}
    for each in new:
        if each.parsed.feed != feed:
            raise ValueError(f"{each.parsed.key} belongs to the feed {each.parsed.feed}, it can't be published by {feed}")
    if not by_stored_key:
        return []
    # in the order of their keys, so that two publishers of the same entries never wait for each other in a circle
    rows = [row_of(by_stored_key[key], now, backlog=backlog) for key in sorted(by_stored_key)]
    storing = insert(conn, entry).on_conflict_do_nothing(index_elements=["key"]).returning(entry.c.id, entry.c.key)
    ids = {row.key: row.id for row in conn.execute(storing, rows)}
    store_topics(conn, [(ids[key], by_stored_key[key]) for key in ids])
    stored = sorted(by_ids(conn, ids.values()).values(), key=lambda each: (each.published, each.id))
    if not backlog:
        deliveries.owe(conn, stored, now)
    return stored


def edit(conn: Connection, key: str, new: NewEntry, now: datetime) -> Entry | None:
    """Updates a stored entry with what its feed says now, and what it is about. An edit posts nothing, with one
    exception: when the body was missing so far (a fallback has none), the subscriptions that match only now are owed
    the entry, so that it isn't lost to them. A body is never replaced by none. None: nothing is stored under the key."""
    row = conn.execute(select(entry).where(entry.c.key == stored_key(key)).with_for_update(key_share=True)).one_or_none()
    if row is None:
        return None
    fresh = row_of(new, now, backlog=row.backlog)
    values = {name: fresh[name] for name in ("title", "url", "kind", "lead", "routine")}
    values["body"] = row.body if fresh["body"] is None else fresh["body"]
    conn.execute(update(entry).where(entry.c.id == row.id).values(edited_at=now, **values))
    conn.execute(delete(entry_topic).where(entry_topic.c.entry_id == row.id))
    store_topics(conn, [(row.id, new)])
    edited = by_ids(conn, [row.id])[row.id]
    if row.body is None and edited.body is not None and not row.backlog:
        deliveries.owe(conn, [edited], now, late=True)
    return edited
