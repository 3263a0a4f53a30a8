"""Tell channels that a date which they are to be reminded of moved, ended, or was added.

A request keeps its dates as its channel was last told of them. A tick compares them with the dates as they stand, and stores, in one
transaction, what is told from now on, a post that says what changed, and the mark that shows the present days in the confirmation.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from jobs.key_dates import key_dates_of
from jobs.models.entries import Entry
from jobs.models.key_dates import DateChange, KeyDate
from jobs.models.posts import Bundle, Post, Requested
from jobs.models.reminders import Reminder, Told
from jobs.states import DateKind, PostKind
from jobs.store import channels, entries, posting_pauses, posts
from jobs.store import reminders as store
from jobs.store.database import Connection, Database

_PART = {PostKind.MARK: 1, PostKind.MOVED: 2}  #: The order of sending.


def told_of(keys: Iterable[KeyDate]) -> tuple[Told, ...]:
    return tuple(Told(each.entry.id, each.kind, each.place, each.date, each.stands) for each in keys)


def date_changes(told: Iterable[Told], keys: Iterable[KeyDate], today: date) -> list[DateChange]:
    """Return which dates differ from what a channel was told of them, and are not over."""
    known = {(each.entry_id, each.kind, each.place): each for each in told}
    found = []
    for key in keys:
        old = known.get((key.entry.id, key.kind, key.place))
        by = key.ended_by or key.said_by
        if old is None:
            found += [DateChange(key, by)] if key.stands and key.date >= today else []
        elif (old.stands or key.stands) and (old.date, old.stands) != (key.date, key.stands) and max(old.date, key.date) >= today:
            found.append(DateChange(key, by, old.date, old.stands))
    return found


def record_changes(db: Database) -> int:
    """Store what channels have to hear; return how many hear something. What is paused hears it when it resumes."""
    with db.read() as conn:
        if posting_pauses.find(conn) is not None:
            return 0
        requests = store.list_open(conn)
        keys = _keys_of(conn, requests)
    changed = [each for each in requests if each.told != told_of(keys[each.id])]
    return sum(_record(db, each) for each in changed)


def _keys_of(conn: Connection, requests: Sequence[Reminder]) -> dict[int, list[KeyDate]]:
    known = entries.by_ids(conn, {each.entry_id for each in requests})
    keys = key_dates_of(conn, known.values()) if known else []
    return {each.id: [key for key in keys if each.entry_id in key.stated_by] for each in requests}


def _record(db: Database, request: Reminder) -> int:
    with db.begin() as conn:
        channels.lock(conn, request.channel_id)  # another process may do the same right now
        live = store.find(conn, request.id)
        if live is None or channels.pause_reason(conn, live.channel_id) is not None:
            return 0
        keys = _keys_of(conn, [live])[live.id]
        store.set_told(conn, live.id, told_of(keys))
        now = db.now(conn)
        # a day back, for channels beyond the date line
        changes = date_changes(live.told, keys, now.date() - timedelta(days=1)) if live.told is not None else []
        if changes:
            posts.add_pending(conn, [_row(live, PostKind.MARK, uuid4(), None)] if live.post_id else [], now)
            posts.add_pending(conn, [_moved(conn, live, together) for together in _by_cause(changes)], now)
        return int(bool(changes))


def _by_cause(changes: Iterable[DateChange]) -> list[list[DateChange]]:
    """Each message that changed dates is told of on its own, also if several came before a tick: so every copy tells the same."""
    found: dict[int, list[DateChange]] = {}
    for each in changes:
        found.setdefault(each.by.id, []).append(each)
    return list(found.values())


def _moved(conn: Connection, request: Reminder, changes: Sequence[DateChange]) -> dict[str, Any]:
    """Return the row of a post that says what changed. Its id is the same in every copy of the database, unless that was told before."""
    told = sorted((each.key.entry.key, each.key.kind, each.key.place, each.key.date.isoformat(), each.key.stands) for each in changes)
    number = uuid5(NAMESPACE_OID, f"moved {request.id} {changes[0].by.key} {told}")
    event = {"reminder": request.id, "dates": [_dump(each) for each in changes]}
    return _row(request, PostKind.MOVED, uuid4() if posts.is_known(conn, str(number)) else number, event)


def _row(request: Reminder, kind: PostKind, number: UUID, event: dict[str, Any] | None) -> dict[str, Any]:
    where = {"channel_id": request.channel_id, "about_id": request.post_id}
    return {"id": str(number), **where, "kind": kind, "part": _PART[kind], "content": {}, **({} if event is None else {"notice": event})}


def _dump(change: DateChange) -> dict[str, Any]:
    key, before = change.key, change.before
    return {
        "entry": key.entry.id,
        "kind": key.kind,
        "place": key.place,
        "date": key.date.isoformat(),
        "stands": key.stands,
        "by": change.by.id,
        "before": None if before is None else before.isoformat(),
        "stood": change.stood,
    }


def load_change(conn: Connection, post: Post, now: datetime) -> Bundle | None:
    """Return the material of a post that says what changed, or None if nobody wants to be reminded any longer."""
    event = posts.notice_of(conn, post.id) or {}
    requested = requested_with_dates(conn, event.get("reminder", 0))
    if requested is None:
        return None
    by = entries.by_ids(conn, {each["by"] for each in event["dates"]})
    known = {(key.entry.id, key.kind, key.place): key for key in requested.keys}
    changes = tuple(found for each in event["dates"] if (found := _load(each, known, by)) is not None)
    if not changes:
        return None
    return Bundle(post.kind, post.channel, None, (), None, now, None, requested=replace(requested, changes=changes))


def _load(stored: Mapping[str, Any], known: Mapping[tuple[int, DateKind, int], KeyDate], by: Mapping[int, Entry]) -> DateChange | None:
    """Return a change as it was recorded, also if the date has changed again since."""
    key, cause = known.get((stored["entry"], DateKind(stored["kind"]), stored["place"])), by.get(stored["by"])
    if key is None or cause is None:
        return None
    then = replace(key, date=date.fromisoformat(stored["date"]), ended_by=None if stored["stands"] else cause, said_by=cause)
    before = None if stored["before"] is None else date.fromisoformat(stored["before"])
    return DateChange(then, cause, before, stored["stood"])


def is_confirmation(conn: Connection, post_id: str) -> bool:
    return store.confirmed_by(conn, post_id) is not None


def load_confirmation(conn: Connection, post: Post, now: datetime) -> Bundle | None:
    """Return the material of a confirmation with the present dates, or None if it was never sent or is no longer wanted."""
    requested = requested_with_dates(conn, store.confirmed_by(conn, post.about.id) or 0) if post.about and post.about.receipt else None
    return None if requested is None else Bundle(post.kind, post.channel, None, (), None, now, None, post.about, requested=requested)


def requested_with_dates(conn: Connection, reminder_id: int) -> Requested | None:
    request = store.find(conn, reminder_id)
    entry = entries.by_ids(conn, [request.entry_id]).get(request.entry_id) if request is not None else None
    if request is None or entry is None:
        return None
    return Requested(request, entry, tuple(_keys_of(conn, [request])[request.id]))
