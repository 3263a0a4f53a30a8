"""Notices about posting itself: who gets them, and that each goes out once."""

from datetime import timedelta
from typing import Any

import pytest

from handlers.replies import notices
from jobs.deliver import MAX_ERROR, deliver_due
from jobs.models.channels import ChannelRef
from jobs.models.posts import Bundle, Notice
from jobs.notices import Notifier, channel_paused, workspace_paused
from jobs.outcomes import Gone, Outcome, Pace, Rejected, Unknown, Unreadable
from jobs.pauses import resume_over
from jobs.prepare import Compose
from jobs.states import Pause
from jobs.store import channels, reports
from jobs.store.database import Connection, Database
from jobs.subscribe import pause_subscription
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.delivery import no_sleep, posts
from tests.support.store import DAILY, NOW, REVENUE, channel, compose, publish, subscribe
from tests.support.stub_platform import Behaviour, Platform, answer, take

pytestmark = pytest.mark.one_database

ADMINS = channel("ADMINS")
CREATOR = channel("D-someone")
FOREVER = Unreadable("no history", for_good=True)


def show(notice: Notice) -> dict[str, Any]:
    reader = "admins" if notice.to_admins else "creator"
    return {"says": f"{reader}: {notice.kind} {notice.channel.id}: {notice.why} {[each.number for each in notice.entries]}"}


def creator(conn: Connection, created_by: str) -> ChannelRef | None:  # the Notifier's
    return CREATOR if created_by == "someone" else None


NOTIFIER = Notifier(lambda: ADMINS, creator, show)


async def deliver(db: Database, platform: Platform, notifier: Notifier = NOTIFIER, compose: Compose = compose) -> int:
    return await deliver_due(db, {"playground": platform}, compose, pace=Pace(), notifier=notifier, chance=lambda: 0.0, sleep=no_sleep)


def channel_that(behaviour: Outcome) -> Behaviour:
    """Return a behavior that C1 has and no other channel."""

    def send(platform: Platform, to: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
        return behaviour if to.id == "C1" else take(platform, to, content, post_id)

    return send


@pytest.mark.parametrize("why", ["is_archived", "ekm_access_denied"])
async def test_a_closed_channel_is_told_once_to_the_admins_and_to_each_creator(db: Database, clock: Clock, why: str) -> None:
    subscribe(db)
    subscribe(db, DAILY)
    publish(db, 1)
    platform = Platform([channel_that(Gone(why, Pause.CHANNEL))] * 9)
    for _ in range(3):
        await deliver(db, platform)
        publish(db, 2)
        clock.pass_(hours=1)
    assert platform.seen("ADMINS") == [f"admins: paused C1: {why} []"]
    assert platform.seen("D-someone") == [f"creator: paused C1: {why} []"]
    assert platform.seen("C1") == []


async def test_a_post_that_cannot_be_made_is_shown_and_told_once_until_it_can(db: Database, clock: Clock) -> None:
    subscription = subscribe(db)
    other = subscribe(db, to=channel("C2"))
    publish(db, 1)
    platform, broken = Platform(), [True]

    def compose_or_fail(bundle: Bundle) -> list[dict[str, Any]]:
        if broken and bundle.channel.id == "C1":
            raise ValueError("<!channel> \0\ud800" + "x" * 900)
        return compose(bundle)

    async def run(times: int) -> None:
        for _ in range(times):
            await deliver(db, platform, compose=compose_or_fail)
            clock.pass_(minutes=10)

    await run(2)
    with db.read() as conn:
        ((ref, why),) = reports.failing_channels(conn)
        assert reports.last_error(conn, subscription.channel_id) == f"the post cannot be made: {why}"
        assert reports.last_error(conn, other.channel_id) == ""
    assert ref == channel()
    assert why.startswith("ValueError: <!channel> x")
    assert len(why) <= MAX_ERROR
    assert platform.seen("ADMINS") == []  # it may pass
    await run(4)
    assert [each.partition(": ")[2][:16] for each in platform.seen("ADMINS")] == ["uncomposed C1: V"]
    assert platform.seen("C2") == ["1"]
    broken.clear()
    await run(1)
    assert platform.seen("C1") == ["1"]
    with db.read() as conn:
        assert reports.failing_channels(conn) == []
    broken.append(True)
    clock.pass_(hours=6)
    publish(db, 2)
    await run(4)
    assert len(platform.seen("ADMINS")) == 2


async def test_one_reason_that_stops_many_channels_is_told_once(db: Database, clock: Clock) -> None:
    for number in range(1, 6):
        subscribe(db, to=channel(f"C{number}"))
    publish(db, 1)

    def fail(_: Bundle) -> list[dict[str, Any]]:
        raise ValueError("no such topic")

    platform = Platform()
    for _ in range(4):
        await deliver(db, platform, compose=fail)
        clock.pass_(minutes=10)
    assert len(platform.seen("ADMINS")) == 1
    with db.read() as conn:
        assert len(reports.failing_channels(conn)) == 5


async def test_a_channel_that_closes_again_is_told_again(db: Database, clock: Clock) -> None:
    subscription = subscribe(db)
    publish(db, 1)
    platform = Platform([channel_that(Gone("is_archived", Pause.CHANNEL))] * 9)
    await deliver(db, platform)
    with db.begin() as conn:
        channels.resume(conn, subscription.channel_id)
    clock.pass_(hours=1)
    await deliver(db, platform)
    assert len(platform.seen("ADMINS")) == 2


@on_both
async def test_a_channel_that_was_paused_during_a_call_keeps_its_first_reason_and_gives_one_notice(db: Database, clock: Clock) -> None:
    subscription = subscribe(db)
    publish(db, 1)

    def pause_meanwhile(*_: Any) -> Outcome:
        with db.begin() as conn:
            channels.pause(conn, subscription.channel_id, "the app was removed")
            channel_paused(conn, NOTIFIER, subscription.channel_id, channel(), "the app was removed", clock.now)
        return Gone("not_in_channel", Pause.CHANNEL)

    platform = Platform([pause_meanwhile])
    await deliver(db, platform)
    with db.read() as conn:
        assert channels.pause_reason(conn, subscription.channel_id) == "the app was removed"
    assert platform.seen("ADMINS") == ["admins: paused C1: the app was removed []"]
    assert platform.seen("D-someone") == ["creator: paused C1: the app was removed []"]


async def test_a_person_with_two_subscriptions_in_a_channel_is_told_once(db: Database, clock: Clock) -> None:
    first, second = subscribe(db, NOW), subscribe(db, DAILY, REVENUE)
    assert first.id != second.id
    publish(db, 1)
    platform = Platform([channel_that(Gone("is_archived", Pause.CHANNEL))])
    await deliver(db, platform)
    assert platform.seen("D-someone") == ["creator: paused C1: is_archived []"]


@pytest.mark.parametrize(("closed", "told"), [(ADMINS, CREATOR), (CREATOR, ADMINS)], ids=["of the admins", "of direct messages"])
async def test_a_channel_gets_no_notice_about_itself(db: Database, clock: Clock, closed: ChannelRef, told: ChannelRef) -> None:
    subscribe(db, to=closed)
    publish(db, 1)
    await deliver(db, Platform([answer(Gone("is_archived", Pause.CHANNEL))]))
    with db.read() as conn:
        expected = channels.find_id(conn, told)
    assert [each.channel_id for each in posts(db) if each.kind == "notice"] == [expected]


async def test_a_held_post_is_told_once_however_often_it_is_looked_for(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)
    platform = Platform([channel_that(Unknown("502"))], unreadable=[FOREVER] * 9)
    for _ in range(5):
        await deliver(db, platform)
        clock.pass_(minutes=10)
    assert len(platform.looks) > 1
    assert platform.seen("ADMINS") == ["admins: held C1: no history []"]
    assert platform.seen("D-someone") == ["creator: held C1: no history []"]


async def test_a_dead_post_is_told_to_the_admins(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)
    platform = Platform([answer(Rejected("invalid_blocks")), channel_that(Rejected("no_text"))])
    await deliver(db, platform)
    clock.pass_(minutes=1)
    await deliver(db, platform)
    assert platform.seen("ADMINS") == ["admins: dead C1: no_text []"]
    assert platform.seen("D-someone") == []


async def test_a_notice_that_cannot_be_posted_causes_no_other_and_is_given_up_after_a_week(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)
    platform = Platform([answer(Gone("closed", Pause.CHANNEL))] * 99)
    for _ in range(9):
        await deliver(db, platform)
        clock.pass_(days=1)
    notices = [each for each in posts(db) if each.kind == "notice"]
    assert [(each.state, each.dismissed_at is not None) for each in notices] == [("dead", True)] * 2
    with db.read() as conn:
        for each in (ADMINS, CREATOR):
            channel_id = channels.find_id(conn, each)
            assert channel_id is not None
            assert channels.pause_reason(conn, channel_id) is None


async def test_a_workspace_that_refuses_the_token_is_told_once(db: Database, clock: Clock) -> None:
    for name in ("C1", "C2", "C3"):
        subscribe(db, to=channel(name))
    publish(db, 1)
    elsewhere = Notifier(lambda: ChannelRef("teams", "T2", "ADMINS"), creator, show)
    await deliver(db, Platform([answer(Gone("token_revoked", Pause.WORKSPACE))] * 9), elsewhere)
    assert [each.notice["kind"] for each in posts(db) if each.kind == "notice"] == ["workspace-paused"]


async def test_admins_in_a_workspace_that_refuses_the_token_get_no_notice_that_they_could_only_read_afterwards(
    db: Database, clock: Clock
) -> None:
    subscribe(db)
    publish(db, 1)
    await deliver(db, Platform([answer(Gone("token_revoked", Pause.WORKSPACE))]))
    assert [each.kind for each in posts(db)] == ["now"]


async def test_without_recipients_nothing_is_stored(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)
    await deliver(db, Platform([answer(Gone("closed", Pause.CHANNEL))]), Notifier())
    with db.begin() as conn:
        workspace_paused(conn, Notifier(), channel(), "why", clock.now)
    assert [each.kind for each in posts(db)] == ["now"]


async def test_the_end_of_a_channels_pause_names_the_subscriptions_that_stay_paused(db: Database, clock: Clock) -> None:
    waits, goes_on = subscribe(db), subscribe(db, DAILY)
    with db.begin() as conn:
        now = db.now(conn)
        pause_subscription(conn, waits.channel_id, waits.id, now + timedelta(days=9), "someone", now)
        channels.pause(conn, waits.channel_id, "Ann paused it", "Ann (playground:T1/U1)", now + timedelta(days=1))
        assert resume_over(conn, now + timedelta(days=1)) == 1
    told = Notifier(compose=lambda notice: {"says": notices.compose(notice).text})
    platform = Platform()
    clock.pass_(hours=25)
    await deliver(db, platform, told)
    (said,) = platform.seen()
    assert "Posting resumes in this channel. Ann paused it. Nothing was waiting." in said
    assert f"Subscription {waits.id} is paused on its own until " in said
    assert goes_on.channel_id == waits.channel_id
