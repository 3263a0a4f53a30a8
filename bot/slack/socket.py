"""Socket Mode: Slack's requests come through a connection that the bot opens."""

import logging
import time

from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.settings import SlackSettings
from bot.slack import malformed
from bot.slack.connection import QUIET

logger = logging.getLogger(__name__)


class Socket(SocketModeClient):
    """One process's."""

    def __init__(self, settings: SlackSettings, app: AsyncApp) -> None:
        super().__init__(app_token=settings.app_token, logger=QUIET, web_client=app.client)
        self.settings = settings
        self.app = app
        if settings.local:
            self.proxy = None
        self.socket_mode_request_listeners.append(self.handle)

    async def open(self) -> None:
        """Tries until Slack answers."""
        await self.connect()  # type: ignore[no-untyped-call]  # the SDK's has no types

    async def shut(self) -> None:
        self.closed = True
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
