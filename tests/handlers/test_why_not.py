"""/csms why for what was not posted: the rule of each subscription, and what became of the message."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.replies.text import render
from jobs.models.entries import NewEntry
from jobs.models.subscriptions import Filters, Subscription
from jobs.publish import end_hold, publish_entries
from jobs.retention import prune
from jobs.store import feeds
from jobs.store.database import Database
from jobs.subscribe import end_subscription, pause_subscription
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.delivery import deliver
from tests.support.small_catalog import CHANNEL
from tests.support.store import DAILY, compose, new, publish
from tests.support.store import subscribe as subscribe_channel
from tests.support.stub_platform import Platform
from tests.support.subscriptions import say

pytestmark = pytest.mark.one_database

ONE = "67000001"


def subscribe(db: Database, **filters: object) -> Subscription:
    return subscribe_channel(db, filters=Filters(**filters), to=CHANNEL)  # type: ignore[arg-type]


def why(db: Database, number: str = ONE) -> str:
    return " ".join(render(say(f"/csms why {number}", db)).split())


def message(*topics: str, title: str = "Steel webinar", number: int = int(ONE)) -> NewEntry:
    return new(number, *topics, title=title)


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        ({"topics": ("tariffs",)}, "the message is not about Tariffs"),
        ({"phrases": ("beef",)}, "the message does not have “beef”"),
        ({"never": ("webinar",)}, "it leaves out “webinar”"),
        ({"feeds": ("cbp-trade",)}, "it does not ask for"),
    ],
)
def test_the_rule_that_held_it_back_is_named(db: Database, clock: Clock, filters: dict[str, object], reason: str) -> None:
    subscribe(db, **filters)
    clock.pass_(minutes=1)
    publish(db, message("revenue"))
    said = why(db)
    assert "no subscription of this channel matched it" in said
    assert "Subscription 1 (" in said
    assert reason in said


def test_a_sample_of_the_playground_is_called_a_csms_message(db: Database, clock: Clock) -> None:
    subscribe(db, feeds=("cbp-trade",))
    clock.pass_(minutes=1)
    with db.begin() as conn:
        found = message("revenue")
        sample = replace(found, parsed=replace(found.parsed, feed="sample", key=f"sample:{ONE}"))
        publish_entries(conn, "sample", [sample], db.now(conn), backlog=False)
    assert "it does not ask for CSMS" in why(db)


@on_both
def test_it_says_when_it_came_and_its_topics_and_why(db: Database, clock: Clock) -> None:
    subscribe(db, topics=("tariffs",))
    publish(db, message("revenue"))
    assert "first seen 08:00 ET · Revenue: the title contains “revenue”" in why(db)


def test_what_matched_and_what_did_not_stand_together(db: Database, clock: Clock) -> None:
    subscribe(db, topics=("revenue",))
    subscribe(db, topics=("tariffs",))
    clock.pass_(minutes=1)
    publish(db, message("revenue"))
    said = why(db)
    assert "for subscription 1 (CSMS: Revenue), not posted yet" in said
    assert "Other subscriptions - Subscription 2 (CSMS: Tariffs): the message is not about Tariffs" in said


def test_routine_is_named_beside_a_match(db: Database, clock: Clock) -> None:
    subscribe(db, system=True)
    subscribe(db, topics=("outage",))
    clock.pass_(minutes=1)
    made = message("outage")
    publish(db, replace(made, classified=replace(made.classified, routine=True)))
    assert "left out as routine" in why(db)


def test_a_subscription_that_began_later_gets_nothing_old(db: Database, clock: Clock) -> None:
    publish(db, message("revenue"))
    clock.pass_(minutes=5)
    subscribe(db)
    assert "the message came before the subscription began (08:05 ET), and a subscription brings nothing old" in why(db)
    subscribe(db, topics=("revenue",))
    assert "2 subscriptions began after it came" in why(db)


def test_a_subscription_that_ended_before_is_named_and_two_are_counted(db: Database, clock: Clock) -> None:
    for topics in ((), ("revenue",)):
        ended = subscribe(db, topics=topics)
        with db.begin() as conn:
            end_subscription(conn, ended.channel_id, ended.id, "someone", clock.now)
    clock.pass_(minutes=5)
    publish(db, message("revenue"))
    assert "2 subscriptions had ended when it came" in why(db)


def test_a_subscription_that_ended_before_the_post_is_named(db: Database, clock: Clock) -> None:
    ended = subscribe_channel(db, DAILY, to=CHANNEL)
    clock.pass_(minutes=1)
    publish(db, message("revenue"))
    clock.pass_(minutes=1)
    with db.begin() as conn:
        end_subscription(conn, ended.channel_id, ended.id, "someone", clock.now)
    assert "it ended, or was changed, before the message was posted" in why(db)


def test_held_and_seen_messages_say_so(db: Database, clock: Clock) -> None:
    subscribe(db)
    with db.begin() as conn:
        feeds.ensure(conn, ["csms"], clock.now)
        publish_entries(conn, "csms", [message("revenue")], clock.now, backlog=False, held=True)
    assert "the bot holds them until an admin decides" in why(db)
    end_hold(db, "csms", "someone", post=False)
    assert "an admin marked it as seen" in why(db)


async def test_it_says_if_nobody_knows_anymore_who_got_it(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, message("revenue"))
    await deliver(db, senders={CHANNEL.platform: Platform()})
    clock.pass_(days=181)
    prune(db, rest=lambda: None)
    assert "It arrived so long ago that the bot no longer stores who got it." in why(db)
    assert "matches the message as it is now" not in why(db)


def test_a_pause_says_until_when_it_waits(db: Database, clock: Clock) -> None:
    paused = subscribe(db)
    with db.begin() as conn:
        pause_subscription(conn, paused.channel_id, paused.id, clock.now + timedelta(days=3), "someone", clock.now)
    publish(db, message("revenue"))
    assert "not posted yet: the subscription is paused until Thu 08:00 ET" in why(db)


async def test_a_digest_is_named(db: Database, clock: Clock) -> None:
    subscribe_channel(db, DAILY, to=CHANNEL)
    publish(db, message("revenue"), new(67000002, "revenue"))
    assert "not posted yet, due 09:00 ET with its digest" in why(db)
    clock.pass_(hours=2)
    await deliver(db, compose=compose, senders={"slack": Platform()})
    assert "posted 10:00 ET, in a digest" in why(db)


def test_many_subscriptions_are_cut(db: Database, clock: Clock) -> None:
    for number in range(12):
        subscribe(db, phrases=(f"word{number}",))
    clock.pass_(minutes=1)
    publish(db, message("revenue"))
    assert "… and 4 more subscriptions that did not match it" in why(db)
