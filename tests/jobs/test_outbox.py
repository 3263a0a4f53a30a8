"""An admin's decisions about dead posts."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import insert, update

from jobs import outbox
from jobs.corrections import record_corrections
from jobs.models.posts import Bundle
from jobs.outbox import Decision, Result
from jobs.outcomes import Gone, Unreadable
from jobs.states import Pause
from jobs.store import channels, reports, schema
from jobs.store import outbox as store
from jobs.store.database import Database
from jobs.subscribe import change_subscription, end_subscription
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.delivery import deliver, deliveries, keep, post, posts
from tests.support.store import DAILY, NOW, REVENUE, channel, compose, new, publish, subscribe
from tests.support.stub_platform import Platform, answer, take_and_time_out, time_out

pytestmark = pytest.mark.one_database

REFUSED = answer(Gone("the platform rejected the message: invalid_blocks"))


async def refusing(db: Database, clock: Clock, *numbers: int) -> Platform:
    """Return a platform that refused the first of these entries in a channel that gets each at once."""
    subscribe(db)
    for each in numbers:
        publish(db, each)
        clock.pass_(seconds=1)
    platform = Platform([REFUSED])
    await deliver(db, platform)
    return platform


def decide(db: Database, decision: Decision, number: int = 0) -> Result | None:
    with db.begin() as conn:
        return outbox.decide(conn, posts(db)[number].id, decision, "someone", db.now(conn))


def dead(db: Database) -> list[int]:
    """Return how many undecided posts each channel has."""
    with db.read() as conn:
        return [each.count for each in store.dead(conn)]


async def until_idle(db: Database, clock: Clock, platform: Platform) -> None:
    for _ in range(5):
        clock.pass_(seconds=31)
        await deliver(db, platform)


@on_both
async def test_a_resent_post_is_posted_once_with_its_entries(db: Database, clock: Clock) -> None:
    platform = await refusing(db, clock, 1)
    assert dead(db) == [1]
    before = post(db)
    with db.begin() as conn:
        conn.execute(update(schema.post).values(plain=True))
    assert decide(db, Decision.RESEND) == Result.RESENT
    revived = post(db)
    assert (revived.state, revived.attempts, revived.plain, revived.error, revived.settled_at) == ("pending", 0, False, None, None)
    assert (revived.id, revived.created_at, revived.content) == (before.id, before.created_at, before.content)
    await until_idle(db, clock, platform)
    assert (platform.seen(), post(db).state, dead(db)) == (["1"], "sent", [])


async def test_a_resent_post_goes_before_newer_ones(db: Database, clock: Clock) -> None:
    platform = await refusing(db, clock, 1, 2)
    platform.script = [take_and_time_out]
    clock.pass_(seconds=1)
    await deliver(db, platform)  # the second is sent, but nobody knows it
    publish(db, 3)
    assert decide(db, Decision.RESEND) == Result.RESENT
    await until_idle(db, clock, platform)
    assert platform.seen() == ["2", "1", "3"]


@on_both
async def test_two_admins_resend_a_post_once(db: Database, clock: Clock) -> None:
    platform = await refusing(db, clock, 1)
    done = await asyncio.gather(*(asyncio.to_thread(decide, db, Decision.RESEND) for _ in range(4)))
    assert sorted(done, key=str) == [None, None, None, Result.RESENT]
    await until_idle(db, clock, platform)
    assert decide(db, Decision.RESEND) is None, "it was sent"
    await until_idle(db, clock, platform)
    assert platform.seen() == ["1"]


async def test_a_post_that_is_refused_again_waits_for_a_decision_again(db: Database, clock: Clock) -> None:
    platform = await refusing(db, clock, 1)
    decide(db, Decision.RESEND)
    platform.script = [REFUSED]
    await until_idle(db, clock, platform)
    assert (platform.seen(), dead(db)) == ([], [1])
    assert decide(db, Decision.RESEND) == Result.RESENT


async def test_a_dropped_post_stays_unposted_and_its_deliveries_are_done(db: Database, clock: Clock) -> None:
    platform = await refusing(db, clock, 1)
    assert decide(db, Decision.DROP) == Result.DROPPED
    assert (post(db).state, post(db).dismissed_at, dead(db)) == ("dead", clock.now, [])
    assert decide(db, Decision.DROP) is None
    assert decide(db, Decision.RESEND) is None
    await until_idle(db, clock, platform)
    assert platform.seen() == []
    with db.read() as conn:
        assert reports.waiting(conn).count == 0
    assert [each.post_id for each in deliveries(db)] == [post(db).id]


@pytest.mark.parametrize(
    ("decision", "others", "brought"),
    [
        (None, [2, 3], "digest: 1 2 3"),
        (Decision.DROP, [2, 3], "digest: 2 3"),
        (Decision.DROP, [2], "2"),
        (Decision.DROP, [], ""),
    ],
)
async def test_no_other_subscription_brings_an_entry_of_a_dropped_post(
    db: Database, clock: Clock, decision: Decision | None, others: list[int], brought: str
) -> None:
    subscribe(db, NOW, REVENUE)
    subscribe(db, DAILY)
    publish(db, new(1, "revenue"), *others)
    bundles: list[Bundle] = []
    platform = Platform([REFUSED])
    await deliver(db, platform)
    if decision:
        assert decide(db, decision) == Result.DROPPED
    clock.pass_(days=1)
    for _ in range(3):
        await deliver(db, platform, keep(bundles))
        clock.pass_(seconds=31)
    assert platform.seen() == ([brought] if brought else [])
    assert [item.posted_at for bundle in bundles for item in bundle.entries] == [None] * (len(others) + (decision is None))
    with db.read() as conn:
        assert reports.waiting(conn).count == 0


@pytest.mark.parametrize("decision", [Decision.DROP, Decision.ARRIVED])
async def test_a_held_post_that_was_dropped_comes_with_no_digest(db: Database, clock: Clock, decision: Decision) -> None:
    subscribe(db, NOW, REVENUE)
    subscribe(db, DAILY)
    publish(db, new(1, "revenue"), 2)
    platform = Platform([time_out], unreadable=[Unreadable("no history", for_good=True)])
    for _ in range(2):
        await deliver(db, platform)
        clock.pass_(seconds=31)
    assert decide(db, decision) == (Result.DROPPED if decision == Decision.DROP else Result.ARRIVED)
    clock.pass_(days=1)
    await deliver(db, platform)
    assert platform.seen() == ["2"]


async def test_a_dropped_correction_does_not_come_with_what_it_changes(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, new(67000009, lead="correction", body="This message replaces CSMS 67000001."))
    platform = Platform([REFUSED])
    await deliver(db, platform)
    assert decide(db, Decision.DROP) == Result.DROPPED
    clock.pass_(minutes=1)
    publish(db, 67000001)
    await deliver(db, platform)
    assert platform.seen() == ["67000001"]


async def test_an_entry_of_a_dropped_post_is_posted_if_an_admin_resends_another_post_with_it(db: Database, clock: Clock) -> None:
    subscribe(db, NOW, REVENUE)
    subscribe(db, DAILY)
    publish(db, new(1, "revenue"))
    platform = Platform([REFUSED, REFUSED])
    await deliver(db, platform)
    clock.pass_(days=1)
    await deliver(db, platform)
    assert dead(db) == [2]
    assert decide(db, Decision.DROP, 0) == Result.DROPPED
    assert decide(db, Decision.RESEND, 1) == Result.RESENT
    await until_idle(db, clock, platform)
    assert platform.seen() == ["1"]


async def test_a_refused_post_cannot_have_arrived(db: Database, clock: Clock) -> None:
    await refusing(db, clock, 1)
    assert decide(db, Decision.ARRIVED) is None
    assert dead(db) == [1]


async def test_a_resent_post_waits_for_its_paused_channel(db: Database, clock: Clock) -> None:
    platform = await refusing(db, clock, 1)
    with db.begin() as conn:
        channels.pause(conn, post(db).channel_id, "archived")
    assert decide(db, Decision.RESEND) == Result.RESENT
    await until_idle(db, clock, platform)
    assert (platform.seen(), post(db).state) == ([], "pending")
    with db.begin() as conn:
        channels.resume(conn, post(db).channel_id)
    await until_idle(db, clock, platform)
    assert platform.seen() == ["1"]


async def test_an_entry_that_another_post_brought_is_not_posted_again(db: Database, clock: Clock) -> None:
    platform = await refusing(db, clock, 1)
    subscribe(db, DAILY, REVENUE)
    publish(db, new(2, "revenue"))
    with db.begin() as conn:  # a second subscription is owed the refused entry too
        conn.execute(
            insert(schema.delivery),
            {**deliveries(db)[0]._mapping, "id": 99, "subscription_id": 2, "post_id": None, "due_at": clock.now},
        )
    await until_idle(db, clock, platform)
    assert platform.seen() == ["1", "2"]
    assert decide(db, Decision.RESEND) == Result.ELSEWHERE
    assert dead(db) == []
    await until_idle(db, clock, platform)
    assert platform.seen() == ["1", "2"]


@on_both
async def test_the_rest_of_a_digest_is_posted_if_another_post_brought_a_part(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    publish(db, 1, 2, 3)
    clock.pass_(days=1)
    platform = Platform([REFUSED])
    await deliver(db, platform)
    subscribe(db, NOW, REVENUE)
    with db.begin() as conn:
        conn.execute(
            insert(schema.delivery),
            {**deliveries(db)[0]._mapping, "id": 99, "subscription_id": 2, "post_id": None, "due_at": clock.now},
        )
    await until_idle(db, clock, platform)
    assert platform.seen() == ["1"]
    assert decide(db, Decision.RESEND) == Result.REST
    await until_idle(db, clock, platform)
    assert platform.seen() == ["1", "digest: 2 3"]
    assert decide(db, Decision.RESEND) is None


async def test_two_dead_posts_with_one_entry_post_it_once(db: Database, clock: Clock) -> None:
    platform = await refusing(db, clock, 1)
    subscribe(db, DAILY, REVENUE)
    with db.begin() as conn:
        conn.execute(
            insert(schema.delivery),
            {**deliveries(db)[0]._mapping, "id": 99, "subscription_id": 2, "post_id": None, "due_at": clock.now},
        )
    platform.script = [REFUSED]
    await until_idle(db, clock, platform)
    assert dead(db) == [2]
    assert [decide(db, Decision.RESEND, number) for number in (0, 1)] == [Result.RESENT, Result.ELSEWHERE]
    await until_idle(db, clock, platform)
    assert platform.seen() == ["1"]


async def test_a_post_that_nobody_wants_anymore_needs_no_decision(db: Database, clock: Clock) -> None:
    await refusing(db, clock, 1)
    with db.begin() as conn:
        end_subscription(conn, post(db).channel_id, 1, "someone", clock.now)
    assert dead(db) == []
    assert decide(db, Decision.RESEND) is None


async def test_a_post_refused_after_its_subscription_ended_needs_no_decision(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)

    class Unsubscribing(Platform):
        async def send(self, channel: Any, content: dict[str, Any], post_id: str) -> Any:
            with db.begin() as conn:
                end_subscription(conn, post(db).channel_id, 1, "someone", clock.now)
            return await super().send(channel, content, post_id)

    await deliver(db, Unsubscribing([REFUSED]))
    assert (post(db).state, dead(db)) == ("dead", [])


async def test_a_changed_subscription_gets_what_was_refused(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, new(1, "revenue"))
    platform = Platform([REFUSED])
    await deliver(db, platform)
    before = subscribe(db)
    with db.begin() as conn:
        spec = replace(_spec(before), filters=REVENUE)
        assert change_subscription(conn, before.channel_id, before.id, spec, "someone", clock.now) is not None
    assert dead(db) == []
    await until_idle(db, clock, platform)
    assert platform.seen() == ["1"]


def _spec(subscription: Any) -> Any:
    from jobs.models.subscriptions import SubscriptionSpec

    return SubscriptionSpec(subscription.filters, subscription.cadence, subscription.zone, subscription.digest_only)


async def test_a_withdrawn_post_needs_no_decision(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)
    platform = Platform([answer(Gone("token revoked", Pause.WORKSPACE))])
    await deliver(db, platform)
    with db.begin() as conn:
        end_subscription(conn, post(db).channel_id, 1, "someone", clock.now)
    assert (post(db).state, post(db).dismissed_at) == ("dead", clock.now)


@on_both
@pytest.mark.parametrize("count", [3])
async def test_dead_posts_are_counted_by_channel_oldest_first(db: Database, clock: Clock, count: int) -> None:
    for name in ("C1", "C2"):
        subscribe(db, to=channel(name))
    platform = Platform([REFUSED] * 2 * count)
    for number in range(count):
        publish(db, number + 1)
        for _ in range(2):
            await deliver(db, platform)
            clock.pass_(seconds=1)
    with db.read() as conn:
        found = store.dead(conn)
        assert [(each.channel.id, each.count) for each in found] == [("C1", count), ("C2", count)]
        oldest = store.dead_posts(conn, found[0].id, 2)
    assert [each.since for each in oldest] == sorted(each.since for each in oldest)
    assert oldest[0].since == found[0].oldest
    assert len(oldest) == 2


@on_both
async def test_a_resent_post_that_was_corrected_meanwhile_goes_out_marked(db: Database, clock: Clock) -> None:
    def keyed(bundle: Bundle) -> list[dict[str, Any]]:
        return [one | {"kind": bundle.kind, "subjects": [item.entry.key for item in bundle.entries]} for one in compose(bundle)]

    subscribe(db)
    publish(db, new(67000001))
    platform = Platform([REFUSED])
    await deliver(db, platform, keyed)
    later = publish(db, new(67000002, lead="correction", body="This message corrects CSMS 67000001."))
    with db.begin() as conn:
        record_corrections(conn, later, db.now(conn))
    clock.pass_(seconds=31)
    await deliver(db, platform, keyed)
    (correction,) = platform.seen()
    assert "67000002" in correction
    assert decide(db, Decision.RESEND) == Result.RESENT
    clock.pass_(seconds=31)
    await deliver(db, platform, keyed)
    _, original = (each.content for each in platform.messages)
    assert original["kind"] == "mark"
    assert dead(db) == []


async def test_a_refused_part_of_a_digest_is_resent_alone(db: Database, clock: Clock) -> None:
    def in_two_parts(bundle: Bundle) -> list[dict[str, Any]]:
        first, *rest = [item.entry for item in bundle.entries]
        return [{"says": "part 1", "subjects": [first.key]}, {"says": "part 2", "subjects": [each.key for each in rest]}]

    subscribe(db, DAILY)
    publish(db, 1, 2, 3)
    clock.pass_(days=1)
    platform = Platform([REFUSED])
    for _ in range(2):
        await deliver(db, platform, in_two_parts)
        clock.pass_(seconds=1)
    assert platform.seen() == ["part 2"]
    assert decide(db, Decision.RESEND) == Result.RESENT
    await until_idle(db, clock, platform)
    assert platform.seen() == ["part 2", "part 1"]
