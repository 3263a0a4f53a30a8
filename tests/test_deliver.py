"""Delivering: the right posts, in order, each once, whatever the platform and the process do."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select, update

from jobs.deliver import Compose, Pace, Sender, deliver_due
from jobs.models import Bundle, ChannelRef, Gone, Outcome, Retry, Subscription, Unreadable
from jobs.store import channels, claims, entries, outbox, schema, subscriptions
from jobs.store.database import Database
from tests.clock import Clock
from tests.owing import ALL, DAILY, NEW_YORK, NOW, REVENUE, WEEKDAYS, channel, compose, new, publish, subscribe
from tests.stub_platform import Behaviour, Killed, Platform, answer, blow_up, die, take, take_and_die, take_and_time_out, time_out

NINE = datetime.fromisoformat("2026-02-09T14:00+00:00")
"""09:00 in New York on the clock's first day."""


@pytest.fixture
def clock(db: Database) -> Clock:
    clock = Clock()
    db.clock = clock
    return clock


async def deliver(
    db: Database, platform: Sender | None = None, compose: Compose = compose, *, senders: Mapping[str, Sender] | None = None, **pace: Any
) -> int:
    return await deliver_due(
        db, senders or {"playground": platform or Platform()}, compose, pace=Pace(**pace), chance=lambda: 0.0, sleep=no_sleep
    )


async def no_sleep(_: float) -> None:
    """The clock of most tests stands still."""


async def until_quiet(db: Database, clock: Clock, platform: Platform, **pace: Any) -> None:
    """Delivers, and delivers again whenever a channel is free, until nothing is under way. A killed worker is started again."""
    for _ in range(100):
        try:
            await deliver(db, platform, **pace)
        except* Killed:
            pass
        with db.read() as conn:
            free = claims.next_free(conn, ["playground"], db.now(conn))
        if free is None:
            return
        clock.now = max(clock.now, free)
    raise AssertionError("it never comes to rest")


def posts(db: Database) -> list[Any]:
    with db.read() as conn:
        return list(conn.execute(select(schema.post).order_by(schema.post.c.created_at, schema.post.c.part)))


def deliveries(db: Database) -> list[Any]:
    with db.read() as conn:
        return list(conn.execute(select(schema.delivery).order_by(schema.delivery.c.id)))


def post(db: Database) -> Any:
    (only,) = posts(db)
    return only


# what is posted


async def test_an_entry_is_posted_at_once_and_once(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform()
    publish(db, 1)
    assert await deliver(db, platform) == 1
    assert await deliver(db, platform) == 0
    assert platform.seen() == ["1"]
    assert (post(db).state, post(db).receipt, post(db).attempts, post(db).settled_at) == ("sent", "ts0", 1, clock.now)


async def test_entries_are_posted_in_the_order_in_which_they_came(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform()
    for number in (3, 1, 2):
        publish(db, number)
        clock.pass_(seconds=1)
    assert await deliver(db, platform) == 3
    assert platform.seen() == ["3", "1", "2"]


async def test_two_subscriptions_for_now_in_one_channel_get_one_post(db: Database, clock: Clock) -> None:
    subscribe(db)
    subscribe(db, filters=REVENUE)
    platform = Platform()
    publish(db, new(1, "revenue"))
    await deliver(db, platform)
    assert platform.seen() == ["1"]
    assert {(each.post_id, each.mention, each.because) for each in deliveries(db)} == {
        (post(db).id, False, "everything in csms"),
        (post(db).id, False, "topic revenue (title: revenue)"),
    }


async def test_the_reasons_of_both_subscriptions_are_told(db: Database, clock: Clock) -> None:
    subscribe(db)
    subscribe(db, filters=REVENUE)
    publish(db, new(1, "revenue"))
    told: list[Bundle] = []
    await deliver(db, compose=lambda bundle: told.append(bundle) or compose(bundle))
    assert [item.because for item in told[0].entries] == ["everything in csms; topic revenue (title: revenue)"]


async def test_a_digest_waits_for_its_time_and_guidance_does_not(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    platform = Platform()
    publish(db, 1, 2, new(3, lead="guidance"))
    assert await deliver(db, platform) == 1
    assert platform.seen() == ["3"]
    clock.now = NINE - timedelta(microseconds=1)
    assert await deliver(db, platform) == 0
    clock.now = NINE
    assert await deliver(db, platform) == 1
    assert platform.seen() == ["3", "digest: 1 2 (3)"]


async def test_digest_only_holds_guidance_back_too(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY, digest_only=True)
    platform = Platform()
    publish(db, 1, new(2, lead="guidance"))
    clock.now = NINE
    await deliver(db, platform)
    assert platform.seen() == ["digest: 1 2"]


async def test_one_due_entry_is_a_plain_post_and_none_is_silence(db: Database, clock: Clock) -> None:
    subscription = subscribe(db, DAILY)
    platform = Platform()
    told: list[Bundle] = []
    publish(db, 1)
    clock.now = NINE
    await deliver(db, platform, lambda bundle: told.append(bundle) or compose(bundle))
    clock.pass_(days=1)
    assert await deliver(db, platform) == 0
    assert platform.seen() == ["1"]
    assert (told[0].kind, told[0].subscription, told[0].period) == ("now", subscription, NINE)
    assert (post(db).subscription_id, post(db).period) == (subscription.id, NINE)


async def test_a_digest_tells_what_was_posted_at_once_since_the_digest_before(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    platform = Platform()
    told: list[Bundle] = []
    for day in range(3):
        publish(db, 10 * day + 1, 10 * day + 2, new(10 * day + 3, lead="correction"))
        await deliver(db, platform)
        clock.now = NINE + timedelta(days=day)
        await deliver(db, platform, lambda bundle: told.append(bundle) or compose(bundle))
        clock.pass_(hours=1)
    assert platform.seen() == ["3", "digest: 1 2 (3)", "13", "digest: 11 12 (13)", "23", "digest: 21 22 (23)"]
    assert [bundle.since for bundle in told] == [None, NINE, NINE + timedelta(days=1)]


async def test_an_outage_over_several_periods_makes_one_digest(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    platform = Platform()
    for number in (1, 2, 3):
        publish(db, number)
        clock.pass_(days=1)
    assert await deliver(db, platform) == 1
    assert platform.seen() == ["digest: 1 2 3"]
    assert post(db).period == NINE + timedelta(days=2)
    assert await deliver(db, platform) == 0


async def test_what_is_stored_in_the_second_of_its_digest_comes_in_the_next(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    platform = Platform()
    publish(db, 1, 2)
    clock.now = NINE
    await deliver(db, platform)
    clock.now = NINE - timedelta(microseconds=1)  # as a publisher saw it that committed only now
    publish(db, 3, 4)
    clock.now = NINE + timedelta(seconds=1)
    await deliver(db, platform)
    assert platform.seen() == ["digest: 1 2", "digest: 3 4"]


async def test_a_digest_over_the_limits_goes_on_in_a_second_post(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    platform = Platform()
    publish(db, 1, 2, 3)
    clock.now = NINE

    def in_parts(bundle: Bundle) -> list[dict[str, Any]]:
        return [{"says": f"{item.entry.number}/{len(bundle.entries)}"} for item in bundle.entries]

    assert await deliver(db, platform, in_parts) == 3
    assert platform.seen() == ["1/3", "2/3", "3/3"]
    assert [(each.part, each.state) for each in posts(db)] == [(1, "sent"), (2, "sent"), (3, "sent")]


# never twice in a channel


async def test_a_digest_says_that_an_entry_was_posted_here_for_another_subscription(db: Database, clock: Clock) -> None:
    subscribe(db, NOW, REVENUE)
    subscribe(db, DAILY)
    platform = Platform()
    publish(db, new(1, "revenue"), 2, 3)
    await deliver(db, platform)
    posted = clock.now
    clock.now = NINE
    told: list[Bundle] = []
    await deliver(db, platform, lambda bundle: told.append(bundle) or compose(bundle))
    assert platform.seen() == ["1", "digest: (1) 2 3"]
    assert told[0].entries[0].posted_at == posted
    assert [each.mention for each in deliveries(db)] == [False, True, False, False]


async def test_one_new_entry_beside_an_old_one_is_a_plain_post(db: Database, clock: Clock) -> None:
    subscribe(db, NOW, REVENUE)
    subscribe(db, DAILY)
    platform = Platform()
    publish(db, new(1, "revenue"), 2)
    clock.now = NINE
    await deliver(db, platform)
    assert platform.seen() == ["1", "2"]
    assert all(each.post_id for each in deliveries(db))


async def test_a_digest_with_nothing_new_is_silence(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    subscribe(db, DAILY, REVENUE)
    platform = Platform()
    publish(db, new(1, "revenue"), new(2, "revenue"))
    clock.now = NINE
    await deliver(db, platform)
    assert platform.seen() == ["1", "2"]
    assert sorted(each.mention for each in deliveries(db)) == [False, False, True, True]
    assert await deliver(db, platform) == 0


async def test_two_digests_in_a_channel_share_nothing(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    subscribe(db, WEEKDAYS, REVENUE)
    platform = Platform()
    publish(db, new(1, "revenue"), 2)
    clock.pass_(minutes=1)
    clock.now = NINE
    await deliver(db, platform)
    assert platform.seen() == ["digest: 1 2"]


async def test_an_entry_of_a_dead_post_is_posted_for_the_next_who_wants_it(db: Database, clock: Clock) -> None:
    subscribe(db, NOW, REVENUE)
    subscribe(db, DAILY)
    platform = Platform([answer(Gone("msg_too_long"))])
    publish(db, new(1, "revenue"))
    await deliver(db, platform)
    clock.now = NINE
    await deliver(db, platform)
    assert platform.seen() == ["1"]
    assert [each.state for each in posts(db)] == ["dead", "sent"]


async def test_other_channels_get_the_entry_as_well(db: Database, clock: Clock) -> None:
    for name in ("C1", "C2", "C3"):
        subscribe(db, to=channel(name))
    platform = Platform()
    publish(db, 1)
    assert await deliver(db, platform) == 3
    assert sorted(each.channel for each in platform.messages) == ["C1", "C2", "C3"]


# subscribing, changing, unsubscribing


async def test_unsubscribing_withdraws_what_waits(db: Database, clock: Clock) -> None:
    subscription = subscribe(db)
    platform = Platform([answer(Retry(60, "429"))])
    publish(db, 1, 2)
    await deliver(db, platform)
    with db.begin() as conn:
        subscriptions.end(conn, subscription.channel_id, subscription.id, clock.now)
        assert outbox.waiting(conn).count == 0
    clock.pass_(minutes=2)
    assert await deliver(db, platform) == 0
    assert platform.seen() == []
    assert (post(db).state, post(db).error) == ("dead", "unsubscribed")


async def test_unsubscribing_leaves_what_another_subscription_wants(db: Database, clock: Clock) -> None:
    subscription = subscribe(db)
    subscribe(db, filters=REVENUE)
    platform = Platform([answer(Retry(60, "429"))])
    publish(db, new(1, "revenue"))
    await deliver(db, platform)
    with db.begin() as conn:
        subscriptions.end(conn, subscription.channel_id, subscription.id, clock.now)
    clock.pass_(minutes=2)
    await deliver(db, platform)
    assert platform.seen() == ["1"]


async def test_unsubscribing_while_a_post_is_under_way_keeps_it_from_being_sent_again(db: Database, clock: Clock) -> None:
    subscription = subscribe(db)
    platform = Platform([time_out])
    publish(db, 1)
    await deliver(db, platform)
    with db.begin() as conn:
        subscriptions.end(conn, subscription.channel_id, subscription.id, clock.now)
    assert post(db).state == "sending"
    clock.pass_(seconds=31)
    assert await deliver(db, platform) == 0
    assert (platform.seen(), post(db).state) == ([], "dead")


async def test_unsubscribing_from_a_digest_in_parts_gives_the_others_what_it_would_have_told_them(db: Database, clock: Clock) -> None:
    digest = subscribe(db, DAILY)
    subscribe(db, WEEKDAYS, REVENUE)
    platform = Platform([answer(Retry(60, "429"))])
    publish(db, new(1, "revenue"), 2)
    clock.now = NINE
    await deliver(db, platform, lambda _: [{"says": "part 1"}, {"says": "part 2"}])
    with db.begin() as conn:
        conn.execute(  # as when a second digest points to a first one that is still on its way
            update(schema.delivery).where(schema.delivery.c.post_id.is_(None)).values(post_id=posts(db)[0].id, mention=True)
        )
        subscriptions.end(conn, digest.channel_id, digest.id, clock.now)
    clock.pass_(minutes=2)
    await deliver(db, platform)
    assert platform.seen() == ["1"]
    assert [each.state for each in posts(db)] == ["dead", "dead", "sent"]


async def test_a_delivery_that_slipped_in_while_unsubscribing_is_forgotten(db: Database, clock: Clock) -> None:
    subscription = subscribe(db)
    publish(db, 1)
    with db.begin() as conn:  # what a publisher commits that had read the subscription a moment before
        conn.execute(update(schema.subscription).values(ended_at=clock.now))
    assert await deliver(db) == 0
    assert deliveries(db) == []
    assert subscription.id


async def test_a_paused_channel_stays_owed_and_gets_it_all_when_it_is_back(db: Database, clock: Clock) -> None:
    subscription = subscribe(db)
    with db.begin() as conn:
        channels.pause(conn, subscription.channel_id, "by an admin")
    platform = Platform()
    publish(db, 1, 2)
    assert await deliver(db, platform) == 0
    with db.begin() as conn:
        assert outbox.waiting(conn).count == 2
        channels.resume(conn, subscription.channel_id)
    assert await deliver(db, platform) == 2


async def test_channels_of_a_platform_without_a_sender_here_are_left_alone(db: Database, clock: Clock) -> None:
    subscribe(db, to=channel(platform="slack"))
    publish(db, 1)
    assert await deliver(db, senders={"playground": Platform()}) == 0
    assert posts(db) == []
    slack = Platform()
    assert await deliver(db, senders={"slack": slack}, slots={}) == 1


# a platform that misbehaves


async def test_too_many_requests_wait_as_long_as_they_were_told_to(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform([answer(Retry(60, "rate limited"))])
    publish(db, 1)
    assert await deliver(db, platform) == 0
    assert (post(db).state, post(db).attempts, post(db).error) == ("pending", 0, "rate limited")
    clock.pass_(seconds=59)
    assert await deliver(db, platform) == 0
    clock.pass_(seconds=1)
    assert await deliver(db, platform) == 1
    assert (platform.seen(), platform.looks) == (["1"], [])


@pytest.mark.parametrize(("behaviour", "looks"), [(take_and_time_out, 1), (time_out, 1), (blow_up(RuntimeError("a bug")), 1)])
async def test_an_unknown_end_is_looked_up_before_anything_is_sent_again(
    db: Database, clock: Clock, behaviour: Behaviour, looks: int
) -> None:
    subscribe(db)
    platform = Platform([answer(Retry(3, "429")), behaviour])
    publish(db, 1, 2)
    made_at = clock.now
    assert await deliver(db, platform) == 0
    clock.pass_(seconds=3)
    assert await deliver(db, platform) == 0
    assert posts(db)[0].state == "sending"
    clock.pass_(seconds=29)
    assert await deliver(db, platform) == 0
    assert platform.looks == []
    clock.pass_(seconds=1)
    assert await deliver(db, platform) == 2
    assert platform.seen() == ["1", "2"]
    assert platform.looks == [(posts(db)[0].id, made_at)]


@pytest.mark.parametrize("behaviour", [take_and_die, die])
async def test_a_process_that_dies_while_sending_loses_nothing_and_repeats_nothing(
    db: Database, clock: Clock, behaviour: Behaviour
) -> None:
    subscribe(db)
    platform = Platform([behaviour])
    publish(db, 1)
    with pytest.raises(BaseExceptionGroup) as died:
        await deliver(db, platform)
    assert died.value.subgroup(Killed)
    assert post(db).state == "sending"
    assert await deliver(db, platform) == 0  # the lease of the dead one
    clock.pass_(seconds=121)
    assert await deliver(db, platform) == 1
    assert platform.seen() == ["1"]
    assert post(db).state == "sent"


async def test_the_grace_is_kept_even_when_somebody_sets_the_channel_free(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform([take_and_time_out])
    publish(db, 1)
    await deliver(db, platform)
    clock.pass_(seconds=10)
    with db.begin() as conn:
        conn.execute(update(schema.channel).values(free_at=clock.now))
    assert await deliver(db, platform) == 0
    assert platform.looks == []
    clock.pass_(seconds=20)
    assert await deliver(db, platform) == 1


async def test_a_history_that_can_not_be_read_now_is_read_later(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform([take_and_time_out], unreadable=[Unreadable("503"), RuntimeError("a bug")])
    publish(db, 1)
    await until_quiet(db, clock, platform)
    assert platform.seen() == ["1"]
    assert len(platform.looks) == 3
    assert post(db).state == "sent"


@pytest.mark.parametrize(("policy", "seen"), [("resend", ["1", "1"]), ("hold", ["1"])])
async def test_a_history_that_can_never_be_read_is_a_matter_of_policy(db: Database, clock: Clock, policy: str, seen: list[str]) -> None:
    subscribe(db)
    platform = Platform([take_and_time_out], unreadable=[Unreadable("missing_scope", for_good=True)])
    publish(db, 1)
    await deliver(db, platform)
    clock.pass_(seconds=31)
    await deliver(db, platform, unreadable=policy)
    assert platform.seen() == seen
    if policy == "hold":
        assert (post(db).state, post(db).error) == ("sending", "missing_scope")
        with db.read() as conn:
            assert outbox.waiting(conn).unknown == 1


async def test_repeated_unknowns_back_off_and_success_forgets_them(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform([time_out, time_out, time_out])
    publish(db, 1)
    waits = []
    for _ in range(3):
        await deliver(db, platform)
        with db.read() as conn:
            free = claims.next_free(conn, ["playground"], clock.now)
        assert free is not None
        waits.append((free - clock.now).total_seconds())
        clock.now = free
    await deliver(db, platform)
    assert waits == [30, 60, 120]
    assert platform.seen() == ["1"]
    with db.read() as conn:
        assert conn.execute(select(schema.channel.c.failures)).scalar_one() == 0


async def test_a_refusal_for_good_kills_the_post_and_the_next_goes_on(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform([answer(Gone("invalid_blocks"))])
    publish(db, 1, 2)
    assert await deliver(db, platform) == 1
    assert platform.seen() == ["2"]
    assert [(each.state, each.error) for each in posts(db)] == [("dead", "invalid_blocks"), ("sent", None)]


async def test_a_channel_that_is_gone_is_paused_with_its_reason_and_stays_owed(db: Database, clock: Clock) -> None:
    subscription = subscribe(db)
    platform = Platform([answer(Gone("is_archived", pause="channel"))])
    publish(db, 1, 2)
    assert await deliver(db, platform) == 0
    with db.read() as conn:
        assert channels.paused(conn, subscription.channel_id) == "is_archived"
        assert outbox.waiting(conn).count == 1
    assert post(db).state == "dead"
    assert [each.post_id for each in deliveries(db)] == [post(db).id, None]


async def test_trouble_with_the_token_pauses_the_workspace_and_loses_nothing(db: Database, clock: Clock) -> None:
    ids = [subscribe(db, to=channel(name)).channel_id for name in ("C1", "C2")]
    platform = Platform([answer(Gone("token_revoked", pause="workspace"))])
    publish(db, 1)
    assert await deliver(db, platform, workers=1) == 0
    with db.begin() as conn:
        assert [channels.paused(conn, each) for each in ids] == ["token_revoked"] * 2
        for each in ids:
            channels.resume(conn, each)
    assert await deliver(db, platform) == 2
    assert {each.channel for each in platform.messages} == {"C1", "C2"}


async def test_all_workers_find_the_token_revoked_at_once(db: Database, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    for number in range(16):
        subscribe(db, to=channel(f"C{number}"))
    publish(db, 1)
    await deliver(db, Platform([answer(Gone("token_revoked", pause="workspace"))] * 16, pause=0.05))
    assert "broken off" not in caplog.text
    with db.read() as conn:
        assert set(conn.execute(select(schema.channel.c.paused)).scalars()) == {"token_revoked"}
    assert {each.state for each in posts(db)} == {"pending"}


async def test_a_platform_that_never_answers_is_given_up_after_the_time_out(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)
    await deliver(db, Platform(pause=60), timeout=0.05)
    assert (post(db).state, post(db).error) == ("sending", "no answer within 0.05 s")


async def test_what_can_not_be_composed_is_logged_set_back_and_not_lost(
    db: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    subscribe(db)
    subscribe(db, to=channel("C2"))

    def broken(bundle: Bundle) -> list[dict[str, Any]]:
        if bundle.channel.id == "C1":
            raise KeyError("a bug in a card")
        return compose(bundle)

    platform = Platform()
    publish(db, 1)
    with caplog.at_level(logging.ERROR):
        assert await deliver(db, platform, broken) == 1
    assert platform.seen("C2") == ["1"]
    assert "a bug in a card" in caplog.text
    assert 'raise KeyError("a bug in a card")' in caplog.text  # with its line
    assert await deliver(db, platform) == 0
    clock.pass_(seconds=30)
    assert await deliver(db, platform) == 1
    assert platform.seen("C1") == ["1"]


async def test_composing_nothing_is_an_error_and_not_silence(db: Database, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    subscribe(db)
    publish(db, 1)
    assert await deliver(db, compose=lambda _: []) == 0
    assert "compose made no post of csms:1" in caplog.text
    assert deliveries(db)[0].post_id is None


# several workers, and workers that come back from the dead


class Late(Platform):
    """Answers only after somebody else has claimed the channel."""

    def __init__(self, db: Database, clock: Clock) -> None:
        super().__init__()
        self.db, self.clock = db, clock

    async def send(self, to: Any, content: dict[str, Any], post_id: str) -> Any:
        outcome = take(self, to, content, post_id)
        self.clock.pass_(seconds=121)
        with self.db.begin() as conn:
            assert claims.claim(conn, ["playground"], self.clock.now, 120)
        return outcome


async def test_a_worker_whose_claim_was_taken_over_settles_nothing(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Late(db, clock)
    publish(db, 1)
    assert await deliver(db, platform) == 0
    assert (post(db).state, post(db).receipt) == ("sending", None)
    clock.pass_(seconds=121)
    assert await deliver(db, platform) == 1
    assert (platform.seen(), post(db).state) == (["1"], "sent")


async def test_a_worker_that_slept_past_its_deadline_does_not_send(db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribe(db)
    platform = Platform()
    publish(db, 1)
    holds = claims.holds

    def sleepy(*arguments: Any) -> bool:
        clock.pass_(seconds=61)
        return holds(*arguments)

    with monkeypatch.context() as patched:
        patched.setattr(claims, "holds", sleepy)
        assert await deliver(db, platform) == 0
    assert platform.seen() == []
    assert (post(db).state, post(db).attempts) == ("pending", 0)
    clock.pass_(seconds=1)
    assert await deliver(db, platform) == 1


async def test_a_channel_has_one_post_in_flight_however_many_workers_there_are(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, *range(1, 9))
    platform = Platform(pause=0.01)
    counts = await asyncio.gather(*(deliver(db, platform) for _ in range(4)))
    assert sum(counts) == 8
    assert platform.most_at_once == 1
    assert platform.seen() == [str(number) for number in range(1, 9)]


async def test_channels_are_served_side_by_side(db: Database, clock: Clock) -> None:
    for number in range(6):
        subscribe(db, to=channel(f"C{number}"))
    publish(db, 1)
    platform = Platform(pause=0.05)
    assert await deliver(db, platform, workers=4) == 6
    assert 2 <= platform.most_at_once <= 4


async def test_a_channel_that_hangs_keeps_none_waiting_that_is_due_later(db: Database, clock: Clock) -> None:
    class Hangs(Platform):
        def __init__(self) -> None:
            super().__init__()
            self.hanging, self.let_go = asyncio.Event(), asyncio.Event()

        async def send(self, to: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
            if to.id == "C1":
                self.hanging.set()
                await self.let_go.wait()
            else:
                self.let_go.set()
            return await super().send(to, content, post_id)

    subscribe(db)
    publish(db, 1)
    platform = Hangs()
    running = asyncio.create_task(deliver(db, platform, look=0.05))
    await platform.hanging.wait()
    subscribe(db, to=channel("C2"), filters=REVENUE)
    publish(db, new(2, "revenue"))
    assert await asyncio.wait_for(running, 10) == 3
    assert (platform.seen("C1"), platform.seen("C2")) == (["1", "2"], ["2"])


async def test_a_rate_slot_keeps_posts_of_a_channel_apart(db: Database) -> None:
    subscribe(db)
    publish(db, 1, 2, 3)
    platform = Platform()
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(seconds)

    pace = Pace(slots={"playground": 0.1})
    assert await deliver_due(db, {"playground": platform}, compose, pace=pace, sleep=sleep) == 3
    times = [each.sending_at for each in posts(db)]
    assert all((later - sooner).total_seconds() >= 0.1 for sooner, later in pairwise(times))
    assert 2 <= len(slept) <= 4


async def test_the_hostile_platform_in_the_end_shows_everything_once_and_in_order(db: Database, clock: Clock) -> None:
    for name in ("C1", "C2", "C3"):
        subscribe(db, to=channel(name))
    every = [take, take_and_time_out, time_out, answer(Retry(5, "429")), take_and_die, die, blow_up(OSError("reset")), take]
    platform = Platform([each for turn in range(12) for each in every[turn % 3 :]], unreadable=[Unreadable("503")] * 5)
    for number in range(1, 21):
        publish(db, number)
        clock.pass_(seconds=1)
    await until_quiet(db, clock, platform)
    for name in ("C1", "C2", "C3"):
        assert platform.seen(name) == [str(number) for number in range(1, 21)]


async def test_without_looking_first_these_tests_see_repetitions(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1, 2, 3)
    platform = Platform([take_and_die, take_and_time_out, take], blind=True)
    await until_quiet(db, clock, platform)
    assert platform.seen() == ["1", "1", "1", "2", "3"]


async def test_the_playgrounds_clock_makes_a_digest_due_now(db: Database, clock: Clock) -> None:
    subscription: Subscription = subscribe(db, DAILY, ALL, zone=NEW_YORK)
    platform = Platform()
    publish(db, 1, 2)
    with db.begin() as conn:
        assert outbox.make_due(conn, subscription.channel_id, clock.now) == 2
        assert outbox.make_due(conn, subscription.channel_id, clock.now) == 0
    await deliver(db, platform)
    with db.read() as conn:
        (sent,) = outbox.sent_posts(conn, subscription.channel_id, 10)
        assert entries.by_number(conn, "1") is not None
    assert (sent.content, sent.receipt) == ({"says": "digest: 1 2"}, "ts0")


@pytest.mark.parametrize("wrong", [{"lease": 60.0}, {"unreadable": "guess"}])
def test_a_pace_that_can_not_be_safe_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Pace(**wrong)
