"""The way to Teams: Microsoft's SDK for everything that goes out, with time-outs and no retry, and the keys for what comes in.

The SDK costs a second and 86 MB, reads a .env file and the environment at its import. So it is imported here and in keys.py alone, when a
Teams is made, with both hidden from it.
"""

import asyncio
import contextlib
import json
import logging
import re
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from bot.settings import TEAMS_READS, TeamsSettings, hidden
from bot.teams.errors import PAUSED
from bot.teams.tokens import NoToken, Tokens
from bot.teams.verification import DIRECT, Keys
from jobs.store import channels
from jobs.store.database import Database

if TYPE_CHECKING:
    from microsoft_teams.apps import App

logger = logging.getLogger(__name__)

Json = dict[str, Any]

PLATFORM = "teams"
TIMEOUT_SECONDS = 10.0
"""Of each step of a call."""
CALL_SECONDS = 25.0
"""Of a call with all its steps, a login among them; less than a delivery may take (jobs.outcomes.Pace)."""

FIRST_WAIT, LONGEST_WAIT = 5.0, 300.0
"""Seconds until a login that could not be reached is asked again; it doubles."""

SECRETS = re.compile(r"\beyJ[\w.-]+|(?i:\bbearer\s+|client_secret['\"=: ]+)[^\s'\"&,}]+")
"""What opens a door to whoever reads it."""

NO_ID = "DO_NOT_USE_PLACEHOLDER_ID"
"""What the SDK puts where the connector named no id."""

MOOT = "TENANT_ID is not set"
"""What the SDK says of the anonymous mode, about a variable that isn't ours."""

SDK_LOGGERS = ("microsoft_teams", "msal")


@dataclass(frozen=True, slots=True)
class Answer:
    """What Teams' connector answered. `id`: of the message, "" when it named none."""

    status: int
    id: str
    retry_after: str | None
    error: str
    """Teams' code for what went wrong; "" when there is none."""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


class OneLine(logging.Handler):
    """Says what the SDK says in a line of our own log, without what opens doors and without tracebacks, which may hold it."""

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        if said.startswith(MOOT):
            return
        if record.exc_info and record.exc_info[1] is not None:
            said += f" ({type(record.exc_info[1]).__name__})"
        logger.log(record.levelno, "%s: %s", record.name, SECRETS.sub("…", " ".join(said.split()))[:500])


def prepare() -> None:
    """Imports the SDK without letting it help itself, and leads what it says into our log. May be done again."""
    # it warns of parts of itself that are new or old, which it uses itself
    warnings.filterwarnings("ignore", module=r"microsoft_teams\.")
    with hidden(TEAMS_READS, PYTHON_DOTENV_DISABLED="1"):
        import microsoft_teams.apps  # noqa: F401
    for name in SDK_LOGGERS:
        theirs = logging.getLogger(name)
        theirs.propagate = False
        theirs.setLevel(logging.WARNING)
        if not any(isinstance(handler, OneLine) for handler in theirs.handlers):
            theirs.addHandler(OneLine())
    # we say ourselves why a token isn't taken
    logging.getLogger("microsoft_teams.apps.auth.token_validator").setLevel(logging.CRITICAL)
    # the SDK gives httpx's logger the level of this one, and httpx writes down every address below it
    logging.getLogger("microsoft_teams.common.http.client").setLevel(logging.WARNING)


class Teams:
    """Made before the event loop runs, since the SDK's import would hold it up; used in one event loop; `close` ends it."""

    def __init__(self, settings: TeamsSettings) -> None:
        prepare()
        self.settings = settings
        self.keys = None if settings.anonymous else Keys(settings.cloud, settings.client_id)
        self.tokens = None if settings.anonymous else Tokens(settings)
        self._app = app(settings, self._token)
        self._http: httpx.AsyncClient | None = None
        self._ready = False

    async def genuine(self, authorization: str, service_url: str) -> bool:
        """Whether a request comes from Teams; always in the anonymous mode. `service_url` is the activity's."""
        return bool(service_url) if self.keys is None else await self.keys.genuine(authorization, service_url)

    async def post(self, service_url: str, conversation_id: str, activity: Json) -> Answer:
        """Posts a message into a conversation; into a channel's thread where the id ends with ;messageid=ROOT.
        Raises httpx.HTTPError when there was no answer, and NoToken when nothing was posted for want of a token."""
        return await self._send(service_url, conversation_id, activity)

    async def update(self, service_url: str, conversation_id: str, activity_id: str, activity: Json) -> Answer:
        """The same in place of a message that the bot posted."""
        answer = await self._send(service_url, conversation_id, {**activity, "id": quote(activity_id, safe="")})
        return Answer(answer.status, activity_id, answer.retry_after, answer.error) if answer.ok else answer

    async def close(self) -> None:
        if self._http is not None:
            await self._http.aclose()
        if self.tokens is not None:
            await self.tokens.close()
        self._http = None

    async def _send(self, service_url: str, conversation_id: str, activity: Json) -> Answer:
        if not sendable(activity):
            return Answer(400, "", None, "NotJson")
        try:
            async with asyncio.timeout(CALL_SECONDS):
                answer = await self._once(service_url, conversation_id, activity)
                if answer.status == 401 and self.tokens is not None:
                    # a token may be taken back before it ends; nothing was posted, so that it may be tried with another
                    await self.tokens.forget()
                    answer = await self._once(service_url, conversation_id, activity)
                return answer
        except TimeoutError:
            raise httpx.ReadTimeout(f"no answer within {CALL_SECONDS:g} s") from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            return Answer(400, "", None, "BadServiceUrl")

    async def _once(self, service_url: str, conversation_id: str, activity: Json) -> Answer:
        from microsoft_teams.api.activities.message import MessageActivityInput

        message = MessageActivityInput.model_validate(activity)
        # the SDK writes the id into the address as it is
        to, at = quote(conversation_id, safe=":;=@-_.~"), service_url or self.settings.cloud.service_url
        if not self.settings.trusts(at):
            logger.warning("nothing is posted to an address that isn't Teams'")
            return Answer(400, "", None, "BadServiceUrl")
        await self._open()
        try:
            sent = await self._app.send(to, message, service_url=at)
        except httpx.HTTPStatusError as error:
            return refused(error.response)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            logger.warning("Teams took a message, and its answer can't be read: %s", type(error).__name__)
            return Answer(200, "", None, "")
        return Answer(200, "" if sent.id == NO_ID else sent.id, None, "")

    async def _open(self) -> None:
        if self._http is None:
            # the SDK's own would take a proxy of the environment even to this computer, and nobody could close it
            self._http = httpx.AsyncClient(timeout=TIMEOUT_SECONDS, mounts=DIRECT)
            self._app.api.http.http = self._http
        if not self._ready:
            self._ready = True
            await self._app.initialize()

    async def _token(self, _scope: str, _tenant: str | None) -> str | None:
        return None if self.tokens is None else await self.tokens.get()


def app(settings: TeamsSettings, token: Any) -> "App":
    """The SDK's own, told everything that it would look for in the environment."""
    from microsoft_teams.apps import App
    from microsoft_teams.common import ClientOptions

    with hidden(TEAMS_READS):
        return App(
            client_id=settings.client_id,
            tenant_id=settings.tenant_id or None,
            token=token,
            client=ClientOptions(timeout=TIMEOUT_SECONDS),
            service_url=settings.cloud.service_url,
            dangerously_allow_unauthenticated_requests=False,  # what comes in doesn't pass through it
        )


def sendable(activity: Json) -> bool:
    """Whether it can be written as JSON: what can't was certainly not posted."""
    try:
        json.dumps(activity, ensure_ascii=False, allow_nan=False).encode()
    except (TypeError, ValueError):
        return False
    return True


def refused(response: httpx.Response) -> Answer:
    """An answer that isn't 2xx."""
    try:
        said = response.json()
    except ValueError:
        said = None
    error = said.get("error") if isinstance(said, dict) else None
    code = error.get("code") if isinstance(error, dict) else error
    name = code if isinstance(code, str) and re.fullmatch(r"[\w.-]{1,80}", code) else ""
    return Answer(response.status_code, "", response.headers.get("Retry-After"), name)


@asynccontextmanager
async def connected(teams: Teams, db: Database) -> AsyncIterator[None]:
    """Teams can be reached while the block runs. The keys are fetched and the token is asked for beside everything else."""
    beside = [asyncio.create_task(back(teams, db))]
    if teams.keys is not None:
        beside.append(asyncio.create_task(teams.keys.keep_fresh()))
    try:
        yield
    finally:
        for task in beside:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*beside, return_exceptions=True)
        await teams.close()


async def back(teams: Teams, db: Database) -> None:
    """A token that works ends the pause that trouble with one had begun."""
    if teams.tokens is None:
        logger.warning("anybody on this computer may speak for Teams, and posts go out without a token: for Microsoft's local client alone")
        return
    wait = FIRST_WAIT
    while True:
        try:
            await teams.tokens.get()
            break
        except NoToken as problem:
            hint = "; `tradebot doctor` says what to do" if problem.refused else ""
            logger.warning("Microsoft gives the bot no token for Teams: %s; nothing can be posted there%s", problem.why, hint)
            if problem.refused:
                return
        await asyncio.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT)
    tenant = teams.settings.tenant_id

    def resume() -> int:
        with db.begin() as conn:
            return channels.resume_workspace(conn, PLATFORM, tenant, PAUSED)

    count = await asyncio.to_thread(resume)
    logger.info("Teams takes the bot in tenant %s%s", tenant, f"; {count} channels are posted to again" if count else "")
