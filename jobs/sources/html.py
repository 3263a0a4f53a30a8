"""Convert untrusted HTML to plain text and safe links."""

import re
import unicodedata
from contextlib import suppress
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit, urlunsplit

from jobs.csms import number_of
from jobs.models.entries import Link
from jobs.sources.repair import mend_references

MAX_FIELD = 20_000  #: Characters of a title or body.
MAX_LINKS = 60  #: Of a body.
MAX_LINK_TEXT, MAX_LINK = 200, 1000  #: Characters of a link's text and address.

_BREAKS = re.compile(r"[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
# control and format characters (bidi overrides, zero-width characters, soft hyphens), lone surrogates
_UNWANTED = frozenset(("Cc", "Cf", "Cs"))

# fmt: off
_BLOCKS = frozenset((
    "address", "article", "aside", "blockquote", "br", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav",
    "ol", "p", "pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul",
))
_CELLS = frozenset(("td", "th"))
_SILENT = frozenset(("head", "script", "style", "template", "title", "noscript"))
_VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))
# fmt: on


def clean_line(text: str) -> str:
    """Remove control and bidi characters; cut at MAX_FIELD."""
    return " ".join(_visible(text).split())[:MAX_FIELD]


def clean_text(text: str) -> str:
    """Remove control and bidi characters and empty lines; cut at MAX_FIELD."""
    lines = (" ".join(line.split()) for line in _visible(text).split("\n"))
    return "\n".join(line for line in lines if line)[:MAX_FIELD].rstrip()


def _visible(text: str) -> str:
    broken = _BREAKS.sub("\n", text).replace("\t", " ")
    if broken.isascii() and broken.replace("\n", " ").isprintable():
        return broken
    return "".join(c for c in broken if c == "\n" or unicodedata.category(c) not in _UNWANTED)


def web_link(url: str, base: str = "") -> str:
    """Return an absolute https link, or "" (javascript:, mailto:, a user name, …). Plain http becomes https: all these servers have it."""
    address = clean_line(url).replace(" ", "%20")
    try:
        parts = urlsplit(urljoin(base, address) if address else "")
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or "\\" in parts.netloc:
            return ""
        if parts.scheme == "http" and parts.port is not None:
            return ""
    except ValueError:
        return ""
    return urlunsplit(("https", *parts[1:]))[:MAX_FIELD]


def html_to_text(html: str, *, leading_spans: int = 0) -> str:
    """Return the text, a line a block, without the first `leading_spans` spans.

    A link to a bulletin gets its number: "this message (CSMS # 69415934)".
    """
    return read_html(html, leading_spans=leading_spans)[0]


def read_html(html: str, base: str = "", *, leading_spans: int = 0) -> tuple[str, tuple[Link, ...]]:
    """Return the text, and the links with an https address, each address once; `base` completes relative ones."""
    reader = _Reader(leading_spans)
    with suppress(AssertionError):  # Python's parser gives up at "<![x"
        reader.feed(mend_references(html))
        reader.close()
    found: dict[str, Link] = {}
    for href, text in reader.links:
        if len(found) < MAX_LINKS and (url := web_link(href, base)) and len(url) <= MAX_LINK:
            found.setdefault(url, Link(clean_line(text)[:MAX_LINK_TEXT], url))
    return clean_text("".join(reader.parts)), tuple(found.values())


def created(html: str) -> str:
    """Return the first <time> element's datetime, or ""."""
    found = re.search(r"<time\b[^<>]*?\bdatetime\s*=\s*[\"']?([^\"'\s>]+)", html[:MAX_FIELD], re.IGNORECASE)
    return found[1] if found else ""


class _Reader(HTMLParser):
    def __init__(self, leading_spans: int) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[tuple[str, str]] = []  # addresses with their texts
        self._leading = leading_spans
        self._skipped = ""  # the tag being skipped
        self._depth = 0
        self._link: tuple[str, int] | None = None  # the address of an open link, and where its text starts

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._skipped:
            self._depth += tag == self._skipped
        elif tag in _SILENT or (tag not in _VOID and _names_staff(attrs)) or (tag == "span" and self._leading > 0):
            self._leading -= tag == "span"
            self._skipped, self._depth = tag, 1
        else:
            self._leading = 0
            self._break(tag)
            if tag == "a":
                href = dict(attrs).get("href") or ""
                self._link = (href, len(self.parts)) if href else None

    def handle_endtag(self, tag: str) -> None:
        if self._skipped:
            self._depth -= tag == self._skipped
            if self._depth == 0:
                self._skipped = ""
            return
        if tag == "a" and self._link:
            href, start = self._link
            text = "".join(self.parts[start:])
            self.links.append((href, text))
            number = number_of(href)
            if number and number not in text:
                self.parts.append(f" (CSMS # {number})")
            self._link = None
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if self._skipped:
            return
        if data.strip():
            self._leading = 0
        # a line break in the source is a space on the page
        self.parts.append(data.replace("\n", " ").replace("\r", " "))

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in _CELLS:
            self.parts.append(" ")


def _names_staff(attrs: list[tuple[str, str | None]]) -> bool:
    values = {name: value or "" for name, value in attrs}
    classes = values.get("class", "").split()
    return bool(
        {"field--name-title", "field--name-uid", "field--name-created", "username"} & set(classes)
    ) or "schema:Person" in values.get("typeof", "")
