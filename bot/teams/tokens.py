"""Get the bot's token from msal, which caches it until shortly before it expires.

The bot signs in with a secret, with a certificate, or with the managed identity of the Azure resource that it runs on. The identity is
either the bot itself (an Azure Bot of the type User-Assigned Managed Identity), or one that the bot's app registration trusts:
https://learn.microsoft.com/microsoftteams/platform/teams-sdk/essentials/app-authentication

msal has no time-out of its own and blocks, so one thread at a time calls it, with an HTTP client that has one.
"""

import asyncio
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from bot.settings_checks import SYSTEM
from bot.teams.certificate import BadCertificate, read_certificate
from bot.teams.settings import TeamsSettings
from jobs import http_client
from jobs.network import explain
from jobs.proxies import Network

if TYPE_CHECKING:
    from msal import ConfidentialClientApplication, ManagedIdentityClient  # type: ignore[import-untyped]

logger = logging.getLogger(__name__)

LOGIN_SECONDS = 8.0
"""For each step of a login."""
WAIT_SECONDS = 12.0
FINISH_SECONDS = 2.0

IDENTITY_SERVICE = "the managed identity service of this computer"

TRANSIENT_ERRORS = frozenset(("", "temporarily_unavailable", "server_error", "timeout"))

MEANING = {
    "AADSTS7000215": "TEAMS_CLIENT_SECRET is wrong",
    "AADSTS7000222": "TEAMS_CLIENT_SECRET has expired",
    "AADSTS700027": "Microsoft Entra does not accept the certificate in TEAMS_CERTIFICATE",
    **dict.fromkeys(
        ("AADSTS70021", "AADSTS700211", "AADSTS700212", "AADSTS700213"),
        "the app registration TEAMS_CLIENT_ID does not trust the identity in TEAMS_MANAGED_IDENTITY",
    ),
    "AADSTS700016": "the tenant TEAMS_TENANT_ID has no bot TEAMS_CLIENT_ID",
    "AADSTS7000112": "the bot TEAMS_CLIENT_ID is turned off in Entra",
    "AADSTS90002": "there is no tenant TEAMS_TENANT_ID",
}
"""https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes"""


BUSY = frozenset((404, 410, 429))
"""Statuses of the managed identity service that ask for another try:
https://learn.microsoft.com/en-us/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#error-handling"""


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
        self._identity: ManagedIdentityClient | None = None
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
        self._identity = None  # its tokens are cached in it

    async def close(self) -> None:
        if self._login is not None and not self._login.done():
            await asyncio.wait({self._login}, timeout=FINISH_SECONDS)
        if self._http is not None:
            self._http.close()
        self._http = self._client = self._identity = None

    async def _log_in(self) -> str:
        try:
            return await asyncio.to_thread(self._acquire_token)
        except NoToken:
            raise
        except Exception as error:  # of httpx, of msal, or of JSON
            problem = "the sign-in service cannot be reached, or has no tenant TEAMS_TENANT_ID"
            reason = explain(error) if isinstance(error, (httpx.HTTPError, OSError)) else type(error).__name__
            raise NoToken(f"{problem} ({reason})", refused=False) from None

    def _acquire_token(self) -> str:
        settings = self.settings
        if settings.managed_identity == settings.client_id:
            return self._identity_token(settings.cloud.scope.removesuffix("/.default"))
        if self._client is None:
            from msal import ConfidentialClientApplication

            cloud = settings.cloud
            self._http = self._http or MsalHttpClient(cloud.login, settings.network)
            self._client = ConfidentialClientApplication(
                settings.client_id,
                client_credential=self._credential(),
                authority=f"https://{urlsplit(cloud.login).netloc}/{settings.tenant_id}",
                http_client=self._http,
                instance_discovery=False,  # the address is one of ours, so Microsoft need not confirm it
            )
        return _token_of(self._client.acquire_token_for_client([settings.cloud.scope]), "the sign-in service")

    def _credential(self) -> str | dict[str, Any]:
        """Return msal's client_credential. Raises NoToken."""
        settings = self.settings
        if settings.managed_identity:
            return {"client_assertion": lambda: self._identity_token(settings.cloud.exchange)}
        if settings.certificate is None:
            return settings.client_secret
        try:
            found = read_certificate(settings.certificate, datetime.now(UTC))
        except BadCertificate as problem:
            raise NoToken(f"TEAMS_CERTIFICATE={settings.certificate}: {problem}", refused=True) from None
        # msal computes the SHA-256 thumbprint from the certificate
        return {"private_key": found.private_key, "public_certificate": found.certificate}

    def _identity_token(self, resource: str) -> str:
        """Return a token of the managed identity. Raises NoToken."""
        from msal import ManagedIdentityClient, SystemAssignedManagedIdentity, UserAssignedManagedIdentity

        if self._identity is None:
            name = self.settings.managed_identity
            identity = SystemAssignedManagedIdentity() if name == SYSTEM else UserAssignedManagedIdentity(client_id=name)
            self._identity = ManagedIdentityClient(identity, http_client=IdentityHttpClient())
        try:
            found = self._identity.acquire_token_for_client(resource=resource)
        except NoToken:
            raise
        except Exception as error:
            reason = explain(error) if isinstance(error, (httpx.HTTPError, OSError)) else type(error).__name__
            raise NoToken(f"{IDENTITY_SERVICE} cannot be reached ({reason})", refused=False) from None
        return _token_of(found, IDENTITY_SERVICE)


class MsalHttpClient:
    """It has a time-out and follows no redirects. A login on this computer, such as in tests, may lack TLS."""

    def __init__(self, login: str, network: Network) -> None:
        self._plain = login.startswith("http://")
        self._http = http_client.client(network, login, timeout=LOGIN_SECONDS)

    def get(self, url: str, *, params: Any = None, headers: Any = None, **_: Any) -> httpx.Response:
        return self._http.get(self._url(url), params=params, headers=headers)

    def post(self, url: str, *, params: Any = None, data: Any = None, headers: Any = None, **_: Any) -> httpx.Response:
        # httpx would write bytes, which msal's assertion is, as "b'…'"
        fields = {name: value.decode() if isinstance(value, bytes) else value for name, value in (data or {}).items()}
        return self._http.post(self._url(url), params=params, data=fields, headers=headers)

    def close(self) -> None:
        self._http.close()

    def _url(self, url: str) -> str:
        return url.replace("https://", "http://", 1) if self._plain else url


class IdentityHttpClient:
    """Reaches the managed identity service, which is part of the Azure resource: no proxy leads there."""

    def get(self, url: str, *, params: Any = None, headers: Any = None, **_: Any) -> httpx.Response:
        response = httpx.get(url, params=params, headers=headers, timeout=LOGIN_SECONDS, trust_env=False)
        if response.status_code in BUSY or response.status_code >= 500:
            raise NoToken(f"{IDENTITY_SERVICE} answered HTTP {response.status_code}", refused=False)
        return response

    def close(self) -> None:
        pass


def _token_of(found: Mapping[str, Any], service: str) -> str:
    """Raises NoToken."""
    token = found.get("access_token")
    if isinstance(token, str) and token:
        return token
    raise _login_error(found, service)


def _login_error(found: Mapping[str, Any], service: str) -> NoToken:
    """Return only the error's codes: the rest names people and requests."""
    error = found.get("error")
    name = error if isinstance(error, str) and re.fullmatch(r"\w{1,60}", error) else ""
    code = re.match(r"AADSTS\d{1,10}", str(found.get("error_description") or ""))
    codes = ", ".join(each for each in (name, code[0] if code else "") if each)
    meaning = MEANING.get(code[0] if code else "", f"{service} issued no token")
    return NoToken(f"{meaning} ({codes})" if codes else meaning, refused=name not in TRANSIENT_ERRORS)
