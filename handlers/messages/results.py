"""Show what a search found: what the messages have in common, how many there are, or that none matches."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from content.catalog import KINDS
from handlers import lookups
from handlers.messages import lists
from handlers.messages.news import News, asks_to_be_sent
from handlers.messages.questions import tokens_of
from handlers.messages.search import MAX_FOUND
from handlers.replies import cards, entries
from handlers.replies.reply import Button, Buttons, Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.command import Command, Context
    from handlers.messages.lists import Stored
    from handlers.messages.search import Found, Query


def listing(query: Query, found: Found, stored: Stored, context: Context, *, page: int, first: str) -> Reply:
    count, pages = len(found.entries), -(-len(found.entries) // lists.MAX_LISTED)
    page = min(max(page, 1), pages)
    shown = slice((page - 1) * lists.MAX_LISTED, page * lists.MAX_LISTED)
    titled, in_text = found.titled[shown], found.entries[shown][len(found.titled[shown]) :]
    title = _title(query, found, context)
    counted = f"{count} found"
    if query.topic and 0 < found.only_topic < count:
        counted += f": {count - found.only_topic} contain {_quoted(found.terms)}, the others are on this topic"
    small = (
        counted + (", newest first" if count > 1 else "") + (f", page {page} of {pages}" if pages > 1 else ""),
        "no message has all of these words; these have most of them" if found.partial else "",
        f"none contains {_quoted(found.missing)}" if found.missing else "",
    )
    more = (Button("More", f"/csms {' '.join(query.words.split())[:200]} page {page + 1}"),) if page < pages else ()
    groups = (("With the words in the title", titled), ("With the words in the text", in_text))
    return lists.listing(title, small, groups if titled and in_text else (("", titled or in_text),), stored.read, context, more, first)


def _title(query: Query, found: Found, context: Context) -> str:
    """Return what the listed messages have in common."""
    period = f" {query.period.phrase}" if query.period else ""
    quoted = _quoted(found.terms)
    if query.news is News.TROUBLE:
        return f"Notices about outages and maintenance{f' that contain {quoted}' if found.terms else ''}{period}"
    if query.newest:
        return f"Latest CSMS messages{period}"
    if found.only_topic:
        return f"Messages about {entries.topic_name(context.catalog, query.topic)}{period}"
    if found.inside_words:
        return f"Messages with {quoted}, also inside other words"
    return f"Messages {'about' if found.partial else 'that contain'} {quoted}{period}"


def count_sentence(query: Query, found: Found, stored: Stored, context: Context) -> str:
    """Return how many messages there are, in a sentence."""
    if query.newest and query.period is None:
        return f"The bot has {stored.describe(context.now, context.zone)}."
    number = len(found.entries)
    contain = f" {'contain' if number != 1 else 'contains'} {_quoted(found.terms)}" if found.terms and not found.partial else ""
    about = f" {'are' if number != 1 else 'is'} about {_quoted(found.terms)}" if found.partial else contain
    period = f" {query.period.phrase}" if query.period else ""
    return f"{number} stored message{'s' if number != 1 else ''}{about}{period}{', or more' if number >= MAX_FOUND else ''}."


def no_message(query: Query, stored: Stored, command: Command, context: Context) -> Reply:
    """Say that no message matches, and what was searched; then offer what of the content the words name."""
    trouble = "about an outage or maintenance" if query.news is News.TROUBLE else ""
    several = len(query.terms) > 1 or " " in "".join(query.terms)
    contains = f"contains {_quoted(query.terms)}{', or most of these words' if several else ''}" if query.terms else ""
    text = f"No stored message {' '.join(filter(None, (trouble if contains else trouble and f'is {trouble}', contains)))}."
    if not (trouble or contains) or not stored.extents:
        text = "No CSMS messages are stored yet."
    named = lookups.find_name(" ".join(query.terms), KINDS, context.catalog).subjects if query.terms else ()
    offered = lookups.buttons(context.catalog, named, cards.MAX_CHOICES)
    below = (cards.heading("In the content"), Buttons(offered)) if offered else ()
    latest = (Button("Latest CSMS messages", "/csms latest"),) if stored.extents else ()
    reply = lists.none_stored(text, stored, context, (*latest, *subscribe_buttons(query, command)), below)
    return replace(reply, answered=not (query.terms and stored.extents))


def subscribe_buttons(query: Query, command: Command) -> tuple[Button, ...]:
    """Offer a subscription to people who asked to be sent messages."""
    if command.person.external or not (query.topic or query.terms) or not asks_to_be_sent(tokens_of(query.words)):
        return ()
    what = query.topic or '"' + " ".join(query.terms).replace('"', "") + '"'
    return (Button(f"Subscribe this {cards.channel_noun(command.channel)}", f"/csms subscribe {what}"),)


def _quoted(terms: Sequence[str]) -> str:
    """Return the words that were searched; "serb*" is shown as “serb…”."""
    return cards.quote(" ".join(terms).replace("*", "…"))


def with_buttons(reply: Reply, added: Sequence[Button]) -> Reply:
    """Return an answer with more buttons."""
    if not added:
        return reply
    buttons = next((block for block in reply.blocks if isinstance(block, Buttons)), None)
    if buttons is None:
        return replace(reply, blocks=(*reply.blocks[:-1], Buttons(tuple(added)), *reply.blocks[-1:]))
    return replace(reply, blocks=tuple(Buttons((*block.buttons, *added)) if block is buttons else block for block in reply.blocks))
