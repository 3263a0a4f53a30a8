"""Tell which outages are open: those that CBP reported, and has not resolved by a later message.

A later message belongs to an outage if it names one of its messages, or if its title is about exactly the same thing: "ACE Reports
Outage", "UPDATE: ACE Reports Outage", "Resolved - ACE Reports Outage". A title that CBP's archive cut proves nothing, but a message that
resolves something unknown, or something alike, makes it doubtful whether the outages before it are open. All but `load_outages` is pure.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from content.search.spelling import nearest
from jobs.models.entries import Entry
from jobs.models.readings import Reference
from jobs.states import EntryKind, Relation
from jobs.store import entries, readings
from jobs.store.database import Connection

MAX_SILENCE = timedelta(days=7)
"""After the last message about an outage. CBP resolves most within a day; an older one was probably forgotten, not left open."""

MAX_LISTED = timedelta(days=30)  #: Since its last message, an outage that no message ended is listed as such.
LATELY = timedelta(days=1)  #: Since its end, an outage is listed as over.
MAX_WAIT = timedelta(days=90)  #: For a message that ends an outage.
MIN_THINGS = 2  #: Words that name a thing and that two titles share: fewer are chance.
KINDS = (EntryKind.OUTAGE, EntryKind.RESOLVED)

_ENDING = frozenset({Relation.RESOLVES, Relation.CANCELS})
_PLANNED = re.compile(
    r"\b(?:planned|scheduled|expected|upcoming|will be|tomorrow|up to \d{1,3} hours?)\b"
    r"|\b(?:from|between|starting(?: at)?) \d{1,2}(?::\d\d)? ?[ap]\.?m\b",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"\b(?:CSMS|TIN|CAMS)\s?#?\s?\d[\d-]{4,9}", re.IGNORECASE)
_WORD = re.compile(r"[a-z0-9]+")
_RESOLVED = "resolved"

_EMPTY = """
    a an and are as at been being by cbp continue continues csms currently due earlier experiencing final for from further had has have
    identified in is may of on or regarding report reported resolution resolved resolve restored returned some that the this time to today
    update updated updating users user was were with addressed completed cleared fixed again intermittent
"""
"""Words that say nothing about what is out."""

_TROUBLE = """
    ace backlog degradation degraded delay delayed difficulties difficulty down failure failures issue issues outage outages problem
    problems slow slowdown slowness system systems technical unavailable
"""
"""Words that say only that something is out."""


@dataclass(frozen=True, slots=True)
class Outage:
    """An outage with its messages, oldest first."""

    chain: tuple[Entry, ...]
    ended_by: Entry | None = None  #: Its last message, if that resolves it.
    doubt: Entry | None = None  #: A message that resolves something, perhaps this.

    @property
    def since(self) -> datetime:
        return self.chain[0].published

    @property
    def last(self) -> Entry:
        return self.chain[-1]


@dataclass(frozen=True, slots=True)
class Outages:
    """The newest first."""

    open: tuple[Outage, ...]
    not_closed: tuple[Outage, ...]  #: No message ended them, but they are too old, or too doubtful, to be called open.
    ended: tuple[Outage, ...] = ()  #: Lately, by a message.


def load_outages(conn: Connection, feeds: Sequence[str], now: datetime) -> Outages:
    """Read the outages of these feeds, their ends, and whatever says by number that it resolves one."""
    messages = {each.id: each for each in entries.of_kinds(conn, feeds, KINDS, now - MAX_WAIT)}
    numbers = [each.number for each in messages.values()]
    naming = {each.entry_id for feed in feeds for each in readings.naming(conn, feed, numbers)}
    messages |= entries.by_ids(conn, naming - messages.keys())
    return open_outages(messages.values(), readings.relations_of(conn, messages), now)


def open_outages(messages: Iterable[Entry], named: Mapping[int, Sequence[Reference]], now: datetime) -> Outages:
    """`named` are the messages that each of them names. Messages after `now` do not count."""
    every = outages(messages, named, now)
    found = [each for each in every if each.ended_by is None]
    ended = [each for each in every if each.ended_by is not None and now - each.last.published <= LATELY]
    alive = [each for each in found if each.doubt is None and now - each.last.published <= MAX_SILENCE]
    rest = [each for each in found if each not in alive and now - each.last.published <= MAX_LISTED]
    return Outages(_newest_first(alive), _newest_first(rest), _newest_first(ended))


def _newest_first(several: Iterable[Outage]) -> tuple[Outage, ...]:
    return tuple(sorted(several, key=lambda each: (each.last.published, each.last.id), reverse=True))


def outages(messages: Iterable[Entry], named: Mapping[int, Sequence[Reference]], now: datetime) -> list[Outage]:
    """Return every outage that the messages report until `now`, in the order of their first messages."""
    found: list[_Case] = []
    for each in sorted(messages, key=lambda each: (each.published, each.id)):
        if each.published > now:
            break
        subject = _subject(each)
        references = named.get(each.id, ())
        belongs = [case for case in found if case.is_open(each.published) and case.has(each, subject, references)]
        if _ends(each, references, belongs):
            for case in belongs:
                case.end(each)
            for case in found if not belongs else ():
                case.doubt(each, subject)
        elif each.kind == EntryKind.OUTAGE and not _PLANNED.search(each.title):
            for case in belongs[-1:]:
                case.add(each, subject)
            if not belongs:
                found.append(_Case(each, subject))
    return [case.outage for case in found]


def _ends(message: Entry, references: Sequence[Reference], belongs: Sequence["_Case"]) -> bool:
    numbers = {each.number for case in belongs for each in case.chain}
    return _is_resolved(message) or any(each.kind in _ENDING and each.number in numbers for each in references)


def _is_resolved(message: Entry) -> bool:
    """Return whether a message says so, also by "esolved - ACE Portal Login Issues"."""
    first = next(iter(_WORD.findall(message.title.casefold())), "")
    return message.kind == EntryKind.RESOLVED or bool(nearest(first, [_RESOLVED], max_edits=1))


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a title is about: its words in the singular, and those of them that name a thing."""

    words: frozenset[str]
    things: frozenset[str]

    def is_same(self, other: "_Subject") -> bool:
        return bool(self.words) and (self.words == other.words or (bool(self.things) and self.things == other.things))

    def covers(self, other: "_Subject") -> bool:
        """Return whether this is about all that the other one is about, and more: "Air and Ocean Manifest" about "Ocean Manifest"."""
        more = self.things - other.things
        return len(other.things) >= MIN_THINGS and other.things < self.things and "maintenance" not in more

    def resembles(self, other: "_Subject") -> bool:
        shared = len(self.things & other.things)
        return shared >= MIN_THINGS or 0 < shared == min(len(self.things), len(other.things))


def _subject(message: Entry) -> _Subject:
    found = _WORD.findall(_NUMBERS.sub(" ", message.title).casefold().replace("'s", ""))
    found = found[1:] if found and nearest(found[0], [_RESOLVED], max_edits=1) else found
    words = frozenset(_singular(each) for each in found) - frozenset(_EMPTY.split())
    return _Subject(words, words - frozenset(map(_singular, _TROUBLE.split())))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


class _Case:
    """An outage while its messages are read."""

    def __init__(self, first: Entry, subject: _Subject) -> None:
        self.chain, self.subjects = [first], [(subject, first.cut)]
        self.ended_by: Entry | None = None
        self.doubted_by: Entry | None = None

    @property
    def outage(self) -> Outage:
        return Outage(tuple(self.chain), self.ended_by, self.doubted_by)

    def is_open(self, at: datetime) -> bool:
        return self.ended_by is None and at - self.chain[-1].published <= MAX_WAIT

    def has(self, message: Entry, subject: _Subject, references: Sequence[Reference]) -> bool:
        if any(each.number == one.number for each in references for one in self.chain if one.number):
            return True
        if message.cut:
            return False
        ends = _is_resolved(message)
        recent = message.published - self.chain[-1].published <= MAX_SILENCE
        goes_on = recent and self.doubted_by is None  # after a doubt, the same trouble is probably a new one
        return any(
            (subject.is_same(mine) and (ends or goes_on)) or (ends and recent and subject.covers(mine))
            for mine, cut in self.subjects
            if not cut
        )

    def add(self, message: Entry, subject: _Subject) -> None:
        self.chain.append(message)
        self.subjects.append((subject, message.cut))
        self.doubted_by = None

    def end(self, message: Entry) -> None:
        self.chain.append(message)
        self.ended_by = message

    def doubt(self, message: Entry, subject: _Subject) -> None:
        """A message that resolves something unknown, or something alike, makes it uncertain whether this is still open."""
        alike = message.cut or any(subject.resembles(mine) for mine, _ in self.subjects)
        if alike and self.is_open(message.published) and self.doubted_by is None:
            self.doubted_by = message
