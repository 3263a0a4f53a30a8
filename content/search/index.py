"""Index parts of names, and all words of each subject, for `scoring`. Wordings of single statements are in `statement_index`."""

import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from content.catalog import (
    KINDS,
    Catalog,
    Contact,
    Content,
    Duty,
    Link,
    Office,
    Pti,
    Question,
    Resource,
    Role,
    Statement,
    Term,
    Topic,
    members,
)
from content.search.keys import RELATED
from content.search.names import Names, Phrase, item_names
from content.search.text import key, root, stem, without_stop_words, words
from content.search.wordlists import NEUTRAL

MAX_WEIGHT = 3.0
"""Weight of a word that no content uses, and the maximum."""

TEXT_FIELDS = {
    Pti: ("summary", "authority", "facts", "stats", "questions", "tools", "contacts"),
    Role: ("summary", "facts", "assignments", "skills"),
    Resource: ("summary", "note", "links"),
    Term: ("definition",),
    Topic: ("summary", "facts"),
    Office: ("mission", "facts", "questions"),
}
"""Class -> its searched fields."""


@dataclass(slots=True)
class Index:
    kinds: tuple[str, ...]
    names: Names
    by_root: dict[str, dict[str, int]] = field(default_factory=dict)
    """Joined roots of a name -> subject -> level."""
    by_bag: dict[str, list[Phrase]] = field(default_factory=dict)
    """Root -> longer names that contain it."""
    parts: dict[str, dict[str, int]] = field(default_factory=dict)
    """Stem in a longer name -> subject -> level."""
    statements: dict[str, list[frozenset[str]]] = field(default_factory=dict)
    """Subject -> the roots of each statement."""
    known: set[str] = field(default_factory=set)
    """Roots that content of any kind uses."""
    all_names: set[str] = field(default_factory=set)
    """Keys of names of every kind."""
    frequency: Counter[str] = field(default_factory=Counter)
    """Root -> number of subjects that use it."""
    subjects: int = 1
    vocabulary: tuple[str, ...] = ()
    """For corrections: words in names, and whole names run together."""

    def weight(self, word: str) -> float:
        """Inverse document frequency."""
        if word in NEUTRAL:
            return 0.25
        count = self.frequency.get(root(word), 0)
        return MAX_WEIGHT if not count else min(MAX_WEIGHT, math.log(1 + self.subjects / count))


def build(catalog: Catalog, kinds: tuple[str, ...], names: Names) -> Index:
    """Word frequencies come from all kinds."""
    index = Index(kinds, names)
    for kind in KINDS:
        for item in members(catalog, kind):
            statements = [frozenset(map(root, without_stop_words(words(_without_addresses(text))))) for text in _texts(item)]
            name_words = [words(name) for name, _ in item_names(item)]
            index.all_names.update(key(without_stop_words(name)) for name in name_words)
            everything = frozenset().union(*statements, *(map(root, name) for name in name_words))
            index.frequency.update(everything)
            index.subjects += 1
            if kind in kinds and not (isinstance(item, Topic) and item.is_pti and "pti" in kinds):
                index.statements[f"{kind}:{item.slug}"] = statements
    _add_definitions(index, catalog)
    index.known = set(index.frequency)
    index.all_names.discard("")
    for phrase in names.phrases:
        _add_phrase(index, phrase)
    forms = {form for phrase in names.phrases for word in phrase.words for form in (word, stem(word))}
    forms.update(form for form in names.by_key if form.isalpha())
    index.vocabulary = tuple(sorted(form for form in forms if len(form) >= 4))  # so that every process answers the same
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
    """Count a term's definition as a statement about its related subjects."""
    for term in catalog.terms:
        for subject in term.see:
            if subject in index.statements and "term" not in index.kinds:
                index.statements[subject].append(frozenset(map(root, without_stop_words(words(term.definition.text)))))


def _texts(item: Content) -> Iterator[str]:
    for field_name in TEXT_FIELDS[type(item)]:
        value = getattr(item, field_name)
        for entry in value if isinstance(value, tuple) else (value,):
            match entry:
                case Duty():
                    yield entry.text
                case str():
                    yield entry
                case Link():
                    yield entry.title
                case Statement() if entry.shown:
                    yield entry.text
                case Question() if entry.shown:
                    yield f"{entry.q} {entry.a}"
                case Contact() if entry.shown:
                    yield entry.purpose


def _without_addresses(text: str) -> str:
    """Remove web and mail addresses, whose parts ("apps", "newsroom") mean nothing."""
    return " ".join(part for part in text.split() if ".gov" not in part)
