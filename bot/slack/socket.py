"""Socket Mode: Slack's requests come through a connection that the bot opens."""

import logging
import time

from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack import malformed
from bot.slack.connection import QUIET, Slack

logger = logging.getLogger(__name__)


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
        url = await super().issue_new_wss_url()
        if not self.settings.own(url):
            raise ValueError("the socket's address isn't Slack's")
        return url

    async def handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        """What isn't answered with 200 is not acknowledged, and Slack sends it again."""
        if wrong := malformed.problem(request.payload):
            logger.warning("what the socket brought is not as Slack's is: %s", wrong)
            return
        start = time.time()
        await send_async_response(client, request, await run_async_bolt_app(self.app, request), start)
