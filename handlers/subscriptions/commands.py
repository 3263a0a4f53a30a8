"""subscribe and subscriptions: /csms for CSMS messages only, /trade for any feed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from content.search.text import left_over
from handlers import outbox
from handlers.replies import cards, dates, freshness
from handlers.replies.entries import left_out_count
from handlers.replies.notices import still_paused
from handlers.replies.reply import (
    Block,
    Button,
    Buttons,
    Header,
    Line,
    Overflow,
    Reply,
    Section,
    SmallPrint,
    Span,
    code_line,
    line,
    plain,
    refusal,
)
from handlers.subscriptions import wording
from handlers.subscriptions.errors import ended_subscription, misunderstood_reply, unknown_number
from handlers.subscriptions.parser import parse
from handlers.subscriptions.parts import Misunderstood
from handlers.subscriptions.proposal import has_better_reading, is_sentence, propose
from jobs.cadence import due_at
from jobs.matching import SAMPLE_PLATFORM, left_out
from jobs.models.channels import ChannelRef
from jobs.models.entries import Entry, without_duplicates
from jobs.models.subscriptions import Filters, Subscription, SubscriptionSpec
from jobs.reclassify import is_pending
from jobs.states import CadenceKind, Lead, Saved
from jobs.store import channels, entries, reports
from jobs.store import outbox as outbox_store
from jobs.store import subscriptions as subscription_store
from jobs.subscribe import SavedSubscription, change_subscription, complete, save_subscription

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.command import Command, Context
    from jobs.store.database import Connection, Database

WEEK = timedelta(days=7)

SORTING = "The bot is still sorting the stored messages by topic, so more may match in a minute."

_MAX_RECENT = 100
"""Stored entries that a subscription is compared with."""

MAX_SUBSCRIPTIONS = 25
"""Live subscriptions of one channel."""

INSTEAD_OF = re.compile(r"(?:^|\s)(?:instead of|replacing)(?: subscription)? #?([0-9]{1,18})\s*$", re.IGNORECASE)
"""The end of a command that replaces a subscription."""


def subscribe(words: str, command: Command, context: Context) -> Reply:
    """Subscribe the channel. "instead of N" replaces subscription N; existing filters get the new times."""
    target = database_and_channel(command, context)
    if isinstance(target, Reply):
        return target
    db, channel = target
    instead = INSTEAD_OF.search(words)
    if instead is not None:
        return _replace_subscription(int(instead[1]), words[: instead.start()].strip(), target, command, context)
    spec = parse(words, context.catalog, context.zone, feeds_allowed=command.verb == "trade")
    if isinstance(spec, Misunderstood):
        return propose(words, channel, context) if is_sentence(words, spec) else misunderstood_reply(spec, words, command, context)
    if has_better_reading(words, spec, context):
        return propose(words, channel, context)
    with db.begin() as conn:
        now = db.now(conn)
        channel_id = channels.ensure(conn, channel, now)
        live = subscription_store.list_for_channel(conn, channel_id)
        same = next((each for each in live if each.filters == spec.filters.normalized), None)
        spec = complete(spec, same) if same is not None else spec
        is_full = same is None and len(live) >= MAX_SUBSCRIPTIONS
        saved = None if is_full else save_subscription(conn, channel_id, spec, command.person.signature, now)
        recent = recent_entries(conn, spec.filters, channel.platform)
        notes = (*spec.notes, sorting_note(conn, spec.filters, context), outbox.posting_pause_notice(conn, context))
    if saved is None:
        text = f"This {cards.channel_noun(channel)} already has {MAX_SUBSCRIPTIONS} subscriptions."
        return refusal(text, code_line("End one first. To list them, type `/csms subscriptions`."))
    return _confirmation(saved, tuple(filter(None, notes)), live, recent, command, context)


def _replace_subscription(number: int, words: str, target: tuple[Database, ChannelRef], command: Command, context: Context) -> Reply:
    """Make a subscription ask for something else. Waiting messages that still match are kept."""
    db, channel = target
    spec = parse(words, context.catalog, context.zone, feeds_allowed=command.verb == "trade") if words else None
    saved, recent = None, []
    with db.begin() as conn:
        now = db.now(conn)
        channel_id = channels.ensure(conn, channel, now)
        live = subscription_store.list_for_channel(conn, channel_id)
        old = next((each for each in live if each.id == number), None)
        ended = ended_subscription(conn, channel_id, number) if old is None else None
        if old is not None and isinstance(spec, SubscriptionSpec):
            spec = complete(spec, old)
            saved = change_subscription(conn, channel_id, old.id, spec, command.person.signature, now)
            recent = recent_entries(conn, spec.filters, channel.platform)
            if saved is None:  # it ended after it was read
                old, live = None, subscription_store.list_for_channel(conn, channel_id)
    if old is None:
        return unknown_number(str(number), live, context, "change", channel, ended)
    if isinstance(spec, Misunderstood):
        shortened = replace(command, words=INSTEAD_OF.sub("", command.words))
        return misunderstood_reply(spec, words, shortened, context, f" instead of {number}")
    if spec is None or saved is None:
        return _change_instructions(old, context)
    joined = f"Subscription {saved.subscription.id} already asks for the same updates, so subscription {old.id} has ended."
    notes = (joined, *spec.notes) if saved.joined else spec.notes
    return _confirmation(saved, notes, live, recent, command, context)


def _change_instructions(old: Subscription, context: Context) -> Reply:
    text = f"Subscription {old.id} is {wording.title(old.filters, context.catalog)}, {wording.schedule(old)}."
    typed = wording.change_command(old, wording.replacing_words(old, context.catalog))
    hint = line("To change it, edit this command and send it: ", Span(typed, code=True))
    return Reply(f"{text} {plain(hint)}", (Section((line(Span(text, bold=True)), hint)),), ok=False)


def _confirmation(
    saved: SavedSubscription, notes: tuple[str, ...], live: list[Subscription], recent: list[Entry], command: Command, context: Context
) -> Reply:
    """Show how the command was understood. `live` holds the channel's subscriptions before the change."""
    before, after = saved.before, saved.subscription
    here = f"This {cards.channel_noun(after.channel)}"
    opening = {
        Saved.CREATED: f"{here} now gets",
        Saved.CHANGED: f"Changed subscription {before.id if before else after.id}. {here} now gets",
        Saved.SAME: f"No change needed: subscription {after.id} already does this. {here} gets",
    }[saved.outcome]
    first = f"{opening} {wording.updates(after.filters, context.catalog)}: {wording.criteria(after.filters, context.catalog)}."
    timing = wording.timing(after, context.now)
    lines = [line(Span(first, bold=True)), line(timing)]
    if before is not None and saved.outcome is Saved.CHANGED:
        lines.append(line(wording.difference(before, after, context.catalog)))
    lines += [line(note) for note in (*notes, still_paused([after] if after.is_paused(context.now) else [], context.now)) if note]
    changed = (after.id, before.id if before else None)
    overlap = _overlap_note([each for each in live if each.id not in changed and _overlaps(after.filters, each.filters)], context)
    lines += [line(overlap)] if overlap else []
    who = wording.creator(after) if saved.outcome is Saved.SAME else cards.person_span(command.person)
    small = cards.separated_line(
        line("Set by ", who),
        wording.match_count(after.filters, after.channel.platform, recent),
        wording.left_out(after.filters, after.channel.platform, recent),
        "only new messages will be posted" if saved.outcome is Saved.CREATED else "",
    )
    change, preview, *others = wording.actions(after, context)
    menu = Overflow((Button("All subscriptions", "/csms subscriptions"), *others))
    text = f"{first} {timing} Set by {who.text}."
    blocks = (Section(tuple(lines)), SmallPrint((small,)), Buttons((change, preview)), menu)
    return Reply(text, blocks, public=saved.outcome is not Saved.SAME)


def _overlap_note(overlapping: list[Subscription], context: Context) -> str:
    if not overlapping:
        return ""
    one = f"subscription {overlapping[0].id} ({wording.title(overlapping[0].filters, context.catalog)})"
    several = f"subscriptions {cards.join_names([str(each.id) for each in overlapping], 'and')}"
    return f"A message that {several if len(overlapping) > 1 else one} may also bring is posted only once, with the one that is due first."


def _overlaps(left: Filters, right: Filters) -> bool:
    """Return whether an entry could match both, judged by feeds and topics alone."""
    feeds = set(left.feeds) & set(right.feeds)
    return bool(feeds) and (not left.topics or not right.topics or bool(set(left.topics) & set(right.topics)))


def subscriptions(words: str, command: Command, context: Context) -> Reply:
    if other := left_over(words, "active channel channels chat csms current feed feeds group list own post subscriptions trade"):
        return cards.excess_words(f"/{command.verb} subscriptions", "no further words", other)
    target = database_and_channel(command, context)
    if isinstance(target, Reply):
        return target
    db, channel = target
    with db.begin() as conn:
        now = db.now(conn)
        channel_id = channels.ensure(conn, channel, now)
        live = subscription_store.list_for_channel(conn, channel_id)
        waiting = reports.waiting_by_subscription(conn, channel_id)
        pause, everywhere = channels.find_pause(conn, channel_id), outbox.posting_pause_notice(conn, context)
        held, refused = outbox_store.held_post(conn, channel_id), outbox_store.dead_entries(conn, channel_id)
        routine = entries.routine_between(conn, now - WEEK, now + timedelta(seconds=1))
    noun = cards.channel_noun(channel)
    if not live:
        text = f"This {noun} has no subscriptions."
        buttons = Buttons((Button(f"Subscribe this {noun}", "/csms subscribe"), Button("All commands", "/trade help all")))
        lines = (line(Span(text, bold=True)), code_line("To start one, type `/csms subscribe revenue weekdays 09:00`."))
        return Reply(text, (Section(lines), buttons))
    blocks: list[Block] = [Header(f"This {noun}'s subscriptions ({len(live)})")]
    paused = pause.reason if pause else ""
    if paused:
        blocks.append(cards.heading("Posting is paused: ", f"{paused}. What is due here waits until posting resumes."))
        blocks.append(Buttons((Button("Resume", f"/{command.verb} resume"),)))
    if everywhere:
        blocks.append(cards.heading(everywhere))
    hold_notice = outbox.waiting_notice(held, context) if held else ""
    on_hold = f"Posting is on hold in this {noun}."
    if hold_notice:
        blocks.append(cards.heading(on_hold, f" {hold_notice}"))
    refused_notice = outbox.refused_notice(len(set().union(*refused.values())))
    if refused_notice:
        blocks.append(cards.heading(refused_notice[0], f" {refused_notice[1]}"))
    omitted = {each.id: len(left_out(each, routine)) for each in live}
    counts = {
        each.id: (
            f"{waiting[each.id]} waiting" if each.id in waiting else "",
            f"{len(refused[each.id])} refused" if each.id in refused else "",
            f"{left_out_count(omitted[each.id])} this week" if omitted[each.id] else "",
        )
        for each in live
    }
    for each in live:
        change, preview, *others = wording.actions(each, context)
        show = (Button("Show what was left out", f"/csms preview {each.id} routine"),) if omitted[each.id] else ()
        menu = Overflow((change, preview, *show, *others), f"Actions for subscription {each.id}")
        title = wording.title(each.filters, context.catalog)
        name = Span(f"{each.id} · {title[:1].upper()}{title[1:]}", bold=True)
        blocks.append(Section((line(name), _state(each, counts[each.id], now)), menu))
    listed = "; ".join(f"{each.id}: {wording.title(each.filters, context.catalog)}" for each in live)
    stops = (
        everywhere,
        f"Posting is paused: {paused}." if paused else "",
        f"{on_hold} {hold_notice}" if hold_notice else "",
        " ".join(refused_notice),
    )
    reply = Reply(" ".join((f"This {noun}'s subscriptions: {listed}.", *filter(None, stops))), tuple(blocks))
    return freshness.with_warning(reply, {feed for each in live for feed in each.filters.feeds}, context)


def _state(subscription: Subscription, counts: Sequence[str], now: datetime) -> Line:
    """Return "Weekdays 09:00 ET · next Tue · 3 waiting · set by Maria"."""
    due = due_at(subscription, Lead.NONE, now)
    until = subscription.paused_until
    following = "" if subscription.cadence.kind == CadenceKind.NOW else f"next {dates.near_day(due, now, subscription.zone)}"
    schedule = wording.schedule(subscription)
    return cards.separated_line(
        f"{schedule[:1].upper()}{schedule[1:]}",
        f"paused until {dates.near(until, now, subscription.zone)}" if until is not None and subscription.is_paused(now) else following,
        *counts,
        line("set by ", wording.creator(subscription)),
    )


def sorting_note(conn: Connection, filters: Filters, context: Context) -> str:
    """Return that a count of matches is not final, or "": after a reload, stored entries get their new topics within a minute."""
    return SORTING if filters.topics and is_pending(conn, context.catalog) else ""


def recent_entries(conn: Connection, filters: Filters, platform: str) -> list[Entry]:
    samples = ("sample",) if platform == SAMPLE_PLATFORM and "csms" in filters.feeds else ()
    return without_duplicates(entries.latest(conn, (*filters.feeds, *samples), limit=_MAX_RECENT))


def database_and_channel(command: Command, context: Context) -> tuple[Database, ChannelRef] | Reply:
    """Return the database and the channel, or why there can be no subscription."""
    if command.person.external:
        return refusal(
            "Only staff in the bot's own workspace can manage subscriptions.",
            "You are from another workspace. You can still look things up.",
        )
    if context.db is None:
        return cards.needs_bot("Subscriptions work")
    if command.channel is None:
        return refusal("A subscription needs a channel.", "Type the command in the channel that should get the posts.")
    return context.db, command.channel
