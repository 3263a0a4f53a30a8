"""Relations: which stored entries change which, as `jobs.reading` read it in their texts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta

from jobs.models.entries import Entry
from jobs.models.readings import Reference
from jobs.moved_dates import cancels_meeting, names_meeting
from jobs.states import EntryKind, Relation
from jobs.store import entries, readings
from jobs.store.database import Connection

SUPERSEDING = frozenset({Relation.REPLACES, Relation.CORRECTS, Relation.CANCELS})
"""Whoever read the earlier message has to read the later one instead."""

CHANGING = SUPERSEDING | {Relation.RESOLVES, Relation.EXTENDS, Relation.UPDATES}
"""The earlier message is no longer the whole story, so what shows it is marked."""

CONTINUING = CHANGING | {Relation.FOLLOWS_UP}
"""Whoever got the earlier message gets the later one."""

Changes = Mapping[int, Mapping[int, Relation]]
"""For each entry that others change, the ids of those and how."""

MAX_CHAIN = 100  #: Entries of a chain, about; more are not looked for.

_DATED_BEFORE = timedelta(days=30)
"""At most, a message is dated so long before one that it changes; else its number is taken for a typing error."""


def strongest(named: Iterable[Reference]) -> dict[str, Reference]:
    """Return for each number that is named the reference with the strongest relation. A mistyped number is left out."""
    found: dict[str, Reference] = {}
    for each in named:
        if each.number and (each.number not in found or each.kind.strength > found[each.number].kind.strength):
            found[each.number] = each
    return found


def relation_to(earlier: Entry, named: Reference) -> Relation:
    """Return what a reference does to the whole of a message: one that only announces a webinar besides is not canceled with it."""
    besides = named.kind is Relation.CANCELS and cancels_meeting(named.because) and not names_meeting(earlier.title)
    return Relation.UPDATES if besides and earlier.kind is not EntryKind.TRAINING else named.kind


def is_plausible(later: Entry, earlier: Entry) -> bool:
    """Return whether one entry can change another: both of one feed, and the later not dated long before."""
    return later.feed == earlier.feed and later.id != earlier.id and later.published > earlier.published - _DATED_BEFORE


def changes(conn: Connection, among: Collection[Entry], kinds: Collection[Relation] = CHANGING) -> Changes:
    """Return which of these entries change which others of them."""
    if len(among) < 2:
        return {}
    named = readings.relations_of(conn, [each.id for each in among])
    by_number: dict[str, list[Entry]] = {}
    for each in among:
        by_number.setdefault(each.number, []).append(each)
    found: dict[int, dict[int, Relation]] = {}
    for later in among:
        for number, reference in strongest(named.get(later.id, ())).items():
            for earlier in by_number.get(number, ()):
                if is_plausible(later, earlier) and (kind := relation_to(earlier, reference)) in kinds:
                    found.setdefault(earlier.id, {})[later.id] = kind
    return found


def find_changers(conn: Connection, of: Collection[Entry], kinds: Collection[Relation] = CHANGING, *, held: bool = False) -> list[Entry]:
    """Return the stored entries that change these, or change one that does, and so on, oldest first; held ones only with `held`."""
    given = {each.id: each for each in of}
    known = dict(given)
    latest: Collection[Entry] = of
    while latest:
        found: dict[int, Entry] = {}
        for feed in sorted({each.feed for each in latest}):
            here = [each for each in latest if each.feed == feed]
            naming = readings.naming(conn, feed, {each.number for each in here}, held=held)
            ids = {each.entry_id for each in naming if each.kind in kinds} - known.keys()
            later = entries.by_ids(conn, ids)
            changed = changes(conn, [*here, *later.values()], kinds)
            found |= {each: later[each] for each in ids if any(each in several for several in changed.values())}
        known |= found
        latest = list(found.values())
    return sorted((each for each in known.values() if each.id not in given), key=lambda each: (each.published, each.id))


def newest_changers(conn: Connection, of: Sequence[Entry]) -> dict[int, tuple[Entry, Relation]]:
    """Return, for each of these entries that another one changes directly, the newest that does, and how."""
    several = [*of, *find_changers(conn, of)]
    known = {each.id: each for each in several}
    found = {}
    for earlier, by in changes(conn, known.values()).items():
        newest = max((known[later] for later in by), key=lambda each: (each.published, each.id))
        found[earlier] = newest, by[newest.id]
    return found


def find_changed(conn: Connection, by: Iterable[Entry], kinds: Collection[Relation] = CHANGING) -> list[tuple[Entry, Entry, Relation]]:
    """Return each stored entry that these change, with the one that does and how."""
    several = list(by)
    named = readings.relations_of(conn, [each.id for each in several])
    found = []
    for later in several:
        for number, reference in strongest(named.get(later.id, ())).items():
            earlier = _find_earlier(conn, later, number) if reference.kind in kinds else None
            if earlier is not None and (kind := relation_to(earlier, reference)) in kinds:
                found.append((earlier, later, kind))
    return found


def _find_earlier(conn: Connection, later: Entry, number: str) -> Entry | None:
    return max((each for each in entries.all_by_number(conn, number) if is_plausible(later, each)), key=lambda each: each.id, default=None)


def load_chain(conn: Connection, entry: Entry) -> list[Entry]:
    """Return the entry and all that continue it or that it continues, directly or not, oldest first; also those that are held."""
    known = {entry.id: entry}
    while True:
        more = {each.id: each for each in find_changers(conn, known.values(), CONTINUING, held=True)}
        more |= {each.id: each for each, _, _ in find_changed(conn, known.values(), CONTINUING)}
        if more.keys() <= known.keys() or len(known) > MAX_CHAIN:
            return sorted(known.values(), key=lambda each: (each.published, each.id))
        known = more | known


def chains(several: Collection[Entry], changed: Changes) -> list[list[Entry]]:
    """Group the entries that change each other, in the order of the groups' first entries; in a group, the later entry goes first."""
    neighbors: dict[int, set[int]] = {each.id: set(changed.get(each.id, ())) for each in several}
    for earlier, by in changed.items():
        for later in by:
            neighbors[later].add(earlier)
    known = {each.id: each for each in several}
    placed: set[int] = set()
    found = []
    for each in several:
        if each.id not in placed:
            group = _reachable(each.id, neighbors)
            placed |= group
            found.append([known[number] for number in _later_first([one.id for one in several if one.id in group], changed)])
    return found


def _reachable(start: int, neighbors: Mapping[int, Collection[int]]) -> set[int]:
    found, left = {start}, [start]
    while left:
        new = set(neighbors[left.pop()]) - found
        found |= new
        left += new
    return found


def _later_first(group: Sequence[int], changed: Changes) -> list[int]:
    """Order a group so that an entry follows those that change it; two that change each other stay in their order."""
    ordered: list[int] = []
    while len(ordered) < len(group):
        left = [each for each in group if each not in ordered]
        free = [each for each in left if all(later in ordered for later in changed.get(each, ()))]
        ordered += free or left[:1]
    return ordered
