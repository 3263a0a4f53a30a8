"""Posts and the deliveries they carry: what is owed to channels, and what became of it."""

from datetime import datetime

from sqlalchemy import Connection, and_, exists, func, or_, select, update

from jobs.models import SentPost, Waiting
from jobs.store.schema import delivery, post, subscription


def withdraw(conn: Connection, subscription_id: int, now: datetime) -> None:
    """Drops posts that wait to be sent and that only ended subscriptions want. One that may be on its way already stays."""
    wanted = exists().where(
        delivery.c.post_id == post.c.id,
        delivery.c.subscription_id == subscription.c.id,
        subscription.c.ended_at.is_(None),
        ~delivery.c.mention,
    )
    of_subscription = or_(
        post.c.subscription_id == subscription_id,
        exists().where(delivery.c.post_id == post.c.id, delivery.c.subscription_id == subscription_id),
    )
    dropping = update(post).where(post.c.state == "pending", of_subscription, ~wanted)
    dropped = conn.execute(dropping.values(state="dead", settled_at=now, error="unsubscribed").returning(post.c.id)).scalars().all()
    for post_id in dropped:
        release_mentions(conn, post_id)


def release_mentions(conn: Connection, post_id: str) -> None:
    """A post won't come: who was only pointed to it is owed the entry again."""
    mentions = update(delivery).where(delivery.c.post_id == post_id, delivery.c.mention)
    conn.execute(mentions.values(post_id=None, mention=False))


def waiting(conn: Connection) -> Waiting:
    """What is owed and not posted yet, of all channels."""
    on_its_way = and_(delivery.c.post_id == post.c.id, post.c.state.in_(("pending", "sending")))
    owed = (
        select(func.count(), func.min(delivery.c.due_at))
        .select_from(delivery)
        .join(subscription, subscription.c.id == delivery.c.subscription_id)
        .where(or_(and_(delivery.c.post_id.is_(None), subscription.c.ended_at.is_(None)), exists().where(on_its_way)))
    )
    count, oldest = conn.execute(owed).one()
    unknown = conn.execute(select(func.count()).select_from(post).where(post.c.state == "sending")).scalar_one()
    return Waiting(count, oldest, unknown)


def sent_posts(conn: Connection, channel_id: int, limit: int) -> list[SentPost]:
    """What stands in the channel, newest first."""
    query = select(post).where(post.c.channel_id == channel_id, post.c.state == "sent")
    rows = conn.execute(query.order_by(post.c.settled_at.desc(), post.c.created_at.desc(), post.c.part.desc()).limit(limit))
    return [SentPost(row.id, row.content, row.settled_at, row.receipt or "") for row in rows]


def make_due(conn: Connection, channel_id: int, now: datetime) -> int:
    """Makes everything that the channel is owed due now; answers how many deliveries moved."""
    later = update(delivery).where(delivery.c.channel_id == channel_id, delivery.c.post_id.is_(None), delivery.c.due_at > now)
    return conn.execute(later.values(due_at=now)).rowcount
