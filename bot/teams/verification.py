"""Whether a request comes from Teams: by its token, which Microsoft signs, and by keys that are held in memory.

Looking at a token never fetches anything in the event loop. Keys are fetched in a thread, at the start and every few minutes; for a key
that isn't held once in a while, so that nobody without a token can make the bot fetch again and again. While the key server is down, the
keys that are held stay good.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx

from bot.teams.clouds import Cloud
from jobs import network

if TYPE_CHECKING:
    from jwt import PyJWKClient
    from microsoft_teams.apps.auth import TokenValidator

logger = logging.getLogger(__name__)

REFRESH_SECONDS = 600.0
FIRST_WAIT = 5.0
"""Seconds until a key server that gave no keys at all is asked again; it doubles, up to REFRESH_SECONDS."""
UNKNOWN_SECONDS = 30.0
"""Keys are fetched for an unknown key at most once in this time."""
FETCH_SECONDS = 5.0
WAIT_SECONDS = 10.0
"""How long a request waits for keys."""
MAX_CHARACTERS = 16_384
"""Of a token; Microsoft's have about 1,500."""
FOR_EVER = 10.0 * 365 * 86_400

DIRECT = dict.fromkeys(("all://localhost", "all://127.0.0.1", "all://[::1]"))
"""For httpx: a proxy of the environment doesn't lead to this computer."""


class Keys:
    """The keys of a cloud's issuer. `clock`: seconds that only grow. Made where the SDK may be imported (connection.Teams)."""

    def __init__(self, cloud: Cloud, client_id: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.url = cloud.keys_url
        self.client_id = client_id
        self.clock = clock
        self._held, self._validator = held_only(cloud, client_id)
        self._asked: float | None = None
        self._flight: asyncio.Task[bool] | None = None

    async def genuine(self, authorization: str, service_url: str) -> bool:
        """Whether the header was made by Teams for this bot and for the address that the activity asks to be answered at. Never raises."""
        try:
            problem = await self._problem(authorization, service_url)
        except Exception as error:  # whatever a hostile token made of it
            problem = type(error).__name__
        if problem:
            logger.warning("a request to Teams' address was refused: %s", problem)
        return not problem

    async def keep_fresh(self) -> None:
        """Fetches the keys now and every few minutes, until it is cancelled."""
        wait = FIRST_WAIT
        while True:
            await self.refresh()
            wait = REFRESH_SECONDS if self.warm else min(2 * wait, REFRESH_SECONDS)
            await asyncio.sleep(wait)

    @property
    def warm(self) -> bool:
        cache = self._held.jwk_set_cache
        return cache is not None and cache.get() is not None

    async def refresh(self) -> bool:
        """Fetches the keys in a thread, one fetch at a time; False when they didn't come in time, and what was held stays."""
        if self._flight is None or self._flight.done():
            self._flight = asyncio.create_task(self._fetch())
        flight = self._flight  # the next one may begin while this one is waited for
        done, _ = await asyncio.wait({flight}, timeout=WAIT_SECONDS)
        return bool(done) and flight.result()

    async def _fetch(self) -> bool:
        cache = self._held.jwk_set_cache
        assert cache is not None  # noqa: S101  # held_only asks for one
        try:
            cache.put(await asyncio.to_thread(fetched, self.url))
        except Exception as error:  # of httpx, of JSON, of keys that are none
            logger.warning("the keys of %s did not come: %s", self.url, missed(error))
            return False
        return True

    async def _problem(self, authorization: str, service_url: str) -> str:
        """Why a request isn't taken; "" when it is."""
        import jwt

        if not authorization or not service_url:
            return "it has no Authorization header" if not authorization else "its activity names no serviceUrl"
        scheme, _, token = authorization.partition(" ")
        if scheme.casefold() != "bearer" or not token.isascii() or len(token) > MAX_CHARACTERS or token.count(".") != 2:
            return "its Authorization header isn't Bearer and a token"
        key = jwt.get_unverified_header(token).get("kid")
        if not isinstance(key, str) or not key:
            return "its token names no key"
        if not await self._holds(key):
            return "its token names a key that isn't the issuer's"
        claims = await self._validator.validate_token(token, service_url)
        if claims.get("aud") != self.client_id:  # PyJWT takes a list of audiences as well
            return "its token is for several audiences"
        return "" if "exp" in claims else "its token never expires"

    async def _holds(self, key: str) -> bool:
        """Whether a key is held; else the keys are fetched, if that wasn't done for another a moment ago."""
        if self._has(key):
            return True
        if self._flight is not None and not self._flight.done():
            await self.refresh()
            if self._has(key):
                return True
        if self._asked is None or self.clock() - self._asked >= UNKNOWN_SECONDS:
            self._asked = self.clock()
            await self.refresh()
        return self._has(key)

    def _has(self, key: str) -> bool:
        return self.warm and self._held.match_kid(self._held.get_signing_keys(), key) is not None


def held_only(cloud: Cloud, client_id: str) -> "tuple[PyJWKClient, TokenValidator]":
    """PyJWT's keys, which never expire by themselves and are never fetched by a look at them, and the SDK's check of a token by them.

    Not the SDK's check of an activity: that one also takes the tokens of any tenant's Entra, and doesn't hold their address against the
    activity's.
    """
    from jwt import PyJWKClient
    from microsoft_teams.apps.auth import TokenValidator
    from microsoft_teams.apps.auth.token_validator import JwtValidationOptions

    held = PyJWKClient(cloud.keys_url, lifespan=FOR_EVER, cooldown_duration=FOR_EVER, timeout=FETCH_SECONDS)
    validator = TokenValidator(JwtValidationOptions([cloud.issuer], [client_id], cloud.keys_url))
    validator._jwks_client = held
    return held, validator


def missed(error: Exception) -> str:
    """Why a fetch brought no keys."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"HTTP {error.response.status_code}"
    return network.explain(error) if isinstance(error, (httpx.HTTPError, OSError)) else type(error).__name__


def fetched(url: str) -> dict[str, Any]:
    """A JSON Web Key Set. For a thread; raises what httpx raises, or ValueError."""
    with httpx.Client(timeout=FETCH_SECONDS, mounts=DIRECT) as http:
        answer = http.get(url)
        answer.raise_for_status()
        found = answer.json()
    if not isinstance(found, dict):  # null would empty PyJWT's cache
        raise ValueError("it is no JSON object")
    return found
