"""Read a list of objects in JSON, also if some of them are malformed or the end is missing."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jobs.sources.document import Document, Found, NotAFeed, cut_warning, newest

MAX_BROKEN = 100  #: More malformed objects are an attack.

_ESCAPE = re.compile(r"\\(?:[\"\\/bfnrt]|u[0-9a-fA-F]{4})|\\")
_END = re.compile(r"\s*\](?!.*\{)", re.DOTALL)  # not one within the list, in what a malformed object left

# Python refuses to convert thousands of digits to an integer
DECODER = json.JSONDecoder(strict=False, parse_int=float)


@dataclass(frozen=True, slots=True)
class Rows:
    rows: list[Any]
    whole: bool = True
    broken: int = 0


def salvage(text: str, at: int) -> Rows:
    """Return what can be read of the malformed list of objects that begins at a place of the text. Raises NotAFeed if that is nothing."""
    text = _ESCAPE.sub(lambda found: found[0] if len(found[0]) > 1 else r"\\", text[at:])
    rows: list[Any] = []
    broken = at = 0
    whole = False
    while not whole and broken < MAX_BROKEN and (at := text.find("{", at)) >= 0:
        try:
            row, at = DECODER.raw_decode(text, at)
            rows.append(row)
            whole = _END.match(text, at) is not None
        except (ValueError, RecursionError):
            broken += 1
            at += 1
    if not rows:
        raise NotAFeed("not JSON, or incomplete")
    return Rows(rows, whole, broken)


def document(rows: Rows, entry: Callable[[dict[str, object]], Found], date: Callable[[dict[str, object]], datetime | None]) -> Document:
    """Make a document of the rows that are entries, the newest if they are too many."""
    several = [row for row in rows.rows if isinstance(row, dict)]
    kept = newest([date(row) for row in several])
    found = (entry(several[place]) for place in kept)
    broken = (f"entries that cannot be read: {rows.broken}",) if rows.broken else ()
    warnings = (*broken, *cut_warning(len(several) - len(kept)))
    return Document(tuple(each for each in found if each.title or each.url), rows.whole, not rows.broken, warnings)
