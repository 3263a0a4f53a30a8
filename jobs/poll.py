"""Poll feeds. One transaction stores everything; a crash before it leaves only a lease."""

import asyncio
import logging
import math
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import random
from typing import Any, TypeVar

import httpx

from content.catalog import Feed, Topic
from jobs import classify as rules
from jobs.clock import repair
from jobs.feed_health import entry_count
from jobs.feed_reader import FeedRead, Progress, quiet, read_feed
from jobs.models.entries import Classified
from jobs.models.feeds import FeedRow, Scheduled
from jobs.notices import Notifier
from jobs.publish import Polled, fail, publish
from jobs.sources import state as states
from jobs.store import feeds
from jobs.store.clock import TOLERANCE
from jobs.store.database import Database, first_line, is_away
from jobs.threads import in_feed_thread, in_thread

logger = logging.getLogger(__name__)

POLL_SECONDS = 65.0  #: For all sources of a feed.
LEASE_SECONDS = 25.0  #: After a crash the feed is free again.
RENEW_SECONDS = 8.0  #: A poll that is done sooner renews nothing.

T = TypeVar("T")
Chance = Callable[[], float]  #: From 0 to 1.

_Claim = tuple[FeedRow, datetime]  #: With the time of the claim.


async def poll_due(  # seven parameters: what to poll, and the polls' surroundings
    db: Database,
    configured: Iterable[Feed],
    topics: tuple[Topic, ...],
    http: httpx.AsyncClient,
    progress: Progress = quiet,
    chance: Chance = random,
    *,
    notifier: Notifier,
) -> list[Polled]:
    polls = [poll_feed(db, feed, topics, http, progress, chance, notifier=notifier) for feed in (await due_feeds(db, configured)).feeds]
    ended = await asyncio.gather(*polls, return_exceptions=True)  # a crash does not abandon the others
    for each in ended:
        if isinstance(each, BaseException):
            raise each
    return [each for each in ended if isinstance(each, Polled)]


@dataclass(frozen=True, slots=True)
class DueFeeds:
    """The feeds that are due, and the seconds until another one is."""

    feeds: tuple[Feed, ...]
    wait: float


async def due_feeds(db: Database, configured: Iterable[Feed]) -> DueFeeds:
    """A new feed gets a row; one that was gone resumes with a new address."""
    return await in_thread(_due_feeds, db, tuple(configured))


def _due_feeds(db: Database, configured: tuple[Feed, ...]) -> DueFeeds:
    with db.read() as conn:
        rows = feeds.schedule(conn)
        now = db.now(conn)
    if db.monitor.unchecked:
        repair(db, LEASE_SECONDS)
        return _due_feeds(db, configured)
    missing = [feed.slug for feed in configured if feed.slug not in rows]
    moved = [feed.slug for feed in configured if feed.slug in rows and _waits_in_vain(feed, rows[feed.slug], now)]
    if missing or moved:
        with db.begin() as conn:
            feeds.ensure(conn, missing, now)
            feeds.make_due(conn, moved, now)
    waits = {feed: 0.0 for feed in configured if feed.slug in {*missing, *moved}}
    for feed in configured:
        if feed not in waits and not rows[feed.slug].paused:
            waits[feed] = (rows[feed.slug].next_poll - now).total_seconds()
    due = tuple(feed for feed in configured if waits.get(feed, math.inf) <= 0)
    return DueFeeds(due, min((wait for wait in waits.values() if wait > 0), default=math.inf))


def _waits_in_vain(feed: Feed, row: Scheduled, now: datetime) -> bool:
    """Whether its address changed while it was gone, its interval became shorter, or the clock was set back."""
    if row.paused:
        return not _is_gone(feed, row)
    return not row.failures and row.next_poll > now + timedelta(seconds=feed.every) + TOLERANCE


def _is_gone(feed: Feed, row: Scheduled) -> bool:
    return all(states.load((row.sources or {}).get(source.url, {})).gone for source in feed.sources)


async def poll_feed(  # seven parameters: what to poll, and the poll's surroundings
    db: Database,
    feed: Feed,
    topics: tuple[Topic, ...],
    http: httpx.AsyncClient,
    progress: Progress = quiet,
    chance: Chance = random,
    *,
    notifier: Notifier,
) -> Polled | None:
    """Poll a feed if due and free. A failure is a result; a cancellation gives the claim back. Raises if the database is away."""
    claims: list[_Claim] = []
    try:
        await in_thread(_claim, db, feed, claims)
        if not claims:
            return None
        polled = await _poll(db, feed, claims[0], topics, http, progress, chance(), notifier)
    except asyncio.CancelledError:
        for claim in claims:
            await in_thread(_release, db, claim[0])
        raise
    if polled is None:
        progress(f"{feed.slug}: another process polled it in the meantime; this poll stored nothing")
    else:
        needs_admin = polled.error is not None or polled.held
        level = logging.WARNING if needs_admin else logging.INFO if polled.new or polled.first else logging.DEBUG
        logger.log(level, summary(polled))
        progress(summary(polled))
    return polled


async def _poll(  # eight parameters: those of poll_feed and its claim
    db: Database,
    feed: Feed,
    claim: _Claim,
    topics: tuple[Topic, ...],
    http: httpx.AsyncClient,
    progress: Progress,
    chance: float,
    notifier: Notifier,
) -> Polled | None:
    def classify(title: str, body: str | None) -> Classified:
        return rules.classify(title, body, topics, about_systems=rules.is_about_systems(feed))

    row, at = claim
    kept = {url: states.load(raw) for url, raw in row.sources.items()}
    try:
        async with asyncio.timeout(POLL_SECONDS):
            read: FeedRead | str | None = await _while_held(db, row, read_feed(feed, kept, http, at, progress))
    except TimeoutError:
        read = f"the poll took more than {POLL_SECONDS:g} seconds"
    except Exception as problem:
        logger.exception("could not read %s", feed.slug)
        read = f"an internal error while reading it: {problem!r}"[:500]
    if read is None:
        return None
    try:
        if isinstance(read, FeedRead) and read.worked:
            return await in_feed_thread(publish, db, feed, row, read, classify, chance, notifier)
        return await in_thread(fail, db, feed, row, read, chance)
    except Exception as problem:
        logger.exception("could not store %s", feed.slug)
        return await in_thread(fail, db, feed, row, f"the result could not be stored: {problem!r}"[:500], chance)


async def _while_held(db: Database, claim: FeedRow, work: Coroutine[Any, Any, T]) -> T | None:
    """Renew the claim while `work` runs. Return None, and cancel the work, if the claim is lost."""
    working, renewing = asyncio.create_task(work), asyncio.create_task(_renew_until_lost(db, claim))
    try:
        await asyncio.wait((working, renewing), return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        for task in (working, renewing):
            task.cancel()
        await asyncio.gather(working, renewing, return_exceptions=True)


async def _renew_until_lost(db: Database, claim: FeedRow) -> None:
    while True:
        await asyncio.sleep(RENEW_SECONDS)
        try:
            if not await in_thread(_renew, db, claim):
                return
        except Exception as problem:  # settling checks the claim again
            if not is_away(problem):
                logger.warning("could not renew the claim of %s: %s", claim.slug, first_line(problem))


def _renew(db: Database, claim: FeedRow) -> bool:
    with db.begin() as conn:
        return feeds.renew(conn, claim, db.now(conn), LEASE_SECONDS)


def _claim(db: Database, feed: Feed, claims: list[_Claim]) -> None:
    with db.begin() as conn:
        now = db.now(conn)
        row = feeds.claim(conn, feed.slug, now, LEASE_SECONDS)
    if row is not None:
        claims.append((row, now))


def _release(db: Database, row: FeedRow) -> None:
    with db.begin() as conn:
        feeds.release(conn, row)


def summary(polled: Polled) -> str:
    if polled.error is not None:
        wait = f"; next try {polled.next_poll:%H:%M:%S} UTC" if polled.next_poll else "; it is paused"
        return f"{polled.feed}: failed: {polled.error}{wait}"
    if polled.unchanged:
        text = "nothing changed"
    elif polled.first:
        text = f"first poll: {entry_count(polled.backlog)} stored, none posted"
    else:
        counts = ((polled.held, "held"), (polled.backlog, "old"), (polled.edited, "edited"))
        text = f"{len(polled.new)} new" + "".join(f", {count} {what}" for count, what in counts if count)
    return f"{polled.feed}: {text}" + (f" ({polled.warning})" if polled.warning else "")
