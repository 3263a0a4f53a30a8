"""The texts of a channel's reminders: the confirmation of a request, with the present dates, and the post that a date moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from handlers.command import read_creator
from handlers.replies import cards, dates, entries, key_dates
from handlers.replies.reply import Block, Bullets, Button, Buttons, Line, Overflow, Reply, Section, SmallPrint, Span, line
from jobs.cadence import zone_info
from jobs.reminders import later_moments, next_morning
from jobs.states import DateKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from handlers.command import Person
    from jobs.models.entries import Entry
    from jobs.models.key_dates import DateChange, KeyDate
    from jobs.models.posts import Bundle
    from jobs.models.reminders import Reminder

REMINDERS = Button("Reminders here", "/csms reminders")

_DATE_NAMES = {
    DateKind.EFFECTIVE: "effective date",
    DateKind.DEPLOY: "deployment date",
    DateKind.OPENS: "opening date",
    DateKind.DEADLINE: "deadline",
    DateKind.ENDS: "end date",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """A request for reminders: of which message, how many days before its dates, and who made it."""

    entry: Entry
    days: Sequence[int]
    zone: str
    person: Person | None


def confirmation(  # six parameters: the request, what it comes to now, and how to say so
    setting: Setting, keys: Sequence[KeyDate], now: datetime, noun: str, post_id: str = "", *, is_new: bool = True
) -> Reply:
    """Return the confirmation of a request with the dates as they stand; `post_id` is the id by which it is recorded."""
    entry, zone, number = setting.entry, setting.zone, key_dates.name_of(setting.entry)
    today = now.astimezone(zone_info(zone)).date()
    listed = [_state(key, setting, now) for key in keys if key.date >= today]
    planned = any(key.stands and key.date >= today for key in keys)
    first = f"This {noun} {'will be' if is_new else 'already is to be'} reminded of the dates of {number}."
    first = first if planned else f"No reminder of the dates of {number} is planned any longer."
    small = cards.separated_line(
        *((cards.by("Set", setting.person),) if setting.person else ()),
        "If a message moves or cancels a date, the bot moves or cancels its reminders.",
    )
    reference = key_dates.reference(entry)
    stop = Button("Stop these reminders", f"/csms remind {reference} off", "danger", f"Stop the reminders of {number}?")
    blocks: tuple[Block, ...] = (
        Section((line(Span(first, bold=True)), entries.title(entry, entries.BULLET_TITLE))),
        *((Bullets(tuple(line(each) for each in listed)),) if listed else ()),
        SmallPrint((small,)),
        Buttons((Button("Show the sentences", f"/trade dates {reference}"), REMINDERS)),
        Overflow((stop,)),
    )
    return Reply(f"{first} {'. '.join(listed)}{'.' if listed else ''}".rstrip(), blocks, public=is_new, post_id=post_id if is_new else "")


def _state(key: KeyDate, setting: Setting, now: datetime) -> str:
    """Return "Mon 16 Mar, deadline: reminders Mon 2 Mar and Sun 15 Mar, 09:00 ET; moved from 2 Mar by CSMS 68000002"."""
    named = f"{key_dates.near_weekday(key.date, now, setting.zone)}, {key_dates.kind_name(key)}"
    if key.ended_by is not None:
        return f"{named}: {key_dates.ended(key)}"
    moved = f"; moved from {key_dates.near(key.before[-1], now, setting.zone)} by {entries.origin(key.said_by)}" if key.before else ""
    return f"{named}: {_moments(key, setting.days, setting.zone, now) or 'no reminder is left'}{moved}"


def _moments(key: KeyDate, days: Iterable[int], zone: str, now: datetime) -> str:
    """Return "reminders Mon 16 Feb and Sun 1 Mar, 09:00 ET", or "" if none is to come."""
    moments = later_moments(key, days, zone, now)
    if not moments and key.stands and key.before and (soon := next_morning(key.said_by.first_seen, zone)) > now:
        moments = [soon]  # it moved so near that no reminder before it is left
    if not moments:
        return ""
    listed = " and ".join(dates.near_weekday(each, now, zone) for each in moments)
    return f"reminder{'s' if len(moments) > 1 else ''} {listed}, {dates.clock(moments[0], zone)}"


def confirmed(bundle: Bundle) -> Reply:
    """Return the confirmation that a channel shows, as the dates stand now."""
    assert bundle.requested is not None  # noqa: S101  # the material of a confirmation
    request = bundle.requested.reminder
    return confirmation(_setting(request, bundle.requested.entry), bundle.requested.keys, bundle.now, cards.channel_noun(bundle.channel))


def _setting(request: Reminder, entry: Entry) -> Setting:
    return Setting(entry, request.days, request.zone, read_creator(request.created_by))


def moved(bundle: Bundle) -> Reply:
    """Return the post that says which dates moved, ended, or were added, and when the channel is reminded now."""
    assert bundle.requested is not None  # noqa: S101  # the material of such a post
    requested, now = bundle.requested, bundle.now
    setting = _setting(requested.reminder, requested.entry)
    said = [(_change(each, setting, now), _now_planned(each, setting, now)) for each in requested.changes]
    several = {each.by.id: each.by for each in requested.changes}
    blocks: list[Block] = []
    for change, planned in said:
        blocks.append(Section((line(Span(change, bold=True)), *((line(planned),) if planned else ()))))
    blocks.append(Bullets(tuple(_cause(each, setting, now) for each in several.values())))
    blocks += [Buttons((Button("Show the sentences", f"/trade dates {key_dates.reference(requested.entry)}"), REMINDERS))]
    blocks.append(entries.caution(list(several.values())))
    return Reply(" ".join(f"{change} {planned}".rstrip() for change, planned in said), tuple(blocks), public=True)


def _cause(by: Entry, setting: Setting, now: datetime) -> Line:
    return entries.bullet(by, dates.near_date(by.published, now, setting.zone))


def _change(change: DateChange, setting: Setting, now: datetime) -> str:
    """Return "The deadline of CSMS 68000001 moved from Mon 2 Mar to Mon 16 Mar (CSMS 68000002, 18 Feb)."."""
    key, zone = change.key, setting.zone
    day = key_dates.near_weekday(key.date, now, zone)
    by = f"({key_dates.name_of(change.by)}, {dates.near_date(change.by.published, now, zone)})"
    whose = f"{_DATE_NAMES[key.kind]} of {key_dates.name_of(setting.entry)}"
    if change.before is None:
        return f"A later message gives another {_DATE_NAMES[key.kind]} for {key_dates.name_of(setting.entry)}: {day} {by}."
    if not key.stands:
        return f"The {whose}, {key_dates.near_weekday(change.before, now, zone)}, no longer stands {by}."
    if change.before == key.date:
        return f"The {whose}, {day}, stands again {by}."
    return f"The {whose} moved from {key_dates.near_weekday(change.before, now, zone)} to {day} {by}."


def _now_planned(change: DateChange, setting: Setting, now: datetime) -> str:
    """Return when the channel is reminded of a date that changed."""
    if not change.key.stands:
        return "The bot no longer reminds you of it."
    moments = _moments(change.key, setting.days, setting.zone, now)
    if not moments:
        return "" if change.key.date < now.astimezone(zone_info(setting.zone)).date() else "No reminder before it is left."
    return f"{'The reminders are' if moments.startswith('reminders') else 'The reminder is'} now on {moments.partition(' ')[2]}."
