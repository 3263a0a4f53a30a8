"""/trade dates: the list of dates ahead, or the dates of one message with the sentences that they come from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.messages import answers
from handlers.messages.date_list import LIST, listing, read, today_in
from handlers.messages.questions import find_number
from handlers.replies import entries, key_dates
from handlers.replies.reply import Block, Button, Buttons, Header, Reply, line, refusal
from jobs.key_dates import key_dates_of
from jobs.store import entries as entry_store

if TYPE_CHECKING:
    from handlers.command import Command, Context
    from jobs.models.entries import Entry
    from jobs.store.database import Database


def dates_ahead(words: str, command: Command, context: Context) -> Reply:
    """List the dates ahead, or, with the number of a message, its dates."""
    db = context.database()
    if db is None:
        return refusal(f"Dates come from the stored messages. {answers.without_store(context)}")
    number = find_number(words)
    if number is not None:
        return of_message(number, db, context)
    with db.read() as conn:
        stored = answers.read_stored(conn, command, context)
    return listing(read(words, context), db, stored, command, context)


def of_message(number: str, db: Database, context: Context) -> Reply:
    """Show every date of a message, each with the sentence that it comes from."""
    with db.read() as conn:
        entry = entry_store.by_number(conn, number)
        keys = key_dates_of(conn, [entry]) if entry is not None else []
    if entry is None:
        return refusal(f"The bot has no CSMS message {number}.", "It knows the dates of stored messages alone.", LIST)
    show = Button("Show the message", f"/csms {number}")
    if not keys:
        return no_date(entry, show)
    now, zone, today = context.now, context.zone, today_in(context)
    title = f"Dates of {entries.number(entry)}"
    blocks: list[Block] = [Header(title)]
    heads = []
    for each in keys:
        state = key_dates.ended(each) or ("over" if each.date < today else key_dates.distance((each.date - today).days))
        heads.append(f"{key_dates.near(each.date, now, zone)}, {key_dates.kind_name(each)}, {state}")
        blocks += key_dates.section(each, heads[-1], now, zone, quoted=True)
    remind = () if entry.sample or not any(each.stands and each.date > today for each in keys) else (_remind(number),)
    blocks += [Buttons((*remind, show, LIST)), entries.caution([entry])]
    spoken = (f"{head}: {key_dates.sentence(each)}" for each, head in zip(keys, heads, strict=True))
    keyed = dict.fromkeys(each.key for key in keys for each in (key.said_by, key.entry))
    return Reply(f"{title}. {' '.join(spoken)}", tuple(blocks), subjects=tuple(keyed), shareable=True)


def _remind(number: str) -> Button:
    return Button("Set a reminder here", f"/csms remind {number}")


def no_date(entry: Entry, *buttons: Button) -> Reply:
    """Say that a message gives no date that the bot understands."""
    text = f"We found no date in {entries.number(entry)}."
    hint = line("Its text does not say what happens on which day. An attachment may: ", *entries.title(entry, entries.BULLET_TITLE))
    return replace(refusal(text, hint, *buttons), subjects=(entry.key,))
