"""The table of commands, and how a typed line finds its route.

Help, the manifests and the README's list of commands come from TABLE.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from handlers.command import Command
from handlers.replies.reply import Button, Reply, refusal

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from handlers.command import Person
    from jobs.models import ChannelRef

_MAX_CHARACTERS = 4_000
"""Maximum characters of a command. A lookup compares every word."""


class Source(StrEnum):
    CONTENT = "content"  #: The content alone: needs no database, may be cached.
    EITHER = "either"  #: The content first; stored messages if it does not answer, or if the question is about them.
    STORE = "store"  #: Stored messages, where there is a database; without one the handler says what it can.
    BOT = "bot"  #: The running bot's database, without which the command is refused.


class Access(StrEnum):
    ANYONE = "anyone"
    ADMIN = "admin"  #: Only the people in TRADEBOT_ADMINS.


@dataclass(frozen=True, slots=True)
class Route:
    """A row of the table: a command, the handler that answers it, and its help."""

    verb: str
    words: tuple[str, ...]
    """The subcommand's spellings. () takes whatever no other route takes."""
    function: str
    """Dotted name, so that a lookup loads only its own module."""
    usage: str
    help: str
    source: Source = Source.BOT
    audience: Access = Access.ANYONE
    changes_state: bool = False
    """Repeating the command within a minute changes nothing."""
    acts: bool = False
    """Acts each time it is typed, but not when an event is delivered again."""
    opens_form: bool = False
    """The command opens a form if it has no words and the platform has forms."""
    needs_membership: bool = False
    """The bot will post in the channel, so it must be a member."""
    about_channel: bool = False
    in_menu: bool = True
    """Teams lists the command in its menu, which has ten places. Cards offer the others as buttons."""

    @property
    def is_lookup(self) -> bool:
        return self.audience is Access.ANYONE and not self.changes_state


def _admin(words: str, module: str, text: str, **effect: bool) -> Route:
    word = words.partition(" ")[0]
    return Route("trade-admin", (word,), f"handlers.{module}.{word}", f"/trade-admin {words}", text, Source.BOT, Access.ADMIN, **effect)


def _subscribing(verb: str, feeds: str, text: str) -> tuple[Route, ...]:
    usage = f'/{verb} subscribe {feeds}[topics] ["phrase"] [-"phrase"] [schedule] [in ZONE]'
    commands, preview = "handlers.subscriptions.commands", "handlers.subscriptions.preview.preview"
    listed, brought = (
        "list this channel's subscriptions and when they post next",
        "show what a subscription would have posted, and why; N routine: what it left out",
    )
    return (
        Route(
            verb,
            ("subscribe",),
            f"{commands}.subscribe",
            usage,
            text,
            changes_state=True,
            opens_form=True,
            needs_membership=True,
            about_channel=True,
        ),
        Route(verb, ("subscriptions",), f"{commands}.subscriptions", f"/{verb} subscriptions", listed, about_channel=True),
        Route(
            verb,
            ("unsubscribe",),
            "handlers.subscriptions.unsubscribe.unsubscribe",
            f"/{verb} unsubscribe [N or topic or all]",
            "end the subscription with this number, or what brings this topic; all asks first",
            changes_state=True,
            about_channel=True,
        ),
        Route(
            verb,
            ("pause",),
            "handlers.subscriptions.pause.pause",
            f"/{verb} pause [N] [until DAY]",
            "post nothing in this channel, or for one subscription, until then",
            changes_state=True,
            about_channel=True,
            in_menu=False,
        ),
        Route(
            verb,
            ("resume",),
            "handlers.subscriptions.resume.resume",
            f"/{verb} resume [N]",
            "post in this channel, or for this subscription, again after it was paused",
            changes_state=True,
            needs_membership=True,
            about_channel=True,
            in_menu=False,
        ),
        Route(verb, ("preview",), preview, f"/{verb} preview [N or subscription]", brought, about_channel=True),
    )


def _content(verb: str, words: tuple[str, ...], function: str, usage: str, text: str) -> Route:
    return Route(verb, words, f"handlers.{function}", usage, text, Source.CONTENT)


def _stored(words: tuple[str, ...], function: str, usage: str, text: str) -> Route:
    return Route("csms", words, f"handlers.{function}", usage, text, Source.STORE)


_OUTBOX = ("outbox", "held")  # older buttons and habits have "held"

TABLE = (
    _content("pti", (), "pti.pti", "/pti [name or question]", "show the seven Priority Trade Issues, or one of them"),
    _content("role", (), "roles.role", "/role [name or task]", "show who does what in the Office of Trade"),
    _content("trade", ("resource", "resources"), "resources.resource", "/trade resource [words]", "show the trade pages on CBP.gov"),
    _content("trade", ("term", "terms", "glossary"), "glossary.term", "/trade term [word]", "explain a trade term or abbreviation"),
    _content("trade", ("topic", "topics"), "topics.topic", "/trade topic [name]", "show other topics, such as forced labor"),
    replace(
        _content(
            "trade", ("answers",), "questions.statements.more", "/trade answers QUESTION", "list more statements that may answer a question"
        ),
        in_menu=False,
    ),
    replace(
        _content("trade", ("centers",), "office.centers", "/trade centers", "list the Centers of Excellence and Expertise"),
        in_menu=False,
    ),
    _content("trade", ("office",), "office.office", "/trade office", "show what the Office of Trade is and does"),
    *_subscribing("trade", "[feeds] ", "do the same as /csms subscribe for any feed: cbp-trade, federal-register, all feeds"),
    _content("trade", ("help",), "help.help_", "/trade help [all]", "show five things to try; all: list every command"),
    replace(
        _content("trade", (), "office.trade", "/trade [any words]", "find the best answer in everything the bot knows"),
        source=Source.EITHER,
    ),
    _stored(("latest", "newest"), "csms.latest", "/csms latest [topic]", "list the newest CSMS messages, all or about one topic"),
    *_subscribing(
        "csms",
        "",
        "post CSMS messages in this channel: now, daily 09:00, weekdays 09:00 or weekly mon 09:00; "
        "options: include system notices, digest only, instead of N",
    ),
    replace(_stored(("why",), "why.why", "/csms why [number]", "explain why a message was posted in this channel"), about_channel=True),
    _stored((), "csms.csms", "/csms [number, link or words]", "show one CSMS message, or search the stored messages"),
    _admin("reload [confirm]", "admin.reload", "publish the content files", acts=True),
    _admin("check", "admin.reload", "list the errors in the content files, what a reload would change, and what looks wrong"),
    _admin("history", "admin.history", "list the published versions of the content: number, time, who, what changed"),
    _admin("diff N [M]", "admin.history", "show what revision N changed, or the difference between revisions N and M"),
    _admin("rollback N", "admin.history", "bring revision N back, after showing what would change", acts=True),
    _admin(
        "review [all]",
        "admin.review",
        "list what to look at again: statements that are due or that a newer message may change, and broken links",
    ),
    _admin("status", "admin.status", "show the revision, the feeds and the waiting posts"),
    _admin("feeds", "admin.status", "show each feed's last success, last error and next poll"),
    _admin("poll [feed]", "admin.status", "poll one feed or all feeds now", acts=True),
    _admin("post FEED", "admin.status", "post the entries of a feed that are held because most of it was new again", acts=True),
    _admin("seen FEED", "admin.status", "mark a feed's held entries as seen, without posting them", acts=True),
    replace(_admin("outbox", "outbox", "list the messages that are not posted yet and the posts that need a decision"), words=_OUTBOX),
    _admin("resend N", "outbox", "send a refused post again, or a post on hold that is not in its channel", acts=True),
    _admin("arrived N", "outbox", "mark a post on hold as arrived if it is in its channel", acts=True),
    _admin("drop N", "outbox", "give up a refused post or a post on hold", acts=True),
    _admin("unanswered", "admin.unanswered", "list what people asked in vain, and the problems that they reported"),
)

VERBS = tuple(dict.fromkeys(route.verb for route in TABLE))

SPELLINGS = {"ptis": "pti", "roles": "role"}

_OFFER = Route(
    "csms",
    (),
    "handlers.subscriptions.offers.offer",
    "/csms subscribe",
    "offer what somebody asked for in everyday words",
    about_channel=True,
)
"""Not in TABLE, because nobody types it."""

_SUBSCRIPTION_STEMS = (
    *("subscri", "paus", "stop", "mute", "muting", "snooz", "resum", "notif", "alert", "digest", "opt out", "opt me", "sign me", "sign us"),
    *("daily", "weekly", "hourly", "weekday", "monthly", "every ", "let me", "let us", "keep me", "keep us", "inform", "updates", "turn "),
    *("posting", "ping ", "tell me", "tell us", "email", "do we get", "do i get", "silence", "suspend", "be quiet", "no more"),
)
"""One of these is in every request about subscriptions. Looking for them spares other questions an import."""


@dataclass(frozen=True, slots=True)
class Request:
    """A command with its row of the table."""

    command: Command
    route: Route | None
    """If None, `problem` explains why."""
    words: str = ""
    problem: Reply | None = None

    @property
    def is_lookup(self) -> bool:
        return self.route is not None and self.route.is_lookup

    @property
    def needs_store(self) -> bool:
        return self.route is not None and self.route.source in (Source.STORE, Source.BOT)

    @property
    def may_need_store(self) -> bool:
        return self.route is not None and self.route.source is Source.EITHER


def is_question(request: Request) -> bool:
    """Return whether a request takes whatever no command takes, in several words."""
    return request.route is not None and request.route is not _OFFER and not request.route.words and " " in request.words


def parse_line(text: str) -> tuple[str, str]:
    """Return (verb, words) of "/pti revenue", "pti revenue", "resource usmca" (/trade) or "usmca" (any words: /trade).

    An unknown verb after a slash is kept for `resolve` to name.
    """
    first, rest = _split_first(text)
    name = first.removeprefix("/").casefold()
    name = SPELLINGS.get(name, name)
    if name in VERBS:
        return name, rest
    for route in TABLE:
        if name in route.words and route.audience is Access.ANYONE:
            return route.verb, f"{name} {rest}".strip()
    if first.startswith("/"):
        return name, rest
    return "trade", text.strip()


def read_command(line: str, person: Person, channel: ChannelRef | None = None, event_id: str = "") -> Command:
    verb, words = parse_line(line)
    return Command(verb, words, person, channel, event_id)


def resolve(command: Command) -> Request:
    if not (command.verb + command.words).isascii():
        from content.search.text import without_surrogates  # JSON can carry them; they cannot be stored or sent

        command = replace(command, verb=without_surrogates(command.verb), words=without_surrogates(command.words))
    if max(len(command.verb), len(command.words)) > _MAX_CHARACTERS:
        problem = refusal(f"Your text is longer than {_MAX_CHARACTERS:,} characters.", "Use a few key words.")
        return Request(command, None, problem=problem)
    routes = [route for route in TABLE if route.verb == command.verb]
    if not routes:
        return Request(command, None, problem=_unknown_verb(command))
    if command.verb in ("csms", "trade") and any(stem in command.words.casefold() for stem in _SUBSCRIPTION_STEMS):
        return _resolve_about_subscriptions(command, routes)
    return _resolve(command, routes)


def _resolve_about_subscriptions(command: Command, routes: list[Route]) -> Request:
    """Understand everyday words, and take "pause in liquidation" for a question."""
    from handlers.subscriptions.requests import is_pause, understand

    first, rest = _split_first(command.words)
    word = first.casefold()
    if word in ("pause", "resume") and command.verb == "trade" and not is_pause(rest):
        return Request(command, next(route for route in routes if not route.words), command.words.strip())
    typed = next((route for route in routes if word in route.words), None)
    meaning = understand(command.words) if typed is None else None
    if meaning is None:
        return _resolve(command, routes)
    if meaning.offer is not None:
        return Request(command, _OFFER, f"{meaning.offer} {meaning.words}".strip())
    return _resolve(replace(command, words=meaning.words), routes)


def _resolve(command: Command, routes: list[Route]) -> Request:
    first, rest = _split_first(command.words)
    for route in routes:
        if first.casefold() in route.words:
            return Request(command, route, rest)
    fallback = next((route for route in routes if not route.words), None)
    if fallback is None:
        known = [route.words[0] for route in routes]
        return Request(command, None, problem=suggest(command, routes) or _unknown_word(command.verb, first, rest, None, known))
    # "subscibe revenue" must not show a card; "toxic toys" is not "topic toys", so look-ups come first
    correction = suggest(command, [route for route in routes if route.source is Source.BOT])
    return Request(command, None, problem=correction) if correction else Request(command, fallback, command.words.strip())


def suggest(command: Command, routes: list[Route]) -> Reply | None:
    """Correct a misspelled subcommand of these routes."""
    first, rest = _split_first(command.words)
    meant = _nearest(first, [spelling for route in routes for spelling in route.words])
    return _unknown_word(command.verb, first, rest, meant, []) if meant else None


def _split_first(words: str) -> tuple[str, str]:
    first, *rest = words.split(maxsplit=1) or [""]
    return first, rest[0].rstrip() if rest else ""


def _nearest(word: str, known: list[str]) -> str | None:
    """Return the known word that this word misspells. Words of up to three letters are never guessed."""
    typed = word.casefold()
    edits = 2 if len(typed) >= 8 else 1
    # one edit changes at most two letters of the set: this mostly spares `ask` the import of rapidfuzz (26 ms)
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
        return refusal(problem, f"The commands are {', '.join(f'/{known}' for known in VERBS)}.", Button("Help", "/trade help"))
    return refusal(problem, f"Did you mean /{verb}?", Button(f"/{verb}", f"/{verb} {command.words}".strip()))


def _unknown_word(verb: str, first: str, rest: str, meant: str | None, known: list[str]) -> Reply:
    if not first:
        return refusal(f"Add one of these words after /{verb}: {', '.join(known)}.")
    problem = f"/{verb} does not recognize its first word, “{first}”."
    if meant is None:
        return refusal(problem, f"Use one of these: {', '.join(known)}.")
    fixed = f"/{verb} {meant} {rest}".strip()
    return refusal(problem, f"Did you mean {fixed}?", Button(fixed if len(fixed) <= 40 else f"/{verb} {meant} …", fixed))
