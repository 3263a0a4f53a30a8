"""/trade changes: what CBP's messages changed in a period, as a card or as plain text to copy."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from content.search.text import words as split_words
from handlers.messages import ahead, answers, operators, periods
from handlers.messages.date_list import today_in
from handlers.messages.lists import first_on_page, none_stored, read_page
from handlers.messages.newest import shows_samples
from handlers.messages.operators import Operators
from handlers.messages.vocabulary import POLITE
from handlers.replies import cards, changes, dates, entries, freshness
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Line, Reply, Section, SmallPrint, line, plain, refusal
from handlers.subscriptions.errors import explained_error
from handlers.subscriptions.names import vocabulary
from handlers.subscriptions.parts import Misunderstood
from jobs.changes import Scope, load_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from content.catalog import Catalog
    from handlers.command import Command, Context
    from handlers.messages.lists import Stored
    from handlers.replies.changes import Item
    from jobs.changes import Report
    from jobs.models.entries import Entry
    from jobs.store.database import Connection

DAYS = 30
"""How far back a report goes if nothing says so."""

PAGE, PLAIN_PAGE = 20, 60
"""Messages of one answer, and of one in plain text."""

_PLAIN = re.compile(r"(?:^|\s)(?:as )?(?:plain )?text$", re.IGNORECASE)
_PARTS = {
    **dict.fromkeys(("canceled", "cancelled", "corrected", "replaced", "rescinded", "superseded", "withdrawn"), changes.SUPERSEDING),
    **dict.fromkeys(("extended", "resolved", "updated"), changes.UPDATING),
}
"""Words that ask for one part of a report."""
_TIMES = "A time may be yesterday, last week, tuesday, in march or since:2026-02-01."
_SMALL = POLITE | frozenset({"about", "and", "csms", "for", "in", "of", "on", "the", "to", "with"})


@dataclass(frozen=True, slots=True)
class Asked:
    since: date
    until: date | None = None
    """The day after the last one; None: until now."""
    topics: tuple[str, ...] = ()
    part: str = ""
    """The only part of the report that is shown."""
    has_period: bool = False
    feeds: tuple[str, ...] = ()
    """() are those of a subscription to all feeds."""
    typed: str = ""
    """The words that ask for the same, without page and form."""
    page: int = 1
    plain: bool = False


def read(words: str, context: Context) -> Asked | Misunderstood:
    """Return what a report is asked about, or the first part that cannot be understood."""
    words, page = read_page(" ".join(words.split()))
    text = _PLAIN.search(words)
    words = words[: text.start()] if text else words
    asked = operators.read(words, context.catalog, context.now, context.zone)
    if isinstance(asked, Misunderstood):
        return asked
    if asked != replace(Operators(asked.text, asked.typed), topics=asked.topics, feeds=asked.feeds, since=asked.since, until=asked.until):
        hint = f"To search, type /csms {entries.shorten(words, 60)}."
        return Misunderstood(1, "a report of changes takes topics, topic:, feed:, since: and until: alone", hint)
    if days := ahead.to_come(split_words(asked.text), today_in(context)):
        named = "" if days == ahead.default(today_in(context)) else f" {days.phrase.removeprefix('on ')}"
        hint = f"Name a time in the past, such as yesterday, last week or since:30d. For what comes, type /trade dates{named}."
        return Misunderstood(1, f"“{named.strip() or 'soon'}” is still to come", hint)
    period, rest = periods.read(split_words(asked.text), context.now, context.zone, weekdays=True)
    part = next((_PARTS[word] for word in rest if word in _PARTS), "")
    topics = _read_topics([word for word in rest if word not in _SMALL and word not in _PARTS], words, context.catalog)
    if isinstance(topics, Misunderstood):
        return topics
    since = asked.since or (period.since if period else today_in(context) - timedelta(days=DAYS))
    until = asked.until or (period.until if period else None)
    if since > today_in(context):
        return Misunderstood(
            words.casefold().find("since") + 1, "the first day is still to come", "Type a day in the past, such as since:30d."
        )
    topics = tuple(dict.fromkeys((*asked.topics, *topics)))
    has_period = asked.since is not None or asked.until is not None or period is not None
    return Asked(since, until, topics, part, has_period, asked.feeds, words, page, text is not None)


def names_law(words: str, context: Context) -> bool:
    """Return whether a topic is named by a number, such as that of its law: only the messages with that number are asked for."""
    _, rest = periods.read(split_words(words), context.now, context.zone)
    return any(word.isascii() and word.isdecimal() for word in rest)


def _read_topics(left: list[str], words: str, catalog: Catalog) -> tuple[str, ...] | Misunderstood:
    known = vocabulary(catalog)
    found: list[str] = []
    while left:
        match = known.longest_match(left)
        goods = known.about(left[:1])
        if (match is None or match.loose) and len(goods) == 1:  # "steel" names no topic, but one looks for it
            found += goods
            left = left[1:]
            continue
        if match is None or match.kind != "topic" or len(match.slugs) > 1 or match.loose:
            near = match.slugs[:3] if match is not None and match.kind == "topic" else known.suggest(left, feeds=False)
            hint = (
                f"Did you mean {cards.join_names(known.names_of(near))}?" if near else f"The topics are {', '.join(known.slugs)}. {_TIMES}"
            )
            start = max(words.casefold().find(left[0]), 0)
            return Misunderstood(start + 1, f"the bot does not recognize the topic “{left[0]}”", hint, near, len(left[0]))
        found += match.slugs
        left = left[match.words :]
    return tuple(found)


def answer(words: str, command: Command, context: Context) -> Reply | None:
    """Answer with what changed; return None for words that ask for nothing of a report: they are a question."""
    asked = read(words, context)
    if isinstance(asked, Misunderstood):
        if ":" not in words and asked.message.startswith("the bot does not recognize the topic") and _is_question(words, asked, context):
            return None
        start = asked.position - 1
        corrected = [f"/trade changes {words[:start]}{each}{words[start + asked.length :]}" for each in asked.corrections]
        return explained_error(asked, words, corrected)
    db = context.database()
    if db is None:
        return refusal(f"Changes come from the stored messages. {answers.without_store(context)}")
    with db.read() as conn:
        report = load(conn, asked, command, context)
        stored = answers.read_stored(conn, command, context)
    return _plain_reply(asked, report, context) if asked.plain else _card(asked, report, stored, command, context)


def _is_question(words: str, wrong: Misunderstood, context: Context) -> bool:
    """Return whether words that name no topic are a question: several, of which none before the wrong one names a topic."""
    before = [word for word in split_words(words[: wrong.position - 1]) if word not in _SMALL]
    return len(words.split()) > 1 and not (before and isinstance(_read_topics(before, words, context.catalog), tuple))


def plain_text(words: str, command: Command, context: Context) -> str | None:
    """Return the whole report as plain text, or None if the words or the store do not allow for one."""
    asked, db = read(words, context), context.database()
    if isinstance(asked, Misunderstood) or db is None:
        return None
    with db.read() as conn:
        report = load(conn, asked, command, context)
    items = _items(asked, report, full_day, full_sent_day(context))
    lines = [*_plain_head(asked, report, items, context), *(each for _, part in _parts(items) for each in _plain_part(part, context))]
    return "\n".join(map(plain, lines)) + "\n"


def load(conn: Connection, asked: Asked, command: Command, context: Context) -> Report:
    since, until = periods.Period(asked.since, asked.until, "").bounds(context.zone)
    until = min(until or context.now, context.now)
    feeds = asked.feeds or tuple(each.slug for each in context.catalog.feeds if not each.by_name_only)
    scope = Scope(since, until + timedelta(microseconds=until == context.now), feeds, asked.topics)
    return load_report(conn, scope, today_in(context), context.zone, samples=shows_samples(command))


def _title(asked: Asked, context: Context) -> str:
    about = ", ".join(entries.topic_name(context.catalog, slug) for slug in asked.topics)
    part = asked.part.casefold() if asked.part else ""
    return f"Changes: {', '.join(filter(None, (about, part)))}" if about or part else "Changes"


def _items(asked: Asked, report: Report, day_name: Callable[[date], str], sent_day: Callable[[Entry], str]) -> list[Item]:
    return [each for each in changes.items(report, day_name, sent_day) if asked.part in ("", each.part)]


def _period(asked: Asked, context: Context, name: Callable[[date], str]) -> str:
    last = (asked.until - timedelta(days=1)) if asked.until else today_in(context)
    last = min(last, today_in(context))
    return name(last) if asked.since == last else f"{name(asked.since)} to {name(last)}"


def _count(asked: Asked, items: Sequence[Item], report: Report, context: Context) -> str:
    """Count the messages of the period, and apart from them the others that are listed for a day ahead."""
    since, until = periods.Period(asked.since, asked.until, "").bounds(context.zone)
    sent = [each.entry.published for each in items if each.part in changes.AHEAD]
    earlier, later = sum(each < since for each in sent), sum(until is not None and each >= until for each in sent)
    count, others = len(items) - earlier - later, earlier + later
    left_out = f", {entries.left_out_count(report.routine)}" if report.routine else ""
    which = "other" if later else "earlier"
    coming = f", {others} {which} one{'' if others == 1 else 's'} with dates ahead" if others else ""
    return f"{count or 'no'} message{'' if count == 1 else 's'}{left_out}{coming}"


def _parts(items: Iterable[Item]) -> list[tuple[str, list[Item]]]:
    return [(part, list(several)) for part, several in groupby(items, key=lambda each: each.part)]


def _card(asked: Asked, report: Report, stored: Stored, command: Command, context: Context) -> Reply:
    now, zone = context.now, context.zone

    def near(day: date) -> str:
        return dates.near_as_of(day.isoformat(), now, zone)

    every = _items(asked, report, near, lambda entry: entries.sent_day(entry, now, zone))
    title, period = _title(asked, context), _period(asked, context, near)
    if not every:
        year = f"/trade changes {asked.typed} since:365d".replace("  ", " ")
        earlier = () if asked.has_period else (Button("Of the last 365 days", year),)
        buttons = (*earlier, Button("Newest messages", f"/csms latest {asked.topics[0] if asked.topics else ''}".strip()))
        left_out = f" ({entries.left_out_count(report.routine)})" if report.routine else ""
        about = title.removeprefix("Changes").removeprefix(": ")
        text = f"No changes {f'about {about} ' if about else ''}are stored from {period}{left_out}."
        return replace(none_stored(text, stored, context, buttons), answered=False)
    start = first_on_page(asked.page, PAGE, len(every))
    shown = every[start : start + PAGE]
    warning = freshness.warning(stored.read, now, zone)
    part = f"{start + 1}–{start + len(shown)} of " if len(shown) < len(every) else ""
    small = cards.separated_line(
        period, f"{part}{_count(asked, every, report, context)}", "" if warning else freshness.sentence_part(stored.read, now, zone)
    )
    blocks: list[Block] = [*freshness.warning_blocks(warning), Header(title), SmallPrint((small,))]
    for name, several in _parts(shown):
        blocks += [cards.heading(name), Bullets(tuple(changes.bullet(each, now, zone) for each in several))]
    typed = f"/trade changes {asked.typed}".rstrip()
    more = (Button("More", f"{typed} page {asked.page + 1}"),) if start + PAGE < len(every) else ()
    topics = " ".join(asked.topics)
    subscribe = () if command.person.external else (Button("Weekly here", f"/csms subscribe {topics} weekly changes".replace("  ", " ")),)
    blocks += [Buttons((*more, Button("Plain text", f"{typed} text"), Button("Dates ahead", f"/trade dates {topics}".strip()), *subscribe))]
    blocks += [entries.caution([each.entry for each in shown])]
    spoken = [entries.sentence(f"{name}: {_spoken(several, zone)}") for name, several in _parts(shown)]
    text = " ".join(filter(None, (warning, f"{title}, {period}: {_count(asked, every, report, context)}.", *spoken)))
    return Reply(text, tuple(blocks), subjects=tuple(dict.fromkeys(each.entry.key for each in shown)), shareable=True)


def _spoken(several: Iterable[Item], zone: str) -> str:
    return " ".join(
        entries.sentence(", ".join(filter(None, (each.head, entries.screen_reader_text(each.entry, zone, most=entries.BULLET_TITLE)))))
        for each in several
    )


def full_day(day: date) -> str:
    return dates.as_of(day.isoformat())


def full_sent_day(context: Context) -> Callable[[Entry], str]:
    return lambda entry: entries.sent_date(entry, context.zone)


def _plain_head(asked: Asked, report: Report, items: Sequence[Item], context: Context) -> list[Line]:
    title = _title(asked, context).replace("Changes", "CBP trade changes", 1)
    return [line(title), line(f"{_period(asked, context, full_day)}: {_count(asked, items, report, context)}")]


def _plain_part(several: Sequence[Item], context: Context) -> list[Line]:
    lines = [each for item in several for each in changes.plain_lines(item, full_sent_day(context))]
    return [line(""), line(several[0].part), *lines]


def _plain_reply(asked: Asked, report: Report, context: Context) -> Reply:
    """Return the report without links and other markup, as a message that can be copied."""
    every = _items(asked, report, full_day, full_sent_day(context))
    start = first_on_page(asked.page, PLAIN_PAGE, len(every))
    shown = every[start : start + PLAIN_PAGE]
    head = _plain_head(asked, report, every, context)
    blocks: list[Block] = [Section(tuple(head)), *(Section(tuple(_plain_part(each, context)[1:])) for _, each in _parts(shown))]
    if start + PLAIN_PAGE < len(every):
        blocks.append(Buttons((Button("More", f"/trade changes {asked.typed} text page {asked.page + 1}".replace("  ", " ")),)))
    blocks.append(entries.caution([each.entry for each in shown]))
    text = " ".join(plain(each) for each in head)
    return Reply(text, tuple(blocks), subjects=tuple(dict.fromkeys(each.entry.key for each in shown)), shareable=True)
