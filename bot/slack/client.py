"""Slack's Web API: one client on one session for everything that the bot sends, without retries, which could post twice."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.errors import PAUSED, WORKSPACE
from bot.slack.incoming import PLATFORM
from bot.slack.settings import SlackSettings
from jobs import network, pauses
from jobs.certificates import ssl_context
from jobs.store.database import Database

logger = logging.getLogger(__name__)

SDK_LOGGER = logging.getLogger("bot.slack.sdk")
"""The logger of the SDK and Bolt, which below WARNING log whole payloads."""

TIMEOUT_SECONDS = 15
"""Shorter than a delivery's lease (jobs.outcomes.Pace)."""

FIRST_WAIT_SECONDS, MAX_WAIT_SECONDS = 5.0, 300.0
"""The wait before Slack is asked again who the bot is; it doubles."""

SECRETS = re.compile(r"(ticket=|https?://hooks\.)[^\s'\"&]+|\bxox[a-z]-[^\s'\"]+|\bxapp-[^\s'\"]+")
"""A socket's ticket, a response_url, a token."""

NOT_A_MEMBER = ("not_in_channel", "channel_not_found")

NEVER_LEFT = (aiohttp.ClientConnectorError, aiohttp.ClientHttpProxyError)
"""Errors before anything was posted: no connection to Slack or through the proxy."""
NETWORK_ERRORS = (aiohttp.ClientError, TimeoutError, OSError)
CALL_ERRORS = (SlackApiError, *NETWORK_ERRORS)


def redact(record: logging.LogRecord) -> bool:
    """Remove secrets from a record, and the traceback, which may hold some."""
    message = record.getMessage()
    if record.exc_info and record.exc_info[1] is not None:
        message += f" ({type(record.exc_info[1]).__name__})"
    record.msg, record.args, record.exc_info = SECRETS.sub("…", message), (), None
    return True


@dataclass(frozen=True, slots=True)
class Identity:
    workspace: str
    """The team's id, or the organization's if the app is installed for all of it."""
    user_id: str
    bot_id: str
    name: str
    url: str = ""
    """Where people use the workspace: "https://office.slack.com/", or ""."""


@dataclass(frozen=True, slots=True)
class ApiResponse:
    status: int
    data: dict[str, Any]
    retry_after: str | None

    @property
    def ok(self) -> bool:
        return self.status == 200 and self.data.get("ok") is True

    @property
    def error(self) -> str:
        name = self.data.get("error")
        return name if isinstance(name, str) else ""


class Slack:
    """Opens in the event loop that first uses it."""

    def __init__(self, settings: SlackSettings) -> None:
        self.settings = settings
        self.me: Identity | None = None
        self.clock_ahead: float | None = None
        """How many seconds this computer's clock is ahead of Slack's, by the last answer."""
        self._client: AsyncWebClient | None = None
        self._session: aiohttp.ClientSession | None = None
        self._tls = True if settings.local else ssl_context(settings.network)

    @property
    def bot(self) -> str:
        """The bot's name; "" until Slack has identified it."""
        return self.me.name if self.me else ""

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector, timeout = aiohttp.TCPConnector(ssl=self._tls), aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, trace_configs=[self.date_reader()])
        return self._session

    def date_reader(self) -> aiohttp.TraceConfig:
        """Return the trace of a session that compares this computer's clock with Slack's at every answer."""

        async def read_date(_: aiohttp.ClientSession, __: object, ended: aiohttp.TraceRequestEndParams) -> None:
            ahead = network.seconds_ahead(ended.response.headers.get("Date"))
            self.clock_ahead = self.clock_ahead if ahead is None else ahead

        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(read_date)
        return trace

    @property
    def client(self) -> AsyncWebClient:
        if self._client is None:
            self._client = self.client_with(self.settings.bot_token)
        return self._client

    def client_with(self, token: str | None) -> AsyncWebClient:
        """Return a client on the same session; with None, each call brings its own token."""
        SDK_LOGGER.setLevel(logging.WARNING)
        SDK_LOGGER.addFilter(redact)
        url, session = self.settings.api_url, self.session
        client = AsyncWebClient(token, url, TIMEOUT_SECONDS, session=session, logger=SDK_LOGGER, retry_handlers=[])
        client.proxy = self.proxy_for(url)  # the SDK reads the environment by other rules
        return client

    def proxy_for(self, url: str) -> str | None:
        proxy = self.settings.network.proxy_for(url)
        return proxy.url if proxy else None

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
        self._client = self._session = None

    async def identify(self) -> str | None:
        """Ask Slack who the bot is. Return None, or what went wrong."""
        try:
            response = await self.client.auth_test()
        except CALL_ERRORS as error:
            return explain(error)
        team, enterprise = str(response.get("team_id") or ""), str(response.get("enterprise_id") or "")
        workspace = enterprise if enterprise and response.get("is_enterprise_install") is True else team
        user_id, bot_id, name, url = (str(response.get(key) or "") for key in ("user_id", "bot_id", "user", "url"))
        self.me = Identity(workspace, user_id, bot_id, name or "Trade bot", url)
        return None

    async def is_absent(self, channel: str) -> bool:
        """Whether the bot is certainly not in a channel, by reading its history."""
        try:
            await self.client.conversations_history(channel=channel, limit=1)
        except CALL_ERRORS as error:
            problem = explain(error)
            if problem in NOT_A_MEMBER:
                return True
            logger.warning("could not check whether the bot is in %s: %s", channel, problem)
        return False

    async def post(self, message: dict[str, Any]) -> ApiResponse:
        """Call chat.postMessage without the SDK, a third of a post's cost. Raises NETWORK_ERRORS."""
        headers = {"Authorization": f"Bearer {self.settings.bot_token}"}
        url = f"{self.settings.api_url}chat.postMessage"
        async with self.session.post(url, json=message, headers=headers, proxy=self.client.proxy, allow_redirects=False) as response:
            body = await response.read()
            retry_after = response.headers.get("Retry-After")
        try:
            data = json.loads(body)
        except ValueError:
            data = None
        return ApiResponse(response.status, data if isinstance(data, dict) else {}, retry_after)

    async def call(self, method: str, **arguments: Any) -> str:
        """Call a method. Return "", or what went wrong."""
        try:
            await self.client.api_call(method, json=arguments)
        except CALL_ERRORS as error:
            problem = explain(error)
            logger.warning("%s failed: %s", method, problem)
            return problem
        return ""

    async def respond(self, response_url: str, message: dict[str, Any]) -> bool:
        """Return whether Slack took it. A response_url is as good as a key: it must lead to the same Slack and is never logged."""
        if not self.settings.own(response_url):
            logger.warning("ignored a response_url that is not on Slack's domain")
            return False
        proxy = self.proxy_for(response_url)
        try:
            async with self.session.post(response_url, json=message, proxy=proxy, allow_redirects=False) as response:
                if response.status == 200:
                    return True
                logger.warning("could not send an answer: HTTP %d", response.status)
        except NETWORK_ERRORS as error:
            logger.warning("could not send an answer: %s", network.explain(error))
        return False


@asynccontextmanager
async def connected(slack: Slack, db: Database) -> AsyncIterator[None]:
    task = asyncio.create_task(resume_workspace(slack, db))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await slack.close()


async def resume_workspace(slack: Slack, db: Database) -> None:
    """Resume channels that a bad token paused."""
    wait = FIRST_WAIT_SECONDS
    while (problem := await slack.identify()) is not None:
        if problem in WORKSPACE:
            reason = f"{WORKSPACE[problem]} (auth.test: {problem})"
            logger.error("SLACK_BOT_TOKEN does not work: %s. The bot cannot post; run `tradebot doctor` to see how to fix it", reason)
            return
        url = slack.settings.api_url
        logger.warning("Slack at %s did not identify the bot: %s. Posts may fail until it does; trying again", url, problem)
        await asyncio.sleep(wait)
        wait = min(2 * wait, MAX_WAIT_SECONDS)
    assert slack.me is not None  # noqa: S101 - identify succeeded
    workspace = slack.me.workspace

    def resume() -> int:
        with db.begin() as conn:
            now = db.now(conn)
            pauses.resume_workspace(conn, PLATFORM, "", PAUSED, now)  # the admins' channel, if it was named before its workspace was known
            return pauses.resume_workspace(conn, PLATFORM, workspace, PAUSED, now)

    while True:
        try:
            count = await asyncio.to_thread(resume)
            break
        except Exception as error:
            logger.warning("could not look up paused channels (%s); trying again", type(error).__name__)
            await asyncio.sleep(MAX_WAIT_SECONDS / 10)
    logger.info("connected as %s in %s%s", slack.me.name, workspace, f"; resumed {count} paused channels" if count else "")


def explain(error: Exception) -> str:
    """Return Slack's name for one of CALL_ERRORS, else its HTTP status or why Slack could not be reached."""
    if not isinstance(error, SlackApiError):
        return network.explain(error)
    name, status, _ = error_details(error)
    return name or f"HTTP {status}"


def error_details(error: SlackApiError) -> tuple[str, int, str | None]:
    """Return (Slack's name for the error or "", HTTP status, Retry-After)."""
    response: Any = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    data = getattr(response, "data", None)
    name = data.get("error") if isinstance(data, dict) else None
    headers = getattr(response, "headers", None) or {}
    return (name if isinstance(name, str) else ""), int(status), headers.get("Retry-After")
