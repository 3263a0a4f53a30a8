"""The pause of all posting: a row while it lasts.

On PostgreSQL, a transaction that commits to send a post holds LOCK together with others like it, and the one that pauses holds it alone:
no intent is committed after the pause. Writers of SQLite queue anyway.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, func, select

from jobs.models.channels import PostingPause
from jobs.store.database import insert, load
from jobs.store.schema import posting_pause

LOCK = 0x7061757365  #: PostgreSQL advisory lock ("pause" in ASCII).

_ONLY = 1
"""The id of the only row."""


def find(conn: Connection) -> PostingPause | None:
    row = conn.execute(select(posting_pause)).one_or_none()
    return None if row is None else load(PostingPause, row)


def lasts() -> ColumnElement[bool]:
    """Return the condition that all posting is paused, for the statements that claim channels and begin to send."""
    return exists().where(posting_pause.c.id == _ONLY)


def lock(conn: Connection) -> None:
    """Wait for those who commit to send a post, and keep others from it until the transaction ends."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(LOCK)))


def shared_lock(conn: Connection) -> list[ColumnElement[object]]:
    """Return columns that keep others from pausing all posting until the transaction ends, to add to its first statement.

    A later statement asks whether posting is paused: one that waits for a lock does not see what was committed meanwhile.
    """
    return [func.pg_advisory_xact_lock_shared(LOCK)] if conn.dialect.name == "postgresql" else []


def add(conn: Connection, who: str, now: datetime) -> bool:
    """Return False, having changed nothing, if all posting is paused already."""
    new = insert(conn, posting_pause).values(id=_ONLY, since=now, who=who).on_conflict_do_nothing()
    return conn.execute(new.returning(posting_pause.c.id)).scalar_one_or_none() is not None


def end(conn: Connection) -> bool:
    """Return False if posting was not paused."""
    return conn.execute(delete(posting_pause)).rowcount == 1
