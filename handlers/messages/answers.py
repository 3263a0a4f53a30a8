"""Answer from the stored messages. Each function returns None if it has nothing to say, so that another can answer."""

from __future__ import annotations

from dataclasses import replace

from handlers.messages.newest import shows_samples
from handlers.messages.questions import asks_validity, find_number, is_news
from handlers.replies import cards
from handlers.replies.reply import Button, Buttons, Reply, refusal

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.command import Command, Context
    from handlers.messages.lists import Stored
    from handlers.messages.search import Found, Query
    from jobs.models.entries import Entry
    from jobs.store.database import Connection

NEEDS_BOT = "Only the running bot stores messages; tradebot ask --stored reads them too."
_AWAY = "The stored messages cannot be read right now, because the bot's database does not answer."

_MAX_PAGE = 99

_MIN_TERMS, _MIN_TERMS_INSTEAD = 3, 2
"""Words by which a question, beside a sure answer or in place of an unsure one, is compared with the messages."""
_MIN_SHARE = 0.75
"""The share of them, by weight, that a message has which follows a sure answer."""
_MAX_BESIDE = 2
_TRY = "Try fewer or other words."


def without_store(context: Context) -> str:
    """Return why no stored messages can be read."""
    from handlers.command import NoStore

    return _AWAY if context.no_store is NoStore.AWAY else NEEDS_BOT


def number_answer(words: str, command: Command, context: Context) -> Reply | None:
    """Answer a question that names a message by its number or link. Raises StoreNeeded."""
    number = find_number(words)
    if number is None:
        return None
    from handlers.messages import card

    db = context.database()
    if db is None:
        return card.unstored(number, f"CSMS {number}: {without_store(context)[0].lower()}{without_store(context)[1:]}")
    return card.by_number(number, db, context, samples=shows_samples(command), validity=asks_validity(words))


def news_answer(words: str, command: Command, context: Context) -> Reply | None:
    """Answer a question that asks for news, if there are any. Raises StoreNeeded."""
    if not is_news(words):
        return None
    if context.database() is None:
        text = without_store(context)
        return refusal(f"That is a question about CBP's messages. {text}", "", Button("Help", "/trade help"))
    return search_answer(words, command, context)


def search_answer(words: str, command: Command, context: Context, *, first: str = "", months: bool = True) -> Reply | None:
    """List the stored messages that a question is about. `first` opens the answer; `months` is as in `read_query`. Raises StoreNeeded."""
    db = context.database()
    if db is None:
        return None
    from handlers.messages import search

    words, page = read_page(words)
    query = search.read_query(words, context.catalog, context.now, context.zone, months=months)
    with db.read() as conn:
        found, query, note = _find(conn, query, command, context)
        stored = read_stored(conn, command, context)
    if not found.entries:
        return None
    return _listing(query, found, stored, context, page=page, first=" ".join(filter(None, (first, note))))


def _find(conn: Connection, query: Query, command: Command, context: Context) -> tuple[Found, Query, str]:
    """Search in the question's period; if nothing is from then, search without it, with a sentence that says so."""
    from handlers.messages import search

    samples = shows_samples(command)
    found = search.find(conn, query, context.zone, samples=samples)
    if found.entries or query.period is None:
        return found, query, ""
    note = f"No stored message {query.period.phrase}{' contains this' if query.terms else ''}. These are the newest from other days."
    query = replace(query, period=None)
    return search.find(conn, query, context.zone, samples=samples), query, note


def _listing(query: Query, found: Found, stored: Stored, context: Context, *, page: int, first: str) -> Reply:
    from handlers.messages.lists import MAX_LISTED, listing

    count, pages = len(found.entries), -(-len(found.entries) // MAX_LISTED)
    page = min(max(page, 1), pages)
    shown = slice((page - 1) * MAX_LISTED, page * MAX_LISTED)
    titled, in_text = found.titled[shown], found.entries[shown][len(found.titled[shown]) :]
    about = " ".join(query.terms)
    period = f" {query.period.phrase}" if query.period else ""
    title = f"Latest CSMS messages{period}"
    if about:
        title = f"Messages {'about' if found.partial else 'that contain'} {cards.quote(about)}{period}"
    small = (
        f"{count} found" + (", newest first" if count > 1 else "") + (f", page {page} of {pages}" if pages > 1 else ""),
        "no message has all of these words; these have most of them" if found.partial else "",
    )
    more = (Button("More", f"/csms {' '.join(query.words.split())[:200]} page {page + 1}"),) if page < pages else ()
    groups = (("With the words in the title", titled), ("With the words in the text", in_text))
    return listing(title, small, groups if titled and in_text else (("", titled or in_text),), stored.read, context, more, first)


def read_stored(conn: Connection, command: Command, context: Context) -> Stored:
    from handlers.messages.lists import Stored
    from handlers.replies import freshness
    from jobs.store import entries as entry_store

    return Stored(entry_store.extents(conn, samples=shows_samples(command)), freshness.read_feed(conn, context))


def beside(words: str, reply: Reply | None, command: Command, context: Context, buttons: Sequence[Button]) -> Reply:
    """Answer a question that names nothing of the content: `reply` is what the content says about it, or None.

    Messages that have nearly all of its words follow a sure answer; those with all of them precede one that is only the closest match.
    Without an answer of the content, messages with most of the words do. Raises StoreNeeded.
    """
    if reply is not None and (not reply.subjects or _has_no_store(context)):
        return reply
    if reply is None and _has_no_store(context):
        return nothing(words, command, context, buttons, content=True, hint=_TRY)
    from handlers.messages import search

    first = f"The content has no certain answer to {cards.quote(words)}."
    if reply is None:
        found = search_answer(words, command, context, first=first, months=False)
        return found or nothing(words, command, context, buttons, content=True, hint=_TRY)
    sure = cards.is_sure(reply)
    query = search.read_query(words, context.catalog, context.now, context.zone, months=False)
    if len(query.terms) < (_MIN_TERMS if sure else _MIN_TERMS_INSTEAD):
        return reply
    db = context.database()
    assert db is not None  # noqa: S101 - _has_no_store is false
    with db.read() as conn:
        found_here, query, note = _find(conn, query, command, context)
        stored = read_stored(conn, command, context)
    if not found_here.entries or note or found_here.share < (_MIN_SHARE if sure else 1.0):
        return reply
    if not sure:
        offered = tuple(button for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons)
        listed = _listing(query, found_here, stored, context, page=1, first=first)
        return replace(
            listed, blocks=(*listed.blocks, cards.heading("Closest in the content"), Buttons(offered)) if offered else listed.blocks
        )
    return _with_messages(reply, found_here.titled[:_MAX_BESIDE], stored, context) if found_here.titled else reply


def _with_messages(reply: Reply, found: Sequence[Entry], stored: Stored, context: Context) -> Reply:
    """Return an answer of the content, and below it the messages that have the words of its question."""
    from handlers.messages.newest import message_blocks

    blocks = message_blocks("Messages with these words", found, stored.read, context)
    end = next((place for place, block in enumerate(reply.blocks) if isinstance(block, Buttons)), len(reply.blocks))
    return replace(reply, blocks=(*reply.blocks[:end], *blocks, *reply.blocks[end:]))


def _has_no_store(context: Context) -> bool:
    from handlers.command import NoStore

    return context.db is None and context.no_store is not NoStore.DEFERRED


def nothing(words: str, command: Command, context: Context, buttons: Sequence[Button], *, content: bool = False, hint: str = "") -> Reply:
    """Say that nothing was found, and where the bot looked. Raises StoreNeeded."""
    db = context.database()
    if db is None:
        return cards.no_match(words, "in the content" if content else "", *buttons, hint=f"{hint} {without_store(context)}".strip())
    from handlers.messages.lists import nothing_found

    with db.read() as conn:
        stored = read_stored(conn, command, context)
    return nothing_found(words, stored, context, buttons, content=content, hint=hint)


def read_page(words: str) -> tuple[str, int]:
    """Return the words, and the page with which a button's command ends."""
    parts = words.split()
    if len(parts) > 1 and parts[-2] == "page" and parts[-1].isascii() and parts[-1].isdecimal() and 0 < int(parts[-1][:4]) <= _MAX_PAGE:
        return " ".join(parts[:-2]), int(parts[-1])
    return words, 1
