"""The Home tab: the PTIs, the person's subscriptions, the latest CSMS messages and every command."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from bot.slack.text import Json
from bot.slack.views.view import reply_blocks
from content.catalog import Catalog
from handlers.actions import Action, encode
from handlers.command import Person
from handlers.replies import cards, dates, entries
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Line, Reply, Section, SmallPrint, Span, line, refusal
from handlers.subscriptions import wording
from handlers.table import TABLE, VERBS, Access
from jobs.cadence import next_due
from jobs.models import Entry, Subscription
from jobs.states import CadenceKind
from jobs.store import subscriptions
from jobs.store.database import Database

NOT_LISTED = refusal("You cannot change this subscription from here.", "Type /csms subscriptions in its channel.")

INTRO = "Answers questions about CBP trade and posts CBP's updates in the channels that subscribe. Only you see this page."
SUBSCRIPTIONS_NOTE = "These are the subscriptions that you set. When you change one, the bot announces it in its channel with your name."
COMMANDS_NOTE = "Type these in any channel or in a message to the bot. Only you see a command's answer until you share it."

MAX_LATEST, MAX_SUBSCRIPTIONS = 5, 30

START = {"Roles": "/role", "Trade pages": "/trade resource", "Glossary": "/trade term", "The Office of Trade": "/trade office"}


@dataclass(frozen=True, slots=True)
class HomeData:
    """`subscriptions` are only those that the person set: what others set may be in a channel that the person can no longer read."""

    subscriptions: Sequence[Subscription]
    latest: Sequence[Entry]
    admin: bool = False
    may_change: bool = True


def person_subscriptions(db: Database, person: Person) -> list[Subscription]:
    """Return the person's live subscriptions, by channel."""
    if person.external:
        return []
    with db.read() as conn:
        found = subscriptions.list_for_person(conn, person.key)
    creator = f" ({person.key})"
    return [each for each in found if each.channel.workspace == person.workspace and each.created_by.endswith(creator)]


def change_value(subscription: Subscription) -> str:
    """Anybody could send such a value, so it is checked when it comes back."""
    return encode(Action.CHANGE, f"{subscription.channel.id} {wording.change_command(subscription)}")


def view(data: HomeData, catalog: Catalog, now: datetime, zone: str) -> Json:
    return {"type": "home", "blocks": reply_blocks(page(data, catalog, now, zone))}


def page(data: HomeData, catalog: Catalog, now: datetime, zone: str) -> Reply:
    blocks: list[Block] = [
        Header("Trade bot (internal tool)"),
        Section((line(INTRO),)),
        cards.heading("Priority Trade Issues"),
        *cards.button_rows([Button(cards.short_name(pti.name), f"/pti {pti.slug}") for pti in catalog.ptis]),
        cards.heading("More"),
        Buttons(tuple(Button(label, command) for label, command in START.items())),
        Header("Your channels"),
        *_subscription_blocks(data, catalog, now),
        Header("Latest CSMS messages"),
        *_latest_blocks(data.latest, now, zone),
        Header("What you can type"),
        *_command_blocks(admin=data.admin),
        SmallPrint((line(COMMANDS_NOTE),)),
    ]
    return Reply("Trade bot", tuple(blocks), public=True)


def _subscription_blocks(data: HomeData, catalog: Catalog, now: datetime) -> Iterable[Block]:
    if not data.subscriptions:
        first = "You have not subscribed a channel yet. To subscribe one, type "
        yield Section((line(first, Span("/csms subscribe", code=True), " in it."),))
        return
    shown = data.subscriptions[:MAX_SUBSCRIPTIONS]
    for _, group in groupby(shown, key=lambda each: each.channel_id):
        in_channel = list(group)
        yield cards.heading(channel_name(in_channel[0]))
        yield Bullets(tuple(_subscription_line(each, catalog, now) for each in in_channel))
        if data.may_change:
            yield from cards.button_rows([Button(f"Change {each.id}", change_value(each)) for each in in_channel])
    if len(data.subscriptions) > len(shown):
        yield Section((line(f"… and {len(data.subscriptions) - len(shown)} more."),))
    yield SmallPrint((line(SUBSCRIPTIONS_NOTE),))


def channel_name(subscription: Subscription) -> str:
    """Slack does not reveal every channel's name."""
    channel = subscription.channel
    return channel.name or ("Direct message" if channel.id.startswith("D") else "A private channel")


def _subscription_line(subscription: Subscription, catalog: Catalog, now: datetime) -> Line:
    cadence, zone = subscription.cadence, subscription.zone
    due = "" if cadence.kind == CadenceKind.NOW else f"next {dates.near(next_due(cadence, zone, now), now, zone)}"
    title = Span(f"{subscription.id} · {wording.title(subscription.filters, catalog)}", bold=True)
    return line(title, *(f"{cards.SEPARATOR}{part}" for part in (wording.schedule(subscription), due) if part))


def _latest_blocks(latest: Sequence[Entry], now: datetime, zone: str) -> Iterable[Block]:
    if not latest:
        yield Section((line("No messages are stored yet."),))
        return
    yield Bullets(tuple(entries.bullet(entry, entries.sent_day(entry, now, zone)) for entry in latest[:MAX_LATEST]))
    yield Buttons((Button("More messages", "/csms latest"),))
    yield entries.caution(latest[:MAX_LATEST])


def _command_blocks(*, admin: bool) -> Iterable[Block]:
    for verb in VERBS:
        routes = [route for route in TABLE if route.verb == verb and (admin or route.audience is Access.ANYONE)]
        if routes:
            yield cards.heading(f"/{verb}")
            yield Bullets(tuple(line(Span(route.usage, code=True), f": {route.help}") for route in routes))
