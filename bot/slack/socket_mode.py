"""Socket Mode: Slack's requests come through a connection that the bot opens."""

import asyncio
import logging
import time

from slack_bolt.adapter.socket_mode.async_internals import run_async_bolt_app, send_async_response
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest

from bot.slack import validation
from bot.slack.client import NETWORK_ERRORS, SDK_LOGGER, Slack, error_details
from bot.slack.errors import WAIT
from jobs import network
from jobs.network import retry_seconds

logger = logging.getLogger(__name__)

FIRST_WAIT_SECONDS, MAX_WAIT_SECONDS = 5.0, 30.0
"""The wait before Slack is asked again; it doubles. It is short: nobody is answered meanwhile."""

SLACK_FAULTS = ("internal_error", "fatal_error", "service_unavailable", "request_timeout")
"""Errors of Slack's own, which pass."""


class Socket(SocketModeClient):
    """The process's socket, on the session of all other calls to Slack. Their timeout applies only to connecting here."""

    def __init__(self, slack: Slack, app: AsyncApp) -> None:
        super().__init__(app_token=slack.settings.app_token, logger=SDK_LOGGER, web_client=app.client)
        self.slack = slack
        self.settings = slack.settings
        self.app = app
        self.socket_mode_request_listeners.append(self.handle)

    async def open(self) -> None:
        spare, self.aiohttp_client_session = self.aiohttp_client_session, self.slack.session  # the SDK always makes a session of its own
        await spare.close()
        await self.connect()  # type: ignore[no-untyped-call]  # the SDK has no types here

    async def shut(self) -> None:
        """Close the socket but not the session, which answers may still use."""
        self.closed = True
        if self.aiohttp_client_session is self.slack.session:
            self.aiohttp_client_session = None  # type: ignore[assignment]  # `close` checks for None
        await self.close()  # type: ignore[no-untyped-call]

    async def issue_new_wss_url(self) -> str:
        """Ask until Slack gives an address. Log each problem once; the SDK logs it each time."""
        wait, logged = FIRST_WAIT_SECONDS, ""
        while not self.closed:
            url, problem, requested_wait = await self.request_address()
            if not problem:
                self.proxy = self.slack.proxy_for(url)  # another host than the API's
                return url
            if problem != logged:
                logger.error("not receiving events from Slack: %s", problem)
                logged = problem
            await asyncio.sleep(requested_wait or wait)
            wait = min(2 * wait, MAX_WAIT_SECONDS)
        raise ConnectionError("the socket is closed")

    async def request_address(self) -> tuple[str, str, float | None]:
        """Return (address, problem, seconds that Slack asks to wait)."""
        try:
            response = await self.web_client.apps_connections_open(app_token=self.settings.app_token)
        except SlackApiError as error:
            name, status, retry_after = error_details(error)
            if status == 429 or name in WAIT:
                return "", "Slack asked the bot to wait", retry_seconds(retry_after)
            if status == 200 and name and name not in SLACK_FAULTS:
                rejected = f"Slack rejects SLACK_APP_TOKEN (apps.connections.open: {name})"
                return "", f"{rejected}; run `tradebot doctor` to see how to fix it", None
            return "", f"apps.connections.open returned HTTP {status} {name}".rstrip() + "; trying again", None
        except NETWORK_ERRORS as error:
            return "", f"cannot reach {self.settings.api_url}: {network.explain(error)}; trying again", None
        url = str(response.get("url") or "")
        return url, "" if self.settings.own(url) else "the socket's address is not on Slack's domain", None

    async def handle(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        if problem := validation.problem(request.payload):
            logger.warning("ignored a request from the socket with an unexpected structure: %s", problem)
            return
        start = time.time()
        await send_async_response(client, request, await run_async_bolt_app(self.app, request), start)
