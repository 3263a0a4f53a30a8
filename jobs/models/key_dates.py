"""Key dates: the days that stored messages announce."""

from dataclasses import dataclass
from datetime import date, datetime

from jobs.models.entries import Entry
from jobs.states import DateKind, Relation

_Day = date
"""In the class, `date` is the field."""


@dataclass(frozen=True, slots=True)
class KeyDate:
    """A day that a message announces. `entry`, `kind` and `place` stay the same when it is moved."""

    entry: Entry  #: The message that announced it first.
    kind: DateKind
    place: int  #: Among the dates of this kind that the message announced, from 0.
    date: date
    sentence: str
    said_by: Entry  #: The message from which `date` and `sentence` come.
    before: tuple[_Day, ...] = ()  #: Its earlier days, oldest first.
    ended_by: Entry | None = None  #: The message by which it no longer stands.
    doubted_by: Entry | None = None  #: The newest message that changes one that gave it, if it is uncertain whether also this date.
    doubted_as: Relation | None = None  #: What that message does.
    stated_by: frozenset[int] = frozenset()  #: The ids of all messages that gave it, or whose dates it may have replaced.
    changed_by: tuple[Entry, ...] = ()  #: The later messages that moved, ended, doubted or confirmed it, in their order.

    @property
    def stands(self) -> bool:
        return self.ended_by is None


@dataclass(frozen=True, slots=True)
class DateChange:
    """A key date after a message changed it, and as it was before; with neither day nor doubt before, it is new."""

    key: KeyDate
    by: Entry
    before: _Day | None = None
    stood: bool = True  #: Whether it stood before.


@dataclass(frozen=True, slots=True)
class PublishedEvent:
    """A key date as an event of calendar files."""

    uid: str
    digest: str  #: Of what people see of it.
    sequence: int
    revised: datetime


@dataclass(frozen=True, slots=True)
class Ahead:
    """A key date, and in how many days it comes where it is shown."""

    key: KeyDate
    days: int
