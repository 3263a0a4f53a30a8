"""/trade help and the welcome message: what to try, with examples from what is stored, and every command."""

from __future__ import annotations

from handlers.questions.examples import ALL_COMMANDS, START, THINGS, examples, things_to_try
from handlers.replies import cards
from handlers.replies.reply import Block, Bullets, Button, Buttons, Header, Reply, Section, SmallPrint, Span, line, plain
from handlers.table import TABLE, VERBS, Access, Source

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from collections.abc import Sequence

    from content.catalog import Catalog
    from handlers.command import Command, Context
    from jobs.models.entries import Entry


_BEFORE_A_QUESTION = frozenset({"about", "for", "me", "on", "with"})


def help_(words: str, command: Command, context: Context) -> Reply:
    """Show what to try, or with "all" every command; "help with drawback" and "help email for drawback" are questions."""
    opening, _, question = words.strip().partition(" ")
    named = opening.casefold().removeprefix("/")
    if question and named not in (*VERBS, "all"):
        from handlers.office import trade

        return trade(question if named in _BEFORE_A_QUESTION else words, command, context)
    if opening:
        return _all_commands(command, (named,) if named in VERBS else VERBS)
    things = examples(command, context)
    admin = (Button("Admin commands", "/trade-admin help"),) if command.person.admin else ()
    buttons = (ALL_COMMANDS, *admin, *(button for button in START if button.command != "/trade resource"))
    spoken = " ".join(f"{plain(thing)}." for thing in things)
    return Reply(f"{THINGS}. {spoken} For every command, type /trade help all.", (Header(THINGS), Bullets(things), Buttons(buttons)))


def _all_commands(command: Command, verbs: Sequence[str]) -> Reply:
    """List the commands of these verbs that the person can use; a guest can only look things up."""
    routes = [
        route
        for route in TABLE
        if route.verb in verbs
        and (route.audience is Access.ANYONE or command.person.admin)
        and not (command.person.external and route.source is Source.BOT)
    ]
    title = "All commands" if len(verbs) > 1 else f"Commands that begin with /{verbs[0]}"
    every = () if len(verbs) > 1 else (ALL_COMMANDS,)
    blocks: list[Block] = [Header(title)]
    for verb in verbs:
        items = tuple(line(Span(route.usage, code=True), f": {route.help}") for route in routes if route.verb == verb)
        if items:
            blocks += [*((cards.heading(f"/{verb}"),) if len(verbs) > 1 else ()), Bullets(items)]
    blocks.append(Buttons((Button(THINGS, "/trade help"), *every)))
    return Reply(f"{title}: " + "; ".join(f"{route.usage}, {route.help}" for route in routes) + ".", tuple(blocks))


def welcome(catalog: Catalog, bot: str, message: Entry | None, *, alone: bool) -> Reply:
    """Return the welcome message. `message` is a stored one, for an example.

    `alone`: a chat of one person with the bot. Elsewhere it only receives messages that mention it.
    """
    how = "Type a question or a command." if alone else f"Mention the bot before a question or a command: @{bot} pti revenue."
    purpose = "This bot answers questions about CBP trade and posts CBP's trade updates in channels that subscribe."
    blocks: tuple[Block, ...] = (
        Header("Trade bot (internal tool)"),
        Section((line(purpose), line(how))),
        cards.heading(THINGS),
        Bullets(things_to_try(catalog, message)),
        Buttons((START[0], START[1], START[3], ALL_COMMANDS)),
        SmallPrint((line("Not an official CBP channel and not legal advice. The linked CBP pages are authoritative."),)),
    )
    return Reply(f"{purpose} {how}", blocks, public=True)
