"""What the place is called that a command came from: a channel, or a chat."""

from __future__ import annotations

TYPE_CHECKING = False  # typing's own costs half of Python's start
if TYPE_CHECKING:
    from jobs.models import ChannelRef

CHATS = ("personal", "groupChat")
"""The kinds of a place that is no channel: between one person and the bot, or among some. Teams' words, and the playground's."""


def noun(place: ChannelRef | None) -> str:
    """ "channel" or "chat". Slack tells by its id: D… is a direct message, while one among several people has the id of a channel."""
    if place is None:
        return "channel"
    chat = place.id.startswith("D") if place.platform == "slack" else place.extra.get("kind") in CHATS
    return "chat" if chat else "channel"
