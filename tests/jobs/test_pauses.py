"""Pauses of channels and subscriptions: what is due waits, comes when they end, and comes once."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from jobs import pauses
from jobs.models.subscriptions import Filters, Subscription
from jobs.store import channels, subscriptions
from jobs.store.database import Connection, Database
from jobs.subscribe import pause_subscription
from tests.jobs.test_schedule import Deliveries, running, until
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.delivery import NINE, posts, until_quiet
from tests.support.store import DAILY, NOW, channel, new, publish, subscribe
from tests.support.stub_platform import Platform

pytestmark = pytest.mark.one_database

LATER = NINE + timedelta(days=7)


def pause(db: Database, of: Subscription, until: datetime | None) -> None:
    with db.begin() as conn:
        assert pause_subscription(conn, of.channel_id, of.id, until, "someone", db.now(conn)) is not None


def pause_channel(db: Database, channel_id: int, until: datetime | None) -> None:
    with db.begin() as conn:
        channels.pause(conn, channel_id, "Ann paused it", "Ann (playground:T1/U1)", until)


def paused(db: Database, channel_id: int) -> bool:
    with db.read() as conn:
        return channels.find_pause(conn, channel_id) is not None


async def test_a_paused_subscription_gets_everything_when_its_pause_ends(db: Database, clock: Clock) -> None:
    digest, at_once, platform = subscribe(db, DAILY, to=channel("C1")), subscribe(db, NOW, to=channel("C2")), Platform()
    pause(db, digest, LATER)
    pause(db, at_once, LATER)
    publish(db, 1, new(2, lead="guidance"))
    clock.now = NINE + timedelta(days=3)
    publish(db, 3)
    await until_quiet(db, clock, platform)
    assert platform.messages == []
    clock.now = LATER
    await until_quiet(db, clock, platform)
    assert sorted(platform.seen("C1")) == ["2", "digest: 1 3"]
    assert platform.seen("C2") == ["1", "2", "3"]


async def test_many_immediate_messages_of_a_paused_subscription_are_one_post(db: Database, clock: Clock) -> None:
    at_once, platform = subscribe(db, NOW), Platform()
    pause(db, at_once, LATER)
    publish(db, *range(1, 8))
    clock.now = LATER
    await until_quiet(db, clock, platform)
    assert platform.seen() == ["digest: 1 2 3 4 5 6 7"]
    publish(db, 8)
    await until_quiet(db, clock, platform)
    assert platform.seen()[1:] == ["8"]


async def test_what_was_due_before_the_pause_waits_too_and_resuming_brings_it_at_once(db: Database, clock: Clock) -> None:
    at_once, platform = subscribe(db, NOW), Platform()
    publish(db, 1)
    pause(db, at_once, LATER)
    await until_quiet(db, clock, platform)
    assert platform.seen() == []
    pause(db, at_once, None)
    await until_quiet(db, clock, platform)
    assert platform.seen() == ["1"]


def resume_as_a_person(conn: Connection, channel_id: int, now: datetime) -> None:
    pauses.resume_channel(conn, channel_id, now)


def resume_when_the_time_is_over(conn: Connection, channel_id: int, now: datetime) -> None:
    assert pauses.resume_over(conn, now) == 1


def resume_with_the_workspace(conn: Connection, channel_id: int, now: datetime) -> None:
    assert pauses.resume_workspace(conn, "playground", "T1", "Ann", now) == 1


def resume_with_the_team(conn: Connection, channel_id: int, now: datetime) -> None:
    assert pauses.resume_team(conn, channel(), "token", now, whole=False) == 1


@pytest.mark.parametrize("resume", [resume_as_a_person, resume_when_the_time_is_over, resume_with_the_workspace, resume_with_the_team])
async def test_what_waits_in_a_paused_channel_goes_out_as_one_post_however_it_resumes(
    db: Database, clock: Clock, resume: Callable[[Connection, int, datetime], None]
) -> None:
    subscription, platform = subscribe(db), Platform()
    by_itself = resume is resume_when_the_time_is_over
    with db.begin() as conn:
        channels.pause(conn, subscription.channel_id, "Ann's token", until=clock.now if by_itself else None)
    publish(db, *range(1, 7))
    await until_quiet(db, clock, platform)
    assert platform.seen() == []
    with db.begin() as conn:
        resume(conn, subscription.channel_id, clock.now)
    await until_quiet(db, clock, platform)
    assert [each.content.get("says", "notice") for each in platform.messages] == ["notice"] * by_itself + ["digest: 1 2 3 4 5 6"]


@on_both
async def test_a_channel_whose_pause_is_over_is_told_once_by_several_workers(db: Database, clock: Clock) -> None:
    waiting, empty = subscribe(db, to=channel("C1")), channel_without_subscription(db)
    pause_channel(db, waiting.channel_id, clock.now)
    pause_channel(db, empty, clock.now)
    publish(db, 1, 2)

    def resume() -> int:
        with db.begin() as conn:
            return pauses.resume_over(conn, clock.now)

    assert sum(await asyncio.gather(*(asyncio.to_thread(resume) for _ in range(4)))) == 2
    told = [(each.channel_id, each.notice["waiting"], each.notice["why"]) for each in posts(db)]
    assert told == [(waiting.channel_id, 2, "Ann paused it")]
    platform = Platform()
    await until_quiet(db, clock, platform)
    assert [each.content.get("says", each.content.get("text")) for each in platform.messages] == ["Ann paused it", "1", "2"]
    with db.begin() as conn:
        assert pauses.resume_over(conn, clock.now + timedelta(days=1)) == 0


async def test_a_channel_is_told_once_that_the_pause_of_a_subscription_is_over(db: Database, clock: Clock) -> None:
    clock.now, end_of_pause = NINE + timedelta(hours=1), NINE + timedelta(hours=2)  # the next digest is due a day later
    at_once, digest = (
        subscribe(db, cadence, Filters(("csms",), topics=(topic,))) for cadence, topic in ((NOW, "tariffs"), (DAILY, "revenue"))
    )
    other = subscribe(db, NOW, Filters(("csms",), topics=("textiles",)))
    for each in (at_once, digest):
        pause(db, each, end_of_pause)
    publish(db, new(1, "tariffs"), new(2, "tariffs"), new(3, "revenue"), new(4, "revenue"))

    def end() -> int:
        with db.begin() as conn:
            return pauses.end_subscription_pauses(conn, clock.now)

    assert end() == 0
    clock.now = end_of_pause
    assert sum(await asyncio.gather(*(asyncio.to_thread(end) for _ in range(4)))) == 2
    told = {each.notice["subscription"]: (each.notice["waiting"], each.notice["later"]) for each in posts(db)}
    assert told[at_once.id] == (2, 0)
    assert told[digest.id] == (0, 2)
    assert other.id not in told
    assert end() == 0
    with db.read() as conn:
        assert [each.paused_until for each in subscriptions.list_for_channel(conn, at_once.channel_id)] == [None] * 3


def test_a_pause_that_was_over_long_ago_is_forgotten_without_a_word(db: Database, clock: Clock) -> None:
    pause(db, subscribe(db, NOW), LATER)
    clock.now = LATER + timedelta(days=3)
    with db.begin() as conn:
        assert pauses.end_subscription_pauses(conn, clock.now) == 1
    assert posts(db) == []


@on_both
async def test_the_ticks_end_the_pause_of_a_subscription(db: Database) -> None:
    paused_one = subscribe(db)
    with db.begin() as conn:
        subscriptions.set_pause(conn, paused_one.id, db.now(conn) - timedelta(seconds=1))

    def is_over() -> bool:
        with db.read() as conn:
            return subscriptions.by_ids(conn, [paused_one.id])[paused_one.id].paused_until is None

    async with running(db, Deliveries()):
        await until(is_over)


def channel_without_subscription(db: Database) -> int:
    with db.begin() as conn:
        return channels.ensure(conn, channel("C9"), db.now(conn))


def test_a_subscription_of_another_channel_cannot_be_paused(db: Database, clock: Clock) -> None:
    here, there = subscribe(db, to=channel("C1")), subscribe(db, to=channel("C2"))
    with db.begin() as conn:
        assert pause_subscription(conn, here.channel_id, there.id, LATER, "someone", clock.now) is None
        assert [each.paused_until for each in subscriptions.by_ids(conn, [there.id]).values()] == [None]


@on_both
def test_only_pauses_that_are_over_end_by_themselves(db: Database, clock: Clock) -> None:
    ids = [subscribe(db, to=channel(name)).channel_id for name in ("C1", "C2", "C3", "C4")]
    for each, end in zip(ids, (clock.now, LATER, None), strict=False):
        pause_channel(db, each, end)
    with db.begin() as conn:
        channels.pause(conn, ids[3], "is_archived")
        assert pauses.resume_over(conn, clock.now) == 1
    assert [paused(db, each) for each in ids] == [False, True, True, True]
    with db.begin() as conn:
        assert pauses.resume_over(conn, LATER) == 1
    assert [paused(db, each) for each in ids] == [False, False, True, True]


async def test_the_ticks_resume_a_channel_when_its_pause_is_over(db: Database) -> None:
    subscription = subscribe(db)
    with db.begin() as conn:
        end = db.now(conn) - timedelta(seconds=1)
    pause_channel(db, subscription.channel_id, end)
    async with running(db, Deliveries()):
        await until(lambda: not paused(db, subscription.channel_id))


@on_both
def test_what_a_person_paused_is_not_resumed_because_the_platform_is_back(db: Database, clock: Clock) -> None:
    ref = channel()
    channel_id = subscribe(db, to=ref).channel_id
    pause_channel(db, channel_id, LATER)
    with db.begin() as conn:
        assert pauses.resume_team(conn, ref, "token", clock.now, whole=False) == 0
        assert pauses.resume_workspace(conn, ref.platform, ref.workspace, "Ann", clock.now) == 0
        assert channels.pause_workspace(conn, ref.platform, ref.workspace, "token_revoked") == 0
    assert paused(db, channel_id)


def test_a_platform_that_closes_a_channel_replaces_the_pause(db: Database) -> None:
    channel_id = subscribe(db).channel_id
    pause_channel(db, channel_id, LATER)
    with db.begin() as conn:
        channels.pause(conn, channel_id, "is_archived")
        assert pauses.resume_over(conn, LATER) == 0
        pauses.resume_channel(conn, channel_id, LATER)
        channels.pause(conn, channel_id, "is_archived")
        found = channels.find_pause(conn, channel_id)
    assert found is not None
    assert (found.by, found.until) == (None, None)
