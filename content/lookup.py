"""From what a person typed to the content that is meant: one subject, a few to choose from, or nothing.

First the cheap way: the text is a name. Only otherwise is it weighed, word by word (`content.weighing`). A wrong
card is worse than none: thin or divided evidence makes a choice, and a text about something else gets nothing.
"""

from dataclasses import dataclass
from functools import lru_cache

from content.models import KINDS, Catalog
from content.phrases import SLUG, Content, Phrases, Same, gather, members
from content.wordlists import EVERYDAY, NEUTRAL
from content.words import LONGEST_TEXT, MOST_WORDS, clean, key, split, telling

MOST = 3
"""Subjects that a doubtful match offers."""

_FIRST = ("resource", "pti", "role", "term", "office", "topic")
"""Which kind answers when several have exactly this name: the flyer's page is what people come for."""


@dataclass(frozen=True, slots=True)
class Match:
    """One subject and sure: show it. Not sure: offer them, one to three. None: nothing fits."""

    subjects: tuple[str, ...]
    sure: bool


NOTHING = Match((), False)


def find(catalog: Catalog, words: str, kinds: tuple[str, ...]) -> Match:
    """What the words mean among these kinds. Never raises, whatever the words are."""
    wanted = tuple(kind for kind in KINDS if kind in kinds)
    typed = clean(words[:LONGEST_TEXT])
    said = split(typed)[:MOST_WORDS]
    if not said or not wanted:
        return NOTHING
    phrases = _phrases(Same(catalog), wanted)
    named = _named(phrases, typed, said)
    if named.subjects:
        return named
    from content.weighing import weigh  # costs an index: only when the text is not simply a name

    subjects, sure = weigh(catalog, wanted, phrases, typed, said)
    return Match(subjects[:MOST], sure and len(subjects) == 1)


def get(catalog: Catalog, subject: str) -> Content | None:
    """The content that "pti:revenue" names."""
    kind, _, slug = subject.partition(":")
    return next((item for item in members(catalog, kind) if item.slug == slug), None)


def title(catalog: Catalog, subject: str) -> str:
    """The name of a subject as lists show it; the subject itself when there is none."""
    item = get(catalog, subject)
    if item is None:
        return subject
    return next(str(getattr(item, name)) for name in ("name", "title", "term") if hasattr(item, name))


@lru_cache(maxsize=16)
def _phrases(same: Same, kinds: tuple[str, ...]) -> Phrases:
    return gather(same.catalog, kinds)


def _named(phrases: Phrases, typed: str, said: list[str]) -> Match:
    """The whole text is a name, with or without the words that only carry a question."""
    short = telling(said)
    bare = [word for word in short if word not in NEUTRAL]
    forms = [key(said), key(short)]
    if bare and not (len(bare) == 1 and bare[0] in EVERYDAY):
        forms.append(key(bare))
    for form in forms:
        levels = phrases.by_key.get(form) if form else None
        if levels:
            subjects = best(levels)
            # "IS" and "HELP" are names, "is" and "help" hardly
            return Match(subjects[:MOST], len(subjects) == 1 and (bool(short) or typed.isupper()))
    return NOTHING


def best(levels: dict[str, int]) -> tuple[str, ...]:
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
