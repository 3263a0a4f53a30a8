"""The report of a period: its stored messages, those that change others with them, each once. The first part is pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from jobs.events import coming_day
from jobs.key_dates import load_key_dates, without_duplicate_dates
from jobs.matching import matches
from jobs.models.entries import SAMPLE, Entry, without_duplicates
from jobs.models.key_dates import KeyDate
from jobs.models.posts import Around
from jobs.models.subscriptions import Filters
from jobs.relations import SUPERSEDING, Changes, chains, changes, find_changed, find_changers
from jobs.states import EntryKind, Lead, Relation
from jobs.store import entries, readings
from jobs.store.database import Connection
from jobs.title_leads import title_leads

AHEAD = timedelta(days=90)
"""How far ahead dates are listed."""

TRAINING_AGE = timedelta(days=120)
"""A training is announced at most so long before it."""

MAX_ENTRIES = 5_000

_SUPERSEDING_LEADS = (Lead.CORRECTION, Lead.REPLACEMENT, Lead.CANCELLATION)
_UPDATING_LEADS = (Lead.UPDATE, Lead.RESOLVED)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A message that another one changes."""

    entry: Entry
    kind: Relation
    direct: bool  #: Not by way of a third message.


@dataclass(frozen=True, slots=True)
class Changed:
    """A message of the period, with the earlier ones that it changes, newest first."""

    entry: Entry
    earlier: tuple[Earlier, ...] = ()
    later: tuple[Entry, ...] = ()  #: Messages after the period that change it, oldest first.
    dates: tuple[KeyDate, ...] = ()  #: Its dates ahead, earliest first.

    @property
    def supersedes(self) -> bool:
        return self._says(_SUPERSEDING_LEADS) or any(each.direct and each.kind in SUPERSEDING for each in self.earlier)

    @property
    def is_new(self) -> bool:
        """It neither names a message that it changes, nor does its title say that it does."""
        return not (self._says(_UPDATING_LEADS) or self.earlier or self.supersedes)

    def _says(self, leads: Collection[Lead]) -> bool:
        return self.entry.lead in leads or not title_leads(self.entry.title).isdisjoint(leads)


@dataclass(frozen=True, slots=True)
class Training:
    """A webinar or another event to come."""

    day: date
    entry: Entry


@dataclass(frozen=True, slots=True)
class Scope:
    """The subject of a report."""

    since: datetime
    until: datetime  #: Before this moment.
    feeds: tuple[str, ...]
    topics: tuple[str, ...] = ()  #: Any of them counts; () is every topic.


@dataclass(frozen=True, slots=True)
class Report:
    """Changed messages newest first. No message is in two of the parts."""

    superseding: tuple[Changed, ...]
    updating: tuple[Changed, ...]
    new: tuple[Changed, ...]
    dates: tuple[tuple[KeyDate, ...], ...]  #: Dates ahead of other messages, each message's together, earliest first.
    trainings: tuple[Training, ...]  #: Those to come, earliest first.
    routine: int  #: Messages of the period that were left out.


def is_about(entry: Entry, topics: Collection[str]) -> bool:
    return not topics or any(hit.topic in topics for hit in entry.topics)


def fold(period: Collection[Entry], others: Collection[Entry], changed: Changes) -> list[Changed]:
    """Put each message of the period below the latest one that changes it, directly or not; `others` were sent before or after."""
    known = {each.id: each for each in (*period, *others)}
    does: dict[int, dict[int, Relation]] = {}
    for earlier, by in changed.items():
        for changer, kind in by.items():
            does.setdefault(changer, {})[earlier] = kind
    inside = {each.id for each in period}
    placed: set[int] = set()
    found = []
    newest_first = sorted(known.values(), key=lambda each: (each.published, each.id), reverse=True)
    for group in chains(newest_first, changed):
        for head in group:
            if head.id in inside and head.id not in placed:
                below = _below(head.id, does, known, placed & inside)
                placed |= {head.id, *(each.entry.id for each in below)}
                later = sorted((known[each] for each in changed.get(head.id, ()) if each not in inside), key=lambda each: each.published)
                found.append(Changed(head, below, tuple(each for each in later if each.published >= head.published)))
    return sorted(found, key=lambda each: (each.entry.published, each.entry.id), reverse=True)


def _below(
    start: int, does: Mapping[int, Mapping[int, Relation]], known: Mapping[int, Entry], without: Collection[int]
) -> tuple[Earlier, ...]:
    found: dict[int, Earlier] = {}
    left = [start]
    while left:
        later = left.pop(0)
        for earlier, kind in does.get(later, {}).items():
            if earlier != start and earlier not in without and earlier not in found:
                found[earlier] = Earlier(known[earlier], kind, later == start)
                left.append(earlier)
    return tuple(sorted(found.values(), key=lambda each: (each.direct, each.entry.published, each.entry.id), reverse=True))


def report(  # five parameters and a flag: what it consists of, and which of it counts
    folded: Collection[Changed],
    dates: Collection[KeyDate],
    trainings: Collection[Training],
    topics: Collection[str] = (),
    *,
    routine: bool = False,
) -> Report:
    """Sort folded messages into the parts of a report, and give each its dates; what is routine is left out without `routine`."""
    about = [each for each in folded if any(is_about(one, topics) for one in (each.entry, *(old.entry for old in each.earlier)))]
    shown = [each for each in about if routine or not each.entry.routine or any(not old.entry.routine for old in each.earlier)]
    changing = [replace(each, dates=_dates_of(each.entry, dates)) for each in shown if not each.is_new]
    below = {entry.id for each in changing for entry in (each.entry, *(old.entry for old in each.earlier))}
    taught = {each.entry.id: each for each in trainings if is_about(each.entry, topics) and each.entry.id not in below}
    new = [replace(each, dates=_dates_of(each.entry, dates)) for each in shown if each.is_new and each.entry.id not in taught]
    listed = below | set(taught) | {each.entry.id for each in new}
    ahead = (key for key in dates if is_about(key.said_by, topics) or is_about(key.entry, topics))
    return Report(
        tuple(each for each in changing if each.supersedes),
        tuple(each for each in changing if not each.supersedes),
        tuple(new),
        _once(key for key in ahead if key.said_by.id not in listed),
        tuple(sorted(taught.values(), key=lambda each: (each.day, each.entry.published, each.entry.id))),
        len(about) - len(shown),
    )


def _dates_of(entry: Entry, dates: Iterable[KeyDate]) -> tuple[KeyDate, ...]:
    return tuple(key for key in dates if key.said_by.id == entry.id)


def _once(dates: Iterable[KeyDate]) -> tuple[tuple[KeyDate, ...], ...]:
    """Group dates by the message that says them, in the order of the groups' first dates."""
    found: dict[int, list[KeyDate]] = {}
    for key in dates:
        found.setdefault(key.said_by.id, []).append(key)
    return tuple(map(tuple, found.values()))


def trainings_ahead(several: Iterable[Entry], changed: Changes, today: date, zone: str) -> list[Training]:
    """Return the trainings whose texts name a day to come, but none that was superseded."""
    kept = (each for each in several if each.kind is EntryKind.TRAINING and SUPERSEDING.isdisjoint(changed.get(each.id, {}).values()))
    return [Training(day, each) for each in kept if (day := coming_day(each, today, zone)) is not None]


def load_report(conn: Connection, scope: Scope, today: date, zone: str, *, samples: bool = False) -> Report:
    """Return what changed, with the dates and the trainings ahead as of `today`."""
    feeds = (*scope.feeds, *((SAMPLE,) if samples else ()))
    begin = min(scope.since, scope.until - TRAINING_AGE)
    found = entries.latest(conn, feeds, limit=MAX_ENTRIES, since=begin, until=scope.until)
    stored = without_duplicates(each for each in found if not each.held)
    period = [each for each in stored if each.published >= scope.since]
    every = {each.id: each for each in (*stored, *_named(conn, period), *find_changers(conn, period))}
    changed = changes(conn, list(every.values()))
    inside = {each.id for each in period}
    folded = fold(period, [each for each in every.values() if each.id not in inside], changed)
    trainings = trainings_ahead(stored, changed, today, zone)
    dates = load_key_dates(conn, today, today + AHEAD + timedelta(days=1), samples=samples)
    shown = {each.document for each in every.values()} - {None}
    ahead = [each for each in dates if each.stands and (each.said_by.id in every or each.said_by.document not in shown)]
    return report(folded, without_duplicate_dates(ahead), trainings, scope.topics)


def load_around(conn: Connection, several: Collection[Entry], today: date, filters: Filters, platform: str) -> Around:
    """Return what the report of these entries also tells: earlier messages that they change, and dates ahead of what `filters` choose."""
    known = {each.id for each in several}
    earlier = {each.id: each for each, _, _ in find_changed(conn, several) if each.id not in known and not each.held}
    dates = load_key_dates(
        conn, today, today + AHEAD + timedelta(days=1), samples=any(each.sample for each in several), routine=filters.system
    )
    wanted = (each for each in dates if each.stands and any(matches(filters, platform, one) for one in (each.said_by, each.entry)))
    return Around(tuple(earlier.values()), tuple(wanted))


def _named(conn: Connection, several: Collection[Entry]) -> list[Entry]:
    """Return the stored entries that these name."""
    found: list[Entry] = []
    named = readings.relations_of(conn, [each.id for each in several])
    for feed in sorted({each.feed for each in several}):
        numbers = {one.number for each in several if each.feed == feed for one in named.get(each.id, ()) if one.number}
        found += [each for each in entries.by_numbers(conn, feed, numbers).values() if not each.held]
    return found
