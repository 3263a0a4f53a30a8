"""/csms preview and /trade preview: the stored entries that a subscription would have posted, and why."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.replies import cards, entries, reasons
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Reply, Section, SmallPrint, Span, line
from handlers.subscriptions import wording
from handlers.subscriptions.commands import database_and_channel, recent_entries
from handlers.subscriptions.errors import ended_subscription, misunderstood_reply, unknown_number
from handlers.subscriptions.parser import Misunderstood, parse
from jobs.matching import matches
from jobs.models import ChannelRef, Entry, Filters, Subscription, SubscriptionSpec
from jobs.store import channels
from jobs.store import subscriptions as subscription_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.command import Command, Context
    from jobs.store.database import Database

_MAX_ENTRIES = 10
"""Matching entries that are shown."""


def preview(words: str, command: Command, context: Context) -> Reply:
    target = database_and_channel(command, context)
    if isinstance(target, Reply):
        return target
    db, channel = target
    if re.fullmatch(r"#?[0-9]{1,18}", words.strip()):
        return _preview_by_number(words, db, channel, context)
    spec = parse(words, context.catalog, context.zone, feeds_allowed=command.verb == "trade")
    if isinstance(spec, Misunderstood):
        return misunderstood_reply(spec, words, command, context)
    with db.read() as conn:
        recent = recent_entries(conn, spec.filters, channel.platform)
    return _preview_card(spec, recent, channel, context)


def _preview_by_number(words: str, db: Database, channel: ChannelRef, context: Context) -> Reply:
    number = int(words.strip().lstrip("#"))
    with db.read() as conn:
        channel_id = channels.find_id(conn, channel) or 0  # 0: nothing stored
        live = subscription_store.list_for_channel(conn, channel_id)
        subscription = next((each for each in live if each.id == number), None)
        recent = recent_entries(conn, subscription.filters, channel.platform) if subscription else []
        ended = ended_subscription(conn, channel_id, number) if subscription is None else None
    if subscription is None:
        return unknown_number(words, live, context, "preview", channel, ended)
    return _preview_card(subscription, recent, channel, context)


def _preview_card(spec: Subscription | SubscriptionSpec, recent: list[Entry], channel: ChannelRef, context: Context) -> Reply:
    """Show matching entries with reasons, and count the others."""
    filters, platform = spec.filters, channel.platform
    title, count = wording.title(filters, context.catalog), wording.match_count(filters, platform, recent)
    found = [(entry, because) for entry in recent if (because := matches(filters, platform, entry)) is not None]
    shown = found[:_MAX_ENTRIES]
    items = tuple(
        entries.bullet(
            entry,
            entries.sent_day(entry, context.now, context.zone),
            "" if filters.everything else f"reason: {reasons.explain(because, context.catalog)}",
        )
        for entry, because in shown
    )
    blocks: list[Block] = [Header("Preview"), SmallPrint((cards.separated_line(title, count),))]
    if items:
        blocks.append(Bullets(items))
    if len(found) > len(shown):
        blocks.append(Section((line(f"… and {len(found) - len(shown)} older messages."),)))
    omitted = _omitted_counts(filters, platform, recent)
    if omitted:
        blocks.append(Section((line(Span("Not matched: ", bold=True), "; ".join(omitted), "."),)))
    subscribe = f"Subscribe this {cards.channel_noun(channel)}"
    new = () if isinstance(spec, Subscription) else wording.subscribe_button(subscribe, spec, "primary")
    blocks.append(Buttons((*new, Button("All subscriptions", "/csms subscriptions"))))
    if shown:
        blocks.append(entries.caution([entry for entry, _ in shown]))
    listed = " ".join(
        f"{number}. {entries.screen_reader_text(entry, context.zone, most=entries.BULLET_TITLE)}"
        for number, (entry, _) in enumerate(shown, 1)
    )
    return Reply(f"Preview: {title}. {count[0].upper()}{count[1:]}. {listed}".strip(), tuple(blocks))


def _omitted_counts(filters: Filters, platform: str, recent: Sequence[Entry]) -> tuple[str, ...]:
    """Return "12 system notices" and the like."""
    asked = ("on other topics" if filters.topics else "", "without your phrases" if filters.phrases else "")
    system = never = other = 0
    for entry in recent:
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
        (never, f"{never} with a phrase that you leave out"),
        (other, f"{other} message{'s' if other != 1 else ''} {' or '.join(filter(None, asked))}"),
    )
    return tuple(text for count, text in counts if count)
