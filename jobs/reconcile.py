"""Compare what is stored of a feed with the feed's other sources once a day, and publish what is missing.

A feed's first choice can leave an entry out, and a poll reads the other sources only if the first choice fails. Only entries with a number
count: other entries may have another identity in each source, and would be posted twice.
"""

import asyncio
import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import httpx

from content.catalog import Feed, Topic
from jobs import classify as rules
from jobs.decide import MANY_NEW, OLD_AFTER, Decision
from jobs.feed_health import comparison_text, missing_text
from jobs.feed_reader import FeedRead, read_source
from jobs.identity import lookups
from jobs.models.entries import Classified, Parsed
from jobs.models.feeds import FeedRow, Reconciliation
from jobs.notices import Notifier, entries_missing
from jobs.publish import Classify, store_decision
from jobs.sources import state as states
from jobs.store import entries, feeds, idempotency, reconciliations
from jobs.store.database import Connection, Database
from jobs.threads import in_feed_thread, in_thread

logger = logging.getLogger(__name__)

EVERY = timedelta(days=1)

SETTLING = timedelta(hours=2)
"""A younger entry may still come with the next poll."""

RECENT = OLD_AFTER
"""A missing entry that is older is stored, and posted nowhere."""

_CLAIM = timedelta(hours=1)
"""How long another process leaves a feed to the one that began."""


def missing(listed: Sequence[Parsed], stored: Collection[str], oldest: datetime | None, row: FeedRow, now: datetime) -> Decision:
    """Return the listed entries that are not stored. `stored` are keys, and `oldest` is the date of the oldest stored entry.

    An entry from before the oldest one was never expected. If there are too many recent ones, an admin decides about them.
    """
    since = oldest or now
    gaps = [each for each in listed if each.feed == row.slug and each.number and each.key not in stored]
    dated = [(each, each.published) for each in gaps if each.published and since <= each.published <= now - SETTLING]
    recent_since = max(now - RECENT, row.seed_floor or since)
    recent = tuple(each for each, published in dated if published >= recent_since)
    old = tuple(each for each, published in dated if published < recent_since)
    many = len(recent) > MANY_NEW
    return Decision(() if many else recent, old, (), row.seed_floor, held=recent if many else ())


async def reconcile_daily(
    db: Database, configured: Iterable[Feed], topics: tuple[Topic, ...], http: httpx.AsyncClient, notifier: Notifier
) -> list[Reconciliation]:
    """Reconcile the feeds whose day is over; return what was found. No feed is reconciled twice a day, by however many processes."""
    done = []
    for feed in configured:
        claim = await in_thread(_claim, db, feed) if len(feed.sources) > 1 else None
        if claim is not None:
            done.append(await _reconcile(db, feed, claim, topics, http, notifier))
    return done


def _claim(db: Database, feed: Feed) -> tuple[FeedRow, datetime] | None:
    """Return the feed's row and the time, or None if it is not the time, or another process is at it."""
    with db.read() as conn:
        row, now, last = feeds.get(conn, feed.slug), db.now(conn), reconciliations.get(conn, feed.slug)
    if row is None or row.seeded_at is None or (last is not None and now - last.at < EVERY):
        return None
    with db.begin() as conn:
        return (row, now) if idempotency.is_first_time(conn, f"reconcile:{feed.slug}", now, _CLAIM) else None


async def _reconcile(  # six parameters: those of reconcile_daily, and the claim
    db: Database, feed: Feed, claim: tuple[FeedRow, datetime], topics: tuple[Topic, ...], http: httpx.AsyncClient, notifier: Notifier
) -> Reconciliation:
    row, now = claim
    kept = {source.url: states.load(row.sources.get(source.url)) for source in feed.sources}
    others = [source for source in feed.sources[1:] if source != feed.sources[0]]
    # unconditional: what a source had before may have been lost since
    fresh = {url: replace(state, etag="", last_modified="", fetched_at="", digest="") for url, state in kept.items()}
    read = FeedRead(tuple(await asyncio.gather(*(read_source(feed, source, fresh[source.url], http, now) for source in others))))

    def classify(title: str, body: str | None) -> Classified:
        return rules.classify(title, body, topics, about_systems=rules.is_about_systems(feed))

    result = await in_feed_thread(_store, db, feed, read, classify, notifier)
    (logger.warning if result.missing or result.problem else logger.info)(comparison_text(result))
    return result


def _store(db: Database, feed: Feed, read: FeedRead, classify: Classify, notifier: Notifier) -> Reconciliation:
    listed = tuple(each for each in read.parsed or () if each.number)
    warnings = (warning for each in read.worked for warning in each.warnings)
    problem = "; ".join(filter(None, (read.problem, *warnings)))
    with db.read() as conn:  # the writing transaction would keep other writers waiting
        found = _compare(conn, feed, listed, db.now(conn))
    classified = {(each.title, each.body): classify(each.title, each.body) for each in (*found.new, *found.held, *found.backlog)}
    with db.begin() as conn:
        now = db.now(conn)
        feeds.lock(conn, feed.slug)
        found = _compare(conn, feed, listed, now)  # a poll may have brought some of them meanwhile
        store_decision(conn, found, classified, classify, now, catch_up=True)
        keys = tuple(each.key for each in (*found.new, *found.held, *found.backlog))
        result = Reconciliation(feed.slug, now, len(listed), keys, len(found.new), len(found.held), problem)
        reconciliations.save(conn, result)
        if keys:
            entries_missing(conn, notifier, feed.slug, missing_text(result), keys, now)
    return result


def _compare(conn: Connection, feed: Feed, listed: Sequence[Parsed], now: datetime) -> Decision:
    row, stored = feeds.get(conn, feed.slug), entries.known(conn, lookups(listed))
    if row is None or not listed:
        return Decision((), (), (), None)
    return missing(listed, stored, entries.oldest(conn, feed.slug), row, now)
