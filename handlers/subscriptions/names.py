"""Match words to topics and feeds by their slugs, names and synonyms.

A word must mean one thing. One that merely belongs to a PTI ("sugar") is a loose match, which the reply points out. Misspellings are
never guessed, because nobody notices a wrong subscription for weeks.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from content.catalog import Catalog
from content.search.audience import CatalogKey, of_catalogs
from content.search.spelling import likeness, nearest
from handlers.replies import cards

_MAX_WORDS = 8
"""Words in the longest name."""

_MIN_LIKENESS = 0.82
"""How similar a misspelling is to a name, from 0 to 1."""

NOT_NAMES = ("help",)
"""People who type help do not mean the Haiti Economic Lift Program."""

_BRACKETS = re.compile(r"\(([^()]{2,})\)")
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class NameMatch:
    """Several slugs: the words are ambiguous."""

    kind: str
    """topic or feed."""
    slugs: tuple[str, ...]
    words: int
    loose: bool = False
    """The words belong to the topic but do not name it."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Slugs by normalized name."""

    topics: dict[str, tuple[str, ...]]
    feeds: dict[str, tuple[str, ...]]
    related: dict[str, tuple[str, ...]]
    """Synonyms of a topic's PTI."""
    slugs: tuple[str, ...]
    """In the catalog's order."""
    display_names: dict[str, str]
    subjects: dict[str, tuple[str, ...]]
    """Topics by the phrases by which their rules find messages."""

    def longest_match(self, words: Sequence[str]) -> NameMatch | None:
        """Match the longest run of words from the first. Topics take precedence over feeds."""
        for count in range(min(_MAX_WORDS, len(words)), 0, -1):
            key = normalize(" ".join(words[:count]))
            for kind, names in (("topic", self.topics), ("feed", self.feeds)):
                if key in names:
                    return NameMatch(kind, names[key], count)
            if key in self.related and key not in NOT_NAMES and not key.isdecimal():
                slugs = self.related[key]
                return NameMatch("topic", slugs, count, loose=not self._is_part_of_name(key, slugs[0]))
        return None

    def others(self, words: Sequence[str], slugs: Sequence[str]) -> list[str]:
        """Return the words that name none of these topics, or none if no word names one by itself."""
        left, others = list(words), list[str]()
        while left:
            match = self.longest_match(left)
            if match is not None and match.slugs and set(match.slugs) <= set(slugs):
                left = left[match.words :]
            else:
                others.append(left.pop(0))
        return others if len(others) < len(words) else []

    def suggest(self, words: Sequence[str], feeds: bool) -> tuple[str, ...]:
        """Return up to three slugs, the likeliest first."""
        names = self.related | (self.feeds if feeds else {}) | self.topics
        found: list[str] = []
        for count in range(min(3, len(words)), 0, -1):
            key = normalize(" ".join(word[:40] for word in words[:count]))
            near = nearest(key, names, min_likeness=_MIN_LIKENESS, count=3)
            found += [slug for name in (key, *near) for slug in names.get(name, ())]
        found += self.about(words[:1]) if not found else ()
        part = normalize(words[0]) if words else ""
        found += [slug for name, slugs in (self.topics if found else names).items() if part in name.split() for slug in slugs]
        return tuple(dict.fromkeys(found))[:3]

    def about(self, phrases: Iterable[str]) -> tuple[str, ...]:
        """Return the topics whose rules look for one of the phrases: "steel" is no name of a topic, but Tariff actions looks for it."""
        return tuple(dict.fromkeys(slug for phrase in phrases for slug in self.subjects.get(normalize(phrase), ())))

    def count_misspelled(self, words: Sequence[str], slug: str) -> int:
        """Return how many of the words misspell a name of the slug. An exact name is not a misspelling."""
        names = [name for index in (self.topics, self.related, self.feeds) for name, slugs in index.items() if slug in slugs]
        best = {
            count: max(likeness(normalize(" ".join(word[:40] for word in words[:count])), name) for name in names)
            for count in range(min(3, len(words)), 0, -1)
        }
        count = max(best, key=lambda count: (best[count], -count))
        return count if _MIN_LIKENESS <= best[count] < 1 else 0

    def names_of(self, slugs: Iterable[str]) -> tuple[str, ...]:
        """Return the display names of slugs, and other strings unchanged."""
        return tuple(self.display_names.get(slug, slug) for slug in slugs)

    def _is_part_of_name(self, key: str, slug: str) -> bool:
        """Return whether a name of the slug has all words of the key."""
        return any(set(key.split()) <= set(name.split()) for name, slugs in self.topics.items() if slug in slugs)


def vocabulary(catalog: Catalog) -> Vocabulary:
    return _vocabulary(CatalogKey(catalog))


@of_catalogs
@lru_cache(maxsize=4)
def _vocabulary(catalog_key: CatalogKey) -> Vocabulary:
    catalog = catalog_key.catalog
    ptis = {pti.slug: pti for pti in catalog.ptis}
    topics: list[tuple[str, str]] = []
    related: list[tuple[str, str]] = []
    for topic in catalog.topics:
        pti = ptis.get(topic.slug)
        names = [topic.slug, topic.name, *topic.synonyms, *((pti.name, pti.cbp_name, pti.statute_name) if pti else ())]
        topics += [(name, topic.slug) for name in names]
        related += [(name, topic.slug) for name in (pti.synonyms if pti else ())]
    feeds = [(name, feed.slug) for feed in catalog.feeds for name in (feed.slug, feed.name)]
    display = {feed.slug: feed.name for feed in catalog.feeds} | {topic.slug: cards.short_name(topic.name) for topic in catalog.topics}
    sought = [(phrase, topic.slug) for topic in catalog.topics for rule in topic.rules for phrase in rule.phrases if phrase.isalpha()]
    slugs = tuple(topic.slug for topic in catalog.topics)
    return Vocabulary(_index(topics), _index(feeds), _index(related), slugs, display, _index(sought))


def normalize(text: str) -> str:
    """Lower the case and drop punctuation and plurals: "AD/CVD", "ad-cvd" and "AD CVDs" are one name."""
    words = _NOT_WORDS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).split()
    return " ".join(_singular(word) for word in words)


def _singular(word: str) -> str:
    if len(word) <= 3 or not word.endswith("s") or word.endswith("ss"):
        return word
    return f"{word[:-3]}y" if word.endswith("ies") else word[:-1]


def _index(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for name, slug in pairs:
        for form in (name, _BRACKETS.sub(" ", name), *_BRACKETS.findall(name)):
            key = normalize(form)
            for spelling in {key, key.replace(" ", "")} - {""}:
                found.setdefault(spelling, {})[slug] = None
    return {key: tuple(slugs) for key, slugs in found.items()}
