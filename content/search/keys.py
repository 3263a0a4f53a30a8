"""Match a query that is exactly a name. `names` collects the names, which takes longer."""

import json
from functools import lru_cache

from content.catalog import Catalog
from content.search.audience import CatalogKey, of_catalogs, public
from content.search.text import key, without_stop_words
from content.search.wordlists import CARRIERS, EVERYDAY, NEUTRAL

NAME = 4
SLUG = 3
SYNONYM = 2
RELATED = 1
"""Levels of names. RELATED is a term or topic that points to the subject."""

MAX_NAME_WORDS = 9

_FIRST = ("resource", "pti", "role", "term", "office", "topic")
"""Which kind wins a shared name. Most people want the page on the flyer."""

Keys = dict[str, dict[str, int]]
"""`key` of a name -> subject -> level."""


def compiled_keys(catalog: Catalog) -> Keys:
    """Return the keys of the names of all kinds, as they were compiled; {} if they were not."""
    return _compiled_keys(CatalogKey(public(catalog)))


@of_catalogs
@lru_cache(maxsize=4)
def _compiled_keys(catalog_key: CatalogKey) -> Keys:
    keys: Keys = json.loads(catalog_key.catalog.names or "{}")
    return keys


def match_name(keys: Keys, query: str, query_words: list[str], *, strictly: bool = False) -> tuple[tuple[str, ...], bool]:
    """Return the named subjects, and whether that is sure. `strictly`, every word is part of the name."""
    short = without_stop_words(query_words)
    bare = [word for word in short if word not in NEUTRAL]
    forms = [key(query_words)] if strictly else [key(query_words), key(short)]
    if bare and not strictly and not (len(bare) == 1 and bare[0] in EVERYDAY):
        forms.append(key(bare))
    for form in forms:
        levels = keys.get(form) if form else None
        if levels:
            subjects = _best(levels)
            # "IS" and "HELP" are names; "is" and "help" rarely are
            return subjects, len(subjects) == 1 and (bool(short) or query.isupper())
    return (), False


def match_carried_name(keys: Keys, query_words: list[str]) -> tuple[tuple[str, ...], bool]:
    """Return the subjects that all words name but those that only carry a question, and whether that is sure.

    The longest name counts: "in-bond, what does it mean" is not about a bond. A synonym only counts for a term: "what are surrogate
    values" asks for what AD/CVD says of them.
    """
    telling = [place for place, word in enumerate(query_words) if word not in CARRIERS]
    if not telling or telling[-1] - telling[0] >= MAX_NAME_WORDS:
        return (), False
    first, last = telling[0], telling[-1] + 1
    starts, ends = range(max(0, last - MAX_NAME_WORDS), first + 1), range(last, min(len(query_words), first + MAX_NAME_WORDS) + 1)
    runs = sorted(((start, end) for start in starts for end in ends), key=lambda run: run[0] - run[1])
    for start, end in runs:
        levels = keys.get(key(query_words[start:end]))
        if levels:
            subjects = tuple(subject for subject in _best(levels) if levels[subject] >= SLUG or _kind(subject) == "term")
            return subjects, len(subjects) == 1
    return (), False


def _best(levels: dict[str, int]) -> tuple[str, ...]:
    """An official name decides between kinds, unlike a synonym."""

    def claim(subject: str) -> int:
        level = levels[subject]
        return min(level, SLUG) if _kind(subject) == "topic" else level  # a topic only groups other content

    highest = max(map(claim, levels))
    best = sorted((subject for subject in levels if claim(subject) == highest), key=lambda subject: _FIRST.index(_kind(subject)))
    return tuple(subject for subject in best if highest < SLUG or _kind(subject) == _kind(best[0]))


def _kind(subject: str) -> str:
    return subject.partition(":")[0]
