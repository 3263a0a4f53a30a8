"""Bodies of entries that somebody asked for, to be fetched once, and the failures of that."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, delete, select, update

from jobs.models.entries import BodyFetch
from jobs.store.database import insert, load
from jobs.store.schema import body_fetch

MAX_FAILURES = 3  #: In a row; then nobody tries again until somebody asks after the wait.


def ask(conn: Connection, entry_id: int, now: datetime) -> None:
    """Ask for a body, unless somebody did, or it failed lately."""
    over = and_(body_fetch.c.failures >= MAX_FAILURES, body_fetch.c.free_at <= now)
    asked = insert(conn, body_fetch).values(entry_id=entry_id, free_at=now, failures=0)
    conn.execute(asked.on_conflict_do_update(index_elements=["entry_id"], set_={"free_at": now, "failures": 0}, where=over))


def get(conn: Connection, entry_id: int, now: datetime) -> BodyFetch | None:
    """Return what was asked for, or None if it is to be asked for (again)."""
    row = conn.execute(select(body_fetch).where(body_fetch.c.entry_id == entry_id)).one_or_none()
    found = None if row is None else load(BodyFetch, row)
    return None if found is None or (found.failures >= MAX_FAILURES and found.free_at <= now) else found


def claim_next(conn: Connection, now: datetime, lease: timedelta) -> BodyFetch | None:
    """Return what was asked for first and is due, and keep other processes from it for a while."""
    due = select(body_fetch).where(body_fetch.c.free_at <= now, body_fetch.c.failures < MAX_FAILURES)
    row = conn.execute(due.order_by(body_fetch.c.free_at).limit(1).with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return None
    conn.execute(update(body_fetch).where(body_fetch.c.entry_id == row.entry_id).values(free_at=now + lease))
    return load(BodyFetch, row)


def is_any_due(conn: Connection, now: datetime) -> bool:
    due = select(body_fetch.c.entry_id).where(body_fetch.c.free_at <= now, body_fetch.c.failures < MAX_FAILURES)
    return conn.execute(due.limit(1)).one_or_none() is not None


def fail(conn: Connection, entry_id: int, failures: int, error: str, free_at: datetime) -> None:
    values = {"failures": failures, "error": error, "free_at": free_at}
    conn.execute(update(body_fetch).where(body_fetch.c.entry_id == entry_id).values(**values))


def remove(conn: Connection, entry_id: int) -> None:
    conn.execute(delete(body_fetch).where(body_fetch.c.entry_id == entry_id))
