"""/csms: a message by number, a search, and the latest messages.

Replies say what is stored, never what is in force: the bot may not have read a later message.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlers import lookups
from handlers.replies import cards, dates, entries, reasons
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Reply, Section, SmallPrint, Span, line, refusal
from handlers.subscriptions.names import vocabulary
from jobs.csms import hex_url

if TYPE_CHECKING:
    from handlers.command import Command, Context
    from jobs.models import Entry
    from jobs.store.database import Connection

_MAX_ENTRIES = 10

_MAX_SEARCHED = 50
"""Messages searched for later ones that mention a message."""

MIN_NUMBER = 39_600_000
"""Eight-digit CSMS numbers begin about here, on 1 July 2019."""

# [0-9] and not \d, which matches the digits of every script
_NUMBER = re.compile(r"#?\s*([0-9](?:\s?[0-9]){6,8}|[0-9]{2}-[0-9]{6})\s*\??")
_LABELLED = re.compile(r"\bcsms\s*+(?:#|no\.?|number)?+\s*+([0-9]{4,12}|[0-9]{2}-[0-9]{6})(?![0-9])", re.IGNORECASE)
_LEGACY = re.compile(r"[0-9]{2}-[0-9]{6}")


def csms(words: str, command: Command, context: Context) -> Reply:
    if not words.strip():
        return latest("", command, context)
    match = _LABELLED.search(words) or _NUMBER.fullmatch(words.strip())
    if match is not None:
        return _by_number("".join(match[1].split()), command, context)
    return _search(words, command, context)


def _by_number(number: str, command: Command, context: Context) -> Reply:
    """Return the card, the page's address, or why the number cannot be right."""
    if context.db is None:
        return _unstored(number, f"CSMS {number}: only the running bot stores messages.")
    from jobs.store import entries as entry_store

    with context.db.read() as conn:
        entry = entry_store.by_number(conn, number)
        if entry is not None:
            return card(entry, _later_messages(conn, entry), context)
        mentions = entry_store.search(conn, number, _MAX_ENTRIES, samples=_samples(command))
    reply = _unstored(number, f"The bot has no CSMS message {number}.")
    if not mentions:
        return reply
    listed = Bullets(tuple(entries.bullet(each, entries.sent_day(each, context.now, context.zone)) for each in mentions))
    return Reply(reply.text, (*reply.blocks, cards.heading("Stored messages that mention it"), listed, entries.caution(mentions)))


def card(entry: Entry, later: list[Entry], context: Context) -> Reply:
    zone = context.zone
    blocks: list[Block] = [Section((entries.title(entry, entries.CARD_TITLE, bold=True),)), SmallPrint((entries.facts(entry, zone),))]
    body = entries.excerpt(entry)
    if body is not None:
        blocks.append(Section((body,)))
    because = {hit.topic: hit.because for hit in entry.topics}
    slugs = entries.sort_topics(context.catalog, because)
    if slugs:
        about = [f"{entries.topic_name(context.catalog, slug)}{_matched(because[slug], context)}" for slug in slugs]
        blocks.append(Section((line(Span("Topics: ", bold=True), "; ".join(about)),)))
    if later:
        blocks.append(cards.heading("Mentioned in"))
        blocks.append(Bullets(tuple(entries.bullet(each, entries.sent_day(each, context.now, zone)) for each in later)))
    else:
        what, checked = "CSMS message" if entry.feed == "csms" else "message", dates.clock(context.now, zone)
        blocks.append(Section((line(f"No later {what} stored here mentions this one (checked {checked})."),)))
    buttons = [
        Button(f"Latest CSMS: {entries.topic_name(context.catalog, slug)}", f"/csms latest {slug}") for slug in slugs[:3] if slug != "other"
    ]
    blocks += [*((Buttons(tuple(buttons)),) if buttons else ()), entries.caution([entry])]
    return Reply(entries.screen_reader_text(entry, zone), tuple(blocks), subjects=(entry.key,), shareable=True)


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


def _unstored(number: str, first: str) -> Reply:
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


def _search(words: str, command: Command, context: Context) -> Reply:
    """List the messages with all words, newest first. If there are too many, keep matches in the title."""
    everywhere = Button("Search everything else", f"/trade {' '.join(words.split())[:200]}")
    if context.db is None:
        return cards.no_match(words, "here: only the running bot stores messages", everywhere)
    from jobs.store import entries as entry_store

    with context.db.read() as conn:
        found = entries.newest_first(entry_store.search(conn, words, _MAX_ENTRIES, samples=_samples(command)))
    if not found:
        return cards.no_match(words, "in the stored messages", everywhere, Button("Latest CSMS messages", "/csms latest"))
    title = f"Messages that contain {cards.quote(words)}"
    few = len(found) < _MAX_ENTRIES
    small = f"{len(found)} found, newest first" if few else f"the first {_MAX_ENTRIES}; to narrow the search, add words"
    return _list(title, small, found, context, ())


def latest(words: str, command: Command, context: Context) -> Reply:
    topic = _topic(words, context)
    if isinstance(topic, Reply):
        return topic
    about = f": {entries.topic_name(context.catalog, topic)}" if topic else ""
    if context.db is None:
        return refusal("Only the running bot stores messages.", "You can look up a message by its number: /csms 69851916")
    from jobs.store import entries as entry_store

    feeds = ("csms", "sample") if _samples(command) else ("csms",)
    with context.db.read() as conn:
        found = entry_store.latest(conn, feeds, topic, _MAX_ENTRIES)
    subscribe = Button(
        f"Subscribe this {cards.channel_noun(command.channel)}", f"/csms subscribe {topic}".strip() if topic else "/csms subscribe"
    )
    if not found:
        text = f"No CSMS messages{f' about {entries.topic_name(context.catalog, topic)}' if topic else ''} are stored yet."
        every = (Button("Latest CSMS messages", "/csms latest"),) if topic else ()
        return Reply(text, (cards.heading(text), Buttons((*every, subscribe))))
    small = f"the {len(found)} newest stored messages" if len(found) == _MAX_ENTRIES else f"all {len(found)} stored messages"
    small = "the only stored message" if len(found) == 1 else small
    return _list(f"Latest CSMS{about or ' messages'}", small, found, context, (subscribe,))


def _list(title: str, small: str, found: list[Entry], context: Context, buttons: tuple[Button, ...]) -> Reply:
    items = tuple(entries.bullet(entry, entries.sent_day(entry, context.now, context.zone)) for entry in found)
    listed = " ".join(
        f"{number}. {entries.screen_reader_text(entry, context.zone, most=entries.BULLET_TITLE)}" for number, entry in enumerate(found, 1)
    )
    blocks: list[Block] = [Header(title), SmallPrint((line(small),)), Bullets(items)]
    if buttons:
        blocks.append(Buttons(buttons))
    return Reply(f"{title}. {listed}", (*blocks, entries.caution(found)), subjects=tuple(entry.key for entry in found), shareable=True)


def _topic(words: str, context: Context) -> str | Reply | None:
    """Return the topic that the words mean, None without words, or a Reply if that is unclear."""
    if not words.strip():
        return None
    known = vocabulary(context.catalog).longest_match(words.split())
    if known is not None and known.kind == "topic" and known.words == len(words.split()) and len(known.slugs) == 1:
        return known.slugs[0]
    slugs = [topic.slug for topic in context.catalog.topics]
    match = lookups.find(words, ("pti", "topic"), context.catalog)
    meant = list(dict.fromkeys(slug for subject in match.subjects if (slug := subject.partition(":")[2]) in slugs))
    if len(meant) == 1 and match.sure:
        return meant[0]
    buttons = tuple(Button(entries.topic_name(context.catalog, slug), f"/csms latest {slug}") for slug in meant[:3])
    if meant:
        text = f"The bot is not sure which topic you mean by {cards.quote(words)}."
        names = " or ".join(entries.topic_name(context.catalog, slug) for slug in meant[:3])
        lines = (line(Span(text, bold=True), f" Did you mean {names}?"),)
        return Reply(
            f"{text} Did you mean {names}?", (Section(lines), Buttons(buttons)), subjects=tuple(f"topic:{slug}" for slug in meant[:3])
        )
    search = Button("Search messages", f"/csms {' '.join(words.split())[:200]}")
    return cards.no_match(words, "in the topics", search, Button("Latest CSMS messages", "/csms latest"))


def _samples(command: Command) -> bool:
    from jobs.matching import SAMPLE_PLATFORM

    return command.channel is not None and command.channel.platform == SAMPLE_PLATFORM
