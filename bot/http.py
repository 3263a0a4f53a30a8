"""HTTP plumbing that the platforms share, and the health checks."""

import asyncio
import contextlib
import logging
import re
from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Send

from bot.runtime import Runtime
from jobs.migrations import upgrade
from jobs.store import revisions
from jobs.store.database import Database, DatabaseError, first_line

logger = logging.getLogger(__name__)

MAX_BYTES = 1_000_000
"""Platforms send a few kB; the largest views and cards have some hundred kB."""

BODY_SECONDS = 10.0
"""How long a body may take: anybody may send one, and the platforms give up earlier."""

READY_SECONDS = 5

Headers = Iterable[tuple[bytes, bytes]]


async def read_body(receive: Receive, headers: Headers) -> bytes | None:
    """Return the body, or None when it is too long, too slow, or its sender went away."""
    if _content_length(headers) > MAX_BYTES:
        return None
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


async def send_response(send: Send, status: int, content_type: bytes, body: bytes) -> None:
    """Less work than a Starlette response, which a signed look-up would notice."""
    headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def header(headers: Headers, name: bytes) -> str:
    """Return a header that occurs once, or ""."""
    found = [value for each, value in headers if each == name]
    return found[0].decode("latin-1") if len(found) == 1 else ""


async def healthz(_: Request) -> Response:
    return PlainTextResponse("ok\n")


async def readyz(request: Request) -> Response:
    """Answer 200 when commands can be answered and posts stored; otherwise 503 with the reason."""
    runtime: Runtime = request.app.state.runtime
    try:
        problem = await asyncio.wait_for(asyncio.to_thread(_not_ready, runtime.db), READY_SECONDS)
    except TimeoutError:
        problem = f"the database did not answer within {READY_SECONDS} s"
    body = {"ready": problem is None, "problem": problem, "revision": runtime.library.revision}
    return JSONResponse(body, 200 if problem is None else 503)


def _not_ready(db: Database) -> str | None:
    try:
        if upgrade.is_behind(db):
            return "the database schema is out of date: run `tradebot migrate`"
        with db.read() as conn:
            return None if revisions.newest_id(conn) else "no content revision is published"
    except DatabaseError as problem:  # one line: whoever asks, asks again and again
        logger.warning("the database cannot be reached: %s", first_line(problem))
        return "the database cannot be reached"


def _content_length(headers: Headers) -> int:
    """Return 0 for no length or nonsense, which the server refuses itself."""
    for name, value in headers:
        if name == b"content-length":
            return int(value) if re.fullmatch(rb"[0-9]{1,18}", value) else 0
    return 0
