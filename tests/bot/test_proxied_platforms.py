"""Slack and Teams through a real loopback proxy: HTTP calls, answers, Socket Mode, the login, keys and posts."""

import asyncio
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from bot.settings import load
from bot.slack.client import Slack
from bot.slack.settings import SlackSettings
from bot.slack.socket_mode import Socket
from bot.teams.client import Teams
from bot.teams.clouds import Cloud
from bot.teams.settings import TeamsSettings
from bot.teams.tokens import NoToken
from jobs.proxies import read_network
from tests.support import proxy as proxies
from tests.support import slack_server, teams_server
from tests.support.proxy import QUOTED, Proxy
from tests.support.slack_server import SlackServer
from tests.support.teams_server import CHANNEL, CLIENT, ISSUER, SCOPE, SECRET, TENANT, TeamsServer

SLACK_HOSTS = ("slack.com", "hooks.slack.com", "wss-primary.slack.com")
TEAMS_HOSTS = ("login.example.us", "keys.example.us", "smba.example.us")


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server.serving() as server:
        yield server


@pytest.fixture(params=["open", "login", "tls"])
def proxy(request: pytest.FixtureRequest, slack: SlackServer) -> Iterator[Proxy]:
    """A proxy to the loopback Slack: open, with a login, or one that speaks TLS itself."""
    targets = dict.fromkeys(SLACK_HOSTS, slack.port)
    with proxies.serving(targets, login=request.param == "login", tls=request.param == "tls") as server:
        yield server


def slack_settings(proxy: Proxy, variable: str = "HTTPS_PROXY", **more: str) -> SlackSettings:
    """Settings of the real Slack, behind the proxy."""
    url = proxy.url("https" if proxy.tls else "http", QUOTED if proxy.login else "")
    tokens = {"SLACK_BOT_TOKEN": slack_server.BOT_TOKEN, "SLACK_APP_TOKEN": slack_server.APP_TOKEN}
    settings = load({**tokens, **proxy.environ, variable: url, **more}).slack
    assert settings is not None
    return settings


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "all_proxy"])
async def test_every_call_to_slack_goes_through_the_proxy(proxy: Proxy, slack: SlackServer, variable: str) -> None:
    client = Slack(slack_settings(proxy, variable))
    try:
        assert await client.identify() is None
        assert (await client.post({"channel": "C1", "text": "hello"})).ok
        assert await client.call("chat.postMessage", channel="C1", text="again") == ""
        assert await client.respond("https://hooks.slack.com/hooks/1", {"text": "an answer"})
    finally:
        await client.close()
    assert [post["text"] for post in slack.posts] == ["hello", "again"]
    assert [each["text"] for each in slack.responses] == ["an answer"]
    assert set(proxy.asked) == {("CONNECT", "slack.com:443"), ("CONNECT", "hooks.slack.com:443")}
    assert proxy.refused == 0


async def test_socket_mode_goes_through_the_proxy(proxy: Proxy, slack: SlackServer) -> None:
    slack.socket_url = "wss://wss-primary.slack.com/link?ticket=hidden"
    client = Slack(slack_settings(proxy))
    bolt: Any = SimpleNamespace(client=client.client_with(None))
    socket = Socket(client, bolt)
    async with asyncio.timeout(60):
        await socket.open()
        while not slack.connected:  # noqa: ASYNC110  # another thread counts
            await asyncio.sleep(0.01)
    assert proxy.asked == [("CONNECT", "slack.com:443"), ("CONNECT", "wss-primary.slack.com:443")]
    await socket.shut()
    await client.close()
    await until_closed()


async def until_closed() -> None:
    """Wait for the connections that aiohttp closes in the background, of which the loop would otherwise complain."""
    watched: Any = getattr(asyncio.get_running_loop(), "_selector", None)
    async with asyncio.timeout(60):
        while watched is not None and len(watched.get_map()) > 1:  # noqa: ASYNC110  # the loop watches a socket of its own
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.01)


async def test_slack_in_no_proxy_is_reached_directly(
    proxy: Proxy, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy.url())  # the SDK would read it
    client = Slack(slack_settings(proxy, NO_PROXY="10.0.0.0/8,.slack.com"))
    bolt: Any = SimpleNamespace(client=client.client_with(None))
    assert client.client.proxy is None
    assert "resolved" in str(await client.identify())
    socket = Socket(client, bolt)
    _, problem, _ = await socket.request_address()
    assert "resolved" in problem
    await socket.shut()
    assert not await client.respond("https://hooks.slack.com/hooks/1", {"text": "an answer"})
    await client.close()
    assert (proxy.asked, proxy.refused) == ([], 0)


async def test_a_wrong_login_at_the_proxy_is_told_without_the_password(slack: SlackServer) -> None:
    with proxies.serving(dict.fromkeys(SLACK_HOSTS, slack.port), login=True) as proxy:
        client = Slack(slack_settings(proxy, https_proxy=proxy.url("http", "somebody:hidden")))
        assert await client.identify() == "no connection through the proxy (HTTP 407)"
        await client.close()
    assert slack.calls == []


@pytest.fixture
def teams() -> Iterator[TeamsServer]:
    with teams_server.serving() as server:
        yield server


def teams_settings(**environ: str) -> TeamsSettings:
    login, keys, service = (f"https://{host}" for host in TEAMS_HOSTS)
    cloud = Cloud("test", login, SCOPE, ISSUER, f"{keys}/v1/.well-known/keys", f"{service}/teams")
    return TeamsSettings(CLIENT, SECRET, TENANT, cloud, network=read_network(environ))


NOTE = {"type": "message", "textFormat": "plain", "text": "hello", "summary": "hello"}


@pytest.mark.parametrize("scheme", ["http", "https", "socks5"])
@pytest.mark.parametrize("login", [False, True], ids=["open", "login"])
async def test_login_keys_and_posts_of_teams_go_through_the_proxy(teams: TeamsServer, scheme: str, login: bool) -> None:
    with proxies.serving(dict.fromkeys(TEAMS_HOSTS, teams.port), login=login, tls=scheme == "https") as proxy:
        settings = teams_settings(**proxy.environ, ALL_PROXY=proxy.url(scheme, QUOTED if login else ""))
        client = Teams(settings)
        assert client.keys is not None
        assert await client.keys.refresh()
        response = await client.post(settings.cloud.service_url, CHANNEL, NOTE)
        await client.close()
    assert response.ok, response
    assert [call for call, _ in teams.calls] == ["keys", "discovery", "login", "post"]
    assert {target.partition(":")[0] for _, target in proxy.asked} == set(TEAMS_HOSTS)


async def test_teams_in_no_proxy_is_reached_directly(teams: TeamsServer) -> None:
    with proxies.serving(dict.fromkeys(TEAMS_HOSTS, teams.port)) as proxy:
        client = Teams(teams_settings(**proxy.environ, ALL_PROXY=proxy.url(), NO_PROXY="fd00::/8,example.us"))
        assert client.keys is not None
        assert client.tokens is not None
        assert not await client.keys.refresh()
        with pytest.raises(NoToken):
            await client.tokens.get()
        await client.close()
    assert proxy.asked == []


async def test_the_sdk_reads_no_variable_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Microsoft's SDK makes clients of its own, which raise for these values."""
    for name, value in (("NO_PROXY", "fd00::/8"), ("SSL_CERT_FILE", "/no/such/file"), ("ALL_PROXY", "socks://x:1")):
        monkeypatch.setenv(name, value)
    with pytest.raises(Exception, match=r".+"):
        httpx.AsyncClient()
    await Teams(teams_settings()).close()
