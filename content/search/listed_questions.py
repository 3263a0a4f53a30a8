"""Find the listed question of the content that somebody asks nearly word for word. It reads these questions and not the whole index."""

from __future__ import annotations

import json
import re
from functools import lru_cache

from content.catalog import KINDS, Catalog
from content.search.audience import CatalogKey, of_catalogs
from content.search.statements import Passage, passages
from content.search.text import MAX_QUESTION, clean, split, stem
from content.search.wordlists import CARRIERS, NEUTRAL, STOP_WORDS

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_WORDS = 45
"""Words of a question that are read."""
MIN_SAME_WORDS = 0.75
"""Share of all words, stop words too, that makes a question one that the content answers word for word."""

_STATES = frozenset(
    [
        *(
            "alive",
            "anymore",
            "available",
            "closed",
            "dead",
            "down",
            "exist",
            "gone",
            "happened",
            "live",
            "moved",
            "offline",
            "old",
            "online",
        ),
        *("reachable", "retired", "running", "switched", "up", "work", "working", "works"),
    ]
)
"""Words of a question for what became of an address, beside it."""
_ENDED = frozenset({"closed", "moved", "off", "replaced", "retired"})


def curated(catalog: Catalog, query: str, kinds: tuple[str, ...] = KINDS) -> Passage | None:
    """Return the statement of which a listed question is this one, nearly word for word; those of the kinds come first.

    Only small words may differ: with another product, country or job it is another question.
    """
    about_address = _of_old_address(catalog, query) if ".gov" in query[:MAX_QUESTION].casefold() else None
    if about_address:
        return about_address
    words = split(clean(query[:MAX_QUESTION]))[:MAX_WORDS]
    typed = frozenset(map(stem, words))
    telling = frozenset(stem(word) for word in words if word not in STOP_WORDS and word not in NEUTRAL)
    alike = ((len(typed & asked) / len(typed | asked), place) for asked, place in questions_with(catalog, telling) if typed & asked)
    nearly_same = [(share, place) for share, place in alike if share >= MIN_SAME_WORDS]
    if not nearly_same:
        return None
    shown = passages(catalog)  # without the internal ones, which are the last, if the catalog is public
    found = [(share, shown[place]) for share, place in nearly_same if place < len(shown)]
    own = [pair for pair in found if pair[1].subject.partition(":")[0] in kinds]
    return max(own or found, key=lambda pair: pair[0], default=(0.0, None))[1]


def _of_old_address(catalog: Catalog, query: str) -> Passage | None:
    """Return the statement that tells what became of an address, if that is all that a question asks ("is csms.cbp.gov still up")."""
    typed = query[:MAX_QUESTION].casefold().split()
    addresses = [word for word in typed if ".gov" in word]
    others = set(split(clean(" ".join(word for word in typed if ".gov" not in word))))
    if len(addresses) != 1 or others.isdisjoint(_STATES) or not others <= CARRIERS | _STATES:
        return None
    address = addresses[0].removeprefix("https://").removeprefix("http://").removeprefix("www.").strip("()<>\"'“”?!.,;:/")
    if "." not in address.removesuffix(".gov"):
        return None
    named = re.compile(rf"(?<!\bto )(?<![\w.]){re.escape(address)}(?![\w/-])")  # "moved to" names the new one
    told = (each for each in passages(catalog) if address in each.text and named.search(each.text))
    return next((each for each in told if not _ENDED.isdisjoint(split(each.text))), None)


def questions_with(catalog: Catalog, wanted: Iterable[str]) -> list[tuple[frozenset[str], int]]:
    """Return the stems of each wording of a question that has all wanted ones, and the place of its passage, internal ones too."""
    found = _questions_of(CatalogKey(catalog))
    for part in sorted((f" {word} " for word in wanted), key=len, reverse=True):  # a long word is in few of them
        found = [(stems, place) for stems, place in found if part in stems]
    return [(frozenset(stems.split()), place) for stems, place in found]


@of_catalogs
@lru_cache(maxsize=4)
def _questions_of(catalog_key: CatalogKey) -> list[tuple[str, int]]:
    questions: list[tuple[str, int]] = json.loads(compiled_lines(catalog_key.catalog)[0])
    return questions


def compiled_lines(catalog: Catalog) -> list[str]:
    """Return the two lines of the compiled index: the listed questions, and the rest. Compile it if the catalog has none."""
    return (catalog.index or _compiled(CatalogKey(catalog))).split("\n")


@of_catalogs
@lru_cache(maxsize=4)
def _compiled(catalog_key: CatalogKey) -> str:
    from content.search.compiling import compile_index

    return compile_index(catalog_key.catalog)
