"""A clock that is set back or forward: nothing waits longer than its interval, and nothing is sent twice."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import datetime, timedelta

import pytest

from jobs.clock import repair
from jobs.deliver import Worker
from jobs.models.feeds import Reconciliation
from jobs.outcomes import Pace
from jobs.poll import due_feeds
from jobs.sources.state import SourceState
from jobs.store import channels, feeds, idempotency, reconciliations
from jobs.store.clock import ClockMonitor
from jobs.store.database import Database
from tests.support.clock import START, Clock
from tests.support.delivery import deliver, post, until_quiet
from tests.support.small_catalog import CATALOG
from tests.support.store import compose, publish, subscribe
from tests.support.stub_platform import Platform, die

HOUR = timedelta(hours=1)
FEED = CATALOG.feeds[0]

Restart = Callable[[Database], Database]


@pytest.fixture
def reopen() -> Iterator[Callable[..., Database]]:
    """Open a database as a process does that starts now."""
    with ExitStack() as stack:

        def opened(db: Database, clock: Callable[[], datetime] | None = None, **more: bool) -> Database:
            return stack.enter_context(closing(Database(db.url.render_as_string(hide_password=False), clock or db.clock, **more)))

        yield opened


@pytest.fixture(params=["the same process", "a process that starts now"])
def process(request: pytest.FixtureRequest, reopen: Restart) -> Restart:
    return reopen if request.param.startswith("a") else lambda db: db


async def test_what_was_to_be_posted_at_once_is_posted_although_the_clock_was_set_back(
    db: Database, clock: Clock, process: Restart
) -> None:
    subscribe(db)
    assert await deliver(db) == 0
    publish(db, 1)
    clock.now -= HOUR
    db = process(db)
    platform, before = Platform(), clock.now
    await until_quiet(db, clock, platform)
    publish(db, 2)
    await until_quiet(db, clock, platform)
    assert clock.now - before <= timedelta(seconds=26), "a lease and a rate slot"
    assert platform.seen() == ["1", "2"]


async def test_posts_keep_their_order_although_the_clock_was_set_back(db: Database, clock: Clock, process: Restart) -> None:
    subscribe(db)
    publish(db, 1)
    clock.now -= HOUR
    publish(db, 2)  # by a process that has not noticed it
    clock.pass_(seconds=1)
    platform = Platform()
    await until_quiet(process(db), clock, platform)
    assert platform.seen() == ["1", "2"]


async def test_a_channel_waits_no_longer_than_a_lease_although_the_clock_was_set_back(db: Database, clock: Clock, process: Restart) -> None:
    subscribe(db)
    publish(db, 1)
    with db.begin() as conn:
        channels.claim(conn, ["playground"], db.now(conn), 25.0)
        assert idempotency.is_first_time(conn, "anything that happened", db.now(conn), HOUR)
    clock.now -= HOUR
    db = process(db)
    assert await deliver(db) == 0, "its worker may be at work"
    clock.pass_(seconds=25)
    assert await deliver(db) == 1


async def test_a_post_on_its_way_is_looked_for_a_grace_after_the_clock_was_set_back(db: Database, clock: Clock, process: Restart) -> None:
    subscribe(db)
    publish(db, 1)
    platform = Platform([die])
    with pytest.raises(BaseExceptionGroup):
        await deliver(db, platform)
    assert post(db).state == "sending"
    clock.now -= HOUR
    db = process(db)
    assert await deliver(db, platform) == 0
    before = clock.now
    await until_quiet(db, clock, platform)
    assert clock.now - before <= timedelta(seconds=56), "a lease and a grace"
    assert (platform.seen(), len(platform.looks)) == (["1"], 1)


async def test_a_feed_is_polled_although_the_clock_was_set_back(db: Database, clock: Clock, process: Restart) -> None:
    with db.begin() as conn:
        feeds.ensure(conn, [FEED.slug], db.now(conn))
        claim = feeds.claim(conn, FEED.slug, db.now(conn), 25.0)
        assert claim is not None
        result = feeds.PollSuccess(db.now(conn) + timedelta(seconds=FEED.every), 1, False, {}, True)
        assert feeds.settle_success(conn, claim, db.now(conn), result)
    assert (await due_feeds(db, [FEED])).feeds == ()
    clock.now -= HOUR
    db = process(db)
    assert (await due_feeds(db, [FEED])).feeds == (FEED,)
    with db.begin() as conn:
        row = feeds.claim(conn, FEED.slug, db.now(conn), 25.0)
    assert row is not None
    assert row.last_success == clock.now, "what happened lies in the past"


async def test_the_back_off_of_a_feed_keeps_its_length_although_the_clock_was_set_back(
    db: Database, clock: Clock, process: Restart
) -> None:
    with db.begin() as conn:
        feeds.ensure(conn, [FEED.slug], db.now(conn))
        claim = feeds.claim(conn, FEED.slug, db.now(conn), 25.0)
        assert claim is not None
        wait = timedelta(seconds=2 * FEED.every)
        assert feeds.settle_failure(conn, claim, db.now(conn), feeds.PollFailure("HTTP 500", db.now(conn) + wait))
    clock.now -= HOUR
    db = process(db)
    assert (await due_feeds(db, [FEED])).feeds == ()
    clock.now += wait
    assert (await due_feeds(db, [FEED])).feeds == (FEED,)


async def test_a_poll_that_is_further_ahead_than_the_interval_of_its_feed_is_due(db: Database, clock: Clock) -> None:
    with db.begin() as conn:
        feeds.ensure(conn, [FEED.slug], db.now(conn) + timedelta(seconds=FEED.every + 60))
    assert (await due_feeds(db, [FEED])).feeds == (FEED,)


def test_what_is_done_once_in_a_while_is_done_again_although_the_clock_was_set_back(db: Database, clock: Clock) -> None:
    with db.begin() as conn:
        now = db.now(conn)
        assert idempotency.is_first_time(conn, "claim", now, HOUR)
        reconciliations.save(conn, Reconciliation(FEED.slug, now, 1))
    clock.now -= timedelta(days=365)
    repair(db, 25.0)
    with db.begin() as conn:
        assert [each.at for each in reconciliations.all_rows(conn)] == [clock.now]
        assert not idempotency.is_first_time(conn, "claim", clock.now, HOUR)
        assert idempotency.is_first_time(conn, "claim", clock.pass_(hours=1), HOUR)


def test_a_start_leaves_the_wait_that_a_platform_asked_for(db: Database, clock: Clock, reopen: Restart) -> None:
    subscribe(db)
    publish(db, 1)
    with db.begin() as conn:
        [claim] = channels.claim(conn, ["playground"], db.now(conn), 25.0)
        channels.release(conn, claim, db.now(conn) + timedelta(minutes=10), 0)
    db = reopen(db)
    repair(db, 25.0)
    with db.read() as conn:
        assert channels.next_free(conn, ["playground"], db.now(conn)) == clock.now + timedelta(minutes=10)


class Running:
    """A clock that runs, and that a test sets."""

    def __init__(self) -> None:
        self.monotonic, self.offset = 1000.0, timedelta(0)

    def __call__(self) -> datetime:
        return START + timedelta(seconds=self.monotonic) + self.offset


def test_a_post_is_not_looked_for_early_although_the_clock_was_set_forward(db: Database, reopen: Callable[..., Database]) -> None:
    running = Running()
    db = reopen(db, running, clock_runs=True)
    db.monitor.monotonic = lambda: running.monotonic
    subscribe(db)
    publish(db, 1)
    worker = Worker(db, {"playground": Platform()}, compose, Pace(), lambda: 0.0)
    [claim] = worker.claim()
    assert worker.prepare(claim) is not None
    running.offset += HOUR
    assert not worker.claim(), "the lease of a worker that is alive only seems to be over"
    running.monotonic += 26
    [second] = worker.claim()
    running.offset += HOUR
    assert worker.prepare(second) is None, "the clock was set between the claim and the look"
    assert not worker.claim()
    running.monotonic += 26
    [third] = worker.claim()
    assert worker.prepare(third) is None, "a grace is longer than a lease"
    running.monotonic += 5
    [fourth] = worker.claim()
    assert worker.prepare(fourth) is not None


@pytest.mark.parametrize("jumped", [timedelta(hours=3), timedelta(minutes=-30)])
def test_a_post_on_its_way_is_looked_for_since_its_first_attempt_however_the_clock_jumped(
    db: Database, reopen: Callable[..., Database], jumped: timedelta
) -> None:
    running = Running()
    db = reopen(db, running, clock_runs=True)
    db.monitor.monotonic = lambda: running.monotonic
    subscribe(db)
    publish(db, 1)
    worker = Worker(db, {"playground": Platform()}, compose, Pace(), lambda: 0.0)
    running.monotonic += 3600
    [claim] = worker.claim()
    assert worker.prepare(claim) is not None
    arrived = running()
    for _ in range(2):
        running.offset += jumped
        assert not worker.claim()
    running.monotonic += 36
    [again] = worker.claim()
    found = worker.prepare(again)
    assert found is not None
    assert worker.first_attempt(found) <= arrived


@pytest.mark.skipif(not hasattr(time, "CLOCK_BOOTTIME"), reason="this system has no clock that goes on while it is suspended")
def test_a_machine_that_was_suspended_is_no_clock_that_was_set(monkeypatch: pytest.MonkeyPatch) -> None:
    clocks = {time.CLOCK_BOOTTIME: 500.0}
    monkeypatch.setattr(time, "clock_gettime", clocks.__getitem__)
    monitor = ClockMonitor()
    monitor.note(START, monitor.monotonic())
    clocks[time.CLOCK_BOOTTIME] += 3 * 3600
    monitor.note(START + 3 * HOUR, monitor.monotonic())
    assert monitor.steps == 0


@pytest.mark.parametrize(("moved", "steps"), [(0, 0), (1, 0), (-1, 0), (3, 1), (-3, 1), (3600, 1), (-3600, 1)])
def test_a_clock_that_is_set_is_noticed(moved: float, steps: int) -> None:
    now = 0.0
    monitor = ClockMonitor(lambda: now)
    monitor.note(START, now)
    now += 600
    monitor.note(START + timedelta(seconds=600), now)
    assert monitor.steps == 0
    now += 1
    monitor.note(START + timedelta(seconds=601 + moved), now)
    monitor.note(START + timedelta(seconds=601 + moved), now)
    assert monitor.steps == steps


def test_a_reading_that_arrives_late_is_no_clock_that_was_set() -> None:
    now = 100.0
    monitor = ClockMonitor(lambda: now)
    monitor.note(START, now)
    now += 30
    monitor.note(START + timedelta(seconds=30), now)
    monitor.note(START, 100.0)  # of a thread that was stopped meanwhile
    monitor.note(START + timedelta(seconds=30), now)
    assert monitor.steps == 0


def test_a_wait_that_a_server_asked_for_before_the_clock_was_set_back_is_over() -> None:
    state = SourceState(not_before=(START + HOUR / 6).isoformat(), asked_at=START.isoformat(), fetched_at=START.isoformat())
    assert state.must_wait(START)
    assert not state.must_wait(START - HOUR)
    assert not state.may_be_conditional(START - HOUR)
