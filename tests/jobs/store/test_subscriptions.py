"""Channels and their subscriptions."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from jobs.models import Cadence, Filters
from jobs.store import channels, claims, posts, reports, schema, subscriptions
from jobs.store.database import Database
from jobs.store.making import make
from jobs.store.subscriptions import Saved
from tests.support.clock import Clock
from tests.support.store import ALL, DAILY, NEW_YORK, NOW, REVENUE, channel, compose, new, publish, subscribe

FULL = Filters(("cbp-trade", "csms"), ("ace", "revenue"), ("a b", "c"), ("never",), True)


def save(db: Database, filters: Filters, cadence: Cadence, zone: str = NEW_YORK, *, digest_only: bool = False) -> Saved:
    with db.begin() as conn:
        now = db.now(conn)
        return subscriptions.save(conn, channels.ensure(conn, channel(), now), filters, cadence, zone, digest_only, "me", now)


def due(db: Database) -> list[Any]:
    with db.read() as conn:
        return list(conn.execute(select(schema.delivery.c.due_at).order_by(schema.delivery.c.id)).scalars())


def test_a_channel_is_stored_once_and_keeps_its_newest_name(db: Database, clock: Clock) -> None:
    with db.begin() as conn:
        first = channels.ensure(conn, channel(), clock.now)
        assert channels.ensure(conn, channel(), clock.now) == first
        assert channels.ensure(conn, channel("C2"), clock.now) != first
        renamed = channels.ensure(conn, type(channel())("playground", "T1", "C1", "#new"), clock.now)
        nameless = channels.ensure(conn, type(channel())("playground", "T1", "C1"), clock.now)
        assert renamed == nameless == first
        found = channels.get(conn, first)
        assert channels.get(conn, 404) is None
    assert found is not None
    assert found.name == "#new"


def test_a_channel_keeps_what_its_platform_needs_and_every_query_carries_it(db: Database, clock: Clock) -> None:
    place = replace(channel(), extra={"service_url": "https://old.example"})
    subscription = subscribe(db, to=place)
    publish(db, 1)
    with db.begin() as conn:
        made = make(conn, subscription.channel_id, place, db.now(conn), compose)
        pending = posts.next_pending(conn, subscription.channel_id)
        channels.pause(conn, subscription.channel_id, "a reason")
        paused = reports.paused(conn)
        channels.resume(conn, subscription.channel_id)
        taken = claims.claim(conn, ["playground"], db.now(conn), 60)
        assert made
        assert pending is not None
        assert taken is not None
        found = [
            channels.get(conn, subscription.channel_id),
            subscription.channel,
            *(each.channel for each in subscriptions.of_channel(conn, subscription.channel_id)),
            *(each.channel for each in subscriptions.by_ids(conn, [subscription.id]).values()),
            pending.channel,
            taken.channel,
            *(each for each, _ in paused + reports.subscribed(conn)),
        ]
    assert [each and dict(each.extra) for each in found] == [{"service_url": "https://old.example"}] * 8


def test_a_channels_newest_extra_replaces_that_of_the_same_name_and_leaves_the_rest(db: Database, clock: Clock) -> None:
    def extra(**given: str) -> dict[str, str]:
        with db.begin() as conn:
            found = channels.get(conn, channels.ensure(conn, replace(channel(), extra=given), clock.now))
        assert found == channel()  # the channel is the same without it
        return dict(found.extra)

    assert extra() == {}
    assert extra(service_url="1", kind="channel") == {"service_url": "1", "kind": "channel"}
    assert extra() == {"service_url": "1", "kind": "channel"}
    assert extra(service_url="2") == {"service_url": "2", "kind": "channel"}


def test_two_processes_store_the_same_channel_at_once(db: Database, clock: Clock) -> None:
    def one(_: int) -> int:
        with db.begin() as conn:
            return channels.ensure(conn, channel(), clock.now)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(one, range(8)))) == 1


def test_a_subscription_is_read_back_as_it_was_wished(db: Database, clock: Clock) -> None:
    saved = save(db, FULL, Cadence("weekly", time(7, 30), 4), "America/Chicago", digest_only=True)
    assert saved.outcome == "created"
    with db.read() as conn:
        found = subscriptions.get(conn, saved.subscription.id)
        assert subscriptions.of_channel(conn, saved.subscription.channel_id) == [found]
        assert subscriptions.get(conn, 404) is None
    assert found == saved.subscription
    assert (found.filters, found.cadence, found.zone, found.digest_only) == (
        FULL,
        Cadence("weekly", time(7, 30), 4),
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


def test_what_is_still_owed_is_due_by_the_new_cadence(db: Database, clock: Clock) -> None:
    save(db, ALL, DAILY)
    publish(db, 1, new(2, lead="guidance"))
    nine = clock.now + timedelta(hours=1)
    assert due(db) == [nine, clock.now]
    save(db, ALL, DAILY, digest_only=True)
    assert due(db) == [nine, nine]
    save(db, ALL, DAILY, "America/Chicago")
    assert due(db) == [nine + timedelta(hours=1), clock.now]
    clock.pass_(minutes=1)
    save(db, ALL, NOW)
    assert due(db) == [clock.now, clock.now]


def test_the_same_wish_at_once_is_one_subscription(db: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        saved = list(pool.map(lambda _: save(db, ALL, DAILY), range(4)))
    assert sorted(each.outcome for each in saved) == ["created", "same", "same", "same"]
    assert len({each.subscription.id for each in saved}) == 1


def test_after_its_end_nothing_is_owed_and_the_same_wish_is_a_new_subscription(db: Database, clock: Clock) -> None:
    first = subscribe(db, DAILY)
    publish(db, 1)
    with db.begin() as conn:
        assert subscriptions.end(conn, first.channel_id, first.id, clock.now) == first
        assert subscriptions.end(conn, first.channel_id, first.id, clock.now) is None
        assert subscriptions.of_channel(conn, first.channel_id) == []
        assert subscriptions.get(conn, first.id) == first
        assert posts.waiting(conn).count == 0
    assert due(db) == []
    assert subscribe(db, DAILY).id != first.id


def test_a_subscription_is_ended_from_its_own_channel_only(db: Database, clock: Clock) -> None:
    first, other = subscribe(db), subscribe(db, to=channel("C2"))
    with db.begin() as conn:
        assert subscriptions.end(conn, other.channel_id, first.id, clock.now) is None
        assert subscriptions.of_channel(conn, first.channel_id) == [first]


def test_waiting_counts_what_is_owed_and_names_the_oldest(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    subscribe(db, NOW, REVENUE)
    with db.read() as conn:
        assert (posts.waiting(conn).count, posts.waiting(conn).oldest_due) == (0, None)
    publish(db, new(1, "revenue"), 2)
    with db.read() as conn:
        assert (posts.waiting(conn).count, posts.waiting(conn).oldest_due) == (3, clock.now)
