"""Collect the names of every subject."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from content.catalog import Catalog, Content, Office, Pti, Resource, Term, Topic, members
from content.search.audience import CatalogKey, of_catalogs, public
from content.search.keys import NAME, RELATED, SLUG, SYNONYM, Keys
from content.search.text import key, without_stop_words, words
from content.search.wordlists import NEUTRAL

_PARENTHESIS = re.compile(r"(?<!\s)\s*\(([^()]*)\)")
_PARTS = re.compile(r": | / | - ")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A name without stop words."""

    subject: str
    words: tuple[str, ...]
    level: int


@dataclass(slots=True, eq=False)
class Names:
    """The names of all subjects of some kinds."""

    phrases: list[Phrase] = field(default_factory=list)
    by_key: Keys = field(default_factory=dict)


def names_of(catalog: Catalog, kinds: tuple[str, ...]) -> Names:
    """Return the names of the kinds. Contacts have none, so a catalog and its public form share them."""
    return _names_of(CatalogKey(public(catalog)), kinds)


@of_catalogs
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
