"""Spans of text as Slack may be shown them: nobody is mentioned, nothing is formatted, no link hides where it leads.

Rich text and plain text are read by Slack as they are. mrkdwn is not, so there text is escaped and its marks are replaced.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from bot.rendering import json_length
from bot.urls import is_misleading, safe_link
from handlers.replies.reply import Span
from handlers.replies.text import clean

MAX_CHUNK = 2_800
"""Characters, as JSON counts them, of one run of text."""
MAX_ESCAPE = 12
"""Characters of JSON that a single one can become."""

Json = dict[str, Any]


def escape(text: str) -> str:
    """For mrkdwn and for the top-level text: the three characters that Slack gives a meaning, in Slack's order."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def elements_of(span: Span) -> Iterator[Json]:
    """A run of text in pieces that are not too long, and its link if it is one that may be shown."""
    style = {name: True for name, on in (("bold", span.bold), ("italic", span.italic), ("code", span.code)) if on}
    styled = {"style": style} if style else {}
    link = safe_link(span.link) if span.link else None
    text = inert(clean(span.text))
    honest = link is None or not is_misleading(text, link)  # else the host stands beside the words, and is the link
    for chunk in chunks(text):
        if link is not None and honest:
            yield {"type": "link", "url": link, "text": chunk} | styled
        else:
            yield {"type": "text", "text": chunk} | styled
    if link is not None and not honest:
        yield {"type": "text", "text": " "}
        yield {"type": "link", "url": link, "text": f"({urlsplit(link).hostname})"}


def chunks(text: str) -> Iterator[str]:
    """The text in pieces of at most MAX_CHUNK characters of JSON, where a letter beyond ASCII counts six or twelve."""
    if 0 < len(text) * MAX_ESCAPE < MAX_CHUNK - 2:  # nearly always, and cheaper than to weigh it
        yield text
        return
    start = 0
    while start < len(text):
        size = len(text) - start
        while json_length(text[start : start + size]) > MAX_CHUNK:
            size = max(1, size * MAX_CHUNK // (json_length(text[start : start + size]) + 12))
        yield text[start : start + size]
        start += size


FORMATTING = str.maketrans({"*": "∗", "`": "ˋ", "~": "∼"})
"""Marks of Slack's own, as signs that look like them."""


def mrkdwn(span: Span) -> Iterator[str]:
    """A run of text in pieces, escaped. A link's address is cut off from its words by "|", so neither may hold one."""
    link = safe_link(span.link) if span.link else None
    text = re.sub(r"(?<!\w)_|_(?!\w)", "ˍ", inert(clean(span.text)).translate(FORMATTING))
    most_link = MAX_CHUNK // 2
    if link is None or len(link) > most_link:
        for chunk in small_chunks(text):
            yield escape(chunk)
        return
    words = text.replace("|", "∣")
    if is_misleading(words, link):
        for chunk in small_chunks(f"{words.rstrip()} " if words.strip() else ""):
            yield escape(chunk)
        words = f"({urlsplit(link).hostname})"
    for chunk in small_chunks(words.strip() or link):
        yield f"<{link}|{escape(chunk)}>"


def small_chunks(text: str) -> Iterator[str]:
    """Pieces of 200 characters: escaped and with a long link, one is still not too long."""
    return (text[start : start + 200] for start in range(0, len(text), 200))


def plain_text(text: str) -> Json:
    return {"type": "plain_text", "text": inert(text), "emoji": False}


def inert(text: str) -> str:
    """Slack reads no "<!channel>" here, but an export or a bridge to elsewhere may: a word joiner, which nobody sees, parts its signs."""
    return re.sub(r"<(?=[!@#])", "<\u2060", text)
