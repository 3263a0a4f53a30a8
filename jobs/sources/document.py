"""What the sources hand back: a document and the entries found in it, in a form that crosses from the parse child as JSON."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

ENTRY_LIMIT = 500
"""Entries of a document that are kept, from its beginning."""


class NotAFeed(ValueError):
    """The document can't be read as what it should be. The message says why, in plain words."""


@dataclass(frozen=True, slots=True)
class Found:
    """One entry as a document shows it: plain text, an https link or "", a date in UTC or None."""

    guid: str
    title: str
    url: str
    published: datetime | None
    body: str | None
    """None where there is none (the JSONP widget has none at all)."""


@dataclass(frozen=True, slots=True)
class Document:
    """`whole`: nothing was cut off. Of a document that was cut short, the last entry (which may be half) is left out.
    `sound`: it was well-formed; what was found in one that wasn't may be a little off."""

    entries: tuple[Found, ...]
    whole: bool = True
    sound: bool = True


def dump(document: Document) -> str:
    """As JSON."""
    return json.dumps(asdict(document), default=lambda moment: moment.isoformat(), ensure_ascii=False)


def load(raw: dict[str, Any]) -> Document:
    """From what JSON holds."""
    return Document(tuple(_found(each) for each in raw["entries"]), raw["whole"], raw["sound"])


def _found(raw: dict[str, Any]) -> Found:
    published = raw["published"] and datetime.fromisoformat(raw["published"])
    return Found(raw["guid"], raw["title"], raw["url"], published, raw["body"])


def sensible(found: datetime | None) -> datetime | None:
    """The date in UTC if it has a zone and somebody can mean it (not before 1990, not after 9000), else None."""
    if found is None or found.tzinfo is None or not 1990 <= found.year <= 9000:
        return None
    return found.astimezone(UTC)
