from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Row, String, and_, cast, exists, func, literal, or_, select, union_all

from jobs.models.channels import ChannelRef
from jobs.models.entries import Entry
from jobs.models.posts import Waiting
from jobs.states import UNFINISHED, PostKind, PostState
from jobs.store import entries, outbox
from jobs.store.channels import ref_of
from jobs.store.schema import HELD_POST, UNSUBSCRIBED, WITH_CONTENT, channel, delivery, post, subscription

_WITHOUT_ENTRIES = (PostKind.MARK, PostKind.ANSWER, PostKind.REMINDER, PostKind.MOVED, PostKind.NOTICE)

_ANSWERS = (PostKind.SAID, PostKind.UNFURL, PostKind.SHOWN)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an entry is owed to a subscription, and what became of it."""

    entry: Entry
    subscription_id: int
    because: str
    due_at: datetime
    state: PostState | None  #: Of the post, or None while there is none.
    settled_at: datetime | None
    error: str
    held: bool  #: The post may have arrived, and an admin decides; if it is dead, an admin dropped it.
    dismissed_at: datetime | None  #: Of a dead post: when an admin dropped it, or when nobody wanted it anymore.
    unwanted: bool  #: Only ended subscriptions wanted the dead post.
    mention: bool  #: The post is another one, which carries the entry, or a digest that says that it was posted before.
    kind: PostKind | None  #: Of the post.
    receipt: str = ""  #: Of the post, if it was sent.

    @property
    def posted_at(self) -> datetime | None:
        return self.settled_at if self.state == PostState.SENT else None


def digest_reasons(conn: Connection, channel_id: int, subscription_id: int | None, period: datetime) -> list[Reason]:
    """Return the reasons for what a subscription's digest settled or, without a subscription, a catch-up."""
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
        select(delivery, post.c.state, post.c.kind, post.c.settled_at, post.c.error, post.c.held_at, post.c.dismissed_at, post.c.receipt)
        .outerjoin(post, post.c.id == delivery.c.post_id)
        .where(delivery.c.channel_id == channel_id, condition)
        .order_by(delivery.c.created_at, delivery.c.entry_id, delivery.c.subscription_id)
    )
    rows = conn.execute(query).all()
    found = entries.by_ids(conn, {row.entry_id for row in rows})
    return [
        Reason(
            found[row.entry_id],
            row.subscription_id,
            row.because,
            row.due_at,
            None if row.state is None else PostState(row.state),
            row.settled_at,
            row.error or "",
            row.held_at is not None,
            row.dismissed_at,
            row.error == UNSUBSCRIBED,
            row.mention,
            None if row.kind is None else PostKind(row.kind),
            row.receipt or "",
        )
        for row in rows
    ]


def waiting(conn: Connection) -> Waiting:
    """Count unsent entries, due or not, and posts without entries, the channel with the longest due first; held posts do not count."""
    found = _waiting(channel.c.id).subquery()
    counts = outbox.count_by_channel(conn, func.count(found.c.key.distinct()), func.min(found.c.due_at), found)
    sending = select(func.count()).where(post.c.channel_id == channel.c.id, post.c.state == PostState.SENDING).scalar_subquery()
    unknown = conn.execute(select(func.sum(sending)).select_from(channel)).scalar_one() or 0
    total = sum(each.count for each in counts)
    return Waiting(total, min((each.oldest for each in counts), default=None), int(unknown), tuple(counts))


def waiting_entries(conn: Connection, channel_id: int, limit: int) -> list[Entry]:
    """Return the channel's waiting entries that have been due the longest."""
    found = _waiting(literal(channel_id)).subquery()
    first = select(found.c.entry_id).where(found.c.entry_id.is_not(None)).group_by(found.c.entry_id)
    ids = conn.execute(first.order_by(func.min(found.c.due_at), found.c.entry_id).limit(limit)).scalars().all()
    known = entries.by_ids(conn, ids)
    return [known[each] for each in ids]


def _waiting(channel_id: ColumnElement[int]) -> CompoundSelect[Any]:
    ended = select(subscription.c.id).where(subscription.c.ended_at.is_not(None))
    unsent = (post.c.channel_id == channel_id, post.c.state.in_(UNFINISHED), ~HELD_POST)
    owed = select(delivery.c.entry_id, cast(delivery.c.entry_id, String).label("key"), delivery.c.due_at).correlate(channel)
    owed = owed.where(delivery.c.channel_id == channel_id)
    made = select(post.c.id).where(*unsent).correlate(channel)
    undelivered = or_(post.c.kind.in_(_WITHOUT_ENTRIES), post.c.cause_id.is_not(None))
    others = select(post.c.cause_id, post.c.id, post.c.created_at).where(*unsent, undelivered).correlate(channel)
    return union_all(
        owed.where(delivery.c.post_id.is_(None), delivery.c.subscription_id.not_in(ended)),
        owed.where(delivery.c.post_id.in_(made), ~delivery.c.mention),
        others,
    )


def unfinished_posts(conn: Connection) -> list[tuple[str, str, int]]:
    """Count the posts that are not settled, by platform and state."""
    found: list[tuple[str, str, int]] = []
    for state in UNFINISHED:
        # channel by channel, for the index: only few of all posts are unfinished
        here = select(func.count()).where(post.c.channel_id == channel.c.id, post.c.state == state).scalar_subquery()
        counts = conn.execute(select(channel.c.platform, func.sum(here)).group_by(channel.c.platform).order_by(channel.c.platform))
        found += [(platform, state.value, int(count)) for platform, count in counts]
    return found


def begun_posts(conn: Connection, since: datetime) -> int:
    """Count the posts whose intent to send was committed, or renewed, since then, and that have no outcome yet; held posts do not count."""
    begun = select(func.count()).where(post.c.channel_id == channel.c.id, post.c.state == PostState.SENDING, ~HELD_POST)
    begun = begun.where(post.c.sending_at >= since)
    return int(conn.execute(select(func.sum(begun.scalar_subquery())).select_from(channel)).scalar_one() or 0)


def settled_posts(conn: Connection, after: datetime) -> list[tuple[str, str, int]]:
    """Count the posts that were settled after a moment and still have their content, by platform and state; answers do not count."""
    count = select(channel.c.platform, post.c.state, func.count()).join(channel, channel.c.id == post.c.channel_id)
    count = count.where(post.c.settled_at > after, WITH_CONTENT, post.c.kind.not_in(_ANSWERS))
    grouped = count.group_by(channel.c.platform, post.c.state).order_by(channel.c.platform, post.c.state)
    return [(row[0], row[1], row[2]) for row in conn.execute(grouped)]


def last_error(conn: Connection, channel_id: int) -> str:
    """Return why the channel's next post cannot be made, or why its oldest unsent post did not arrive at its last attempt, or ""."""
    uncomposed = conn.execute(select(channel.c.compose_error).where(channel.c.id == channel_id)).scalar_one_or_none()
    if uncomposed:
        return f"the post cannot be made: {uncomposed}"
    query = select(post.c.error).where(post.c.channel_id == channel_id, post.c.state.in_(UNFINISHED), post.c.error.is_not(None))
    return conn.execute(query.order_by(post.c.created_at).limit(1)).scalar_one_or_none() or ""


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


def due_entries(conn: Connection, channel_id: int, now: datetime, subscription_id: int | None = None) -> int:
    """Count the entries that a channel, or one subscription, is to get now, each once."""
    unsent = or_(delivery.c.post_id.is_(None), post.c.state.in_(UNFINISHED))
    query = (
        select(func.count(delivery.c.entry_id.distinct()))
        .join(subscription, subscription.c.id == delivery.c.subscription_id)
        .outerjoin(post, post.c.id == delivery.c.post_id)
        .where(delivery.c.channel_id == channel_id, delivery.c.due_at <= now, subscription.c.ended_at.is_(None), unsent)
    )
    if subscription_id is not None:
        query = query.where(subscription.c.id == subscription_id)
    return int(conn.execute(query).scalar_one())


def waiting_by_subscription(conn: Connection, channel_id: int, after: datetime | None = None) -> dict[int, int]:
    """Count the unsent entries of each subscription, due or not, or only those due `after` a moment.

    An entry that several subscriptions of the channel wait for counts for the one that brings it first, and one that a post carries for
    none of the others.
    """
    other, live = delivery.alias(), subscription.alias()
    same = and_(other.c.channel_id == channel_id, other.c.entry_id == delivery.c.entry_id)
    carried = exists().where(same, other.c.post_id.is_not(None), other.c.id != delivery.c.id)
    earlier = or_(other.c.due_at < delivery.c.due_at, and_(other.c.due_at == delivery.c.due_at, other.c.id < delivery.c.id))
    brought = exists().where(same, earlier, other.c.post_id.is_(None), live.c.id == other.c.subscription_id, live.c.ended_at.is_(None))
    unsent = or_(
        and_(delivery.c.post_id.is_(None), ~carried, ~brought),
        and_(post.c.state.in_(UNFINISHED), ~delivery.c.mention),
    )
    query = (
        select(delivery.c.subscription_id, func.count())
        .outerjoin(post, post.c.id == delivery.c.post_id)
        .where(delivery.c.channel_id == channel_id, unsent, *((delivery.c.due_at > after,) if after is not None else ()))
        .group_by(delivery.c.subscription_id)
    )
    return {row[0]: row[1] for row in conn.execute(query)}


def paused_channels(conn: Connection) -> list[tuple[ChannelRef, str]]:
    return [(ref_of(row), row.paused) for row in _channels(conn, channel.c.paused.is_not(None))]


def failing_channels(conn: Connection) -> list[tuple[ChannelRef, str]]:
    """Return the channels whose next post cannot be made, with the reason."""
    return [(ref_of(row), row.compose_error) for row in _channels(conn, channel.c.compose_error.is_not(None))]


def live_subscriptions(conn: Connection) -> int:
    return int(conn.execute(select(func.count()).where(subscription.c.ended_at.is_(None))).scalar_one())


def subscribed_channels(conn: Connection) -> list[tuple[ChannelRef, str | None]]:
    """Each with the reason if the platform closed it."""
    rows = _channels(conn, channel.c.id.in_(select(subscription.c.channel_id).where(subscription.c.ended_at.is_(None))))
    return [(ref_of(row), None if row.paused_by else row.paused) for row in rows]


def _channels(conn: Connection, condition: ColumnElement[bool]) -> Sequence[Row[Any]]:
    return conn.execute(select(channel).where(condition).order_by(channel.c.id)).all()
