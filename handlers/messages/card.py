"""One CSMS message: its card, or what can be said about a number that is not stored.

Cards say what is stored, never what is in force: the bot may not have read a later message.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlers.messages.questions import MIN_NUMBER
from handlers.replies import cards, entries, freshness, reasons
from handlers.replies.reply import Block, Bullets, Button, Buttons, Reply, Section, SmallPrint, Span, line
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

_CHANGES = {"replaces": "Replaced by a later message", "corrects": "Corrected by a later message"}


def by_number(number: str, db: Database, context: Context, *, samples: bool, validity: bool = False) -> Reply:
    """Return the card, the page's address, or why the number cannot be right. `validity`: later messages stand on top."""
    from jobs.store import entries as entry_store

    with db.read() as conn:
        entry = entry_store.by_number(conn, number)
        if entry is not None:
            later = _later_messages(conn, entry)
            return card(entry, later, freshness.read_feed(conn, context, entry.feed), context, validity=validity)
        read = freshness.read_feed(conn, context)
        mentions = entry_store.search(conn, number, _MAX_MENTIONS, samples=samples)
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
    """Return the card of a message. A later message that changes it stands above it, others that mention it below."""
    now, zone = context.now, context.zone
    feed = freshness.feed_title(context, entry.feed)
    warning = freshness.warning(read, now, zone, feed)
    changing = {each.id: how for each in later if (how := _changes(each, entry))}
    above = [*_changing_blocks([each for each in later if each.id in changing], changing, context)]
    naming = _naming_blocks(entry, [each for each in later if each.id not in changing], bool(changing), read, context)
    blocks: list[Block] = [*freshness.warning_blocks(warning), *above, *(naming if validity else ())]
    blocks += [Section((entries.title(entry, entries.CARD_TITLE, bold=True),)), SmallPrint((entries.facts(entry, now, zone),))]
    body = entries.excerpt(entry)
    if body is not None:
        blocks.append(Section((body,)))
    because = {hit.topic: hit.because for hit in entry.topics}
    slugs = entries.sort_topics(context.catalog, because)
    if slugs:
        about = [f"{entries.topic_name(context.catalog, slug)}{_matched(because[slug], context)}" for slug in slugs]
        blocks.append(Section((line(Span("Topics: ", bold=True), "; ".join(about)),)))
    blocks += () if validity else naming
    buttons = [
        Button(f"Latest CSMS: {entries.topic_name(context.catalog, slug)}", f"/csms latest {slug}") for slug in slugs[:3] if slug != "other"
    ]
    blocks += [*((Buttons(tuple(buttons)),) if buttons else ()), entries.caution([entry])]
    changed = f"{_CHANGES[next(iter(changing.values()))]}. " if changing else ""
    text = f"{warning} {changed}{entries.screen_reader_text(entry, zone, link=True)}".strip()
    return Reply(text, tuple(blocks), subjects=(entry.key,), shareable=True)


def _changes(later: Entry, entry: Entry) -> str:
    """Return "replaces" or "corrects" if the later message says so of this one, else ""."""
    from jobs.relations import changed_by

    return changed_by(later).get(entry.number, "") if later.feed == entry.feed else ""


def _changing_blocks(later: list[Entry], changing: dict[int, str], context: Context) -> tuple[Block, ...]:
    if not later:
        return ()
    how = "replaces" if "replaces" in changing.values() else "corrects"
    return (cards.heading(_CHANGES[how]), _bullets(later, context))


def _naming_blocks(entry: Entry, later: list[Entry], changed: bool, read: LastRead, context: Context) -> tuple[Block, ...]:
    """Return the later messages that mention the entry, or that there are none as of the last good read."""
    if later:
        return (cards.heading("Mentioned in"), _bullets(later, context))
    if changed:
        return ()
    what, feed = "CSMS message" if entry.feed == "csms" else "message", freshness.feed_title(context, entry.feed)
    when = freshness.sentence_part(read, context.now, context.zone, feed[0].lower() + feed[1:] if feed.startswith("The") else feed)
    return (Section((line(f"No later {what} stored here mentions this one; {when}."),)),)


def _bullets(listed: list[Entry], context: Context) -> Bullets:
    return Bullets(tuple(entries.bullet(each, entries.sent_day(each, context.now, context.zone)) for each in listed))


def _matched(because: str, context: Context) -> str:
    return f" ({reasons.explain_topic(because, context.catalog)})" if because else ""


def _later_messages(conn: Connection, entry: Entry) -> list[Entry]:
    """Return messages, newest first, that mention the entry's number and are not older."""
    from jobs.store import entries as entry_store

    if not entry.number:
        return []
    whole = re.compile(rf"(?<!\d){re.escape(entry.number)}(?!\d)")
    found = entry_store.search(conn, entry.number, _MAX_SEARCHED, samples=entry.sample)
    return entries.newest_first(
        each
        for each in found
        if each.number != entry.number and each.published >= entry.published and whole.search(f"{each.title} {each.body or ''}")
    )


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
