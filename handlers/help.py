"""/trade help: what can be typed, straight from the router's table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from handlers.office import START
from handlers.replies import cards
from handlers.replies.reply import Block, Bullets, Buttons, Header, Line, Reply, Span, line
from handlers.table import TABLE, VERBS, Route

if TYPE_CHECKING:
    from handlers.command import Command, Context


def help_(words: str, command: Command, context: Context) -> Reply:
    """Everything that this person may type; admins see their commands too."""
    rows = [row for row in TABLE if row.audience == "anyone" or command.person.admin]
    blocks: list[Block] = [Header("What you can type")]
    for verb in VERBS:
        items = tuple(entry(row) for row in rows if row.verb == verb)
        if items:
            blocks += [cards.heading(f"/{verb}"), Bullets(items)]
    blocks.append(Buttons(tuple(button for button in START if button.command != "/trade help")))
    return Reply("What you can type: " + "; ".join(f"{row.usage}, {row.help}" for row in rows) + ".", tuple(blocks))


def entry(row: Route) -> Line:
    return line(Span(row.usage, code=True), f": {row.help}")
