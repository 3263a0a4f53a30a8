"""TRADEBOT_ADMIN_CHANNEL names a channel in Slack or in Teams, whichever platform has such IDs."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot import app
from bot.settings import SettingsError, load
from bot.slack.app import SlackPlatform
from bot.slack.client import resume_workspace
from bot.teams.app import TeamsPlatform
from handlers.command import Person
from jobs.deliver import deliver_due
from jobs.models.channels import ChannelRef
from jobs.models.subscriptions import SubscriptionSpec
from jobs.store import channels
from jobs.subscribe import save_subscription
from tests.support import slack_server, teams_server
from tests.support.delivery import no_sleep
from tests.support.slack_server import Channel, SlackServer
from tests.support.store import ALL, NOW, publish
from tests.support.teams_server import TENANT

IN_TEAMS = "19:0123456789abcdef_-x@thread.tacv2"
TEAMS = {"TEAMS_CLIENT_ID": teams_server.CLIENT, "TEAMS_CLIENT_SECRET": "s~1", "TEAMS_TENANT_ID": TENANT}


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    with slack_server.serving() as running:
        yield running


@pytest.mark.parametrize("channel", [IN_TEAMS, "19:0123@thread.skype", "19:0123@thread.v2"])
async def test_an_id_of_teams_is_a_channel_there(sqlite_url: str, slack: SlackServer, channel: str) -> None:
    settings = load({"DATABASE_URL": sqlite_url, **slack.settings(), **TEAMS, "TRADEBOT_ADMIN_CHANNEL": channel})
    assert settings.slack is not None
    assert settings.slack.admin_channel == ""
    runtime = app.build(settings)
    assert runtime.admin_channel == ChannelRef("teams", TENANT, channel)
    runtime.db.close()


async def test_an_id_of_slack_is_a_channel_in_the_tokens_workspace_once_that_is_known(sqlite_url: str, slack: SlackServer) -> None:
    runtime = app.build(load({"DATABASE_URL": sqlite_url, **slack.settings(), **TEAMS, "TRADEBOT_ADMIN_CHANNEL": "C9"}))
    assert runtime.admin_channel == ChannelRef("slack", "", "C9")
    platform = next(each for each in runtime.platforms if isinstance(each, SlackPlatform))
    assert await platform.client.identify() is None
    assert runtime.admin_channel == ChannelRef("slack", "T1", "C9")
    await platform.client.close()
    runtime.db.close()


def test_without_the_setting_there_is_none(sqlite_url: str) -> None:
    runtime = app.build(load({"DATABASE_URL": sqlite_url}))
    assert runtime.admin_channel is None
    runtime.db.close()


@pytest.mark.parametrize(
    ("environ", "problem"),
    [
        ({"TRADEBOT_ADMIN_CHANNEL": IN_TEAMS}, "TRADEBOT_ADMIN_CHANNEL is set, but TEAMS_CLIENT_ID and TEAMS_CLIENT_SECRET (or "),
        ({"TRADEBOT_ADMIN_CHANNEL": "C9"}, "TRADEBOT_ADMIN_CHANNEL is set, but SLACK_BOT_TOKEN is not"),
        ({"TRADEBOT_ADMIN_CHANNEL": "C9", **TEAMS}, "TRADEBOT_ADMIN_CHANNEL is set, but SLACK_BOT_TOKEN is not"),
        (
            {"TRADEBOT_ADMIN_CHANNEL": IN_TEAMS, "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"},
            "TRADEBOT_ADMIN_CHANNEL is set, but TEAMS_CLIENT_ID and TEAMS_CLIENT_SECRET (or ",
        ),
    ],
)
def test_a_channel_of_a_platform_that_is_not_configured_is_refused(environ: dict[str, str], problem: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load(environ)
    assert [each for each in refused.value.problems if each.startswith(problem)] == list(refused.value.problems)


@pytest.mark.parametrize(
    "value",
    [
        "trade-admins",
        "#admins",
        "19%3A0123%40thread.tacv2",
        f"{IN_TEAMS};messageid=1",
        "19:a b@thread.tacv2",
        "19:é@thread.tacv2",
        "a:1maria",
    ],
)
def test_what_is_no_channels_id_is_named_with_both_forms(value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load({"TRADEBOT_ADMIN_CHANNEL": value})
    (problem,) = refused.value.problems
    assert problem.startswith(f"TRADEBOT_ADMIN_CHANNEL={value}: use the ID of the admins' channel: in Slack such as C0123456789")
    assert "19:0123456789abcdef@thread.tacv2" in problem


async def test_admins_are_told_of_what_happens_before_slack_says_who_the_bot_is(sqlite_url: str, slack: SlackServer) -> None:
    runtime = app.build(load({"DATABASE_URL": sqlite_url, **slack.settings(), "TRADEBOT_ADMIN_CHANNEL": "C9"}))
    platform = next(each for each in runtime.platforms if isinstance(each, SlackPlatform))
    slack.channels["C9"] = Channel("C9")
    slack.channels["C1"].archived = True
    with runtime.db.begin() as conn:
        now = runtime.db.now(conn)
        channel = channels.ensure(conn, ChannelRef("slack", "T1", "C1", "#trade"), now)
        save_subscription(conn, channel, SubscriptionSpec(ALL, NOW, "UTC", False), "someone", now)
    publish(runtime.db, 1)

    async def deliver() -> None:
        await deliver_due(runtime.db, runtime.senders, runtime.compose, notifier=runtime.notifier, sleep=no_sleep)

    slack.revoked = True
    slack.fail("chat.postMessage", "is_archived")
    await deliver()
    assert platform.client.me is None
    assert slack.posts == [], "the notice was refused, because the token is revoked"
    slack.revoked = False
    await resume_workspace(platform.client, runtime.db)
    await deliver()
    (told,) = slack.posts
    assert (told["channel"], "is_archived" in told["text"]) == ("C9", True)
    await platform.client.close()
    runtime.db.close()


@pytest.mark.parametrize("where", ["slack", "teams"])
async def test_admins_and_the_maker_of_a_subscription_are_told_of_a_closed_channel(sqlite_url: str, slack: SlackServer, where: str) -> None:
    """The admins read it in a channel of either platform, and the maker in a direct message."""
    with teams_server.serving() as teams:
        settings = load({"DATABASE_URL": sqlite_url, **slack.settings(), **({"TRADEBOT_ADMIN_CHANNEL": "C9"} if where == "slack" else {})})
        admins = teams_server.CHANNEL if where == "teams" else ""
        runtime = app.build(replace(settings, teams=replace(teams.settings(), admin_channel=admins)))
        clients = [each.client for each in runtime.platforms if isinstance(each, (SlackPlatform, TeamsPlatform))]
        slack.channels["C9"] = Channel("C9")
        slack.channels["C1"].archived = True
        await clients[0].identify()  # type: ignore[union-attr]  # Slack's
        maria = Person("slack", "T1", "U2", "Maria")
        with runtime.db.begin() as conn:
            now = runtime.db.now(conn)
            channel = channels.ensure(conn, ChannelRef("slack", "T1", "C1", "#trade"), now)
            save_subscription(conn, channel, SubscriptionSpec(ALL, NOW, "UTC", False), maria.signature, now)
        publish(runtime.db, 1)
        await deliver_due(runtime.db, runtime.senders, runtime.compose, notifier=runtime.notifier, sleep=no_sleep)
        told = {post["channel"]: post["text"] for post in slack.posts} | {post["conversation"]: post["summary"] for post in teams.posts}
        assert set(told) == {"D2", "C9" if where == "slack" else teams_server.CHANNEL}
        assert all("is_archived" in text and "#trade" in text for text in told.values()), told
        for client in clients:
            await client.close()
        runtime.db.close()
