"""The way to Slack: one client on one session for everything that goes out, with no retry that could post twice."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.settings import SlackSettings
from bot.slack.errors import PAUSED, WORKSPACE
from bot.slack.incoming import PLATFORM
from jobs import network
from jobs.store import channels
from jobs.store.database import Database

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 15
"""Of a call; less than a delivery may take (jobs.outcomes.Pace)."""

KEYS = re.compile(r"(ticket=|https?://hooks\.)[^\s'\"&]+|\bxox[a-z]-[^\s'\"]+|\bxapp-[^\s'\"]+")
"""What opens a door to whoever reads it: a socket's address, a response_url, a token."""


def without_keys(record: logging.LogRecord) -> bool:
    """Takes keys out of a line of the SDK's log; a traceback may hold them too, so its last line alone stays."""
    said = record.getMessage()
    if record.exc_info and record.exc_info[1] is not None:
        said += f" ({type(record.exc_info[1]).__name__})"
    record.msg, record.args, record.exc_info = KEYS.sub("…", said), (), None
    return True


QUIET = logging.getLogger("bot.slack.sdk")
"""For the SDK and Bolt, which write down whole payloads below the level that it is given with the first client."""

FIRST_WAIT, LONGEST_WAIT = 5.0, 300.0
"""Seconds until a Slack that could not be reached is asked again; it doubles."""

NOT_THERE = ("not_in_channel", "channel_not_found")


@dataclass(frozen=True, slots=True)
class Me:
    """Who the bot is, as Slack says."""

    workspace: str
    """The team's id; the organization's where the app is installed for all of one."""
    user_id: str
    bot_id: str
    name: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What Slack answered a call; `data` is {} when it is no JSON object."""

    status: int
    data: dict[str, Any]
    retry_after: str | None

    @property
    def ok(self) -> bool:
        return self.status == 200 and self.data.get("ok") is True

    @property
    def error(self) -> str:
        """Slack's word for what went wrong; "" when there is none."""
        name = self.data.get("error")
        return name if isinstance(name, str) else ""


class Slack:
    """Opened in the event loop that uses it, at its first use; `close` ends it."""

    def __init__(self, settings: SlackSettings) -> None:
        self.settings = settings
        self.me: Me | None = None
        self._client: AsyncWebClient | None = None
        self._session: aiohttp.ClientSession | None = None

    @property
    def bot(self) -> str:
        """How people call the bot, for "/invite @…"; "" until Slack has said it."""
        return self.me.name if self.me else ""

    @property
    def session(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_SECONDS))
        return self._session

    @property
    def client(self) -> AsyncWebClient:
        if self._client is None:
            self._client = self.client_with(self.settings.bot_token)
        return self._client

    def client_with(self, token: str | None) -> AsyncWebClient:
        """A client on the one session. None: for those who bring the token with each call."""
        QUIET.setLevel(logging.WARNING)
        QUIET.addFilter(without_keys)
        client = AsyncWebClient(
            token=token,
            base_url=self.settings.api_url,
            timeout=TIMEOUT_SECONDS,
            session=self.session,
            logger=QUIET,
            retry_handlers=[],
        )
        if self.settings.local:
            client.proxy = None  # a proxy of the environment doesn't lead to this computer
        return client

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
        self._client = self._session = None

    async def introduce(self) -> str | None:
        """Asks Slack who the bot is; when it doesn't say, Slack's word for the reason, or words of ours."""
        try:
            found = await self.client.auth_test()
        except SlackApiError as error:
            return refusal(error)[0] or f"HTTP {refusal(error)[1]}"
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return network.explain(error)
        team, enterprise = str(found.get("team_id") or ""), str(found.get("enterprise_id") or "")
        workspace = enterprise if enterprise and found.get("is_enterprise_install") is True else team
        user_id, bot_id, name = (str(found.get(key) or "") for key in ("user_id", "bot_id", "user"))
        self.me = Me(workspace, user_id, bot_id, name or "Trade bot")
        return None

    async def absent(self, channel: str) -> bool:
        """Whether the bot is certainly not in a channel. Reading its history is what finding a post again needs as well."""
        try:
            await self.client.conversations_history(channel=channel, limit=1)
        except SlackApiError as error:
            name = refusal(error)[0]
            if name not in NOT_THERE:
                logger.warning("could not see whether the bot is in %s: %s", channel, name)
            return name in NOT_THERE
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            logger.warning("could not see whether the bot is in %s: %s", channel, network.explain(error))
        return False

    async def post(self, message: dict[str, Any]) -> Answer:
        """chat.postMessage, past the SDK: a third of what a post costs is the SDK's own work. Raises what aiohttp raises."""
        head = {"Authorization": f"Bearer {self.settings.bot_token}"}
        url = f"{self.settings.api_url}chat.postMessage"
        async with self.session.post(url, json=message, headers=head, proxy=self.client.proxy, allow_redirects=False) as answer:
            body = await answer.read()
            retry_after = answer.headers.get("Retry-After")
        try:
            data = json.loads(body)
        except ValueError:
            data = None
        return Answer(answer.status, data if isinstance(data, dict) else {}, retry_after)

    async def call(self, method: str, **given: Any) -> str:
        """Slack's word for what went wrong, "" when nothing did."""
        try:
            await self.client.api_call(method, json=given)
        except SlackApiError as error:
            name, status, _ = refusal(error)
            logger.warning("%s was refused: %s", method, name or status)
            return name or f"HTTP {status}"
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            logger.warning("%s had no answer: %s", method, network.explain(error))
            return type(error).__name__
        return ""

    async def say(self, messages: Iterable[dict[str, Any]]) -> str:
        """Posts them in order; Slack's word for what went wrong, "" when nothing did."""
        for message in messages:
            if problem := await self.call("chat.postMessage", **message):
                return problem
        return ""

    async def respond(self, response_url: str, message: dict[str, Any]) -> bool:
        """Answers by a response_url, which is as good as a key: it goes to the same Slack only, and into no log."""
        if not self.settings.own(response_url):
            logger.warning("no answer goes to a response_url that isn't Slack's")
            return False
        proxy = self.client.proxy
        try:
            async with self.session.post(response_url, json=message, proxy=proxy, allow_redirects=False) as answer:
                if answer.status == 200:
                    return True
                logger.warning("an answer was not taken: HTTP %d", answer.status)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            logger.warning("an answer could not be given: %s", network.explain(error))
        return False


@asynccontextmanager
async def connected(slack: Slack, db: Database) -> AsyncIterator[None]:
    """Slack can be reached while the block runs. At its start the bot asks who it is, beside everything else."""
    asking = asyncio.create_task(back(slack, db))
    try:
        yield
    finally:
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        await slack.close()


async def back(slack: Slack, db: Database) -> None:
    """A token that works ends the pause that trouble with one had begun."""
    wait = FIRST_WAIT
    while (problem := await slack.introduce()) is not None:
        if problem in WORKSPACE:
            reason = f"{WORKSPACE[problem]} (auth.test: {problem})"
            logger.error("SLACK_BOT_TOKEN does not work: %s. Nothing can be posted; `tradebot doctor` says what to do", reason)
            return
        at = slack.settings.api_url
        logger.warning("Slack at %s does not say who the bot is: %s. It is asked again; until then posts may fail", at, problem)
        await asyncio.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT)
    assert slack.me is not None  # noqa: S101  # it was introduced
    workspace = slack.me.workspace

    def resume() -> int:
        with db.begin() as conn:
            return channels.resume_workspace(conn, PLATFORM, workspace, PAUSED)

    while True:
        try:
            count = await asyncio.to_thread(resume)
            break
        except Exception as error:
            logger.warning("paused channels can't be looked up yet (%s); it is tried again", type(error).__name__)
            await asyncio.sleep(LONGEST_WAIT / 10)
    logger.info("this is %s in %s%s", slack.me.name, workspace, f"; {count} channels are posted to again" if count else "")


def refusal(error: SlackApiError) -> tuple[str, int, str | None]:
    """Slack's word for what went wrong ("" when there is none), the HTTP status, and Retry-After."""
    response: Any = error.response
    status = getattr(response, "status_code", None) or getattr(response, "status", None) or 0
    data = getattr(response, "data", None)
    name = data.get("error") if isinstance(data, dict) else None
    headers = getattr(response, "headers", None) or {}
    return (name if isinstance(name, str) else ""), int(status), headers.get("Retry-After")
