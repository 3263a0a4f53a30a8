"""The message extension "Look up": a private search, and a card of it into the conversation. Pure but for what the store holds.

A card goes out in the name of whoever searched, to people of whom nothing is known: so with what everybody may see, and without buttons,
which Teams brings to the bot only from messages of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.rendering import json_length
from bot.teams.cards import CARD, cards
from bot.teams.text import inert
from content.catalog import KINDS
from handlers import lookups
from handlers.command import Command, Context, Person
from handlers.csms import csms
from handlers.replies.dates import day
from handlers.replies.entries import CARD_TITLE, number, shorten
from handlers.replies.reply import Buttons, Fold, Reply
from handlers.replies.text import clean
from handlers.router import dispatch
from handlers.table import read_command, resolve
from jobs.store import entries

Json = dict[str, Any]

MOST = 10
MAX_TITLE = 90
MAX_JSON = 36_000
"""Characters of an answer's cards: three messages' worth. What Teams takes isn't documented."""
PREVIEW = "application/vnd.microsoft.card.thumbnail"

START = "Type what you look for: a Priority Trade Issue, a role, a trade page, a term, or a CSMS number or words of its title."


@dataclass(frozen=True, slots=True)
class Hit:
    """One line of what was found, and what it puts into the conversation."""

    title: str
    about: str
    reply: Reply


def look_up(words: str, person: Person, context: Context) -> list[Hit]:
    """In a thread: what the words may mean, the surest first."""
    if not words:
        return []
    anybody = replace(person, external=True, admin=False)
    found = lookups.find(words, KINDS, context.catalog)
    hits = [content_hit(subject, anybody, context) for subject in found.subjects]
    return [*hits, *message_hits(words, anybody, context)][:MOST]


def content_hit(subject: str, person: Person, context: Context) -> Hit:
    offer = lookups.offer(context.catalog, subject)
    return Hit(offer.title, offer.what, quiet(dispatch(resolve(read_command(offer.command, person)), context)))


def message_hits(words: str, person: Person, context: Context) -> list[Hit]:
    """The stored messages that the words name or hold."""
    if context.db is None:
        return []
    with context.db.read() as conn:
        one = entries.by_number(conn, words) if words.isdecimal() else None
        found = [one] if one is not None else entries.search(conn, words, MOST)
    return [
        Hit(
            shorten(entry.title, CARD_TITLE),
            f"{number(entry)} · {day(entry.published, context.zone)}",
            quiet(csms(entry.number, Command("csms", entry.number, person, None), context)),
        )
        for entry in found
        if entry.number
    ]


def quiet(reply: Reply) -> Reply:
    """Without buttons, for everybody."""
    blocks = (replace(block, more=None) if isinstance(block, Fold) else block for block in reply.blocks)
    return replace(reply, blocks=tuple(block for block in blocks if not isinstance(block, Buttons)), public=True, shareable=False)


def result(words: str, hits: Sequence[Hit]) -> Json:
    """As Teams takes it: https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/search-commands/respond-to-search"""
    if not hits:
        said = f"Nothing found for “{clean(words)}”. Fewer or other words may find it." if words else START
        return {"composeExtension": {"type": "message", "text": said}}
    attachments: list[Json] = []
    room = MAX_JSON
    for one in map(drawn, hits):
        room -= json_length(one)
        if attachments and room < 0:
            break  # the surest come first
        attachments.append(one)
    return {"composeExtension": {"type": "result", "attachmentLayout": "list", "attachments": attachments}}


def drawn(hit: Hit) -> Json:
    preview = {"title": inert(hit.title)[:MAX_TITLE], "text": inert(hit.about)}
    return {"contentType": CARD, "content": cards(hit.reply)[0], "preview": {"contentType": PREVIEW, "content": preview}}
