"""The Home tab: the person's channels, the newest CSMS messages, and what to try."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.slack.text import Json
from bot.slack.views.view import reply_blocks
from content.catalog import Catalog
from handlers.actions import Action, encode
from handlers.command import Person
from handlers.questions.examples import ALL_COMMANDS, START, THINGS, things_to_try
from handlers.replies import cards, dates, entries, freshness
from handlers.replies.reply import (
    Block,
    Bullets,
    Button,
    Buttons,
    Header,
    Line,
    Menu,
    Overflow,
    Reply,
    Section,
    SmallPrint,
    Span,
    code_line,
    line,
    refusal,
)
from handlers.subscriptions import wording
from jobs.cadence import next_due
from jobs.feed_health import LastRead
from jobs.models.entries import Entry
from jobs.models.subscriptions import Subscription
from jobs.states import CadenceKind
from jobs.store import subscriptions
from jobs.store.database import Database

NOT_LISTED = refusal("You cannot change this subscription from here.", code_line("Type `/csms subscriptions` in its channel."))

INTRO = "Ask about CBP trade, and get CBP's updates in your channels. Only you see this page."

MAX_LATEST, MAX_SECTIONS, MAX_MENU = 3, 3, 97
"""Messages, subscriptions, and further subscriptions in a menu."""

SUBSCRIBE = "/csms subscribe"


@dataclass(frozen=True, slots=True)
class HomeData:
    """`subscriptions` are only those that the person set: what others set may be in a channel that the person can no longer read."""

    subscriptions: Sequence[Subscription]
    latest: Sequence[Entry]
    read: LastRead  #: Of CBP's feed.
    may_change: bool = True
    notice: str = ""
    """That no channel gets posts right now."""


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
    subscribe = (Button("Subscribe a channel", SUBSCRIBE, "primary"),) if data.may_change else ()
    blocks: list[Block] = [
        *freshness.warning_blocks(freshness.warning(data.read, now, zone)),
        *((cards.heading(data.notice),) if data.notice else ()),
        Header("Trade bot (internal tool)"),
        Section((line(INTRO),)),
        Buttons((*subscribe, START[0], START[1], START[3])),
        Header("Your channels"),
        *_subscription_blocks(data, catalog, now),
        Header("Newest messages"),
        *_latest_blocks(data.latest, now, zone),
        Header(THINGS),
        Bullets(things_to_try(catalog, next((entry for entry in data.latest if entry.number and not entry.routine), None))),
        Buttons((ALL_COMMANDS,)),
    ]
    return Reply("Trade bot", tuple(blocks), public=True)


def _subscription_blocks(data: HomeData, catalog: Catalog, now: datetime) -> Iterable[Block]:
    """The first subscriptions are described; a menu lists the others."""
    if not data.subscriptions:
        yield Section((line("You have not subscribed a channel yet."),))
        return
    shown = data.subscriptions[: MAX_SECTIONS if len(data.subscriptions) > MAX_SECTIONS + 1 else MAX_SECTIONS + 1]
    for each in shown:
        change = Overflow((Button("Change", change_value(each)),), f"Actions for subscription {each.id}")
        yield Section(_subscription_lines(each, catalog, now), change if data.may_change else None)
    others = data.subscriptions[len(shown) : len(shown) + MAX_MENU]
    if others and data.may_change:
        yield Menu("Change another", tuple(Button(_name(each, catalog), change_value(each)) for each in others))
    left = len(data.subscriptions) - len(shown) - (len(others) if data.may_change else 0)
    if left:
        yield SmallPrint((line(f"… and {left} more."),))


def channel_name(subscription: Subscription) -> str:
    """Slack does not reveal every channel's name."""
    channel = subscription.channel
    return channel.name or ("Direct message" if channel.id.startswith("D") else "A private channel")


def _name(subscription: Subscription, catalog: Catalog) -> str:
    return f"{channel_name(subscription)}: {wording.title(subscription.filters, catalog)}"


def _subscription_lines(subscription: Subscription, catalog: Catalog, now: datetime) -> tuple[Line, ...]:
    cadence, zone = subscription.cadence, subscription.zone
    due = "" if cadence.kind == CadenceKind.NOW else f"next {dates.near_day(next_due(cadence, zone, now), now, zone)}"
    schedule = wording.schedule(subscription)
    return (
        line(Span(_name(subscription, catalog), bold=True)),
        cards.separated_line(f"{schedule[:1].upper()}{schedule[1:]}", due),
    )


def _latest_blocks(latest: Sequence[Entry], now: datetime, zone: str) -> Iterable[Block]:
    if not latest:
        yield Section((line("No messages are stored yet."),))
        return
    yield Bullets(tuple(entries.bullet(entry, entries.sent_day(entry, now, zone)) for entry in latest[:MAX_LATEST]))
    yield Buttons((Button("More messages", "/csms latest"),))
