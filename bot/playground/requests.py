"""Read and check the requests of the playground's page."""

import json
from typing import Any

from starlette.requests import Request

from bot.playground.channels import CHANNELS, PlaygroundChannel
from content.search.text import without_surrogates

MAX_BODY_BYTES = 16_384
MAX_CARDS_BYTES = 1_048_576
"""Maximum bytes of a request for cards, which contains the messages."""
MAX_TEXT_CHARACTERS = 2_000
MAX_EVENT_ID_CHARACTERS = 64

Json = dict[str, Any]
"""A GET request's query or a POST request's body. `as`, always from the query, is the page's look."""


class RequestError(Exception):
    """A request that the page would never send. `status` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


async def read_body(request: Request, max_bytes: int) -> Json:
    """Return the body, a JSON object. Raises RequestError."""
    data = b""
    async for chunk in request.stream():
        data += chunk
        if len(data) > max_bytes:
            raise RequestError(413, f"The request is longer than {max_bytes} bytes.")
    try:
        body = json.loads(data)
    except (ValueError, RecursionError):
        raise RequestError(400, "The body must be JSON.") from None
    if not isinstance(body, dict):
        raise RequestError(400, "The body must be a JSON object.")
    return body


def read_channel(params: Json) -> PlaygroundChannel:
    channel = next((channel for channel in CHANNELS if channel.id == params.get("channel")), None)
    if channel is None:
        raise RequestError(404, "There is no such channel.")
    return channel


def read_text(params: Json) -> str:
    text = params.get("text")
    if not isinstance(text, str) or not text.strip():
        raise RequestError(400, "Type a command or a question.")
    if len(text) > MAX_TEXT_CHARACTERS:
        raise RequestError(400, f"Use at most {MAX_TEXT_CHARACTERS} characters.")
    return without_surrogates(text.strip())


def is_admin(params: Json) -> bool:
    """Return whether the page's switch "Act as an admin" is on."""
    return params.get("admin") is True


def read_event_id(params: Json) -> str:
    """Return the page's id of the request, which makes a repetition harmless. Raises RequestError."""
    event_id = params.get("once", "")
    if not isinstance(event_id, str) or len(event_id) > MAX_EVENT_ID_CHARACTERS:
        raise RequestError(400, f"`once` must be a string of at most {MAX_EVENT_ID_CHARACTERS} characters.")
    return event_id
