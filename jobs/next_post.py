"""Decide and make a channel's next post.

The earliest due delivery goes first: as a single entry for every subscription that is owed it immediately, or in one digest of all that
its subscription has due, however long an outage took. A channel never gets an entry twice: one that was posted is only mentioned.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from jobs.cadence import is_immediate
from jobs.matching import left_out
from jobs.models import Bundle, Carried, ChannelRef, Listed, Owed, Subscription
from jobs.states import Lead, PostKind
from jobs.store import deliveries, entries, posts
from jobs.store.database import Connection

MIN_CATCH_UP = 6  #: So many late entries of a channel go out as one post.


@dataclass(frozen=True, slots=True)
class Part:
    """An entry of a planned post; with `posted_at` it is only mentioned."""

    entry: int
    because: str
    posted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """Send nothing: other posts carry these entries."""

    by: Mapping[int, str]  #: Post by delivery.


@dataclass(frozen=True, slots=True)
class Make:
    kind: PostKind
    subscription: Subscription | None
    period: datetime | None  #: The latest due time in a digest.
    parts: tuple[Part, ...]
    carries: Mapping[int, int]  #: Entry by delivery.
    mentions: Mapping[int, int]  #: Entry by delivery.
    elsewhere: Mapping[int, str]  #: Post by delivery, for those that it does not mention.


def plan(owed: Sequence[Owed], carried: Mapping[int, Carried]) -> Mention | Make | None:
    """Return a channel's next step. `owed` is in posting order; `carried` has those of its entries that posts carry."""
    if not owed:
        return None
    first = owed[0]
    immediate = {each.delivery: is_immediate(each.subscription, each.lead) for each in owed}
    if immediate[first.delivery]:
        return _plan_single([each for each in owed if each.entry == first.entry and immediate[each.delivery]], carried)
    return _plan_digest([each for each in owed if each.subscription.id == first.subscription.id and not immediate[each.delivery]], carried)


def _plan_single(owed: Sequence[Owed], carried: Mapping[int, Carried]) -> Mention | Make:
    entry = owed[0].entry
    if entry in carried:
        return Mention({each.delivery: carried[entry].post for each in owed})
    because = "; ".join(dict.fromkeys(each.because for each in owed))
    return Make(PostKind.NOW, None, None, (Part(entry, because),), {each.delivery: entry for each in owed}, {}, {})


def _plan_digest(owed: Sequence[Owed], carried: Mapping[int, Carried]) -> Mention | Make:
    new = [each for each in owed if each.entry not in carried]
    old = {each.delivery: carried[each.entry].post for each in owed if each.entry in carried}
    if not new:
        return Mention(old)
    alone = len(new) == 1
    shown = new if alone else owed
    return Make(
        kind=PostKind.NOW if alone else PostKind.DIGEST,
        subscription=owed[0].subscription,
        period=max(each.due_at for each in owed),
        parts=tuple(Part(each.entry, each.because, carried[each.entry].posted_at if each.entry in carried else None) for each in shown),
        carries={each.delivery: each.entry for each in new},
        mentions={} if alone else {each.delivery: each.entry for each in owed if each.delivery in old},
        elsewhere=old if alone else {},
    )


# The caller of the following holds the channel.


def next_step(conn: Connection, channel_id: int, now: datetime) -> Make | None:
    """Settle due deliveries that need no post; return the next post to make."""
    deliveries.delete_due_of_ended(conn, channel_id, now)
    while True:
        owed = deliveries.due(conn, channel_id, now)
        step = plan(owed, deliveries.carriers(conn, channel_id, {each.entry for each in owed}))
        if not isinstance(step, Mention):
            return step
        _settle_elsewhere(conn, step.by)


def load_bundle(conn: Connection, ref: ChannelRef, step: Make, now: datetime) -> Bundle:
    known = entries.by_ids(conn, [part.entry for part in step.parts])
    items = [Listed(known[part.entry], part.because, part.posted_at) for part in step.parts]
    period, since, omitted = step.period, None, 0
    if step.subscription is not None and period is not None:
        newest = posts.latest_digest(conn, step.subscription, alive=False)
        if newest is not None and newest.period >= period:
            # an entry stored at the moment its digest was made gets its own digest
            period = max(now, newest.period + timedelta(microseconds=1))
        before = posts.latest_digest(conn, step.subscription, alive=True)
        since = None if before is None else before.period
        omitted = len(left_out(step.subscription, entries.routine_between(conn, since or step.subscription.created_at, period)))
        if step.kind == PostKind.DIGEST:
            items += _recap(conn, step.subscription, None if before is None else before.created_at)
    return Bundle(step.kind, ref, step.subscription, tuple(items), period, now, since, left_out=omitted)


def _recap(conn: Connection, owner: Subscription, after: datetime | None) -> list[Listed]:
    """Return what the subscription got immediately since its last digest, oldest first."""
    rows = [row for row in deliveries.sent_since(conn, owner, after) if is_immediate(owner, Lead(row.lead))]
    known = entries.by_ids(conn, [row.entry_id for row in rows])
    return [Listed(known[row.entry_id], row.because, row.settled_at) for row in rows]


def make_post(  # six parameters: where, what was planned, what was composed from it, when
    conn: Connection, channel_id: int, step: Make, bundle: Bundle, contents: Sequence[Mapping[str, Any]], now: datetime
) -> None:
    """Store a planned post. Each part settles the deliveries of the entries that it shows, so that a refusal of one loses no others."""
    owner = None if step.subscription is None else step.subscription.id
    shared = {"channel_id": channel_id, "kind": step.kind, "subscription_id": owner, "period": bundle.period}
    rows = [{"id": str(uuid4()), **shared, "part": number, "content": content} for number, content in enumerate(contents, 1)]
    posts.add_pending(conn, rows, now)
    showing = {key: str(row["id"]) for row in reversed(rows) for key in row["content"].get("subjects", ())}
    post_of = {item.entry.id: showing.get(item.entry.key, str(rows[0]["id"])) for item in bundle.entries}
    for settled, mention in ((step.carries, False), (step.mentions, True)):
        for post_id in dict.fromkeys(post_of.values()):
            deliveries.attach(conn, [each for each, entry in settled.items() if post_of[entry] == post_id], post_id, mention=mention)
    _settle_elsewhere(conn, step.elsewhere)


def _settle_elsewhere(conn: Connection, by: Mapping[int, str]) -> None:
    for delivery_id, post_id in by.items():
        deliveries.attach(conn, [delivery_id], post_id, mention=True)
