"""The index over all statements, read from its compiled form. Words are decoded when a question has them."""

import json
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from content.catalog import KINDS, Catalog
from content.search.names import CatalogKey, Names, names_of
from content.search.statements import Passage, fingerprint, passages

BODY_OF_ANSWER = 0.7
"""Strength of the words of an answer, beside those of its question."""
SIMILAR = 0.6
"""Strength of a word that says the same."""

_STRENGTHS = (1.0, BODY_OF_ANSWER)


@dataclass(slots=True, eq=False)
class StatementIndex:
    """A unit is one wording of a statement; its number is its place in `units`."""

    passages: tuple[Passage, ...]
    names: Names
    see: dict[str, tuple[str, ...]]
    """Subject of a term -> the subjects that it points to."""
    units: list[int]
    """The passage of each."""
    sizes: list[float]
    """The weight of all words of each."""
    weights: dict[str, float]
    """Root -> 1 for the rarest words, less for others."""
    shapes: dict[str, dict[int, float]]
    """Shape of question -> unit that can answer it -> how well."""
    terms: dict[str, list[int]]
    """Subject of a term -> units that name it by any of its names."""
    by_subject: dict[str, list[int]]
    compiled: dict[str, Any]
    _decoded: dict[str, dict[int, float]] = field(default_factory=dict)
    _spellings: dict[str, dict[str, None]] = field(default_factory=dict)
    _questions: list[tuple[frozenset[str], int]] | None = None

    def units_of(self, word: str) -> dict[int, float]:
        """Return the units that have a root, with its strength."""
        found = self._decoded.get(word)
        if found is None:
            numbers = map(int, self.compiled["postings"].get(word, "").split())
            found = self._decoded[word] = {number >> 1: _STRENGTHS[number & 1] for number in numbers}
        return found

    def similar_to(self, word: str) -> list[str]:
        """Return the roots that say the same as a root."""
        others: list[str] = self.compiled["similar"].get(word, "").split()
        return others

    def spellings(self, letter: str) -> dict[str, None]:
        """Return the known words that begin with a letter."""
        found = self._spellings.get(letter)
        if found is None:
            found = self._spellings[letter] = dict.fromkeys(self.compiled["vocabulary"].get(letter, "").split())
        return found

    def questions(self) -> list[tuple[frozenset[str], int]]:
        """Return the stems of each wording of a question, and its passage."""
        if self._questions is None:
            self._questions = [(frozenset(stems.split()), place) for stems, place in self.compiled["questions"]]
        return self._questions


def index_of(catalog: Catalog) -> StatementIndex:
    return _index_of(CatalogKey(catalog))


@lru_cache(maxsize=4)
def _index_of(catalog_key: CatalogKey) -> StatementIndex:
    """Read the compiled index of a catalog, or compile it if the catalog has none or was changed since."""
    catalog = catalog_key.catalog
    found, names = passages(catalog), names_of(catalog, KINDS)
    compiled = json.loads(catalog.index) if catalog.index else {}
    if compiled.get("fingerprint") != fingerprint(found, names):
        from content.search.compiling import compile_index

        compiled = json.loads(compile_index(catalog))
    units: list[int] = compiled["units"]
    by_subject: dict[str, list[int]] = {}
    for unit, place in enumerate(units):
        by_subject.setdefault(found[place].subject, []).append(unit)
    return StatementIndex(
        passages=found,
        names=names,
        see={f"term:{term.slug}": term.see for term in catalog.terms},
        units=units,
        sizes=compiled["sizes"],
        weights=compiled["weights"],
        shapes={shape: dict(zip(*lists, strict=True)) for shape, lists in compiled["shapes"].items()},
        terms=compiled["terms"],
        by_subject=by_subject,
        compiled=compiled,
    )
