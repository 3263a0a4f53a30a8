from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select

from jobs.models import ChannelRef, Entry, Waiting
from jobs.states import UNFINISHED, PostKind, PostState
from jobs.store import entries
from jobs.store.channels import REF_COLUMNS, ref_of
from jobs.store.schema import channel, delivery, post, subscription


@dataclass(frozen=True, slots=True)
class Reason:
    """`posted_at` is None until it is sent."""

    entry: Entry
    subscription_id: int
    because: str
    posted_at: datetime | None


def digest_reasons(conn: Connection, channel_id: int, subscription_id: int, period: datetime) -> list[Reason]:
    return _reasons(conn, channel_id, and_(post.c.subscription_id == subscription_id, post.c.period == period))


def digest_posts(conn: Connection, channel_id: int, subscription_id: int, period: datetime) -> list[dict[str, Any]]:
    """Return its contents, part by part."""
    query = select(post.c.content).where(
        post.c.channel_id == channel_id, post.c.subscription_id == subscription_id, post.c.period == period, post.c.content.is_not(None)
    )
    return list(conn.execute(query.order_by(post.c.part)).scalars())


def entry_reasons(conn: Connection, channel_id: int, entry_id: int) -> list[Reason]:
    """One for each subscription of the channel, oldest first."""
    return _reasons(conn, channel_id, delivery.c.entry_id == entry_id)


def _reasons(conn: Connection, channel_id: int, condition: ColumnElement[bool]) -> list[Reason]:
    query = (
        select(delivery.c.entry_id, delivery.c.subscription_id, delivery.c.because, post.c.settled_at, post.c.state)
        .outerjoin(post, post.c.id == delivery.c.post_id)
        .where(delivery.c.channel_id == channel_id, condition)
        .order_by(delivery.c.id)
    )
    rows = conn.execute(query).all()
    found = entries.by_ids(conn, {row.entry_id for row in rows})
    return [
        Reason(found[row.entry_id], row.subscription_id, row.because, row.settled_at if row.state == PostState.SENT else None)
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Held:
    id: str
    channel: ChannelRef
    kind: PostKind
    sent_at: datetime  #: The last attempt.
    since: datetime
    why: str
    entries: tuple[Entry, ...]


def held(conn: Connection, channel_id: int | None = None) -> list[Held]:
    """Oldest first; a channel has one at most."""
    here = () if channel_id is None else (post.c.channel_id == channel_id,)
    query = (
        select(post, *REF_COLUMNS)
        .join(channel, channel.c.id == post.c.channel_id)
        .where(post.c.state == PostState.SENDING, post.c.held_at.is_not(None), *here)
        .order_by(post.c.held_at, post.c.id)
    )
    rows = conn.execute(query).all()
    known = entries.known(conn, {key for row in rows for key in row.content.get("subjects", ())})
    shown = {row.id: tuple(known[key] for key in row.content.get("subjects", ()) if key in known) for row in rows}
    return [Held(row.id, ref_of(row), PostKind(row.kind), row.sending_at, row.held_at, row.error or "", shown[row.id]) for row in rows]


def waiting(conn: Connection) -> Waiting:
    """The queries go channel by channel, as the indexes do."""
    ended = select(subscription.c.id).where(subscription.c.ended_at.is_not(None))
    unmade = (
        select(func.count(), func.min(delivery.c.due_at))
        .select_from(channel)
        .join(delivery, and_(delivery.c.channel_id == channel.c.id, delivery.c.post_id.is_(None)))
        .where(delivery.c.subscription_id.not_in(ended))
    )
    unsent = (
        select(func.count(), func.min(delivery.c.due_at))
        .select_from(channel)
        .join(post, and_(post.c.channel_id == channel.c.id, post.c.state.in_(UNFINISHED)))
        .join(delivery, and_(delivery.c.channel_id == channel.c.id, delivery.c.post_id == post.c.id))
    )
    counts, oldest = zip(*(conn.execute(query).one() for query in (unmade, unsent)), strict=True)
    sending = and_(post.c.channel_id == channel.c.id, post.c.state == PostState.SENDING)
    unknown = conn.execute(select(func.count()).select_from(channel).join(post, sending)).scalar_one()
    return Waiting(sum(counts), min((each for each in oldest if each is not None), default=None), unknown)


def waiting_in(conn: Connection, channel_id: int) -> Waiting:
    """Count what live subscriptions are owed and no post carries; each entry once, mentions not."""
    here = delivery.alias()
    carried = exists().where(here.c.channel_id == channel_id, here.c.entry_id == delivery.c.entry_id, here.c.post_id.is_not(None))
    query = (
        select(func.count(delivery.c.entry_id.distinct()), func.min(delivery.c.due_at))
        .join(subscription, subscription.c.id == delivery.c.subscription_id)
        .where(delivery.c.channel_id == channel_id, delivery.c.post_id.is_(None), subscription.c.ended_at.is_(None), ~carried)
    )
    count, oldest = conn.execute(query).one()
    return Waiting(count, oldest, 0)


def due_entries(conn: Connection, channel_id: int, now: datetime) -> int:
    """Count the entries that a channel is to get now, each once."""
    unsent = or_(delivery.c.post_id.is_(None), post.c.state.in_(UNFINISHED))
    query = (
        select(func.count(delivery.c.entry_id.distinct()))
        .join(subscription, subscription.c.id == delivery.c.subscription_id)
        .outerjoin(post, post.c.id == delivery.c.post_id)
        .where(delivery.c.channel_id == channel_id, delivery.c.due_at <= now, subscription.c.ended_at.is_(None), unsent)
    )
    return int(conn.execute(query).scalar_one())


def waiting_by_subscription(conn: Connection, channel_id: int) -> dict[int, int]:
    """Count entries, due or not."""
    unsent = or_(delivery.c.post_id.is_(None), post.c.state.in_(UNFINISHED))
    query = (
        select(delivery.c.subscription_id, func.count())
        .outerjoin(post, post.c.id == delivery.c.post_id)
        .where(delivery.c.channel_id == channel_id, unsent)
        .group_by(delivery.c.subscription_id)
    )
    return {row[0]: row[1] for row in conn.execute(query)}


def paused_channels(conn: Connection) -> list[tuple[ChannelRef, str]]:
    return _channels(conn, channel.c.paused.is_not(None))


def live_subscriptions(conn: Connection) -> int:
    return int(conn.execute(select(func.count()).where(subscription.c.ended_at.is_(None))).scalar_one())


def subscribed_channels(conn: Connection) -> list[tuple[ChannelRef, str | None]]:
    """Each with the reason if it is paused."""
    return _channels(conn, channel.c.id.in_(select(subscription.c.channel_id).where(subscription.c.ended_at.is_(None))))


def _channels(conn: Connection, condition: ColumnElement[bool]) -> list[tuple[ChannelRef, Any]]:
    rows = conn.execute(select(channel).where(condition).order_by(channel.c.id))
    return [(ref_of(row), row.paused) for row in rows]
