"""What speaks for which subject when a query is not simply its name: parts of names, and words of what is said about it."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from content.catalog import KINDS, Catalog, Content, Office, Pti, Resource, Role, Statement, Term, Topic, members
from content.search.names import RELATED, Phrase, Phrases, names
from content.search.text import key, root, stem, telling, words
from content.search.wordlists import NEUTRAL

UNKNOWN = 3.0
"""The weight of a word that no content knows, and the most that any word weighs."""

PART = {"pti": 0.6, "role": 1.0, "resource": 0.6, "term": 0.6, "topic": 0.6, "office": 0.3}
"""How much a part of a longer name counts."""
PART_OF_SYNONYM = 0.75
"""The part of that for a part of a synonym."""
SAID = {"pti": 0.5, "role": 0.9, "resource": 0.6, "term": 0.7, "topic": 0.4, "office": 0.3}
"""How much the words of what is said count, by kind: a role is known by what it does, a PTI by its names."""
SAID_AMONG_ALL = 0.6

LIKE = {
    "writ": ("draft", "develop", "prepar"),
    "draft": ("develop", "prepar"),
    "mak": ("develop",),
    "check": ("inspect", "audit", "review"),
    "review": ("inspect", "audit"),
    "examin": ("inspect", "audit", "analysis"),
    "book": ("account", "record"),
    "factori": ("manufactur",),
    "factory": ("manufactur",),
    "court": ("litig",),
    "lawsuit": ("litig",),
    "sue": ("litig",),
    "fine": ("penal",),
    "talk": ("liaison",),
    "teach": ("train",),
    "number": ("statist",),
    "measur": ("perform",),
    "confiscat": ("seiz",),
}
"""Roots that people say -> roots that the content uses."""


@dataclass(slots=True)
class Index:
    """Everything that is looked up word by word, for some kinds of one catalog."""

    kinds: tuple[str, ...]
    phrases: Phrases
    by_root: dict[str, dict[str, int]] = field(default_factory=dict)
    by_bag: dict[str, list[Phrase]] = field(default_factory=dict)
    """Root -> the phrases of several words that contain it."""
    parts: dict[str, dict[str, int]] = field(default_factory=dict)
    """Stem -> subjects with a longer name that contains it -> how good that name is."""
    said: dict[str, list[frozenset[str]]] = field(default_factory=dict)
    """Subject -> the roots of each statement about it."""
    known: set[str] = field(default_factory=set)
    """Every root that any content uses, of whatever kind."""
    named: set[str] = field(default_factory=set)
    """Keys of the names of every kind."""
    seen_in: Counter[str] = field(default_factory=Counter)
    """Root -> in how many subjects it occurs."""
    subjects: int = 1
    vocabulary: tuple[str, ...] = ()
    """The stems that a misspelt word may have been meant to be: of names of these kinds, and whole names run together."""

    def weight(self, word: str) -> float:
        """How much a word tells: rare words more than common ones."""
        if word in NEUTRAL:
            return 0.25
        found = self.seen_in.get(root(word), 0)
        return UNKNOWN if not found else min(UNKNOWN, math.log(1 + self.subjects / found))


def build(catalog: Catalog, kinds: tuple[str, ...], phrases: Phrases) -> Index:
    """The index of some kinds. What is known and how common it is comes from all kinds."""
    index = Index(kinds, phrases)
    for kind in KINDS:
        for item in members(catalog, kind):
            statements = [frozenset(map(root, telling(words(_without_addresses(text))))) for text in _texts(item)]
            named = [words(name) for name, _ in names(item)]
            index.named.update(key(telling(name)) for name in named)
            everything = frozenset().union(*statements, *(map(root, name) for name in named))
            index.seen_in.update(everything)
            index.subjects += 1
            if kind in kinds and not (isinstance(item, Topic) and item.is_pti and "pti" in kinds):
                index.said[f"{kind}:{item.slug}"] = statements
    _add_definitions(index, catalog)
    index.known = set(index.seen_in)
    index.named.discard("")
    for phrase in phrases.all:
        _add_phrase(index, phrase)
    forms = {form for phrase in phrases.all for word in phrase.words for form in (word, stem(word))}
    forms.update(form for form in phrases.by_key if form.isalpha())
    index.vocabulary = tuple(sorted(form for form in forms if len(form) >= 4))  # sorted: the same answer in every process
    return index


def _add_phrase(index: Index, phrase: Phrase) -> None:
    roots = "".join(map(root, phrase.words))
    levels = index.by_root.setdefault(roots, {})
    levels[phrase.subject] = max(phrase.level, levels.get(phrase.subject, 0))
    if len(phrase.words) > 1:
        for part in {root(word) for word in phrase.words}:
            index.by_bag.setdefault(part, []).append(phrase)
        if phrase.level > RELATED:
            for word in phrase.words:
                known = index.parts.setdefault(stem(word), {})
                known[phrase.subject] = max(phrase.level, known.get(phrase.subject, 0))


def _add_definitions(index: Index, catalog: Catalog) -> None:
    """What the glossary says about a term counts for the PTI or resource to which the term points."""
    for term in catalog.terms:
        for subject in term.see:
            if subject in index.said and "term" not in index.kinds:
                index.said[subject] = [*index.said[subject], frozenset(map(root, telling(words(term.definition.text))))]


def _texts(item: Content) -> Iterable[str]:
    match item:
        case Pti():
            yield from _shown((item.summary, *item.authority, *item.facts, *item.stats))
            yield from (f"{question.q} {question.a}" for question in item.questions if question.shown)
            yield from item.tools
            yield from (contact.purpose for contact in item.contacts if contact.shown)
        case Role():
            yield from _shown((item.summary, *item.facts))
            yield from item.assignments
            yield from item.skills
        case Resource():
            yield from _shown((item.summary,))
            yield item.note
            yield from (link.title for link in item.links)
        case Term():
            yield from _shown((item.definition,))
        case Topic():
            yield from _shown((item.summary, *item.facts))
        case Office():
            yield from _shown((*item.mission, *item.facts))
            yield from (f"{question.q} {question.a}" for question in item.questions if question.shown)


def _without_addresses(text: str) -> str:
    """Without web addresses and mailboxes, whose parts ("apps", "newsroom") say nothing about the subject."""
    return " ".join(part for part in text.split() if ".gov" not in part)


def _shown(statements: Iterable[Statement]) -> Iterator[str]:
    return (statement.text for statement in statements if statement.shown)
