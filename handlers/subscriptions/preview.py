"""/csms preview and /trade preview: the stored entries that a subscription would have posted, and why."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from handlers.replies import cards, dates, entries, freshness, reasons
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Reply, Section, SmallPrint, Span, code_line, line, refusal
from handlers.subscriptions import wording
from handlers.subscriptions.commands import WEEK, database_and_channel, recent_entries, sorting_note
from handlers.subscriptions.errors import choices, ended_subscription, misunderstood_reply, unknown_number
from handlers.subscriptions.parser import parse
from handlers.subscriptions.parts import Misunderstood
from jobs.matching import is_left_out, left_out, matches
from jobs.models.channels import ChannelRef
from jobs.models.entries import Entry
from jobs.models.subscriptions import Filters, Subscription, SubscriptionSpec
from jobs.states import CadenceKind
from jobs.store import channels
from jobs.store import entries as entry_store
from jobs.store import subscriptions as subscription_store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handlers.command import Command, Context
    from jobs.models.posts import Bundle
    from jobs.store.database import Connection, Database

_LIST = Button("All subscriptions", "/csms subscriptions")

_MAX_ENTRIES = 10
"""Matching entries that are shown."""

_MAX_LEFT_OUT = 30
"""Routine entries that are shown."""

_MOMENT = timedelta(seconds=1)
"""Includes what was stored just now."""

_ROUTINE = re.compile(r"#?([0-9]{1,18}) routine(?: (\S{10,40}) (\S{10,40}))?", re.IGNORECASE)
"""A subscription, and the period that a digest's button names."""


_ROUTINE_WITHOUT_NUMBER = re.compile(r"(?:^|\s)(?<!include )routine\s*$", re.IGNORECASE)


def preview(words: str, command: Command, context: Context) -> Reply:
    target = database_and_channel(command, context)
    if isinstance(target, Reply):
        return target
    db, channel = target
    if re.fullmatch(r"#?[0-9]{1,18}", words.strip()):
        return _preview_by_number(words, db, channel, context)
    if routine := _ROUTINE.fullmatch(" ".join(words.split())):
        return _left_out_by_number(routine, db, channel, context)
    if _ROUTINE_WITHOUT_NUMBER.search(words):
        return refusal(
            "Give the number of the subscription.",
            code_line("To see what subscription N left out as routine, type `/csms preview N routine`."),
            _LIST,
        )
    spec = parse(words, context.catalog, context.zone, feeds_allowed=command.verb == "trade")
    if isinstance(spec, Misunderstood):
        return misunderstood_reply(spec, words, command, context)
    if not words.strip():
        return _preview_of_channel(spec, db, channel, context)
    with db.read() as conn:
        recent, sorting = recent_entries(conn, spec.filters, channel.platform), sorting_note(conn, spec.filters, context)
        week = _week(conn, spec, channel, recent, db.now(conn))
    return _with_note(_preview_card(spec, recent, channel, context, week=week), sorting)


def _week(
    conn: Connection, spec: Subscription | SubscriptionSpec, channel: ChannelRef, recent: list[Entry], now: datetime
) -> Bundle | None:
    """Return the material of a week's report, if the subscription brings that."""
    if spec.cadence.kind != CadenceKind.CHANGES:
        return None
    from handlers.subscriptions.changes_preview import load_week

    return load_week(conn, spec, channel, recent, now)


def _preview_of_channel(everything: SubscriptionSpec, db: Database, channel: ChannelRef, context: Context) -> Reply:
    """Preview all subscriptions of the channel together, or a subscription to everything if it has none."""
    with db.read() as conn:
        live = subscription_store.list_for_channel(conn, channels.find_id(conn, channel) or 0)  # 0: nothing stored
        filters = replace(everything.filters, feeds=tuple(sorted({feed for each in live for feed in each.filters.feeds})) or ("csms",))
        recent = recent_entries(conn, filters, channel.platform)
        sorting = next(filter(None, (sorting_note(conn, each.filters, context) for each in live)), "")
    if len(live) == 1:
        return _preview_by_number(str(live[0].id), db, channel, context)
    if live:
        return _with_note(_channel_card(live, recent, channel, context), sorting)
    none = f"This {cards.channel_noun(channel)} has no subscriptions. One to all CSMS messages would have posted these."
    return _with_note(_preview_card(everything, recent, channel, context), none)


def _channel_card(live: list[Subscription], recent: list[Entry], channel: ChannelRef, context: Context) -> Reply:
    """Show what the channel would have got, each message once, with the subscriptions that bring it."""
    found = [(entry, [each for each in live if matches(each.filters, channel.platform, entry) is not None]) for entry in recent]
    found = [(entry, bringing) for entry, bringing in found if bringing]
    shown = found[:_MAX_ENTRIES]
    items = tuple(
        entries.bullet(
            entry,
            entries.sent_day(entry, context.now, context.zone),
            f"subscription{'s' if len(bringing) > 1 else ''} {cards.join_names([str(each.id) for each in bringing], 'and')}",
        )
        for entry, bringing in shown
    )
    count = f"would have got {len(found)} of the last {len(recent)} messages" if recent else "no earlier messages to compare with"
    title = f"This {cards.channel_noun(channel)}'s {len(live)} subscriptions"
    blocks: list[Block] = [Header("Preview"), SmallPrint((cards.separated_line(title, count),))]
    if items:
        blocks.append(Bullets(items))
    if len(found) > len(shown):
        blocks.append(Section((line(f"… and {len(found) - len(shown)} older messages."),)))
    blocks += [*choices("preview", live, context), Buttons((_LIST,))]
    if shown:
        blocks.append(entries.caution([entry for entry, _ in shown]))
    listed = " ".join(
        f"{number}. {entries.screen_reader_text(entry, context.zone, most=entries.BULLET_TITLE)}"
        for number, (entry, _) in enumerate(shown, 1)
    )
    reply = Reply(f"Preview: {title}. {count[0].upper()}{count[1:]}. {listed}".strip(), tuple(blocks))
    return freshness.with_warning(reply, {feed for each in live for feed in each.filters.feeds}, context)


def _preview_by_number(words: str, db: Database, channel: ChannelRef, context: Context) -> Reply:
    number = int(words.strip().lstrip("#"))
    with db.read() as conn:
        channel_id = channels.find_id(conn, channel) or 0  # 0: nothing stored
        live = subscription_store.list_for_channel(conn, channel_id)
        subscription = next((each for each in live if each.id == number), None)
        recent = recent_entries(conn, subscription.filters, channel.platform) if subscription else []
        sorting = sorting_note(conn, subscription.filters, context) if subscription else ""
        now = db.now(conn)
        omitted = left_out(subscription, entry_store.routine_between(conn, now - WEEK, now + _MOMENT)) if subscription else []
        ended = ended_subscription(conn, channel_id, number) if subscription is None else None
        week = _week(conn, subscription, channel, recent, now) if subscription else None
    if subscription is None:
        return unknown_number(words, live, context, "preview", channel, ended)
    show = (Button("Show left out", f"/csms preview {number} routine"),) if omitted else ()
    return _with_note(_preview_card(subscription, recent, channel, context, show, week), sorting)


def _with_note(reply: Reply, note: str) -> Reply:
    """Return the preview with a sentence below its header."""
    if not note:
        return reply
    place = next((place for place, block in enumerate(reply.blocks, 1) if isinstance(block, Header)), 0)
    return replace(reply, text=f"{reply.text} {note}", blocks=(*reply.blocks[:place], Section((line(note),)), *reply.blocks[place:]))


def _left_out_by_number(words: re.Match[str], db: Database, channel: ChannelRef, context: Context) -> Reply:
    """List what a subscription left out as routine: in the digest whose button names its period, else in the past week."""
    moments = [dates.parse_moment(words[group] or "") for group in (2, 3)]
    with db.read() as conn:
        now = db.now(conn)
        channel_id = channels.find_id(conn, channel) or 0  # 0: nothing stored
        live = subscription_store.list_for_channel(conn, channel_id)
        subscription = subscription_store.get(conn, int(words[1]))
        since, until = moments[0] or now - WEEK, moments[1] or now + _MOMENT
        stored = entry_store.routine_between(conn, since, until)
    if subscription is None or subscription.channel_id != channel_id:
        return unknown_number(words[1], live, context, "preview", channel)
    # a typed year may be too far away for the zone
    since, until = (min(max(moment, subscription.created_at), context.now) for moment in (since, until))
    period = "this week"
    if all(moments):
        period = f"from {dates.day_clock(since, subscription.zone)} to {dates.day_clock(until, subscription.zone)}"
    return _left_out_card(subscription, left_out(subscription, stored), period, context, live=subscription in live)


def _left_out_card(subscription: Subscription, found: list[Entry], period: str, context: Context, *, live: bool) -> Reply:
    number, zone, title = subscription.id, subscription.zone, wording.title(subscription.filters, context.catalog)
    counted = f"{entries.left_out_count(len(found)) if found else 'No routine notices left out'} {period}"
    shown = found[:_MAX_LEFT_OUT]
    bullets = tuple(entries.bullet(entry, entries.sent_day(entry, context.now, zone), entries.routine_name(entry.kind)) for entry in shown)
    state = "" if live else "ended"
    blocks: list[Block] = [Header(counted), SmallPrint((cards.separated_line(f"Subscription {number}", state, title),))]
    if bullets:
        blocks.append(Bullets(bullets))
    if len(found) > len(shown):
        blocks.append(Section((line(f"… and {len(found) - len(shown)} older notices."),)))
    if live and not subscription.filters.system:
        blocks.append(Section((wording.including_hint(subscription),)))
    change = (Button("Change", wording.change_command(subscription)),) if live else ()
    blocks.append(Buttons((*change, _LIST)))
    if shown:
        blocks.append(entries.caution(shown))
    spoken = (entries.screen_reader_text(entry, zone, most=60) for entry in shown)
    listed = " ".join(f"{place}. {text}" for place, text in enumerate(spoken, 1))
    return Reply(
        f"{counted}, subscription {number}{' (ended)' if state else ''}: {title}. {listed}".strip(),
        tuple(blocks),
        subjects=tuple(entry.key for entry in shown),
    )


def _preview_card(  # six parameters: what is previewed, where, and what only some previews have
    spec: Subscription | SubscriptionSpec,
    recent: list[Entry],
    channel: ChannelRef,
    context: Context,
    show_left_out: tuple[Button, ...] = (),
    week: Bundle | None = None,
) -> Reply:
    """Show matching entries with reasons, or the report of the past week, and count the others."""
    filters, platform = spec.filters, channel.platform
    title, count = wording.title(filters, context.catalog), wording.match_count(filters, platform, recent)
    if week is None:
        blocks, listed, shown = _matching(filters, platform, recent, context)
    else:
        from handlers.subscriptions.changes_preview import report

        (blocks, listed), shown = report(week, spec.zone), [item.entry for item in week.entries]
    omitted = _omitted_counts(filters, platform, recent)
    counted = (Section((line(Span("Not matched: ", bold=True), "; ".join(omitted), "."),)),) if omitted else ()
    subscribe = f"Subscribe this {cards.channel_noun(channel)}"
    new = () if isinstance(spec, Subscription) else wording.subscribe_button(subscribe, spec, "primary")
    buttons = Buttons((*new, *show_left_out, *_report_of_week(spec), _LIST))
    caution = (entries.caution(shown),) if shown else ()
    head = (Header("Preview"), SmallPrint((cards.separated_line(title, count),)))
    text = f"Preview: {title}. {count[0].upper()}{count[1:]}. {listed}".strip()
    reply = Reply(text, (*head, *blocks, *counted, buttons, *caution))
    return freshness.with_warning(reply, filters.feeds, context)


def _matching(filters: Filters, platform: str, recent: list[Entry], context: Context) -> tuple[tuple[Block, ...], str, list[Entry]]:
    """Return the newest entries that match as blocks, as text for screen readers, and themselves."""
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
    older = (Section((line(f"… and {len(found) - len(shown)} older messages."),)),) if len(found) > len(shown) else ()
    listed = " ".join(
        f"{number}. {entries.screen_reader_text(entry, context.zone, most=entries.BULLET_TITLE)}"
        for number, (entry, _) in enumerate(shown, 1)
    )
    return (*((Bullets(items),) if items else ()), *older), listed, [entry for entry, _ in shown]


def _report_of_week(spec: Subscription | SubscriptionSpec) -> tuple[Button, ...]:
    """Return a button that shows the whole report of the week, as it stands now and with its plain text, unless phrases choose messages."""
    if spec.cadence.kind != CadenceKind.CHANGES or spec.filters.phrases:
        return ()
    return (Button("Report of this week", " ".join(("/trade changes", *spec.filters.topics, "since:7d"))),)


def _omitted_counts(filters: Filters, platform: str, recent: Sequence[Entry]) -> tuple[str, ...]:
    """Return "12 left out as routine: 12 outage notices" and the like."""
    asked = ("on other topics" if filters.topics else "", "without your phrases" if filters.phrases else "")
    never = other = 0
    for entry in recent:
        if matches(filters, platform, entry) is not None or is_left_out(filters, platform, entry):
            continue
        if matches(replace(filters, never=(), system=True), platform, entry) is not None:
            never += 1
        else:
            other += 1
    counts = (
        (never, f"{never} with a phrase that you leave out"),
        (other, f"{other} message{'s' if other != 1 else ''} {' or '.join(filter(None, asked))}"),
    )
    routine = wording.left_out(filters, platform, recent)
    return (*((routine,) if routine else ()), *(text for count, text in counts if count))
