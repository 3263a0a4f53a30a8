"""Parse RSS and Atom of GovDelivery and Drupal. `bozo` alone is no error: what matters is whether the document was cut short."""

import calendar
import codecs
import html as html_lib
import io
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import feedparser

from jobs.sources.document import MAX_ENTRIES, Document, Found, NotAFeed, sensible
from jobs.sources.html import clean_line, created, html_to_text, web_link

_END = re.compile(r"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_ITEM = re.compile(r"<(?:item|entry)[\s>]", re.IGNORECASE)
_HTML = re.compile(r"<!doctype html|<html[\s>]", re.IGNORECASE)
_LABEL = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_ONE_BYTE = re.compile(r"(?:iso-8859-\d{1,2}|windows-125\d|latin-?1)")
_DECLARED = re.compile(r"\A(\s*<\?xml\b[^>]*?)\s+encoding\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|amp|quot|apos|lt|gt|nbsp);", re.IGNORECASE)


def read(body: bytes, content_type: str, *, drupal: bool = False) -> Document:
    text, clean = decode(body, content_type)
    if "<!ENTITY" in text.upper():
        raise NotAFeed("it declares XML entities, which no real feed needs and which can exhaust a parser")
    # a stream: feedparser would try bytes as a URL and as a file name
    found = feedparser.parse(
        io.BytesIO(text.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not found.get("version"):
        raise NotAFeed("a web page" if _HTML.search(text[:5_000]) else "not RSS or Atom")
    # malformed, but whole: it ends as it should and no entry was lost
    whole = not found.bozo or (_END.search(text[-2_000:]) is not None and len(found.entries) >= len(_ITEM.findall(text)))
    rows = found.entries if whole else found.entries[:-1]
    base = str(found.feed.get("link", ""))
    return Document(tuple(_entry(row, base, drupal=drupal) for row in rows[:MAX_ENTRIES]), whole, clean and not found.bozo)


def read_drupal(body: bytes, content_type: str) -> Document:
    """Descriptions of cbp.gov start with three spans (title, editor's login, date)."""
    return read(body, content_type, drupal=True)


def decode(body: bytes, content_type: str) -> tuple[str, bool]:
    """Return the text that XML allows, and whether it was sound. Valid UTF-8 is UTF-8 whatever its label."""
    if body.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        text = body.decode("utf-16", "replace")
    else:
        text = body.decode("utf-8-sig", "replace")
        bad = text.count("\ufffd")
        if bad and bad >= sum(not c.isascii() for c in text) - bad:
            label = _LABEL.search(content_type.encode("ascii", "ignore") + b" " + body[:200])
            name = label[1].decode("ascii").lower() if label else ""
            text = body.decode(name if _ONE_BYTE.fullmatch(name) else "windows-1252", "replace")
    allowed = _FORBIDDEN.sub("", text)
    return _DECLARED.sub(r"\1", allowed, count=1), allowed == text and "\ufffd" not in text


def _entry(row: Any, base: str, *, drupal: bool) -> Found:
    html = str(row["content"][0].get("value", "")) if row.get("content") else str(row.get("summary", ""))
    return Found(
        guid=clean_line(str(row.get("id", ""))),
        title=_title(row),
        url=web_link(str(row.get("link", "")), urljoin("https://www.cbp.gov/", base) if drupal else base),
        published=(_drupal_date(created(html)) if drupal else None) or _published(row),
        body=html_to_text(html, leading_spans=3 if drupal else 0) or None,
    )


def _title(row: Any) -> str:
    text = str(row.get("title", ""))
    if "html" in str(row.get("title_detail", {}).get("type", "")):
        return clean_line(html_to_text(text))
    # Drupal escapes some titles twice: "CBP&#039;s"
    return clean_line(_REFERENCE.sub(lambda found: html_lib.unescape(found[0]), text))


def _published(row: Any) -> datetime | None:
    parts = row.get("published_parsed")
    if not parts and "updated_parsed" in row:  # feedparser warns about a missing key
        parts = row["updated_parsed"]
    try:
        return sensible(datetime.fromtimestamp(calendar.timegm(parts), UTC)) if parts else None
    except (ValueError, OverflowError, OSError):
        return None


def _drupal_date(text: str) -> datetime | None:
    try:
        return sensible(datetime.fromisoformat(text)) if text else None
    except (ValueError, OverflowError):
        return None
