"""Test that a command's payload is read once and its route resolved once, over HTTP and Socket Mode."""

import asyncio
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.slack import incoming
from handlers import router
from tests.support import slack_server
from tests.support.process import eventually
from tests.support.slack_office import Office, office
from tests.support.slack_payloads import command, form, headers
from tests.support.slack_server import APP_TOKEN, SlackServer

PROBES = (incoming.read_slash_command, router.resolve, router.parse_line)
NAMES = ("read_slash_command", "resolve", "parse_line")


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server.serving() as server:
        yield server
        assert server.refused == []


def count_calls(monkeypatch: pytest.MonkeyPatch, *functions: Callable[..., Any]) -> list[str]:
    """Wrap functions wherever the bot's modules have imported them. Return a list that gets the name of each call."""
    calls: list[str] = []

    def wrap(function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **keywords: Any) -> Any:
            calls.append(function.__name__)
            return function(*arguments, **keywords)

        return counted

    wrappers = {function: wrap(function) for function in functions}
    ours = [module for name, module in sys.modules.items() if name.split(".")[0] in ("bot", "handlers")]
    for module in ours:
        for name, value in list(vars(module).items()):
            if callable(value) and value.__hash__ is not None and value in wrappers:
                monkeypatch.setattr(module, name, wrappers[value])
    return calls


def post(at: Office, body: bytes) -> tuple[int, bytes]:
    """Return the status and body of a signed request to the endpoint."""

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    scope = {"type": "http", "headers": [(name.lower().encode(), value.encode()) for name, value in headers(body).items()]}
    work = at.endpoint.answer(scope, receive)
    status, _, answer = asyncio.run_coroutine_threadsafe(work, at.loop).result(20)
    return status, answer


@pytest.mark.parametrize("line", ["/csms latest", "/csms 67000001", "/pti revenue", "/csms subscribe revenue", "/csms subscribe"])
def test_over_http_a_command_is_read_and_resolved_once(
    slack: SlackServer, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    with office(sqlite_url, slack) as at:
        calls = count_calls(monkeypatch, *PROBES)
        status, answer = post(at, form(command(line, slack.hook())))
        assert status == 200
        if line == "/csms subscribe":
            eventually(lambda: bool(slack.asked("views.open")), "the form is open")
        else:
            assert answer
    assert sorted(calls) == sorted(NAMES)


@pytest.mark.parametrize("line", ["/csms latest", "/pti revenue"])
def test_over_a_socket_a_command_is_read_and_resolved_once(
    slack: SlackServer, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    with office(sqlite_url, slack, SLACK_APP_TOKEN=APP_TOKEN) as at:
        eventually(lambda: slack.connected == 1, "the socket is open")
        calls = count_calls(monkeypatch, *PROBES)
        envelope = {"envelope_id": "one", "type": "slash_commands", "accepts_response_payload": True}
        slack.push(envelope | {"payload": command(line, at.slack.hook())})
        eventually(lambda: "one" in slack.acks, "it is answered")
        assert slack.acks["one"]["text"]
    assert sorted(calls) == sorted(NAMES)


def test_a_cached_answer_is_not_resolved_again(slack: SlackServer, sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with office(sqlite_url, slack) as at:
        first = post(at, form(command("/pti revenue", slack.hook())))
        calls = count_calls(monkeypatch, *PROBES)
        assert post(at, form(command("/pti revenue", slack.hook()))) == first
    assert calls == ["read_slash_command"]
