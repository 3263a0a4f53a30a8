"""What the page's drawer shows: the feeds' state, the clock, and what waits for a channel."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from content.catalog import Feed
from handlers.replies.dates import near
from jobs.models import FeedRow
from jobs.store import feeds, reports

if TYPE_CHECKING:
    from bot.runtime import Runtime


def facts(runtime: "Runtime", channel_id: int) -> dict[str, Any]:
    """As JSON. Times are written as people read them, but for the clock itself."""
    zone, catalog = runtime.settings.zone, runtime.library.catalog
    with runtime.db.read() as conn:
        now = runtime.db.now(conn)
        rows = {row.slug: row for row in feeds.all_rows(conn)}
        owed = reports.waiting_in(conn, channel_id)
    waiting = f"{owed.count}, next {near(owed.oldest_due, now, zone)}" if owed.oldest_due else "nothing"
    return {
        "now": now.isoformat(),
        "waiting": waiting,
        "content": f"revision {runtime.library.revision}",
        "feeds": [feed_facts(feed, rows.get(feed.slug), now, zone) for feed in catalog.feeds],
    }


def feed_facts(feed: Feed, row: FeedRow | None, now: datetime, zone: str) -> dict[str, str]:
    """`look`: "" for a feed that is well, warned, bad, or idle for one that wasn't polled yet."""
    if row is None or (row.last_success is None and row.failures == 0 and row.paused is None):
        return {"name": feed.name, "state": "not polled yet", "look": "idle", "detail": f"every {every(feed.every)}", "error": ""}
    read = f"read {near(row.last_success, now, zone)}, {row.entries} entries" if row.last_success else "never read"
    if row.paused is not None:
        return {"name": feed.name, "state": "paused", "look": "bad", "detail": read, "error": row.paused}
    detail = f"{read}; next {near(row.next_poll, now, zone)}"
    if row.failures:
        times = "once" if row.failures == 1 else f"{row.failures} times in a row"
        return {"name": feed.name, "state": f"failing, {times}", "look": "bad", "detail": detail, "error": row.last_error or ""}
    if row.warning:
        return {"name": feed.name, "state": "well, with a warning", "look": "warned", "detail": detail, "error": row.warning}
    return {"name": feed.name, "state": "well", "look": "", "detail": detail, "error": ""}


def every(seconds: int) -> str:
    """ "30 s", "5 min", "1 h"."""
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds % size == 0:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
