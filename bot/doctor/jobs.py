"""Check the feeds, the subscribed channels and the outbox, as the database has them."""

from datetime import datetime, timedelta

from bot.ask import count_feeds
from bot.doctor.content import catalog_in_force
from bot.findings import Finding, look, ok, wrong
from bot.settings import Settings
from content.catalog import Feed
from handlers.command import name_of
from handlers.outbox import quantity
from handlers.replies import dates
from jobs.decide import FEW_CSMS, OLD_AFTER
from jobs.feed_health import FeedHealth, FeedState, comparison_text, entry_count, read_healths
from jobs.models.channels import ChannelCount, ChannelRef
from jobs.models.feeds import FeedRow, Reconciliation
from jobs.models.workers import Worker
from jobs.store import entries, feeds, outbox, posting_pauses, reconciliations, reports, revisions, workers
from jobs.store.database import Connection, Database
from jobs.workers import Health, health

LATE = timedelta(minutes=15)
"""How long a feed may be overdue before it counts as not polled at all, and a message before it counts as not posted."""

MAX_CHANNELS = 10
"""Channels with refused posts that are named."""

HELD = "posting is on hold: nobody has confirmed whether a post arrived"
RESEND = "type `/trade-admin outbox`, then resend or drop what was refused"
DECIDE = "look in the channel, type `/trade-admin outbox`, and select what is true"

Subscribed = list[tuple[ChannelRef, str | None]]
"""The channels with a live subscription, each with why posting has stopped, or None."""

FORGOTTEN = "one that died is forgotten when the next one with its host name starts, or after a day"

START = "start `tradebot run`, or `tradebot work`"


def check_feeds(db: Database, settings: Settings) -> list[Finding]:
    with db.read() as conn:
        newest, now = revisions.newest(conn), db.now(conn)
        rows = {row.slug: row for row in feeds.all_rows(conn)}
        compared = {each.feed: each for each in reconciliations.all_rows(conn)}
    catalog = catalog_in_force(newest, settings.content)
    if catalog is None:
        return [look("feeds", "not checked: fix the content first")]
    with db.read() as conn:
        healths = read_healths(conn, catalog.feeds, now)
        last = {feed.slug: entries.latest(conn, (feed.slug,), limit=1) for feed in catalog.feeds}
    ages = {slug: now - found[0].published if found else None for slug, found in last.items()}
    jobs = check_jobs([rows[feed.slug] for feed in catalog.feeds if feed.slug in rows], now, settings.zone)
    held = [check_held(rows[feed.slug]) for feed in catalog.feeds if feed.slug in rows and rows[feed.slug].held]
    pairs = zip(catalog.feeds, healths, strict=True)
    checked = [check_feed(feed, health, ages[feed.slug], now, settings.zone) for feed, health in pairs]
    missing = [check_reconciliation(compared[feed.slug], now, settings.zone) for feed in catalog.feeds if feed.slug in compared]
    return [jobs, *checked, *held, *missing]


def check_reconciliation(result: Reconciliation, now: datetime, zone: str) -> Finding:
    message = f"{comparison_text(result)}, compared {dates.near(result.at, now, zone)}"
    subject = f"other sources of {result.feed}"
    if result.missing or result.problem or not result.listed:
        return look(subject, message, "open the feed's addresses in feeds.yaml on this computer")
    return ok(subject, message)


def check_held(row: FeedRow) -> Finding:
    advice = f"type `/trade-admin post {row.slug}` if they are really new, else `/trade-admin seen {row.slug}`"
    return look(f"held entries of {row.slug}", f"{entry_count(row.held)} came at once and wait for an admin's decision", advice)


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


def check_feed(feed: Feed, health: FeedHealth, age: timedelta | None, now: datetime, zone: str) -> Finding:
    """`age` is the age of the feed's newest entry."""
    subject, page = f"feed {feed.slug}", f"open {feed.sources[0].url} on this computer" if feed.sources else "add a source to feeds.yaml"
    if health.state is FeedState.UNREAD:
        return look(subject, "not read yet", START)
    read = f"read {dates.near(health.last_success, now, zone)}, {entry_count(health.entries)}" if health.last_success else "not read yet"
    failed = f"; last error {dates.near(health.last_error_at, now, zone)}: {health.last_error}" if health.last_error_at else ""
    if health.state is FeedState.PAUSED:
        advice = "put the new address into feeds.yaml and reload; `tradebot poll --once` tries again"
        return wrong(subject, f"{health.trouble}; {read}", advice)
    if health.failures:
        return wrong(subject, f"{health.trouble}; {read}", f"{page}, then `tradebot poll --once`")
    if feed.publishes == "csms" and health.entries < FEW_CSMS:
        return wrong(subject, f"{read}, where 100 are usual{failed}", f"{page}: messages may be missing")
    if feed.publishes == "csms" and age is not None and age > OLD_AFTER:
        return wrong(subject, f"{read}, the newest {age.days} days old{failed}", f"{page}: CBP may publish elsewhere now")
    if health.state is FeedState.LATE:
        return look(subject, f"{health.trouble}; {read}{failed}", START)
    if health.state is FeedState.QUIET:
        return look(subject, f"{health.trouble}; {read}{failed}", f"{page}: it may have moved")
    if health.warning:
        return look(subject, f"{read}; warning: {health.warning}{failed}", page)
    return ok(subject, f"{read}{failed}")


def check_workers(db: Database, settings: Settings) -> list[Finding]:
    """Check that each process that polls and posts is alive, by its heartbeat."""
    with db.read() as conn:
        rows, now = workers.all_rows(conn), db.now(conn)
    return [check_worker(row, now, settings.zone) for row in rows] or [look("workers", "no process polls and posts", START)]


def check_worker(row: Worker, now: datetime, zone: str) -> Finding:
    subject = f"worker {row.name}"
    match health(row, now):
        case Health.SILENT:
            silent = f"has been silent since {dates.near(row.beat_at, now, zone)}, and did not stop as it should"
            return wrong(subject, silent, f"read the end of its log, and {START}; {FORGOTTEN}")
        case Health.HUNG:
            hung = f"lives, but has posted nothing and finished no look for posts since {dates.near(row.delivered_at, now, zone)}"
            return wrong(subject, hung, "read its log, and restart it")
        case Health.ALIVE:
            return ok(subject, f"polls and posts, since {dates.near(row.started_at, now, zone)}")


def check_channels(db: Database, known: list[Subscribed]) -> list[Finding]:
    """Append the channels with a subscription to `known`."""
    with db.read() as conn:
        pause = posting_pauses.find(conn)
        channels, unsure = reports.subscribed_channels(conn), [outbox.held_post(conn, each.id) for each in outbox.held(conn)]
    known.append(channels)
    paused = [wrong(f"channel {ref.name or ref.id}", f"posting is paused: {reason}") for ref, reason in channels if reason]
    held = [wrong(f"channel {each.channel.name or each.channel.id}", HELD + f" ({each.why})", DECIDE) for each in unsure if each]
    if pause is not None:
        paused.insert(0, wrong("posting", f"{name_of(pause.who)} paused all of it", "an admin can type `/trade-admin resume`"))
    count = len(channels)
    message = f"{count} {'has' if count == 1 else 'have'} a subscription, and posting works in {'it' if count == 1 else 'all of them'}"
    return [*paused, *held] or [ok("channels", message if count else "no channel has a subscription yet")]


def check_outbox(db: Database, settings: Settings) -> list[Finding]:
    """Check that no post was refused, and that what is due can be made and is posted in channels that are open."""
    zone = settings.zone
    with db.read() as conn:
        now, waiting, dead = db.now(conn), reports.waiting(conn), outbox.dead(conn)
        refused = [refused_posts(conn, each, now, zone) for each in dead[:MAX_CHANNELS]]
        stopped = {each.id for each in outbox.held(conn)}
        failing, everywhere = reports.failing_channels(conn), posting_pauses.find(conn) is not None
    refused += [
        wrong(f"channel {ref.name or ref.id}", f"its next post cannot be made: {why}", "read the bot's log")
        for ref, why in failing[:MAX_CHANNELS]
    ]
    if len(dead) > MAX_CHANNELS:
        refused.append(wrong("outbox", f"{len(dead) - MAX_CHANNELS} more channels have refused posts", RESEND))
    served = {"slack": settings.slack is not None, "teams": settings.teams is not None, "playground": settings.playground}
    open_channels = [each for each in waiting.channels if not each.paused and each.id not in stopped and served.get(each.channel.platform)]
    late = [each for each in open_channels if now - each.oldest > LATE and not everywhere]
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
