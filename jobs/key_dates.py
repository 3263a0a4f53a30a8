"""Key dates: the days that stored messages announce, each as the latest message about it says.

A message that moves a date takes the place of the older date: it must name the older message and say that it replaces, corrects, extends
or updates it, and it must give a date of the same kind. A date ends with the message that announced it. The first part is pure.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from jobs.effective_dates import days_in
from jobs.models.entries import Entry
from jobs.models.key_dates import KeyDate
from jobs.models.readings import EffectiveDate
from jobs.states import DateKind, Relation
from jobs.store import entries, readings
from jobs.store.database import Connection

MAX_ROUNDS = 10
"""How many steps of a chain are followed in each direction."""

_MOVING = (Relation.REPLACES, Relation.CORRECTS, Relation.EXTENDS, Relation.UPDATES)
_RESTATING = (Relation.REPLACES, Relation.CORRECTS)
"""The message gives all of its dates anew, so an older one that it leaves out is gone."""

_FAMILY = {DateKind.DEPLOY: DateKind.EFFECTIVE, DateKind.ENDS: DateKind.DEADLINE}
"""A kind that an extension or a correction may call by the other name: "due by" one day, "extended through" another."""

_MOVING_WORDS = r"\b(?:extend|postpon|delay|defer|resched|mov|push|chang|revis|correct)\w{0,12}\b"
_MOVED_TO = re.compile(rf"{_MOVING_WORDS}[^;]{{0,60}}?\b(?:to|until|till|through)\s+$", re.IGNORECASE)
_MOVED_FROM = re.compile(rf"{_MOVING_WORDS}[^;]{{0,60}}?\bfrom\s+$", re.IGNORECASE)
_TO = re.compile(r"[\s,]*+(?:to|until|till)\s+$", re.IGNORECASE)
_INSTEAD_OF = re.compile(r"\b(?:instead of|rather than|and not|not)\s+(?:on\s+)?$", re.IGNORECASE)
_MAX_BETWEEN = 160
"""Characters before a date that are read for words that move it."""


@dataclass(frozen=True, slots=True)
class Change:
    """A message says that it does something to an earlier one. Both are ids of entries."""

    later: int
    earlier: int
    kind: Relation


def family(kind: DateKind) -> DateKind:
    return _FAMILY.get(kind, kind)


def fold(messages: Iterable[Entry], dates: Mapping[int, Sequence[EffectiveDate]], changes: Iterable[Change]) -> list[KeyDate]:
    """Return the key dates of these messages, earliest first, also those that no longer stand."""
    of: dict[int, dict[int, Relation]] = {}
    for change in changes:
        known = of.setdefault(change.later, {}).get(change.earlier)
        if known is None or change.kind.strength > known.strength:
            of[change.later][change.earlier] = change.kind
    found: list[KeyDate] = []
    for message in sorted(messages, key=lambda each: (each.published, each.id)):
        found = _after(message, _own(dates.get(message.id, ()), message.published.date()), of.get(message.id, {}), found)
    return sorted(found, key=lambda each: (each.date, each.entry.published, each.entry.id, each.kind, each.place))


def _own(given: Sequence[EffectiveDate], published: date) -> list[EffectiveDate]:
    """Return the dates of a message without those that it only says to be moved, each day of a kind once."""
    kept: dict[tuple[DateKind, date], EffectiveDate] = {}
    for each in given:
        others = {other.date for other in given if other.sentence == each.sentence and family(other.kind) == family(each.kind)}
        if len(others) == 1 or each.date not in _moved_days(each.sentence, published):
            kept.setdefault((family(each.kind), each.date), each)
    return list(kept.values())


def _moved_days(sentence: str, published: date) -> set[date]:
    """Return the days that a sentence moves: the first in "extended from May 1 to May 8", the second in "May 8 instead of May 1"."""
    found = set()
    for (first, earlier), (second, later) in pairwise(days_in(sentence, published)):
        before = sentence[max(0, first.start() - _MAX_BETWEEN) : first.start()]
        between = sentence[first.end() : second.start()][-_MAX_BETWEEN:]
        if earlier is None or later is None or earlier == later:
            continue
        if _MOVED_TO.search(between) or (_MOVED_FROM.search(before) and _TO.fullmatch(between)):
            found.add(earlier)
        elif _INSTEAD_OF.search(between):
            found.add(later)
    return found


def _after(message: Entry, own: list[EffectiveDate], named: Mapping[int, Relation], known: Sequence[KeyDate]) -> list[KeyDate]:
    """Return the key dates after a message, whose own dates are `own`, and which names the messages `named`."""
    left: list[EffectiveDate] = list(own)
    found: list[KeyDate] = []
    touched: dict[DateKind, list[KeyDate]] = {}
    for each in known:
        if each.stands and not each.stated_by.isdisjoint(named):
            touched.setdefault(family(each.kind), []).append(each)
        else:
            found.append(each)
    for kind, older in touched.items():
        new = [each for each in left if family(each.kind) == kind]
        left = [each for each in left if family(each.kind) != kind]
        kept, rest = _changed(message, new, [(each, _relation(each, named)) for each in older])
        found += kept
        left += rest
    places: dict[DateKind, int] = {}
    for one in left:
        place = places.get(one.kind, 0)
        places[one.kind] = place + 1
        found.append(KeyDate(message, one.kind, place, one.date, one.sentence, message, stated_by=frozenset((message.id,))))
    return found


def _relation(each: KeyDate, named: Mapping[int, Relation]) -> Relation:
    return max((named[number] for number in each.stated_by & named.keys()), key=lambda relation: relation.strength)


def _changed(
    message: Entry, new: Sequence[EffectiveDate], older: Sequence[tuple[KeyDate, Relation]]
) -> tuple[list[KeyDate], Sequence[EffectiveDate]]:
    """Return what a message makes of older dates of one kind, and which of its own dates are new."""
    days = {each.date: each for each in new}
    found: list[KeyDate] = []
    movable: list[tuple[KeyDate, Relation]] = []
    for each, relation in older:
        stated = replace(each, stated_by=each.stated_by | {message.id})
        if relation is Relation.CANCELS:
            found.append(replace(stated, ended_by=message))
            days.pop(each.date, None)
        elif each.date in days:
            del days[each.date]
            found.append(replace(stated, said_by=message if relation in _RESTATING else each.said_by, doubted_by=None))
        elif relation in _MOVING:
            movable.append((each, relation))
        else:
            found.append(each)
    free = sorted(days.values(), key=lambda each: each.date)
    sent = message.published.date()
    for each, relation in sorted(movable, key=lambda pair: (pair[0].date, pair[0].place)):
        # a message that only updates another one cannot move a day that is over: its own date is one more
        moves = free and (relation is not Relation.UPDATES or each.date >= sent)
        if moves:
            to = free.pop(0)
            stated_by = each.stated_by | {message.id}
            moved = replace(each, date=to.date, sentence=to.sentence, said_by=message, before=(*each.before, each.date))
            found.append(replace(moved, doubted_by=None, stated_by=stated_by))
        elif relation is Relation.REPLACES or (relation is Relation.CORRECTS and new):
            found.append(replace(each, ended_by=message))
        else:
            found.append(replace(each, doubted_by=message) if relation is Relation.CORRECTS else each)
    return found, free


def load_key_dates(  # six parameters: from when to when, and of which entries
    conn: Connection, since: date, until: date, *, samples: bool = False, routine: bool = False, left_out: Collection[str] = ()
) -> list[KeyDate]:
    """Return the key dates from `since` to before `until`, earliest first; those of routine messages only with `routine`.

    Entries of the feeds in `left_out` give none. A date that was moved out of these days, or to them, is followed.
    """
    dated = entries.by_ids(conn, {each.entry_id for each in readings.dates_between(conn, since, until)})
    messages, changes = _chains_of(conn, dated)
    found = fold(messages.values(), readings.dates_of(conn, messages), changes)
    in_time = (each for each in found if since <= each.date < until and each.entry.feed not in left_out)
    return [each for each in in_time if (samples or not each.entry.sample) and (routine or not each.entry.routine)]


def key_dates_of(conn: Connection, several: Collection[Entry]) -> list[KeyDate]:
    """Return the key dates that these messages gave, or that others of their chains moved, earliest first."""
    messages, changes = _chains_of(conn, {each.id: each for each in several})
    ids = {each.id for each in several}
    return [each for each in fold(messages.values(), readings.dates_of(conn, messages), changes) if not each.stated_by.isdisjoint(ids)]


def _chains_of(conn: Connection, start: Mapping[int, Entry]) -> tuple[dict[int, Entry], list[Change]]:
    """Return these entries, those that they name, those that name them, and so on, with what each does to which."""
    known = dict(start)
    changes: dict[tuple[int, int, Relation], Change] = {}
    latest = dict(start)
    for _ in range(MAX_ROUNDS):
        more: dict[int, Entry] = {}
        for feed in sorted({each.feed for each in latest.values()}):
            here = {number: each for number, each in latest.items() if each.feed == feed}
            more |= _neighbors(conn, feed, here, changes)
        latest = {number: each for number, each in more.items() if number not in known and not each.held}
        known |= latest
        if not latest:
            break
    return known, [each for each in changes.values() if each.later in known and each.earlier in known]


def _neighbors(
    conn: Connection, feed: str, here: Mapping[int, Entry], changes: dict[tuple[int, int, Relation], Change]
) -> dict[int, Entry]:
    """Return the entries beside these in their chains, and add what each does to which to `changes`."""
    by_number = {each.number: each for each in here.values() if each.number}
    naming = readings.naming(conn, feed, by_number.keys())
    named = readings.relations_of(conn, here)
    wanted = {each.number for several in named.values() for each in several if each.number}
    earlier = entries.by_numbers(conn, feed, wanted)
    pairs = [(each.entry_id, by_number[each.number].id, each.kind) for each in naming]
    pairs += [(later, earlier[each.number].id, each.kind) for later, several in named.items() for each in several if each.number in earlier]
    changes.update({pair: Change(*pair) for pair in pairs if pair[0] != pair[1]})
    return entries.by_ids(conn, {each.entry_id for each in naming}) | {each.id: each for each in earlier.values()}
