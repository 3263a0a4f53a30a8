"""/csms pause: post nothing in a channel, or for one subscription, until a day. What is due waits."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from handlers.replies import cards, dates
from handlers.replies.reply import Button, Buttons, Reply, Section, SmallPrint, Span, line, plain, refusal
from handlers.subscriptions import selection, wording
from handlers.subscriptions.commands import database_and_channel
from handlers.subscriptions.days import EXAMPLES, days_after_holidays, is_open_end, names_holidays, past_holiday, read_day
from handlers.subscriptions.errors import unknown_number
from jobs.pauses import pause_channel
from jobs.store import channels
from jobs.store import subscriptions as subscription_store
from jobs.subscribe import pause_subscription

if TYPE_CHECKING:
    from datetime import datetime

    from handlers.command import Command, Context
    from jobs.models.channels import ChannelRef
    from jobs.models.subscriptions import Subscription
    from jobs.store.database import Connection

MAX_PAUSE = timedelta(days=366)

_PAUSE = re.compile(
    r"(?P<which>.*?)\b(?:(?:until|untill|till|til)(?P<day>\b.*)|(?:for |(?=today$|tonight$|(?:this|the rest of the) ))"
    r"(?!(?:now|good|a while|a bit|ever)\b)(?P<span>(?:(?:this|the rest of the) (?:day|week|weekend|month)|(?!this |the rest ).*)))",
    re.IGNORECASE,
)
HERE = re.compile(
    r"\b(?:indefinitely|forever|permanently|for (?:now|good|a while|a bit|ever)|the bot|you"
    r"|here|in|now|please|it|everything|all|posting|posts?|updates?|messages?|notifications?|digests?|the|this|these|my|our|channel|chat"
    r"|subscriptions?)\b",
    re.IGNORECASE,
)
"""Words that name no subscription."""

_WITHIN = "Type a day within the next year, or pause without a day until you resume."

_SUBSCRIPTIONS = Button("Subscriptions", "/csms subscriptions")


def pause(words: str, command: Command, context: Context) -> Reply:
    target = database_and_channel(command, context)
    if isinstance(target, Reply):
        return target
    db, channel = target
    words = " ".join(words.split())
    if names_holidays(words):
        with db.read() as conn:
            live = subscription_store.list_for_channel(conn, channels.find_id(conn, channel) or 0)
            return _ask_holidays(words, db.now(conn), context) if live else _nothing_to_pause(channel)
    match = _PAUSE.fullmatch(words)
    which, day = (match["which"].strip(), (match["day"] or match["span"] or "").strip()) if match else (words, "")
    named = "" if selection.numbers(which) == () and not HERE.sub(" ", which).strip(" .!") else which
    with db.begin() as conn:
        now = db.now(conn)
        channel_id = channels.ensure(conn, channel, now)
        live = subscription_store.list_for_channel(conn, channel_id)
        if not live:
            return _nothing_to_pause(channel)
        wanted = selection.numbers(named)
        found = [each for each in live if each.id in wanted] if wanted else selection.matching(named, live, context.catalog)[0]
        zone = found[0].zone if named and len(found) == 1 else live[0].zone
        lasts = match is not None and match["span"] and read_day(f"end {day.split()[-1]}", now, zone)  # "for today", "this week"
        until = lasts or (read_day(day, now, zone) if day else None)
        problem = None if is_open_end(day) else _problem(match is not None, day, until, now, zone)
        if problem is not None:
            return problem
        if not named:
            return _pause_channel(conn, channel_id, (until, moment_text(until, now, zone)) if until else None, command, now)
        if len(found) != 1:
            return unknown_number(named, found or live, context, "pause", channel)
        if until is None:
            return _ask_until(found[0], context)
        paused = pause_subscription(conn, channel_id, found[0].id, until, command.person.signature, now)
    return _paused_subscription(paused or found[0], until, command, context)


def _nothing_to_pause(channel: ChannelRef) -> Reply:
    here = f"this {cards.channel_noun(channel)}"
    return refusal(f"There is nothing to pause: {here} has no subscriptions.", "", Button(f"Subscribe {here}", "/csms subscribe"))


def _problem(has_day: bool, day: str, until: datetime | None, now: datetime, zone: str) -> Reply | None:
    if has_day and until is None:
        what = f"The bot does not understand the day {cards.quote(day, 40)}." if day else "A day is missing after “until”."
        return refusal(what, EXAMPLES, Button("Pause until Monday", "/csms pause until monday"), _SUBSCRIPTIONS)
    if until is not None and not now < until <= now + MAX_PAUSE:
        when = dates.day(until, zone)
        if until > now:
            return refusal(f"{when} is more than a year away.", _WITHIN, _SUBSCRIPTIONS)
        what = f"{when} is past." if until.date() < now.date() else f"{when}, {dates.clock(until, zone)}, is past."
        return refusal(what, _WITHIN, *_next_year(day, now, zone), _SUBSCRIPTIONS)
    return None


def _next_year(day: str, now: datetime, zone: str) -> tuple[Button, ...]:
    """Return a button with the next year's day, if the words name a day without its year."""
    typed = f"{day.strip(' .!?')} {dates.local_year(now, zone) + 1}"
    until = read_day(typed, now, zone)
    if until is None or not now < until <= now + MAX_PAUSE or dates.local_year(until, zone) == dates.local_year(now, zone):
        return ()
    return (Button(f"Pause until {dates.date(until, zone)}", f"/csms pause until {dates.date(until, zone).casefold()}"),)


def moment_text(until: datetime, now: datetime, zone: str) -> str:
    """Return "Mon 16 Feb 09:00 ET", with the year unless it is the current one."""
    return f"{dates.near_weekday(until, now, zone)} {dates.clock(until, zone)}"


def _pause_channel(conn: Connection, channel_id: int, end: tuple[datetime, str] | None, command: Command, now: datetime) -> Reply:
    """`end`: the moment, and its text."""
    closed = channels.find_pause(conn, channel_id)
    if closed is not None and closed.by is None:
        return refusal(f"Posting is already paused: {closed.reason}.", "", _SUBSCRIPTIONS)
    until, when = (end[0], f" until {end[1]}") if end else (None, "")
    why, who = f"{command.person.name or cards.UNNAMED} paused it{when}", command.person.signature
    pause_channel(conn, channel_id, why, who, until, now)
    here = f"this {cards.channel_noun(command.channel)}"
    first = f"Posting is paused in {here}{when or ' until somebody resumes it'}."
    hint = "What is due meanwhile waits, and goes out when posting resumes."
    buttons = Buttons((Button("Resume", "/csms resume"), _SUBSCRIPTIONS))
    by = cards.by("Paused", command.person)
    small = SmallPrint((by,))
    text = f"{first} {hint} {plain(by)}."
    return Reply(text, (Section((line(Span(first, bold=True)), line(hint))), small, buttons), public=True)


def _ask_until(subscription: Subscription, context: Context) -> Reply:
    text = f"Until when do you want to pause subscription {subscription.id} ({wording.title(subscription.filters, context.catalog)})?"
    buttons = tuple(Button(f"Until {day}", f"/csms pause {subscription.id} until {day}".casefold()) for day in ("tomorrow", "Monday"))
    end = wording.unsubscribe_button("Unsubscribe", subscription, context.catalog)
    return refusal(text, f"{EXAMPLES} For example: /csms pause {subscription.id} until friday", *buttons, end)


def _ask_holidays(words: str, now: datetime, context: Context) -> Reply:
    """Offer the days after the coming holidays, because a pause needs its last day."""
    numbers = " ".join(word for word in words.split() if word.isascii() and word.isdecimal())
    days = [dates.as_of(day.isoformat()) for day in days_after_holidays(words, now, context.zone)]
    which = f"/csms pause {numbers} until".replace("  ", " ")
    buttons = tuple(Button(f"Pause until {day}", f"{which} {day.casefold()}") for day in days)
    hint = "A pause begins at once, and what is due waits until its end."
    past = past_holiday(words, now, context.zone)
    question = f"{f'{past} is over. ' if past else ''}Until which day do you want to pause?"
    return refusal(question, f"{hint} {EXAMPLES}", *buttons, _SUBSCRIPTIONS)


def _paused_subscription(subscription: Subscription, until: datetime, command: Command, context: Context) -> Reply:
    title = wording.title(subscription.filters, context.catalog)
    first = f"Subscription {subscription.id} ({title}) is paused until {moment_text(until, context.now, subscription.zone)}."
    hint = "Its messages wait until then. Other subscriptions go on."
    buttons = Buttons((Button("Resume", f"/csms resume {subscription.id}"), _SUBSCRIPTIONS))
    by = cards.by("Paused", command.person)
    small = SmallPrint((by,))
    text = f"{first} {hint} {plain(by)}."
    return Reply(text, (Section((line(Span(first, bold=True)), line(hint))), small, buttons), public=True)
