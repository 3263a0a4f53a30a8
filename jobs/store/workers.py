"""Heartbeats: a row for each process that polls and posts, until it stops."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from jobs.models.workers import Worker
from jobs.store.database import insert, load
from jobs.store.schema import worker

KEPT = timedelta(days=1)  #: How long a process that died is remembered.


def beat(conn: Connection, name: str, now: datetime, *, delivered: bool, process: str = "") -> None:
    """Record that a process lives and, if it is so, that it posted or looked for what is due since its last beat."""
    new = insert(conn, worker).values(name=name, started_at=now, beat_at=now, delivered_at=now, process=process)
    again = {"beat_at": now} | ({"delivered_at": now} if delivered else {})
    conn.execute(new.on_conflict_do_update(index_elements=["name"], set_=again))


def leave(conn: Connection, name: str) -> bool:
    """Return False if the process has no row."""
    return conn.execute(delete(worker).where(worker.c.name == name)).rowcount == 1


def forget_dead(conn: Connection, now: datetime) -> None:
    conn.execute(delete(worker).where(worker.c.beat_at < now - KEPT))


def forget_all(conn: Connection) -> None:
    """Forget the processes that worked with another copy of the database; one that lives is back with its next beat."""
    conn.execute(delete(worker))


def all_rows(conn: Connection) -> list[Worker]:
    """Return the processes, the one that lived last first."""
    return [load(Worker, row) for row in conn.execute(select(worker).order_by(worker.c.beat_at.desc(), worker.c.name))]
