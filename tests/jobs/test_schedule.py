"""The ticks of a process: they go on, they don't wait for each other, and they stop cleanly."""

import asyncio
import logging
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from content.catalog import Feed
from jobs.revisions import InForce, Library, publish
from jobs.schedule import Every, FailureLog, Schedule
from jobs.store import entries, feeds, idempotency
from jobs.store import workers as worker_store
from jobs.store.database import Database
from jobs.threads import UPKEEP_THREADS, in_upkeep_thread
from tests.support.clock import Clock
from tests.support.feed_server import FeedServer, bulletin, bulletins, serving
from tests.support.sample_content import files
from tests.support.small_catalog import CATALOG
from tests.support.store import new
from tests.support.store import publish as publish_message

FAST = Every(poll=0.05, deliver=1_000, refresh=1_000, forget=1_000, beat=1_000)
"""Without heartbeats, each of which is written and lets every tick look."""


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with serving(bulletins(3)) as running:
        yield running


class Deliveries:
    """Counts the calls, and fails as often as it is told to."""

    def __init__(self, failures: int = 0) -> None:
        self.calls = 0
        self.failures = failures

    async def __call__(self) -> None:
        self.calls += 1
        if self.calls <= self.failures:
            raise RuntimeError("no platform to be seen")


@asynccontextmanager
async def running(db: Database, deliver: Deliveries, *configured: Feed, every: Every = FAST) -> AsyncIterator[Schedule]:
    library = Library(InForce(replace(CATALOG, feeds=configured), 1, True))
    async with httpx.AsyncClient(trust_env=False) as http:
        schedule = Schedule(db, library, http, deliver, every=every)
        schedule.start()
        try:
            yield schedule
        finally:
            await schedule.stop(grace=0.2)


async def until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come true"
        await asyncio.sleep(0.02)


def stored(db: Database, feed: str = "csms") -> int:
    with db.read() as conn:
        return len(entries.latest(conn, [feed]))


@pytest.mark.process
async def test_a_feed_is_polled_when_due_and_what_is_new_is_delivered_at_once(db: Database, server: FeedServer) -> None:
    deliver = Deliveries()
    async with running(db, deliver, server.csms(every=1)):
        await until(lambda: stored(db) == 3)
        assert deliver.calls == 1  # the tick at the start
        server.publish(bulletin(3))
        await until(lambda: deliver.calls == 2)
        assert stored(db) == 4


@pytest.mark.process
async def test_a_feed_is_compared_with_its_other_sources_and_what_was_missing_is_delivered(sqlite_db: Database, server: FeedServer) -> None:
    deliver = Deliveries()
    server.published.insert(1, replace(server.published[1], number=server.published[1].number - 1))
    server.left_out.add(server.published[1].number)
    async with running(sqlite_db, deliver, server.csms(), every=replace(FAST, reconcile=0.05)):
        await until(lambda: stored(sqlite_db) == 4 and deliver.calls == 2)


@pytest.mark.process
async def test_a_slow_feed_keeps_no_other_waiting_and_is_not_started_twice(sqlite_db: Database, server: FeedServer) -> None:
    server.fault["/account.rss"] = "trickle"
    async with running(sqlite_db, Deliveries(), server.account(), server.pages()):
        await until(lambda: len(server.asked("/pages.rss")) >= 2)
        assert len(server.asked("/account.rss")) == 1


async def test_stopping_takes_little_time_and_gives_claims_back(sqlite_db: Database, server: FeedServer) -> None:
    server.fault["/account.rss"] = "trickle"
    async with running(sqlite_db, Deliveries(), server.account()) as schedule:
        await until(lambda: len(server.asked("/account.rss")) == 1)
        await schedule.stop(grace=0.2)
    with sqlite_db.begin() as conn:
        (row,) = conn.exec_driver_sql("SELECT failures, last_success FROM feed WHERE slug = 'account'")
        assert tuple(row) == (0, None), "the poll was ended, not waited for"
        assert feeds.claim(conn, "account", sqlite_db.now(conn), 60) is not None


@pytest.mark.process
async def test_after_the_stop_nothing_ticks_any_more(sqlite_db: Database, server: FeedServer) -> None:
    deliver = Deliveries()
    async with running(sqlite_db, deliver, server.csms(), every=Every(poll=0.05, deliver=0.05)) as schedule:
        await until(lambda: deliver.calls > 0)
        await schedule.stop()
        calls, asked = deliver.calls, len(server.requests)
        schedule.wake()
        await asyncio.sleep(0.3)
    assert (deliver.calls, len(server.requests)) == (calls, asked)


async def test_a_wake_from_another_thread_delivers_at_once(sqlite_db: Database) -> None:
    deliver = Deliveries()
    async with running(sqlite_db, deliver) as schedule:
        await until(lambda: deliver.calls == 1)
        await asyncio.to_thread(schedule.wake)
        await until(lambda: deliver.calls == 2)


async def test_a_tick_that_raises_is_logged_and_the_next_one_runs(sqlite_db: Database, caplog: pytest.LogCaptureFixture) -> None:
    deliver = Deliveries(failures=3)
    with caplog.at_level(logging.WARNING, "jobs.schedule"):
        async with running(sqlite_db, deliver, every=Every(deliver=0.05)):
            await until(lambda: deliver.calls >= 5)
    # only what the schedule says of deliveries: on a slow machine APScheduler logs that it skipped a tick
    logged = [record for record in caplog.records if record.name == "jobs.schedule" and record.getMessage().startswith("delivering")]
    said = [record.getMessage() for record in logged]
    assert said == ["delivering failed; the bot keeps trying", "delivering works again, after 3 failures"]
    assert logged[0].exc_info


def test_what_fails_all_night_fills_no_log(caplog: pytest.LogCaptureFixture) -> None:
    now = [0.0]
    troubles = FailureLog(lambda: now[0])
    with caplog.at_level(logging.WARNING, "jobs.schedule"):
        for _ in range(8 * 3600):
            now[0] += 1
            troubles.failed("the tick 'poll'", OSError("the server is gone\nand more that nobody needs twice"))
        troubles.worked("the tick 'poll'")
        troubles.worked("the tick 'poll'")
    first, *later, last = (record.getMessage() for record in caplog.records)
    assert len(later) == 7
    assert later[0] == "the tick 'poll' still fails, 3601 times so far: the server is gone"
    assert (first, last) == ("the tick 'poll' failed; the bot keeps trying", "the tick 'poll' works again, after 28800 failures")


@pytest.mark.process
async def test_polling_goes_on_after_the_database_was_away(
    sqlite_db: Database, server: FeedServer, caplog: pytest.LogCaptureFixture
) -> None:
    def rename(old: str, new: str) -> None:
        with sqlite_db.begin() as conn:
            conn.exec_driver_sql(f"ALTER TABLE {old} RENAME TO {new}")

    rename("feed", "hidden")
    with caplog.at_level(logging.CRITICAL, "jobs.schedule"):
        async with running(sqlite_db, Deliveries(), server.csms()):
            await asyncio.sleep(0.3)
            rename("hidden", "feed")
            await until(lambda: stored(sqlite_db) == 3)


async def test_newer_content_is_taken_over_and_old_keys_are_forgotten(
    sqlite_db: Database, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    library = Library(publish(sqlite_db, files(), "me"))
    with sqlite_db.begin() as conn:
        now = sqlite_db.now(conn)
        idempotency.is_first_time(conn, "old", now - timedelta(days=3), timedelta(minutes=1))
    async with httpx.AsyncClient() as http:
        schedule = Schedule(sqlite_db, library, http, Deliveries(), every=Every(poll=1_000, refresh=0.05))
        schedule.start()
        newer = {**files(), "office.yaml": files()["office.yaml"].replace("Enforce. Protect.", "Enforce.")}
        await asyncio.to_thread(publish, sqlite_db, newer, "you")
        await until(lambda: library.revision == 2 and remembered(sqlite_db) == 0)
        await schedule.stop()


async def test_stored_entries_follow_newer_content_by_themselves(
    sqlite_db: Database, tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    library = Library(publish(sqlite_db, files(), "me"))
    publish_message(sqlite_db, new(1, "other", title="Spoons"))
    async with httpx.AsyncClient() as http:
        schedule = Schedule(sqlite_db, library, http, Deliveries(), every=Every(poll=1_000, refresh=0.05, reclassify=0.05))
        schedule.start()
        newer = {**files(), "topics.yaml": files()["topics.yaml"].replace("- textiles\n", "- textiles\n          - spoon*\n")}
        await asyncio.to_thread(publish, sqlite_db, newer, "you")
        await until(lambda: topics_of_newest(sqlite_db) == ["textiles"])
        await schedule.stop()


@asynccontextmanager
async def by_hand(db: Database, library: Library) -> AsyncIterator[tuple[Schedule, Callable[[str], Awaitable[None]]]]:
    """Yield a schedule that has started, and a function that makes one of its ticks. Nothing else ticks."""
    async with httpx.AsyncClient(trust_env=False) as http:
        schedule = Schedule(db, library, http, Deliveries())
        schedule.start()
        jobs = {job.id: job for job in schedule._ticks.get_jobs()}
        schedule._ticks.remove_all_jobs()

        async def tick(name: str) -> None:
            await jobs[name].func(*jobs[name].args)

        yield schedule, tick
        await schedule.stop(grace=0.2)


async def test_entries_follow_newer_content_although_nothing_was_written_since_it_was_loaded(
    sqlite_db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    library = Library(publish(sqlite_db, files(), "me"))
    publish_message(sqlite_db, new(1, "other", title="Spoons"))
    async with by_hand(sqlite_db, library) as (_, tick):
        newer = {**files(), "topics.yaml": files()["topics.yaml"].replace("- textiles\n", "- textiles\n          - spoon*\n")}
        publish(sqlite_db, newer, "you")
        await tick("reclassify")  # with the content before
        await tick("refresh")
        await tick("reclassify")
    assert topics_of_newest(sqlite_db) == ["textiles"]


@pytest.mark.process
async def test_a_feed_is_polled_when_the_lease_of_a_process_that_died_ends_although_nothing_is_written(
    sqlite_db: Database, server: FeedServer, clock: Clock
) -> None:
    sqlite_db.clock = clock
    async with by_hand(sqlite_db, Library(InForce(replace(CATALOG, feeds=(server.csms(),)), 1, True))) as (schedule, tick):
        with sqlite_db.begin() as conn:
            feeds.ensure(conn, ["csms"], clock.now)
            assert feeds.claim(conn, "csms", clock.now, 25) is not None

        async def poll() -> int:
            await tick("poll")
            await asyncio.gather(*schedule._polls.values())
            return stored(sqlite_db)

        assert [await poll(), await poll()] == [0, 0]
        clock.pass_(seconds=26)
        assert await poll() == 3


def topics_of_newest(db: Database) -> list[str]:
    with db.read() as conn:
        (newest,) = entries.latest(conn, ["csms"])
    return [hit.topic for hit in newest.topics]


def remembered(db: Database) -> int:
    with db.read() as conn:
        return int(conn.exec_driver_sql("SELECT count(*) FROM seen").scalar_one())


async def test_a_stop_in_the_middle_of_a_tick_is_no_error(sqlite_db: Database, caplog: pytest.LogCaptureFixture) -> None:
    class Slow(Library):
        def refresh(self, db: Database) -> bool:
            time.sleep(0.5)
            return super().refresh(db)

    async with httpx.AsyncClient() as http:
        schedule = Schedule(sqlite_db, Slow(InForce(replace(CATALOG, feeds=()), 1, True)), http, Deliveries(), every=Every(refresh=1_000))
        schedule.start()
        await asyncio.sleep(0.2)
        await schedule.stop()
        await asyncio.sleep(0)
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize("turns", range(4))
async def test_a_stop_right_after_ticks_were_started_is_no_error(sqlite_db: Database, caplog: pytest.LogCaptureFixture, turns: int) -> None:
    """A tick may not have begun yet: APScheduler makes its task in one turn of the loop, and it runs in the next."""
    async with running(sqlite_db, Deliveries()) as schedule:
        for _ in range(turns):
            await asyncio.sleep(0)
        await schedule.stop()
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_a_tick_that_is_cancelled_by_the_end_of_the_loop_is_no_error(sqlite_db: Database, caplog: pytest.LogCaptureFixture) -> None:
    async with by_hand(sqlite_db, Library(InForce(replace(CATALOG, feeds=()), 1, True))) as (schedule, _):
        tick = asyncio.create_task(schedule._tick("long", asyncio.Event().wait))
        await asyncio.sleep(0)
        tick.cancel()
        await tick
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_a_stop_waits_for_the_transactions_of_ticks(sqlite_db: Database) -> None:
    began, go_on, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        began.set()
        go_on.wait(30)
        ended.set()

    async with by_hand(sqlite_db, Library(InForce(replace(CATALOG, feeds=()), 1, True))) as (schedule, _):
        tick = asyncio.create_task(schedule._tick("long", lambda: in_upkeep_thread(work)))
        await asyncio.to_thread(began.wait)
        stopping = asyncio.create_task(schedule.stop(grace=30))
        done, _ = await asyncio.wait([stopping], timeout=0.3)
        assert not done
        go_on.set()
        await stopping
        assert (ended.is_set(), tick.done()) == (True, True)


async def test_a_heartbeat_waits_for_no_upkeep(sqlite_db: Database) -> None:
    go_on = threading.Event()
    async with by_hand(sqlite_db, Library(InForce(replace(CATALOG, feeds=()), 1, True))) as (schedule, tick):
        busy = [asyncio.create_task(in_upkeep_thread(go_on.wait, 60)) for _ in range(UPKEEP_THREADS)]
        beat = asyncio.ensure_future(tick("heartbeat"))
        done, _ = await asyncio.wait([beat], timeout=20)
        go_on.set()
        await asyncio.gather(beat, *busy)
        assert done == {beat}
        with sqlite_db.read() as conn:
            assert [row.name for row in worker_store.all_rows(conn)] == [schedule.name]


async def test_a_stop_ends_ticks_that_wait_for_something(sqlite_db: Database) -> None:
    async with by_hand(sqlite_db, Library(InForce(replace(CATALOG, feeds=()), 1, True))) as (schedule, _):
        tick = asyncio.create_task(schedule._tick("long", asyncio.Event().wait))
        await asyncio.sleep(0)
        await schedule.stop(grace=0.2)
        done, _ = await asyncio.wait([tick], timeout=10)
        assert done == {tick}
        await schedule._tick("late", asyncio.Event().wait)  # does nothing


async def test_ticks_go_on_after_the_machines_clock_was_set_back(sqlite_db: Database) -> None:
    """APScheduler stores the time of each next start by the machine's clock, which a test must not set, so the times are set ahead."""
    deliver = Deliveries()
    async with running(sqlite_db, deliver, every=replace(FAST, deliver=0.1)) as schedule:
        await until(lambda: deliver.calls > 1)
        for job in schedule._ticks.get_jobs():
            job.modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))
        calls = deliver.calls
        await until(lambda: deliver.calls > calls + 1)
