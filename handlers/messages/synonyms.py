"""Widen the words of a question by what the content says is the same: "tariff" also as "duty", "WRO" as "Withhold release order".

A search by a command stays literal, as the phrases of subscriptions are.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from content.search.audience import CatalogKey, of_catalogs
from handlers.subscriptions.names import normalize
from jobs.models.search import Term, Word
from jobs.tokens import word_term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from content.catalog import Catalog

_MAX_OTHERS = 8
"""Other words for one word."""


def widened(words: Iterable[Word], catalog: Catalog) -> tuple[Word, ...]:
    """Return the words, each found by its synonyms too."""
    others = _others(CatalogKey(catalog))
    return tuple(_widened(word, others.get(normalize(word.text), ())) for word in words)


def _widened(word: Word, others: tuple[str, ...]) -> Word:
    if word.phrase or not others:
        return word
    ways = tuple(_way(other) for other in others)
    return Word(word.text, Term(tuple(dict.fromkeys((*word.term.ways, *ways)))), also=others)


def _way(other: str) -> tuple[tuple[str, ...], ...]:
    """Return the groups of all words of a synonym."""
    return tuple(dict.fromkeys(group for word in other.split() for group in word_term(word).ways[-1]))


@of_catalogs
@lru_cache(maxsize=4)
def _others(catalog_key: CatalogKey) -> Mapping[str, tuple[str, ...]]:
    """Return other words by normalized word: of the groups of wording.yaml, and what abbreviations of the glossary stand for."""
    catalog, found = catalog_key.catalog, dict[str, dict[str, None]]()
    for line in catalog.synonyms:
        singles = [member for each in line.split(",") if (member := each.strip()).isalpha()]
        for word in singles:
            others = (each for each in singles if normalize(each) != normalize(word))
            found.setdefault(normalize(word), {}).update(dict.fromkeys(others))
    for term in catalog.terms:
        parts = term.expansion.split()
        if term.term.isalpha() and len(parts) > 1 and all(part.replace("-", "").isalpha() for part in parts):
            found.setdefault(normalize(term.term), {})[term.expansion] = None
    return {word: tuple(others)[:_MAX_OTHERS] for word, others in found.items()}
