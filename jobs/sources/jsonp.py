"""Parse GovDelivery's `GDWidgets[0].update([{subject, pub_date, href}, …])`, entries without a body."""

import json
import re
from datetime import datetime, timedelta, timezone

from jobs.sources.document import MAX_ENTRIES, Document, Found, NotAFeed, sensible
from jobs.sources.html import clean_line, web_link

_CALL = re.compile(r"\.update\s*\(\s*")  # the first "[" is that of "[0]"

ZONES = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "UTC": 0, "GMT": 0}
"""Hours from UTC; strptime's `%Z` knows only this machine's zone."""


def read(body: bytes, content_type: str) -> Document:  # noqa: ARG001  # all sources have this signature
    text = body.decode("utf-8-sig", "replace")
    call = _CALL.search(text)
    if call is None:
        raise NotAFeed("a web page" if "<html" in text[:5_000].lower() else "no GDWidgets[…].update([…])")
    try:
        rows, _ = json.JSONDecoder().raw_decode(text, call.end())
    except (ValueError, RecursionError) as problem:
        raise NotAFeed(f"the list in GDWidgets[…].update([…]) is not JSON, or incomplete ({problem})") from problem
    if not isinstance(rows, list):
        raise NotAFeed("GDWidgets[…].update(…) has no list")
    found = (_entry(row) for row in rows[:MAX_ENTRIES] if isinstance(row, dict))
    return Document(tuple(each for each in found if each.title or each.url))


def _entry(row: dict[str, object]) -> Found:
    subject, href, date = (value if isinstance(value := row.get(name), str) else "" for name in ("subject", "href", "pub_date"))
    return Found(guid="", title=clean_line(subject), url=web_link(href.split("?", 1)[0]), published=date_of(date), body=None)


def date_of(text: str) -> datetime | None:
    """Parse "07/21/2026 05:26 PM EDT"; else return None."""
    day, _, zone = text.strip().rpartition(" ")
    hours = ZONES.get(zone.upper())
    if hours is None:
        return None
    try:
        return sensible(datetime.strptime(day.strip(), "%m/%d/%Y %I:%M %p").replace(tzinfo=timezone(timedelta(hours=hours))))
    except (ValueError, OverflowError):
        return None
