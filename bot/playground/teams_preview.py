"""A message of the page as Teams would show it: its cards, and who would see them.

As bot/teams/responder.py does it: what is typed in a channel is answered for everybody there; a button's answer takes the place of its card
for whoever pressed it, can be shared from there, and has a way back to what it covers.
"""

import json
from dataclasses import replace
from functools import lru_cache
from typing import Any

from bot.playground.channels import Room
from bot.teams.cards import cards
from handlers.actions import add_back_button, add_share_button
from handlers.replies import serialize
from handlers.replies.reply import Reply

LOOK = "teams"
"""What `as` is in a request that wants the cards too."""

KEPT = 256
"""Messages whose cards are kept: the page asks every second for those that were marked."""

Json = dict[str, Any]


def dressed(message: Json, room: Room) -> Json:
    """`cards`, and `forAll`: whether everybody in the room would see them. `message` as the page has it: its content, what was asked to get
    it, whether that was by pressing a button, and whether it covers that button's card. Raises ValueError when it is no message."""
    asked, pressed, covers = (message.get(name) for name in ("asked", "pressed", "covers"))
    if not isinstance(message.get("content"), dict) or not isinstance(asked or "", str):
        raise ValueError("content is an object, asked a string")
    try:
        return _dressed(json.dumps(message["content"]), asked or "", bool(pressed), bool(covers), room)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"no message of this bot's: {type(error).__name__} {error}") from None


@lru_cache(maxsize=KEPT)
def _dressed(content: str, asked: str, pressed: bool, covers: bool, room: Room) -> Json:
    reply = in_room(serialize.load(json.loads(content)), room, asked=asked, pressed=pressed, covers=covers)
    return {"cards": cards(reply), "forAll": reply.public}


def in_room(reply: Reply, room: Room, *, asked: str, pressed: bool, covers: bool) -> Reply:
    """What Teams would be given. `asked` is "" of what the bot says by itself."""
    if room.kind == "direct" or not asked or reply.public:
        return reply
    if not pressed:
        return replace(reply, public=True)
    shareable = add_share_button(reply, asked)
    return add_back_button(shareable) if covers else shareable
