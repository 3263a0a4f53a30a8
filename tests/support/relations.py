"""The relations between entries that no database has."""

from collections.abc import Iterable

from jobs.models.entries import Entry
from jobs.reading import read_message
from jobs.relations import CHANGING, Changes, is_plausible, strongest
from jobs.states import Relation


def named(entry: Entry) -> dict[str, Relation]:
    """Return the numbers that an entry names."""
    found = strongest(read_message(entry.title, entry.body, entry.number, entry.published.date()).relations)
    return {number: reference.kind for number, reference in found.items()}


def changed(entries: Iterable[Entry]) -> Changes:
    """Return which of these entries change which others, as if all were stored."""
    several = list(entries)
    found: dict[int, dict[int, Relation]] = {}
    for later in several:
        for number, kind in named(later).items():
            for earlier in several:
                if kind in CHANGING and earlier.number == number and is_plausible(later, earlier):
                    found.setdefault(earlier.id, {})[later.id] = kind
    return found
