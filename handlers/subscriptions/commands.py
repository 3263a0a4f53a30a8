"""subscribe, subscriptions and unsubscribe: /csms for CSMS messages only, /trade for any feed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from handlers import held_posts
from handlers.replies import cards, dates
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Line, Reply, Section, SmallPrint, Span, line, plain, refusal
from handlers.subscriptions import wording
from handlers.subscriptions.errors import ended_subscription, misunderstood_reply, unknown_number
from handlers.subscriptions.parser import Misunderstood, parse
from jobs.cadence import next_due
from jobs.matching import SAMPLE_PLATFORM
from jobs.models import ChannelRef, Entry, Filters, Subscription
from jobs.states import CadenceKind, Saved
from jobs.store import channels, entries, reports
from jobs.store import subscriptions as subscription_store
from jobs.subscribe import SavedSubscription, change_subscription, end_subscription, save_subscription

if TYPE_CHECKING:
    from handlers.command import Command, Context, Person
    from jobs.store.database import Connection, Database

_MAX_RECENT = 100
"""Stored entries that a subscription is compared with."""

MAX_SUBSCRIPTIONS = 25
"""Live subscriptions of one channel."""

_MAX_NAME = 80
"""Stored characters of a person's name."""

_MAX_BUTTONS = 5
"""Subscriptions in a list that have buttons."""

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
        return misunderstood_reply(spec, words, command, context)
    with db.begin() as conn:
        now = db.now(conn)
        channel_id = channels.ensure(conn, channel, now)
        live = subscription_store.of_channel(conn, channel_id)
        same = next((each for each in live if each.filters == spec.filters.normalized), None)
        if same is None and len(live) >= MAX_SUBSCRIPTIONS:
            text = f"This {cards.channel_noun(channel)} has {MAX_SUBSCRIPTIONS} subscriptions already."
            return refusal(text, "End one first: /csms subscriptions lists them.")
        saved = save_subscription(conn, channel_id, spec, _signature(command.person), now)
        recent = recent_entries(conn, saved.subscription.filters, channel.platform)
    return _confirmation(saved, spec.notes, live, recent, command, context)


def _replace_subscription(number: int, words: str, target: tuple[Database, ChannelRef], command: Command, context: Context) -> Reply:
    """Make a subscription ask for something else. Waiting messages that still match are kept."""
    db, channel = target
    with db.begin() as conn:
        now = db.now(conn)
        channel_id = channels.ensure(conn, channel, now)
        live = subscription_store.of_channel(conn, channel_id)
        old = next((each for each in live if each.id == number), None)
        if old is None:
            return unknown_number(str(number), live, context, "change", channel, ended_subscription(conn, channel_id, number))
        if not words:
            return _change_instructions(old, context)
        spec = parse(words, context.catalog, old.zone, feeds_allowed=command.verb == "trade")
        if isinstance(spec, Misunderstood):
            shortened = replace(command, words=INSTEAD_OF.sub("", command.words))
            return misunderstood_reply(spec, words, shortened, context, f" instead of {number}")
        saved = change_subscription(conn, channel_id, old.id, spec, _signature(command.person), now)
        if saved is None:  # it ended after it was read
            return unknown_number(str(number), subscription_store.of_channel(conn, channel_id), context, "change", channel)
        recent = recent_entries(conn, saved.subscription.filters, channel.platform)
    joined = (f"Subscription {saved.subscription.id} asked for the same already; {old.id} has ended.",) if saved.joined else ()
    return _confirmation(saved, (*joined, *spec.notes), live, recent, command, context)


def _change_instructions(old: Subscription, context: Context) -> Reply:
    """Show the subscription as it would be typed."""
    text = f"Subscription {old.id} is {wording.title(old.filters, context.catalog)}, {wording.schedule(old)}."
    typed = wording.change_command(old, wording.typed_words(old))
    hint = line("Type all that it is to be from now on; as it is, that would be ", Span(typed, code=True))
    return Reply(f"{text} {plain(hint)}", (Section((line(Span(text, bold=True)), hint)),), ok=False)


def _signature(person: Person) -> str:
    return f"{person.name[:_MAX_NAME]} ({person.key})"


def _confirmation(
    saved: SavedSubscription, notes: tuple[str, ...], live: list[Subscription], recent: list[Entry], command: Command, context: Context
) -> Reply:
    """Show how the command was understood. `live` holds the channel's subscriptions before the change."""
    before, after = saved.before, saved.subscription
    here = f"This {cards.channel_noun(after.channel)}"
    opening = {
        Saved.CREATED: f"{here} now gets",
        Saved.CHANGED: f"Changed subscription {before.id if before else after.id}. {here} now gets",
        Saved.SAME: f"Nothing to change, subscription {after.id} is the same. {here} gets",
    }[saved.outcome]
    first = f"{opening} {wording.updates(after.filters, context.catalog)}: {wording.criteria(after.filters, context.catalog)}."
    timing = wording.timing(after, context.now)
    lines = [line(Span(first, bold=True)), line(timing)]
    if before is not None and saved.outcome is Saved.CHANGED:
        lines.append(line(wording.difference(before, after, context.catalog)))
    lines += [line(note) for note in notes]
    changed = (after.id, before.id if before else None)
    overlap = _overlap_note([each for each in live if each.id not in changed and _overlaps(after.filters, each.filters)], context)
    lines += [line(overlap)] if overlap else []
    who = wording.creator(after) if saved.outcome is Saved.SAME else command.person.name
    small = cards.separated_line(
        f"Set by {who}",
        wording.match_count(after.filters, after.channel.platform, recent),
        "from now on, nothing older" if saved.outcome is Saved.CREATED else "",
    )
    buttons = Buttons(
        (
            Button("Change", wording.change_command(after)),
            Button("Preview", f"/csms preview {after.id}"),
            Button("All subscriptions", "/csms subscriptions"),
            Button("Unsubscribe", f"/csms unsubscribe {after.id}"),
        )
    )
    text = f"{first} {timing} Set by {who}."
    return Reply(text, (Section(tuple(lines)), SmallPrint((small,)), buttons), public=saved.outcome is not Saved.SAME)


def _overlap_note(overlapping: list[Subscription], context: Context) -> str:
    if not overlapping:
        return ""
    listed = "; ".join(f"{each.id} ({wording.title(each.filters, context.catalog)})" for each in overlapping[:3])
    plural, both = ("s", "several") if len(overlapping) > 1 else ("", "both")
    more = f"; and {len(overlapping) - 3} more" if len(overlapping) > 3 else ""
    return f"It overlaps with subscription{plural} {listed}{more}. An entry of {both} is posted here once."


def _overlaps(left: Filters, right: Filters) -> bool:
    """Return whether an entry could match both, judged by feeds and topics alone."""
    feeds = set(left.feeds) & set(right.feeds)
    return bool(feeds) and (not left.topics or not right.topics or bool(set(left.topics) & set(right.topics)))


def subscriptions(words: str, command: Command, context: Context) -> Reply:
    target = database_and_channel(command, context)
    if isinstance(target, Reply):
        return target
    db, channel = target
    with db.begin() as conn:
        now = db.now(conn)
        channel_id = channels.ensure(conn, channel, now)
        live = subscription_store.of_channel(conn, channel_id)
        waiting = reports.waiting_by_subscription(conn, channel_id)
        paused = channels.pause_reason(conn, channel_id)
        held = reports.held(conn, channel_id)
    noun = cards.channel_noun(channel)
    if not live:
        text = f"This {noun} has no subscriptions."
        buttons = Buttons((Button("Subscribe to CSMS", "/csms subscribe"), Button("What can I type?", "/trade help")))
        return Reply(text, (Section((line(Span(text, bold=True)), line("/csms subscribe revenue weekdays 09:00 starts one."))), buttons))
    blocks: list[Block] = [Header(f"Subscriptions of this {noun}: {len(live)}")]
    if paused:
        blocks.append(Section((line(Span("Posting is paused here: ", bold=True), f"{paused}. What waits is kept."),)))
    stuck = held_posts.waiting_notice(held[0], context) if held else ""
    if stuck:
        blocks.append(Section((line(Span("Posting waits here: ", bold=True), stuck),)))
    shown = live[:_MAX_BUTTONS]
    more = "; the buttons are for the first five" if len(live) > len(shown) else ""
    blocks += [
        Bullets(tuple(_list_line(each, waiting.get(each.id, 0), context, now) for each in live)),
        Buttons(tuple(Button(f"Change {each.id}", wording.change_command(each)) for each in shown)),
        Buttons(tuple(Button(f"Unsubscribe {each.id}", f"/csms unsubscribe {each.id}") for each in shown)),
        SmallPrint((line(f"/csms unsubscribe N ends one, /csms preview N shows what it would bring{more}."),)),
    ]
    listed = "; ".join(f"{each.id}: {wording.title(each.filters, context.catalog)}" for each in live)
    stops = (f"Posting is paused here: {paused}" if paused else "", f"Posting waits here: {stuck}" if stuck else "")
    return Reply(". ".join((f"Subscriptions of this {noun}: {listed}", *filter(None, stops))), tuple(blocks))


def _list_line(subscription: Subscription, waiting: int, context: Context, now: datetime) -> Line:
    due = next_due(subscription.cadence, subscription.zone, now)
    parts = (
        wording.schedule(subscription),
        "" if subscription.cadence.kind == CadenceKind.NOW else f"next {dates.near(due, now, subscription.zone)}",
        f"{waiting} waiting" if waiting else "nothing waits",
        f"set by {wording.creator(subscription)}",
    )
    name = Span(f"{subscription.id} · {wording.title(subscription.filters, context.catalog)}", bold=True)
    return line(name, *(f"{cards.SEPARATOR}{part}" for part in parts if part))


def unsubscribe(words: str, command: Command, context: Context) -> Reply:
    """End one of the channel's subscriptions by its number."""
    target = database_and_channel(command, context)
    if isinstance(target, Reply):
        return target
    db, channel = target
    match = re.fullmatch(r"(?:subscription|number|no\.?)?+\s*+#?+\s*+([0-9]{1,18})\.?", words.strip(), re.IGNORECASE)
    number = int(match[1]) if match else None
    with db.begin() as conn:
        now = db.now(conn)
        channel_id = channels.ensure(conn, channel, now)
        waiting = reports.waiting_by_subscription(conn, channel_id)
        ended = None if number is None else end_subscription(conn, channel_id, number, now)
        live = subscription_store.of_channel(conn, channel_id)
        if ended is None:
            earlier = None if number is None else ended_subscription(conn, channel_id, number)
            return unknown_number(words, live, context, "unsubscribe", channel, earlier)
    first = f"Ended subscription {ended.id}. This {cards.channel_noun(channel)} no longer gets "
    first += f"{wording.updates(ended.filters, context.catalog)}: {wording.criteria(ended.filters, context.catalog)}."
    count = waiting.get(ended.id, 0)
    dropped = f"{count} that waited for it {'are' if count != 1 else 'is'} not posted by it any more." if count else ""
    rest = f"{len(live)} other subscription{'s' if len(live) != 1 else ''} here." if live else "There is no other subscription here."
    buttons = Buttons((*wording.subscribe_button("Subscribe again", ended), Button("All subscriptions", "/csms subscriptions")))
    lines = (line(Span(first, bold=True)), line(" ".join(part for part in (dropped, rest) if part)))
    small = SmallPrint((line(f"Ended by {command.person.name}"),))
    return Reply(f"{first} Ended by {command.person.name}.", (Section(lines), small, buttons), public=True)


def recent_entries(conn: Connection, filters: Filters, platform: str) -> list[Entry]:
    samples = ("sample",) if platform == SAMPLE_PLATFORM and "csms" in filters.feeds else ()
    return entries.latest(conn, (*filters.feeds, *samples), limit=_MAX_RECENT)


def database_and_channel(command: Command, context: Context) -> tuple[Database, ChannelRef] | Reply:
    """Return the database and the channel, or why there can be no subscription."""
    if command.person.external:
        return refusal(
            f"Subscriptions of this {cards.channel_noun(command.channel)} are managed by the staff whose bot this is.",
            "You come from another workspace; ask one of them. Every look-up works for you.",
        )
    if context.db is None:
        return refusal("Subscriptions need the running bot and its database.", "Start it with `tradebot run` and say it there.")
    if command.channel is None:
        return refusal("A subscription belongs to a channel.", "Say it in the channel that is to get the posts.")
    return context.db, command.channel
