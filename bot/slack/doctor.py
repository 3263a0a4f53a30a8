"""Slack's part of `tradebot doctor`: who the bot is, what it may do, and whether it is where it has to post."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.findings import OK, Finding, look, ok, wrong
from bot.settings import SlackSettings
from bot.slack.client import NOT_THERE, Slack, refusal
from bot.slack.errors import AGAIN, WAIT, WORKSPACE
from bot.slack.incoming import PLATFORM
from bot.slack.manifest import PATH, SCOPES
from jobs import network
from jobs.models import ChannelRef

SECONDS = 8.0
"""How long Slack may take for one answer."""

REACH = "see that this computer reaches it (HTTPS_PROXY names a proxy), then run `tradebot doctor` again"
SOCKET = (
    "on the app's page Basic Information make an App-Level Token with the scope connections:write, set SLACK_APP_TOKEN to it, "
    "and see that the page Socket Mode has it switched on"
)


async def checked(settings: SlackSettings, channels: list[ChannelRef] | None) -> list[Finding]:
    """A finding a check. `channels`: those with a live subscription; None when that isn't known."""
    slack = Slack(settings)
    try:
        found = await of_the_token(slack, channels)
        return [*found, *await of_the_editors(slack), await tried("Slack socket", slack, lambda: socket(slack))]
    finally:
        await slack.close()


async def of_the_token(slack: Slack, channels: list[ChannelRef] | None) -> list[Finding]:
    """The checks that need the bot's token."""
    given: set[str] = set()
    first = await tried("Slack token", slack, lambda: token(slack, given))
    if first.state != OK:
        return [first, look("Slack scopes and channels", "not looked at: the token comes first")]
    found = [first, scopes(given)]
    if channels is None:
        return [*found, look("Slack channels", "not looked at: the database comes first")]
    absences: list[Finding] = []
    rest = await tried("Slack channels", slack, lambda: memberships(slack, channels, absences))
    return [*found, *absences, rest]


async def of_the_editors(slack: Slack) -> list[Finding]:
    """Whether reported problems can arrive."""
    if not slack.settings.admin_channel or slack.me is None:
        return []
    about = "Slack channel of the editors"
    channel = ChannelRef(PLATFORM, slack.me.workspace, slack.settings.admin_channel, "")

    async def look_there() -> Finding:
        absent = await membership(slack, channel, about, "so that reported problems arrive")
        return absent or ok(about, f"the bot is in {channel.id}")

    return [await tried(about, slack, look_there)]


async def tried(about: str, slack: Slack, check: Callable[[], Awaitable[Finding]]) -> Finding:
    """What a check finds; when Slack can't be reached or refuses, or the check crashes, that is the finding."""
    try:
        return await check()
    except SlackApiError as error:
        return refused(about, *refusal(error)[:2])
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return wrong(about, f"Slack can't be reached at {slack.settings.api_url}: {network.explain(error)}", REACH)
    except Exception as error:
        return wrong(about, f"this check itself failed: {type(error).__name__}: {error}", "tell whoever looks after the bot")


def refused(about: str, name: str, status: int) -> Finding:
    """What it means that Slack didn't answer."""
    if status == 429 or name in WAIT:
        return look(about, "not looked at: Slack asks to wait", "run `tradebot doctor` again in a minute")
    if status != 200 or not name:
        return wrong(about, f"Slack answered HTTP {status} {name}", "if that stays so, look at Slack's status page")
    return wrong(about, f"{WORKSPACE.get(name, 'Slack refuses the token')} ({name})", AGAIN)


async def asked(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """Slack's answer. Raises SlackApiError, TimeoutError, or what the network raises."""
    return await asyncio.wait_for(call, SECONDS)


async def token(slack: Slack, given: set[str]) -> Finding:
    """Whether Slack knows it, and as whom. Fills `given` with the scopes that it has, which every answer names."""
    answer = await asked(slack.client.auth_test())
    given.update(filter(None, (scope.strip() for scope in (answer.headers or {}).get("x-oauth-scopes", "").split(","))))
    await asyncio.wait_for(slack.introduce(), SECONDS)
    where = slack.me.workspace if slack.me else answer.get("team_id")
    return ok("Slack token", f"it is @{slack.bot}'s, in {where} ({answer.get('team')})")


def scopes(given: set[str]) -> Finding:
    """What the token may do, against what the manifest asks for."""
    about = "Slack scopes"
    if not given:
        return look(about, "Slack doesn't say which the token has", "compare the app's page OAuth & Permissions with the README")
    lacking = [f"{scope} ({reason})" for scope, reason in SCOPES.items() if scope not in given]
    if lacking:
        return wrong(
            about, f"lacking {'; '.join(lacking)}", "add what lacks on the app's page OAuth & Permissions and install the app again"
        )
    more = sorted(given - set(SCOPES))
    if more:
        return look(about, f"all are there, and more than the bot needs: {', '.join(more)}", "take those away")
    return ok(about, f"all {len(SCOPES)} are there, and no more")


async def memberships(slack: Slack, channels: list[ChannelRef], absences: list[Finding]) -> Finding:
    """Whether the bot is in the channels; fills `absences` with those where it isn't. Raises when Slack doesn't say."""
    for channel in channels:
        problem = await membership(slack, channel, f"Slack channel {channel.name or channel.id}", "then subscribe again")
        if problem is not None:
            absences.append(problem)
    count = len(channels) - len(absences)
    if not channels:
        return ok("Slack channels", "no channel has a subscription yet")
    return ok("Slack channels", f"the bot is in {count} of the {len(channels)} with a subscription")


async def membership(slack: Slack, channel: ChannelRef, about: str, then: str) -> Finding | None:
    """What keeps the bot from posting in a channel. Seen by reading its history, as the bot sees it: that wants no scope of its own."""
    if slack.me and channel.workspace != slack.me.workspace:
        todo = "set SLACK_BOT_TOKEN to that workspace's token, or subscribe channels of this one"
        return wrong(about, f"belongs to {channel.workspace}, and the token to {slack.me.workspace}", todo)
    try:
        await asked(slack.client.conversations_history(channel=channel.id, limit=1))
    except SlackApiError as error:
        problem, status, _ = refusal(error)
        if status != 200 or not problem or problem in WAIT:
            raise
        if problem not in NOT_THERE:
            return look(about, f"Slack doesn't say whether the bot is in it ({problem})", "see Slack scopes above")
        name = channel.name or f"the channel {channel.id}"
        return wrong(about, f"the bot is not in it ({problem})", f"say /invite @{slack.bot} in {name}, {then}")
    return None


async def socket(slack: Slack) -> Finding:
    """Whether a connection could be opened; none is."""
    about = "Slack socket"
    if not slack.settings.app_token:
        said = f"not used: Slack reaches the bot over HTTP, at {PATH}; whether it does, the app's page Event Subscriptions says"
        return ok(about, said)
    try:
        answer = await asked(slack.client_with(None).apps_connections_open(app_token=slack.settings.app_token))
    except SlackApiError as error:
        problem, status, _ = refusal(error)
        if status != 200 or not problem or problem in WAIT:
            raise
        return wrong(about, f"Slack refuses SLACK_APP_TOKEN ({problem})", SOCKET)
    if not slack.settings.own(str(answer.get("url") or "")):
        return wrong(about, "Slack names an address that isn't its own", "see whether something between changes what Slack says")
    return ok(about, "Slack offers a connection")
