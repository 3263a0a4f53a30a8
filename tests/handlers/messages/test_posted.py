"""A question for what the bot posted is answered with the posts of the channel in which it is asked."""

from dataclasses import replace
from functools import partial

import pytest

from content.search.text import split
from handlers.command import Command, Context, NoStore, Person, StoreNeeded
from handlers.messages import posted
from handlers.messages.posted import asks_for_posts
from handlers.replies.posts import compose
from handlers.replies.reply import Bullets, Reply, plain
from handlers.replies.text import render
from handlers.router import dispatch, resolve
from jobs.deliver import deliver_due
from jobs.models.channels import ChannelRef
from jobs.models.entries import Entry
from jobs.publish import publish_entries
from jobs.retention import prune
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, entry, new
from tests.support.stub_platform import Platform

MARIA = Person("slack", "T1", "U1", "Maria")


@pytest.fixture
def clock(db: Database) -> Clock:
    clock = Clock()
    db.clock = clock
    return clock


def say(words: str, db: Database, clock: Clock, channel: ChannelRef | None = CHANNEL) -> Reply:
    verb, _, rest = words.removeprefix("/").partition(" ")
    return dispatch(resolve(Command(verb, rest, MARIA, channel)), Context(CATALOG, clock(), NEW_YORK, db))


async def post(db: Database, *stored: Entry) -> None:
    with db.begin() as conn:
        publish_entries(conn, "csms", [new(each) for each in stored], db.now(conn), backlog=False)
    await deliver_due(db, {"slack": Platform()}, partial(compose, catalog=CATALOG, default_zone=NEW_YORK))


def bullets(reply: Reply) -> list[str]:
    return [plain(item) for block in reply.blocks if isinstance(block, Bullets) for item in block.items]


async def test_what_the_bot_posted_yesterday_are_the_posts_of_this_channel(db: Database, clock: Clock) -> None:
    say("/csms subscribe revenue at once", db, clock)
    clock.pass_(minutes=10)
    await post(
        db, entry("67000001", "Refunds", "revenue", published=clock()), entry("67000002", "Beef", "agriculture-quota", published=clock())
    )
    clock.pass_(hours=24)
    await post(db, entry("67000003", "Bonds", "revenue", published=clock()))
    for words in (
        "/trade what did you post yesterday",
        "/csms what was posted here yesterday?",
        "/trade show me what you posted here yesterday",
    ):
        reply = say(words, db, clock)
        assert reply.text.startswith("Posted in this channel yesterday: 1 message in 1 post, newest first.")
        assert bullets(reply) == ["Refunds · 67000001 · 9 Feb · posted Mon 08:10 ET"], words
    assert [each.split(" · ")[0] for each in bullets(say("/trade has anything been posted here so far", db, clock))] == ["Bonds", "Refunds"]
    assert "The bot posted nothing in this channel last month. Its last post here was 08:10 ET." in render(
        say("/trade what did you post last month", db, clock)
    ).replace("\n\n", " ")


async def test_posts_that_were_deleted_are_not_denied(db: Database, clock: Clock) -> None:
    say("/csms subscribe revenue at once", db, clock)
    clock.pass_(minutes=10)
    await post(db, entry("67000001", "Refunds", "revenue", published=clock()))
    clock.pass_(hours=24 * 100)
    prune(db, rest=lambda: None)
    asked = say("/trade what did you post in february", db, clock)
    assert asked.text.startswith("No posts in this channel in February 2026 are stored. The bot keeps its posts for 90 days or longer")
    assert "posted nothing" not in say("/trade what have you posted here", db, clock).text
    assert say("/trade what did you post yesterday", db, clock).text == "The bot posted nothing in this channel yesterday."


async def test_the_count_says_if_there_may_be_more_posts(db: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posted, "_MAX_POSTS", 1)
    say("/csms subscribe revenue at once", db, clock)
    for number in (1, 2):
        clock.pass_(minutes=10)
        await post(db, entry(f"6700000{number}", f"Refunds {number}", "revenue", published=clock()))
    assert "1 message in the newest 1 posts, newest first" in say("/trade what did you post today", db, clock).text


async def test_another_channel_and_a_chat_have_their_own_posts(db: Database, clock: Clock) -> None:
    say("/csms subscribe revenue at once", db, clock)
    clock.pass_(minutes=10)
    await post(db, entry("67000001", "Refunds", "revenue", published=clock()))
    for channel, noun in ((replace(CHANNEL, id="C2"), "channel"), (replace(CHANNEL, id="D1"), "chat")):
        reply = say("/trade what did you post today", db, clock, channel)
        assert reply.text == f"The bot posted nothing in this {noun} today."
    assert "channel in which you ask" in say("/trade what did you post today", db, clock, None).text


async def test_without_its_database_the_question_waits_for_it(sqlite_db: Database) -> None:
    clock = Clock()
    asked = resolve(Command("trade", "what did you post yesterday", MARIA, CHANNEL))
    with pytest.raises(StoreNeeded):
        dispatch(asked, Context(CATALOG, clock(), NEW_YORK, no_store=NoStore.DEFERRED))
    assert "Only the running bot stores messages" in dispatch(asked, Context(CATALOG, clock(), NEW_YORK)).text


@pytest.mark.parametrize(
    "question",
    [
        "what did CBP post yesterday",
        "what do you post",
        "was anything published yesterday",
        "post this",
        "who sent you",
        "will you post anything",
    ],
)
def test_other_questions_ask_for_no_posts_of_the_bot(question: str) -> None:
    assert not asks_for_posts(split(question))


def test_a_question_for_posts_about_something_is_a_search(sqlite_db: Database) -> None:
    clock = Clock()
    with sqlite_db.begin() as conn:
        publish_entries(conn, "csms", [new(entry("67000001", "Steel", "tariffs", published=clock()))], clock(), backlog=False)
    assert say("/trade what did you post about steel", sqlite_db, clock).subjects == ("csms:67000001",)
