"""/trade-admin: publish the content, check it, see how everything is, look at feeds now. The router lets only admins in."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from handlers import held_posts
from handlers.replies import cards, dates
from handlers.replies.reply import Block, Bullets, Button, Buttons, Fields, Header, Line, Reply, Section, SmallPrint, Span, line, refusal
from jobs.store import feeds as feed_rows
from jobs.store import posts, reports, revisions

if TYPE_CHECKING:
    from datetime import datetime

    from content.catalog import Feed
    from handlers.command import Command, Context
    from handlers.operations import Operations
    from jobs.models import FeedRow, Revision
    from jobs.store.database import Database

PROBLEMS = 50
"""Shown at once; the others are behind `tradebot check`, which has no limit."""

UNREAD = "never read"

UNITS = ((3600, "h"), (60, "min"), (1, "s"))


def reload(words: str, command: Command, context: Context) -> Reply:
    """Publishes the content files as a new revision, or says everything that is wrong with them and changes nothing."""
    able = running(context)
    if isinstance(able, Reply):
        return able
    db, operations = able
    with db.read() as connection:
        before = revisions.newest(connection)
    result = operations.reload(command.person.key)
    context.log(f"{command.person.key} reloaded: revision {result.revision}, {'published' if result.published else 'unchanged'}")
    if result.problems:
        return not_published(before, result.problems, context)
    if not result.published:
        said = f"Nothing to publish: the files are those of revision {result.revision}."
        return Reply(said, (Section((line(Span(said, bold=True)),)),))
    first = f"Published revision {result.revision}."
    count = len(result.changes)
    files = f"{count} file{'s' if count != 1 else ''} changed: {', '.join(result.changes)}" if count else "No statement changed."
    return Reply(f"{first} {files}", (Section((line(Span(first, bold=True), f" {files}"),)),))


def not_published(before: Revision | None, problems: tuple[str, ...], context: Context) -> Reply:
    """All that is wrong, and what answers meanwhile."""
    still = (
        f"revision {before.id} of {dates.near(before.at, context.now, context.zone)}"
        if before
        else "the content that was loaded at the start"
    )
    first = f"Not published; still answering from {still}."
    blocks = (Section((line(Span(first, bold=True)), line(_found(problems)))), *_problems(problems))
    return Reply(f"{first} {_found(problems)} {' '.join(problems[:PROBLEMS])}", blocks, ok=False)


def check(words: str, command: Command, context: Context) -> Reply:
    """What `reload` would say, without publishing."""
    able = running(context)
    if isinstance(able, Reply):
        return able
    problems = able[1].check()
    if problems:
        first = _found(problems)
        return Reply(f"{first} {' '.join(problems[:PROBLEMS])}", (Section((line(Span(first, bold=True)),)), *_problems(problems)))
    said = "The content files are fine."
    buttons = Buttons((Button("Reload", "/trade-admin reload"),))
    return Reply(said, (Section((line(Span(said, bold=True), " Reload publishes them."),)), buttons))


def status(words: str, command: Command, context: Context) -> Reply:
    """The revision, how each feed does, what waits, and where posting has stopped."""
    if context.db is None:
        return refusal("This needs the running bot and its database.")
    with context.db.read() as connection:
        revision = revisions.newest(connection)
        rows = {row.slug: row for row in feed_rows.states(connection)}
        owed = posts.waiting(connection)
        paused = reports.paused(connection)
        live = reports.live_subscriptions(connection)
        held = len(reports.held(connection))
    zone, now = context.zone, context.now
    content = f"revision {revision.id}, {dates.near(revision.at, now, zone)}, by {revision.who}" if revision else "not published yet"
    oldest = f"; oldest due {dates.near(owed.oldest_due, now, zone)}" if owed.oldest_due else ""
    waiting = f"{owed.count}{oldest}{f'; {owed.unknown} of unknown outcome' if owed.unknown else ''}"
    health = condition(context.catalog.feeds, rows)
    stuck = f"{held_posts.count(held)} held until an admin says whether {'it' if held == 1 else 'they'} arrived" if held else ""
    decision = f" {stuck}: /trade-admin held." if stuck else ""
    pairs = (
        ("Content", line(content)),
        ("Waiting to be posted", line(waiting)),
        ("Subscriptions", line(str(live))),
        ("Paused channels", line(str(len(paused)) if paused else "none")),
        ("Feeds", line(health)),
    )
    blocks: list[Block] = [
        Header("Status"),
        Fields(pairs),
        Bullets(tuple(feed_line(feed, rows.get(feed.slug), context) for feed in context.catalog.feeds)),
    ]
    if stuck:
        blocks.append(Section((line(Span(f"{stuck}.", bold=True), " Nothing else is posted there: /trade-admin held shows what to do."),)))
    if paused:
        blocks.append(cards.heading("Posting has stopped in"))
        blocks.append(Bullets(tuple(line(f"{ref.platform} {ref.name or ref.id}: {reason}") for ref, reason in paused)))
    decide = (held_posts.LIST,) if stuck else ()
    blocks.append(Buttons((*decide, Button("Feeds in detail", "/trade-admin feeds"), Button("Poll all feeds", "/trade-admin poll"))))
    blocks.append(SmallPrint((line(f"As of {dates.clock(now, zone)}"),)))
    return Reply(
        f"Status. Content: {content}. Waiting: {waiting}. Feeds: {health}. Paused channels: {len(paused)}.{decision}",
        tuple(blocks),
    )


def feeds(words: str, command: Command, context: Context) -> Reply:
    """Everything that is known of each feed."""
    if context.db is None:
        return refusal("This needs the running bot and its database.")
    with context.db.read() as connection:
        rows = {row.slug: row for row in feed_rows.states(connection)}
    blocks: list[Block] = [Header("Feeds")]
    for feed in context.catalog.feeds:
        row = rows.get(feed.slug)
        lines = (line(Span(f"{feed.slug}", bold=True), f": {feed.name}"), *(line(said) for said in details(feed, row, context)))
        blocks.append(Section(lines))
    buttons = tuple(Button(f"Poll {feed.slug}", f"/trade-admin poll {feed.slug}") for feed in context.catalog.feeds)
    blocks += cards.rows(buttons)
    spoken = "; ".join(f"{feed.slug}: {trouble(rows.get(feed.slug)) or 'fine'}" for feed in context.catalog.feeds)
    return Reply(f"Feeds. {spoken}.", tuple(blocks))


def poll(words: str, command: Command, context: Context) -> Reply:
    """Makes a feed, or all, due now."""
    able = running(context)
    if isinstance(able, Reply):
        return able
    wanted = words.strip().casefold() or None
    known = [feed.slug for feed in context.catalog.feeds]
    if wanted is not None and wanted not in known:
        near = difflib.get_close_matches(wanted[:60], known, n=1)
        buttons = tuple(Button(f"Poll {slug}", f"/trade-admin poll {slug}") for slug in near)
        hint = f"Did you mean {near[0]}?" if near else f"There are {', '.join(known)}."
        return refusal(f"There is no feed {cards.quoted(words, 40)}.", hint, *buttons)
    slugs = able[1].poll(wanted)
    if not slugs:
        return refusal("No feed was made due.", "Feeds get their row when the jobs first run: tradebot run, or tradebot work.")
    said = f"Due now: {', '.join(slugs)}."
    hint = "They are read in a few seconds."
    return Reply(f"{said} {hint}", (Section((line(Span(said, bold=True), f" {hint}"),)), Buttons((Button("Feeds", "/trade-admin feeds"),))))


def trouble(row: FeedRow | None) -> str:
    """What is wrong with a feed, in a few words; "" when nothing is."""
    if row is None:
        return UNREAD
    if row.paused:
        return f"paused: {row.paused}"
    if row.failures:
        return f"failed {row.failures} time{'s' if row.failures != 1 else ''} in a row: {row.last_error or 'for no known reason'}"
    if row.last_success is None:
        return UNREAD
    return f"warning: {row.warning}" if row.warning else ""


def condition(known: tuple[Feed, ...], rows: dict[str, FeedRow]) -> str:
    """ "all well"; "1 failing (csms), 2 with a warning (account, cbp-trade)"."""
    sorts: dict[str, list[str]] = {"failing": [], "paused": [], "with a warning": [], "not read yet": []}
    for feed in known:
        row = rows.get(feed.slug)
        wrong = trouble(row)
        if wrong == UNREAD:
            sorts["not read yet"].append(feed.slug)
        elif wrong and row is not None:
            sorts["paused" if row.paused else "failing" if row.failures else "with a warning"].append(feed.slug)
    return ", ".join(f"{len(slugs)} {sort} ({', '.join(slugs)})" for sort, slugs in sorts.items() if slugs) or "all well"


def feed_line(feed: Feed, row: FeedRow | None, context: Context) -> Line:
    """One line of the status: how it is, when it was read and when it will be."""
    wrong = trouble(row)
    parts = [wrong] if wrong else []
    if row is not None:
        if row.last_success:
            parts.append(f"read {_when(row.last_success, context)}")
        if row.last_error and row.last_error_at and not row.failures:
            parts.append(f"last error {_when(row.last_error_at, context)}: {row.last_error}")
        if not row.paused:
            parts.append(f"next {_when(row.next_poll, context)}")
    return line(Span(feed.slug, bold=True), *(f"{cards.SEPARATOR}{part}" for part in parts))


def details(feed: Feed, row: FeedRow | None, context: Context) -> tuple[str, ...]:
    """Lines about one feed."""
    if row is None:
        return (f"every {every(feed.every)}; never read",)
    read = f"read {_when(row.last_success, context)}, {row.entries} entries" if row.last_success else "never read"
    changed = f"; last news {_when(row.last_change, context)}" if row.last_change else ""
    upcoming = f"paused: {row.paused}" if row.paused else f"next {_when(row.next_poll, context)}"
    lines = [f"every {every(feed.every)}; {read}{changed}; {upcoming}"]
    if row.failures:
        lines.append(f"failed {row.failures} time{'s' if row.failures != 1 else ''} in a row")
    if row.last_error:
        lines.append(f"last error{f' {_when(row.last_error_at, context)}' if row.last_error_at else ''}: {row.last_error}")
    if row.warning:
        lines.append(f"warning: {row.warning}")
    return tuple(lines)


def every(seconds: int) -> str:
    """ "5 min"."""
    size, unit = next((size, unit) for size, unit in UNITS if seconds % size == 0)
    return f"{seconds // size} {unit}"


def running(context: Context) -> tuple[Database, Operations] | Reply:
    """What reload, check and poll work with; only the running bot has it."""
    if context.db is None or context.operations is None:
        return refusal("This needs the running bot.", "Start it with `tradebot run` and say it there.")
    return context.db, context.operations


def _found(problems: tuple[str, ...]) -> str:
    return "1 problem:" if len(problems) == 1 else f"{len(problems)} problems:"


def _problems(problems: tuple[str, ...]) -> tuple[Block, ...]:
    shown = Bullets(tuple(line(Span(problem, code=True)) for problem in problems[:PROBLEMS]))
    if len(problems) <= PROBLEMS:
        return (shown,)
    return (shown, SmallPrint((line(f"… and {len(problems) - PROBLEMS} more: `tradebot check` lists them all."),)))


def _when(moment: datetime, context: Context) -> str:
    return dates.near(moment, context.now, context.zone)
