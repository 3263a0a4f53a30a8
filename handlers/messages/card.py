"""One CSMS message: its card, or what can be said about a number that is not stored.

Cards say what is stored, never what is in force: the bot may not have read a later message.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlers.messages.questions import MIN_NUMBER
from handlers.replies import cards, corrections, entries, freshness, reasons
from handlers.replies.reply import Block, Bullets, Button, Buttons, Divider, Line, Reply, Section, SmallPrint, Span, line
from jobs.csms import hex_url

if TYPE_CHECKING:
    from handlers.command import Context
    from jobs.feed_health import LastRead
    from jobs.models.entries import Entry
    from jobs.store.database import Connection, Database

_MAX_MENTIONS = 10

_MAX_SEARCHED = 50
"""Messages searched for later ones that mention a message."""

_LEGACY = re.compile(r"[0-9]{2}-[0-9]{6}")


def by_number(number: str, db: Database, context: Context, *, samples: bool, validity: bool = False) -> Reply:
    """Return the card, the page's address, or why the number cannot be right. `validity`: later messages stand on top."""
    from jobs.store import entries as entry_store

    with db.read() as conn:
        entry = entry_store.by_number(conn, number)
        if entry is not None:
            later = _later_messages(conn, entry)
            return card(entry, later, freshness.read_feed(conn, context, entry.feed), context, validity=validity)
        read = freshness.read_feed(conn, context)
        mentions = _mentions(conn, number, samples=samples)[:_MAX_MENTIONS]
    reply = unstored(number, f"The bot has no CSMS message {number}.")
    warning = freshness.warning(read, context.now, context.zone)
    blocks: tuple[Block, ...] = (*freshness.warning_blocks(warning), *reply.blocks)
    if not warning:
        blocks += (SmallPrint((line(f"{freshness.sentence_part(read, context.now, context.zone)}."),)),)
    if mentions:
        listed = tuple(entries.bullet(each, entries.sent_day(each, context.now, context.zone)) for each in mentions)
        blocks += (cards.heading("Stored messages that mention it"), Bullets(listed), entries.caution(mentions))
    return Reply(" ".join(filter(None, (warning, reply.text))), blocks, subjects=reply.subjects if not mentions else ())


def card(entry: Entry, later: list[Entry], read: LastRead, context: Context, *, validity: bool = False) -> Reply:
    """Return the card of a message. What changes it stands above its text, which is quiet then; others that mention it stand below."""
    now, zone = context.now, context.zone
    warning = freshness.warning(read, now, zone, freshness.feed_title(context, entry.feed))
    changing = [(each, how) for each in later if (how := _changes(each, entry))]
    changed_by = [each for each, _ in changing]
    naming = _naming_blocks(entry, [each for each in later if each not in changed_by], bool(changing), bool(warning), read, context)
    body, slugs = entries.excerpt(entry), entries.sort_topics(context.catalog, (hit.topic for hit in entry.topics))
    topics = _topics(entry, slugs, context)
    blocks: list[Block] = [*freshness.warning_blocks(warning), *_changing_blocks(changing, context), *(naming if validity else ())]
    if changing:
        earlier = (entries.title(entry, corrections.EARLIER_TITLE), entries.facts(entry, now, zone), *((body,) if body else ()), *topics)
        blocks += [Divider(), SmallPrint((line(Span(corrections.EARLIER, bold=True)), *earlier))]
    else:
        blocks += [Section((entries.title(entry, entries.CARD_TITLE, bold=True),)), SmallPrint((entries.facts(entry, now, zone),))]
        blocks += [Section((each,)) for each in ((body,) if body else ()) + topics]
    blocks += () if validity else naming
    buttons = [
        Button(f"Latest CSMS: {entries.topic_name(context.catalog, slug)}", f"/csms latest {slug}") for slug in slugs[:3] if slug != "other"
    ]
    blocks += [*((Buttons(tuple(buttons)),) if buttons else ()), entries.caution([entry])]
    changed = [corrections.advice(each, how, now, zone) for each, how in changing]
    text = " ".join(filter(None, (warning, *changed, entries.screen_reader_text(entry, zone, link=True))))
    return Reply(text, tuple(blocks), subjects=(entry.key,), shareable=True)


def _topics(entry: Entry, slugs: tuple[str, ...], context: Context) -> tuple[Line, ...]:
    because = {hit.topic: hit.because for hit in entry.topics}
    about = [f"{entries.topic_name(context.catalog, slug)}{_matched(because[slug], context)}" for slug in slugs]
    return (line(Span("Topics: ", bold=True), "; ".join(about)),) if about else ()


def _changes(later: Entry, entry: Entry) -> str:
    """Return "replaces" or "corrects" if the later message says so of this one, else ""."""
    from jobs.relations import changed_by

    return changed_by(later).get(entry.number, "") if later.feed == entry.feed else ""


def _changing_blocks(changing: list[tuple[Entry, str]], context: Context) -> tuple[Block, ...]:
    lines: list[Line] = []
    for later, how in changing:
        instead = corrections.advice(later, how, context.now, context.zone)
        title = line(*entries.title(later, entries.BULLET_TITLE), *(f"{cards.SEPARATOR}{state}" for state in entries.states(later)))
        lines += [line(Span(instead, bold=True, link=cards.https_url(later.url))), title]
    return (Section(tuple(lines)),) if lines else ()


def _naming_blocks(entry: Entry, later: list[Entry], changed: bool, warned: bool, read: LastRead, context: Context) -> tuple[Block, ...]:
    """Return the later messages that mention the entry, or that there are none as of the last good read.

    `warned`: the answer begins with a warning that says when the feed was read.
    """
    if later:
        return (cards.heading("Mentioned in"), _bullets(later, context))
    if changed:
        return ()
    what, feed = "CSMS message" if entry.feed == "csms" else "message", freshness.feed_title(context, entry.feed)
    when = freshness.sentence_part(read, context.now, context.zone, feed[0].lower() + feed[1:] if feed.startswith("The") else feed)
    return (Section((line(f"No later {what} stored here mentions this one{'' if warned else f'; {when}'}."),)),)


def _bullets(listed: list[Entry], context: Context) -> Bullets:
    return Bullets(tuple(entries.bullet(each, entries.sent_day(each, context.now, context.zone)) for each in listed))


def _matched(because: str, context: Context) -> str:
    """Return why the message is about a topic, in brackets; a reason's own brackets become a colon."""
    reason = reasons.explain_topic(because, context.catalog)
    head, bracket, rest = reason.rpartition(" (") if reason.endswith(")") else (reason, "", "")
    return f" ({f'{head}: {rest[:-1]}' if bracket else reason})" if because else ""


def _later_messages(conn: Connection, entry: Entry) -> list[Entry]:
    """Return messages, newest first, that mention the entry's number and are not older."""
    if not entry.number:
        return []
    found = _mentions(conn, entry.number, samples=entry.sample)
    return entries.newest_first(each for each in found if each.number != entry.number and each.published >= entry.published)


def _mentions(conn: Connection, number: str, *, samples: bool) -> list[Entry]:
    """Return the messages that have the number, but not as a part of a longer one."""
    from jobs.store import entries as entry_store

    whole = re.compile(rf"(?<!\d){re.escape(number)}(?!\d)")
    found = entry_store.search(conn, number, _MAX_SEARCHED, samples=samples)
    return [each for each in found if whole.search(f"{each.title} {each.body or ''}")]


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
