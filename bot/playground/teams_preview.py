"""Preview the page's messages as Teams would show them (see bot/teams/responder.py)."""

import json
from dataclasses import replace
from functools import lru_cache
from typing import Any

from bot.playground.channels import PlaygroundChannel
from bot.teams.cards import cards
from handlers.actions import add_back_button, add_share_button
from handlers.replies import serialize
from handlers.replies.reply import Reply

LOOK = "teams"
"""The value of a request's `as` that asks for cards."""

CACHED_MESSAGES = 256
"""The page asks every second for messages that were marked."""

Json = dict[str, Any]


def preview(message: Json, channel: PlaygroundChannel) -> Json:
    """Return a message's `cards`, and as `forAll` whether everyone in the channel would see them. Raises ValueError."""
    asked, pressed, covers = (message.get(name) for name in ("asked", "pressed", "covers"))
    if not isinstance(message.get("content"), dict) or not isinstance(asked or "", str):
        raise ValueError("`content` must be an object and `asked` a string")
    try:
        return _preview(json.dumps(message["content"]), asked or "", bool(pressed), bool(covers), channel)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not a message of this bot: {type(error).__name__} {error}") from None


@lru_cache(maxsize=CACHED_MESSAGES)
def _preview(content: str, asked: str, pressed: bool, covers: bool, channel: PlaygroundChannel) -> Json:
    reply = teams_reply(serialize.load(json.loads(content)), channel, asked=asked, pressed=pressed, covers=covers)
    return {"cards": cards(reply), "forAll": reply.public}


def teams_reply(reply: Reply, channel: PlaygroundChannel, *, asked: str, pressed: bool, covers: bool) -> Reply:
    """Return the reply that Teams would get. `asked` is "" for what the bot posts unasked."""
    if channel.kind == "direct" or not asked or reply.public:
        return reply
    if not pressed:
        return replace(reply, public=True)
    shareable = add_share_button(reply, asked)
    return add_back_button(shareable) if covers else shareable
