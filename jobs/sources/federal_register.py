"""Parse the Federal Register's documents.json."""

import re
from datetime import date, datetime

from jobs.sources import json_rows
from jobs.sources.dates import parse_date
from jobs.sources.document import Document, Found
from jobs.sources.html import clean_line, clean_text, web_link
from jobs.sources.json_rows import Answer, text_of

# the API omits the list if there is no result
_ANSWER = Answer("Federal Register answer", "document_number", rows="results", count="count")
_DAYS = (("effective_on", "Effective on"), ("comments_close_on", "Comments close on"))
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
_PAGE = re.compile(r"https://www\.federalregister\.gov/documents/[0-9]{4}/[0-9][0-9]/[0-9][0-9]/([\w-]{1,32})(?:/.*)?")


def read(body: bytes, content_type: str, url: str = "") -> Document:  # noqa: ARG001  # all sources have this signature
    return json_rows.document(json_rows.read(body, _ANSWER), _entry, _date)


def _entry(row: dict[str, object]) -> Found | None:
    page = web_link(text_of(row, "html_url"))
    linked = _PAGE.fullmatch(page)
    number = clean_line(text_of(row, "document_number")) or (linked[1] if linked else "")
    if not number:
        return None
    return Found(number, clean_line(text_of(row, "title")), page, _date(row), _body(row), number)


def _body(row: dict[str, object]) -> str | None:
    """Return the abstract, and the days that the Federal Register gives beside it, a sentence each."""
    days = (f"{said} {day}." for name, said in _DAYS if (day := _day(text_of(row, name))))
    return clean_text("\n".join((text_of(row, "abstract"), *days))) or None


def _day(text: str) -> str:
    """Return "July 1, 2026", or "" for what is no day."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return ""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def _date(row: dict[str, object]) -> datetime | None:
    return parse_date(str(row.get("publication_date", "")))
