"""Parse RSS and Atom of GovDelivery and Drupal. `bozo` alone is no error: what matters is whether the document was cut short."""

import codecs
import html as html_lib
import io
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any
from xml.parsers import expat

import feedparser

from jobs.sources.dates import parse_date
from jobs.sources.document import Document, Found, NotAFeed, cut_warning, newest
from jobs.sources.html import clean_line, created, html_to_text, read_html, web_link
from jobs.sources.repair import drop_bad_bases, hide_media_texts, mend_markup, mend_references

_END = re.compile(r"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_ITEM = re.compile(r"<(?:item|entry)[\s>]", re.IGNORECASE)
_ITEM_END = re.compile(r"</(?:item|entry)\s*>", re.IGNORECASE)
_ROOT = re.compile(r".*?<(?:channel|feed)\b[^<>]*>", re.IGNORECASE | re.DOTALL)
_CLOSING = re.compile(r"(?:</(?:channel|rss|feed|(?:\w+:)?rdf)\s*>\s*)+\Z", re.IGNORECASE)
_LINK = re.compile(r"<link>([^<>]*)</link>", re.IGNORECASE)
_OTHER_TAG = re.compile(
    r"</?(?!(?:item|entry|title|link|guid|id|pubDate|published|updated|description|summary|content(?::encoded)?)[\s/>])[a-z][^<>]*>",
    re.IGNORECASE,
)
_TITLE = re.compile(r"<title[\s>]", re.IGNORECASE)
_IDENTITY = re.compile(r"<(?:id|guid|link)[\s/>]", re.IGNORECASE)
_DATE = re.compile(r"<(?:pubDate|published|updated|dc:date)[^<>]*>([^<>]*)<", re.IGNORECASE)
_HTML = re.compile(r"<!doctype html|<html[\s>]", re.IGNORECASE)
_LABEL = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_ONE_BYTE = re.compile(r"(?:iso-8859-[0-9]{1,2}|windows-125[0-9]|latin-?1)")
_DECLARED = re.compile(r"\A(\s*<\?xml\b[^>]*?)\s+encoding\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SURROGATES = re.compile(rb"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|amp|quot|apos|lt|gt|nbsp);", re.IGNORECASE)

MAX_HEAD = 50_000  #: Characters before the first entry that each entry is parsed with if need be.


def read(body: bytes, content_type: str, url: str = "", *, drupal: bool = False) -> Document:
    """`url` is the address that answered; relative links start there."""
    text, clean = decode(body, content_type)
    if "<!ENTITY" in _ITEM.split(text, maxsplit=1)[0].upper():
        raise NotAFeed("it declares XML entities, which no real feed needs and which can exhaust a parser")
    text = drop_bad_bases(hide_media_texts(mend_references(text)))
    if not _is_well_formed(text):
        text = mend_markup(text)
    text, left_out = _cut(text)
    found = _parse(text)
    if not found.is_feed:
        raise NotAFeed("a web page" if _HTML.search(text[:5_000]) else "not RSS or Atom")
    base = web_link(found.link, url) or url
    entries = tuple(_entry(row, base, drupal=drupal) for row in found.rows)
    warnings = (f"entries that cannot be read: {found.broken}",) if found.broken else ()
    return Document(entries, found.whole, clean and found.sound, (*warnings, *cut_warning(left_out)))


def read_drupal(body: bytes, content_type: str, url: str = "") -> Document:
    """Descriptions of cbp.gov start with three spans (title, editor's login, date)."""
    return read(body, content_type, url or "https://www.cbp.gov/", drupal=True)


def _is_well_formed(text: str) -> bool:
    parser = expat.ParserCreate(namespace_separator=" ")
    try:
        parser.Parse(text.encode(), True)
    except expat.ExpatError:
        return False
    return True


def _cut(text: str) -> tuple[str, int]:
    """Leave out the oldest entries of a long document; return how many."""
    head, pieces, tail = _split(text)
    kept = newest([_date(piece) for piece in pieces])
    if len(kept) == len(pieces):
        return text, 0
    return "".join((head, *(pieces[place] for place in kept), tail)), len(pieces) - len(kept)


def _split(text: str) -> tuple[str, list[str], str]:
    """Return what comes before the entries, the entries, and what comes after them. An entry ends at its end tag, or else at the next."""
    pieces: list[str] = []
    head, at = "", 0
    for end in (*(found.end() for found in _ITEM_END.finditer(text)), len(text)):
        starts = [found.start() for found in _ITEM.finditer(text, at, end)]
        if not starts and end == len(text):
            break
        if not pieces:
            head = text[: starts[0]] if starts else (found[0] if (found := _ROOT.match(text[:MAX_HEAD])) else "")
        if starts:
            pieces += [text[start:stop] for start, stop in pairwise((*starts, end))]
        elif pieces and _continues(text[at:end], pieces[-1]):
            pieces[-1] = _ITEM_END.sub("", pieces[-1]) + text[at:end]
        else:
            pieces.append(f"<item>{text[at:end]}")
        at = end
    return (head, pieces, text[at:]) if pieces else (text, [], "")


def _continues(rest: str, entry: str) -> bool:
    """Return whether a stray end tag cut an entry in two: what follows has its title, but no identity."""
    return _TITLE.search(entry) is None and _TITLE.search(rest) is not None and _IDENTITY.search(rest) is None


def _date(piece: str) -> datetime | None:
    found = _DATE.search(piece)
    return parse_date(found[1]) if found else None


@dataclass(frozen=True, slots=True)
class _Rows:
    rows: list[Any]  #: feedparser's entries.
    link: str  #: The feed's own.
    is_feed: bool
    whole: bool
    sound: bool
    broken: int = 0  #: Entries that the parser refused.


def _parse(text: str) -> _Rows:
    sound = _is_well_formed(text)
    if sound or not _ITEM.search(text):
        with suppress(Exception):  # one of the entries is more than feedparser can take
            found = _feedparser(text)
            whole = sound or _END.search(text[-2_000:]) is not None
            return _Rows(found.entries, str(found.feed.get("link", "")), bool(found.get("version")), whole, sound)
    return _parse_each(text)


def _parse_each(text: str) -> _Rows:
    """Parse each entry in a document of its own, so that one can spoil no other."""
    head, pieces, tail = _split(text)
    root = found[0] if (found := _ROOT.match(head[:MAX_HEAD])) else head[:MAX_HEAD]
    closing = found[0] if (found := _CLOSING.search(tail[-200:])) else ""
    documents = []
    for piece in pieces:
        for tried in (piece, _OTHER_TAG.sub("", piece)):
            with suppress(Exception):
                documents.append(_feedparser(root + tried + closing))
                break
    rows = [document.entries[0] for document in documents if document.entries]
    broken = len(pieces) - len(rows)
    is_cut = bool(pieces) and not _ITEM_END.search(pieces[-1])
    if is_cut:
        rows = rows[:-1]
    link = found[1] if (found := _LINK.search(head)) else ""
    is_feed = any(document.get("version") for document in documents)
    return _Rows(_join(rows), link, is_feed, not is_cut and _END.search(tail[-2_000:]) is not None, False, broken)


def _join(rows: list[Any]) -> list[Any]:
    """Join the two parts of an entry that a stray tag split: one without a guid and, after it, one without a title."""
    joined: list[Any] = []
    for row in rows:
        if joined and not row.get("title") and not joined[-1].get("id"):
            for name in row:
                joined[-1].setdefault(name, row[name])
        else:
            joined.append(row)
    return joined


def _feedparser(text: str) -> Any:
    # a stream: feedparser would try bytes as a URL and as a file name
    return feedparser.parse(
        io.BytesIO(text.encode()),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )


def decode(body: bytes, content_type: str) -> tuple[str, bool]:
    """Return the text that XML allows, and whether it was sound. Valid UTF-8 is UTF-8 whatever its label."""
    if body.startswith((codecs.BOM_UTF16_BE, codecs.BOM_UTF16_LE)):
        text = body.decode("utf-16", "replace")
    else:
        text = _SURROGATES.sub(_join_surrogates, body).decode("utf-8-sig", "replace")
        bad = text.count("\ufffd")
        if bad and bad >= sum(not c.isascii() for c in text) - bad:
            label = _LABEL.search(content_type.encode("ascii", "ignore") + b" " + body[:200])
            name = label[1].decode("ascii").lower() if label else ""
            text = body.decode(name if _ONE_BYTE.fullmatch(name) else "windows-1252", "replace")
    allowed = _FORBIDDEN.sub("", text)
    return _DECLARED.sub(r"\1", allowed, count=1), allowed == text and "\ufffd" not in text


def _join_surrogates(found: re.Match[bytes]) -> bytes:
    """Some programs encode the two surrogates of an emoji one by one."""
    return found[0].decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16").encode()


def _entry(row: Any, base: str, *, drupal: bool) -> Found:
    html = str(row["content"][0].get("value", "")) if row.get("content") else str(row.get("summary", ""))
    body, links = read_html(html, base, leading_spans=3 if drupal else 0)
    return Found(
        guid=clean_line(str(row.get("id", ""))),
        title=_title(row),
        url=web_link(str(row.get("link", "")), base),
        published=(parse_date(created(html)) if drupal else None) or _published(row),
        body=body or None,
        links=links,
    )


def _title(row: Any) -> str:
    text = str(row.get("title", ""))
    if "html" in str(row.get("title_detail", {}).get("type", "")):
        return clean_line(html_to_text(text))
    # Drupal escapes some titles twice: "CBP&#039;s"
    return clean_line(_REFERENCE.sub(lambda found: html_lib.unescape(found[0]), mend_references(text)))


def _published(row: Any) -> datetime | None:
    # feedparser warns about a missing key
    return next((date for name in ("published", "updated") if name in row and (date := parse_date(str(row[name])))), None)
