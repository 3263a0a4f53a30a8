"""What can be typed, as one table, and the way from a command to its handler.

Help, the manifests and the README's list come from TABLE; tests hold them equal.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass, replace

from handlers.replies.reply import Button, Buttons, Reply, Section, Span, line

TYPE_CHECKING = False  # typing's own costs half of Python's start
if TYPE_CHECKING:
    from handlers.command import Command, Context

REPEAT_SECONDS = 60
"""A command that changes something, said again within this time by the same person in the same channel, changes nothing."""

MAX_CHARACTERS = 4_000
"""Of a command: far more than anybody asks, and a look-up compares every word of it."""

ONCE_SECONDS = 24 * 60 * 60
"""How long a platform's own id of an event is remembered; the platforms retry for minutes."""


@dataclass(frozen=True, slots=True)
class Route:
    """One thing that can be typed."""

    verb: str
    words: tuple[str, ...]
    """The word behind the verb, then its other spellings; () takes what no other row of the verb takes."""
    function: str
    """(words, command, context) -> Reply; words are what stands behind `words`. A name, so that a look-up loads its own handler alone."""
    usage: str
    help: str
    audience: str = "anyone"
    """anyone, or admin."""
    changes_state: bool = False
    """Then the same command again within a minute does nothing and says so."""
    acts: bool = False
    """It does something as well, and again as often as it is said; but not when a platform only says again that it was said."""
    needs_bot: bool = False
    """It needs the running bot's database, which `ask` has not."""


TABLE = (
    Route("pti", (), "handlers.pti.pti", "/pti [name or question]", "the seven Priority Trade Issues, or the one you mean"),
    Route("role", (), "handlers.roles.role", "/role [name or task]", "who does what in the Office of Trade"),
    Route("trade", ("resource", "resources"), "handlers.resources.resource", "/trade resource [words]", "the trade pages on CBP.gov"),
    Route("trade", ("term", "terms", "glossary"), "handlers.glossary.term", "/trade term [word]", "what an abbreviation means"),
    Route("trade", ("topic", "topics"), "handlers.topics.topic", "/trade topic [name]", "topics beside the seven, such as forced labor"),
    Route("trade", ("office",), "handlers.office.office", "/trade office", "what the Office of Trade is and does"),
    Route(
        "trade",
        ("subscribe",),
        "handlers.subscriptions.commands.subscribe",
        '/trade subscribe [feeds] [topics] ["phrase"] [-"phrase"] [cadence] [in ZONE]',
        "like /csms subscribe, for any feed: cbp-trade, federal-register, all feeds",
        changes_state=True,
        needs_bot=True,
    ),
    Route(
        "trade",
        ("subscriptions",),
        "handlers.subscriptions.commands.subscriptions",
        "/trade subscriptions",
        "what this channel gets, and when next",
        needs_bot=True,
    ),
    Route(
        "trade",
        ("unsubscribe",),
        "handlers.subscriptions.commands.unsubscribe",
        "/trade unsubscribe N",
        "end the subscription with this number",
        changes_state=True,
        needs_bot=True,
    ),
    Route(
        "trade",
        ("preview",),
        "handlers.subscriptions.preview.preview",
        "/trade preview [N, or as subscribe]",
        "what a subscription would have brought, and why",
        needs_bot=True,
    ),
    Route("trade", ("help",), "handlers.help.help_", "/trade help", "everything that you can type"),
    Route("trade", (), "handlers.office.trade", "/trade [any words]", "the best answer of all that the bot holds"),
    Route("csms", ("latest", "newest"), "handlers.csms.latest", "/csms latest [topic]", "the newest CSMS messages, all or about a topic"),
    Route(
        "csms",
        ("subscribe",),
        "handlers.subscriptions.commands.subscribe",
        '/csms subscribe [topics] ["phrase"] [-"phrase"] [cadence] [in ZONE]',
        "CSMS messages into this channel: now, daily 09:00, weekdays 09:00 or weekly mon 09:00; "
        "also include system notices, digest only, instead of N",
        changes_state=True,
        needs_bot=True,
    ),
    Route(
        "csms",
        ("subscriptions",),
        "handlers.subscriptions.commands.subscriptions",
        "/csms subscriptions",
        "what this channel gets, and when next",
        needs_bot=True,
    ),
    Route(
        "csms",
        ("unsubscribe",),
        "handlers.subscriptions.commands.unsubscribe",
        "/csms unsubscribe N",
        "end the subscription with this number",
        changes_state=True,
        needs_bot=True,
    ),
    Route(
        "csms",
        ("preview",),
        "handlers.subscriptions.preview.preview",
        "/csms preview [N, or as subscribe]",
        "what a subscription would have brought, and why",
        needs_bot=True,
    ),
    Route("csms", ("why",), "handlers.why.why", "/csms why [number]", "why an entry was posted in this channel"),
    Route("csms", (), "handlers.csms.csms", "/csms [number or words]", "one CSMS message, or a search over those that are stored"),
    Route(
        "trade-admin",
        ("reload",),
        "handlers.admin.reload",
        "/trade-admin reload",
        "publish the content files",
        "admin",
        acts=True,
        needs_bot=True,
    ),
    Route(
        "trade-admin",
        ("check",),
        "handlers.admin.check",
        "/trade-admin check",
        "what is wrong in the content files",
        "admin",
        needs_bot=True,
    ),
    Route(
        "trade-admin",
        ("status",),
        "handlers.admin.status",
        "/trade-admin status",
        "revision, feeds and what waits",
        "admin",
        needs_bot=True,
    ),
    Route(
        "trade-admin",
        ("feeds",),
        "handlers.admin.feeds",
        "/trade-admin feeds",
        "each feed: last success, error, next poll",
        "admin",
        needs_bot=True,
    ),
    Route(
        "trade-admin", ("poll",), "handlers.admin.poll", "/trade-admin poll [feed]", "look at feeds now", "admin", acts=True, needs_bot=True
    ),
    Route(
        "trade-admin",
        ("held",),
        "handlers.held_posts.held",
        "/trade-admin held",
        "posts of which nobody knows whether they arrived",
        "admin",
        needs_bot=True,
    ),
    Route(
        "trade-admin",
        ("resend",),
        "handlers.held_posts.resend",
        "/trade-admin resend N",
        "a held post is not in its channel: send it again",
        "admin",
        changes_state=True,
        needs_bot=True,
    ),
    Route(
        "trade-admin",
        ("arrived",),
        "handlers.held_posts.arrived",
        "/trade-admin arrived N",
        "a held post is in its channel: go on behind it",
        "admin",
        changes_state=True,
        needs_bot=True,
    ),
)

VERBS = tuple(dict.fromkeys(row.verb for row in TABLE))

SPELLINGS = {"ptis": "pti", "roles": "role"}
"""Other ways to write a verb."""


def parse_line(text: str) -> tuple[str, str]:
    """(verb, words) of a typed line: "/pti revenue", "pti revenue", "resource usmca" (of /trade), "usmca" (any words: /trade).

    An unknown verb behind a slash is left as it is, so that dispatch can say what is wrong with it.
    """
    first, rest = parted(text)
    name = first.removeprefix("/").casefold()
    name = SPELLINGS.get(name, name)
    if name in VERBS:
        return name, rest
    for row in TABLE:
        if name in row.words and row.audience == "anyone":
            return row.verb, f"{name} {rest}".strip()
    if first.startswith("/"):
        return name, rest
    return "trade", text.strip()


def dispatch(command: Command, context: Context) -> Reply:
    """The answer to a command. Never raises for what a person typed; a handler's crash is passed on."""
    command = replace(command, verb=whole(command.verb), words=whole(command.words))
    if max(len(command.verb), len(command.words)) > MAX_CHARACTERS:
        return refused(f"That is longer than {MAX_CHARACTERS:,} characters.", "A few telling words find more.")
    found = find(command)
    if isinstance(found, Reply):
        return found
    row, words = found
    if row.audience == "admin" and not command.person.admin:
        context.log(f"{command.person.key} is no admin and was denied {row.usage}")
        hint = f"Ask one of them, or have your id put into TRADEBOT_ADMINS. Your id is {command.person.key}."
        return refused(f"{row.usage} is for this bot's admins.", hint)
    if row.changes_state and context.subscribe == "admins" and not command.person.admin:
        context.log(f"{command.person.key} is no admin and was denied {row.usage}")
        return refused("Subscriptions are changed by this bot's admins only.", "Ask one of them. Every look-up works for you.")
    if row.needs_bot and context.db is None:
        return refused(f"{row.usage} needs the running bot and its database.", "Start it with `tradebot run` and say it there.")
    if (row.changes_state or row.acts) and context.db is not None:
        from handlers.idempotency import once

        return once(command, context.db, lambda: call(row, words, command, context), words=row.changes_state)
    reply = call(row, words, command, context)
    if row.words or reply.subjects:
        return reply
    return misspelt(command, [other for other in TABLE if other.verb == row.verb]) or reply


def whole(text: str) -> str:
    """Without half characters (lone surrogates), which JSON can bring along: a stored one could never be shown or sent again."""
    return text.encode("utf-8", "replace").decode("utf-8")


def find(command: Command) -> tuple[Route, str] | Reply:
    """The row that takes the command, with the words that are left for it; or why there is none."""
    rows = [row for row in TABLE if row.verb == command.verb]
    if not rows:
        return unknown_verb(command)
    first, rest = parted(command.words)
    word = first.casefold()
    for row in rows:
        if word in row.words:
            return row, rest
    fallback = next((row for row in rows if not row.words), None)
    if fallback is None:
        return misspelt(command, rows) or unknown_word(command.verb, first, rest, None, [row.words[0] for row in rows])
    # "subscibe revenue" must not show the revenue card; but "toxic toys" is no slip for "topic toys", so look-ups come later
    return misspelt(command, [row for row in rows if row.needs_bot]) or (fallback, command.words.strip())


def misspelt(command: Command, rows: list[Route]) -> Reply | None:
    """What to say when the first word is a slip away from one that the rows know."""
    first, rest = parted(command.words)
    meant = near(first, [spelling for row in rows for spelling in row.words])
    return unknown_word(command.verb, first, rest, meant, []) if meant else None


def parted(words: str) -> tuple[str, str]:
    """The first word and the rest."""
    first, *rest = words.split(maxsplit=1) or [""]
    return first, rest[0].rstrip() if rest else ""


def near(word: str, known: list[str]) -> str | None:
    if not known:
        return None
    from handlers.spelling import nearest  # only what is not found is compared

    return nearest(word, known)


def call(row: Route, words: str, command: Command, context: Context) -> Reply:
    module, _, name = row.function.rpartition(".")
    reply: Reply = getattr(importlib.import_module(module), name)(words, command, context)
    return reply


def unknown_verb(command: Command) -> Reply:
    meant = near(command.verb, [*VERBS, *SPELLINGS])
    verb = SPELLINGS.get(meant or "", meant)
    said = f"There is no command /{command.verb}."
    if verb is None:
        return refused(said, f"There are {', '.join(f'/{known}' for known in VERBS)}.", Button("Help", "/trade help"))
    return refused(said, f"Did you mean /{verb}?", Button(f"/{verb}", f"/{verb} {command.words}".strip()))


def unknown_word(verb: str, first: str, rest: str, meant: str | None, known: list[str]) -> Reply:
    """Says which word it was, by its position, and what may stand there."""
    if not first:
        return refused(f"/{verb} needs a word behind it: {', '.join(known)}.")
    said = f"Word 1 of /{verb}, “{first}”, is not one that it knows."
    if meant is None:
        return refused(said, f"It knows {', '.join(known)}.")
    fixed = f"/{verb} {meant} {rest}".strip()
    return refused(said, f"Did you mean {fixed}?", Button(fixed if len(fixed) <= 40 else f"/{verb} {meant} …", fixed))


def refused(said: str, hint: str = "", *buttons: Button) -> Reply:
    """What can't be done, and what can be done about it. Changes nothing."""
    lines = (line(Span(said, bold=True)), *((line(hint),) if hint else ()))
    blocks = (Section(lines), *((Buttons(buttons),) if buttons else ()))
    return Reply(f"{said} {hint}".strip(), blocks, ok=False)
