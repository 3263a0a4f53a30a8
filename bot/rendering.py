"""Helpers that the renderers of all platforms share."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from handlers.replies.reply import Line, Span

_ENCODE = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
"""Made once: json.dumps would make one for every value."""


_DATE = re.compile(r"(?<![\w.,-])([0-9]{1,2}) (?=(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b)")


def keep_dates_whole(text: str) -> str:
    """Return a text in which no line breaks inside "9 Feb". `clean` would undo it."""
    return _DATE.sub("\\1\u00a0", text)


def join_spans(words: Line) -> Iterator[Span]:
    """Join adjacent spans of the same style, which halves the JSON of a list."""
    waiting: Span | None = None
    for span in words:
        if waiting is not None and _style(span) == _style(waiting):
            waiting = replace(waiting, text=waiting.text + span.text)
            continue
        if waiting is not None:
            yield waiting
        waiting = span
    if waiting is not None:
        yield waiting


def json_length(value: Any) -> int:
    """Return the number of characters of JSON, with characters beyond ASCII escaped."""
    return len(_ENCODE(value))


def split_text(text: str, most: int, length: Callable[[str], int]) -> list[str]:
    """Split a text into pieces of at most `most`, measured by `length`: at the ends of lines where possible."""
    pieces: list[str] = []
    for line in text.split("\n"):
        joined = f"{pieces[-1]}\n{line}" if pieces else line
        if pieces and length(joined) <= most:
            pieces[-1] = joined
            continue
        rest = line
        while length(rest) > most:
            size = most
            while length(rest[:size]) > most:
                size -= max(1, (length(rest[:size]) - most) // 6)  # one character becomes six at most ("\\u00e9", "&quot;")
            pieces.append(rest[:size])
            rest = rest[size:]
        pieces.append(rest)
    return pieces


def _style(span: Span) -> tuple[object, ...]:
    return span.bold, span.italic, span.code, span.link, span.person, span.quiet
