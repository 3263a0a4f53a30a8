"""A search of the stored entries, and its results."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jobs.models.entries import Entry


@dataclass(frozen=True, slots=True)
class Term:
    """The tokens of the index that an entry must have: one of the ways is enough; of a way, all groups; of a group, any token.

    A token that ends in "*" is the beginning of one. Nothing has a term without ways.
    """

    ways: tuple[tuple[tuple[str, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class IndexQuery:
    any_of: tuple[tuple[Term, ...], ...] = ((),)
    """All terms of one of these."""
    filters: tuple[Term, ...] = ()
    """All of these, too."""
    none_of: tuple[tuple[Term, ...], ...] = ()
    """Not all terms of any of these."""
    low: int | None = None
    """The lowest row."""
    below: int | None = None
    """All rows are below this one."""


@dataclass(frozen=True, slots=True)
class Word:
    """A typed word, or a phrase in lower case."""

    text: str
    term: Term
    """The term, for a phrase, of every entry that has it, and of others."""
    phrase: bool = False
    also: tuple[str, ...] = ()
    """Other words by which the term finds entries."""


class Order(StrEnum):
    NEWEST = "newest"
    BEST = "best"  #: Entries with all words in the title before the others, each newest first.


@dataclass(frozen=True, slots=True)
class Search:
    words: tuple[Word, ...] = ()
    """All of them."""
    instead: Term | None = None
    """An entry that has this needs none of the words."""
    without: tuple[Word, ...] = ()
    filters: tuple[Term, ...] = ()
    """All of them: topics, kinds and feeds."""
    without_filters: tuple[Term, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    """Before this moment."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: at a row of the index, among the entries with all words in the title, or among the others."""

    row: int
    titled: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    titled: tuple[Entry, ...] = ()
    """With all words in the title, newest first; () if the order is the newest of all."""
    others: tuple[Entry, ...] = ()
    """Newest first."""
    end: Place | None = None
    """Where the next page goes on; None if this is the last one."""
    count: int | None = None
    """How many entries all pages have, if this is the first one and they were counted."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self.titled + self.others
