"""The client of Teams: the SDK's isolation, the bot's token, logs and connections."""

import asyncio
import gc
import io
import logging
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.app import build
from bot.settings import load
from bot.teams import client, tokens
from bot.teams.client import Response, Teams, connected
from bot.teams.clouds import CLOUDS
from bot.teams.errors import PAUSED
from bot.teams.settings import TeamsSettings
from bot.teams.tokens import NoToken, Tokens
from jobs.models.channels import ChannelRef
from jobs.store import channels
from jobs.store.database import Database
from tests.support import slack_server, teams_server
from tests.support.paths import ROOT
from tests.support.teams_server import CARD, CHANNEL, CLIENT, HIDDEN, TENANT, TeamsServer

NOTE: dict[str, Any] = {
    "type": "message",
    "summary": "A note",
    "attachments": [
        {"contentType": CARD, "content": {"type": "AdaptiveCard", "version": "1.5", "body": [{"type": "TextBlock", "text": "x"}]}}
    ],
}


@pytest.fixture
def server() -> Iterator[TeamsServer]:
    with teams_server.serving() as found:
        yield found


@pytest.fixture
async def teams(server: TeamsServer) -> AsyncIterator[Teams]:
    found = Teams(server.settings())
    yield found
    await found.close()


async def soon(true: Any) -> None:
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110  # what is waited for happens in another thread
            await asyncio.sleep(0.02)


# what the SDK may do


def run(script: str, cwd: Path, **environ: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=cwd, env={"PYTHONPATH": str(ROOT)} | environ, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.process
def test_the_sdk_reads_neither_the_environment_nor_a_dotenv_file(tmp_path: Path) -> None:
    hostile = {
        "CLIENT_ID": "evil",
        "CLIENT_SECRET": "evil",
        "TENANT_ID": "evil",
        "MANAGED_IDENTITY_CLIENT_ID": "system",
        "CLOUD": "China",
        "SERVICE_URL": "https://evil.example",
        "PORT": "1",
    }
    more = {"FROM_THE_FILE": "1", "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS": "perhaps"}
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in (hostile | more).items()))
    script = f"""
import os
from bot.settings import load
from bot.teams.settings import TeamsSettings
from bot.teams.client import Teams
teams = Teams(load({{"TEAMS_CLIENT_ID": "{CLIENT}", "TEAMS_CLIENT_SECRET": "s", "TEAMS_TENANT_ID": "{TENANT}"}}).teams)
app = teams._app
print(app.id, app.credentials.tenant_id, type(app.credentials).__name__, app.cloud.login_endpoint, app.api.service_url)
print("FROM_THE_FILE" in os.environ, os.environ.get("CLOUD"), os.environ.get("PYTHON_DOTENV_DISABLED"))
"""
    ours = f"{CLIENT} {TENANT} TokenCredentials https://login.microsoftonline.com https://smba.trafficmanager.net/teams"
    assert run(script, tmp_path, **hostile).splitlines() == [ours, "False China None"]


@pytest.mark.process
def test_the_sdk_is_not_imported_unless_teams_is_configured(tmp_path: Path) -> None:
    script = """
import sys
from bot.app import build
from bot.settings import load
from bot.teams.settings import TeamsSettings
runtime = build(load({"DATABASE_URL": "sqlite:///off.db"}))
assert [platform.name for platform in runtime.platforms] == ["playground"]
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"microsoft_teams", "msal", "fastapi", "jwt", "cryptography", "dotenv"}))
"""
    assert run(script, tmp_path).strip() == ""


@pytest.mark.process
def test_a_missing_sdk_is_reported_in_one_sentence(tmp_path: Path) -> None:
    script = f"""
import sys
sys.modules["microsoft_teams"] = None
from bot.app import build
from bot.database import StartError
from bot.settings import load
from bot.teams.settings import TeamsSettings
try:
    build(load({{"DATABASE_URL": "sqlite:///off.db", "TEAMS_CLIENT_ID": "{CLIENT}", "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS": "true"}}))
except StartError as problem:
    print(problem)
"""
    assert "Install cbp-trade-bot[teams]" in run(script, tmp_path)


def test_the_clients_that_the_sdk_makes_for_itself_trust_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[ssl.SSLContext] = []
    create = ssl.create_default_context

    def noted(**given: Any) -> ssl.SSLContext:
        made.append(create(**given))
        return made[-1]

    monkeypatch.setattr(ssl, "create_default_context", noted)
    settings = load({"TEAMS_CLIENT_ID": CLIENT, "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS": "true"}).teams
    assert settings is not None
    Teams(settings)
    assert made, "httpx makes contexts in another way now"
    assert [context.get_ca_certs() for context in made] == [[]] * len(made)


@pytest.mark.slow
async def test_all_addresses_share_one_http_client(teams: Teams, server: TeamsServer) -> None:
    await teams.post(server.service_url, CHANNEL, NOTE)

    def clients() -> int:
        gc.collect()
        return sum(isinstance(each, httpx.AsyncClient) for each in gc.get_objects())

    before = clients()
    for number in range(20):
        assert (await teams.post(f"{server.url}/elsewhere{number}", CHANNEL, NOTE)).status == 404
    assert clients() == before


async def test_the_environments_proxy_is_not_used_for_this_computer(server: TeamsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    teams = Teams(server.settings())
    assert (await teams.post(server.service_url, CHANNEL, NOTE)).ok
    await teams.close()


async def test_a_closed_client_can_be_used_again(teams: Teams, server: TeamsServer) -> None:
    for number in range(2):
        assert (await teams.post(server.service_url, CHANNEL, NOTE)).ok
        assert len(server.asked("login")) == number + 1
        await teams.close()


# a call


async def test_an_unusual_id_stays_one_segment_of_the_url(teams: Teams, server: TeamsServer) -> None:
    for name in ("../../v1/.well-known/keys", "19:x@thread.tacv2/activities?x=1#y", "a b%2f", "19:ü"):
        assert await teams.post(server.service_url, name, NOTE) == Response(404, "", None, "ConversationNotFound")
        assert (await teams.update(server.service_url, CHANNEL, name, NOTE)).status == 404
    assert len(server.asked("post")) == len(server.asked("update")) == 4


@pytest.mark.parametrize("text", ["\ud800", float("nan"), {1, 2}])
async def test_a_message_that_is_not_json_is_not_posted(teams: Teams, server: TeamsServer, text: Any) -> None:
    assert (await teams.post(server.service_url, CHANNEL, NOTE | {"summary": text})).status == 400
    assert server.asked("post") == []


async def test_a_message_is_sent_unchanged(teams: Teams, server: TeamsServer) -> None:
    text = "<at>x</at> é \u202e 😀 {{x}}"
    given = NOTE | {"summary": text, "attachments": [{"contentType": CARD, "content": NOTE["attachments"][0]["content"] | {"speak": text}}]}
    assert (await teams.post(server.service_url, CHANNEL, given)).ok
    assert {name: server.posts[0][name] for name in given} == given


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ("429", Response(429, "", "1", "")),
        ("403 BotDisabledByAdmin", Response(403, "", None, "BotDisabledByAdmin")),
        ("403 a code in a sentence", Response(403, "", None, "")),
        ("html", Response(503, "", None, "")),
    ],
)
async def test_a_response_holds_its_status_and_teams_code(teams: Teams, server: TeamsServer, fault: str, answer: Response) -> None:
    server.fail("post", fault)
    assert await teams.post(server.service_url, CHANNEL, NOTE) == answer


@pytest.mark.parametrize("fault", ["drop before", "drop after", "hang"])
async def test_no_answer_raises_an_httpx_error(teams: Teams, server: TeamsServer, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    await teams.post(server.service_url, CHANNEL, NOTE)
    monkeypatch.setattr(client, "CALL_SECONDS", 0.3)
    server.fail("post", fault)
    with pytest.raises(httpx.HTTPError):
        await teams.post(server.service_url, CHANNEL, NOTE)


# the token


async def test_concurrent_posts_share_one_login(teams: Teams, server: TeamsServer) -> None:
    answers = await asyncio.gather(*(teams.post(server.service_url, CHANNEL, NOTE) for _ in range(20)))
    assert all(answer.ok for answer in answers)
    assert len(server.asked("login")) == 1


async def test_a_hanging_login_blocks_one_thread_only(server: TeamsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "WAIT_SECONDS", 0.1)
    monkeypatch.setattr(tokens, "LOGIN_SECONDS", 600.0)
    server.fail("login", "hold and drop")
    asking = Tokens(server.settings())
    for _ in range(3):
        waiting = [asyncio.create_task(asking.get()) for _ in range(20)]
        await asyncio.wait_for(asyncio.to_thread(int), 60)  # a pool has six threads on two cores
        found = await asyncio.gather(*waiting, return_exceptions=True)
        assert all(isinstance(each, NoToken) and not each.refused for each in found)
    await soon(lambda: server.asked("login"))
    assert len(server.asked("login")) == 1
    monkeypatch.setattr(tokens, "WAIT_SECONDS", 60.0)
    server.released = True
    with pytest.raises(NoToken):  # of the login that hung
        await asking.get()
    assert await asking.get()
    await asking.close()


async def test_a_slow_login_does_not_block_the_event_loop(teams: Teams, server: TeamsServer) -> None:
    server.fail("login", "hold")
    posting = asyncio.create_task(teams.post(server.service_url, CHANNEL, NOTE))
    await soon(lambda: server.asked("login"))
    assert not posting.done()
    server.released = True
    assert (await posting).ok


# the anonymous mode


async def test_anonymous_mode_uses_no_token(server: TeamsServer) -> None:
    server.anonymous = True
    teams = Teams(server.settings(anonymous=True))
    assert (await teams.post(server.service_url, CHANNEL, NOTE)).ok
    assert await teams.is_genuine("", server.service_url)
    assert not await teams.is_genuine("", "")
    assert server.asked("keys") == server.asked("login") == []
    await teams.close()


async def test_requests_are_verified_with_the_configured_clouds_keys(teams: Teams, server: TeamsServer) -> None:
    assert await teams.is_genuine(f"Bearer {server.token()}", server.service_url)
    assert not await teams.is_genuine("", server.service_url)
    assert not await teams.is_genuine(f"Bearer {server.token()}", "")


# the log


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Collect every record that the process would log; pytest's own handler also sees records kept from the root."""
    written = io.StringIO()
    handler, root = logging.StreamHandler(written), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield written
    root.setLevel(before)
    root.removeHandler(handler)


async def test_no_log_holds_a_secret(server: TeamsServer, log: io.StringIO) -> None:
    teams = Teams(server.settings())
    server.secret = "renewed"
    with pytest.raises(NoToken):
        await teams.post(server.service_url, CHANNEL, NOTE)
    server.secret = teams_server.SECRET
    await teams.close()
    server.fail("post", "500", "401", "401")
    for _ in range(2):
        await teams.post(server.service_url, CHANNEL, NOTE)
    await teams.is_genuine(f"Bearer {server.token(aud='x')}", server.service_url)
    await teams.close()
    assert "InvalidAudienceError" in log.getvalue()
    for secret in HIDDEN:
        assert secret not in log.getvalue()


def test_the_sdks_messages_are_logged_in_one_line_without_secrets(log: io.StringIO) -> None:
    client.import_sdk()
    client.import_sdk()
    theirs, token = logging.getLogger("microsoft_teams.apps"), f"{'eyJ' * 3}.{'x' * 9}.y"
    theirs.error("it failed: Authorization: Bearer %s\nand client_secret=%s", token, teams_server.SECRET)
    try:
        raise ValueError(token)
    except ValueError:
        theirs.exception("it broke off: %s", token)
    theirs.info("nobody has to know")
    assert log.getvalue().splitlines()[-2:] == [
        "microsoft_teams.apps: it failed: Authorization: … and …",
        "microsoft_teams.apps: it broke off: … (ValueError)",
    ]


# both ends held open


def pause(db: Database, *reasons: str) -> None:
    with db.begin() as conn:
        for number, reason in enumerate(reasons):
            ref = ChannelRef("teams", TENANT, f"19:{number}@thread.tacv2")
            channels.pause(conn, channels.ensure(conn, ref, db.now(conn)), reason)


def paused(db: Database) -> list[str | None]:
    with db.read() as conn:
        return [channels.pause_reason(conn, number) for number in (1, 2)]


async def test_a_working_token_ends_the_pause_for_a_token_problem(
    teams: Teams, server: TeamsServer, sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "MIN_LOGIN_WAIT_SECONDS", 0.05)
    server.fail("discovery", "drop before", "drop before")
    pause(sqlite_db, f"{PAUSED}TEAMS_CLIENT_SECRET has expired", "the bot isn't in this channel")
    async with connected(teams, sqlite_db):
        await soon(lambda: paused(sqlite_db)[0] is None)
        assert teams.keys is not None
        keys = teams.keys
        await soon(lambda: keys.has_keys)
    assert paused(sqlite_db) == [None, "the bot isn't in this channel"]


def test_anonymous_mode_logs_no_warning_about_foreign_variables(log: io.StringIO) -> None:
    settings = load({"TEAMS_CLIENT_ID": CLIENT, "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS": "true"}).teams
    assert settings is not None
    Teams(settings)
    logging.getLogger("microsoft_teams.apps.app").warning("something else")
    assert "TENANT_ID" not in log.getvalue()
    assert "something else" in log.getvalue()


async def test_a_refused_token_ends_no_pause_and_is_logged_once(
    server: TeamsServer, sqlite_db: Database, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "MIN_LOGIN_WAIT_SECONDS", 0.01)
    teams = Teams(server.settings(secret="another~one"))
    pause(sqlite_db, f"{PAUSED}TEAMS_CLIENT_SECRET is wrong")
    said = (
        "TEAMS_CLIENT_SECRET is wrong (invalid_client, AADSTS7000215); the bot cannot post there; to see what to do, run `tradebot doctor`"
    )
    async with connected(teams, sqlite_db):
        await soon(lambda: said in log.getvalue())
        await asyncio.sleep(0.3)
    assert log.getvalue().count(said) == 1
    assert paused(sqlite_db)[0] is not None


async def test_one_process_connects_to_both_platforms(server: TeamsServer, tmp_path: Path) -> None:
    with slack_server.serving() as slack:
        settings = load({"DATABASE_URL": f"sqlite:///{tmp_path}/both.db", **slack.settings()})
        runtime = build(replace(settings, teams=server.settings()))
        assert {"slack", "teams"} < set(runtime.senders)
        async with runtime.connected():
            await soon(lambda: server.tokens and slack.asked("auth.test"))
        runtime.db.close()


@pytest.mark.parametrize(("step", "whole"), [(0.3, 60.0), (60.0, 0.3)])
async def test_a_silent_connector_is_given_up_within_both_time_outs(
    server: TeamsServer, monkeypatch: pytest.MonkeyPatch, step: float, whole: float
) -> None:
    monkeypatch.setattr(client, "TIMEOUT_SECONDS", step)
    monkeypatch.setattr(client, "CALL_SECONDS", whole)
    found = Teams(server.settings())
    server.fail("post", "hang")
    async with asyncio.timeout(50):
        with pytest.raises(httpx.TimeoutException):
            await found.post(server.service_url, CHANNEL, NOTE)
    await found.close()


@pytest.mark.parametrize(
    "address", ["http://smba.trafficmanager.net/teams", "https://127.0.0.1/teams", "http://10.0.0.7/", "ftp://x.example/", "https://", "x"]
)
def test_a_token_is_sent_over_tls_only_and_never_to_this_computer(address: str) -> None:
    real = TeamsSettings("11111111-2222-3333-4444-555555555555", "s", "99999999-8888-7777-6666-555555555555", CLOUDS["gcc-high"])
    assert not real.trusts(address)
    assert real.trusts("https://smba.infra.gov.teams.microsoft.us/teams")


def test_anonymous_mode_posts_to_this_computer_only() -> None:
    open_ = TeamsSettings("11111111-2222-3333-4444-555555555555", "", "", CLOUDS["public"], anonymous=True)
    assert open_.trusts("http://127.0.0.1:56150/_connector")
    assert not open_.trusts("https://smba.trafficmanager.net/teams")
    assert not open_.trusts("")
