"""What each subject is called: its names, the synonyms staff gave it, and what other content says belongs to it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from content.catalog import Catalog, Content, Office, Pti, Resource, Role, Term, Topic, members
from content.search.text import key, telling, words
from content.search.wordlists import EVERYDAY, NEUTRAL

NAME = 4
SLUG = 3
SYNONYM = 2
RELATED = 1
"""How good a name is. RELATED: a term's or a topic's name for the PTI or resource that it points to."""

_FIRST = ("resource", "pti", "role", "term", "office", "topic")
"""Which kind answers when several have exactly this name: the flyer's page is what people come for."""

_PARENTHESIS = re.compile(r"(?<!\s)\s*\(([^()]*)\)")
_PARTS = re.compile(r": | / | - ")


@dataclass(frozen=True, slots=True)
class Phrase:
    """One name of one subject. `words` are the telling ones, as written."""

    subject: str
    words: tuple[str, ...]
    level: int


@dataclass(slots=True, eq=False)
class Phrases:
    """All names of some kinds. `by_key`: run-together stems -> subject -> level."""

    all: list[Phrase] = field(default_factory=list)
    by_key: dict[str, dict[str, int]] = field(default_factory=dict)


class Same:
    """A catalog as a key of caches: the very same object, whatever is in it."""

    __slots__ = ("catalog",)

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.catalog is self.catalog

    def __hash__(self) -> int:
        return id(self.catalog)


def gather(catalog: Catalog, kinds: tuple[str, ...]) -> Phrases:
    """The names of every subject of these kinds."""
    phrases = Phrases()
    for kind in kinds:
        for item in members(catalog, kind):
            if isinstance(item, Topic) and item.is_pti and "pti" in kinds:  # the PTI itself is there
                continue
            for name, level in names(item):
                _add(phrases, f"{kind}:{item.slug}", name, level)
    if len(kinds) == 1:  # among all kinds, the term or the topic itself is the answer
        for subject, name in _related(catalog, kinds[0]):
            _add(phrases, subject, name, RELATED)
    return phrases


def _add(phrases: Phrases, subject: str, name: str, level: int) -> None:
    said = words(name)
    short = telling(said)
    if short and not any(word not in NEUTRAL for word in short):  # "trade day" is not called "trade"
        short = said
    for form in {key(said), key(short)} - {""}:
        levels = phrases.by_key.setdefault(form, {})
        levels[subject] = max(level, levels.get(subject, 0))
    if short:
        phrases.all.append(Phrase(subject, tuple(short), level))


def names(item: Content) -> Iterator[tuple[str, int]]:
    """The names of one piece of content, each with how good it is."""
    yield item.slug, SLUG
    yield from _NAMES[type(item)](item)


def _pti(item: Pti) -> Iterator[tuple[str, int]]:
    for name in (item.name, item.cbp_name, item.statute_name):
        yield from _forms(name, halves=True)
    for synonym in item.synonyms:
        yield synonym, SYNONYM


def _role(item: Role) -> Iterator[tuple[str, int]]:
    yield from _forms(item.name, halves=True)
    for synonym in item.synonyms:
        yield synonym, SYNONYM


def _resource(item: Resource) -> Iterator[tuple[str, int]]:
    for form, _ in _forms(item.title, halves=True):
        yield form, NAME if form == item.title else SYNONYM
    rest = [word for word in words(item.title) if word not in NEUTRAL]
    if len(telling(rest)) == 1:  # "USMCA Questions" is called USMCA
        yield rest[0], NAME
    for synonym in item.synonyms:
        yield synonym, SYNONYM


def _term(item: Term) -> Iterator[tuple[str, int]]:
    for name in (item.term, item.expansion):
        yield from _forms(name, halves=False)
    for alias in item.aliases:
        yield alias, SYNONYM
    pieces = item.term.split("/")
    if len(pieces) > 1:
        for piece in pieces:  # "AD/CVD" is asked for as AD and as CVD too
            yield piece, SYNONYM


def _topic(item: Topic) -> Iterator[tuple[str, int]]:
    yield from _forms(item.name, halves=True)
    for synonym in item.synonyms:
        yield synonym, SYNONYM


def _office(item: Office) -> Iterator[tuple[str, int]]:
    yield from _forms(item.name, halves=False)
    for synonym in item.synonyms:
        yield synonym, SYNONYM


_NAMES: dict[type, Callable[..., Iterator[tuple[str, int]]]] = {
    Pti: _pti,
    Role: _role,
    Resource: _resource,
    Term: _term,
    Topic: _topic,
    Office: _office,
}


def _forms(name: str, *, halves: bool) -> Iterator[tuple[str, int]]:
    """A name as written, without its parentheses, what stands in them, and what stands beside a colon, a slash or an "and"."""
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
            if half != bare and any(word not in NEUTRAL for word in telling(words(half))):
                yield half, SYNONYM


def _related(catalog: Catalog, kind: str) -> Iterator[tuple[str, str]]:
    """Names that lead to a subject of this kind although they are another's: a term's `see`, a topic's PTIs."""
    for term in catalog.terms if kind in ("pti", "resource") else ():
        for subject in term.see:
            if subject.startswith(f"{kind}:"):
                for name, level in _term(term):
                    if level == NAME:
                        yield subject, name
    for topic in catalog.topics if kind == "pti" else ():
        if not topic.is_pti:
            for slug in topic.ptis:
                for name, _ in names(topic):
                    yield f"pti:{slug}", name


def names_of(catalog: Catalog, kinds: tuple[str, ...]) -> Phrases:
    """The names of these kinds, gathered once for each catalog."""
    return _gathered(Same(catalog), kinds)


@lru_cache(maxsize=16)
def _gathered(same: Same, kinds: tuple[str, ...]) -> Phrases:
    return gather(same.catalog, kinds)


def named(phrases: Phrases, typed: str, said: list[str]) -> tuple[tuple[str, ...], bool]:
    """Whose name the text is, with or without the words that only carry a question, and whether that is sure."""
    short = telling(said)
    bare = [word for word in short if word not in NEUTRAL]
    forms = [key(said), key(short)]
    if bare and not (len(bare) == 1 and bare[0] in EVERYDAY):
        forms.append(key(bare))
    for form in forms:
        levels = phrases.by_key.get(form) if form else None
        if levels:
            subjects = _best(levels)
            # "IS" and "HELP" are names, "is" and "help" hardly
            return subjects, len(subjects) == 1 and (bool(short) or typed.isupper())
    return (), False


def _best(levels: dict[str, int]) -> tuple[str, ...]:
    """The subjects with the best claim to one name, first choice first. A name proper decides between kinds, a synonym doesn't."""

    def claim(subject: str) -> int:
        level = levels[subject]
        return min(level, SLUG) if _kind(subject) == "topic" else level  # a topic only gathers what the others are about

    highest = max(map(claim, levels))
    finest = sorted((subject for subject in levels if claim(subject) == highest), key=lambda subject: _FIRST.index(_kind(subject)))
    if highest < SLUG:
        return tuple(finest)
    return tuple(subject for subject in finest if _kind(subject) == _kind(finest[0]))


def _kind(subject: str) -> str:
    return subject.partition(":")[0]
