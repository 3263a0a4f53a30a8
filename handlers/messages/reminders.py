"""/csms remind: remind the channel of the dates of a message, and /csms reminders: what it is reminded of."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from content.search.text import left_over
from handlers.command import read_creator
from handlers.messages.date_list import LIST
from handlers.messages.dates import Named, find_named, no_date, not_stored, show_message
from handlers.messages.reminder_offers import dated_example, example, offer_dates
from handlers.outbox import quantity
from handlers.replies import cards, dates, entries, key_dates
from handlers.replies.reminders import REMINDERS, Setting, confirmation
from handlers.replies.reply import (
    Block,
    Button,
    Buttons,
    Header,
    Overflow,
    Reply,
    Section,
    SmallPrint,
    Span,
    code_line,
    line,
    refusal,
)
from handlers.subscriptions import wording
from handlers.subscriptions.commands import database_and_channel
from handlers.subscriptions.days import NUMBERS
from jobs.cadence import zone_info
from jobs.key_dates import key_dates_of, load_key_dates
from jobs.reminder_changes import told_of
from jobs.reminders import DEFAULT_DAYS, MAX_DAYS, Wanted, later_moments, set_reminder, stop_reminders, wanted_by
from jobs.store import channels, subscriptions
from jobs.store import entries as entry_store
from jobs.store import reminders as store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handlers.command import Command, Context
    from jobs.models.channels import ChannelRef
    from jobs.models.entries import Entry
    from jobs.models.key_dates import KeyDate
    from jobs.models.reminders import Reminder
    from jobs.models.subscriptions import Subscription
    from jobs.store.database import Connection, Database

MAX_REMINDERS = 50
"""Live requests of one channel."""

MAX_OFFSETS = 5
"""Reminders of one date."""

_OFF = ("off", "stop", "end", "cancel", "remove", "none", "no")
_FILLERS = frozenset(
    ("of", "about", "for", "csms", "message", "number", "before", "ahead", "and", "the", "its", "date", "dates", "deadlines", "us", "me")
)
_OFFSET = re.compile(r"([0-9]{1,3})(d|days?|w|weeks?)?")
_UNITS = {"d": 1, "day": 1, "w": 7, "week": 7, "month": 30}
_NONE = "no date ahead right now"
_LISTED = timedelta(days=400)
"""How far ahead the next date is looked for."""

_SUBSCRIPTIONS = Button("Subscriptions", "/csms subscriptions")


def remind(words: str, command: Command, context: Context) -> Reply:
    target = database_and_channel(command, context)
    if isinstance(target, Reply):
        return target
    db, channel = target
    with db.read() as conn:
        named = find_named(conn, words)
    typed = [each for word in (words if named is None else named.rest).split() if (each := word.strip(".,;#?!").casefold())]
    if named is None:
        before, about = _split_days(typed)
        return offer_dates(about, before, db, context)
    rest = [each for each in typed if each not in _FILLERS]
    if len(rest) == 1 and rest[0] in _OFF:
        return _stop(named, db, channel, command)
    days = _read_days(rest)
    if isinstance(days, str):
        return refusal(days, code_line(example(db, context)))
    return not_stored(named) if named.entry is None else _start(named.entry, days, db, channel, command, context)


def _read_days(words: Sequence[str]) -> tuple[int, ...] | str:
    """Return the days before a date, most first, or what cannot be understood."""
    found: list[int] = []
    place = 0
    while place < len(words):
        read = _read_offset(words[place:])
        if read is None:
            return f"The bot does not understand {cards.quote(words[place], 40)} as days before a date."
        found.append(read[0])
        place += read[1]
    if any(each > MAX_DAYS for each in found):
        return f"A reminder can come {MAX_DAYS} days before a date at most."
    if len(set(found)) > MAX_OFFSETS:
        return f"Ask for {MAX_OFFSETS} reminders of a date at most."
    return tuple(sorted(set(found), reverse=True)) or DEFAULT_DAYS


def _read_offset(words: Sequence[str]) -> tuple[int, int] | None:
    """Return the days of "14d", "2 weeks", "a week" or "month", and how many of the words it takes."""
    first, second = [*words[:2], ""][:2]
    if first in ("day", "week", "month"):  # "the day before"
        return _UNITS[first], 1
    match = _OFFSET.fullmatch(first)
    count = int(match[1]) if match else NUMBERS.get(first)
    if count is None:
        return None
    if match and match[2]:
        return count * _UNITS[match[2].removesuffix("s")], 1
    unit = _UNITS.get(second.removesuffix("s"))
    if unit is None:
        return (count, 1) if match else None
    return count * unit, 2


def _split_days(words: Sequence[str]) -> tuple[tuple[int, ...], list[str]]:
    """Return the days before a date that the words name, most first, and the other words."""
    found: set[int] = set()
    about: list[str] = []
    place = 0
    while place < len(words):
        read = _read_offset(words[place:])
        is_offset = read is not None and {"before", "ahead", "prior", "and"} & set(words[place + read[1] : place + read[1] + 1])
        if read is not None and (is_offset or words[place][-1:] in ("d", "w")) and 0 < read[0] <= MAX_DAYS:
            found.add(read[0])
            place += read[1]
        else:
            about += [words[place]] if words[place] not in _FILLERS else []
            place += 1
    return tuple(sorted(found, reverse=True))[:MAX_OFFSETS], about


def _start(  # six parameters: what is asked for, where, and by whom
    entry: Entry, days: tuple[int, ...], db: Database, channel: ChannelRef, command: Command, context: Context
) -> Reply:
    with db.begin() as conn:
        now = db.now(conn)
        keys = key_dates_of(conn, [entry])
        channel_id = channels.ensure(conn, channel, now)
        zone = _zone(conn, channel_id, context)
        problem = _problem(entry, keys, days, zone, now)
        if problem is not None:
            return problem
        live = store.list_for_channel(conn, channel_id)
        root = next((each.entry_id for each in live if any(each.entry_id in key.stated_by for key in keys)), entry.id)
        if all(each.entry_id != root for each in live) and len(live) >= MAX_REMINDERS:
            return refusal(f"This {cards.channel_noun(channel)} already has {MAX_REMINDERS} reminders.", "End one first.", REMINDERS)
        told = told_of(each for each in keys if root in each.stated_by)
        post_id = str(uuid4())
        is_new = set_reminder(conn, channel_id, Wanted(days, zone, now, entry=root), command.person.signature, now, post_id, told)
    setting = Setting(entry, days, zone, command.person)
    # no subjects: it confirms a setting, and does not show the message, so later messages do not mark or answer it
    return confirmation(setting, keys, now, cards.channel_noun(channel), post_id, is_new=is_new)


def _zone(conn: Connection, channel_id: int, context: Context) -> str:
    """Return the zone of the channel's oldest subscription, or the default one."""
    live = subscriptions.list_for_channel(conn, channel_id)
    return live[0].zone if live else context.zone


def _problem(entry: Entry, keys: Sequence[KeyDate], days: Sequence[int], zone: str, now: datetime) -> Reply | None:
    """Return why there can be no reminder of a message, or None."""
    number, show = key_dates.name_of(entry), show_message(entry)
    if not keys:
        return no_date(entry)
    standing = [each for each in keys if each.stands]
    if not standing:
        return refusal(f"The dates of {number} no longer stand.", f"See {key_dates.name_of(keys[-1].ended_by or entry)}.", *show)
    today = now.astimezone(zone_info(zone)).date()
    coming = [each for each in standing if each.date >= today]
    if not coming:
        listed = ", ".join(f"{key_dates.near(each.date, now, zone)} ({key_dates.kind_name(each)})" for each in standing[-3:])
        return refusal(f"All dates of {number} are over: {listed}.", "The bot never reminds of a date that is over.", *show)
    if not any(later_moments(each, days, zone, now) for each in coming):
        first = coming[0]
        left = (first.date - today).days
        text = f"The next date of {number} is {key_dates.distance(left)}, so that reminder would come too late."
        fewer = (
            (Button("Remind 1 day before", f"/csms remind {key_dates.reference(entry)} 1d"),)
            if later_moments(first, (1,), zone, now)
            else ()
        )
        return refusal(text, f"{key_dates.near_weekday(first.date, now, zone)}: {key_dates.kind_name(first)}.", *fewer, *show)
    return None


def _stop(named: Named, db: Database, channel: ChannelRef, command: Command) -> Reply:
    entry = named.entry
    with db.begin() as conn:
        now = db.now(conn)
        channel_id = channels.ensure(conn, channel, now)
        keys = key_dates_of(conn, [entry]) if entry is not None else []
        ids = {entry.id, *(each for key in keys for each in key.stated_by)} if entry is not None else set()
        ended = stop_reminders(conn, channel_id, ids, command.person.signature, now)
        live = subscriptions.list_for_channel(conn, channel_id)
    here, name = f"This {cards.channel_noun(channel)}", key_dates.name_of(entry) if entry is not None else named.name
    if not ended:
        hint = "A subscription that includes deadlines may bring them; change that one." if any(each.deadlines for each in live) else ""
        return refusal(f"{here} has no reminders of {name}.", hint, REMINDERS)
    text = f"{here} is no longer reminded of the dates of {name}."
    by = cards.by("Stopped", command.person)
    return Reply(text, (cards.heading(text), SmallPrint((by,)), Buttons((REMINDERS,))), public=True)


def reminders(words: str, command: Command, context: Context) -> Reply:
    """List what the channel is reminded of: messages, and subscriptions that include deadlines."""
    if other := left_over(words, "active channel channels chat current group list message messages next own pending reminders"):
        return cards.excess_words("/csms reminders", "no further words", other)
    target = database_and_channel(command, context)
    if isinstance(target, Reply):
        return target
    db, channel = target
    with db.read() as conn:
        now = db.now(conn)
        channel_id = channels.find_id(conn, channel) or 0  # 0: nothing stored
        requests = store.list_for_channel(conn, channel_id)
        live = [each for each in subscriptions.list_for_channel(conn, channel_id) if each.deadlines]
        wanted = wanted_by(requests, live, now).get(channel_id, [])
        known = entry_store.by_ids(conn, [each.entry_id for each in requests])
        since = now.date() - timedelta(days=1)
        keys = load_key_dates(conn, since, since + _LISTED, samples=True, routine=True) if wanted else []
    noun = cards.channel_noun(channel)
    if not requests and not live:
        text = f"This {noun} has no reminders."
        one = f"For the dates of one message, type `/csms remind {dated_example(db, context)}`"
        hint = code_line(f"{one}. For all that a subscription brings, change it to `include deadlines`.")
        return Reply(text, (Section((line(Span(text, bold=True)), hint)), Buttons((LIST, _SUBSCRIPTIONS))))
    blocks: list[Block] = [Header(f"This {noun}'s reminders ({len(requests) + len(live)})")]
    following = {each.entry or each.subscription: _next(keys, each, now) for each in wanted}
    blocks += [_request(each, known[each.entry_id], following.get(each.entry_id, ""), now) for each in requests]
    blocks += [_subscribed(one, following.get(one, ""), now, context) for one in live]
    blocks.append(Buttons((LIST, _SUBSCRIPTIONS)))
    listed = "; ".join((*(key_dates.name_of(known[each.entry_id]) for each in requests), *(f"subscription {one.id}" for one in live)))
    return Reply(f"This {noun}'s reminders: {listed}.", tuple(blocks))


def _next(keys: Sequence[KeyDate], wanted: Wanted, now: datetime) -> str:
    """Return "next Mon 16 Feb: 2 Mar, deadline", why no reminder of a message is planned any longer, or ""."""
    zone = wanted.zone
    covered = [key for key in keys if wanted.covers(key)]
    coming = ((moments[0], key) for key in covered if (moments := later_moments(key, wanted.days, zone, now)))
    first = min(coming, key=lambda pair: pair[0], default=None)
    if first is None:
        gone = [key_dates.ended(key) for key in covered if wanted.entry is not None and not key.stands]
        return f"no reminder is planned: its date {gone[0]}" if gone else ""
    return f"next {dates.near_weekday(first[0], now, zone)}: {key_dates.near(first[1].date, now, zone)}, {key_dates.kind_name(first[1])}"


def _request(each: Reminder, entry: Entry, following: str, now: datetime) -> Section:
    """Return a request with its actions."""
    number = key_dates.name_of(entry)
    stop = Button("Stop", f"/csms remind {key_dates.reference(entry)} off", "danger", f"Stop the reminders of {number}?")
    numbered = f"{entries.number(entry)}{cards.SEPARATOR}" if entries.number(entry) else ""
    name = line(*((Span(numbered, bold=True),) if numbered else ()), *entries.title(entry, entries.BULLET_TITLE))
    person = read_creator(each.created_by)
    who = line("set by ", cards.person_span(person) if person else each.created_by)
    state = cards.separated_line(_before(each.days), following or _NONE, who)
    return Section(
        (name, state), Overflow((Button("Show its dates", f"/trade dates {key_dates.reference(entry)}"), stop), f"Actions for {number}")
    )


def _subscribed(one: Subscription, following: str, now: datetime, context: Context) -> Section:
    """Return a subscription that includes deadlines, with its actions."""
    paused = f"paused until {dates.near(one.paused_until, now, one.zone)}" if one.paused_until and one.is_paused(now) else ""
    name = Span(f"Subscription {one.id}{cards.SEPARATOR}{wording.title(one.filters, context.catalog)}", bold=True)
    state = cards.separated_line(_before(DEFAULT_DAYS), paused or following or _NONE, line("set by ", wording.creator(one)))
    without = wording.change_command(one, "without deadlines")
    menu = Overflow((Button("No reminders", without), Button("Change", wording.change_command(one))), f"Actions for subscription {one.id}")
    return Section((line(name), state), menu)


def _before(days: Sequence[int]) -> str:
    """Return "14 days and 1 day before"."""
    named = [quantity(each, "day") for each in days]
    return f"{' and '.join(filter(None, (', '.join(named[:-1]), named[-1])))} before"
