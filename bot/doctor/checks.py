"""Run all checks of `tradebot doctor` and print what they find."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from bot.app import network_problems
from bot.ask import show
from bot.doctor.clocks import check_database_clock
from bot.doctor.content import catalog_in_force, check_content, check_revision
from bot.doctor.database import check_audit, check_database, check_restoration
from bot.doctor.jobs import Subscribed, check_channels, check_feeds, check_outbox, check_workers
from bot.findings import OK, WRONG, Finding, hide_secrets, look, ok, run_check, wrong
from bot.settings import Settings, SettingsError, hints, load
from bot.slack.settings import SlackSettings
from bot.teams.settings import TeamsSettings
from handlers.command import Context
from jobs.database_url import url_secrets
from jobs.network import explain_unreachable
from jobs.proxies import Exemption, describe_network
from jobs.store import revisions
from jobs.store.database import Database

SECONDS = 8.0
"""How long a check of the database or of the files may take."""

CONTENT_SECONDS = 60.0
"""How long reading the content may take; a git server has 30 seconds."""

PROXY_SECONDS = 3.0
"""How long a connection to the proxy may take."""

SLACK_SECONDS = TEAMS_SECONDS = 60.0
"""How long all checks of a platform may take together."""

NOT_CONFIGURED = "not configured, so not checked"


def run() -> int:
    """Print the findings as they come. Return 1 when something is wrong."""
    for hint in hints():
        show(str(look("settings", hint)))
    try:
        settings = load()
    except SettingsError as error:
        for problem in error.problems:
            show(str(wrong("settings", problem)))
        show("Nothing else was checked: fix the settings first.")
        return 1
    count = 0
    logging.disable(logging.CRITICAL)  # the findings say it
    try:
        for finding in run_checks(settings):
            count += finding.state == WRONG
            show(str(hide_secrets(secrets(settings), finding)))
    finally:
        logging.disable(logging.NOTSET)
    show("No problems found." if not count else f"{count} problem{'' if count == 1 else 's'} found.")
    return min(count, 1)


def secrets(settings: Settings) -> list[str]:
    """Return the values that no finding may show."""
    slack, teams = settings.slack, settings.teams
    of_slack = (slack.bot_token, slack.app_token, slack.signing_secret) if slack else ()
    of_content = () if isinstance(settings.content, Path) else (settings.content.token,)
    return [*url_secrets(settings.database_url), settings.metrics_token, *of_content, *of_slack, *((teams.client_secret,) if teams else ())]


def run_checks(settings: Settings) -> Iterator[Finding]:
    yield ok("settings", f"valid; {describe_platforms(settings)}")
    yield from run_check("content", lambda: check_content(settings.content), CONTENT_SECONDS)
    database = run_check("database", lambda: check_database(settings), SECONDS)
    yield from database
    states = {finding.state for finding in database}
    known: list[Subscribed] = []
    if states == {OK}:
        with closing(Database(settings.database_url)) as db:
            yield from run_check("database clock", lambda: check_database_clock(db), SECONDS)
            yield from run_check("restoration", lambda: check_restoration(db, settings), SECONDS)
            yield from run_check("audit", lambda: check_audit(db), SECONDS)
            yield from run_check("revision", lambda: check_revision(db, settings), CONTENT_SECONDS)
            yield from run_check("feeds", lambda: check_feeds(db, settings), SECONDS)
            yield from run_check("workers", lambda: check_workers(db, settings), SECONDS)
            yield from run_check("channels", lambda: check_channels(db, known), SECONDS)
            yield from run_check("outbox", lambda: check_outbox(db, settings), SECONDS)
    else:
        why = "not checked: fix the database first" if WRONG in states else "not checked yet: the next start sets up the database"
        yield look("audit, revision, feeds, workers, channels, outbox", why)
    channels = known[0] if known else None
    on_slack, on_teams = settings.slack, settings.teams
    network = run_check("network", lambda: check_network(settings, PROXY_SECONDS), SECONDS)
    yield from network
    if any(finding.state == WRONG for finding in network):
        yield look("Slack, Teams", "not checked: fix the network first")
        return
    if on_slack is None:
        yield ok("Slack", NOT_CONFIGURED)
    else:
        yield from run_check("Slack", lambda: check_slack(on_slack, settings, channels), SLACK_SECONDS)
    if on_teams is None:
        yield ok("Teams", NOT_CONFIGURED)
    else:
        yield from run_check("Teams", lambda: check_teams(on_teams, settings, channels), TEAMS_SECONDS)


def describe_platforms(settings: Settings) -> str:
    there = []
    if settings.slack is not None:
        way = "by Socket Mode" if settings.slack.app_token else "over HTTP, at /slack/events"
        there.append(f"Slack at {settings.slack.api_url}, {way}")
    if settings.teams is not None:
        tenant = f" in tenant {settings.teams.tenant_id}" if settings.teams.tenant_id else ""
        there.append(f"Teams{tenant} (TEAMS_CLOUD={settings.teams.cloud.name}), over HTTP, at /api/messages")
    if there:
        return "; ".join(there)
    return "no platform is configured, so only the playground runs" if settings.playground else "no platform is configured"


def check_network(settings: Settings, seconds: float) -> list[Finding]:
    """Report the proxies and certificates that the bot uses for its own requests, and whether the proxy can be reached."""
    if problems := tuple(network_problems(settings)):
        return [wrong("network", problem) for problem in problems]
    left_out = [
        look("network", f"NO_PROXY: {entry} is not a host, an address or a range of addresses, so the bot ignores it", "correct it")
        for entry in settings.network.left_out
    ]
    if (proxy := settings.network.https) is not None and Exemption("*") not in settings.network.exemptions:
        host, port = proxy.endpoint
        if problem := explain_unreachable(host, port, seconds):
            message = f"{proxy.variable}: cannot reach the proxy {host} at port {port}: {problem}"
            todo = f"set {proxy.variable} to a proxy that runs, as http://HOST:PORT, or unset it if this computer needs no proxy"
            return [*left_out, wrong("network", message, todo)]
    return [*left_out, ok("network", "; ".join(describe_network(settings.network)))]


def check_slack(slack: SlackSettings, settings: Settings, channels: Subscribed | None) -> list[Finding]:
    """`channels` is None when the database could not be read."""
    from bot.slack.doctor import run_checks
    from bot.slack.incoming import PLATFORM
    from bot.slack.sample_cards import sample_cards

    refs = None if channels is None else [ref for ref, _ in channels if ref.platform == PLATFORM]
    with nullcontext() if refs is None else closing(Database(settings.database_url)) as db:
        context = context_in_force(settings, db)
        cards = list(sample_cards(context, next(iter(refs or ()), None))) if context else []
    return asyncio.run(run_checks(slack, refs, cards))


def context_in_force(settings: Settings, db: Database | None) -> Context | None:
    """Return what the bot answers from, without a database if that cannot be used."""
    newest, now = None, datetime.now(UTC)
    if db is not None:
        with db.read() as conn:
            newest, now = revisions.newest(conn), db.now(conn)
    catalog = catalog_in_force(newest, settings.content)
    return None if catalog is None else Context(catalog, now, settings.zone, db)


def check_teams(teams: TeamsSettings, settings: Settings, channels: Subscribed | None) -> list[Finding]:
    """Check login, keys and channels. `channels` is None when the database could not be read."""
    from bot.teams.doctor import run_checks
    from bot.teams.incoming import PLATFORM

    theirs = None if channels is None else [(ref, reason) for ref, reason in channels if ref.platform == PLATFORM]
    refs = None if theirs is None else [ref for ref, _ in theirs]
    with nullcontext() if refs is None else closing(Database(settings.database_url)) as db:
        return asyncio.run(run_checks(teams, refs, frozenset(ref for ref, reason in theirs or () if reason), db))
