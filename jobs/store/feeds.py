from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, func, null, or_, select, update

from jobs.models.feeds import FeedRow, Scheduled
from jobs.states import PollProblem
from jobs.store.database import insert, load
from jobs.store.schema import entry, feed


@dataclass(frozen=True, slots=True)
class PollSuccess:
    next_poll: datetime
    entries: int
    changed: bool
    sources: dict[str, Any]
    seeded: bool  #: The first poll was stored, now or earlier.
    seed_floor: datetime | None = None
    warning: str | None = None
    flooded: bool = False


@dataclass(frozen=True, slots=True)
class PollFailure:
    error: str
    next_poll: datetime
    sources: dict[str, Any] | None = None
    paused: str | None = None  #: Stops the feed, for this reason.
    problem: PollProblem = PollProblem.OTHER


_SCHEDULE: Select[Any] = select(
    *(feed.c.slug, feed.c.next_poll, feed.c.failures, feed.c.paused),
    case((feed.c.paused.is_not(None), feed.c.sources), else_=null()).label("sources"),
)


def ensure(conn: Connection, slugs: Iterable[str], now: datetime) -> None:
    """A new feed is due now."""
    known = set(conn.execute(select(feed.c.slug)).scalars())
    rows = [
        {"slug": slug, "next_poll": now, "epoch": 0, "failures": 0, "entries": 0, "sources": {}}
        for slug in sorted(set(slugs))
        if slug not in known
    ]
    if rows:
        conn.execute(insert(conn, feed).on_conflict_do_nothing(), rows)


def all_rows(conn: Connection) -> list[FeedRow]:
    return [load(FeedRow, row) for row in conn.execute(_with_held().order_by(feed.c.slug))]


def schedule(conn: Connection) -> dict[str, Scheduled]:
    """Return when each feed is due. Cheaper than `all_rows`, as processes look every two seconds."""
    return {row.slug: load(Scheduled, row) for row in conn.execute(_SCHEDULE)}


def get(conn: Connection, slug: str) -> FeedRow | None:
    row = conn.execute(_with_held().where(feed.c.slug == slug)).one_or_none()
    return None if row is None else load(FeedRow, row)


def _with_held() -> Select[Any]:
    held = select(func.count()).where(entry.c.feed == feed.c.slug, entry.c.held_at.is_not(None))
    return select(feed, held.scalar_subquery().label("held"))


def lock(conn: Connection, slug: str) -> None:
    """Keep polls of the feed from settling until the transaction ends."""
    conn.execute(select(feed.c.slug).where(feed.c.slug == slug).with_for_update())


def make_due(conn: Connection, slugs: Iterable[str], now: datetime) -> list[str]:
    """Make feeds due now, also if they back off or are paused; return their slugs."""
    wanted = feed.c.slug.in_(list(slugs))
    return sorted(conn.execute(update(feed).where(wanted).values(next_poll=now, paused=None).returning(feed.c.slug)).scalars())


def claim(conn: Connection, slug: str, now: datetime, lease_seconds: float) -> FeedRow | None:
    """Claim a due, free feed until it is settled or the lease ends."""
    claiming = (
        update(feed)
        .where(feed.c.slug == slug, feed.c.next_poll <= now, feed.c.paused.is_(None))
        .where(or_(feed.c.free_at.is_(None), feed.c.free_at <= now))
        .values(epoch=feed.c.epoch + 1, free_at=now + timedelta(seconds=lease_seconds))
        .returning(feed)
    )
    row = conn.execute(claiming).one_or_none()
    return None if row is None else load(FeedRow, row, held=0)


def settle_success(conn: Connection, claim: FeedRow, now: datetime, result: PollSuccess) -> bool:
    """Call it first in the publishing transaction: False means that the claim was lost and nothing may be stored."""
    columns = ("entries", "sources", "seed_floor", "warning")
    values = {name: getattr(result, name) for name in columns} | {"free_at": None, "failures": 0, "last_success": now}
    values["next_poll"] = _unless_made_due(claim, feed.c.next_poll, result.next_poll)
    if result.changed:
        values["last_change"] = now
    if result.flooded:
        values["flooded_at"] = now
    settled = _settle(conn, claim, values)
    if settled and result.seeded:
        conn.execute(update(feed).where(feed.c.slug == claim.slug, feed.c.seeded_at.is_(None)).values(seeded_at=now))
    return settled


def settle_failure(conn: Connection, claim: FeedRow, now: datetime, result: PollFailure) -> bool:
    """Return False if the claim was lost."""
    failure = {"failures": feed.c.failures + 1, "last_error": result.error, "last_error_at": now, "problem": result.problem}
    values = {
        **failure,
        "free_at": None,
        "next_poll": _unless_made_due(claim, feed.c.next_poll, result.next_poll),
        "paused": _unless_made_due(claim, feed.c.paused, result.paused),
    }
    if result.sources is not None:
        values["sources"] = result.sources
    return _settle(conn, claim, values)


def _unless_made_due(claim: FeedRow, column: ColumnElement[Any], value: object) -> ColumnElement[Any]:
    """Return `value`, or what the column has if somebody made the feed due while it was polled."""
    return case((feed.c.next_poll == claim.next_poll, bindparam(None, value, type_=column.type)), else_=column)


def renew(conn: Connection, claim: FeedRow, now: datetime, lease_seconds: float) -> bool:
    """Extend a claim that is not settled yet; False if it was lost."""
    mine = update(feed).where(feed.c.slug == claim.slug, feed.c.epoch == claim.epoch, feed.c.free_at.is_not(None))
    return conn.execute(mine.values(free_at=now + timedelta(seconds=lease_seconds))).rowcount == 1


def release(conn: Connection, claim: FeedRow) -> bool:
    """Give back an interrupted poll's claim; False if it was lost."""
    return _settle(conn, claim, {"free_at": None})


def arrivals(conn: Connection, slug: str, since: datetime) -> list[datetime]:
    """Return when each entry since then came: when it was seen or, if it was published before the feed was read, when that was."""
    came = case((entry.c.backlog, entry.c.published), else_=entry.c.first_seen)
    return list(conn.execute(select(came).where(entry.c.feed == slug, entry.c.published >= since)).scalars())


def change_told(conn: Connection, row: FeedRow, bad_told_at: datetime | None, turned_at: datetime | None) -> bool:
    """Store what the admins were told of a feed, and since when it is other. Return False if another process was faster."""
    unchanged = and_(
        *(
            column.is_(None) if value is None else column == value
            for column, value in ((feed.c.bad_told_at, row.bad_told_at), (feed.c.turned_at, row.turned_at))
        )
    )
    changing = update(feed).where(feed.c.slug == row.slug, unchanged).values(bad_told_at=bad_told_at, turned_at=turned_at)
    return conn.execute(changing).rowcount == 1


def _settle(conn: Connection, claim: FeedRow, values: dict[str, Any]) -> bool:
    mine = update(feed).where(feed.c.slug == claim.slug, feed.c.epoch == claim.epoch)
    return conn.execute(mine.values(**values)).rowcount == 1
