"""Key dates as a calendar file (iCalendar, RFC 5545), and /trade calendar, which says where to get it."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from handlers.messages import ahead, answers
from handlers.messages.date_list import LIST, is_about, key_line, read, today_in
from handlers.messages.lists import Stored
from handlers.messages.questions import tokens_of
from handlers.messages.vocabulary import CALENDAR_DATES, CALENDARS, FUNCTION_WORDS
from handlers.outbox import quantity
from handlers.replies import cards, entries, key_dates, sources
from handlers.replies.reply import Block, Bullets, Button, Buttons, Line, Reply, Section, SmallPrint, Span, line, plain, refusal
from jobs.key_dates import load_key_dates, without_duplicate_dates
from jobs.models.key_dates import PublishedEvent
from jobs.store import calendar_events

if TYPE_CHECKING:
    from collections.abc import Sequence

    import icalendar

    from content.catalog import Catalog
    from handlers.command import Command, Context
    from jobs.models.key_dates import KeyDate
    from jobs.store.database import Database

ALL = "all"
"""The calendar of every topic."""

MAX_EVENTS = 1_000
BEHIND, AHEAD = timedelta(days=30), timedelta(days=366)
"""The days whose dates are in the file: an event that was there is kept for a while, so that programs learn what became of it."""

_BEGIN = "\nBEGIN:VEVENT\n"  # a line, which no title can have
_AROUND = CALENDARS | CALENDAR_DATES | FUNCTION_WORDS | {"add", "copy", "export", "file", "import", "put", "save", "subscribe", "sync"}
"""Words of a question for a calendar that name no topic."""
_AS_TEXT = re.compile(r"(?:^|\s)(?:as )?text$", re.IGNORECASE)
_MAX_DATES = 10
_MAX_TEXT = 2_500
"""Characters of a calendar file that a card shows where the bot has no public address."""


def calendar_topics(name: str, catalog: Catalog) -> tuple[str, ...] | None:
    """Return the topics of a calendar, () for all, or None if there is no such calendar."""
    if name == ALL:
        return ()
    return (name,) if any(topic.slug == name for topic in catalog.topics) else None


def calendar_file(db: Database, catalog: Catalog, name: str, today: date) -> bytes:
    """Return the calendar of a topic, and store which events are new or changed. The same messages make the same bytes on the same day."""
    topics = calendar_topics(name, catalog)
    with db.read() as conn:
        found = load_key_dates(conn, today - BEHIND, today + AHEAD, left_out=entries.feeds_by_name(catalog))
    several = [each for each in found if not topics or any(hit.topic in topics for one in (each.entry, each.said_by) for hit in one.topics)]
    kept = without_duplicate_dates(several)[-MAX_EVENTS:]
    published = _published(db, [_as_published(each) for each in kept])
    return _file(list(zip(kept, published, strict=True)), _title(topics or (), catalog))


def _as_published(key: KeyDate) -> PublishedEvent:
    revised = max(each.published for each in (key.said_by, *key.changed_by))
    shown = (key.date.isoformat(), str(key.stands), _summary(key), _description(key, revised), key.said_by.url)
    return PublishedEvent(uid(key), hashlib.sha256("\0".join(shown).encode()).hexdigest(), len(key.changed_by), revised)


def _published(db: Database, several: Sequence[PublishedEvent]) -> list[PublishedEvent]:
    """Return events with the numbers under which they are published. They cannot be stored in a database that is only read."""
    uids = [each.uid for each in several]
    with db.read() as conn:
        known = calendar_events.by_uid(conn, uids)
    changed = [each for each in several if each.uid not in known or known[each.uid].digest != each.digest]
    if changed and not db.read_only:
        with db.begin() as conn:
            calendar_events.publish(conn, changed, db.now(conn))
            known = calendar_events.by_uid(conn, uids)
    return [known.get(each.uid, each) for each in several]


def _title(topics: tuple[str, ...], catalog: Catalog) -> str:
    about = ", ".join(entries.topic_name(catalog, slug) for slug in topics)
    return f"CBP dates: {about}" if about else "CBP dates"


def _file(dated: Sequence[tuple[KeyDate, PublishedEvent]], title: str) -> bytes:
    import icalendar  # seldom needed, and slow to import

    file = icalendar.Calendar()
    for name, value in (("prodid", "-//tradebot//CBP key dates//EN"), ("version", "2.0"), ("method", "PUBLISH"), ("x-wr-calname", title)):
        file.add(name, value)
    file.add("refresh-interval", timedelta(hours=12), parameters={"VALUE": "DURATION"})
    for key, published in dated:
        file.add_component(_event(key, published))
    return bytes(file.to_ical())


def _event(key: KeyDate, published: PublishedEvent) -> icalendar.Event:
    import icalendar

    event = icalendar.Event()
    event.add("uid", published.uid)
    event.add("dtstamp", published.revised.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", published.sequence)
    event.add("dtstart", key.date)
    event.add("dtend", key.date + timedelta(days=1))
    event.add("summary", _summary(key))
    event.add("status", "CONFIRMED" if key.stands else "CANCELLED")
    event.add("transp", "TRANSPARENT")
    event.add("description", _description(key, published.revised))
    if sources.https_url(key.said_by.url):
        event.add("url", sources.https_url(key.said_by.url))
    return event


def _summary(key: KeyDate) -> str:
    return f"{'' if key.stands else 'Canceled: '}{key_dates.title(key)}: {entries.plain_title(key.said_by)}"


def uid(key: KeyDate) -> str:
    """Return the event's name, which stays the same when the date is moved."""
    place = f"-{key.place}" if key.place else ""
    return f"{key.entry.key.replace(':', '-')}-{key.kind}{place}@tradebot"


def _description(key: KeyDate, now: datetime) -> str:
    said = (key_dates.sentence(key), *(f"{each[:1].upper()}{each[1:]}." for each in key_dates.notes(key, now, "UTC")))
    gone = key_dates.ended(key)
    caution = " ".join(plain(each) for each in entries.caution([key.said_by]).lines)
    where = (f"{entries.origin(key.said_by)} {key.said_by.url}".strip(), caution)
    return "\n\n".join((*((f"{gone[:1].upper()}{gone[1:]}.",) if gone else ()), *said, *where))


def calendar(words: str, command: Command, context: Context) -> Reply:
    """Say where the calendar of a topic is; where the bot has no address, list the dates, and with "text" show the file itself."""
    db = context.database()
    if db is None:
        return refusal(f"Dates come from the stored messages. {answers.without_store(context)}")
    as_text = _AS_TEXT.search(words)
    words = words[: as_text.start()] if as_text else words
    asked = read(words, context, typed_alone=True)
    if asked.words and not asked.topics:
        topics = "Name a topic, or no topic for all dates."
        return refusal(f"There is no calendar for {cards.quote(asked.words, 60)}.", topics, LIST)
    if asked.words or asked.days != ahead.default(today_in(context)):
        everything = "A calendar has every date of its topic, also those to come later."
        return refusal(f"/trade calendar takes only a topic, and not {cards.quote(words, 60)}.", everything, LIST)
    name = asked.topics[0] if asked.topics else ALL
    title = _title(asked.topics, context.catalog)
    with db.read() as conn:
        stored = answers.read_stored(conn, command, context)
    if context.url:
        return _with_address(title, f"{context.url}/calendar/{name}.ics", context)
    if as_text:
        return _with_text(title, calendar_file(db, context.catalog, name, context.now.date()).decode(), stored, context)
    with db.read() as conn:
        found = load_key_dates(conn, today_in(context), today_in(context) + AHEAD, left_out=entries.feeds_by_name(context.catalog))
    keys = without_duplicate_dates([each for each in found if each.stands and is_about(each, asked)])
    return _without_address(title, keys, asked.topics, stored, context)


def question_answer(words: str, command: Command, context: Context) -> Reply:
    """Answer "put the quota dates in my outlook" with the calendar of the topic that it names, or of all dates."""
    left = [word for word in tokens_of(words) if word not in _AROUND]
    asked = read(" ".join(left), context) if left else None
    return calendar(asked.topics[0] if asked is not None and asked.topics else "", command, context)


def _with_address(title: str, address: str, context: Context) -> Reply:
    link = Span(address, link=address) if address.startswith("https://") else Span(address, code=True)
    hint = line("Subscribe to this address in Outlook (Add calendar, Subscribe from web) or another calendar: ", link)
    follows = "The calendar follows the messages: a moved date moves, a canceled one is marked."
    text = f"{title}: {address}. {follows}"
    return Reply(text, (cards.heading(title), Section((hint, line(follows))), Buttons((LIST,))), shareable=True)


def _without_address(  # a parameter for each part of the answer
    title: str, keys: Sequence[KeyDate], topics: tuple[str, ...], stored: Stored, context: Context
) -> Reply:
    """List the dates of a calendar that nobody can subscribe to, and offer the file as text."""
    if not keys:
        text = f"{title}: no date is near enough for a calendar file."
        return Reply(text, (cards.heading(text), Buttons((LIST,))))
    count = f"the first {_MAX_DATES} of {len(keys)} dates" if len(keys) > _MAX_DATES else quantity(len(keys), "date")
    hint = "The bot has no web address here, so calendar programs cannot subscribe to these dates. An admin can set TRADEBOT_URL."
    shown = keys[:_MAX_DATES]
    as_text = Button("File as text", f"/trade calendar {' '.join((*topics[:1], 'text'))}")
    blocks: tuple[Block, ...] = (
        cards.heading(f"{title}: {count}"),
        Section((line(hint),)),
        Bullets(tuple(key_line(each, context) for each in shown)),
        SmallPrint((line(stored.describe(context.now, context.zone)),)),
        Buttons((as_text, LIST)),
        entries.caution([each.said_by for each in shown]),
    )
    return Reply(f"{title}: {count}. {hint}", blocks, subjects=tuple(dict.fromkeys(each.said_by.key for each in shown)))


def _with_text(title: str, file: str, stored: Stored, context: Context) -> Reply:
    """Show as many events as fit, to be pasted into a file."""
    head, *every = file.replace("\r\n ", "").replace("\r\n", "\n").split(_BEGIN)
    events = [each for each in every if "\nSTATUS:CANCELLED\n" not in each]  # nothing was added before that could be canceled
    kept, size = [], len(head)
    for event in events:
        size += len(event)
        if size > _MAX_TEXT:
            break
        kept.append(event.removesuffix("END:VCALENDAR\n").removesuffix("\n"))
    if not kept:
        text = f"{title}: no date is near enough for a calendar file."
        return Reply(text, (cards.heading(text), Buttons((LIST,))))
    whole = f"{_BEGIN.join((head, *kept))}\nEND:VCALENDAR"
    count = f"the first {len(kept)} of {len(events)} dates" if len(kept) < len(events) else quantity(len(kept), "date")
    hint = "Copy these lines into a file whose name ends in .ics, and open it in your calendar."
    lines: tuple[Line, ...] = tuple(line(Span(each, code=True)) for each in whole.split("\n") if each)
    blocks: tuple[Block, ...] = (
        cards.heading(f"{title}: {count}"),
        Section((line(hint),)),
        Section(lines),
        SmallPrint((line(stored.describe(context.now, context.zone)),)),
        Buttons((LIST,)),
    )
    return Reply(f"{title}: {count}. {hint}", blocks)
