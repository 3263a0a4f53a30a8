"""Channels: stored once, and claimed by one worker at a time, on a PostgreSQL that really has two."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from jobs.next_post import load_bundle, make_post, next_step
from jobs.states import PostState
from jobs.store import channels, posts, reports, subscriptions
from jobs.store.database import Connection, Database
from tests.support.clock import Clock
from tests.support.store import channel, publish, subscribe

LEASE = 60.0


@pytest.fixture
def pg(postgres_url: str) -> Iterator[Database]:
    opened = Database(postgres_url)
    yield opened
    opened.close()


def claim(conn: Connection, db: Database, most: int = 1) -> list[str]:
    """Return the ids of the channels that are claimed."""
    conn.exec_driver_sql("SET LOCAL lock_timeout = '1s'")
    return [each.channel.id for each in channels.claim(conn, ["playground"], db.now(conn), LEASE, most)]


def test_two_that_claim_at_once_take_two_channels_and_wait_for_nobody(pg: Database) -> None:
    for name in ("C1", "C2"):
        subscribe(pg, to=channel(name))
    publish(pg, 1)
    with pg.begin() as one, pg.begin() as two, pg.begin() as three:
        assert sorted(claim(one, pg) + claim(two, pg)) == ["C1", "C2"]
        assert not claim(three, pg)


def test_who_claims_several_channels_leaves_the_others_to_those_who_claim_at_once(pg: Database) -> None:
    for number in range(5):
        subscribe(pg, to=channel(f"C{number}"))
    publish(pg, 1)
    with pg.begin() as one, pg.begin() as two, pg.begin() as three:
        taken = [claim(one, pg, 3), claim(two, pg, 3), claim(three, pg, 3)]
    assert [len(each) for each in taken] == [3, 2, 0]
    assert sorted(each for several in taken for each in several) == ["C0", "C1", "C2", "C3", "C4"]


def test_the_channels_that_have_been_free_the_longest_are_claimed_first_each_for_a_lease_of_its_own(db: Database) -> None:
    for number in range(4):
        subscribe(db, to=channel(f"C{number}"))
    publish(db, 1)
    with db.begin() as conn:
        now = db.now(conn)
        waits = {"C0": 3, "C1": 1, "C2": 2, "C3": 9}
        for each in channels.claim(conn, ["playground"], now, LEASE, 4):
            channels.release(conn, each, now + timedelta(seconds=waits.pop(each.channel.id)), each.failures)
        assert not waits
        later = now + timedelta(seconds=5)
        one, two = channels.claim(conn, ["playground"], later, LEASE, 2)
        assert {one.channel.id, two.channel.id} == {"C1", "C2"}
        assert (one.epoch, two.epoch) == (2, 2)
        assert one.until == two.until == later + timedelta(seconds=LEASE)
        assert channels.release(conn, one, later, 0)
        assert channels.holds_claim(conn, two)
        [three] = channels.claim(conn, ["playground"], now + timedelta(seconds=4), LEASE, 2)
        assert three.channel.id == "C0"


def test_who_was_overtaken_gives_nothing_back(db: Database) -> None:
    subscribe(db)
    publish(db, 1)
    with db.begin() as conn:
        now = db.now(conn)
        [slow] = channels.claim(conn, ["playground"], now, LEASE)
        later = now + timedelta(seconds=LEASE)
        [quick] = channels.claim(conn, ["playground"], later, LEASE)
        assert not channels.holds_claim(conn, slow)
        assert not channels.release(conn, slow, later, 0)
        assert not channels.claim(conn, ["playground"], later, LEASE)
        assert channels.release(conn, quick, later, 0)


# stored once


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
        step = next_step(conn, subscription.channel_id, db.now(conn))
        assert step is not None
        bundle = load_bundle(conn, place, subscription.channel_id, step, db.now(conn))
        make_post(conn, subscription.channel_id, step, bundle, [{}], db.now(conn))
        pending = posts.first(conn, subscription.channel_id, PostState.PENDING)
        channels.pause(conn, subscription.channel_id, "a reason")
        paused = reports.paused_channels(conn)
        channels.resume(conn, subscription.channel_id)
        [taken] = channels.claim(conn, ["playground"], db.now(conn), 60)
        assert pending is not None
        found = [
            channels.get(conn, subscription.channel_id),
            subscription.channel,
            *(each.channel for each in subscriptions.list_for_channel(conn, subscription.channel_id)),
            *(each.channel for each in subscriptions.by_ids(conn, [subscription.id]).values()),
            pending.channel,
            taken.channel,
            *(each for each, _ in paused + reports.subscribed_channels(conn)),
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
