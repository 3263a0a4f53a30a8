"""Feeds as they are polled: when next, by whom, and with what result. content/feeds.yaml defines the feeds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from jobs.models import FeedRow
from jobs.store.database import insert
from jobs.store.schema import feed


@dataclass(frozen=True, slots=True)
class PollSuccess:
    next_poll: datetime
    entries: int
    changed: bool
    sources: dict[str, Any]
    seeded: bool
    """The first poll has been stored, now or earlier."""
    seed_floor: datetime | None = None
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class PollFailure:
    error: str
    next_poll: datetime
    sources: dict[str, Any] | None = None
    """None leaves them as they are."""
    paused: str | None = None
    """Stops the feed, for this reason."""


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
    """Give every feed a row. A new one is due now."""
    known = set(conn.execute(select(feed.c.slug)).scalars())
    rows = [
        {"slug": slug, "next_poll": now, "epoch": 0, "failures": 0, "entries": 0, "sources": {}}
        for slug in sorted(set(slugs))
        if slug not in known
    ]
    if rows:
        conn.execute(insert(conn, feed).on_conflict_do_nothing(), rows)


def all_rows(conn: Connection) -> list[FeedRow]:
    return [_load(row) for row in conn.execute(select(feed).order_by(feed.c.slug))]


def get(conn: Connection, slug: str) -> FeedRow | None:
    row = conn.execute(select(feed).where(feed.c.slug == slug)).one_or_none()
    return None if row is None else _load(row)


def make_due(conn: Connection, slugs: Iterable[str], now: datetime) -> list[str]:
    """Make feeds due now, including those that back off or are paused; return their slugs."""
    wanted = feed.c.slug.in_(list(slugs))
    return sorted(conn.execute(update(feed).where(wanted).values(next_poll=now, paused=None).returning(feed.c.slug)).scalars())


def claim(conn: Connection, slug: str, now: datetime, lease_seconds: float) -> FeedRow | None:
    """Claim a feed that is due and that nobody holds, until it is settled or the lease ends; return None otherwise."""
    claiming = (
        update(feed)
        .where(feed.c.slug == slug, feed.c.next_poll <= now, feed.c.paused.is_(None))
        .where(or_(feed.c.free_at.is_(None), feed.c.free_at <= now))
        .values(epoch=feed.c.epoch + 1, free_at=now + timedelta(seconds=lease_seconds))
        .returning(feed)
    )
    row = conn.execute(claiming).one_or_none()
    return None if row is None else _load(row)


def settle_success(conn: Connection, claim: FeedRow, now: datetime, result: PollSuccess) -> bool:
    """End a claim with a successful poll. Return False if the claim was lost; then nothing of the poll may be stored.

    Call it first in the transaction that publishes.
    """
    values: dict[str, Any] = {
        "free_at": None,
        "next_poll": result.next_poll,
        "failures": 0,
        "last_success": now,
        "entries": result.entries,
        "sources": result.sources,
        "seed_floor": result.seed_floor,
        "warning": result.warning,
    }
    if result.changed:
        values["last_change"] = now
    settled = _settle(conn, claim, values)
    if settled and result.seeded:
        conn.execute(update(feed).where(feed.c.slug == claim.slug, feed.c.seeded_at.is_(None)).values(seeded_at=now))
    return settled


def settle_failure(conn: Connection, claim: FeedRow, now: datetime, result: PollFailure) -> bool:
    """End a claim with a failed poll. Return False if the claim was lost."""
    values: dict[str, Any] = {
        "free_at": None,
        "next_poll": result.next_poll,
        "failures": feed.c.failures + 1,
        "last_error": result.error,
        "last_error_at": now,
        "paused": result.paused,
    }
    if result.sources is not None:
        values["sources"] = result.sources
    return _settle(conn, claim, values)


def release(conn: Connection, claim: FeedRow) -> bool:
    """Give a claim back as if it had never been made, because the poll was interrupted. Return False if the claim was lost."""
    return _settle(conn, claim, {"free_at": None})


def _settle(conn: Connection, claim: FeedRow, values: dict[str, Any]) -> bool:
    mine = update(feed).where(feed.c.slug == claim.slug, feed.c.epoch == claim.epoch)
    return conn.execute(mine.values(**values)).rowcount == 1
