"""Socket Mode: Slack's requests come through a connection that the bot opens."""

import asyncio
import logging
import time

import aiohttp
from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack import validation
from bot.slack.client import QUIET, Slack, refusal
from bot.slack.errors import WAIT, seconds
from jobs import network

logger = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = 5.0, 30.0
"""Seconds until a Slack that gave no socket is asked again; it doubles. While it lasts nobody is answered, so it stays short."""

PASSING = ("internal_error", "fatal_error", "service_unavailable", "request_timeout")
"""Slack's words for trouble of its own."""


class Socket(SocketModeClient):
    """One process's. It goes through the session of everything else that goes to Slack; that session's timeout is for connecting alone,
    since what came through a socket is waited for without one."""

    def __init__(self, slack: Slack, app: AsyncApp) -> None:
        super().__init__(app_token=slack.settings.app_token, logger=QUIET, web_client=app.client)
        self.slack = slack
        self.settings = slack.settings
        self.app = app
        if self.settings.local:
            self.proxy = None
        self.socket_mode_request_listeners.append(self.handle)

    async def open(self) -> None:
        """Tries until Slack answers."""
        spare, self.aiohttp_client_session = self.aiohttp_client_session, self.slack.session  # the SDK can't be made without one
        await spare.close()
        await self.connect()  # type: ignore[no-untyped-call]  # the SDK's has no types

    async def shut(self) -> None:
        self.closed = True
        if self.aiohttp_client_session is self.slack.session:
            # or `close` would end it, and answers are still on their way out
            self.aiohttp_client_session = None  # type: ignore[assignment]  # `close` looks whether there is one
        await self.close()  # type: ignore[no-untyped-call]

    async def issue_new_wss_url(self) -> str:
        """Asks until Slack names an address, and says once what keeps it from that; the SDK's own says it in three lines, each time."""
        wait, said = FIRST_WAIT, ""
        while not self.closed:
            url, problem, asked_to_wait = await self.offer()
            if not problem:
                return url
            if problem != said:
                logger.error("nothing comes in from Slack: %s", problem)
                said = problem
            await asyncio.sleep(asked_to_wait or wait)
            wait = min(2 * wait, LONGEST_WAIT)
        raise ConnectionError("the socket is shut")

    async def offer(self) -> tuple[str, str, float | None]:
        """The address that Slack names; or what is wrong, and how many seconds Slack asks to wait."""
        try:
            answer = await self.web_client.apps_connections_open(app_token=self.settings.app_token)
        except SlackApiError as error:
            name, status, retry_after = refusal(error)
            if status == 429 or name in WAIT:
                return "", "it asks to wait", seconds(retry_after)
            if status == 200 and name and name not in PASSING:
                return "", f"it refuses SLACK_APP_TOKEN (apps.connections.open: {name}); `tradebot doctor` says what to do", None
            return "", f"apps.connections.open was answered with HTTP {status} {name}".rstrip() + "; it is asked again", None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return "", f"{self.settings.api_url} can't be reached: {network.explain(error)}; it is tried again", None
        url = str(answer.get("url") or "")
        return url, "" if self.settings.own(url) else "the address that it names for the socket isn't its own", None

    async def handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """What isn't answered with 200 is not acknowledged, and Slack sends it again."""
        if wrong := validation.problem(request.payload):
            logger.warning("what the socket brought is not as Slack's is: %s", wrong)
            return
        start = time.time()
        await send_async_response(client, request, await run_async_bolt_app(self.app, request), start)
