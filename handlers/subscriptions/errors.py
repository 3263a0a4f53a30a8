"""Answer words that do not parse and unknown numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlers.replies import cards, entries
from handlers.replies.reply import Block, Button, Buttons, Overflow, Reply, Section, Span, line, refusal
from handlers.subscriptions import wording
from handlers.subscriptions.parser import parse
from handlers.subscriptions.parts import Misunderstood
from jobs.models.subscriptions import SubscriptionSpec
from jobs.store import subscriptions as subscription_store

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.command import Command, Context
    from jobs.models.channels import ChannelRef
    from jobs.models.subscriptions import Subscription
    from jobs.store.database import Connection

_MAX_CORRECTIONS = 3
"""Misspelled words that one button corrects."""

_MAX_LABEL = 60

_PEOPLE = re.compile(r"^(?:(?:me|us|this channel|this chat)\b)?\s*(?:(?:from|to)\b)?", re.IGNORECASE)


def misunderstood_reply(error: Misunderstood, words: str, command: Command, context: Context, suffix: str = "") -> Reply:
    """Point at the wrong word, with a hint and, if plain, a corrected command.

    `suffix` was cut off before parsing.
    """
    typed = f"/{command.verb} {command.words}".rstrip()
    before = len(typed) - len(words.rstrip()) if typed.endswith(words.rstrip()) else 0
    corrected = _corrections(error, words, context, feeds_allowed=command.verb == "trade") if before else ()
    return explained_error(error, words, [f"{typed[:before]}{each}{suffix}" for each in corrected])


def explained_error(error: Misunderstood, words: str, corrected: Sequence[str]) -> Reply:
    """Point at the wrong word, with a hint and buttons for corrected commands."""
    first = _sentence(error.message)
    shown = words[: error.position - 1][-60:].strip()
    mark = line(f"{shown} → " if shown else "", Span(words[error.position - 1 :][:40].strip() or "…", bold=True))
    button = (Buttons(tuple(Button(entries.shorten(each, _MAX_LABEL), each) for each in corrected)),) if corrected else ()
    also = f"{_sentence(error.also.message)} {error.also.hint}" if error.also else ""
    lines = (line(Span(first, bold=True)), mark, line(error.hint), *((line(also),) if also else ()))
    return Reply(f"{first} {error.hint} {also}".rstrip(), (Section(lines), *button), ok=False)


def _sentence(message: str) -> str:
    return entries.sentence(f"{message[:1].upper()}{message[1:]}")


def _corrections(error: Misunderstood, words: str, context: Context, *, feeds_allowed: bool, depth: int = _MAX_CORRECTIONS) -> list[str]:
    """Return the words with every plain correction, all of which parse."""
    found: list[str] = []
    start = error.position - 1
    for correction in error.corrections if depth else ():
        corrected = f"{words[:start]}{correction}{words[start + error.length :]}".strip()
        spec = parse(corrected, context.catalog, context.zone, feeds_allowed)
        if isinstance(spec, SubscriptionSpec):
            found.append(corrected)
        else:
            found += _corrections(spec, corrected, context, feeds_allowed=feeds_allowed, depth=depth - 1)
    return found[: cards.MAX_BUTTONS]


def ended_subscription(conn: Connection, channel_id: int, number: int) -> Subscription | None:
    """Return the channel's subscription with this number. Old replies keep their buttons after its end."""
    found = subscription_store.get(conn, number)
    return found if found is not None and found.channel_id == channel_id else None


def other_subscriptions(live: list[Subscription], channel: ChannelRef | None) -> str:
    here = f"This {cards.channel_noun(channel)}"
    return f"{here} still has {len(live)} subscription{'s' if len(live) > 1 else ''}." if live else f"{here} has no other subscriptions."


def unknown_number(
    words: str, live: list[Subscription], context: Context, action: str, channel: ChannelRef | None, ended: Subscription | None = None
) -> Reply:
    """Say that the channel has no such subscription, and offer those that it has.

    `action` is unsubscribe, preview, change, pause or resume; `ended` had this number.
    """
    verb = "end" if action == "unsubscribe" else action
    here = f"This {cards.channel_noun(channel)}"
    if ended is not None:
        text = f"Subscription {ended.id} ({wording.title(ended.filters, context.catalog)}) has already ended."
        again = wording.subscribe_button("Subscribe again", ended)
        return refusal(text, other_subscriptions(live, channel), *again, Button("All subscriptions", "/csms subscriptions"))
    if not live:
        return refusal(
            f"{here} has no subscriptions to {verb}.", "", Button(f"Subscribe this {cards.channel_noun(channel)}", "/csms subscribe")
        )
    named = _PEOPLE.sub("", words).strip(' "“”')
    unknown = f"{here} has no subscription {cards.quote_unless_number(named, 40)}."
    text = unknown if named else f"Which subscription do you want to {verb}?"
    listed = "; ".join(f"{each.id} ({wording.title(each.filters, context.catalog)})" for each in live)
    return Reply(f"{text} Subscriptions: {listed}.", (cards.heading(text), *choices(action, live, context)), ok=False)


def choices(action: str, live: Sequence[Subscription], context: Context) -> tuple[Block, ...]:
    """Return a way to choose one of the subscriptions, for each of which unsubscribe asks first, as no select menu can."""
    buttons = tuple(_action_button(action, each, context) for each in live)
    if action != "unsubscribe" or len(live) <= cards.MAX_CHOICES:
        return (cards.choices("Choose a subscription", buttons),)
    names = (line(f"{each.id} · {wording.title(each.filters, context.catalog)}") for each in live)
    return tuple(Section((name,), Overflow((button,), button.label)) for name, button in zip(names, buttons, strict=True))


def _action_button(action: str, subscription: Subscription, context: Context) -> Button:
    named = f"{subscription.id} · {wording.criteria(subscription.filters, context.catalog)}"
    label = entries.shorten(f"{action.capitalize()} {named}", _MAX_LABEL)
    if action == "unsubscribe":
        return wording.unsubscribe_button(label, subscription, context.catalog)
    return Button(label, wording.change_command(subscription) if action == "change" else f"/csms {action} {subscription.id}")
