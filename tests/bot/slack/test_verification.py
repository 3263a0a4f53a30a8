"""Test that requests which are not from Slack are refused unread: 401 or 413, never 500."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from bot import app, http
from bot.settings import load
from bot.slack import verification
from tests.support import slack_server
from tests.support.slack_payloads import command, form, headers
from tests.support.slack_server import SECRET

BODY = form(command("/pti revenue"))
GOOD = headers(BODY)
SIGNED, AT = "X-Slack-Signature", "X-Slack-Request-Timestamp"


@pytest.fixture(scope="module")
def slack() -> Iterator[slack_server.SlackServer]:
    with slack_server.serving() as server:
        yield server


@pytest.fixture
async def client(sqlite_url: str, slack: slack_server.SlackServer) -> AsyncIterator[httpx.AsyncClient]:
    """The application as it is served, without the network."""
    served = app.application(app.build(load(slack.settings() | {"DATABASE_URL": sqlite_url})))
    async with (
        served.router.lifespan_context(served),  # type: ignore[attr-defined]  # a Starlette
        httpx.AsyncClient(transport=httpx.ASGITransport(served, raise_app_exceptions=True), base_url="http://bot.example.gov") as found,
    ):
        yield found


async def test_signed_request_is_answered(client: httpx.AsyncClient) -> None:
    answer = await client.post("/slack/events", content=BODY, headers=headers(BODY))
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert "Revenue" in answer.text


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in headers(BODY).items() if name not in names}


@pytest.mark.parametrize(
    "sent",
    [
        lambda: {},
        lambda: without(SIGNED),
        lambda: without(AT),
        lambda: headers(BODY) | {SIGNED: ""},
        lambda: headers(BODY) | {SIGNED: "v0="},
        lambda: headers(BODY) | {SIGNED: "v0=" + "0" * 64},
        lambda: headers(BODY) | {SIGNED: headers(BODY)[SIGNED].removeprefix("v0=")},
        lambda: headers(BODY) | {SIGNED: headers(BODY)[SIGNED].upper()},
        lambda: headers(BODY, secret="another"),
        lambda: headers(BODY + b"x"),
        lambda: headers(BODY, at=time.time() - 302),
        lambda: headers(BODY, at=time.time() + 302),
        *(
            (lambda value=value: headers(BODY) | {AT: value})
            for value in ("", "abc", "-1", "1e9", "0x10", "9" * 30, "1.5", " 1700000000 ", "١٧٠٠٠٠٠٠٠٠".encode().decode("latin-1"))
        ),
    ],
)
async def test_request_without_a_fresh_signature_is_401(client: httpx.AsyncClient, sent: object) -> None:
    head = sent()  # type: ignore[operator]  # headers are made when the test runs: their time counts
    answer = await client.post("/slack/events", content=BODY, headers={name: value.encode("latin-1") for name, value in head.items()})
    assert (answer.status_code, "Revenue" in answer.text) == (401, False)


@pytest.mark.parametrize("name", [SIGNED, AT])
async def test_a_header_that_comes_twice_or_is_not_ascii_is_401(client: httpx.AsyncClient, name: str) -> None:
    good = [(each.encode(), value.encode()) for each, value in headers(BODY).items()]
    without = [(each, value) for each, value in good if each != name.encode()]
    twice = await client.post("/slack/events", content=BODY, headers=[*good, (name.encode(), headers(BODY)[name].encode())])
    odd = await client.post("/slack/events", content=BODY, headers=[*without, (name.encode(), b"v0=\xff\xfe\xe9")])
    assert (twice.status_code, odd.status_code) == (401, 401)


@pytest.mark.parametrize("body", [b"command=%2Fpti&text=\xff\xfe", b"\x80", b"\xed\xa0\x80"])
async def test_a_body_that_is_not_utf_8_is_401_even_when_it_is_signed(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/slack/events", content=body, headers=headers(body))
    assert answer.status_code == 401


async def test_a_body_that_is_too_long_is_413_announced_or_not(client: httpx.AsyncClient) -> None:
    long = b"x" * (http.MAX_BYTES + 1)

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(long), 2**16):
            yield long[start : start + 2**16]

    announced = await client.post("/slack/events", content=long, headers=headers(long))
    streamed = await client.post("/slack/events", content=pieces(), headers=headers(long))
    assert (announced.status_code, streamed.status_code) == (413, 413)


@pytest.mark.parametrize("first", [b"", BODY[:5]])
async def test_a_body_that_does_not_come_is_not_waited_for(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, first: bytes
) -> None:
    monkeypatch.setattr(http, "BODY_SECONDS", 0.05)

    async def pieces() -> AsyncIterator[bytes]:
        if first:
            yield first
        await asyncio.sleep(3600)
        yield BODY[len(first) :]

    async with asyncio.timeout(30):
        answer = await client.post("/slack/events", content=pieces(), headers=headers(BODY))
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{}",
        b"[]",
        b'{"a":' * 100_000,
        b"payload=",
        b"payload=[]",
        b"payload=%7B",
        b"payload=null",
        b"%",
        b"command=%ff",
        b"command=&text=",
        b"a=b&a=c",
        b'{"event":"text"}',
        b'{"type":"event_callback","event":[]}',
        b'{"type":"event_callback","authorizations":"x","event":{"type":"app_mention"}}',
        b'{"type":"block_actions","team":1,"actions":[]}',
        json.dumps({"type": "event_callback", "event": {"type": "app_mention", "text": 7, "user": {}}}).encode(),
    ],
)
async def test_signed_nonsense_is_refused_or_passed_over(client: httpx.AsyncClient, body: bytes) -> None:
    answer = await client.post("/slack/events", content=body, headers=headers(body))
    assert answer.status_code in (200, 400, 404)


async def test_the_address_is_verified_as_slack_asks_when_an_app_is_set_up(client: httpx.AsyncClient) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"}).encode()
    answer = await client.post("/slack/events", content=body, headers=headers(body))
    assert (answer.status_code, answer.json()) == (200, {"challenge": "abc"})
    assert (await client.post("/slack/events", content=body)).status_code == 401


async def test_words_that_look_like_payload_syntax_are_plain_words(client: httpx.AsyncClient) -> None:
    for words in ("payload", "payload={}", "revenue&command=/role", '{"a": 1}', "<@U1> revenue", "x" * 10_000):
        body = form(command(f"/pti {words}"))
        answer = await client.post("/slack/events", content=body, headers=headers(body))
        assert answer.status_code == 200
        assert answer.json()["response_type"] == "ephemeral"


def test_the_signature_is_slacks_own_example() -> None:
    # https://docs.slack.dev/authentication/verifying-requests-from-slack
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar"
        b"&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    signature = b"v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert verification.signature(b"8f742231b10e8888abcd99yyyzzz85a5", b"1531420618", body) == signature
    sent = [(verification.TIMESTAMP, b"1531420618"), (verification.SIGNATURE, signature)]
    assert verification.is_genuine(b"8f742231b10e8888abcd99yyyzzz85a5", sent, body, 1531420618 + 300)
    assert not verification.is_genuine(b"8f742231b10e8888abcd99yyyzzz85a5", sent, body, 1531420618 + 301)
    assert SECRET


@pytest.mark.parametrize(("seconds", "words"), [(-36000, "10.0 h behind"), (36000, "10.0 h ahead of")])
async def test_a_request_that_slack_signed_at_another_time_is_logged_once_with_what_to_do(
    client: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, seconds: int, words: str
) -> None:
    for _ in range(20):
        sent = headers(BODY, at=int(time.time()) + seconds)
        assert (await client.post("/slack/events", content=BODY, headers=sent)).status_code == 401
        assert (await client.post("/slack/events", content=BODY, headers=sent | {SIGNED: "v0=" + "0" * 64})).status_code == 401
    (line,) = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert f"its time is {words} this computer's clock; if this continues, set the clock" in line
