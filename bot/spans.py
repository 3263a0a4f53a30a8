"""Spans of text as any platform may be shown them: neighbours put together, links that are what they say, and what it all weighs."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlsplit

from handlers.reply import Line, Span

MOST_URL = 3_000


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
