"""A year of entries and 200 channels: /csms latest and a poll, against a database with two documents, which nobody subscribes to.

Both show messages of the same lengths.
"""

import asyncio
import resource
import statistics
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from content.loading.loader import load
from jobs.migrations.upgrade import upgrade
from jobs.notices import SILENT
from jobs.poll import poll_feed
from jobs.store import feeds
from jobs.store.database import Database
from tests.benchmarks.measure import Row
from tests.benchmarks.slack import Server, compared, ratio
from tests.support import slack_server
from tests.support.feed_server import FeedServer, bulletins, serving
from tests.support.growth import grow, subscribe_all
from tests.support.paths import CONTENT
from tests.support.process import bot

ENTRIES, CHANNELS = 800, 200
DOCUMENT = 60
DAYS = 365
POLLS = 10
ROUNDS = 5
MAX_RATIO = 1.2


def rows(folder: Path) -> Iterator[Row]:
    year, empty = (Database(f"sqlite:///{folder / name}.db") for name in ("year", "empty"))
    with serving(bulletins(DOCUMENT)) as server, ExitStack() as stack:
        for db in (year, empty):
            stack.callback(db.close)
            upgrade(db)
        subscribe_all(year, CHANNELS)
        numbers, days = range(10_000, 10_000 + ENTRIES), DAYS * DOCUMENT / ENTRIES
        grow(year, numbers, datetime.now(UTC) - timedelta(days=DAYS), DAYS)
        grow(empty, numbers[-DOCUMENT:], datetime.now(UTC) - timedelta(days=days), days)
        polls: dict[Database, list[float]] = {db: asyncio.run(poll(db, server, 1)) for db in (year, empty)}
        for _ in range(ROUNDS):
            for db in (year, empty):
                polls[db] += asyncio.run(poll(db, server, POLLS))
        yield Row(
            f"a poll with {ENTRIES} messages of a year and {CHANNELS} channels",
            statistics.median(polls[year][1:]) / statistics.median(polls[empty][1:]),
            "x",
            MAX_RATIO,
            f"{statistics.median(polls[year][1:]) * 1000:.1f} ms of processor time, against a database with {2 * DOCUMENT}",
        )
    yield latest(folder)


def latest(folder: Path) -> Row:
    """Measure the processor time of a signed /csms latest."""
    with slack_server.serving() as slack, ExitStack() as stack:
        servers = []
        for name in ("year", "empty"):
            settings = slack.settings() | {"LOG_LEVEL": "warning", "DATABASE_URL": f"sqlite:///{folder / name}.db"}
            running = stack.enter_context(bot("serve", "/slack/events", **settings))
            servers.append(Server(running.process.pid, running.url))
        ours, theirs = asyncio.run(compared(servers, ROUNDS, "/csms latest"))
        return ratio("  a signed /csms latest with them", ours, theirs, MAX_RATIO)


async def poll(db: Database, server: FeedServer, times: int) -> list[float]:
    """Return the processor seconds of polls of documents that differ and bring nothing new, with those of the parsing child."""
    feed, topics, taken = server.csms(), load(CONTENT).topics, []
    async with httpx.AsyncClient() as http:
        for _ in range(times):
            if times > 1:  # the first poll of a database has all
                server.left_out = {server.published[len(server.requests) % (DOCUMENT // 2)].number}
            with db.begin() as conn:
                feeds.ensure(conn, [feed.slug], db.now(conn))
                feeds.make_due(conn, [feed.slug], db.now(conn))
            before = spent()
            polled = await poll_feed(db, feed, topics, http, notifier=SILENT)
            taken.append(spent() - before)
            assert polled is not None
            assert polled.error is None, polled.error
    return taken


def spent() -> float:
    """Return the processor seconds of this process and of its children that have ended."""
    times = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in times)
