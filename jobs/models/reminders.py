"""Reminders of key dates, as channels ask for them."""

from dataclasses import dataclass
from datetime import date, datetime

from jobs.models.channels import ChannelRef
from jobs.states import DateKind


@dataclass(frozen=True, slots=True)
class Reminder:
    """A channel's request to be reminded of the dates of one message."""

    id: int
    channel_id: int
    channel: ChannelRef
    entry_id: int
    days: tuple[int, ...]  #: Days before a date, most first.
    zone: str
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Reminded:
    """A reminder of one day of a message, which a post brings to a channel."""

    entry_id: int
    kind: DateKind
    date: date
    days: int  #: How many days before the date it was due.
