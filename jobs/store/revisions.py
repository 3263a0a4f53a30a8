"""All content ever published. The newest is in force."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, exists, func, insert, select, text

from jobs.models.content import Revision, RevisionLine
from jobs.store.schema import revision


def lock(conn: Connection) -> None:
    """Lock out other publishers until the transaction ends; SQLite does so anyway."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("LOCK TABLE revision IN SHARE ROW EXCLUSIVE MODE"))


def newest_id(conn: Connection) -> int | None:
    found: int | None = conn.execute(select(func.max(revision.c.id))).scalar_one()
    return found


def newest(conn: Connection) -> Revision | None:
    return _revision(conn.execute(select(revision).order_by(revision.c.id.desc()).limit(1)).one_or_none())


def by_id(conn: Connection, number: int) -> Revision | None:
    return _revision(conn.execute(select(revision).where(revision.c.id == number)).one_or_none())


def before(conn: Connection, number: int) -> Revision | None:
    """Return the newest revision older than this one. Numbers may have gaps."""
    return _revision(conn.execute(select(revision).where(revision.c.id < number).order_by(revision.c.id.desc()).limit(1)).one_or_none())


def at(conn: Connection, moment: datetime) -> Revision | None:
    """Return the revision that was in force at a moment, or None before the first."""
    return _revision(conn.execute(select(revision).where(revision.c.at <= moment).order_by(revision.c.id.desc()).limit(1)).one_or_none())


def oldest(conn: Connection) -> datetime | None:
    """Return when the first revision was published."""
    first: datetime | None = conn.execute(select(revision.c.at).order_by(revision.c.id).limit(1)).scalar_one_or_none()
    return first


def _revision(row: Row[Any] | None) -> Revision | None:
    return None if row is None else Revision(row.id, row.digest, row.files, row.who, row.at, tuple(row.changes))


def history(conn: Connection, limit: int, older_than: int | None = None) -> list[RevisionLine]:
    """Return revisions without their files, newest first."""
    wanted = select(revision.c.id, revision.c.who, revision.c.at, revision.c.changes).order_by(revision.c.id.desc()).limit(limit)
    rows = conn.execute(wanted if older_than is None else wanted.where(revision.c.id < older_than))
    return [RevisionLine(row.id, row.who, row.at, tuple(row.changes)) for row in rows]


def texts_of(conn: Connection, name: str) -> set[str]:
    """Return every text that a file of this name had in any revision."""
    return {files[name] for files in conn.execute(select(revision.c.files)).scalars() if name in files}


def was_published(conn: Connection, digest: str) -> bool:
    return bool(conn.execute(select(exists().where(revision.c.digest == digest))).scalar_one())


def add(conn: Connection, digest: str, files: Mapping[str, str], who: str, now: datetime, changes: Sequence[str]) -> int:
    new = insert(revision).values(digest=digest, files=dict(files), who=who, at=now, changes=list(changes))
    return int(conn.execute(new.returning(revision.c.id)).scalar_one())
