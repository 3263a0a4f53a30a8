"""Send to Teams through Microsoft's SDK, with time-outs and without retries.

Importing the SDK takes a second and 86 MB and reads .env and the environment, so it happens only when a Teams is made, with both hidden.
"""

import asyncio
import contextlib
import json
import logging
import os
import re
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import quote

import httpx

from bot.settings import TEAMS_READS, hide_variables
from bot.teams.errors import BAD_ADDRESS, PAUSED, outcome_of_response, outcome_without_token
from bot.teams.incoming import PLATFORM
from bot.teams.settings import TeamsSettings
from bot.teams.tokens import NoToken, Tokens
from bot.teams.verification import Keys
from jobs.http_client import async_client
from jobs.models.channels import ChannelRef
from jobs.network import RETRY_SECONDS
from jobs.outcomes import Outcome, Retry, Unknown
from jobs.pauses import resume_workspace
from jobs.proxies import VARIABLES
from jobs.store.database import Database

logger = logging.getLogger(__name__)

Json = dict[str, Any]

TIMEOUT_SECONDS = 10.0
"""For each step of a call."""
CALL_SECONDS = 25.0
"""For a whole call, including a login; less than a delivery may take (jobs.outcomes.Pace)."""
MIN_LOGIN_WAIT_SECONDS, MAX_LOGIN_WAIT_SECONDS = 5.0, 300.0

SECRETS = re.compile(r"\beyJ[\w.-]+|(?i:\bbearer\s+|client_secret['\"=: ]+)[^\s'\"&,}]+")

NO_ID = "DO_NOT_USE_PLACEHOLDER_ID"
"""The SDK's id when the connector returned none."""

IGNORED_LOG = "TENANT_ID is not set"
"""The SDK's warning about anonymous mode, which names a variable that is not the bot's."""


NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
"""Errors before anything was posted."""


@dataclass(frozen=True, slots=True)
class Response:
    """`id` is the message's and `error` Teams' code; either may be ""."""

    status: int
    id: str
    retry_after: str | None
    error: str

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class SdkLogHandler(logging.Handler):
    """Logs single lines, without secrets and without tracebacks, which may contain some."""

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if message.startswith(IGNORED_LOG):
            return
        if record.exc_info and record.exc_info[1] is not None:
            message += f" ({type(record.exc_info[1]).__name__})"
        logger.log(record.levelno, "%s: %s", record.name, SECRETS.sub("…", " ".join(message.split()))[:500])


def import_sdk() -> None:
    """Import the SDK and redirect its logs. Safe to call again."""
    # the SDK warns about experimental and deprecated parts that it uses itself
    warnings.filterwarnings("ignore", module=r"microsoft_teams\.")
    with hide_variables(TEAMS_READS, PYTHON_DOTENV_DISABLED="1"):
        import microsoft_teams.apps  # noqa: F401
    for name in ("microsoft_teams", "msal"):
        sdk_logger = logging.getLogger(name)
        sdk_logger.propagate = False
        sdk_logger.setLevel(logging.WARNING)
        if not any(isinstance(handler, SdkLogHandler) for handler in sdk_logger.handlers):
            sdk_logger.addHandler(SdkLogHandler())
    # verification.py logs why a token is refused
    logging.getLogger("microsoft_teams.apps.auth.token_validator").setLevel(logging.CRITICAL)
    # the SDK copies this level to httpx's logger, which logs every URL at INFO
    logging.getLogger("microsoft_teams.common.http.client").setLevel(logging.WARNING)


class Teams:
    """The connection to Teams, for one event loop. Make it before that runs: importing the SDK blocks."""

    def __init__(self, settings: TeamsSettings) -> None:
        import_sdk()
        from microsoft_teams.apps import App
        from microsoft_teams.common import ClientOptions

        self.settings = settings
        self.keys = None if settings.anonymous else Keys(settings.cloud, settings.client_id, network=settings.network)
        self.tokens = None if settings.anonymous else Tokens(settings)
        # the SDK makes clients of its own, which nothing uses; reading certificates for them would take most of the time here
        with hide_variables((*TEAMS_READS, *VARIABLES), SSL_CERT_DIR=os.devnull):
            self._app = App(
                client_id=settings.client_id,
                tenant_id=settings.tenant_id or None,
                token=self._token,
                client=ClientOptions(timeout=TIMEOUT_SECONDS),
                service_url=settings.cloud.service_url,
                dangerously_allow_unauthenticated_requests=False,  # requests from Teams do not pass through the SDK
            )
        self._http: httpx.AsyncClient | None = None
        self._ready = False

    async def is_genuine(self, authorization: str, service_url: str) -> bool:
        return bool(service_url) if self.keys is None else await self.keys.is_genuine(authorization, service_url)

    async def post(self, service_url: str, conversation_id: str, activity: Json) -> Response:
        """Raises httpx.HTTPError when there was no answer, and NoToken when nothing was posted."""
        return await self._send(service_url, conversation_id, activity)

    async def update(self, service_url: str, conversation_id: str, activity_id: str, activity: Json) -> Response:
        """Raises as `post` does."""
        response = await self._send(service_url, conversation_id, {**activity, "id": quote(activity_id, safe="")})
        return replace(response, id=activity_id) if response.ok else response

    async def open_conversation(self, service_url: str, user: str, tenant: str) -> Response:
        """Return a response whose ID is that of the chat with a person; Teams returns the one that exists. Raises as `post` does."""
        members = {"bot": {"id": f"28:{self.settings.client_id}"}, "members": [{"id": user}], "isGroup": False}
        return await self._call(
            partial(self._open_once, service_url, members | {"tenantId": tenant, "channelData": {"tenant": {"id": tenant}}})
        )

    def address_of(self, channel: ChannelRef) -> str:
        """Return the connector of the channel's latest activity, or "" (the cloud's own) if it is not trusted."""
        stored = channel.extra.get("service_url", "")
        return stored if self.settings.trusts(stored) else ""

    async def close(self) -> None:
        if self._http is not None:
            await self._http.aclose()
        if self.tokens is not None:
            await self.tokens.close()
        self._http = None

    async def _send(self, service_url: str, conversation_id: str, activity: Json) -> Response:
        try:
            json.dumps(activity, ensure_ascii=False, allow_nan=False).encode()
        except (TypeError, ValueError):
            return Response(400, "", None, "NotJson")
        return await self._call(partial(self._send_once, service_url, conversation_id, activity))

    async def _call(self, call: Callable[[], Awaitable[Response]]) -> Response:
        try:
            async with asyncio.timeout(CALL_SECONDS):
                response = await call()
                if response.status == 401 and self.tokens is not None:
                    # the token may have been revoked; nothing was posted, so a second try with a new one is safe
                    await self.tokens.forget()
                    response = await call()
                return response
        except TimeoutError:
            raise httpx.ReadTimeout(f"no answer within {CALL_SECONDS:g} s") from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            return Response(400, "", None, BAD_ADDRESS)

    async def _send_once(self, service_url: str, conversation_id: str, activity: Json) -> Response:
        from microsoft_teams.api.activities.message import MessageActivityInput

        message = MessageActivityInput.model_validate(activity)
        quoted_id = quote(conversation_id, safe=":;=@-_.~")  # the SDK does not quote the id in the URL
        address = self._address(service_url)
        if not address:
            return Response(400, "", None, BAD_ADDRESS)
        await self._open()
        try:
            sent = await self._app.send(quoted_id, message, service_url=address)
        except httpx.HTTPStatusError as error:
            return read_error(error.response)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            logger.warning("Teams accepted a message, but its response is unreadable: %s", type(error).__name__)
            return Response(200, "", None, "")
        return Response(200, "" if sent.id == NO_ID else sent.id, None, "")

    async def _open_once(self, service_url: str, parameters: Json) -> Response:
        """https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference#create-conversation"""
        address = self._address(service_url)
        if not address:
            return Response(400, "", None, BAD_ADDRESS)
        await self._open()
        assert self._http is not None  # noqa: S101 - opened above
        headers = {} if self.tokens is None else {"Authorization": f"Bearer {await self.tokens.get()}"}
        response = await self._http.post(f"{address.rstrip('/')}/v3/conversations", json=parameters, headers=headers)
        if not response.is_success:
            return read_error(response)
        try:
            found = response.json()
        except ValueError:
            found = None
        conversation = found.get("id") if isinstance(found, dict) else None
        return Response(response.status_code, conversation if isinstance(conversation, str) else "", None, "")

    def _address(self, service_url: str) -> str:
        """Return the connector's address, or "" for one that the bot's token may not go to."""
        address = service_url or self.settings.cloud.service_url
        if self.settings.trusts(address):
            return address
        logger.warning("refused to post to an address outside Teams")
        return ""

    async def _open(self) -> None:
        if self._http is None:
            # the SDK's own client would read the environment's proxies by other rules, and could not be closed
            self._app.api.http.http = self._http = async_client(self.settings.network, timeout=TIMEOUT_SECONDS)
        if not self._ready:
            self._ready = True
            await self._app.initialize()

    async def _token(self, _scope: str | list[str], _tenant: str | None) -> str | None:
        return None if self.tokens is None else await self.tokens.get()


def read_error(response: httpx.Response) -> Response:
    try:
        body = response.json()
    except ValueError:
        body = None
    error = body.get("error") if isinstance(body, dict) else None
    code = error.get("code") if isinstance(error, dict) else error
    name = code if isinstance(code, str) and re.fullmatch(r"[\w.-]{1,80}", code) else ""
    return Response(response.status_code, "", response.headers.get("Retry-After"), name)


async def outcome_of(call: Awaitable[Response], *, change: bool = False, reply: bool = False) -> Outcome:
    try:
        response = await call
    except NoToken as problem:
        return outcome_without_token(problem.why, refused=problem.refused)
    except NEVER_LEFT as error:
        return Retry(RETRY_SECONDS, f"cannot reach Teams ({type(error).__name__})")
    except httpx.HTTPError as error:
        return Unknown(f"{type(error).__name__} while posting")
    return outcome_of_response(response.status, response.id, response.retry_after, response.error, change=change, reply=reply)


@asynccontextmanager
async def connected(teams: Teams, db: Database) -> AsyncIterator[None]:
    """Fetch keys and the first token in the background while the block runs."""
    tasks = [asyncio.create_task(resume_after_login(teams, db))]
    if teams.keys is not None:
        tasks.append(asyncio.create_task(teams.keys.keep_fresh()))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)
        await teams.close()


async def resume_after_login(teams: Teams, db: Database) -> None:
    if teams.tokens is None:
        logger.warning("anyone on this computer can pose as Teams, and posts carry no token: use this only with Microsoft's local client")
        return
    wait = MIN_LOGIN_WAIT_SECONDS
    while True:
        try:
            await teams.tokens.get()
            break
        except NoToken as problem:
            hint = "; to see what to do, run `tradebot doctor`" if problem.refused else ""
            logger.warning("Microsoft issued no token for Teams: %s; the bot cannot post there%s", problem.why, hint)
            if problem.refused:
                return
        await asyncio.sleep(wait)
        wait = min(2 * wait, MAX_LOGIN_WAIT_SECONDS)
    tenant = teams.settings.tenant_id

    def resume() -> int:
        with db.begin() as conn:
            return resume_workspace(conn, PLATFORM, tenant, PAUSED, db.now(conn))

    count = await asyncio.to_thread(resume)
    logger.info("connected to Teams in tenant %s%s", tenant, f"; resumed posting in {count} channels" if count else "")
