"""Stored moments after the clock was set: what lies in the future although it happened, and waits that began then."""

from datetime import datetime, timedelta

from sqlalchemy import Column, ColumnElement, Connection, select, update

from jobs.states import PostState
from jobs.store.schema import body_fetch, channel, delivery, feed, link_check, post, reconciliation, seen, worker

FETCH_LEASE = timedelta(minutes=2)

JUST_NOW = timedelta(minutes=1)
"""Longer than a clock that was set stays unnoticed while a process polls."""

_HAPPENED: tuple[Column[datetime], ...] = (
    *(feed.c.last_success, feed.c.last_error_at, feed.c.last_change, feed.c.flooded_at, feed.c.seeded_at),
    *(reconciliation.c.at, link_check.c.at, seen.c.at, worker.c.beat_at, worker.c.delivered_at),
)
"""Moments of events, by which the next one is due."""

_RESTARTED = {"attempts": post.c.attempts + 1}
"""The new intent counts as another attempt, so that a look into the history begins before the first one."""

_SENDING = (post.c.state == PostState.SENDING, post.c.held_at.is_(None))


def restart_sends(conn: Connection, now: datetime, lease: timedelta) -> None:
    """Take posts that may be on their way, and the leases on their channels, as begun now: nobody knows how old they are."""
    held = _locked(conn, channel.c.id.in_(select(post.c.channel_id).where(*_SENDING)))
    if held:
        conn.execute(update(channel).where(channel.c.id.in_(held), channel.c.free_at < now + lease).values(free_at=now + lease))
        conn.execute(update(post).where(post.c.channel_id.in_(held), *_SENDING).values(sending_at=now, **_RESTARTED))


def end_future(conn: Connection, now: datetime) -> int:
    """Move to now what happened later than now, and what follows from it; return how many rows that were.

    What was to be posted at once is due, and so is a feed that was read. A digest stays due at its time of day, and a back-off keeps its
    length.
    """
    moved = _make_due(conn, now)
    moved += conn.execute(update(post).where(*_SENDING, post.c.sending_at > now).values(sending_at=now, **_RESTARTED)).rowcount
    asked = (body_fetch.c.failures == 0, body_fetch.c.free_at > now + FETCH_LEASE)
    moved += conn.execute(update(body_fetch).where(*asked).values(free_at=now)).rowcount
    for row in conn.execute(select(feed.c.slug, feed.c.next_poll, feed.c.failures, feed.c.last_success, feed.c.last_error_at)).all():
        since = max(filter(None, (row.last_success, row.last_error_at)), default=now)
        if since > now:
            next_poll = min(row.next_poll, now + (row.next_poll - since) if row.failures else now)
            conn.execute(update(feed).where(feed.c.slug == row.slug).values(next_poll=next_poll))
    return moved + sum(conn.execute(update(each.table).where(each > now).values({each.name: now})).rowcount for each in _HAPPENED)


def _make_due(conn: Connection, now: datetime) -> int:
    """Make due what was to be posted at once, in the order of its publication; return how many entries that are."""
    immediate = (delivery.c.post_id.is_(None), delivery.c.due_at <= delivery.c.created_at)
    if conn.execute(select(delivery.c.id).where(*immediate, delivery.c.due_at > now).limit(1)).one_or_none() is None:
        return 0
    # with what was published since the clock was set, which would overtake it
    waiting = (*immediate, delivery.c.due_at > now - JUST_NOW)
    published = conn.execute(select(delivery.c.entry_id).where(*waiting).distinct().order_by(delivery.c.entry_id)).scalars().all()
    for place, entry_id in enumerate(published):
        due = now - timedelta(microseconds=len(published) - place)
        conn.execute(update(delivery).where(*waiting, delivery.c.entry_id == entry_id).values(due_at=due, created_at=due))
    return len(published)


def shorten_waits(conn: Connection, now: datetime, lease: timedelta) -> None:
    """Let channels and feeds wait no longer than a lease. That begins anew, because its holder may be at work."""
    waiting = _locked(conn, channel.c.free_at > now + lease)
    if waiting:
        conn.execute(update(channel).where(channel.c.id.in_(waiting)).values(free_at=now + lease))
    conn.execute(update(feed).where(feed.c.free_at > now + lease).values(free_at=now + lease))


def _locked(conn: Connection, condition: ColumnElement[bool]) -> list[int]:
    """Lock channels, in the order of their ids, so that two transactions cannot deadlock."""
    query = select(channel.c.id).where(condition).order_by(channel.c.id).with_for_update(key_share=True)
    return list(conn.execute(query).scalars())
