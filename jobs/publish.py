"""Ends a poll in one transaction: what was decided is stored and owed, and the feed's row says how it went and when to look again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from content.catalog import Feed
from jobs.decide import OLD_AFTER, Decision, Owner, Reading, decide, health
from jobs.feed_reader import FeedRead
from jobs.models import Classified, Entry, FeedRow, NewEntry, Parsed
from jobs.sources import state as states
from jobs.store import entries, feeds, touching
from jobs.store.database import Database

BACK_OFF_LIMIT = 3600
"""Seconds. An official feed is never given up: at worst it is tried every hour."""
WARNINGS_SHOWN = 5

Classify = Callable[[str, str | None], Classified]
"""What a title and a body (None: there is none) are about."""


@dataclass(frozen=True, slots=True)
class Polled:
    """How a poll went. `error` is None when it worked."""

    feed: str
    new: tuple[Entry, ...] = ()
    """Published, oldest first; some may belong to another feed than the one that was polled."""
    backlog: int = 0
    """Stored, posted to nobody."""
    edited: int = 0
    first: bool = False
    """It was the feed's first poll."""
    unchanged: bool = False
    """Nothing had to be parsed."""
    warning: str | None = None
    error: str | None = None
    next_poll: datetime | None = None
    """None: the feed is paused."""


def publish(db: Database, feed: Feed, row: FeedRow, read: FeedRead, classify: Classify) -> Polled | None:
    """Settles a poll that worked. None: the claim was lost meanwhile, and nothing was stored."""
    if read.parsed is None:
        return _unchanged(db, feed, row, read)
    whole, sound = (all(getattr(each, what) for each in read.worked) for what in ("whole", "sound"))
    reading = Reading(feed.slug, read.parsed, read.first_choice, whole, sound)
    with db.read() as conn:  # classified before the transaction: others want to write too
        ready = _classified(_decide(conn, reading, db.now(conn)), classify)
    with db.begin() as conn:
        now = db.now(conn)
        decision = _decide(conn, reading, now)
        count = max(each.entries for each in read.worked)
        looked = health(reading, decision, now, entries=count, before=row.entries, expects_csms=feed.publishes == "csms")
        doubts = _joined((*(doubt for each in read.worked for doubt in each.warnings), *looked))
        told = _joined((_stood_in(read), doubts)) or None
        next_poll = now + timedelta(seconds=feed.every)
        settled = feeds.settle_success(
            conn,
            feed.slug,
            row.epoch,
            now,
            next_poll=next_poll,
            entries=count,
            changed=bool(decision.new or decision.backlog or decision.edited),
            sources=_kept(feed, row, read, doubts),
            seeded=True,
            seed_floor=decision.seed_floor,
            warning=told,
        )
        if not settled:
            return None
        new, backlog = _store(conn, decision, ready, classify, now)
    return Polled(feed.slug, new, len(backlog), len(decision.edited), row.seeded_at is None, False, told, None, next_poll)


def _unchanged(db: Database, feed: Feed, row: FeedRow, read: FeedRead) -> Polled | None:
    with db.begin() as conn:
        now = db.now(conn)
        doubts = [each.state.warning for each in read.worked]
        if feed.publishes == "csms" and row.last_change and now - row.last_change > OLD_AFTER:
            doubts.append(f"nothing new for {(now - row.last_change).days} days")
        told = _joined((_stood_in(read), *doubts)) or None
        next_poll = now + timedelta(seconds=feed.every)
        settled = feeds.settle_success(
            conn,
            feed.slug,
            row.epoch,
            now,
            next_poll=next_poll,
            entries=row.entries,
            changed=False,
            sources=_kept(feed, row, read, None),
            seeded=False,
            seed_floor=row.seed_floor,
            warning=told,
        )
    return Polled(feed.slug, unchanged=True, warning=told, next_poll=next_poll) if settled else None


def fail(db: Database, feed: Feed, row: FeedRow, read: FeedRead | str) -> Polled | None:
    """Settles a poll that failed: a read of which nothing worked, or a reason in words. None: the claim was lost meanwhile.

    The next try comes after `every`, doubled for each failure in a row, up to an hour; or when the server asked us to come back. A feed
    whose every source is gone for good (410) is paused.
    """
    problem, wait, gone, kept = read, None, False, None
    if isinstance(read, FeedRead):
        problem, wait, gone, kept = read.problem, read.retry_after, read.gone, _kept(feed, row, read, None)
    if wait is None:
        wait = min(feed.every * 2 ** min(row.failures, 20), max(BACK_OFF_LIMIT, feed.every))
    with db.begin() as conn:
        now = db.now(conn)
        next_poll = now + timedelta(seconds=max(wait, feed.every))
        paused = (
            f"gone for good (410) since {now.day} {now:%b %Y}: give it another address in feeds.yaml, or poll it again" if gone else None
        )
        settled = feeds.settle_failure(
            conn, feed.slug, row.epoch, now, error=str(problem), next_poll=next_poll, sources=kept, paused=paused
        )
    return Polled(feed.slug, error=str(problem), next_poll=None if gone else next_poll) if settled else None


def publish_sample(db: Database, parsed: Parsed, classify: Classify) -> Entry | None:
    """Publishes a sample of the playground (feed "sample") as a poll would, without a backlog. None: it was published before."""
    reading = Reading(entries.SAMPLE, (parsed,), first_choice=True, whole=True)
    ready = {_words(parsed): classify(parsed.title, parsed.body)}
    with db.begin() as conn:
        now = db.now(conn)
        decision = decide(reading, {entries.SAMPLE: Owner(now, None)}, entries.known(conn, [parsed.key]), now)
        new, _ = _store(conn, decision, ready, classify, now)
    return new[0] if new else None


def _decide(conn: Any, reading: Reading, now: datetime) -> Decision:
    owners = {}
    for slug in {reading.feed, *(each.feed for each in reading.parsed)}:
        if row := feeds.get(conn, slug):
            owners[slug] = Owner(row.seeded_at, row.seed_floor)
    return decide(reading, owners, entries.known(conn, [each.key for each in reading.parsed]), now)


def _words(parsed: Parsed) -> tuple[str, str | None]:
    return parsed.title, parsed.body


def _classified(decision: Decision, classify: Classify) -> dict[tuple[str, str | None], Classified]:
    return {_words(each): classify(*_words(each)) for each in (*decision.new, *decision.backlog, *decision.edited)}


def _store(
    conn: Any, decision: Decision, ready: dict[tuple[str, str | None], Classified], classify: Classify, now: datetime
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Stores what was decided; answers what is new and what is backlog. Who polled at the same moment may have stored some of it."""

    def classified(parsed: Parsed) -> NewEntry:
        return NewEntry(parsed, ready.get(_words(parsed)) or classify(*_words(parsed)))

    def stored(several: tuple[Parsed, ...], *, backlog: bool) -> tuple[Entry, ...]:
        found = []
        for owner in sorted({each.feed for each in several}):
            found += entries.publish(conn, owner, [classified(each) for each in several if each.feed == owner], now, backlog=backlog)
        if not backlog:
            touching.touch(conn, found, now)
        return tuple(sorted(found, key=lambda each: (each.published, each.id)))

    for each in decision.edited:
        edited = entries.edit(conn, each.key, classified(each), now)
        touching.touch(conn, [edited] if edited else [], now)
    return stored(decision.new, backlog=False), stored(decision.backlog, backlog=True)


def _kept(feed: Feed, row: FeedRow, read: FeedRead, doubts: str | None) -> dict[str, Any]:
    """What the row keeps of its sources: those of this read as they are now, the others as they were. `doubts` (None: nothing was
    parsed) go with the documents that gave cause for them."""
    kept = {source.url: row.sources[source.url] for source in feed.sources if source.url in row.sources}
    for each in read.sources:
        parsed = doubts is not None and each.problem is None and each.parsed is not None
        kept[each.source.url] = states.dump(replace(each.state, warning=doubts or "") if parsed else each.state)
    return kept


def _stood_in(read: FeedRead) -> str:
    return "" if read.first_choice else f"the first choice failed and others stood in for it ({read.problem})"


def _joined(told: Iterable[str]) -> str:
    said = [each for each in told if each]
    more = len(said) - WARNINGS_SHOWN
    return "; ".join([*said[:WARNINGS_SHOWN], *([f"and {more} more of this sort"] if more > 0 else [])])
