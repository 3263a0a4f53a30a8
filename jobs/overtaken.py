"""Decide which newer message may have overtaken a statement of the content. Pure, and rather silent than wrong.

A message counts if it is not routine, is newer than the statement, and either names the CSMS message that the statement cites, or is
about its topic and shares rare words with it in its title. The name of the statement's term is one such word, and enough in guidance.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from content.catalog import Catalog, Contact, Question, Statement, Term
from content.search.statements import Passage, passages
from content.search.text import clean, split, stem
from jobs.classify import OTHER, classify
from jobs.models.entries import Entry
from jobs.states import EntryKind

MIN_RARE = 2
"""Rare words that a title must share with a statement."""

MAX_AGE = timedelta(days=365)
"""How far back messages are compared with the content."""

MAX_MESSAGES = 2_000

MAX_SHARE = 0.025
"""A word in a greater part of the statements is not rare."""

_WORD = re.compile(r"[a-z][a-z-]{3,}|[0-9]{3,}")
_NUMBER = re.compile(r"(?<![0-9])[0-9]{8}(?![0-9])")
_GENERAL = frozenset(
    map(
        stem,
        re.findall(
            r"\w+",
            "guidance update updated message notice reminder information correction revised additional effective entry filing filer "
            "import importer customs trade product good certain related",
        ),
    )
)
"""Words of titles that name no subject, although few statements have them."""

_CHANGING = frozenset({"fact", "qa", "stat", "authority", "definition", "summary", "contact"})
"""Kinds of statements that a message about the same thing may change, if they give a figure, a date or a status."""

_CITED = re.compile(
    r"\b[0-9]++ U\.S\.C\.(?: [\w()]+)?|\b[0-9]++ CFR(?: Part)? [0-9.]+|Pub\. L\. [0-9-]+|Executive Orders? [0-9]+"
    r"|(?:Sections?|Forms?|types?) [0-9]+(?:(?:, and |, | and )[0-9]+)*",
    re.IGNORECASE,
)
"""Numbers that name something and are no figures."""

_CHANGEABLE = re.compile(
    r"[0-9]|\b(?:active|as of|began|closed|ended|ends|expires?|in force|lapsed|no longer|opened|renewed|repealed|replaced|since|suspended"
    r"|until)\b",
    re.IGNORECASE,
)
"""A figure, a date or a status. The rest of a statement stays true."""

_QUALIFIER = re.compile(r"\b[A-Z]{2,}-(?=[A-Za-z])")
"""In "USMCA-qualifying trucks" USMCA is no subject."""

_SNAPSHOT = re.compile(r"\bas of [0-9]", re.IGNORECASE)
"""A statement that says of which day it is."""

_OTHER_KINDS = frozenset({EntryKind.TRAINING, EntryKind.MAINTENANCE, EntryKind.OUTAGE, EntryKind.RESOLVED})


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How many statements have a word, and how many at most if it is rare."""

    counts: Counter[str]
    most: float

    def rare(self, text: str) -> frozenset[str]:
        return frozenset(word for word in _words(text) if word not in _GENERAL and 0 < self.counts[word] <= self.most)


def vocabulary(catalog: Catalog) -> Vocabulary:
    """Count the words of all statements; make it once for a catalog."""
    texts = [set(_words(passage.text)) for passage in passages(catalog)]
    return Vocabulary(Counter(word for text in texts for word in text), max(len(texts) * MAX_SHARE, 2))


@dataclass(frozen=True, slots=True)
class Comparison:
    """A catalog and the messages that may have overtaken its statements, arranged so that a statement meets few of them."""

    catalog: Catalog
    known: Vocabulary
    messages: Sequence[Entry]
    """Newest first. The others refer to their places."""
    naming: Mapping[str, Sequence[int]]
    """A CSMS number -> the messages that name it."""
    titled: Mapping[str, Sequence[int]]
    """A word -> the messages with it in the title."""
    terms: Mapping[str, Sequence[int]]
    """A name of a glossary term -> the messages with it in the title."""


def comparison(catalog: Catalog, entries: Iterable[Entry]) -> Comparison:
    messages = sorted(filter(_counts, entries), key=lambda each: (each.published, each.id), reverse=True)
    naming: dict[str, list[int]] = {}
    titled: dict[str, list[int]] = {}
    terms: dict[str, list[int]] = {}
    names = {name for term in catalog.terms for name in _names(term)}
    for place, entry in enumerate(messages):
        for number in _named(entry):
            naming.setdefault(number, []).append(place)
        for word in set(_words(entry.title)):
            titled.setdefault(word, []).append(place)
        for name in _terms_in(entry.title, names):
            terms.setdefault(name, []).append(place)
    return Comparison(catalog, vocabulary(catalog), messages, naming, titled, terms)


def overtaken(catalog: Catalog, entries: Iterable[Entry]) -> dict[Statement | Question | Contact, Entry]:
    """Return the statements that one of the messages may have overtaken, each with the message."""
    messages = list(filter(_counts, entries))
    if not messages:
        return {}
    compared = comparison(catalog, messages)
    found = ((passage.origin, overtaken_by(passage, compared)) for passage in passages(catalog))
    return {origin: entry for origin, entry in found if entry is not None}


def overtaken_by(passage: Passage, compared: Comparison) -> Entry | None:
    """Return the newest message that may have overtaken a statement: one that names its source before one that is only similar."""
    cited = frozenset(_NUMBER.findall(passage.origin.source))
    since = _said_at(passage, is_message=bool(cited))
    if since is None:
        return None

    def later(places: Iterable[int]) -> list[Entry]:
        found = (compared.messages[place] for place in sorted(places))
        return [each for each in found if each.number not in cited and each.published >= since]

    naming = later({place for number in cited for place in compared.naming.get(number, ())})
    if naming:
        return naming[0]
    if passage.kind not in _CHANGING or not _CHANGEABLE.search(_CITED.sub("", passage.text)):
        return None
    similar = later(_similar(passage, compared))
    return next((each for each in similar if _is_about(each, passage, compared.catalog)), None)


def _is_about(entry: Entry, passage: Passage, catalog: Catalog) -> bool:
    """Return whether a message has the topic of the statement's subject and, unless it is guidance, no topic that the statement lacks.

    A technical message, such as one on a report about an extra duty, seldom changes what is said of the duty. The office has no topic,
    so there the statement's words decide; a term without a topic is changed only by a message that names its source.
    """
    topics, own = {hit.topic for hit in entry.topics}, subject_topics(passage, catalog)
    if not own and passage.kind == "definition":
        return False
    every = topics_of(passage, catalog)
    return bool(topics & (own or every)) and (entry.kind == EntryKind.GUIDANCE or topics <= every)


def _similar(passage: Passage, compared: Comparison) -> set[int]:
    """Return the places of the messages whose titles have enough of a statement: two rare words, or the name of a term and one more."""
    names = _subjects(passage, compared.catalog)
    named = {place for name in names for place in compared.terms.get(name, ())}
    rare = compared.known.rare(passage.text)
    shared = Counter(place for word in rare for place in compared.titled.get(word, ()))
    own = {word for name in names for word in _words(name)}
    besides = Counter(place for word in rare - own for place in compared.titled.get(word, ()))
    guidance = {place for place in named if compared.messages[place].kind == EntryKind.GUIDANCE}
    return guidance | {place for place in named if besides[place]} | {place for place, count in shared.items() if count >= MIN_RARE}


def _subjects(passage: Passage, catalog: Catalog) -> frozenset[str]:
    """Return the names of the terms that a statement is about: its own, or those in it if it says of which day it is."""
    kind, _, slug = passage.subject.partition(":")
    if kind == "term":
        return frozenset(name for term in catalog.terms if term.slug == slug for name in _names(term))
    if not _SNAPSHOT.search(passage.text):
        return frozenset()
    return frozenset(_terms_in(passage.text, {name for term in catalog.terms for name in _names(term)}))


def _names(term: Term) -> Iterable[str]:
    """Yield the names of a term as plain words, each of "De minimis / Section 321", and what an abbreviation stands for."""
    spelled = term.expansion if term.term.isupper() else ""
    return filter(None, (" ".join(split(name)) for name in (*term.term.split(" / "), *spelled.split(" / "))))


def _terms_in(text: str, names: Iterable[str]) -> list[str]:
    words = f" {' '.join(split(clean(_QUALIFIER.sub(' ', text))))} "
    return [name for name in names if f" {name} " in words]


def _words(text: str) -> list[str]:
    return [word if word.isdigit() else stem(word) for word in _WORD.findall(text.casefold())]


def _counts(entry: Entry) -> bool:
    return bool(entry.number) and not entry.routine and not entry.held and not entry.sample and entry.kind not in _OTHER_KINDS


def _named(entry: Entry) -> frozenset[str]:
    return frozenset(_NUMBER.findall(f"{entry.title} {entry.body or ''}"))


def topics_of(passage: Passage, catalog: Catalog) -> frozenset[str]:
    """Return the topics of a statement: those of its subject and of its words, except "other"."""
    return (subject_topics(passage, catalog) | {hit.topic for hit in classify(passage.text, None, catalog.topics).topics}) - {OTHER}


def subject_topics(passage: Passage, catalog: Catalog) -> frozenset[str]:
    """Return the topic that a statement's subject is, or those to which its term refers."""
    see = (each for term in catalog.terms if passage.subject == f"term:{term.slug}" for each in term.see)
    subjects = (each.partition(":") for each in (passage.subject, *see))
    return frozenset(slug for kind, _, slug in subjects if kind in ("pti", "topic"))


def _said_at(passage: Passage, *, is_message: bool) -> datetime | None:
    """Return the first moment that is surely after the statement: of a message the day after it, of a page when it was last read."""
    text = passage.origin.as_of if is_message else passage.origin.read or passage.origin.as_of
    end = last_day(text)
    return None if end is None else datetime(end.year, end.month, end.day, tzinfo=UTC) + timedelta(days=1)


def last_day(text: str) -> date | None:
    """Return the last day of "2026", "2026-02" or "2026-02-06", or None for no date."""
    if not text:
        return None
    try:
        if len(text) > len("2026-02"):
            return date.fromisoformat(text)
        year, month = (int(text[:4]), int(text[5:] or 12))
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    except ValueError:
        return None
