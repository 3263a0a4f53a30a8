"""The pause of all posting: a row while it lasts."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, select

from jobs.models.channels import PostingPause
from jobs.store.database import insert, load
from jobs.store.schema import posting_pause

_ONLY = 1
"""The id of the only row."""


def find(conn: Connection) -> PostingPause | None:
    row = conn.execute(select(posting_pause)).one_or_none()
    return None if row is None else load(PostingPause, row)


def lasts() -> ColumnElement[bool]:
    """Return the condition that all posting is paused, for the statements that claim channels and begin to send."""
    return exists().where(posting_pause.c.id == _ONLY)


def add(conn: Connection, who: str, now: datetime) -> bool:
    """Return False, having changed nothing, if all posting is paused already."""
    new = insert(conn, posting_pause).values(id=_ONLY, since=now, who=who).on_conflict_do_nothing()
    return conn.execute(new.returning(posting_pause.c.id)).scalar_one_or_none() is not None


def end(conn: Connection) -> bool:
    """Return False if posting was not paused."""
    return conn.execute(delete(posting_pause)).rowcount == 1
