"""Problems that people reported."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from jobs.models.content import Problem
from jobs.store.database import load
from jobs.store.schema import problem


def add(conn: Connection, found: Problem) -> None:
    row = {"at": found.at, "subject": found.subject, "words": found.words, "reported_by": found.reported_by}
    conn.execute(insert(problem).values(**row))


def newest(conn: Connection, limit: int) -> Sequence[Problem]:
    return [load(Problem, row) for row in conn.execute(select(problem).order_by(problem.c.at.desc(), problem.c.id.desc()).limit(limit))]


def forget_before(conn: Connection, moment: datetime) -> None:
    conn.execute(delete(problem).where(problem.c.at < moment))
