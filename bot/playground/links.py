"""Preview the links in what a person types in a channel, as Slack does for messages that are not addressed to the bot."""

import re
from uuid import uuid4

from bot.playground.channels import PlaygroundChannel
from bot.runtime import Runtime
from handlers.messages.unfurls import preview
from handlers.replies import serialize
from jobs.store import unfurls

MAX_LINKS = 10

_LINK = re.compile(r"https?://[^\s<>|\"]+", re.IGNORECASE)
_CLOSING = ".,;:!?)]}'"
"""Punctuation that may follow a link."""


def is_talk(text: str, channel: PlaygroundChannel) -> bool:
    """Whether a text is a message to the people of a channel: it has a link and is no command."""
    return channel.kind == "channel" and not text.startswith("/") and _LINK.search(text) is not None


def post_previews(text: str, channel_id: int, runtime: Runtime) -> bool:
    """Post a preview for each link that has one, and return whether any has."""
    links = list(dict.fromkeys(link.rstrip(_CLOSING) for link in _LINK.findall(text)))[:MAX_LINKS]
    context, message = runtime.context(), str(uuid4())
    found = {link: serialize.dump(reply) for link in links if (reply := preview(link, context)) is not None}
    if found:
        with runtime.db.begin() as conn:
            for link, content in found.items():
                unfurls.record(conn, channel_id, message, link, content, runtime.db.now(conn))
    return bool(found)


def note(link: str, *, teams: bool) -> str:
    """Return what stands above a preview."""
    where = f"The preview of a link that somebody pasted here: {link}"
    return f"{where}. In Teams, the card says when it was true, and does not change once it is sent." if teams else where
