"""Parse the Federal Register's documents.json."""

import re
from datetime import datetime

from jobs.sources import json_rows
from jobs.sources.dates import parse_date
from jobs.sources.document import Document, Found
from jobs.sources.html import clean_line, clean_text, web_link
from jobs.sources.json_rows import Answer, text_of

# the API omits the list if there is no result
_ANSWER = Answer("Federal Register answer", "document_number", rows="results", count="count")
_PAGE = re.compile(r"https://www\.federalregister\.gov/documents/[0-9]{4}/[0-9][0-9]/[0-9][0-9]/([\w-]{1,32})(?:/.*)?")


def read(body: bytes, content_type: str, url: str = "") -> Document:  # noqa: ARG001  # all sources have this signature
    return json_rows.document(json_rows.read(body, _ANSWER), _entry, _date)


def _entry(row: dict[str, object]) -> Found | None:
    page = web_link(text_of(row, "html_url"))
    linked = _PAGE.fullmatch(page)
    number = clean_line(text_of(row, "document_number")) or (linked[1] if linked else "")
    if not number:
        return None
    body = clean_text(text_of(row, "abstract")) or None
    return Found(number, clean_line(text_of(row, "title")), page, _date(row), body, number)


def _date(row: dict[str, object]) -> datetime | None:
    return parse_date(str(row.get("publication_date", "")))
