"""Entries that older code or other topic rules read, to be read and classified again."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, or_, select, update

from jobs.models.entries import Classified, Entry
from jobs.store import entries, tokens
from jobs.store.schema import entry, entry_topic


def with_other_rules(conn: Connection, rules: str, newer: str, limit: int) -> list[Entry]:
    """Return entries that other topic rules classified, or older code, newest first. The rules of newer code begin with `newer`."""
    # SQLite would not use the index in the order of ids
    return entries.load_all(conn, select(entry).where(_by_others(rules, newer)).order_by(-entry.c.id).limit(limit))


def are_by_other_rules(conn: Connection, rules: str, newer: str) -> bool:
    """Return whether there are any such entries, without sorting them all."""
    return conn.execute(select(entry.c.id).where(_by_others(rules, newer)).limit(1)).first() is not None


def _by_others(rules: str, newer: str) -> ColumnElement[bool]:
    # "<>" would not use the index
    return or_(entry.c.rules < rules, and_(entry.c.rules > rules, entry.c.rules < newer))


def not_read(conn: Connection, version: int, limit: int) -> list[Entry]:
    """Return entries that older code read, or none, newest first."""
    return entries.load_all(conn, select(entry).where(entry.c.reading < version).order_by(-entry.c.id).limit(limit))


def lock_unchanged(conn: Connection, read: Sequence[Entry]) -> list[Entry]:
    """Lock these entries, except those that were edited since they were read, or are being edited, and return them."""
    unchanged: Select[Any] = select(entry.c.id, entry.c.title, entry.c.body).where(entry.c.id.in_([each.id for each in read]))
    locked = {row.id: row for row in conn.execute(unchanged.with_for_update(key_share=True, skip_locked=True))}
    return [each for each in read if each.id in locked and (each.title, each.body) == (locked[each.id].title, locked[each.id].body)]


def store_classified(conn: Connection, read: Sequence[Entry], classified: Mapping[int, Classified]) -> None:
    """Store new topics, kinds and rules of entries, but of none that was edited meanwhile, or is being edited, and index them again."""
    several = lock_unchanged(conn, read)
    new = {each.id: classified[each.id] for each in several}
    for entry_id, result in new.items():
        values = {"kind": result.kind, "routine": result.routine, "rules": result.rules}
        conn.execute(update(entry).where(entry.c.id == entry_id).values(values))
    other = {each.id for each in several if {(hit.topic, hit.because) for hit in each.topics} != _hits(new[each.id])}
    conn.execute(delete(entry_topic).where(entry_topic.c.entry_id.in_(other)))
    entries.add_topics(conn, {entry_id: new[entry_id] for entry_id in other})
    # the index keeps the words of a deleted body
    tokens.store(conn, [each for each in entries.by_ids(conn, new).values() if not each.lacks_deleted_body])


def _hits(classified: Classified) -> set[tuple[str, str]]:
    return {(hit.topic, hit.because) for hit in classified.topics}
