"""When the whole text is a name: the cheap way to a subject, before any weighing."""

from functools import lru_cache

from content.catalog import Catalog
from content.search.names import SLUG, Phrases, Same, gather
from content.search.text import key, telling
from content.search.wordlists import EVERYDAY, NEUTRAL

_FIRST = ("resource", "pti", "role", "term", "office", "topic")
"""Which kind answers when several have exactly this name: the flyer's page is what people come for."""


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
