"""/trade-admin status, feeds, poll, post and seen: show the bot's status, poll feeds, and decide about what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from content.search.spelling import nearest
from handlers import outbox
from handlers.admin.history import publisher
from handlers.replies import cards, dates
from handlers.replies.reply import (
    Block,
    Bullets,
    Button,
    Buttons,
    Fields,
    Header,
    Line,
    Reply,
    Section,
    SmallPrint,
    Span,
    code_line,
    line,
    plain,
    refusal,
)
from jobs import audit, restorations
from jobs.feed_health import UNREAD_TEXT, FeedHealth, FeedState, comparison_text, entry_count, failure_count, held_count, read_healths
from jobs.network import difference
from jobs.publish import end_hold
from jobs.states import AuditAction
from jobs.store import feeds as feed_store
from jobs.store import outbox as outbox_store
from jobs.store import posting_pauses, reconciliations, reports, revisions
from jobs.store import restorations as restoration_store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from handlers.command import Command, Context
    from jobs.models.restorations import Restoration
    from jobs.store.database import Database

_STATE_NAMES = {
    FeedState.FAILING: "failing",
    FeedState.BLOCKED: "blocked",
    FeedState.NOT_A_FEED: "not a feed",
    FeedState.PAUSED: "paused",
    FeedState.LATE: "late",
    FeedState.QUIET: "too quiet",
    FeedState.HELD: "with entries on hold",
    FeedState.WARNING: "with a warning",
    FeedState.UNREAD: "not read yet",
}
"""The summary's states, in order."""


RESUME = Button("Resume posting", "/trade-admin resume", "primary")

OFF_SECONDS = 30.0
"""A clock that differs by more may be wrong."""

_CLOCKS = {"slack": "Slack's", "teams": "Microsoft's", "database": "the database's"}

_MAX_FAILING = 10
"""Channels whose next post cannot be made, which may be all."""


def status(words: str, command: Command, context: Context) -> Reply:
    if context.db is None:
        return cards.needs_bot()
    with context.db.read() as conn:
        revision = revisions.newest(conn)
        healths = read_healths(conn, context.catalog.feeds, context.now)
        owed, held, dead = reports.waiting(conn), outbox_store.held(conn), outbox_store.dead(conn)
        paused, failing = reports.paused_channels(conn), reports.failing_channels(conn)
        live, compared, pause = reports.live_subscriptions(conn), reconciliations.all_rows(conn), posting_pauses.find(conn)
        restored = restorations.recent(conn, context.now)
        doubtful = restoration_store.count_doubtful(conn) if restored else 0
    zone, now = context.zone, context.now
    in_force = revision and f"revision {revision.id}, {dates.near(revision.at, now, zone)}, {publisher(revision.who)}"
    feeds_summary = _summary(healths)
    unconfirmed = owed.unknown - len(held)
    undecided = outbox.notices(held, dead)
    pairs = (
        *((("Posting", line(outbox.posting_pause_text(pause, context))),) if pause else ()),
        *((("Database", line(restoration_text(restored, doubtful, now, zone))),) if restored else ()),
        ("Content", line(in_force or "not published yet")),
        ("Waiting", line(outbox.totals(owed.channels, "message", "due", context))),
        *((("Not yet confirmed", line(outbox.quantity(unconfirmed, "post"))),) if unconfirmed > 0 else ()),
        ("On hold", line(outbox.totals(held, "post", "since", context))),
        ("Refused", line(outbox.totals(dead, "post", "from", context))),
        ("Subscriptions", line(str(live))),
        ("Paused channels", line(str(len(paused)) if paused else "none")),
        ("Channels whose next post cannot be made", line(str(len(failing)) if failing else "none")),
        *((("Clock", line(differences(context.clocks))),) if context.clocks else ()),
        ("Feeds", line(feeds_summary)),
        *(
            (("Other sources", line("; ".join(f"{comparison_text(each)}, compared {_near(each.at, context)}" for each in compared))),)
            if compared
            else ()
        ),
    )
    blocks: list[Block] = [Header("Status"), Fields(tuple(pair for pair in pairs if plain(pair[1]) != "none"))]
    troubled = [health for health in healths if health.state not in (FeedState.OK, FeedState.UNREAD)]  # the summary names the others
    blocks += [Bullets(tuple(_feed_line(health, context) for health in troubled))] if troubled else []
    blocks += [cards.heading(first, f" {hint}") for first, hint in undecided]
    if max(map(abs, context.clocks.values()), default=0.0) > OFF_SECONDS:
        blocks.append(cards.heading("This computer's clock may be wrong.", " Set it, for example with a time service."))
    for health in healths:
        blocks += _held_blocks(health)
    if failing:
        blocks.append(cards.heading("The next post cannot be made for"))
        more = (line(f"… and {len(failing) - _MAX_FAILING} more"),) if len(failing) > _MAX_FAILING else ()
        blocks.append(Bullets((*(line(f"{outbox.channel_name(ref)}: {reason}") for ref, reason in failing[:_MAX_FAILING]), *more)))
        blocks.append(SmallPrint((line("The bot keeps trying, and messages that are due there wait. Its log has the details."),)))
    if paused:
        blocks.append(cards.heading("Posting is paused in"))
        blocks.append(Bullets(tuple(line(f"{outbox.channel_name(ref)}: {reason}") for ref, reason in paused)))
        blocks.append(SmallPrint((line("Messages that are due there wait. After the cause is fixed, type /csms resume in the channel."),)))
    decide = (*((RESUME,) if pause else ()), *((outbox.LIST,) if owed.count or undecided else ()))
    blocks.append(Buttons((*decide, Button("Feed details", "/trade-admin feeds"), Button("Poll all feeds", "/trade-admin poll"))))
    blocks.append(SmallPrint((line(f"As of {dates.clock(now, zone)}"),)))
    summary = " ".join(f"{label}: {plain(value)}." for label, value in pairs)
    decisions = "".join(f" {first} {hint}" for first, hint in undecided)
    return Reply(f"Status. {summary}{decisions}", tuple(blocks))


def restoration_text(found: Restoration, doubtful: int, now: datetime, zone: str) -> str:
    """Return that the database was restored, and in how many channels posts are still in doubt."""
    restored = f"restored {dates.near(found.until, now, zone)} from a copy of {dates.near(found.since, now, zone)}"
    return restored + (f"; what was posted since is not known yet in {outbox.quantity(doubtful, 'channel')}" if doubtful else "")


def differences(clocks: Mapping[str, float]) -> str:
    """Return "10 min ahead of Slack's, within 2 s of the database's"."""
    return ", ".join(f"{difference(ahead)} {_CLOCKS.get(name, name)}" for name, ahead in clocks.items())


def feeds(words: str, command: Command, context: Context) -> Reply:
    if context.db is None:
        return cards.needs_bot()
    with context.db.read() as conn:
        healths = read_healths(conn, context.catalog.feeds, context.now)
    blocks: list[Block] = [Header("Feeds")]
    troubles = []
    for feed, health in zip(context.catalog.feeds, healths, strict=True):
        troubles.append(f"{feed.slug}: {health.trouble or 'OK'}")
        details = _feed_details(health, context)
        name = line(Span(feed.slug, bold=True), f": {feed.name}{cards.SEPARATOR}{_STATE_NAMES.get(health.state, 'OK')}")
        blocks.append(Section((name, *(line(detail) for detail in details))))
        blocks += _held_blocks(health)
    blocks.append(
        cards.choices("Poll a feed", [Button(f"Poll {feed.slug}", f"/trade-admin poll {feed.slug}") for feed in context.catalog.feeds])
    )
    return Reply(f"Feeds. {'; '.join(troubles)}.", tuple(blocks))


def poll(words: str, command: Command, context: Context) -> Reply:
    """Make one feed, or all, due now. The jobs' next tick polls them."""
    if context.db is None:
        return cards.needs_bot()
    wanted = words.strip().casefold()
    if wanted and (problem := _unknown_feed(words, "poll", context)):
        return problem
    slugs = make_due(context.db, [wanted] if wanted else _slugs(context), command.person.signature)
    if not slugs:
        return refusal("No feed was scheduled.", code_line("The bot sets up its feeds when `tradebot run` or `tradebot work` first runs."))
    text = f"Poll requested: {', '.join(slugs)}."
    hint = code_line(" If `tradebot run` or `tradebot work` is running, the results are ready in a few seconds.")
    return Reply(f"{text}{plain(hint)}", (cards.heading(text, hint), Buttons((Button("Feeds", "/trade-admin feeds"),))))


def post(words: str, command: Command, context: Context) -> Reply:
    """Post the entries of a feed that were held because most of it was new, for the second time within a day."""
    return _end_hold(words, command, context, post=True)


def seen(words: str, command: Command, context: Context) -> Reply:
    """Leave a feed's held entries stored and never post them."""
    return _end_hold(words, command, context, post=False)


def _end_hold(words: str, command: Command, context: Context, *, post: bool) -> Reply:
    if context.db is None:
        return cards.needs_bot()
    slug, verb = words.strip().casefold(), "post" if post else "seen"
    if problem := _unknown_feed(words, verb, context):
        return problem
    released = end_hold(context.db, slug, command.person.signature, post=post)
    if not released:
        text = f"No entries of {slug} are held."
        return refusal(text, "Another admin may have decided already.", Button("Feeds", "/trade-admin feeds"))
    count = entry_count(len(released))
    text, hint = (
        (f"Posting {count} of {slug}.", "They go to every channel that subscribed, at the time that it chose.")
        if post
        else (f"Marked {count} of {slug} as seen.", "The bot will not post them. People can still look them up.")
    )
    return Reply(f"{text} {hint}", (cards.heading(text, f" {hint}"),))


def _held_blocks(health: FeedHealth) -> tuple[Block, ...]:
    """Ask the admin to decide about a feed's held entries."""
    if not health.held:
        return ()
    first = f"{health.slug}: {held_count(health.held)}."
    hint = " So many came at once that the bot posts none of them until you decide. Are they really new?"
    buttons = (
        Button(f"Post {health.slug}", f"/trade-admin post {health.slug}"),
        Button("Mark as seen", f"/trade-admin seen {health.slug}"),
    )
    return (cards.heading(first, hint), Buttons(buttons))


def _slugs(context: Context) -> list[str]:
    return [feed.slug for feed in context.catalog.feeds]


def _unknown_feed(words: str, verb: str, context: Context) -> Reply | None:
    """Return None if the words name a feed."""
    wanted, known = words.strip().casefold(), _slugs(context)
    if wanted in known:
        return None
    listed = f"The feeds are {', '.join(known)}."
    if not wanted:
        return refusal("Name the feed.", code_line(f"For example, type `/trade-admin {verb} {known[0]}`. {listed}"))
    near = nearest(wanted, known, min_likeness=0.6)
    buttons = tuple(Button(f"{verb.capitalize()} {slug}", f"/trade-admin {verb} {slug}") for slug in near)
    hint = f"Did you mean {near[0]}?" if near else listed
    return refusal(f"There is no feed named {cards.quote(words, 40)}.", hint, *buttons)


def make_due(db: Database, slugs: Iterable[str], who: str) -> tuple[str, ...]:
    """Make the feeds due now, even if paused or backing off, and return their slugs."""
    slugs = list(slugs)
    with db.begin() as conn:
        now = db.now(conn)
        feed_store.ensure(conn, slugs, now)
        due = tuple(feed_store.make_due(conn, slugs, now))
        if due:
            audit.record(conn, who, audit.Change(AuditAction.POLLED, f"feeds {', '.join(due)}"), now)
        return due


def _summary(healths: Iterable[FeedHealth]) -> str:
    """Return "all OK", or "1 failing (csms), 2 with a warning (account, cbp-trade)"."""
    by_state: dict[FeedState, list[str]] = {}
    for health in healths:
        by_state.setdefault(health.state, []).append(health.slug)
    counts = [(by_state[state], name) for state, name in _STATE_NAMES.items() if state in by_state]
    return ", ".join(f"{len(slugs)} {name} ({', '.join(slugs)})" for slugs, name in counts) or "all OK"


def _feed_line(health: FeedHealth, context: Context) -> Line:
    parts = [health.trouble] if health.trouble else []
    if health.last_success:
        parts.append(f"read {_near(health.last_success, context)}")
    if health.last_error and health.last_error_at and not health.failures:
        parts.append(f"last error {_near(health.last_error_at, context)}: {health.last_error}")
    if health.next_poll:
        parts.append(f"next {_near(health.next_poll, context)}")
    return line(Span(health.slug, bold=True), *(f"{cards.SEPARATOR}{part}" for part in parts))


def _feed_details(health: FeedHealth, context: Context) -> tuple[str, ...]:
    read = f"read {_near(health.last_success, context)}, {entry_count(health.entries)}" if health.last_success else UNREAD_TEXT
    parts = [f"every {health.interval}", read]
    if health.last_change:
        parts.append(f"last new entry {_near(health.last_change, context)}")
    if health.state in (FeedState.PAUSED, FeedState.LATE, FeedState.QUIET):
        parts.append(health.trouble)
    if health.next_poll:
        parts.append(f"next {_near(health.next_poll, context)}")
    lines = ["; ".join(parts)]
    lines += [f"{host} asked the bot to wait until {_near(until, context)}" for host, until in health.waits if until > context.now]
    if health.failures:
        lines.append(failure_count(health.failures))
    if health.last_error:
        lines.append(f"last error{f' {_near(health.last_error_at, context)}' if health.last_error_at else ''}: {health.last_error}")
    if health.warning:
        lines.append(f"warning: {health.warning}")
    return tuple(lines)


def _near(moment: datetime, context: Context) -> str:
    return dates.near(moment, context.now, context.zone)
