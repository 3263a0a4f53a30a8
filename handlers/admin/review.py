"""/trade-admin review: the statements of the content to look at again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.replies import cards, dates
from handlers.replies.entries import plain_title, shorten
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Line, Reply, SmallPrint, Span, line, plain
from jobs.cadence import zone_info
from jobs.review import read_review

if TYPE_CHECKING:
    from datetime import date

    from handlers.command import Command, Context
    from jobs.links import Place
    from jobs.models.content import LinkCheck
    from jobs.models.entries import Entry
    from jobs.review import Item

MAX_LISTED = 10
"""Statements of one kind in a reply."""

_TEXT = 120
"""Characters of a statement."""

_HINT = "Look at the source, then change the text or its dates: as_of is the date of the source, read is the month in which you looked."


def review(words: str, command: Command, context: Context) -> Reply:
    if context.db is None:
        return cards.needs_bot()
    wanted = words.strip().casefold()
    if wanted not in ("", "all"):
        return cards.excess_words("/trade-admin review", "only “all”", words)
    today = context.now.astimezone(zone_info(context.zone)).date()
    with context.db.read() as conn:
        found = read_review(conn, context.catalog, context.now, today)
    if not found.count:
        text = "Nothing to review: no statement is due, no link is broken, and no newer message seems to change a statement."
        return Reply(text, (cards.heading(text),))
    blocks: list[Block] = [Header("Content to review")]
    most = found.count if wanted == "all" else MAX_LISTED
    blocks += _list("Perhaps changed by a newer message", [_overtaken(item, entry, context) for item, entry in found.overtaken], most)
    blocks += _list("Broken links", [_broken(place, check, context) for place, check in found.broken], most)
    blocks += _list("Due", [_due(item, since) for item, since in found.due], most)
    if most < max(len(found.overtaken), len(found.broken), len(found.due)):
        blocks.append(Buttons((Button("Show all", "/trade-admin review all"),)))
    blocks.append(SmallPrint((line(_HINT),)))
    names = [f"{item.name}: {plain(cards.newer_message(entry, context.now, context.zone))}" for item, entry in found.overtaken]
    names += [f"{place}: {check.detail}" for place, check in found.broken]
    names += [f"{item.name}, due since {dates.as_of(since.isoformat())}" for item, since in found.due]
    shown = "; ".join(names[:MAX_LISTED]) + (f"; and {len(names) - MAX_LISTED} more" if len(names) > MAX_LISTED else "")
    return Reply(f"Content to review: {found.summary()}. {shown}.", tuple(blocks))


def _list(title: str, rows: list[Line], most: int) -> list[Block]:
    if not rows:
        return []
    more = (line(f"… and {len(rows) - most} more"),) if len(rows) > most else ()
    return [cards.heading(f"{title} ({len(rows)})"), Bullets((*rows[:most], *more))]


def _due(item: Item, since: date) -> Line:
    return line(*_name(item), f" · since {dates.as_of(since.isoformat())}: {shorten(item.passage.text, _TEXT)}")


def _overtaken(item: Item, entry: Entry, context: Context) -> Line:
    number = Span(f"CSMS {entry.number}", link=cards.https_url(entry.url))
    day = dates.near_date(entry.published, context.now, context.zone)
    return line(*_name(item), f": {shorten(item.passage.text, _TEXT)} → ", number, f", {day}: {shorten(plain_title(entry), _TEXT)}")


def _broken(place: Place, check: LinkCheck, context: Context) -> Line:
    owner = context.catalog.owners.get(place.file, "")
    return line(
        Span(str(place), bold=True),
        f" · {owner}: " if owner else ": ",
        Span(shorten(place.url, _TEXT), link=cards.https_url(place.url)),
        f": {check.detail}",
    )


def _name(item: Item) -> tuple[Span, ...]:
    place, owner = f" ({item.place})" if item.place else "", f" · {item.owner}" if item.owner else ""
    return (Span(item.name, bold=True), Span(f"{place}{owner}"))
