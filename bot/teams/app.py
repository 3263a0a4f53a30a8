"""Teams' requests at /api/messages. What came in is genuine, or it is refused before anything of it is believed; what can't be understood
is answered 200 (501 to an invoke), since Teams is said to stop delivering to a bot that answers 500.

A message is acknowledged at once and answered by a message of our own; a button and a search wait for their answer.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot import http
from bot.incoming import Payload, text
from bot.playground.guard import loopback_host
from bot.settings_checks import host_of, is_loopback
from bot.teams import incoming
from bot.teams.client import Teams
from bot.teams.incoming import Asked
from bot.teams.responder import Service

if TYPE_CHECKING:
    from bot.app import Parts

logger = logging.getLogger(__name__)

PATH = "/api/messages"

INVOKE_SECONDS = 8.0
"""How long a button or a search waits for its answer; Teams gives up after 10 to 15."""

Json = dict[str, Any]
Answer = tuple[int, Json | None]
Headers = list[tuple[bytes, bytes]]

UNHEARD_OF = 501
"""What an invoke is told that the bot doesn't know."""


class Front:
    """Of one process. `running` is open while the process serves."""

    def __init__(self, parts: "Parts", teams: Teams, wake: Callable[[], None] | None = None) -> None:
        self.teams = teams
        self.settings = teams.settings
        self.service = Service(parts, teams, wake)
        self.open = False

    def routes(self) -> list[Route]:
        return [Route(PATH, self, methods=["POST"])]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with self.service.desk.open():
            self.open = True
            try:
                yield
            finally:
                self.open = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A request over HTTP."""
        status, answer = await self.answered(scope, receive)
        body = b"" if answer is None else json.dumps(answer, separators=(",", ":")).encode()
        headers = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def answered(self, scope: Scope, receive: Receive) -> Answer:
        headers = scope["headers"]
        body = await http.whole(receive) if http.announced(headers) <= http.MAX_BYTES else None
        if body is None:
            return refusal(413, "The body is too long, or too slow.")
        authorization = header(headers, b"authorization")
        if not self.settings.anonymous and not authorization:
            return refusal(401, "There is no token.")
        try:
            activity = json.loads(body.decode("utf-8"))
        except (ValueError, RecursionError):
            return refusal(400, "The body is not JSON.")
        if not isinstance(activity, dict):
            return refusal(400, "The body is not a JSON object.")
        if not self.open:
            return refusal(503, "The bot is starting.")
        if not await self.believed(headers, authorization, text(activity, "serviceUrl")):
            return refusal(401, "The token is not good.")
        if text(activity, "channelId") != incoming.CHANNEL_ID:
            # what comes from others is signed alike, and says itself who is speaking
            return refusal(403, "This bot speaks to Teams alone.")
        if incoming.foreign(activity, self.settings.tenant_id):
            logger.warning("an activity of another tenant was refused")
            return refusal(403, "This bot is for another tenant.")
        return await self.carried_out(activity)

    async def believed(self, headers: Headers, authorization: str, service_url: str) -> bool:
        """Where nobody brings a token, as Microsoft's local client doesn't, everything stays on this computer, and no page of a browser
        may speak."""
        if self.settings.anonymous:
            is_json = header(headers, b"content-type").partition(";")[0].strip().lower() == "application/json"
            ours = loopback_host(header(headers, b"host")) and not header(headers, b"origin")
            return is_json and ours and is_loopback(host_of(service_url)[1])
        return await self.teams.genuine(authorization, service_url)

    async def carried_out(self, activity: Payload) -> Answer:
        """What a genuine activity gets. Never raises."""
        kind = text(activity, "type")
        try:
            by = incoming.someone(activity, self.settings.tenant_id, self.service.admins)
            self.service.heard(by)
            if kind == "invoke":
                return await self.invoked(activity, by)
            if kind == "message":
                self.service.begin_talk(incoming.said(activity, by))
            else:
                self.service.begin_move(activity, by)
        except Exception:
            logger.exception("an activity of type %r could not be taken", kind[:40])
            return (UNHEARD_OF, None) if kind == "invoke" else (200, None)
        return 200, None

    async def invoked(self, activity: Payload, by: Asked) -> Answer:
        name = text(activity, "name")
        if name == incoming.ACT:
            work = self.service.press(incoming.pressed(activity, by))
        elif name == incoming.SEARCH:
            work = self.service.search(incoming.searched(activity), by)
        else:
            return UNHEARD_OF, None
        task = self.service.desk.begin(work)
        done, _ = await asyncio.wait({task}, timeout=INVOKE_SECONDS)
        if done:
            return 200, task.result()
        logger.warning("%s was not answered within %g s", name, INVOKE_SECONDS)
        return 200, self.service.late(name)


def header(headers: Headers, name: bytes) -> str:
    """A header that came once; "" otherwise."""
    found = [value for each, value in headers if each == name]
    return found[0].decode("latin-1") if len(found) == 1 else ""


def refusal(status: int, why: str) -> Answer:
    return status, {"error": why}
