"""Show what changed: each message in its part of the report, as an item of a list or of a digest, or as plain text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from handlers.replies import cards, dates, entries, gists, key_dates
from handlers.replies.reply import Line, Span, line
from handlers.replies.rows import Group, Row, posted_here
from jobs.cadence import zone_info
from jobs.changes import fold, report, trainings_ahead
from jobs.models.posts import Listed
from jobs.states import Relation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from jobs.changes import Changed, Earlier, Report
    from jobs.models.entries import Entry
    from jobs.models.key_dates import KeyDate
    from jobs.models.posts import Bundle

SUPERSEDING, UPDATING, NEW = "Corrected, replaced or canceled", "Updated, extended or resolved", "New"
DATES, TRAININGS = "Taking effect next, announced in other messages", "Coming webinars and events"
AHEAD = (DATES, TRAININGS)
"""The parts for what is to come, also of messages from before the period."""

_MAX_EARLIER = 12
"""Earlier messages that one item names; more are counted."""

_VERBS = {
    Relation.REPLACES: "replaces",
    Relation.CORRECTS: "corrects",
    Relation.CANCELS: "cancels",
    Relation.RESOLVES: "resolves",
    Relation.EXTENDS: "extends",
    Relation.UPDATES: "updates",
}


@dataclass(frozen=True, slots=True)
class Item:
    """A message of a report."""

    part: str
    entry: Entry
    head: str = ""
    """The day for which it is listed, such as "2 Mar, deadline"."""
    notes: tuple[str, ...] = ()
    below: tuple[Entry, ...] = ()
    """The earlier messages that the notes name."""


def items(report: Report, day_name: Callable[[date], str], sent_day: Callable[[Entry], str]) -> list[Item]:
    """Return the messages of a report in the order of its parts; the functions say how days are written."""

    def changed(part: str, several: Sequence[Changed]) -> list[Item]:
        return [
            Item(
                part,
                each.entry,
                "",
                (*_earlier(each.earlier, sent_day), *_later(each.later, sent_day), *_days(each.dates, day_name)),
                tuple(earlier.entry for earlier in each.earlier),
            )
            for each in several
        ]

    ahead = [Item(DATES, keys[0].said_by, "; ".join(_days(keys, day_name))) for keys in report.dates]
    trainings = [Item(TRAININGS, each.entry, day_name(each.day)) for each in report.trainings]
    return [
        *changed(SUPERSEDING, report.superseding),
        *changed(UPDATING, report.updating),
        *changed(NEW, report.new),
        *ahead,
        *trainings,
    ]


def _named(entry: Entry, sent_day: Callable[[Entry], str]) -> str:
    return f"{entry.number or entries.plain_title(entry)} ({sent_day(entry)})"


def _earlier(earlier: Sequence[Earlier], sent_day: Callable[[Entry], str]) -> tuple[str, ...]:
    """Return "corrects 68000001 (6 Feb), 68000002 (7 Feb)" and "before: 67999999 (1 Feb)"."""
    by_verb: dict[str, list[str]] = {}
    for each in earlier[:_MAX_EARLIER]:
        verb = _VERBS.get(each.kind, "changes") if each.direct else "before:"
        by_verb.setdefault(verb, []).append(_named(each.entry, sent_day))
    left = len(earlier) - _MAX_EARLIER
    return (*(f"{verb} {', '.join(several)}" for verb, several in by_verb.items()), *((f"and {left} more",) if left > 0 else ()))


def _later(later: Sequence[Entry], sent_day: Callable[[Entry], str]) -> tuple[str, ...]:
    return (f"changed since by {', '.join(_named(each, sent_day) for each in later)}",) if later else ()


def _days(keys: Sequence[KeyDate], day_name: Callable[[date], str]) -> tuple[str, ...]:
    """Return each day with its kinds: "deadline 2 Mar"."""
    return tuple(dict.fromkeys(f"{key_dates.kind_name(each)} {day_name(each.date)}" for each in keys))


def bullet(item: Item, now: datetime, zone: str, *more: str, marked: bool = True) -> Line:
    """Return an item of a card: date, linked title, number and day of sending, and in small print what it does to which message."""
    head = (Span(f"{item.head[:1].upper()}{item.head[1:]}", bold=True), Span(cards.SEPARATOR)) if item.head else ()
    notes = (Span(cards.SEPARATOR.join(item.notes), quiet=True),) if item.notes else ()
    return (*head, *entries.bullet(item.entry, entries.sent_day(item.entry, now, zone), *more, marked=marked), *notes)


def plain_lines(item: Item, sent_day: Callable[[Entry], str]) -> tuple[Line, ...]:
    """Return an item as lines without any markup, with its address."""
    entry = item.entry
    head = f"{item.head[:1].upper()}{item.head[1:]}: " if item.head else ""
    about = ", ".join(filter(None, (entries.origin(entry), sent_day(entry), *entries.states(entry))))
    notes = f"; {'; '.join(item.notes)}" if item.notes else ""
    return line(f"- {head}{entries.plain_title(entry)}"), line(f"  {about}{notes}"), *((line(f"  {entry.url}"),) if entry.url else ())


def digest_groups(bundle: Bundle, zone: str, *, marked: bool) -> list[Group]:
    """Return the parts of the report of changes. Everything is as of the digest's period, so that the same entries make the same post."""
    moment = bundle.period or bundle.now
    today = moment.astimezone(zone_info(zone)).date()
    listed = {item.entry.id: item for item in bundle.entries}
    several = [item.entry for item in bundle.entries]
    trainings = trainings_ahead(several, bundle.changes, today, zone)
    found = report(fold(several, bundle.around.earlier, bundle.changes), bundle.around.dates, trainings, routine=True)

    def near(day: date) -> str:
        return dates.near_as_of(day.isoformat(), moment, zone)

    groups: dict[str, list[Row]] = {}
    for item in items(found, near, lambda entry: entries.sent_day(entry, moment, zone)):
        main = listed.get(item.entry.id, Listed(item.entry, ""))
        dated = gists.date_or_none(item.entry, bundle.effective.get(item.entry.id, ()), moment, zone) if main.because else ""
        noted = replace(item, notes=(*item.notes, *((dated,) if dated and not _says_a_day(found, item.entry) else ())))
        text = bullet(noted, moment, zone, posted_here(main, moment, zone), marked=marked)
        below = tuple(listed[each.id] for each in item.below if each.id in listed)
        groups.setdefault(item.part, []).append(Row((main, *below), (text,), ("", *("Earlier:" for _ in below))))
    return [Group(part, tuple(rows)) for part, rows in groups.items()]


def _says_a_day(found: Report, entry: Entry) -> bool:
    """Return whether the item of an entry has its dates ahead already."""
    return any(each.entry.id == entry.id and each.dates for each in (*found.superseding, *found.updating, *found.new))
