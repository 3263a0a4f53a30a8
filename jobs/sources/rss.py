"""RSS and Atom, as GovDelivery and Drupal write them, by feedparser.

`bozo` alone is no error: feedparser then reads on with its loose parser, and what it finds is good. What matters is whether
anything was cut off.
"""

import calendar
import html as html_lib
import io
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import feedparser

from jobs.sources.document import ENTRY_LIMIT, Document, Found, NotAFeed, sensible
from jobs.sources.text import clean_line, created, html_to_text, web_link

_END = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|amp|quot|apos|lt|gt|nbsp);", re.IGNORECASE)
_ITEM = re.compile(rb"<(?:item|entry)[\s>]", re.IGNORECASE)


def read(body: bytes, content_type: str) -> Document:
    """An ordinary RSS or Atom feed. Raises NotAFeed."""
    return _read(body, content_type, drupal=False)


def read_drupal(body: bytes, content_type: str) -> Document:
    """A feed of cbp.gov: every description opens with three spans (title, the editor's login, date) that are no part of the text."""
    return _read(body, content_type, drupal=True)


def _read(body: bytes, content_type: str, *, drupal: bool) -> Document:
    plain = body.replace(b"\0", b"")  # UTF-16 puts a NUL beside every ASCII letter
    if b"<!ENTITY" in plain.upper():
        raise NotAFeed("it declares XML entities, which no feed of ours needs and which can blow up a reader")
    # a stream, never the bytes themselves: feedparser would try them as an address and as the name of a file
    found = feedparser.parse(
        io.BytesIO(body), response_headers={"content-type": content_type}, sanitize_html=False, resolve_relative_uris=False
    )
    if not found.get("version"):
        raise NotAFeed("a web page" if _is_html(body) else "no RSS or Atom")
    rows = found.entries
    whole = not _cut_short(found, plain)
    if not whole:
        rows = rows[:-1]
    base = str(found.feed.get("link", ""))
    return Document(tuple(_entry(row, base, drupal=drupal) for row in rows[:ENTRY_LIMIT]), whole)


def _cut_short(found: Any, plain: bytes) -> bool:
    """Whether entries are missing. A document that is not well-formed may still be whole: it ends as it should and no entry was lost."""
    return bool(found.bozo) and (_END.search(plain[-2_000:]) is None or len(found.entries) < len(_ITEM.findall(plain)))


def _is_html(body: bytes) -> bool:
    return re.search(rb"<!doctype html|<html[\s>]", body[:5_000], re.IGNORECASE) is not None


def _entry(row: Any, base: str, *, drupal: bool) -> Found:
    html = str(row["content"][0].get("value", "")) if row.get("content") else str(row.get("summary", ""))
    return Found(
        guid=clean_line(str(row.get("id", ""))),
        title=_title(row),
        url=web_link(str(row.get("link", "")), urljoin("https://www.cbp.gov/", base) if drupal else base),
        published=(_written(created(html)) if drupal else None) or _published(row),
        body=html_to_text(html, leading_spans=3 if drupal else 0) or None,
    )


def _title(row: Any) -> str:
    text = str(row.get("title", ""))
    if "html" in str(row.get("title_detail", {}).get("type", "")):
        return clean_line(html_to_text(text))
    # Drupal escapes its titles twice now and then: "CBP&#039;s"
    return clean_line(_REFERENCE.sub(lambda found: html_lib.unescape(found[0]), text))


def _published(row: Any) -> datetime | None:
    parts = row.get("published_parsed") or row.get("updated_parsed")
    try:
        return sensible(datetime.fromtimestamp(calendar.timegm(parts), UTC)) if parts else None
    except (ValueError, OverflowError, OSError):
        return None


def _written(text: str) -> datetime | None:
    try:
        return sensible(datetime.fromisoformat(text)) if text else None
    except (ValueError, OverflowError):
        return None
