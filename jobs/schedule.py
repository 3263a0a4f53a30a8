"""Ticks: every process looks again and again what is due. A tick only says "look now"; what is due, the rows of the database say.

So any number of processes may tick, no leader is needed, and a tick that is late or comes twice does no harm.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

import httpx
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from content.catalog import Catalog, Feed
from jobs.feed_reader import Progress, quiet
from jobs.poll import due_feeds, poll_feed
from jobs.store import idempotency
from jobs.store.database import Database, first_line

logger = logging.getLogger(__name__)

GRACE_SECONDS = 5.0
"""What runs when the schedule is stopped may take this long to end by itself."""

TOLD_AGAIN_SECONDS = 3600.0
"""What goes on failing, tick after tick, is told in full once, and then in a line at such intervals: a database that is away all night
would fill the disk otherwise."""


class Shelf(Protocol):
    """Holds the catalog in force (jobs.revisions.Library)."""

    @property
    def catalog(self) -> Catalog: ...

    def refresh(self, db: Database) -> bool: ...


@dataclass(frozen=True, slots=True)
class Every:
    """Seconds between the ticks of one kind."""

    poll: float = 1.0
    deliver: float = 2.0
    refresh: float = 5.0
    forget: float = 3600.0


class Troubles:
    """Tells of what goes wrong again and again: in full when it begins, seldom while it lasts, and when it is over. `clock`: seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: dict[str, float] = {}
        self._times: dict[str, int] = {}

    def failed(self, what: str, problem: Exception) -> None:
        """To be called where `problem` is handled."""
        now = self._clock()
        self._times[what] = self._times.get(what, 0) + 1
        if what not in self._told:
            logger.error("%s failed; it is tried again and again", what, exc_info=problem)
        elif now - self._told[what] >= TOLD_AGAIN_SECONDS:
            logger.error("%s still fails, %d times so far: %s", what, self._times[what], first_line(problem))
        else:
            return
        self._told[what] = now

    def worked(self, what: str) -> None:
        """Cheap when nothing was wrong."""
        if self._told.pop(what, None) is not None:
            logger.warning("%s works again, after %d failures", what, self._times.pop(what))


class Schedule:
    """The ticks of one process. To be started, woken and stopped in its event loop; `wake` may be called from any thread."""

    def __init__(
        self,
        db: Database,
        library: Shelf,
        http: httpx.AsyncClient,
        deliver: Callable[[], Awaitable[object]],
        *,
        progress: Progress = quiet,
        every: Every = Every(),
    ) -> None:
        self._db = db
        self._library = library
        self._http = http
        self._deliver = deliver
        self._progress = progress
        self._every = every
        self._due = asyncio.Event()
        self._stopping = False
        self._troubles = Troubles()
        self._polls: dict[str, asyncio.Task[None]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._deliveries: asyncio.Task[None] | None = None
        self._ticks = AsyncIOScheduler(timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None})

    def start(self) -> None:
        """Begins to tick, at once."""
        self._loop = asyncio.get_running_loop()
        self._deliveries = asyncio.create_task(self._keep_delivering())
        for name, seconds, look in (
            ("poll", self._every.poll, self._start_polls),
            ("deliver", self._every.deliver, self._look_for_posts),
            ("refresh", self._every.refresh, self._refresh),
            ("forget", self._every.forget, self._forget),
        ):
            self._ticks.add_job(self._tick, "interval", seconds=seconds, args=(name, look), id=name, next_run_time=datetime.now(UTC))
        self._ticks.start()

    def wake(self) -> None:
        """Looks for due posts now instead of at the next tick: something was published, or made due."""
        if self._loop is not None and not self._stopping:
            self._loop.call_soon_threadsafe(self._due.set)

    async def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Ends the ticks, gives what runs `grace` seconds to end, and cancels the rest: a cancelled poll gives its claim back."""
        self._stopping = True
        if self._ticks.running:
            self._ticks.shutdown(wait=False)
        self._due.set()
        running = [*self._polls.values(), *([self._deliveries] if self._deliveries else [])]
        if running:
            _, late = await asyncio.wait(running, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _tick(self, name: str, look: Callable[[], Awaitable[None]]) -> None:
        what = f"the tick {name!r}"
        try:
            await look()
        except asyncio.CancelledError:
            if not self._stopping:  # APScheduler cancels what runs at the stop, and would log that as an error
                raise
        except Exception as problem:
            self._troubles.failed(what, problem)
        else:
            self._troubles.worked(what)

    async def _start_polls(self) -> None:
        """Starts a poll of every feed that is due. A slow one keeps no other waiting, and itself isn't started twice."""
        for feed in await due_feeds(self._db, self._library.catalog.feeds):
            if feed.slug not in self._polls and not self._stopping:
                self._polls[feed.slug] = asyncio.create_task(self._poll(feed))

    async def _poll(self, feed: Feed) -> None:
        what = f"polling {feed.slug}"
        try:
            polled = await poll_feed(self._db, feed, self._library.catalog.topics, self._http, self._progress)
            self._troubles.worked(what)
            if polled is not None and (polled.new or polled.edited):
                self.wake()
        except Exception as problem:
            self._troubles.failed(what, problem)
        finally:
            del self._polls[feed.slug]

    async def _look_for_posts(self) -> None:
        self._due.set()

    async def _keep_delivering(self) -> None:
        """One delivery run at a time; a call that comes during it leads to another."""
        while True:
            await self._due.wait()
            self._due.clear()
            if self._stopping:
                return
            try:
                await self._deliver()
            except Exception as problem:
                self._troubles.failed("delivering", problem)
            else:
                self._troubles.worked("delivering")

    async def _refresh(self) -> None:
        await asyncio.to_thread(self._library.refresh, self._db)

    async def _forget(self) -> None:
        await asyncio.to_thread(self._forget_old)

    def _forget_old(self) -> None:
        with self._db.begin() as conn:
            idempotency.forget_old(conn, self._db.now(conn))
