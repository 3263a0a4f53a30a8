"""Counts of the stored messages that changed topics catch, for the answers of /trade-admin check, reload and rollback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.replies import cards
from handlers.replies.reply import Block, Bullets, Line, SmallPrint, Span, line
from jobs.reclassify import count_changes

if TYPE_CHECKING:
    from content.catalog import Catalog
    from jobs.reclassify import TopicCount
    from jobs.store.database import Database

PUBLISHED = "Stored messages get their new topics within a minute; none of them is posted."
CHECKED = "If you publish, stored messages get their new topics within a minute; none of them is posted."

_MAX_TOPICS = 10
_MAX_TITLE = 90


def blocks(db: Database, old: Catalog, new: Catalog, note: str) -> tuple[Block, ...]:
    """Return nothing if no topic's rules change. `note` says when the stored messages follow."""
    counts = count_changes(db, old, new)
    if counts is None or not counts.entries or not counts.topics:
        return ()
    shown, more = counts.topics[:_MAX_TOPICS], len(counts.topics) - _MAX_TOPICS
    among = f"{counts.entries:,} stored messages" if counts.all_counted else f"the newest {counts.entries:,} stored messages"
    rest = (f"and {more} more {'topic' if more == 1 else 'topics'}",) if more > 0 else ()
    return (
        cards.heading("Topics that change", f" among {among}:"),
        Bullets((*map(_bullet, shown), *map(line, rest))),
        SmallPrint((line(note),)),
    )


def _bullet(found: TopicCount) -> Line:
    changes = [f"{number:,} {word}" for number, word in ((found.added, "more"), (found.removed, "fewer")) if number]
    message = "message" if found.count == 1 else "messages"
    text = f": {found.count:,} {message} ({' and '.join(changes) or 'as before'}){_titles(', such as', found.examples)}"
    return line(Span(found.topic.name, bold=True), f"{text}.{_titles(' No longer:', found.lost)}{'.' if found.lost else ''}")


def _titles(before: str, titles: tuple[str, ...]) -> str:
    return f"{before} {'; '.join(cards.quote(title, _MAX_TITLE) for title in titles)}" if titles else ""
