"""Measure a poll that finds nothing new, which must not parse."""

import asyncio
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from content.loading.loader import load
from jobs.migrations import upgrade
from jobs.notices import SILENT
from jobs.poll import poll_feed
from jobs.store import feeds
from jobs.store.database import Database
from tests.benchmarks.measure import Row
from tests.support.feed_server import bulletins, serving
from tests.support.paths import CONTENT

ROUNDS = 20


def rows(folder: Path) -> Iterator[Row]:
    db = Database(f"sqlite:///{folder / 'feeds.db'}")
    upgrade.upgrade(db)
    topics = load(CONTENT).topics
    with serving(bulletins(100)) as server:
        feed = server.csms()

        async def poll(times: int) -> None:
            async with httpx.AsyncClient() as http:
                for _ in range(times):
                    with db.begin() as conn:
                        feeds.ensure(conn, [feed.slug], db.now(conn))
                        feeds.make_due(conn, [feed.slug], db.now(conn))
                    polled = await poll_feed(db, feed, topics, http, notifier=SILENT)
                    assert polled is not None
                    assert polled.error is None, polled.error

        parsed, parsing = cost(lambda: asyncio.run(poll(1)))
        yield Row("a poll of 100 entries, all of them new", (parsed + parsing) * 1000, "ms", None, "processor time, with the parsing child")
        for what, etags in (("answered with 304", True), ("with the same body and no ETag", False)):
            server.etags = etags
            asyncio.run(poll(1))  # the server's change of mind is no part of it
            ours, child = cost(lambda: asyncio.run(poll(ROUNDS)))
            share = ours / ROUNDS / (parsed + parsing)
            yield Row(f"a poll {what}, against that", share, "x", 0.2, f"{ours / ROUNDS * 1000:.1f} ms")
            yield Row("  spent by parsing children", child * 1000, "ms", 0)
    db.close()


def cost(act: Callable[[], object]) -> tuple[float, float]:
    """Processor seconds of this process, and of the children that ended meanwhile."""

    def used(who: int) -> float:
        times = resource.getrusage(who)
        return times.ru_utime + times.ru_stime

    before = used(resource.RUSAGE_SELF), used(resource.RUSAGE_CHILDREN)
    act()
    return used(resource.RUSAGE_SELF) - before[0], used(resource.RUSAGE_CHILDREN) - before[1]
