"""What people ask of the pipeline: why is this here, how much waits, where has posting stopped. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from jobs.models import ChannelRef, Entry
from jobs.store import entries
from jobs.store.channels import ref_of
from jobs.store.schema import channel, delivery, post, subscription


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a subscription was owed an entry; `posted_at` is None while no post with it was sent."""

    entry: Entry
    subscription_id: int
    because: str
    posted_at: datetime | None


def of_digest(conn: Connection, channel_id: int, subscription_id: int, period: datetime) -> list[Reason]:
    """Why each entry is in this digest of the channel, all its parts together."""
    return _reasons(conn, channel_id, and_(post.c.subscription_id == subscription_id, post.c.period == period))


def digest_posts(conn: Connection, channel_id: int, subscription_id: int, period: datetime) -> list[dict[str, Any]]:
    """What stands in this digest of the channel, part for part, as it was composed."""
    query = select(post.c.content).where(
        post.c.channel_id == channel_id, post.c.subscription_id == subscription_id, post.c.period == period, post.c.content.is_not(None)
    )
    return list(conn.execute(query.order_by(post.c.part)).scalars())


def of_entry(conn: Connection, channel_id: int, entry_id: int) -> list[Reason]:
    """Why this channel was owed the entry: one reason for each of its subscriptions that asked for it, the oldest first."""
    return _reasons(conn, channel_id, delivery.c.entry_id == entry_id)


def _reasons(conn: Connection, channel_id: int, which: ColumnElement[bool]) -> list[Reason]:
    query = (
        select(delivery.c.entry_id, delivery.c.subscription_id, delivery.c.because, post.c.settled_at, post.c.state)
        .outerjoin(post, post.c.id == delivery.c.post_id)
        .where(delivery.c.channel_id == channel_id, which)
        .order_by(delivery.c.id)
    )
    rows = conn.execute(query).all()
    found = entries.by_ids(conn, {row.entry_id for row in rows})
    return [Reason(found[row.entry_id], row.subscription_id, row.because, row.settled_at if row.state == "sent" else None) for row in rows]


@dataclass(frozen=True, slots=True)
class Held:
    """A post of which only an admin can say whether it arrived."""

    id: str
    channel: ChannelRef
    kind: str
    sent_at: datetime
    """The last attempt."""
    since: datetime
    why: str
    entries: tuple[Entry, ...]


def held(conn: Connection, channel_id: int | None = None) -> list[Held]:
    """The posts that wait for an admin's word, the oldest first: one a channel at most, and nothing is posted behind it. `channel_id`: of
    this channel alone."""
    here = () if channel_id is None else (post.c.channel_id == channel_id,)
    query = (
        select(post, channel.c.platform, channel.c.workspace, channel.c.ref, channel.c.name, channel.c.extra)
        .join(channel, channel.c.id == post.c.channel_id)
        .where(post.c.state == "sending", post.c.held_at.is_not(None), *here)
        .order_by(post.c.held_at, post.c.id)
    )
    rows = conn.execute(query).all()
    known = entries.known(conn, {key for row in rows for key in row.content.get("subjects", ())})
    return [Held(row.id, ref_of(row), row.kind, row.sending_at, row.held_at, row.error or "", _shown(row.content, known)) for row in rows]


def _shown(content: dict[str, Any], known: Mapping[str, Entry]) -> tuple[Entry, ...]:
    return tuple(known[key] for key in content.get("subjects", ()) if key in known)


def waiting(conn: Connection, channel_id: int) -> dict[int, int]:
    """For each subscription of the channel that is owed something: how many entries wait, whether due or still to come."""
    unsent = or_(delivery.c.post_id.is_(None), post.c.state.in_(("pending", "sending")))
    query = (
        select(delivery.c.subscription_id, func.count())
        .outerjoin(post, post.c.id == delivery.c.post_id)
        .where(delivery.c.channel_id == channel_id, unsent)
        .group_by(delivery.c.subscription_id)
    )
    return {row[0]: row[1] for row in conn.execute(query)}


def paused(conn: Connection) -> list[tuple[ChannelRef, str]]:
    """The channels where nothing is posted, each with the reason."""
    rows: Any = conn.execute(select(channel).where(channel.c.paused.is_not(None)).order_by(channel.c.id))
    return [(ref_of(row), row.paused) for row in rows]


def live_subscriptions(conn: Connection) -> int:
    """How many subscriptions there are, over all channels."""
    return int(conn.execute(select(func.count()).where(subscription.c.ended_at.is_(None))).scalar_one())


def subscribed(conn: Connection) -> list[tuple[ChannelRef, str | None]]:
    """The channels with a live subscription, each with the reason when nothing is posted there."""
    alive = select(subscription.c.channel_id).where(subscription.c.ended_at.is_(None))
    rows: Any = conn.execute(select(channel).where(channel.c.id.in_(alive)).order_by(channel.c.id))
    return [(ref_of(row), row.paused) for row in rows]
