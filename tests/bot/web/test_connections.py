"""Connections that only cost the server something are closed, and everybody else is answered."""

import asyncio
import contextlib
import logging
import resource
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from bot.web import connections
from bot.web.connections import MAX_HEAD, limited, max_connections
from tests.support import slack_server
from tests.support.feed_server import bulletins, serving
from tests.support.half_open import half_open
from tests.support.loopback_app import stop_accepting
from tests.support.process import bot, content, eventually
from tests.support.slack_payloads import command, form, headers

COUNT = 1_400


@pytest.mark.process
def test_a_command_is_answered_and_feeds_are_read_with_1400_connections_that_send_half_a_head(tmp_path: Path, sqlite_url: str) -> None:
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < COUNT + 500:
        pytest.skip("this computer's limit of open files is too low for the test itself")
    with serving(bulletins(60)) as feeds, slack_server.serving() as slack:
        settings = {"DATABASE_URL": sqlite_url, "CONTENT_DIR": str(content(tmp_path / "content", feeds)), **slack.settings()}
        with bot("run", "for Slack at http://127.0.0.1:", files="1024", **settings) as running:
            port = int(running.url.rpartition(":")[2])
            with half_open(port, COUNT) as attack:
                eventually(lambda: attack.opened > COUNT, "they are open, and opened again", 120)
                asked = len(feeds.asked("/csms.rss"))
                body = form(command("/pti revenue"))
                status, answer = running.send("/slack/events", body, headers(body))
                assert (status, "Revenue" in answer) == (200, True)
                eventually(lambda: len(feeds.asked("/csms.rss")) > asked + 1, "the feed is read on", 120)
            assert running.end() == 0
        assert len(running.log) < 10_000, running.log[-2_000:]


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Read the body of a POST, and no other one."""
    if scope["type"] != "http":
        return
    while scope["method"] == "POST" and (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


Connect = Callable[[], Any]


@pytest.fixture
async def connect(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Connect]:
    """Serve with short times, and open connections."""
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(connections, "BODY_SECONDS", 0.3)
    server = uvicorn.Server(uvicorn.Config(application, port=0, lifespan="off", log_config=None, http=limited(8), timeout_keep_alive=60))
    running = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110  # uvicorn signals nothing
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    writers: list[asyncio.StreamWriter] = []

    async def opened() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writers.append(writer)
        return reader, writer

    yield opened
    for writer in writers:
        writer.transport.abort()  # some have more to send than the server reads
    await stop_accepting(server.servers[0].sockets)
    server.should_exit = True
    await running


async def rest(reader: asyncio.StreamReader) -> bytes:
    """Return what comes until the server closes the connection."""
    found = bytearray()
    with contextlib.suppress(ConnectionError):
        while piece := await asyncio.wait_for(reader.read(65_536), 30):
            found += piece
    return bytes(found)


GET = b"GET / HTTP/1.1\r\nHost: bot\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: bot\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET",
        b"GET / HTTP/1.1\r\nX: ",
        POST + b"Content-Length: 10\r\n\r\n12345",
        POST + b"Transfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n",
        GET + b"GET / HTTP/1.1\r\nX: ",
        GET.replace(b"\r\n\r\n", b"\r\nContent-Length: 10\r\n\r\n12345"),
    ],
)
async def test_a_request_that_does_not_end_is_closed(connect: Connect, sent: bytes) -> None:
    reader, writer = await connect()
    writer.write(sent)
    found = await rest(reader)
    assert found.count(b"HTTP/1.1 200") == sent.count(b"GET / HTTP/1.1\r\nHost")


@pytest.mark.parametrize("piece", [b"x", b"X-More: 1\r\n"])
async def test_a_head_that_drips_is_closed(connect: Connect, piece: bytes) -> None:
    reader, writer = await connect()
    writer.write(b"GET / HTTP/1.1\r\nX: ")
    for _ in range(1_000):
        writer.write(piece)
        await asyncio.sleep(0.02)
        if writer.transport.is_closing() or reader.at_eof():
            break
    assert await rest(reader) == b""


@pytest.mark.parametrize(
    "head", [b"GET /" + b"x" * 10_000_000, b"GET / HTTP/1.1\r\nX: " + b"x" * 10_000_000, b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 2_000_000]
)
async def test_a_head_without_end_is_closed_before_it_is_stored(connect: Connect, head: bytes) -> None:
    reader, writer = await connect()
    sent = 0
    with contextlib.suppress(ConnectionError):
        while sent < len(head):
            writer.write(head[sent : sent + MAX_HEAD // 2])
            sent += MAX_HEAD // 2
            await writer.drain()
    assert b"200" not in await rest(reader)
    assert sent < len(head)


async def test_chunks_without_end_are_closed(connect: Connect) -> None:
    reader, writer = await connect()
    writer.write(POST + b"Transfer-Encoding: chunked\r\n\r\n")
    with contextlib.suppress(ConnectionError):
        for _ in range(2_000):
            writer.write(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")
            await writer.drain()
    assert b"200" not in await rest(reader)


@pytest.mark.parametrize(
    "sent", [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\x00" * 100, GET + b"garbage\r\n\r\n", b"SSH-2.0-x\r\n", GET * 1_000]
)
async def test_what_is_no_request_is_closed_and_logged_once(connect: Connect, caplog: pytest.LogCaptureFixture, sent: bytes) -> None:
    from bot.web.log import RepeatFilter

    logger, kept = logging.getLogger("uvicorn.error"), RepeatFilter()
    logger.addFilter(kept)
    try:
        for _ in range(5):
            reader, writer = await connect()
            writer.write(sent)
            assert (await rest(reader)).count(b"HTTP/1.1 200") <= 20
    finally:
        logger.removeFilter(kept)
    assert sum(record.name == "uvicorn.error" and record.levelno >= logging.WARNING for record in caplog.records) <= 1


async def test_beyond_the_limit_the_connection_that_waits_the_longest_is_closed(connect: Connect) -> None:
    several = [await connect() for _ in range(8)]
    reader, writer = several[0]
    writer.write(GET)
    assert b"ok" in await reader.readuntil(b"ok")
    newest, its_writer = await connect()
    its_writer.write(GET)
    assert b"ok" in await newest.readuntil(b"ok")
    assert await rest(several[1][0]) == b""
    writer.write(GET)
    assert b"ok" in await reader.readuntil(b"ok")


def test_the_jobs_keep_half_of_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    for files, expected in ((1024, 512), (65_536, 512), (256, 128), (20, 16), (resource.RLIM_INFINITY, 512)):
        monkeypatch.setattr(resource, "getrlimit", lambda _, files=files: (files, files))
        assert max_connections() == expected
