"""Save, change and end subscriptions.

Filters are a subscription's identity in a channel: changing them ends it and saves another, to which what still matches is then owed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from jobs import audit
from jobs.cadence import due_at, is_immediate
from jobs.matching import matches
from jobs.models.subscriptions import Subscription, SubscriptionSpec
from jobs.states import AuditAction, CadenceKind, Lead, Saved
from jobs.store import channels, deliveries, entries, posts, subscriptions
from jobs.store.database import Connection


@dataclass(frozen=True, slots=True)
class SavedSubscription:
    subscription: Subscription
    outcome: Saved
    before: Subscription | None = None  #: The subscription that was changed.
    joined: bool = False  #: Another subscription with these filters took its place.


def complete(spec: SubscriptionSpec, before: Subscription) -> SubscriptionSpec:
    """Return what a subscription is to become, where the words of a change name only a part of it."""
    filters = spec.filters
    if "topics" in spec.omitted:
        system = before.filters.system if "system" in spec.omitted else filters.system
        filters = replace(before.filters, system=system)
    keeps_cadence = "cadence" in spec.omitted and not (spec.digest_only and before.cadence.kind == CadenceKind.NOW)
    cadence = before.cadence if keeps_cadence else spec.cadence
    if keeps_cadence and spec.cadence.kind == CadenceKind.CHANGES:  # "changes" alone keeps the day of a week
        cadence = spec.cadence if before.cadence.weekday is None else replace(before.cadence, kind=CadenceKind.CHANGES)
    return replace(
        spec,
        filters=filters,
        cadence=cadence,
        zone=before.zone if "zone" in spec.omitted else spec.zone,
        digest_only=spec.digest_only or (keeps_cadence and before.digest_only),
        deadlines=before.deadlines if "deadlines" in spec.omitted else spec.deadlines,
    )


def save_subscription(conn: Connection, channel_id: int, spec: SubscriptionSpec, who: str, now: datetime) -> SavedSubscription:
    """Subscribe a channel, to nothing stored already; one with the same filters gets the new times.

    What that one is owed moves, except what is due; what waited for a digest and is due now goes out as a catch-up, if it is much.
    """
    saved = _save(conn, channel_id, spec, who, now)
    _record(conn, who, saved, now)
    return saved


def _record(conn: Connection, who: str, saved: SavedSubscription, now: datetime) -> None:
    after, before = saved.subscription, saved.before
    if saved.outcome == Saved.SAME:
        return
    what = AuditAction.SUBSCRIBED if before is None else AuditAction.CHANGED
    old = None if before is None else {"number": before.id, **audit.describe(before)}
    change = audit.Change(
        what, _subject(after.id if before is None else before.id), old, {"number": after.id, **audit.describe(after)}, after.channel
    )
    audit.record(conn, who, change, now)


def _subject(subscription_id: int) -> str:
    return f"subscription {subscription_id}"


def _save(conn: Connection, channel_id: int, spec: SubscriptionSpec, who: str, now: datetime) -> SavedSubscription:
    created = subscriptions.add(conn, channel_id, spec, who, now)
    if created is not None:
        channels.end_wait_of_notice(conn, channel_id, now)  # somebody in the channel subscribed, so it is open now
        return SavedSubscription(created, Saved.CREATED)
    channels.lock(conn, channel_id)  # before any row that a worker locks after it
    before = subscriptions.lock_live(conn, channel_id, spec.filters)
    if before is None:  # it just ended
        return _save(conn, channel_id, spec, who, now)
    if (before.cadence, before.zone, before.digest_only, before.deadlines) == (spec.cadence, spec.zone, spec.digest_only, spec.deadlines):
        return SavedSubscription(before, Saved.SAME, before)
    subscriptions.set_timing(conn, before, spec, now)
    changed = _reschedule(conn, before.id, now, later_than=now)
    if before.cadence.kind != CadenceKind.NOW:
        deliveries.mark_catch_up(conn, [channel_id], now, subscription_id=before.id)
    return SavedSubscription(changed, Saved.CHANGED, before)


def pause_subscription(  # six parameters: which one, until when, by whom and when
    conn: Connection, channel_id: int, subscription_id: int, until: datetime | None, who: str, now: datetime
) -> Subscription | None:
    """Let nothing be due before `until`; None resumes. Return None if the subscription is not live in the channel."""
    channels.lock(conn, channel_id)
    deliveries.lock_out_publishers(conn)
    before = next((each for each in subscriptions.list_for_channel(conn, channel_id) if each.id == subscription_id), None)
    if before is None:
        return None
    subscriptions.set_pause(conn, subscription_id, until)
    paused = _reschedule(conn, subscription_id, now)
    if until is None:
        deliveries.mark_catch_up(conn, [channel_id], now, subscription_id=subscription_id)
    what, (old, new) = (AuditAction.RESUMED if until is None else AuditAction.PAUSED), (_pause(before), _pause(paused))
    audit.record(conn, who, audit.Change(what, _subject(subscription_id), old, new, paused.channel), now)
    return paused


def _pause(subscription: Subscription) -> dict[str, str]:
    until = subscription.paused_until
    return {} if until is None else {"paused_until": audit.moment(until)}


def _reschedule(conn: Connection, subscription_id: int, now: datetime, *, later_than: datetime | None = None) -> Subscription:
    """Make what a subscription is owed due as its stored times say, and return it. With `later_than`, what is due by then stays so."""
    stored = subscriptions.by_ids(conn, [subscription_id])[subscription_id]
    for lead, urgent in ((Lead.GUIDANCE, True), (Lead.NONE, False)):
        deliveries.reschedule(conn, stored.channel_id, stored.id, due_at(stored, lead, now), urgent=urgent, later_than=later_than)
    return stored


def change_subscription(  # six parameters: which one, and what save_subscription takes
    conn: Connection, channel_id: int, subscription_id: int, spec: SubscriptionSpec, who: str, now: datetime
) -> SavedSubscription | None:
    """Change a live subscription, or return None; what is due stays due, the rest moves."""
    # in this order, before anything is read: else a worker might settle a post of the channel, and a publisher owe an entry to the old
    # subscription that the new one would never get
    channels.lock(conn, channel_id)
    deliveries.lock_out_publishers(conn)
    before = next((each for each in subscriptions.list_for_channel(conn, channel_id) if each.id == subscription_id), None)
    if before is None:
        return None
    saved = _save(conn, channel_id, spec, who, now)
    if saved.subscription.id == before.id:
        _record(conn, who, saved, now)
        return saved
    after = saved.subscription
    if saved.outcome == Saved.CREATED and before.paused_until is not None:
        subscriptions.set_pause(conn, after.id, before.paused_until)
        after = replace(after, paused_until=before.paused_until)
    _hand_over(conn, before, after, now)
    _end(conn, channel_id, before.id, now)
    changed = SavedSubscription(after, Saved.CHANGED, before, joined=saved.outcome != Saved.CREATED)
    _record(conn, who, changed, now)
    return changed


def end_subscription(conn: Connection, channel_id: int, subscription_id: int, who: str, now: datetime) -> Subscription | None:
    """Delete what is owed, and withdraw pending and dead posts. Return None if it is not live in the channel."""
    return next(iter(end_subscriptions(conn, channel_id, [subscription_id], who, now)), None)


def end_subscriptions(conn: Connection, channel_id: int, ids: Iterable[int], who: str, now: datetime) -> list[Subscription]:
    """End subscriptions, and return those that were live in the channel."""
    ended = [each for number in ids if (each := _end(conn, channel_id, number, now))]
    for each in ended:  # last: who waits for the audit may hold what the next one needs
        change = audit.Change(AuditAction.ENDED, _subject(each.id), audit.describe(each), None, each.channel)
        audit.record(conn, who, change, now)
    return ended


def _end(conn: Connection, channel_id: int, subscription_id: int, now: datetime) -> Subscription | None:
    channels.lock(conn, channel_id)  # else a worker might begin to send a post that is being withdrawn
    if not subscriptions.end(conn, channel_id, subscription_id, now):
        return None
    deliveries.delete_unposted(conn, channel_id, subscription_id)
    posts.withdraw(conn, channel_id, now)
    posts.dismiss_unwanted(conn, channel_id, now)
    return subscriptions.get(conn, subscription_id)


def _hand_over(conn: Connection, before: Subscription, after: Subscription, now: datetime) -> None:
    """Owe to `after` what no post has brought to `before` yet; entries under way are neither posted again nor lost."""
    unsent = deliveries.unsent_entries(conn, before.channel_id, before.id)
    owed: dict[deliveries.Terms, list[int]] = {}
    for entry in entries.by_ids(conn, unsent).values():
        because = matches(after.filters, after.channel.platform, entry)
        if because is not None:
            due = due_at(after, entry.lead, now) if unsent[entry.id].due_at > now else unsent[entry.id].due_at
            catch_up = unsent[entry.id].catch_up or (is_immediate(after, entry.lead) and not is_immediate(before, entry.lead))
            owed[entry.id, due, because, catch_up] = [after.id]
    deliveries.add(conn, owed, now)
