"""`tradebot doctor`: looks at everything that the bot needs, changes nothing, and says of each thing how it is and what to do."""

import asyncio
import logging
import os
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

from bot.ask import counted, show
from bot.database import StartError, opened
from bot.findings import OK, WRONG, Finding, look, ok, tried, without, wrong
from bot.notes import notes
from bot.settings import Settings, SettingsError, SlackSettings, TeamsSettings, load, shown
from content.catalog import Catalog, Feed
from content.loading.diff import describe
from content.loading.files import ContentError, digest, read_files
from content.loading.loader import load as load_folder
from content.loading.loader import load_files
from handlers.admin import trouble
from handlers.replies import dates
from jobs.decide import FEW_CSMS, OLD_AFTER
from jobs.migrations import upgrade
from jobs.models import ChannelRef, FeedRow, Revision
from jobs.store import entries, feeds, reports, revisions
from jobs.store.database import Database

SECONDS = 8.0
"""How long a check of the database or of the files may take."""

SLACK_SECONDS = TEAMS_SECONDS = 60.0
"""How long all of a platform's together may take; each of them has a limit of its own."""

NOTHING = "not configured, so there is nothing to look at"

LATE = timedelta(minutes=15)
"""A feed that is overdue for longer is polled by nobody."""

HELD = "nothing is posted behind a post of which nobody can say whether it arrived"
DECIDE = "say `/trade-admin held` in the bot's platform, look into the channel, and press what is true"

Subscribed = list[tuple[ChannelRef, str | None]]
"""The channels with a live subscription, each with the reason where posting has stopped."""

START = "start `tradebot run`, or `tradebot work`"


def run() -> int:
    """Prints the findings as they come; 1 when something is wrong."""
    for note in notes():
        show(str(look("settings", note)))
    try:
        settings = load()
    except SettingsError as error:
        for problem in error.problems:
            show(str(wrong("settings", problem)))
        show("Nothing else was looked at: the settings come first.")
        return 1
    count = 0
    logging.disable(logging.CRITICAL)  # the lines say it
    try:
        for finding in examined(settings):
            count += finding.state == WRONG
            show(str(without(secrets(settings), finding)))
    finally:
        logging.disable(logging.NOTSET)
    show("Nothing is wrong." if not count else f"{count} thing{' is' if count == 1 else 's are'} wrong.")
    return min(count, 1)


def secrets(settings: Settings) -> list[str]:
    """What no line may show."""
    slack, teams, user = settings.slack, settings.teams, settings.database_url.partition("://")[2].rpartition("@")[0]
    password = user.partition(":")[2]
    of_slack = (slack.bot_token, slack.app_token, slack.signing_secret) if slack else ()
    return [password, unquote(password), *of_slack, *((teams.client_secret,) if teams else ())]


def examined(settings: Settings) -> Iterator[Finding]:
    """Every check, one after the other."""
    yield ok("settings", f"understood; {platform(settings)}")
    yield from tried("content", lambda: content(settings.content_dir), SECONDS)
    usable = True
    for finding in tried("database", lambda: database(settings), SECONDS):
        usable = usable and finding.state == OK
        yield finding
    known: list[Subscribed] = []
    if usable:
        with closing(Database(settings.database_url)) as db:
            yield from tried("revision", lambda: revision(db, settings), SECONDS)
            yield from tried("feeds", lambda: all_feeds(db, settings), SECONDS)
            yield from tried("channels", lambda: stopped(db, known), SECONDS)
    else:
        yield look("revision, feeds, channels", "not looked at: the database comes first")
    channels = known[0] if known else None
    on_slack, on_teams = settings.slack, settings.teams
    if on_slack is None:
        yield ok("Slack", NOTHING)
    else:
        yield from tried("Slack", lambda: slack(on_slack, channels), SLACK_SECONDS)
    if on_teams is None:
        yield ok("Teams", NOTHING)
    else:
        yield from tried("Teams", lambda: teams(on_teams, channels), TEAMS_SECONDS)


def platform(settings: Settings) -> str:
    """Where the bot answers."""
    there = []
    if settings.slack is not None:
        way = "by Socket Mode" if settings.slack.app_token else "over HTTP, at /slack/events"
        there.append(f"Slack at {settings.slack.api_url}, {way}")
    if settings.teams is not None:
        tenant = f" in tenant {settings.teams.tenant_id}" if settings.teams.tenant_id else ""
        there.append(f"Teams{tenant} (TEAMS_CLOUD={settings.teams.cloud.name}), over HTTP, at /api/messages")
    if there:
        return "; ".join(there)
    return "no platform is configured, so there is the playground alone" if settings.playground else "no platform is configured"


def content(folder: Path) -> list[Finding]:
    """Whether the files on disk could be published."""
    try:
        catalog = load_folder(folder)
    except ContentError as error:
        count = len(error.problems)
        said = f"{count} problem{'s' if count > 1 else ''} in {folder}; the first: {error.problems[0]}"
        return [wrong("content", said, "mend the file; `tradebot check` lists every problem")]
    return [ok("content", f"{folder} is fine ({len(catalog.ptis)} PTIs, {len(catalog.terms)} terms, {counted(len(catalog.feeds))})")]


def database(settings: Settings) -> list[Finding]:
    """Whether it can be reached, and has the tables of this release."""
    address = shown("DATABASE_URL", settings.database_url)
    try:
        with opened(settings) as db, closing(db):
            file = Path(db.url.database or "") if db.sqlite else None
            if file and not file.exists():  # asking it would make it
                return [not_there(address, file.parent)]
            behind = upgrade.behind(db)
    except StartError as problem:
        return [wrong("database", str(problem))]
    if behind and db.sqlite:
        return [look("database", f"{address} is of an older release", "the next start brings it up to date: `tradebot run`")]
    if behind:
        return [wrong("database", f"{address} is of an older release", "run `tradebot migrate`")]
    return [ok("database", f"{address} answers and is up to date")]


def not_there(address: str, folder: Path) -> Finding:
    """A SQLite file that is still to be made."""
    if folder.is_dir() and os.access(folder, os.W_OK):
        return look("database", f"{address} isn't there yet", "the first start makes it: `tradebot run`")
    return wrong("database", f"{address} can't be made", "name in DATABASE_URL a folder that is there and that you may write to")


def revision(db: Database, settings: Settings) -> list[Finding]:
    """Which content is in force, and whether it is the disk's."""
    with db.read() as conn:
        newest, now = revisions.newest(conn), db.now(conn)
    if newest is None:
        return [look("revision", "none is published yet", "the first start publishes the disk's: `tradebot run`")]
    name = f"{newest.id}, published {dates.near(newest.at, now, settings.zone)} by {newest.who}"
    try:
        old = load_files(newest.files)
    except ContentError as error:
        said = f"{name}, can't be used by this release: {error.problems[0]}"
        return [wrong("revision", said, "say `/trade-admin reload`, which publishes the disk's")]
    try:
        files = read_files(settings.content_dir)
        if digest(files) == newest.digest:
            return [ok("revision", f"{name}; the disk holds the same")]
        changes = "; ".join(describe(old, load_files(files))) or "in no statement"
    except ContentError:
        return [look("revision", f"{name}; what the disk holds can't be published")]
    return [look("revision", f"{name}; the disk differs: {changes}", "say `/trade-admin reload` if the disk's shall be in force")]


def all_feeds(db: Database, settings: Settings) -> list[Finding]:
    """Whether somebody polls, then a line a feed."""
    with db.read() as conn:
        newest, now = revisions.newest(conn), db.now(conn)
        rows = {row.slug: row for row in feeds.states(conn)}
    catalog = in_force(newest, settings.content_dir)
    if catalog is None:
        return [look("feeds", "not looked at: the content comes first")]
    with db.read() as conn:
        last = {feed.slug: entries.latest(conn, (feed.slug,), limit=1) for feed in catalog.feeds}
    ages = {slug: now - found[0].published if found else None for slug, found in last.items()}
    jobs = polling([rows[feed.slug] for feed in catalog.feeds if feed.slug in rows], now, settings.zone)
    return [jobs, *(one_feed(feed, rows.get(feed.slug), ages[feed.slug], now, settings.zone) for feed in catalog.feeds)]


def in_force(newest: Revision | None, folder: Path) -> Catalog | None:
    """What the bot answers from, or would after a start."""
    if newest is not None:
        with suppress(ContentError):
            return load_files(newest.files)
    with suppress(ContentError):
        return load_folder(folder)
    return None


def polling(rows: list[FeedRow], now: datetime, zone: str) -> Finding:
    """Whether the jobs run somewhere."""
    late = [row for row in rows if not row.paused and now - row.next_poll > LATE]
    if not rows:
        return look("jobs", "have never run here", START)
    if late:
        since = dates.near(min(row.next_poll for row in late), now, zone)
        return wrong(
            "jobs",
            f"nobody polls: {len(late)} of {counted(len(rows))} {'is' if len(late) == 1 else 'are'} overdue, the first since {since}",
            START,
        )
    return ok("jobs", "the feeds are polled in time")


def one_feed(feed: Feed, row: FeedRow | None, age: timedelta | None, now: datetime, zone: str) -> Finding:
    """How a feed does. `age`: of its newest entry."""
    about, page = f"feed {feed.slug}", f"open {feed.sources[0].url} on this computer" if feed.sources else "give it a source"
    if row is None or (row.last_success is None and not row.failures and not row.paused):
        return look(about, "never read", START)
    read = f"read {dates.near(row.last_success, now, zone)}, {row.entries} entries" if row.last_success else "never read"
    failed = f"; last error {dates.near(row.last_error_at, now, zone)}: {row.last_error}" if row.last_error and row.last_error_at else ""
    if row.paused:
        return wrong(
            about, f"{trouble(row)}; {read}", "put its new address into feeds.yaml and publish it; `tradebot poll --once` tries again"
        )
    if row.failures:
        return wrong(about, f"{trouble(row)}; {read}", f"{page}, then `tradebot poll --once`")
    if feed.publishes == "csms" and row.entries < FEW_CSMS:
        return wrong(about, f"{read}, where 100 are usual{failed}", f"{page}: messages may be missing")
    if feed.publishes == "csms" and age is not None and age > OLD_AFTER:
        return wrong(about, f"{read}, the newest {age.days} days old{failed}", f"{page}: CBP may publish elsewhere now")
    if row.warning:
        return look(about, f"{read}; {trouble(row)}{failed}", page)
    return ok(about, f"{read}{failed}")


def stopped(db: Database, known: list[Subscribed]) -> list[Finding]:
    """Where posting has stopped. Hands the channels that have a subscription on in `known`."""
    with db.read() as conn:
        channels, unsure = reports.subscribed(conn), reports.held(conn)
    known.append(channels)
    paused = [wrong(f"channel {ref.name or ref.id}", f"posting has stopped: {reason}") for ref, reason in channels if reason]
    held = [wrong(f"channel {each.channel.name or each.channel.id}", HELD + f" ({each.why})", DECIDE) for each in unsure]
    count = len(channels)
    said = f"{count} {'has' if count == 1 else 'have'} a subscription, and posting goes on in {'it' if count == 1 else 'all of them'}"
    return [*paused, *held] or [ok("channels", said if count else "none has a subscription yet")]


def slack(settings: SlackSettings, channels: Subscribed | None) -> list[Finding]:
    """What Slack says. `channels`: None when the database couldn't be asked."""
    from bot.slack.doctor import checked
    from bot.slack.incoming import PLATFORM

    refs = None if channels is None else [ref for ref, _ in channels if ref.platform == PLATFORM]
    return asyncio.run(checked(settings, refs))


def teams(settings: TeamsSettings, channels: Subscribed | None) -> list[Finding]:
    """What Microsoft's login and keys say, and what is kept of the channels. `channels`: None when the database couldn't be asked."""
    from bot.teams.doctor import checked
    from bot.teams.incoming import PLATFORM

    theirs = None if channels is None else [(ref, reason) for ref, reason in channels if ref.platform == PLATFORM]
    refs = None if theirs is None else [ref for ref, _ in theirs]
    return asyncio.run(checked(settings, refs, frozenset(ref for ref, reason in theirs or () if reason)))
