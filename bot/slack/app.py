"""Bolt's app: few listeners, and the command table behind them; over HTTP at /slack/events, or over Socket Mode.

A look-up is answered in front of Bolt's own work, since most of what is asked is one: over HTTP before Bolt is asked at all,
over a socket in its first middleware.
"""

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot import http
from bot.settings import hidden
from bot.slack import validation, verification
from bot.slack.client import QUIET, Slack
from bot.slack.incoming import Unreadable, mentioned, read, slash
from bot.slack.manifest import LOOK_UP, PATH
from bot.slack.responder import SlackDesk
from bot.slack.socket_mode import Socket
from bot.slack.views.fields import FIELD
from bot.slack.views.open import Windows
from bot.slack.views.submit import Submits

if TYPE_CHECKING:
    from bot.app import Parts

logger = logging.getLogger(__name__)

JSON = b"application/json;charset=utf-8"

Next = Callable[[], Awaitable[BoltResponse]]


class AtOnce(AsyncMiddleware):
    """Answers look-ups before anything else is done for them."""

    def __init__(self, desk: SlackDesk) -> None:
        self.desk = desk

    async def async_process(self, *, req: AsyncBoltRequest, resp: BoltResponse, next: Next) -> BoltResponse | None:  # noqa: A002, ARG002
        if "command" in req.body:
            ready = self.desk.at_once(req.body)
            if ready is not None:
                return BoltResponse(status=200, body=ready)
        return await next()


class Known(AsyncAuthorize):
    """There is one token, so every request is authorized by it, without asking Slack each time or failing when Slack can't say."""

    def __init__(self, slack: Slack) -> None:
        self.slack = slack

    async def __call__(
        self,
        *,
        context: AsyncBoltContext,  # noqa: ARG002
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None,
        actor_enterprise_id: str | None = None,  # noqa: ARG002
        actor_team_id: str | None = None,  # noqa: ARG002
        actor_user_id: str | None = None,  # noqa: ARG002
    ) -> AuthorizeResult:
        me = self.slack.me
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            user_id=user_id,
            bot_user_id=me.user_id if me else None,
            bot_id=me.bot_id if me else None,
            bot_token=self.slack.settings.bot_token,
        )


def bolt(desk: SlackDesk) -> AsyncApp:
    """The app with its listeners. What came in was verified by the guard, or by the socket that it came through."""
    with hidden():
        app = AsyncApp(
            name="tradebot",
            logger=QUIET,
            client=desk.slack.client_with(None),
            authorize=Known(desk.slack),
            signing_secret="",  # the guard's business
            before_authorize=AtOnce(desk),
            process_before_response=True,
            request_verification_enabled=False,
            ssl_check_enabled=False,
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
    windows, submits = Windows(desk), Submits(desk)

    async def command(body: dict[str, Any]) -> BoltResponse:
        asked = desk.asked(slash, body)
        if windows.wanted(asked):
            desk.beside(windows.subscribe(asked))
            return BoltResponse(status=200, body="")
        return BoltResponse(status=200, body=await desk.answered_in_time(asked) or "")

    async def press(ack: Callable[[], Awaitable[Any]], body: dict[str, Any]) -> None:
        desk.beside(windows.press(body))
        await ack()

    async def fill_in(ack: Callable[[], Awaitable[Any]], body: dict[str, Any]) -> None:
        desk.beside(windows.refresh(body))
        await ack()

    async def submit(body: dict[str, Any]) -> BoltResponse:
        return BoltResponse(status=200, body=await submits.submit(body))

    async def look_up(ack: Callable[[], Awaitable[Any]], body: dict[str, Any]) -> None:
        desk.beside(windows.look_up(body))
        await ack()

    async def home(body: dict[str, Any]) -> None:
        desk.beside(windows.home(body))

    async def mention(body: dict[str, Any], event: dict[str, Any]) -> None:
        if by_a_person(event):
            desk.beside(desk.talk(desk.asked(mentioned, body)))

    async def message(body: dict[str, Any], event: dict[str, Any]) -> None:
        if event.get("channel_type") == "im" and by_a_person(event):
            desk.beside(desk.talk(desk.asked(mentioned, body)))

    async def uninstalled(body: dict[str, Any]) -> None:
        await asyncio.to_thread(desk.removed, body, "account_inactive")

    async def revoked(body: dict[str, Any]) -> None:
        if desk.revoked(body):
            await asyncio.to_thread(desk.removed, body, "token_revoked")

    app.command(re.compile(""))(command)
    app.action(re.compile("^command_"))(press)
    app.action(re.compile(f"^{FIELD}"))(fill_in)
    app.view(re.compile(""))(submit)
    app.shortcut(LOOK_UP)(look_up)
    app.event("app_home_opened")(home)
    app.event("app_mention")(mention)
    app.event("message")(message)
    app.event("app_uninstalled")(uninstalled)
    app.event("tokens_revoked")(revoked)
    return app


def by_a_person(event: Mapping[str, Any]) -> bool:
    """Whether somebody wrote it now, with a file perhaps. Two bots that answer each other would never end."""
    return event.get("subtype") in (None, "", "file_share") and not event.get("bot_id") and bool(event.get("user"))


class Front:
    """Slack's requests and the desk behind them, for one process. `running` is open while the process serves."""

    def __init__(self, parts: "Parts", slack: Slack, wake: Callable[[], None] | None = None) -> None:
        self.settings = slack.settings
        self.desk = SlackDesk(parts, slack, wake)
        self.secret = slack.settings.signing_secret.encode()
        self.app: AsyncApp | None = None

    def routes(self) -> list[Route]:
        """None without a signing secret: nothing could be believed. None with Socket Mode: then nothing comes this way."""
        by_http = self.settings.signing_secret and not self.settings.app_token
        return [Route(PATH, self, methods=["POST"])] if by_http else []

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        self.app = bolt(self.desk)
        async with self.desk.open():
            socket = Socket(self.desk.slack, self.app) if self.settings.app_token else None
            connecting = asyncio.create_task(socket.open()) if socket else None
            try:
                yield
            finally:
                if socket and connecting:
                    connecting.cancel()
                    await socket.shut()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A request over HTTP."""
        status, content_type, body = await self.answer(scope, receive)
        headers = [(b"content-type", content_type), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def answer(self, scope: Scope, receive: Receive) -> tuple[int, bytes, bytes]:
        headers = scope["headers"]
        body = await http.whole(receive) if http.announced(headers) <= http.MAX_BYTES else None
        if body is None:
            return refusal(413, "The body is too long, or too slow.")
        if not verification.genuine(self.secret, headers, body, time.time()):
            return refusal(401, "The signature is missing, wrong or too old.")
        try:
            payload = read(body.decode("utf-8"))
        except UnicodeDecodeError:
            return refusal(401, "The body is not UTF-8, as Slack's are.")
        except Unreadable:
            return refusal(400, "The body is neither a form nor a JSON object.")
        if self.app is None:
            return refusal(503, "The bot is starting.")
        if payload.get("ssl_check"):
            return refusal(200, "")
        if wrong := validation.problem(payload):
            logger.warning("a signed request is not as Slack's are: %s", wrong)
            return refusal(400, "The body is of no known shape.")
        if "command" in payload and (ready := self.desk.at_once(payload)) is not None:
            return 200, JSON, ready.encode()
        # verified and read: for Bolt it is what a socket brings
        response = await self.app.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode"))
        content_type = response.headers.get("content-type", ["text/plain"])[0]
        return response.status, content_type.encode(), response.body.encode()


def refusal(status: int, why: str) -> tuple[int, bytes, bytes]:
    return status, b"text/plain; charset=utf-8", why.encode()
