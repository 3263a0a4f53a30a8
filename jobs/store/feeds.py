"""Feeds as they are polled: when next, by whom, and how it went. What a feed is, content/feeds.yaml says."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from jobs.models import FeedRow
from jobs.store.schema import feed
from jobs.store.upsert import insert


def _load(row: Row[Any]) -> FeedRow:
    return FeedRow(
        slug=row.slug,
        next_poll=row.next_poll,
        epoch=row.epoch,
        failures=row.failures,
        seeded_at=row.seeded_at,
        seed_floor=row.seed_floor,
        last_success=row.last_success,
        last_change=row.last_change,
        last_error=row.last_error,
        last_error_at=row.last_error_at,
        warning=row.warning,
        entries=row.entries,
        paused=row.paused,
        sources=row.sources,
    )


def ensure(conn: Connection, slugs: Iterable[str], now: datetime) -> None:
    """Gives every feed its row; a new one is due now."""
    known = set(conn.execute(select(feed.c.slug)).scalars())
    rows = [
        {"slug": slug, "next_poll": now, "epoch": 0, "failures": 0, "entries": 0, "sources": {}}
        for slug in sorted(set(slugs))
        if slug not in known
    ]
    if rows:
        conn.execute(insert(conn, feed).on_conflict_do_nothing(), rows)


def states(conn: Connection) -> list[FeedRow]:
    """Every feed that has a row, by slug."""
    return [_load(row) for row in conn.execute(select(feed).order_by(feed.c.slug))]


def get(conn: Connection, slug: str) -> FeedRow | None:
    """One feed's row."""
    row = conn.execute(select(feed).where(feed.c.slug == slug)).one_or_none()
    return None if row is None else _load(row)


def due_now(conn: Connection, slugs: Iterable[str], now: datetime) -> list[str]:
    """Makes feeds due now, also those that wait in a back-off or were paused; answers their slugs."""
    wanted = feed.c.slug.in_(list(slugs))
    return sorted(conn.execute(update(feed).where(wanted).values(next_poll=now, paused=None).returning(feed.c.slug)).scalars())


def claim(conn: Connection, slug: str, now: datetime, lease_seconds: float) -> FeedRow | None:
    """Takes a feed that is due and that nobody holds; None otherwise. Held until the lease is over or it is settled."""
    claiming = (
        update(feed)
        .where(feed.c.slug == slug, feed.c.next_poll <= now, feed.c.paused.is_(None))
        .where(or_(feed.c.free_at.is_(None), feed.c.free_at <= now))
        .values(epoch=feed.c.epoch + 1, free_at=now + timedelta(seconds=lease_seconds))
        .returning(feed)
    )
    row = conn.execute(claiming).one_or_none()
    return None if row is None else _load(row)


def settle_success(
    conn: Connection,
    slug: str,
    epoch: int,
    now: datetime,
    *,
    next_poll: datetime,
    entries: int,
    changed: bool,
    sources: dict[str, Any],
    seeded: bool,
    seed_floor: datetime | None = None,
    warning: str | None = None,
) -> bool:
    """Ends a claim that succeeded. Call it first in the transaction that publishes: False means that somebody else has
    claimed the feed since, and then nothing of this poll may be stored. `changed`: there was something new or edited;
    `seeded`: the first poll is done, now or before."""
    values: dict[str, Any] = {
        "free_at": None,
        "next_poll": next_poll,
        "failures": 0,
        "last_success": now,
        "entries": entries,
        "sources": sources,
        "seed_floor": seed_floor,
        "warning": warning,
    }
    if changed:
        values["last_change"] = now
    settled = conn.execute(update(feed).where(feed.c.slug == slug, feed.c.epoch == epoch).values(**values)).rowcount == 1
    if settled and seeded:
        conn.execute(update(feed).where(feed.c.slug == slug, feed.c.seeded_at.is_(None)).values(seeded_at=now))
    return settled


def settle_failure(
    conn: Connection,
    slug: str,
    epoch: int,
    now: datetime,
    *,
    error: str,
    next_poll: datetime,
    sources: dict[str, Any] | None = None,
    paused: str | None = None,
) -> bool:
    """Ends a claim that failed; `paused` stops the feed for that reason. False: somebody else has claimed it since."""
    values: dict[str, Any] = {
        "free_at": None,
        "next_poll": next_poll,
        "failures": feed.c.failures + 1,
        "last_error": error,
        "last_error_at": now,
        "paused": paused,
    }
    if sources is not None:
        values["sources"] = sources
    return conn.execute(update(feed).where(feed.c.slug == slug, feed.c.epoch == epoch).values(**values)).rowcount == 1


def release(conn: Connection, slug: str, epoch: int) -> bool:
    """Gives a claim back as if it had never been made: the poll was interrupted. False: somebody else has claimed it since."""
    return conn.execute(update(feed).where(feed.c.slug == slug, feed.c.epoch == epoch).values(free_at=None)).rowcount == 1
