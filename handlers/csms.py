"""/csms: one CSMS message by its number, a search over what is stored, and the latest.

Says what we hold, never what is "in force": a later message may exist that we have not read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlers import lookups
from handlers.here import noun
from handlers.replies import cards, dates
from handlers.replies import entries as updates
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Reply, Section, SmallPrint, Span, line
from handlers.subscriptions.names import vocabulary
from jobs.csms import hex_url

if TYPE_CHECKING:
    from handlers.command import Command, Context
    from jobs.models import Entry
    from jobs.store.database import Connection

FOUND = 10
"""Entries in a list."""

NAMING = 50
"""Messages that are looked at for naming another."""

FIRST = 39_600_000
"""CSMS numbers of eight digits begin about here, on 1 July 2019."""

# [0-9], not \d, which takes the digits of every script
_ALONE = re.compile(r"#?\s*([0-9](?:\s?[0-9]){6,8}|[0-9]{2}-[0-9]{6})\s*\??")
_LABELLED = re.compile(r"\bcsms\s*+(?:#|no\.?|number)?+\s*+([0-9]{4,12}|[0-9]{2}-[0-9]{6})(?![0-9])", re.IGNORECASE)
_LEGACY = re.compile(r"[0-9]{2}-[0-9]{6}")


def csms(words: str, command: Command, context: Context) -> Reply:
    """A number anywhere behind "CSMS", or alone, is that message; other words are searched for; no words: the latest."""
    if not words.strip():
        return latest("", command, context)
    named = _LABELLED.search(words) or _ALONE.fullmatch(words.strip())
    if named is not None:
        return numbered("".join(named[1].split()), command, context)
    return search(words, command, context)


def numbered(number: str, command: Command, context: Context) -> Reply:
    """The message with this number; else where it would be, or what is odd about the number."""
    if context.db is None:
        return elsewhere(number, "Messages are kept by the running bot, and this is not it.")
    from jobs.store import entries

    with context.db.read() as connection:
        entry = entries.by_number(connection, number)
        if entry is not None:
            return card(entry, naming(connection, entry), context)
        mentions = entries.search(connection, number, FOUND, samples=_samples(command))
    reply = elsewhere(number, "No message with this number is stored here.")
    if not mentions:
        return reply
    listed = Bullets(tuple(updates.bullet(each, updates.sent_day(each, context.now, context.zone)) for each in mentions))
    return Reply(reply.text, (*reply.blocks, cards.heading("Stored messages that name it"), listed, updates.caution(mentions)))


def card(entry: Entry, later: list[Entry], context: Context) -> Reply:
    """The message, why it is about its topics, and what we hold that names it."""
    zone = context.zone
    blocks: list[Block] = [Section((updates.title(entry, updates.CARD_TITLE, bold=True),)), SmallPrint((updates.facts(entry, zone),))]
    body = updates.extract(entry)
    if body is not None:
        blocks.append(Section((body,)))
    because = {hit.topic: hit.because for hit in entry.topics}
    slugs = updates.in_order(context.catalog, because)
    if slugs:
        about = [f"{updates.topic_name(context.catalog, slug)}{f' ({because[slug]})' if because[slug] else ''}" for slug in slugs]
        blocks.append(Section((line(Span("Topics: ", bold=True), "; ".join(about)),)))
    if later:
        blocks.append(cards.heading("Named in"))
        blocks.append(Bullets(tuple(updates.bullet(each, updates.sent_day(each, context.now, zone)) for each in later)))
    else:
        checked = dates.clock(context.now, zone)
        blocks.append(
            Section((line(f"No later {'CSMS' if entry.feed == 'csms' else 'message'} that we hold names this one, checked {checked}."),))
        )
    buttons = [
        Button(f"Latest: {updates.topic_name(context.catalog, slug)}", f"/csms latest {slug}") for slug in slugs[:3] if slug != "other"
    ]
    blocks += [*((Buttons(tuple(buttons)),) if buttons else ()), updates.caution([entry])]
    return Reply(updates.spoken(entry, zone), tuple(blocks), subjects=(entry.key,), shareable=True)


def naming(connection: Connection, entry: Entry) -> list[Entry]:
    """Stored messages that were sent after this one and name its number, newest first."""
    from jobs.store import entries

    if not entry.number:
        return []
    whole = re.compile(rf"(?<!\d){re.escape(entry.number)}(?!\d)")
    found = entries.search(connection, entry.number, NAMING, samples=entry.sample)
    return updates.newest_first(
        each
        for each in found
        if each.number != entry.number and each.published >= entry.published and whole.search(f"{each.title} {each.body or ''}")
    )


def elsewhere(number: str, why: str) -> Reply:
    """What the number itself says: the official page that it leads to, or why it leads to none."""
    if _LEGACY.fullmatch(number):
        note = "Numbers like this one are from before July 2019, and no page can be worked out from them. CBP's archive lists them."
        archive = Span("CSMS archive on CBP.gov", link="https://www.cbp.gov/document/publications/csms-archive")
        return Reply(f"CSMS {number}. {why} {note}", (_said(number, why), Section((line(f"{note} ", archive),))))
    if len(number) != 8 or int(number) < FIRST:
        odd = f"has {len(number)} digits" if len(number) != 8 else "is too low"
        note = f"CSMS numbers have eight digits, and begin at about {FIRST} in July 2019; this one {odd}."
        return Reply(f"CSMS {number}. {why} {note}", (_said(number, why), Section((line(note),))))
    page = hex_url(number)
    note = "If CBP sent one, this is its official page. The address is worked out from the number; nobody has looked whether it is there."
    link = Span(f"CSMS {number} at GovDelivery", link=page)
    return Reply(
        f"CSMS {number}. {why} {note} {page}", (_said(number, why), Section((line(link), line(note)))), subjects=(f"csms:{number}",)
    )


def _said(number: str, why: str) -> Section:
    return Section((line(Span(f"CSMS {number}", bold=True), f": {why[0].lower()}{why[1:]}"),))


def search(words: str, command: Command, context: Context) -> Reply:
    """Stored messages with all of these words, in the title before the body, newest first."""
    everywhere = Button("Look in everything else", f"/trade {' '.join(words.split())[:200]}")
    if context.db is None:
        return cards.nothing(words, "here: messages are kept by the running bot, and this is not it", everywhere)
    from jobs.store import entries

    with context.db.read() as connection:
        found = entries.search(connection, words, FOUND, samples=_samples(command))
    if not found:
        return cards.nothing(words, "in the stored messages", everywhere, Button("Latest CSMS", "/csms latest"))
    said = f"Messages with {cards.quoted(words)}"
    small = f"{len(found)} found, newest first" if len(found) < FOUND else f"the first {FOUND}; more words narrow it down"
    return _list(said, small, found, context, ())


def latest(words: str, command: Command, context: Context) -> Reply:
    """The newest CSMS messages, all or about a topic."""
    topic = _topic(words, context)
    if isinstance(topic, Reply):
        return topic
    about = f": {updates.topic_name(context.catalog, topic)}" if topic else ""
    if context.db is None:
        said = "Messages are kept by the running bot, and this is not it."
        return Reply(said, (Section((line(Span(said, bold=True)), line("Ask for one by its number: /csms 69851916"))),), ok=False)
    from jobs.store import entries

    feeds = ("csms", "sample") if _samples(command) else ("csms",)
    with context.db.read() as connection:
        found = entries.latest(connection, feeds, topic, FOUND)
    subscribe = Button(f"Subscribe this {noun(command.channel)}", f"/csms subscribe {topic}".strip() if topic else "/csms subscribe")
    if not found:
        said = f"No CSMS messages{f' about {updates.topic_name(context.catalog, topic)}' if topic else ''} are stored yet."
        every = (Button("Latest CSMS", "/csms latest"),) if topic else ()
        return Reply(said, (Section((line(Span(said, bold=True)),)), Buttons((*every, subscribe))))
    small = f"the newest {len(found)} of those stored" if len(found) == FOUND else f"all {len(found)} that are stored"
    return _list(f"Latest CSMS messages{about}", small, found, context, (subscribe,))


def _list(title: str, small: str, found: list[Entry], context: Context, buttons: tuple[Button, ...]) -> Reply:
    items = tuple(updates.bullet(entry, updates.sent_day(entry, context.now, context.zone)) for entry in found)
    spoken = " ".join(f"{place}. {updates.spoken(entry, context.zone, most=updates.BULLET_TITLE)}" for place, entry in enumerate(found, 1))
    blocks: list[Block] = [Header(title), SmallPrint((line(small),)), Bullets(items)]
    if buttons:
        blocks.append(Buttons(buttons))
    return Reply(f"{title}. {spoken}", (*blocks, updates.caution(found)), subjects=tuple(entry.key for entry in found), shareable=True)


def _topic(words: str, context: Context) -> str | Reply | None:
    """The topic that is meant; None without words; a Reply when it is not clear."""
    if not words.strip():
        return None
    known = vocabulary(context.catalog).longest(words.split())
    if known is not None and known.kind == "topic" and known.words == len(words.split()) and len(known.slugs) == 1:
        return known.slugs[0]
    slugs = [topic.slug for topic in context.catalog.topics]
    match = lookups.find(words, ("pti", "topic"), context.catalog)
    meant = list(dict.fromkeys(slug for subject in match.subjects if (slug := subject.partition(":")[2]) in slugs))
    if len(meant) == 1 and match.sure:
        return meant[0]
    buttons = tuple(Button(updates.topic_name(context.catalog, slug), f"/csms latest {slug}") for slug in meant[:3])
    if meant:
        said = f"Not sure which topic {cards.quoted(words)} means."
        names = " or ".join(updates.topic_name(context.catalog, slug) for slug in meant[:3])
        lines = (line(Span(said, bold=True), f" Did you mean {names}?"),)
        return Reply(
            f"{said} Did you mean {names}?", (Section(lines), Buttons(buttons)), subjects=tuple(f"topic:{slug}" for slug in meant[:3])
        )
    return cards.nothing(
        words,
        "among the topics",
        Button("Search the messages", f"/csms {' '.join(words.split())[:200]}"),
        Button("Latest CSMS", "/csms latest"),
    )


def _samples(command: Command) -> bool:
    """Samples are shown where they are published, and nowhere else."""
    from jobs.matching import SAMPLE_PLATFORM

    return command.channel is not None and command.channel.platform == SAMPLE_PLATFORM
