"""The Home tab: what can be typed, the PTIs, what this person set in which channel and when it comes next, and the latest updates."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from bot.slack.text import Json
from bot.slack.views.view import home, of_reply
from content.catalog import Catalog
from handlers.actions import Action, encode
from handlers.command import Person
from handlers.replies import cards, dates
from handlers.replies import entries as updates
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Line, Reply, Section, SmallPrint, Span, line
from handlers.subscriptions import wording
from handlers.subscriptions.wording import change_command as change
from handlers.table import TABLE, VERBS
from jobs.cadence import next_due
from jobs.models import Entry, Subscription
from jobs.states import CadenceKind
from jobs.store import subscriptions as store
from jobs.store.database import Database

LATEST = 5
MAX_SUBSCRIPTIONS = 30

START = (
    Button("Roles", "/role"),
    Button("Trade pages", "/trade resource"),
    Button("Glossary", "/trade term"),
    Button("The Office of Trade", "/trade office"),
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored for one person. `subscriptions`: those that this person set, and of nobody else: what others set, with their phrases,
    may be in a channel that is closed to this person by now."""

    subscriptions: Sequence[Subscription]
    latest: Sequence[Entry]
    admin: bool = False
    may_change: bool = True
    """Whether this person may change subscriptions at all."""


def of_person(db: Database, person: Person) -> list[Subscription]:
    """The live subscriptions that this person set, channel by channel; none for people from outside."""
    if person.external:
        return []
    with db.read() as conn:
        of_their_channels = store.set_by(conn, person.key)
    theirs = f" ({person.key})"
    return [each for each in of_their_channels if each.channel.workspace == person.workspace and each.created_by.endswith(theirs)]


def change_command(of: Subscription) -> str:
    """What "Change" carries: it is checked again when it comes back, since anybody might send one."""
    return encode(Action.CHANGE, f"{of.channel.id} {change(of)}")


def view(known: Known, catalog: Catalog, now: datetime, zone: str) -> Json:
    """The tab."""
    return home(of_reply(page(known, catalog, now, zone)))


def page(known: Known, catalog: Catalog, now: datetime, zone: str) -> Reply:
    """The same as a reply."""
    blocks: list[Block] = [
        Header("Trade bot (internal tool)"),
        Section((line("Answers about CBP trade, and its updates in the channels that asked for them. Only you see this page."),)),
        cards.heading("Priority Trade Issues"),
        *cards.button_rows([Button(cards.short_name(one.name), f"/pti {one.slug}") for one in catalog.ptis]),
        cards.heading("More"),
        Buttons(START),
        Header("Your channels"),
        *channels(known, catalog, now),
        Header("Latest CSMS messages"),
        *latest(known.latest, now, zone),
        Header("What you can type"),
        *commands(admin=known.admin),
        SmallPrint((line("In any channel, or in a message to the bot. Only you see what a command answers, until you share it."),)),
    ]
    return Reply("Trade bot", tuple(blocks), public=True)


def channels(known: Known, catalog: Catalog, now: datetime) -> Iterable[Block]:
    """Channel by channel what it gets, and when next; with a button to change each."""
    subscriptions = known.subscriptions
    if not subscriptions:
        yield Section((line("None of your channels gets updates by you yet. Type ", Span("/csms subscribe", code=True), " in one."),))
        return
    shown = subscriptions[:MAX_SUBSCRIPTIONS]
    for _, of_one in groupby(shown, key=lambda each: each.channel_id):
        several = list(of_one)
        yield cards.heading(called(several[0]))
        yield Bullets(tuple(told(each, catalog, now) for each in several))
        if known.may_change:
            yield from cards.button_rows([Button(f"Change {each.id}", change_command(each)) for each in several])
    if len(subscriptions) > len(shown):
        yield Section((line(f"… and {len(subscriptions) - len(shown)} more."),))
    yield SmallPrint((line("What you set yourself. What you change is said in its channel, with your name."),))


def called(of: Subscription) -> str:
    """The channel's name; Slack keeps those of private channels and conversations to itself."""
    return of.channel.name or ("Direct message" if of.channel.id.startswith("D") else "A private channel")


def told(each: Subscription, catalog: Catalog, now: datetime) -> Line:
    due = "" if each.cadence.kind == CadenceKind.NOW else f"next {dates.near(next_due(each.cadence, each.zone, now), now, each.zone)}"
    rhythm = wording.schedule(each)
    parts = (rhythm, due)
    return line(
        Span(f"{each.id} · {wording.title(each.filters, catalog)}", bold=True), *(f"{cards.SEPARATOR}{part}" for part in parts if part)
    )


def latest(entries: Sequence[Entry], now: datetime, zone: str) -> Iterable[Block]:
    if not entries:
        yield Section((line("None are stored yet."),))
        return
    yield Bullets(tuple(updates.bullet(entry, updates.sent_day(entry, now, zone)) for entry in entries[:LATEST]))
    yield Buttons((Button("More of them", "/csms latest"),))
    yield updates.caution(entries[:LATEST])


def commands(*, admin: bool) -> Iterable[Block]:
    """Straight from the router's table; an admin's commands for admins."""
    for verb in VERBS:
        rows = [row for row in TABLE if row.verb == verb and (admin or row.audience == "anyone")]
        if rows:
            yield cards.heading(f"/{verb}")
            yield Bullets(tuple(line(Span(row.usage, code=True), f": {row.help}") for row in rows))
