"""A signed /pti revenue while 500 entries are parsed, published and posted, against an idle bot beside it.

Both are asked in turn, so that a busy machine, and the servers and the asking process of this benchmark, slow both.
"""

import math
import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from jobs.models.channels import ChannelRef
from jobs.store import entries
from jobs.store.database import Database
from tests.benchmarks.measure import Row
from tests.support import slack_server
from tests.support.feed_server import FeedServer, bulletins, sent_now, serving
from tests.support.process import Bot, bot, content, eventually
from tests.support.slack_payloads import command, form, headers
from tests.support.slack_server import Channel, SlackServer
from tests.support.store import subscribe

ENTRIES, CHANNELS = 500, 40
STEP = 25
"""Entries that are published at once. The feed has the newest hundred, and more than half of these would be a flood, which may be held."""
FIRST = 60
REQUESTS, WARM_UP = 40, 40
"""For each step, to each bot."""
PAUSE_SECONDS = 0.02
STORED_SECONDS = 120
MAX_RATIO = 2.0


def rows(folder: Path) -> Iterator[Row]:
    with ExitStack() as stack:
        idle, _, _ = started(stack, folder / "idle")
        stormy, server, slack = started(stack, folder / "stormy")
        pool = stack.enter_context(ProcessPoolExecutor(1, multiprocessing.get_context("spawn")))
        urls = (stormy.url, idle.url)
        pool.submit(latencies, urls, WARM_UP).result()
        busy, quiet = storm(server, urls, pool)
        posted = len(slack.posts)
        eventually(partial(has_stored, folder / "stormy", FIRST + ENTRIES), "all entries are stored", STORED_SECONDS)
    assert posted, "nothing was posted"
    note = f"{p99(busy) * 1000:.1f} ms against {p99(quiet) * 1000:.1f} ms; to {CHANNELS} channels, {posted:,} posts meanwhile"
    yield Row(f"/pti revenue while {ENTRIES} entries arrive, p99 against idle", p99(busy) / p99(quiet), "x", MAX_RATIO, note)


def started(stack: ExitStack, folder: Path) -> tuple[Bot, FeedServer, SlackServer]:
    """Run a bot whose channels subscribe to the entries of a feed after its first poll."""
    folder.mkdir(exist_ok=True)
    server, slack = stack.enter_context(serving(bulletins(FIRST))), stack.enter_context(slack_server.serving())
    slack.channels |= {f"C{number}": Channel(f"C{number}") for number in range(CHANNELS)}
    settings = {"CONTENT_DIR": str(content(folder / "content", server)), "DATABASE_URL": url_of(folder), "LOG_LEVEL": "warning"}
    running = stack.enter_context(bot("run", "/slack/events", **slack.settings(), **settings))
    eventually(lambda: running.get("/readyz")[0] == 200, "the first poll")
    eventually(partial(has_stored, folder, FIRST), "the first entries are stored")
    db = Database(url_of(folder))
    for number in range(CHANNELS):
        subscribe(db, to=ChannelRef("slack", "T1", f"C{number}", "#trade"))
    db.close()
    return running, server, slack


def storm(server: FeedServer, urls: tuple[str, str], pool: ProcessPoolExecutor) -> tuple[list[float], list[float]]:
    """Publish step by step, each after the poll of the one before, and return the seconds until each answer meanwhile."""
    one: list[float] = []
    other: list[float] = []
    for first in range(FIRST, FIRST + ENTRIES, STEP):
        polls = len(server.requests)
        server.publish(*(sent_now(number, f"Quota notice {number}") for number in range(first, first + STEP)))
        asked = pool.submit(latencies, urls, REQUESTS)
        eventually(partial(has_more, server, polls), "the next poll", STORED_SECONDS)
        for all_taken, taken in zip((one, other), asked.result(), strict=True):
            all_taken += taken
    return one, other


def has_more(server: FeedServer, polls: int) -> bool:
    return len(server.requests) > polls


def p99(times: list[float]) -> float:
    return sorted(times)[math.ceil(0.99 * len(times)) - 1]


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'storm.db'}"


def has_stored(folder: Path, wanted: int) -> bool:
    db = Database(url_of(folder))
    with db.read() as conn:
        found = entries.count(conn, wanted)
    db.close()
    return found == wanted


def latencies(urls: tuple[str, str], times: int) -> tuple[list[float], list[float]]:
    """Ask two bots in turn from a process of its own, with pauses, and return the seconds until the answers of each."""
    body = form(command("/pti revenue", "https://hooks.slack.com/commands/T1/1/x", token="t", team_domain="office"))
    connections = [HTTPConnection(urlsplit(url).netloc, timeout=30) for url in urls]
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for connection, seconds in zip(connections, taken, strict=True):
            time.sleep(PAUSE_SECONDS)
            begin = time.perf_counter()
            connection.request("POST", "/slack/events", body, headers(body))
            answer = connection.getresponse()
            answer.read()
            seconds.append(time.perf_counter() - begin)
            assert answer.status == 200
    for connection in connections:
        connection.close()
    return taken
