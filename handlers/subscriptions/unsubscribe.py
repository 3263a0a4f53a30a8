"""/csms unsubscribe: end subscriptions by number or by what they bring, or all of them after asking once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from handlers.replies import cards
from handlers.replies.reply import Bullets, Button, Buttons, Reply, Section, SmallPrint, Span, line, plain
from handlers.subscriptions import selection, wording
from handlers.subscriptions.commands import database_and_channel
from handlers.subscriptions.errors import choices, ended_subscription, other_subscriptions, unknown_number
from jobs.store import channels, reports
from jobs.store import subscriptions as subscription_store
from jobs.subscribe import end_subscriptions

if TYPE_CHECKING:
    from handlers.command import Command, Context
    from jobs.models.channels import ChannelRef
    from jobs.models.subscriptions import Subscription

_ALL = re.compile(
    r"(?:(?:me|us|this (?:channel|chat)) )?(?:from )?(?:all|everything)(?: of (?:it|them))?"
    r"(?: (?:of )?(?:(?:my|our|the) )?(?:subscriptions|updates))?[.!]?",
    re.IGNORECASE,
)

_LIST = Button("All subscriptions", "/csms subscriptions")


def unsubscribe(words: str, command: Command, context: Context) -> Reply:
    target = database_and_channel(command, context)
    if isinstance(target, Reply):
        return target
    db, channel = target
    words = " ".join(words.split())
    wanted = selection.numbers(words)
    with db.begin() as conn:
        now = db.now(conn)
        channel_id = channels.ensure(conn, channel, now)
        waiting = reports.waiting_by_subscription(conn, channel_id)
        before = subscription_store.list_for_channel(conn, channel_id)
        if not wanted and not _ALL.fullmatch(words):
            found, exact = selection.matching(words, before, context.catalog)
            if len(found) == 1 and exact:
                wanted = (found[0].id,)
            elif found:
                return _offer(words, found, context)
        ended = end_subscriptions(conn, channel_id, wanted, command.person.signature, now)
        live = subscription_store.list_for_channel(conn, channel_id)
        earlier = ended_subscription(conn, channel_id, wanted[0]) if wanted and not ended else None
    if before and _ALL.fullmatch(words):
        return _ask(before, channel, context)
    if not ended:
        return unknown_number(words, live, context, "unsubscribe", channel, earlier)
    return _confirmation(ended, live, sum(waiting.get(each.id, 0) for each in ended), command, context)


def _ask(live: list[Subscription], channel: ChannelRef, context: Context) -> Reply:
    """Ask before all subscriptions end. The button names them, so that it never ends a later one."""
    count = f"all {len(live)} subscriptions" if len(live) > 1 else "the only subscription"
    text = f"Do you want to end {count} of this {cards.channel_noun(channel)}?"
    end = Button(f"End {count}", f"/csms unsubscribe {' '.join(str(each.id) for each in live)}", "danger")
    names = tuple(line(_name(each, context)) for each in live)
    pause = Button("Pause instead", "/csms pause")
    blocks = (cards.heading(text), Bullets(names), Buttons((end, pause, _LIST)))
    return Reply(f"{text} {'; '.join(_name(each, context) for each in live)}.", blocks, ok=False)


def _offer(words: str, found: list[Subscription], context: Context) -> Reply:
    """Offer the subscriptions that bring what the words name, and more."""
    named = selection.named(words, context.catalog)
    wanted = wording.criteria(named.filters, context.catalog) if named is not None else cards.quote(words, 60)
    text = f"{len(found)} subscriptions bring {wanted}." if len(found) > 1 else f"Subscription {found[0].id} brings more than {wanted}."
    keep = wording.keep_buttons(found, named, context.catalog)
    other = () if len(found) > 1 else (Button("Change it instead", wording.change_command(found[0])),)
    change = (Buttons((*keep, *other)),) if keep or other else ()
    listed = "; ".join(_name(each, context) for each in found)
    return Reply(f"{text} {listed}.", (cards.heading(text), *choices("unsubscribe", found, context), *change), ok=False)


def _name(subscription: Subscription, context: Context) -> str:
    return f"{subscription.id} · {wording.title(subscription.filters, context.catalog)} · {wording.schedule(subscription)}"


def _confirmation(ended: list[Subscription], live: list[Subscription], waiting: int, command: Command, context: Context) -> Reply:
    catalog, channel = context.catalog, ended[0].channel
    if len(ended) == 1:
        filters = ended[0].filters
        first = f"Ended subscription {ended[0].id}. This {cards.channel_noun(channel)} no longer gets "
        first += f"{wording.updates(filters, catalog)}: {wording.criteria(filters, catalog)}."
        again = wording.subscribe_button("Subscribe again", ended[0])
    else:
        listed = "; ".join(f"{each.id} ({wording.title(each.filters, catalog)})" for each in ended)
        first, again = f"Ended {len(ended)} subscriptions: {listed}.", ()
    dropped = (
        f"{waiting} waiting message{'s' if waiting != 1 else ''} will not be posted for {'it' if len(ended) == 1 else 'them'}."
        if waiting
        else ""
    )
    lines = (line(Span(first, bold=True)), line(f"{dropped} {other_subscriptions(live, channel)}".strip()))
    by = cards.by("Ended", command.person)
    small = SmallPrint((by,))
    return Reply(f"{first} {plain(by)}.", (Section(lines), small, Buttons((*again, _LIST))), public=True)
