import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, exists, func, literal, null, or_, select, update

from jobs.models.entries import SAMPLE, Classified, Entry, EntryText, Extent, Link, NewEntry, Outline, TopicHit
from jobs.states import EntryKind, Lead
from jobs.store import duplicates, tokens
from jobs.store.database import insert, load
from jobs.store.schema import EARLIER, entry, entry_alias, entry_text, entry_topic

MAX_KEY = 512
MAX_NUMBER = 32
MAX_ROUTINE = 1000  #: About three years of CSMS messages.
MAX_DATES = 5_000  #: More than all CSMS messages of six years.
MAX_ALIASES = 8  #: Of an entry, besides flags of shared names: some feeds rename their entries all the time.

ADDING_LOCK = 0x656E747279  #: PostgreSQL advisory lock of whoever inserts entries.

_NEWEST_FIRST = (entry.c.published.desc(), entry.c.id.desc())

_BY_IDS = select(entry).where(entry.c.id.in_(bindparam("ids", expanding=True)))
"""Made once, as the others of several modules: to make a statement takes longer than to run it."""

_TOPICS = select(entry_topic).where(entry_topic.c.entry_id.in_(bindparam("ids", expanding=True))).order_by(entry_topic.c.topic)


def stored_key(key: str) -> str:
    """A key that is too long ends in its digest."""
    return key if len(key) <= MAX_KEY else key[: MAX_KEY - 65] + "#" + hashlib.sha256(key.encode()).hexdigest()


def load_all(conn: Connection, query: Select[Any], parameters: Mapping[str, Any] | None = None) -> list[Entry]:
    """Return the entries of rows of their table, with their topics."""
    rows = conn.execute(query, parameters).all()
    topics: dict[int, list[TopicHit]] = {row.id: [] for row in rows}
    if topics:
        for hit in conn.execute(_TOPICS, {"ids": list(topics)}):
            topics[hit.entry_id].append(TopicHit(hit.topic, hit.because))
    return [
        load(
            Entry,
            row,
            kind=EntryKind(row.kind),
            lead=Lead(row.lead),
            topics=tuple(topics[row.id]),
            held=row.held_at is not None,
            links=load_links(row.links),
            body_deleted=row.body_deleted_at is not None,
            outcomes_deleted=row.outcomes_deleted_at is not None,
        )
        for row in rows
    ]


def load_links(stored: Iterable[Mapping[str, str]] | None) -> tuple[Link, ...]:
    return tuple(Link(**each) for each in stored or ())


def by_ids(conn: Connection, ids: Iterable[int]) -> dict[int, Entry]:
    wanted = list(ids)
    return {found.id: found for found in load_all(conn, _BY_IDS, {"ids": wanted})} if wanted else {}


def texts(conn: Connection, ids: Iterable[int], *, bodies: bool = True) -> dict[int, EntryText]:
    """Return only the texts of entries, which takes a third of the time, or only their titles."""
    body = entry.c.body if bodies else null().label("body")
    query: Select[Any] = select(entry.c.id, entry.c.number, entry.c.title, body).where(entry.c.id.in_(list(ids)))
    return {row.id: EntryText(row.number, row.title, row.body) for row in conn.execute(query)}


def by_key(conn: Connection, key: str) -> Entry | None:
    return next(iter(load_all(conn, select(entry).where(entry.c.key == stored_key(key)))), None)


def known(conn: Connection, keys: Iterable[str]) -> dict[str, Entry]:
    """Return entries by those of the keys that are theirs, also as an alias."""
    wanted = {stored_key(key): key for key in keys}
    aliases = select(entry_alias.c.key, entry_alias.c.entry_id).where(entry_alias.c.key.in_(list(wanted)))
    other = {wanted[row.key]: row.entry_id for row in conn.execute(aliases)}
    found = load_all(conn, select(entry).where(or_(entry.c.key.in_(list(wanted)), entry.c.id.in_(set(other.values())))))
    by_id = {each.id: each for each in found}
    own = {wanted[each.key]: each for each in found if each.key in wanted}
    return {name: by_id[entry_id] for name, entry_id in other.items()} | own


def outlines(conn: Connection, feeds: Sequence[str]) -> list[Outline]:
    columns = (entry.c.key, entry.c.feed, entry.c.title, entry.c.url, entry.c.published, entry.c.first_seen)
    query: Select[Any] = select(*columns).where(entry.c.feed.in_(feeds)).order_by(entry.c.id)
    return [load(Outline, row) for row in conn.execute(query)]


def add_aliases(conn: Connection, aliases: Mapping[str, str], now: datetime) -> None:
    """Store names of entries, given with their keys. The oldest of too many give way."""
    keys = select(entry.c.key, entry.c.id).where(entry.c.key.in_([stored_key(key) for key in aliases.values()]))
    ids = {row.key: row.id for row in conn.execute(keys)}
    rows = [
        {"key": stored_key(alias), "entry_id": ids[stored_key(key)], "created_at": now}
        for alias, key in sorted(aliases.items())
        if stored_key(key) in ids
    ]
    if not rows:
        return
    conn.execute(insert(conn, entry_alias).on_conflict_do_nothing(), rows)
    ours = entry_alias.c.entry_id.in_({row["entry_id"] for row in rows})
    newest_first = func.row_number().over(partition_by=entry_alias.c.entry_id, order_by=entry_alias.c.created_at.desc())
    ranked = select(entry_alias.c.key, newest_first.label("rank")).where(ours, ~entry_alias.c.key.endswith("#")).subquery()
    conn.execute(delete(entry_alias).where(entry_alias.c.key.in_(select(ranked.c.key).where(ranked.c.rank > MAX_ALIASES))))


def by_number(conn: Connection, number: str) -> Entry | None:
    """Prefer a real entry to a sample."""
    return min(all_by_number(conn, number), key=lambda each: each.sample, default=None)


def all_by_number(conn: Connection, number: str) -> list[Entry]:
    """Return real entries and samples, oldest first."""
    return load_all(conn, select(entry).where(entry.c.number == number).order_by(entry.c.id))


def by_numbers(conn: Connection, feed: str, numbers: Collection[str]) -> dict[str, Entry]:
    """Return a feed's entries by number; of several, the one that was stored last."""
    # no condition on the feed, here and below: SQLite would go through all of its entries
    query = select(entry).where(entry.c.number.in_(list(numbers))).order_by(entry.c.id)
    return {each.number: each for each in load_all(conn, query) if each.feed == feed} if numbers else {}


def of_kinds(conn: Connection, feeds: Sequence[str], kinds: Collection[EntryKind], since: datetime) -> list[Entry]:
    """Return the entries of these kinds, oldest first, without their bodies, also backlog, but not what is held."""
    columns = [null().label("body") if column is entry.c.body else column for column in entry.c]
    query: Select[Any] = select(*columns).where(entry.c.feed.in_(feeds), entry.c.published >= since, entry.c.kind.in_(kinds))
    return load_all(conn, query.where(entry.c.held_at.is_(None)).order_by(entry.c.published, entry.c.id))


def latest(  # seven parameters: whose, about what, from when, and which of them
    conn: Connection,
    feeds: Sequence[str],
    topic: str | None = None,
    limit: int = 10,
    *,
    after: int | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Entry]:
    """Return the newest entries, of all topics or one; `after`: those that follow the entry with this id."""
    query = select(entry).where(entry.c.feed.in_(feeds))
    if after is not None:
        published = select(entry.c.published).where(entry.c.id == after).scalar_subquery()
        query = query.where(or_(entry.c.published < published, and_(entry.c.published == published, entry.c.id < after)))
    if since is not None:
        query = query.where(entry.c.published >= since)
    if until is not None:
        query = query.where(entry.c.published < until)
    if topic is not None:
        query = query.where(exists().where(entry_topic.c.entry_id == entry.c.id, entry_topic.c.topic == topic))
    return load_all(conn, query.order_by(*_NEWEST_FIRST).limit(limit))


def routine_between(conn: Connection, since: datetime, until: datetime) -> list[Entry]:
    """Return the routine entries first seen from `since` to before `until`, newest first, at most MAX_ROUTINE.

    A feed's backlog, and what is held, was owed to nobody, so it was not left out either.
    """
    first_seen = entry.c.first_seen
    query = select(entry).where(first_seen >= since, first_seen < until, entry.c.routine, ~entry.c.backlog, entry.c.held_at.is_(None))
    return load_all(conn, query.order_by(*_NEWEST_FIRST).limit(MAX_ROUTINE))


def extents(conn: Connection, *, samples: bool = False) -> dict[str, Extent]:
    """Return how many entries of each feed are stored, and the date of the oldest."""
    query = select(entry.c.feed, func.count().label("total"), func.min(entry.c.published).label("oldest")).group_by(entry.c.feed)
    found = {row.feed: Extent(row.total, row.oldest) for row in conn.execute(query)}
    return found if samples else {feed: extent for feed, extent in found.items() if feed != SAMPLE}


def count(conn: Connection, most: int) -> int:
    """Return how many entries are stored, or `most` if there are more."""
    return int(conn.execute(select(func.count()).select_from(select(entry.c.id).limit(most).subquery())).scalar_one())


def oldest(conn: Connection, feed: str) -> datetime | None:
    """Return the date of a feed's oldest entry."""
    found = select(entry.c.published).where(entry.c.feed == feed).order_by(entry.c.published).limit(1)
    date: datetime | None = conn.execute(found).scalar_one_or_none()
    return date


def sent_since(conn: Connection, feed: str, since: datetime) -> list[datetime]:
    """Return the dates of a feed's entries published later than that, oldest first, of the first MAX_DATES."""
    query = select(entry.c.published).where(entry.c.feed == feed, entry.c.published > since)
    return list(conn.execute(query.order_by(entry.c.published).limit(MAX_DATES)).scalars())


def has_bare_titles(conn: Connection, feed: str, since: datetime) -> bool:
    """Return whether only the title is stored of some of a feed's entries published from then on, because CBP's archive has no texts."""
    query = select(entry.c.id).where(entry.c.feed == feed, entry.c.published >= since, entry.c.archived, entry.c.body.is_(None))
    return conn.execute(query.limit(1)).first() is not None


def headlines(conn: Connection, feeds: Sequence[str], since: datetime, limit: int) -> list[Entry]:
    """Return the newest entries without their bodies."""
    columns = [null().label("body") if column is entry.c.body else column for column in entry.c]
    query: Select[Any] = select(*columns).where(entry.c.feed.in_(feeds), entry.c.published >= since)
    return load_all(conn, query.order_by(*_NEWEST_FIRST).limit(limit))


def _row(new: NewEntry) -> dict[str, Any]:
    parsed, classified = new.parsed, new.classified
    text: dict[str, Any] = {"title": parsed.title, "url": parsed.url, "body": parsed.body, "archived": parsed.archived, "cut": parsed.cut}
    text["links"] = [asdict(each) for each in parsed.links]
    return {**text, "kind": classified.kind, "lead": classified.lead, "routine": classified.routine, "rules": classified.rules}


def add(conn: Connection, new: Iterable[NewEntry], now: datetime, *, backlog: bool, held: bool = False) -> list[Entry]:
    """Insert entries, skipping stored keys; return the inserted, oldest first. A missing or future date becomes `now`.

    The order of `new` decides between entries of one date: ids are in the order of posting.
    """
    by_stored_key: dict[str, NewEntry] = {}
    for each in new:
        by_stored_key.setdefault(stored_key(each.parsed.key), each)
    if not by_stored_key:
        return []

    def date(item: tuple[str, NewEntry]) -> tuple[datetime, datetime]:
        published = item[1].parsed.published or now
        return min(published, now), published

    if conn.dialect.name == "postgresql":  # two publishers of the same keys in different orders would deadlock
        conn.execute(select(func.pg_advisory_xact_lock(ADDING_LOCK)))
    rows = [
        {
            "key": key,
            "feed": each.parsed.feed,
            "number": each.parsed.number[:MAX_NUMBER],
            "published": min(each.parsed.published or now, now),
            "first_seen": now,
            "backlog": backlog,
            "held_at": now if held else None,
            **_row(each),
        }
        for key, each in sorted(by_stored_key.items(), key=date)
    ]
    storing = insert(conn, entry).on_conflict_do_nothing(index_elements=["key"]).returning(entry.c.id, entry.c.key)
    ids = {row.key: row.id for row in conn.execute(storing, rows)}
    add_topics(conn, {ids[key]: by_stored_key[key].classified for key in ids})
    added = sorted(by_ids(conn, ids.values()).values(), key=lambda each: (each.published, each.id))
    tokens.store(conn, added)
    return added


def release_held(conn: Connection, feed: str, *, backlog: bool) -> list[Entry]:
    """End a feed's hold, oldest entry first. Whoever comes second gets none."""
    ending = update(entry).where(entry.c.feed == feed, entry.c.held_at.is_not(None)).values(held_at=None, backlog=backlog)
    ids = conn.execute(ending.returning(entry.c.id)).scalars().all()
    return sorted(by_ids(conn, ids).values(), key=lambda each: (each.published, each.id))


def lock_by_key(conn: Connection, key: str) -> Row[Any] | None:
    columns = (entry.c.id, entry.c.body, entry.c.backlog, entry.c.held_at, entry.c.archived, entry.c.published, entry.c.links)
    deleted = (entry.c.body_deleted_at, entry.c.outcomes_deleted_at)
    query: Select[Any] = select(*columns, *deleted).where(entry.c.key == stored_key(key))
    return conn.execute(query.with_for_update(key_share=True)).one_or_none()


def replace(conn: Connection, entry_id: int, new: NewEntry, now: datetime, published: datetime) -> Entry:
    before = by_ids(conn, [entry_id])[entry_id]
    text = _row(new)
    fetched_again = before.lacks_deleted_body and before.title == text["title"]
    if (before.title, before.body) != (text["title"], text["body"]) and not fetched_again:
        text["edited_at"] = now
        _keep_text(conn, before, now)
    tokens.remove(conn, [before])
    conn.execute(update(entry).where(entry.c.id == entry_id).values(published=published, **text))
    conn.execute(delete(entry_topic).where(entry_topic.c.entry_id == entry_id))
    add_topics(conn, {entry_id: new.classified})
    replaced = by_ids(conn, [entry_id])[entry_id]
    texts = [(each.url, each.title, each.body) for each in (before, replaced)]
    alike = duplicates.later(conn, replaced) if texts[0] != texts[1] else ()  # which were duplicates, or are now
    tokens.store(conn, [replaced, *(each for each in by_ids(conn, alike).values() if not each.lacks_deleted_body)])
    return replaced


def _keep_text(conn: Connection, before: Entry, now: datetime) -> None:
    """Keep the text that an edit replaces, with what was read in it. A text that was missing until now replaces none."""
    if before.body is None:
        return
    replaced_at = literal(now, entry.c.edited_at.type)
    kept = (entry.c.title, entry.c.body, entry.c.gist, entry.c.links, entry.c.edited_at, entry.c.kind, entry.c.lead, entry.c.routine)
    row = select(entry.c.id, replaced_at, *kept).where(entry.c.id == before.id)
    names = ["entry_id", "replaced_at", *(each.name for each in kept)]
    new = insert(conn, entry_text).from_select(names, row).on_conflict_do_nothing().returning(entry_text.c.entry_id)
    if conn.execute(new).first() is None:
        return  # it replaced another one in the same moment
    for table, earlier in EARLIER.items():
        said = select(*table.c, replaced_at).where(table.c.entry_id == before.id)
        conn.execute(insert(conn, earlier).from_select([*table.c.keys(), "replaced_at"], said))


def titles(conn: Connection, feed: str, numbers: Collection[str]) -> dict[str, str]:
    """Return the titles of a feed's entries by number."""
    query: Select[Any] = select(entry.c.number, entry.c.title, entry.c.feed).where(entry.c.number.in_(numbers))
    return {row.number: row.title for row in conn.execute(query.order_by(entry.c.id)) if row.feed == feed}


def page(conn: Connection, below: int | None, limit: int) -> list[Entry]:
    """Return the entries with the highest ids below this one, but no samples."""
    query = select(entry).where(entry.c.feed != SAMPLE)
    if below is not None:
        query = query.where(entry.c.id < below)
    return load_all(conn, query.order_by(entry.c.id.desc()).limit(limit))


def add_topics(conn: Connection, classified: Mapping[int, Classified]) -> None:
    rows = {
        (entry_id, hit.topic): {"entry_id": entry_id, "topic": hit.topic, "because": hit.because}
        for entry_id, each in classified.items()
        for hit in each.topics
    }
    if rows:
        conn.execute(insert(conn, entry_topic).on_conflict_do_nothing(), list(rows.values()))
