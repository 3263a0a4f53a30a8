"""Resuming a paused channel, by /csms resume or by subscribing, and what the answer says."""

import pytest
from sqlalchemy import insert

from jobs.models.entries import Entry
from jobs.states import PostState
from jobs.store import channels, deliveries, schema
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.small_catalog import NOW, entry
from tests.support.subscriptions import GUEST, buttons, flat, publish, say


def guidance(count: int, first: int = 67100000) -> list[Entry]:
    return [entry(str(first + number), f"GUIDANCE: {number}", lead="guidance", kind="guidance") for number in range(count)]


def pause(db: Database) -> None:
    with db.begin() as conn:
        channels.pause(conn, 1, "is_archived")


def reason(db: Database) -> str | None:
    with db.read() as conn:
        return channels.pause_reason(conn, 1)


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (0, "Nothing was waiting."),
        (1, "1 message that waited goes out now."),
        (5, "5 messages that waited go out now."),
        (6, "6 messages that waited go out now. Many of them may come together in one post."),
    ],
)
def test_resume_says_what_goes_out(bot: Database, count: int, sentence: str) -> None:
    say("/csms subscribe", bot)
    pause(bot)
    publish(bot, *guidance(count))
    publish(bot, entry("67000005", "Training on refunds", "revenue"))  # due tomorrow
    reply = say("/csms resume", bot)
    assert f"Posting resumes in this channel. {sentence}" in flat(reply)
    assert reply.public
    assert buttons(reply) == {"Subscriptions": "/csms subscriptions"}
    assert reason(bot) is None
    with bot.begin() as conn:
        assert len(deliveries.due(conn, 1, NOW)) == count


def test_subscribing_in_a_paused_channel_resumes_it_and_says_so(bot: Database) -> None:
    say("/csms subscribe", bot)
    pause(bot)
    publish(bot, *guidance(2))
    reply = say("/csms subscribe revenue daily 10:00", bot)
    assert "This channel now gets CSMS updates: Revenue." in flat(reply)
    assert "Posting resumes in this channel. 2 messages that waited go out now." in flat(reply)
    assert "Posting resumes" in reply.text
    assert reason(bot) is None


@pytest.mark.parametrize("command", ["/csms subscribe", "/csms resume"])
def test_a_repetition_that_resumes_posting_says_so_instead_of_nothing_changed(bot: Database, clock: Clock, command: str) -> None:
    say("/csms subscribe", bot)
    say(command, bot)
    pause(bot)
    clock.pass_(seconds=20)
    reply = say(command, bot)
    assert "Posting resumes in this channel." in reply.text
    assert "Nothing changed" not in flat(reply)
    assert reason(bot) is None
    assert "Nothing changed" in flat(say(command, bot))


def test_resume_in_a_channel_that_is_not_paused_says_so(bot: Database) -> None:
    say("/csms subscribe", bot)
    reply = say("/csms resume", bot)
    assert "Posting is not paused in this channel." in flat(reply)
    assert not reply.public


def test_resume_names_the_subscriptions_that_stay_paused_on_their_own(bot: Database, clock: Clock) -> None:
    say("/csms subscribe revenue", bot)
    say("/csms subscribe tariffs", bot)
    say("/csms pause 1 until monday", bot)
    pauses = "Subscription 1 is paused on its own until Mon 16 Feb 09:00 ET."
    reply = say("/csms resume", bot)
    for shown in (flat(reply), reply.text):
        assert f"Posting is not paused in this channel. The bot posts what its subscriptions ask for. {pauses}" in shown
    assert buttons(reply)["Resume 1"] == "/csms resume 1"
    say("/csms pause", bot)
    clock.pass_(minutes=2)
    reply = say("/csms resume", bot)
    assert f"Posting resumes in this channel. Nothing was waiting. {pauses}" in flat(reply)
    assert buttons(reply)["Resume 1"] == "/csms resume 1"
    say("/csms pause 2 until friday", bot)
    clock.pass_(minutes=2)
    both = "Subscriptions 1 (until Mon 16 Feb 09:00 ET) and 2 (until Fri 09:00 ET) are paused on their own."
    assert flat(say("/csms resume", bot)).startswith(f"Posting is not paused in this channel. {both}")
    pause(bot)
    assert both in flat(say('/csms subscribe "ace"', bot))


def test_a_subscription_that_is_set_while_it_is_paused_says_so(bot: Database) -> None:
    say("/csms subscribe revenue", bot)
    say("/csms pause 1 until monday", bot)
    pauses = "Subscription 1 is paused on its own until Mon 16 Feb 09:00 ET."
    assert pauses in flat(say("/csms subscribe revenue", bot))
    assert pauses in flat(say("/csms subscribe revenue daily 10:00", bot))


def test_resume_without_subscriptions_says_that_nothing_comes(bot: Database) -> None:
    assert say("/csms resume", bot).text == "Posting is not paused in this channel. It has no subscriptions, so the bot posts nothing."


def hold(db: Database) -> None:
    """Put a post of the channel on hold."""
    values = {"id": "held", "channel_id": 1, "kind": "now", "part": 1, "content": {}, "attempts": 1, "created_at": NOW}
    with db.begin() as conn:
        conn.execute(insert(schema.post).values(**values, state=PostState.SENDING, sending_at=NOW, held_at=NOW))


@pytest.mark.parametrize(
    ("paused", "command", "first"),
    [
        (False, "/csms resume", "Posting is not paused"),
        (True, "/csms resume", "Posting is no longer paused"),
        (True, "/csms subscribe revenue", "Posting is no longer paused"),
    ],
)
def test_resume_says_that_a_post_on_hold_is_before_what_waits(bot: Database, paused: bool, command: str, first: str) -> None:
    say("/csms subscribe", bot)
    if paused:
        pause(bot)
    publish(bot, *guidance(2))
    hold(bot)
    reply = say(command, bot)
    for shown in (flat(reply), reply.text):
        assert f"{first} in this channel, but a post is on hold." in shown
        assert "It is holding all later posts. To release them, an admin can type /trade-admin outbox." in shown
        assert "go out now" not in shown
        assert "The bot posts what" not in shown
    assert reason(bot) is None


@pytest.mark.parametrize("command", ["/csms subscribe revenoo", "/csms unsubscribe 9"])
def test_a_command_that_was_refused_resumes_nothing(bot: Database, command: str) -> None:
    say("/csms subscribe", bot)
    pause(bot)
    assert not say(command, bot).ok
    assert reason(bot) == "is_archived"


def test_a_guest_resumes_nothing(bot: Database) -> None:
    say("/csms subscribe", bot)
    pause(bot)
    assert not say("/csms resume", bot, person=GUEST).ok
    assert reason(bot) == "is_archived"
