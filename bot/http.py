"""The body of a request, whoever sends it: not too long, and not too slow."""

import asyncio
import contextlib
import re
from collections.abc import Iterable

from starlette.types import Receive

MAX_BYTES = 1_000_000
"""Of a body. What the platforms send has a few kilobytes; a view or a card with everything in it some hundred."""

BODY_SECONDS = 10.0
"""How long a body that comes in pieces may take: anybody may send one, and the platforms themselves give up earlier."""


async def whole(receive: Receive) -> bytes | None:
    """The body; None when it is too long, too slow, or its sender went away."""
    read = bytearray()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(BODY_SECONDS):
            while (message := await receive())["type"] == "http.request":
                piece: bytes = message.get("body", b"")
                if len(read) + len(piece) > MAX_BYTES:
                    return None
                if not message.get("more_body"):
                    return bytes(read) + piece if read else piece
                read += piece
    return None


def announced(headers: Iterable[tuple[bytes, bytes]]) -> int:
    """The length that the headers announce; 0 when they don't, or nonsense (the server refuses that itself)."""
    for name, value in headers:
        if name == b"content-length":
            return int(value) if re.fullmatch(rb"[0-9]{1,18}", value) else 0
    return 0
