"""One CSMS message: its card, or what can be said about a number that is not stored.

Cards say what is stored, never what is in force: the bot may not have read a later message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from handlers.messages import coverage, later_titles, lists, missing_text
from handlers.messages.questions import MIN_NUMBER, similar_numbers
from handlers.replies import cards, corrections, entries, freshness, gists, key_dates, reasons
from handlers.replies.reply import Block, Bullets, Button, Buttons, Divider, Line, Reply, Section, SmallPrint, Span, line, plain
from jobs.csms import hex_url
from jobs.models.entries import SAMPLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from handlers.command import Context
    from jobs.feed_health import LastRead
    from jobs.models.entries import Entry
    from jobs.models.readings import EffectiveDate
    from jobs.relations import Changes
    from jobs.states import Relation
    from jobs.store.database import Connection, Database

_MAX_MENTIONS = 10

_MAX_SEARCHED = 200
"""Messages whose titles are compared; CBP sends about forty in a busy week."""

MAX_LISTED = 20
"""Messages of a chain."""

_UNTOLD = " Only the titles of other later messages are stored, so the bot cannot know which of them mention it."

_UNTELLABLE = ", so it cannot say whether that one still applies"

_LEGACY = re.compile(r"[0-9]{2}-[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Links:
    """The other stored messages that have to do with a message."""

    chain: tuple[Entry, ...]
    """The message, those that continue it and those that it continues, oldest first."""
    changes: Changes
    """How those of the chain continue each other."""
    naming: tuple[Entry, ...] = ()
    """Other messages that name it, newest first."""
    mistyped: tuple[str, ...] = ()
    """Numbers as it has them that no stored message is sure to be meant by."""
    similar: tuple[Entry, ...] = ()
    """Messages that it seems to continue, or that seem to continue it, by their titles; oldest first."""
    alike: tuple[Entry, ...] = ()
    """Later messages with the same or nearly the same title, newest first."""
    untold: bool = False
    """Only the titles of some later messages are stored."""
    newest: Entry | None = None
    """The newest message of its topic."""
    dates: Mapping[int, tuple[EffectiveDate, ...]] = field(default_factory=dict)
    """The dates that those of the chain give, by their ids."""
    later: coverage.Later = field(default_factory=coverage.Later)
    """The later messages of its feed."""


def by_number(number: str, db: Database, context: Context, *, samples: bool, validity: bool = False) -> Reply:
    """Return the card, the page's address, or why the number cannot be right. `validity`: later messages stand on top."""
    from jobs.store import entries as entry_store

    with db.read() as conn:
        entry = entry_store.by_number(conn, number)
        if entry is not None:
            links = _load_links(conn, entry)
            shown = card(entry, links, freshness.read_feed(conn, context, entry.feed), context, validity=validity)
        else:
            reply = _unstored_answer(conn, number, context, samples=samples, validity=validity)
    return missing_text.complete(shown, entry, db, context) if entry is not None else reply


def _unstored_answer(conn: Connection, number: str, context: Context, *, samples: bool, validity: bool) -> Reply:
    """Say that a message is not stored, which messages are, and what they and the content say about it; what changes it stands above."""
    from jobs.store import entries as entry_store

    now, zone = context.now, context.zone
    feeds = ("csms", *((SAMPLE,) if samples else ()))
    mentions = [each for feed in feeds for each in _naming(conn, feed, number)][:_MAX_MENTIONS]
    changing = _changers(conn, mentions, number)
    near = entries.newest_first(entry_store.by_numbers(conn, "csms", similar_numbers(number)).values())[:_MAX_MENTIONS]
    extents = {feed: extent for feed, extent in entry_store.extents(conn).items() if feed == "csms"}
    stored = lists.Stored(extents, freshness.read_feed(conn, context))
    reply = unstored(number, f"The bot has no CSMS message {number}{_UNTELLABLE if validity and not changing else ''}.")
    warning = freshness.warning(stored.read, now, zone)
    searched = _searched(stored, warning, context)
    listed = [each for each in mentions if each.id not in {later.id for later, _ in changing}]
    blocks: tuple[Block, ...] = (
        *freshness.warning_blocks(warning),
        *_changing_blocks(changing, Links((), {}), context),
        *reply.blocks,
        SmallPrint((line(searched),)),
    )
    for heading, found in (("Stored messages that mention it", listed), ("Stored messages with nearly this number", near)):
        if found:
            blocks += (cards.heading(heading), _bullets(found, context))
    blocks += coverage.cited_blocks(number, context)
    blocks += (entries.caution([*mentions, *near]),) if mentions or near else ()
    changed = [plain(corrections.advice(each, how, now, zone)) for each, how in changing]
    return Reply(" ".join(filter(None, (warning, *changed, reply.text, searched))), blocks, subjects=() if mentions else reply.subjects)


def _changers(conn: Connection, mentions: Sequence[Entry], number: str) -> list[tuple[Entry, Relation]]:
    """Return which of these messages change one that is not stored, and how."""
    from jobs import relations
    from jobs.store import readings

    named = readings.relations_of(conn, [each.id for each in mentions])
    told = {each.id: relations.strongest(named.get(each.id, ())).get(number) for each in mentions}
    return [(each, how.kind) for each in mentions if (how := told[each.id]) is not None and how.kind in relations.CHANGING]


def _searched(stored: lists.Stored, warning: str, context: Context) -> str:
    """Return which messages are stored, and when the feed was read unless the warning says so."""
    now, zone = context.now, context.zone
    if not stored.extents:
        return f"No messages are stored yet. {freshness.why_none(stored.read, now, zone)}"
    read = "" if warning else f" {freshness.sentence_part(stored.read, now, zone)}."
    return f"Searched: {stored.describe(now, zone)}.{read}"


def _load_links(conn: Connection, entry: Entry) -> Links:
    from jobs import relations
    from jobs.continuations import WINDOW, continuations
    from jobs.store import entries as entry_store
    from jobs.store import readings

    chain = relations.load_chain(conn, entry)
    known = {each.id for each in chain}
    written = (each for each in readings.relations_of(conn, [entry.id]).get(entry.id, ()) if not each.number)
    window = entry_store.latest(conn, [entry.feed], None, _MAX_SEARCHED, since=entry.published - WINDOW, until=entry.published + WINDOW)
    topic = next((hit.topic for hit in entry.topics if hit.topic != "other"), None)
    newest = entry_store.latest(conn, [entry.feed], topic, 1) if topic else []
    feeds = dict.fromkeys((entry.feed, "csms")) if entry.sample else (entry.feed,)
    named_in = entries.newest_first(each for feed in feeds for each in _naming(conn, feed, entry.number))
    naming = tuple(each for each in named_in if each.id not in known and each.published >= entry.published)
    similar = tuple(each for each in continuations(entry, window) if each.id not in known)
    shown = {*known, *(each.id for each in (*naming, *similar))}
    return Links(
        chain=tuple(chain),
        changes=relations.changes(conn, chain, relations.CONTINUING),
        naming=naming,
        mistyped=tuple(dict.fromkeys(each.as_written for each in written)),
        similar=similar,
        alike=tuple(each for each in later_titles.load(conn, entry) if each.id not in shown),
        untold=entry_store.has_bare_titles(conn, entry.feed, entry.published + timedelta(days=1)),
        newest=next((each for each in newest if each.id != entry.id and each.published > entry.published), None),
        dates=readings.dates_of(conn, known),
        later=coverage.load_later(conn, entry.feed, entry.published),
    )


def _naming(conn: Connection, feed: str, number: str) -> list[Entry]:
    """Return the messages that name a number, newest first."""
    from jobs.store import entries as entry_store
    from jobs.store import readings

    ids = {each.entry_id for each in readings.naming(conn, feed, [number], held=True)}
    return entries.newest_first(entry_store.by_ids(conn, ids).values())


def card(entry: Entry, links: Links, read: LastRead, context: Context, *, validity: bool = False) -> Reply:
    """Return the card of a message. What changes it stands above its text, which is quiet if it is outdated; the rest stands below."""
    now, zone = context.now, context.zone
    warning = freshness.warning(read, now, zone, freshness.feed_title(context, entry.feed))
    changing = _changing(entry, links)
    naming = (
        *_naming_blocks(entry, links, bool(warning), read, context),
        *later_titles.blocks(entry, links.alike, context),
    )
    body, slugs = entries.excerpt(entry), entries.sort_topics(context.catalog, (hit.topic for hit in entry.topics))
    topics = _topics(entry, slugs, context)
    blocks: list[Block] = [*freshness.warning_blocks(warning), *_changing_blocks(changing, links, context), *(naming if validity else ())]
    blocks += coverage.cited_blocks(entry.number, context) if validity else ()
    if any(how in corrections.OUTDATING for _, how in changing):
        earlier = (entries.title(entry, corrections.EARLIER_TITLE), entries.facts(entry, now, zone), *((body,) if body else ()), *topics)
        blocks += [Divider(), SmallPrint((line(Span(corrections.EARLIER, bold=True)), *earlier))]
    else:
        blocks += [Divider()] if changing else []
        blocks += [
            Section((entries.title(entry, entries.CARD_TITLE, bold=True),)),
            SmallPrint((entries.facts(entry, now, zone),)),
        ]
        said = gists.lines(entry, links.dates.get(entry.id, ()), now, zone, most_annexes=MAX_LISTED)
        blocks += [Section((each,)) for each in (*entries.around_excerpt(entry, said), *topics)]
    blocks += [*(() if validity else naming), *_chain_blocks(entry, links, context), *_doubtful_blocks(links, context)]
    buttons = [Button("Dates", f"/trade dates {key_dates.reference(entry)}")] if entry.id in links.dates else []
    buttons += [
        Button(f"Latest CSMS: {entries.topic_name(context.catalog, slug)}", f"/csms latest {slug}") for slug in slugs[:3] if slug != "other"
    ]
    blocks += [*((Buttons(tuple(buttons)),) if buttons else ()), entries.caution([entry])]
    changed = [plain(corrections.advice(each, how, now, zone)) for each, how in changing]
    alike = later_titles.sentence(entry, links.alike)
    text = " ".join(filter(None, (warning, *changed, alike, entries.screen_reader_text(entry, zone, link=True))))
    return Reply(text, tuple(blocks), subjects=(entry.key,), shareable=True)


def _topics(entry: Entry, slugs: tuple[str, ...], context: Context) -> tuple[Line, ...]:
    because = {hit.topic: hit.because for hit in entry.topics}
    about = [f"{entries.topic_name(context.catalog, slug)}{_matched(because[slug], context)}" for slug in slugs]
    return (line(Span("Topics: ", bold=True), "; ".join(about)),) if about else ()


def _changing(entry: Entry, links: Links) -> list[tuple[Entry, Relation]]:
    """Return the messages that change this one, newest first."""
    by = links.changes.get(entry.id, {})
    return [(each, by[each.id]) for each in reversed(links.chain) if each.id in by and by[each.id] != "follows-up"]


def _changing_blocks(changing: list[tuple[Entry, Relation]], links: Links, context: Context) -> tuple[Block, ...]:
    lines: list[Line] = []
    for later, how in changing:
        title = line(*entries.title(later, entries.BULLET_TITLE), *(f"{cards.SEPARATOR}{state}" for state in entries.states(later)))
        what = corrections.what_changed(later, links.dates.get(later.id, ()))
        lines += [corrections.advice(later, how, context.now, context.zone), title, *((what,) if what else ())]
    return (Section(tuple(lines)),) if lines else ()


def _naming_blocks(entry: Entry, links: Links, warned: bool, read: LastRead, context: Context) -> tuple[Block, ...]:
    """Return the later messages that mention the entry, or that there are none as of the last good read.

    `warned`: the answer begins with a warning that says when the feed was read.
    """
    if links.naming:
        return (cards.heading("Mentioned in"), _bullets(links.naming[:_MAX_MENTIONS], context))
    if links.changes.get(entry.id):
        return ()
    what = "CSMS message" if entry.feed == "csms" else "message"
    stored = "whose text is stored" if links.untold else "stored here"
    feed = freshness.feed_title(context, entry.feed)
    when = freshness.sentence_part(read, context.now, context.zone, feed[0].lower() + feed[1:] if feed.startswith("The") else feed)
    reach = f" {links.later.sentences(context.now, context.zone)}" if entry.feed == "csms" else ""
    none = line(f"No later {what} {stored} mentions this one{'' if warned else f'; {when}'}.{_UNTOLD if links.untold else ''}", reach)
    if links.newest is None or links.alike:
        return (Section((none,)),)
    topics = {hit.topic for hit in links.newest.topics} & {hit.topic for hit in entry.topics} - {"other"}
    topic = entries.topic_name(context.catalog, entries.sort_topics(context.catalog, topics)[0])
    day = entries.sent_day(links.newest, context.now, context.zone)
    return (Section((none, line(f"Newest on {topic}: ", *entries.bullet(links.newest, day)))),)


def _chain_blocks(entry: Entry, links: Links, context: Context) -> tuple[Block, ...]:
    """Return the whole chain, unless it has only this message and those that stand above it."""
    if all(each.id == entry.id or each.id in links.changes.get(entry.id, {}) for each in links.chain) and len(links.chain) < 3:
        return ()
    numbers = {each.id: entries.number(each) for each in links.chain}
    items = []
    for each in links.chain[:MAX_LISTED]:
        does = [
            f"{corrections.ACTIVE.get(how, how)} {numbers[earlier]}"
            for earlier, by in links.changes.items()
            if (how := by.get(each.id)) is not None
        ]
        this = ("this message",) if each.id == entry.id else ()
        items.append(entries.bullet(each, entries.sent_day(each, context.now, context.zone), *does[:3], *this))
    more = len(links.chain) - len(items)
    left = (line(f"… and {more} more"),) if more else ()
    return (cards.heading("The chain of messages, oldest first"), Bullets((*items, *left)))


def _doubtful_blocks(links: Links, context: Context) -> tuple[Block, ...]:
    """Return what CBP does not say, or not clearly."""
    found: list[Block] = []
    for written in links.mistyped:
        found.append(Section((line(corrections.mistyped(written)),)))
    if links.similar:
        found += [cards.heading("Seems to continue or to be continued by"), _bullets(links.similar[-_MAX_MENTIONS:], context)]
        found.append(SmallPrint((line("The bot’s guess, because the titles are the same. CBP’s messages do not clearly say so."),)))
    return tuple(found)


def _bullets(listed: Sequence[Entry], context: Context) -> Bullets:
    return Bullets(tuple(entries.bullet(each, entries.sent_day(each, context.now, context.zone)) for each in listed))


def _matched(because: str, context: Context) -> str:
    """Return why the message is about a topic, in brackets; a reason's own brackets become a colon."""
    reason = reasons.explain_topic(because, context.catalog)
    head, bracket, rest = reason.rpartition(" (") if reason.endswith(")") else (reason, "", "")
    return f" ({f'{head}: {rest[:-1]}' if bracket else reason})" if because else ""


def unstored(number: str, first: str) -> Reply:
    """Return the page's address, or why there is none."""
    if _LEGACY.fullmatch(number):
        note = "CBP used numbers like this one before July 2019, and they do not lead to a web page. CBP's archive lists these messages."
        archive = Span("CSMS archive on CBP.gov", link="https://www.cbp.gov/document/publications/csms-archive")
        return Reply(f"{first} {note}", (cards.heading(first), Section((line(f"{note} ", archive),))))
    if len(number) != 8 or int(number) < MIN_NUMBER:
        odd = f"has {len(number)} digits" if len(number) != 8 else "is too low"
        note = f"CSMS numbers have eight digits and start at about {MIN_NUMBER} (July 2019). This one {odd}."
        return Reply(f"{first} {note}", (cards.heading(first), Section((line(note),))))
    page = hex_url(number)
    note = "If CBP sent this message, this is its official page. The bot worked out the address from the number and has not checked it."
    link = Span(f"CSMS {number} at GovDelivery", link=page)
    return Reply(f"{first} {note} {page}", (cards.heading(first), Section((line(link), line(note)))), subjects=(f"csms:{number}",))
