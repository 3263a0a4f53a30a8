"""Posting to a Teams that misbehaves, and the outcome of each of its responses."""

import json
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.teams.client import Teams
from bot.teams.clouds import CLOUDS
from bot.teams.errors import BAD_ADDRESS, CHANNEL, MESSAGE_GONE, PAUSED, THREAD_GONE, WAIT, outcome_of_response, outcome_without_token
from bot.teams.sender import UNREADABLE, TeamsSender, link_to_message, messages_of
from handlers.replies import posts
from handlers.replies.reply import Bullets, Reply, Section, line
from handlers.replies.serialize import dump, load
from jobs.corrections import record_corrections
from jobs.deliver import deliver_due
from jobs.models.channels import ChannelRef
from jobs.models.posts import About, Bundle
from jobs.network import RETRY_SECONDS, retry_seconds
from jobs.outcomes import Gone, Pace, Rejected, Retry, Sent, Unknown
from jobs.publish import publish_entries
from jobs.senders import PLAIN
from jobs.store import channels
from jobs.store.database import Database
from tests.support import teams_server
from tests.support.clock import Clock
from tests.support.delivery import no_sleep, post
from tests.support.small_catalog import CATALOG, NEW_YORK
from tests.support.store import NOW, new, publish, subscribe
from tests.support.teams_server import GROUP, PERSONAL, TENANT, TeamsServer

TEAMS = "https://teams.microsoft.com/l/message"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
NOTE = dump(Reply("New: guidance <at>all</at>", (Section((line("Guidance <at>all</at> & more"),)),), public=True))
LONG = dump(Reply("Long", (Bullets(tuple(line("x" * 400) for _ in range(80))),), public=True))


@pytest.mark.parametrize(
    ("extra", "channel", "receipt", "expected"),
    [
        (
            {"kind": "channel"},
            "19:ab@thread.tacv2",
            "1648741500652",
            f"{TEAMS}/19%3Aab%40thread.tacv2/1648741500652?tenantId=t1&parentMessageId=1648741500652",
        ),
        (
            {"kind": "channel"},
            "19:ab@thread.tacv2",
            "1648741500700 1648741500652",
            f"{TEAMS}/19%3Aab%40thread.tacv2/1648741500700?tenantId=t1&parentMessageId=1648741500652",
        ),
        (
            {"kind": "groupChat"},
            "19:ab@thread.v2",
            "1648741500652",
            f"{TEAMS}/19%3Aab%40thread.v2/1648741500652?context=%7B%22contextType%22%3A%22chat%22%7D",
        ),
        ({"kind": "personal"}, "a:1x", "1648741500652", ""),
        ({}, "19:ab@thread.tacv2", "1648741500652", ""),
        ({"kind": "channel"}, "19:ab@thread.tacv2", "", ""),
        ({"kind": "channel"}, "19:ab@thread.tacv2", "1:x", ""),
    ],
)
def test_link_to_a_message_opens_it_in_teams(extra: dict[str, str], channel: str, receipt: str, expected: str) -> None:
    assert link_to_message(CLOUDS["public"], ChannelRef("teams", "t1", channel, "", extra), receipt) == expected


def test_link_to_a_message_leads_to_the_office_s_own_cloud() -> None:
    here = ChannelRef("teams", "t1", "19:ab@thread.tacv2", "", {"kind": "channel"})
    assert link_to_message(CLOUDS["gcc-high"], here, "1648741500652").startswith("https://gov.teams.microsoft.us/l/message/")


@pytest.fixture
def server() -> Iterator[TeamsServer]:
    with teams_server.serving() as found:
        yield found
        assert found.refused == []


@pytest.fixture
async def sender(server: TeamsServer) -> AsyncIterator[TeamsSender]:
    teams = Teams(server.settings())
    yield TeamsSender(teams)
    await teams.close()


@pytest.fixture
def here(server: TeamsServer) -> ChannelRef:
    return place(server)


def place(server: TeamsServer, conversation: str = teams_server.CHANNEL) -> ChannelRef:
    extra = {"service_url": server.service_url, "kind": teams_server.KINDS[conversation]}
    return ChannelRef("teams", TENANT, conversation, "Trade", extra)


# one call


@pytest.mark.parametrize("length", range(9_000, 13_001, 250))
def test_report_a_problem_keeps_a_post_below_the_limit(length: int) -> None:
    lines = tuple(line("é" * 250) for _ in range(length // 1_500))
    content = dump(Reply("Long", (Bullets(lines), Section((line("x" * (length % 1_500)),))), subjects=("csms:67000001",), public=True))
    found = messages_of(load(content), content)
    assert all(len(json.dumps(each, ensure_ascii=False).encode("utf-16-le")) <= teams_server.MAX_BYTES for each in found)
    assert json.dumps(found).count('"title": "Report a problem"') == 1


async def test_a_post_starts_a_new_thread(sender: TeamsSender, server: TeamsServer, here: ChannelRef) -> None:
    sent = await sender.send(here, NOTE, "p1")
    (stands,) = server.posts
    assert sent == Sent(stands["id"])
    assert stands["conversation"] == here.id
    assert stands["summary"]


async def test_an_answer_goes_into_the_channels_thread_or_the_chat(sender: TeamsSender, server: TeamsServer) -> None:
    for conversation in (teams_server.CHANNEL, GROUP, PERSONAL):
        first = await sender.send(place(server, conversation), NOTE, "p1")
        assert isinstance(first, Sent)
        assert isinstance(await sender.answer(place(server, conversation), NOTE, "p2", About("p1", first.receipt, NOTE)), Sent)
        thread = f"{conversation};messageid={first.receipt}" if conversation == teams_server.CHANNEL else conversation
        assert server.posts[-1]["conversation"] == thread


async def test_a_mark_replaces_the_post_and_can_be_repeated(sender: TeamsSender, server: TeamsServer, here: ChannelRef) -> None:
    first = await sender.send(here, NOTE, "p1")
    assert isinstance(first, Sent)
    marked = dump(Reply("Marked", (Section((line("Marked"),)),), public=True))
    for _ in range(2):
        assert await sender.mark(here, marked, About("p1", first.receipt, NOTE)) == first
    (stands,) = server.posts
    assert stands["updated"] == 2
    assert "Marked" in str(stands["attachments"])
    assert "Guidance" not in str(stands["attachments"])
    assert isinstance(await sender.mark(here, LONG, About("p1", first.receipt, NOTE)), Rejected)
    assert isinstance(await sender.mark(here, NOTE, About("p1", "", NOTE)), Gone)


async def test_a_post_with_more_marks_than_it_has_room_for_shows_the_newest(
    sender: TeamsSender, server: TeamsServer, here: ChannelRef
) -> None:
    first = await sender.send(here, NOTE, "p1")
    assert isinstance(first, Sent)
    notes = tuple(Section((line(f"Mark {number:02} {'x' * 900}"),)) for number in range(40, 0, -1))
    marked = dump(Reply("Marked", (*notes, Section((line("Guidance"),))), public=True, marks=len(notes)))
    assert await sender.mark(here, marked, About("p1", first.receipt, NOTE)) == first
    card = str(server.posts[0]["attachments"])
    assert ("Mark 40" in card, "Mark 01" in card, "Guidance" in card) == (True, False, True)
    assert re.search(r"\d+ earlier changes do not fit in this message", card)


async def test_a_deleted_message_does_not_pause_its_channel(sender: TeamsSender, server: TeamsServer, here: ChannelRef) -> None:
    about = About("p1", "123", NOTE)
    for outcome in (await sender.mark(here, NOTE, about), await sender.answer(here, NOTE, "p2", about)):
        assert isinstance(outcome, Gone)
        assert outcome.pause == ""


@pytest.mark.parametrize("fault", ["404 ConversationNotFound", "404 BotNotInConversationRoster", "403 New", "404"])
async def test_a_closed_channel_is_paused_by_a_mark_or_an_answer_as_by_a_post(
    sender: TeamsSender, server: TeamsServer, here: ChannelRef, fault: str
) -> None:
    about = About("p1", "123", NOTE)
    server.fail("update", fault)
    server.fail("post", fault)
    for outcome in (await sender.mark(here, NOTE, about), await sender.answer(here, NOTE, "p2", about)):
        assert isinstance(outcome, Gone)
        assert (outcome.pause, f"(Teams: {fault})" in outcome.why) == ("channel", True)


async def test_a_channel_without_an_address_uses_the_clouds(sender: TeamsSender, server: TeamsServer, here: ChannelRef) -> None:
    assert isinstance(await sender.send(replace(here, extra={}), NOTE, "p1"), Sent)
    assert len(server.posts) == 1


async def test_teams_messages_cannot_be_found(sender: TeamsSender, here: ChannelRef) -> None:
    assert await sender.find(here, "p1", LONG_AGO) == UNREADABLE
    assert await sender.find_answer(here, "p1", LONG_AGO, About("p0", "1", NOTE)) == UNREADABLE
    assert await sender.find_traces(here, LONG_AGO, LONG_AGO) == UNREADABLE
    assert UNREADABLE.for_good


@pytest.mark.parametrize("fault", ["drop before", "drop after", "500", "503", "html", "no id", "odd", "null"])
async def test_a_post_that_may_have_arrived_is_unknown_and_not_sent_again(
    sender: TeamsSender, server: TeamsServer, here: ChannelRef, fault: str
) -> None:
    server.fail("post", fault)
    assert isinstance(await sender.send(here, NOTE, "p1"), Unknown)
    assert len(server.asked("post")) == 1
    assert len(server.posts) == (fault in ("drop after", "no id", "odd", "null"))


async def test_a_post_without_a_connection_is_retried(sender: TeamsSender, here: ChannelRef) -> None:
    nowhere = replace(here, extra={"service_url": "http://127.0.0.1:9/teams", "kind": "channel"})
    assert await sender.send(nowhere, NOTE, "p1") == Retry(RETRY_SECONDS, "cannot reach Teams (ConnectError)")


@pytest.mark.parametrize("address", ["nonsense", "ftp://127.0.0.1/teams", "http://127.0.0.1:port/", "https://smba.example/teams", ""])
async def test_an_untrusted_address_is_ignored(sender: TeamsSender, server: TeamsServer, here: ChannelRef, address: str) -> None:
    assert isinstance(await sender.send(replace(here, extra={"service_url": address}), NOTE, "p1"), Sent)
    assert len(server.posts) == 1, "it went to the cloud's own"


async def test_a_channel_of_another_tenant_is_not_posted_to(sender: TeamsSender, server: TeamsServer, here: ChannelRef) -> None:
    theirs = replace(here, workspace="00000000-0000-4000-8000-0000000000ff")
    outcome = await sender.send(theirs, NOTE, "p1")
    assert isinstance(outcome, Gone)
    assert outcome.pause == "channel"
    assert server.posts == []


@pytest.mark.parametrize(("header", "wait"), [("7", 7.0), (None, 30.0)])
async def test_the_wait_comes_from_retry_after(
    sender: TeamsSender, server: TeamsServer, here: ChannelRef, header: str | None, wait: float
) -> None:
    server.retry_after = header
    server.fail("post", "429")
    assert await sender.send(here, NOTE, "p1") == Retry(wait, "Teams asked the bot to wait (429)")


async def test_a_partly_sent_post_continues(sender: TeamsSender, server: TeamsServer, here: ChannelRef) -> None:
    assert isinstance(await sender.send(here, LONG, "p0"), Sent)
    whole = len(server.posts)
    assert whole > 2
    server.posts.clear()
    server.fail("post", "", "429")
    assert isinstance(await sender.send(here, LONG, "p1"), Retry)
    server.fail("post", "500")
    assert isinstance(await sender.send(here, LONG, "p1"), Unknown)
    assert len(server.posts) == 1
    assert await sender.send(here, LONG, "p1") == Sent(server.posts[0]["id"])
    assert len(server.posts) == whole
    assert sender.partial.take("p1", 2) == []


async def test_the_plain_text_of_a_post_whose_second_message_was_rejected_is_sent_from_its_start(
    sender: TeamsSender, server: TeamsServer, here: ChannelRef
) -> None:
    card_post = dump(Reply("Long", (Bullets(tuple(line("x" * 400) for _ in range(60))),), public=True))
    plain = card_post | {PLAIN: True}
    as_card, as_text = (messages_of(load(content), content) for content in (card_post, plain))
    assert len(as_card) == len(as_text), "a retry of as many messages could continue"
    assert isinstance(await sender.send(here, plain, "p0"), Sent)
    expected = [each["text"] for each in server.posts]
    server.posts.clear()
    server.fail("post", "", "400")
    assert isinstance(await sender.send(here, card_post, "p1"), Rejected)
    card = server.posts.pop()
    assert "attachments" in card
    assert isinstance(await sender.send(here, plain, "p1"), Sent)
    assert [each["text"] for each in server.posts] == expected


async def test_a_wrong_secret_pauses_the_tenant_but_an_unreachable_login_does_not(server: TeamsServer, here: ChannelRef) -> None:
    wrong, down = Teams(server.settings(secret="another~one")), Teams(server.settings())
    gone = await TeamsSender(wrong).send(here, NOTE, "p1")
    assert isinstance(gone, Gone)
    assert gone.pause == "workspace"
    assert gone.why.startswith(f"{PAUSED}TEAMS_CLIENT_SECRET is wrong (invalid_client, AADSTS7000215)")
    assert "another~one" not in gone.why
    server.fail("discovery", "500")
    assert isinstance(await TeamsSender(down).send(here, NOTE, "p1"), Retry)
    server.fail("login", "503", "400 ")
    assert isinstance(await TeamsSender(down).send(here, NOTE, "p1"), Retry)
    assert server.asked("post") == []
    await wrong.close()
    await down.close()


async def test_a_revoked_token_is_replaced_once(sender: TeamsSender, server: TeamsServer, here: ChannelRef) -> None:
    assert isinstance(await sender.send(here, NOTE, "p1"), Sent)
    server.tokens.clear()
    assert isinstance(await sender.send(here, NOTE, "p2"), Sent)
    assert len(server.asked("login")) == 2
    server.fail("post", "401 BotNotRegistered", "401 BotNotRegistered")
    gone = await sender.send(here, NOTE, "p3")
    assert isinstance(gone, Gone)
    assert gone.pause == "workspace"
    assert len(server.asked("post")) == 5


# the outbox


def compose(bundle: Bundle) -> list[dict[str, Any]]:
    return posts.compose(bundle, CATALOG, NEW_YORK)


async def deliver(db: Database, sender: TeamsSender, **pace: Any) -> int:
    return await deliver_due(db, {"teams": sender}, compose, pace=Pace(**pace), chance=lambda: 0.0, sleep=no_sleep)


@pytest.fixture
def owed(sqlite_db: Database, server: TeamsServer) -> Database:
    """A database with a clock, a subscribed channel, and an entry that is due there."""
    sqlite_db.clock = Clock()
    subscribe(sqlite_db, NOW, to=place(server))
    publish(sqlite_db, new(1, "revenue"))
    return sqlite_db


def pass_(db: Database, seconds: float) -> None:
    assert isinstance(db.clock, Clock)
    db.clock.pass_(seconds=seconds)


def paused(db: Database) -> str | None:
    with db.read() as conn:
        return channels.pause_reason(conn, 1)


@pytest.mark.parametrize("status", sorted(WAIT))
async def test_a_deferred_post_is_sent_once_after_the_wait(owed: Database, sender: TeamsSender, server: TeamsServer, status: int) -> None:
    server.retry_after = "7"
    server.fail("post", str(status))
    assert await deliver(owed, sender) == 0
    pass_(owed, 6)
    assert await deliver(owed, sender) == 0
    assert len(server.asked("post")) == 1
    pass_(owed, 1)
    assert await deliver(owed, sender) == 1
    assert (post(owed).state, post(owed).receipt, post(owed).attempts) == ("sent", server.posts[0]["id"], 1)
    assert len(server.seen()) == 1


@pytest.mark.parametrize(
    ("status", "code"), [(403, "BotDisabledByAdmin"), (403, "SomethingNew"), (403, ""), (404, "ConversationNotFound"), (404, "")]
)
async def test_a_channel_that_refuses_the_bot_is_paused_with_a_remedy(
    owed: Database, sender: TeamsSender, server: TeamsServer, status: int, code: str
) -> None:
    server.fail("post", f"{status} {code}".rstrip())
    assert await deliver(owed, sender) == 0
    why = paused(owed) or ""
    assert "type /csms resume" in why or "resume posting" in why
    assert f"(Teams: {status}" in why
    publish(owed, new(2, "revenue"))
    pass_(owed, 3600)
    assert await deliver(owed, sender) == 0
    assert len(server.asked("post")) == 1


async def test_after_the_bot_was_removed_nothing_is_posted_until_the_channel_is_resumed(
    owed: Database, sender: TeamsSender, server: TeamsServer
) -> None:
    server.absent.add(teams_server.CHANNEL)
    assert await deliver(owed, sender) == 0
    assert "the bot is not in this channel" in (paused(owed) or "")
    server.absent.clear()
    publish(owed, new(2, "revenue"))
    with owed.begin() as conn:
        channels.resume(conn, 1)
    pass_(owed, 5)
    assert await deliver(owed, sender) == 1
    assert len(server.seen()) == 1


@pytest.mark.parametrize("status", ["400", "413"])
async def test_a_rejected_card_goes_out_as_plain_text_with_its_link(
    owed: Database, sender: TeamsSender, server: TeamsServer, status: str
) -> None:
    server.fail("post", status)
    assert await deliver(owed, sender) == 0
    assert (post(owed).state, post(owed).plain) == ("pending", True)
    pass_(owed, 2)
    assert await deliver(owed, sender) == 1
    (message,) = server.posts
    assert "attachments" not in message
    assert "Message 1 (https://example.org/1)" in message["text"]


async def test_a_message_that_is_rejected_twice_is_dead_and_does_not_block_the_next(
    owed: Database, sender: TeamsSender, server: TeamsServer
) -> None:
    server.fail("post", "400", "413")
    assert await deliver(owed, sender) == 0
    pass_(owed, 2)
    assert await deliver(owed, sender) == 0
    assert post(owed).state == "dead"
    publish(owed, new(2, "revenue"))
    pass_(owed, 2)
    assert await deliver(owed, sender) == 1


@pytest.mark.parametrize(("policy", "arrive"), [("resend", 2), ("hold", 1)])
@pytest.mark.parametrize("fault", ["drop after", "no id"])
async def test_the_setting_decides_whether_a_lost_post_is_resent_or_held(
    owed: Database, sender: TeamsSender, server: TeamsServer, policy: str, arrive: int, fault: str
) -> None:
    server.fail("post", fault)
    for _ in range(4):
        await deliver(owed, sender, unreadable=policy)
        pass_(owed, 300)
    assert len(server.seen()) == arrive
    assert post(owed).state == ("sent" if policy == "resend" else "sending")


@pytest.mark.slow
async def test_a_hanging_connector_is_given_up_in_time(owed: Database, sender: TeamsSender, server: TeamsServer) -> None:
    server.fail("post", "hang")
    assert await deliver(owed, sender, timeout=0.5) == 0
    assert (post(owed).state, post(owed).error) == ("sending", "no answer within 0.5 s")


async def test_a_token_problem_pauses_the_tenant_and_loses_nothing(owed: Database, sender: TeamsSender, server: TeamsServer) -> None:
    server.secret = "renewed"
    assert await deliver(owed, sender) == 0
    assert (paused(owed) or "").startswith(PAUSED)
    assert (post(owed).state, post(owed).attempts) == ("pending", 0)


async def test_a_correction_marks_the_post_and_answers_in_its_thread(owed: Database, sender: TeamsSender, server: TeamsServer) -> None:
    async def arrives(number: int, title: str, lead: str, body: str) -> None:
        with owed.begin() as conn:
            found = publish_entries(
                conn, "csms", [new(number, "revenue", lead=lead, title=title, body=body)], owed.now(conn), backlog=False
            )
            record_corrections(conn, found, owed.now(conn))
        for _ in range(3):
            pass_(owed, 5)
            await deliver(owed, sender)

    await arrives(67647279, "GUIDANCE: AGOA", "guidance", "Text.")
    await arrives(68987884, "CORRECTION: AGOA", "correction", "This message replaces CSMS # 67647279.")
    _, guidance, *later = server.posts
    assert guidance["updated"] == 1
    assert "68987884" in str(guidance["attachments"])
    assert f"{teams_server.CHANNEL};messageid={guidance['id']}" in {each["conversation"] for each in later}


# the table


def kind(outcome: Any) -> str:
    return f"{type(outcome).__name__} {getattr(outcome, 'pause', '')}".strip()


@pytest.mark.parametrize(
    ("statuses", "meaning"),
    [
        ((200, 201, 202), "Sent"),
        ((412, 429), "Retry"),
        ((403, 404), "Gone channel"),
        ((401,), "Gone workspace"),
        ((400, 413), "Rejected"),
        ((405, 418, 422), "Gone channel"),
        ((500, 502, 503, 504, 408, 409, 425, 302), "Unknown"),
    ],
)
def test_every_status_has_one_outcome(statuses: tuple[int, ...], meaning: str) -> None:
    for status in statuses:
        for code in ("", "New", *CHANNEL):
            assert kind(outcome_of_response(status, "1", None, code)) == meaning
            for about in ({"change": True}, {"reply": True}):
                outcome = outcome_of_response(status, "1", None, code, **about)
                assert kind(outcome) == meaning
                if meaning == "Gone channel":
                    known = code in CHANNEL and not ("reply" in about and code == THREAD_GONE)
                    assert getattr(outcome, "unclear", None) == (not known)
    assert kind(outcome_of_response(404, "", None, MESSAGE_GONE)) == "Gone"
    assert kind(outcome_of_response(403, "", None, MESSAGE_GONE)) == "Gone channel"
    assert kind(outcome_of_response(400, "", None, BAD_ADDRESS)) == "Gone channel"


@pytest.mark.parametrize("header", [None, "", "soon", "-5", "nan", "inf", "Mon, 09 Feb 2026 14:00:00 GMT"])
def test_an_unusable_retry_after_means_the_default_wait(header: str | None) -> None:
    assert retry_seconds(header) == RETRY_SECONDS


def test_a_reason_names_a_remedy() -> None:
    for code, reason in CHANNEL.items():
        assert code not in reason
        assert "type /csms resume" in reason or "resume posting" in reason
    for outcome in (outcome_of_response(401, "", None, "BotNotRegistered"), outcome_without_token("why", refused=True)):
        assert isinstance(outcome, Gone)
        assert outcome.why.startswith(PAUSED)
        assert "tradebot doctor" in outcome.why
