"""The words that mean a topic or a feed in a subscription: slugs, names and synonyms from the catalog.

A word is taken only when it says one thing, and one that merely belongs to a PTI ("sugar") only loosely, which the echo
tells. Near misses are offered as a hint and never guessed: a wrong subscription is noticed late.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from content.catalog import Catalog
from handlers.replies import cards

LONGEST = 8
"""Words in the longest name that is looked for."""

NO_NAMES = ("help",)
"""Who says this asks for help, not for the Haiti Economic Lift Program."""

_BRACKETS = re.compile(r"\(([^()]{2,})\)")
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Known:
    """What some words mean. More than one slug: ambiguous."""

    kind: str
    """topic or feed."""
    slugs: tuple[str, ...]
    words: int
    """How many of the given words it took."""
    loose: bool = False
    """They are no name of the topic, only something that belongs to it."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Normalised name -> slugs."""

    topics: dict[str, tuple[str, ...]]
    feeds: dict[str, tuple[str, ...]]
    near: dict[str, tuple[str, ...]]
    """Words that belong to a topic: the synonyms of its PTI."""
    slugs: tuple[str, ...]
    """Every topic, in the catalog's order."""
    names: dict[str, str]
    """What topics and feeds are called, by slug; what they are called is understood as well."""

    def longest(self, words: Sequence[str]) -> Known | None:
        """What the longest run of words from the first on means; a topic wins over a feed of the same name."""
        for count in range(min(LONGEST, len(words)), 0, -1):
            key = normal(" ".join(words[:count]))
            for kind, names in (("topic", self.topics), ("feed", self.feeds)):
                if key in names:
                    return Known(kind, names[key], count)
            if key in self.near and key not in NO_NAMES and not key.isdecimal():
                slugs = self.near[key]
                return Known("topic", slugs, count, loose=not self._part_of_a_name(key, slugs[0]))
        return None

    def _part_of_a_name(self, key: str, slug: str) -> bool:
        """Whether "quota" is a part of what "agriculture-quota" is called."""
        return any(set(key.split()) <= set(name.split()) for name, slugs in self.topics.items() if slug in slugs)

    def suggest(self, words: Sequence[str], feeds: bool) -> tuple[str, ...]:
        """Up to three slugs that may have been meant, the likeliest first."""
        names = self.near | (self.feeds if feeds else {}) | self.topics
        found: list[str] = []
        for count in range(min(3, len(words)), 0, -1):
            key = normal(" ".join(word[:40] for word in words[:count]))
            near = difflib.get_close_matches(key, names, n=3, cutoff=0.82)
            found += [slug for name in (key, *near) for slug in names.get(name, ())]
        part = normal(words[0]) if words else ""
        found += [slug for name, slugs in (self.topics if found else names).items() if part in name.split() for slug in slugs]
        return tuple(dict.fromkeys(found))[:3]


def vocabulary(catalog: Catalog) -> Vocabulary:
    """Reads the names from the catalog."""
    ptis = {pti.slug: pti for pti in catalog.ptis}
    topics: list[tuple[str, str]] = []
    near: list[tuple[str, str]] = []
    for topic in catalog.topics:
        pti = ptis.get(topic.slug)
        names = [topic.slug, topic.name, *topic.synonyms, *((pti.name, pti.cbp_name, pti.statute_name) if pti else ())]
        topics += [(name, topic.slug) for name in names]
        near += [(name, topic.slug) for name in (pti.synonyms if pti else ())]
    feeds = [(name, feed.slug) for feed in catalog.feeds for name in (feed.slug, feed.name)]
    called = {feed.slug: feed.name for feed in catalog.feeds} | {topic.slug: cards.short(topic.name) for topic in catalog.topics}
    return Vocabulary(_index(topics), _index(feeds), _index(near), tuple(topic.slug for topic in catalog.topics), called)


def normal(text: str) -> str:
    """Lower case, without marks and plurals: "AD/CVD", "ad-cvd" and "AD CVDs" are one name."""
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
            key = normal(form)
            for spelling in {key, key.replace(" ", "")} - {""}:
                found.setdefault(spelling, {})[slug] = None
    return {key: tuple(slugs) for key, slugs in found.items()}
