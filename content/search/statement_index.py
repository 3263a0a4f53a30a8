"""Compile the index over all statements: which words, terms and kinds of answer each of them has."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from content.catalog import KINDS, Catalog
from content.search.names import CatalogKey, Names, item_names, names_of
from content.search.paraphrases import CLASSES
from content.search.shapes import Shape, held_by
from content.search.statements import ELSEWHERE, Passage, passages
from content.search.text import key, root, stem, words
from content.search.wordlists import EVERYDAY, FUNCTION_WORDS, NEUTRAL, STOP_WORDS

PLAIN_FACTOR = 0.8
"""For words that are no part of any name: they tell less about the subject."""
BODY_OF_ANSWER = 0.7
"""Strength of the words of an answer, beside those of its question."""
SIMILAR = 0.6
"""Strength of a word that says the same."""
MIN_TERM_WEIGHT = 0.45
"""A single word names a term if fewer statements use it."""
MAX_TERM_WORDS = 8

BY_HEAD = ("qa", "tools", ELSEWHERE)
"""Kinds that are found by each of their heads for itself."""


@dataclass(frozen=True, slots=True)
class Unit:
    """The words by which one wording of a statement is found."""

    passage: int
    size: float
    """The weight of all words of the wording."""


@dataclass(slots=True)
class StatementIndex:
    """A unit's number is its place in `units`."""

    passages: tuple[Passage, ...]
    names: Names
    units: list[Unit] = field(default_factory=list)
    weights: dict[str, float] = field(default_factory=dict)
    """Root -> 1 for the rarest words, less for others."""
    postings: dict[str, dict[int, float]] = field(default_factory=dict)
    """Root -> unit -> strength."""
    similar: dict[str, dict[int, float]] = field(default_factory=dict)
    """Root -> unit with another word that says the same -> strength times the weight of that word."""
    terms: dict[str, list[int]] = field(default_factory=dict)
    """Subject of a term -> units that name it by any of its names."""
    by_subject: dict[str, list[int]] = field(default_factory=dict)
    by_shape: dict[Shape, dict[int, float]] = field(default_factory=dict)
    """Shape of question -> unit that can answer it -> how well."""
    see: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Subject of a term -> the subjects that it points to."""
    topical: frozenset[str] = frozenset()
    """Roots of words in names."""
    questions: list[tuple[frozenset[str], int]] = field(default_factory=list)
    """The stems of each wording of a question, and its passage."""
    vocabulary: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """First letter -> stems, for corrections."""


def index_of(catalog: Catalog) -> StatementIndex:
    return _index_of(CatalogKey(catalog))


@lru_cache(maxsize=4)
def _index_of(catalog_key: CatalogKey) -> StatementIndex:
    return build(catalog_key.catalog)


def build(catalog: Catalog) -> StatementIndex:
    index = StatementIndex(passages(catalog), names_of(catalog, KINDS))
    index.see = {f"term:{term.slug}": term.see for term in catalog.terms}
    found = [(place, strengths, sized) for place, passage in enumerate(index.passages) for strengths, sized in _wordings(passage)]
    index.topical = frozenset(root(word) for phrase in index.names.phrases for word in phrase.words if word not in NEUTRAL)
    _weigh(index, found)
    names = _term_names(catalog)
    for unit, (place, strengths, sized) in enumerate(found):
        passage = index.passages[place]
        index.units.append(Unit(place, sum(index.weights[word] for word in sized) or 1.0))
        index.by_subject.setdefault(passage.subject, []).append(unit)
        for shape, fit in held_by(passage).items():
            index.by_shape.setdefault(shape, {})[unit] = fit
        for word, strength in strengths.items():
            index.postings.setdefault(word, {})[unit] = strength
        for subject in _terms_in(names, index.weights, " . ".join((passage.text, *passage.heads))):
            index.terms.setdefault(subject, []).append(unit)
    _add_similar(index)
    index.questions = [
        (frozenset(map(stem, words(head))), place)
        for place, passage in enumerate(index.passages)
        for head in passage.heads
        if passage.kind == "qa"
    ]
    _add_vocabulary(index)
    return index


def _wordings(passage: Passage) -> Iterable[tuple[dict[str, float], frozenset[str]]]:
    """Yield the strengths of the roots of each wording, and the roots that make its size."""
    body = _roots(passage.text)
    if passage.kind not in BY_HEAD:
        heads = _roots(" . ".join(passage.heads))
        yield dict.fromkeys((*body, *heads), 1.0), frozenset(body)
        return
    for head in passage.heads:
        roots = _roots(head)
        yield dict.fromkeys(body if passage.kind == "qa" else (), BODY_OF_ANSWER) | dict.fromkeys(roots, 1.0), frozenset(roots)


def _roots(text: str) -> list[str]:
    """Leave out web addresses, whose parts ("apps", "newsroom") mean nothing."""
    return [root(word) for word in words(" ".join(part for part in text.split() if ".gov" not in part)) if word not in FUNCTION_WORDS]


def _weigh(index: StatementIndex, found: list[tuple[int, dict[str, float], frozenset[str]]]) -> None:
    """Weigh words by how few statements use them."""
    users: dict[str, set[int]] = defaultdict(set)
    for place, strengths, _ in found:
        for word in strengths:
            users[word].add(0 if index.passages[place].kind == ELSEWHERE else place)  # all of them count as one statement
    count = len(index.passages)
    index.weights = {
        word: math.log(1 + count / len(places)) / math.log(1 + count) * (1.0 if word in index.topical else PLAIN_FACTOR)
        for word, places in users.items()
    }


def _term_names(catalog: Catalog) -> dict[str, str]:
    return {
        key(parts): f"term:{term.slug}"
        for term in catalog.terms
        for name, _ in item_names(term)
        if key(parts := words(name)) and not (len(parts) == 1 and parts[0] in EVERYDAY | NEUTRAL | STOP_WORDS)
    }


def _terms_in(names: dict[str, str], weights: dict[str, float], text: str) -> set[str]:
    """Return the terms that a text names; a single word that many statements use names none."""
    found = words(text)
    parts = [stem(word) for word in found]
    return {
        names[joined]
        for start in range(len(parts))
        for end in range(start + 1, min(len(parts), start + MAX_TERM_WORDS) + 1)
        if (joined := "".join(parts[start:end])) in names and (end > start + 1 or weights.get(root(found[start]), 0.0) >= MIN_TERM_WEIGHT)
    }


def _classes() -> list[list[str]]:
    return [list(dict.fromkeys(root(word) for word in line.split("|"))) for line in CLASSES.split()]


def _add_similar(index: StatementIndex) -> None:
    for members in _classes():
        for word in members:
            merged = index.similar.setdefault(word, {})
            for other in members:
                if other != word:
                    weight = index.weights.get(other, 0.0) * SIMILAR
                    for unit, strength in index.postings.get(other, {}).items():
                        merged[unit] = max(merged.get(unit, 0.0), weight * strength)


def _add_vocabulary(index: StatementIndex) -> None:
    forms = {stem(word) for passage in index.passages for text in (passage.text, *passage.heads) for word in words(text)}
    forms |= {stem(word) for phrase in index.names.phrases for word in phrase.words}
    forms |= {stem(word) for line in CLASSES.split() for word in line.split("|")}
    by_letter: dict[str, list[str]] = defaultdict(list)
    for form in sorted(forms):  # so that every process answers the same
        if len(form) >= 4 and form.isalpha():
            by_letter[form[0]].append(form)
    index.vocabulary = {letter: tuple(found) for letter, found in by_letter.items()}
