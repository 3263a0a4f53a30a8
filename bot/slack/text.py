"""Render spans of text for Slack so that they mention nobody, format nothing and no link hides where it leads.

Slack shows rich text and plain text as they are. It parses mrkdwn, so text in it is escaped and formatting characters are replaced.
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
"""Maximum characters of JSON of one run of text."""

MAX_ESCAPE = 12
"""Characters of JSON that one character can become."""

MAX_LINK = MAX_CHUNK // 2
"""Maximum characters of a link's address in mrkdwn."""

Json = dict[str, Any]


def escape(text: str) -> str:
    """Escape the three characters that mean something to Slack, in its order."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def span_elements(span: Span) -> Iterator[Json]:
    """Render a span as rich text elements that are short enough."""
    style = {name: True for name, on in (("bold", span.bold), ("italic", span.italic), ("code", span.code)) if on}
    styled = {"style": style} if style else {}
    link = safe_link(span.link) if span.link else None
    text = defuse(clean(span.text))
    honest = link is None or not is_misleading(text, link)  # otherwise the link is the host, behind the words
    for chunk in chunks(text):
        if link is not None and honest:
            yield {"type": "link", "url": link, "text": chunk} | styled
        else:
            yield {"type": "text", "text": chunk} | styled
    if link is not None and not honest:
        yield {"type": "text", "text": " "}
        yield {"type": "link", "url": link, "text": f"({urlsplit(link).hostname})"}


def chunks(text: str) -> Iterator[str]:
    """Split text into pieces of at most MAX_CHUNK characters of JSON."""
    if 0 < len(text) * MAX_ESCAPE < MAX_CHUNK - 2:  # nearly always, and cheaper than measuring
        yield text
        return
    start = 0
    while start < len(text):
        size = len(text) - start
        while json_length(text[start : start + size]) > MAX_CHUNK:
            size = max(1, size * MAX_CHUNK // (json_length(text[start : start + size]) + 12))
        yield text[start : start + size]
        start += size


FORMATTING_CHARACTERS = str.maketrans({"*": "∗", "`": "ˋ", "~": "∼"})
"""Slack's formatting characters, as characters that look like them."""


def mrkdwn(span: Span) -> Iterator[str]:
    """Render a span as escaped mrkdwn. "|" separates a link's address from its words, so neither may hold one."""
    link = safe_link(span.link) if span.link else None
    text = re.sub(r"(?<!\w)_|_(?!\w)", "ˍ", defuse(clean(span.text)).translate(FORMATTING_CHARACTERS))
    if link is None or len(link) > MAX_LINK:
        for chunk in _small_chunks(text):
            yield escape(chunk)
        return
    words = text.replace("|", "∣")
    if is_misleading(words, link):
        for chunk in _small_chunks(f"{words.rstrip()} " if words.strip() else ""):
            yield escape(chunk)
        words = f"({urlsplit(link).hostname})"
    for chunk in _small_chunks(words.strip() or link):
        yield f"<{link}|{escape(chunk)}>"


def _small_chunks(text: str) -> Iterator[str]:
    """Split text into pieces that are short enough even when escaped and with a long link."""
    return (text[start : start + 200] for start in range(0, len(text), 200))


def plain_text(text: str) -> Json:
    return {"type": "plain_text", "text": defuse(text), "emoji": False}


def defuse(text: str) -> str:
    """Break up "<!channel>" by an invisible word joiner, for exports and bridges: Slack does not parse it here."""
    return re.sub(r"<(?=[!@#])", "<\u2060", text)
