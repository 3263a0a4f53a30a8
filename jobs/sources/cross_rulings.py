"""Parse a search of CROSS, CBP's Customs Rulings Online Search System: https://rulings.cbp.gov/api/search."""

import re
from datetime import datetime

from jobs.sources import json_rows
from jobs.sources.dates import parse_date
from jobs.sources.document import Document, Found
from jobs.sources.html import clean_line, clean_text
from jobs.sources.json_rows import Answer, text_of

_ANSWER = Answer("CROSS answer", "rulingNumber", rows="rulings", count="totalHits")
_NUMBER = re.compile(r"[A-Z]?[0-9]{5,7}[A-Z]?")
_OTHER_RULINGS = (("revokedBy", "Revoked by"), ("modifiedBy", "Modified by"), ("revokes", "Revokes"), ("modifies", "Modifies"))
MAX_LISTED = 50  #: Tariff numbers or rulings of one field.


def read(body: bytes, content_type: str, url: str = "") -> Document:  # noqa: ARG001  # all sources have this signature
    return json_rows.document(json_rows.read(body, _ANSWER), _entry, _date)


def _entry(row: dict[str, object]) -> Found | None:
    number = clean_line(text_of(row, "rulingNumber")).upper()
    if not _NUMBER.fullmatch(number):
        return None
    title = clean_line(text_of(row, "subject")) or f"Ruling {number}"
    return Found(number, title, f"https://rulings.cbp.gov/ruling/{number}", _date(row), _body(row), number)


def _body(row: dict[str, object]) -> str | None:
    """Return the kind of ruling, its tariff numbers, and the rulings that it changes or that change it, a sentence each."""
    tariffs = ", ".join(_listed(row, "tariffs"))
    others = ((said, ", ".join(_listed(row, name))) for name, said in _OTHER_RULINGS)
    lines = (
        text_of(row, "categories"),
        f"Tariff numbers: {tariffs}" if tariffs else "",
        "Revoked by operation of law" if row.get("operationallyRevoked") is True else "",
        *(f"{said} {numbers}" for said, numbers in others if numbers),
    )
    return clean_text("\n".join(f"{each}." for each in lines if each.strip())) or None


def _listed(row: dict[str, object], name: str) -> list[str]:
    """Return the texts of a list, which some answers write as one text with commas."""
    value = row.get(name)
    several = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else []
    return [text for each in several[:MAX_LISTED] if isinstance(each, str) and (text := clean_line(each))]


def _date(row: dict[str, object]) -> datetime | None:
    """Parse "2026-09-10T00:00:00", the day of the ruling; it is published days or weeks later."""
    return parse_date(text_of(row, "rulingDate"))
