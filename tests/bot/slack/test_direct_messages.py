"""Test posts of the outbox that go to a person: they are sent, found and marked in the direct message with the bot."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest

from bot.settings import load
from bot.slack.app import SlackPlatform
from bot.slack.direct_messages import UNREACHABLE
from bot.slack.errors import WORKSPACE
from handlers.command import Person, read_creator
from handlers.replies.reply import Reply, Section, line
from handlers.replies.serialize import dump
from jobs.models.channels import ChannelRef
from jobs.models.posts import About
from jobs.outcomes import Gone, Retry, Sent, Unreadable
from jobs.states import Pause
from jobs.store import channels
from jobs.store.database import Database
from tests.support import slack_server
from tests.support.clock import Clock
from tests.support.delivery import deliver, posts
from tests.support.slack_office import compose
from tests.support.slack_server import SlackServer
from tests.support.store import publish, subscribe

PERSON = ChannelRef("slack", "T1", "U2", "Maria")
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
NOTE = dump(Reply("Posting has stopped.", (Section((line("Posting has stopped."),)),), public=True))


@pytest.fixture
def server() -> Iterator[SlackServer]:
    with slack_server.serving() as found:
        yield found


@pytest.fixture
async def platform(server: SlackServer) -> AsyncIterator[SlackPlatform]:
    settings = load(server.settings()).slack
    assert settings is not None
    platform = SlackPlatform(settings)
    yield platform
    await platform.client.close()


async def test_a_post_for_a_person_is_delivered_in_their_direct_message(
    platform: SlackPlatform, server: SlackServer, db: Database, clock: Clock
) -> None:
    subscribe(db, to=PERSON)
    publish(db, 1, 2)
    await deliver(db, senders={"slack": platform.sender}, compose=compose)
    clock.pass_(seconds=2)
    await deliver(db, senders={"slack": platform.sender}, compose=compose)
    assert [post.state for post in posts(db)] == ["sent", "sent"]
    assert [post["channel"] for post in server.posts] == ["D2", "D2"]
    assert len(server.asked("conversations.open")) == 1, "the direct message is opened once"


async def test_a_post_whose_call_had_no_answer_is_found_there(
    platform: SlackPlatform, server: SlackServer, db: Database, clock: Clock
) -> None:
    subscribe(db, to=PERSON)
    publish(db, 1)
    server.fail("chat.postMessage", "drop after")
    await deliver(db, senders={"slack": platform.sender}, compose=compose)
    clock.pass_(minutes=1)
    await deliver(db, senders={"slack": platform.sender}, compose=compose)
    assert [post.state for post in posts(db)] == ["sent"]
    assert len(server.posts) == 1
    assert {asked["channel"] for asked in server.asked("conversations.history")} == {"D2"}


async def test_a_post_for_a_person_is_marked_and_answered(platform: SlackPlatform, server: SlackServer) -> None:
    sent = await platform.sender.send(PERSON, NOTE, "p1")
    assert isinstance(sent, Sent)
    about = About("p1", sent.receipt, NOTE)
    assert await platform.sender.mark(PERSON, dump(Reply("Changed.", (Section((line("Changed."),)),), public=True)), about) == sent
    answer = await platform.sender.answer(PERSON, NOTE, "p2", about)
    assert isinstance(answer, Sent)
    assert await platform.sender.find_answer(PERSON, "p2", LONG_AGO, about) == answer.receipt
    assert [(post["channel"], post["text"]) for post in server.posts] == [("D2", "Changed."), ("D2", "Posting has stopped.")]


async def test_somebody_who_left_pauses_that_channel_alone(platform: SlackPlatform, server: SlackServer, db: Database) -> None:
    server.people["U2"] = ""
    subscribe(db, to=PERSON)
    subscribe(db, to=ChannelRef("slack", "T1", "C1"))
    publish(db, 1)
    await deliver(db, senders={"slack": platform.sender}, compose=compose)
    with db.read() as conn:
        reasons = [channels.pause_reason(conn, channel) for channel in (1, 2)]
    assert reasons == ["the person has left this workspace (Slack: user_disabled)", None]
    assert [post["channel"] for post in server.posts] == ["C1"]


REFUSALS = ["no_permission", "team_access_not_granted", "access_denied", "enterprise_is_restricted", "a_word_of_next_year"]


@pytest.mark.parametrize("error", [*UNREACHABLE, *REFUSALS])
async def test_a_person_whom_the_bot_cannot_write_to_pauses_no_workspace(platform: SlackPlatform, server: SlackServer, error: str) -> None:
    server.fail("conversations.open", error, error)
    sent = await platform.sender.send(PERSON, NOTE, "p1")
    assert isinstance(sent, Gone)
    assert (sent.pause, f"(Slack: {error})" in sent.why, "invite" in sent.why) == (Pause.CHANNEL, True, False)
    found = await platform.sender.find(PERSON, "p1", LONG_AGO)
    assert found == Unreadable(sent.why, for_good=True)
    assert server.posts == []


@pytest.mark.parametrize("fault", ["429", "500", "html", "drop before", "drop after", "fatal_error"])
async def test_a_direct_message_that_cannot_be_opened_now_is_certainly_not_posted(
    platform: SlackPlatform, server: SlackServer, fault: str
) -> None:
    server.fail("conversations.open", fault, fault)
    sent = await platform.sender.send(PERSON, NOTE, "p1")
    assert isinstance(sent, Retry if fault != "fatal_error" else Retry | Gone)
    assert isinstance(await platform.sender.mark(PERSON, NOTE, About("p1", "1.5", NOTE)), type(sent))
    assert isinstance(await platform.sender.send(PERSON, NOTE, "p1"), Sent)


@pytest.mark.parametrize("error", ["token_revoked", "account_inactive"])
async def test_a_token_that_does_not_work_pauses_the_workspace(platform: SlackPlatform, server: SlackServer, error: str) -> None:
    assert error in WORKSPACE
    server.fail("conversations.open", error)
    sent = await platform.sender.send(PERSON, NOTE, "p1")
    assert isinstance(sent, Gone)
    assert sent.pause == Pause.WORKSPACE


@pytest.mark.parametrize(
    ("created_by", "person"),
    [
        ("Maria (slack:T1/U2)", "U2"),
        ("Eve (slack:T1/U9) (slack:T1/U2)", "U2"),
        (Person("slack", "E1", "W7", "a (b) c/d: e" * 30).signature, "W7"),
        ("Maria (slack:T1/C2)", ""),
        ("Maria (slack:T1/)", ""),
        ("You (playground:local/you)", ""),
        ("Maria (teams:99999999/11111111)", ""),
        ("slack:T1/U1", ""),
        ("someone", ""),
        ("", ""),
    ],
)
def test_the_maker_of_a_subscription_is_found_in_what_is_stored(
    platform: SlackPlatform, db: Database, created_by: str, person: str
) -> None:
    with db.read() as conn:
        found = platform.direct_channel(conn, created_by)
    assert (found.id if found else "") == person


def test_a_signature_reads_as_the_person_who_made_it() -> None:
    maria = Person("slack", "T1", "U2", "Maria (CBP)")
    assert maria.signature == "Maria (CBP) (slack:T1/U2)"
    assert read_creator(maria.signature) == maria
