"""Parse GovDelivery's `GDWidgets[0].update([{subject, pub_date, href}, …])`, entries without a body."""

import re
from datetime import datetime

from jobs.sources import json_rows
from jobs.sources.dates import parse_date
from jobs.sources.document import Document, Found, NotAFeed
from jobs.sources.html import clean_line, web_link
from jobs.sources.json_rows import DECODER, Rows, text_of

_CALL = re.compile(r"\.update\s*\(\s*")  # the first "[" is that of "[0]"
_END = re.compile(r"\s*+\)?+\s*+;?+\s*+")


def read(body: bytes, content_type: str, url: str = "") -> Document:  # noqa: ARG001  # all sources have this signature
    text = body.decode("utf-8-sig", "replace")
    call = _CALL.search(text)
    if call is None:
        raise NotAFeed("a web page" if "<html" in text[:5_000].lower() else "no GDWidgets[…].update([…])")
    try:
        rows, end = DECODER.raw_decode(text, call.end())
    except (ValueError, RecursionError):
        return json_rows.document(json_rows.salvage(text, call.end(), "subject"), _entry, _date)
    if not isinstance(rows, list):
        raise NotAFeed("GDWidgets[…].update(…) has no list")
    if not _END.fullmatch(text, end):  # a malformed entry ended the list too early
        return json_rows.document(json_rows.salvage(text, call.end(), "subject"), _entry, _date)
    return json_rows.document(Rows(rows), _entry, _date)


def _entry(row: dict[str, object]) -> Found:
    subject, href = text_of(row, "subject"), text_of(row, "href")
    return Found(guid="", title=clean_line(subject), url=web_link(href.split("?", 1)[0]), published=_date(row), body=None)


def _date(row: dict[str, object]) -> datetime | None:
    """Parse "07/21/2026 05:26 PM EDT"."""
    return parse_date(str(row.get("pub_date", "")))
