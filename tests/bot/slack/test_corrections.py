"""Test corrections in Slack: posts are marked in place, answered in their thread and found there again."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot import settings
from bot.slack.client import Slack
from bot.slack.sender import SlackSender
from handlers.replies import posts, serialize
from handlers.replies.reply import Bullets, Reply, line
from jobs.corrections import record_corrections
from jobs.deliver import deliver_due
from jobs.models.channels import ChannelRef
from jobs.models.entries import NewEntry
from jobs.models.posts import About, Bundle
from jobs.outcomes import Gone, Rejected, Retry, Sent, Unknown
from jobs.publish import publish_entries
from jobs.store import channels, outbox, schema
from jobs.store import posts as post_store
from jobs.store.database import Database
from tests.bot.slack.test_blocks import HOSTILE, within_limits
from tests.support import slack_server
from tests.support.clock import Clock
from tests.support.delivery import NINE, no_sleep
from tests.support.slack_server import SlackServer
from tests.support.small_catalog import CATALOG, NEW_YORK
from tests.support.store import DAILY, NOW, new, subscribe

pytestmark = pytest.mark.one_database

CHANNEL = ChannelRef("slack", "T1", "C1", "#trade")


@pytest.fixture
def server() -> Iterator[SlackServer]:
    with slack_server.serving() as running:
        yield running
        assert running.refused == []


@pytest.fixture
async def sender(server: SlackServer) -> AsyncIterator[SlackSender]:
    found = settings.load({**server.settings(), "TRADEBOT_ADMIN_CHANNEL": "C0EDITORS"}).slack
    assert found is not None
    slack = Slack(found)
    yield SlackSender(slack)
    await slack.close()


def compose(bundle: Bundle) -> list[dict[str, Any]]:
    return posts.compose(bundle, CATALOG, NEW_YORK)


def content(text: str = "Hello", bullets: int = 1) -> dict[str, Any]:
    return serialize.dump(Reply(text, (Bullets(tuple(line(f"{text} {n}") for n in range(bullets))),), public=True))


async def post_first(sender: SlackSender) -> About:
    sent = await sender.send(CHANNEL, content(), "first")
    assert isinstance(sent, Sent)
    return About("first", sent.receipt, content())


@pytest.mark.slow
async def test_a_correction_marks_the_post_and_answers_below_it(db: Database, server: SlackServer, sender: SlackSender) -> None:
    subscribe(db, NOW, to=CHANNEL)

    async def arrives(number: int, title: str, lead: str, body: str) -> None:
        with db.begin() as conn:
            now = db.now(conn)
            stored = publish_entries(conn, "csms", [new(number, "revenue", lead=lead, title=title, body=body)], now, backlog=False)
            record_corrections(conn, stored, now)
        await deliver_due(db, {"slack": sender}, compose)

    await arrives(67647279, f"GUIDANCE: AGOA {HOSTILE}", "guidance", "Text.")
    before = dict(server.posts[0])
    await arrives(68987884, f"CORRECTION: AGOA {HOSTILE}", "correction", "This message replaces CSMS # 67647279.")
    first = server.posts[0]
    assert first["text"].startswith("Replaced ")
    assert " by CSMS 68987884. Read that message instead." in first["text"]
    assert [block["type"] for block in before["blocks"]] == ["rich_text", "context", "context", "rich_text", "actions", "context"]
    earlier = ["context"] * 5  # "Earlier text", the title, the facts, the topics and the body
    assert [block["type"] for block in first["blocks"]] == ["rich_text", "divider", *earlier, "actions", "context"]
    assert first["metadata"] == before["metadata"]
    within_limits([{"text": first["text"], "blocks": first["blocks"]}])
    below = [post for post in server.posts if post.get("thread_ts")]
    assert [post["thread_ts"] for post in below] == [first["ts"]]
    assert "CSMS 67647279, posted above, was replaced." in str(below[0])
    assert len(server.posts) == 3
    assert "<!channel>" not in str(server.posts)


async def test_a_digest_with_more_corrections_than_it_has_room_for_shows_the_newest_and_counts_the_rest(
    db: Database, clock: Clock, server: SlackServer, sender: SlackSender
) -> None:
    subscribe(db, DAILY, to=CHANNEL, digest_only=True)
    long = "A message about imports and entry summaries whose title is about as long as the titles of most messages of this kind are"

    async def arrive(*several: NewEntry) -> None:
        with db.begin() as conn:
            now = db.now(conn)
            record_corrections(conn, publish_entries(conn, "csms", several, now, backlog=False), now)
        for _ in range(3):
            clock.pass_(minutes=1)
            await deliver_due(db, {"slack": sender}, compose, sleep=no_sleep)

    await arrive(*(new(10000001 + number, "revenue", title=f"{long} {number}") for number in range(40)))
    clock.now = NINE
    await arrive()
    first = server.posts[0]
    for number in range(20):
        earlier = 10000001 + number % 30
        await arrive(new(20000001 + number, "revenue", lead="correction", title="CORRECTION", body=f"This corrects CSMS # {earlier}."))
    within_limits([{"text": first["text"], "blocks": first["blocks"]}])
    assert server.refused == []
    shown = {number for number in range(20000001, 20000021) if str(number) in str(first["blocks"])}
    assert shown == set(range(20000021 - len(shown), 20000021))
    assert 0 < len(shown) < 20
    (rest,) = [str(block) for block in first["blocks"] if "not fit in this message" in str(block)]
    assert f"{20 - len(shown)} earlier changes do not fit" in rest
    with db.read() as conn:
        assert outbox.undecided_ids(conn) == []
    with db.read() as conn:
        states = conn.execute(select(schema.post.c.state).where(schema.post.c.kind == "mark")).scalars().all()
    assert set(states) == {"sent"}


async def test_answer_without_response_is_found_in_its_thread(server: SlackServer, sender: SlackSender) -> None:
    about = await post_first(sender)
    since = datetime.now(UTC) - timedelta(seconds=5)
    for number in range(20):
        assert isinstance(await sender.answer(CHANNEL, content(), f"other{number}", about), Sent)
    server.fail("chat.postMessage", "drop after")
    assert isinstance(await sender.answer(CHANNEL, content(), "lost", about), Unknown)
    assert await sender.find_answer(CHANNEL, "lost", since, about) == f"{server.posts[-1]['ts']} {about.receipt}"
    assert await sender.find_answer(CHANNEL, "never", since, about) is None
    assert await sender.find(CHANNEL, "lost", since) is None  # a channel's history holds no threads


async def test_post_in_a_thread_is_updated_and_answered_in_that_thread(server: SlackServer, sender: SlackSender) -> None:
    first = await post_first(sender)
    reply = await sender.answer(CHANNEL, content("Reply"), "reply", first)
    assert isinstance(reply, Sent)
    about, since = About("reply", reply.receipt, content("Reply")), datetime.now(UTC) - timedelta(seconds=5)
    assert await sender.mark(CHANNEL, content("Changed"), about) == Sent(reply.receipt)
    assert [post["text"] for post in server.posts] == ["Hello", "Changed"]
    below = await sender.answer(CHANNEL, content("Below"), "below", about)
    assert isinstance(below, Sent)
    assert [post.get("thread_ts") for post in server.posts] == [None, first.receipt, first.receipt]
    assert await sender.find_answer(CHANNEL, "below", since, about) == below.receipt


async def test_deleted_message_is_gone_without_pausing_its_channel(server: SlackServer, sender: SlackSender) -> None:
    about = About("gone", "1.000001", content())
    assert await sender.mark(CHANNEL, content(), about) == Gone("Slack: message_not_found")
    server.fail("chat.postMessage", "thread_not_found")
    assert await sender.answer(CHANNEL, content(), "x", about) == Gone("Slack: thread_not_found")
    assert await sender.find_answer(CHANNEL, "x", datetime.now(UTC), about) is None


@pytest.mark.parametrize(("fault", "outcome"), [("429", Retry), ("500", Unknown), ("drop after", Unknown), ("edit_window_closed", Gone)])
async def test_errors_of_an_update_mean_the_same_as_errors_of_a_post(
    server: SlackServer, sender: SlackSender, fault: str, outcome: type[Any]
) -> None:
    about = await post_first(sender)
    server.fail("chat.update", fault)
    assert isinstance(await sender.mark(CHANNEL, content("Changed"), about), outcome)
    assert await sender.mark(CHANNEL, content("Changed"), about) == Sent(about.receipt)


async def test_a_mark_for_which_there_is_no_room_is_tried_as_plain_text_and_then_seen_by_the_admins(sender: SlackSender) -> None:
    about = await post_first(sender)
    found = await sender.mark(CHANNEL, content("many " * 20, bullets=200), about)
    assert isinstance(found, Rejected)


@pytest.mark.slow
async def test_an_answer_that_somebody_shared_is_marked_too(db: Database, server: SlackServer, sender: SlackSender) -> None:
    with db.begin() as conn:
        now = db.now(conn)
        (earlier,) = publish_entries(conn, "csms", [new(67647279, "revenue")], now, backlog=True)
        channel_id = channels.ensure(conn, CHANNEL, now)
        for name, subject in (("shown", earlier.key), ("other", "csms:67640669")):
            shown = Reply(f"CSMS {name}", (Bullets((line(name),)),), subjects=(subject,), public=True)
            sent = await sender.send(CHANNEL, serialize.dump(shown), name)
            assert isinstance(sent, Sent)
            post_store.record(conn, channel_id, name, serialize.dump(shown), now, sent.receipt)
    ts = next(post["ts"] for post in server.posts if post["text"] == "CSMS shown")
    with db.begin() as conn:
        now = db.now(conn)
        later = new(68987884, lead="correction", body="This message replaces CSMS # 67647279.")
        record_corrections(conn, publish_entries(conn, "csms", [later], now, backlog=False), now)
    await deliver_due(db, {"slack": sender}, compose)
    assert [post["ts"] for post in server.posts if " by CSMS 68987884. Read that message instead." in post["text"]] == [ts]
    assert [post["thread_ts"] for post in server.posts if post.get("thread_ts")] == [ts]
    assert "CSMS other" in [post["text"] for post in server.posts]
