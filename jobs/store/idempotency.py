"""Keys of seen events and commands, so that a repetition changes nothing."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, exists, select

from jobs.store.database import insert
from jobs.store.schema import seen

KEPT = timedelta(days=2)  #: At least: longer than any platform repeats an event.


def is_first_time(conn: Connection, key: str, now: datetime, within: timedelta) -> bool:
    """Return False if the key was recorded less than `within` (at most KEPT) ago."""
    new = insert(conn, seen).values(key=key, at=now)
    again = new.on_conflict_do_update(index_elements=["key"], set_={"at": now}, where=seen.c.at <= now - within)
    return conn.execute(again.returning(seen.c.key)).scalar_one_or_none() is not None


def is_recorded(conn: Connection, key: str, now: datetime, within: timedelta) -> bool:
    """Return whether the key was recorded less than `within` ago, without recording it."""
    return bool(conn.execute(select(exists().where(seen.c.key == key, seen.c.at > now - within))).scalar_one())


def forget(conn: Connection, keys: Iterable[str]) -> None:
    """For events or commands that failed."""
    conn.execute(delete(seen).where(seen.c.key.in_(list(keys))))


def forget_others(conn: Connection, prefix: str, kept: str) -> None:
    conn.execute(delete(seen).where(seen.c.key.startswith(prefix, autoescape=True), seen.c.key != kept))
