"""Name items and fields of the content as staff do: "Revenue, 3rd fact, source"."""

from typing import Any

_SINGULAR = {
    "mission": "mission statement",
    "stats": "figure",
    "see": "reference",
    "aliases": "alias",
    "ptis": "related PTI",
    "roles": "related role",
    "resources": "related resource",
    "also": "other wording",
    "means": "example",
    "not": "counterexample",
    "unless": "exception",
    "unless_topics": "excluded topic",
    "catches": "title to catch",
    "ignores": "title to ignore",
}
"""List field -> its singular, if that is not the name without s."""

_PLURAL = {
    "authority": "authorities",
    "alias": "aliases",
    "title to catch": "titles to catch",
    "title to ignore": "titles to ignore",
}

_NAMES = ("name", "title", "term")
"""The fields that name an entry."""

MAX_NAME = 100

ENTRY_NOUNS = {
    "centers": "Center",
    "ptis": "PTI",
    "roles": "role",
    "resources": "resource",
    "terms": "term",
    "topics": "topic",
    "feeds": "feed",
    "elsewhere": "subject",
    "small_talk": "saying",
}
"""Section -> the noun for one of its entries."""


def count(field: str, number: int) -> str:
    """Return "fact" for one fact, else "facts"."""
    singular = _SINGULAR.get(field, field.removesuffix("s"))
    return singular if number == 1 else _PLURAL.get(singular, singular + "s")


def ordinal(number: int) -> str:
    ending = "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def name_path(path: tuple[str | int, ...], data: Any) -> str:
    """Return the words for a place in a file: ("ptis", "revenue", "facts", 2, "source") is "Revenue, 3rd fact, source".

    `data` is the file's, which may have any shape.
    """
    words: list[str] = []
    is_named = False
    for depth, step in enumerate(path):
        data = _step(data, step)
        name = "" if is_named or depth > 1 else _name(data)
        if name or (depth == 1 and not is_named and isinstance(step, str)):
            words, is_named = [name or str(step)], True
        elif isinstance(step, int):
            words[-1:] = [f"{ordinal(step + 1)} {count(str(path[depth - 1]) if depth else 'entry', 1)}"]
        else:
            words.append(step)
    return ", ".join(words)


def _step(data: Any, step: str | int) -> Any:
    try:
        return data[step]
    except (KeyError, IndexError, TypeError):
        return None


def _name(entry: Any) -> str:
    """Return an entry's name, or "" if it has none."""
    names = (entry.get(field) for field in _NAMES) if isinstance(entry, dict) else ()
    return next((name[:MAX_NAME] for name in names if isinstance(name, str) and name), "")
