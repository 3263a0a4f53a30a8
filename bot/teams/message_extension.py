"""Answer the message extension "Look up": a private search whose results can be sent into the conversation as cards.

A card may go to anyone, so it contains nothing internal, and no buttons: Teams delivers only those of the bot's own messages.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.rendering import json_length
from bot.teams.cards import CARD, cards
from bot.teams.text import escape_text
from content.catalog import KINDS
from content.search.audience import public
from handlers import lookups
from handlers.command import Command, Context, Person
from handlers.csms import csms
from handlers.messages import answers, search
from handlers.messages.questions import find_number
from handlers.replies.entries import CARD_TITLE, HELD, origin, sent_day, shorten
from handlers.replies.reply import Reply, notice, without_controls
from handlers.replies.text import clean
from handlers.router import dispatch, read_command, resolve
from jobs.store import entries

Json = dict[str, Any]

MAX_HITS = 10
MAX_TITLE = 90
MAX_JSON = 36_000
"""For all cards: three messages' worth. Teams documents no limit."""
PREVIEW = "application/vnd.microsoft.card.thumbnail"

START = "Type what you are looking for: a Priority Trade Issue, role, trade page, term, CSMS number, or words from a CSMS title."


@dataclass(frozen=True, slots=True)
class Hit:
    title: str
    about: str
    reply: Reply


def look_up(words: str, person: Person, context: Context) -> list[Hit]:
    """Return the hits, best first. Call in a thread."""
    if not words:
        return []
    anybody, context = replace(person, external=True, admin=False), replace(context, catalog=public(context.catalog))
    if find_number(words) is not None:
        return message_hits(words, anybody, context)
    found = lookups.find(words, KINDS, context.catalog)
    hits = [content_hit(subject, anybody, context) for subject in found.subjects]
    return [*hits, *message_hits(words, anybody, context)][:MAX_HITS]


def content_hit(subject: str, person: Person, context: Context) -> Hit:
    offer = lookups.offer(context.catalog, subject)
    return Hit(offer.title, offer.what, for_anybody(dispatch(resolve(read_command(offer.command, person)), context)))


def message_hits(words: str, person: Person, context: Context) -> list[Hit]:
    if context.db is None:
        return []
    number_asked = find_number(words)
    with context.db.read() as conn:
        one = entries.by_number(conn, number_asked) if number_asked else None
        query = search.read_query(words, context.catalog, context.now, context.zone)
        found = (one,) if one is not None else search.find(conn, query, context.zone, limit=MAX_HITS).entries
    return [
        Hit(
            shorten(entry.title, CARD_TITLE),
            " · ".join((origin(entry), sent_day(entry, context.now, context.zone), *((HELD,) if entry.held else ()))),
            for_anybody(csms(entry.number, Command("csms", entry.number, person, None), context)),
        )
        for entry in found
        if entry.number
    ]


def look_up_message(words: str, person: Person, context: Context) -> Reply:
    """Return the card of the CSMS message that a message names, else of what its words surely mean. Call in a thread.

    The words are only looked up, and never run as a command.
    """
    named = answers.number_answer(words, Command("trade", words, person, None), context)
    if named is not None:
        return named
    match = lookups.find(words, KINDS, context.catalog)
    if not match.sure or not match.subjects:
        return notice("The bot found nothing it knows in this message. It looks for CSMS numbers first, then for what the words mean.")
    return dispatch(resolve(read_command(lookups.command_for(match.subjects[0]), person)), context)


def for_anybody(reply: Reply) -> Reply:
    return replace(without_controls(reply), public=True, shareable=False)


def result(words: str, hits: Sequence[Hit]) -> Json:
    """https://learn.microsoft.com/microsoftteams/platform/messaging-extensions/how-to/search-commands/respond-to-search"""
    if not hits:
        text = f"No results for “{clean(words)}”. Try fewer or different words." if words else START
        return {"composeExtension": {"type": "message", "text": text}}
    attachments: list[Json] = []
    space = MAX_JSON
    for one in map(attachment, hits):
        space -= json_length(one)
        if attachments and space < 0:
            break
        attachments.append(one)
    return {"composeExtension": {"type": "result", "attachmentLayout": "list", "attachments": attachments}}


def attachment(hit: Hit) -> Json:
    preview = {"title": escape_text(hit.title)[:MAX_TITLE], "text": escape_text(hit.about)}
    return {"contentType": CARD, "content": cards(hit.reply)[0], "preview": {"contentType": PREVIEW, "content": preview}}
