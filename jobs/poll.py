"""Polls feeds: claim, fetch, parse, decide, classify, publish. Calls these in order; what is new, `decide` says.

A poll ends in one transaction that settles the claim and stores everything: entries, deliveries and what will be asked with next time
(ETag). A crash before it leaves nothing behind but a lease that runs out.
"""

import asyncio
import logging
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import httpx

from content.catalog import Feed, Topic
from jobs import classify as rules
from jobs.feed_reader import FeedRead, Progress, quiet, read_feed
from jobs.models import Classified, FeedRow
from jobs.publish import Polled, fail, publish
from jobs.sources import state as states
from jobs.store import feeds
from jobs.store.database import Database

logger = logging.getLogger(__name__)

POLL_SECONDS = 65.0
"""For all sources of a feed together."""
LEASE_SECONDS = 75.0
"""Longer than a poll may take: whoever holds a claim beyond it is dead."""

T = TypeVar("T")


@dataclass(slots=True)
class _Claim:
    """A feed's row as it was claimed, and when, by the database's clock."""

    row: FeedRow
    at: datetime


async def poll_due(
    db: Database, configured: Iterable[Feed], topics: tuple[Topic, ...], http: httpx.AsyncClient, progress: Progress = quiet
) -> list[Polled]:
    """Polls those of the feeds that are due, all at a time; answers when the last one has ended."""
    polls = [poll_feed(db, feed, topics, http, progress) for feed in await due_feeds(db, configured)]
    ended = await asyncio.gather(*polls, return_exceptions=True)  # one that crashes doesn't leave the others behind
    for each in ended:
        if isinstance(each, BaseException):
            raise each
    return [each for each in ended if isinstance(each, Polled)]


async def due_feeds(db: Database, configured: Iterable[Feed]) -> list[Feed]:
    """Which of the feeds are due. A feed without a row gets one. One that was paused because its address is gone goes on as soon as
    it has another address."""
    return await asyncio.to_thread(_due_feeds, db, tuple(configured))


def _due_feeds(db: Database, configured: tuple[Feed, ...]) -> list[Feed]:
    with db.read() as conn:
        rows = {row.slug: row for row in feeds.states(conn)}
        now = db.now(conn)
    missing = [feed.slug for feed in configured if feed.slug not in rows]
    readdressed = [feed.slug for feed in configured if feed.slug in rows and rows[feed.slug].paused and not _gone(feed, rows[feed.slug])]
    if missing or readdressed:
        with db.begin() as conn:
            feeds.ensure(conn, missing, now)
            feeds.due_now(conn, readdressed, now)
    at_once = {*missing, *readdressed}
    return [feed for feed in configured if feed.slug in at_once or (not rows[feed.slug].paused and rows[feed.slug].next_poll <= now)]


def _gone(feed: Feed, row: FeedRow) -> bool:
    return all(states.load(row.sources.get(source.url, {})).gone for source in feed.sources)


async def poll_feed(
    db: Database, feed: Feed, topics: tuple[Topic, ...], http: httpx.AsyncClient, progress: Progress = quiet
) -> Polled | None:
    """Polls one feed, if it is due and nobody else is at it; None otherwise.

    A failed poll is an answer (`Polled.error`). A poll that is cancelled gives its claim back. Raises only when not even the failure can
    be stored, because the database is away; the claim then runs out by itself.
    """
    claims: list[_Claim] = []
    try:
        await _to_its_end(asyncio.to_thread(_claim, db, feed, claims))
        if not claims:
            return None
        polled = await _poll(db, feed, claims[0], topics, http, progress)
    except asyncio.CancelledError:
        for claim in claims:
            await asyncio.to_thread(_release, db, claim.row)
        raise
    if polled is None:
        progress(f"{feed.slug}: somebody else has polled it meanwhile; this poll stored nothing")
    else:
        logger.log(_weight(polled), in_words(polled))
        progress(in_words(polled))
    return polled


def _weight(polled: Polled) -> int:
    if polled.error is not None:
        return logging.WARNING
    return logging.INFO if polled.new or polled.first else logging.DEBUG


async def _poll(
    db: Database, feed: Feed, claim: _Claim, topics: tuple[Topic, ...], http: httpx.AsyncClient, progress: Progress
) -> Polled | None:
    def classify(title: str, body: str | None) -> Classified:
        return rules.classify(title, body, topics)

    kept = {url: states.load(raw) for url, raw in claim.row.sources.items()}
    try:
        async with asyncio.timeout(POLL_SECONDS):
            read: FeedRead | str = await read_feed(feed, kept, http, claim.at, progress)
    except TimeoutError:
        read = f"the poll took more than {POLL_SECONDS:g} seconds"
    except Exception as problem:
        logger.exception("%s could not be read", feed.slug)
        read = f"a defect in reading it: {problem!r}"[:500]
    try:
        if isinstance(read, FeedRead) and read.worked:
            return await _to_its_end(asyncio.to_thread(publish, db, feed, claim.row, read, classify))
        return await _to_its_end(asyncio.to_thread(fail, db, feed, claim.row, read))
    except Exception as problem:
        logger.exception("%s could not be stored", feed.slug)
        return await _to_its_end(asyncio.to_thread(fail, db, feed, claim.row, f"what was read could not be stored: {problem!r}"[:500]))


def _claim(db: Database, feed: Feed, claims: list[_Claim]) -> None:
    with db.begin() as conn:
        now = db.now(conn)
        row = feeds.claim(conn, feed.slug, now, LEASE_SECONDS)
    if row is not None:
        claims.append(_Claim(row, now))


def _release(db: Database, row: FeedRow) -> None:
    with db.begin() as conn:
        feeds.release(conn, row.slug, row.epoch)


async def _to_its_end(work: Awaitable[T]) -> T:
    """A transaction in a thread can't be interrupted: a cancel waits until it has ended."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def in_words(polled: Polled) -> str:
    """One plain sentence about a poll."""
    if polled.error is not None:
        wait = f"; next try {polled.next_poll:%H:%M:%S} UTC" if polled.next_poll else "; it is paused"
        return f"{polled.feed}: failed: {polled.error}{wait}"
    if polled.unchanged:
        said = "nothing changed"
    elif polled.first:
        said = f"first poll: {polled.backlog} entries stored, none posted"
    else:
        said = f"{len(polled.new)} new" + "".join(
            f", {count} {what}" for count, what in ((polled.backlog, "old"), (polled.edited, "edited")) if count
        )
    return f"{polled.feed}: {said}" + (f" ({polled.warning})" if polled.warning else "")
