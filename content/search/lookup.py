"""From what a person typed to the content that is meant: one subject, a few to choose from, or nothing.

First the cheap way: the text is a name (`content.search.names`). Only otherwise is it weighed, word by word
(`content.search.scoring`). A wrong card is worse than none: thin or divided evidence makes a choice, and a text about
something else gets nothing.
"""

from dataclasses import dataclass

from content.catalog import KINDS, Catalog

MOST = 3
"""Subjects that a doubtful match offers."""


@dataclass(frozen=True, slots=True)
class Match:
    """One subject and sure: show it. Not sure: offer them, one to three. None: nothing fits."""

    subjects: tuple[str, ...]
    sure: bool


NOTHING = Match((), False)


def find(catalog: Catalog, words: str, kinds: tuple[str, ...]) -> Match:
    """What the words mean among these kinds. Never raises, whatever the words are."""
    from content.search.names import named, names_of  # a slug, which buttons write, needs none of it
    from content.search.text import LONGEST_TEXT, MAX_WORDS, clean, split

    wanted = tuple(kind for kind in KINDS if kind in kinds)
    typed = clean(words[:LONGEST_TEXT])
    said = split(typed)[:MAX_WORDS]
    if not said or not wanted:
        return NOTHING
    phrases = names_of(catalog, wanted)
    subjects, sure = named(phrases, typed, said)
    if not subjects:
        from content.search.scoring import weigh  # it needs an index of all that is said

        subjects, sure = weigh(catalog, wanted, phrases, typed, said)
    return Match(subjects[:MOST], sure and len(subjects) == 1)
