"""Changing what a subscription asks for: another subscription in its place, and nothing that is owed is lost."""

import threading
import time

import pytest
from sqlalchemy import update

from jobs.models import Filters, Retry, Subscription
from jobs.store import changing, entries, posts, schema, subscriptions
from jobs.store.changing import Changed
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.delivery import deliver, until_quiet
from tests.support.store import ALL, DAILY, NEW_YORK, NOW, REVENUE, new, publish, subscribe
from tests.support.stub_platform import Platform, answer, take_and_time_out, time_out

TARIFFS = Filters(topics=("tariffs",))
BOTH = Filters(topics=("revenue", "tariffs"))


def change(db: Database, of: Subscription, filters: Filters, cadence: object = DAILY, *, digest_only: bool = False) -> Changed | None:
    with db.begin() as conn:
        now = db.now(conn)
        return changing.change(conn, of.channel_id, of.id, filters, cadence, NEW_YORK, digest_only, "Ann", now)  # type: ignore[arg-type]


def live(db: Database, of: Subscription) -> list[Filters]:
    with db.read() as conn:
        return [each.filters for each in subscriptions.of_channel(conn, of.channel_id)]


def owed(db: Database) -> int:
    with db.read() as conn:
        return posts.waiting(conn).count


async def at_nine(db: Database, clock: Clock, platform: Platform) -> list[str]:
    """What stands in the channel after the daily digest."""
    clock.pass_(hours=24)
    await until_quiet(db, clock, platform)
    return platform.seen()


async def test_what_was_owed_and_still_matches_stays_owed_and_the_rest_is_dropped(db: Database, clock: Clock) -> None:
    before = subscribe(db, DAILY, BOTH)
    publish(db, new(1, "revenue"), new(2, "tariffs"), new(3, "revenue", "tariffs"))
    clock.pass_(minutes=1)
    changed = change(db, before, REVENUE)
    assert changed is not None
    assert (changed.before, changed.outcome, changed.joined) == (before, "changed", False)
    assert (changed.subscription.filters, changed.subscription.created_by) == (REVENUE, "Ann")
    assert live(db, before) == [REVENUE]
    assert owed(db) == 2
    assert await at_nine(db, clock, Platform()) == ["digest: 1 3"]


async def test_the_same_filters_change_the_times_alone(db: Database, clock: Clock) -> None:
    before = subscribe(db, DAILY, REVENUE)
    publish(db, new(1, "revenue"))
    changed = change(db, before, REVENUE, NOW)
    assert changed is not None
    assert (changed.subscription.id, changed.outcome) == (before.id, "changed")
    again = change(db, before, REVENUE, NOW)
    assert again is not None
    assert again.outcome == "same"
    platform = Platform()
    await deliver(db, platform)
    assert platform.seen() == ["1"]


async def test_filters_that_another_subscription_has_join_it_and_nothing_comes_twice(db: Database, clock: Clock) -> None:
    before, other = subscribe(db, DAILY, TARIFFS), subscribe(db, DAILY, REVENUE)
    publish(db, new(1, "revenue", "tariffs"), new(2, "tariffs"))
    changed = change(db, before, REVENUE)
    assert changed is not None
    assert (changed.subscription.id, changed.outcome, changed.joined) == (other.id, "changed", True)
    assert live(db, before) == [REVENUE]
    assert await at_nine(db, clock, Platform()) == ["1"]


def test_a_subscription_of_another_channel_or_one_that_has_ended_is_not_changed(db: Database, clock: Clock) -> None:
    before = subscribe(db, DAILY)
    with db.begin() as conn:
        assert changing.change(conn, before.channel_id + 1, before.id, REVENUE, DAILY, NEW_YORK, False, "Ann", clock.now) is None
        subscriptions.end(conn, before.channel_id, before.id, clock.now)
    assert change(db, before, REVENUE) is None
    assert live(db, before) == []


async def test_what_was_due_already_goes_out_at_once_by_the_new_wish(db: Database, clock: Clock) -> None:
    before = subscribe(db, DAILY, BOTH)
    publish(db, new(1, "revenue"), new(2, "tariffs"), new(3, "revenue"))
    clock.pass_(hours=2)  # its digest was due an hour ago, and no worker ran
    change(db, before, REVENUE)
    platform = Platform()
    await deliver(db, platform)
    assert platform.seen() == ["digest: 1 3"]


@pytest.mark.parametrize("cadence", [DAILY, NOW])
async def test_a_post_that_was_made_and_not_sent_is_made_anew(db: Database, clock: Clock, cadence: object) -> None:
    before = subscribe(db, cadence, BOTH)  # type: ignore[arg-type]
    publish(db, new(1, "revenue"), new(2, "tariffs"), new(3, "revenue"))
    clock.pass_(hours=2)
    await deliver(db, Platform([answer(Retry(60.0, "slow down"))]))
    assert owed(db) == 3
    change(db, before, REVENUE)
    platform = Platform()
    await until_quiet(db, clock, platform)
    assert " ".join(platform.seen()).removeprefix("digest: ") == "1 3"


@pytest.mark.parametrize(("arrives", "count"), [(take_and_time_out, 1), (time_out, 0)])
async def test_a_post_on_its_way_that_arrives_is_not_repeated_and_one_that_does_not_is_not_lost(
    db: Database, clock: Clock, arrives: object, count: int
) -> None:
    before = subscribe(db, DAILY, BOTH)
    publish(db, new(1, "revenue"), new(2, "revenue"))
    clock.pass_(hours=2)
    platform = Platform([arrives])  # type: ignore[list-item]
    await deliver(db, platform)
    assert len(platform.messages) == count
    change(db, before, REVENUE)
    await until_quiet(db, clock, platform)
    assert platform.seen() == ["digest: 1 2"]
    assert owed(db) == 0


async def test_another_subscription_that_wants_the_same_post_keeps_it(db: Database, clock: Clock) -> None:
    before = subscribe(db, NOW, BOTH)
    subscribe(db, NOW, TARIFFS)
    publish(db, new(1, "tariffs"))
    await deliver(db, Platform([answer(Retry(60.0, "slow down"))]))
    change(db, before, REVENUE)
    platform = Platform()
    await until_quiet(db, clock, platform)
    assert platform.seen() == ["1"]


def test_an_entry_that_is_published_at_that_very_moment_reaches_the_new_one(db: Database, clock: Clock) -> None:
    """Whoever is first, the other waits: on PostgreSQL by the lock, on SQLite since there is one writer."""
    before = subscribe(db, DAILY, BOTH)
    began = threading.Event()

    def publish_slowly() -> None:
        with db.begin() as conn:
            entries.publish(conn, "csms", [new(1, "revenue")], db.now(conn), backlog=False)
            began.set()
            time.sleep(0.3)

    publisher = threading.Thread(target=publish_slowly)
    publisher.start()
    began.wait()
    change(db, before, REVENUE)
    publisher.join()
    assert owed(db) == 1
    with db.read() as conn:
        assert [each.filters for each in subscriptions.of_channel(conn, before.channel_id)] == [REVENUE]


def test_a_publisher_that_began_before_the_change_owes_to_the_new_one(db: Database, clock: Clock) -> None:
    before = subscribe(db, DAILY, BOTH)
    begun = clock.now
    clock.pass_(seconds=1)
    changed = change(db, before, REVENUE)
    assert changed is not None
    with db.begin() as conn:
        conn.execute(update(schema.channel).values(name="#still-there"))
        entries.publish(conn, "csms", [new(1, "revenue")], begun, backlog=False)
    assert owed(db) == 1


def test_those_who_set_one_in_a_channel_find_all_of_that_channel_and_of_no_other(db: Database, clock: Clock) -> None:
    mine = subscribe(db, DAILY, REVENUE)
    subscribe(db, DAILY, TARIFFS)
    with db.begin() as conn:
        conn.execute(update(schema.subscription).where(schema.subscription.c.id == mine.id).values(created_by="Ann (slack:T1/U1)"))
        assert [each.filters for each in subscriptions.set_by(conn, "slack:T1/U1")] == [REVENUE, TARIFFS]
        assert subscriptions.set_by(conn, "slack:T1/U") == []
        assert subscriptions.set_by(conn, "%") == []
        subscriptions.end(conn, mine.channel_id, mine.id, clock.now)
        assert subscriptions.set_by(conn, "slack:T1/U1") == []


def test_everything_includes_what_was_asked_for_by_topic(db: Database, clock: Clock) -> None:
    before = subscribe(db, DAILY, REVENUE)
    publish(db, new(1, "revenue"), new(2, "tariffs"))
    change(db, before, ALL)
    assert owed(db) == 1  # what was not owed before is not owed now
