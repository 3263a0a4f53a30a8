"""Making a channel's next post out of what is due there."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, delete, func, insert, select, update

from jobs.due import at_once
from jobs.models import Bundle, ChannelRef, Listed, Subscription
from jobs.next_post import Carried, Make, Mention, Owed, plan
from jobs.store import entries, subscriptions
from jobs.store.schema import delivery, entry, post, subscription

Compose = Callable[[Bundle], list[dict[str, Any]]]
"""How a post looks, as the JSON of a Reply; several when it is over a message's limits. For handlers to say."""


def make(conn: Connection, channel_id: int, ref: ChannelRef, now: datetime, compose: Compose) -> bool:
    """Settles what needs no post, and makes the next one, pending; False when nothing is due. The caller holds the channel.
    What `compose` raises goes through, and then nothing has changed."""
    _forget_ended(conn, channel_id, now)
    while True:
        due = _owed(conn, channel_id, now)
        step = plan(due, _carried(conn, channel_id, {each.entry for each in due}))
        match step:
            case None:
                return False
            case Mention(by):
                _settle_elsewhere(conn, by)
            case Make():
                _make(conn, channel_id, ref, now, compose, step)
                return True


def _forget_ended(conn: Connection, channel_id: int, now: datetime) -> None:
    """An entry that was published in the moment in which somebody unsubscribed."""
    ended = select(subscription.c.id).where(subscription.c.ended_at.is_not(None))
    due = (delivery.c.channel_id == channel_id, delivery.c.post_id.is_(None), delivery.c.due_at <= now)
    conn.execute(delete(delivery).where(*due, delivery.c.subscription_id.in_(ended)))


def _owed(conn: Connection, channel_id: int, now: datetime) -> list[Owed]:
    due = (
        select(delivery, entry.c.lead)
        .join(entry, entry.c.id == delivery.c.entry_id)
        .where(delivery.c.channel_id == channel_id, delivery.c.post_id.is_(None), delivery.c.due_at <= now)
        .order_by(delivery.c.due_at, entry.c.published, entry.c.id, delivery.c.id)
        .with_for_update(of=delivery, key_share=True)
    )
    rows = conn.execute(due).all()
    wanted_by = subscriptions.by_ids(conn, {row.subscription_id for row in rows})
    return [Owed(row.id, row.entry_id, row.lead, wanted_by[row.subscription_id], row.due_at, row.because) for row in rows]


def _carried(conn: Connection, channel_id: int, ids: Collection[int]) -> dict[int, Carried]:
    query = (
        select(
            delivery.c.entry_id, post.c.id, func.coalesce(post.c.settled_at, post.c.created_at, type_=post.c.created_at.type).label("at")
        )
        .join(post, post.c.id == delivery.c.post_id)
        .where(delivery.c.channel_id == channel_id, delivery.c.entry_id.in_(ids), ~delivery.c.mention, post.c.state != "dead")
        .order_by(post.c.created_at.desc())
    )
    return {row.entry_id: Carried(row.id, row.at) for row in (conn.execute(query) if ids else ())}


def _settle_elsewhere(conn: Connection, by: Mapping[int, str]) -> None:
    for delivery_id, post_id in by.items():
        conn.execute(update(delivery).where(delivery.c.id == delivery_id).values(post_id=post_id, mention=True))


def _make(conn: Connection, channel_id: int, ref: ChannelRef, now: datetime, compose: Compose, step: Make) -> None:
    known = entries.by_ids(conn, [part.entry for part in step.parts])
    items = [Listed(known[part.entry], part.because, part.posted_at) for part in step.parts]
    period, since = step.period, None
    if step.subscription is not None and period is not None:
        period, since, recap_from = _place(conn, step.subscription, period, now)
        if step.kind == "digest":
            items += _recap(conn, step.subscription, recap_from)
    bundle = Bundle(step.kind, ref, step.subscription, tuple(items), period, now, since)
    contents = compose(bundle)
    if not contents:
        raise ValueError(f"compose made no post of {', '.join(item.entry.key for item in items)}")
    rows = [
        {
            "id": str(uuid4()),
            "channel_id": channel_id,
            "kind": step.kind,
            "subscription_id": None if step.subscription is None else step.subscription.id,
            "period": period,
            "part": number,
            "state": "pending",
            "created_at": now,
            "attempts": 0,
            "content": content,
        }
        for number, content in enumerate(contents, 1)
    ]
    conn.execute(insert(post), rows)
    for deliveries, mention in ((step.carries, False), (step.mentions, True)):
        if deliveries:
            conn.execute(update(delivery).where(delivery.c.id.in_(deliveries)).values(post_id=rows[0]["id"], mention=mention))
    _settle_elsewhere(conn, step.elsewhere)


def _place(conn: Connection, of: Subscription, period: datetime, now: datetime) -> tuple[datetime, datetime | None, datetime | None]:
    """A digest's own period; the period of the one before, and when that was made: after that moment begins what this one tells."""
    of_it = select(post.c.period, post.c.created_at).where(post.c.subscription_id == of.id)
    latest = conn.execute(of_it.order_by(post.c.period.desc()).limit(1)).one_or_none()
    if latest is not None and latest.period >= period:
        # an entry that was stored in the very second in which its digest was made: it comes in a digest of its own
        period = max(now, latest.period + timedelta(microseconds=1))
    before = conn.execute(of_it.where(post.c.state != "dead").order_by(post.c.period.desc()).limit(1)).one_or_none()
    return (period, None, None) if before is None else (period, before.period, before.created_at)


def _recap(conn: Connection, of: Subscription, after: datetime | None) -> list[Listed]:
    """What the subscription got at once since its digest before, oldest first."""
    query = (
        select(delivery.c.entry_id, delivery.c.because, entry.c.lead, post.c.settled_at)
        .join(post, post.c.id == delivery.c.post_id)
        .join(entry, entry.c.id == delivery.c.entry_id)
        .where(delivery.c.channel_id == of.channel_id, delivery.c.subscription_id == of.id)
        .where(post.c.channel_id == of.channel_id, post.c.state == "sent", post.c.subscription_id.is_(None))
        .order_by(post.c.settled_at, delivery.c.id)
    )
    if after is not None:
        query = query.where(post.c.settled_at > after)
    got = [row for row in conn.execute(query) if at_once(of.cadence, of.digest_only, row.lead)]
    known = entries.by_ids(conn, [row.entry_id for row in got])
    return [Listed(known[row.entry_id], row.because, row.settled_at) for row in got]
