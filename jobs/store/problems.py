"""Problems that people reported."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from jobs.models.content import Problem
from jobs.store.database import load
from jobs.store.schema import problem


def add(conn: Connection, found: Problem) -> int:
    """Return its id."""
    row = {"at": found.at, "subject": found.subject, "words": found.words, "reported_by": found.reported_by}
    return int(conn.execute(insert(problem).values(**row).returning(problem.c.id)).scalar_one())


def newest(conn: Connection, limit: int) -> Sequence[Problem]:
    """Return the newest that nobody has ticked off."""
    query = select(problem).where(problem.c.done_at.is_(None)).order_by(problem.c.at.desc(), problem.c.id.desc()).limit(limit)
    return [load(Problem, row) for row in conn.execute(query)]


def get(conn: Connection, problem_id: int) -> Problem | None:
    row = conn.execute(select(problem).where(problem.c.id == problem_id)).one_or_none()
    return None if row is None else load(Problem, row)


def tick_off(conn: Connection, problem_id: int, by: str, now: datetime) -> bool:
    """Return False, having changed nothing, if there is no such problem or somebody ticked it off."""
    is_open = (problem.c.id == problem_id, problem.c.done_at.is_(None))
    return conn.execute(update(problem).where(*is_open).values(done_at=now, done_by=by)).rowcount == 1


def count_done(conn: Connection) -> int:
    return int(conn.execute(select(func.count()).where(problem.c.done_at.is_not(None))).scalar_one())


def forget_before(conn: Connection, moment: datetime) -> None:
    conn.execute(delete(problem).where(problem.c.at < moment))
