"""Remind channels of key dates: at 09:00 of their zone, so many days before a date of a message that they named or subscribe to.

Nothing is planned ahead. A tick compares what channels asked for with the dates as they stand, so a moved date moves its reminders and a
canceled one has none. A reminder is stored with the post that brings it, in one transaction, and is looked up again when that is sent.
The first part is pure.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from jobs import audit, restorations
from jobs.cadence import local_moment, zone_info
from jobs.key_dates import family, key_dates_of, load_key_dates, without_duplicate_dates
from jobs.matching import matches
from jobs.models.entries import Entry
from jobs.models.key_dates import Ahead, KeyDate
from jobs.models.posts import Bundle, Listed, Post
from jobs.models.reminders import Reminded, Reminder, Told
from jobs.models.subscriptions import Subscription
from jobs.states import AuditAction, PostKind
from jobs.store import channels, entries, posting_pauses, posts, subscriptions
from jobs.store import reminders as store
from jobs.store.database import Connection, Database

DEFAULT_DAYS = (14, 1)
MAX_DAYS = 90
"""The earliest reminder, in days before a date."""

AT = time(9)
MAX_DATES = 20
"""Dates of one post; more come with another."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A channel's request, by command or with a subscription, for reminders `days` before a date."""

    days: tuple[int, ...]
    zone: str
    since: datetime
    entry: int | None = None  #: The message whose dates count; None for those that match the subscription.
    subscription: Subscription | None = None

    def covers(self, key: KeyDate) -> bool:
        if self.entry is not None:
            return self.entry in key.stated_by
        return self.subscription is not None and any(
            matches(self.subscription.filters, self.subscription.channel.platform, each) for each in (key.entry, key.said_by)
        )


@dataclass(frozen=True, slots=True)
class Due:
    key: KeyDate
    days: int

    @property
    def reminded(self) -> Reminded:
        return Reminded(self.key.entry.id, self.key.kind, self.key.date, self.days)


def moment(day: date, days: int, zone: str) -> datetime:
    """Return when channels in this zone are reminded, so many days before a date."""
    return local_moment(day - timedelta(days=days), AT, zone_info(zone))


def due_days(key: KeyDate, wanted: Wanted, now: datetime) -> int | None:
    """Return which of the wanted days before the date has come last, or None if no reminder is due.

    Who asked for it, or learned of the date, after that moment gets none, except of a date that was moved meanwhile: then it is due at
    the next 09:00.
    """
    zone = zone_info(wanted.zone)
    if not key.stands or key.date < now.astimezone(zone).date():
        return None
    come = [each for each in wanted.days if moment(key.date, each, wanted.zone) <= now]
    if not come:
        return None
    planned, known = moment(key.date, min(come), wanted.zone), key.said_by.first_seen
    if planned >= max(wanted.since, known):
        return min(come)
    moved = bool(key.before) and known > wanted.since
    return min(come) if moved and next_morning(known, wanted.zone) <= now else None


def later_moments(key: KeyDate, days: Iterable[int], zone: str, now: datetime) -> list[datetime]:
    """Return when reminders of a date are still to come."""
    return sorted(planned for each in days if key.stands and (planned := moment(key.date, each, zone)) > now)


def due(keys: Iterable[KeyDate], several: Sequence[Wanted], before: Iterable[Reminded], now: datetime) -> list[Due]:
    """Return the reminders that a channel is due, earliest date first, each once: `before` has those that it got."""
    got = list(before)
    found = []
    for key in keys:
        days = [each for wanted in several if wanted.covers(key) and (each := due_days(key, wanted, now)) is not None]
        if days and not any(_is_of(each, key) and each.days <= min(days) for each in got):
            found.append(Due(key, min(days)))
    return found


def _is_of(reminded: Reminded, key: KeyDate) -> bool:
    return reminded.date == key.date and reminded.entry_id in key.stated_by and family(reminded.kind) == family(key.kind)


def next_morning(after: datetime, zone: str) -> datetime:
    """Return the first moment at which channels in this zone are reminded, from a moment on."""
    day = after.astimezone(zone_info(zone)).date()
    return next(each for days in (0, -1, -2) if (each := moment(day, days, zone)) >= after)


def wanted_by(reminders: Iterable[Reminder], subscribed: Iterable[Subscription], now: datetime) -> dict[int, list[Wanted]]:
    """Return what channels want, by the ids of channels."""
    found: dict[int, list[Wanted]] = {}
    for each in reminders:
        found.setdefault(each.channel_id, []).append(Wanted(each.days, each.zone, each.created_at, entry=each.entry_id))
    for one in subscribed:
        if one.deadlines_since is not None and (one.paused_until is None or one.paused_until <= now):
            found.setdefault(one.channel_id, []).append(Wanted(DEFAULT_DAYS, one.zone, one.deadlines_since, subscription=one))
    return found


def record_due(db: Database) -> int:
    """Store a post for each channel that is due reminders; return how many. Those of a pause wait: they are due when posting resumes."""
    with db.read() as conn:
        if not store.is_any_wanted(conn) or posting_pauses.find(conn) is not None:
            return 0
        now = db.now(conn)
        wanted = wanted_by(store.list_open(conn), subscriptions.list_with_deadlines(conn), now)
        ahead = max((days for several in wanted.values() for each in several for days in each.days), default=0)
        # a day more on either side, for channels beyond the date line
        since, until = now.date() - timedelta(days=1), now.date() + timedelta(days=ahead + 2)
        keys = load_key_dates(conn, since, until, samples=True, routine=True) if wanted else []
        channel_ids = [each for each, several in wanted.items() if _due(conn, each, keys, several, now)]
    return sum(_record(db, channel_id, keys, wanted[channel_id]) for channel_id in sorted(channel_ids))


def _record(db: Database, channel_id: int, keys: Sequence[KeyDate], several: Sequence[Wanted]) -> int:
    with db.begin() as conn:
        channels.lock(conn, channel_id)  # another process may do the same right now
        now = db.now(conn)
        if channels.pause_reason(conn, channel_id) is not None:
            return 0
        found = _due(conn, channel_id, keys, several, now)[:MAX_DATES]
        post_id = str(uuid4())
        if found:
            posts.add_pending(conn, [{"id": post_id, "channel_id": channel_id, "kind": PostKind.REMINDER, "content": {}}], now)
            store.add_reminded(conn, channel_id, post_id, [each.reminded for each in found])
        return int(bool(found))


def _due(conn: Connection, channel_id: int, keys: Sequence[KeyDate], several: Sequence[Wanted], now: datetime) -> list[Due]:
    possible = due(keys, several, (), now)
    stated = {number for each in possible for number in each.key.stated_by}
    return due([each.key for each in possible], several, store.reminded(conn, channel_id, stated), now) if possible else []


def load_reminder(conn: Connection, post: Post, now: datetime) -> Bundle | None:
    """Return the material of a reminder: what of it still stands, is ahead and is wanted, or None."""
    posts.lock_as_composer(conn)  # a message that is stored meanwhile marks the reminder, or is seen here
    several = restorations.without_known(conn, post.channel_id, store.of_post(conn, post.id))
    known = entries.by_ids(conn, {each.entry_id for each in several})
    live = subscriptions.list_for_channel(conn, post.channel_id)
    wanted = wanted_by(store.list_for_channel(conn, post.channel_id), live, now).get(post.channel_id, [])
    found = []
    for key in key_dates_of(conn, known.values()):
        if key.stands and any(_is_of(each, key) for each in several):
            days = [_days_left(key, each.zone, now) for each in wanted if each.covers(key)]
            found += [Ahead(key, min(days))] if days and min(days) >= 0 else []
    once = without_duplicate_dates([each.key for each in found])
    found = [each for each in found if each.key in once]
    shown: dict[int, Entry] = {each.key.said_by.id: each.key.said_by for each in found}
    items = tuple(Listed(each, "") for each in shown.values())
    return Bundle(PostKind.REMINDER, post.channel, None, items, None, now, None, dates=tuple(found)) if found else None


def _days_left(key: KeyDate, zone: str, now: datetime) -> int:
    return (key.date - now.astimezone(zone_info(zone)).date()).days


def set_reminder(  # seven parameters: the request, and the message that confirms it
    conn: Connection, channel_id: int, wanted: Wanted, who: str, now: datetime, post_id: str = "", told: Iterable[Told] | None = None
) -> bool:
    """Remind a channel of the dates of a message. Return False, having changed nothing, if it is to be reminded so already.

    `post_id` will be the id of the message that confirms it, which tells of the dates `told`.
    """
    entry_id = wanted.entry or 0
    before = _requested(conn, channel_id, [entry_id])
    is_new = store.save(conn, channel_id, entry_id, wanted.days, wanted.zone, who, now, post_id, told)
    if is_new:
        after = _requested(conn, channel_id, [entry_id])
        audit.record(conn, who, _change(conn, AuditAction.REMINDER_SET, channel_id, before, after), now)
    return is_new


def stop_reminders(conn: Connection, channel_id: int, entry_ids: Collection[int], who: str, now: datetime) -> int:
    """End the channel's requests for these messages; return how many."""
    before = _requested(conn, channel_id, entry_ids)
    ended = store.end(conn, channel_id, entry_ids, now)
    if ended:
        audit.record(conn, who, _change(conn, AuditAction.REMINDER_STOPPED, channel_id, before, []), now)
    return ended


def _requested(conn: Connection, channel_id: int, entry_ids: Collection[int]) -> list[Reminder]:
    return [each for each in store.list_for_channel(conn, channel_id) if each.entry_id in entry_ids]


def _change(conn: Connection, what: AuditAction, channel_id: int, before: Sequence[Reminder], after: Sequence[Reminder]) -> audit.Change:
    named = entries.by_ids(conn, {each.entry_id for each in (*before, *after)}).values()
    subject = f"reminder of {', '.join(each.number or each.key for each in named)}"
    old, new = ({"days": [list(each.days) for each in several]} if several else None for several in (before, after))
    return audit.Change(what, subject, old, new, channels.get(conn, channel_id))
