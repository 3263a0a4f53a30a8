"""The playground's channels, who speaks in them, and what stands in them before anybody said anything."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any
from zoneinfo import ZoneInfo

from bot.playground import samples
from bot.playground.sender import PLATFORM
from content.catalog import Catalog
from handlers.command import Context, Person
from handlers.replies import posts, serialize
from handlers.router import dispatch
from handlers.table import TABLE, Request, read_command, resolve
from jobs.classify import classify
from jobs.models import Bundle, ChannelRef, Listed
from jobs.states import PostKind

WORKSPACE = "local"


@dataclass(frozen=True, slots=True)
class Room:
    """A channel of the page. `guest`: somebody from outside is in it, and whoever speaks there speaks as that guest."""

    id: str
    name: str
    title: str
    kind: str
    """channel, or direct: a message between one person and the bot."""
    about: str
    guest: bool = False

    @property
    def ref(self) -> ChannelRef:
        return ChannelRef(PLATFORM, WORKSPACE, self.id, self.title, {"kind": "personal"} if self.kind == "direct" else {})


ROOMS = (
    Room("trade-updates", "trade-updates", "#trade-updates", "channel", "A channel of the staff’s own."),
    Room(
        "partner-demo", "partner-demo", "#partner-demo", "channel", "With a guest from outside: you speak as that guest here.", guest=True
    ),
    Room("direct", "Trade bot", "Direct message", "direct", "Between you and the bot."),
)

FIRST = "/pti revenue"
"""What was asked before the page opened."""


def room(room_id: object) -> Room | None:
    return next((one for one in ROOMS if one.id == room_id), None)


def person(where: Room, *, admin: bool) -> Person:
    """Who speaks. The admin switch of the page is no key: the page is for this computer alone. A guest is never one."""
    if where.guest:
        return Person(PLATFORM, "partner", "guest", "Guest", external=True)
    return Person(PLATFORM, WORKSPACE, "you", "You", admin=admin)


def request(text: str, where: Room, *, admin: bool = False, event_id: str = "") -> Request:
    """Return the command that was typed in a room, with its route."""
    return resolve(read_command(text, person(where, admin=admin), where.ref, event_id))


def opening(where: Room, catalog: Catalog, zone: str) -> list[dict[str, Any]]:
    """The card and the digest that an empty channel shows: drawn like everything else, but neither posted nor stored."""
    monday = datetime(2026, 2, 9, 9, 0, tzinfo=ZoneInfo(zone))
    card = dispatch(request(FIRST, where), Context(catalog, monday, zone))
    example = {"sample": True, "note": "An example, not posted here: what a weekday digest looks like."}
    return [
        {"content": serialize.dump(card), "asked": FIRST},
        *({"content": content, **example} for content in digest(where, catalog, zone, monday)),
    ]


def digest(where: Room, catalog: Catalog, zone: str, monday: datetime) -> list[dict[str, Any]]:
    """The sample digest of a Monday."""
    entries = [
        samples.unstored(number, place, lambda title, body: classify(title, body, catalog.topics))
        for place, number in enumerate(samples.IN_THE_DIGEST, start=1)
    ]
    items = tuple(Listed(entry, "everything in csms") for entry in entries)
    period = monday.astimezone(UTC)
    return posts.compose(
        Bundle(PostKind.DIGEST, where.ref, None, items, period, period, (monday - timedelta(days=3)).astimezone(UTC)), catalog, zone
    )


def completions(catalog: Catalog) -> list[dict[str, Any]]:
    """What the message box offers: the router's table, then what stands behind its words. `first`: offered before anything is typed."""
    table = [{"text": f"{literal(row.usage)} ", "what": row.help, "first": row.audience == "anyone"} for row in TABLE]
    named = [
        *((f"/pti {one.slug}", one.name) for one in catalog.ptis),
        *((f"/role {one.slug}", one.name) for one in catalog.roles),
        *((f"/trade resource {one.slug}", one.title) for one in catalog.resources if one.state != "archived"),
        *((f"/csms latest {one.slug}", f"the latest on {one.name}") for one in catalog.topics),
        *((f"/csms subscribe {one.slug}", f"updates on {one.name} in this channel") for one in catalog.topics),
    ]
    return [*table, *({"text": text, "what": what, "first": False} for text, what in named)]


def literal(usage: str) -> str:
    """What of a usage is typed as it stands: "/csms unsubscribe" of "/csms unsubscribe N"."""
    return " ".join(takewhile(lambda word: word.removeprefix("/").replace("-", "").isalpha() and word.islower(), usage.split()))
