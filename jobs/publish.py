"""Publish what a poll read, in one transaction with the poll's result."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from content.catalog import Feed
from content.search.text import storable_text
from jobs import audit
from jobs.cadence import due_at as next_due
from jobs.corrections import record_corrections
from jobs.decide import OLD_AFTER, Decision, Owner, Snapshot, decide, health
from jobs.feed_reader import FeedRead
from jobs.identity import FEW_RENAMED, Matched, lookups, match
from jobs.matching import matches
from jobs.models.entries import SAMPLE, Classified, Entry, Link, NewEntry, Parsed, TopicHit
from jobs.models.feeds import FeedRow
from jobs.models.subscriptions import Filters, SubscriptionSpec
from jobs.notices import SILENT, Notifier, flood_held
from jobs.reading import read_entries
from jobs.relations import strongest
from jobs.sources import state as states
from jobs.sources.document import MAX_ENTRIES
from jobs.states import AuditAction, Lead, PollProblem
from jobs.store import deliveries, entries, feeds, readings, subscriptions
from jobs.store.database import Connection, Database
from jobs.store.feeds import PollFailure, PollSuccess

MAX_BACK_OFF_SECONDS = 3600
JITTER = 0.1  #: Of an interval.
MAX_WARNINGS = 5

MAX_AUDITED = 20  #: Numbers of entries in a row of the audit.

CATCH_UP_AFTER = timedelta(hours=6)
"""Since the last good poll of a feed: what the next one brings is late, and much of it goes out as one catch-up."""

Classify = Callable[[str, str | None], Classified]  #: Of title and body.


@dataclass(frozen=True, slots=True)
class Polled:
    feed: str
    new: tuple[Entry, ...] = ()  #: Oldest first, possibly of another feed than the polled one.
    backlog: int = 0
    edited: int = 0
    held: int = 0
    first: bool = False
    unchanged: bool = False
    warning: str | None = None
    error: str | None = None
    next_poll: datetime | None = None  #: None if the feed is paused.


def spread(seconds: float, chance: float) -> float:
    """Shorten an interval by up to a tenth, so that feeds and processes do not poll in step. `chance` is from 0 to 1."""
    return seconds * (1 - JITTER * chance)


def publish(  # seven parameters: where, which feed, by what right, what was read, how to sort it, chance, whom to tell
    db: Database, feed: Feed, claim: FeedRow, read: FeedRead, classify: Classify, chance: float = 0.0, notifier: Notifier = SILENT
) -> Polled | None:
    """Settle a successful poll. Return None, having stored nothing, if the claim was lost."""
    if read.parsed is None:
        return _publish_unchanged(db, feed, claim, read, chance)
    whole = all(each.whole for each in read.worked)
    sound = all(each.sound for each in read.worked)
    count = max(each.entries for each in read.worked)
    snapshot = Snapshot(feed.slug, read.parsed, read.first_choice, whole, sound, complete=count < MAX_ENTRIES)
    with db.read() as conn:  # the writing transaction would keep other writers waiting
        known, matched = _match(conn, snapshot.parsed)
        first_look = _decide(conn, replace(snapshot, parsed=matched.parsed), db.now(conn))
        several = (*first_look.new, *first_look.held, *first_look.backlog, *first_look.edited)
        classified = {_text(each): classify(*_text(each)) for each in several}
    with db.begin() as conn:
        now = db.now(conn)
        if entries.known(conn, lookups(snapshot.parsed)).keys() != known.keys():  # another feed brought some of them meanwhile
            _, matched = _match(conn, snapshot.parsed)
        snapshot = replace(snapshot, parsed=matched.parsed)
        decision = _decide(conn, snapshot, now)
        looked = health(snapshot, decision, now, entries=count, before=claim.entries, expects_csms=feed.publishes == "csms")
        renamed = f"{matched.renamed} entries came back under new identities; none was posted again"
        looked = (renamed, *looked) if matched.renamed >= FEW_RENAMED else looked
        doubts = _join((*(doubt for each in read.worked for doubt in each.warnings), *looked))
        result = PollSuccess(
            next_poll=now + timedelta(seconds=spread(feed.every, chance)),
            entries=count,
            changed=bool(decision.new or decision.held or decision.backlog or decision.edited),
            sources=_source_states(feed, claim, read, doubts),
            seeded=True,
            seed_floor=decision.seed_floor,
            warning=_join((_fallback_warning(read), doubts)) or None,
            flooded=decision.flood,
        )
        if not feeds.settle_success(conn, claim, now, result):
            return None
        if decision.held and not _holds(conn, feed.slug):
            flood_held(conn, notifier, feed.slug, len(decision.held), now)
        catch_up = claim.last_success is not None and now - claim.last_success > CATCH_UP_AFTER
        new, backlog = store_decision(conn, decision, classified, classify, now, catch_up=catch_up)
        entries.add_aliases(conn, matched.aliases, now)
    return Polled(
        feed.slug,
        new,
        len(backlog),
        len(decision.edited),
        len(decision.held),
        first=claim.seeded_at is None,
        warning=result.warning,
        next_poll=result.next_poll,
    )


def _holds(conn: Connection, slug: str) -> bool:
    row = feeds.get(conn, slug)
    return row is not None and row.held > 0


def _publish_unchanged(db: Database, feed: Feed, claim: FeedRow, read: FeedRead, chance: float) -> Polled | None:
    with db.begin() as conn:
        now = db.now(conn)
        doubts = [each.state.warning for each in read.worked]
        if feed.publishes == "csms" and claim.last_change and now - claim.last_change > OLD_AFTER:
            doubts.append(f"nothing new for {(now - claim.last_change).days} days")
        result = PollSuccess(
            next_poll=now + timedelta(seconds=spread(feed.every, chance)),
            entries=claim.entries,
            changed=False,
            sources=_source_states(feed, claim, read, None),
            seeded=False,
            seed_floor=claim.seed_floor,
            warning=_join((_fallback_warning(read), *doubts)) or None,
        )
        settled = feeds.settle_success(conn, claim, now, result)
    return Polled(feed.slug, unchanged=True, warning=result.warning, next_poll=result.next_poll) if settled else None


def fail(db: Database, feed: Feed, claim: FeedRow, read: FeedRead | str, chance: float = 0.0) -> Polled | None:
    """Settle a failed poll; a feed whose every source is gone (410) is paused. Return None if the claim was lost.

    The wait doubles with each failure up to an hour, unless the server asked for one.
    """
    problem, kind, wait, gone, sources = read, PollProblem.OTHER, None, False, None
    if isinstance(read, FeedRead):
        problem, wait, gone, sources = read.problem, read.retry_after, read.gone, _source_states(feed, claim, read, None)
        kind = read.kind or PollProblem(claim.problem or "")  # a wait that a server asked for is part of the problem that it had then
    if wait is None:
        wait = spread(min(feed.every * 2 ** min(claim.failures, 20), max(MAX_BACK_OFF_SECONDS, feed.every)), chance)
    else:  # never sooner than the server asked for
        wait = max(wait * (1 + JITTER * chance), spread(feed.every, chance))
    with db.begin() as conn:
        now = db.now(conn)
        next_poll = now + timedelta(seconds=wait)
        paused = f"permanently gone (410) since {now.day} {now:%b %Y}: change its address in feeds.yaml, or poll it again" if gone else None
        settled = feeds.settle_failure(conn, claim, now, PollFailure(str(problem), next_poll, sources, paused, kind))
    return Polled(feed.slug, error=str(problem), next_poll=None if gone else next_poll) if settled else None


def publish_sample(db: Database, parsed: Parsed, classify: Classify) -> Entry | None:
    """Publish a playground sample. Return None if it was published before."""
    snapshot = Snapshot(SAMPLE, (parsed,), first_choice=True, whole=True)
    classified = {_text(parsed): classify(parsed.title, parsed.body)}
    with db.begin() as conn:
        now = db.now(conn)
        decision = decide(snapshot, {SAMPLE: Owner(now, None)}, entries.known(conn, [parsed.key]), now)
        new, _ = store_decision(conn, decision, classified, classify, now)
    return new[0] if new else None


def publish_entries(  # seven parameters: what, from where, and when; three flags
    conn: Connection, feed: str, new: Iterable[NewEntry], now: datetime, *, backlog: bool, held: bool = False, catch_up: bool = False
) -> list[Entry]:
    """Store a feed's new entries and owe them, except `backlog` and `held` ones, to matching subscriptions, also in paused channels.

    Stored keys are skipped; return what was new, oldest first; entries of one date stay in their order. Raises ValueError for another
    feed's entry, which would bypass that feed's first poll.
    """
    new = list(new)
    for each in new:
        if each.parsed.feed != feed:
            raise ValueError(f"{each.parsed.key} belongs to the feed {each.parsed.feed} and cannot be published by {feed}")
    stored = read_entries(conn, entries.add(conn, map(_storable, new), now, backlog=backlog, held=held))
    if not backlog and not held:
        owe(conn, stored, now, catch_up=catch_up)
    return stored


def end_hold(db: Database, feed: str, who: str, *, post: bool) -> list[Entry]:
    """Post a feed's held entries, or mark them as seen, and return them; those that somebody decided about before are not among them."""
    with db.begin() as conn:
        now = db.now(conn)
        feeds.lock(conn, feed)
        released = entries.release_held(conn, feed, backlog=not post)
        if post:
            owe(conn, released, now, late=True, catch_up=True)
            record_corrections(conn, released, now)
        if released:
            what = AuditAction.HELD_POSTED if post else AuditAction.HELD_SEEN
            numbers = [each.number or each.key for each in released[:MAX_AUDITED]]
            audit.record(conn, who, audit.Change(what, f"feed {feed}", {"held": len(released)}, {"numbers": numbers}), now)
    return released


def edit_entry(conn: Connection, key: str, new: NewEntry, now: datetime, *, catch_up: bool = False) -> Entry | None:
    """Replace a stored entry's text and topics. Return None if the key is not stored.

    It posts nothing, except to subscriptions that match only now that a missing body arrived. The date stays, unless it was the archive's.
    """
    row = entries.lock_by_key(conn, key)
    if row is None:
        return None
    new = _storable(new)
    parsed = new.parsed if new.parsed.body is not None else replace(new.parsed, body=row.body, links=entries.load_links(row.links))
    dated = new.parsed.published if row.archived and not new.parsed.archived else None
    published = row.published if dated is None else min(dated, now)
    (edited,) = read_entries(conn, [entries.replace(conn, row.id, replace(new, parsed=parsed), now, published)])
    arrived = row.body is None and edited.body is not None and row.body_deleted_at is None and row.outcomes_deleted_at is None
    if arrived and not row.backlog and not edited.held:
        owe(conn, [edited], now, late=True, catch_up=catch_up)
    return edited


def _storable(new: NewEntry) -> NewEntry:
    """Drop text that a database cannot hold."""
    parsed, classified = new.parsed, new.classified
    key, number, title, url = (storable_text(text) for text in (parsed.key, parsed.number, parsed.title, parsed.url))
    body = None if parsed.body is None else storable_text(parsed.body)
    links = tuple(Link(storable_text(each.text), storable_text(each.url)) for each in parsed.links)
    topics = tuple(TopicHit(hit.topic, storable_text(hit.because)) for hit in classified.topics)
    parsed = replace(parsed, key=key, number=number, title=title, url=url, body=body, links=links)
    return NewEntry(parsed, replace(classified, topics=topics))


def owe(conn: Connection, published: Sequence[Entry], now: datetime, *, late: bool = False, catch_up: bool = False) -> int:
    """Owe entries to every live subscription that matches, `late` ones not to younger subscriptions; return how many.

    A document that another feed brought is not owed where the channel gets that one no later. `catch_up`: many of them are to go out as
    one post.
    """
    if not published:
        return 0
    deliveries.lock_as_publisher(conn)
    live = subscriptions.live_rows(conn, dated=late)
    texts = {(row.filters_digest, row.platform): row.filters for row in live}
    filters = {key: subscriptions.load_filters(json.loads(stored)) for key, stored in texts.items()}

    @cache
    def due(stored: str, zone: str, digest_only: bool, lead: Lead) -> datetime:
        cadence = subscriptions.load_cadence(json.loads(stored))
        return next_due(SubscriptionSpec(Filters(), cadence, zone, digest_only), lead, now)

    owed: defaultdict[deliveries.Terms, list[int]] = defaultdict(list)
    dues = deliveries.document_dues(conn, published)
    for entry in published:
        reasons = {key: matches(wanted, key[1], entry) for key, wanted in filters.items()}
        for row in live:
            because = reasons[row.filters_digest, row.platform]
            if because is not None and not (late and row.created_at > entry.first_seen):
                usual = due(row.cadence, row.zone, row.digest_only, entry.lead)
                due_at = usual if row.paused_until is None else max(usual, row.paused_until)
                if (other := dues.get((entry.id, row.channel_id))) is not None and other <= due_at:
                    continue
                owed[entry.id, due_at, because, (catch_up and due_at <= now) or usual <= now < due_at].append(row.id)
    deliveries.add(conn, owed, now)
    return sum(map(len, owed.values()))


def _match(conn: Connection, parsed: Sequence[Parsed]) -> tuple[Mapping[str, Entry], Matched]:
    """Recognize stored entries; return also those found by name. All of the feed are read only if there are others."""
    known = entries.known(conn, lookups(parsed))
    matched = match(parsed, known, ())
    if matched.unknown:
        matched = match(parsed, known, entries.outlines(conn, sorted({each.feed for each in matched.unknown})))
    return known, matched


def _decide(conn: Connection, snapshot: Snapshot, now: datetime) -> Decision:
    owners = {}
    for slug in {snapshot.feed, *(each.feed for each in snapshot.parsed)}:
        if row := feeds.get(conn, slug):
            owners[slug] = Owner(row.seeded_at, row.seed_floor, row.flooded_at, row.held)
    return decide(snapshot, owners, entries.known(conn, [each.key for each in snapshot.parsed]), now)


def _text(parsed: Parsed) -> tuple[str, str | None]:
    return parsed.title, parsed.body


def store_decision(  # six parameters: what was decided, how it is classified, when, and a flag
    conn: Connection,
    decision: Decision,
    classified: Mapping[tuple[str, str | None], Classified],
    classify: Classify,
    now: datetime,
    *,
    catch_up: bool = False,
) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """Store what was decided. Return what is new and what is backlog; another poll may have stored some meanwhile."""

    def entry(parsed: Parsed) -> NewEntry:
        return NewEntry(parsed, classified.get(_text(parsed)) or classify(*_text(parsed)))

    def add(several: tuple[Parsed, ...], *, backlog: bool = False, held: bool = False) -> tuple[Entry, ...]:
        stored = []
        oldest_first = several[::-1]  # a document's newest entry is its first
        for owner in sorted({each.feed for each in several}):
            new = [entry(each) for each in oldest_first if each.feed == owner]
            stored += publish_entries(conn, owner, new, now, backlog=backlog, held=held, catch_up=catch_up)
        return tuple(sorted(stored, key=lambda each: (each.published, each.id)))

    stored_before = [stored.id for each in decision.edited if (stored := entries.by_key(conn, each.key)) is not None]
    before = {entry_id: strongest(named) for entry_id, named in readings.relations_of(conn, stored_before).items()}
    edited = [edit_entry(conn, each.key, entry(each), now, catch_up=catch_up) for each in decision.edited]
    add(decision.held, held=True)
    new, backlog = add(decision.new), add(decision.backlog, backlog=True)
    # last: nobody makes posts from here to the end of the transaction
    record_corrections(conn, (*(each for each in edited if each is not None and not each.held), *new), now, before=before)
    return new, backlog


def _source_states(feed: Feed, claim: FeedRow, read: FeedRead, doubts: str | None) -> dict[str, Any]:
    """`doubts` stay with the documents that caused them; None: nothing was parsed."""
    kept = {source.url: claim.sources[source.url] for source in feed.sources if source.url in claim.sources}
    for each in read.sources:
        parsed = doubts is not None and each.problem is None and each.parsed is not None
        kept[each.source.url] = states.dump(replace(each.state, warning=doubts or "") if parsed else each.state)
    return kept


def _fallback_warning(read: FeedRead) -> str:
    return "" if read.first_choice else f"the first choice failed, so its fallback was read ({read.problem})"


def _join(warnings: Iterable[str]) -> str:
    shown = [each for each in warnings if each]
    more = len(shown) - MAX_WARNINGS
    return "; ".join([*shown[:MAX_WARNINGS], *([f"and {more} more warnings"] if more > 0 else [])])
