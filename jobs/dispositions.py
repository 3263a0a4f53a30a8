"""Decide what became of an entry for each subscription that a channel has or had: exactly one disposition each.

The first part is pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from jobs.matching import Hindrance, hindrance
from jobs.models.entries import Entry
from jobs.models.subscriptions import Subscription
from jobs.states import PostState
from jobs.store import deliveries, reports, subscriptions
from jobs.store.database import Connection
from jobs.store.reports import Reason


class Disposition(StrEnum):
    """The rule that let an entry through to a subscription or held it back, and how far it got."""

    POSTED = "posted"  #: Its own post is in the channel.
    ELSEWHERE = "elsewhere"  #: The post of another subscription of the channel brought it, or brings it.
    WAITING = "waiting"  #: It is due later: with a digest, or when a pause is over.
    DUE = "due"  #: It is due, and not sent yet.
    SENDING = "sending"  #: It was sent, and nobody knows yet whether it arrived.
    ON_HOLD = "on hold"  #: Its post may have arrived, and an admin decides.
    REFUSED = "refused"  #: The platform refused its post, and an admin decides.
    DROPPED = "dropped"  #: An admin gave its post up.
    ENDED = "ended"  #: The subscription ended before it was posted.
    HELD = "held"  #: It came with many others at once, and an admin decides.
    BACKLOG = "backlog"  #: It was not new when it was stored, or an admin marked it as seen.
    BEFORE = "before"  #: It came before the subscription began, which gets nothing old.
    AFTER = "after"  #: It came after the subscription had ended.
    DELETED = "deleted"  #: It came so long ago that retention deleted who got it.
    FEED = "feed"  #: The subscription does not ask for its feed.
    EXCLUDED = "excluded"  #: It has a phrase that the subscription leaves out.
    TOPIC = "topic"  #: It has none of the subscription's topics.
    PHRASE = "phrase"  #: It has none of the subscription's phrases.
    ROUTINE = "routine"  #: It is routine, which the subscription leaves out.
    COPY = "copy"  #: Another feed brought the same document to the channel.
    CHANGED = "changed"  #: It matches only since it was edited or classified again.


_HINDRANCES = {
    Hindrance.FEED: Disposition.FEED,
    Hindrance.EXCLUDED: Disposition.EXCLUDED,
    Hindrance.TOPIC: Disposition.TOPIC,
    Hindrance.PHRASE: Disposition.PHRASE,
    Hindrance.ROUTINE: Disposition.ROUTINE,
}


@dataclass(frozen=True, slots=True)
class Disposed:
    subscription: Subscription
    disposition: Disposition
    ended: bool  #: Whether the subscription has ended by now.
    reason: Reason | None = None  #: Of an entry that is or was owed.


def dispose(entry: Entry, subscription: Subscription, ended_at: datetime | None, reasons: Sequence[Reason], *, copied: bool) -> Disposed:
    """Decide for one subscription. `reasons` are the channel's; `copied`: another feed's copy of the document is owed to it."""
    own = next((each for each in reasons if each.subscription_id == subscription.id), None)
    found = _unowed(entry, subscription, ended_at, copied=copied) if own is None else _owed(own, ended_at, reasons)
    return Disposed(subscription, found, ended_at is not None, own)


def _owed(own: Reason, ended_at: datetime | None, reasons: Sequence[Reason]) -> Disposition:
    if own.mention:
        return Disposition.ELSEWHERE
    match own.state:
        case PostState.SENT:
            return Disposition.POSTED
        case PostState.SENDING:
            return Disposition.ON_HOLD if own.held else Disposition.SENDING
        case PostState.PENDING:
            return Disposition.DUE
        case PostState.DEAD:
            return Disposition.ENDED if own.unwanted else Disposition.DROPPED if own.dismissed_at else Disposition.REFUSED
    if ended_at is not None:
        return Disposition.ENDED
    if any(each.state is not None and not each.mention and not each.unwanted for each in reasons):
        return Disposition.ELSEWHERE
    return Disposition.WAITING


def _unowed(entry: Entry, subscription: Subscription, ended_at: datetime | None, *, copied: bool) -> Disposition:
    if entry.held:
        return Disposition.HELD
    if entry.backlog:
        return Disposition.BACKLOG
    if ended_at is not None and ended_at <= entry.first_seen:
        return Disposition.AFTER
    if subscription.created_at > entry.first_seen:
        return Disposition.BEFORE
    if entry.outcomes_deleted:
        return Disposition.DELETED
    found = hindrance(subscription.filters, subscription.channel.platform, entry)
    if found is not None:
        return _HINDRANCES[found]
    if copied:
        return Disposition.COPY
    return Disposition.CHANGED if ended_at is None else Disposition.ENDED


# The part with the database.


def dispositions(conn: Connection, channel_id: int, entry: Entry, now: datetime) -> list[Disposed]:
    """Return one for each subscription that the channel has or had, oldest first."""
    reasons = reports.entry_reasons(conn, channel_id, entry.id)
    copied = (entry.id, channel_id) in deliveries.document_dues(conn, [entry])
    found = [dispose(entry, each, ended, reasons, copied=copied) for each, ended in subscriptions.list_all_for_channel(conn, channel_id)]
    return [_due(each, now) for each in found]


def _due(disposed: Disposed, now: datetime) -> Disposed:
    """Tell what is due from what waits, by the database's clock."""
    reason = disposed.reason
    if disposed.disposition == Disposition.WAITING and reason is not None and reason.due_at <= now:
        return replace(disposed, disposition=Disposition.DUE)
    return disposed
