"""From the publication in a feed to the post in Slack: the real poll, publication and delivery; only the waiting is skipped."""

import asyncio
import math
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx

from bot.settings import load as settings
from bot.slack.client import Slack
from bot.slack.sender import SlackSender
from bot.slack.settings import SlackSettings
from content.catalog import Feed, Source
from content.loading.loader import load
from handlers.replies import posts
from jobs.deliver import deliver_due
from jobs.migrations.upgrade import upgrade
from jobs.models.channels import ChannelRef
from jobs.notices import SILENT
from jobs.poll import due_feeds, poll_feed
from jobs.schedule import Every
from jobs.store import feeds
from jobs.store.database import Database
from tests.benchmarks.measure import Row
from tests.support import slack_server
from tests.support.feed_server import FeedServer, bulletin, bulletins, serving
from tests.support.paths import CONTENT
from tests.support.slack_server import Channel, SlackServer
from tests.support.small_catalog import NEW_YORK
from tests.support.store import subscribe

CHANNELS, PUBLICATIONS = 200, 20
FIRST = 60
"""The number of messages that the feed has at first."""
EVERY = Every().poll
"""Seconds between two looks for feeds that are due."""
P50, P99 = 40.0, 70.0

CATALOG = load(CONTENT)
FEEDS = [feed for feed in CATALOG.feeds if not feed.by_name_only]  # the channels get all feeds but those


@dataclass
class Clock:
    """The machine's clock, which also jumps over the time in which nothing happens."""

    skipped: float = 0.0

    def seconds(self) -> float:
        return time.time() + self.skipped

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)

    def jump_to(self, moment: float) -> None:
        self.skipped += max(0.0, moment - self.seconds())

    async def sleep(self, seconds: float) -> None:
        self.skipped += seconds


def rows(folder: Path) -> Iterator[Row]:
    waits, works = asyncio.run(latencies(folder))
    latency = sorted(wait + work for wait, work in zip(waits, works, strict=True))
    every = next(feed.every for feed in CATALOG.feeds if feed.slug == "csms")
    what = f"{len(FEEDS)} feeds, csms every {every} s, {CHANNELS} channels"
    yield Row("from publication to the post in Slack, p50", percentile(latency, 0.5), "s", P50, what)
    note = f"of {len(latency):,} posts; without the wait for a poll, p50 {statistics.median(works):.1f} s, at most {max(works):.1f} s"
    yield Row("  p99", percentile(latency, 0.99), "s", P99, note)


def percentile(ordered: list[float], share: float) -> float:
    return ordered[math.ceil(share * len(ordered)) - 1]


async def latencies(folder: Path) -> tuple[list[float], list[float]]:
    """Return, for every post, the seconds from the publication to the poll, and from there to the post in Slack."""
    clock, chance = Clock(), random.Random(1)  # noqa: S311  # to be repeatable
    db = Database(f"sqlite:///{folder / 'latency.db'}", clock)
    upgrade(db)
    for number in range(CHANNELS):
        subscribe(db, to=ChannelRef("slack", "T1", f"C{number}", "#trade"))
    with serving(bulletins(FIRST)) as server, slack_server.serving() as slack:
        slack.channels |= {f"C{number}": Channel(f"C{number}") for number in range(CHANNELS)}
        configured = [replace(feed, sources=local(feed, server)) for feed in FEEDS]
        connection = Slack(with_slack(slack))
        deliver = partial(
            deliver_due,
            db,
            {"slack": SlackSender(connection)},
            lambda bundle: posts.compose(bundle, CATALOG, NEW_YORK),
            sleep=clock.sleep,
        )
        waits: list[float] = []
        works: list[float] = []
        async with httpx.AsyncClient() as http:

            async def poll(feed: Feed) -> bool:
                polled = await poll_feed(db, feed, CATALOG.topics, http, notifier=SILENT)
                assert polled is not None
                assert polled.error is None, polled.error
                return bool(polled.new)

            await asyncio.gather(*(poll(feed) for feed in (await due_feeds(db, configured)).feeds))  # the first poll posts nothing
            first_tick = clock.seconds()

            def tick_after(moment: float) -> float:
                return first_tick + math.ceil((max(clock.seconds(), moment) - first_tick) / EVERY) * EVERY

            # one publication in each twentieth of the time between two polls, in any order
            moments = [(part + chance.random()) / PUBLICATIONS for part in range(PUBLICATIONS)]
            chance.shuffle(moments)
            number, published, next_publication = FIRST, 0.0, math.inf
            while len(works) < PUBLICATIONS * CHANNELS:
                tick = tick_after(min(next_polls(db).values()))
                if next_publication < tick:
                    clock.jump_to(next_publication)
                    server.publish(bulletin(number))
                    published, number, next_publication = clock.seconds(), number + 1, math.inf
                    continue
                clock.jump_to(tick)
                due = (await due_feeds(db, configured)).feeds
                found = await asyncio.gather(*(poll(feed) for feed in due))
                if any(found):
                    before = len(slack.posts)
                    await deliver()
                    times = [float(post["ts"]) + clock.skipped for post in slack.posts[before:]]
                    waits += [tick - published] * len(times)
                    works += [moment - tick for moment in times]
                elif moments and "csms" in [feed.slug for feed in due] and len(works) == (number - FIRST) * CHANNELS:
                    next_publication = tick + moments.pop() * (tick_after(next_polls(db)["csms"]) - tick)
        await connection.close()
        assert not slack.refused
    db.close()
    return waits, works


def next_polls(db: Database) -> dict[str, float]:
    with db.read() as conn:
        return {row.slug: row.next_poll.timestamp() for row in feeds.all_rows(conn)}


def local(feed: Feed, server: FeedServer) -> tuple[Source, ...]:
    """Return a feed's sources in the same formats on this computer. A second rss is the account's."""
    paths = {"rss": "/csms.rss", "jsonp": "/csms.json", "drupal": "/pages.rss", "federal-register": "/register.json"}
    kinds = [source.kind for source in feed.sources]
    return tuple(
        Source(kind, server.url("/account.rss" if kind == "rss" and (feed.slug == "account" or "rss" in kinds[:place]) else paths[kind]))
        for place, kind in enumerate(kinds)
    )


def with_slack(slack: SlackServer) -> SlackSettings:
    configured = settings(slack.settings()).slack
    assert configured is not None
    return configured
