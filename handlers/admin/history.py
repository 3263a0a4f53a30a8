"""/trade-admin history, diff and rollback: show who published what, compare revisions, and bring one back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from content.loading.files import ContentError
from handlers.admin import topic_counts
from handlers.command import name_of
from handlers.replies import cards, dates
from handlers.replies.reply import Block, Bullets, Button, Buttons, Line, Reply, Section, SmallPrint, Span, code_line, line, refusal
from jobs.revisions import AT_START, Difference, Superseded, difference, roll_back
from jobs.store import revisions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from handlers.command import Command, Context
    from jobs.models.content import Revision, RevisionLine

MAX_LISTED = 10
"""Revisions in one reply."""

MAX_TEXTS = 40
"""Changed texts in one reply."""

MAX_TEXT = 200
"""Characters of a changed text."""

MAX_CHANGES = 300
"""Characters of a revision's changes in the list."""

HISTORY = Button("History", "/trade-admin history")

_NUMBERS = re.compile(r"(?:revision )?#?([0-9]{1,18})(?: (?:and |to )?#?([0-9]{1,18}))?", re.IGNORECASE | re.ASCII)

_ROLLBACK = re.compile(r"(?:revision |to )?#?(?P<to>[0-9]{1,18})(?: over (?P<over>[0-9]{1,18}))?", re.IGNORECASE | re.ASCII)


def history(words: str, command: Command, context: Context) -> Reply:
    """List the revisions, newest first; a number lists those before it."""
    if context.db is None:
        return cards.needs_bot()
    given = _NUMBERS.fullmatch(" ".join(words.split()))
    if words.strip() and (given is None or given[2]):
        return cards.excess_words("/trade-admin history", "only the number of a revision", words)
    older_than = int(given[1]) if given else None
    with context.db.read() as conn:
        in_force = revisions.newest_id(conn)
        found = revisions.history(conn, MAX_LISTED + 1, older_than)
    if not found:
        before = f" before revision {older_than}" if older_than and in_force else ""
        return refusal(f"No content was published{before}.", "", *((HISTORY,) if before else ()))
    listed, more = found[:MAX_LISTED], len(found) > MAX_LISTED
    blocks = [_history_section(each, in_force, context) for each in listed]
    newest, *others = listed
    buttons = [Button(f"What revision {newest.id} changed", f"/trade-admin diff {newest.id}")]
    if newest.id == in_force and others:
        buttons.append(Button("Undo", f"/trade-admin rollback {others[0].id}"))
    if more:
        buttons.append(Button("Older", f"/trade-admin history {listed[-1].id}"))
    hint = code_line("To see what a revision changed, type `/trade-admin diff` and its number; to bring it back, `/trade-admin rollback`.")
    text = "; ".join(f"revision {each.id}, {_when(each, context)}, {publisher(each.who)}" for each in listed)
    return Reply(
        f"Published content, newest first: {text}.",
        (cards.heading("Published content, newest first"), *blocks, Buttons(tuple(buttons)), SmallPrint((hint,))),
    )


def _history_section(each: RevisionLine, in_force: int | None, context: Context) -> Section:
    changes = ", ".join(each.changes) or "no statement"
    short = changes if len(changes) <= MAX_CHANGES else changes[: MAX_CHANGES - 1] + "…"
    first = cards.separated_line(Span(f"Revision {each.id}", bold=True), _when(each, context), publisher(each.who))
    return Section((first + line(" · answers now") if each.id == in_force else first, line(short)))


def diff(words: str, command: Command, context: Context) -> Reply:
    """Show what a revision changed, or the difference between two."""
    if context.db is None:
        return cards.needs_bot()
    given = _NUMBERS.fullmatch(" ".join(words.split()))
    if given is None:
        return _which("diff")
    first, second = int(given[1]), int(given[2] or 0)
    with context.db.read() as conn:
        found = revisions.by_id(conn, first)
        old, new = (found, revisions.by_id(conn, second)) if second else (revisions.before(conn, first), found)
    if found is None or new is None:
        return _unknown(first if found is None else second)
    if old is None:
        return refusal(f"Revision {new.id} is the oldest that is stored, so there is nothing to compare it with.", "", HISTORY)
    if gone := [each.id for each in (old, new) if not each.files]:
        return _deleted(gone[0])
    text = f"From revision {old.id} to revision {new.id}."
    by = cards.separated_line(f"Revision {new.id}", _when(new, context), publisher(new.who))
    blocks, summary = _difference(difference(old, new, for_everybody=command.for_everybody))
    with context.db.read() as conn:
        is_newest = revisions.newest_id(conn) == new.id
    undo = (Button("Undo", f"/trade-admin rollback {old.id}"),) if is_newest else ()
    return Reply(f"{text} {summary}", (cards.heading(text), SmallPrint((by,)), *blocks, Buttons((HISTORY, *undo))))


def rollback(words: str, command: Command, context: Context) -> Reply:
    """Show what would change; the button's words publish the older revision's files again."""
    if context.db is None or context.library is None:
        return cards.needs_bot()
    given = _ROLLBACK.fullmatch(" ".join(words.split()))
    if given is None:
        return _which("rollback")
    with context.db.read() as conn:
        to, newest = revisions.by_id(conn, int(given["to"])), revisions.newest(conn)
    if to is None or newest is None:
        return _unknown(int(given["to"]))
    if not to.files:
        return _deleted(to.id)
    if to.digest == newest.digest:
        number = "is in force" if to.id == newest.id else f"has the same files as revision {newest.id}, which is in force"
        return refusal(f"Nothing to do: revision {to.id} {number}.", "", HISTORY)
    if given["over"] is None:
        return _ask(to, newest, command, context)
    try:
        result = roll_back(context.db, to, command.person.signature, int(given["over"]))
    except Superseded as other:
        return _ask(to, newest, command, context, f"Revision {other.revision} was published since you were asked. ")
    except ContentError as error:
        return _unusable(to, error)
    topics = topic_counts.blocks(context.db, context.library.catalog, result.catalog, topic_counts.PUBLISHED)
    context.library.refresh(context.db)
    first = f"Published revision {result.revision}: the content of revision {to.id} is back."
    hint = "A restart keeps it. The files that editors change are as they were: the next reload would publish them again."
    buttons = (Button("Difference", f"/trade-admin diff {result.revision}"), Button("Undo", f"/trade-admin rollback {newest.id}"))
    return Reply(f"{first} {hint}", (cards.heading(first, f" {hint}"), *topics, Buttons(buttons)))


def _ask(to: Revision, newest: Revision, command: Command, context: Context, before: str = "") -> Reply:
    text = f"{before}Bring back revision {to.id} of {_when(to, context)}?"
    found = difference(newest, to, for_everybody=command.for_everybody)
    if to.id in found.unreadable:
        return refusal(f"This version of the bot cannot use revision {to.id}.", "Its content needs an older version of the bot.", HISTORY)
    blocks, summary = _difference(found)
    hint = f"The bot answers from revision {newest.id} of {_when(newest, context)}. This is what would change:"
    confirm = f"Replace revision {newest.id} by the content of revision {to.id}? Everybody gets answers from it at once."
    button = Button(f"Bring back revision {to.id}", f"/trade-admin rollback {to.id} over {newest.id}", style="danger", confirm=confirm)
    return Reply(f"{text} {hint} {summary}", (cards.heading(text, f" {hint}"), *blocks, Buttons((button, HISTORY))))


def _unusable(to: Revision, error: ContentError) -> Reply:
    return refusal(f"This version of the bot cannot use revision {to.id}.", str(error.problems[0]), HISTORY)


def _difference(found: Difference) -> tuple[tuple[Block, ...], str]:
    """Return the blocks, and a summary for screen readers."""
    files = ", ".join(found.files)
    if found.unreadable:
        words = f"This version of the bot cannot read revision {' and '.join(map(str, found.unreadable))}. Files that differ: {files}."
        return (Section((line(words),)),), words
    blocks: list[Block] = []
    left = MAX_TEXTS
    for file in found.items:
        rows: list[Line] = []
        for item in file.items:
            rows.append(line(Span(item.name, bold=True), str(item).removeprefix(item.name)))
            rows += [row for pair in item.texts for row in _texts(*pair)]
        blocks += [cards.heading(file.file), Bullets(tuple(rows[:left]))] if left > 0 else []
        left -= len(rows)
    if left < 0:
        more = "See all of it: export both revisions with `tradebot content export DIR --revision N` and compare the folders."
        blocks.append(SmallPrint((code_line(f"… and {-left} more lines. {more}"),)))
    notes = f"Only notes or layout: {files}." if files else ""
    if notes or not found.items:
        blocks.append(Section((line(notes or "The files are the same."),)))
    return tuple(blocks), " ".join(filter(None, (", ".join(map(str, found.items)), notes))) or "The files are the same."


def _texts(before: str, after: str) -> Iterator[Line]:
    for lead, text in (("Before: ", before), ("After: ", after)):
        if text:
            yield line(Span(lead, italic=True), text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…")


def publisher(who: str) -> str:
    return "at startup" if who == AT_START else f"by {name_of(who)}"


def _when(revision: Revision | RevisionLine, context: Context) -> str:
    return dates.near(revision.at, context.now, context.zone)


def _which(verb: str) -> Reply:
    hint = code_line(f"For example, type `/trade-admin {verb} 3`. History lists the numbers.")
    return refusal("Give the number of a revision.", hint, HISTORY)


def _deleted(number: int) -> Reply:
    return refusal(f"The files of revision {number} are no longer stored.", "The bot keeps them for TRADEBOT_KEEP_REVISIONS days.", HISTORY)


def _unknown(number: int) -> Reply:
    return refusal(f"There is no revision {number}.", "History lists the numbers.", HISTORY)
