"""The readings of entries: the messages that they name, their dates, and the sentence that tells what changes."""

from dataclasses import dataclass
from datetime import date

from jobs.states import DateKind, Relation


@dataclass(frozen=True, slots=True)
class Reference:
    """A message that another one names. `number` is "" if it is mistyped and what was meant is uncertain."""

    number: str
    kind: Relation
    as_written: str
    because: str  #: The sentence, or the part of it, from which the kind comes.


@dataclass(frozen=True, slots=True)
class EffectiveDate:
    date: date
    kind: DateKind
    sentence: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The reading of one entry."""

    relations: tuple[Reference, ...]
    dates: tuple[EffectiveDate, ...]
    gist: str  #: The first sentence that says what changes, or "".


@dataclass(frozen=True, slots=True)
class Naming:
    """A stored entry that names a number."""

    entry_id: int
    number: str
    kind: Relation
    because: str  #: The sentence, or the part of it, from which the kind comes.


@dataclass(frozen=True, slots=True)
class EntryDate:
    """A date with the stored entry that says it."""

    entry_id: int
    date: date
    kind: DateKind
    sentence: str


@dataclass(frozen=True, slots=True)
class Mistyped:
    """A stored relation whose number is mistyped, so that it is not known which message was meant."""

    entry_id: int
    position: int
    title: str  #: Of the entry.
    reference: Reference
