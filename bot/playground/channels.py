"""The playground's channels: who types in them, and what they show at first."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.playground import samples
from bot.playground.sender import PLATFORM
from content.catalog import Catalog
from handlers.command import Context, Person
from handlers.replies import posts, serialize
from handlers.router import Request, dispatch, read_command, resolve
from handlers.table import TABLE, Access
from jobs.classify import classify
from jobs.models.channels import ChannelRef
from jobs.models.posts import Bundle, Listed
from jobs.states import PostKind

WORKSPACE = "local"


@dataclass(frozen=True, slots=True)
class PlaygroundChannel:
    id: str
    name: str
    title: str
    kind: str
    """"channel", or "direct" for a chat between one person and the bot."""
    about: str
    guest: bool = False
    """The person who types here is a guest from outside."""

    @property
    def ref(self) -> ChannelRef:
        return ChannelRef(PLATFORM, WORKSPACE, self.id, self.title, {"kind": "personal"} if self.kind == "direct" else {})


GUEST = "A channel with an outside guest. You type as that guest here."
CHANNELS = (
    PlaygroundChannel("trade-updates", "trade-updates", "#trade-updates", "channel", "A staff channel."),
    PlaygroundChannel("partner-demo", "partner-demo", "#partner-demo", "channel", GUEST, guest=True),
    PlaygroundChannel("direct", "Trade bot", "Direct message", "direct", "Only you and the bot."),
)

ADMIN_HINT = "To try it here, select “Behind the scenes”, turn on “Act as an admin”, and send it again."

EXAMPLE = "/pti revenue"
"""The command whose answer the page opens with."""


def command_request(text: str, channel: PlaygroundChannel, *, admin: bool = False, event_id: str = "") -> Request:
    """Return the request for a line typed in a channel. The page's admin switch proves nothing, but only this computer can open it."""
    if channel.guest:
        person = Person(PLATFORM, "partner", "guest", "Guest", external=True)
    else:
        person = Person(PLATFORM, WORKSPACE, "you", "Staff", admin=admin, admin_hint=ADMIN_HINT)
    return resolve(read_command(text, person, channel.ref, event_id))


def opening(channel: PlaygroundChannel, catalog: Catalog, zone: str) -> list[dict[str, Any]]:
    """Return the card and the digest that an empty channel shows. Neither is posted or stored."""
    monday = datetime(2026, 2, 9, 9, 0, tzinfo=ZoneInfo(zone))
    card = dispatch(command_request(EXAMPLE, channel), Context(catalog, monday, zone))
    example = {"sample": True, "note": "Example (not posted): what a weekday digest looks like."}
    return [
        {"content": serialize.dump(card), "asked": EXAMPLE, "note": "Example: an issue's card."},
        *({"content": content, **example} for content in sample_digest(channel, catalog, zone, monday)),
    ]


def sample_digest(channel: PlaygroundChannel, catalog: Catalog, zone: str, monday: datetime) -> list[dict[str, Any]]:
    entries = [
        samples.to_entry(number, place, lambda title, body: classify(title, body, catalog.topics))
        for place, number in enumerate(samples.IN_THE_DIGEST, start=1)
    ]
    items = tuple(Listed(entry, "everything in csms") for entry in entries)
    period = monday.astimezone(UTC)
    start = (monday - timedelta(days=3)).astimezone(UTC)
    return posts.compose(Bundle(PostKind.DIGEST, channel.ref, None, items, period, period, start), catalog, zone)


def completions(catalog: Catalog) -> list[dict[str, Any]]:
    """Return the message box's suggestions. The `first` ones appear before anything is typed."""
    table = [{"text": f"{route.name} ", "what": route.help, "first": route.audience is Access.ANYONE} for route in TABLE]
    arguments = [
        *((f"/pti {pti.slug}", pti.name) for pti in catalog.ptis),
        *((f"/role {role.slug}", role.name) for role in catalog.roles),
        *((f"/trade resource {resource.slug}", resource.title) for resource in catalog.resources if resource.state != "archived"),
        *((f"/csms latest {topic.slug}", f"the latest on {topic.name}") for topic in catalog.topics),
        *((f"/csms subscribe {topic.slug}", f"updates on {topic.name} in this channel") for topic in catalog.topics),
    ]
    return [*table, *({"text": text, "what": what, "first": False} for text, what in arguments)]
