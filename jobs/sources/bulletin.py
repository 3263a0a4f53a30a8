"""Parse the page of one bulletin at GovDelivery: its subject, the time of sending, and its text."""

import html
import re
from html.parser import HTMLParser

from jobs.sources.dates import parse_date
from jobs.sources.document import Document, Found, NotAFeed
from jobs.sources.html import clean_line, html_to_text, read_html
from jobs.sources.repair import mend_references

MAX_PAGE = 2_000_000  #: Characters that are read.

_SENT = re.compile(r"\bsent this (?:\w+ )?bulletin (?:at|on) (?P<when>.{8,60})", re.IGNORECASE | re.DOTALL)
_CHARSET = re.compile(r"charset=[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_VOID = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))


def read(body: bytes, content_type: str, url: str = "") -> Document:
    """Return the bulletin as the document's only entry. Raises NotAFeed for a page that has none."""
    reader = _Parts()
    reader.feed(mend_references(_decode(body, content_type)[:MAX_PAGE]))
    reader.close()
    text, links = read_html("".join(reader.found["body"]), url)
    if not text:
        raise NotAFeed("no page of a bulletin with a text")
    subject, dateline = (clean_line(html_to_text("".join(reader.found[name]))) for name in ("subject", "dateline"))
    sent = _SENT.search(dateline)
    return Document((Found("", subject, url, parse_date(sent["when"]) if sent else None, text, links=links),))


def _decode(body: bytes, content_type: str) -> str:
    named = _CHARSET.search(content_type)
    try:
        return body.decode(named[1] if named else "utf-8-sig", "replace")
    except LookupError:
        return body.decode("utf-8-sig", "replace")


class _Parts(HTMLParser):
    """Keeps the inner HTML of the three elements that hold a bulletin."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, list[str]] = {"subject": [], "dateline": [], "body": []}
        self._inside = ""
        self._tag = ""
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._inside:
            self._depth += tag == self._tag
            self.found[self._inside].append(self.get_starttag_text() or "")
        elif tag not in _VOID and (name := _name(dict(attrs))) and not self.found[name]:
            self._inside, self._tag, self._depth = name, tag, 1

    def handle_endtag(self, tag: str) -> None:
        if not self._inside:
            return
        self._depth -= tag == self._tag
        if self._depth == 0:
            self._inside = ""
        else:
            self.found[self._inside].append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[self._inside].append(html.escape(data))


def _name(attrs: dict[str, str | None]) -> str:
    classes = (attrs.get("class") or "").split()
    if attrs.get("id") == "bulletin_body":
        return "body"
    return "subject" if "bulletin_subject" in classes else "dateline" if "dateline" in classes else ""
