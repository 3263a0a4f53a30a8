"""/trade help and the welcome message: what people can type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.office import START
from handlers.replies import cards
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Reply, Section, SmallPrint, Span, line
from handlers.table import TABLE, VERBS, Access

if TYPE_CHECKING:
    from content.catalog import Catalog
    from handlers.command import Command, Context

_EXAMPLES = (
    ("pti revenue", "the Priority Trade Issue Revenue"),
    ("who handles quota", "a plain question works too"),
    ("csms 69851916", "a CSMS message"),
    ("csms subscribe forced labor weekdays 09:00", "CBP trade updates about a topic, posted here on your schedule"),
)


def help_(words: str, command: Command, context: Context) -> Reply:
    routes = [route for route in TABLE if route.audience is Access.ANYONE or command.person.admin]
    blocks: list[Block] = [Header("What you can type")]
    for verb in VERBS:
        items = tuple(line(Span(route.usage, code=True), f": {route.help}") for route in routes if route.verb == verb)
        if items:
            blocks += [cards.heading(f"/{verb}"), Bullets(items)]
    blocks.append(Buttons(tuple(button for button in START if button.command != "/trade help")))
    return Reply("What you can type: " + "; ".join(f"{route.usage}, {route.help}" for route in routes) + ".", tuple(blocks))


def welcome(catalog: Catalog, bot: str, *, alone: bool) -> Reply:
    """Return the welcome message.

    `alone`: a chat of one person with the bot. Elsewhere it only receives messages that mention it.
    """
    how = "Type a command or a question." if alone else f"Mention the bot before a command or question: @{bot} pti revenue."
    purpose = "This bot answers questions about CBP trade and posts CBP's trade updates in channels that subscribe."
    blocks: list[Block] = [
        Header("Trade bot (internal tool)"),
        Section((line(purpose), line(how))),
        Bullets(tuple(line(Span(typed, code=True), f": {what}") for typed, what in _EXAMPLES)),
        cards.heading("Priority Trade Issues"),
        *cards.button_rows([Button(cards.short_name(pti.name), f"/pti {pti.slug}") for pti in catalog.ptis]),
        Buttons(tuple(button for button in START if button.command != "/pti")),
        SmallPrint((line("Not an official CBP channel and not legal advice. The linked CBP pages are authoritative."),)),
    ]
    return Reply(f"{purpose} {how}", tuple(blocks), public=True)
