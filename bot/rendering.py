"""Helpers that the renderers of all platforms share."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from handlers.replies.reply import Line, Span

_ENCODE = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode
"""Created once: json.dumps would create an encoder for every value that is measured."""


def join_spans(words: Line) -> Iterator[Span]:
    """Yield the line's spans with adjacent ones of the same style joined, which halves the JSON of a list."""
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
    """Return the number of characters of the value's JSON, with characters beyond ASCII escaped."""
    return len(_ENCODE(value))


def _style(span: Span) -> tuple[object, ...]:
    return span.bold, span.italic, span.code, span.link
