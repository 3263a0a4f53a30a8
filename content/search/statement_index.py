"""The index over all statements, read from its compiled form. Words are decoded when a question has them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache

from content.catalog import KINDS, Catalog
from content.search.audience import CatalogKey, of_catalogs
from content.search.keys import Keys
from content.search.listed_questions import compiled_lines
from content.search.lookup import keys_of
from content.search.statements import Passage, passages

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

BODY_OF_ANSWER = 0.7
"""Strength of the words of an answer, beside those of its question."""
SYNONYM, SIMILAR = 0.8, 0.5
"""Strength of a word that says the same, and of one that nearly does."""

_STRENGTHS = (1.0, BODY_OF_ANSWER)


@dataclass(slots=True, eq=False)
class StatementIndex:
    """A unit is one wording of a statement; its number is its place in `units`."""

    passages: tuple[Passage, ...]
    names: Keys
    """The names of all kinds."""
    see: dict[str, tuple[str, ...]]
    """Subject of a term -> the subjects that it points to."""
    kin: dict[str, set[str]]
    """Subject -> those that say the same in part: an issue, its topic, its page and its terms."""
    units: list[int]
    """The passage of each."""
    sizes: list[float]
    """The weight of all words of each."""
    weights: dict[str, float]
    """Root -> 1 for the rarest words, less for others."""
    terms: dict[str, list[int]]
    """Subject of a term -> units that name it by any of its names."""
    by_subject: dict[str, list[int]]
    compiled: dict[str, Any]
    _decoded: dict[str, dict[int, float]] = field(default_factory=dict)
    _shapes: dict[str, dict[int, float]] = field(default_factory=dict)
    _spellings: dict[str, dict[str, None]] = field(default_factory=dict)

    def units_of(self, word: str) -> dict[int, float]:
        """Return the units that have a root, with its strength."""
        found = self._decoded.get(word)
        if found is None:
            numbers = map(int, self.compiled["postings"].get(word, "").split())
            found = self._decoded[word] = {number >> 1: _STRENGTHS[number & 1] for number in numbers}
        return found

    def units_for(self, shape: str) -> dict[int, float]:
        """Return the units that can answer a shape of question, with how well."""
        found = self._shapes.get(shape)
        if found is None:
            by_fit = self.compiled["shapes"].get(shape, ())
            found = self._shapes[shape] = {unit: fit for fit, units in by_fit for unit in map(int, units.split())}
        return found

    def similar_to(self, word: str) -> Iterator[tuple[str, float]]:
        """Yield the roots that say the same as a root, or nearly, with their strength."""
        for groups, strength in (("similar", SIMILAR), ("synonyms", SYNONYM)):
            for other in self.compiled[groups].get(word, "").split():
                yield other, strength

    def spellings(self, letter: str) -> dict[str, None]:
        """Return the known words that begin with a letter."""
        found = self._spellings.get(letter)
        if found is None:
            found = self._spellings[letter] = dict.fromkeys(self.compiled["vocabulary"].get(letter, "").split())
        return found


def index_of(catalog: Catalog) -> StatementIndex:
    return _index_of(CatalogKey(catalog))


@of_catalogs
@lru_cache(maxsize=4)
def _index_of(catalog_key: CatalogKey) -> StatementIndex:
    """Read the compiled index of a catalog.

    A catalog and its public form have the same one, in which the internal statements are the last.
    """
    catalog = catalog_key.catalog
    found = passages(catalog)
    compiled: dict[str, Any] = json.loads(compiled_lines(catalog)[1])
    if compiled["units"] and compiled["units"][-1] >= len(found):
        compiled = _without_internal(compiled, len(found))
    units: list[int] = compiled["units"]
    by_subject: dict[str, list[int]] = {}
    for unit, place in enumerate(units):
        by_subject.setdefault(found[place].subject, []).append(unit)
    see = {f"term:{term.slug}": term.see for term in catalog.terms}
    return StatementIndex(
        passages=found,
        names=keys_of(catalog, KINDS),
        see=see,
        kin=_kin(by_subject, see, catalog),
        units=units,
        sizes=compiled["sizes"],
        weights=compiled["weights"],
        terms=compiled["terms"],
        by_subject=by_subject,
        compiled=compiled,
    )


def _kin(subjects: Iterable[str], see: dict[str, tuple[str, ...]], catalog: Catalog) -> dict[str, set[str]]:
    kin: dict[str, set[str]] = {subject: {subject} for subject in subjects}
    by_slug: dict[str, list[str]] = {}
    for subject in kin:
        by_slug.setdefault(subject.partition(":")[2], []).append(subject)
    pairs = [(subject, other) for same in by_slug.values() for subject in same for other in same]
    pairs += [(subject, other) for subject, others in see.items() for other in others]
    pairs += [(f"topic:{topic.slug}", f"pti:{pti}") for topic in catalog.topics for pti in topic.ptis]
    for subject, other in pairs:
        kin.setdefault(subject, set()).add(other)
        kin.setdefault(other, set()).add(subject)
    return kin


def _without_internal(compiled: dict[str, Any], passages: int) -> dict[str, Any]:
    """Return the index with only this many passages."""
    count = sum(place < passages for place in compiled["units"])

    def kept(units: str, bits: int = 0) -> str:
        return " ".join(unit for unit in units.split() if int(unit) >> bits < count)

    return compiled | {
        "units": compiled["units"][:count],
        "sizes": compiled["sizes"][:count],
        "postings": {word: kept(units, 1) for word, units in compiled["postings"].items()},
        "terms": {subject: [unit for unit in units if unit < count] for subject, units in compiled["terms"].items()},
        "shapes": {shape: [[fit, kept(units)] for fit, units in by_fit] for shape, by_fit in compiled["shapes"].items()},
    }
