"""Requests for reminders, and the reminders that channels got or are about to get: each once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, null, or_, select, update

from jobs.models.reminders import Reminded, Reminder, Told
from jobs.states import DateKind
from jobs.store.channels import REF_COLUMNS, ref_of
from jobs.store.database import insert, load
from jobs.store.schema import ALIVE, channel, reminder, reminder_post, subscription


def _select() -> Select[Any]:
    return select(reminder, *REF_COLUMNS).join(channel, channel.c.id == reminder.c.channel_id).where(reminder.c.ended_at.is_(None))


def _load(row: Row[Any]) -> Reminder:
    told = None if row.told is None else tuple(_load_told(each) for each in row.told)
    return load(Reminder, row, channel=ref_of(row), days=tuple(row.days), told=told)


def _load_told(stored: Mapping[str, Any]) -> Told:
    return Told(stored["entry"], DateKind(stored["kind"]), stored["place"], date.fromisoformat(stored["date"]), stored["stands"])


def _dump_told(told: Iterable[Told]) -> list[dict[str, Any]]:
    days = ((each, each.date.isoformat()) for each in told)
    return [{"entry": each.entry_id, "kind": each.kind, "place": each.place, "date": day, "stands": each.stands} for each, day in days]


def list_for_channel(conn: Connection, channel_id: int) -> list[Reminder]:
    """Only live ones, oldest first."""
    return [_load(row) for row in conn.execute(_select().where(reminder.c.channel_id == channel_id).order_by(reminder.c.id))]


def list_open(conn: Connection) -> list[Reminder]:
    """Return the live requests of channels that are not paused, oldest first."""
    return [_load(row) for row in conn.execute(_select().where(channel.c.paused.is_(None)).order_by(reminder.c.id))]


def is_any_wanted(conn: Connection) -> bool:
    """Return whether a channel wants reminders, by a request or with a subscription."""
    requested = select(reminder.c.id).where(reminder.c.ended_at.is_(None))
    subscribed = select(subscription.c.id).where(subscription.c.ended_at.is_(None), subscription.c.deadlines_since.is_not(None))
    return bool(conn.execute(select(or_(requested.exists(), subscribed.exists()))).scalar_one())


def find(conn: Connection, reminder_id: int) -> Reminder | None:
    """Return a live request."""
    row = conn.execute(_select().where(reminder.c.id == reminder_id)).one_or_none()
    return None if row is None else _load(row)


def confirmed_by(conn: Connection, post_id: str) -> int | None:
    """Return the id of the request, live or not, that a post confirmed."""
    return conn.execute(select(reminder.c.id).where(reminder.c.post_id == post_id)).scalar_one_or_none()


def set_told(conn: Connection, reminder_id: int, told: Iterable[Told]) -> None:
    conn.execute(update(reminder).where(reminder.c.id == reminder_id).values(told=_dump_told(told)))


def save(  # nine parameters: the columns of one row
    conn: Connection,
    channel_id: int,
    entry_id: int,
    days: Sequence[int],
    zone: str,
    created_by: str,
    now: datetime,
    post_id: str = "",
    told: Iterable[Told] | None = None,
) -> bool:
    """Store a request, or change the days of the channel's live one for this entry. Return False if it was there, with these days.

    `post_id` will be the id of the message that confirms it, which tells of the dates `told`.
    """
    live = (reminder.c.channel_id == channel_id, reminder.c.entry_id == entry_id, reminder.c.ended_at.is_(None))
    if conn.execute(select(reminder.c.days).where(*live)).scalar_one_or_none() == list(days):
        return False
    values = {"days": list(days), "zone": zone, "created_by": created_by, "created_at": now}
    values |= {"post_id": post_id or None, "told": null() if told is None else _dump_told(told)}
    new = insert(conn, reminder).values(channel_id=channel_id, entry_id=entry_id, **values)
    conn.execute(new.on_conflict_do_update(index_elements=["channel_id", "entry_id"], index_where=ALIVE, set_=values))
    return True


def end(conn: Connection, channel_id: int, entry_ids: Iterable[int], now: datetime) -> int:
    """End the channel's requests for these entries; return how many."""
    live = (reminder.c.channel_id == channel_id, reminder.c.entry_id.in_(list(entry_ids)), reminder.c.ended_at.is_(None))
    return conn.execute(update(reminder).where(*live).values(ended_at=now)).rowcount


def reminded(conn: Connection, channel_id: int, entry_ids: Iterable[int]) -> list[Reminded]:
    """Return the reminders of these entries that the channel got or is about to get."""
    query = select(reminder_post).where(reminder_post.c.channel_id == channel_id, reminder_post.c.entry_id.in_(list(entry_ids)))
    return [load(Reminded, row, kind=DateKind(row.kind)) for row in conn.execute(query)]


def add_reminded(conn: Connection, channel_id: int, post_id: str, several: Iterable[Reminded]) -> list[Reminded]:
    """Store what a post reminds of, and return those that are new."""
    found = []
    for each in several:
        row = {"channel_id": channel_id, "entry_id": each.entry_id, "kind": each.kind, "date": each.date, "days": each.days}
        new = insert(conn, reminder_post).values(**row, post_id=post_id).on_conflict_do_nothing().returning(reminder_post.c.post_id)
        found += [each] if conn.execute(new).scalar_one_or_none() is not None else []
    return found


def of_post(conn: Connection, post_id: str) -> list[Reminded]:
    query = select(reminder_post).where(reminder_post.c.post_id == post_id).order_by(reminder_post.c.date, reminder_post.c.entry_id)
    return [load(Reminded, row, kind=DateKind(row.kind)) for row in conn.execute(query)]
