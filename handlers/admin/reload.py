"""/trade-admin reload and check: publish the content files, and list their errors."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from content.loading.files import ContentError
from handlers import idempotency
from handlers.admin import topic_counts
from handlers.replies import cards, dates
from handlers.replies.reply import Block, Bullets, Button, Buttons, Reply, Section, SmallPrint, Span, code_line, line
from jobs.cadence import zone_info
from jobs.content_source import read_source
from jobs.revisions import InForce, Preview, Unconfirmed, check_draft, preview, publish
from jobs.store import idempotency as seen_store
from jobs.store import revisions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from handlers.command import Command, Context
    from jobs.models.content import Revision
    from jobs.store.database import Database

CONFIRM_WITHIN = timedelta(hours=1)
"""How long `/trade-admin reload confirm` stands for the files that were shown."""

_CODE = re.compile(r"(?P<revision>[0-9]{1,18})-[0-9a-f]{12}")
"""The code of a confirmation that a button types, of a revision and the files' digest."""

MAX_PROBLEMS = 50
"""Problems in one reply."""


def reload(words: str, command: Command, context: Context) -> Reply:
    """Publish the content files, or list their problems and change nothing.

    "confirm" publishes files that lack entries: those that this admin was shown, and no others.
    """
    db, library = context.db, context.library
    if db is None or library is None or context.content is None:
        return cards.needs_bot()
    with db.read() as conn:
        before = revisions.newest(conn)
    old = library.catalog
    try:
        result = _publish(db, read_source(context.content), words.split(), command)
    except Unconfirmed as cut:
        context.log(f"{command.person.key} reloaded the content: not published, {cut}")
        return _ask_confirmation(db, cut, words, command)
    except ContentError as error:
        context.log(f"{command.person.key} reloaded the content: not published, {len(error.problems)} problems")
        return _not_published(before, tuple(map(str, error.problems)), context)
    library.refresh(db)
    context.log(f"{command.person.key} reloaded the content: revision {result.revision}, {'new' if result.published else 'unchanged'}")
    if not result.published:
        text = f"Nothing to publish. The files match revision {result.revision}."
        return Reply(text, (cards.heading(text),))
    first = f"Published revision {result.revision}."
    count = len(result.changes)
    files = f"{count} file{'s' if count != 1 else ''} changed: {', '.join(result.changes)}" if count else "No statements changed."
    undo = (Button("Undo", f"/trade-admin rollback {before.id}"),) if before else ()
    buttons = Buttons((Button("Difference", f"/trade-admin diff {result.revision}"), *undo))
    topics = topic_counts.blocks(db, old, result.catalog, topic_counts.PUBLISHED)
    return Reply(f"{first} {files}", (cards.heading(first, f" {files}"), *topics, buttons))


def _publish(db: Database, files: Mapping[str, str], words: Sequence[str], command: Command) -> InForce:
    """Raises ContentError, or Unconfirmed unless the words confirm it."""
    confirms, code = words[:1] == ["confirm"], "".join(words[1:2])
    try:
        return publish(db, files, command.person.signature, confirmed=code if confirms else "")
    except Unconfirmed as cut:
        with db.read() as conn:
            shown = seen_store.is_recorded(conn, _shown_key(command, cut), db.now(conn), CONFIRM_WITHIN)
        if not confirms or code or not shown:
            raise
        return publish(db, files, command.person.signature, confirmed=cut.code)


def _ask_confirmation(db: Database, cut: Unconfirmed, words: str, command: Command) -> Reply:
    """Show what would go, and remember what was shown."""
    with db.begin() as conn:
        seen_store.is_first_time(conn, _shown_key(command, cut), db.now(conn), timedelta(0))
    reason = _why_not_confirmed(words.split(), cut)
    first = f"Not published. {reason}The files lack entries of revision {cut.revision}, which the bot still answers from."
    hint = "A file that was cut off looks like this. If you removed these entries on purpose, type /trade-admin reload confirm."
    blocks = (
        cards.heading(first),
        Bullets(tuple(line(each) for each in cut.missing)),
        Section((line(hint),)),
        Buttons((Button("Publish without them", f"/trade-admin reload confirm {cut.code}"),)),
    )
    return Reply(f"{first} {'; '.join(cut.missing)}. {hint}", blocks, ok=False)


def _why_not_confirmed(words: Sequence[str], cut: Unconfirmed) -> str:
    """Return a sentence and a space, or "" if the words confirm nothing. `words` did not confirm the files."""
    if words[:1] != ["confirm"]:
        return ""
    code = _CODE.fullmatch(words[1]) if len(words) > 1 else None
    if code is None and len(words) > 1:
        return f"To confirm, type nothing after “confirm”, not {cards.quote(' '.join(words[1:]), 40)}. "
    if code is None:
        return "The bot has not asked you about these files and this revision within the last hour. "
    if int(code["revision"]) != cut.revision:
        return f"Revision {cut.revision} was published since you were asked. "
    return "The files have changed since you were asked. "


def _shown_key(command: Command, cut: Unconfirmed) -> str:
    return "reload:" + idempotency.hash_key(command.person.key, cut.code)


def check(words: str, command: Command, context: Context) -> Reply:
    """List the errors, or what a reload would change and what is likely wrong."""
    if context.db is None or context.content is None:
        return cards.needs_bot()
    today = context.now.astimezone(zone_info(context.zone)).date().isoformat()
    try:
        catalog, warnings = check_draft(read_source(context.content), today)
    except ContentError as error:
        problems = tuple(map(str, error.problems))
        first = _problem_count(problems)
        return Reply(f"{first} {' '.join(problems[:MAX_PROBLEMS])}", (cards.heading(first), *_problem_blocks(problems)))
    found = preview(context.db, catalog)
    text = "The content files have no errors."
    effect, changes = _effect(found)
    blocks: list[Block] = [cards.heading(text, f" {effect}")]
    blocks += [Bullets(tuple(line(each) for each in changes))] if changes else []
    cut = f"They lack entries that the bot answers from now: {'; '.join(found.lost)}. Was a file cut off?" if found.lost else ""
    blocks += [Section((line(cut),))] if cut else []
    if context.db and context.library:
        blocks += topic_counts.blocks(context.db, context.library.catalog, catalog, topic_counts.CHECKED)
    doubts = tuple(map(str, warnings))
    verb = "1 warning, which does" if len(doubts) == 1 else f"{len(doubts)} warnings, which do"
    count = f"{verb} not keep you from publishing:" if doubts else ""
    blocks += [cards.heading(count), *_problem_blocks(doubts)] if doubts else []
    blocks += [] if found.same else [Buttons((Button("Reload", "/trade-admin reload"),))]
    parts = (text, effect, "; ".join(changes), cut, count, " ".join(doubts[:MAX_PROBLEMS]))
    return Reply(" ".join(filter(None, parts)), tuple(blocks))


def _effect(found: Preview) -> tuple[str, tuple[str, ...]]:
    """Return what a reload would change, in a sentence and a list."""
    if found.same:
        return f"A reload would change nothing: they match revision {found.revision}.", ()
    if found.revision is None:
        return "A reload would publish the first revision.", ()
    if not found.changes:
        return f"A reload would change only notes or layout of revision {found.revision}.", ()
    count = f"{len(found.changes)} file{'s' if len(found.changes) != 1 else ''}"
    return f"A reload would change {count} of revision {found.revision}:", found.changes


def _not_published(before: Revision | None, problems: tuple[str, ...], context: Context) -> Reply:
    in_force = f"revision {before.id} of {dates.near(before.at, context.now, context.zone)}" if before else "the content loaded at startup"
    first = f"Not published; still answering from {in_force}."
    blocks = (Section((line(Span(first, bold=True)), line(_problem_count(problems)))), *_problem_blocks(problems))
    return Reply(f"{first} {_problem_count(problems)} {' '.join(problems[:MAX_PROBLEMS])}", blocks, ok=False)


def _problem_count(problems: tuple[str, ...]) -> str:
    return "1 error:" if len(problems) == 1 else f"{len(problems)} errors:"


def _problem_blocks(problems: tuple[str, ...]) -> tuple[Block, ...]:
    shown = Bullets(tuple(line(Span(problem, code=True)) for problem in problems[:MAX_PROBLEMS]))
    if len(problems) <= MAX_PROBLEMS:
        return (shown,)
    return (shown, SmallPrint((code_line(f"… and {len(problems) - MAX_PROBLEMS} more. To list them all, run `tradebot check`."),)))
