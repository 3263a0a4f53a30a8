"""What was seen already, so that it changes nothing a second time: events by their id, and repeated commands."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete

from jobs.store.schema import seen
from jobs.store.upsert import insert

KEPT = timedelta(days=2)
"""Longer than any platform goes on repeating an event."""


def first_time(conn: Connection, key: str, now: datetime, within: timedelta) -> bool:
    """True, and remembered, unless the key was seen less than `within` ago. `within` is at most KEPT."""
    new = insert(conn, seen).values(key=key, at=now)
    again = new.on_conflict_do_update(index_elements=["key"], set_={"at": now}, where=seen.c.at <= now - within)
    return conn.execute(again.returning(seen.c.key)).scalar_one_or_none() is not None


def forget(conn: Connection, keys: Iterable[str]) -> None:
    """Forgets these, because what they stand for came to nothing."""
    conn.execute(delete(seen).where(seen.c.key.in_(list(keys))))


def forget_others(conn: Connection, beginning: str, kept: str) -> None:
    """Forgets the keys that begin so, except one: something happened since."""
    conn.execute(delete(seen).where(seen.c.key.startswith(beginning, autoescape=True), seen.c.key != kept))


def forget_old(conn: Connection, now: datetime) -> int:
    """Forgets what is older than KEPT; answers how much."""
    return conn.execute(delete(seen).where(seen.c.at < now - KEPT)).rowcount
