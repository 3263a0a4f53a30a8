"""/trade briefing: what the bot knows about an issue or a topic, on one page, each line with its source and date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from content.catalog import Pti, Topic, get
from content.search.statements import passages
from content.search.text import left_over
from content.search.text import words as split_words
from handlers import lookups
from handlers.messages import answers
from handlers.messages import changes as report
from handlers.messages.date_list import today_in
from handlers.messages.newest import shows_samples
from handlers.replies import cards, changes, dates, entries, freshness, key_dates, sources
from handlers.replies.reply import Block, Bullets, Button, Buttons, Fields, Header, Line, Reply, Section, SmallPrint, Span, line, refusal
from handlers.subscriptions.names import vocabulary
from jobs.changes import AHEAD, is_about
from jobs.key_dates import load_key_dates, without_duplicate_dates

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from content.catalog import Catalog, Contact, Resource, Statement
    from content.search.statements import Passage
    from handlers.command import Command, Context
    from handlers.replies.changes import Item
    from jobs.models.key_dates import KeyDate

_EXPLAINED = re.compile(r"\s*\(|,\s+(?=[a-z])")
_NAMING = ("definition", "fact", "qa", "stat", "page")
"""The kinds of statements that say what a tool is, the best first."""

DAYS = 90
"""How far back changes are listed."""

MAX_CHANGES, MAX_DATES, MAX_FACTS, MAX_TRAININGS = 8, 6, 3, 3
"""More do not fit on a page; the page says how many there are."""


@dataclass(frozen=True, slots=True)
class _Content:
    """The statements of the content about an issue or a topic."""

    subject: str
    name: str
    url: str
    mission: Statement
    law: tuple[Statement, ...]
    facts: tuple[Statement, ...]
    contacts: tuple[Contact, ...]
    tools: tuple[str, ...]
    pages: tuple[Resource, ...]


def briefing(words: str, command: Command, context: Context) -> Reply:
    catalog = context.catalog
    if not words.strip():
        offered = tuple(Button(cards.short_name(each.name), f"/trade briefing {each.slug}") for each in catalog.ptis)
        return refusal("Which issue or topic is the briefing about?", "Type its name, such as /trade briefing ad-cvd.", *offered)
    match = lookups.find(words, ("pti", "topic"), catalog)
    subjects = lookups.without_double(catalog, match.subjects)
    if not subjects:
        return cards.no_match(words, "in the issues and topics", Button("The seven issues", "/pti"), Button("Topics", "/trade topic"))
    if len(subjects) > 1 and not match.sure:
        offers = [cards.Offer(each, _name(catalog, each), "briefing", f"/trade briefing {_slug(each)}") for each in subjects[:3]]
        return cards.choice(words, offers)
    others = vocabulary(catalog).others(split_words(words), (_slug(subjects[0]),))
    ignored = left_over(" ".join(others), "brief briefing page paper sheet summary")
    return _page(_content(subjects[0], catalog), command, context, ignored)


def _slug(subject: str) -> str:
    return subject.partition(":")[2]


def _name(catalog: Catalog, subject: str) -> str:
    item = get(catalog, subject)
    return item.name if isinstance(item, Pti | Topic) else subject


def _content(subject: str, catalog: Catalog) -> _Content:
    slug = _slug(subject)
    item = get(catalog, f"pti:{slug}") or get(catalog, f"topic:{slug}")
    if isinstance(item, Pti):
        pages = tuple(each for each in catalog.resources if each.slug in item.resources and each.state == "current")
        return _Content(f"pti:{slug}", item.name, item.url, item.summary, item.authority, item.facts, item.contacts, item.tools, pages)
    assert isinstance(item, Topic)  # noqa: S101 - only these kinds were looked for
    url = item.links[0].url if item.links else ""
    return _Content(f"topic:{slug}", item.name, url, item.summary, (), item.facts, item.contacts, (), ())


def _page(content: _Content, command: Command, context: Context, ignored: str = "") -> Reply:
    """Return the page. `ignored` are words that it does not answer to."""
    slug = _slug(content.subject)
    read = _changed(content, command, context) if context.db is not None else None
    note = f"A briefing is about one issue or topic, so {cards.quote(ignored, 60)} has no effect." if ignored else ""
    blocks: list[Block] = [
        *(read.warning if read else ()),
        Header(f"Briefing: {content.name}", content.url or None),
        SmallPrint((cards.separated_line(dates.made(context.now, context.zone, past=context.past), read.freshness if read else ""),)),
        *([SmallPrint((line(note),))] if note else []),
    ]
    blocks += [cards.heading("Mission"), Bullets(cards.statements((content.mission,), context))]
    for title, items in (
        ("Law", cards.statements(content.law, context)),
        ("Facts", cards.statements([each for each in content.facts if each.shown][:MAX_FACTS], context)),
    ):
        blocks += [cards.heading(title), Bullets(items)] if items else []
    if read is None:
        blocks.append(Section((line(f"Changes and dates come from the stored messages. {answers.without_store(context)}"),)))
    else:
        blocks += read.blocks
    for title, items in (
        ("Contacts", _contacts(content.contacts, context)),
        ("Pages", _pages(content.pages, context)),
        ("Tools", tools := _tools(content.tools, context)),
    ):
        blocks += [cards.heading(title), Bullets(items)] if items else []
    buttons = [Button("Changes", f"/trade changes {slug} since:{DAYS}d"), Button("Dates ahead", f"/trade dates {slug}")]
    if unsourced := len(content.tools) - len(tools):
        several = "1 more tool is" if unsourced == 1 else f"{unsourced} more tools are"
        blocks.append(
            SmallPrint((line(f"{several} on the issue’s card. No statement with a source names {'it' if unsourced == 1 else 'them'}."),))
        )
        buttons.append(Button("All tools", f"/pti {slug} more"))
    blocks.append(Buttons(tuple(buttons)))
    notes = ("In our own words where no message is named", "The linked pages and messages are authoritative", "Not legal advice")
    blocks.append(SmallPrint((cards.separated_line(*notes),)))
    text = f"Briefing: {content.name}. {f'{note} ' if note else ''}{content.mission.text} {read.text if read else ''}".strip()
    return Reply(text, tuple(blocks), subjects=(content.subject, *(read.keys if read else ())), shareable=True)


@dataclass(frozen=True, slots=True)
class _Changed:
    blocks: tuple[Block, ...]
    keys: tuple[str, ...]
    text: str
    warning: tuple[Block, ...]
    freshness: str


def _changed(content: _Content, command: Command, context: Context) -> _Changed:
    """Return the part of the page that comes from the stored messages."""
    assert context.db is not None  # noqa: S101 - the caller has checked it
    now, zone, today, topics = context.now, context.zone, today_in(context), (_slug(content.subject),)
    asked = report.Asked(today - timedelta(days=DAYS), topics=topics)
    with context.db.read() as conn:
        found = report.load(conn, asked, command, context)
        ahead = load_key_dates(conn, today, today + AHEAD + timedelta(days=1), samples=shows_samples(command))
        read = freshness.read_feed(conn, context)
    about = [each for each in ahead if each.stands and (is_about(each.entry, topics) or is_about(each.said_by, topics))]
    keys = without_duplicate_dates(about)
    every = changes.items(found, lambda day: key_dates.near(day, now, zone), lambda entry: entries.sent_day(entry, now, zone))
    items = [each for each in every if each.part in (changes.SUPERSEDING, changes.UPDATING, changes.NEW)]
    trainings = [each for each in every if each.part == changes.TRAININGS]
    blocks = (
        *_change_blocks(items, context),
        *_date_blocks(keys, context),
        *_training_blocks(trainings, context),
    )
    shown = (*(each.entry.key for each in items[:MAX_CHANGES]), *(each.said_by.key for each in keys[:MAX_DATES]))
    text = f"{len(items)} messages in {DAYS} days, {len(keys)} dates in the next {AHEAD.days} days."
    warning = freshness.warning(read, now, zone)
    small = "" if warning else freshness.sentence_part(read, now, zone)
    return _Changed(blocks, tuple(dict.fromkeys(shown)), f"{warning} {text}".strip(), freshness.warning_blocks(warning), small)


def _change_blocks(items: Sequence[Item], context: Context) -> tuple[Block, ...]:
    head = f"What changed in the last {DAYS} days"
    if not items:
        return (cards.heading(head), Section((line("No stored message is about it."),)))
    newest = sorted(items, key=lambda each: (each.entry.published, each.entry.id), reverse=True)[:MAX_CHANGES]
    count = f": the {len(newest)} newest of {len(items)} messages" if len(newest) < len(items) else ""
    return (cards.heading(f"{head}{count}"), Bullets(tuple(changes.bullet(each, context.now, context.zone) for each in newest)))


def _training_blocks(trainings: Sequence[Item], context: Context) -> tuple[Block, ...]:
    if not trainings:
        return ()
    count = f": the next {MAX_TRAININGS} of {len(trainings)}" if len(trainings) > MAX_TRAININGS else ""
    shown = tuple(changes.bullet(each, context.now, context.zone) for each in trainings[:MAX_TRAININGS])
    return (cards.heading(f"{changes.TRAININGS}{count}"), Bullets(shown))


def _date_blocks(keys: Sequence[KeyDate], context: Context) -> tuple[Block, ...]:
    head = f"Dates in the next {AHEAD.days} days"
    if not keys:
        return (cards.heading(head), Section((line("No stored message gives one. Dates in attachments are missing."),)))
    now, zone = context.now, context.zone
    count = f": the next {MAX_DATES} of {len(keys)}" if len(keys) > MAX_DATES else ""
    pairs = tuple(
        (
            f"{key_dates.near(each.date, now, zone)}, {key_dates.kind_name(each)}",
            line(
                *entries.title(each.said_by, entries.BULLET_TITLE),
                f" ({entries.origin(each.said_by)}, {entries.sent_day(each.said_by, now, zone)})",
            ),
        )
        for each in keys[:MAX_DATES]
    )
    return (cards.heading(f"{head}{count}"), Fields(pairs))


def _contacts(contacts: Iterable[Contact], context: Context) -> tuple[Line, ...]:
    found = [each for each in contacts if each.shown]
    return tuple(line(*shown, *cards.in_brackets(each, context)) for each, shown in zip(found, cards.contacts(found, lead=""), strict=True))


def _tools(tools: Iterable[str], context: Context) -> tuple[Line, ...]:
    """Return the tools that a statement with a source names, with its source and date."""
    if not tools:
        return ()
    known = [each for each in passages(context.catalog) if each.kind in _NAMING and not each.internal]
    found = ((tool, next(iter(sorted(_naming(tool, known), key=lambda each: _NAMING.index(each.kind))), None)) for tool in tools)
    return tuple(line(tool, *cards.in_brackets(passage.origin, context)) for tool, passage in found if passage is not None)


def _naming(tool: str, known: Iterable[Passage]) -> list[Passage]:
    """Return the sourced statements that name a tool, which stands before a bracket or a comma and an explanation."""
    name = re.compile(rf"(?<!\w){re.escape(_EXPLAINED.split(tool)[0].strip())}s?(?!\w)", 0 if tool[:2].isupper() else re.IGNORECASE)
    return [each for each in known if any(name.search(text) for text in (each.text, each.label, *each.heads)) and _is_sourced(each)]


def _is_sourced(passage: Passage) -> bool:
    return bool(sources.provenance(passage.origin))


def _pages(pages: Iterable[Resource], context: Context) -> tuple[Line, ...]:
    return tuple(
        line(Span(each.title, link=each.url), f": {each.summary.text}", *cards.in_brackets(each.summary, context)) for each in pages
    )
