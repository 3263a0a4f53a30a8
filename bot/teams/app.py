"""Receive Teams activities at /api/messages.

An activity that the bot does not understand gets 200 (an invoke 501): Teams is reported to stop delivering to bots that answer 500. A
message is acknowledged at once and answered by a new one; a button and a search wait for their answer.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from bot.database import StartError
from bot.http import Headers, header, read_body, send_response
from bot.incoming import Payload, text
from bot.teams import dialogs, incoming, unfurls
from bot.teams.certificate import BadCertificate, read_certificate
from bot.teams.client import Teams, connected
from bot.teams.direct_messages import person_channel
from bot.teams.incoming import TeamsIncoming
from bot.teams.responder import TeamsResponder
from bot.teams.sender import TeamsSender, link_to_message
from bot.urls import host_of, is_loopback_header
from content.loading.urls import is_loopback
from jobs.models.channels import ChannelRef

if TYPE_CHECKING:
    from bot.runtime import Runtime, Wake
    from bot.settings import Settings
    from bot.teams.settings import TeamsSettings
    from jobs.store.database import Connection, Database

logger = logging.getLogger(__name__)

INVOKE_SECONDS = 8.0
"""Teams gives up on a button or a search after 10 to 15 s."""

Json = dict[str, Any]
Answer = tuple[int, Json | None]
NOT_IMPLEMENTED = 501


class TeamsPlatform:
    name = incoming.PLATFORM

    def __init__(self, settings: TeamsSettings) -> None:
        self.client = Teams(settings)
        self.sender = TeamsSender(self.client)

    def connected(self, db: Database) -> AbstractAsyncContextManager[None]:
        return connected(self.client, db)

    def endpoint(self, runtime: Runtime, wake: Wake | None) -> Endpoint:
        return Endpoint(runtime, self.client, wake)

    @property
    def clock_ahead(self) -> float | None:
        return self.client.keys.clock_ahead if self.client.keys else None

    @property
    def admin_channel(self) -> ChannelRef | None:
        settings = self.client.settings
        channel, tenant = settings.admin_channel, settings.tenant_id
        return ChannelRef(incoming.PLATFORM, tenant, channel) if channel and tenant else None

    def direct_channel(self, conn: Connection, created_by: str) -> ChannelRef | None:
        return person_channel(conn, created_by)

    def link_to_post(self, channel: ChannelRef, receipt: str) -> str:
        return link_to_message(self.client.settings.cloud, channel, receipt)


def platform(settings: Settings) -> TeamsPlatform:
    assert settings.teams is not None  # noqa: S101 - bot/app.py asks only for configured platforms
    if settings.teams.certificate is not None:
        try:
            read_certificate(settings.teams.certificate, datetime.now(UTC))
        except BadCertificate as problem:
            raise StartError(f"TEAMS_CERTIFICATE={settings.teams.certificate}: {problem}.") from None
    try:
        return TeamsPlatform(settings.teams)
    except ModuleNotFoundError as missing:
        message = f"TEAMS_CLIENT_ID is set, but Microsoft's SDK is missing ({missing.name}). Install cbp-trade-bot[teams]."
        raise StartError(message) from None


class Endpoint:
    def __init__(self, runtime: Runtime, teams: Teams, wake: Wake | None = None) -> None:
        self.teams = teams
        self.settings = teams.settings
        self.responder = TeamsResponder(runtime, teams, wake)
        self.open = False

    def routes(self) -> list[Route]:
        return [Route("/api/messages", self, methods=["POST"])]

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        async with self.responder.tasks.serving():
            self.open = True
            try:
                yield
            finally:
                self.open = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        status, answer = await self.answer(scope, receive)
        body = b"" if answer is None else json.dumps(answer, separators=(",", ":")).encode()
        await send_response(send, status, b"application/json; charset=utf-8", body)

    async def answer(self, scope: Scope, receive: Receive) -> Answer:
        headers = scope["headers"]
        body = await read_body(receive, headers)
        if body is None:
            return 413, {"error": "The request body is too large or arrived too slowly."}
        authorization = header(headers, b"authorization")
        if not self.settings.anonymous and not authorization:
            return 401, {"error": "The request has no token."}
        try:
            activity = json.loads(body.decode("utf-8"))
        except (ValueError, RecursionError):
            return 400, {"error": "The request body is not JSON."}
        if not isinstance(activity, dict):
            return 400, {"error": "The request body is not a JSON object."}
        if not self.open:
            return 503, {"error": "The bot is starting."}
        if not await self.is_verified(headers, authorization, text(activity, "serviceUrl")):
            return 401, {"error": "The token is not valid."}
        if text(activity, "channelId") != incoming.CHANNEL_ID:
            # other Bot Framework clients are signed alike, but name their users themselves
            return 403, {"error": "This bot accepts only requests from Teams."}
        if incoming.is_foreign(activity, self.settings.tenant_id):
            logger.warning("rejected an activity from another tenant")
            return 403, {"error": "This bot serves another tenant."}
        return await self.carry_out(activity)

    async def is_verified(self, headers: Headers, authorization: str, service_url: str) -> bool:
        """Whether a request comes from Teams; in anonymous mode, from a program other than a browser on this computer."""
        if not self.settings.anonymous:
            return await self.teams.is_genuine(authorization, service_url)
        is_json = header(headers, b"content-type").partition(";")[0].strip().lower() == "application/json"
        ours = is_loopback_header(header(headers, b"host")) and not header(headers, b"origin")
        return is_json and ours and is_loopback(host_of(service_url)[1])

    async def carry_out(self, activity: Payload) -> Answer:
        """Never raises."""
        kind = text(activity, "type")
        try:
            sender = incoming.read_sender(activity, self.settings.tenant_id, self.responder.admins)
            self.responder.store_address(sender)
            if kind == "invoke":
                return await self.invoke(activity, sender)
            if kind == "message" and incoming.has_words(activity):
                self.responder.tasks.start(self.responder.answer_message(incoming.read_message(activity, sender)))
            elif kind != "message":
                self.responder.start_presence_update(activity, sender)
        except Exception:
            logger.exception("could not handle an activity of type %r", kind[:40])
            return (NOT_IMPLEMENTED, None) if kind == "invoke" else (200, None)
        return 200, None

    async def invoke(self, activity: Payload, sender: TeamsIncoming) -> Answer:
        name = text(activity, "name")
        if name == incoming.ACTION:
            work = self.responder.answer_press(incoming.read_press(activity, sender))
        elif name == dialogs.FETCH:
            work = self.responder.open_dialog(dialogs.read_command(activity), sender)
        elif name == dialogs.SUBMIT:
            work = self.responder.submit_dialog(activity, replace(sender, thread=incoming.read_thread(activity)))
        elif name == incoming.SEARCH:
            work = self.responder.answer_search(incoming.read_search(activity), sender)
        elif name == incoming.LOOK_UP:
            work = self.responder.look_up_message(incoming.read_looked_up(activity), sender)
        elif name == incoming.LINK:
            work = self.responder.preview_link(unfurls.read_link(activity))
        else:
            return NOT_IMPLEMENTED, None
        task = self.responder.tasks.start(work)
        done, _ = await asyncio.wait({task}, timeout=INVOKE_SECONDS)
        if done:
            return 200, task.result()
        logger.warning("%s was not answered within %g s", name, INVOKE_SECONDS)
        return 200, self.responder.late_response(name)
