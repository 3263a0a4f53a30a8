"""Check Slack for `tradebot doctor`: the token, its scopes, the channels and the socket."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.doctor.clocks import check_clock
from bot.findings import OK, Finding, look, ok, wrong
from bot.slack.client import NETWORK_ERRORS, NOT_A_MEMBER, Slack, error_details
from bot.slack.errors import AGAIN, WAIT, WORKSPACE
from bot.slack.incoming import PLATFORM
from bot.slack.manifest import PATH, SCOPES
from bot.slack.sample_cards import SampleCard
from bot.slack.settings import SlackSettings
from jobs import network
from jobs.models.channels import ChannelRef

TIMEOUT_SECONDS = 8.0

REFUSED = "Slack's requests are refused if it differs by more than 5 minutes"

VALIDATE = "blocks.validate"
"""https://docs.slack.dev/reference/methods/blocks.validate"""
INVALID = ("invalid_blocks", "invalid_message", "invalid_view")
UNKNOWN_METHOD = "unknown_method"
MAX_ERRORS = 3
"""Errors of one card in a finding."""

REACH = "check that this computer can reach it (set HTTPS_PROXY if you need a proxy), then run `tradebot doctor` again"
SOCKET = (
    "on the app's Basic Information page, create an App-Level Token with the scope connections:write, set SLACK_APP_TOKEN to it, "
    "and turn on Socket Mode on the Socket Mode page"
)


async def run_checks(settings: SlackSettings, channels: list[ChannelRef] | None, cards: Sequence[SampleCard]) -> list[Finding]:
    """`channels` are those with a live subscription, None if that is unknown."""
    slack = Slack(settings)
    try:
        findings = await _check_bot(slack, channels)
        if slack.me is not None:
            findings += [*await _check_admin_channel(slack), *await _check_cards(slack, cards)]
        return [*findings, await _run("Slack socket", slack, lambda: _check_socket(slack))]
    finally:
        await slack.close()


async def _check_bot(slack: Slack, channels: list[ChannelRef] | None) -> list[Finding]:
    granted: set[str] = set()
    first = await _run("Slack token", slack, lambda: _check_token(slack, granted))
    if first.state != OK:
        return [first, look("Slack scopes and channels", "not checked: fix the token first")]
    findings = [first, *check_clock("Slack clock", slack.clock_ahead, "Slack's", REFUSED), _check_scopes(granted)]
    if channels is None:
        return [*findings, look("Slack channels", "not checked: see database above")]
    absences: list[Finding] = []
    summary = await _run("Slack channels", slack, lambda: _check_channels(slack, channels, absences))
    return [*findings, *absences, summary]


async def _check_admin_channel(slack: Slack) -> list[Finding]:
    if not slack.settings.admin_channel or slack.me is None:
        return []
    about = "Slack channel of the admins"
    channel = ChannelRef(PLATFORM, slack.me.workspace, slack.settings.admin_channel, "")

    async def check() -> Finding:
        absent = await _check_membership(slack, channel, about, "so that notices and reported problems reach the admins")
        return absent or ok(about, f"the bot is in {channel.id}")

    return [await _run(about, slack, check)]


async def _check_cards(slack: Slack, cards: Sequence[SampleCard]) -> list[Finding]:
    """Ask Slack whether it would take one card of each sort. It posts nothing."""
    about = "Slack cards"
    refused: dict[str, Finding] = {}

    async def check() -> Finding:
        for card in cards:
            try:
                problem = await _refusal(slack, card)
            except SlackApiError as error:
                name, status, _ = error_details(error)
                if status != 200 or not name or name in WAIT or name in WORKSPACE:
                    raise
                why = "this Slack cannot check them, which does no harm" if name == UNKNOWN_METHOD else "Slack would not check them"
                return look(about, f"not checked: {why} ({VALIDATE}: {name})")
            if problem:
                message = f"Slack would not take it: {problem}"
                refused.setdefault(card.name, wrong(f"Slack card {card.name}", message, "report it to the people who maintain the bot"))
        names = len({card.name for card in cards})
        return ok(about, f"Slack would take {names - len(refused)} of {names}, one of each sort")

    summary = await _run(about, slack, check)
    return [*refused.values(), summary] if cards else []


async def _refusal(slack: Slack, card: SampleCard) -> str:
    """Return what is wrong with a card in Slack's words, or "". Raises CALL_ERRORS."""
    try:
        await _finish(slack.client.api_call(VALIDATE, json={card.argument: json.dumps(card.content)}))
    except SlackApiError as error:
        problem, status, _ = error_details(error)
        if status != 200 or problem not in INVALID:
            raise
        return _describe(error.response.get("errors")) or problem
    return ""


def _describe(errors: Any) -> str:
    """Return the first errors of a refused card, each with the place in the card."""
    listed = [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
    return "; ".join(f"{str(each.get('message'))[:200]} (at {str(each.get('pointer'))[:100]})" for each in listed[:MAX_ERRORS])


async def _run(about: str, slack: Slack, check: Callable[[], Awaitable[Finding]]) -> Finding:
    try:
        return await check()
    except SlackApiError as error:
        name, status, _ = error_details(error)
        if status == 429 or name in WAIT:
            return look(about, "not checked: Slack asked the bot to wait", "run `tradebot doctor` again in a minute")
        if status != 200 or not name:
            return wrong(about, f"Slack returned HTTP {status} {name}", "if this continues, check Slack's status page")
        return wrong(about, f"{WORKSPACE.get(name, 'Slack rejects the token')} ({name})", AGAIN)
    except NETWORK_ERRORS as error:
        return wrong(about, f"cannot reach Slack at {slack.settings.api_url}: {network.explain(error)}", REACH)
    except Exception as error:
        return wrong(about, f"this check failed: {type(error).__name__}: {error}", "report it to the people who maintain the bot")


async def _finish(call: Awaitable[AsyncSlackResponse]) -> AsyncSlackResponse:
    """Raises CALL_ERRORS."""
    return await asyncio.wait_for(call, TIMEOUT_SECONDS)


async def _check_token(slack: Slack, granted: set[str]) -> Finding:
    """Fill `granted` with the token's scopes, which every response names."""
    answer = await _finish(slack.client.auth_test())
    granted.update(filter(None, (scope.strip() for scope in (answer.headers or {}).get("x-oauth-scopes", "").split(","))))
    await asyncio.wait_for(slack.identify(), TIMEOUT_SECONDS)
    workspace = slack.me.workspace if slack.me else answer.get("team_id")
    return ok("Slack token", f"valid for @{slack.bot} in {workspace} ({answer.get('team')})")


def _check_scopes(granted: set[str]) -> Finding:
    about = "Slack scopes"
    if not granted:
        return look(about, "Slack does not list the token's scopes", "compare the app's OAuth & Permissions page with bot/slack/README.md")
    missing = [f"{scope} ({reason})" for scope, reason in SCOPES.items() if scope not in granted]
    if missing:
        return wrong(about, f"missing {'; '.join(missing)}", "add them on the app's OAuth & Permissions page and reinstall the app")
    more = sorted(granted - set(SCOPES))
    if more:
        return look(about, f"the token has all of them, and more than the bot needs: {', '.join(more)}", "remove those")
    return ok(about, f"the token has all {len(SCOPES)} and no others")


async def _check_channels(slack: Slack, channels: list[ChannelRef], absences: list[Finding]) -> Finding:
    """Add to `absences` a finding for each channel that the bot is not in. Raises SlackApiError."""
    for channel in channels:
        about = f"Slack channel {channel.name or channel.id}"
        if absence := await _check_membership(slack, channel, about, "then type /csms resume there"):
            absences.append(absence)
    count = len(channels) - len(absences)
    if not channels:
        return ok("Slack channels", "no channel has a subscription yet")
    return ok("Slack channels", f"the bot is in {count} of {len(channels)} channels with a subscription")


async def _check_membership(slack: Slack, channel: ChannelRef, about: str, then: str) -> Finding | None:
    """Return what keeps the bot from posting in a channel, by reading its history, which needs no further scope."""
    if slack.me and channel.workspace != slack.me.workspace:
        todo = "set SLACK_BOT_TOKEN to that workspace's token, or subscribe channels in the token's workspace"
        return wrong(about, f"belongs to {channel.workspace}, but the token belongs to {slack.me.workspace}", todo)
    try:
        await _finish(slack.client.conversations_history(channel=channel.id, limit=1))
    except SlackApiError as error:
        problem, status, _ = error_details(error)
        if status != 200 or not problem or problem in WAIT:
            raise
        if problem not in NOT_A_MEMBER:
            return look(about, f"Slack does not tell whether the bot is in it ({problem})", "see Slack scopes above")
        name = channel.name or f"the channel {channel.id}"
        return wrong(about, f"the bot is not in it ({problem})", f"type /invite @{slack.bot} in {name}, {then}")
    return None


async def _check_socket(slack: Slack) -> Finding:
    """Check that a connection could be opened, without opening one."""
    about = "Slack socket"
    if not slack.settings.app_token:
        page = "the app's Event Subscriptions page shows whether that works"
        return ok(about, f"not used: Slack reaches the bot over HTTP at {PATH}; {page}")
    try:
        answer = await _finish(slack.client_with(None).apps_connections_open(app_token=slack.settings.app_token))
    except SlackApiError as error:
        problem, status, _ = error_details(error)
        if status != 200 or not problem or problem in WAIT:
            raise
        return wrong(about, f"Slack rejects SLACK_APP_TOKEN ({problem})", SOCKET)
    if not slack.settings.own(str(answer.get("url") or "")):
        return wrong(about, "the socket's address is not on Slack's domain", "check whether a proxy changes Slack's responses")
    return ok(about, "a connection is available")
