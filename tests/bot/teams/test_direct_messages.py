"""Test posts of the outbox that go to a person: into the chat that is stored, or else into one that Teams opens."""

from collections.abc import AsyncIterator, Iterator

import pytest

from bot.teams.app import TeamsPlatform
from bot.teams.errors import CHANNEL as REASONS
from handlers.command import Person
from handlers.replies.reply import Reply, Section, line
from handlers.replies.serialize import dump
from jobs.models.channels import ChannelRef
from jobs.models.posts import About
from jobs.outcomes import Gone, Retry, Sent
from jobs.states import Pause
from jobs.store import channels
from jobs.store.database import Database
from tests.support import teams_server
from tests.support.clock import Clock
from tests.support.delivery import deliver, posts
from tests.support.slack_office import compose
from tests.support.store import publish, subscribe
from tests.support.teams_office import office
from tests.support.teams_server import CHANNEL, CLIENT, PERSON, PERSONAL, TENANT, TeamsServer

MARIA = Person("teams", TENANT, PERSON, "Maria")
CHAT = ChannelRef("teams", TENANT, PERSON, "Maria", {"kind": "personal", "user": PERSON})
NOTE = dump(Reply("Posting has stopped.", (Section((line("Posting has stopped."),)),), public=True))


@pytest.fixture
def server() -> Iterator[TeamsServer]:
    with teams_server.serving() as found:
        yield found


@pytest.fixture
async def platform(server: TeamsServer) -> AsyncIterator[TeamsPlatform]:
    found = TeamsPlatform(server.settings())
    yield found
    await found.client.close()


async def test_a_post_for_a_person_is_delivered_in_a_chat_that_teams_opens(
    platform: TeamsPlatform, server: TeamsServer, db: Database, clock: Clock
) -> None:
    subscribe(db, to=CHAT)
    publish(db, 1, 2)
    for _ in range(2):
        await deliver(db, senders={"teams": platform.sender}, compose=compose)
        clock.pass_(seconds=2)
    assert [post.state for post in posts(db)] == ["sent", "sent"]
    assert [post["conversation"] for post in server.posts] == [PERSONAL, PERSONAL]
    (opened,) = server.asked("open")
    assert opened == {
        "bot": {"id": f"28:{CLIENT}"},
        "members": [{"id": PERSON}],
        "isGroup": False,
        "tenantId": TENANT,
        "channelData": {"tenant": {"id": TENANT}},
    }


async def test_a_post_for_a_person_is_marked_and_answered(platform: TeamsPlatform, server: TeamsServer) -> None:
    sent = await platform.sender.send(CHAT, NOTE, "p1")
    assert isinstance(sent, Sent)
    about = About("p1", sent.receipt, NOTE)
    assert await platform.sender.mark(CHAT, NOTE, about) == sent
    assert isinstance(await platform.sender.answer(CHAT, NOTE, "p2", about), Sent)
    assert [(post["conversation"], post["updated"]) for post in server.posts] == [(PERSONAL, 1), (PERSONAL, 0)]


async def test_a_person_without_the_app_pauses_that_chat_alone(platform: TeamsPlatform, server: TeamsServer, db: Database) -> None:
    server.absent.add(PERSONAL)
    subscribe(db, to=CHAT)
    subscribe(db, to=ChannelRef("teams", TENANT, CHANNEL, "", {"kind": "channel"}))
    publish(db, 1)
    await deliver(db, senders={"teams": platform.sender}, compose=compose)
    with db.read() as conn:
        reasons = [channels.pause_reason(conn, channel) for channel in (1, 2)]
    assert reasons == [f"{REASONS['ForbiddenOperationException']} (Teams: 403 ForbiddenOperationException)", None]
    assert [post["conversation"] for post in server.posts] == [CHANNEL]


async def test_somebody_whom_teams_does_not_know_pauses_that_chat(platform: TeamsPlatform, server: TeamsServer) -> None:
    del server.people[PERSON]
    sent = await platform.sender.send(CHAT, NOTE, "p1")
    assert isinstance(sent, Gone)
    assert (sent.pause, "BadArgument" in sent.why) == (Pause.CHANNEL, True)


@pytest.mark.parametrize("fault", ["429", "500", "502", "504", "html", "drop before", "drop after", "no id"])
async def test_a_chat_that_cannot_be_opened_now_is_certainly_not_posted_to(
    platform: TeamsPlatform, server: TeamsServer, fault: str
) -> None:
    server.fail("open", fault)
    assert isinstance(await platform.sender.send(CHAT, NOTE, "p1"), Retry)
    assert server.posts == []
    assert isinstance(await platform.sender.send(CHAT, NOTE, "p1"), Sent)


async def test_a_revoked_token_is_replaced_and_a_wrong_secret_pauses_the_workspace(platform: TeamsPlatform, server: TeamsServer) -> None:
    assert platform.client.tokens is not None
    await platform.client.tokens.get()
    server.tokens.clear()
    assert isinstance(await platform.sender.send(CHAT, NOTE, "p1"), Sent)
    other = TeamsPlatform(server.settings(secret="wrong"))
    refused = await other.sender.send(CHAT, NOTE, "p2")
    await other.client.close()
    assert isinstance(refused, Gone)
    assert refused.pause == Pause.WORKSPACE


async def test_a_chat_is_opened_at_the_connector_alone(platform: TeamsPlatform, server: TeamsServer) -> None:
    elsewhere = ChannelRef("teams", TENANT, PERSON, "", dict(CHAT.extra) | {"service_url": "https://evil.example/teams/"})
    assert isinstance(await platform.sender.send(elsewhere, NOTE, "p1"), Sent)
    assert server.seen(PERSONAL)


async def test_the_chat_of_somebody_who_talked_to_the_bot_is_used(server: TeamsServer, db_url: str) -> None:
    async with office(server, db_url) as at:
        await at.say("pti revenue")
        await at.until(lambda: at.channel(PERSONAL) is not None and not at.busy(), "the chat is stored")
        with at.runtime.db.read() as conn:
            found = at.runtime.direct_channel(conn, MARIA.signature)
        assert found is not None
        assert (found.id, found.extra["service_url"]) == (PERSONAL, server.service_url)
        with at.runtime.db.begin() as conn:
            channels.ensure(conn, CHAT, at.runtime.db.now(conn))  # a notice that was sent before they talked
        with at.runtime.db.read() as conn:
            again = at.runtime.direct_channel(conn, MARIA.signature)
        assert again == found
        assert await at.runtime.senders["teams"].send(found, NOTE, "p1")
    assert server.asked("open") == []


@pytest.mark.parametrize(
    ("created_by", "person"),
    [
        (MARIA.signature, PERSON),
        (f"Eve (teams:{TENANT}/{PERSON}) (slack:T1/U2)", ""),
        ("You (playground:local/you)", ""),
        ("someone", ""),
    ],
)
def test_the_maker_of_a_subscription_is_found_in_what_is_stored(
    platform: TeamsPlatform, db: Database, created_by: str, person: str
) -> None:
    with db.read() as conn:
        found = platform.direct_channel(conn, created_by)
    assert (found.id if found else "") == person
    assert found is None or found.extra == {"kind": "personal", "user": person}
