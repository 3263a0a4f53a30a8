"""Offer the exact commands for what people said about subscriptions in everyday words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.replies import cards
from handlers.replies.entries import shorten
from handlers.replies.reply import Button, Buttons, Reply, Section, Span, line
from handlers.subscriptions import cadence, timezones, wording
from handlers.subscriptions.commands import database_and_channel
from handlers.subscriptions.names import vocabulary
from handlers.subscriptions.parser import parse
from handlers.subscriptions.parts import JOINING, MAX_PHRASE, Misunderstood
from handlers.subscriptions.requests import Intent
from jobs.models.subscriptions import SubscriptionSpec
from jobs.store import channels
from jobs.store import subscriptions as subscription_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from content.catalog import Catalog
    from handlers.command import Command, Context
    from jobs.models.channels import ChannelRef
    from jobs.models.subscriptions import Subscription

_LIST = Button("All subscriptions", "/csms subscriptions")

_MAX_CHANGES = 4
"""Subscriptions whose schedule one reply offers to change."""

_NOT_PHRASES = (
    *(
        "a",
        "an",
        "any",
        "the",
        "all",
        "new",
        "when",
        "whenever",
        "if",
        "is",
        "are",
        "was",
        "there",
        "that",
        "something",
        "anything",
        "what",
    ),
    *("every", "time", "of", "on", "in", "for", "about", "to", "with", "by", "at", "from", "and", "or", "changes", "happens", "issued"),
    *("published", "posted", "released", "comes", "out", "opens", "closes", "daily", "weekly", "digest", "summary", "me", "us", "here"),
)
"""Words that say nothing about a message."""


def offer(words: str, command: Command, context: Context) -> Reply:
    """Answer an intent, the first word, about the rest."""
    target = database_and_channel(command, context)
    if isinstance(target, Reply):
        return target
    db, channel = target
    with db.read() as conn:
        channel_id = channels.find_id(conn, channel) or 0  # 0: nothing stored
        live = subscription_store.list_for_channel(conn, channel_id)
        paused = channels.find_pause(conn, channel_id) is not None
    intent, _, about = words.partition(" ")
    match Intent(intent):
        case Intent.STOP:
            return _stop(live, channel, paused=paused)
        case Intent.SCHEDULE:
            return _schedule(about, live, channel, context)
    return _subscribe(about, channel, command, context)


def _stop(live: Sequence[Subscription], channel: ChannelRef, *, paused: bool) -> Reply:
    here = f"this {cards.channel_noun(channel)}"
    if not live:
        text = f"The bot posts no updates in {here}: it has no subscriptions."
        return _offer(text, "", (Button("Help", "/trade help"),))
    count = f"{len(live)} subscription{'s' if len(live) > 1 else ''}"
    text = f"Do you want the bot to post less in {here}? It has {count}."
    pause = (
        (Button("Resume", "/csms resume"),)
        if paused
        else (Button("Pause", "/csms pause"), Button("Pause until Monday", "/csms pause until monday"))
    )
    end = Button("Unsubscribe from all …", "/csms unsubscribe all", "danger")
    return _offer(text, "Choose one, or end or change a single subscription in the list.", (*pause, _LIST, end))


def _schedule(words: str, live: Sequence[Subscription], channel: ChannelRef, context: Context) -> Reply:
    """Offer the schedule for what the channel has, or the nearest schedules for one that the bot does not have."""
    read, spec = cadence.read(words.split()), parse(words, context.catalog, context.zone, feeds_allowed=True)
    if isinstance(read, cadence.InvalidCadence):
        first, schedules = f"{read.message[0].upper()}{read.message[1:]}.", read.instead
    elif isinstance(spec, SubscriptionSpec):
        typed = dict(wording.typed_parts(spec))
        zone = "" if "zone" in spec.omitted else f" {typed['zone']}"
        first, schedules = "", (f"{typed['when']}{zone}",)
    else:
        first, schedules = "", ("weekdays 09:00",)
    if not live:
        here = f"this {cards.channel_noun(channel)}"
        text = f"{first} Do you want {here} to get all CSMS messages {' or '.join(schedules)}?".strip()
        buttons = tuple(Button(f"Subscribe: {each}", f"/csms subscribe {each}") for each in schedules)
        return _offer(text, "To get only some, name topics: /csms subscribe revenue weekly.", buttons)
    text = f"{first} Which subscription do you want to change to {' or '.join(schedules)}?".strip()
    if len(live) == 1:
        title = wording.title(live[0].filters, context.catalog)
        text = f"{first} Do you want to change subscription {live[0].id} ({title}) to {' or '.join(schedules)}?".strip()
    changes = [
        Button(shorten(f"{each.id}: {schedule}", 60), wording.change_command(each, schedule))
        for each in live[:_MAX_CHANGES]
        for schedule in schedules
    ]
    return _offer(text, "", (*changes[:_MAX_CHANGES], _LIST))


def _subscribe(words: str, channel: ChannelRef, command: Command, context: Context) -> Reply:
    spec = _read_loosely(words, command, context)
    here = f"this {cards.channel_noun(channel)}"
    if spec is None:
        text = f"Do you want {here} to get CBP's updates?"
        everything = Button("All CSMS messages, weekdays 09:00", "/csms subscribe all topics weekdays 09:00")
        hint = "To choose topics, type them: /csms subscribe revenue weekly."
        return _offer(text, hint, (Button("Choose topics", "/csms subscribe"), everything) if _has_forms(channel) else (everything,))
    catalog = context.catalog
    text = f"Do you want {here} to get {wording.updates(spec.filters, catalog)}: {wording.criteria(spec.filters, catalog)}?"
    buttons = (
        *wording.subscribe_button(f"Subscribe {here}", spec, "primary"),
        Button("Preview", f"/trade preview {wording.typed_words(spec)}"),
    )
    return _offer(text, wording.timing(spec, context.now), (*buttons, _LIST))


def _has_forms(channel: ChannelRef) -> bool:
    return channel.platform == "slack"


def _read_loosely(words: str, command: Command, context: Context) -> SubscriptionSpec | None:
    """Return a subscription to what the words name. Where they name nothing known, they are the phrase to look for."""
    spec = parse(words, context.catalog, context.zone, feeds_allowed=True)
    if isinstance(spec, Misunderstood):
        known, rest = _named_parts(words.split(), context.catalog)
        phrase = "" if known["names"] else " ".join(rest)[:MAX_PHRASE]
        quoted = [f'"{phrase}"'] if phrase else []
        spec = parse(" ".join((*known["names"], *quoted, *known["timing"])), context.catalog, context.zone, feeds_allowed=True)
    return spec if isinstance(spec, SubscriptionSpec) and "topics" not in spec.omitted else None


def _named_parts(words: Sequence[str], catalog: Catalog) -> tuple[dict[str, list[str]], list[str]]:
    """Return the names and times among the words, and the other words that say something."""
    known = vocabulary(catalog)
    found: dict[str, list[str]] = {"names": [], "timing": []}
    rest: list[str] = []
    place = 0
    while place < len(words):
        name, timing = known.longest_match(words[place:]), cadence.read([word.casefold() for word in words[place:]])
        if isinstance(timing, cadence.ParsedCadence):
            found["timing"] = list(words[place : place + timing.words])
            place += timing.words
        elif name is not None and len(name.slugs) == 1 and words[place] not in _NOT_PHRASES:
            found["names"].append(name.slugs[0])
            place += name.words
        else:
            word = words[place].strip('"“”.,!?')
            rest += [word] if word and word not in _NOT_PHRASES and word not in JOINING and not timezones.is_short(word) else []
            place += 1
    return found, rest


def _offer(text: str, hint: str, buttons: tuple[Button, ...]) -> Reply:
    lines = (line(Span(text, bold=True)), *((line(hint),) if hint else ()))
    return Reply(f"{text} {hint}".strip(), (Section(lines), Buttons(buttons)), ok=False)
