"""Who is owed an entry: one delivery for every live subscription that it matches."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, func, select

from jobs.due import due_at
from jobs.matching import matches
from jobs.models import Entry
from jobs.store.schema import channel, delivery, subscription
from jobs.store.subscriptions import load_cadence, load_filters
from jobs.store.upsert import insert

PUBLISHING = 0x7472616465
"""The name of a lock of PostgreSQL's: held by everybody who publishes, side by side, and by whoever must be alone."""


def alone(conn: Connection) -> None:
    """Until the transaction ends nobody owes anybody anything new. SQLite has one writer anyhow."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(PUBLISHING)))


def _beside_others(conn: Connection) -> None:
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock_shared(PUBLISHING)))


def owe(conn: Connection, entries: Sequence[Entry], now: datetime, *, late: bool = False) -> int:
    """Writes the deliveries of entries; answers how many. A subscription that has its delivery already isn't owed another. `late`:
    the entries were stored before, and what is younger than they are isn't owed them. Equal wishes are matched once, however many
    channels have them."""
    if entries:
        _beside_others(conn)
    alive = (
        select(subscription, channel.c.platform)
        .join(channel, channel.c.id == subscription.c.channel_id)
        .where(subscription.c.ended_at.is_(None))
        .order_by(subscription.c.id)
    )
    rows = conn.execute(alive).all() if entries else []
    wishes = {(row.filters_digest, row.platform): load_filters(row.filters) for row in rows}
    deliveries = []
    for entry in entries:
        why = {wish: matches(filters, wish[1], entry) for wish, filters in wishes.items()}

        @cache
        def due(kind: str, at: str | None, weekday: int | None, zone: str, digest_only: bool, lead: str = entry.lead) -> datetime:
            return due_at(load_cadence({"kind": kind, "at": at, "weekday": weekday}), zone, digest_only, lead, now)

        for row in rows:
            because = why[row.filters_digest, row.platform]
            if because is not None and not (late and row.created_at > entry.first_seen):
                deliveries.append(
                    {
                        "entry_id": entry.id,
                        "subscription_id": row.id,
                        "channel_id": row.channel_id,
                        "due_at": due(**row.cadence, zone=row.zone, digest_only=row.digest_only),
                        "created_at": now,
                        "because": because,
                        "mention": False,
                    }
                )
    if deliveries:
        conn.execute(insert(conn, delivery).on_conflict_do_nothing(index_elements=["entry_id", "subscription_id"]), deliveries)
    return len(deliveries)
