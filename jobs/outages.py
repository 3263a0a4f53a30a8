"""Tell which outages are open: those that CBP reported, and has not resolved by a later message.

A later message belongs to an outage if it names one of its messages, or if its title is about exactly the same thing: "ACE Reports
Outage", "UPDATE: ACE Reports Outage", "Resolved - ACE Reports Outage". A title that CBP's archive cut proves nothing, but a message that
resolves something unknown, or something alike, or announces a fix, makes it doubtful whether the outages before it are open. All but
`load_outages` is pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs import outage_titles as titles
from jobs.models.entries import Entry
from jobs.models.readings import Reference
from jobs.outage_titles import Says, Subject
from jobs.states import EntryKind, Relation
from jobs.store import entries, readings
from jobs.store.database import Connection

MAX_SILENCE = timedelta(days=7)
"""After the last message about an outage. CBP resolves most within a day; an older one was probably forgotten, not left open."""

ONE_DAY = timedelta(days=1)  #: After the last message about an outage of "today".
MAX_LISTED = timedelta(days=30)  #: Since its last message, an outage that no message ended is listed as such.
LATELY = timedelta(days=1)  #: Since its end, an outage is listed as over.
MAX_WAIT = timedelta(days=90)  #: For a message that ends an outage.
KINDS = (EntryKind.OUTAGE, EntryKind.RESOLVED)

_ENDING = frozenset({Relation.RESOLVES, Relation.CANCELS})
_OVER = frozenset({Says.OVER, Says.ALL_UP})


@dataclass(frozen=True, slots=True)
class Outage:
    """An outage with its messages, oldest first."""

    chain: tuple[Entry, ...]
    ended_by: Entry | None = None  #: Its last message, if that resolves it.
    doubt: Entry | None = None  #: A message that resolves something, perhaps this.
    said: Entry | None = None  #: Its last message that reports it, if a later one only follows up.

    @property
    def since(self) -> datetime:
        return self.chain[0].published

    @property
    def last(self) -> Entry:
        return self.chain[-1]

    def is_open(self, at: datetime) -> bool:
        said = self.said or self.last
        lasts = ONE_DAY if titles.is_of_one_day(said) else MAX_SILENCE
        return self.ended_by is None and self.doubt is None and at - said.published <= lasts


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
    alive = [each for each in found if each.is_open(now)]
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
        says, subject = titles.says(each), titles.subject_of(each)
        references = named.get(each.id, ())
        belongs = [case for case in found if case.is_open(each.published) and case.has(each, says, subject, references)]
        if says in _OVER or _ends_by_number(references, belongs):
            for case in belongs:
                case.end(each)
            for case in found:
                case.doubt(each, says, subject, other=bool(belongs))
        elif says == Says.MENDED:
            for case in belongs:
                case.doubted_by = each
            for case in found:
                case.doubt(each, says, subject, other=True)
        elif belongs and says in (Says.OUT, Says.FOLLOWS):
            belongs[-1].add(each, says, subject)
        elif says == Says.OUT:
            found.append(_Case(each, subject))
    return [case.outage for case in found]


def _ends_by_number(references: Sequence[Reference], belongs: Sequence["_Case"]) -> bool:
    numbers = {each.number for case in belongs for each in case.chain}
    return any(each.kind in _ENDING and each.number in numbers for each in references)


class _Case:
    """An outage while its messages are read."""

    def __init__(self, first: Entry, subject: Subject) -> None:
        self.chain, self.subjects = [first], [(subject, first.cut)]
        self.said = first
        self.ended_by: Entry | None = None
        self.doubted_by: Entry | None = None

    @property
    def outage(self) -> Outage:
        return Outage(tuple(self.chain), self.ended_by, self.doubted_by, self.said)

    def is_open(self, at: datetime) -> bool:
        return self.ended_by is None and at - self.chain[-1].published <= MAX_WAIT

    def has(self, message: Entry, says: Says, subject: Subject, references: Sequence[Reference]) -> bool:
        if any(each.number == one.number for each in references for one in self.chain if one.number):
            return True
        if message.cut:
            return False
        ends = says in _OVER
        recent = message.published - self.said.published <= MAX_SILENCE
        goes_on = recent and self.doubted_by is None  # after a doubt, the same trouble is probably a new one
        return any(
            (subject.is_same(mine) and (ends or goes_on)) or (ends and recent and subject.covers(mine))
            for mine, cut in self.subjects
            if not cut
        )

    def add(self, message: Entry, says: Says, subject: Subject) -> None:
        self.chain.append(message)
        self.subjects.append((subject, message.cut))
        if says == Says.OUT:  # what only follows up, weeks later, reports nothing anew
            self.said, self.doubted_by = message, None

    def end(self, message: Entry) -> None:
        self.chain.append(message)
        self.ended_by = message

    def doubt(self, message: Entry, says: Says, subject: Subject, *, other: bool) -> None:
        """A message that resolves something unknown, or something alike, makes it uncertain whether this is still open.

        If it resolves an `other` one for certain, this one is only doubtful if it is near: of two manifests, one may still be slow.
        """
        mine = [each for each, _ in self.subjects]
        alike = (
            any(subject.is_near(each) or subject.is_same(each) for each in mine)  # the same, but cut
            or (says == Says.ALL_UP and any(subject.shares_a_thing(each) for each in mine))
            or (not other and (message.cut or any(subject.resembles(each) for each in mine)))
        )
        if alike and self.is_open(message.published) and self.doubted_by is None:
            self.doubted_by = message
