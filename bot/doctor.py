"""`tradebot doctor`: check everything the bot needs, change nothing, and report how to fix what is wrong."""

import asyncio
import logging
import os
from collections.abc import Iterator
from contextlib import closing, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import network_problems
from bot.ask import count_feeds, show
from bot.database import StartError, open_checked
from bot.findings import OK, WRONG, Finding, hide_secrets, look, ok, run_check, wrong
from bot.settings import Settings, SettingsError, SlackSettings, TeamsSettings, hints, load, redact
from content.catalog import Catalog, Feed
from content.loading.diff import describe, missing
from content.loading.files import ContentError, digest, read_files
from content.loading.loader import load as load_folder
from content.loading.loader import load_files
from handlers.command import Context
from handlers.outbox import quantity
from handlers.replies import dates
from jobs.database_url import url_secrets
from jobs.decide import FEW_CSMS, OLD_AFTER
from jobs.feed_health import entry_count, feed_health
from jobs.migrations import upgrade
from jobs.models import ChannelCount, ChannelRef, FeedRow, Revision
from jobs.network import explain_unreachable
from jobs.proxies import Exemption, describe_network
from jobs.revisions import missing_from
from jobs.store import entries, feeds, outbox, reports, revisions
from jobs.store.database import Connection, Database

SECONDS = 8.0
"""How long a check of the database or of the files may take."""

PROXY_SECONDS = 3.0
"""How long a connection to the proxy may take."""

SLACK_SECONDS = TEAMS_SECONDS = 60.0
"""How long all checks of a platform may take together."""

NOT_CONFIGURED = "not configured, so not checked"

LATE = timedelta(minutes=15)
"""How long a feed may be overdue before it counts as not polled at all, and a message before it counts as not posted."""

MAX_CHANNELS = 10
"""Channels with refused posts that are named."""

HELD = "posting is on hold: nobody has confirmed whether a post arrived"
RESEND = "type `/trade-admin outbox`, then resend or drop what was refused"
DECIDE = "look in the channel, type `/trade-admin outbox`, and select what is true"

Subscribed = list[tuple[ChannelRef, str | None]]
"""The channels with a live subscription, each with why posting has stopped, or None."""

START = "start `tradebot run`, or `tradebot work`"
LOST = "entries that the bot answers from now: "
RESTORE = "if a file was cut off, restore it; else `/trade-admin reload` asks you to confirm"


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
    return [*url_secrets(settings.database_url), *of_slack, *((teams.client_secret,) if teams else ())]


def run_checks(settings: Settings) -> Iterator[Finding]:
    yield ok("settings", f"valid; {describe_platforms(settings)}")
    yield from run_check("content", lambda: check_content(settings.content_dir), SECONDS)
    database = run_check("database", lambda: check_database(settings), SECONDS)
    yield from database
    states = {finding.state for finding in database}
    known: list[Subscribed] = []
    if states == {OK}:
        with closing(Database(settings.database_url)) as db:
            yield from run_check("revision", lambda: check_revision(db, settings), SECONDS)
            yield from run_check("feeds", lambda: check_feeds(db, settings), SECONDS)
            yield from run_check("channels", lambda: check_channels(db, known), SECONDS)
            yield from run_check("outbox", lambda: check_outbox(db, settings), SECONDS)
    else:
        why = "not checked: fix the database first" if WRONG in states else "not checked yet: the next start sets up the database"
        yield look("revision, feeds, channels, outbox", why)
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


def check_content(folder: Path) -> list[Finding]:
    """Check whether the files on disk could be published."""
    try:
        catalog = load_folder(folder)
    except ContentError as error:
        count = len(error.problems)
        message = f"{count} problem{'s' if count > 1 else ''} in {folder}; the first: {error.problems[0]}"
        return [wrong("content", message, "fix the file; `tradebot check` lists every problem")]
    return [
        ok("content", f"{folder} has no errors ({len(catalog.ptis)} PTIs, {len(catalog.terms)} terms, {count_feeds(len(catalog.feeds))})")
    ]


def check_database(settings: Settings) -> list[Finding]:
    """Check that the database can be reached and has this release's tables."""
    address = redact("DATABASE_URL", settings.database_url)
    try:
        with open_checked(settings) as db, closing(db):
            file = Path(db.url.database or "") if db.sqlite else None
            if file and not file.exists():  # opening it would create it
                return [missing_file(address, file.parent)]
            behind = upgrade.is_behind(db)
            with db.read() as conn:
                state = "has the schema of an older release" if upgrade.current(conn) else "has no tables yet"
    except StartError as problem:
        return [wrong("database", str(problem))]
    if behind and db.sqlite:
        return [look("database", f"{address} {state}", "start `tradebot run`, which brings it up to date")]
    if behind:
        return [wrong("database", f"{address} {state}", "run `tradebot migrate`")]
    return [ok("database", f"{address} answers and is up to date")]


def missing_file(address: str, folder: Path) -> Finding:
    if folder.is_dir() and os.access(folder, os.W_OK):
        return look("database", f"{address} does not exist yet", "start `tradebot run`, which creates it")
    return wrong("database", f"{address} cannot be created", "set DATABASE_URL to a file in a folder that exists and that you can write to")


def check_revision(db: Database, settings: Settings) -> list[Finding]:
    """Check which content is in force and whether it is the disk's."""
    with db.read() as conn:
        newest, now = revisions.newest(conn), db.now(conn)
    if newest is None:
        return [look("revision", "no revision is published yet", "start `tradebot run`, which publishes the files on disk")]
    name = f"{newest.id}, published {dates.near(newest.at, now, settings.zone)} by {newest.who}"
    try:
        old = load_files(newest.files)
    except ContentError as error:
        message = f"{name}: this release cannot use it: {error.problems[0]}"
        return [wrong("revision", message, "type `/trade-admin reload` to publish the files on disk")]
    try:
        files = read_files(settings.content_dir)
        if digest(files) == newest.digest:
            return [ok("revision", f"{name}; the files on disk match")]
        on_disk = load_files(files)
    except ContentError:
        return [look("revision", f"{name}; the files on disk cannot be published")]
    if lost := missing(old, on_disk):
        return [look("revision", f"{name}; the files on disk lack {LOST}{'; '.join(lost)}", RESTORE)]
    changes = "; ".join(describe(old, on_disk)) or "no statement"
    return [look("revision", f"{name}; the files on disk differ: {changes}", "type `/trade-admin reload` to publish the files on disk")]


def check_missing(directory: str | None) -> list[Finding]:
    """Check whether valid content lacks entries of the revision in force. Without a database there is nothing to compare."""
    try:
        settings = load()
    except SettingsError:
        return []
    if directory is not None and Path(directory).resolve() != settings.content_dir:
        return []

    def compare() -> list[Finding]:
        if any(finding.state != OK for finding in check_database(settings)):
            return []
        with closing(Database(settings.database_url)) as db:
            lost = missing_from(db, load_folder(settings.content_dir))
        return [look("content", f"lacks {LOST}{'; '.join(lost)}", RESTORE)] if lost else []

    return [finding for finding in run_check("content", compare, SECONDS) if finding.state != WRONG]


def check_feeds(db: Database, settings: Settings) -> list[Finding]:
    with db.read() as conn:
        newest, now = revisions.newest(conn), db.now(conn)
        rows = {row.slug: row for row in feeds.all_rows(conn)}
    catalog = catalog_in_force(newest, settings.content_dir)
    if catalog is None:
        return [look("feeds", "not checked: fix the content first")]
    with db.read() as conn:
        last = {feed.slug: entries.latest(conn, (feed.slug,), limit=1) for feed in catalog.feeds}
    ages = {slug: now - found[0].published if found else None for slug, found in last.items()}
    jobs = check_jobs([rows[feed.slug] for feed in catalog.feeds if feed.slug in rows], now, settings.zone)
    held = [check_held(rows[feed.slug]) for feed in catalog.feeds if feed.slug in rows and rows[feed.slug].held]
    return [jobs, *(check_feed(feed, rows.get(feed.slug), ages[feed.slug], now, settings.zone) for feed in catalog.feeds), *held]


def check_held(row: FeedRow) -> Finding:
    advice = f"type `/trade-admin post {row.slug}` if they are really new, else `/trade-admin seen {row.slug}`"
    return look(f"held entries of {row.slug}", f"{entry_count(row.held)} came at once and wait for an admin's decision", advice)


def catalog_in_force(newest: Revision | None, folder: Path) -> Catalog | None:
    """Return the catalog that the bot answers from, or would after a start."""
    if newest is not None:
        with suppress(ContentError):
            return load_files(newest.files)
    with suppress(ContentError):
        return load_folder(folder)
    return None


def check_jobs(rows: list[FeedRow], now: datetime, zone: str) -> Finding:
    late = [row for row in rows if not row.paused and now - row.next_poll > LATE]
    if not rows:
        return look("jobs", "have never run with this database", START)
    if late:
        since = dates.near(min(row.next_poll for row in late), now, zone)
        return wrong(
            "jobs",
            f"no process polls: {len(late)} of {count_feeds(len(rows))} overdue, the first since {since}",
            START,
        )
    return ok("jobs", "the feeds are polled on time")


def check_feed(feed: Feed, row: FeedRow | None, age: timedelta | None, now: datetime, zone: str) -> Finding:
    """`age` is the age of the feed's newest entry."""
    subject, page = f"feed {feed.slug}", f"open {feed.sources[0].url} on this computer" if feed.sources else "add a source to feeds.yaml"
    if row is None or (row.last_success is None and not row.failures and not row.paused):
        return look(subject, "not read yet", START)
    read = f"read {dates.near(row.last_success, now, zone)}, {entry_count(row.entries)}" if row.last_success else "not read yet"
    failed = f"; last error {dates.near(row.last_error_at, now, zone)}: {row.last_error}" if row.last_error and row.last_error_at else ""
    trouble = feed_health(feed, row).trouble
    if row.paused:
        return wrong(subject, f"{trouble}; {read}", "put the new address into feeds.yaml and reload; `tradebot poll --once` tries again")
    if row.failures:
        return wrong(subject, f"{trouble}; {read}", f"{page}, then `tradebot poll --once`")
    if feed.publishes == "csms" and row.entries < FEW_CSMS:
        return wrong(subject, f"{read}, where 100 are usual{failed}", f"{page}: messages may be missing")
    if feed.publishes == "csms" and age is not None and age > OLD_AFTER:
        return wrong(subject, f"{read}, the newest {age.days} days old{failed}", f"{page}: CBP may publish elsewhere now")
    if row.warning:
        return look(subject, f"{read}; warning: {row.warning}{failed}", page)
    return ok(subject, f"{read}{failed}")


def check_channels(db: Database, known: list[Subscribed]) -> list[Finding]:
    """Append the channels with a subscription to `known`."""
    with db.read() as conn:
        channels, unsure = reports.subscribed_channels(conn), [outbox.held_post(conn, each.id) for each in outbox.held(conn)]
    known.append(channels)
    paused = [wrong(f"channel {ref.name or ref.id}", f"posting is paused: {reason}") for ref, reason in channels if reason]
    held = [wrong(f"channel {each.channel.name or each.channel.id}", HELD + f" ({each.why})", DECIDE) for each in unsure if each]
    count = len(channels)
    message = f"{count} {'has' if count == 1 else 'have'} a subscription, and posting works in {'it' if count == 1 else 'all of them'}"
    return [*paused, *held] or [ok("channels", message if count else "no channel has a subscription yet")]


def check_outbox(db: Database, settings: Settings) -> list[Finding]:
    """Check that no post was refused, and that what is due is posted in channels that are open."""
    zone = settings.zone
    with db.read() as conn:
        now, waiting, dead = db.now(conn), reports.waiting(conn), outbox.dead(conn)
        refused = [refused_posts(conn, each, now, zone) for each in dead[:MAX_CHANNELS]]
        stopped = {each.id for each in outbox.held(conn)}
    if len(dead) > MAX_CHANNELS:
        refused.append(wrong("outbox", f"{len(dead) - MAX_CHANNELS} more channels have refused posts", RESEND))
    served = {"slack": settings.slack is not None, "teams": settings.teams is not None, "playground": settings.playground}
    open_channels = [each for each in waiting.channels if not each.paused and each.id not in stopped and served.get(each.channel.platform)]
    late = [each for each in open_channels if now - each.oldest > LATE]
    if late:
        first = f"the first due {dates.near(late[0].oldest, now, zone)} in {late[0].channel.name or late[0].channel.id}"
        message = f"messages for {quantity(len(late), 'channel')} are overdue, {first}"
        return [*refused, wrong("outbox", message, f"{START}; if it runs, its log says why it cannot post")]
    oldest = f", the oldest due {dates.near(waiting.oldest_due, now, zone)}" if waiting.oldest_due else ""
    return [*refused, ok("outbox", f"{quantity(waiting.count, 'message')} waiting{oldest}" if waiting.count else "nothing is waiting")]


def refused_posts(conn: Connection, dead: ChannelCount, now: datetime, zone: str) -> Finding:
    (oldest,) = outbox.dead_posts(conn, dead.id, 1)
    subject = f"channel {dead.channel.name or dead.channel.id}"
    return wrong(subject, f"{quantity(dead.count, 'post')} refused, the oldest {dates.near(dead.oldest, now, zone)} ({oldest.why})", RESEND)


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
    catalog = catalog_in_force(newest, settings.content_dir)
    return None if catalog is None else Context(catalog, now, settings.zone, db)


def check_teams(teams: TeamsSettings, settings: Settings, channels: Subscribed | None) -> list[Finding]:
    """Check login, keys and channels. `channels` is None when the database could not be read."""
    from bot.teams.doctor import run_checks
    from bot.teams.incoming import PLATFORM

    theirs = None if channels is None else [(ref, reason) for ref, reason in channels if ref.platform == PLATFORM]
    refs = None if theirs is None else [ref for ref, _ in theirs]
    with nullcontext() if refs is None else closing(Database(settings.database_url)) as db:
        return asyncio.run(run_checks(teams, refs, frozenset(ref for ref, reason in theirs or () if reason), db))
