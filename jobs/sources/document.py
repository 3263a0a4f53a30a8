import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

MAX_ENTRIES = 500


class NotAFeed(ValueError):
    """The message says why."""


@dataclass(frozen=True, slots=True)
class Found:
    """Plain text, an https link or "", a date in UTC."""

    guid: str
    title: str
    url: str
    published: datetime | None
    body: str | None


@dataclass(frozen=True, slots=True)
class Document:
    entries: tuple[Found, ...]
    whole: bool = True  #: Else cut short, without its last entry.
    sound: bool = True  #: Else malformed, with entries that may be slightly wrong.


def dump(document: Document) -> str:
    return json.dumps(asdict(document), default=lambda moment: moment.isoformat(), ensure_ascii=False)


def load(raw: dict[str, Any]) -> Document:
    found = tuple(
        Found(**{**each, "published": each["published"] and datetime.fromisoformat(each["published"])}) for each in raw["entries"]
    )
    return Document(found, raw["whole"], raw["sound"])


def sensible(found: datetime | None) -> datetime | None:
    """Return it in UTC, or None if it has no zone or is implausible."""
    if found is None or found.tzinfo is None or not 1990 <= found.year <= 9000:
        return None
    return found.astimezone(UTC)
