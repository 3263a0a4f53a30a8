"""What a platform sends, read without trust: what is missing or of another shape is empty. Pure."""

from collections.abc import Mapping
from typing import Any

Payload = Mapping[str, Any]


def part(payload: Payload, name: str) -> Payload:
    """An object within."""
    value = payload.get(name)
    return value if isinstance(value, Mapping) else {}


def parts(payload: Payload, name: str) -> list[Payload]:
    """The objects of a list within."""
    value = payload.get(name)
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def text(payload: Payload, name: str) -> str:
    """A string within, without what no database and no answer can hold: half characters and NUL."""
    value = payload.get(name)
    if not isinstance(value, str):
        return ""
    return value.replace("\x00", "") if value.isascii() else value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
