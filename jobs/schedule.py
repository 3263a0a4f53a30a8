"""Look for what is due. The database's rows decide, so processes may tick late or twice."""

import asyncio
import contextlib
import logging
import os
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
from apscheduler.executors.asyncio import AsyncIOExecutor
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from content.catalog import Feed
from jobs import audit, unanswered
from jobs.bodies import fetch_next
from jobs.feed_notices import tell_turned
from jobs.feed_reader import Progress, quiet
from jobs.links import check_weekly
from jobs.looks import if_written
from jobs.notices import SILENT, Notifier
from jobs.pauses import end_subscription_pauses, resume_over
from jobs.poll import due_feeds, poll_feed
from jobs.reading import read_older
from jobs.reclassify import reclassify
from jobs.reconcile import reconcile_daily
from jobs.reminder_changes import record_changes
from jobs.reminders import record_due
from jobs.retention import DEFAULT_RETENTION, Retention, prune
from jobs.review import tell_admins
from jobs.revisions import Library
from jobs.store import channels, subscriptions, unfurls, workers
from jobs.store.clock import TOLERANCE
from jobs.store.database import Database, DatabaseError, first_line, is_away
from jobs.threads import in_thread, in_upkeep_thread
from jobs.workers import BEAT_SECONDS, SUCCESSION, process_name, replace_predecessor, worker_name

logger = logging.getLogger(__name__)

GRACE_SECONDS = 5.0

CLOCK_SECONDS = 1.0  #: Between looks whether the machine's clock was set back.

REPEAT_LOG_SECONDS = 3600.0  #: Else a night with a fault would fill the disk.


@dataclass(frozen=True, slots=True)
class Every:
    """Seconds between ticks. Most are multiples of others, and all begin at one moment: the process wakes once for several."""

    poll: float = 2.0
    deliver: float = 4.0
    refresh: float = 4.0
    reclassify: float = 10.0
    remind: float = 60.0
    forget: float = 3600.0
    review: float = 60.0
    feed_notices: float = 60.0
    links: float = 3600.0
    reconcile: float = 600.0
    bodies: float = 4.0
    beat: float = BEAT_SECONDS


class FailureLog:
    """Logs a failure's start in full, its duration seldom, and its end."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._logged_at: dict[str, float] = {}
        self._counts: dict[str, int] = {}

    def failed(self, what: str, error: Exception) -> None:
        """Call it in the exception handler. The database logs its outages itself."""
        if is_away(error):
            return
        now = self._clock()
        self._counts[what] = self._counts.get(what, 0) + 1
        if what not in self._logged_at:
            logger.error("%s failed; the bot keeps trying", what, exc_info=error)
        elif now - self._logged_at[what] >= REPEAT_LOG_SECONDS:
            logger.error("%s still fails, %d times so far: %s", what, self._counts[what], first_line(error))
        else:
            return
        self._logged_at[what] = now

    def worked(self, what: str) -> None:
        if self._logged_at.pop(what, None) is not None:
            logger.warning("%s works again, after %d failures", what, self._counts.pop(what))


class Executor(AsyncIOExecutor):  # type: ignore[misc]  # APScheduler ships no types
    """Leaves ticks alone when it shuts down. APScheduler's own cancels also those that have not begun, and logs an error for each."""

    def shutdown(self, wait: bool = True) -> None:  # noqa: ARG002  # APScheduler's signature
        self._pending_futures.clear()


class Schedule:
    """The ticks of this process. Any thread may call `wake`."""

    def __init__(  # seven parameters: the parts of a process
        self,
        db: Database,
        library: Library,
        http: httpx.AsyncClient,
        deliver: Callable[[], Awaitable[object]],
        *,
        progress: Progress = quiet,
        every: Every = Every(),
        notifier: Notifier = SILENT,
        retention: Retention = DEFAULT_RETENTION,
    ) -> None:
        self._db = db
        self._library = library
        self._http = http
        self._deliver = deliver
        self._progress = progress
        self._every = every
        self._notifier = notifier
        self._retention = retention
        self._due = asyncio.Event()
        self._stopping = False
        self._failures = FailureLog()
        self.name = worker_name()
        self._delivered = False  # since the last heartbeat
        self._process = ""  # until the first heartbeat
        self._started: datetime | None = None  # by the database's clock, until no predecessor is looked for any longer
        self._beating, self._left = threading.Lock(), False
        self._audit_head: audit.Head | None = None  # in the log
        self._feed_due_at = 0.0  # on the monotonic clock
        self._polls: dict[str, asyncio.Task[None]] = {}
        self._fetch: asyncio.Task[None] | None = None
        self._fetch_body = if_written(db, lambda: fetch_next(db, library.catalog, http))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._deliveries: asyncio.Task[None] | None = None
        self._clock_checks: asyncio.Task[None] | None = None
        self._running: set[asyncio.Task[object]] = set()  # ticks
        self._ticks = AsyncIOScheduler(
            executors={"default": Executor()},
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        self._loop, now = asyncio.get_running_loop(), datetime.now(UTC)
        self._deliveries = asyncio.create_task(self._keep_delivering())
        for name, seconds, look in (
            ("poll", self._every.poll, if_written(self._db, self._start_polls, lambda: self._library.revision, lambda: self._feed_due_at)),
            ("deliver", self._every.deliver, self._look_for_posts),
            ("refresh", self._every.refresh, if_written(self._db, lambda: in_upkeep_thread(self._library.refresh, self._db))),
            ("reclassify", self._every.reclassify, if_written(self._db, self._reclassify, lambda: self._library.revision)),
            ("remind", self._every.remind, self._remind),
            ("forget", self._every.forget, lambda: in_upkeep_thread(self._forget)),
            ("review", self._every.review, self._review),
            ("feed notices", self._every.feed_notices, self._tell_turned),
            ("bodies", self._every.bodies, self._start_fetch),
            ("heartbeat", self._every.beat, lambda: in_thread(self._beat)),
        ):
            self._ticks.add_job(self._tick, "interval", seconds=seconds, args=(name, look), id=name, next_run_time=now)
        # not at once: a process that is started for a moment should not ask every server
        for name, seconds, look in (
            ("links", self._every.links, self._check_links),
            ("reconcile", self._every.reconcile, self._reconcile),
        ):
            self._ticks.add_job(self._tick, "interval", seconds=seconds, args=(name, look), id=name)
        self._ticks.start()
        self._clock_checks = asyncio.create_task(self._keep_ticking())

    def wake(self) -> None:
        if self._loop is not None and not self._stopping:
            self._loop.call_soon_threadsafe(self._due.set)

    def note_work(self) -> None:
        """Call this while `deliver` runs, when it posted something or tried to: the next heartbeat says so."""
        self._delivered = True

    async def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Give running work `grace` seconds, then cancel it; a cancelled poll gives its claim back."""
        self._stopping = True
        if self._clock_checks is not None:
            self._clock_checks.cancel()
        if self._ticks.running:
            self._ticks.shutdown(wait=False)
        ticks = self._running - {self._fetch}
        for tick in ticks:
            tick.cancel()  # it still waits for the end of its transaction
        self._due.set()
        running: list[asyncio.Task[Any]] = [*ticks, *self._polls.values(), *(task for task in (self._deliveries, self._fetch) if task)]
        if running:
            _, late = await asyncio.wait(running, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        with contextlib.suppress(DatabaseError):  # a process that cannot say goodbye is silent soon
            await in_thread(self._leave)

    async def _keep_ticking(self) -> None:
        """Start what APScheduler would start only in hours, because the machine's clock was set back."""
        while True:
            await asyncio.sleep(CLOCK_SECONDS)
            now = datetime.now(UTC)
            for job in self._ticks.get_jobs():
                if job.next_run_time > now + job.trigger.interval + TOLERANCE:
                    job.modify(next_run_time=now)

    async def _tick(self, name: str, look: Callable[[], Awaitable[object]]) -> None:
        if self._stopping:
            return
        what, task = f"the tick {name!r}", asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in one
        self._running.add(task)
        try:
            await look()
        except asyncio.CancelledError:
            pass  # by `stop`, or by a loop that ends: APScheduler would log an error
        except Exception as error:
            self._failures.failed(what, error)
        else:
            self._failures.worked(what)
        finally:
            self._running.discard(task)

    async def _start_polls(self) -> None:
        due = await due_feeds(self._db, self._library.catalog.feeds)
        # a feed that is due stays so until it is polled, here or elsewhere
        self._feed_due_at = time.monotonic() + (0.0 if due.feeds else due.wait)
        for feed in due.feeds:
            if feed.slug not in self._polls and not self._stopping:
                self._polls[feed.slug] = asyncio.create_task(self._poll(feed))

    async def _poll(self, feed: Feed) -> None:
        what = f"polling {feed.slug}"
        try:
            polled = await poll_feed(self._db, feed, self._library.catalog.topics, self._http, self._progress, notifier=self._notifier)
            self._failures.worked(what)
            if polled is not None and (polled.new or polled.edited):
                self.wake()
        except Exception as error:
            self._failures.failed(what, error)
        finally:
            del self._polls[feed.slug]

    async def _start_fetch(self) -> None:
        """A page may take longer than a tick."""
        if not self._stopping and (self._fetch is None or self._fetch.done()):
            self._fetch = asyncio.create_task(self._tick("fetch", self._fetch_body))

    async def _look_for_posts(self) -> None:
        await in_thread(self._resume_channels)
        self._due.set()

    def _resume_channels(self) -> None:
        with self._db.read() as conn:  # the usual case, in which a writer would wait for others
            now = self._db.now(conn)
            if not channels.over_pauses(conn, now) and not subscriptions.has_over_pauses(conn, now):
                return
        with self._db.begin() as conn:
            now = self._db.now(conn)
            count, ended = resume_over(conn, now), end_subscription_pauses(conn, now)
        logger.info("resumed posting in %d channels and for %d subscriptions whose pause is over", count, ended)

    async def _keep_delivering(self) -> None:
        """Deliver one run at a time; waking during a run causes another."""
        while True:
            await self._due.wait()
            self._due.clear()
            if self._stopping:
                return
            try:
                await self._deliver()
            except Exception as error:
                self._failures.failed("delivering", error)
            else:
                self._failures.worked("delivering")
                self.note_work()

    async def _reclassify(self) -> None:
        while not self._stopping and await in_upkeep_thread(reclassify, self._db, *self._library.in_force):
            pass
        while not self._stopping and await in_upkeep_thread(read_older, self._db):
            pass

    async def _remind(self) -> None:
        recorded = [await in_upkeep_thread(record, self._db) for record in (record_changes, record_due)]
        if any(recorded):
            self.wake()

    async def _check_links(self) -> None:
        await check_weekly(self._db, self._http)

    async def _reconcile(self) -> None:
        catalog = self._library.catalog
        done = await reconcile_daily(self._db, catalog.feeds, catalog.topics, self._http, self._notifier)
        if any(each.missing for each in done):
            self.wake()

    async def _review(self) -> None:
        if await in_upkeep_thread(tell_admins, self._db, self._library.catalog, self._notifier):
            self.wake()

    async def _tell_turned(self) -> None:
        if await in_upkeep_thread(tell_turned, self._db, self._library.catalog.feeds, self._notifier):
            self.wake()

    def _beat(self) -> None:
        with self._beating:
            if not self._left:
                self._record_beat()

    def _record_beat(self) -> None:
        delivered, self._delivered = self._delivered, False
        process = self._process or process_name(os.getpid())
        with self._db.begin() as conn:
            now = self._db.now(conn)
            started = self._started if self._process else now
            replaced = replace_predecessor(conn, self.name, started, now) if started else None
            workers.beat(conn, self.name, now, delivered=delivered, process=process)
        self._process = process
        self._started = None if replaced or not started or now - started > SUCCESSION else started
        if replaced:
            logger.warning("worker %s had died; this process took its place", replaced)

    def _leave(self) -> None:
        with self._beating:  # a beat that is still under way would bring the row back
            self._left = True
            with self._db.begin() as conn:
                workers.leave(conn, self.name)

    def _forget(self) -> None:
        with self._db.begin() as conn:
            now = self._db.now(conn)
            unanswered.forget_old(conn, now)
            unfurls.forget_old(conn, now)
            workers.forget_dead(conn, now)
            head = audit.head(conn)
        if head.count and head != self._audit_head:
            self._audit_head = head
            logger.info("%s %s", audit.HEAD_NOTE, head)
        prune(self._db, self._retention, is_over=lambda: self._stopping)  # a process that stops waits for its threads
