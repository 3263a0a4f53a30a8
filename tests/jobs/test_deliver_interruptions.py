"""Delivery survives a claim that fails, a stop while a post is settled, refusals of one message and unconfirmed notices."""

import asyncio
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from bot.slack.errors import failed_outcome
from bot.teams.errors import outcome_of_response
from jobs import settle
from jobs.corrections import record_corrections
from jobs.notices import Notifier, channel_paused
from jobs.outcomes import Gone, Outcome, Retry, Unknown
from jobs.pauses import resume_channel
from jobs.states import Pause
from jobs.store import channels, outbox, schema
from jobs.store.database import Database
from jobs.subscribe import end_subscription
from tests.jobs.test_deliver_lease import Slow, let_it_arrive
from tests.jobs.test_notices import ADMINS, CREATOR, FOREVER, channel_that, show
from tests.jobs.test_notices import deliver as deliver_with_notices
from tests.support.clock import Clock
from tests.support.delivery import deliver, posts
from tests.support.store import DAILY, REVENUE, channel, new, publish, subscribe
from tests.support.stub_platform import Platform, answer


def free_at(db: Database) -> datetime:
    with db.read() as conn:
        found: datetime = conn.execute(select(schema.channel.c.free_at)).scalar_one()
    return found


async def test_a_claim_that_fails_does_not_end_the_calls_under_way(
    db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    subscribe(db)
    publish(db, 1)
    platform, claim = Slow(), channels.claim
    failed = asyncio.Event()
    loop = asyncio.get_running_loop()

    def fail_once(*arguments: Any) -> Any:
        if platform.called.is_set() and not failed.is_set():
            loop.call_soon_threadsafe(failed.set)
            raise RuntimeError("the database is away")
        return claim(*arguments)

    monkeypatch.setattr(channels, "claim", fail_once)
    running = asyncio.create_task(deliver(db, platform, look=0.01))
    await failed.wait()
    platform.let_go.set()
    assert await running == 1
    assert not platform.cancelled
    assert "could not claim a channel: the database is away" in caplog.text


async def test_a_stop_while_a_post_is_settled_keeps_what_the_platform_asked_for(
    db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(db)
    publish(db, 1)
    loop, record = asyncio.get_running_loop(), settle._record  # its end cannot be seen from outside
    running: asyncio.Task[int]

    def stop(*arguments: Any) -> None:
        record(*arguments)
        loop.call_soon_threadsafe(running.cancel)
        asyncio.run_coroutine_threadsafe(let_it_arrive(), loop).result()

    monkeypatch.setattr(settle, "_record", stop)
    running = asyncio.create_task(deliver(db, Platform([answer(Retry(3600.0, "429"))])))
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (free_at(db) - clock.now).total_seconds() == 3600
    assert (posts(db)[0].state, posts(db)[0].attempts) == ("pending", 0)


def correct(db: Database, platform: Platform) -> None:
    """Publish a correction of message 10000001."""
    (entry,) = publish(db, new(10000002, lead="correction", title="CORRECTION", body="This message corrects CSMS 10000001."))
    with db.begin() as conn:
        record_corrections(conn, [entry], db.now(conn))


@pytest.mark.parametrize("error", ["restricted_action_thread_locked", "cannot_reply_to_message", "block_mismatch", "edit_window_closed"])
async def test_a_refusal_about_one_message_does_not_close_its_channel(db: Database, clock: Clock, error: str) -> None:
    subscribe(db)
    publish(db, new(10000001))
    platform = Platform()
    await deliver(db, platform)
    refused = failed_outcome(error, 200, None, "bot", about=True)
    platform.trouble = [(False, refused)] * 2
    correct(db, platform)
    for _ in range(4):
        clock.pass_(minutes=1)
        await deliver(db, platform)
    assert len(platform.seen()) == 2
    with db.read() as conn:
        assert channels.pause_reason(conn, 1) is None


CLOSED = {
    "Slack, a known word": failed_outcome("not_in_channel", 200, None, "bot", about=True),
    "Slack, a new word": failed_outcome("a_word_of_next_year", 200, None, "bot", about=True),
    "Teams, a removed bot": outcome_of_response(404, "", None, "ConversationNotFound", change=True),
    "Teams, a new code": outcome_of_response(403, "", None, "SomethingNew", change=True),
}


@pytest.mark.parametrize("refused", CLOSED.values(), ids=CLOSED)
async def test_a_channel_that_closes_keeps_the_marks_and_answers_it_is_owed(db: Database, clock: Clock, refused: Gone) -> None:
    subscribe(db)
    publish(db, new(10000001))
    platform = Platform()
    await deliver(db, platform)
    platform.trouble = [(False, refused)]
    correct(db, platform)
    for _ in range(3):
        clock.pass_(minutes=1)
        await deliver(db, platform)
    with db.begin() as conn:
        assert channels.pause_reason(conn, 1) == refused.why
        resume_channel(conn, 1, clock.now)
    for _ in range(3):
        clock.pass_(minutes=1)
        await deliver(db, platform)
    assert (len(platform.marks), len(platform.answers), len(platform.seen())) == (1, 1, 2)


async def test_a_mark_that_a_resumed_channel_refuses_by_the_same_new_word_blocks_nothing_and_is_seen(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, new(10000001))
    platform = Platform()
    await deliver(db, platform)
    platform.trouble = [(False, failed_outcome("a_word_of_next_year", 200, None, "bot", about=True))] * 2
    correct(db, platform)
    for _ in range(3):
        clock.pass_(minutes=1)
        await deliver(db, platform)
        with db.begin() as conn:
            resume_channel(conn, 1, clock.now)
    clock.pass_(minutes=1)
    await deliver(db, platform)
    assert (len(platform.marks), len(platform.answers), len(platform.seen())) == (0, 1, 2)
    with db.read() as conn:
        assert channels.pause_reason(conn, 1) is None
        (dead,) = outbox.dead_posts(conn, 1, 9)
    assert dead.kind == "mark"


async def test_a_mark_that_may_have_arrived_is_sent_again_in_the_next_round(
    db: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    subscribe(db)
    publish(db, new(10000001))
    platform = Platform()
    await deliver(db, platform)
    platform.trouble = [(True, Unknown("502"))]
    correct(db, platform)
    for _ in range(3):
        clock.pass_(minutes=1)
        await deliver(db, platform)
    assert len(platform.marks) == 2
    assert "delayed longer" not in caplog.text
    assert {each.state for each in posts(db)} == {"sent"}


async def test_a_notice_that_may_have_arrived_is_sent_again_instead_of_held(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)

    def send(platform: Platform, to: Any, content: dict[str, Any], post_id: str) -> Outcome:
        return Gone("closed", Pause.CHANNEL) if to.id == "C1" else Unknown("502")

    platform = Platform([send] * 3, unreadable=[FOREVER] * 9)
    for _ in range(3):
        await deliver_with_notices(db, platform)
        clock.pass_(minutes=10)
    assert len(platform.seen("ADMINS")) == len(platform.seen(CREATOR.id)) == 1
    assert [each.held_at for each in posts(db)] == [None] * 3


async def test_a_notice_waits_for_its_channel_to_open_again(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)
    closed = answer(Gone("closed", Pause.CHANNEL))
    platform = Platform([closed] * 5 + [channel_that(Gone("closed", Pause.CHANNEL))] * 9)
    for _ in range(4):
        await deliver_with_notices(db, platform)
        clock.pass_(hours=2)
    assert platform.seen("ADMINS") == ["admins: paused C1: closed []"]


async def test_a_channel_that_was_closed_to_a_notice_is_free_once_somebody_subscribes_it(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)
    platform = Platform([answer(Gone("closed", Pause.CHANNEL))] * 2)
    notifier = Notifier(lambda: ADMINS, compose=show)
    await deliver_with_notices(db, platform, notifier)
    clock.pass_(minutes=1)
    await deliver_with_notices(db, platform, notifier)
    assert platform.messages == [], "it is tried again in an hour"
    subscribe(db, to=ADMINS)
    publish(db, 2)
    for _ in range(2):
        await deliver_with_notices(db, platform, notifier)
        clock.pass_(seconds=1)
    assert platform.seen("ADMINS") == ["admins: paused C1: closed []", "2"]


async def test_a_subscribed_admins_channel_keeps_its_notices_while_it_is_closed(db: Database, clock: Clock) -> None:
    subscribe(db)
    subscription = subscribe(db, DAILY, to=ADMINS)
    publish(db, 1)
    platform = Platform([answer(Gone("closed", Pause.CHANNEL))] * 9)
    await deliver_with_notices(db, platform, Notifier(lambda: ADMINS, compose=show))
    with db.begin() as conn:
        assert channels.pause_reason(conn, subscription.channel_id) == "closed"
        channels.resume(conn, subscription.channel_id)
    platform.script.clear()
    await deliver_with_notices(db, platform)
    assert platform.seen("ADMINS")[0] == "admins: paused C1: closed []"


def test_notices_of_one_event_are_stored_in_the_order_of_their_channels(db: Database, clock: Clock) -> None:
    direct = iter([channel("D-b"), channel("D-a")])
    notifier = Notifier(lambda: ADMINS, lambda conn, created_by: next(direct), show)  # noqa: ARG005  # the Notifier's
    subscription = subscribe(db)
    subscribe(db, DAILY, REVENUE)
    with db.begin() as conn:
        channel_paused(conn, notifier, subscription.channel_id, channel(), "closed", clock.now)
        stored = conn.execute(select(schema.channel.c.ref).order_by(schema.channel.c.id)).scalars().all()
    assert stored == ["C1", "ADMINS", "D-a", "D-b"]


async def test_a_post_that_begins_to_be_sent_is_not_withdrawn_as_well(db: Database, clock: Clock) -> None:
    subscription = subscribe(db)
    publish(db, 1)

    def send(platform: Platform, to: Any, content: dict[str, Any], post_id: str) -> Outcome:
        with db.begin() as conn:
            end_subscription(conn, subscription.channel_id, subscription.id, "someone", clock.now)
        return Unknown("no answer")

    await deliver(db, Platform([send]))
    assert posts(db)[0].state == "sending"
