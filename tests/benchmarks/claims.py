"""Claim channels and settle their posts, as often as several worker processes can, on SQLite and on PostgreSQL."""

import asyncio
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator, Mapping
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
from jobs.outcomes import Pace, Sent, Settlement, after_send
from jobs.settle import Settling
from jobs.states import PostKind, PostState
from jobs.store import channels, posts
from jobs.store.database import Database
from tests.benchmarks import bare_claims
from tests.benchmarks.bare_claims import WARM_UP, Done
from tests.benchmarks.measure import Row
from tests.benchmarks.searching import urls

CHANNELS = 1_000
AT_ONCE = Pace().workers
"""Posts that a process sends at once. If their calls end together, it settles them and claims others in a transaction each."""
RUNS = ((1, AT_ONCE), (2, AT_ONCE), (4, AT_ONCE), (4, 1))
"""Worker processes, and the posts that each settles at once. One is the worst case: no two calls of a process end together."""
MIN_RATES = {("PostgreSQL", 4, AT_ONCE): 1_500.0}
"""Posts a second, each claimed and settled."""


def rows(folder: Path) -> Iterator[Row]:
    for name, url in urls(folder / "claims.db"):
        db = Database(url)
        upgrade(db)
        for workers, at_once in RUNS:
            rate, used = claims_a_second(db, url, workers, at_once, CHANNELS)
            bound = MIN_RATES.get((name, workers, at_once))
            what = f"claims settled a second on {name}, {workers} worker{'s' * (workers > 1)}"
            synced = "with" if db.sqlite else "without"
            note = f"{at_once} at once, {used * 1000:.2f} ms of a worker's processor each; {synced} fsync, {os.cpu_count()} cores"
            yield Row(what, rate, "/s", bound, note, at_least=True)
            if bound is not None:
                bare, used = claims_a_second(db, url, workers, at_once, CHANNELS, bare_claims.settle_claims)
                note = f"{bare:,.0f} against {rate:,.0f} a second; bare: {used * 1000:.2f} ms of a worker's processor each"
                yield Row(f"bare statements of the driver against these, {workers} workers", bare / rate, "x", None, note)
        db.close()


def claims_a_second(  # six parameters: how many do what, and where
    db: Database, url: str, workers: int, at_once: int, count: int, work: Callable[..., Done] | None = None
) -> tuple[float, float]:
    """Let the workers settle a post in each of so many channels.

    Return how many they settled a second together, and the processor time that they used for each, without that of the server.
    """
    sending = fill(db, count)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    with context.Manager() as manager, ProcessPoolExecutor(workers, context) as pool:
        start = manager.Barrier(workers)
        done = [each.result() for each in [pool.submit(work or settle_claims, url, at_once, sending, start) for _ in range(workers)]]
    settled = sum(each.settled for each in done)
    assert settled == count - workers * at_once * WARM_UP, f"{settled} of {count} posts were settled"
    seconds = max(each.end for each in done) - min(each.begin for each in done)
    return settled / seconds, sum(each.used for each in done) / settled


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


def settle_claims(url: str, at_once: int, sending: Mapping[int, Post], start: Barrier) -> Done:
    """Claim and settle until nothing is left."""
    db, pace = Database(url), Pace()
    worker = Worker(db, {"slack": SlackSender(None)}, lambda _: [], pace, lambda: 0.0)  # type: ignore[arg-type]  # it is never called
    outcome = after_send(Sent("1.000001"), 0.0, 0, pace.grace, 0.0)

    async def settle_all() -> Done:
        for _ in range(WARM_UP):
            assert await settle_next(worker, at_once, sending, outcome) == at_once
        start.wait()
        begin, used, settled = time.monotonic(), time.process_time(), 0
        while number := await settle_next(worker, at_once, sending, outcome):
            settled += number
        return Done(settled, begin, time.monotonic(), time.process_time() - used)

    done = asyncio.run(settle_all())
    db.close()
    return done


async def settle_next(worker: Worker, most: int, sending: Mapping[int, Post], outcome: Settlement) -> int:
    """Claim channels, and settle their posts as if their calls had ended together. Return how many."""
    claims = await worker.take(most)
    settled = [worker.settle(Settling(claim, sending[claim.channel_id], outcome)) for claim in claims]
    assert all(await asyncio.gather(*settled))
    return len(claims)
