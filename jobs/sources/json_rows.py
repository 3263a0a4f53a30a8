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
_LIST = re.compile(r"\"(\w+)\"\s*+:\s*+\[")

# Python refuses to convert thousands of digits to an integer
DECODER = json.JSONDecoder(strict=False, parse_int=float)


@dataclass(frozen=True, slots=True)
class Rows:
    rows: list[Any]
    whole: bool = True
    broken: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The shape of a format's documents."""

    title: str  #: In errors, such as "Federal Register answer".
    field: str  #: What every entry has, and no object inside of one.
    rows: str = ""  #: The name of the list of entries; "" if the document is that list.
    count: str = ""  #: The name of their number: if it is 0, the list may be missing.


def read(body: bytes, answer: Answer) -> Rows:
    """Return a document's rows. Raises NotAFeed."""
    text = body.decode("utf-8-sig", "replace").strip()
    try:
        found, end = DECODER.raw_decode(text)
        if end < len(text):
            raise ValueError("text after the end")
    except (ValueError, RecursionError) as problem:
        at = _start(text, answer)
        if at is not None:
            return salvage(text, at, answer.field)
        raise NotAFeed("a web page" if "<html" in text[:5_000].lower() else f"not JSON, or incomplete ({problem})") from problem
    if answer.rows:
        if not isinstance(found, dict):
            raise NotAFeed(f"JSON, but not a {answer.title}: not an object")
        found = found.get(answer.rows, [] if found.get(answer.count) == 0 else None)
    if not isinstance(found, list):
        raise NotAFeed(f"JSON, but not a {answer.title}: no list of {answer.rows or 'entries'}")
    return Rows(found)


def _start(text: str, answer: Answer) -> int | None:
    """Return where the list of entries begins."""
    if not answer.rows:
        return 0 if text.startswith("[") else None
    return next((found.start() for found in _LIST.finditer(text) if found[1] == answer.rows), None)


def salvage(text: str, at: int, field: str) -> Rows:
    """Return what can be read of the malformed list of objects that begins at a place of the text. Raises NotAFeed if that is nothing.

    An object without `field` is a part of a malformed one.
    """
    text = _ESCAPE.sub(lambda found: found[0] if len(found[0]) > 1 else r"\\", text[at:])
    rows: list[Any] = []
    broken = at = 0
    whole = False
    while not whole and broken < MAX_BROKEN and (at := text.find("{", at)) >= 0:
        try:
            row, at = DECODER.raw_decode(text, at)
            if field in row:
                rows.append(row)
                whole = _END.match(text, at) is not None
        except (ValueError, RecursionError):
            broken += 1
            at += 1
    if not rows:
        raise NotAFeed("not JSON, or incomplete")
    return Rows(rows, whole, broken)


def document(
    rows: Rows, entry: Callable[[dict[str, object]], Found | None], date: Callable[[dict[str, object]], datetime | None]
) -> Document:
    """Make a document of the rows that are entries, the newest if they are too many. `entry` returns None if nothing identifies one."""
    several = [row for row in rows.rows if isinstance(row, dict)]
    kept = newest([date(row) for row in several])
    made = [entry(several[place]) for place in kept]
    found = [each for each in made if each is not None and (each.title or each.url)]
    counts = (
        ("entries that cannot be read", rows.broken),
        ("entries left out, because they have no number", made.count(None)),
        ("entries without a date that can be read", sum(each.published is None for each in found)),
    )
    doubts = tuple(f"{what}: {count}" for what, count in counts if count)
    return Document(tuple(found), rows.whole, not rows.broken, (*doubts, *cut_warning(len(several) - len(kept))))


def text_of(row: dict[str, object], name: str) -> str:
    return value if isinstance(value := row.get(name), str) else ""
