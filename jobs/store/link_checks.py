"""The last check of each address in the content."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select

from jobs.models.content import LinkCheck
from jobs.states import LinkState
from jobs.store.schema import link_check


def replace_all(conn: Connection, checks: Iterable[LinkCheck], now: datetime) -> None:
    conn.execute(delete(link_check))
    rows = [{"url": each.url, "state": each.state, "detail": each.detail, "at": now} for each in checks]
    if rows:
        conn.execute(insert(link_check), rows)


def last_at(conn: Connection) -> datetime | None:
    found: datetime | None = conn.execute(select(func.max(link_check.c.at))).scalar_one()
    return found


def in_states(conn: Connection, states: Iterable[LinkState]) -> list[LinkCheck]:
    query = select(link_check).where(link_check.c.state.in_(list(states))).order_by(link_check.c.url)
    return [LinkCheck(row.url, LinkState(row.state), row.detail) for row in conn.execute(query)]
