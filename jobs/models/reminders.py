"""Reminders of key dates, as channels ask for them."""

from dataclasses import dataclass
from datetime import date, datetime

from jobs.models.channels import ChannelRef
from jobs.states import DateKind


@dataclass(frozen=True, slots=True)
class Told:
    """A key date as a channel was last told of it."""

    entry_id: int  #: The message that announced it first.
    kind: DateKind
    place: int
    date: date
    stands: bool = True


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
    post_id: str | None = None  #: Of the message that confirmed it, if its platform let the bot know that.
    told: tuple[Told, ...] | None = None  #: None until a release that compares them has seen the request.


@dataclass(frozen=True, slots=True)
class Reminded:
    """A reminder of one day of a message, which a post brings to a channel."""

    entry_id: int
    kind: DateKind
    date: date
    days: int  #: How many days before the date it was due.
