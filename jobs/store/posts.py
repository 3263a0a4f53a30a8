"""Posts on their way: pending -> sending -> sent | dead. A worker that settles one holds the channel (`claims.release`)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, exists, func, or_, select, update

from jobs.corrections import ANSWER, MARK
from jobs.models import About, Post, SentPost, Waiting
from jobs.store import claims
from jobs.store.channels import REF, ref_of
from jobs.store.schema import channel, delivery, post, subscription


def _load(row: Row[Any]) -> Post:
    return Post(
        id=row.id,
        channel_id=row.channel_id,
        channel=ref_of(row),
        kind=row.kind,
        subscription_id=row.subscription_id,
        period=row.period,
        state=row.state,
        attempts=row.attempts,
        created_at=row.created_at,
        sending_at=row.sending_at,
        content=row.content,
        about=None if row.about_id is None else About(row.about_id, row.about_receipt or "", row.about_content or {}),
    )


def _first(conn: Connection, channel_id: int, state: str) -> Post | None:
    about = post.alias()
    query = (
        select(post, *REF)
        .add_columns(about.c.receipt.label("about_receipt"), about.c.content.label("about_content"))
        .join(channel, channel.c.id == post.c.channel_id)
        .outerjoin(about, about.c.id == post.c.about_id)
        .where(post.c.channel_id == channel_id, post.c.state == state)
        .order_by(post.c.created_at, post.c.about_id.is_not(None), post.c.part)
        .limit(1)
    )
    row = conn.execute(query).one_or_none()
    return None if row is None else _load(row)


def in_flight(conn: Connection, channel_id: int) -> Post | None:
    """The post of which nobody knows yet whether it arrived. A channel has one at most."""
    return _first(conn, channel_id, "sending")


def next_pending(conn: Connection, channel_id: int) -> Post | None:
    """The post that is to be sent next."""
    return _first(conn, channel_id, "pending")


def intend(conn: Connection, post_id: str, now: datetime) -> bool:
    """Writes down that the post is about to be sent; commit it before the call. False: it was withdrawn a moment ago."""
    pending = update(post).where(post.c.id == post_id, post.c.state == "pending")
    return conn.execute(pending.values(state="sending", sending_at=now, held_at=None, attempts=post.c.attempts + 1)).rowcount == 1


def sent(conn: Connection, post_id: str, receipt: str, now: datetime) -> None:
    """The post stands in its channel."""
    conn.execute(update(post).where(post.c.id == post_id).values(state="sent", settled_at=now, receipt=receipt, error=None))


def not_posted(conn: Connection, post_id: str, why: str | None, *, counted: bool) -> None:
    """It is certain that the post isn't in its channel: to be sent again. `counted`: it was an attempt."""
    attempts = post.c.attempts if counted else post.c.attempts - 1
    conn.execute(update(post).where(post.c.id == post_id).values(state="pending", sending_at=None, attempts=attempts, error=why))


def uncertain(conn: Connection, post_id: str, why: str) -> None:
    """Nobody knows whether the post is in its channel. It stays `sending`, for whoever claims the channel next to find out."""
    conn.execute(update(post).where(post.c.id == post_id).values(error=why))


def hold(conn: Connection, post_id: str, now: datetime) -> None:
    """Nobody can find it out either: an admin decides (`decide`). Since when is kept."""
    conn.execute(update(post).where(post.c.id == post_id, post.c.held_at.is_(None)).values(held_at=now))


def decide(conn: Connection, post_id: str, now: datetime, *, arrived: bool) -> str | None:
    """An admin's word on a held post: it stands in its channel, or it shall be sent again. Answers its new state, which is `dead` where
    nobody wants it any more; None, and nothing done, when the post isn't held. What waits behind it may go out at once.

    A worker that holds the channel only looks for the post, as a held one is never being sent: so its claim may be taken away.
    """
    is_held = (post.c.id == post_id, post.c.state == "sending", post.c.held_at.is_not(None))
    found = select(post.c.channel_id, post.c.sending_at).where(*is_held)
    row = conn.execute(found).one_or_none()
    if row is None:
        return None
    claims.keep_out(conn, row.channel_id)
    if conn.execute(found).one_or_none() != row:  # another decided, or a worker found it, a moment ago
        return None
    claims.revoke(conn, row.channel_id, now)
    if arrived:
        sent(conn, post_id, "", row.sending_at)
    else:
        not_posted(conn, post_id, None, counted=True)
        withdraw(conn, row.channel_id, now)
    state: str = conn.execute(select(post.c.state).where(post.c.id == post_id)).scalar_one()
    return state


def dead(conn: Connection, post_id: str, why: str, now: datetime) -> None:
    """The platform refuses the post for good. What it carries stays with it; who was only pointed to it is owed again."""
    conn.execute(update(post).where(post.c.id == post_id).values(state="dead", settled_at=now, error=why))
    _release_mentions(conn, [post_id])


def withdraw(conn: Connection, channel_id: int, now: datetime) -> None:
    """Drops the channel's posts that wait to be sent and that only ended subscriptions want. One that may be on its way stays,
    and so do its further parts: other subscriptions were told that what is in them is here."""
    ended = select(subscription.c.id).where(subscription.c.ended_at.is_not(None))
    carries = exists().where(delivery.c.post_id == post.c.id, delivery.c.channel_id == channel_id, ~delivery.c.mention)
    nobodys = and_(post.c.subscription_id.is_(None), carries, ~carries.where(delivery.c.subscription_id.not_in(ended)))
    pending = (post.c.channel_id == channel_id, post.c.state == "pending")
    unwanted = select(post.c.id, post.c.created_at).where(*pending, post.c.part == 1, or_(post.c.subscription_id.in_(ended), nobodys))
    dropped = conn.execute(unwanted).all()
    if dropped:
        # the further parts of a post carry no deliveries of their own; they were made in the same moment
        parts = update(post).where(*pending, post.c.created_at.in_({row.created_at for row in dropped}))
        conn.execute(parts.values(state="dead", settled_at=now, error="unsubscribed"))
        _release_mentions(conn, [row.id for row in dropped])


def _release_mentions(conn: Connection, post_ids: list[str]) -> None:
    mentions = update(delivery).where(delivery.c.post_id.in_(post_ids), delivery.c.mention)
    conn.execute(mentions.values(post_id=None, mention=False))


def waiting(conn: Connection) -> Waiting:
    """What is owed and not posted yet, of all channels. (Asked channel by channel, as the indexes go.)"""
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
        .join(post, and_(post.c.channel_id == channel.c.id, post.c.state.in_(("pending", "sending"))))
        .join(delivery, and_(delivery.c.channel_id == channel.c.id, delivery.c.post_id == post.c.id))
    )
    counts, oldest = zip(*(conn.execute(query).one() for query in (unmade, unsent)), strict=True)
    unknown = select(func.count()).select_from(channel).join(post, and_(post.c.channel_id == channel.c.id, post.c.state == "sending"))
    return Waiting(sum(counts), min((each for each in oldest if each is not None), default=None), conn.execute(unknown).scalar_one())


def sent_posts(conn: Connection, channel_id: int, limit: int) -> list[SentPost]:
    """What stands in the channel itself, newest first. A mark stands in the post that it marks, an answer in that post's thread."""
    mark = post.alias()
    marks = select(func.count()).where(mark.c.about_id == post.c.id, mark.c.kind == MARK, mark.c.state == "sent").scalar_subquery()
    here = (post.c.channel_id == channel_id, post.c.state == "sent", post.c.kind.not_in((MARK, ANSWER)))
    query = select(post, marks.label("marks")).where(*here)
    rows = conn.execute(query.order_by(post.c.settled_at.desc(), post.c.created_at.desc(), post.c.part.desc()).limit(limit))
    return [SentPost(row.id, row.content, row.settled_at, row.receipt or "", row.marks) for row in rows]


def make_due(conn: Connection, channel_id: int, now: datetime) -> int:
    """Makes everything that the channel is owed due now; answers how many deliveries moved."""
    later = update(delivery).where(delivery.c.channel_id == channel_id, delivery.c.post_id.is_(None), delivery.c.due_at > now)
    return conn.execute(later.values(due_at=now)).rowcount
