"""Verify that requests come from Teams, by the token that Microsoft signs.

Keys are fetched at startup and every few minutes; while the key server is down, the old ones stay valid.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx

from bot.teams import incoming
from bot.teams.clouds import Cloud
from jobs import http_client
from jobs.network import explain, seconds_ahead
from jobs.proxies import DIRECT, Network

if TYPE_CHECKING:
    from jwt import PyJWKClient
    from microsoft_teams.apps.auth import TokenValidator

logger = logging.getLogger(__name__)

REFRESH_SECONDS = 600.0
MIN_REFRESH_SECONDS = 5.0
"""The first wait after a fetch without any keys; it doubles, up to REFRESH_SECONDS."""
UNKNOWN_KEY_SECONDS = 30.0
FETCH_SECONDS = 5.0
WAIT_SECONDS = 10.0
MAX_TOKEN_CHARACTERS = 16_384
"""Microsoft's tokens have about 1,500."""
FOREVER_SECONDS = 10.0 * 365 * 86_400


_ABOUT_TIME = ("ExpiredSignatureError", "ImmatureSignatureError", "InvalidIssuedAtError")


class Keys:
    """Import the SDK first (client.import_sdk)."""

    def __init__(self, cloud: Cloud, client_id: str, clock: Callable[[], float] = time.monotonic, network: Network = DIRECT) -> None:
        self.url = cloud.keys_url
        self.network = network
        self.client_id = client_id
        self.clock = clock
        self._jwks, self._validator = make_validator(cloud, client_id)
        self._unknown_key_fetch: float | None = None
        self._fetching: asyncio.Task[bool] | None = None
        self._endorsements: dict[str, list[Any]] = {}
        self.clock_ahead: float | None = None
        """How many seconds this computer's clock is ahead of the key server's, by its last answer."""

    async def is_genuine(self, authorization: str, service_url: str) -> bool:
        """Whether Teams made the header for this bot and the activity's service URL. Never raises."""
        try:
            problem = await self._problem(authorization, service_url)
        except Exception as error:  # a hostile token may raise anything
            problem = type(error).__name__
            if problem in _ABOUT_TIME:
                problem = f"the token is not valid at this time, by this computer's clock ({problem}); if this continues, set the clock"
        if problem:
            logger.warning("rejected a request to the Teams endpoint: %s", problem)
        return not problem

    async def keep_fresh(self) -> None:
        wait = MIN_REFRESH_SECONDS
        while True:
            await self.refresh()
            wait = REFRESH_SECONDS if self.has_keys else min(2 * wait, REFRESH_SECONDS)
            await asyncio.sleep(wait)

    @property
    def has_keys(self) -> bool:
        cache = self._jwks.jwk_set_cache
        return cache is not None and cache.get() is not None

    async def refresh(self) -> bool:
        """Return False when no keys arrived; the old ones stay."""
        if self._fetching is None or self._fetching.done():
            self._fetching = asyncio.create_task(self._fetch())
        fetching = self._fetching  # the next fetch may start while this one is awaited
        done, _ = await asyncio.wait({fetching}, timeout=WAIT_SECONDS)
        return bool(done) and fetching.result()

    async def _fetch(self) -> bool:
        cache = self._jwks.jwk_set_cache
        assert cache is not None  # noqa: S101  # make_validator asks for one
        try:
            found, self.clock_ahead = await asyncio.to_thread(fetch_keys, self.url, self.network)
            cache.put(found)
            self._endorsements = endorsements(found)
        except httpx.HTTPStatusError as error:
            problem = f"HTTP {error.response.status_code}"
        except (httpx.HTTPError, OSError) as error:
            problem = explain(error)
        except Exception as error:  # of JSON, or of PyJWT for a set without keys
            problem = type(error).__name__
        else:
            return True
        logger.warning("could not fetch the keys from %s: %s", self.url, problem)
        return False

    async def _problem(self, authorization: str, service_url: str) -> str:
        import jwt

        if not authorization or not service_url:
            return "no Authorization header" if not authorization else "the activity has no serviceUrl"
        scheme, _, token = authorization.partition(" ")
        if scheme.casefold() != "bearer" or not token.isascii() or len(token) > MAX_TOKEN_CHARACTERS or token.count(".") != 2:
            return "the Authorization header is not a bearer token"
        key = jwt.get_unverified_header(token).get("kid")
        if not isinstance(key, str) or not key:
            return "the token has no key ID"
        if not await self._holds(key):
            return "the token's key is not one of the issuer's"
        if incoming.CHANNEL_ID not in self._endorsements.get(key, (incoming.CHANNEL_ID,)):
            return "the token's key is endorsed for other channels than Teams"
        claims = await self._validator.validate_token(token, service_url)
        if claims.get("aud") != self.client_id:  # PyJWT accepts a list of audiences too
            return "the token has several audiences"
        return "" if "exp" in claims else "the token never expires"

    async def _holds(self, key: str) -> bool:
        """Fetch for an unknown key at most every UNKNOWN_KEY_SECONDS."""
        if self._has(key):
            return True
        if self._fetching is not None and not self._fetching.done():
            await self.refresh()
            if self._has(key):
                return True
        if self._unknown_key_fetch is None or self.clock() - self._unknown_key_fetch >= UNKNOWN_KEY_SECONDS:
            self._unknown_key_fetch = self.clock()
            await self.refresh()
        return self._has(key)

    def _has(self, key: str) -> bool:
        return self.has_keys and self._jwks.match_kid(self._jwks.get_signing_keys(), key) is not None


def make_validator(cloud: Cloud, client_id: str) -> "tuple[PyJWKClient, TokenValidator]":
    """Return PyJWT's key set, which neither expires nor fetches by itself, and the SDK's token validator.

    The SDK's validator of activities accepts any tenant's Entra tokens too, and any service URL.
    """
    from jwt import PyJWKClient
    from microsoft_teams.apps.auth import TokenValidator
    from microsoft_teams.apps.auth.token_validator import JwtValidationOptions

    jwks = PyJWKClient(cloud.keys_url, lifespan=FOREVER_SECONDS, cooldown_duration=FOREVER_SECONDS, timeout=FETCH_SECONDS)
    validator = TokenValidator(JwtValidationOptions([cloud.issuer], [client_id], cloud.keys_url))
    validator._jwks_client = jwks
    return jwks, validator


def endorsements(found: dict[str, Any]) -> dict[str, list[Any]]:
    """Return the channels for which each key of a key set may sign; a key without that list is left out, and may sign for all.

    https://learn.microsoft.com/en-us/azure/bot-service/rest-api/bot-framework-rest-connector-authentication#connector-to-bot-step-3
    """
    keys = [each for each in found.get("keys", ()) if isinstance(each, dict) and each.get("endorsements") is not None]
    return {str(each.get("kid")): each["endorsements"] if isinstance(each["endorsements"], list) else [] for each in keys}


def fetch_keys(url: str, network: Network) -> tuple[dict[str, Any], float | None]:
    """Return the keys, and how far this computer's clock is ahead. Call in a thread. Raises httpx.HTTPError or ValueError."""
    with http_client.client(network, url, timeout=FETCH_SECONDS) as http:
        response = http.get(url)
        response.raise_for_status()
        found = response.json()
    if not isinstance(found, dict):  # null would empty PyJWT's cache
        raise ValueError("not a JSON object")
    return found, seconds_ahead(response.headers.get("Date"))
