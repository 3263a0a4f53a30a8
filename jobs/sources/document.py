import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from jobs.models.entries import Link

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
    number: str = ""  #: The guid, if people use it to name the entry.
    links: tuple[Link, ...] = ()  #: Of the body.


@dataclass(frozen=True, slots=True)
class Document:
    entries: tuple[Found, ...]
    whole: bool = True  #: Else cut short, without its last entry.
    sound: bool = True  #: Else malformed, with entries that may be slightly wrong.
    warnings: tuple[str, ...] = ()


def dump(document: Document) -> str:
    return json.dumps(asdict(document), default=lambda moment: moment.isoformat(), ensure_ascii=False)


def load(raw: dict[str, Any]) -> Document:
    return Document(tuple(map(_load_found, raw["entries"])), raw["whole"], raw["sound"], tuple(raw["warnings"]))


def _load_found(raw: dict[str, Any]) -> Found:
    published = raw["published"] and datetime.fromisoformat(raw["published"])
    return Found(**{**raw, "published": published, "links": tuple(Link(**each) for each in raw["links"])})


def newest(dates: Sequence[datetime | None]) -> list[int]:
    """Return the places of a document's newest MAX_ENTRIES entries, in its order, by their dates.

    An entry without a date is as old as its newer neighbor. Without any dates, the first entry is the newest.
    """
    places = range(len(dates))
    if len(dates) <= MAX_ENTRIES:
        return list(places)
    age: dict[int, tuple[datetime, int]] = {}
    date = datetime.max.replace(tzinfo=UTC)
    for rank, place in enumerate(reversed(places) if is_oldest_first(dates) else places):
        date = dates[place] or date
        age[place] = (date, -rank)
    return sorted(sorted(places, key=age.__getitem__, reverse=True)[:MAX_ENTRIES])


def is_oldest_first(dates: Iterable[datetime | None]) -> bool:
    """Return whether a document's dates mostly rise."""
    known = [date for date in dates if date is not None]
    return sum((later > earlier) - (later < earlier) for earlier, later in pairwise(known)) > 0


def cut_warning(left_out: int) -> tuple[str, ...]:
    return (f"entries left out, the oldest beyond {MAX_ENTRIES}: {left_out:,}",) if left_out else ()
