"""How far the stored messages reach that could say something about another message, and what the content says that cites it.

A new installation has only the last hundred messages of CBP's feed, and an imported archive may end before they begin.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from content.search.statements import passages
from handlers.replies import cards, dates
from handlers.replies.reply import Block, Bullets, line

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from content.catalog import Catalog
    from handlers.command import Context
    from jobs.store.database import Connection

_MAX_GAP = timedelta(days=14)
"""CBP has never been silent for so long: from June 2020 to June 2026, nine days were the longest."""
_MAX_CITING = 2


@dataclass(frozen=True, slots=True)
class Later:
    """The stored messages of a feed that are later than one of them."""

    count: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None
    gap: tuple[datetime, datetime] | None = None
    """The first two dates, of the message or later ones, between which some must be missing."""

    def sentences(self, now: datetime, zone: str) -> str:
        """Return "63 later ones are stored, sent 9 Feb to 13 Apr." and that none is stored of a longer time."""
        if self.oldest is None or self.newest is None:
            return "No later one is stored."
        first, last = (dates.near_date(each, now, zone) for each in (self.oldest, self.newest))
        days = first if first == last else f"{first} to {last}"
        said = f"{self.count:,} later one{'s are' if self.count != 1 else ' is'} stored, sent {days}."
        if self.gap is None:
            return said
        after, before = (dates.near_date(each, now, zone) for each in self.gap)
        return f"{said} None is stored from between {after} and {before}, so the bot cannot know what was sent then."


def load_later(conn: Connection, feed: str, since: datetime) -> Later:
    from jobs.store import entries as entry_store

    return later(since, entry_store.sent_since(conn, feed, since))


def later(since: datetime, sent: Sequence[datetime]) -> Later:
    """Return what is stored, of messages `sent` later than `since`, oldest first."""
    if not sent:
        return Later()
    pairs = zip((since, *sent), sent, strict=False)
    return Later(len(sent), sent[0], sent[-1], next((pair for pair in pairs if pair[1] - pair[0] > _MAX_GAP), None))


def is_cited(number: str, catalog: Catalog) -> bool:
    return any(number in each.origin.source for each in passages(catalog))


def cited_blocks(number: str, context: Context) -> tuple[Block, ...]:
    """Return the statements of the content that cite a message."""
    citing = [each for each in passages(context.catalog) if number in each.origin.source]
    told = dict.fromkeys(line(each.text, *cards.in_brackets(each.origin, context)) for each in citing)
    return (cards.heading("The content cites it"), Bullets(tuple(told)[:_MAX_CITING])) if told else ()
