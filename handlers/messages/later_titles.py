"""Later messages whose titles are the same as a message's, or nearly: whoever asks whether it is still valid must see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.replies import cards, entries
from handlers.replies.reply import Block, Bullets, SmallPrint, line
from jobs import search
from jobs.continuations import later_alike, title_words
from jobs.models.search import Order, Search
from jobs.tokens import feed_term, read_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.command import Context
    from jobs.models.entries import Entry
    from jobs.store.database import Connection

_MAX_SHOWN = 3
_MAX_READ = 20
_MAX_WORDS = 12

_NOTE = "The bot found these by their titles. CBP\u2019s messages do not say that they replace this one."


def load(conn: Connection, entry: Entry) -> tuple[Entry, ...]:
    """Return the later messages of the feed with the same or nearly the same title, newest first."""
    words = title_words(entry.title)
    if not words or entry.routine:
        return ()
    sought = Search(read_words(words[:_MAX_WORDS]), filters=(feed_term(entry.feed),), since=entry.published)
    page = search.find(conn, sought, _MAX_READ, Order.BEST)
    return tuple(each for each in later_alike(entry, page.titled) if not each.held)


def blocks(entry: Entry, later: Sequence[Entry], context: Context) -> tuple[Block, ...]:
    if not later:
        return ()
    shown = later[:_MAX_SHOWN]
    bullets = tuple(entries.bullet(each, entries.sent_day(each, context.now, context.zone)) for each in shown)
    more = (line(f"\u2026 and {len(later) - len(shown)} more"),) if len(later) > len(shown) else ()
    return (cards.heading(_heading(entry, later)), Bullets((*bullets, *more)), SmallPrint((line(_NOTE),)))


def sentence(entry: Entry, later: Sequence[Entry]) -> str:
    """Return the same for the text of the answer."""
    return f"{_heading(entry, later)}: {', '.join(each.number for each in later[:_MAX_SHOWN])}." if later else ""


def _heading(entry: Entry, later: Sequence[Entry]) -> str:
    is_same = all(title_words(each.title) == title_words(entry.title) for each in later)
    return f"Later with the same{'' if is_same else ' or nearly the same'} title"
