"""Offer the exact commands for what people said about subscriptions in everyday words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.replies import cards, dates
from handlers.replies.entries import shorten
from handlers.replies.reply import Button, Buttons, Reply, SmallPrint, line
from handlers.subscriptions import cadence, selection, wording
from handlers.subscriptions.commands import database_and_channel, subscriptions
from handlers.subscriptions.edits import offer_edit
from handlers.subscriptions.errors import choices, unknown_number
from handlers.subscriptions.meaning import Intent, Meaning
from handlers.subscriptions.parser import MAX_CHARACTERS, parse
from handlers.subscriptions.parts import MAX_PHRASE
from handlers.subscriptions.proposal import offered, propose
from handlers.subscriptions.requests import understand
from handlers.subscriptions.vocabulary import ENDING, PAUSING, RESUMING
from jobs.cadence import due_at
from jobs.models.subscriptions import Cadence, SubscriptionSpec
from jobs.states import CadenceKind, Lead
from jobs.store import channels
from jobs.store import subscriptions as subscription_store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from handlers.command import Command, Context
    from jobs.models.channels import ChannelRef
    from jobs.models.subscriptions import Subscription

_LIST = Button("All subscriptions", "/csms subscriptions")

_MAX_BUTTON = 60
_MAX_SCHEDULES = 2
"""Different schedules that a question names."""

_MAX_LEAVING = 2
"""Subscriptions of which words can be left out by a button."""

_DIRECT = frozenset({"dm", "dms", "pm", "direct", "privately"})
_IN_CHAT = "To get them as direct messages, type the same in your chat with the bot."

_VERBS = {"pause": PAUSING, "resume": RESUMING}


def offer(words: str, command: Command, context: Context) -> Reply:
    """Answer what somebody said about subscriptions."""
    target = database_and_channel(command, context)
    if isinstance(target, Reply):
        return target
    db, channel = target
    with db.read() as conn:
        channel_id = channels.find_id(conn, channel) or 0  # 0: nothing stored
        live = subscription_store.list_for_channel(conn, channel_id)
        paused = channels.find_pause(conn, channel_id) is not None
        every = subscription_store.list_all_for_channel(conn, channel_id)
    meaning = understand(words)
    assert meaning is not None  # noqa: S101 - the router understood the same words
    match meaning.offer:
        case Intent.STOP:
            return _stop(live, channel, paused=paused)
        case Intent.RESTART:
            return _restart(live, channel, command, context, paused=paused)
        case Intent.STATUS:
            return _status(live, command, context, paused=paused)
        case Intent.DIGEST:
            return _digest(live, channel, context, paused=paused)
        case Intent.UNDO:
            return _begin_again(every, context) or _undo(live, channel, context, paused=paused)
        case Intent.SCHEDULE | Intent.NAMED | Intent.CHANGE:
            return _about(meaning, live, channel, context)
        case Intent.ADD | Intent.REMOVE:
            return offer_edit(meaning, live, target, context)
    reply = propose(meaning.words, channel, context)
    if _DIRECT.isdisjoint(words.casefold().split()) or cards.channel_noun(channel) == "chat":
        return reply
    return replace(reply, text=f"{reply.text} {_IN_CHAT}", blocks=(*reply.blocks, SmallPrint((line(_IN_CHAT),))))


def offer_named(command: Command, context: Context) -> Reply | None:
    """Answer words that are about a subscription if the channel has it ("resume textiles"), or that are one ("forced labor weekly").

    Return None for others. Raises StoreNeeded.
    """
    meaning = understand(command.words)
    if meaning is None or command.person.external or command.channel is None:
        return None
    if meaning.offer in (Intent.SUBSCRIBE, Intent.ADD):
        spec = parse(meaning.words, context.catalog, context.zone, feeds_allowed=True)
        is_one = isinstance(spec, SubscriptionSpec) and "topics" not in spec.omitted and ("outage" in spec.filters.topics or not spec.notes)
        return offer(command.words, command, context) if is_one and context.database() is not None else None
    if selection.named(meaning.about, context.catalog) is None:
        return None
    db = context.database()
    if db is None:
        return None
    with db.read() as conn:
        live = subscription_store.list_for_channel(conn, channels.find_id(conn, command.channel) or 0)
    found = selection.matching(meaning.about, live, context.catalog)[0]
    if not found and meaning.words == "resume":
        return unknown_number(meaning.about, live, context, "resume", command.channel)
    return _about(meaning, found, command.channel, context) if found else None


def _about(meaning: Meaning, live: Sequence[Subscription], channel: ChannelRef, context: Context) -> Reply:
    """Offer to change, pause, resume or end the subscriptions that the words name, or any."""
    numbers = selection.numbers(meaning.about)
    found = [each for each in live if each.id in numbers] or selection.matching(meaning.about, live, context.catalog)[0]
    verb = "unsubscribe" if meaning.words in ENDING else next((each for each, words in _VERBS.items() if meaning.words in words), "change")
    if meaning.about and live and not found:
        unknown = unknown_number(meaning.about, list(live), context, verb, channel)
        leaving = _leave_out(meaning.about, live, context) if verb == "unsubscribe" and not numbers else ()
        return replace(unknown, blocks=(*unknown.blocks, Buttons(leaving))) if leaving else unknown
    if meaning.offer is Intent.SCHEDULE:
        return _schedule(meaning.words, found or live, channel, context)
    found = found or list(live)
    if not found:
        return unknown_number("", [], context, verb, channel)
    named = f"subscription {found[0].id} ({wording.title(found[0].filters, context.catalog)})"
    does = "end" if verb == "unsubscribe" else verb
    text = f"Do you want to {does} {named}?" if len(found) == 1 else f"Which subscription do you want to {does}?"
    keep = wording.keep_buttons(found, selection.named(meaning.about, context.catalog), context.catalog) if does == "end" else ()
    return Reply(text, (cards.heading(text), *choices(verb, found, context), Buttons((*keep, _LIST))), ok=False)


def _leave_out(words: str, live: Sequence[Subscription], context: Context) -> tuple[Button, ...]:
    """Return buttons that leave the words out of the first subscriptions, none of which has them as its topic."""
    found: list[Button] = []
    for each in live[:_MAX_LEAVING]:
        changed = replace(each, filters=replace(each.filters, never=tuple(sorted({*each.filters.never, words[:MAX_PHRASE]}))))
        caption = shorten(f"Leave “{words}” out of {each.id} · {wording.criteria(each.filters, context.catalog)}", _MAX_BUTTON)
        typed = wording.replacing_words(changed)
        found += [Button(caption, wording.change_command(each, typed))] if len(typed) <= MAX_CHARACTERS else []
    return tuple(found)


def _begin_again(every: Sequence[tuple[Subscription, datetime | None]], context: Context) -> Reply | None:
    """Offer the subscription that ended last, if nothing began or was replaced since."""
    last, ended = max(((each, at) for each, at in every if at is not None), key=lambda each: each[1], default=(None, None))
    if last is None or ended is None or any(each.created_at >= ended for each, _ in every):
        return None
    text = f"Do you want subscription {last.id} ({wording.title(last.filters, context.catalog)}) again, which ended last?"
    hint = "It begins anew, and brings only new messages."
    return offered(text, hint, (*wording.subscribe_button("Subscribe again", last), _LIST))


def _undo(live: Sequence[Subscription], channel: ChannelRef, context: Context, *, paused: bool) -> Reply:
    """Offer to end the newest subscription, or to resume."""
    resume = (Button("Resume", "/csms resume"),) if paused else ()
    if not live:
        text = f"This {cards.channel_noun(channel)} has no subscription to undo."
        return offered(text, "", (*resume, Button("Help", "/trade help")))
    newest = max(live, key=lambda each: each.id)
    text = f"Do you want to end subscription {newest.id} ({wording.title(newest.filters, context.catalog)}), the newest one here?"
    end = wording.unsubscribe_button(f"Unsubscribe {newest.id}", newest, context.catalog)
    return offered(
        text, "A change cannot be undone. To change it back, select Change.", (end, wording.actions(newest, context)[0], *resume, _LIST)
    )


def _status(live: Sequence[Subscription], command: Command, context: Context, *, paused: bool) -> Reply:
    """Say whether and when the bot posts, above the list of subscriptions."""
    listed = subscriptions("", command, context)
    if not live or paused:
        return listed  # it says so
    scheduled = [each for each in live if each.cadence.at is not None]
    now = context.now
    following = min(((due_at(each, Lead.NONE, now), each) for each in scheduled), key=lambda found: found[0], default=None)
    text = "Posting is not paused."
    if following is not None:
        due, subscription = following
        day = dates.near_weekday(due, now, subscription.zone)
        text += f" The next digest is due {day} {dates.clock(due, subscription.zone)}, if there is anything to post."
    if len(scheduled) < len(live):
        text += f" {'Other messages' if scheduled else 'Messages'} are posted when they come."
    header, *blocks = listed.blocks
    return replace(listed, text=f"{text} {listed.text}", blocks=(header, cards.heading(text), *blocks))


def _digest(live: Sequence[Subscription], channel: ChannelRef, context: Context, *, paused: bool) -> Reply:
    """Say when the next digest is due, since none comes before its time, and offer what shows the same now."""
    text, now = "The bot posts each digest at its time and cannot send one early.", context.now
    changes = Button("Changes of 7 days", "/trade changes since:7d")
    if not live:
        here = f"this {cards.channel_noun(channel)}"
        hint = f"{here[:1].upper()}{here[1:]} has no subscriptions, so no digest is due."
        return offered(text, hint, (Button(f"Subscribe {here}", "/csms subscribe"), changes))
    found = [(due_at(each, Lead.NONE, now), each.zone) for each in live if each.cadence.at is not None]
    hint = "Posting is paused here." if paused else "Each message here is posted when it comes."
    if found and not paused:
        due, zone = min(found)
        hint = f"The next one is due {dates.near_weekday(due, now, zone)} {dates.clock(due, zone)}, if there is anything to post."
    resume = (Button("Resume", "/csms resume"),) if paused else ()
    return offered(text, hint, (*resume, Button("Preview", "/csms preview"), changes, _LIST))


def _stop(live: Sequence[Subscription], channel: ChannelRef, *, paused: bool) -> Reply:
    here = f"this {cards.channel_noun(channel)}"
    if not live:
        text = f"The bot posts no updates in {here}: it has no subscriptions."
        return offered(text, "", (Button("Help", "/trade help"),))
    count = f"{len(live)} subscription{'s' if len(live) > 1 else ''}"
    text = f"Do you want the bot to post less in {here}? It has {count}."
    pause = (
        (Button("Resume", "/csms resume"),)
        if paused
        else (Button("Pause", "/csms pause"), Button("Pause until Monday", "/csms pause until monday"))
    )
    end = Button("Unsubscribe from all …", "/csms unsubscribe all", "danger")
    return offered(text, "Choose one, or end or change a single subscription in the list.", (*pause, _LIST, end))


def _restart(live: Sequence[Subscription], channel: ChannelRef, command: Command, context: Context, *, paused: bool) -> Reply:
    """Offer to resume, or to begin anew with other subscriptions."""
    here = f"this {cards.channel_noun(channel)}"
    if paused:
        return offered(f"Do you want posting to resume in {here}?", "", (Button("Resume", "/csms resume"), _LIST))
    if not live:
        return propose("", channel, context)
    end = Button("Unsubscribe from all …", "/csms unsubscribe all", "danger")
    count = f"{len(live)} subscription{'s' if len(live) > 1 else ''}"
    text = f"Posting is not paused in {here}. It has {count}."
    return offered(text, "To begin anew, unsubscribe, then subscribe again.", (_LIST, end))


def _schedule(words: str, live: Sequence[Subscription], channel: ChannelRef, context: Context) -> Reply:
    """Offer the schedule for what the channel has, or the nearest schedules for one that the bot does not have."""
    read = cadence.read(words.split())
    first = ""
    instead: tuple[str, ...] = ()
    if isinstance(read, cadence.InvalidCadence) and read.at is None:
        first, instead = f"{read.message[0].upper()}{read.message[1:]}.", read.instead
    if not live:
        schedules = instead or _schedules(words, None, context)
        here = f"this {cards.channel_noun(channel)}"
        text = f"{first} Do you want {here} to get all CSMS messages {' or '.join(schedules)}?".strip()
        buttons = tuple(Button(f"Subscribe: {each}", f"/csms subscribe {each}") for each in schedules)
        return offered(text, "To get only some, name topics: /csms subscribe revenue weekly.", buttons)
    found = {each.id: instead or _schedules(words, each, context) for each in live}
    catalog = context.catalog
    titles = {each.id: wording.title(each.filters, catalog) for each in live}
    changes = [
        Button(
            shorten(f"{each.id} · {shorten(wording.criteria(each.filters, catalog), 30)}: {schedule}", _MAX_BUTTON),
            wording.change_command(each, schedule),
        )
        for each in live
        for schedule in found[each.id]
    ]
    if not changes:
        have = f"Subscription {live[0].id} ({titles[live[0].id]}) already posts" if len(live) == 1 else "All of them already post"
        return offered(f"{have} {wording.schedule(live[0])}.", "", (_LIST,))
    schedules = tuple(dict.fromkeys(schedule for each in found.values() for schedule in each))
    to = f" to {' or '.join(schedules)}" if len(schedules) <= _MAX_SCHEDULES else ""
    text = f"{first} Which subscription do you want to change{to}?".strip()
    if len(live) == 1:
        text = f"{first} Do you want to change subscription {live[0].id} ({titles[live[0].id]}){to}?".strip()
    choice = cards.choices("Choose a subscription", changes)
    listed = Buttons((*choice.buttons, _LIST)) if isinstance(choice, Buttons) else choice
    return Reply(text, (cards.heading(text), listed), ok=False)


def _schedules(words: str, subscription: Subscription | None, context: Context) -> tuple[str, ...]:
    """Return the schedules that the words mean for a subscription, whose days and zone stay where they name none.

    () if the subscription has this schedule.
    """
    read = cadence.read(words.split())
    typed = words if read is not None else f"in {words.removeprefix('in ').removeprefix('the ').removesuffix(' zone')}"
    at = read.at if isinstance(read, cadence.InvalidCadence) else None
    if isinstance(read, cadence.InvalidCadence) and at is not None:
        typed = f"daily {at:%H:%M} {' '.join(words.split()[read.count :])}"
    spec = parse(typed, context.catalog, context.zone, feeds_allowed=True)
    if not isinstance(spec, SubscriptionSpec):
        return ("weekdays 09:00",)
    wanted: tuple[Cadence, ...] = (spec.cadence,)
    if subscription is not None and "cadence" in spec.omitted:
        wanted = (subscription.cadence,) if subscription.cadence.at is not None else ()  # "now" is now in every zone
    elif at is not None and subscription is not None and subscription.cadence.at is not None:
        wanted = (replace(subscription.cadence, at=at),)
    elif at is not None:
        wanted = (Cadence(CadenceKind.DAILY, at), Cadence(CadenceKind.WEEKDAYS, at))
    zone = spec.zone if "zone" not in spec.omitted or subscription is None else subscription.zone
    if subscription is not None and wanted == (subscription.cadence,) and zone == subscription.zone:
        return ()
    parts = [dict(wording.typed_parts(replace(spec, cadence=each, zone=zone))) for each in wanted]
    kinds = ("when", *(("zone",) if "zone" not in spec.omitted else ()))
    return tuple(" ".join(each[kind] for kind in kinds if kind in each) for each in parts)
