"""The last comparison of each feed with its other sources."""

from sqlalchemy import Connection, select

from jobs.models.feeds import Reconciliation
from jobs.store.database import insert
from jobs.store.schema import reconciliation


def save(conn: Connection, result: Reconciliation) -> None:
    """Replace the feed's last one."""
    counts = {"listed": result.listed, "posted": result.posted, "held": result.held}
    values = {"at": result.at, **counts, "missing": list(result.missing), "problem": result.problem}
    saving = insert(conn, reconciliation).values(feed=result.feed, **values)
    conn.execute(saving.on_conflict_do_update(index_elements=["feed"], set_=values))


def get(conn: Connection, feed: str) -> Reconciliation | None:
    return next((each for each in all_rows(conn) if each.feed == feed), None)


def all_rows(conn: Connection) -> list[Reconciliation]:
    query = select(reconciliation).order_by(reconciliation.c.feed)
    return [
        Reconciliation(row.feed, row.at, row.listed, tuple(row.missing), row.posted, row.held, row.problem) for row in conn.execute(query)
    ]
