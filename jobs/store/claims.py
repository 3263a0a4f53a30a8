"""Claiming channels. A channel's row holds its lease, its rate slot and its Retry-After in one column, `free_at`, and
`epoch`, which every claim raises: so a worker that was away too long can settle nothing any more.

Row locks are FOR NO KEY UPDATE: publishing refers to these rows and must not wait for senders.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, func, or_, select, update

from jobs.models import Claim
from jobs.store.channels import ref_of
from jobs.store.schema import channel, delivery, post

UNDER_WAY = ("pending", "sending")


def _has_work(platforms: Collection[str], now: datetime) -> ColumnElement[bool]:
    due = exists().where(delivery.c.channel_id == channel.c.id, delivery.c.post_id.is_(None), delivery.c.due_at <= now)
    under_way = exists().where(post.c.channel_id == channel.c.id, post.c.state.in_(UNDER_WAY))
    return and_(channel.c.platform.in_(platforms), channel.c.paused.is_(None), or_(under_way, due))


def claim(conn: Connection, platforms: Collection[str], now: datetime, lease: float) -> Claim | None:
    """Takes the channel with something to do that has been free the longest, for `lease` seconds; None when there is none.
    Only channels of these platforms: another process has the senders of the others."""
    free = (
        select(channel)
        .where(_has_work(platforms, now), channel.c.free_at <= now)
        .order_by(channel.c.free_at, channel.c.id)
        .limit(1)
        .with_for_update(skip_locked=True, key_share=True)
    )
    row = conn.execute(free).one_or_none()
    if row is None:
        return None
    taken = Claim(row.id, ref_of(row), row.epoch + 1, now + timedelta(seconds=lease), row.failures)
    conn.execute(update(channel).where(channel.c.id == row.id).values(epoch=taken.epoch, free_at=taken.until))
    return taken


def next_free(conn: Connection, platforms: Collection[str], now: datetime) -> datetime | None:
    """When the first of the channels that have something to do is free."""
    found: datetime | None = conn.execute(select(func.min(channel.c.free_at)).where(_has_work(platforms, now))).scalar_one()
    return found


def holds(conn: Connection, taken: Claim) -> bool:
    """Whether nobody has claimed the channel since. Until the transaction ends nobody can."""
    same = select(channel.c.epoch).where(channel.c.id == taken.channel_id).with_for_update(key_share=True)
    return conn.execute(same).scalar_one_or_none() == taken.epoch


def keep_out(conn: Connection, channel_id: int) -> None:
    """Until the transaction ends nobody can claim the channel or settle anything in it."""
    conn.execute(select(channel.c.id).where(channel.c.id == channel_id).with_for_update(key_share=True))


def revoke(conn: Connection, channel_id: int, now: datetime) -> None:
    """Frees the channel at once; whoever holds it may settle nothing any more. Never while it may be sending."""
    conn.execute(update(channel).where(channel.c.id == channel_id).values(epoch=channel.c.epoch + 1, free_at=now, failures=0))


def release(conn: Connection, taken: Claim, free_at: datetime, failures: int) -> bool:
    """Gives the channel back, free at that moment. False, and nothing done, when somebody else has claimed it since."""
    mine = update(channel).where(channel.c.id == taken.channel_id, channel.c.epoch == taken.epoch)
    return conn.execute(mine.values(free_at=free_at, failures=failures)).rowcount == 1
