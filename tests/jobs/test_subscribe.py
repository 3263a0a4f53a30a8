"""Subscribing, changing a subscription and unsubscribing: nothing that is owed is lost or comes twice."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import time as clock_time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from jobs.models.subscriptions import Cadence, Filters, Subscription, SubscriptionSpec
from jobs.outcomes import Retry
from jobs.publish import publish_entries
from jobs.states import CadenceKind
from jobs.store import channels, reports, schema, subscriptions
from jobs.store.database import Database
from jobs.subscribe import SavedSubscription, change_subscription, end_subscription, save_subscription
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.delivery import deliver, until_quiet
from tests.support.store import ALL, DAILY, NEW_YORK, NOW, REVENUE, channel, new, publish, subscribe
from tests.support.stub_platform import Platform, answer, take_and_time_out, time_out

pytestmark = pytest.mark.one_database

WEEKLY = Cadence(CadenceKind.WEEKLY, clock_time(9), 2)
DAILY_AT_TEN = Cadence(CadenceKind.DAILY, clock_time(10))
TARIFFS = Filters(topics=("tariffs",))
BOTH = Filters(topics=("revenue", "tariffs"))


def change(
    db: Database, of: Subscription, filters: Filters, cadence: object = DAILY, *, digest_only: bool = False
) -> SavedSubscription | None:
    with db.begin() as conn:
        now = db.now(conn)
        return change_subscription(conn, of.channel_id, of.id, SubscriptionSpec(filters, cadence, NEW_YORK, digest_only), "Ann", now)  # type: ignore[arg-type]


def live(db: Database, of: Subscription) -> list[Filters]:
    with db.read() as conn:
        return [each.filters for each in subscriptions.list_for_channel(conn, of.channel_id)]


def owed(db: Database) -> int:
    with db.read() as conn:
        return reports.waiting(conn).count


async def at_nine(db: Database, clock: Clock, platform: Platform) -> list[str]:
    """Return the texts in the channel after the daily digest."""
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


@pytest.mark.parametrize("filters", [REVENUE, BOTH], ids=["same filters", "other filters"])
@pytest.mark.parametrize("hours", [0, 2], ids=["before its digest was due", "after its digest was due"])
async def test_what_waited_for_a_digest_that_is_no_more_is_one_post(db: Database, clock: Clock, filters: Filters, hours: int) -> None:
    before, platform = subscribe(db, DAILY, REVENUE), Platform()
    publish(db, *(new(number, "revenue") for number in range(1, 7)))
    clock.pass_(hours=hours)
    change(db, before, filters, NOW)
    await until_quiet(db, clock, platform)
    assert platform.seen() == ["digest: 1 2 3 4 5 6"]
    publish(db, *(new(number, "revenue") for number in range(7, 14)))
    await until_quiet(db, clock, platform)
    assert platform.seen()[1:] == [str(number) for number in range(7, 14)]


@pytest.mark.parametrize("filters", [REVENUE, BOTH], ids=["same filters", "other filters"])
@pytest.mark.parametrize(("cadence", "seen"), [(WEEKLY, ["digest: 1 2"]), (DAILY_AT_TEN, ["digest: 1 2"]), (NOW, ["1", "2"])])
async def test_what_is_due_stays_due_and_the_rest_moves(
    db: Database, clock: Clock, filters: Filters, cadence: Cadence, seen: list[str]
) -> None:
    before, platform = subscribe(db, DAILY, REVENUE), Platform()
    publish(db, new(1, "revenue"), new(2, "revenue"))
    clock.pass_(hours=2)  # its digest was due, and no worker ran
    publish(db, new(3, "revenue"))
    change(db, before, filters, cadence)
    await deliver(db, platform)
    if cadence != NOW:
        assert platform.seen() == seen
        return
    await until_quiet(db, clock, platform)
    assert platform.seen() == [*seen, "3"]


def test_a_subscription_of_another_channel_or_one_that_has_ended_is_not_changed(db: Database, clock: Clock) -> None:
    before = subscribe(db, DAILY)
    with db.begin() as conn:
        assert (
            change_subscription(conn, before.channel_id + 1, before.id, SubscriptionSpec(REVENUE, DAILY, NEW_YORK, False), "Ann", clock.now)
            is None
        )
        end_subscription(conn, before.channel_id, before.id, "someone", clock.now)
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


@on_both
def test_an_entry_that_is_published_at_that_very_moment_reaches_the_new_one(db: Database, clock: Clock) -> None:
    """Whoever is first, the other waits: on PostgreSQL by the lock, on SQLite since there is one writer."""
    before = subscribe(db, DAILY, BOTH)
    began = threading.Event()

    def publish_slowly() -> None:
        with db.begin() as conn:
            publish_entries(conn, "csms", [new(1, "revenue")], db.now(conn), backlog=False)
            began.set()
            time.sleep(0.3)

    publisher = threading.Thread(target=publish_slowly)
    publisher.start()
    began.wait()
    change(db, before, REVENUE)
    publisher.join()
    assert owed(db) == 1
    with db.read() as conn:
        assert [each.filters for each in subscriptions.list_for_channel(conn, before.channel_id)] == [REVENUE]


@on_both
def test_a_publisher_that_began_before_the_change_owes_to_the_new_one(db: Database, clock: Clock) -> None:
    before = subscribe(db, DAILY, BOTH)
    begun = clock.now
    clock.pass_(seconds=1)
    changed = change(db, before, REVENUE)
    assert changed is not None
    with db.begin() as conn:
        conn.execute(update(schema.channel).values(name="#still-there"))
        publish_entries(conn, "csms", [new(1, "revenue")], begun, backlog=False)
    assert owed(db) == 1


@on_both
def test_those_who_set_one_in_a_channel_find_all_of_that_channel_and_of_no_other(db: Database, clock: Clock) -> None:
    mine = subscribe(db, DAILY, REVENUE)
    subscribe(db, DAILY, TARIFFS)
    with db.begin() as conn:
        conn.execute(update(schema.subscription).where(schema.subscription.c.id == mine.id).values(created_by="Ann (slack:T1/U1)"))
        assert [each.filters for each in subscriptions.list_for_person(conn, "slack:T1/U1")] == [REVENUE, TARIFFS]
        assert subscriptions.list_for_person(conn, "slack:T1/U") == []
        assert subscriptions.list_for_person(conn, "%") == []
        end_subscription(conn, mine.channel_id, mine.id, "someone", clock.now)
        assert subscriptions.list_for_person(conn, "slack:T1/U1") == []


def test_everything_includes_what_was_asked_for_by_topic(db: Database, clock: Clock) -> None:
    before = subscribe(db, DAILY, REVENUE)
    publish(db, new(1, "revenue"), new(2, "tariffs"))
    change(db, before, ALL)
    assert owed(db) == 1  # what was not owed before is not owed now


# saving and ending

FULL = Filters(("cbp-trade", "csms"), ("ace", "revenue"), ("a b", "c"), ("never",), True)


def save(db: Database, filters: Filters, cadence: Cadence, zone: str = NEW_YORK, *, digest_only: bool = False) -> SavedSubscription:
    with db.begin() as conn:
        now = db.now(conn)
        return save_subscription(
            conn, channels.ensure(conn, channel(), now), SubscriptionSpec(filters, cadence, zone, digest_only), "me", now
        )


def due(db: Database) -> list[Any]:
    with db.read() as conn:
        return list(conn.execute(select(schema.delivery.c.due_at).order_by(schema.delivery.c.id)).scalars())


def test_a_subscription_is_read_back_as_it_was_wished(db: Database, clock: Clock) -> None:
    saved = save(db, FULL, Cadence(CadenceKind.WEEKLY, clock_time(7, 30), 4), "America/Chicago", digest_only=True)
    assert saved.outcome == "created"
    with db.read() as conn:
        found = subscriptions.get(conn, saved.subscription.id)
        assert subscriptions.list_for_channel(conn, saved.subscription.channel_id) == [found]
        assert subscriptions.get(conn, 404) is None
    assert found == saved.subscription
    assert (found.filters, found.cadence, found.zone, found.digest_only) == (
        FULL,
        Cadence(CadenceKind.WEEKLY, clock_time(7, 30), 4),
        "America/Chicago",
        True,
    )
    assert (found.channel, found.created_by, found.created_at) == (channel(), "me", clock.now)


def test_the_same_filters_in_any_order_change_the_cadence_of_that_subscription(db: Database) -> None:
    first = save(db, FULL, DAILY)
    shuffled = Filters(("csms", "cbp-trade", "csms"), ("revenue", "ace"), ("c", "a b"), ("never",), True)
    again = save(db, shuffled, DAILY)
    changed = save(db, shuffled, NOW)
    other = save(db, Filters(), NOW)
    assert [each.outcome for each in (first, again, changed, other)] == ["created", "same", "changed", "created"]
    assert first.subscription.id == again.subscription.id == changed.subscription.id != other.subscription.id
    assert changed.subscription.cadence == NOW


@pytest.mark.parametrize("change", [{"zone": "America/Chicago"}, {"digest_only": True}])
def test_zone_and_digest_only_are_changes_too(db: Database, change: Any) -> None:
    save(db, ALL, DAILY)
    assert save(db, ALL, DAILY, **change).outcome == "changed"
    assert save(db, ALL, DAILY, **change).outcome == "same"


def test_what_is_not_due_yet_is_due_by_the_new_cadence(db: Database, clock: Clock) -> None:
    save(db, ALL, DAILY, digest_only=True)
    publish(db, 1, new(2, lead="guidance"))
    nine = clock.now + timedelta(hours=1)
    assert due(db) == [nine, nine]
    save(db, ALL, DAILY)
    assert due(db) == [nine, clock.now]
    save(db, ALL, DAILY, "America/Chicago", digest_only=True)
    assert due(db) == [nine + timedelta(hours=1), clock.now], "what is due stays due"
    clock.pass_(minutes=1)
    save(db, ALL, NOW)
    assert due(db) == [clock.now, clock.now - timedelta(minutes=1)]


@on_both
def test_the_same_wish_at_once_is_one_subscription(db: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        saved = list(pool.map(lambda _: save(db, ALL, DAILY), range(4)))
    assert sorted(each.outcome for each in saved) == ["created", "same", "same", "same"]
    assert len({each.subscription.id for each in saved}) == 1


@on_both
def test_after_its_end_nothing_is_owed_and_the_same_wish_is_a_new_subscription(db: Database, clock: Clock) -> None:
    first = subscribe(db, DAILY)
    publish(db, 1)
    with db.begin() as conn:
        assert end_subscription(conn, first.channel_id, first.id, "someone", clock.now) == first
        assert end_subscription(conn, first.channel_id, first.id, "someone", clock.now) is None
        assert subscriptions.list_for_channel(conn, first.channel_id) == []
        assert subscriptions.get(conn, first.id) == first
        assert reports.waiting(conn).count == 0
    assert due(db) == []
    assert subscribe(db, DAILY).id != first.id


def test_a_subscription_is_ended_from_its_own_channel_only(db: Database, clock: Clock) -> None:
    first, other = subscribe(db), subscribe(db, to=channel("C2"))
    with db.begin() as conn:
        assert end_subscription(conn, other.channel_id, first.id, "someone", clock.now) is None
        assert subscriptions.list_for_channel(conn, first.channel_id) == [first]


def test_waiting_counts_what_is_owed_and_names_the_oldest(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    subscribe(db, NOW, REVENUE)
    with db.read() as conn:
        assert (reports.waiting(conn).count, reports.waiting(conn).oldest_due) == (0, None)
    publish(db, new(1, "revenue"), 2)
    with db.read() as conn:
        # an entry for two subscriptions is one message
        assert (reports.waiting(conn).count, reports.waiting(conn).oldest_due) == (2, clock.now)
