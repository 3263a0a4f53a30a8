"""Events to come: the stored messages that name a day ahead beside the word for the event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.messages import lists
from handlers.replies import cards, dates
from jobs.cadence import zone_info
from jobs.events import EVENTS, coming_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.command import Context
    from handlers.messages.lists import Stored
    from handlers.messages.search import Found, Query
    from handlers.replies.reply import Reply
    from jobs.models.entries import Entry

MAX_READ = 150
"""Messages in which a day is looked for."""
_MAX_SHOWN = 5


def listing(query: Query, found: Found, stored: Stored, context: Context) -> Reply:
    """List the messages that name a coming day, the nearest first, or say that none does, and list the newest."""
    today = context.now.astimezone(zone_info(context.zone)).date()
    events = [word.text for word in query.words if word.text in EVENTS]
    days = {each: day for each in found.entries if (day := coming_day(each, today, context.zone, events)) is not None}
    about = cards.quote(" ".join(word.text for word in query.words))
    if days:
        nearest = sorted(days, key=lambda each: (days[each], -each.published.timestamp()))[:_MAX_SHOWN]
        groups = [(dates.as_of(days[each].isoformat()), (each,)) for each in nearest]
        first = "Each of these messages names a day that is still ahead. Read the message for the details."
        return lists.listing(f"Coming: {about}", (f"{len(days)} found",), groups, stored.read, context, (), first)
    newest: Sequence[Entry] = sorted(found.entries, key=lambda each: each.published, reverse=True)[:_MAX_SHOWN]
    first = f"No stored message about {about} names a day that is still ahead. These are the newest."
    return lists.listing(f"Messages about {about}", (), (("", newest),), stored.read, context, (), first)
