"""A parsed document and its entries, which the parse child passes on as JSON."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

MAX_ENTRIES = 500
"""Maximum entries of a document; the rest is dropped."""


class NotAFeed(ValueError):
    """The document is not what it should be. The message completes the sentence "what came is not a feed: …"."""


@dataclass(frozen=True, slots=True)
class Found:
    """An entry of a document: plain text, an https link or "", a date in UTC or None."""

    guid: str
    title: str
    url: str
    published: datetime | None
    body: str | None
    """None if there is none, as in the JSONP widget."""


@dataclass(frozen=True, slots=True)
class Document:
    entries: tuple[Found, ...]
    whole: bool = True
    """The document was not cut short. Otherwise its last entry, which may be incomplete, is left out."""
    sound: bool = True
    """The document was well-formed. Otherwise its entries may be slightly wrong."""


def dump(document: Document) -> str:
    return json.dumps(asdict(document), default=lambda moment: moment.isoformat(), ensure_ascii=False)


def load(raw: dict[str, Any]) -> Document:
    return Document(tuple(_found(each) for each in raw["entries"]), raw["whole"], raw["sound"])


def _found(raw: dict[str, Any]) -> Found:
    published = raw["published"] and datetime.fromisoformat(raw["published"])
    return Found(raw["guid"], raw["title"], raw["url"], published, raw["body"])


def sensible(found: datetime | None) -> datetime | None:
    """Return the date in UTC, or None if it has no zone or is implausible (before 1990 or after 9000)."""
    if found is None or found.tzinfo is None or not 1990 <= found.year <= 9000:
        return None
    return found.astimezone(UTC)
