"""Key dates: the days that stored messages announce, each as the latest message about it says.

A message moves a date of one that it replaces, corrects, extends or updates, if it is clear which: it says from which day to which, or
both give one date of the kind. Otherwise the older date stands with a doubt. Only a message that cancels or replaces the older one, or
the thing that a date belongs to, ends dates. The first part is pure.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from jobs.models.entries import Entry, without_duplicates
from jobs.models.key_dates import KeyDate
from jobs.models.readings import EffectiveDate
from jobs.moved_dates import ends, gives_new_day, moves
from jobs.states import DateKind, Relation
from jobs.store import entries, readings
from jobs.store.database import Connection

MAX_ROUNDS = 10
"""How many steps of a chain are followed in each direction."""

_MOVING = (Relation.REPLACES, Relation.CORRECTS, Relation.EXTENDS, Relation.UPDATES)
_RESTATING = (Relation.REPLACES, Relation.CORRECTS)
"""A date that the message gives again comes from it."""
_ENDING = (Relation.REPLACES, Relation.CANCELS)

_FAMILY = {DateKind.DEPLOY: DateKind.EFFECTIVE, DateKind.ENDS: DateKind.DEADLINE}
"""A kind that an extension or a correction may call by the other name: "due by" one day, "extended through" another."""


@dataclass(frozen=True, slots=True)
class Change:
    """A message says that it does something to an earlier one. Both are ids of entries."""

    later: int
    earlier: int
    kind: Relation
    because: str = ""  #: Its sentence that says so.


def family(kind: DateKind) -> DateKind:
    return _FAMILY.get(kind, kind)


def fold(messages: Iterable[Entry], dates: Mapping[int, Sequence[EffectiveDate]], changes: Iterable[Change]) -> list[KeyDate]:
    """Return the key dates of these messages, earliest first, also those that no longer stand."""
    of: dict[int, dict[int, Change]] = {}
    for change in changes:
        known = of.setdefault(change.later, {}).get(change.earlier)
        if known is None or change.kind.strength > known.kind.strength:
            of[change.later][change.earlier] = change
    found: list[KeyDate] = []
    for message in sorted(messages, key=lambda each: (each.published, each.id)):
        found = _after(message, _own(dates.get(message.id, ()), message.published.date()), of.get(message.id, {}), found)
    return sorted(found, key=lambda each: (each.date, each.entry.published, each.entry.id, each.kind, each.place))


def _own(given: Sequence[EffectiveDate], published: date) -> list[EffectiveDate]:
    """Return the dates of a message without those that it only says to be moved, each day of a kind once."""
    kept: dict[tuple[DateKind, date], EffectiveDate] = {}
    for each in given:
        others = {other.date for other in given if other.sentence == each.sentence and family(other.kind) == family(each.kind)}
        if len(others) == 1 or each.date not in moves(each.sentence, published):
            kept.setdefault((family(each.kind), each.date), each)
    return list(kept.values())


def _after(message: Entry, own: list[EffectiveDate], named: Mapping[int, Change], known: Sequence[KeyDate]) -> list[KeyDate]:
    """Return the key dates after a message, whose own dates are `own`, and which names the messages `named`."""
    found: list[KeyDate] = []
    touched: dict[DateKind, list[KeyDate]] = {}
    for each in known:
        if each.stands and not each.stated_by.isdisjoint(named):
            touched.setdefault(family(each.kind), []).append(each)
        else:
            found.append(each)
    places: dict[DateKind, int] = {}
    for kind in dict.fromkeys((*touched, *(family(each.kind) for each in own))):
        new = [each for each in own if family(each.kind) == kind]
        changed, left = _changed(message, new, [(each, _change(each, named)) for each in touched.get(kind, ())])
        found += _with_change(changed, touched.get(kind, ()), message)
        # who follows an older message gets also the dates that may have taken the place of its own
        followed = {number for each in changed if message in (each.ended_by, each.doubted_by) for number in each.stated_by}
        for one in left:
            place = places.get(one.kind, 0)
            places[one.kind] = place + 1
            found.append(KeyDate(message, one.kind, place, one.date, one.sentence, message, stated_by=frozenset((message.id, *followed))))
    return found


def _with_change(several: Iterable[KeyDate], before: Iterable[KeyDate], by: Entry) -> list[KeyDate]:
    """Note the message in those that it made different, so that each change can be counted, also one back to what was."""
    known = {(each.entry.id, each.kind, each.place): replace(each, stated_by=frozenset()) for each in before}
    return [
        each
        if replace(each, stated_by=frozenset()) == known[each.entry.id, each.kind, each.place]
        else replace(each, changed_by=(*each.changed_by, by))
        for each in several
    ]


def _change(each: KeyDate, named: Mapping[int, Change]) -> Change:
    """Return what a message does to the older one that gave this date; a message that it names for another thing is only corrected."""
    change = max((named[number] for number in each.stated_by & named.keys()), key=lambda one: one.kind.strength)
    whole = change.kind not in _ENDING or ends(change.because, f"{each.kind} {each.sentence}")
    return change if whole else replace(change, kind=Relation.CORRECTS)


def _changed(
    message: Entry, new: Sequence[EffectiveDate], older: Sequence[tuple[KeyDate, Change]]
) -> tuple[list[KeyDate], Sequence[EffectiveDate]]:
    """Return what a message makes of older dates of one kind, and which of its own dates are new."""
    sent = message.published.date()
    free = {each.date: each for each in new}
    named_days = {day: each for each in new for day, to in moves(each.sentence, sent).items() if to == each.date}
    found: list[KeyDate] = []
    left: list[tuple[KeyDate, Relation]] = []
    moved_to: set[date] = set()
    for each, change in older:
        if change.kind is Relation.CANCELS:
            found.append(replace(each, ended_by=message))
            free.pop(each.date, None)
        elif change.kind in _MOVING and each.date in named_days:
            found.append(_moved(each, named_days[each.date], message))
            moved_to.add(named_days[each.date].date)
        elif each.date in free:
            said_by = message if change.kind in _RESTATING else each.said_by
            stated_by = each.stated_by | {message.id}
            found.append(replace(each, said_by=said_by, doubted_by=None, doubted_as=None, stated_by=stated_by))
            moved_to.add(each.date)
        elif change.kind in _MOVING:
            left.append((each, change.kind))
        else:
            found.append(each)
    rest = [each for day, each in sorted(free.items()) if day not in moved_to]
    if len(older) == len(left) == len(rest) == 1 and _can_move(*left[0], rest[0], sent):
        return [*found, _moved(left[0][0], rest[0], message)], []
    for each, kind in left:
        if kind is Relation.REPLACES:
            found.append(replace(each, ended_by=message))
        else:
            doubtful = kind is Relation.CORRECTS or (bool(rest) and each.date >= sent)
            found.append(replace(each, doubted_by=message, doubted_as=kind) if doubtful else each)
    return found, rest


def _moved(each: KeyDate, to: EffectiveDate, by: Entry) -> KeyDate:
    before, stated_by = (*each.before, each.date), each.stated_by | {by.id}
    return replace(
        each, date=to.date, sentence=to.sentence, said_by=by, before=before, doubted_by=None, doubted_as=None, stated_by=stated_by
    )


def _can_move(each: KeyDate, kind: Relation, to: EffectiveDate, sent: date) -> bool:
    """Return whether the only date of a message can be the only older one on another day."""
    if kind is Relation.UPDATES:  # it may add something; and a day that is over is not moved by an update
        return each.date >= sent and gives_new_day(to.sentence, each.sentence)
    return kind is not Relation.EXTENDS or to.date > each.date


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


def without_duplicate_dates(several: Collection[KeyDate]) -> list[KeyDate]:
    """Return the dates without those that a document gives in a second feed. Choose first: a channel may want those of one feed alone."""
    said_by = {each.id for each in without_duplicates({each.said_by.id: each.said_by for each in several}.values())}
    return [each for each in several if each.said_by.id in said_by]


def key_dates_of(conn: Connection, several: Collection[Entry]) -> list[KeyDate]:
    """Return the key dates that these messages gave, or that others of their chains moved, earliest first."""
    messages, changes = _chains_of(conn, {each.id: each for each in several})
    ids = {each.id for each in several}
    return [each for each in fold(messages.values(), readings.dates_of(conn, messages), changes) if not each.stated_by.isdisjoint(ids)]


def _chains_of(conn: Connection, start: Mapping[int, Entry]) -> tuple[dict[int, Entry], list[Change]]:
    """Return these entries, those that they name, those that name them, and so on, with what each does to which."""
    known = dict(start)
    changes: dict[tuple[int, int, Relation, str], Change] = {}
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
    conn: Connection, feed: str, here: Mapping[int, Entry], changes: dict[tuple[int, int, Relation, str], Change]
) -> dict[int, Entry]:
    """Return the entries beside these in their chains, and add what each does to which to `changes`."""
    by_number = {each.number: each for each in here.values() if each.number}
    naming = readings.naming(conn, feed, by_number.keys())
    named = readings.relations_of(conn, here)
    wanted = {each.number for several in named.values() for each in several if each.number}
    earlier = entries.by_numbers(conn, feed, wanted)
    pairs = [(each.entry_id, by_number[each.number].id, each.kind, each.because) for each in naming]
    pairs += [
        (later, earlier[each.number].id, each.kind, each.because)
        for later, several in named.items()
        for each in several
        if each.number in earlier
    ]
    changes.update({pair: Change(*pair) for pair in pairs if pair[0] != pair[1]})
    return entries.by_ids(conn, {each.entry_id for each in naming}) | {each.id: each for each in earlier.values()}
