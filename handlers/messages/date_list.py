"""The list of dates ahead: what takes effect, opens, ends or is due, as the stored messages say it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from content.search.spelling import nearest
from content.search.statements import passages
from handlers import lookups
from handlers.messages import ahead, periods
from handlers.messages.lists import Stored, first_on_page, none_stored, read_page
from handlers.messages.newest import shows_samples
from handlers.messages.questions import tokens_of
from handlers.replies import cards, entries, freshness, key_dates
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Line, Overflow, Reply, Section, SmallPrint, Span, line, refusal
from handlers.subscriptions.names import vocabulary
from jobs.cadence import zone_info
from jobs.key_dates import load_key_dates, without_duplicate_dates
from jobs.matching import find_phrase
from jobs.overtaken import last_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from content.catalog import Catalog, Statement
    from handlers.command import Command, Context
    from jobs.models.key_dates import KeyDate
    from jobs.store.database import Database

PAGE = 10
MAX_CONTENT = 5
"""Dated statements of the content in one answer."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_ALL = "all"
LIST = Button("All dates ahead", "/trade dates")

_WORDS = _set(
    """
    a about act acting ahead and any anything applies apply are be becomes begin begins bring by calendar can cbp changes comes
    coming csms date dates day days deadline deadlines do does due effect effective end ends enter entering enters expire expires
    file for force from give go goes going have i in into is key let list me messages must next of on open opens our please
    regulation regulations requirement requirements rule rules show soon start starts submit take takes taking tell the there
    things this to topic now up upcoming us want we what whats when which will with you became came entered fall falls falling took was
    went were
    """
)
"""Words of a question about dates that do not say what they are about."""

_TIMES = ("today", "tomorrow", "yesterday", "next week", "this month", "next month", "in march", "2026-12")
HINT = "You can name a topic, a time (tomorrow, next week, in march, 2026-12-31, last month) or words of the messages."
_OPERATOR = re.compile(r"(?<!\S)(kind|feed|since|until|older|as-of):", re.IGNORECASE)

_DATED = re.compile(
    r"\b([0-9]{1,2}) (January|February|March|April|May|June|July|August|September|October|November|December) (20[0-9][0-9])\b"
)
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


@dataclass(frozen=True, slots=True)
class Asked:
    """The dates that a question asks for."""

    days: ahead.Ahead
    topics: tuple[str, ...] = ()
    words: str = ""
    """Words that are no topic: messages with them count."""
    page: int = 1
    past: bool = False
    """It asks for dates that are over."""
    typed: str = ""
    """The words of the command that asks for the same."""

    def name(self, catalog: Catalog) -> str:
        topics = ", ".join(entries.topic_name(catalog, slug) for slug in self.topics)
        return ", ".join(filter(None, (topics, cards.quote(self.words, 60) if self.words else "")))


def read(words: str, context: Context, *, typed_alone: bool = False) -> Asked:
    """Return what words ask for. `typed_alone`: they are no question but stand behind a command, so that each of them counts."""
    words, page = read_page(words)
    typed = " ".join(words.split())
    tokens = tokens_of(words)
    past = ahead.asks_past_dates(tokens) or (typed_alone and _names_past(tokens, context))
    days, rest = _past_days(tokens, context) if past else ahead.read(tokens, today_in(context))
    left = subject(rest)
    if not left or left == [_ALL]:
        return Asked(days, page=page, past=past, typed=typed)
    topics = _topics(" ".join(left), context.catalog)
    others = left if not topics else vocabulary(context.catalog).others(left, topics) if typed_alone else []
    return Asked(days, topics, " ".join(others), page, past, typed)


def _names_past(words: Sequence[str], context: Context) -> bool:
    """Return whether words name a period that is over, such as "yesterday" or "last month", or say "past"."""
    period, _ = periods.read(words, context.now, context.zone, months=False)
    today = today_in(context)
    return ahead.names_past_dates(words) or (
        period is not None and period.since < today and not period.phrase.startswith(("this", "current"))
    )


def _past_days(words: Sequence[str], context: Context) -> tuple[ahead.Ahead, list[str]]:
    """Return the days until today that the words name, or the last ones, and the other words."""
    period, rest = periods.read(words, context.now, context.zone)
    rest = [] if ahead.names_past_dates(rest) else rest
    today = today_in(context)
    if period is None:
        return ahead.Ahead(today - timedelta(days=ahead.DAYS), today + timedelta(days=1), f"in the last {ahead.DAYS} days"), rest
    until = min(period.until or today + timedelta(days=1), today + timedelta(days=1))
    return ahead.Ahead(period.since, until, period.phrase), rest


def subject(words: Sequence[str]) -> list[str]:
    """Return the words of a question about dates that say what it is about."""
    return [word for word in words if word not in _WORDS]


def _topics(words: str, catalog: Catalog) -> tuple[str, ...]:
    known = {topic.slug for topic in catalog.topics}
    if words.replace(" ", "-") in known:
        return (words.replace(" ", "-"),)
    match = lookups.find(words, ("pti", "topic"), catalog)
    found = tuple(dict.fromkeys(slug for subject in match.subjects if (slug := subject.partition(":")[2]) in known))
    return found if match.sure and len(found) == 1 else ()


def question_answer(words: str, db: Database, stored: Stored, command: Command, context: Context) -> Reply | None:
    """Answer "what takes effect next month". Return None if the question names something that no date is about: the content may know it."""
    asked = read(words, context)
    reply = listing(asked, db, stored, command, context)
    return reply if reply.subjects or not asked.words else None


def listing(asked: Asked, db: Database, stored: Stored, command: Command, context: Context) -> Reply:
    with db.read() as conn:
        others = entries.feeds_by_name(context.catalog)
        found = load_key_dates(conn, asked.days.since, asked.days.until, samples=shows_samples(command), left_out=others)
    keys = without_duplicate_dates([each for each in found if each.stands and is_about(each, asked)])
    said = _statements(asked, context)
    name = asked.name(context.catalog)
    topics = replace(asked, words="").name(context.catalog)
    about = f"{f' for {topics}' if topics else ''}{f' with {cards.quote(asked.words, 60)}' if asked.words else ''}"
    if not keys:
        text = f"No stored message gives a date {asked.days.phrase}{about}."
        buttons = (
            *_meant(asked, context.catalog),
            *((LIST,) if about or asked.days != ahead.default(today_in(context)) else ()),
            *_remaining(asked),
        )
        hint = (line(HINT), line(_LIMITS)) if asked.words else (line(_LIMITS),)
        reply = none_stored(text, stored, context, buttons, (*_said_blocks(said, context), SmallPrint(hint)))
        return replace(reply, answered=bool(said))
    title = "Dates that are over" if asked.past else "Dates ahead"
    return _listed(asked, keys, said, stored, context, f"{title}: {name}" if name else title)


_LIMITS = "A date counts if the text of a message says what happens then. Dates in attachments are missing."


def _meant(asked: Asked, catalog: Catalog) -> tuple[Button, ...]:
    """Return the list for the time or topic that a mistyped word probably means."""
    found = nearest(asked.words, _TIMES, max_edits=2) if len(asked.words) > 4 else ()
    return tuple(Button(f"Dates {each}", f"/trade dates {each}") for each in found)


def refused_operator(words: str) -> Reply | None:
    """Return why /trade dates takes no operator of a search, if the words have one."""
    found = _OPERATOR.search(words)
    return refusal(f"/trade dates does not take “{found[1].lower()}:”.", HINT, LIST) if found else None


def _remaining(asked: Asked) -> tuple[Button, ...]:
    return (Button("Newest messages", f"/csms latest {asked.topics[0]}"),) if asked.topics else ()


def _listed(  # six parameters: what was asked, what was found, and the lines around it
    asked: Asked, keys: Sequence[KeyDate], said: Sequence[tuple[date, Statement]], stored: Stored, context: Context, title: str
) -> Reply:
    now, zone = context.now, context.zone
    start = first_on_page(asked.page, PAGE, len(keys))
    shown = keys[start : start + PAGE]
    warning = freshness.warning(stored.read, now, zone)
    count = f"{len(keys)} date{'' if len(keys) == 1 else 's'} {asked.days.phrase}"
    part = f"{start + 1}–{start + len(shown)} of {count}" if len(shown) < len(keys) else count
    checked = "" if warning else freshness.sentence_part(stored.read, now, zone)
    small = cards.separated_line(part, f"from {stored.describe(now, zone)}", checked)
    blocks: list[Block] = [*freshness.warning_blocks(warning), Header(title), SmallPrint((small,))]
    blocks += [Section(_lines(each, context), _actions(each, today_in(context))) for each in shown]
    blocks += _said_blocks(said, context) if start == 0 else ()
    more = (Button("More", f"/trade dates {asked.typed} page {asked.page + 1}".replace("  ", " ")),) if start + PAGE < len(keys) else ()
    calendar = LIST if asked.past else Button("Calendar file", f"/trade calendar {_calendar(asked)}".strip())
    blocks += [Buttons((*more, calendar))]
    blocks += [SmallPrint((line(_LIMITS),)), *((entries.caution([each.said_by for each in shown]),) if shown else ())]
    heads = [f"{key_dates.near(each.date, now, zone)}, {key_dates.kind_name(each)}" for each in shown]
    spoken = [entries.sentence(key_dates.spoken(each, head, zone)) for each, head in zip(shown, heads, strict=True)]
    text = " ".join((*((warning,) if warning else ()), f"{title}: {part}.", *spoken, *(each.text for _, each in said[:MAX_CONTENT])))
    subjects = dict.fromkeys(each.said_by.key for each in shown)
    return Reply(text, tuple(blocks), subjects=tuple(subjects), shareable=True)


def _calendar(asked: Asked) -> str:
    return asked.topics[0] if asked.topics else ""


def _lines(key: KeyDate, context: Context) -> tuple[Line, ...]:
    """Return "2 Mar · deadline · *title* · 68000001", and below it how the date was moved."""
    now, zone = context.now, context.zone
    first = key_line(key, context)
    note = cards.separated_line(*key_dates.notes(key, now, zone), *entries.states(key.said_by))
    return (first, *((note,) if note else ()))


def key_line(key: KeyDate, context: Context) -> Line:
    separator = cards.SEPARATOR
    when = f"{key_dates.near(key.date, context.now, context.zone)}{separator}{key_dates.kind_name(key)}{separator}"
    title = entries.title(key.said_by, entries.BULLET_TITLE)
    return line(Span(when, bold=True), *title, f"{separator}{entries.short_number(key.said_by)}")


def _actions(key: KeyDate, today: date) -> Overflow:
    named = key_dates.reference(key.said_by)
    remind = () if key.said_by.sample or key.date <= today else (Button("Set a reminder here", f"/csms remind {named}"),)
    return Overflow((Button("Show the sentence", f"/trade dates {named}"), *remind), f"Actions for {entries.origin(key.said_by)}")


def is_about(key: KeyDate, asked: Asked) -> bool:
    messages = (key.entry, key.said_by)
    if asked.topics and not any(hit.topic in asked.topics for each in messages for hit in each.topics):
        return False
    return all(any(find_phrase(word, each) for each in messages) for word in asked.words.split())


def _statements(asked: Asked, context: Context) -> list[tuple[date, Statement]]:
    """Return the statements of the content that name a day to come, one for each day, earliest first."""
    from content.catalog import Statement

    if asked.words:
        return []
    found: dict[date, Statement] = {}
    subjects = {f"{kind}:{slug}" for slug in asked.topics for kind in ("pti", "topic")}
    for passage in passages(context.catalog):
        about = passage.subject in subjects if subjects else passage.subject.startswith(("pti:", "topic:"))
        if about and isinstance(passage.origin, Statement):
            for day in _days_in(passage.origin.text):
                if (
                    asked.days.since <= day < asked.days.until
                    and _looks_ahead(passage.origin, day)
                    and passage.origin not in found.values()
                ):
                    found.setdefault(day, passage.origin)
    return sorted(((day, each) for day, each in found.items()), key=lambda pair: pair[0])


def _looks_ahead(statement: Statement, day: date) -> bool:
    """Return whether the day was still to come when the statement was true."""
    written = last_day(statement.as_of)
    return written is not None and day > written


def _days_in(text: str) -> list[date]:
    found = []
    for day, month, year in _DATED.findall(text):
        try:
            found.append(date(int(year), _MONTHS.index(month) + 1, int(day)))
        except ValueError:  # 31 June
            continue
    return found


def _said_blocks(said: Sequence[tuple[date, Statement]], context: Context) -> tuple[Block, ...]:
    if not said:
        return ()
    statements = tuple(cards.statement(each, context) for _, each in said[:MAX_CONTENT])
    return (cards.heading("Also dated, from our own content"), Bullets(statements))


def today_in(context: Context) -> date:
    return context.now.astimezone(zone_info(context.zone)).date()
