"""Collect the names of every subject, and match a query that is exactly a name."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from content.catalog import KINDS, Catalog, Content, Office, Pti, Resource, Term, Topic, members
from content.search.text import key, without_stop_words, words
from content.search.wordlists import EVERYDAY, NEUTRAL

NAME = 4
SLUG = 3
SYNONYM = 2
RELATED = 1
"""Levels of names. RELATED is a term or topic that points to the subject."""

_FIRST = ("resource", "pti", "role", "term", "office", "topic")
"""Which kind wins a shared name. Most people want the page on the flyer."""

_PARENTHESIS = re.compile(r"(?<!\s)\s*\(([^()]*)\)")
_PARTS = re.compile(r": | / | - ")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A name without stop words."""

    subject: str
    words: tuple[str, ...]
    level: int


Keys = dict[str, dict[str, int]]
"""`key` of a name -> subject -> level."""


@dataclass(slots=True, eq=False)
class Names:
    """The names of all subjects of some kinds."""

    phrases: list[Phrase] = field(default_factory=list)
    by_key: Keys = field(default_factory=dict)


class CatalogKey:
    """A cache key by identity: hashing a catalog is slow."""

    __slots__ = ("catalog",)

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CatalogKey) and other.catalog is self.catalog

    def __hash__(self) -> int:
        return id(self.catalog)


def names_of(catalog: Catalog, kinds: tuple[str, ...]) -> Names:
    return _names_of(CatalogKey(catalog), kinds)


def keys_of(catalog: Catalog, kinds: tuple[str, ...]) -> Keys:
    """Return `Names.by_key`, of all kinds as they were compiled: collecting names is slow."""
    return _compiled_keys(CatalogKey(catalog)) if kinds == KINDS and catalog.names else names_of(catalog, kinds).by_key


@lru_cache(maxsize=4)
def _compiled_keys(catalog_key: CatalogKey) -> Keys:
    keys: Keys = json.loads(catalog_key.catalog.names)
    return keys


@lru_cache(maxsize=16)
def _names_of(catalog_key: CatalogKey, kinds: tuple[str, ...]) -> Names:
    catalog, collected = catalog_key.catalog, Names()
    for kind in kinds:
        for item in members(catalog, kind):
            if isinstance(item, Topic) and item.is_pti and "pti" in kinds:  # the PTI has these names
                continue
            for name, level in item_names(item):
                _add(collected, f"{kind}:{item.slug}", name, level)
    if len(kinds) == 1:  # else the term or topic itself is the answer
        for subject, name in _related(catalog, kinds[0]):
            _add(collected, subject, name, RELATED)
    return collected


def _add(collected: Names, subject: str, name: str, level: int) -> None:
    full = words(name)
    short = without_stop_words(full)
    if short and not any(word not in NEUTRAL for word in short):  # "trade day" is not called "trade"
        short = full
    for form in filter(None, dict.fromkeys((key(full), key(short)))):
        levels = collected.by_key.setdefault(form, {})
        levels[subject] = max(level, levels.get(subject, 0))
    if short:
        collected.phrases.append(Phrase(subject, tuple(short), level))


def item_names(item: Content) -> Iterator[tuple[str, int]]:
    yield item.slug, SLUG
    match item:
        case Term():
            yield from _term_names(item)
            return
        case Resource():
            yield from _titles(item)
        case Pti():
            for name in (item.name, item.cbp_name, item.statute_name):
                yield from _forms(name, halves=True)
        case _:
            yield from _forms(item.name, halves=not isinstance(item, Office))
    for synonym in item.synonyms:
        yield synonym, SYNONYM


def _titles(item: Resource) -> Iterator[tuple[str, int]]:
    for form, _ in _forms(item.title, halves=True):
        yield form, NAME if form == item.title else SYNONYM
    rest = [word for word in words(item.title) if word not in NEUTRAL]
    if len(without_stop_words(rest)) == 1:  # "USMCA Questions" is called USMCA
        yield rest[0], NAME


def _term_names(item: Term) -> Iterator[tuple[str, int]]:
    for name in (item.term, item.expansion):
        yield from _forms(name, halves=False)
    pieces = item.term.split("/") if "/" in item.term else ()  # "AD/CVD" is also AD and CVD
    for alias in (*item.aliases, *pieces):
        yield alias, SYNONYM


def _forms(name: str, *, halves: bool) -> Iterator[tuple[str, int]]:
    """Yield a name and its parts: outside and inside parentheses, around a colon, a slash or "and"."""
    if not name:
        return
    yield name, NAME
    bare = _PARENTHESIS.sub("", name)
    inside = _PARENTHESIS.findall(name)
    for form in (bare, *inside, *_PARTS.split(bare)):
        if form and form != name:
            yield form, NAME
    if halves:
        for half in re.split(r" and |: |, ", bare):
            if half != bare and any(word not in NEUTRAL for word in without_stop_words(words(half))):
                yield half, SYNONYM


def _related(catalog: Catalog, kind: str) -> Iterator[tuple[str, str]]:
    """Yield subjects of a kind with the names of terms and topics that point to them."""
    for term in catalog.terms if kind in ("pti", "resource") else ():
        for subject in term.see:
            if subject.startswith(f"{kind}:"):
                for name, level in _term_names(term):
                    if level == NAME:
                        yield subject, name
    for topic in catalog.topics if kind == "pti" else ():
        if not topic.is_pti:
            for slug in topic.ptis:
                for name, _ in item_names(topic):
                    yield f"pti:{slug}", name


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
