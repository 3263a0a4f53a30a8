"""Show what a search found: what the messages have in common, how many there are, or that none matches."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from content.catalog import KINDS
from handlers import lookups
from handlers.messages import lists, operators
from handlers.messages.news import News, asks_to_be_sent
from handlers.messages.questions import tokens_of
from handlers.messages.search import MAX_ASKED
from handlers.replies import cards, dates, entries
from handlers.replies.reply import Button, Buttons, Reply
from jobs.models.search import Order
from jobs.search import MAX_COUNTED
from jobs.store import tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from handlers.command import Command, Context
    from handlers.messages.lists import Stored
    from handlers.messages.search import Found, Query


def listing(query: Query, found: Found, stored: Stored, context: Context, *, first: str) -> Reply:
    titled, others = found.page.titled, found.page.others
    title = _title(query, found, context)
    small = (
        "no message has all of these words; these have most of them" if found.partial else _counted(query, found),
        criteria(query, context),
        *_others(query),
        f"none contains {_quoted(found.missing)}" if found.missing else "",
        "the bot is still sorting the stored messages" if stored.sorting else "",
    )
    groups = (("With the words in the title", titled), ("With the words in the text", others))
    several = groups if titled and others else (("", titled or others),)
    return lists.listing(title, small, several, stored.read, context, _buttons(query, found), first)


def _others(query: Query) -> tuple[str, ...]:
    """Return which other words were looked for: "also with “duty” for “tariffs”"."""
    named = ((cards.quote(word.text), [cards.quote(each) for each in word.also if " " not in each]) for word in query.words)
    return tuple(f"also with {cards.join_names(others)} for {text}" for text, others in named if others)


def _counted(query: Query, found: Found) -> str:
    """Return how many messages were found, and their order."""
    count, on_page = found.page.count, len(found.entries)
    order = "best first" if _has_two_orders(query, found) and query.order is Order.BEST else "newest first"
    if query.asked.after is not None:
        return f"{on_page} more, {order}"
    counted = f"{count} found" if count is not None else f"more than {on_page if found.has_phrases else MAX_COUNTED} found"
    if query.topic and found.only_topic and count is not None and found.only_topic < count:
        counted += f": {count - found.only_topic} contain {_quoted(found.words)}, the others are on this topic"
    return counted + (f", {order}" if on_page > 1 else "")


def _has_two_orders(query: Query, found: Found) -> bool:
    """Return whether the best of the messages may be others than the newest."""
    if not query.words or found.partial:
        return False
    goes_on = found.page.end is not None or query.asked.after is not None or query.order is Order.NEWEST
    return goes_on or bool(found.page.titled and found.page.others)


def _buttons(query: Query, found: Found) -> tuple[Button, ...]:
    """Offer the next page, and the other order."""
    newest = query.order is Order.NEWEST and bool(query.words)
    order = f" {query.order}" if newest or query.asked.order else ""
    buttons = []
    if found.page.end is not None:
        buttons.append(Button("Older", f"/csms {query.typed} {operators.older(found.page.end)}{order}"))
    if _has_two_orders(query, found):
        other = Order.BEST if newest else Order.NEWEST
        typed = query.typed if newest and not query.newest_first else f"{query.typed} {other}"
        buttons.append(Button(f"{other.capitalize()} first", f"/csms {typed}"))
    return tuple(buttons)


def _title(query: Query, found: Found, context: Context) -> str:
    """Return what the listed messages have in common."""
    period = f" {query.period.phrase}" if query.period else ""
    quoted = _quoted(found.words)
    if query.news is News.TROUBLE:
        return f"Notices about outages and maintenance{f' that contain {quoted}' if found.words else ''}{period}"
    if query.newest:
        return f"{'CSMS messages' if query.asked.used else 'Latest CSMS messages'}{period}"
    if found.only_topic != 0:
        return f"Messages about {entries.topic_name(context.catalog, query.topic)}{period}"
    return f"Messages {'about' if found.partial else 'that contain'} {quoted}{period}"


def criteria(query: Query, context: Context) -> str:
    """Return what else the messages have in common: "topic Tariff actions; since 1 Jan 2026"."""
    asked, catalog = query.asked, context.catalog
    topics, feeds = partial(entries.topic_name, catalog), partial(entries.feed_name, catalog)
    named: tuple[tuple[str, tuple[str, ...], Callable[[str], str]], ...] = (
        ("topic", asked.topics, topics),
        ("kind", asked.kinds, str),
        ("feed", asked.feeds, feeds),
        ("without topic", asked.without_topics, topics),
        ("without kind", asked.without_kinds, str),
        ("without feed", asked.without_feeds, feeds),
        ("without", (*asked.without, *asked.without_phrases), cards.quote),
    )
    parts = [f"{name} {cards.join_names([show(each) for each in values])}" for name, values, show in named if values]
    parts += [f"since {dates.as_of(asked.since.isoformat())}"] if asked.since else []
    parts += [f"until {dates.as_of((asked.until - timedelta(days=1)).isoformat())}"] if asked.until else []
    return "; ".join(parts)


def count_sentence(query: Query, found: Found, stored: Stored, context: Context) -> str:
    """Return how many messages there are, in a sentence."""
    if query.newest and query.period is None:
        return f"The bot has {stored.describe(context.now, context.zone)}."
    count = found.page.count
    one = count == 1
    number = f"{count}" if count is not None else f"More than {len(found.entries) if found.has_phrases else MAX_ASKED:,}"
    contain = f" {'contains' if one else 'contain'} {_quoted(found.words)}" if found.words and not found.partial else ""
    about = f" {'is' if one else 'are'} about {_quoted(found.words)}" if found.partial else contain
    period = f" {query.period.phrase}" if query.period else ""
    return f"{number} stored message{'' if one else 's'}{about}{period}."


def no_message(query: Query, found: Found, stored: Stored, command: Command, context: Context) -> Reply:
    """Say that no message matches, and what was searched; then offer what of the content the words name."""
    if found.page.end is not None:
        day = dates.near_date(tokens.row_moment(found.page.end.row), context.now, context.zone)
        text = f"No message since {day} contains {_quoted(found.words)}. Older looks further back."
        return lists.none_stored(text, stored, context, _buttons(query, found)[:1])
    if query.asked.after is not None:
        return lists.none_stored("There are no older messages.", stored, context, (Button("Newest", f"/csms {query.typed}"),))
    words = tuple(word.text for word in query.words)
    trouble = "about an outage or maintenance" if query.news is News.TROUBLE else ""
    several = len(words) > 1 or " " in "".join(words)
    contains = f"contains {_quoted(words)}{', or most of these words' if several else ''}" if words else ""
    limits = criteria(query, context)
    text = f"No stored message {' '.join(filter(None, (trouble if contains else trouble and f'is {trouble}', contains)))}."
    if limits:
        text = f"{text[:-1].rstrip()} {'with these limits' if contains or trouble else 'is within these limits'}: {limits}."
    if not (trouble or contains or limits) or not stored.extents:
        text = "No CSMS messages are stored yet."
    named = lookups.find_name(" ".join(words), KINDS, context.catalog).subjects if words else ()
    offered = lookups.buttons(context.catalog, named, cards.MAX_CHOICES)
    below = (cards.heading("In the content"), Buttons(offered)) if offered else ()
    latest = (Button("Latest CSMS messages", "/csms latest"),) if stored.extents else ()
    reply = lists.none_stored(text, stored, context, (*latest, *subscribe_buttons(query, command)), below)
    return replace(reply, answered=not (words and stored.extents))


def subscribe_buttons(query: Query, command: Command) -> tuple[Button, ...]:
    """Offer a subscription to people who asked to be sent messages."""
    if command.person.external or not (query.topic or query.words) or not asks_to_be_sent(tokens_of(query.typed)):
        return ()
    what = query.topic or '"' + " ".join(word.text for word in query.words).replace('"', "") + '"'
    return (Button(f"Subscribe this {cards.channel_noun(command.channel)}", f"/csms subscribe {what}"),)


def _quoted(words: Sequence[str]) -> str:
    """Return the words that were searched; "serb*" is shown as “serb…”."""
    return cards.quote(" ".join(words).replace("*", "…"))


def with_buttons(reply: Reply, added: Sequence[Button]) -> Reply:
    """Return an answer with more buttons."""
    if not added:
        return reply
    buttons = next((block for block in reply.blocks if isinstance(block, Buttons)), None)
    if buttons is None:
        return replace(reply, blocks=(*reply.blocks[:-1], Buttons(tuple(added)), *reply.blocks[-1:]))
    return replace(reply, blocks=tuple(Buttons((*block.buttons, *added)) if block is buttons else block for block in reply.blocks))
