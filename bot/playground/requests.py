"""What the page sends with a request, read and checked. What it would never send is refused in words."""

import json
from typing import Any

from starlette.requests import Request

from bot.playground import channels
from bot.playground.channels import Room
from content.search.text import without_surrogates

BODY_BYTES = 16_384
MESSAGES_BYTES = 1_048_576
"""Of messages that the page wants to show otherwise."""
TEXT_CHARACTERS = 2_000
ONCE_CHARACTERS = 64

Given = dict[str, Any]
"""The query of a GET, the JSON of a POST; `as`, of the query of either, is the look in which the page shows what comes back."""


class Refused(Exception):
    """A request that the page itself would never send. `status`: HTTP's."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


async def body(request: Request, most: int) -> Given:
    """A JSON object of at most so many bytes."""
    read = b""
    async for chunk in request.stream():
        read += chunk
        if len(read) > most:
            raise Refused(413, f"At most {most} bytes.")
    try:
        given = json.loads(read)
    except (ValueError, RecursionError):
        raise Refused(400, "The body must be JSON.") from None
    if not isinstance(given, dict):
        raise Refused(400, "The body must be a JSON object.")
    return given


def room_of(given: Given) -> Room:
    room = channels.room(given.get("channel"))
    if room is None:
        raise Refused(404, "There is no such channel here.")
    return room


def text_of(given: Given) -> str:
    text = given.get("text")
    if not isinstance(text, str) or not text.strip():
        raise Refused(400, "Type a command or a question.")
    if len(text) > TEXT_CHARACTERS:
        raise Refused(400, f"At most {TEXT_CHARACTERS} characters.")
    return without_surrogates(text.strip())


def once_of(given: Given) -> str:
    once = given.get("once", "")
    if not isinstance(once, str) or len(once) > ONCE_CHARACTERS:
        raise Refused(400, f"`once` is a string of at most {ONCE_CHARACTERS} characters.")
    return once
