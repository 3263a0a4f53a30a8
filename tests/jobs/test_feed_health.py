"""Feed health as a value: one state, its reason, and the facts that renderers show."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from jobs.feed_health import FeedHealth, FeedState, every, feed_health, read_healths
from jobs.models.feeds import FeedRow
from jobs.store import feeds
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.small_catalog import feed
from tests.support.store import new, publish

NINE = datetime(2026, 2, 9, 14, tzinfo=UTC)
ROW = FeedRow("csms", NINE, 1, 0, NINE, None, NINE, NINE, None, None, None, 100, None, {})


FEED = feed("csms", "CSMS messages")


@pytest.mark.parametrize(
    ("row", "state", "trouble"),
    [
        (None, FeedState.UNREAD, "not read yet"),
        (replace(ROW, last_success=None), FeedState.UNREAD, "not read yet"),
        (ROW, FeedState.OK, ""),
        (replace(ROW, warning="cut short"), FeedState.WARNING, "warning: cut short"),
        (replace(ROW, failures=1, last_error="503"), FeedState.FAILING, "failed once: 503"),
        (replace(ROW, failures=2, warning="old"), FeedState.FAILING, "failed 2 times in a row: unknown reason"),
        (replace(ROW, failures=1, problem="other", last_error="503"), FeedState.FAILING, "failed once: 503"),
        (replace(ROW, failures=1, problem="of a later release", last_error="503"), FeedState.FAILING, "failed once: 503"),
        (replace(ROW, failures=1, problem="blocked", last_error="403"), FeedState.BLOCKED, "blocked, failed once: 403"),
        (
            replace(ROW, failures=3, problem="not-a-feed", last_error="a web page"),
            FeedState.NOT_A_FEED,
            "not a feed, failed 3 times in a row: a web page",
        ),
        (replace(ROW, problem="blocked", last_error="403"), FeedState.OK, ""),  # it has recovered
        (replace(ROW, last_success=NINE - timedelta(minutes=15)), FeedState.OK, ""),
        (replace(ROW, last_success=NINE - timedelta(minutes=16)), FeedState.LATE, "late: it should be read every 5 min"),
        (replace(ROW, last_success=NINE - timedelta(minutes=16), failures=1), FeedState.FAILING, "failed once: unknown reason"),
        (replace(ROW, entries=0, warning="no entries, but 100 before"), FeedState.QUIET, "too quiet: its document has no entries anymore"),
        (replace(ROW, entries=0, last_change=None), FeedState.OK, ""),  # it never had any
        (replace(ROW, held=40, warning="cut short"), FeedState.HELD, "40 new entries on hold"),
        (replace(ROW, failures=2, paused="410"), FeedState.PAUSED, "paused: 410"),
    ],
)
def test_state_and_its_reason(row: FeedRow | None, state: FeedState, trouble: str) -> None:
    health = feed_health(FEED, row, NINE)
    assert (health.state, health.trouble) == (state, trouble)


DAILY = [day for day in (date(2026, 1, 30) - timedelta(days=ago) for ago in range(84)) if day.weekday() < 5]
"""A feed with an entry on each weekday of twelve weeks, and none in the six business days before NINE's day."""


@pytest.mark.parametrize(
    ("row", "arrivals", "state"),
    [
        (ROW, DAILY, FeedState.QUIET),
        (ROW, [*DAILY, date(2026, 2, 5)], FeedState.OK),
        (ROW, DAILY[::6], FeedState.OK),
        (replace(ROW, warning="cut short"), DAILY, FeedState.QUIET),
        (replace(ROW, failures=1), DAILY, FeedState.FAILING),
        (replace(ROW, last_success=NINE - timedelta(days=1)), DAILY, FeedState.LATE),
        (replace(ROW, held=1), DAILY, FeedState.HELD),
        (replace(ROW, last_success=None), DAILY, FeedState.UNREAD),
    ],
)
def test_silence_shows_where_the_feed_is_read(row: FeedRow, arrivals: list[date], state: FeedState) -> None:
    health = feed_health(FEED, row, NINE, arrivals)
    assert health.state is state
    if state is FeedState.QUIET:
        assert health.trouble == "too quiet: nothing new for 5 business days, which is unusual for it"


def test_silence_is_read_from_the_stored_entries(db: Database, clock: Clock) -> None:
    feed = replace(FEED, slug="csms", every=7 * 86_400)
    with db.begin() as conn:
        feeds.ensure(conn, ["csms"], clock.now)

    def health() -> FeedHealth:
        with db.begin() as conn:
            now = db.now(conn)
            feeds.make_due(conn, ["csms"], now)
            claim = feeds.claim(conn, "csms", now, 60)
            assert claim is not None
            feeds.settle_success(conn, claim, now, feeds.PollSuccess(now, 1, changed=claim.last_change is None, sources={}, seeded=True))
        with db.read() as conn:
            return read_healths(conn, [feed], db.now(conn))[0]

    for number in range(1, 30):  # the backlog has its own dates, what comes later that of its arrival
        dated = replace(new(number).parsed, published=clock.now - timedelta(days=number))
        publish(db, replace(new(number), parsed=dated), backlog=True)
    assert health().state is FeedState.OK
    clock.pass_(days=9)
    late = replace(new(100).parsed, published=clock.now - timedelta(days=20))
    assert health().state is FeedState.QUIET
    publish(db, replace(new(100), parsed=late))
    assert health().state is FeedState.OK


def test_paused_feed_has_no_next_poll() -> None:
    assert feed_health(FEED, replace(ROW, paused="410"), NINE).next_poll is None
    assert feed_health(FEED, ROW, NINE).next_poll == NINE


@pytest.mark.parametrize(("seconds", "text"), [(30, "30 s"), (300, "5 min"), (3600, "1 h"), (5400, "90 min"), (90, "90 s")])
def test_interval_is_in_its_largest_whole_unit(seconds: int, text: str) -> None:
    assert every(seconds) == text
