"""Teams' checks for `tradebot doctor`. They post nothing: Teams has no API that tells whether the bot is in a channel."""

import asyncio
import importlib.util
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx

from bot.doctor.clocks import check_clock
from bot.findings import WRONG, Finding, look, ok, wrong
from bot.teams import verification
from bot.teams.certificate import BadCertificate, read_certificate
from bot.teams.incoming import PLATFORM
from bot.teams.settings import TeamsSettings
from bot.teams.tokens import IDENTITY_SERVICE, NoToken, Tokens
from jobs import network
from jobs.models.channels import ChannelRef
from jobs.store import channels
from jobs.store.database import Database

AGAIN = "then run `tradebot doctor` again"
NEW = "create a client secret for the bot's app in Entra (Certificates & secrets); set TEAMS_CLIENT_SECRET to its Value, not its Secret ID"
TENANT = "set TEAMS_TENANT_ID to the Directory (tenant) ID that Entra shows for the bot's app"

TODO = {
    "AADSTS7000215": NEW,
    "AADSTS7000222": NEW,
    "AADSTS700027": "upload the certificate to the bot's app in Entra (Certificates & secrets), or set TEAMS_CERTIFICATE to one of those",
    **dict.fromkeys(
        ("AADSTS70021", "AADSTS700211", "AADSTS700212", "AADSTS700213"),
        "add the managed identity to the bot's app in Entra (Certificates & secrets, Federated credentials), or set TEAMS_MANAGED_IDENTITY "
        "to the one that is there",
    ),
    "AADSTS700016": f"set TEAMS_CLIENT_ID to the Application (client) ID that Entra shows for the bot's app, and {TENANT}",
    "AADSTS7000112": "turn on the bot's app in Entra, under Enterprise applications",
    "AADSTS90002": TENANT,
}
"""Advice by login error (see bot.teams.tokens.MEANING)."""
OTHERWISE = "compare TEAMS_CLIENT_ID, TEAMS_TENANT_ID and what the bot signs in with, with what Entra shows for the bot's app"
IDENTITY = "run the bot on an Azure resource that has this identity, or set TEAMS_CERTIFICATE instead of TEAMS_MANAGED_IDENTITY"

SOON = timedelta(days=30)
"""How long before a certificate's end the doctor asks for another."""

NONE = "none: anyone on this computer can pose as Teams, and posts carry no token (DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS=true)"
SIGN_IN = "use this only with Microsoft's local client; for Teams, unset it, then set TEAMS_TENANT_ID and what the bot signs in with"


async def run_checks(
    settings: TeamsSettings, subscribed: list[ChannelRef] | None, paused: frozenset[ChannelRef] = frozenset(), db: Database | None = None
) -> list[Finding]:
    """`subscribed` have a live subscription. It and `db` are None when the database is unavailable."""
    if importlib.util.find_spec("microsoft_teams") is None:
        found = [wrong("Teams SDK", "Microsoft's SDK is not installed", "install cbp-trade-bot[teams]")]
    elif settings.anonymous:
        found = [look("Teams sign-in", NONE, SIGN_IN)]
    else:
        certificate = check_certificate(settings, datetime.now(UTC))
        token = check_token if all(finding.state != WRONG for finding in certificate) else skip_token
        signed_in, keys = await asyncio.gather(token(settings), check_keys(settings))
        found = [*certificate, signed_in, *keys]
    found += check_admin_channel(settings, db)
    if subscribed is None:
        return [*found, look("Teams channels", "not checked: see database above")]
    return [*found, *check_channels(settings, subscribed, paused)]


def check_admin_channel(settings: TeamsSettings, db: Database | None) -> list[Finding]:
    """Return nothing without such a channel in Teams. A channel is known as soon as the bot was added there, or answered somebody."""
    if not settings.admin_channel:
        return []
    about = "Teams channel of the admins"
    if db is None:
        return [look(about, "not checked: see database above")]
    with db.read() as conn:
        known = channels.find_id(conn, ChannelRef(PLATFORM, settings.tenant_id, settings.admin_channel))
        reason = None if known is None else channels.pause_reason(conn, known)
    if known is None:
        todo = "add the app to that team or chat, and mention the bot there once"
        return [look(about, f"nobody has used the bot in {settings.admin_channel} yet, so it may not be able to post there", todo)]
    if reason is not None:
        return [wrong(about, f"posting is paused: {reason}")]
    return [ok(about, f"the bot can post to {settings.admin_channel}, as far as it can tell")]


def check_certificate(settings: TeamsSettings, now: datetime) -> list[Finding]:
    """Return nothing without a certificate."""
    about, path = "Teams certificate", settings.certificate
    if path is None:
        return []
    try:
        expires = read_certificate(path, now).expires
    except BadCertificate as problem:
        return [wrong(about, f"{path}: {problem.problem}", f"{problem.advice}, then restart the bot")]
    if expires - now < SOON:
        todo = "make a new one, upload it to the bot's app in Entra, replace the file and restart the bot"
        return [look(about, f"{path} expires on {expires:%Y-%m-%d}", todo)]
    return [ok(about, f"{path} is valid until {expires:%Y-%m-%d}")]


async def skip_token(_: TeamsSettings) -> Finding:
    return look("Teams token", "not checked: fix the certificate first")


async def check_token(settings: TeamsSettings) -> Finding:
    about, tokens = "Teams token", Tokens(settings)
    try:
        await tokens.get()
    except NoToken as problem:
        if IDENTITY_SERVICE in problem.why:
            return wrong(about, problem.why, f"{IDENTITY}, {AGAIN}")
        if not problem.refused:
            reach = f"check that this computer can reach {urlsplit(settings.cloud.login).netloc} (set HTTPS_PROXY if you need a proxy)"
            todo = f"{reach}, or {TENANT}" if "TEAMS_TENANT_ID" in problem.why else reach
            return wrong(about, problem.why, f"{todo}, {AGAIN}")
        todo = next((todo for code, todo in TODO.items() if f"{code})" in problem.why), OTHERWISE)
        return wrong(about, problem.why, f"{todo}, and restart the bot")
    finally:
        await tokens.close()
    return ok(about, f"the sign-in service issues a token to the bot {settings.client_id} in tenant {settings.tenant_id}")


async def check_keys(settings: TeamsSettings) -> list[Finding]:
    """Check that requests from Teams can be verified: with Microsoft's keys, and at this computer's time."""
    about, url = "Teams keys", settings.cloud.keys_url
    nobody = "without them, the bot cannot answer anyone in Teams"
    reach = f"check that this computer can reach {urlsplit(url).netloc} (set HTTPS_PROXY if you need a proxy), {AGAIN}"
    try:
        fetching = asyncio.to_thread(verification.fetch_keys, url, settings.network)
        keys, ahead = await asyncio.wait_for(fetching, verification.WAIT_SECONDS)
        found = keys.get("keys")
    except httpx.HTTPStatusError as error:
        return [wrong(about, f"{url} answered HTTP {error.response.status_code}: {nobody}", f"if this continues, {reach}")]
    except (httpx.HTTPError, TimeoutError, OSError) as error:
        return [wrong(about, f"cannot reach {url} ({network.explain(error)}): {nobody}", reach)]
    except ValueError:
        found, ahead = None, None
    if not isinstance(found, list) or not found:
        return [wrong(about, f"{url} has no keys: {nobody}", "check whether a proxy changes Microsoft's response")]
    clock = check_clock("Teams clock", ahead, "Microsoft's", "requests from Teams are refused if it differs by more than 5 minutes")
    return [ok(about, f"{len(found)} to verify requests from Teams"), *clock]


def check_channels(settings: TeamsSettings, subscribed: list[ChannelRef], paused: frozenset[ChannelRef]) -> list[Finding]:
    problems = [problem for each in subscribed if each not in paused and (problem := channel_problem(settings, each))]
    stopped = sum(each in paused for each in subscribed)
    if not subscribed:
        return [ok("Teams channels", "no channel has a subscription yet")]
    count = len(subscribed) - stopped - len(problems)
    summary = f"the bot can post to {count} of the {len(subscribed)} with a subscription, as far as it can tell"
    return [*problems, ok("Teams channels", f"{summary}; posting is paused in {stopped}, see above" if stopped else summary)]


def channel_problem(settings: TeamsSettings, channel: ChannelRef) -> Finding | None:
    about = f"Teams channel {channel.name or channel.id}"
    if not settings.own(channel.workspace):
        todo = "set TEAMS_TENANT_ID to that tenant, or subscribe channels in the bot's own tenant"
        return wrong(about, f"belongs to tenant {channel.workspace}, but the bot belongs to {settings.tenant_id}", todo)
    if not settings.trusts(channel.extra.get("service_url", "")):
        problem = f"Teams has not given its address yet, so posts go to {settings.cloud.service_url}"
        return look(about, problem, "send the bot any message there, and it stores the address")
    return None
