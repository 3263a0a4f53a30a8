"""preview: what a subscription would have brought, with the reason for each entry, and what it would have left out."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.here import noun
from handlers.replies import cards, entries
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Reply, Section, SmallPrint, Span, line
from handlers.subscriptions import wording
from handlers.subscriptions.commands import place, stored, would_have
from handlers.subscriptions.errors import misunderstood
from handlers.subscriptions.numbers import ended_here, which
from handlers.subscriptions.parser import Misunderstood, parse
from jobs.matching import matches
from jobs.models import ChannelRef, Entry, Filters, Subscription, SubscriptionSpec
from jobs.store import channels
from jobs.store import subscriptions as store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.command import Command, Context

PREVIEWED = 10
"""Matching entries that are shown."""


def preview(words: str, command: Command, context: Context) -> Reply:
    """What a subscription, by its number or by its words, would have brought; nothing is changed."""
    where = place(command, context)
    if isinstance(where, Reply):
        return where
    db, channel = where
    wish: Subscription | SubscriptionSpec | Misunderstood | None = None
    with db.begin() as connection:
        if re.fullmatch(r"#?[0-9]{1,18}", words.strip()):
            channel_id = channels.ensure(connection, channel, db.now(connection))
            live = store.of_channel(connection, channel_id)
            wish = next((each for each in live if each.id == int(words.strip().lstrip("#"))), None)
            if wish is None:
                gone = ended_here(connection, channel_id, int(words.strip().lstrip("#")))
                return which(words, live, context, "preview", channel, gone)
        wish = wish or parse(words, context.catalog, context.zone, feeds_allowed=command.verb == "trade")
        if isinstance(wish, Misunderstood):
            return misunderstood(wish, words, command, context)
        seen = stored(connection, wish.filters, channel.platform)
    return previewed(wish, seen, channel, context)


def previewed(wish: Subscription | SubscriptionSpec, seen: list[Entry], channel: ChannelRef, context: Context) -> Reply:
    """The last entries that match, each with its reason, and what was left out and why."""
    filters, platform = wish.filters, channel.platform
    title = f"Preview: {wording.title(filters, context.catalog)}"
    found = [(entry, because) for entry in seen if (because := matches(filters, platform, entry)) is not None]
    items = tuple(
        entries.bullet(entry, entries.sent_day(entry, context.now, context.zone), "" if filters.everything else f"because: {because}")
        for entry, because in found[:PREVIEWED]
    )
    blocks: list[Block] = [
        Header("Preview"),
        SmallPrint((cards.small(wording.title(filters, context.catalog), would_have(filters, platform, seen)),)),
    ]
    if items:
        blocks.append(Bullets(items))
    if len(found) > PREVIEWED:
        blocks.append(Section((line(f"… and {len(found) - PREVIEWED} older ones."),)))
    left = left_out(filters, platform, seen)
    if left:
        blocks.append(Section((line(Span("Left out: ", bold=True), "; ".join(left), "."),)))
    every = (Button("All subscriptions", "/csms subscriptions"),)
    blocks.append(
        Buttons(every if isinstance(wish, Subscription) else (*wording.button(f"Subscribe this {noun(channel)}", wish, "primary"), *every))
    )
    if found:
        blocks.append(entries.caution([entry for entry, _ in found[:PREVIEWED]]))
    listed = " ".join(
        f"{place}. {entries.spoken(entry, context.zone, most=entries.BULLET_TITLE)}"
        for place, (entry, _) in enumerate(found[:PREVIEWED], 1)
    )
    return Reply(f"{title}. {would_have(filters, platform, seen)}. {listed}".strip(), tuple(blocks))


def left_out(filters: Filters, platform: str, seen: Sequence[Entry]) -> tuple[str, ...]:
    """Why the others did not match: "12 system notices", "3 with a phrase to leave out", "60 about something else"."""
    system = never = other = 0
    for entry in seen:
        if matches(filters, platform, entry) is not None:
            continue
        if matches(replace(filters, system=True), platform, entry) is not None:
            system += 1
        elif matches(replace(filters, never=(), system=True), platform, entry) is not None:
            never += 1
        else:
            other += 1
    counts = (
        (system, f"{system} system notice{'s' if system != 1 else ''}"),
        (never, f"{never} with a phrase to leave out"),
        (other, f"{other} about something else"),
    )
    return tuple(words for count, words in counts if count)
