"""All content ever published. The newest is in force."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, exists, func, insert, select, text

from jobs.models import Revision
from jobs.store.schema import revision


def lock(conn: Connection) -> None:
    """Lock out other publishers until the transaction ends; SQLite does so anyway."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("LOCK TABLE revision IN SHARE ROW EXCLUSIVE MODE"))


def newest_id(conn: Connection) -> int | None:
    found: int | None = conn.execute(select(func.max(revision.c.id))).scalar_one()
    return found


def newest(conn: Connection) -> Revision | None:
    row = conn.execute(select(revision).order_by(revision.c.id.desc()).limit(1)).one_or_none()
    return None if row is None else Revision(row.id, row.digest, row.files, row.who, row.at, tuple(row.changes))


def was_published(conn: Connection, digest: str) -> bool:
    return bool(conn.execute(select(exists().where(revision.c.digest == digest))).scalar_one())


def add(conn: Connection, digest: str, files: Mapping[str, str], who: str, now: datetime, changes: Sequence[str]) -> int:
    new = insert(revision).values(digest=digest, files=dict(files), who=who, at=now, changes=list(changes))
    return int(conn.execute(new.returning(revision.c.id)).scalar_one())
