"""Decide and make a channel's next post.

The earliest due delivery goes first: as a single entry for every subscription that is owed it immediately, or in one digest of all that
its subscription has due, however long an outage took. Many entries that are late go out as one catch-up. A channel never gets an entry
twice: one that was posted is only mentioned. An entry that a stored correction changes goes out with it.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from jobs import corrections, restorations
from jobs.cadence import is_immediate, zone_info
from jobs.changes import load_around
from jobs.matching import left_out
from jobs.models.channels import ChannelRef
from jobs.models.entries import Entry
from jobs.models.posts import Around, Bundle, Carried, Listed, Owed
from jobs.models.subscriptions import Subscription
from jobs.relations import chains, changes, find_changed, find_changers
from jobs.states import CadenceKind, Lead, PostKind
from jobs.store import deliveries, entries, posts, readings
from jobs.store.database import Connection

MIN_CATCH_UP = 6  #: So many late entries of a channel go out as one post.


@dataclass(frozen=True, slots=True)
class Batch:
    """The due deliveries that the next post settles."""

    kind: PostKind  #: NOW, DIGEST or CATCH_UP; a digest of one chain becomes NOW, unless it is a report of changes.
    owed: tuple[Owed, ...]

    @property
    def is_report(self) -> bool:
        return self.kind == PostKind.DIGEST and self.owed[0].subscription.cadence.kind == CadenceKind.CHANGES

    def new(self, carried: Collection[int]) -> list[Owed]:
        return [each for each in self.owed if each.entry not in carried]


@dataclass(frozen=True, slots=True)
class Part:
    """An entry of a planned post; with `posted_at` it is only mentioned."""

    entry: int
    because: str
    posted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The entries that a post shows besides those of its batch."""

    chains: tuple[tuple[int, ...], ...]
    """The new entries of the batch and those related to them; entries that change each other are one chain, the later first."""
    recap: tuple[Part, ...] = ()  #: Of a digest: the entries that its subscription got since the digest before.
    corrections: tuple[int, ...] = ()  #: Of entries that a digest only mentions.
    waiting: tuple[Owed, ...] = ()  #: Unposted deliveries, due or not, of related entries.


@dataclass(frozen=True, slots=True)
class Make:
    kind: PostKind
    subscription: Subscription | None
    period: datetime | None  #: The latest due time in a digest.
    parts: tuple[Part, ...]
    carries: Mapping[int, int]  #: Entry by delivery.
    mentions: Mapping[int, int]  #: Entry by delivery.
    elsewhere: Mapping[int, str]  #: Post by delivery, for those that it does not mention.
    since: datetime | None = None  #: The earliest due time in a catch-up.


def choose(owed: Sequence[Owed], carried: Collection[int]) -> Batch:
    """Return a channel's next deliveries. `owed` is in posting order and not empty; `carried` has those of its entries that posts carry."""
    first = owed[0]
    immediate = [each for each in owed if is_immediate(each.subscription, each.lead)]
    if not is_immediate(first.subscription, first.lead):
        waits = [each for each in owed if each.subscription.id == first.subscription.id and not is_immediate(each.subscription, each.lead)]
        return Batch(PostKind.DIGEST, tuple(waits))
    late = {each.entry for each in immediate if each.catch_up and each.entry not in carried}
    if len(late) >= MIN_CATCH_UP:
        return Batch(PostKind.CATCH_UP, tuple(immediate))
    return Batch(PostKind.NOW, tuple(each for each in immediate if each.entry == first.entry))


def plan(batch: Batch, carried: Mapping[int, Carried], around: Surroundings) -> Make:
    """Plan the post of a batch with something new."""
    new = batch.new(carried)
    old = {each.delivery: carried[each.entry].post for each in batch.owed if each.entry in carried}
    one = len(around.chains) == 1 and batch.kind != PostKind.CATCH_UP and not batch.is_report
    digest = batch.kind == PostKind.DIGEST
    related = [entry for chain in around.chains for entry in chain]
    shown: Iterable[int] = related
    if not one:
        listed = [each for each in batch.owed if each.delivery not in old or not carried[each.entry].dropped] if digest else new
        shown = dict.fromkeys([*(each.entry for each in listed), *related, *around.corrections])
    reasons: dict[int, dict[str, None]] = {}
    for each in (*batch.owed, *around.waiting):
        reasons.setdefault(each.entry, {})[each.because] = None
    carries = {each.delivery: each.entry for each in (*new, *around.waiting) if each.entry not in carried}
    mentions = {each.delivery: each.entry for each in listed if each.delivery in old} if digest and not one else {}
    return Make(
        kind=PostKind.NOW if one else batch.kind,
        subscription=batch.owed[0].subscription if digest else None,
        period=max(each.due_at for each in batch.owed) if digest else None,
        parts=(
            *(Part(entry, "; ".join(reasons.get(entry, ())), carried[entry].posted_at if entry in carried else None) for entry in shown),
            *(() if one else around.recap),
        ),
        carries=carries,
        mentions=mentions,
        elsewhere={delivery: post for delivery, post in old.items() if delivery not in mentions},
        since=min(each.due_at for each in new) if batch.kind == PostKind.CATCH_UP else None,
    )


# The caller of the following holds the channel.


def next_step(conn: Connection, channel_id: int, now: datetime) -> Make | None:
    """Settle due deliveries that need no post; return the next post to make."""
    posts.lock_as_composer(conn)
    deliveries.delete_due_of_ended(conn, channel_id, now)
    restorations.adopt(conn, channel_id, now)
    while owed := candidates(conn, channel_id, now):
        due = {each.entry for each in owed}
        carried = deliveries.carriers(conn, channel_id, due)
        batch = choose(owed, carried)
        if batch.new(carried):
            around = _surroundings(conn, channel_id, batch, carried)
            besides = {*(entry for chain in around.chains for entry in chain), *around.corrections} - due
            return plan(batch, carried | deliveries.carriers(conn, channel_id, besides), around)
        _settle_elsewhere(conn, {each.delivery: carried[each.entry].post for each in batch.owed})
    return None


def candidates(conn: Connection, channel_id: int, now: datetime) -> list[Owed]:
    """Return the due deliveries that `choose` needs.

    These are all for a digest or a catch-up, and else those of one entry: hundreds may be due after a busy day.
    """
    first = deliveries.first_due(conn, channel_id, now)
    if first is None:
        return []
    if is_immediate(first.subscription, first.lead) and not deliveries.has_late_due(conn, channel_id, now):
        of_entry = deliveries.due(conn, channel_id, now, first.entry)
        if of_entry:  # somebody may have moved them just now
            return of_entry
    return deliveries.due(conn, channel_id, now)


def _surroundings(conn: Connection, channel_id: int, batch: Batch, carried: Collection[int]) -> Surroundings:
    related = _without_dropped(conn, channel_id, _related(conn, channel_id, list(dict.fromkeys(each.entry for each in batch.new(carried)))))
    found = chains(related.values(), changes(conn, related.values()))
    waiting = {each.id for chain in found if len(chain) > 1 for each in chain}
    recap: list[Part] = []
    besides: dict[int, Entry] = {}
    if batch.is_report or (batch.kind == PostKind.DIGEST and len(found) > 1):
        recap = [part for part in _recap(conn, batch.owed[0].subscription) if part.entry not in related]
        mentioned = {*(part.entry for part in recap), *(each.entry for each in batch.owed)} - related.keys()
        besides = {each.id: each for each in find_changers(conn, entries.by_ids(conn, mentioned).values())}
        besides = {number: each for number, each in besides.items() if number not in related.keys() | mentioned}
        besides = _without_dropped(conn, channel_id, besides)
        waiting.update(besides)
    return Surroundings(
        tuple(tuple(each.id for each in chain) for chain in found),
        tuple(recap),
        tuple(besides),
        tuple(deliveries.waiting(conn, channel_id, waiting)),
    )


def _without_dropped(conn: Connection, channel_id: int, found: Mapping[int, Entry]) -> dict[int, Entry]:
    carried = deliveries.carriers(conn, channel_id, found.keys())
    return {number: each for number, each in found.items() if number not in carried or not carried[number].dropped}


def _related(conn: Connection, channel_id: int, new: Sequence[int]) -> dict[int, Entry]:
    """Return these entries, the corrections that change them, and whatever these corrections change that the channel still waits for."""
    known = entries.by_ids(conn, new)
    found = {number: known[number] for number in new}
    while True:
        more = {each.id: each for each in find_changers(conn, found.values())}
        changed = {each.id: each for each, _, _ in find_changed(conn, (*found.values(), *more.values()))}
        waits = {each.entry for each in deliveries.waiting(conn, channel_id, changed)} - deliveries.carriers(
            conn, channel_id, changed
        ).keys()
        more |= {number: changed[number] for number in waits}
        if more.keys() <= found.keys():
            return found
        found |= more


def _recap(conn: Connection, owner: Subscription) -> list[Part]:
    """Return the entries that the subscription got outside of its digests since its last one, oldest first."""
    before = posts.latest_digest(conn, owner, alive=True)
    rows = deliveries.sent_since(conn, owner, None if before is None else before.created_at)
    return [Part(row.entry_id, row.because, row.settled_at) for row in rows if row.early or is_immediate(owner, Lead(row.lead))]


def load_bundle(conn: Connection, ref: ChannelRef, channel_id: int, step: Make, now: datetime) -> Bundle:
    known = entries.by_ids(conn, [part.entry for part in step.parts])
    items = tuple(Listed(known[part.entry], part.because, part.posted_at) for part in step.parts)
    period, since, omitted = step.period, step.since, 0
    if step.kind == PostKind.CATCH_UP:
        period = _after(posts.latest_catch_up(conn, channel_id), now, now)
    elif step.subscription is not None and period is not None:
        newest = posts.latest_digest(conn, step.subscription, alive=False)
        # an entry stored at the moment its digest was made gets its own digest
        period = _after(None if newest is None else newest.period, period, now)
        before = posts.latest_digest(conn, step.subscription, alive=True)
        since = None if before is None else before.period
        omitted = len(left_out(step.subscription, entries.routine_between(conn, since or step.subscription.created_at, period)))
    around = Around()
    if step.kind == PostKind.DIGEST and step.subscription is not None and step.subscription.cadence.kind == CadenceKind.CHANGES:
        today = (period or now).astimezone(zone_info(step.subscription.zone)).date()
        around = load_around(conn, known.values(), today, step.subscription.filters, ref.platform)
    return Bundle(
        step.kind,
        ref,
        step.subscription,
        items,
        period,
        now,
        since,
        left_out=omitted,
        changes=changes(conn, [*known.values(), *around.earlier]),
        effective=readings.dates_of(conn, known),
        around=around,
    )


def _after(newest: datetime | None, period: datetime, now: datetime) -> datetime:
    """Return the period, or a later one if the newest is not before it: posts with the same period are parts of each other."""
    return period if newest is None or newest < period else max(now, newest + timedelta(microseconds=1))


def make_post(  # six parameters: where, what was planned, what was composed from it, when
    conn: Connection, channel_id: int, step: Make, bundle: Bundle, contents: Sequence[Mapping[str, Any]], now: datetime
) -> None:
    """Store a planned post. Each part settles the deliveries of the entries that it shows, so that a refusal of one loses no others."""
    owner = None if step.subscription is None else step.subscription.id
    shared = {"channel_id": channel_id, "kind": step.kind, "subscription_id": owner, "period": bundle.period}
    ids = [str(uuid4()) for _ in contents]
    rows = [{"id": each, **shared, "part": number, "content": contents[number - 1]} for number, each in enumerate(ids, 1)]
    posts.add_pending(conn, rows, now)
    showing = {key: each for each, content in reversed(list(zip(ids, contents, strict=True))) for key in content.get("subjects", ())}
    post_of = {item.entry.id: showing.get(item.entry.key, ids[0]) for item in bundle.entries}
    for settled, mention in ((step.carries, False), (step.mentions, True)):
        for post_id in ids:
            deliveries.attach(conn, [each for each, entry in settled.items() if post_of[entry] == post_id], post_id, mention=mention)
    _settle_elsewhere(conn, step.elsewhere)
    new = [item.entry for item in bundle.entries if item.posted_at is None]
    corrections.record_follow_ups(conn, channel_id, {post: [each for each in new if post_of[each.id] == post] for post in ids}, now)


def _settle_elsewhere(conn: Connection, by: Mapping[int, str]) -> None:
    for delivery_id, post_id in by.items():
        deliveries.attach(conn, [delivery_id], post_id, mention=True)
