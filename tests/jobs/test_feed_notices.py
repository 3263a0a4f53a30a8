"""The admins' channel learns once that a feed is bad, and once that it is well again."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from jobs.feed_health import FeedHealth, FeedState
from jobs.feed_notices import PATIENCE, tell_turned, told
from jobs.models.feeds import FeedRow
from jobs.notices import SILENT, Notifier
from jobs.states import PollProblem
from jobs.store import feeds, schema
from jobs.store.database import Database
from jobs.store.feeds import PollFailure, PollSuccess
from tests.support.clock import START, Clock
from tests.support.databases import on_both
from tests.support.small_catalog import feed
from tests.support.store import channel, publish

pytestmark = pytest.mark.one_database

FEED = feed("csms", "CSMS messages")
TO = Notifier(lambda: channel("ADMINS"))
TICK = timedelta(minutes=1)


class Feed:
    """A feed that is polled as a test says; a process looks every five minutes."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.db, self.clock = db, clock
        with db.begin() as conn:
            feeds.ensure(conn, ["csms"], clock.now)

    def poll(self, problem: str = "", kind: PollProblem = PollProblem.OTHER, *, changed: bool = False) -> None:
        with self.db.begin() as conn:
            now = self.db.now(conn)
            feeds.make_due(conn, ["csms"], now)
            claim = feeds.claim(conn, "csms", now, 60)
            assert claim is not None
            if problem:
                feeds.settle_failure(conn, claim, now, PollFailure(problem, now, problem=kind))
            else:
                feeds.settle_success(conn, claim, now, PollSuccess(now, 100, changed=changed, sources={}, seeded=True))

    def look(self, minutes: int, problem: str = "", kind: PollProblem = PollProblem.OTHER, to: Notifier = TO) -> None:
        """Poll it and look every five minutes."""
        for _ in range(0, minutes, 5):
            self.poll(problem, kind)
            tell_turned(self.db, [FEED], to)
            self.clock.pass_(minutes=5)

    def wait(self, minutes: int) -> None:
        """Look every five minutes, without a poll."""
        for _ in range(0, minutes, 5):
            tell_turned(self.db, [FEED], TO)
            self.clock.pass_(minutes=5)

    def notices(self) -> list[str]:
        with self.db.read() as conn:
            notices = select(schema.post.c.notice).where(schema.post.c.kind == "notice").order_by(schema.post.c.created_at)
            rows: list[Any] = list(conn.execute(notices).scalars())
        return [f"{each['kind']}: {each['why']}" for each in rows if each["channel"]["id"] == "csms" and each["admins"]]


@pytest.fixture
def csms(db: Database, clock: Clock) -> Feed:
    return Feed(db, clock)


def test_a_bad_feed_is_told_once_and_its_recovery_once(csms: Feed) -> None:
    csms.look(60)
    assert csms.notices() == []
    csms.look(30, "no answer")
    assert csms.notices() == []
    csms.look(90, "access denied (403)", PollProblem.BLOCKED)
    assert csms.notices() == ["feed-bad: blocked, failed 8 times in a row: access denied (403)"]
    csms.look(90)
    assert csms.notices()[1:] == ["feed-well: it was read, and is as usual"]
    csms.look(90, "no answer")
    assert len(csms.notices()) == 3


def test_a_feed_that_comes_and_goes_is_not_told(csms: Feed) -> None:
    for _ in range(8):
        csms.look(20, "no answer")
        csms.look(5)
    assert csms.notices() == []


@on_both
def test_a_feed_that_is_bad_and_comes_for_a_moment_is_told_once(csms: Feed) -> None:
    csms.look(60, "no answer")
    for _ in range(8):
        csms.look(20)
        csms.look(20, "no answer")
    assert len(csms.notices()) == 1


def test_one_failure_of_a_feed_that_is_seldom_read_is_not_told(csms: Feed) -> None:
    csms.poll()
    csms.poll("no answer")
    csms.wait(120)
    assert csms.notices() == []
    csms.poll("no answer")
    csms.wait(60)
    assert csms.notices() == ["feed-bad: failed 2 times in a row: no answer"]


@on_both
def test_a_feed_that_nobody_reads_is_told(csms: Feed) -> None:
    csms.poll()
    csms.wait(60)
    assert csms.notices() == ["feed-bad: late: it should be read every 5 min"]


@on_both
def test_several_processes_tell_once(csms: Feed) -> None:
    csms.look(35, "no answer")
    with ThreadPoolExecutor(8) as several:
        assert sum(several.map(lambda _: tell_turned(csms.db, [FEED], TO), range(8))) == 1
    assert len(csms.notices()) == 1


def test_without_a_channel_of_admins_nothing_is_told_until_there_is_one(csms: Feed) -> None:
    csms.look(60, "no answer", to=SILENT)
    csms.look(40, "no answer")
    assert csms.notices() == ["feed-bad: failed 19 times in a row: no answer"]


def test_a_clock_that_is_set_back_does_not_keep_the_admins_in_the_dark(csms: Feed) -> None:
    csms.look(10, "no answer")
    csms.clock.pass_(days=-1)
    csms.look(40, "no answer")
    assert len(csms.notices()) == 1


ROW = FeedRow("csms", START, 1, 0, START, None, START, START, None, None, None, 100, None, {})
GOOD, BAD = FeedHealth("csms", FeedState.OK, "", "5 min"), FeedHealth("csms", FeedState.QUIET, "too quiet", "5 min")
EARLIER, LONG_AGO = START - PATIENCE + TICK, START - PATIENCE


@pytest.mark.parametrize(
    ("health", "was", "becomes"),
    [
        (GOOD, (None, None), (None, None)),
        (BAD, (None, None), (None, START)),
        (BAD, (None, EARLIER), (None, EARLIER)),
        (GOOD, (None, EARLIER), (None, None)),
        (BAD, (None, LONG_AGO), (START, None)),
        (BAD, (EARLIER, None), (EARLIER, None)),
        (GOOD, (EARLIER, None), (EARLIER, START)),
        (BAD, (EARLIER, EARLIER), (EARLIER, None)),
        (GOOD, (EARLIER, LONG_AGO), (None, None)),
        (BAD, (None, START + TICK), (None, START)),
        (replace(BAD, state=FeedState.WARNING), (None, LONG_AGO), (None, None)),
        (replace(BAD, state=FeedState.PAUSED), (None, LONG_AGO), (START, None)),
        (replace(BAD, state=FeedState.NOT_A_FEED, failures=1), (None, LONG_AGO), (None, None)),
        (replace(BAD, state=FeedState.NOT_A_FEED, failures=2), (None, LONG_AGO), (START, None)),
    ],
)
def test_the_next_state_of_what_the_admins_know(health: FeedHealth, was: Any, becomes: Any) -> None:
    assert told(health, replace(ROW, bad_told_at=was[0], turned_at=was[1]), START) == becomes


@pytest.mark.slow
def test_a_feed_that_is_too_quiet_is_told_once_and_weekends_and_federal_holidays_are_not(csms: Feed) -> None:
    """From September 2026 to January 2027, with Columbus Day, Veterans Day, Thanksgiving, Christmas and New Year's Day."""
    days = [date(2026, 9, 14) + timedelta(days=number) for number in range(135)]
    silent = range_of(date(2027, 1, 11), date(2027, 1, 20))
    closed = {date(2026, 10, 12), date(2026, 11, 11), date(2026, 11, 26), date(2026, 12, 25), date(2027, 1, 1), date(2027, 1, 18)}
    quiet_by_custom = {date(2026, 11, 27), date(2026, 12, 24), date(2026, 12, 31)}  # no holidays, but nobody publishes
    number, told_on = 0, []
    for day in days:
        if day >= date(2026, 11, 20):  # by then the feed has a usual week
            for hour in (0, 8, 16):
                csms.clock.now = datetime.combine(day, time(hour), UTC)
                before = len(csms.notices())
                csms.poll()
                tell_turned(csms.db, [FEED], TO)
                csms.clock.pass_(minutes=35)
                csms.poll()
                tell_turned(csms.db, [FEED], TO)
                told_on += [day] * (len(csms.notices()) - before)
        csms.clock.now = datetime.combine(day, time(20), UTC)
        if day.weekday() < 5 and day not in closed | quiet_by_custom and day not in silent:
            number += 2
            publish(csms.db, number, number + 1)
            csms.poll(changed=True)
    assert csms.notices() == [
        "feed-bad: too quiet: nothing new for 3 business days, which is unusual for it",
        "feed-well: it was read, and is as usual",
    ]
    # Monday to Wednesday were silent; the next entry came in the evening of Thursday the 21st
    assert told_on == [date(2027, 1, 14), date(2027, 1, 22)]


def range_of(first: date, last: date) -> set[date]:
    return {first + timedelta(days=number) for number in range((last - first).days + 1)}
