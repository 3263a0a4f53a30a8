"""The table of commands, and how a typed line finds its route.

Help, the manifests and the README's command list are generated from TABLE; tests hold them equal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from handlers.command import Command
from handlers.replies.reply import Button, Reply, refusal

TYPE_CHECKING = False  # importing typing costs half as much as starting Python
if TYPE_CHECKING:
    from handlers.command import Person
    from jobs.models import ChannelRef

_MAX_CHARACTERS = 4_000
"""Maximum characters of a command. A look-up compares every word, and nobody asks in more."""


class Source(StrEnum):
    """The source of a route's answer."""

    CONTENT = "content"  #: The content alone: a pure look-up, so the answer may be cached and needs no database.
    STORE = "store"  #: Stored messages, where there is a database; without one the handler says what it can.
    BOT = "bot"  #: The running bot's database, without which the command is refused.


@dataclass(frozen=True, slots=True)
class Route:
    """One command that can be typed."""

    verb: str
    words: tuple[str, ...]
    """The subcommand, then its other spellings. () takes what no other route of the verb takes."""
    function: str
    """The dotted name of the handler, `(words, command, context) -> Reply`. A name, so that a look-up loads only its own handler."""
    usage: str
    help: str
    source: Source = Source.BOT
    audience: str = "anyone"
    """Who may use it: anyone, or admin."""
    changes_state: bool = False
    """Repeating the command within a minute changes nothing and says so."""
    acts: bool = False
    """The command has an effect each time it is typed, but not when a platform delivers the same event again."""
    opens_form: bool = False
    """Typed without words, it opens a form where the platform has forms."""
    needs_membership: bool = False
    """The bot will post in the channel, so it must be a member there."""
    about_channel: bool = False
    """It is about what one channel gets."""

    @property
    def is_lookup(self) -> bool:
        """Return whether anyone may use it and it changes nothing."""
        return self.audience == "anyone" and not self.changes_state


TABLE = (
    Route("pti", (), "handlers.pti.pti", "/pti [name or question]", "the seven Priority Trade Issues, or the one you mean", Source.CONTENT),
    Route("role", (), "handlers.roles.role", "/role [name or task]", "who does what in the Office of Trade", Source.CONTENT),
    Route(
        "trade",
        ("resource", "resources"),
        "handlers.resources.resource",
        "/trade resource [words]",
        "the trade pages on CBP.gov",
        Source.CONTENT,
    ),
    Route(
        "trade", ("term", "terms", "glossary"), "handlers.glossary.term", "/trade term [word]", "what an abbreviation means", Source.CONTENT
    ),
    Route(
        "trade",
        ("topic", "topics"),
        "handlers.topics.topic",
        "/trade topic [name]",
        "topics beside the seven, such as forced labor",
        Source.CONTENT,
    ),
    Route("trade", ("office",), "handlers.office.office", "/trade office", "what the Office of Trade is and does", Source.CONTENT),
    Route(
        "trade",
        ("subscribe",),
        "handlers.subscriptions.commands.subscribe",
        '/trade subscribe [feeds] [topics] ["phrase"] [-"phrase"] [cadence] [in ZONE]',
        "like /csms subscribe, for any feed: cbp-trade, federal-register, all feeds",
        changes_state=True,
        opens_form=True,
        needs_membership=True,
        about_channel=True,
    ),
    Route(
        "trade",
        ("subscriptions",),
        "handlers.subscriptions.commands.subscriptions",
        "/trade subscriptions",
        "what this channel gets, and when next",
        about_channel=True,
    ),
    Route(
        "trade",
        ("unsubscribe",),
        "handlers.subscriptions.commands.unsubscribe",
        "/trade unsubscribe N",
        "end the subscription with this number",
        changes_state=True,
        about_channel=True,
    ),
    Route(
        "trade",
        ("preview",),
        "handlers.subscriptions.preview.preview",
        "/trade preview [N, or as subscribe]",
        "what a subscription would have brought, and why",
        about_channel=True,
    ),
    Route("trade", ("help",), "handlers.help.help_", "/trade help", "everything that you can type", Source.CONTENT),
    Route("trade", (), "handlers.office.trade", "/trade [any words]", "the best answer of all that the bot holds", Source.CONTENT),
    Route(
        "csms",
        ("latest", "newest"),
        "handlers.csms.latest",
        "/csms latest [topic]",
        "the newest CSMS messages, all or about a topic",
        Source.STORE,
    ),
    Route(
        "csms",
        ("subscribe",),
        "handlers.subscriptions.commands.subscribe",
        '/csms subscribe [topics] ["phrase"] [-"phrase"] [cadence] [in ZONE]',
        "CSMS messages into this channel: now, daily 09:00, weekdays 09:00 or weekly mon 09:00; "
        "also include system notices, digest only, instead of N",
        changes_state=True,
        opens_form=True,
        needs_membership=True,
        about_channel=True,
    ),
    Route(
        "csms",
        ("subscriptions",),
        "handlers.subscriptions.commands.subscriptions",
        "/csms subscriptions",
        "what this channel gets, and when next",
        about_channel=True,
    ),
    Route(
        "csms",
        ("unsubscribe",),
        "handlers.subscriptions.commands.unsubscribe",
        "/csms unsubscribe N",
        "end the subscription with this number",
        changes_state=True,
        about_channel=True,
    ),
    Route(
        "csms",
        ("preview",),
        "handlers.subscriptions.preview.preview",
        "/csms preview [N, or as subscribe]",
        "what a subscription would have brought, and why",
        about_channel=True,
    ),
    Route(
        "csms",
        ("why",),
        "handlers.why.why",
        "/csms why [number]",
        "why an entry was posted in this channel",
        Source.STORE,
        about_channel=True,
    ),
    Route(
        "csms",
        (),
        "handlers.csms.csms",
        "/csms [number or words]",
        "one CSMS message, or a search over those that are stored",
        Source.STORE,
    ),
    Route(
        "trade-admin", ("reload",), "handlers.admin.reload", "/trade-admin reload", "publish the content files", audience="admin", acts=True
    ),
    Route("trade-admin", ("check",), "handlers.admin.check", "/trade-admin check", "what is wrong in the content files", audience="admin"),
    Route("trade-admin", ("status",), "handlers.admin.status", "/trade-admin status", "revision, feeds and what waits", audience="admin"),
    Route(
        "trade-admin",
        ("feeds",),
        "handlers.admin.feeds",
        "/trade-admin feeds",
        "each feed: last success, error, next poll",
        audience="admin",
    ),
    Route("trade-admin", ("poll",), "handlers.admin.poll", "/trade-admin poll [feed]", "look at feeds now", audience="admin", acts=True),
    Route(
        "trade-admin",
        ("held",),
        "handlers.held_posts.held",
        "/trade-admin held",
        "posts of which nobody knows whether they arrived",
        audience="admin",
    ),
    Route(
        "trade-admin",
        ("resend",),
        "handlers.held_posts.resend",
        "/trade-admin resend N",
        "a held post is not in its channel: send it again",
        audience="admin",
        changes_state=True,
    ),
    Route(
        "trade-admin",
        ("arrived",),
        "handlers.held_posts.arrived",
        "/trade-admin arrived N",
        "a held post is in its channel: go on behind it",
        audience="admin",
        changes_state=True,
    ),
)

VERBS = tuple(dict.fromkeys(route.verb for route in TABLE))

SPELLINGS = {"ptis": "pti", "roles": "role"}
"""Other spellings of a verb."""


@dataclass(frozen=True, slots=True)
class Request:
    """A command with the route that takes it."""

    command: Command
    route: Route | None
    """None when no route takes the command; `problem` then says why."""
    words: str = ""
    """The words left for the route's handler."""
    problem: Reply | None = None

    @property
    def is_lookup(self) -> bool:
        return self.route is not None and self.route.is_lookup

    @property
    def needs_store(self) -> bool:
        """Return whether the answer needs more than the content."""
        return self.route is not None and self.route.source is not Source.CONTENT


def parse_line(text: str) -> tuple[str, str]:
    """Return (verb, words) of a typed line: "/pti revenue", "pti revenue", "resource usmca" (for /trade), "usmca" (any words: /trade).

    An unknown verb behind a slash is kept, so that `resolve` can name it.
    """
    first, rest = _split_first(text)
    name = first.removeprefix("/").casefold()
    name = SPELLINGS.get(name, name)
    if name in VERBS:
        return name, rest
    for route in TABLE:
        if name in route.words and route.audience == "anyone":
            return route.verb, f"{name} {rest}".strip()
    if first.startswith("/"):
        return name, rest
    return "trade", text.strip()


def read_command(line: str, person: Person, channel: ChannelRef | None = None, event_id: str = "") -> Command:
    """Return the command that a typed line stands for."""
    verb, words = parse_line(line)
    return Command(verb, words, person, channel, event_id)


def resolve(command: Command) -> Request:
    """Find the route that takes the command and the words that are left for it."""
    if not (command.verb + command.words).isascii():
        from content.search.text import without_surrogates  # JSON can carry lone surrogates, which cannot be stored or sent

        command = replace(command, verb=without_surrogates(command.verb), words=without_surrogates(command.words))
    if max(len(command.verb), len(command.words)) > _MAX_CHARACTERS:
        problem = refusal(f"That is longer than {_MAX_CHARACTERS:,} characters.", "A few telling words find more.")
        return Request(command, None, problem=problem)
    routes = [route for route in TABLE if route.verb == command.verb]
    if not routes:
        return Request(command, None, problem=_unknown_verb(command))
    first, rest = _split_first(command.words)
    for route in routes:
        if first.casefold() in route.words:
            return Request(command, route, rest)
    fallback = next((route for route in routes if not route.words), None)
    if fallback is None:
        known = [route.words[0] for route in routes]
        return Request(command, None, problem=suggest(command, routes) or _unknown_word(command.verb, first, rest, None, known))
    # "subscibe revenue" must not show the revenue card; but "toxic toys" is no misspelling of "topic toys", so look-ups are tried first
    correction = suggest(command, [route for route in routes if route.source is Source.BOT])
    return Request(command, None, problem=correction) if correction else Request(command, fallback, command.words.strip())


def suggest(command: Command, routes: list[Route]) -> Reply | None:
    """Return a correction when the first word is close to a subcommand of these routes, or None."""
    first, rest = _split_first(command.words)
    meant = _nearest(first, [spelling for route in routes for spelling in route.words])
    return _unknown_word(command.verb, first, rest, meant, []) if meant else None


def _split_first(words: str) -> tuple[str, str]:
    first, *rest = words.split(maxsplit=1) or [""]
    return first, rest[0].rstrip() if rest else ""


def _nearest(word: str, known: list[str]) -> str | None:
    """Return the known word that this is a misspelling of, or None. Words of up to three letters are never guessed."""
    typed = word.casefold()
    edits = 2 if len(typed) >= 8 else 1
    # one edit changes at most two letters of the set: this spares `ask` the import of rapidfuzz (26 ms) for nearly every other word
    close = [other for other in known if len(other) > 3 and other != word and len(set(typed) ^ set(other)) <= 2 * edits]
    if len(typed) <= 3 or not close:
        return None
    from content.search.spelling import nearest

    return next(iter(nearest(typed, close, max_edits=edits)), None)


def _unknown_verb(command: Command) -> Reply:
    meant = _nearest(command.verb, [*VERBS, *SPELLINGS])
    verb = SPELLINGS.get(meant or "", meant)
    problem = f"There is no command /{command.verb}."
    if verb is None:
        return refusal(problem, f"There are {', '.join(f'/{known}' for known in VERBS)}.", Button("Help", "/trade help"))
    return refusal(problem, f"Did you mean /{verb}?", Button(f"/{verb}", f"/{verb} {command.words}".strip()))


def _unknown_word(verb: str, first: str, rest: str, meant: str | None, known: list[str]) -> Reply:
    """Name the word by its position, and what may stand there."""
    if not first:
        return refusal(f"/{verb} needs a word behind it: {', '.join(known)}.")
    problem = f"Word 1 of /{verb}, “{first}”, is not one that it knows."
    if meant is None:
        return refusal(problem, f"It knows {', '.join(known)}.")
    fixed = f"/{verb} {meant} {rest}".strip()
    return refusal(problem, f"Did you mean {fixed}?", Button(fixed if len(fixed) <= 40 else f"/{verb} {meant} …", fixed))
