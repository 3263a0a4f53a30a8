"""Tell the admins' channel once that a feed is bad, and once that it is well again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from content.catalog import Feed
from jobs.feed_health import BAD, FAILING, FeedHealth, read_healths
from jobs.models.feeds import FeedRow
from jobs.notices import Notifier, feed_turned
from jobs.store import feeds as feed_store
from jobs.store.database import Database

PATIENCE = timedelta(minutes=30)
"""How long a feed has to be bad, or well, before the admins are told, so that one which comes and goes does not fill their channel."""

MIN_FAILURES = 2
"""A feed that is read every few hours is not bad because of one failure."""

Told = tuple[datetime | None, datetime | None]
"""`FeedRow.bad_told_at` and `FeedRow.turned_at`."""


def tell_turned(db: Database, configured: Sequence[Feed], to: Notifier) -> bool:
    """Store a notice for each feed that has turned bad or well for a while; return whether there was one."""
    if to.admins() is None:
        return False
    with db.read() as conn:
        now = db.now(conn)
        rows = {row.slug: row for row in feed_store.all_rows(conn)}
        found = [(each, rows[each.slug]) for each in read_healths(conn, configured, now) if each.slug in rows]
    turned = [(health, row) for health, row in found if told(health, row, now) != (row.bad_told_at, row.turned_at)]
    if not turned:
        return False
    several = False
    with db.begin() as conn:
        for health, row in turned:
            bad_told_at, turned_at = told(health, row, now)
            if feed_store.change_told(conn, row, bad_told_at, turned_at) and bad_told_at != row.bad_told_at:
                feed_turned(conn, to, health.slug, reason(health), now, bad=bad_told_at is not None)
                several = True
    return several


def told(health: FeedHealth, row: FeedRow, now: datetime) -> Told:
    """Return what the admins are to have been told of the feed, and since when it is other."""
    if is_bad(health) == (row.bad_told_at is not None):
        return row.bad_told_at, None
    if row.turned_at is None or row.turned_at > now:  # later than now: the clock was set back
        return row.bad_told_at, now
    if now - row.turned_at < PATIENCE:
        return row.bad_told_at, row.turned_at
    return (None if row.bad_told_at else now), None


def is_bad(health: FeedHealth) -> bool:
    return health.state in BAD and not (health.state in FAILING and health.failures < MIN_FAILURES)


def reason(health: FeedHealth) -> str:
    return health.trouble or "it was read, and is as usual"
