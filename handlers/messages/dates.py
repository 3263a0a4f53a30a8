"""/trade dates: the list of dates ahead, or the dates of one message with the sentences that they come from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from handlers.messages import answers
from handlers.messages.date_list import LIST, listing, read, refused_operator, today_in
from handlers.messages.questions import find_number, join_digits
from handlers.replies import entries, gists, key_dates
from handlers.replies.reply import Block, Button, Buttons, Header, Reply, line, refusal
from jobs.key_dates import key_dates_of
from jobs.store import entries as entry_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.command import Command, Context
    from jobs.models.entries import Entry
    from jobs.models.key_dates import KeyDate
    from jobs.store.database import Connection


_ENTRY = re.compile(r"(?:^|\s)entry ([0-9]{1,18})\b")


@dataclass(frozen=True, slots=True)
class Named:
    """An entry that words name. `entry` is None if it is not stored."""

    name: str
    entry: Entry | None
    rest: str
    """The other words."""


def find_named(conn: Connection, words: str) -> Named | None:
    """Return the entry that the words name by its number, its link or as "entry 12", or None if they name none."""
    by_id = _ENTRY.search(words)
    if by_id is not None:
        entry = entry_store.by_ids(conn, [int(by_id[1])]).get(int(by_id[1]))
        return Named("that message", entry, _ENTRY.sub(" ", words, count=1))
    typed = join_digits(words).split()
    place = next((place for place, word in enumerate(typed) if find_number(word.strip(".,;"))), None)
    if place is None:
        place = next((place for place, word in enumerate(typed) if entries.TYPED_NUMBER.fullmatch(word.strip(".,;"))), None)
    if place is None:
        return None
    word = typed[place].strip(".,;")
    number = find_number(word) or word.removeprefix("#").upper()
    return Named(f"CSMS message {number}", entry_store.by_number(conn, number), " ".join((*typed[:place], *typed[place + 1 :])))


def dates_ahead(words: str, command: Command, context: Context) -> Reply:
    """List the dates ahead, or, with the number of a message, its dates."""
    db = context.database()
    if db is None:
        return refusal(f"Dates come from the stored messages. {answers.without_store(context)}")
    with db.read() as conn:
        named = find_named(conn, words)
        if named is None:
            stored = answers.read_stored(conn, command, context)
        elif named.entry is not None:
            return of_message(named.entry, key_dates_of(conn, [named.entry]), context)
        else:
            return not_stored(named)
    asked = read(words, context, typed_alone=True)
    return refused_operator(words) or listing(asked, db, stored, command, context)


def not_stored(named: Named) -> Reply:
    return refusal(f"The bot has no {named.name}.", "It knows the dates of stored messages alone. Check the number.", LIST)


def of_message(entry: Entry, keys: Sequence[KeyDate], context: Context) -> Reply:
    """Show every date of a message, each with the sentence that it comes from."""
    if not keys:
        return no_date(entry)
    now, zone, today = context.now, context.zone, today_in(context)
    title = f"Dates of {key_dates.name_of(entry)}"
    blocks: list[Block] = [Header(title)]
    heads = []
    for each in keys:
        state = key_dates.ended(each) or ("over" if each.date < today else key_dates.distance((each.date - today).days))
        heads.append(f"{key_dates.near(each.date, now, zone)}, {key_dates.kind_name(each)}, {state}")
        blocks += key_dates.section(each, heads[-1], now, zone, quoted=True)
    remind = () if entry.sample or not any(each.stands and each.date > today for each in keys) else (_remind(entry),)
    blocks += [Buttons((*remind, *show_message(entry), LIST)), entries.caution([entry])]
    spoken = (f"{head}: {key_dates.sentence(each)}" for each, head in zip(keys, heads, strict=True))
    keyed = dict.fromkeys(each.key for key in keys for each in (key.said_by, key.entry))
    return Reply(f"{title}. {' '.join(spoken)}", tuple(blocks), subjects=tuple(keyed), shareable=True)


def show_message(entry: Entry) -> tuple[Button, ...]:
    return (Button("Show the message", f"/csms {entry.number}"),) if entries.number(entry) else ()


def _remind(entry: Entry) -> Button:
    return Button("Set a reminder here", f"/csms remind {key_dates.reference(entry)}")


def no_date(entry: Entry) -> Reply:
    """Say that a message gives no date that the bot understands."""
    text = f"We found no date in {key_dates.name_of(entry)}."
    attached = " Its attachment may hold the date." if gists.has_attachment(entry) else ""
    hint = line(*entries.title(entry, entries.BULLET_TITLE), f": its text does not say what happens on which day.{attached}")
    return replace(refusal(text, hint, *show_message(entry)), subjects=(entry.key,))
