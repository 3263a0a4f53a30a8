"""Get the bot's token from msal, which caches it until shortly before it expires.

msal has no time-out of its own and blocks, so one thread at a time calls it, with an HTTP client that has one.
"""

import asyncio
import logging
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from bot.settings import TeamsSettings
from bot.teams.verification import DIRECT_MOUNTS
from jobs import network

if TYPE_CHECKING:
    from msal import ConfidentialClientApplication  # type: ignore[import-untyped]

logger = logging.getLogger(__name__)

LOGIN_SECONDS = 8.0
"""For each step of a login."""
WAIT_SECONDS = 12.0
FINISH_SECONDS = 2.0

TRANSIENT_ERRORS = frozenset(("", "temporarily_unavailable", "server_error", "timeout"))

MEANING = {
    "AADSTS7000215": "TEAMS_CLIENT_SECRET is wrong",
    "AADSTS7000222": "TEAMS_CLIENT_SECRET has expired",
    "AADSTS700016": "the tenant TEAMS_TENANT_ID has no bot TEAMS_CLIENT_ID",
    "AADSTS7000112": "the bot TEAMS_CLIENT_ID is turned off in Entra",
    "AADSTS90002": "there is no tenant TEAMS_TENANT_ID",
}
"""https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes"""


class NoToken(ConnectionError):
    """Nothing was posted. `refused` means that asking again does not help."""

    def __init__(self, why: str, *, refused: bool) -> None:
        super().__init__(why)
        self.why = why
        self.refused = refused


class Tokens:
    def __init__(self, settings: TeamsSettings) -> None:
        self.settings = settings
        self._http: MsalHttpClient | None = None
        self._client: ConfidentialClientApplication | None = None
        self._login: asyncio.Task[str] | None = None

    async def get(self) -> str:
        """Raises NoToken."""
        if self._login is None or self._login.done():
            self._login = asyncio.create_task(self._log_in())
            # retrieve the exception, or asyncio logs it
            self._login.add_done_callback(lambda login: login.cancelled() or login.exception())
        login = self._login  # the next login may start while this one is awaited
        done, _ = await asyncio.wait({login}, timeout=WAIT_SECONDS)
        if not done:
            raise NoToken(f"the sign-in service did not answer within {WAIT_SECONDS:g} s", refused=False)
        return login.result()

    async def forget(self) -> None:
        if self._client is not None:
            await asyncio.to_thread(self._client.remove_tokens_for_client)

    async def close(self) -> None:
        if self._login is not None and not self._login.done():
            await asyncio.wait({self._login}, timeout=FINISH_SECONDS)
        if self._http is not None:
            self._http.close()
        self._http = self._client = None

    async def _log_in(self) -> str:
        try:
            return await asyncio.to_thread(self._acquire_token)
        except NoToken:
            raise
        except Exception as error:  # of httpx, of msal, or of JSON
            problem = "the sign-in service cannot be reached, or has no tenant TEAMS_TENANT_ID"
            reason = network.explain(error) if isinstance(error, (httpx.HTTPError, OSError)) else type(error).__name__
            raise NoToken(f"{problem} ({reason})", refused=False) from None

    def _acquire_token(self) -> str:
        from msal import ConfidentialClientApplication

        cloud = self.settings.cloud
        if self._client is None:
            self._http = self._http or MsalHttpClient(cloud.login)
            self._client = ConfidentialClientApplication(
                self.settings.client_id,
                client_credential=self.settings.client_secret,
                authority=f"https://{urlsplit(cloud.login).netloc}/{self.settings.tenant_id}",
                http_client=self._http,
                instance_discovery=False,  # the address is one of ours, so Microsoft need not confirm it
            )
        found: dict[str, Any] = self._client.acquire_token_for_client([cloud.scope])
        token = found.get("access_token")
        if isinstance(token, str) and token:
            return token
        raise _login_error(found)


class MsalHttpClient:
    """It has a time-out and follows no redirects. A login on this computer, such as in tests, may lack TLS."""

    def __init__(self, login: str) -> None:
        self._plain = login.startswith("http://")
        self._http = httpx.Client(timeout=LOGIN_SECONDS, mounts=DIRECT_MOUNTS)

    def get(self, url: str, *, params: Any = None, headers: Any = None, **_: Any) -> httpx.Response:
        return self._http.get(self._url(url), params=params, headers=headers)

    def post(self, url: str, *, params: Any = None, data: Any = None, headers: Any = None, **_: Any) -> httpx.Response:
        return self._http.post(self._url(url), params=params, data=data, headers=headers)

    def close(self) -> None:
        self._http.close()

    def _url(self, url: str) -> str:
        return url.replace("https://", "http://", 1) if self._plain else url


def _login_error(found: Mapping[str, Any]) -> NoToken:
    """Return only the error's codes: the rest names people and requests."""
    error = found.get("error")
    name = error if isinstance(error, str) and re.fullmatch(r"\w{1,60}", error) else ""
    code = re.match(r"AADSTS\d{1,10}", str(found.get("error_description") or ""))
    codes = ", ".join(each for each in (name, code[0] if code else "") if each)
    meaning = MEANING.get(code[0] if code else "", "the sign-in service issued no token")
    return NoToken(f"{meaning} ({codes})" if codes else meaning, refused=name not in TRANSIENT_ERRORS)
