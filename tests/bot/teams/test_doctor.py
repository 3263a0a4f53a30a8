"""Teams' checks of the doctor, with a loopback login, keys and connector."""

import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.doctor import checks
from bot.findings import hide_secrets
from bot.settings import Settings
from jobs.models.channels import ChannelRef
from jobs.store import channels
from jobs.store.database import Database
from tests.bot.test_doctor import TRADE, lines, started, subscribe
from tests.support import slack_server, teams_server
from tests.support.slack_server import SlackServer
from tests.support.teams_server import CHANNEL, CLIENT, GROUP, PERSONAL, SECRET, TENANT, TeamsServer

NOTHING_ELSE = "OK     Teams channels: no channel has a subscription yet"
OFFICIAL = ChannelRef("teams", TENANT, CHANNEL, "Trade", {"service_url": "http://127.0.0.1:9/teams/", "kind": "channel"})


@pytest.fixture
def teams() -> Iterator[TeamsServer]:
    with teams_server.serving() as running:
        yield running


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server.serving() as running:
        yield running


def on(teams: TeamsServer, url: str, *, anonymous: bool = False, secret: str = SECRET) -> Settings:
    return replace(started(url), teams=teams.settings(anonymous=anonymous, secret=secret))


def asked(teams: TeamsServer) -> set[str]:
    return {what for what, _ in teams.calls}


def test_a_correct_setup_gets_one_line_per_check_and_nothing_is_posted(sqlite_url: str, teams: TeamsServer) -> None:
    settings = on(teams, sqlite_url)
    subscribe(sqlite_url, OFFICIAL)
    found = lines(settings, "Teams")
    assert found.pop(2).startswith("OK     Teams clock: this computer's clock is ")
    assert found == [
        f"OK     Teams token: the sign-in service issues a token to the bot {CLIENT} in tenant {TENANT}",
        "OK     Teams keys: 1 to verify requests from Teams",
        "OK     Teams channels: the bot can post to 1 of the 1 with a subscription, as far as it can tell",
    ]
    assert asked(teams) == {"discovery", "login", "keys"}, "it only looks"
    assert lines(settings, "settings") == [
        f"OK     settings: valid; Teams in tenant {TENANT} (TEAMS_CLOUD=loopback), over HTTP, at /api/messages"
    ]


def test_nothing_is_checked_without_teams(sqlite_url: str) -> None:
    assert lines(started(sqlite_url), "Teams") == ["OK     Teams: not configured, so not checked"]


def test_slack_and_teams_check_their_own_channels(sqlite_url: str, teams: TeamsServer, slack: SlackServer) -> None:
    settings = replace(started(sqlite_url, **slack.settings()), teams=teams.settings())
    subscribe(sqlite_url, TRADE, OFFICIAL)
    said = lines(settings)
    assert [line for line in said if not line.startswith("OK") and (" Slack" in line or " Teams" in line)] == []
    assert "OK     Slack channels: the bot is in 1 of 1 channels with a subscription" in said
    assert any(line.startswith("OK     Teams channels: the bot can post to 1 of the 1 with a subscription") for line in said)
    (line,) = lines(settings, "settings")
    assert "Slack at " in line
    assert "; Teams in tenant " in line


def test_a_wrong_secret_is_explained_and_not_shown(sqlite_url: str, teams: TeamsServer) -> None:
    settings = on(teams, sqlite_url, secret="another~secret")
    found = [each for each in checks.run_checks(settings) if each.subject == "Teams token"]
    (line,) = [str(hide_secrets(checks.secrets(settings), each)) for each in found]
    assert line.startswith("WRONG  Teams token: TEAMS_CLIENT_SECRET is wrong (invalid_client, AADSTS7000215) -> create a client secret ")
    assert line.endswith("and restart the bot")
    assert "another~secret" not in line
    assert "another~secret" in checks.secrets(settings), "whatever a line says, it is taken out"


def test_an_unknown_tenant_is_reported(sqlite_url: str, teams: TeamsServer) -> None:
    settings = on(teams, sqlite_url)
    assert settings.teams is not None
    nowhere = replace(settings, teams=replace(settings.teams, tenant_id=TENANT.replace("9", "8")))
    (line,) = lines(nowhere, "Teams token")
    assert line.startswith("WRONG  Teams token: the sign-in service cannot be reached, or has no tenant TEAMS_TENANT_ID")
    assert "set TEAMS_TENANT_ID to the Directory (tenant) ID that Entra shows" in line


@pytest.mark.parametrize("fault", ["drop before", "hang", "html", "odd"])
def test_a_failing_login_does_not_stop_the_other_checks(
    sqlite_url: str, teams: TeamsServer, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setattr("bot.teams.tokens.WAIT_SECONDS", 0.4)
    monkeypatch.setattr("bot.teams.tokens.LOGIN_SECONDS", 0.3)
    teams.fail("discovery", *[fault] * 9)
    first, keys, _, places = lines(on(teams, sqlite_url), "Teams")
    assert first.startswith("WRONG  Teams token: the sign-in service ")
    assert f"check that this computer can reach 127.0.0.1:{teams.port} (set HTTPS_PROXY if you need a proxy)" in first
    assert keys.startswith("OK ")
    assert places == NOTHING_ELSE


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("drop before", "the connection was lost"),
        ("hang", "no answer in time (timeout)"),
        ("html", "answered HTTP 503"),
        ("odd", "has no keys"),
        ("null", "has no keys"),
        ("", "has no keys"),
    ],
)
def test_missing_keys_are_reported_with_their_consequence(
    sqlite_url: str, teams: TeamsServer, monkeypatch: pytest.MonkeyPatch, fault: str, said: str
) -> None:
    if fault == "hang":
        monkeypatch.setattr("bot.teams.verification.FETCH_SECONDS", 0.3)
    if fault:
        teams.fail("keys", fault)
    else:
        teams.keys.clear()
    first, keys, _ = lines(on(teams, sqlite_url), "Teams")
    assert first.startswith("OK ")
    where = f"{teams.url}/v1/.well-known/keys"
    what = f"{where} {said}" if said.startswith(("answered", "has")) else f"cannot reach {where} ({said})"
    assert keys.startswith(f"WRONG  Teams keys: {what}: without them, the bot cannot answer anyone in Teams -> ")


def test_anonymous_mode_is_reported(sqlite_url: str, teams: TeamsServer) -> None:
    first, places = lines(on(teams, sqlite_url, anonymous=True), "Teams")
    assert first.startswith("look   Teams sign-in: none: anyone on this computer can pose as Teams, and posts carry no token")
    assert "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS" in first
    assert places == NOTHING_ELSE
    assert asked(teams) == set()


def test_a_missing_sdk_is_reported_first(sqlite_url: str, teams: TeamsServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "microsoft_teams", None)
    for anonymous in (False, True):
        first, _ = lines(on(teams, sqlite_url, anonymous=anonymous), "Teams")
        assert first == "WRONG  Teams SDK: Microsoft's SDK is not installed -> install cbp-trade-bot[teams]"


def test_channels_that_cannot_be_posted_to_are_reported_with_a_remedy(sqlite_url: str, teams: TeamsServer) -> None:
    settings = on(teams, sqlite_url)
    fresh = ChannelRef("teams", TENANT, PERSONAL, "", {"kind": "personal"})
    foreign = ChannelRef("teams", TENANT.replace("9", "8"), "19:other@thread.tacv2", "Other", OFFICIAL.extra)
    removed = ChannelRef("teams", TENANT, GROUP, "Quota", {"kind": "groupChat"})
    *_, paused = subscribe(sqlite_url, OFFICIAL, fresh, foreign, removed)
    db = Database(sqlite_url)
    with db.begin() as conn:
        channels.pause(conn, paused, "the app was removed from here: add it again to resume posting")
    db.close()
    assert lines(settings, "channel") == [
        "WRONG  channel Quota: posting is paused: the app was removed from here: add it again to resume posting"
    ]
    assert lines(settings, "Teams channel") == [
        f"look   Teams channel {PERSONAL}: Teams has not given its address yet, so posts go to {teams.url}/teams -> "
        "send the bot any message there, and it stores the address",
        f"WRONG  Teams channel Other: belongs to tenant {foreign.workspace}, but the bot belongs to {TENANT} -> "
        "set TEAMS_TENANT_ID to that tenant, or subscribe channels in the bot's own tenant",
        "OK     Teams channels: the bot can post to 1 of the 4 with a subscription, as far as it can tell; "
        "posting is paused in 1, see above",
    ]


def test_the_admins_channel_is_known_as_soon_as_somebody_used_the_bot_there(sqlite_url: str, teams: TeamsServer) -> None:
    settings = replace(started(sqlite_url), teams=teams.settings(admin_channel=CHANNEL))
    (line,) = lines(settings, "Teams channel of the admins")
    assert line.startswith(f"look   Teams channel of the admins: nobody has used the bot in {CHANNEL} yet")
    assert line.endswith("-> add the app to that team or chat, and mention the bot there once")
    db = Database(sqlite_url)
    with db.begin() as conn:
        known = channels.ensure(conn, OFFICIAL, db.now(conn))
    assert lines(settings, "Teams channel of the admins")[0].startswith(
        f"OK     Teams channel of the admins: the bot can post to {CHANNEL}"
    )
    with db.begin() as conn:
        channels.pause(conn, known, "the app was removed from here")
    db.close()
    assert lines(settings, "Teams channel of the admins") == [
        "WRONG  Teams channel of the admins: posting is paused: the app was removed from here"
    ]
    away = replace(settings, database_url="postgresql://bot:x@127.0.0.1:9/none")
    assert lines(away, "Teams channel of the admins") == ["look   Teams channel of the admins: not checked: see database above"]


def test_the_login_is_checked_without_the_database(teams: TeamsServer, sqlite_url: str) -> None:
    settings = replace(on(teams, sqlite_url), database_url="postgresql://bot:secret-word@127.0.0.1:9/none")
    first, keys, _, last = lines(settings, "Teams")
    assert first.startswith("OK ")
    assert keys.startswith("OK ")
    assert last == "look   Teams channels: not checked: see database above"
