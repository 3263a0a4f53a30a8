"""Find the listed question of the content that somebody asks nearly word for word. It reads these questions and not the whole index."""

from __future__ import annotations

import json
from functools import lru_cache

from content.catalog import KINDS, Catalog
from content.search.audience import CatalogKey, of_catalogs
from content.search.statements import Passage, passages
from content.search.text import clean, split, stem
from content.search.wordlists import NEUTRAL, STOP_WORDS

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_CHARACTERS, MAX_WORDS = 600, 45
"""Characters and words of a question that are read."""
MIN_SAME_WORDS = 0.75
"""Share of all words, stop words too, that makes a question one that the content answers word for word."""


def curated(catalog: Catalog, query: str, kinds: tuple[str, ...] = KINDS) -> Passage | None:
    """Return the statement of which a listed question is this one, nearly word for word; those of the kinds come first.

    Only small words may differ: with another product, country or job it is another question.
    """
    words = split(clean(query[:MAX_CHARACTERS]))[:MAX_WORDS]
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
