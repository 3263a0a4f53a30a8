"""The bot's token for Microsoft's connector: got by msal, which keeps it until shortly before it ends.

msal waits for ever by itself, and in the thread that asks. So it gets a way out with a time-out, and one thread at a time asks: a login
that hangs takes one thread and no more.
"""

import asyncio
import logging
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from bot.settings import TeamsSettings
from bot.teams.verification import DIRECT
from jobs import network

if TYPE_CHECKING:
    from msal import ConfidentialClientApplication  # type: ignore[import-untyped]

logger = logging.getLogger(__name__)

LOGIN_SECONDS = 8.0
"""Of each step of a login; less than a post may take."""
WAIT_SECONDS = 12.0
"""How long a post waits for a token."""
END_SECONDS = 2.0
"""How long the end of the process waits for a login."""

PASSING = frozenset(("", "temporarily_unavailable", "server_error", "timeout"))
"""The login's words for what isn't about the bot."""

MEANING = {
    "AADSTS7000215": "TEAMS_CLIENT_SECRET is wrong",
    "AADSTS7000222": "TEAMS_CLIENT_SECRET has expired",
    "AADSTS700016": "the tenant of TEAMS_TENANT_ID doesn't know the bot of TEAMS_CLIENT_ID",
    "AADSTS7000112": "the bot of TEAMS_CLIENT_ID is switched off in Entra",
    "AADSTS90002": "there is no tenant TEAMS_TENANT_ID",
}
"""https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes"""


class NoToken(ConnectionError):
    """There is no token, and so nothing was posted. `refused`: the login doesn't give one to this bot, and asking again won't help."""

    def __init__(self, why: str, *, refused: bool) -> None:
        super().__init__(why)
        self.why = why
        self.refused = refused


class Tokens:
    """Of one bot in one tenant."""

    def __init__(self, settings: TeamsSettings) -> None:
        self.settings = settings
        self._way: Way | None = None
        self._client: ConfidentialClientApplication | None = None
        self._flight: asyncio.Task[str] | None = None

    async def get(self) -> str:
        """A token that is good now. Raises NoToken."""
        if self._flight is None or self._flight.done():
            self._flight = asyncio.create_task(self._fly())
            self._flight.add_done_callback(lambda flight: flight.cancelled() or flight.exception())  # or asyncio wonders about it
        flight = self._flight  # the next one may begin while this one is waited for
        done, _ = await asyncio.wait({flight}, timeout=WAIT_SECONDS)
        if not done:
            raise NoToken(f"the login did not answer within {WAIT_SECONDS:g} s", refused=False)
        return flight.result()

    async def forget(self) -> None:
        """The connector doesn't take the token: the next one is asked for anew."""
        if self._client is not None:
            await asyncio.to_thread(self._client.remove_tokens_for_client)

    async def close(self) -> None:
        """A login that is under way may end first, for a moment: its connection would be left open."""
        if self._flight is not None and not self._flight.done():
            await asyncio.wait({self._flight}, timeout=END_SECONDS)
        if self._way is not None:
            self._way.close()
        self._way = self._client = None

    async def _fly(self) -> str:
        try:
            return await asyncio.to_thread(self._ask)
        except NoToken:
            raise
        except Exception as error:  # of httpx, of msal, of what isn't JSON
            said = "the login can't be reached, or doesn't know the tenant of TEAMS_TENANT_ID"
            reason = network.explain(error) if isinstance(error, (httpx.HTTPError, OSError)) else type(error).__name__
            raise NoToken(f"{said} ({reason})", refused=False) from None

    def _ask(self) -> str:
        from msal import ConfidentialClientApplication

        cloud = self.settings.cloud
        if self._client is None:
            self._way = self._way or Way(cloud.login)
            self._client = ConfidentialClientApplication(
                self.settings.client_id,
                client_credential=self.settings.client_secret,
                authority=f"https://{urlsplit(cloud.login).netloc}/{self.settings.tenant_id}",
                http_client=self._way,
                instance_discovery=False,  # the login's address is ours; nobody has to be asked about it
            )
        found: dict[str, Any] = self._client.acquire_token_for_client([cloud.scope])
        token = found.get("access_token")
        if isinstance(token, str) and token:
            return token
        raise no_token(found)


class Way:
    """msal's way out: a time-out, no redirects. A login of this computer, as the tests have one, does without TLS."""

    def __init__(self, login: str) -> None:
        self._plain = login.startswith("http://")
        self._http = httpx.Client(timeout=LOGIN_SECONDS, mounts=DIRECT)

    def get(self, url: str, *, params: Any = None, headers: Any = None, **_: Any) -> httpx.Response:
        return self._http.get(self._url(url), params=params, headers=headers)

    def post(self, url: str, *, params: Any = None, data: Any = None, headers: Any = None, **_: Any) -> httpx.Response:
        return self._http.post(self._url(url), params=params, data=data, headers=headers)

    def close(self) -> None:
        self._http.close()

    def _url(self, url: str) -> str:
        return url.replace("https://", "http://", 1) if self._plain else url


def no_token(found: Mapping[str, Any]) -> NoToken:
    """What the login said instead of giving a token. Only its codes: the rest of its sentence names people and requests."""
    error = found.get("error")
    name = error if isinstance(error, str) and re.fullmatch(r"\w{1,60}", error) else ""
    code = re.match(r"AADSTS\d{1,10}", str(found.get("error_description") or ""))
    codes = ", ".join(each for each in (name, code[0] if code else "") if each)
    meaning = MEANING.get(code[0] if code else "", "the login gives the bot no token")
    return NoToken(f"{meaning} ({codes})" if codes else meaning, refused=name not in PASSING)
