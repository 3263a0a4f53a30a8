"""Slack as a platform, and its HTTP endpoint at /slack/events."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, Any

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.http import read_body, send_response
from bot.slack import client, validation, verification
from bot.slack.client import Slack
from bot.slack.direct_messages import person_channel
from bot.slack.incoming import PLATFORM, REQUEST_KEY, Unreadable, read_payload
from bot.slack.manifest import PATH
from bot.slack.sender import SlackSender, link_to_message
from jobs import network
from jobs.models.channels import ChannelRef

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from bot.runtime import Runtime, Wake
    from bot.settings import Settings
    from bot.slack.settings import SlackSettings
    from jobs.store.database import Connection, Database

logger = logging.getLogger(__name__)

REFUSAL_SECONDS = 600.0
"""How long a logged refusal because of the time stands for others."""

JSON = b"application/json;charset=utf-8"
TEXT = b"text/plain; charset=utf-8"

Response = tuple[int, bytes, bytes]
"""Status, content type and body."""


class SlackPlatform:
    name = PLATFORM

    def __init__(self, settings: SlackSettings) -> None:
        self.client = Slack(settings)
        self.sender = SlackSender(self.client)

    def connected(self, db: Database) -> AbstractAsyncContextManager[None]:
        return client.connected(self.client, db)

    def endpoint(self, runtime: Runtime, wake: Wake | None) -> Endpoint:
        return Endpoint(runtime, self.client, wake)

    @property
    def clock_ahead(self) -> float | None:
        return self.client.clock_ahead

    @property
    def admin_channel(self) -> ChannelRef | None:
        """Until Slack has said which workspace the token belongs to, its workspace is "", which posts reach as well."""
        channel, me = self.client.settings.admin_channel, self.client.me
        return ChannelRef(PLATFORM, me.workspace if me else "", channel) if channel else None

    def direct_channel(self, conn: Connection, created_by: str) -> ChannelRef | None:  # noqa: ARG002 - the Protocol's
        return person_channel(created_by)

    def link_to_post(self, channel: ChannelRef, receipt: str) -> str:
        return link_to_message(self.client.me, channel, receipt)


def platform(settings: Settings) -> SlackPlatform:
    assert settings.slack is not None  # noqa: S101 - bot/app.py asks only for configured platforms
    return SlackPlatform(settings.slack)


class Endpoint:
    """Verifies and reads Slack's requests, and answers lookups of the content, which most are, without Bolt."""

    def __init__(self, runtime: Runtime, slack: Slack, wake: Wake | None = None) -> None:
        from bot.slack.responder import SlackResponder

        self.settings = slack.settings
        self.responder = SlackResponder(runtime, slack, wake)
        self.secret = slack.settings.signing_secret.encode()
        self.bolt: AsyncApp | None = None
        self._silent_until = -math.inf

    def routes(self) -> list[Route]:
        """Without a signing secret no request could be verified; with Socket Mode none comes."""
        by_http = self.settings.signing_secret and not self.settings.app_token
        return [Route(PATH, self, methods=["POST"])] if by_http else []

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        from bot.slack.listeners import bolt_app  # Bolt is loaded only where Slack is served
        from bot.slack.socket_mode import Socket

        self.bolt = bolt_app(self.responder)
        async with self.responder.tasks.serving():
            socket = Socket(self.responder.slack, self.bolt) if self.settings.app_token else None
            connecting = asyncio.create_task(socket.open()) if socket else None
            try:
                yield
            finally:
                if socket and connecting:
                    connecting.cancel()
                    await socket.shut()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send_response(send, *await self.answer(scope, receive))

    async def answer(self, scope: Scope, receive: Receive) -> Response:
        headers = scope["headers"]
        body = await read_body(receive, headers)
        if body is None:
            return _refuse(413, "The request body is too large or arrived too slowly.")
        now = time.time()
        if not verification.is_genuine(self.secret, headers, body, now):
            self.log_refusal(verification.signed_at(self.secret, headers, body), now)
            return _refuse(401, "The signature is missing, invalid or too old.")
        try:
            payload = read_payload(body.decode("utf-8"))
        except UnicodeDecodeError:
            return _refuse(401, "The request body is not UTF-8.")
        except Unreadable:
            return _refuse(400, "The request body is neither a form nor a JSON object.")
        if self.bolt is None:
            return _refuse(503, "The bot is starting.")
        if payload.get("ssl_check"):
            return _refuse(200, "")
        if problem := validation.problem(payload):
            logger.warning("rejected a signed request with an unexpected structure: %s", problem)
            return _refuse(400, "The request body has an unexpected structure.")
        return await self.dispatch(payload)

    def log_refusal(self, signed_at: int | None, now: float) -> None:
        """Tell the operator, once in a while, that Slack's own requests are refused because of the time."""
        if signed_at is None or time.monotonic() < self._silent_until:
            return
        self._silent_until = time.monotonic() + REFUSAL_SECONDS
        logger.error(
            "refused a request that Slack signed, because its time is %s this computer's clock; if this continues, set the clock, "
            "which `tradebot doctor` compares with Slack's",
            network.difference(signed_at - now),
        )

    async def dispatch(self, payload: dict[str, Any]) -> Response:
        context: dict[str, Any] = {}
        if "command" in payload:
            answer = self.responder.prepare(payload)
            if isinstance(answer, str):
                return 200, JSON, answer.encode()
            context[REQUEST_KEY] = answer
        from slack_bolt.request.async_request import AsyncBoltRequest

        assert self.bolt is not None  # noqa: S101 - `answer` checked it
        # The request is verified and read, so Bolt takes it like one from a socket.
        response = await self.bolt.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode", context=context))
        content_type = response.headers.get("content-type", ["text/plain"])[0]
        return response.status, content_type.encode(), response.body.encode()


def _refuse(status: int, why: str) -> Response:
    return status, TEXT, why.encode()
