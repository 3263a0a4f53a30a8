"""Show key dates: in a line, in a sentence, and as the post that reminds a channel of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.replies import cards, dates, entries
from handlers.replies.reply import Block, Button, Buttons, Header, Line, Overflow, Reply, Section, SmallPrint, Span, line
from jobs.states import DateKind, Relation

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from jobs.models.entries import Entry
    from jobs.models.key_dates import Ahead, KeyDate
    from jobs.models.posts import Bundle

MAX_SENTENCE = 300
"""Characters of the sentence from which a date comes."""

_NAMES = {
    DateKind.EFFECTIVE: "effective",
    DateKind.DEPLOY: "deployment",
    DateKind.OPENS: "opens",
    DateKind.DEADLINE: "deadline",
    DateKind.ENDS: "ends",
}
_TITLES = {
    DateKind.EFFECTIVE: "Takes effect",
    DateKind.DEPLOY: "Deployment",
    DateKind.OPENS: "Opens",
    DateKind.DEADLINE: "Deadline",
    DateKind.ENDS: "Ends",
}
_DOUBTS = {Relation.CORRECTS: "a correction", Relation.EXTENDS: "an extension", Relation.UPDATES: "an update"}


def name_of(entry: Entry) -> str:
    """Return "CSMS 67647279", or the title of an entry without a number."""
    return entries.number(entry) or cards.quote(entry.title, 60)


def reference(entry: Entry) -> str:
    """Return the words by which a button's command names an entry: its number, if people can use that."""
    return entry.number if entries.number(entry) and not entry.sample else f"entry {entry.id}"


def kind_name(key: KeyDate) -> str:
    """Return "deadline"."""
    return _NAMES[key.kind]


def title(key: KeyDate) -> str:
    """Return "Takes effect"."""
    return _TITLES[key.kind]


def near(day: date, now: datetime, zone: str) -> str:
    """Return "2 Mar", with the year unless it is the current one."""
    return dates.near_as_of(day.isoformat(), now, zone)


def near_weekday(day: date, now: datetime, zone: str) -> str:
    """Return "Mon 2 Mar", with the year unless it is the current one."""
    from jobs.cadence import WEEKDAY_ABBREVIATIONS

    return f"{WEEKDAY_ABBREVIATIONS[day.weekday()]} {near(day, now, zone)}"


def distance(days: int) -> str:
    """Return "today", "tomorrow" or "in 14 days"."""
    return {0: "today", 1: "tomorrow"}.get(days, f"in {days} days")


def headline(key: KeyDate, days: int, now: datetime, zone: str) -> str:
    """Return "Deadline in 14 days: Mon 2 Mar"."""
    return f"{_TITLES[key.kind]} {distance(days)}: {near_weekday(key.date, now, zone)}"


def notes(key: KeyDate, now: datetime, zone: str) -> tuple[str, ...]:
    """Return how the date came about: "moved from 1 Dec (CSMS 68000001)", and what may change it."""
    moved = f"moved from {near(key.before[-1], now, zone)} ({entries.origin(key.entry)})" if key.before else ""
    doubted = f"{_DOUBTS[key.doubted_as]} may concern it: {entries.origin(key.doubted_by)}" if key.doubted_by and key.doubted_as else ""
    return tuple(filter(None, (moved, doubted)))


def ended(key: KeyDate) -> str:
    """Return "no longer stands: see CSMS 68000002", or ""."""
    return f"no longer stands: see {entries.origin(key.ended_by)}" if key.ended_by else ""


def sentence(key: KeyDate) -> str:
    return f"“{entries.shorten(key.sentence, MAX_SENTENCE)}”"


def section(key: KeyDate, head: str, now: datetime, zone: str, *, quoted: bool, overflow: Overflow | None = None) -> tuple[Block, ...]:
    """Return the date, the linked title of the message that says it, its number and what changed, and, if `quoted`, its sentence."""
    said_by = key.said_by
    small = (entries.origin(said_by), f"sent {entries.sent_day(said_by, now, zone)}", *notes(key, now, zone), *entries.states(said_by))
    lines: list[Line] = [line(Span(head, bold=True)), entries.title(said_by, entries.BULLET_TITLE)]
    lines += [line(sentence(key))] if quoted else []
    return (Section(tuple(lines), overflow), SmallPrint((cards.separated_line(*small),)))


def spoken(key: KeyDate, head: str, zone: str) -> str:
    """Return the date as screen readers say it."""
    return f"{head}. {entries.screen_reader_text(key.said_by, zone, most=entries.BULLET_TITLE)}"


def reminder(bundle: Bundle, zone: str) -> Reply:
    """Return the post that reminds a channel of dates. Their messages stand in full at their links."""
    now, several = bundle.now, bundle.dates
    heads = [headline(each.key, each.days, now, zone) for each in several]
    blocks: list[Block] = [] if len(several) == 1 else [Header(f"Reminder: {len(several)} dates")]
    for each, head in zip(several, heads, strict=True):
        blocks += section(each.key, head, now, zone, quoted=True)
    blocks += [_buttons(several), entries.caution([each.key.said_by for each in several])]
    read = " ".join(entries.sentence(spoken(each.key, head, zone)) for each, head in zip(several, heads, strict=True))
    keys = dict.fromkeys(entry.key for each in several for entry in (each.key.said_by, each.key.entry))
    return Reply(f"Reminder: {read}", tuple(blocks), subjects=tuple(keys), public=True)


def _buttons(several: Sequence[Ahead]) -> Buttons:
    numbers = {entries.number(each.key.said_by) and each.key.said_by.number for each in several}
    alone = numbers.pop() if len(numbers) == 1 and not several[0].key.said_by.sample else ""
    show = (Button("Show the message", f"/csms {alone}"),) if alone else ()
    return Buttons((*show, Button("Dates ahead", "/trade dates"), Button("Reminders here", "/csms reminders")))
