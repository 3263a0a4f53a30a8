"""Say what became of a message for the subscriptions of a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.outbox import quantity
from handlers.replies import cards, dates, entries, key_dates
from handlers.replies.reasons import explain_topic
from handlers.replies.reply import Block, Bullets, Button, Buttons, Line, Reply, Section, Span, line, plain
from handlers.subscriptions import wording
from jobs.dispositions import Disposition
from jobs.matching import find_phrase

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handlers.command import Context
    from jobs.dispositions import Disposed
    from jobs.models.entries import Entry
    from jobs.models.reminders import Reminded

MAX_LISTED = 8
"""Subscriptions in one reply to which a message was not owed."""

MAX_TOPICS = 4

_ABSENT = (Disposition.BEFORE, Disposition.AFTER)
"""They are counted where there are several: they say nothing about the message."""

_OF_ALL = (Disposition.HELD, Disposition.BACKLOG, Disposition.DELETED)
"""They hold for every subscription, and the reply says so once."""


def seen(entry: Entry, context: Context) -> Line:
    """Return "seen Mon 9 Feb 09:12 ET · Revenue: the title contains “drawback”"."""
    why = {hit.topic: explain_topic(hit.because, context.catalog) for hit in entry.topics}
    found = entries.sort_topics(context.catalog, why)
    topics = [f"{entries.topic_name(context.catalog, slug)}{f': {why[slug]}' if why[slug] else ''}" for slug in found[:MAX_TOPICS]]
    more = f"and {len(found) - MAX_TOPICS} more topics" if len(found) > MAX_TOPICS else ""
    return cards.separated_line(f"first seen {dates.near(entry.first_seen, context.now, context.zone)}", *topics, more)


def is_left_out(each: Disposed) -> bool:
    """Return whether a live subscription would have matched the message, were it not routine."""
    return each.disposition == Disposition.ROUTINE and not each.ended


def explain_left_out(entry: Entry, found: Sequence[Disposed], around: tuple[Sequence[Block], Button], context: Context) -> Reply:
    """Return the answer about a message that some subscriptions leave out as routine. `around`: the first blocks and the last button."""
    head, manage = around
    by = [each.subscription for each in found if is_left_out(each)]
    others = unowed_lines(entry, [each for each in found if not is_left_out(each)], context)
    first = f"Left out as routine: {wording.routine_names([entry])}."
    several = f"subscriptions {', '.join(str(each.id) for each in by)}" if len(by) > 1 else f"subscription {by[0].id}"
    note = f"Without that, {several} would have matched it."
    hint = wording.including_hint(by[0])
    return Reply(
        f"{entries.screen_reader_text(entry, context.zone, link=True)}. {first} {note} {plain(hint)}",
        (
            *head,
            Section((line(Span(first, bold=True), f" {note}"), hint)),
            *((Bullets(others),) if others else ()),
            Buttons((Button(f"Change {by[0].id}", wording.change_command(by[0])), manage)),
            entries.caution([entry]),
        ),
    )


def explain_unowed(entry: Entry, first_read: datetime | None, here: str, context: Context) -> str:
    """Return why a message was owed to no subscription of a channel. `first_read`: when its feed was read for the first time."""
    if entry.held:
        return "It arrived with many others at once, so the bot holds them until an admin decides whether to post them."
    if entry.backlog:
        return _explain_backlog(entry, first_read, context)
    if entry.outcomes_deleted:
        return "It arrived so long ago that the bot no longer stores who got it."
    return f"When it arrived, no subscription of {here} matched it, so the bot did not post it here."


def _explain_backlog(entry: Entry, first_read: datetime | None, context: Context) -> str:
    """Return why a message that was not new was posted nowhere."""
    if entry.archived:
        return "It comes from CBP’s archive files. You can find imported messages, but the bot never posts them."
    if first_read is not None and entry.first_seen <= first_read:
        feed, when = entries.feed_name(context.catalog, entry.feed), dates.near(first_read, context.now, context.zone)
        return (
            f"It was already in the feed “{feed}” when the bot first read it ({when}). "
            "The bot posts only what appears after that, so it posted none of the messages that it found then."
        )
    return "The bot posted it nowhere: it was older than the messages with which the bot began, or an admin marked it as seen."


def reminded_text(reminded: Sequence[Reminded], here: str, context: Context) -> str:
    """Return which reminders the channel got of the dates of a message."""
    listed = ", ".join(
        f"{quantity(each.days, 'day')} before {key_dates.near(each.date, context.now, context.zone)}"
        for each in sorted(reminded, key=lambda each: (each.date, -each.days))
    )
    return f"The bot reminded {here} of its dates: {listed}."


def unowed_lines(entry: Entry, found: Sequence[Disposed], context: Context) -> tuple[Line, ...]:
    """Return a line for each subscription to which a message was not owed, those that are not there any longer last."""
    unowed = [each for each in found if each.reason is None and each.disposition not in _OF_ALL]
    absent = {what: [each for each in unowed if each.disposition == what] for what in _ABSENT}
    counted = [each for several in absent.values() if len(several) > 1 for each in several]
    listed = sorted((each for each in unowed if each not in counted), key=lambda each: (each.ended, each.subscription.id))
    lines = [_line(entry, each, context) for each in listed[:MAX_LISTED]]
    left = len(listed) - MAX_LISTED
    lines += [line(f"… and {left} more subscription{'s' if left > 1 else ''} that did not match it")] if left > 0 else []
    before, after = (len(several) if len(several) > 1 else 0 for several in absent.values())
    lines += [line(f"{before} subscriptions began after it came, and a subscription brings nothing old")] if before else []
    lines += [line(f"{after} subscriptions had ended when it came")] if after else []
    return tuple(lines)


def _line(entry: Entry, each: Disposed, context: Context) -> Line:
    since = ", ended since" if each.ended and each.disposition not in (*_ABSENT, Disposition.ENDED) else ""
    name = f"Subscription {each.subscription.id}{since} ({wording.title(each.subscription.filters, context.catalog)})"
    return line(Span(name, bold=True), f": {_why(entry, each, context)}")


def _why(entry: Entry, each: Disposed, context: Context) -> str:
    filters = each.subscription.filters
    began = dates.near(each.subscription.created_at, context.now, each.subscription.zone)
    match each.disposition:
        case Disposition.FEED:
            return f"it does not ask for {entries.feed_name(context.catalog, entry.feed)}"
        case Disposition.EXCLUDED:
            return f"it leaves out {wording.quoted(tuple(one for one in filters.never if find_phrase(one, entry)))}"
        case Disposition.TOPIC:
            topics = ", ".join(entries.topic_name(context.catalog, slug) for slug in entries.sort_topics(context.catalog, filters.topics))
            return f"the message is not about {topics}"
        case Disposition.PHRASE:
            return f"the message does not have {wording.quoted(filters.phrases)}"
        case Disposition.ROUTINE:
            return f"left out as routine, {wording.routine_names([entry])}"
        case Disposition.COPY:
            return "another feed brought the same document here"
        case Disposition.BEFORE:
            return f"the message came before the subscription began ({began}), and a subscription brings nothing old"
        case Disposition.AFTER:
            return "it had ended when the message came"
        case Disposition.ENDED:
            return "it ended, or was changed, before the message was posted"
    return "it matches the message as it is now, but did not when it came"
