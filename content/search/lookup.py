"""Look up content by a person's words.

`keys` matches exact names; `scoring` scores anything else. A wrong card is worse than none: weak or divided
evidence makes a choice, and a query about something else gets nothing.
"""

from dataclasses import dataclass

from content.catalog import KINDS, Catalog

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from content.search.keys import Keys

MAX_SUBJECTS = 3


@dataclass(frozen=True, slots=True)
class Match:
    """One sure subject, one to three to choose from, or none."""

    subjects: tuple[str, ...]
    sure: bool


NOTHING = Match((), False)
_LOOKING = {"does", "find", "go", "lead", "leads", "read", "there"}
"""Words beside an address that only ask for its page."""


def find(catalog: Catalog, query: str, kinds: tuple[str, ...]) -> Match:
    """Return the subjects of these kinds that the query means. Never raises."""
    # a button's slug needs no search
    from content.search.keys import match_name
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
    """Return the subjects that the query names: with all of its words, or not `strictly`, beside "what is" and the like. Never raises."""
    from content.search.keys import match_carried_name, match_name
    from content.search.shapes import asks_for_more
    from content.search.text import MAX_QUERY, MAX_WORDS, clean, split

    wanted = tuple(kind for kind in KINDS if kind in kinds)
    cleaned = clean(query[:MAX_QUERY])
    words = split(cleaned)[:MAX_WORDS]
    if not words or not wanted or (not strictly and asks_for_more(words)):
        return NOTHING
    page = _resource_at(catalog, query[:MAX_QUERY]) if strictly and "resource" in wanted and ".gov/" in query else ""
    if page:
        return Match((page,), True)
    keys = keys_of(catalog, wanted)
    subjects, sure = match_name(keys, cleaned, words, strictly=True) if strictly else match_carried_name(keys, words)
    return Match(subjects[:MAX_SUBJECTS], sure and len(subjects) == 1)


def _resource_at(catalog: Catalog, query: str) -> str:
    """Return the resource whose address is all that a question is about ("what is at cbp.gov/trade/rulings"), or ""."""
    from content.search.text import split
    from content.search.wordlists import CARRIERS

    typed = query.casefold().split()
    at = next(place for place, word in enumerate(typed) if ".gov/" in word)
    if not set(split(" ".join((*typed[:at], *typed[at + 1 :])))) <= CARRIERS | _LOOKING:
        return ""
    address = _bare(typed[at].strip("()<>\"'“”?!.,;:"))
    return next((f"resource:{resource.slug}" for resource in catalog.resources if _bare(resource.url.casefold()) == address), "")


def _bare(url: str) -> str:
    """Return an address without its scheme and "www."."""
    return url.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")


def keys_of(catalog: Catalog, kinds: tuple[str, ...]) -> "Keys":
    """Return the keys of the names of these kinds, in the order of `KINDS`."""
    from content.search.keys import compiled_keys

    compiled = compiled_keys(catalog) if kinds == KINDS else None
    if compiled:
        return compiled
    from content.search.names import names_of  # collects the names

    return names_of(catalog, kinds).by_key
