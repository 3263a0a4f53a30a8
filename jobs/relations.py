"""Relations: which entries change which, by their own words.

Only explicit wording counts ("this message replaces CSMS 67647279"), under a title that opens as a correction or a replacement.
"""

from collections.abc import Collection, Iterable, Mapping

from jobs.models.entries import Entry
from jobs.references import references
from jobs.states import Lead, Relation

CORRECTING_LEADS = frozenset({Lead.CORRECTION, Lead.REPLACEMENT})

_CHANGES = frozenset({Relation.REPLACES, Relation.CORRECTS})


def changed_by(entry: Entry) -> dict[str, str]:
    """Return the numbers of the messages that an entry changes, each with "replaces" or "corrects". A mistyped number is left out."""
    if entry.lead not in CORRECTING_LEADS:
        return {}
    named = references(entry.title, entry.body, entry.number)
    return {each.number: each.kind for each in named if each.kind in _CHANGES and len(each.number) == 8}


def relations(entries: Iterable[Entry]) -> dict[int, dict[int, str]]:
    """Return, for each of these entries that others of them change, the ids of those and "replaces" or "corrects"."""
    known = list(entries)
    found: dict[int, dict[int, str]] = {}
    for later in known:
        changes = changed_by(later)
        for each in known if changes else ():
            if each.number in changes and each.feed == later.feed and each.id != later.id:
                found.setdefault(each.id, {})[later.id] = changes[each.number]
    return found


def changers(of: Collection[Entry], candidates: Iterable[Entry]) -> list[Entry]:
    """Return the candidates that change one of these entries, or one that does, and so on."""
    known = {each.id for each in of}
    changes = {each: changed_by(each) for each in candidates if each.id not in known}
    found: list[Entry] = []
    latest = list(of)
    while latest:
        wanted = {(each.feed, each.number) for each in latest}
        latest = [each for each, numbers in changes.items() if any((each.feed, number) in wanted for number in numbers)]
        for each in latest:
            del changes[each]
        found += latest
    return found


def chains(entries: Collection[Entry]) -> list[list[Entry]]:
    """Group the entries that change each other, in the order of the groups' first entries; in a group, the later entry goes first."""
    changed = relations(entries)
    neighbors: dict[int, set[int]] = {each.id: set(changed.get(each.id, ())) for each in entries}
    for earlier, several in changed.items():
        for later in several:
            neighbors[later].add(earlier)
    known = {each.id: each for each in entries}
    placed: set[int] = set()
    found = []
    for each in entries:
        if each.id not in placed:
            group = _reachable(each.id, neighbors)
            placed |= group
            found.append([known[number] for number in _later_first([one.id for one in entries if one.id in group], changed)])
    return found


def _reachable(start: int, neighbors: Mapping[int, Collection[int]]) -> set[int]:
    found, left = {start}, [start]
    while left:
        new = set(neighbors[left.pop()]) - found
        found |= new
        left += new
    return found


def _later_first(group: list[int], changed: Mapping[int, Collection[int]]) -> list[int]:
    """Order a group so that an entry follows those that change it; two that change each other stay in their order."""
    ordered: list[int] = []
    while len(ordered) < len(group):
        left = [each for each in group if each not in ordered]
        free = [each for each in left if all(later in ordered for later in changed.get(each, ()))]
        ordered += free or left[:1]
    return ordered
