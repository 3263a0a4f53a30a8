"""Test posting and finding posts with a misbehaving Slack, and the outcome of each of its errors."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.settings import load
from bot.slack.client import Identity, Slack
from bot.slack.errors import ABOUT_MESSAGE, CHANNEL, REFUSED, UNSURE, WAIT, WORKSPACE, failed_outcome, unreadable_history
from bot.slack.sender import SlackSender, link_to_message, trace_of
from handlers.replies.reply import Bullets, Fields, Header, Reply, Section, Span, line
from handlers.replies.serialize import dump
from jobs.models.channels import ChannelRef
from jobs.models.posts import About
from jobs.network import retry_seconds
from jobs.outcomes import Gone, Rejected, Retry, Sent, Unknown, Unreadable
from jobs.senders import PLAIN, TOKENS
from tests.support import slack_server
from tests.support.slack_server import SlackServer

HERE = ChannelRef("slack", "T1", "C1")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
NOTE = dump(Reply("New: guidance <!channel>", (Section((line("Guidance <!channel> & more"),)),), public=True))


@pytest.fixture
def server() -> Iterator[SlackServer]:
    with slack_server.serving() as found:
        yield found


@pytest.fixture
async def sender(server: SlackServer) -> AsyncIterator[SlackSender]:
    settings = load(server.settings()).slack
    assert settings is not None
    slack = Slack(settings)
    yield SlackSender(slack)
    await slack.close()


ME = Identity("T1", "U0", "B0", "tradebot", "https://office.slack.com/")


@pytest.mark.parametrize(
    ("channel", "receipt", "expected"),
    [
        ("C1H9RESGA", "1358546515.000008", "https://office.slack.com/archives/C1H9RESGA/p1358546515000008"),
        (
            "C1H9RESGL",
            "1358546517.000023 1358546515.000008",
            "https://office.slack.com/archives/C1H9RESGL/p1358546517000023?thread_ts=1358546515.000008&cid=C1H9RESGL",
        ),
        ("D1", "1358546515.000008", "https://office.slack.com/archives/D1/p1358546515000008"),
        ("U1", "1358546515.000008", ""),
        ("C1/../x", "1358546515.000008", ""),
        ("C1", "4f0ff7a6-5c4e", ""),
        ("C1", "", ""),
    ],
)
def test_link_to_a_message_is_the_one_that_slack_gives(channel: str, receipt: str, expected: str) -> None:
    assert link_to_message(ME, ChannelRef("slack", "T1", channel), receipt) == expected


@pytest.mark.parametrize("me", [None, Identity("T1", "U0", "B0", "tradebot"), Identity("T2", "U0", "B0", "tradebot", ME.url)])
def test_message_of_a_workspace_whose_address_is_unknown_has_no_link(me: Identity | None) -> None:
    assert link_to_message(me, HERE, "1358546515.000008") == ""


async def test_a_post_carries_its_id_and_is_found_by_it(sender: SlackSender, server: SlackServer) -> None:
    sent = await sender.send(HERE, NOTE, "p1")
    assert isinstance(sent, Sent)
    (post,) = server.posts
    assert post["text"] == "New: guidance &lt;!channel&gt;"
    assert post["metadata"] == {"event_type": "tradebot_post", "event_payload": {"post": "p1"}}
    assert await sender.find(HERE, "p1", LONG_AGO) == sent.receipt
    assert await sender.find(HERE, "p2", LONG_AGO) is None
    assert all(str(asked["include_all_metadata"]).lower() in ("1", "true") for asked in server.asked("conversations.history"))


async def test_messages_tell_what_they_brought_since_a_backup_also_after_they_were_marked(sender: SlackSender, server: SlackServer) -> None:
    for number in range(20):
        await sender.send(HERE, NOTE | {TOKENS: [f"token{number}"]}, f"p{number}")
    server.say("C1", "A person's message.")
    last = server.posts[19]
    await sender.mark(HERE, NOTE | {TOKENS: ["token19"]}, About("p19", last["ts"], NOTE))
    first = datetime.fromtimestamp(float(server.posts[0]["ts"]), UTC)
    found = await sender.find_traces(HERE, first, first + timedelta(days=1))
    assert isinstance(found, list)
    assert {(each.post, each.tokens) for each in found} == {(f"p{number}", (f"token{number}",)) for number in range(20)}
    assert [each.receipt for each in found if each.post == "p19"] == [last["ts"]]
    assert await sender.find_traces(HERE, LONG_AGO, LONG_AGO) == [], "what came later is not read"


@pytest.mark.parametrize(
    "message",
    [
        {"ts": "1.0"},
        {"ts": "1.0", "metadata": {"event_type": "another_app", "event_payload": {"post": "p1"}}},
        {"ts": "1.0", "metadata": {"event_type": "tradebot_post", "event_payload": ["p1"]}},
        {"ts": "1.0", "metadata": {"event_type": "tradebot_post", "event_payload": {"post": 1}}},
        {"ts": "yesterday", "metadata": {"event_type": "tradebot_post", "event_payload": {"post": "p1"}}},
        {"ts": "99999999999.0", "metadata": {"event_type": "tradebot_post", "event_payload": {"post": "p1"}}},
        "not a message",
    ],
)
def test_message_of_anybody_else_is_no_trace(message: Any) -> None:
    assert trace_of(message) is None


def test_tokens_that_are_not_the_bots_are_left_out() -> None:
    tokens: list[Any] = ["good", 1, None, "x" * 1000]
    metadata = {"event_type": "tradebot_post", "event_payload": {"post": "p1", "tokens": tokens}}
    found = trace_of({"ts": "1.0", "metadata": metadata})
    assert found is not None
    assert found.tokens == ("good",)


async def test_the_history_is_read_to_its_end_page_by_page_and_no_further_back_than_needed(
    sender: SlackSender, server: SlackServer
) -> None:
    for number in range(40):
        await sender.send(HERE, NOTE, f"p{number}")
    server.calls.clear()
    assert isinstance(await sender.find(HERE, "p0", LONG_AGO), str)
    assert len(server.asked("conversations.history")) == 3
    server.calls.clear()
    for post in server.posts[:10]:
        post["ts"] = f"{float(post['ts']) - 3 * 3600:.6f}"
    assert await sender.find(HERE, "p0", datetime.now(UTC)) is None
    assert len(server.asked("conversations.history")) == 2


@pytest.mark.parametrize("minutes", [-600, -60, -10, 0, 10, 60, 600])
@pytest.mark.parametrize("known", [True, False])
async def test_a_post_is_found_however_far_our_clock_is_from_slacks(
    sender: SlackSender, server: SlackServer, minutes: int, known: bool
) -> None:
    server.clock_ahead = 60.0 * minutes
    began = datetime.now(UTC)
    sent = await sender.send(HERE, NOTE, "p1")
    assert isinstance(sent, Sent)
    assert sender.slack.clock_ahead == pytest.approx(-60 * minutes, abs=300)
    if not known:  # another process looks for it
        sender.slack.clock_ahead = None
    assert await sender.find(HERE, "p1", began) == sent.receipt
    assert not await sender.find(HERE, "p2", began)
    assert len(server.asked("auth.test")) == (not known)


@pytest.mark.parametrize("set_by", [-3600, 3600])
@pytest.mark.parametrize("ahead", [-3600, 0, 3600])
async def test_a_post_is_found_although_our_clock_was_set_since_the_attempt(
    sender: SlackSender, server: SlackServer, set_by: int, ahead: int
) -> None:
    server.clock_ahead = -ahead
    sent = await sender.send(HERE, NOTE, "p1")
    assert isinstance(sent, Sent)
    then = datetime.now(UTC) - timedelta(seconds=set_by)  # our clock was so much behind the one of now
    assert await sender.find(HERE, "p1", then) == sent.receipt


async def test_a_page_that_names_no_cursor_is_followed_by_its_oldest_message(
    sender: SlackSender, server: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(20):
        await sender.send(HERE, NOTE, f"p{number}")
    whole = server.conversations_history
    monkeypatch.setattr(server, "conversations_history", lambda given: whole(given) | {"response_metadata": None})
    assert isinstance(await sender.find(HERE, "p0", LONG_AGO), str)
    assert await sender.find(HERE, "none", LONG_AGO) is None


async def test_a_history_that_never_ends_or_is_none_is_unreadable(
    sender: SlackSender, server: SlackServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "conversations_history", lambda _: slack_server.ok(messages=[], response_metadata={"next_cursor": "x"}))
    endless = Unreadable("the channel's history since the attempt has too many pages", for_good=True)
    assert await sender.find(HERE, "p", LONG_AGO) == endless
    monkeypatch.setattr(server, "conversations_history", lambda _: slack_server.ok())
    assert isinstance(await sender.find(HERE, "p", LONG_AGO), Unreadable)


@pytest.mark.parametrize("fault", ["drop before", "drop after", "500", "html", "fatal_error", "service_unavailable"])
async def test_post_that_may_have_arrived_is_unknown_and_not_retried(sender: SlackSender, server: SlackServer, fault: str) -> None:
    server.fail("chat.postMessage", fault)
    assert isinstance(await sender.send(HERE, NOTE, "p1"), Unknown)
    assert len(server.asked("chat.postMessage")) == 1
    assert (await sender.find(HERE, "p1", LONG_AGO) is not None) == (fault == "drop after")


async def test_a_post_that_cannot_reach_slack_is_tried_again(sender: SlackSender) -> None:
    settings = load({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s", "SLACK_API_URL": "http://127.0.0.1:9/api/"}).slack
    assert settings is not None
    alone = SlackSender(Slack(settings))
    assert await alone.send(HERE, NOTE, "p1") == Retry(30.0, "cannot reach Slack: no connection (refused)")
    assert isinstance(await alone.find(HERE, "p1", LONG_AGO), Unreadable)
    await alone.slack.close()


@pytest.mark.parametrize(("header", "wait"), [("7", 7.0), (None, 30.0), ("soon", 30.0), ("-5", 30.0), ("nan", 30.0), ("inf", 30.0)])
async def test_retry_after_is_used(sender: SlackSender, server: SlackServer, header: str | None, wait: float) -> None:
    server.retry_after = header
    server.fail("chat.postMessage", "429")
    assert await sender.send(HERE, NOTE, "p1") == Retry(wait, "Slack asked the bot to wait (ratelimited)")
    assert retry_seconds(header) == wait


async def test_a_channel_without_the_bot_pauses_with_what_to_type(sender: SlackSender, server: SlackServer) -> None:
    server.channels["C1"].member = False
    await sender.slack.identify()
    gone = await sender.send(HERE, NOTE, "p1")
    assert isinstance(gone, Gone)
    assert gone.pause == "channel"
    assert "/invite @tradebot" in gone.why
    assert await sender.find(HERE, "p1", LONG_AGO) == Unreadable(
        "the bot cannot read the channel's history (not_in_channel)", for_good=True
    )


async def test_a_revoked_token_pauses_the_workspace(sender: SlackSender, server: SlackServer) -> None:
    server.revoked = True
    gone = await sender.send(HERE, NOTE, "p1")
    assert isinstance(gone, Gone)
    assert gone.pause == "workspace"
    assert not getattr(await sender.find(HERE, "p1", LONG_AGO), "for_good", True)


async def test_a_post_of_several_messages_is_found_only_when_it_is_whole(sender: SlackSender, server: SlackServer) -> None:
    long = dump(Reply("Long", (Bullets(tuple(line("x" * 400) for _ in range(80))),), public=True))
    assert isinstance(await sender.send(HERE, long, "p1"), Sent)
    assert len(server.posts) > 1
    assert [("metadata" in post) for post in server.posts] == [False] * (len(server.posts) - 1) + [True]
    assert server.refused == []


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long", "msg_too_long"])
async def test_a_rejected_layout_can_be_sent_as_text_that_holds_all_of_it(sender: SlackSender, server: SlackServer, error: str) -> None:
    server.fail("chat.postMessage", error)
    linked = line("Guidance <!channel> & more", Span(" here", link="https://www.cbp.gov/a?b=1&c=2"))
    note = dump(Reply("New", (Header("Digest"), Bullets((linked,) * 200), Fields((("Number", line("1")),))), public=True))
    assert isinstance(await sender.send(HERE, note, "p1"), Rejected)
    assert server.posts == []
    sent = await sender.send(HERE, note | {PLAIN: True}, "p1")
    assert isinstance(sent, Sent)
    assert not any("blocks" in post for post in server.posts)
    assert all(len(post["text"]) <= 4000 and post["mrkdwn"] is False for post in server.posts)
    texts = [post["text"].removeprefix(f"Part {number} of {len(server.posts)}\n") for number, post in enumerate(server.posts, 1)]
    bullet = "- Guidance &lt;\u2060!channel&gt; &amp; more here (https://www.cbp.gov/a?b=1&amp;c=2)"
    assert "\n".join(texts).split("\n") == ["Digest", *[bullet] * 200, "Number: 1"]
    assert await sender.find(HERE, "p1", LONG_AGO) == sent.receipt


@pytest.mark.parametrize("error", ["ekm_access_denied", "restricted_action", "a_word_of_next_year"])
async def test_a_refusal_without_a_known_word_pauses_the_channel_and_shows_the_word(
    sender: SlackSender, server: SlackServer, error: str
) -> None:
    server.fail("chat.postMessage", error)
    gone = await sender.send(HERE, NOTE, "p1")
    assert isinstance(gone, Gone)
    assert gone.pause == "channel"
    assert f"(Slack: {error})" in gone.why
    assert "/csms resume" in gone.why


@pytest.mark.parametrize("error", ["no_permission", "team_access_not_granted", "access_denied", "enterprise_is_restricted"])
async def test_a_refusal_of_one_channel_says_nothing_about_the_workspace(sender: SlackSender, server: SlackServer, error: str) -> None:
    server.fail("chat.postMessage", error)
    gone = await sender.send(HERE, NOTE, "p1")
    assert isinstance(gone, Gone)
    assert gone.pause == "channel"


def kind(outcome: Any) -> str:
    return f"{type(outcome).__name__} {getattr(outcome, 'pause', '')}".strip()


@pytest.mark.parametrize(
    ("names", "meaning"),
    [
        (CHANNEL, "Gone channel"),
        (WORKSPACE, "Gone workspace"),
        (REFUSED, "Rejected"),
        (WAIT, "Retry"),
        (UNSURE, "Unknown"),
        (("new",), "Gone channel"),
        (ABOUT_MESSAGE, "Gone"),
    ],
)
def test_every_error_means_one_thing_and_none_of_them_counts_with_a_status_of_trouble(names: Any, meaning: str) -> None:
    for name in names:
        assert kind(failed_outcome(name, 200, None, "tradebot")) == meaning
        assert kind(failed_outcome(name, 200, None, "tradebot", about=True)) == meaning
        assert kind(failed_outcome(name, 502, None, "tradebot")) == ("Retry" if meaning == "Retry" else "Unknown")
        assert kind(failed_outcome(name, 429, "3", "tradebot")) == "Retry"
    tables = [set(CHANNEL), set(WORKSPACE), set(REFUSED), set(WAIT), set(UNSURE), set(ABOUT_MESSAGE)]
    assert sum(map(len, tables)) == len(set().union(*tables))


def test_a_history_that_stays_shut_says_what_to_do() -> None:
    assert "channels:history" in unreadable_history("missing_scope", 200).why
    assert unreadable_history("missing_scope", 200).for_good
    assert not unreadable_history("missing_scope", 500).for_good
    assert not unreadable_history("ratelimited", 429).for_good
