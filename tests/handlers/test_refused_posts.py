"""Refused posts: what an admin sees of them, and that a decision is carried out."""

from typing import Any

import pytest

from bot.doctor import jobs
from bot.settings import load
from handlers import outbox as handler
from handlers.command import Command, Context, Person
from handlers.replies.reply import Buttons, Reply
from handlers.replies.text import render
from handlers.router import dispatch, resolve
from jobs.models.posts import Bundle
from jobs.outcomes import Gone, Unreadable
from jobs.store import channels
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.delivery import deliver, posts
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK
from tests.support.store import audited, channel, compose, publish, subscribe
from tests.support.stub_platform import Platform, answer, time_out

pytestmark = pytest.mark.one_database

ADMIN = Person("slack", "T1", "U1", "Maria", admin=True)
REFUSED = answer(Gone("Slack rejected the message: invalid_blocks"))


def keyed(bundle: Bundle) -> list[dict[str, Any]]:
    """As handlers compose: with the entries' keys."""
    return [one | {"subjects": [item.entry.key for item in bundle.entries]} for one in compose(bundle)]


async def refusing(db: Database, clock: Clock, *names: str, count: int = 1) -> Platform:
    """Let the platform refuse posts in these channels, one after the other."""
    for name in names:
        subscribe(db, to=channel(name))
    platform = Platform([REFUSED] * (count * len(names)))
    for number in range(count):
        publish(db, number + 1)
        for _ in names:
            await deliver(db, platform, keyed)
        clock.pass_(minutes=1)
    return platform


def say(words: str, db: Database, clock: Clock, person: Person = ADMIN) -> Reply:
    return dispatch(resolve(Command("trade-admin", words, person, CHANNEL)), Context(CATALOG, clock.now, NEW_YORK, db))


def shown(reply: Reply) -> str:
    return " ".join(render(reply).split())


def pressed(reply: Reply, word: str) -> list[str]:
    found = [button.command for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]
    return [command.removeprefix("/trade-admin ") for command in found if command.startswith(f"/trade-admin {word}")]


async def test_the_outbox_shows_what_was_refused_where_when_and_why(db: Database, clock: Clock) -> None:
    await refusing(db, clock, "C1")
    reply = say("outbox", db, clock)
    for needed in (
        "Refused posts (1):",
        "playground #C1: a post",
        "1 Message 1",
        "refused 08:00 ET · Slack rejected the message: invalid_blocks",
    ):
        assert needed in shown(reply)
    assert reply.text.startswith("Outbox: 1 refused post. ")
    assert "playground #C1, 1 Message 1" in reply.text
    (drop,) = [button for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons if button.label == "Drop"]
    assert (drop.style, drop.confirm) == ("danger", "Drop this post? The bot will never post it in #C1.")
    assert say("held", db, clock) == reply


async def test_a_press_of_resend_posts_it_once_and_the_audit_says_who(db: Database, clock: Clock) -> None:
    platform = await refusing(db, clock, "C1")
    (resend,) = pressed(say("outbox", db, clock), "resend")
    assert say(resend, db, clock).text == "Sending it again. playground #C1: 1 Message 1."
    assert "Nothing changed" in say(resend, db, clock).text
    await deliver(db, platform, keyed)
    assert platform.seen() == ["1"]
    (row,) = audited(db, "post")
    assert (row.what, row.subject, row.after) == ("resent", f"post {posts(db)[0].id}", '{"result":"resent","state":"pending"}')
    assert row.who.endswith("(slack:T1/U1)")
    assert "The outbox is empty." in say("outbox", db, clock).text


async def test_a_post_that_is_refused_again_within_a_minute_can_be_resent_at_once(db: Database, clock: Clock) -> None:
    platform = await refusing(db, clock, "C1")
    (resend,) = pressed(say("outbox", db, clock), "resend")
    say(resend, db, clock)
    platform.script = [REFUSED]
    await deliver(db, platform, keyed)
    assert say(resend, db, clock).text.startswith("Sending it again.")


async def test_a_press_of_drop_ends_it(db: Database, clock: Clock) -> None:
    platform = await refusing(db, clock, "C1")
    (drop,) = pressed(say("outbox", db, clock), "drop")
    assert say(drop, db, clock).text == "Dropped. The bot will not post it. playground #C1: 1 Message 1."
    await deliver(db, platform, keyed)
    assert platform.seen() == []
    assert not say(drop.replace("drop", "resend"), db, clock).ok
    assert "Refused: none." in say("status", db, clock).text


async def test_a_refused_post_cannot_be_marked_as_arrived(db: Database, clock: Clock) -> None:
    await refusing(db, clock, "C1")
    (resend,) = pressed(say("outbox", db, clock), "resend")
    assert say(resend.replace("resend", "arrived"), db, clock).text == (
        "That post did not arrive: the platform refused it. You can resend it or drop it."
    )


async def test_a_resend_says_what_keeps_the_post_waiting(db: Database, clock: Clock) -> None:
    platform = await refusing(db, clock, "C1", "C2")
    first, second = pressed(say("outbox", db, clock), "resend")
    with db.begin() as conn:
        channels.pause(conn, 1, "this channel is archived")
    assert say(first, db, clock).text.endswith("It goes out when posting there resumes. It is paused: this channel is archived.")
    publish(db, 9)
    platform.script, platform.unreadable = [time_out], [Unreadable("no history", for_good=True)]
    await deliver(db, platform, keyed)
    clock.pass_(seconds=31)
    await deliver(db, platform, keyed)
    assert say(second, db, clock).text.endswith("It goes out after you decide about the post on hold there.")


async def test_the_outbox_shows_what_waits_and_why(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1, 2)
    with db.begin() as conn:
        channels.pause(conn, 1, "this channel is archived")
    clock.pass_(days=1)
    why = "posting is paused: this channel is archived"
    expected = f"playground #C1: 2 messages, the oldest due Mon 08:00 ET · {why} · 1 Message 1; 2 Message 2"
    assert expected in shown(say("outbox", db, clock))


async def test_a_post_that_is_tried_again_says_so(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1)
    await deliver(db, Platform([time_out]), keyed)
    assert "1 message, due 08:00 ET · the bot tries again: no answer · 1 Message 1" in shown(say("outbox", db, clock))


async def test_a_long_outbox_is_cut_and_one_channel_does_not_hide_the_others(db: Database, clock: Clock) -> None:
    await refusing(db, clock, "C1", "C2", "C3", count=5)
    reply = say("outbox", db, clock)
    assert len(pressed(reply, "resend")) == handler.MAX_POSTS
    assert "Refused posts (15):" in shown(reply)
    assert [shown(reply).count(f"playground #C{number}: a post") for number in (1, 2, 3)] == [2, 2, 2]
    assert "… and 9 more. To see them, decide about these first." in shown(reply)
    for number in range(12):
        subscribe(db, to=channel(f"W{number:02}"))
        with db.begin() as conn:
            channels.pause(conn, 4 + number, "archived")
    publish(db, 77)
    assert "… and 5 more channels, with newer messages." in shown(say("outbox", db, clock))


async def test_places_that_one_channel_leaves_go_to_the_others(db: Database, clock: Clock) -> None:
    await refusing(db, clock, "C1", count=9)
    subscribe(db, to=channel("C2"))
    publish(db, 50)
    await deliver(db, Platform([REFUSED, REFUSED]), keyed)
    reply = shown(say("outbox", db, clock))
    assert [reply.count(f"playground #C{number}: a post") for number in (1, 2)] == [handler.MAX_POSTS - 1, 1]


async def test_what_stops_a_channel_comes_first_and_one_word_sends_either_again(db: Database, clock: Clock) -> None:
    platform = await refusing(db, clock, "C1")
    publish(db, 9)
    platform.script, platform.unreadable = [time_out], [Unreadable("no history", for_good=True)]
    await deliver(db, platform, keyed)
    clock.pass_(seconds=31)
    await deliver(db, platform, keyed)
    reply = say("outbox", db, clock)
    assert shown(reply).index("Posts on hold (1)") < shown(reply).index("Refused posts (1)")
    assert reply.text.startswith("Outbox: 1 post on hold, 1 refused post. ")
    labels = [button.label for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]
    assert labels == ["Send again", "It arrived", "Drop", "Send again", "Drop"]
    status = say("status", db, clock).text
    assert status.index("1 post is on hold") < status.index("1 post was refused")


async def test_status_counts_refused_posts_and_names_the_oldest(db: Database, clock: Clock) -> None:
    await refusing(db, clock, "C1", "C2", count=2)
    reply = say("status", db, clock)
    assert "Refused: 4 posts in 2 channels (oldest from 08:00 ET, in playground #C1)." in reply.text
    assert "4 posts were refused. The bot does not try them again. To resend or drop them, type /trade-admin outbox." in reply.text
    assert pressed(reply, "outbox") == ["outbox"]


async def test_the_doctor_names_channels_with_refused_posts_and_fails(sqlite_url: str) -> None:
    settings = load({"DATABASE_URL": sqlite_url})
    db = Database(sqlite_url)
    db.clock = clock = Clock()
    assert [str(each) for each in jobs.check_outbox(db, settings)] == ["OK     outbox: nothing is waiting"]
    await refusing(db, clock, "C1", count=2)
    first, second = jobs.check_outbox(db, settings)
    assert str(first) == (
        "WRONG  channel #C1: 2 posts refused, the oldest 08:00 ET (Slack rejected the message: invalid_blocks) "
        "-> type `/trade-admin outbox`, then resend or drop what was refused"
    )
    assert second.state == "OK"
    for number in range(12):
        subscribe(db, to=channel(f"R{number}"))
    publish(db, 5)
    await deliver(db, Platform([REFUSED] * 13), keyed)
    assert str(jobs.check_outbox(db, settings)[10]).startswith("WRONG  outbox: 3 more channels have refused posts")
    db.close()


async def test_the_doctor_finds_messages_that_are_overdue_only_where_they_could_be_posted(sqlite_url: str) -> None:
    settings = load({"DATABASE_URL": sqlite_url})
    db = Database(sqlite_url)
    db.clock = clock = Clock()
    for to in (channel(), channel("C1", "slack"), channel("C2")):  # Slack is not configured
        subscribe(db, to=to)
    publish(db, 1)
    assert [str(each) for each in jobs.check_outbox(db, settings)] == ["OK     outbox: 3 messages waiting, the oldest due 08:00 ET"]
    clock.pass_(hours=1)
    with db.begin() as conn:
        channels.pause(conn, 3, "archived")
    (late,) = jobs.check_outbox(db, settings)
    assert str(late).startswith("WRONG  outbox: messages for 1 channel are overdue, the first due 08:00 ET in #C1 -> start `tradebot run`")
    with db.begin() as conn:
        channels.pause(conn, 1, "archived")
    (fine,) = jobs.check_outbox(db, settings)
    assert fine.state == "OK"
    db.close()


async def test_the_doctor_finds_a_post_that_cannot_be_made(sqlite_url: str) -> None:
    db = Database(sqlite_url)
    db.clock = Clock()
    subscribe(db, to=channel("C1"))
    publish(db, 1)

    def fail(_: Bundle) -> list[dict[str, Any]]:
        raise KeyError("topic")

    await deliver(db, Platform(), fail)
    found, _ = jobs.check_outbox(db, load({"DATABASE_URL": sqlite_url}))
    assert str(found) == "WRONG  channel #C1: its next post cannot be made: KeyError: 'topic' -> read the bot's log"
    db.close()


@pytest.mark.parametrize("person", [Person("slack", "T1", "U2", "Sam"), Person("slack", "T9", "U1", "Guest", external=True)])
@pytest.mark.parametrize("words", ["outbox", "held", "resend {}", "drop {}", "arrived {}"])
async def test_only_admins_see_or_decide_anything(sqlite_db: Database, person: Person, words: str) -> None:
    sqlite_db.clock = clock = Clock()
    await refusing(sqlite_db, clock, "C1")
    (resend,) = pressed(say("outbox", sqlite_db, clock), "resend")
    reply = say(words.format(resend.split()[1]), sqlite_db, clock, person)
    assert not reply.ok
    assert "Message 1" not in shown(reply) + reply.text
    assert (posts(sqlite_db)[0].state, posts(sqlite_db)[0].dismissed_at) == ("dead", None)
