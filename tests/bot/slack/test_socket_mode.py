"""Test Socket Mode: one session for all calls, whose timeout does not end the socket, and reconnecting."""

import asyncio
import gc
import time
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

from bot import app
from bot.settings import load
from bot.slack import client as connection
from bot.slack import socket_mode as sockets
from bot.slack.app import Endpoint
from tests.support import slack_server
from tests.support.process import eventually
from tests.support.slack_office import Office, hold_answers, office, slack_client
from tests.support.slack_payloads import command
from tests.support.slack_server import APP_TOKEN, SlackServer


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server.serving() as server:
        yield server
        assert server.refused == []


def ask(at: Office, name: str, line: str) -> None:
    given = {"envelope_id": name, "type": "slash_commands", "accepts_response_payload": True}
    at.slack.push(given | {"payload": command(line, at.slack.hook(name))})


def sessions() -> int:
    return sum(isinstance(each, aiohttp.ClientSession) and not each.closed for each in gc.get_objects())


@pytest.mark.slow
def test_the_socket_stays_up_on_the_one_session_and_outlives_its_timeout(
    slack: SlackServer, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(connection, "TIMEOUT_SECONDS", 2.0)
    before = sessions()
    with office(sqlite_url, slack, SLACK_APP_TOKEN=APP_TOKEN) as at:
        eventually(lambda: slack.connected == 1, "the socket is open")
        assert sessions() == before + 1
        time.sleep(3)
        ask(at, "later", "/pti revenue")
        eventually(lambda: "later" in slack.acks, "it is answered")
        slack.push({"type": "disconnect", "reason": "refresh_requested"})
        eventually(lambda: len(slack.asked("apps.connections.open")) == 2, "it connects anew")
        eventually(lambda: slack.opened == 2 and slack.connected == 1, "the new socket is open alone")
        ask(at, "again", "/pti revenue")
        eventually(lambda: "again" in slack.acks, "it is answered through the new one")
        assert sessions() == before + 1
    gc.collect()
    assert sessions() == before
    assert "Unclosed" not in caplog.text


def test_running_answer_is_sent_after_the_socket_is_shut(slack: SlackServer, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hold_answers(monkeypatch, until=lambda: "slow" in slack.acks and slack.connected == 0)
    with office(sqlite_url, slack, SLACK_APP_TOKEN=APP_TOKEN) as at:
        eventually(lambda: slack.connected == 1, "the socket is open")
        ask(at, "slow", "/csms latest")
        eventually(lambda: "slow" in slack.acks, "it is acknowledged")
    assert [each["url"] for each in slack.responses] == ["slow"]


@pytest.mark.slow
async def test_socket_that_never_opened_leaves_nothing_open(slack: SlackServer, caplog: pytest.LogCaptureFixture) -> None:
    from bot.slack.socket_mode import Socket

    settings = load(slack.settings(socket=True)).slack
    assert settings is not None
    before, reached = sessions(), connection.Slack(settings)

    class Bolt:
        client = reached.client

    given: Any = Bolt()
    socket = Socket(reached, given)
    opening = asyncio.create_task(socket.open())
    opening.cancel()
    await socket.shut()
    await reached.close()
    gc.collect()
    assert sessions() == before
    assert "Unclosed" not in caplog.text


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            "not_allowed_token_type",
            "Slack rejects SLACK_APP_TOKEN (apps.connections.open: not_allowed_token_type); run `tradebot doctor`",
        ),
        ("invalid_auth", "Slack rejects SLACK_APP_TOKEN (apps.connections.open: invalid_auth); run `tradebot doctor` to see how to fix it"),
        ("internal_error", "apps.connections.open returned HTTP 200 internal_error; trying again"),
        ("500", "apps.connections.open returned HTTP 500 internal_error; trying again"),
        ("drop before", "cannot reach URL: the connection was lost; trying again"),
        ("429", "Slack asked the bot to wait"),
    ],
)
def test_refused_socket_is_logged_once_and_requested_again(
    slack: SlackServer, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, fault: str, said: str
) -> None:
    monkeypatch.setattr(sockets, "FIRST_WAIT_SECONDS", 0.05)
    monkeypatch.setattr(sockets, "retry_seconds", lambda _: 0.05)
    slack.fail("apps.connections.open", fault, fault, fault)
    with office(sqlite_url, slack, SLACK_APP_TOKEN=APP_TOKEN):
        eventually(lambda: slack.connected == 1, "the socket is open at last")
    (line,) = [record.getMessage() for record in caplog.records if record.levelname in ("WARNING", "ERROR")]
    assert line.startswith("not receiving events from Slack: ")
    assert said.replace("URL", slack.url) in line
    assert len(slack.asked("apps.connections.open")) >= 3


def test_refused_bot_token_is_logged_with_advice(slack: SlackServer, sqlite_url: str, caplog: pytest.LogCaptureFixture) -> None:
    slack.fail("auth.test", "invalid_auth")
    with office(sqlite_url, slack):
        eventually(lambda: "SLACK_BOT_TOKEN" in caplog.text, "it is told")
    (line,) = [record.getMessage() for record in caplog.records if record.levelname in ("WARNING", "ERROR")]
    assert line == (
        "SLACK_BOT_TOKEN does not work: Slack does not recognize the bot's token (auth.test: invalid_auth). "
        "The bot cannot post; run `tradebot doctor` to see how to fix it"
    )


def test_socket_at_a_foreign_address_is_not_opened(
    slack: SlackServer, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with slack_server.serving() as other, monkeypatch.context() as patched:
        elsewhere = f"ws://localhost.evil.example:{other.port}/link?ticket=hidden"
        patched.setattr(slack, "apps_connections_open", lambda _: slack_server.ok(url=elsewhere))
        with office(sqlite_url, slack, SLACK_APP_TOKEN=APP_TOKEN):
            eventually(lambda: "the socket's address is not on Slack's domain" in caplog.text, "it is refused")
            assert slack.connected == other.connected == 0
    assert "ticket" not in caplog.text


async def test_everything_that_goes_to_slack_goes_through_one_session(slack: SlackServer) -> None:
    settings = load(slack.settings()).slack
    assert settings is not None
    reached = connection.Slack(settings)
    assert reached.client.session is reached.session
    assert reached.client_with(None).session is reached.session
    await reached.close()


async def test_sdk_logs_no_secrets(slack: SlackServer, caplog: pytest.LogCaptureFixture) -> None:
    settings = load(slack.settings()).slack
    assert settings is not None
    reached = connection.Slack(settings)
    reached.client_with(None)
    keys = "xoxb-1-2 xapp-1-2 wss://wss.slack.com/link?ticket=abc&app_id=1 https://hooks.slack.com/commands/T1/2"
    try:
        raise ConnectionError(keys)
    except ConnectionError:
        connection.SDK_LOGGER.exception("failed: %s", keys)
    connection.SDK_LOGGER.info("a whole payload")
    assert "failed: … … wss://wss.slack.com/link?…&app_id=1 … (ConnectionError)" in caplog.text
    for secret in ("xoxb", "xapp", "ticket", "hooks", "payload", "Traceback"):
        assert secret not in caplog.text
    await reached.close()


def test_with_socket_mode_nothing_comes_in_over_http(slack: SlackServer, sqlite_url: str) -> None:
    both = slack.settings() | {"SLACK_APP_TOKEN": APP_TOKEN, "DATABASE_URL": sqlite_url}
    for given, count in ((both, 0), (slack.settings() | {"DATABASE_URL": sqlite_url}, 1)):
        runtime = app.build(load(given))
        assert len(Endpoint(runtime, slack_client(runtime)).routes()) == count
        runtime.db.close()
