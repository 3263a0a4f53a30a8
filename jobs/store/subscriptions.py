"""Subscriptions: which entries a channel asked for, and when."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, select, update

from jobs.due import due_at
from jobs.models import URGENT_LEADS, Cadence, Filters, Subscription
from jobs.store import posts
from jobs.store.channels import REF, ref_of
from jobs.store.schema import ALIVE, channel, delivery, entry, subscription
from jobs.store.upsert import insert


@dataclass(frozen=True, slots=True)
class Saved:
    """`outcome`: created, changed (the cadence of the one that was there) or same."""

    subscription: Subscription
    outcome: str


def canonical(filters: Filters) -> Filters:
    """The same wish as the same value: sorted, nothing twice."""
    return Filters(
        feeds=tuple(sorted(set(filters.feeds))),
        topics=tuple(sorted(set(filters.topics))),
        phrases=tuple(sorted(set(filters.phrases))),
        never=tuple(sorted(set(filters.never))),
        system=filters.system,
    )


def filters_digest(filters: Filters) -> str:
    """Names a wish: equal for equal filters."""
    return hashlib.sha256(json.dumps(asdict(canonical(filters)), sort_keys=True).encode()).hexdigest()


def load_filters(stored: dict[str, Any]) -> Filters:
    """Filters from their JSON."""
    lists = {name: tuple(stored[name]) for name in ("feeds", "topics", "phrases", "never")}
    return Filters(**lists, system=stored["system"])


def _dump_cadence(cadence: Cadence) -> dict[str, Any]:
    return {"kind": cadence.kind, "at": None if cadence.at is None else cadence.at.strftime("%H:%M"), "weekday": cadence.weekday}


def load_cadence(stored: dict[str, Any]) -> Cadence:
    """A cadence from its JSON."""
    at = stored["at"]
    return Cadence(stored["kind"], None if at is None else time.fromisoformat(at), stored["weekday"])


def _select() -> Select[Any]:
    return select(subscription, *REF).join(channel, channel.c.id == subscription.c.channel_id)


def _load(row: Row[Any]) -> Subscription:
    return Subscription(
        id=row.id,
        channel_id=row.channel_id,
        channel=ref_of(row),
        filters=load_filters(row.filters),
        cadence=load_cadence(row.cadence),
        zone=row.zone,
        digest_only=row.digest_only,
        created_by=row.created_by,
        created_at=row.created_at,
    )


def get(conn: Connection, subscription_id: int) -> Subscription | None:
    """The subscription, whether it lives or has ended."""
    row = conn.execute(_select().where(subscription.c.id == subscription_id)).one_or_none()
    return None if row is None else _load(row)


def by_ids(conn: Connection, ids: Iterable[int]) -> dict[int, Subscription]:
    """The subscriptions with these ids, whether they live or have ended."""
    return {row.id: _load(row) for row in conn.execute(_select().where(subscription.c.id.in_(list(ids))))}


def of_channel(conn: Connection, channel_id: int) -> list[Subscription]:
    """The channel's live subscriptions, oldest first."""
    alive = _select().where(subscription.c.channel_id == channel_id, subscription.c.ended_at.is_(None)).order_by(subscription.c.id)
    return [_load(row) for row in conn.execute(alive)]


def set_by(conn: Connection, person: str) -> list[Subscription]:
    """The live subscriptions of every channel in which this person set one of them, channel by channel. `person`: the key that
    stands in brackets at the end of `created_by`."""
    theirs = select(subscription.c.channel_id).where(
        subscription.c.ended_at.is_(None), subscription.c.created_by.endswith(f" ({person})", autoescape=True)
    )
    query = _select().where(subscription.c.ended_at.is_(None), subscription.c.channel_id.in_(theirs))
    return [_load(row) for row in conn.execute(query.order_by(subscription.c.channel_id, subscription.c.id))]


def save(
    conn: Connection, channel_id: int, filters: Filters, cadence: Cadence, zone: str, digest_only: bool, who: str, now: datetime
) -> Saved:
    """Subscribes a channel. The same filters again change that subscription's cadence, zone and `digest_only`,
    and what is still owed to it is due by the new ones. A new subscription is owed nothing that is already stored."""
    wanted = {"cadence": _dump_cadence(cadence), "zone": zone, "digest_only": digest_only}
    new = insert(conn, subscription).values(
        channel_id=channel_id,
        filters=asdict(canonical(filters)),
        filters_digest=filters_digest(filters),
        created_by=who,
        created_at=now,
        **wanted,
    )
    new = new.on_conflict_do_nothing(index_elements=["channel_id", "filters_digest"], index_where=ALIVE)
    created = conn.execute(new.returning(subscription.c.id)).scalar_one_or_none()
    if created is not None:
        return Saved(_known(conn, created), "created")
    row = conn.execute(
        select(subscription)
        .where(
            subscription.c.channel_id == channel_id,
            subscription.c.filters_digest == filters_digest(filters),
            subscription.c.ended_at.is_(None),
        )
        .with_for_update(key_share=True)
    ).one_or_none()
    if row is None:  # it ended in this very moment
        return save(conn, channel_id, filters, cadence, zone, digest_only, who, now)
    if {name: getattr(row, name) for name in wanted} == wanted:
        return Saved(_known(conn, row.id), "same")
    conn.execute(update(subscription).where(subscription.c.id == row.id).values(**wanted))
    changed = _known(conn, row.id)
    _retime(conn, changed, now)
    return Saved(changed, "changed")


def _known(conn: Connection, subscription_id: int) -> Subscription:
    return _load(conn.execute(_select().where(subscription.c.id == subscription_id)).one())


def _retime(conn: Connection, changed: Subscription, now: datetime) -> None:
    urgent = select(entry.c.id).where(entry.c.lead.in_(URGENT_LEADS))
    owed = (delivery.c.channel_id == changed.channel_id, delivery.c.subscription_id == changed.id, delivery.c.post_id.is_(None))
    for those, lead in ((delivery.c.entry_id.in_(urgent), "guidance"), (delivery.c.entry_id.not_in(urgent), "")):
        moment = due_at(changed.cadence, changed.zone, changed.digest_only, lead, now)
        conn.execute(update(delivery).where(*owed, those).values(due_at=moment))


def end(conn: Connection, channel_id: int, subscription_id: int, now: datetime) -> Subscription | None:
    """Unsubscribes: the subscription as it was, or None when the channel has no such live one. Nothing is owed to it any more."""
    ending = (
        update(subscription)
        .where(subscription.c.id == subscription_id, subscription.c.channel_id == channel_id, subscription.c.ended_at.is_(None))
        .values(ended_at=now)
        .returning(subscription.c.id)
    )
    if conn.execute(ending).scalar_one_or_none() is None:
        return None
    owed = (delivery.c.channel_id == channel_id, delivery.c.subscription_id == subscription_id, delivery.c.post_id.is_(None))
    conn.execute(delete(delivery).where(*owed))
    posts.withdraw(conn, channel_id, now)
    return get(conn, subscription_id)
