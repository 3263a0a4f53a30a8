"""Slack: a signed look-up against a bare handler and against Bolt as its first page shows it; a post against plain aiohttp."""

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from bot.settings import load
from bot.slack.blocks import render
from bot.slack.client import Slack
from bot.slack.messages import NO_UNFURL
from bot.slack.sender import SlackSender
from handlers.replies.posts import single
from handlers.replies.serialize import dump
from handlers.replies.serialize import load as reply_of
from jobs.migrations.upgrade import upgrade
from jobs.models.channels import ChannelRef
from jobs.models.entries import Entry, TopicHit
from jobs.models.posts import Listed
from jobs.outcomes import Sent
from jobs.publish import publish_entries
from jobs.states import EntryKind, Lead
from jobs.store.database import Database
from tests.benchmarks.measure import Row, resident_mib
from tests.support import slack_server
from tests.support.paths import ROOT
from tests.support.process import bot, environment
from tests.support.slack_payloads import command, form, headers
from tests.support.slack_server import BOT_TOKEN, SECRET, SlackServer
from tests.support.small_catalog import entry, new

AT_ONCE = 16
REQUESTS = 800
ROUNDS = 7
POSTS = 300

BARE = f"""
import hashlib, hmac, time
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

async def events(request):
    body = await request.body()
    at = request.headers["x-slack-request-timestamp"]
    wanted = "v0=" + hmac.new(b"{SECRET}", b"v0:" + at.encode() + b":" + body, hashlib.sha256).hexdigest()
    if abs(time.time() - int(at)) > 300 or not hmac.compare_digest(wanted, request.headers["x-slack-signature"]):
        return JSONResponse({{}}, 401)
    return JSONResponse({{"response_type": "ephemeral", "text": "Hello"}})

app = Starlette(routes=[Route("/slack/events", events, methods=["POST"])])
"""

HELLO = f"""
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.routing import Route

bolt = AsyncApp(client=AsyncWebClient(token="{BOT_TOKEN}", base_url="URL"), signing_secret="{SECRET}")

@bolt.command("/pti")
async def pti(ack):
    await ack("Hello")

handler = AsyncSlackRequestHandler(bolt)

async def events(request):
    return await handler.handle(request)

app = Starlette(routes=[Route("/slack/events", events, methods=["POST"])])
"""

SERVE = """
import socket, uvicorn
# a socket of its own: what uvicorn makes of a bare `fd` waits before it sends little, which costs so small a handler half as much again
config = uvicorn.Config(app, log_level="critical", access_log=False, lifespan="off", ws="none")
uvicorn.Server(config).run([socket.socket(fileno={fd})])
"""

MORE = """
from handlers import table
new = tuple(table.Route("pti", (f"sub{{n}}",), "handlers.pti.pti", f"/pti sub{{n}}", "one more") for n in range({count}))
table.TABLE = (*new, *table.TABLE)
from bot import cli
cli.main(["serve"])
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A process that answers signed requests."""

    pid: int
    url: str


def rows(folder: Path) -> Iterator[Row]:
    with slack_server.serving() as slack, ExitStack() as stack:
        settings = slack.settings() | {"LOG_LEVEL": "warning"}

        def ours(name: str) -> dict[str, str]:
            return settings | {"DATABASE_URL": f"sqlite:///{folder / name}.db"}

        fill(folder / "slack.db")
        running = stack.enter_context(bot("serve", "/slack/events", **ours("slack")))
        time.sleep(2)
        yield Row("serve: memory when idle, with Slack", resident_mib(running.process.pid), "MiB", 100)
        bare = stack.enter_context(served(BARE))
        hello = stack.enter_context(served(HELLO.replace("URL", slack.url)))
        bot_ = Server(running.process.pid, running.url)
        costs = asyncio.run(compared((bot_, bare, hello), ROUNDS))
        yield ratio("a signed /pti revenue against a bare handler", costs[0], costs[1], 1.8)
        yield ratio("  and against Bolt's hello world", costs[0], costs[2], 0.5)
        latest, bare_again = asyncio.run(compared((bot_, bare), ROUNDS, "/csms latest"))
        yield ratio("a signed /csms latest (SQLite, 100 stored) against it", latest, bare_again)
        ten, hundred = (stack.enter_context(started(MORE.format(count=count), ours(f"more{count}"))) for count in (10, 100))
        costs = asyncio.run(compared((hundred, ten), 2 * ROUNDS))
        yield ratio("  with a hundred more subcommands against ten", costs[0], costs[1], 1.05)
        posting = asyncio.run(posted(slack))
        yield ratio("a post against plain aiohttp", posting[0], posting[1], 2)


def fill(path: Path) -> None:
    """Store 100 messages in a new database."""
    db = Database(f"sqlite:///{path}")
    upgrade(db)
    with db.begin() as conn:
        several = [new(entry(str(67_000_000 + number), f"Message {number} on drawback and refunds", "revenue")) for number in range(100)]
        publish_entries(conn, "csms", several, db.now(conn), backlog=True)
    db.close()


def ratio(name: str, one: Sequence[float], other: Sequence[float], bound: float | None = None) -> Row:
    found = statistics.median(mine / theirs for mine, theirs in zip(one, other, strict=True))
    note = f"{statistics.median(one) * 1e6:.0f} us against {statistics.median(other) * 1e6:.0f} us of processor time"
    return Row(name, found, "x", bound, note)


@contextmanager
def served(script: str) -> Iterator[Server]:
    """A small application under the same server as ours."""
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.set_inheritable(True)
        source = script + SERVE.format(fd=listening.fileno())
        process = subprocess.Popen([sys.executable, "-c", source], cwd=ROOT, env=environment(), pass_fds=(listening.fileno(),))
        try:
            yield Server(process.pid, f"http://127.0.0.1:{listening.getsockname()[1]}")
        finally:
            process.terminate()
            process.wait()


@contextmanager
def started(script: str, settings: dict[str, str]) -> Iterator[Server]:
    """Our own server with something changed before it starts."""
    process = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, env=environment(**settings), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        yield Server(process.pid, said[said.index("http://") : said.index("/slack/events")])
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


async def compared(servers: Sequence[Server], rounds: int, line: str = "/pti revenue") -> list[list[float]]:
    """Processor seconds of a request, by server and round. In turn, so that a machine that slows down slows all."""
    found: list[list[float]] = [[] for _ in servers]
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE, keepalive_timeout=2)) as session:
        for turn in range(rounds + 1):
            for server, costs in zip(servers, found, strict=True):
                before = processor_seconds(server.pid)
                await asked(session, server.url, line)
                if turn:  # the first warms up
                    costs.append((processor_seconds(server.pid) - before) / REQUESTS)
    return found


async def asked(session: aiohttp.ClientSession, url: str, line: str) -> None:
    """Many signed look-ups, some at once."""
    body = form(command(line, "https://hooks.slack.com/commands/T1/1/x", token="t", team_domain="office"))
    head = headers(body)

    async def ask(times: int) -> None:
        for _ in range(times):
            async with session.post(f"{url}/slack/events", data=body, headers=head) as answer:
                assert answer.status == 200, await answer.text()
                await answer.read()

    await asyncio.gather(*(ask(REQUESTS // AT_ONCE) for _ in range(AT_ONCE)))


def processor_seconds(pid: int) -> float:
    """Return the processor seconds of all threads, to the nanosecond."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((thread / "schedstat").read_text().split()[0]) for thread in threads) / 1e9


async def posted(slack: SlackServer) -> list[list[float]]:
    """Processor seconds of a post, ours and by plain aiohttp with the message ready. The Slack of the tests runs in another thread."""
    from content.loading.loader import load as content

    settings = load(slack.settings()).slack
    assert settings is not None
    now = datetime(2026, 2, 9, 14, tzinfo=UTC)
    hits = (TopicHit("revenue", "title: drawback"),)
    entry = Entry(
        1, "csms:67648307", "csms", "67648307", "Updated procedures to add notify parties", "https://content.govdelivery.com/bulletins/1",
        now, now, "Filers take note. " * 12, EntryKind.GUIDANCE, Lead.GUIDANCE, False, hits,
    )  # fmt: skip
    reply = single(Listed(entry, "revenue"), content(ROOT / "content"), "America/New_York")
    stored = dump(reply)
    ready = {"channel": "C1", **NO_UNFURL, **render(reply_of(stored))[0], "metadata": {"event_type": "x", "event_payload": {"post": "p"}}}
    ours: list[float] = []
    plain: list[float] = []
    connection = Slack(settings)
    sender = SlackSender(connection)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {BOT_TOKEN}"}) as session:
        for turn in range(ROUNDS + 1):
            begin = time.thread_time()
            for number in range(POSTS):
                assert isinstance(await sender.send(ChannelRef("slack", "T1", "C1"), stored, f"{turn}-{number}"), Sent)
            middle = time.thread_time()
            for _ in range(POSTS):
                async with session.post(f"{slack.url}chat.postMessage", json=ready) as answer:
                    assert (await answer.json())["ok"]
            end = time.thread_time()
            if turn:
                ours.append((middle - begin) / POSTS)
                plain.append((end - middle) / POSTS)
    await connection.close()
    return [ours, plain]
