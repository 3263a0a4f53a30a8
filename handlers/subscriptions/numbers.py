"""The number that a subscription goes by: which there are, and that one has ended already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.here import noun
from handlers.replies import cards
from handlers.replies.reply import Button, Reply, refusal
from handlers.subscriptions import wording
from jobs.store import subscriptions as store

if TYPE_CHECKING:
    from handlers.command import Context
    from jobs.models import ChannelRef, Subscription
    from jobs.store.database import Connection


def ended_here(connection: Connection, channel_id: int, number: int) -> Subscription | None:
    """What this channel had by this number; asked when none of those that live has it. A list keeps its buttons when one of them ends."""
    found = store.get(connection, number)
    return found if found is not None and found.channel_id == channel_id else None


def which(
    words: str, live: list[Subscription], context: Context, act: str, channel: ChannelRef | None = None, ended: Subscription | None = None
) -> Reply:
    """No such number here: says which there are, with a button for each. `act`: unsubscribe, preview or change; `ended`: of this number."""
    end = act == "unsubscribe"
    if ended is not None:
        said = f"Subscription {ended.id} ({wording.title(ended.filters, context.catalog)}) has ended already."
        others = f"{len(live)} other{'s are' if len(live) != 1 else ' is'} here." if live else f"This {noun(channel)} has no other."
        again = wording.button("Subscribe again", ended)
        return refusal(said, others, *again, Button("All subscriptions", "/csms subscriptions"))
    if not live:
        none = f"This {noun(channel)} has no subscriptions, so there is none to {'end' if end else act}."
        return refusal(none, "", Button("Subscribe to CSMS", "/csms subscribe"))
    said = (
        f"This {noun(channel)} has no subscription {cards.quoted(words, 40)}."
        if words.strip()
        else f"Say which subscription to {'end' if end else act}."
    )
    there = "; ".join(f"{each.id} ({wording.title(each.filters, context.catalog)})" for each in live)
    buttons = tuple(
        Button(f"{act.capitalize()} {each.id}", wording.change_command(each) if act == "change" else f"/csms {act} {each.id}")
        for each in live[:5]
    )
    return refusal(said, f"There {'are' if len(live) > 1 else 'is'}: {there}.", *buttons)
