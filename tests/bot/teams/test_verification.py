"""Verifying requests: tokens of every kind, loopback keys, and a key server that misbehaves."""

import asyncio
import json
import logging
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.teams import client
from bot.teams.verification import UNKNOWN_KEY_SECONDS, Keys
from tests.support import teams_server
from tests.support.teams_server import CLIENT, ISSUER, TENANT, TeamsServer

AGENT_365 = "5a807f24-c9de-44ee-a3a7-329e88a00ffc"


def now() -> int:
    """Asked when it is needed: a whole run takes minutes."""
    return int(time.time())


HOUR = 3600


@pytest.fixture
def server() -> Iterator[TeamsServer]:
    with teams_server.serving() as found:
        yield found


class Seconds:
    """A clock that only the test moves."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def keys(server: TeamsServer, seconds: Seconds) -> Keys:
    client.import_sdk()
    return Keys(server.cloud(), CLIENT, seconds)


def b64(text: str) -> str:
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def hs256(server: TeamsServer) -> str:
    """Signed with the public key, as if that were a shared secret. (PyJWT refuses to make one.)"""
    import hashlib
    import hmac

    pem = teams_server.key("first").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    said = b64('{"alg":"HS256","typ":"JWT","kid":"first"}') + "." + server.token().split(".")[1]
    return said + "." + urlsafe_b64encode(hmac.new(pem, said.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()


def tampered(server: TeamsServer) -> str:
    head, _, signature = server.token().split(".")
    return f"{head}.{server.token(aud=CLIENT, extra='more').split('.')[1]}.{signature}"


def unsigned(server: TeamsServer) -> str:
    return b64('{"alg":"none","typ":"JWT","kid":"first"}') + "." + server.token().split(".")[1] + "."


def claims(server: TeamsServer) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(server.token(), options={"verify_signature": False})
    return found


def raw(said: Any, **header: Any) -> str:
    """Sign a token that PyJWT would not create by itself."""
    head, body = b64(json.dumps({"alg": "RS256", "typ": "JWT", "kid": "first"} | header)), b64(json.dumps(said))
    signature = teams_server.key("first").sign(f"{head}.{body}".encode(), PKCS1v15(), SHA256())
    return f"{head}.{body}." + urlsafe_b64encode(signature).rstrip(b"=").decode()


def entra(tenant: str, version: str) -> str:
    return f"https://login.microsoftonline.com/{tenant}/v2.0" if version == "2" else f"https://sts.windows.net/{tenant}/"


OTHER_TENANT = "00000000-1111-2222-3333-444444444444"

REFUSED: dict[str, Callable[[TeamsServer], str]] = {
    "another audience": lambda s: s.token(aud="66666666-2222-3333-4444-555555555555"),
    "several audiences": lambda s: s.token(aud=[CLIENT, "66666666-2222-3333-4444-555555555555"]),
    "a list of one audience": lambda s: s.token(aud=[CLIENT]),
    "no audience": lambda s: s.token(aud=None),
    "audience api": lambda s: s.token(aud=f"api://{CLIENT}"),
    "audience api of a bot": lambda s: s.token(aud=f"api://botid-{CLIENT}"),
    "a number for an audience": lambda s: s.token(aud=7),
    "another issuer": lambda s: s.token(iss="https://api.botframework.evil.example"),
    "the issuer with a slash": lambda s: s.token(iss=f"{ISSUER}/"),
    "no issuer": lambda s: s.token(iss=None),
    "a list of issuers": lambda s: raw(claims(s) | {"iss": [ISSUER]}),
    **{
        f"Entra v{version} of {whose} tenant": (
            partial(TeamsServer.token, iss=entra(tenant, version), tid=tenant, azp=AGENT_365, appid=AGENT_365)
        )
        for whose, tenant in (("our", TENANT), ("another", OTHER_TENANT))
        for version in ("1", "2")
    },
    "expired": lambda s: s.token(exp=now() - HOUR),
    "never expires": lambda s: s.token(exp=None),
    "expires in words": lambda s: s.token(exp="tomorrow"),
    "not yet valid": lambda s: s.token(nbf=now() + HOUR),
    "issued later": lambda s: s.token(iat=now() + HOUR),
    "another key under this one's name": lambda s: s.token(by="other", kid="first"),
    "no algorithm": unsigned,
    "a public key as a secret": hs256,
    "cut short": lambda s: s.token()[:-20],
    "no signature": lambda s: s.token().rpartition(".")[0] + ".",
    "other words": tampered,
    "an unknown key": lambda s: s.token(by="other"),
    "no key": lambda s: s.token(kid=None),
    "the key server's other key": lambda s: s.token(by="first", kid="second"),
    "another address": lambda s: s.token(serviceurl="https://smba.evil.example/teams/"),
    "no address": lambda s: s.token(serviceurl=None),
    "an address that is a list": lambda s: s.token(serviceurl=[s.service_url]),
    "an address that is a number": lambda s: s.token(serviceurl=5),
    "claims that are no object": lambda _: raw([]),
    "a key that is a number": lambda s: b64('{"alg":"RS256","kid":7}') + "." + ".".join(s.token().split(".")[1:]),
    "a header that is no object": lambda s: b64("[]") + "." + ".".join(s.token().split(".")[1:]),
    "deep claims": lambda _: b64('{"alg":"RS256","kid":"first"}') + "." + b64("[" * 3000) + ".x",
    "a critical extension": lambda s: raw(claims(s), crit=["x"], x=1),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_invalid_tokens_are_refused_and_logged_without_the_token(
    keys: Keys, server: TeamsServer, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.keys.append("second")
    assert await keys.is_genuine(f"Bearer {raw(claims(server))}", server.service_url)  # only what is changed below is wrong
    token = REFUSED[name](server)
    caplog.set_level(logging.DEBUG, "bot")
    caplog.set_level(logging.DEBUG, "microsoft_teams")
    assert await keys.is_genuine(f"Bearer {token}", server.service_url) is False
    (line,) = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert line.startswith("rejected a request to the Teams endpoint: ")
    assert len(line) < 200
    assert "eyJ" not in line


@pytest.mark.parametrize(
    ("claims", "service_url"),
    [
        ({}, "{}"),
        ({}, "{}".rstrip("/")),
        ({"exp": 10 * 365 * 24 * HOUR}, "{}"),
        ({"exp": -60}, "{}"),  # clocks differ by five minutes
        ({"nbf": 60}, "{}"),
        ({"nbf": None}, "{}"),
    ],
)
async def test_valid_tokens_are_accepted(keys: Keys, server: TeamsServer, claims: dict[str, int | None], service_url: str) -> None:
    given: dict[str, Any] = {name: after if after is None else now() + after for name, after in claims.items()}
    url = service_url.format(server.service_url)
    assert await keys.is_genuine(f"Bearer {server.token(**given)}", url) is True
    assert await keys.is_genuine(f"bearer {server.token(**given)}", url.rstrip("/")) is True
    assert len(server.asked("keys")) == 1


@pytest.mark.parametrize(
    ("endorsements", "accepted"),
    [
        (["msteams"], True),
        (["webchat", "msteams"], True),
        (["webchat"], False),
        (["msteams-other", "MSTeams"], False),
        ([], False),
        ("msteams", False),
        ({"msteams": 1}, False),
        (None, True),  # Microsoft's own libraries accept a key without the list
    ],
)
async def test_a_key_that_is_endorsed_for_other_channels_does_not_speak_for_teams(
    keys: Keys, server: TeamsServer, endorsements: object, accepted: bool
) -> None:
    server.keys.append("second")
    server.endorsements["second"] = endorsements
    assert await keys.is_genuine(f"Bearer {server.token(by='second')}", server.service_url) is accepted
    assert await keys.is_genuine(f"Bearer {server.token()}", server.service_url)


async def test_endorsements_follow_the_published_keys(keys: Keys, server: TeamsServer) -> None:
    server.endorsements["first"] = ["webchat"]
    assert not await keys.is_genuine(f"Bearer {server.token()}", server.service_url)
    del server.endorsements["first"]
    await keys.refresh()
    assert await keys.is_genuine(f"Bearer {server.token()}", server.service_url)


@pytest.mark.parametrize("service_url", ["", "https://smba.evil.example/teams/", "/", "{}x"])
async def test_a_token_is_valid_for_its_own_service_url_only(keys: Keys, server: TeamsServer, service_url: str) -> None:
    assert await keys.is_genuine(f"Bearer {server.token()}", service_url.format(server.service_url)) is False


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "{}",
        "Basic {}",
        "Bearer {} {}",
        "Bearer  {}",
        "Bearer {},Bearer {}",
        "Bearer {}.{}",
        "Bearer é{}",
        "Bearer \x00{}",
        "Bearer {}\n",
        "Bearer " + "a" * 100_000,
        "Bearer " + "a." * 50_000,
        "Bearer " + "." * 2,
        "Bearer ٣.٣.٣",
    ],
)
async def test_a_malformed_header_is_refused(keys: Keys, server: TeamsServer, header: str) -> None:
    assert await keys.is_genuine(f"Bearer {server.token()}", server.service_url)
    assert await keys.is_genuine(header.replace("{}", server.token()), server.service_url) is False


async def test_a_slow_key_server_does_not_block_the_event_loop(keys: Keys, server: TeamsServer) -> None:
    server.fail("keys", "hold")
    asking = asyncio.create_task(keys.is_genuine(f"Bearer {server.token()}", server.service_url))
    async with asyncio.timeout(30):
        while not server.asked("keys"):  # noqa: ASYNC110  # the server is in another thread
            await asyncio.sleep(0.01)
    assert not asking.done()
    server.released = True
    assert await asking


async def test_held_keys_stay_valid_while_the_key_server_is_down(keys: Keys, server: TeamsServer) -> None:
    assert await keys.refresh()
    for fault in ("500", "html", "odd", "null", "drop before", "404"):
        server.fail("keys", fault)
        assert not await keys.refresh()
        assert await keys.is_genuine(f"Bearer {server.token()}", server.service_url)
    server.keys.clear()
    assert not await keys.refresh()  # a set without a key is none
    assert await keys.is_genuine(f"Bearer {server.token()}", server.service_url)


async def test_a_new_key_is_accepted_after_one_fetch_and_the_old_one_refused(keys: Keys, server: TeamsServer) -> None:
    await keys.refresh()
    server.keys[:] = ["second"]
    assert await keys.is_genuine(f"Bearer {server.token(by='second')}", server.service_url)
    assert len(server.asked("keys")) == 2
    assert not await keys.is_genuine(f"Bearer {server.token()}", server.service_url)


async def test_a_flood_of_unknown_keys_causes_few_fetches(keys: Keys, server: TeamsServer, seconds: Seconds) -> None:
    await keys.refresh()

    async def flood() -> list[bool]:
        tokens = [server.token(kid=f"unknown{number}") for number in range(100)]
        return await asyncio.gather(*(keys.is_genuine(f"Bearer {token}", server.service_url) for token in tokens))

    for _ in range(3):
        assert not any(await flood())
        assert await keys.is_genuine(f"Bearer {server.token()}", server.service_url)
    assert len(server.asked("keys")) == 2
    seconds.now += UNKNOWN_KEY_SECONDS
    assert not any(await flood())
    assert len(server.asked("keys")) == 3


async def test_without_keys_a_flood_is_refused_and_causes_one_fetch(keys: Keys, server: TeamsServer) -> None:
    server.fail("keys", "500")
    taken = await asyncio.gather(*(keys.is_genuine(f"Bearer {server.token()}", server.service_url) for _ in range(50)))
    assert not any(taken)
    assert len(server.asked("keys")) == 1
    assert await keys.refresh()
    assert await keys.is_genuine(f"Bearer {server.token()}", server.service_url)


async def test_a_failed_fetch_of_keys_is_logged_with_its_reason(keys: Keys, server: TeamsServer, caplog: pytest.LogCaptureFixture) -> None:
    server.fail("keys", "500", "drop before")
    for said in ("HTTP 500", "the connection was lost"):
        assert not await keys.refresh()
        assert caplog.messages[-1] == f"could not fetch the keys from {keys.url}: {said}"


async def test_keys_are_kept_fresh_in_the_background(keys: Keys, server: TeamsServer) -> None:
    fresh = asyncio.create_task(keys.keep_fresh())
    async with asyncio.timeout(30):
        while not keys.has_keys:  # noqa: ASYNC110  # a task in the background fetches them
            await asyncio.sleep(0.02)
    fresh.cancel()
    assert await keys.is_genuine(f"Bearer {server.token()}", server.service_url)
    assert len(server.asked("keys")) == 1


async def test_the_environments_proxy_is_not_used_for_local_keys(keys: Keys, server: TeamsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert await keys.is_genuine(f"Bearer {server.token()}", server.service_url)
