"""Answer from the stored messages. Each function returns None if it has nothing to say, so that another can answer."""

from __future__ import annotations

from dataclasses import replace

from handlers.messages.newest import shows_samples
from handlers.messages.questions import asks_validity, bare_numbers, document_numbers, find_number, named_number, news_asked
from handlers.replies import cards
from handlers.replies.reply import Button, Buttons, Reply, SmallPrint, line, refusal

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.command import Command, Context
    from handlers.messages.lists import Stored
    from handlers.messages.search import Found, Query
    from jobs.models.entries import Entry
    from jobs.store.database import Connection, Database

NEEDS_BOT = "Only the running bot stores messages; tradebot ask --stored reads them too."
_AWAY = "The stored messages cannot be read right now, because the bot's database does not answer."


_CANNOT_TELL = "The bot cannot see whether a system works right now. These are CBP's notices."

_MIN_TERMS, _MIN_TERMS_INSTEAD = 3, 2
"""Words by which a question, beside a sure answer or in place of an unsure one, is compared with the messages."""
_MIN_SHARE = 0.75
"""The share of them, by weight, that a message has which follows a sure answer."""
_MAX_BESIDE = 2
_MAX_OTHERS = 4
"""Buttons for further numbers in a question."""
_TRY = "Try fewer or other words."


def without_store(context: Context) -> str:
    """Return why no stored messages can be read."""
    from handlers.command import NoStore

    return _AWAY if context.no_store is NoStore.AWAY else NEEDS_BOT


def number_answer(words: str, command: Command, context: Context) -> Reply | None:
    """Answer a question that names a message by its number or link, or a stored document by its number alone. Raises StoreNeeded.

    In ordinary talk, eight digits may be a tariff number, a phone number or an entry, so only those of a message count that is stored, or
    that a stored message or the content names.
    """
    says_csms = command.verb == "csms" or _is_terminal(context)
    number = find_number(words) if says_csms else named_number(words)
    bare = [] if number is not None else [*bare_numbers(words), *document_numbers(words)]
    if number is None and not bare:
        return None
    from handlers.messages import card, coverage

    db = context.database()
    if number is None:
        number = _known_number(bare, db, context) if db is not None else None
    elif db is None:
        reply = card.unstored(number, f"CSMS {number}: {without_store(context)[0].lower()}{without_store(context)[1:]}")
        return replace(reply, blocks=(*reply.blocks, *coverage.cited_blocks(number, context)))
    if number is None or db is None:
        return None
    reply = card.by_number(number, db, context, samples=shows_samples(command), validity=asks_validity(words))
    others = tuple(Button(f"CSMS {each}", f"/csms {each}") for each in dict.fromkeys(bare_numbers(words)) if each != number)
    return replace(reply, blocks=(*reply.blocks, Buttons(others[:_MAX_OTHERS]))) if others else reply


def number_offers(words: str) -> tuple[Button, ...]:
    """Return a button for the first number in a text that may be that of a message, although none is stored."""
    return tuple(Button(f"CSMS {number}", f"/csms {number}") for number in bare_numbers(words)[:1])


def _is_terminal(context: Context) -> bool:
    """Whether the bot is not running: whoever types a number in `tradebot ask` means it."""
    from handlers.command import NoStore

    return context.db is None and context.no_store is NoStore.ABSENT


def _known_number(numbers: Sequence[str], db: Database, context: Context) -> str | None:
    from handlers.messages import coverage
    from jobs.store import entries as entry_store
    from jobs.store import readings

    with db.read() as conn:
        stored = next((each for each in numbers if entry_store.by_number(conn, each) is not None), None)
        named = stored or next((each for each in numbers if readings.naming(conn, "csms", [each])), None)
    return named or next((each for each in numbers if coverage.is_cited(each, context.catalog)), None)


def news_answer(words: str, command: Command, context: Context, *, from_content: bool = True) -> Reply | None:
    """Answer a question about the messages, also that none matches. Raises StoreNeeded.

    Return None for other questions, for one that stands in the content nearly word for word, and, `from_content`, for one that the
    content may know as well, unless a message has it in the title.
    """
    from handlers.messages.news import News

    asked = news_asked(words)
    if ("post" in words or "sen" in words or "shar" in words or "deliver" in words) and from_content:
        from handlers.messages import posted

        about_posts = posted.answer(words, command, context, without_store(context))
        if about_posts is not None:
            return about_posts
    if asked is News.TROUBLE and not _has_no_store(context) and not _is_listed(words, context):
        from handlers.messages import outages

        about_outages = outages.answer(words, command, context)
        if about_outages is not None:
            return about_outages
    if asked is None or _is_listed(words, context) or (asked in (News.HAPPENED, News.DATES) and _has_no_store(context)):
        return None
    db = context.database()
    if db is None:
        text = without_store(context)
        return refusal(f"That is a question about CBP's messages. {text}", "", Button("Help", "/trade help"))
    if asked is News.DATES:
        from handlers.messages import date_list

        with db.read() as conn:
            stored = read_stored(conn, command, context)
        return date_list.question_answer(words, db, stored, command, context)
    from handlers.messages import results, search, upcoming

    query = search.read_query(words, context.catalog, context.now, context.zone)
    with db.read() as conn:
        found, query, note = _find(conn, query, command, context, limit=upcoming.MAX_READ if asked is News.NEXT else search.MAX_LISTED)
        stored = read_stored(conn, command, context)
    if asked is News.HAPPENED and from_content and (note or not found.page.titled):
        return None
    if not found.entries:
        return results.no_message(query, found, stored, command, context)
    if asked is News.NEXT:
        return upcoming.listing(query, found, stored, context)
    if asked is News.COUNT and found.page.count is None:
        with db.read() as conn:
            found = search.counted(conn, query, found, context.zone, samples=shows_samples(command))
    is_over = query.period is not None and query.period.until is not None
    about_trouble = "" if is_over else _CANNOT_TELL
    first = {News.TROUBLE: about_trouble, News.COUNT: results.count_sentence(query, found, stored, context)}.get(asked, "")
    reply = results.listing(query, found, stored, context, first=" ".join(filter(None, (first if not note else "", note))))
    return results.with_buttons(reply, results.subscribe_buttons(query, command))


def _is_listed(words: str, context: Context) -> bool:
    from content.search.listed_questions import curated

    return curated(context.catalog, words) is not None


def search_answer(words: str, command: Command, context: Context, *, first: str = "", months: bool = True) -> Reply | None:
    """List the stored messages that a question is about. `first` opens the answer; `months` is as in `read_query`. Raises StoreNeeded."""
    db = context.database()
    if db is None:
        return None
    from handlers.messages import results, search

    query = search.read_query(words, context.catalog, context.now, context.zone, months=months)
    with db.read() as conn:
        found, query, note = _find(conn, query, command, context)
        stored = read_stored(conn, command, context)
    if not found.entries:
        return results.no_message(query, found, stored, command, context) if query.asked.used else None
    return results.listing(query, found, stored, context, first=" ".join(filter(None, (first, note))))


def _find(conn: Connection, query: Query, command: Command, context: Context, *, limit: int = 10) -> tuple[Found, Query, str]:
    """Search in the question's period; if nothing is from then, search without it, with a sentence that says so on the first page."""
    from handlers.messages import search
    from handlers.messages.news import News

    samples = shows_samples(command)
    found = search.find(conn, query, context.zone, samples=samples, limit=limit)
    if found.entries or query.period is None:
        return found, query, ""
    is_so = " contains this" if query.words else " is about an outage or maintenance" if query.news is News.TROUBLE else ""
    note = f"No stored message {query.period.phrase}{is_so}. These are the newest from other days."
    if query.asked.after is not None:  # a page that goes on with them
        note = ""
    query = replace(query, period=None)
    return search.find(conn, query, context.zone, samples=samples, limit=limit), query, note


def read_stored(conn: Connection, command: Command, context: Context) -> Stored:
    from handlers.messages.lists import Stored
    from handlers.replies import freshness
    from jobs.reclassify import is_pending
    from jobs.store import entries as entry_store

    return Stored(
        entry_store.extents(conn, samples=shows_samples(command)),
        freshness.read_feed(conn, context),
        not context.past and is_pending(conn, context.catalog),
    )


def beside(words: str, reply: Reply | None, command: Command, context: Context, buttons: Sequence[Button]) -> Reply:
    """Answer a question that names nothing of the content: `reply` is what the content says about it, or None.

    Messages that have nearly all of its words follow a sure answer; those with all of them precede one that is only the closest match.
    Without an answer of the content, messages with most of the words do. Raises StoreNeeded.
    """
    if reply is not None and (not reply.subjects or _has_no_store(context)):
        unsure = bool(reply.subjects) and not cards.is_sure(reply)
        return replace(reply, blocks=(*reply.blocks, SmallPrint((line(without_store(context)),)))) if unsure else reply
    if reply is None and _has_no_store(context):
        return nothing(words, command, context, buttons, content=True, hint=_TRY)
    sure = reply is not None and cards.is_sure(reply)
    about_messages = None if sure else news_answer(words, command, context, from_content=False)
    if about_messages is not None:
        return about_messages
    from handlers.messages import results, search
    from handlers.messages.news import News

    first = f"The content has no certain answer to {cards.quote(words)}."
    if reply is None:
        found = search_answer(words, command, context, first=first, months=False)
        return found or nothing(words, command, context, buttons, content=True, hint=_TRY)
    query = search.read_query(words, context.catalog, context.now, context.zone, months=False)
    if query.news is not News.HAPPENED and len(query.words) < (_MIN_TERMS if sure else _MIN_TERMS_INSTEAD):
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
        listed = results.listing(query, found_here, stored, context, first=first)
        return replace(
            listed, blocks=(*listed.blocks, cards.heading("Closest in the content"), Buttons(offered)) if offered else listed.blocks
        )
    return _with_messages(reply, found_here.page.titled[:_MAX_BESIDE], stored, context) if found_here.page.titled else reply


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
