"""Look up content by a person's words.

`names` matches exact names; `scoring` scores anything else. A wrong card is worse than none: weak or divided
evidence makes a choice, and a query about something else gets nothing.
"""

from dataclasses import dataclass

from content.catalog import KINDS, Catalog

MAX_SUBJECTS = 3


@dataclass(frozen=True, slots=True)
class Match:
    """One sure subject, one to three to choose from, or none."""

    subjects: tuple[str, ...]
    sure: bool


NOTHING = Match((), False)


def find(catalog: Catalog, query: str, kinds: tuple[str, ...]) -> Match:
    """Return the subjects of these kinds that the query means. Never raises."""
    # a button's slug needs no search
    from content.search.names import keys_of, match_name
    from content.search.text import MAX_QUERY, MAX_WORDS, clean, split

    wanted = tuple(kind for kind in KINDS if kind in kinds)
    cleaned = clean(query[:MAX_QUERY])
    words = split(cleaned)[:MAX_WORDS]
    if not words or not wanted:
        return NOTHING
    subjects, sure = match_name(keys_of(catalog, wanted), cleaned, words)
    if not subjects:
        from content.search.elsewhere import find_elsewhere
        from content.search.names import names_of
        from content.search.scoring import rank  # builds the index

        if find_elsewhere(catalog.elsewhere, query[:MAX_QUERY]) is not None:
            return NOTHING

        subjects, sure = rank(catalog, wanted, names_of(catalog, wanted), cleaned, words)
    return Match(subjects[:MAX_SUBJECTS], sure and len(subjects) == 1)


def find_name(catalog: Catalog, query: str, kinds: tuple[str, ...], *, strictly: bool) -> Match:
    """Return the subjects that the query names: all of its words, or not `strictly`, those that carry its subject. Never raises."""
    from content.search.names import keys_of, match_name
    from content.search.shapes import asks_for_more
    from content.search.text import MAX_QUERY, MAX_WORDS, clean, split

    wanted = tuple(kind for kind in KINDS if kind in kinds)
    cleaned = clean(query[:MAX_QUERY])
    words = split(cleaned)[:MAX_WORDS]
    if not words or not wanted or (not strictly and asks_for_more(words)):
        return NOTHING
    subjects, sure = match_name(keys_of(catalog, wanted), cleaned, words, strictly=strictly)
    return Match(subjects[:MAX_SUBJECTS], sure and len(subjects) == 1)
