"""How stored messages are listed, and what an answer says that found none."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from handlers.replies import cards, corrections, dates, entries, freshness
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Reply, Section, SmallPrint, line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from handlers.command import Context
    from jobs.feed_health import LastRead
    from jobs.models.entries import Entry, Extent

MAX_LISTED = 10

_PAGE = re.compile(r"(?:^|\s)page ([1-9][0-9]?)$")

SORTING = "The bot is still sorting the stored messages. Ask again in a minute."


@dataclass(frozen=True, slots=True)
class Stored:
    """The stored messages that a search looked through."""

    extents: Mapping[str, Extent]
    """By feed."""
    read: LastRead
    """The last read of CBP's CSMS feed."""
    sorting: bool = False
    """Messages wait for being indexed and sorted into topics."""

    def describe(self, now: datetime, zone: str) -> str:
        """Return "87 stored CSMS messages since 14 Jan"."""
        count = sum(each.count for each in self.extents.values())
        noun = "CSMS message" if set(self.extents) <= {"csms", "sample"} else "message"
        oldest = min((each.oldest for each in self.extents.values()), default=None)
        since = f" since {dates.near_date(oldest, now, zone)}" if oldest is not None else ""
        return f"{count:,} stored {noun}{'s' if count != 1 else ''}{since}"


def listing(  # seven parameters: what is listed, and each line around it
    title: str,
    small: Sequence[str],
    groups: Sequence[tuple[str, Sequence[Entry]]],
    read: LastRead,
    context: Context,
    buttons: Sequence[Button] = (),
    first: str = "",
) -> Reply:
    """List messages, in groups with headings. `first` opens the answer, behind a warning if newer messages may be missing."""
    found = [entry for _, group in groups for entry in group]
    now, zone = context.now, context.zone
    changed = _changed(found, context)
    spoken = ((entries.screen_reader_text(each, zone, most=entries.BULLET_TITLE), changed.get(each.id, "")) for each in found)
    numbered = " ".join(f"{number}. {', '.join(filter(None, parts))}" for number, parts in enumerate(spoken, 1))
    warning = freshness.warning(read, now, zone)
    checked = "" if warning else freshness.sentence_part(read, now, zone)
    blocks: list[Block] = [
        *freshness.warning_blocks(warning),
        *((Section((line(first),)),) if first else ()),
        Header(title),
        SmallPrint((cards.separated_line(*small, checked),)),
    ]
    for heading, group in groups:
        blocks += [cards.heading(heading)] if heading else []
        items = (entries.bullet(each, entries.sent_day(each, now, zone), changed.get(each.id, "")) for each in group)
        blocks.append(Bullets(tuple(items)))
    if buttons:
        blocks.append(Buttons(tuple(buttons)))
    text = " ".join(part for part in (warning, first, f"{title}.", numbered) if part)
    return Reply(text, (*blocks, entries.caution(found)), subjects=tuple(entry.key for entry in found), shareable=True)


def _changed(found: Sequence[Entry], context: Context) -> dict[int, str]:
    """Return "corrected by 68987884" for each message that a later one changes."""
    from jobs.relations import newest_changers

    if context.db is None:
        return {}
    with context.db.read() as conn:
        changers = newest_changers(conn, found)
    return {number: f"{corrections.PASSIVE[how].lower()} by {later.number}" for number, (later, how) in changers.items()}


def nothing_found(
    words: str, stored: Stored, context: Context, buttons: Sequence[Button], *, content: bool = False, hint: str = ""
) -> Reply:
    """Say that nothing was found, and what was searched: also the content, or only the messages.

    That newer messages may be missing comes first if only messages were searched, and otherwise with what was searched: such a question
    need not be about messages.
    """
    now, zone = context.now, context.zone
    doubt = freshness.warning(stored.read, now, zone) if stored.extents else ""
    warning = "" if content else doubt
    searched = f"{'the content and ' if content else ''}{stored.describe(now, zone)}"
    if not stored.extents:
        searched = f"{'the content; ' if content else ''}no messages are stored yet"
        reason = f" {freshness.why_none(stored.read, now, zone)}"
    else:
        reason = "" if warning else f" {doubt or f'{freshness.sentence_part(stored.read, now, zone)}.'}"
    text = " ".join(filter(None, (f"Searched: {searched}.{reason}", SORTING if stored.sorting else "")))
    reply = cards.no_match(words, "", *buttons, hint=f"{text} {hint}".strip())
    return replace(reply, text=" ".join(filter(None, (warning, reply.text))), blocks=(*freshness.warning_blocks(warning), *reply.blocks))


def none_stored(text: str, stored: Stored, context: Context, buttons: Sequence[Button], below: Sequence[Block] = ()) -> Reply:
    """Say in `text` that no messages are stored, of a kind or at all, then what was searched, or why there are none."""
    now, zone = context.now, context.zone
    if stored.extents:
        warning = freshness.warning(stored.read, now, zone)
        detail = f"Searched: {stored.describe(now, zone)}." + ("" if warning else f" {freshness.sentence_part(stored.read, now, zone)}.")
        detail = f"{detail} {SORTING}" if stored.sorting else detail
    else:
        warning, detail = "", freshness.why_none(stored.read, now, zone)
    blocks: tuple[Block, ...] = (
        *freshness.warning_blocks(warning),
        cards.heading(text),
        Section((line(detail),)),
        *below,
        *((Buttons(tuple(buttons)),) if buttons else ()),
    )
    return Reply(" ".join(filter(None, (warning, text, detail))), blocks)


def read_page(words: str) -> tuple[str, int]:
    """Return the words, and the page with which a button's command ends."""
    found = _PAGE.search(words)
    return (words[: found.start()], int(found[1])) if found else (words, 1)


def first_on_page(page: int, size: int, count: int) -> int:
    """Return the place of the first of `count` items on a page, or on the last page if there are fewer pages."""
    return min(page - 1, max(count - 1, 0) // size) * size
