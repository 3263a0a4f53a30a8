"""Preview the links that people paste: https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/link-unfurling

Teams asks while somebody is writing, and gives the same answer again for 30 minutes. The bot cannot change a card that was sent, so the
card says when it was true, and has a button that asks the bot again.
"""

from dataclasses import replace
from typing import Any
from urllib.parse import quote

from bot.incoming import Payload, part, text
from bot.teams.cards import CARD, cards
from bot.teams.message_extension import MAX_TITLE, PREVIEW
from bot.teams.settings import TeamsSettings
from bot.teams.text import escape_text
from handlers.command import Context
from handlers.messages.unfurls import linked_number, preview
from handlers.replies.dates import clock, date
from handlers.replies.entries import shorten
from handlers.replies.reply import Reply, SmallPrint, line

Json = dict[str, Any]

VERSION = "1.3"
"""The newest version of Adaptive Cards that link unfurling supports; the card uses nothing newer."""

MAX_LINK = 2_000

CHANGES = "Check for changes"


def read_link(activity: Payload) -> str:
    return text(part(activity, "value"), "url")[:MAX_LINK]


def unfurl(url: str, context: Context, settings: TeamsSettings) -> Json:
    """Return the answer to composeExtension/queryLink, without a card if there is nothing to say. Call in a thread."""
    reply = preview(url, context)
    attachments = [] if reply is None else [attachment(reply, linked_number(url), context, settings)]
    return {"composeExtension": {"type": "result", "attachmentLayout": "list", "attachments": attachments}}


def attachment(reply: Reply, number: str | None, context: Context, settings: TeamsSettings) -> Json:
    dated = SmallPrint((line(f"As of {date(context.now, context.zone)} {clock(context.now, context.zone)}. This card does not change."),))
    card = cards(replace(reply, blocks=(*reply.blocks, dated)))[0] | {"version": VERSION}
    if number is not None:
        action = {"type": "Action.OpenUrl", "title": CHANGES, "url": chat_link(f"csms {number}", settings)}
        card |= {"body": [*card["body"], {"type": "ActionSet", "actions": [action]}]}
    shown = {"title": escape_text(shorten(reply.text, MAX_TITLE))[:MAX_TITLE], "text": ""}
    return {"contentType": CARD, "content": card, "preview": {"contentType": PREVIEW, "content": shown}}


def chat_link(words: str, settings: TeamsSettings) -> str:
    """Return the link that opens a chat with the bot, in which these words only have to be sent.

    https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-link-teams
    """
    return f"{settings.cloud.client}/l/chat/0/0?users=28:{settings.client_id}&message={quote(words)}"
