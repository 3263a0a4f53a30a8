"""Answer a request for a reminder that names no message: offer the dates ahead that its words are about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from handlers.messages import ahead
from handlers.messages.card import unstored
from handlers.messages.date_list import LIST, is_about, read, subject, today_in
from handlers.replies import cards, entries, key_dates
from handlers.replies.reminders import REMINDERS
from handlers.replies.reply import Bullets, Button, Buttons, Reply, code_line, line, plain, refusal
from jobs.key_dates import load_key_dates, without_duplicate_dates
from jobs.matching import find_phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.command import Context
    from handlers.messages.date_list import Asked
    from jobs.models.key_dates import KeyDate
    from jobs.store.database import Database

_MIN_DIGITS = 4


def offer_dates(about: Sequence[str], days: Sequence[int], db: Database, context: Context) -> Reply:
    """Offer reminders of the dates that the words are about, so many days before."""
    number = next((word for word in about if len(word) >= _MIN_DIGITS and word.isascii() and word.isdecimal()), "")
    if number:
        return unstored(number, f"{number} is not the number of a CSMS message.")
    asked = read(" ".join(about), context)
    if not asked.topics and not asked.words:
        return refusal("Name a CSMS message by its number.", code_line(example(db, context)), LIST, REMINDERS)
    found = _dates_ahead(asked, subject(about), db, context)
    name = asked.name(context.catalog)
    if not found:
        hint = code_line(f"Name a CSMS message by its number. {example(db, context)}")
        return refusal(f"No stored message gives a date ahead about {name}.", hint, LIST, REMINDERS)
    before = "".join(f" {each}d" for each in days)
    when = f"{cards.join_names([str(each) for each in days], 'and')} day{'' if days == (1,) else 's'} before" if days else "before"
    text = f"Do you want a reminder {when} this date?" if len(found) == 1 else f"Of which date do you want a reminder {when}?"
    heads = [f"{key_dates.near(each.date, context.now, context.zone)} · {key_dates.kind_name(each)}" for each in found]
    lines = tuple(
        line(f"{head} · ", *entries.title(each.said_by, entries.BULLET_TITLE), f" · {key_dates.name_of(each.said_by)}")
        for head, each in zip(heads, found, strict=True)
    )
    buttons = tuple(
        Button(f"Remind: {head} · {key_dates.name_of(each.said_by)}", f"/csms remind {key_dates.reference(each.said_by)}{before}")
        for head, each in zip(heads, found, strict=True)
    )
    spoken = "; ".join(map(plain, lines))
    return Reply(f"{text} {spoken}.", (cards.heading(text), Bullets(lines), Buttons((*buttons, LIST))), ok=False)


def example(db: Database, context: Context) -> str:
    return f"For example, type `/csms remind {dated_example(db, context)} 14d 1d`."


def dated_example(db: Database, context: Context) -> str:
    """Return the number of a stored message with a date ahead, or of any other, for an example."""
    today = today_in(context)
    with db.read() as conn:
        keys = load_key_dates(conn, today, today + timedelta(days=ahead.MAX_DAYS), left_out=entries.feeds_by_name(context.catalog))
    found = (each.said_by.number for each in keys if each.stands and each.said_by.number)
    return next(found, "") or entries.example_number(context)


def _dates_ahead(asked: Asked, words: Sequence[str], db: Database, context: Context) -> list[KeyDate]:
    """Return the first dates of the next year that the question is about, one for each message.

    Those of messages with its words come before those of other messages on the same topic.
    """
    today = today_in(context)
    end = today + timedelta(days=ahead.MAX_DAYS)
    if asked.days == ahead.default(today):
        asked = replace(asked, days=replace(asked.days, until=end))
    with db.read() as conn:
        keys = load_key_dates(conn, asked.days.since, min(asked.days.until, end), left_out=entries.feeds_by_name(context.catalog))
    standing = without_duplicate_dates([each for each in keys if each.stands])
    titled = [each for each in standing if all(find_phrase(word, each.said_by) == "title" for word in words)]
    named = titled or [each for each in standing if is_about(each, replace(asked, topics=(), words=" ".join(words)))]
    found = {each.said_by.id: each for each in reversed(named or [each for each in standing if is_about(each, asked)])}
    return sorted(found.values(), key=lambda each: each.date)[: cards.MAX_CHOICES]
