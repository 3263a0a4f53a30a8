"""Delivering: nothing lost and nothing twice, whatever the platform and the process do."""

import asyncio
import logging
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import select, update

from jobs.deliver import deliver_due
from jobs.models.channels import ChannelRef
from jobs.models.posts import Bundle
from jobs.outcomes import Gone, Outcome, Pace, Rejected, Retry, Unreadable
from jobs.pauses import resume_channel
from jobs.senders import PLAIN
from jobs.states import Pause
from jobs.store import channels, reports, schema
from jobs.store import posts as posts_store
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.delivery import deliver, deliveries, post, posts, until_quiet
from tests.support.store import REVENUE, channel, compose, new, publish, subscribe
from tests.support.stub_platform import Behaviour, Killed, Platform, answer, blow_up, die, take, take_and_die, take_and_time_out, time_out

pytestmark = pytest.mark.one_database

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


@on_both
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


@on_both
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
    clock.pass_(seconds=31)
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


async def test_a_post_that_waited_is_looked_for_since_its_attempt_and_not_since_it_was_made(db: Database, clock: Clock) -> None:
    """Its channel may have thousands of messages since then."""
    subscribe(db)
    publish(db, 1)
    platform = Platform([answer(Gone("closed", Pause.CHANNEL)), time_out, take_and_time_out])
    await deliver(db, platform)
    made_at = clock.now
    clock.pass_(days=30)
    with db.begin() as conn:
        resume_channel(conn, 1, clock.now)
    attempt_at = clock.now
    await until_quiet(db, clock, platform)
    assert platform.seen() == ["1"]
    assert [since for _, since in platform.looks] == [attempt_at - timedelta(seconds=30), made_at], "the second look covers both attempts"


@pytest.mark.parametrize(("policy", "seen"), [("resend", ["1", "1"]), ("hold", ["1"])])
async def test_a_history_that_could_not_be_read_for_hours_is_a_matter_of_policy_too(
    db: Database, clock: Clock, policy: str, seen: list[str]
) -> None:
    subscribe(db)
    publish(db, 1)
    platform = Platform([take_and_time_out], unreadable=[Unreadable("504")] * 30)
    for _ in range(25):
        await deliver(db, platform, unreadable=policy)
        clock.pass_(minutes=5)
    assert platform.seen() == seen
    held = post(db).held_at
    assert (held is not None) == (policy == "hold")
    platform.unreadable.clear()
    await until_quiet(db, clock, platform)
    assert (post(db).state, platform.seen()) == ("sent", seen), "a held post is still looked for"


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
            assert reports.waiting(conn).unknown == 1


@on_both
async def test_repeated_unknowns_back_off_and_success_forgets_them(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform([time_out, time_out, time_out])
    publish(db, 1)
    waits = []
    for _ in range(3):
        await deliver(db, platform)
        with db.read() as conn:
            free = channels.next_free(conn, ["playground"], clock.now)
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


async def test_a_closed_channel_is_paused_with_its_reason_and_keeps_all_that_it_is_owed(db: Database, clock: Clock) -> None:
    subscription = subscribe(db)
    platform = Platform([answer(Gone("is_archived", pause=Pause.CHANNEL))])
    publish(db, 1, 2)
    assert await deliver(db, platform) == 0
    with db.read() as conn:
        assert channels.pause_reason(conn, subscription.channel_id) == "is_archived"
        assert reports.waiting(conn).count == 2
    assert (post(db).state, post(db).attempts) == ("pending", 0)
    publish(db, 3)
    clock.pass_(days=40)
    assert await deliver(db, platform) == 0
    with db.begin() as conn:
        resume_channel(conn, subscription.channel_id, db.now(conn))
    assert await deliver(db, platform) == 3
    assert platform.seen() == ["1", "2", "3"]


async def test_a_rejected_layout_goes_out_again_as_plain_text_and_once(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform([answer(Rejected("invalid_blocks")), take])
    publish(db, 1)
    assert await deliver(db, platform) == 1
    (message,) = platform.messages
    assert message.content == {"says": "1", PLAIN: True}
    assert (post(db).state, post(db).plain, PLAIN in post(db).content) == ("sent", True, False)


async def test_only_what_is_rejected_as_plain_text_too_is_dead(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Platform([answer(Rejected("invalid_blocks")), take_and_time_out])
    publish(db, 1)
    await until_quiet(db, clock, platform)
    assert (platform.seen(), post(db).state) == (["1"], "sent")
    platform.script += [answer(Rejected("invalid_blocks")), answer(Rejected("no_text"))]
    publish(db, 2, 3)
    await until_quiet(db, clock, platform)
    assert platform.seen() == ["1", "3"]
    assert {(each.state, each.dismissed_at) for each in posts(db)} == {("sent", None), ("dead", None)}


@on_both
async def test_trouble_with_the_token_pauses_the_workspace_and_loses_nothing(db: Database, clock: Clock) -> None:
    ids = [subscribe(db, to=channel(name)).channel_id for name in ("C1", "C2")]
    platform = Platform([answer(Gone("token_revoked", pause=Pause.WORKSPACE))])
    publish(db, 1)
    assert await deliver(db, platform, workers=1) == 0
    with db.begin() as conn:
        assert [channels.pause_reason(conn, each) for each in ids] == ["token_revoked"] * 2
        for each in ids:
            channels.resume(conn, each)
    assert await deliver(db, platform) == 2
    assert {each.channel for each in platform.messages} == {"C1", "C2"}


@on_both
async def test_all_workers_find_the_token_revoked_at_once(db: Database, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    for number in range(16):
        subscribe(db, to=channel(f"C{number}"))
    publish(db, 1)
    await deliver(db, Platform([answer(Gone("token_revoked", pause=Pause.WORKSPACE))] * 16, pause=0.05))
    assert "was interrupted" not in caplog.text
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


async def test_a_post_that_cannot_be_made_is_tried_less_often_until_its_channel_is_resumed(db: Database, clock: Clock) -> None:
    subscription = subscribe(db)
    publish(db, 1)
    tries = []

    def broken(_: Bundle) -> list[dict[str, Any]]:
        tries.append(clock.now)
        raise KeyError("a bug in a card")

    async def pass_minutes(minutes: int) -> None:
        for _ in range(2 * minutes):
            await deliver(db, Platform(), broken)
            clock.pass_(seconds=30)

    await pass_minutes(8)
    assert [(later - earlier).seconds for earlier, later in pairwise(tries)] == [30, 60, 120, 240]
    with db.begin() as conn:
        channels.pause(conn, subscription.channel_id, "not_in_channel")
        resume_channel(conn, subscription.channel_id, clock.now)
    tries.clear()
    clock.pass_(minutes=10)
    await pass_minutes(8)
    assert [(later - earlier).seconds for earlier, later in pairwise(tries)] == [30, 60, 120, 240]


async def test_composing_nothing_is_an_error_and_not_silence(db: Database, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    subscribe(db)
    publish(db, 1)
    assert await deliver(db, compose=lambda _: []) == 0
    assert "compose returned no post for csms:1" in caplog.text
    assert deliveries(db)[0].post_id is None


# several workers, and workers that come back from the dead


class Late(Platform):
    """Answers only after somebody else has claimed the channel."""

    def __init__(self, db: Database, clock: Clock) -> None:
        super().__init__()
        self.db, self.clock = db, clock

    async def send(self, to: Any, content: dict[str, Any], post_id: str) -> Any:
        outcome = take(self, to, content, post_id)
        self.clock.pass_(seconds=26)
        with self.db.begin() as conn:
            assert channels.claim(conn, ["playground"], self.clock.now, 25)
        return outcome


@on_both
async def test_a_worker_whose_claim_was_taken_over_settles_nothing(db: Database, clock: Clock) -> None:
    subscribe(db)
    platform = Late(db, clock)
    publish(db, 1)
    assert await deliver(db, platform) == 0
    assert (post(db).state, post(db).receipt) == ("sending", None)
    clock.pass_(seconds=26)
    assert await deliver(db, platform) == 1
    assert (platform.seen(), post(db).state) == (["1"], "sent")


@on_both
async def test_a_worker_that_slept_past_its_deadline_does_not_send(db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    subscribe(db)
    platform = Platform()
    publish(db, 1)
    begin = posts_store.begin_sending

    def sleepy(*arguments: Any) -> bool:
        begun = begin(*arguments)
        clock.pass_(seconds=9)
        return begun

    with monkeypatch.context() as patched:
        patched.setattr(posts_store, "begin_sending", sleepy)
        assert await deliver(db, platform) == 0
    assert platform.seen() == []
    assert (post(db).state, post(db).attempts) == ("pending", 0)
    clock.pass_(seconds=1)
    assert await deliver(db, platform) == 1


@on_both
async def test_a_channel_has_one_post_in_flight_however_many_workers_there_are(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, *range(1, 9))
    platform = Platform(pause=0.01)
    counts = await asyncio.gather(*(deliver(db, platform) for _ in range(4)))
    assert sum(counts) == 8
    assert platform.most_at_once == 1
    assert platform.seen() == [str(number) for number in range(1, 9)]


async def test_channels_are_served_side_by_side(db: Database, clock: Clock) -> None:
    class Waits(Platform):
        """Answers nobody before four are being called."""

        calls = 0

        def __init__(self) -> None:
            super().__init__()
            self.four = asyncio.Event()

        async def send(self, to: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
            self.calls += 1
            if self.calls == 4:
                self.four.set()
            await self.four.wait()
            return await super().send(to, content, post_id)

    for number in range(6):
        subscribe(db, to=channel(f"C{number}"))
    publish(db, 1)
    platform = Waits()
    assert await deliver(db, platform, workers=4) == 6
    assert platform.most_at_once <= 4


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
    assert await asyncio.wait_for(running, 60) == 3
    assert (platform.seen("C1"), platform.seen("C2")) == (["1", "2"], ["2"])


async def test_a_rate_slot_keeps_posts_of_a_channel_apart(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1, 2, 3)
    platform = Platform()
    slept = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.pass_(seconds=seconds)

    pace = Pace(slots={"playground": 0.1})
    assert await deliver_due(db, {"playground": platform}, compose, pace=pace, sleep=sleep) == 3
    times = [each.sending_at for each in posts(db)]
    assert all((later - sooner).total_seconds() >= 0.1 for sooner, later in pairwise(times))
    assert slept == [0.1, 0.1]


@on_both
@pytest.mark.slow
async def test_the_hostile_platform_in_the_end_shows_everything_once_and_in_order(db: Database, clock: Clock) -> None:
    for name in ("C1", "C2", "C3"):
        subscribe(db, to=channel(name))
    every = [take, take_and_time_out, time_out, answer(Retry(5, "429")), take_and_die, die, blow_up(OSError("reset")), take]
    platform = Platform([each for turn in range(6) for each in every[turn % 3 :]], unreadable=[Unreadable("503")] * 5)
    for number in range(1, 11):
        publish(db, number)
        clock.pass_(seconds=1)
    await until_quiet(db, clock, platform)
    assert platform.script == []
    for name in ("C1", "C2", "C3"):
        assert platform.seen(name) == [str(number) for number in range(1, 11)]


async def test_without_looking_first_these_tests_see_repetitions(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1, 2, 3)
    platform = Platform([take_and_die, take_and_time_out, take], blind=True)
    await until_quiet(db, clock, platform)
    assert platform.seen() == ["1", "1", "1", "2", "3"]


@pytest.mark.parametrize("wrong", [{"lease": 30.0}, {"unreadable": "guess"}])
def test_a_pace_that_can_not_be_safe_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Pace(**wrong)
