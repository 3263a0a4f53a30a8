"""Parse the USITC's list of the releases of the Harmonized Tariff Schedule: https://hts.usitc.gov/reststop/releaseList."""

import re
from datetime import datetime

from jobs.sources import json_rows
from jobs.sources.dates import parse_date
from jobs.sources.document import Document, Found
from jobs.sources.html import clean_line
from jobs.sources.json_rows import Answer, text_of

_ANSWER = Answer("list of HTS releases", "name")
_NAME = re.compile(r"[A-Za-z0-9][\w.-]{0,31}", re.ASCII)


def read(body: bytes, content_type: str, url: str = "") -> Document:  # noqa: ARG001  # all sources have this signature
    return json_rows.document(json_rows.read(body, _ANSWER), _entry, _date)


def _entry(row: dict[str, object]) -> Found | None:
    """Link to the release's change record: the schedule itself is a PDF of thousands of pages."""
    name = clean_line(text_of(row, "name"))
    if not _NAME.fullmatch(name):
        return None
    title = clean_line(text_of(row, "description")) or clean_line(text_of(row, "title")) or name
    return Found(name, title, f"https://hts.usitc.gov/reststop/file?release={name}&filename=Change%20Record", _date(row), None, name)


def _date(row: dict[str, object]) -> datetime | None:
    """Parse "11/10/2025", the day of publication; what changes may take effect on another."""
    return parse_date(text_of(row, "releaseStartDate")) or parse_date(text_of(row, "date"))
