"""Feeds: who polls them when, and how it went."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from jobs.models.feeds import FeedRow
from jobs.store import feeds
from jobs.store.database import Database
from jobs.store.feeds import PollFailure, PollSuccess
from tests.support.clock import Clock


@pytest.fixture
def clock(db: Database) -> Clock:
    clock = Clock()
    db.clock = clock
    with db.begin() as conn:
        feeds.ensure(conn, ["csms", "cbp-trade"], clock.now)
    return clock


def claim(db: Database, slug: str = "csms") -> FeedRow | None:
    with db.begin() as conn:
        return feeds.claim(conn, slug, db.now(conn), 60)


def claimed(db: Database) -> FeedRow:
    row = claim(db)
    assert row is not None
    return row


def state(db: Database) -> FeedRow:
    with db.read() as conn:
        row = feeds.get(conn, "csms")
    assert row is not None
    return row


def succeed(db: Database, row: FeedRow, *, seeded: bool = True, changed: bool = True) -> bool:
    with db.begin() as conn:
        now = db.now(conn)
        later = now + timedelta(minutes=5)
        success = PollSuccess(later, entries=3, changed=changed, sources={"u": {"etag": "x"}}, seeded=seeded)
        return feeds.settle_success(conn, row, now, success)


def fail(db: Database, row: FeedRow, paused: str | None = None) -> bool:
    with db.begin() as conn:
        now = db.now(conn)
        return feeds.settle_failure(conn, row, now, PollFailure("503", now + timedelta(minutes=5), paused=paused))


def test_every_feed_has_one_row_and_a_new_one_is_due(db: Database, clock: Clock) -> None:
    with db.begin() as conn:
        feeds.ensure(conn, ["csms", "cbp-media"], clock.pass_(hours=1))
        assert [each.slug for each in feeds.all_rows(conn)] == ["cbp-media", "cbp-trade", "csms"]
        assert feeds.get(conn, "nowhere") is None
    assert state(db).next_poll == clock.now - timedelta(hours=1)


def test_a_feed_is_claimed_by_one_until_its_lease_is_over(db: Database, clock: Clock) -> None:
    first = claimed(db)
    assert claim(db) is None
    assert claim(db, "nowhere") is None
    clock.pass_(seconds=60)
    assert claimed(db).epoch == first.epoch + 1


def test_four_claim_at_once_and_one_gets_it(db: Database, clock: Clock) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert len([row for row in pool.map(lambda _: claim(db), range(4)) if row]) == 1


def test_success_is_written_down_and_the_next_poll_waits(db: Database, clock: Clock) -> None:
    fail(db, claimed(db))
    clock.pass_(minutes=5)
    assert succeed(db, claimed(db))
    row = state(db)
    assert (row.failures, row.last_success, row.last_change, row.entries, row.sources) == (0, clock.now, clock.now, 3, {"u": {"etag": "x"}})
    assert row.last_error == "503"
    assert claim(db) is None
    clock.pass_(minutes=5)
    assert claim(db)


def test_the_first_poll_happens_once(db: Database, clock: Clock) -> None:
    assert claimed(db).seeded_at is None
    clock.pass_(minutes=5)
    row = claimed(db)
    succeed(db, row, seeded=True)
    first = state(db).seeded_at
    assert first == clock.now
    clock.pass_(minutes=5)
    succeed(db, claimed(db), seeded=True, changed=False)
    assert state(db).seeded_at == first
    assert state(db).last_change == first


def test_failures_are_counted_and_told(db: Database, clock: Clock) -> None:
    for failures in (1, 2):
        assert fail(db, claimed(db))
        assert (state(db).failures, state(db).last_error, state(db).last_error_at) == (failures, "503", clock.now)
        clock.pass_(minutes=5)


def test_a_claim_that_was_lost_settles_nothing(db: Database, clock: Clock) -> None:
    old = claimed(db)
    clock.pass_(minutes=2)
    new = claimed(db)
    assert not succeed(db, old)
    assert not fail(db, old)
    assert (state(db).last_success, state(db).last_error, state(db).seeded_at) == (None, None, None)
    assert succeed(db, new)


def test_a_paused_feed_is_left_alone_until_somebody_makes_it_due(db: Database, clock: Clock) -> None:
    fail(db, claimed(db), paused="410 Gone")
    clock.pass_(hours=1)
    assert claim(db) is None
    with db.begin() as conn:
        assert feeds.make_due(conn, ["csms", "nowhere"], clock.now) == ["csms"]
    assert claimed(db).paused is None


def test_a_claim_that_is_given_back_is_free_at_once(db: Database, clock: Clock) -> None:
    row = claimed(db)
    with db.begin() as conn:
        assert feeds.release(conn, row)
    assert claimed(db).failures == 0


def make_due(db: Database) -> None:
    with db.begin() as conn:
        assert feeds.make_due(conn, ["csms"], db.now(conn)) == ["csms"]


@pytest.mark.parametrize("settle", [succeed, fail])
def test_feed_made_due_during_its_poll_is_due_after_it(db: Database, clock: Clock, settle: Callable[[Database, FeedRow], bool]) -> None:
    row = claimed(db)
    asked_at = clock.pass_(seconds=2)
    make_due(db)
    assert claim(db) is None, "the first poll still runs"
    clock.pass_(seconds=2)
    assert settle(db, row)
    assert state(db).next_poll == asked_at
    again = claimed(db)
    assert settle(db, again)
    assert state(db).next_poll == clock.now + timedelta(minutes=5), "once is enough"


def test_feed_made_due_while_it_is_found_gone_is_polled_once_more(db: Database, clock: Clock) -> None:
    row = claimed(db)
    clock.pass_(seconds=2)
    make_due(db)
    fail(db, row, paused="410 Gone")
    assert state(db).paused is None
    fail(db, claimed(db), paused="410 Gone")
    assert state(db).paused == "410 Gone"


def renew(db: Database, row: FeedRow) -> bool:
    with db.begin() as conn:
        return feeds.renew(conn, row, db.now(conn), 60)


def test_renewed_claim_lasts_longer(db: Database, clock: Clock) -> None:
    row = claimed(db)
    clock.pass_(seconds=50)
    assert renew(db, row)
    clock.pass_(seconds=59)
    assert claim(db) is None
    clock.pass_(seconds=1)
    assert claim(db)


def test_claim_that_was_lost_or_settled_is_not_renewed(db: Database, clock: Clock) -> None:
    old = claimed(db)
    clock.pass_(seconds=60)
    new = claimed(db)
    assert not renew(db, old)
    assert succeed(db, new)
    assert not renew(db, new)
    clock.pass_(minutes=5)
    assert claim(db), "the feed stays free"
