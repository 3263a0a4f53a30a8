"""Parse the Federal Register's documents.json."""

import re
from datetime import datetime

from jobs.sources import json_rows
from jobs.sources.dates import parse_date
from jobs.sources.document import Document, Found, NotAFeed
from jobs.sources.html import clean_line, clean_text, web_link
from jobs.sources.json_rows import DECODER, Rows

_RESULTS = re.compile(r"\"results\"\s*:\s*\[")


def read(body: bytes, content_type: str, url: str = "") -> Document:  # noqa: ARG001  # all sources have this signature
    text = body.decode("utf-8-sig", "replace").strip()
    try:
        answer, end = DECODER.raw_decode(text)
        if end < len(text):
            raise ValueError("text after the end")
    except (ValueError, RecursionError) as problem:
        if results := _RESULTS.search(text):
            return json_rows.document(json_rows.salvage(text, results.start()), _entry, _date)
        raise NotAFeed("a web page" if "<html" in text[:5_000].lower() else f"not JSON, or incomplete ({problem})") from problem
    if not isinstance(answer, dict):
        raise NotAFeed("JSON, but not a Federal Register answer: not an object")
    # the API omits the list if there is no result
    rows = answer.get("results", [] if answer.get("count") == 0 else None)
    if not isinstance(rows, list):
        raise NotAFeed("JSON, but not a Federal Register answer: no list of results")
    return json_rows.document(Rows(rows), _entry, _date)


def _entry(row: dict[str, object]) -> Found:
    number, title, url, abstract = (
        value if isinstance(value := row.get(name), str) else "" for name in ("document_number", "title", "html_url", "abstract")
    )
    return Found(clean_line(number), clean_line(title), web_link(url), _date(row), clean_text(abstract) or None)


def _date(row: dict[str, object]) -> datetime | None:
    return parse_date(str(row.get("publication_date", "")))
