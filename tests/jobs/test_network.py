"""Explanations of the real failures of real libraries, and Retry-After."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime

import aiohttp
import httpx
import pytest

from jobs.network import CONNECTION_LOST, TIMED_OUT, UNKNOWN_HOST, explain, retry_after


@pytest.fixture
def rude() -> Iterator[int]:
    """A port where every connection is taken and closed."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    taken, _ = server.accept()
                except OSError:
                    return
                taken.recv(4096)
                taken.close()

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def silent() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def closed() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


async def by_aiohttp(url: str, seconds: float = 60) -> str:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=seconds)) as session:
        with pytest.raises((aiohttp.ClientError, TimeoutError)) as caught:
            await session.get(url)
    return explain(caught.value)


async def by_httpx(url: str, seconds: float = 60) -> str:
    async with httpx.AsyncClient(timeout=seconds, trust_env=False) as http:
        with pytest.raises(httpx.HTTPError) as caught:
            await http.get(url)
    return explain(caught.value)


async def by_httpx_in_a_thread(url: str, seconds: float = 60) -> str:
    with httpx.Client(timeout=seconds, trust_env=False) as http, pytest.raises(httpx.HTTPError) as caught:
        await asyncio.to_thread(http.get, url)
    return explain(caught.value)


By = Callable[..., Awaitable[str]]
EACH = pytest.mark.parametrize("by", [by_aiohttp, by_httpx, by_httpx_in_a_thread])


@EACH
async def test_a_port_where_nobody_listens(by: By) -> None:
    assert await by(f"http://127.0.0.1:{closed()}/") == "no connection (refused)"


@EACH
async def test_a_name_that_nobody_knows(by: By, monkeypatch: pytest.MonkeyPatch) -> None:

    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert await by("http://slack.invalid/") == UNKNOWN_HOST


@EACH
async def test_a_host_that_says_nothing(by: By, silent: int) -> None:
    assert await by(f"http://127.0.0.1:{silent}/", 0.1) == TIMED_OUT


@EACH
async def test_a_connection_that_breaks_off(by: By, rude: int) -> None:
    assert await by(f"http://127.0.0.1:{rude}/") == CONNECTION_LOST


@EACH
async def test_a_host_without_tls(by: By, rude: int) -> None:
    said = await by(f"https://127.0.0.1:{rude}/")
    assert said == CONNECTION_LOST or said.startswith("no secure connection: ")


def test_a_certificate_that_is_not_trusted_is_told_in_its_own_words() -> None:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    assert explain(error) == "no secure connection: self-signed certificate"


def test_anything_else_is_named() -> None:
    assert explain(OSError(101, "Network is unreachable")) == "no connection (Network is unreachable)"
    assert explain(httpx.UnsupportedProtocol("https://hooks.slack.com/key")) == "no connection (UnsupportedProtocol)"


DATE = "Mon, 09 Feb 2026 14:02:00 GMT"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("9" * 30, 86_400.0),
        ("Mon, 09 Feb 2026 14:02:00 GMT", 120.0),
        ("Mon, 09 Feb 2026 13:00:00 GMT", 0.0),
        ("Mon, 09 Feb 2099 13:00:00 GMT", 86_400.0),
        ("soon", None),
        ("-5", None),
        ("²", None),
        ("", None),
    ],
)
def test_retry_after_is_seconds_or_a_date_by_the_servers_clock(header: str, seconds: float | None) -> None:
    assert retry_after(header, "Mon, 09 Feb 2026 14:00:00 GMT") == seconds


@pytest.mark.parametrize(("value", "seconds"), [("1.5", 1.5), ("inf", None), ("nan", None), ("1_0", None), (None, None), ("soon", None)])
def test_retry_after_without_a_date_header_is_seconds(value: str | None, seconds: float | None) -> None:
    assert retry_after(value) == seconds


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("Mon, 09 Feb 2026 14:02:00 GMT", 120.0),
        ("Mon, 09 Feb 2026 14:02:00 -0000", 120.0),
        ("Monday, 09-Feb-26 14:02:00 GMT", 120.0),
        ("Mon Feb  9 14:02:00 2026", 120.0),
        ("Mon, 09 Feb 2026 13:00:00 GMT", 0.0),
        ("Mon, 09 Feb 2099 13:00:00 GMT", 86_400.0),
    ],
)
@pytest.mark.parametrize("date", [None, "", "yesterday"])
def test_retry_after_is_a_date_by_our_clock_if_the_server_does_not_tell_its_own(value: str, seconds: float, date: str | None) -> None:
    assert retry_after(value, date, datetime(2026, 2, 9, 14, tzinfo=UTC)) == seconds
