"""Compile the index over all statements to JSON, once for each catalog: which words, terms and kinds of answer each of them has."""

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from content.catalog import KINDS, Catalog
from content.search.names import Names, item_names, names_of
from content.search.shapes import Shape, held_by, shapes_of
from content.search.statements import ELSEWHERE, Passage, passages
from content.search.text import key, phrase_key, root, stem, with_phrases_as_words, words
from content.search.wordlists import EVERYDAY, FUNCTION_WORDS, NEUTRAL, STOP_WORDS

PLAIN_FACTOR = 0.8
"""For words that are no part of any name: they tell less about the subject."""
MIN_TERM_WEIGHT = 0.45
"""A single word names a term if fewer statements use it."""
MAX_TERM_WORDS = 8

ASKED_FIT = 0.8
"""How well a statement answers a shape of question if one of its wordings has it."""
BY_HEAD = ("qa", "tools", ELSEWHERE)
"""Kinds that are found by each of their heads for itself."""

Wording = tuple[int, frozenset[str], frozenset[str], frozenset[str], frozenset[Shape]]
"""A passage's place, its roots that ask for it, those of an answer beside them, those that make its size, and what it asks for."""


Phrases = dict[str, list[list[str]]]
"""The key of a phrase's first word -> the keys of the others, joined, and the word that it says, for `with_phrases_as_words`."""


def compile_names(catalog: Catalog) -> str:
    """Return the keys of the names of all kinds as JSON."""
    return json.dumps(names_of(catalog, KINDS).by_key, separators=(",", ":"))


def compile_index(catalog: Catalog) -> str:
    """Return the index as two lines of JSON: the listed questions, and the rest, in which each word's units are one string.

    Both cost little to read, and most questions that are answered by a name need only the first.
    """
    found, names = passages(catalog), names_of(catalog, KINDS)
    synonyms, paraphrases = _groups(catalog.synonyms), _groups(catalog.paraphrases)
    phrases = _phrases(synonyms)
    wordings = [(place, *wording) for place, passage in enumerate(found) for wording in _wordings(passage, phrases)]
    topical = {root(word) for phrase in names.phrases for word in phrase.words if word not in NEUTRAL}
    weights = _weights(wordings, found, topical)
    term_names = _term_names(catalog)
    postings: dict[str, list[int]] = defaultdict(list)
    terms: dict[str, list[int]] = defaultdict(list)
    shapes: dict[str, dict[float, list[int]]] = defaultdict(lambda: defaultdict(list))
    named = [_terms_in(term_names, weights, " . ".join((passage.text, *passage.heads))) for passage in found]
    held = [held_by(passage) for passage in found]
    for unit, (place, asking, answering, _, asked) in enumerate(wordings):
        for word in asking | answering:
            postings[word].append(2 * unit + (word not in asking))
        for subject in named[place]:
            terms[subject].append(unit)
        for shape, fit in (dict.fromkeys(asked, ASKED_FIT) | held[place]).items():
            shapes[shape][fit].append(unit)
    questions = [
        [f" {' '.join(sorted({stem(word) for word in words(head)}))} ", place]
        for place, passage in enumerate(found)
        for head in (passage.heads if passage.kind == "qa" else passage.also)
    ]
    rest: dict[str, Any] = {
        "units": [place for place, *_ in wordings],
        "sizes": [round(sum(weights[word] for word in sized) or 1.0, 3) for *_, sized, _ in wordings],
        "weights": {word: round(weight, 3) for word, weight in weights.items()},
        "postings": {word: _line(units) for word, units in postings.items()},
        "synonyms": _roots_by_root(synonyms, weights),
        "similar": _roots_by_root(paraphrases, weights),
        "phrases": phrases,
        "terms": terms,
        "shapes": {shape: [[fit, _line(units)] for fit, units in by_fit.items()] for shape, by_fit in shapes.items()},
        "vocabulary": _vocabulary(found, names, [*synonyms, *paraphrases]),
    }
    # sorted, so that every process compiles the same
    return "\n".join(json.dumps(each, separators=(",", ":"), sort_keys=True) for each in (questions, rest))


def _line(units: list[int]) -> str:
    return " ".join(map(str, units))


def _wordings(passage: Passage, phrases: Phrases) -> Iterator[tuple[frozenset[str], frozenset[str], frozenset[str], frozenset[Shape]]]:
    body = _roots(passage.text, phrases)
    if passage.kind not in BY_HEAD:
        yield body | _roots(" . ".join(passage.heads), phrases), frozenset(), body, frozenset()
    for question in passage.heads if passage.kind in BY_HEAD else passage.also:
        roots = _roots(question, phrases)
        shapes = shapes_of(words(question)) if passage.kind == "qa" else frozenset[Shape]()
        yield roots, frozenset() if passage.kind in (ELSEWHERE, "tools") else body, roots, shapes


def _roots(text: str, phrases: Phrases) -> frozenset[str]:
    """Leave out web addresses, whose parts ("apps", "newsroom") mean nothing."""
    plain = " ".join(part for part in text.split() if ".gov" not in part)
    parts = words(plain)
    return frozenset(root(word) for word in (*parts, *with_phrases_as_words(phrases, parts)) if word not in FUNCTION_WORDS)


def _weights(wordings: list[Wording], found: tuple[Passage, ...], topical: set[str]) -> dict[str, float]:
    """Weigh words by how few statements use them, from 1 for the rarest. All that the bot does not answer counts as one statement."""
    users: dict[str, set[int]] = defaultdict(set)
    for place, asking, answering, *_ in wordings:
        for word in asking | answering:
            users[word].add(-1 if found[place].kind == ELSEWHERE else place)
    rarest = math.log(1 + len(found))
    return {
        word: math.log(1 + len(found) / len(places)) / rarest * (1.0 if word in topical else PLAIN_FACTOR) for word, places in users.items()
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


def _groups(lines: Iterable[str]) -> list[list[list[str]]]:
    """Return the members of each group, each as its words."""
    return [[words(member) for member in line.split(",")] for line in lines]


def _single_words(groups: Iterable[list[list[str]]]) -> Iterator[list[str]]:
    """Yield the single words of each group that has two or more: only they stand for each other."""
    for group in groups:
        found = [member[0] for member in group if len(member) == 1]
        if len(found) > 1:
            yield found


def _roots_by_root(groups: Iterable[list[list[str]]], weights: dict[str, float]) -> dict[str, str]:
    """Return each root with the others of its groups that the content has."""
    found: dict[str, set[str]] = defaultdict(set)
    for group in _single_words(groups):
        members = set(map(root, group))
        for member in members:
            found[member] |= members & weights.keys() - {member}
    return {member: " ".join(sorted(others)) for member, others in found.items() if others}


def _phrases(groups: Iterable[list[list[str]]]) -> Phrases:
    """Return the phrases of groups, each of which stands for the first word of its group."""
    found: Phrases = defaultdict(list)
    for (word, *_), *others in groups:
        for member in others:
            if len(member) > 1:
                first, *rest = map(phrase_key, member)
                found[first].append([" ".join(rest), word])
    return {first: sorted(rests, key=lambda pair: -len(pair[0])) for first, rests in found.items()}


def _vocabulary(found: tuple[Passage, ...], names: Names, groups: Iterable[list[list[str]]]) -> dict[str, str]:
    """Return the words to which a misspelled word can be corrected, by first letter."""
    forms = {stem(word) for passage in found for word in words(" . ".join((passage.text, *passage.heads, *passage.also)))}
    forms |= {stem(word) for phrase in names.phrases for word in phrase.words}
    forms |= {stem(word) for group in _single_words(groups) for word in group}
    by_letter: dict[str, list[str]] = defaultdict(list)
    for form in sorted(forms - STOP_WORDS - FUNCTION_WORDS):  # sorted, so that every process answers the same
        if len(form) >= 4 and form.isalpha():
            by_letter[form[0]].append(form)
    return {letter: " ".join(words) for letter, words in by_letter.items()}
