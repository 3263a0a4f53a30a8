"""Spans of text as Slack may be shown them: nobody is mentioned, nothing is formatted, no link hides where it leads.

Rich text and plain text are read by Slack as they are. mrkdwn is not, so there text is escaped and its marks are replaced.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

from handlers.reply import Line, Span
from handlers.text import clean

MOST_CHUNK = 2_800
"""Characters, as JSON counts them, of one run of text."""
MOST_URL = 3_000
MOST_ESCAPE = 12
"""Characters of JSON that a single one can become."""

Json = dict[str, Any]


def escape(text: str) -> str:
    """For mrkdwn and for the top-level text: the three characters that Slack gives a meaning, in Slack's order."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def joined(words: Line) -> Iterator[Span]:
    """The line with neighbours that look alike put together: half the JSON of a list."""
    waiting: Span | None = None
    for span in words:
        if waiting is not None and looks(span) == looks(waiting):
            waiting = replace(waiting, text=waiting.text + span.text)
            continue
        if waiting is not None:
            yield waiting
        waiting = span
    if waiting is not None:
        yield waiting


def looks(span: Span) -> tuple[object, ...]:
    """All of a span but its text."""
    return span.bold, span.italic, span.code, span.link


def elements_of(span: Span) -> Iterator[Json]:
    """A run of text in pieces that are not too long, and its link if it is one that may be shown."""
    style = {name: True for name, on in (("bold", span.bold), ("italic", span.italic), ("code", span.code)) if on}
    styled = {"style": style} if style else {}
    link = address(span.link) if span.link else None
    text = inert(clean(span.text))
    honest = link is None or not misleading(text, link)
    for chunk in chunks(text):
        if link is not None and honest:
            yield {"type": "link", "url": link, "text": chunk} | styled
        else:
            yield {"type": "text", "text": chunk} | styled
    if link is not None and not honest:
        yield {"type": "text", "text": " "}
        yield {"type": "link", "url": link, "text": f"({urlsplit(link).hostname})"}


def chunks(text: str) -> Iterator[str]:
    """The text in pieces of at most MOST_CHUNK characters of JSON, where a letter beyond ASCII counts six or twelve."""
    if 0 < len(text) * MOST_ESCAPE < MOST_CHUNK - 2:  # nearly always, and cheaper than to weigh it
        yield text
        return
    start = 0
    while start < len(text):
        size = len(text) - start
        while weight(text[start : start + size]) > MOST_CHUNK:
            size = max(1, size * MOST_CHUNK // (weight(text[start : start + size]) + 12))
        yield text[start : start + size]
        start += size


FORMATTING = str.maketrans({"*": "∗", "`": "ˋ", "~": "∼"})
"""Marks of Slack's own, as signs that look like them."""


def mrkdwn(span: Span) -> Iterator[str]:
    """A run of text in pieces, escaped. A link's address is cut off from its words by "|", so neither may hold one."""
    link = address(span.link) if span.link else None
    text = re.sub(r"(?<!\w)_|_(?!\w)", "ˍ", inert(clean(span.text)).translate(FORMATTING))
    most_link = MOST_CHUNK // 2
    if link is None or len(link) > most_link:
        for chunk in small_chunks(text):
            yield escape(chunk)
        return
    words = text.replace("|", "∣").strip() or link
    shown = urlsplit(link).hostname or link if misleading(words, link) else words
    for chunk in small_chunks(shown):
        yield f"<{link}|{escape(chunk)}>"


def small_chunks(text: str) -> Iterator[str]:
    """Pieces of 200 characters: escaped and with a long link, one is still not too long."""
    return (text[start : start + 200] for start in range(0, len(text), 200))


def plain_text(text: str) -> Json:
    return {"type": "plain_text", "text": inert(text), "emoji": False}


def inert(text: str) -> str:
    """Slack reads no "<!channel>" here, but an export or a bridge to elsewhere may: a word joiner, which nobody sees, parts its signs."""
    return re.sub(r"<(?=[!@#])", "<\u2060", text)


def address(link: str) -> str | None:
    """The link as it may stand in a message, or None: https (http on this computer only), a host, nothing that ends it early."""
    try:
        parts = urlsplit(link)
        host = parts.hostname
    except ValueError:
        return None
    local = parts.scheme == "http" and host in ("127.0.0.1", "localhost", "::1")
    if not host or not (parts.scheme == "https" or local) or "@" in parts.netloc or re.search(r"[\s\x00-\x1f\x7f\\]", link):
        return None
    safe = quote(link, safe="%/:?#[]@!$&'()*+,;=~-._")
    return safe if len(safe) <= MOST_URL else None


def misleading(text: str, link: str) -> bool:
    """The words look like an address of another host than the one they lead to."""
    shown = re.match(r"\s*(?:https?://)?(?:www\.)?((?:[\w-]+\.)+[a-z]{2,})(?=[/:?#]|\s*$)", text, re.IGNORECASE)
    if shown is None:
        return False
    return shown[1].casefold() != (urlsplit(link).hostname or "").casefold().removeprefix("www.")


ENCODE = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
"""json.dumps would make an encoder for every word that is weighed."""


def weight(value: Any) -> int:
    """Characters of JSON, where a letter beyond ASCII is written out."""
    return len(ENCODE(value))
