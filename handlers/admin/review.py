"""/trade-admin review: the statements of the content to look at again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from handlers.replies import cards, dates, sources
from handlers.replies.entries import plain_title, shorten
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Line, Reply, SmallPrint, Span, line, plain, refusal
from jobs.cadence import zone_info
from jobs.review import FIGURE_DAYS, LAW_DAYS, OTHER_DAYS, read_review

if TYPE_CHECKING:
    from datetime import date

    from handlers.command import Command, Context
    from jobs.links import Place
    from jobs.models.content import LinkCheck
    from jobs.models.entries import Entry
    from jobs.review import Item, Review

MAX_LISTED = 10
"""Statements of one kind that a reply lists in full. If there are more, it shows the first and counts what is due by file."""

MAX_SHOWN = 5
"""Statements of a kind that a reply shows if there are more than it lists in full."""

_TEXT = 120
"""Characters of a statement."""

_HINT = "Look at the source, then change the text or its dates: as_of is the date of the source, read is the month in which you looked."

_WHEN = (
    f"A figure or what is about tariffs is due {FIGURE_DAYS} days after its date, law after {LAW_DAYS}, anything else after {OTHER_DAYS}, "
    "unless review_by gives a day."
)


@dataclass(frozen=True, slots=True)
class _Group:
    """The statements of a file that are due, longest first."""

    file: str
    owner: str
    due: tuple[tuple[Item, date], ...]

    @property
    def name(self) -> str:
        return f"{self.file}{f' · {self.owner}' if self.owner else ''}"


def review(words: str, command: Command, context: Context) -> Reply:
    if context.db is None:
        return cards.needs_bot()
    wanted = words.strip().casefold()
    today = context.now.astimezone(zone_info(context.zone)).date()
    with context.db.read() as conn:
        found = read_review(conn, context.catalog, context.now, today)
    if wanted not in ("", "all"):
        files = sorted(set(map(_file, (*context.catalog.places.values(), *_places(found)))) - {""})
        named = {file for file in files if wanted in (file, file.removesuffix(".yaml"), context.catalog.owners.get(file, "").casefold())}
        if not named:
            hint = f"Type “all”, or one of the files: {', '.join(files)}." if files else "Type “all”."
            return refusal(f"{cards.quote(words, 40)} is neither a file with statements nor the owner of one.", hint, _ALL)
        found = replace(
            found,
            due=tuple(each for each in found.due if _file(each[0].place) in named),
            overtaken=tuple(each for each in found.overtaken if _file(each[0].place) in named),
            broken=tuple(each for each in found.broken if each[0].file in named),
        )
    if not found.count:
        inside = f" in {cards.quote(words, 40)}" if wanted not in ("", "all") else ""
        text = f"Nothing to review{inside}: no statement is due, no link is broken, and no newer message seems to change a statement."
        return Reply(text, (cards.heading(text),))
    return _listed(found, context, in_full=bool(wanted))


_ALL = Button("Show all", "/trade-admin review all")


def _listed(found: Review, context: Context, *, in_full: bool) -> Reply:
    most = found.count if in_full else MAX_LISTED
    groups, is_counted = _groups(found), len(found.due) > most
    summary = found.summary()
    blocks: list[Block] = [Header("Content to review"), SmallPrint((line(f"{summary[:1].upper()}{summary[1:]}"),))]
    blocks += _list("Perhaps changed by a newer message", [_overtaken(item, entry, context) for item, entry in found.overtaken], most)
    blocks += _list("Broken links", [_broken(place, check, context) for place, check in found.broken], most)
    if is_counted:
        blocks += [cards.heading(f"Due ({len(found.due)})"), Bullets(tuple(map(_count, groups)))]
        blocks += [cards.heading("Most overdue"), Bullets(tuple(_due(*each) for each in found.due[:MAX_SHOWN]))]
        blocks += [cards.choices("Show the statements of a file", [_button(group) for group in groups if group.file])]
    elif in_full:
        for group in groups:
            blocks += _list(f"Due in {group.name}" if group.file else "Due", [_due(*each) for each in group.due], most)
    else:
        blocks += _list("Due", [_due(*each) for each in found.due], most)
    if most < max(len(found.overtaken), len(found.broken), len(found.due)):
        blocks.append(Buttons((_ALL,)))
    blocks.append(SmallPrint((line(_HINT), *((line(_WHEN),) if found.due else ()))))
    names = [f"{item.name}: {plain(cards.newer_message(entry, context.now, context.zone))}" for item, entry in found.overtaken]
    names += [f"{place}: {check.detail}" for place, check in found.broken]
    if is_counted:
        names += [plain(_count(group)) for group in groups]
    else:
        names += [f"{item.name}, due since {dates.as_of(since.isoformat())}" for item, since in found.due]
    shown = "; ".join(names[:MAX_LISTED]) + (f"; and {len(names) - MAX_LISTED} more" if len(names) > MAX_LISTED else "")
    return Reply(f"Content to review: {found.summary()}. {shown}.", tuple(blocks))


def _places(found: Review) -> tuple[str, ...]:
    return (*(item.place for item, _ in (*found.due, *found.overtaken)), *(str(place) for place, _ in found.broken))


def _file(place: str) -> str:
    return place.partition(":")[0]


def _groups(found: Review) -> list[_Group]:
    """Return what is due by file, the file with the most first."""
    files = dict.fromkeys(_file(item.place) for item, _ in found.due)
    groups = []
    for file in files:
        due = tuple(each for each in found.due if _file(each[0].place) == file)
        groups.append(_Group(file, due[0][0].owner, due))
    return sorted(groups, key=lambda group: -len(group.due))


def _count(group: _Group) -> Line:
    since = dates.as_of(group.due[0][1].isoformat())
    return line(Span(group.name or "elsewhere", bold=True), f": {len(group.due)}, the oldest since {since}")


def _button(group: _Group) -> Button:
    return Button(f"{group.file} ({len(group.due)})", f"/trade-admin review {group.file}")


def _list(title: str, rows: list[Line], most: int) -> list[Block]:
    if not rows:
        return []
    shown = len(rows) if len(rows) <= most else MAX_SHOWN
    more = (line(f"… and {len(rows) - shown} more"),) if len(rows) > shown else ()
    return [cards.heading(f"{title} ({len(rows)})"), Bullets((*rows[:shown], *more))]


def _due(item: Item, since: date) -> Line:
    return line(*_name(item), f" · since {dates.as_of(since.isoformat())}: {shorten(item.passage.text, _TEXT)}")


def _overtaken(item: Item, entry: Entry, context: Context) -> Line:
    number = Span(f"CSMS {entry.number}", link=sources.https_url(entry.url))
    day = dates.near_date(entry.published, context.now, context.zone)
    return line(*_name(item), f": {shorten(item.passage.text, _TEXT)} → ", number, f", {day}: {shorten(plain_title(entry), _TEXT)}")


def _broken(place: Place, check: LinkCheck, context: Context) -> Line:
    owner = context.catalog.owners.get(place.file, "")
    return line(
        Span(str(place), bold=True),
        f" · {owner}: " if owner else ": ",
        Span(shorten(place.url, _TEXT), link=sources.https_url(place.url)),
        f": {check.detail}",
    )


def _name(item: Item) -> tuple[Span, ...]:
    place, owner = f" ({item.place})" if item.place else "", f" · {item.owner}" if item.owner else ""
    return (Span(item.name, bold=True), Span(f"{place}{owner}"))
