"""Collect what the page's panel shows: the feeds' health, the clock, and what waits for a channel."""

from datetime import datetime
from typing import Any

from bot.runtime import Runtime
from content.catalog import Feed
from handlers.replies.dates import near
from jobs.feed_health import FAILING, FeedHealth, FeedState, entry_count, read_healths
from jobs.store import reports


def facts(runtime: Runtime, channel_id: int) -> dict[str, Any]:
    """Return the panel as JSON. Times are formatted for reading, except the clock itself."""
    zone, catalog = runtime.settings.zone, runtime.library.catalog
    with runtime.db.read() as conn:
        now = runtime.db.now(conn)
        healths = read_healths(conn, catalog.feeds, now)
        owed = reports.waiting_in(conn, channel_id)
    waiting = f"{owed.count}, next {near(owed.oldest_due, now, zone)}" if owed.oldest_due else "nothing"
    return {
        "now": now.isoformat(),
        "waiting": waiting,
        "content": f"revision {runtime.library.revision}",
        "feeds": [feed_facts(feed, health, now, zone) for feed, health in zip(catalog.feeds, healths, strict=True)],
    }


_FACTS = {
    FeedState.UNREAD: ("not polled yet", "idle"),
    FeedState.PAUSED: ("paused", "bad"),
    FeedState.FAILING: ("failing", "bad"),
    FeedState.BLOCKED: ("blocked", "bad"),
    FeedState.NOT_A_FEED: ("not a feed", "bad"),
    FeedState.LATE: ("late", "bad"),
    FeedState.QUIET: ("too quiet", "warned"),
    FeedState.HELD: ("OK, but new entries are held", "warned"),
    FeedState.WARNING: ("OK, with a warning", "warned"),
    FeedState.OK: ("OK", ""),
}
"""The text and look of each state of a feed."""


def feed_facts(feed: Feed, health: FeedHealth, now: datetime, zone: str) -> dict[str, str]:
    state, look = _FACTS[health.state]
    if health.state in FAILING:
        state += ", once" if health.failures == 1 else f", {health.failures} times in a row"
    read = f"read {near(health.last_success, now, zone)}, {entry_count(health.entries)}" if health.last_success else "not read yet"
    detail = read if health.next_poll is None else f"{read}; next {near(health.next_poll, now, zone)}"
    if health.state == FeedState.UNREAD:
        detail = f"every {health.interval}"
    return {"name": feed.name, "state": state, "look": look, "detail": detail, "error": health.error}
