"""HTTP plumbing that the platforms share, and the health checks."""

import asyncio
import contextlib
import hashlib
import logging
import re
import time
from collections.abc import Callable, Iterable
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import Receive, Send

from bot.runtime import Runtime
from handlers.messages import calendar
from jobs import workers
from jobs.migrations import upgrade
from jobs.store import idempotency, revisions
from jobs.store import workers as worker_store
from jobs.store.database import Database, DatabaseError, first_line, is_away

logger = logging.getLogger(__name__)

MAX_BYTES = 1_000_000
"""Platforms send a few kB; the largest views and cards have some hundred kB."""

BODY_SECONDS = 10.0
"""How long a body may take: anybody may send one, and the platforms give up earlier."""

READY_SECONDS = 5

WRITE_KEY = "readyz"
WRITE_EVERY = timedelta(seconds=5)
"""How often the readiness check writes a row, which a full disk refuses: anybody may ask, again and again."""

CALENDAR_SECONDS = 300
"""How long a calendar file may be kept, here and on the way."""

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


class Calendars:
    """Serves calendar files. Each is made at most once in CALENDAR_SECONDS, and one at a time, however many programs ask."""

    def __init__(self, runtime: Runtime, clock: Callable[[], float] = time.monotonic) -> None:
        self._runtime = runtime
        self._clock = clock
        self._kept: dict[str, tuple[float, bytes]] = {}
        self._making = asyncio.Lock()

    async def answer(self, request: Request) -> Response:
        """Answer for /calendar/TOPIC.ics."""
        catalog, name = self._runtime.library.catalog, request.path_params["name"]
        if calendar.calendar_topics(name, catalog) is None:
            known = ", ".join((calendar.ALL, *(topic.slug for topic in catalog.topics)))
            return PlainTextResponse(f"There is no calendar of that name. The names are: {known}.\n", 404)
        try:
            file = await self._file(name)
        except DatabaseError as problem:
            if not is_away(problem):
                logger.warning("could not make a calendar: %s", first_line(problem))
            return PlainTextResponse("The calendar cannot be read right now. Try again in a minute.\n", 503, {"Retry-After": "60"})
        etag = f'"{hashlib.sha256(file).hexdigest()[:32]}"'
        headers = {"ETag": etag, "Cache-Control": f"public, max-age={CALENDAR_SECONDS}", "X-Content-Type-Options": "nosniff"}
        if etag in re.split(r"\s*,\s*", request.headers.get("if-none-match", "").replace("W/", "")):
            return Response(status_code=304, headers=headers)
        headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
        return Response(file, headers=headers, media_type="text/calendar")

    async def _file(self, name: str) -> bytes:
        async with self._making:
            made = self._kept.get(name)
            if made is None or self._clock() - made[0] >= CALENDAR_SECONDS:
                made = (self._clock(), await asyncio.to_thread(self._make, name))
                self._kept[name] = made
            return made[1]

    def _make(self, name: str) -> bytes:
        db = self._runtime.db
        with db.read() as conn:
            today = db.now(conn).date()
        return calendar.calendar_file(db, self._runtime.library.catalog, name, today)


async def healthz(_: Request) -> Response:
    return PlainTextResponse("ok\n")


async def readyz(request: Request) -> Response:
    """Answer 200 when commands can be answered and posts stored; otherwise 503 with the reason.

    With ?worker, a process that polls and posts must be alive too, here or elsewhere.
    """
    runtime: Runtime = request.app.state.runtime
    look = _no_worker if "worker" in request.query_params else _not_ready
    try:
        problem = await asyncio.wait_for(asyncio.to_thread(look, runtime.db), READY_SECONDS)
    except TimeoutError:
        problem = f"the database did not answer within {READY_SECONDS} s"
    body = {"ready": problem is None, "problem": problem, "revision": runtime.library.revision}
    return JSONResponse(body, 200 if problem is None else 503)


def _not_ready(db: Database) -> str | None:
    try:
        if upgrade.is_behind(db):
            return "the database schema is out of date: run `tradebot migrate`"
        with db.read() as conn:
            if not revisions.newest_id(conn):
                return "no content revision is published"
            written = idempotency.is_recorded(conn, WRITE_KEY, db.now(conn), WRITE_EVERY)
    except DatabaseError as problem:
        return _unreachable(problem)
    try:
        if not written:
            with db.begin() as conn:
                idempotency.is_first_time(conn, WRITE_KEY, db.now(conn), WRITE_EVERY)
    except DatabaseError as problem:
        if not is_away(problem):
            logger.warning("the database stores nothing: %s", first_line(problem))
        return f"the database stores nothing ({first_line(problem)}): see whether its disk is full"
    return None


def _no_worker(db: Database) -> str | None:
    if reason := _not_ready(db):
        return reason
    try:
        with db.read() as conn:
            return workers.problem(worker_store.all_rows(conn), db.now(conn))
    except DatabaseError as problem:  # it went away since
        return _unreachable(problem)


def _unreachable(problem: DatabaseError) -> str:
    if not is_away(problem):  # one line: whoever asks, asks again and again
        logger.warning("the database cannot be reached: %s", first_line(problem))
    return "the database cannot be reached"


def _content_length(headers: Headers) -> int:
    """Return 0 for no length or nonsense, which the server refuses itself."""
    for name, value in headers:
        if name == b"content-length":
            return int(value) if re.fullmatch(rb"[0-9]{1,18}", value) else 0
    return 0
