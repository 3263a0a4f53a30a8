"""Parse the Federal Register's documents.json."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from jobs.sources.document import MAX_ENTRIES, Document, Found, NotAFeed, sensible
from jobs.sources.html import clean_line, clean_text, web_link

WASHINGTON = ZoneInfo("America/New_York")  #: A publication date begins at midnight there.


def read(body: bytes, content_type: str) -> Document:  # noqa: ARG001  # all sources have this signature
    try:
        answer = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as problem:
        raise NotAFeed("a web page" if b"<html" in body[:5_000].lower() else f"not JSON, or incomplete ({problem})") from problem
    if not isinstance(answer, dict):
        raise NotAFeed("JSON, but not a Federal Register answer: not an object")
    # the API omits the list if there is no result
    rows = answer.get("results", [] if answer.get("count") == 0 else None)
    if not isinstance(rows, list):
        raise NotAFeed("JSON, but not a Federal Register answer: no list of results")
    found = (_entry(row) for row in rows[:MAX_ENTRIES] if isinstance(row, dict))
    return Document(tuple(each for each in found if each.title or each.url))


def _entry(row: dict[str, object]) -> Found:
    number, title, url, day, abstract = (
        value if isinstance(value := row.get(name), str) else ""
        for name in ("document_number", "title", "html_url", "publication_date", "abstract")
    )
    return Found(clean_line(number), clean_line(title), web_link(url), _day(day), clean_text(abstract) or None)


def _day(text: str) -> datetime | None:
    try:
        return sensible(datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=WASHINGTON))
    except (ValueError, OverflowError):
        return None
