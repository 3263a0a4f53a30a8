"""Claim a channel and settle its post, as often as several worker processes can, on SQLite and on PostgreSQL."""

import multiprocessing
import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

from bot.slack.sender import SlackSender
from jobs.deliver import Worker
from jobs.migrations.upgrade import upgrade
from jobs.models.channels import ChannelRef
from jobs.models.posts import Post
from jobs.notices import SILENT
from jobs.outcomes import Pace, Sent, after_send
from jobs.settle import settle
from jobs.states import PostKind, PostState
from jobs.store import channels, posts
from jobs.store.database import Database
from tests.benchmarks.measure import Row
from tests.benchmarks.searching import urls

CHANNELS = 1_000
WORKERS = (1, 2, 4)
WARM_UP = 20
"""Claims of each worker before the clock starts: its statements are compiled then."""
MIN_RATES = {("PostgreSQL", 4): 1_500.0}
"""Claims a second, each settled."""


def rows(folder: Path) -> Iterator[Row]:
    for name, url in urls(folder / "claims.db"):
        db = Database(url)
        upgrade(db)
        for workers in WORKERS:
            rate = claims_a_second(db, url, workers, CHANNELS)
            bound = MIN_RATES.get((name, workers))
            what = f"claims settled a second on {name}, {workers} worker{'s' * (workers > 1)}"
            synced = "with" if db.sqlite else "without"
            note = f"of {CHANNELS:,} channels with a post each; {synced} fsync, {os.cpu_count()} cores"
            yield Row(what, rate, "/s", bound, note, at_least=True)
        db.close()


def claims_a_second(db: Database, url: str, workers: int, count: int) -> float:
    """Let the workers settle a post in each of so many channels, and return how many they settled a second together."""
    sending = fill(db, count)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with context.Manager() as manager, ProcessPoolExecutor(workers, context) as pool:
        start = manager.Barrier(workers)
        done = [each.result() for each in [pool.submit(work, url, sending, start) for _ in range(workers)]]
    settled = sum(number for number, _, _ in done)
    assert settled == count - workers * WARM_UP, f"{settled} of {count} posts were settled"
    return settled / (max(end for _, _, end in done) - min(begin for _, begin, _ in done))


def fill(db: Database, count: int) -> dict[int, Post]:
    """Store a post whose intent is committed in each of so many channels, which are free, and return them by channel."""
    content: dict[str, Any] = {"blocks": []}
    found = {}
    with db.begin() as conn:
        now = db.now(conn)
        for number in range(count):
            channel = channels.ensure(conn, ChannelRef("slack", "T1", f"C{number}"), now)
            post_id = str(uuid4())
            new = {"id": post_id, "channel_id": channel, "kind": PostKind.NOW, "part": 1, "content": content}
            posts.add_pending(conn, [new], now)
            posts.begin_sending(conn, post_id, now)
            sending = posts.first(conn, channel, PostState.SENDING)
            assert sending is not None
            found[channel] = sending
    return found


def work(url: str, sending: Mapping[int, Post], start: Barrier) -> tuple[int, float, float]:
    """Claim and settle until nothing is left. Return how often, and when that began and ended."""
    db, pace = Database(url), Pace()
    worker = Worker(db, {"slack": SlackSender(None)}, lambda _: [], pace, lambda: 0.0)  # type: ignore[arg-type]  # it is never called
    outcome = after_send(Sent("1.000001"), 0.0, 0, pace.grace, 0.0)

    def settle_next(most: int) -> int:
        claims = worker.claim(most)
        for claim in claims:
            assert settle(db, claim, sending[claim.channel_id], outcome, SILENT)
        return len(claims)

    for _ in range(WARM_UP):
        assert settle_next(1)
    start.wait()
    begin, settled = time.monotonic(), 0
    while number := settle_next(pace.workers):
        settled += number
    end = time.monotonic()
    db.close()
    return settled, begin, end
