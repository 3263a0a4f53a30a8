"""Render spans of text for Slack: they format nothing, mention nobody but the person of a span, and no link hides where it leads.

Slack parses only mrkdwn, so text in it is escaped and its formatting characters are replaced.
"""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from bot.rendering import json_length, keep_dates_whole
from bot.urls import is_misleading, safe_link
from handlers.replies.reply import Line, Span
from handlers.replies.text import clean

MAX_CHUNK, MAX_LINK = 2_800, 1_400
"""Maximum characters of JSON of one run of text, and characters of a link's address in mrkdwn."""

MAX_ESCAPE = 12
"""Characters of JSON that one character can become."""

Json = dict[str, Any]

_USER_ID = re.compile(r"[UW][A-Z0-9]{1,30}")


def escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def span_elements(span: Span) -> Iterator[Json]:
    style = {name: True for name, on in (("bold", span.bold), ("italic", span.italic), ("code", span.code)) if on}
    styled = {"style": style} if style else {}
    if is_mention(span):
        yield {"type": "user", "user_id": span.person} | styled
        return
    link = safe_link(span.link) if span.link else None
    text = defuse(clean(span.text))
    text = text if span.code else keep_dates_whole(text)
    honest = link is None or not is_misleading(text, link)  # otherwise the link is the host, behind the words
    for chunk in chunks(text):
        element: Json = {"type": "link", "url": link} if link is not None and honest else {"type": "text"}
        yield element | {"text": chunk} | styled
    if link is not None and not honest:
        yield {"type": "text", "text": " "}
        yield {"type": "link", "url": link, "text": f"({urlsplit(link).hostname})"}


def is_mention(span: Span) -> bool:
    return _USER_ID.fullmatch(span.person) is not None


def chunks(text: str) -> Iterator[str]:
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
"""Replaces Slack's formatting characters with similar ones."""


def mrkdwn(span: Span) -> Iterator[str]:
    """In mrkdwn, "|" separates a link's address from its words, so neither may hold one."""
    if is_mention(span):
        yield f"<@{span.person}>"
        return
    link = safe_link(span.link) if span.link else None
    text = re.sub(r"(?<!\w)_|_(?!\w)", "ˍ", keep_dates_whole(defuse(clean(span.text))).translate(FORMATTING_CHARACTERS))
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


def mrkdwn_line(words: Line) -> str:
    """Render a line with its bold parts, which Slack recognizes only between white space or punctuation."""
    text = ""
    for place, span in enumerate(words):
        piece = "".join(mrkdwn(span))
        core = piece.strip()
        after = words[place + 1].text[:1] if place + 1 < len(words) else ""
        if span.bold and core and not text[-1:].isalnum() and not (after.isalnum() and piece.endswith(core)):
            piece = piece.replace(core, f"*{core}*", 1)
        text += piece
    return text


def _small_chunks(text: str) -> Iterator[str]:
    """Return pieces that are short enough even when escaped and with a long link."""
    return (text[start : start + 200] for start in range(0, len(text), 200))


def plain_text(text: str) -> Json:
    return {"type": "plain_text", "text": defuse(text), "emoji": False}


def defuse(text: str) -> str:
    """Break up "<!channel>" by an invisible word joiner, for exports and bridges."""
    return re.sub(r"<(?=[!@#])", "<\u2060", text)
