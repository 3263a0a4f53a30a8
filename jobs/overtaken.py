"""Decide which newer message may have overtaken a statement of the content. Pure, and rather silent than wrong.

A message counts if it is not routine, is newer than the statement, and either names the CSMS message that the statement cites, or is
about one of the statement's topics and shares rare words with it in its title.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from content.catalog import Catalog
from content.search.statements import Passage, passages
from content.search.text import stem
from jobs.classify import classify
from jobs.models import Entry
from jobs.relations import changed_by
from jobs.states import EntryKind

MIN_RARE = 2
"""Rare words that a title must share with a statement."""

MAX_SHARE = 0.025
"""A word in a greater part of the statements is not rare."""

_WORD = re.compile(r"[a-z][a-z-]{3,}|\d{3,}")
_NUMBER = re.compile(r"(?<!\d)\d{8}(?!\d)")
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

_CHANGING = frozenset({"fact", "qa", "stat", "authority"})
"""Kinds of statements that a message about the same thing may change; a definition or a summary stays true."""

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


def overtaken_by(passage: Passage, catalog: Catalog, known: Vocabulary, entries: Iterable[Entry]) -> Entry | None:
    """Return the newest message that may have overtaken a statement: one that names its source before one that is only similar."""
    cited = frozenset(_NUMBER.findall(passage.origin.source))
    since = _said_at(passage, is_message=bool(cited))
    if since is None:
        return None
    later = [each for each in entries if _counts(each) and each.number not in cited and each.published >= since]
    naming = [each for each in later if cited & _named(each)]
    if naming:
        return max(naming, key=_age)
    if passage.kind not in _CHANGING:
        return None
    topics = _topics(passage, catalog)
    rare = known.rare(passage.text)
    similar = [each for each in later if topics & {hit.topic for hit in each.topics} and len(rare & set(_words(each.title))) >= MIN_RARE]
    return max(similar, key=_age, default=None)


def _words(text: str) -> list[str]:
    return [word if word.isdigit() else stem(word) for word in _WORD.findall(text.casefold())]


def _counts(entry: Entry) -> bool:
    return bool(entry.number) and not entry.routine and not entry.held and not entry.sample and entry.kind not in _OTHER_KINDS


def _age(entry: Entry) -> tuple[datetime, int]:
    return entry.published, entry.id


def _named(entry: Entry) -> frozenset[str]:
    return frozenset(_NUMBER.findall(f"{entry.title} {entry.body or ''}")) | frozenset(changed_by(entry))


def _topics(passage: Passage, catalog: Catalog) -> frozenset[str]:
    """Return the topics of a statement: its subject, and those of its words, except "other"."""
    kind, _, slug = passage.subject.partition(":")
    own = {slug} if kind in ("pti", "topic") else set()
    return frozenset((own | {hit.topic for hit in classify(passage.text, None, catalog.topics).topics}) - {"other"})


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
