"""A subscription from the command to the post in the channel, and its buttons back to the reasons."""

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import select, update

from handlers.command import Command, Context, Person
from handlers.replies.posts import compose
from handlers.replies.reply import Bullets, Buttons, Header, Reply, SmallPrint, lines_of, plain
from handlers.replies.serialize import load
from handlers.replies.text import render
from handlers.router import dispatch, resolve
from jobs import outbox
from jobs.deliver import deliver_due
from jobs.models.entries import Entry
from jobs.outbox import Decision
from jobs.outcomes import Gone, Unreadable
from jobs.publish import end_hold, publish_entries
from jobs.store import channels, feeds, schema
from jobs.store.database import Database
from tests.support import subscriptions
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.small_catalog import CATALOG, CHANNEL, NEW_YORK, NOW, entry, new
from tests.support.stub_platform import Platform, answer, time_out

pytestmark = pytest.mark.one_database

MARIA = Person("slack", "T1", "U1", "Maria")


@pytest.fixture
def clock(db: Database) -> Clock:
    clock = Clock()
    db.clock = clock
    return clock


def say(words: str, db: Database, clock: Clock) -> Reply:
    verb, _, rest = words.removeprefix("/").partition(" ")
    context = Context(
        CATALOG, clock(), NEW_YORK, db, link_to_post=lambda channel, receipt: f"https://office.example/{channel.id}/{receipt}"
    )
    return dispatch(resolve(Command(verb, rest, MARIA, CHANNEL)), context)


def links(reply: Reply) -> dict[str, str]:
    """Return the addresses of posts by their words."""
    spans = [span for block in reply.blocks for words in lines_of(block) for span in words]
    return {span.text: span.link for span in spans if span.link and "office.example" in span.link}


def publish(db: Database, *stored: Entry) -> None:
    with db.begin() as connection:
        publish_entries(connection, "csms", [new(each) for each in stored], db.now(connection), backlog=False)


async def posts(db: Database) -> list[Reply]:
    platform = Platform()
    await deliver_due(db, {"slack": platform}, partial(compose, catalog=CATALOG, default_zone=NEW_YORK))
    return [load(message.content) for message in platform.messages]


def press(reply: Reply, label: str, db: Database, clock: Clock) -> Reply:
    commands = {button.label: button.command for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons}
    return say(commands[label], db, clock)


def bullets(reply: Reply) -> list[str]:
    return [plain(item) for block in reply.blocks if isinstance(block, Bullets) for item in block.items]


async def test_why_explains_each_entry_of_a_digest(db: Database, clock: Clock) -> None:
    say("/csms subscribe revenue tariffs weekdays 09:00", db, clock)
    clock.pass_(minutes=10)
    publish(
        db,
        entry("67000001", "Refunds go out by ACH", "revenue", published=clock()),
        entry("67000002", "Steel", "tariffs", published=clock()),
        entry("67000003", "Beef", "agriculture-quota", published=clock()),
    )
    assert await posts(db) == []
    clock.pass_(hours=1)
    (digest,) = await posts(db)
    assert bullets(digest) == ["Refunds go out by ACH · 67000001", "Steel · 67000002"]
    assert "2 CSMS messages since 08:00 ET" in digest.text
    assert bullets(press(digest, "Why these?", db, clock)) == [
        "Refunds go out by ACH · 67000001 · 9 Feb · reason: topic Revenue: the title contains “revenue”",
        "Steel · 67000002 · 9 Feb · reason: topic Tariffs: the title contains “tariffs”",
    ]
    assert subscriptions.listed(press(digest, "Manage", db, clock))[0].startswith(
        "1 · CSMS: Revenue, Tariffs · Weekdays 09:00 ET · next Tue"
    )


@on_both
async def test_why_explains_each_entry_of_a_catch_up_for_every_subscription(db: Database, clock: Clock) -> None:
    say("/csms subscribe at once", db, clock)
    say("/csms subscribe revenue at once", db, clock)
    clock.pass_(minutes=10)
    late = [
        entry(str(67000001 + number), f"Message {number}", *(["revenue"] if number == 0 else []), published=clock()) for number in range(6)
    ]
    with db.begin() as connection:
        publish_entries(connection, "csms", [new(each) for each in late], db.now(connection), backlog=False, catch_up=True)
    (catch_up,) = await posts(db)
    answer = press(catch_up, "Why these?", db, clock)
    assert Header("Why these messages: catch-up of Mon 9 Feb") in answer.blocks
    assert bullets(answer)[:2] == [
        "Message 0 · 67000001 · 9 Feb · reason: this channel asked for all CSMS messages (subscription 1); "
        "topic Revenue: the title contains “revenue” (subscription 2)",
        "Message 1 · 67000002 · 9 Feb · reason: this channel asked for all CSMS messages (subscription 1)",
    ]
    assert "1. Message 0, CSMS 67000001" in answer.text
    elsewhere = Command("csms", f"why catch-up {clock().isoformat()}", MARIA, replace(CHANNEL, id="C2"))
    assert not dispatch(resolve(elsewhere), Context(CATALOG, clock(), NEW_YORK, db)).ok


async def test_why_explains_a_correction_that_came_with_what_it_changes(db: Database, clock: Clock) -> None:
    say("/csms subscribe revenue at once", db, clock)
    clock.pass_(minutes=10)
    body = "This message replaces CSMS 67000001."
    publish(db, entry("67000001", "Refunds", "revenue"), entry("67000009", "CORRECTION: Refunds", lead="correction", body=body))
    (pair,) = await posts(db)
    assert "for subscription 1" in render(press(pair, "Why this?", db, clock))
    answer = render(say("/csms why 67000009", db, clock))
    assert "The bot posted it here because it changes CSMS 67000001." in " ".join(answer.split())
    assert links(say("/csms why 67000009", db, clock)) == {"Open the post": "https://office.example/C1/ts0"}


async def test_why_explains_an_urgent_post_even_after_unsubscribing(db: Database, clock: Clock) -> None:
    say("/csms subscribe tariffs", db, clock)
    clock.pass_(minutes=10)
    publish(db, entry("67000004", "GUIDANCE: Steel", "tariffs", lead="guidance", kind="guidance", published=clock()))
    (post,) = await posts(db)
    assert post.text.startswith("New: Guidance: Steel, CSMS 67000004, 9 Feb 2026")
    say("/csms unsubscribe 1", db, clock)
    assert bullets(press(post, "Why this?", db, clock)) == [
        "Topic Tariffs: the title contains “tariffs”, for subscription 1 (CSMS: Tariffs), posted 08:10 ET",
    ]


async def test_why_links_the_post_of_a_message_and_of_a_digest(db: Database, clock: Clock) -> None:
    say("/csms subscribe tariffs", db, clock)
    say("/csms subscribe revenue weekdays 09:00", db, clock)
    clock.pass_(minutes=10)
    urgent, waiting = entry("67000004", "GUIDANCE: Steel", "tariffs", lead="guidance", kind="guidance"), entry("67000005", "ACH", "revenue")
    publish(db, urgent, waiting, entry("67000006", "Refunds", "revenue"))
    (post,) = await posts(db)
    assert links(press(post, "Why this?", db, clock)) == {"posted 08:10 ET": "https://office.example/C1/ts0"}
    answer = say("/csms why 67000004", db, clock)
    assert links(answer) == {"posted 08:10 ET": "https://office.example/C1/ts0"}
    assert "(subscription 1) https://office.example/C1/ts0." in answer.text
    assert links(say("/csms why 67000005", db, clock)) == {}
    clock.pass_(hours=1)
    (digest,) = await posts(db)
    assert links(press(digest, "Why these?", db, clock)) == {"Open the post": "https://office.example/C1/ts0"}


@pytest.mark.slow
async def test_a_digest_in_several_parts_explains_all_of_them(db: Database, clock: Clock) -> None:
    say("/csms subscribe revenue", db, clock)
    clock.pass_(minutes=10)
    publish(db, *(entry(str(67000100 + number), f"Message {number}", "revenue", published=clock()) for number in range(50)))
    clock.pass_(hours=1)
    (first,) = await posts(db)
    clock.pass_(minutes=1)  # the platform's rate for one channel
    (second,) = await posts(db)
    assert len(bullets(first)) + len(bullets(second)) == 50
    assert len(bullets(press(second, "Why these?", db, clock))) == 50


@pytest.mark.slow
async def test_an_entry_for_two_subscriptions_is_listed_once_with_both_reasons(db: Database, clock: Clock) -> None:
    say("/csms subscribe revenue", db, clock)
    say('/csms subscribe "refunds"', db, clock)
    clock.pass_(minutes=10)
    publish(
        db,
        entry("67000001", "Refunds go out", "revenue", published=clock()),
        entry("67000002", "More refunds", "revenue", published=clock()),
    )
    clock.pass_(hours=1)
    (digest,) = await posts(db)
    clock.pass_(minutes=1)
    assert await posts(db) == []
    assert len(bullets(digest)) == 2
    explained = press(digest, "Why these?", db, clock)
    assert bullets(explained)[0] == "Refunds go out · 67000001 · 9 Feb"
    reasons = "topic Revenue: the title contains “revenue”; the title contains “refunds” (subscription 2)"
    assert " ".join(render(explained).split()).count(f"Reason for all of them: {reasons}") == 1


@pytest.mark.parametrize("period", ["9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-02-09T09:00:00", "not-a-moment"])
def test_an_impossible_time_names_no_digest(sqlite_db: Database, period: str) -> None:
    say("/csms subscribe", sqlite_db, Clock())
    assert say(f"/csms why digest 1 {period}", sqlite_db, Clock()).text.startswith("The bot has no such digest for this channel.")


async def test_a_subscription_to_everything_gives_its_reason_once_and_names_what_was_posted_before(db: Database, clock: Clock) -> None:
    say("/csms subscribe", db, clock)
    clock.pass_(minutes=10)
    publish(db, entry("67000004", "GUIDANCE: Steel", "tariffs", lead="guidance", kind="guidance", published=clock()))
    assert len(await posts(db)) == 1
    publish(db, entry("67000001", "Refunds", "revenue", published=clock()), entry("67000003", "Beef", published=clock()))
    clock.pass_(hours=1)
    (digest,) = await posts(db)
    assert len(bullets(digest)) == 3
    why = press(digest, "Why these?", db, clock)
    assert sorted(bullets(why)) == [
        "Beef · 67000003 · 9 Feb",
        "Guidance: Steel · 67000004 · 9 Feb · posted here today",
        "Refunds · 67000001 · 9 Feb",
    ]
    context = next(block for block in why.blocks if isinstance(block, SmallPrint))
    assert plain(context.lines[1]) == "This subscription asks for all topics, so it includes every message."


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", "Give the CSMS number"),
        ("1", "“1” is not a CSMS number."),
        ("carnet", "“carnet” is not a CSMS number."),
        ("1,234", "“1234” is not a CSMS number."),
    ],
)
def test_why_without_a_number_names_what_is_missing(words: str, expected: str, db: Database, clock: Clock) -> None:
    reply = say(f"/csms why {words}", db, clock)
    assert not reply.ok
    assert expected in reply.text


def test_why_answers_from_the_stored_reasons(sqlite_db: Database) -> None:
    sqlite_db.clock = clock = Clock(NOW)
    subscriptions.say("/csms subscribe revenue", sqlite_db)
    subscriptions.say('/csms subscribe "ach" now', sqlite_db)
    clock.pass_(minutes=1)
    subscriptions.publish(sqlite_db, *subscriptions.STORED)
    reply = subscriptions.say("/csms why 67000001", sqlite_db)
    assert subscriptions.bullets(reply) == [
        "Topic Revenue: the title contains “revenue”, for subscription 1 (CSMS: Revenue), subscription 2 brings it here",
        "The title contains “ach”, for subscription 2 (CSMS: all topics, only those with “ach” in any form), not posted yet",
    ]
    assert "no subscription of this channel matched it" in subscriptions.say("/csms why 67000006", sqlite_db).text
    for typed in ("67,000,001", "CSMS #67,000,001", "6700 0001"):
        assert subscriptions.bullets(subscriptions.say(f"/csms why {typed}", sqlite_db)) == subscriptions.bullets(reply)
    assert "The bot has no CSMS message 67999999." in subscriptions.say("/csms why 67999999", sqlite_db).text


def test_why_with_other_words_searches_the_content(sqlite_db: Database) -> None:
    sqlite_db.clock = Clock(NOW)
    assert subscriptions.say("/csms why are refunds slow", sqlite_db) == subscriptions.say("/trade why are refunds slow", sqlite_db)


@pytest.mark.parametrize(
    "words",
    [
        "digest 1 2026-02-09T14:00:00",
        "digest 9 2026-02-09T14:00:00+00:00",
        "digest 1 2026-99-09T14:00:00+00:00",
        "entry 9999",
        "catch-up 2026-02-09T14:00:00+00:00",
    ],
)
def test_why_of_an_unknown_digest_says_so(sqlite_db: Database, words: str) -> None:
    sqlite_db.clock = Clock(NOW)
    subscriptions.say("/csms subscribe revenue", sqlite_db)
    assert not subscriptions.say(f"/csms why {words}", sqlite_db).ok


async def test_a_digest_counts_what_it_left_out_as_routine_and_lists_it(db: Database, clock: Clock) -> None:
    say("/csms subscribe revenue tariffs weekly mon 09:00", db, clock)
    clock.pass_(minutes=10)
    routine = entry("67000003", "Statements are late", "revenue", kind="outage", routine=True, published=clock())
    publish(
        db, entry("67000001", "Refunds", "revenue", published=clock()), entry("67000002", "Steel", "tariffs", published=clock()), routine
    )
    clock.pass_(hours=1)
    (digest,) = await posts(db)
    assert "2 CSMS messages since 08:00 ET · 1 routine notice left out" in digest.text
    shown = press(digest, "Show left out", db, clock)
    assert bullets(shown) == ["Statements are late · 67000003 · 9 Feb · outage notice"]
    assert "1 routine notice left out from Mon 9 Feb 08:00 ET to Mon 9 Feb 09:00 ET" in shown.text
    clock.pass_(days=7)
    publish(db, entry("67000004", "Duties", "revenue", published=clock()), entry("67000005", "Steel", "tariffs", published=clock()))
    clock.pass_(days=7)
    (second,) = await posts(db)
    assert "left out" not in second.text  # a count belongs to one digest
    assert bullets(press(digest, "Show left out", db, clock)) == bullets(shown)


async def test_a_digest_of_one_message_counts_too_and_an_immediate_post_does_not(db: Database, clock: Clock) -> None:
    say("/csms subscribe revenue weekdays 09:00", db, clock)
    clock.pass_(minutes=10)
    routine = entry("67000003", "Statements are late", "revenue", kind="outage", routine=True, published=clock())
    urgent = entry("67000004", "GUIDANCE: Refunds", "revenue", lead="guidance", published=clock())
    publish(db, entry("67000001", "Refunds", "revenue", published=clock()), routine, urgent)
    (immediate,) = await posts(db)
    assert "left out" not in immediate.text
    clock.pass_(hours=1)
    (post,) = await posts(db)
    assert "1 routine notice left out since 08:00 ET" in post.text
    assert len(bullets(press(post, "Show left out", db, clock))) == 1


def test_why_says_that_a_message_was_left_out_as_routine_and_how_to_get_it(db: Database, clock: Clock) -> None:
    publish(db, entry("67000001", "Portal maintenance", "revenue", kind="maintenance", routine=True))
    clock.pass_(minutes=1)
    say("/csms subscribe revenue", db, clock)
    say("/csms subscribe quota", db, clock)
    publish(db, entry("67000002", "Portal maintenance", "revenue", kind="maintenance", routine=True))
    shown = subscriptions.flat(say("/csms why 67000002", db, clock))
    assert "Left out as routine: a scheduled maintenance notice. Without that, subscription 1 would have matched it." in shown
    assert "revenue weekdays 09:00 in America/New_York include system notices instead of 1" in shown
    clock.pass_(minutes=1)
    before = subscriptions.flat(say("/csms why 67000001", db, clock))
    assert "no subscription of this channel matched it" in before


REFUSED = answer(Gone("Slack rejected the message: invalid_blocks"))


async def deliver(db: Database, platform: Platform) -> None:
    await deliver_due(db, {"slack": platform}, partial(compose, catalog=CATALOG, default_zone=NEW_YORK))


def words(reply: Reply) -> str:
    """Everything that a person sees or hears."""
    return f"{reply.text} {' '.join(render(reply).split())}"


def test_why_says_that_a_message_is_held_and_then_that_it_was_marked_as_seen(db: Database, clock: Clock) -> None:
    say("/csms subscribe revenue now", db, clock)
    with db.begin() as conn:
        feeds.ensure(conn, ["csms"], clock())
        held = [new(entry("67000001", "Refunds", "revenue", published=clock()))]
        publish_entries(conn, "csms", held, clock(), backlog=False, held=True)
    answer = say("/csms why 67000001", db, clock).text
    assert answer.endswith("It arrived with many others at once, so the bot holds them until an admin decides whether to post them.")
    end_hold(db, "csms", "someone", post=False)
    answer = say("/csms why 67000001", db, clock).text
    assert "no subscription" not in answer
    assert answer.endswith("it was older than the messages with which the bot began, or an admin marked it as seen.")


def test_why_says_that_a_mistyped_number_marked_no_message(db: Database, clock: Clock) -> None:
    say("/csms subscribe revenue now", db, clock)
    publish(db, entry("68000021", "Update on forms", "revenue", body="This message updates CSMS # 6764729."))
    shown = words(say("/csms why 68000021", db, clock))
    assert "It names \u201cCSMS # 6764729\u201d." in shown
    assert "So it marked no message." in shown


def test_why_says_that_a_message_was_there_before_the_bot_began(db: Database, clock: Clock) -> None:
    say("/csms subscribe revenue now", db, clock)
    with db.begin() as conn:
        feeds.ensure(conn, ["csms"], clock())
        conn.execute(update(schema.feed).values(seeded_at=clock()))
        there, imported = new(entry("67000001", "Refunds", "revenue")), new(entry("67000002", "Old refunds", "revenue"))
        imported = replace(imported, parsed=replace(imported.parsed, archived=True))
        publish_entries(conn, "csms", [there, imported], clock(), backlog=True)
    answer = say("/csms why 67000001", db, clock).text
    assert "It was already in the feed “CSMS” when the bot first read it (08:00 ET)." in answer
    assert answer.endswith("The bot posts only what appears after that, so it posted none of the messages that it found then.")
    answer = say("/csms why 67000002", db, clock).text
    assert answer.endswith("It comes from CBP’s archive files. You can find imported messages, but the bot never posts them.")


@on_both
async def test_why_says_that_a_message_was_refused_when_and_who_can_resend_it(db: Database, clock: Clock) -> None:
    say("/csms subscribe tariffs", db, clock)
    clock.pass_(minutes=10)
    publish(db, entry("67000004", "GUIDANCE: Steel", "tariffs", lead="guidance", kind="guidance", published=clock()))
    await deliver(db, Platform([REFUSED]))
    why = say("/csms why 67000004", db, clock)
    refused = "refused 08:10 ET (Slack rejected the message: invalid_blocks); an admin can resend it with /trade-admin outbox"
    assert words(why).count(refused) == 2, "in what is read aloud, and in what is shown"
    for wrong in ("not posted yet", "Why it was posted here"):
        assert wrong not in words(why)
    assert "Why this channel asked for it" in words(why)
    listed = words(say("/csms subscriptions", db, clock))
    assert "1 message was refused. An admin can resend it with /trade-admin outbox." in listed
    assert "next today · 1 refused" in listed
    with db.begin() as conn:
        (dead,) = conn.execute(select(schema.post.c.id)).scalars()
        outbox.decide(conn, dead, Decision.DROP, "someone", clock())
    dropped = "it was refused (Slack rejected the message: invalid_blocks), and an admin dropped it 08:10 ET"
    assert dropped in words(say("/csms why 67000004", db, clock))
    assert "refused" not in words(say("/csms subscriptions", db, clock))


async def test_why_these_says_which_messages_of_a_digest_were_refused(db: Database, clock: Clock) -> None:
    say("/csms subscribe revenue", db, clock)
    clock.pass_(minutes=10)
    publish(db, entry("67000001", "Refunds", "revenue", published=clock()), entry("67000002", "More refunds", "revenue", published=clock()))
    clock.pass_(hours=1)
    platform = Platform([REFUSED])
    await deliver(db, platform)
    with db.read() as conn:
        (period,) = conn.execute(select(schema.post.c.period)).scalars()
    why = say(f"/csms why digest 1 {period.isoformat()}", db, clock)
    assert words(why).count("These messages: refused 09:10 ET (Slack rejected the message: invalid_blocks); an admin can resend it") == 2


async def test_why_says_that_a_message_waits_in_a_paused_channel_and_that_a_held_one_may_have_arrived(db: Database, clock: Clock) -> None:
    say("/csms subscribe tariffs", db, clock)
    clock.pass_(minutes=10)
    publish(db, entry("67000004", "GUIDANCE: Steel", "tariffs", lead="guidance", kind="guidance", published=clock()))
    with db.begin() as conn:
        channels.pause(conn, 1, "this channel is archived")
    assert "not posted yet: posting is paused (this channel is archived)" in words(say("/csms why 67000004", db, clock))
    with db.begin() as conn:
        channels.resume(conn, 1)
    platform = Platform([time_out], unreadable=[Unreadable("no history", for_good=True)])
    await deliver(db, platform)
    assert "sent, but not confirmed yet" in words(say("/csms why 67000004", db, clock))
    clock.pass_(minutes=1)
    await deliver(db, platform)
    assert "perhaps posted: the bot cannot confirm it" in words(say("/csms why 67000004", db, clock))
    publish(db, entry("67000005", "GUIDANCE: Aluminum", "tariffs", lead="guidance", kind="guidance", published=clock()))
    assert "not posted yet: an earlier post is on hold" in words(say("/csms why 67000005", db, clock))
    with db.begin() as conn:
        (held,) = conn.execute(select(schema.post.c.id)).scalars()
        outbox.decide(conn, held, Decision.DROP, "someone", clock())
    dropped = "the bot could not confirm that it arrived, and an admin dropped it 08:11 ET"
    assert dropped in words(say("/csms why 67000004", db, clock))
    say("/csms unsubscribe 1", db, clock)


async def test_why_gives_the_time_of_a_message_that_is_due_later(db: Database, clock: Clock) -> None:
    say("/csms subscribe revenue weekdays 09:00", db, clock)
    clock.pass_(minutes=10)
    publish(db, entry("67000001", "Refunds", "revenue", published=clock()))
    assert "not posted yet, due 09:00 ET" in words(say("/csms why 67000001", db, clock))


async def test_why_says_that_a_subscription_ended_before_its_message_was_posted(db: Database, clock: Clock) -> None:
    say("/csms subscribe tariffs", db, clock)
    clock.pass_(minutes=10)
    publish(db, entry("67000004", "GUIDANCE: Steel", "tariffs", lead="guidance", kind="guidance", published=clock()))
    await deliver(db, Platform([REFUSED]))
    say("/csms unsubscribe 1", db, clock)
    assert "not posted, because the subscription had ended" in words(say("/csms why 67000004", db, clock))


async def test_a_message_that_two_subscriptions_want_waits_for_the_one_that_brings_it(db: Database, clock: Clock) -> None:
    say("/csms subscribe revenue weekdays 17:00", db, clock)
    say("/csms subscribe revenue tariffs weekdays 12:00", db, clock)
    publish(db, entry("67000001", "Refunds", "revenue", published=clock()), entry("67000002", "Steel", "tariffs", published=clock()))
    before = words(say("/csms subscriptions", db, clock))
    assert before.count("waiting") == 1
    assert "2 waiting" in before.partition("2 · CSMS")[2]
    assert "for subscription 1 (CSMS: Revenue), subscription 2 brings it here" in words(say("/csms why 67000001", db, clock))
    clock.pass_(hours=5)
    assert len(await posts(db)) == 1
    assert "waiting" not in words(say("/csms subscriptions", db, clock))
    assert "for subscription 1 (CSMS: Revenue), subscription 2 brought it here" in words(say("/csms why 67000001", db, clock))
