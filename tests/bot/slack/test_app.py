"""Test the endpoint, Bolt's app and the responder in this process: inline and late answers, and failures."""

import asyncio
import json
import logging
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import app
from bot import responder as neutral
from bot.responder import Responder
from bot.runtime import Runtime
from bot.settings import load
from bot.slack import client as connection
from bot.slack import responder as responders
from bot.slack.app import Endpoint
from bot.slack.errors import failed_outcome
from bot.slack.incoming import read_slash_command
from bot.slack.messages import MAX_ANSWERS, responses
from handlers.command import Context
from handlers.replies.reply import Reply
from handlers.router import Request, dispatch
from handlers.table import TABLE, Access, Source
from jobs.outcomes import Gone
from jobs.revisions import publish
from jobs.store import channels
from jobs.store.database import Database
from tests.bot.test_every_card import INTERNAL, PUBLIC
from tests.support import slack_server
from tests.support.every_card import EVERYTHING, SHIPPED
from tests.support.paths import ROOT
from tests.support.process import environment
from tests.support.slack_office import buttons, hold_answers
from tests.support.slack_payloads import command, direct, event, form, headers, mention, press
from tests.support.slack_server import HIDDEN, SlackServer

FROM_CONTENT = {
    "handlers.help.help_",
    "handlers.glossary.term",
    "handlers.office.centers",
    "handlers.office.office",
    "handlers.pti.pti",
    "handlers.questions.statements.more",
    "handlers.resources.resource",
    "handlers.roles.role",
    "handlers.topics.topic",
}


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server.serving() as server:
        yield server
        assert server.refused == []


@dataclass
class Office:
    endpoint: Endpoint
    client: httpx.AsyncClient
    slack: SlackServer
    runtime: Runtime

    async def deliver(self, payload: dict[str, Any]) -> httpx.Response:
        if "event" in payload:
            body = json.dumps(payload).encode()
        else:
            body = form({"payload": json.dumps(payload)} if "type" in payload else payload)
        return await self.client.post("/slack/events", content=body, headers=headers(body))

    async def type(self, line: str, hook: str = "1", **more: str) -> dict[str, Any]:
        answer = await self.deliver(command(line, self.slack.hook(hook), **more))
        assert answer.status_code == 200
        return dict(answer.json()) if answer.text else {}


@pytest.fixture
async def office(slack: SlackServer, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    endpoints: list[Endpoint] = []
    begin = Endpoint.__init__

    def keep(endpoint: Endpoint, *arguments: Any) -> None:
        begin(endpoint, *arguments)
        endpoints.append(endpoint)

    monkeypatch.setattr(Endpoint, "__init__", keep)
    runtime = app.build(load(slack.settings() | {"DATABASE_URL": sqlite_url}))
    served = app.application(runtime)
    async with (
        served.router.lifespan_context(served),  # type: ignore[attr-defined]  # a Starlette
        httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://bot.example.gov") as client,
    ):
        yield Office(endpoints[0], client, slack, runtime)


async def until(look: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not look():  # noqa: ASYNC110  # what is waited for happens in another thread
            await asyncio.sleep(0.02)


async def test_slow_answer_is_acknowledged_first_and_sent_by_response_url(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    acknowledged = threading.Event()
    hold_answers(monkeypatch, acknowledged.is_set)
    assert await office.type("/csms latest", "late") == {}
    acknowledged.set()
    await until(lambda: bool(office.slack.responses))
    (answer,) = office.slack.responses
    assert (answer["url"], answer["response_type"], answer["replace_original"]) == ("late", "ephemeral", False)


async def test_running_answers_finish_before_shutdown(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(responders, "INLINE_SECONDS", 0.0)
    for number in range(5):
        assert await office.type(f"/csms {67000001 + number}", str(number)) == {}
    await office.endpoint.responder.tasks.finish(5)
    assert {each["url"] for each in office.slack.responses} == set("01234")


async def test_answer_beyond_the_response_url_limit_is_sent_in_full(office: Office) -> None:
    for number in range(25):
        phrases = " ".join(f'"{"é" * 45}{number}-{other}"' for other in range(9))
        assert (await office.type(f"/csms subscribe {phrases}", f"set {number}"))["response_type"] == "in_channel"
    first = await office.type("/csms subscriptions", "list")
    count = int(first["text"].split()[3].rstrip(":"))
    assert count > 1 + MAX_ANSWERS
    await until(lambda: len(office.slack.responses) + len(office.slack.whispers) == count - 1)
    assert [each["text"].split(":")[0] for each in (*office.slack.responses, *office.slack.whispers)] == [
        f"Part {number} of {count}" for number in range(2, count + 1)
    ]
    assert {(each["channel"], each["user"]) for each in office.slack.whispers} == {("C1", "U1")}


async def test_crash_is_answered_and_logged_without_secrets(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def crash(*_: Any) -> Any:
        raise RuntimeError("a defect")

    monkeypatch.setattr(Responder, "reply", crash)
    with caplog.at_level(logging.DEBUG):
        assert "Something went wrong" in (await office.type("/csms latest"))["text"]
        await office.deliver(press("/csms latest", office.slack.hook("pressed")))
        await until(lambda: bool(office.slack.responses))
    assert "a defect" in caplog.text
    assert [secret for secret in HIDDEN if secret in caplog.text] == []


async def test_a_crash_before_a_subscription_is_answered_in_words(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def crash(*_: Any) -> bool:
        raise RuntimeError("a defect")

    monkeypatch.setattr(connection.Slack, "is_absent", crash)
    assert "Something went wrong" in (await office.type("/csms subscribe revenue"))["text"]


async def test_mention_is_retried_after_429_but_not_after_an_unsure_post(office: Office) -> None:
    office.slack.retry_after = "0"
    office.slack.fail("chat.postMessage", "429", "429", "", "drop after")
    for number, calls in enumerate((3, 4)):
        assert (await office.deliver(event(mention(f"/pti revenue {number}")))).status_code == 200
        await office.endpoint.responder.tasks.finish(5)
        assert len(office.slack.asked("chat.postMessage")) == calls
    assert len(office.slack.posts) == 2


async def test_unreachable_slack_is_asked_again_at_start(slack: SlackServer, sqlite_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "FIRST_WAIT_SECONDS", 0.05)
    slack.fail("auth.test", "500", "html")
    settings = load(slack.settings()).slack
    assert settings is not None
    reached = connection.Slack(settings)
    async with connection.connected(reached, sqlite_db):
        await until(lambda: reached.me is not None)
    assert reached.bot == "tradebot"


async def test_refused_token_is_tried_once(slack: SlackServer, sqlite_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "FIRST_WAIT_SECONDS", 0.01)
    slack.revoked = True
    settings = load(slack.settings()).slack
    assert settings is not None
    async with connection.connected(connection.Slack(settings), sqlite_db):
        await asyncio.sleep(0.3)
    assert len(slack.asked("auth.test")) == 1


async def test_crashing_look_up_is_answered_in_words(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: Any) -> Any:
        raise RuntimeError("a defect")

    monkeypatch.setattr(neutral, "dispatch", crash)  # inline and in a thread
    assert "Something went wrong" in (await office.type("/pti revenue"))["text"]


@pytest.mark.parametrize(
    "url", ["https://evil.example/x", "https://hooks.slack.com/commands/T/1/x", "", "file:///etc/passwd", "http://10.0.0.1/x"]
)
async def test_answer_is_not_sent_to_a_foreign_response_url(office: Office, url: str, caplog: pytest.LogCaptureFixture) -> None:
    assert (await office.deliver(press("/pti", url))).status_code == 200
    await until(lambda: "not on Slack's domain" in caplog.text)
    assert url == "" or url not in caplog.text


async def test_a_client_id_in_the_environment_does_not_switch_to_oauth(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "x")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-another")
    from bot.slack.listeners import bolt_app

    found = bolt_app(responders.SlackResponder(office.runtime, office.endpoint.responder.slack))
    assert found.oauth_flow is None
    assert found.installation_store is None
    assert (await office.type("/pti revenue"))["response_type"] == "ephemeral"


@pytest.mark.slow
async def test_the_newest_revision_answers_whoever_published_it(office: Office) -> None:
    before = await office.type("/pti revenue")
    assert await office.type("/pti revenue") == before
    with office.runtime.db.read() as conn:
        from jobs.store import revisions

        newest = revisions.newest(conn)
    assert newest is not None
    changed = dict(newest.files) | {"ptis.yaml": newest.files["ptis.yaml"].replace("Collecting the duties", "Gathering the duties", 1)}
    publish(office.runtime.db, changed, "another process")

    async with asyncio.timeout(30):
        while "Gathering" not in (await office.type("/pti revenue"))["text"]:  # noqa: ASYNC110  # another task looks it up
            await asyncio.sleep(0.1)


async def test_cached_staff_answer_is_not_shown_to_a_guest(office: Office) -> None:
    internal = [contact for contact in INTERNAL if contact not in PUBLIC]
    shown = {}
    for who in ("T1", "T9"):
        answers = [json.dumps(await office.type(typed, user_team_id=who)) for typed in EVERYTHING]
        shown[who] = [contact for contact in internal if any(contact in answer for answer in answers)]
    assert shown["T1"]
    assert shown["T9"] == []


async def test_a_shared_card_shows_what_everybody_may_see(office: Office) -> None:
    card = await office.type("/pti agriculture-quota")  # with a contact for the staff alone
    assert "HQQUOTA@" in json.dumps(card)
    await office.deliver(press(buttons(card)["Share in channel"], office.slack.hook("shared")))
    await until(lambda: bool(office.slack.responses))
    assert "Agriculture and Quota" in json.dumps(office.slack.responses)
    assert not [contact for contact in INTERNAL if contact not in PUBLIC and contact in json.dumps(office.slack.responses)]


async def test_second_delivery_of_an_uninstall_event_changes_nothing(office: Office) -> None:
    await office.type("/csms subscribe now")
    gone = json.dumps(event({"type": "app_uninstalled"})).encode()

    def paused() -> str | None:
        with office.runtime.db.read() as conn:
            return channels.pause_reason(conn, 1)

    assert (await office.client.post("/slack/events", content=gone, headers=headers(gone))).status_code == 200
    assert "reinstall the app" in str(paused())
    with office.runtime.db.begin() as conn:
        channels.resume(conn, 1)
    assert (await office.client.post("/slack/events", content=gone, headers=headers(gone))).status_code == 200
    assert paused() is None


async def test_people_from_outside_look_up_and_share_nothing(office: Office) -> None:
    assert "Share in channel" in json.dumps(await office.type("/pti revenue"))
    assert "Share in channel" not in json.dumps(await office.type("/pti revenue", user_team_id="T9"))
    await office.deliver(press("share /pti revenue", office.slack.hook("shared"), user_team="T9"))
    await until(lambda: bool(office.slack.responses))
    assert (office.slack.responses[0]["response_type"], office.slack.responses[0]["text"]) == (
        "ephemeral",
        "That answer is only for you and cannot be shared.",
    )


@pytest.mark.parametrize("value", ["share /csms subscribe now", "share /trade-admin status", "share /nothing", "share "])
async def test_only_look_ups_are_shared(office: Office, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []

    def dispatch_and_record(request: Request, context: Context) -> Reply:
        ran.append(request.command.verb)
        return dispatch(request, context)

    monkeypatch.setattr("bot.responder.dispatch", dispatch_and_record)
    await office.deliver(press(value, office.slack.hook("shared")))
    await until(lambda: bool(office.slack.responses))
    assert office.slack.responses[0]["response_type"] == "ephemeral"
    assert not {"csms", "trade-admin", "nothing"} & set(ran), "nothing but a lookup runs, not even to be refused afterwards"


@pytest.mark.parametrize("command", ["/csms subscribe now", "/trade-admin status", "/pti"])
async def test_a_share_within_a_share_is_a_question(office: Office, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[Request] = []

    def dispatch_and_record(request: Request, context: Context) -> Reply:
        ran.append(request)
        return dispatch(request, context)

    monkeypatch.setattr("bot.responder.dispatch", dispatch_and_record)
    await office.deliver(press(f"share share {command}", office.slack.hook("shared")))
    await until(lambda: bool(office.slack.responses))
    assert {(request.command.verb, request.words) for request in ran} == {("trade", f"share {command}")}


async def test_long_look_up_is_answered_in_a_thread(office: Office) -> None:
    responder = office.endpoint.responder
    long = "/trade revenue " + "please " * 240
    assert not isinstance(responder.prepare(command(long)), str)
    assert isinstance(responder.prepare(command("/trade revenue")), str)
    assert "Revenue" in json.dumps(await office.type(long))


async def test_a_message_with_a_file_is_answered_and_another_bots_is_not(office: Office) -> None:
    for each in (
        direct("/pti revenue", subtype="file_share", files=[{"id": "F1"}]),
        direct("/pti ipr", subtype="bot_message", bot_id="BOTHER"),
        mention("textiles", bot_id="BOTHER", user="UBOTHER"),
        mention("quota", ts="1700000000.000900"),
    ):
        body = json.dumps(event(each)).encode()
        await office.client.post("/slack/events", content=body, headers=headers(body))
    await until(lambda: len(office.slack.posts) == 2)
    await asyncio.sleep(0.3)
    (alone,), (in_channel,) = office.slack.seen("D1"), office.slack.seen("C1")
    assert "Revenue" in alone["text"]
    assert in_channel["thread_ts"] == "1700000000.000900"


@pytest.mark.parametrize("subtype", ["thread_broadcast", "me_message", "file_share"])
@pytest.mark.parametrize("where", ["C1", "D1"])
async def test_whatever_a_person_writes_is_answered_once(office: Office, subtype: str, where: str) -> None:
    """In a channel Slack may send a message's event beside the mention's."""
    told: dict[str, Any] = {"channel": where, "subtype": subtype, "ts": "1700000000.000900", "thread_ts": "1700000000.000100"}
    mentioned, message = mention("pti revenue", **told), direct("<@UBOT> pti revenue", **told)
    for each in (mentioned, message, mentioned) if where == "C1" else (message, message):
        payload = each if where == "D1" else each | {"channel_type": "channel"}
        body = json.dumps(event(payload)).encode()
        assert (await office.client.post("/slack/events", content=body, headers=headers(body))).status_code == 200
    await until(lambda: len(office.slack.posts) == 1)
    await asyncio.sleep(0.3)
    (post,) = office.slack.posts
    assert "Revenue" in post["text"]
    assert (post["channel"], post["thread_ts"]) == (where, "1700000000.000100")


@pytest.mark.parametrize("subtype", ["channel_topic", "channel_join", "message_changed", "bot_message", "document_mention"])
async def test_what_slack_writes_in_a_channel_is_not_answered(office: Office, subtype: str) -> None:
    for each in (mention("set the channel topic: ask the bot", subtype=subtype), mention("pti revenue", ts="1700000000.000900")):
        body = json.dumps(event(each)).encode()
        await office.client.post("/slack/events", content=body, headers=headers(body))
    await until(lambda: len(office.slack.posts) == 1)
    await asyncio.sleep(0.3)
    assert [post["thread_ts"] for post in office.slack.posts] == ["1700000000.000900"]


@pytest.mark.parametrize(("name", "typed"), [("tradebot", "/invite @tradebot"), ("", "/invite followed by its name")])
def test_the_bot_is_invited_by_its_name_as_soon_as_that_is_known(name: str, typed: str) -> None:
    assert f"Type {typed} in the channel" in responders.not_here(name).text
    gone = failed_outcome("not_in_channel", 200, None, name)
    assert isinstance(gone, Gone)
    assert f"invite it with {typed}, then" in gone.why


async def test_typed_share_is_a_question_and_no_action(office: Office) -> None:
    said = json.dumps(event(direct("share the usmca page"))).encode()
    await office.client.post("/slack/events", content=said, headers=headers(said))
    await until(lambda: bool(office.slack.posts))
    assert "USMCA" in office.slack.posts[0]["text"]
    assert "Shared by" not in office.slack.posts[0]["text"]


def test_every_card_of_the_content_is_an_answer_that_slack_takes() -> None:
    for typed in EVERYTHING:
        asked = read_slash_command(command(typed, "https://hooks.slack.com/x"), frozenset())
        messages = responses(dispatch(asked.request(), SHIPPED), asked)
        assert [slack_server.problem_of(message) for message in messages] == [None] * len(messages), typed
        assert len(messages) <= MAX_ANSWERS


def test_cached_answers_depend_on_the_content_alone() -> None:
    cached = [route for route in TABLE if route.source is Source.CONTENT]
    assert {route.function for route in cached} == FROM_CONTENT
    assert not any(route.changes_state or route.acts or route.audience is not Access.ANYONE for route in cached)
    for typed in EVERYTHING:
        asked = read_slash_command(command(typed), frozenset())
        one, other = (
            dispatch(asked.request(), Context(SHIPPED.catalog, moment, zone))
            for moment, zone in ((datetime(2026, 1, 1, tzinfo=UTC), "UTC"), (datetime(2030, 7, 1, tzinfo=UTC), "Asia/Tokyo"))
        )
        assert one == other, typed


SCRIPT = """
import sys
from bot import app, server
from bot.settings import load
runtime = app.build(load({{"DATABASE_URL": {url!r}}}))
app.application(runtime)
print(*sorted({{"slack_bolt", "slack_sdk", "aiohttp"}} & set(sys.modules)))
"""


@pytest.mark.process
def test_nothing_of_slack_is_loaded_where_it_is_not_configured(tmp_path: Path) -> None:
    script = SCRIPT.format(url=f"sqlite:///{tmp_path / 'new.db'}")
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
