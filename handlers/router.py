"""Find the route of a typed line, and dispatch the command to its handler."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, replace

from handlers.command import Command
from handlers.questions.mention import without_own_name
from handlers.replies.reply import Button, Reply, refusal
from handlers.table import SPELLINGS, TABLE, VERBS, Access, Route, Source

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from handlers.command import Context, Person
    from jobs.models.channels import ChannelRef

_MAX_CHARACTERS = 4_000
"""Maximum characters of a command. A lookup compares every word."""

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
    *("posting", "ping ", "tell me", "tell us", "email", "do we get", "do i get", "silence", "suspend", "quiet", "no more", "no longer"),
    *("cancel", "end ", "quit", "cease", "delete", "remove ", "drop ", "restart", "continue", "make ", "change", "switch", "move ", "set "),
    *(
        "reschedul",
        "adjust",
        "shift ",
        "convert ",
        "edit ",
        "modify",
        "post ",
        "posts",
        "too m",
        "less ",
        "fewer",
        "don't",
        "don’t",
        "dont ",
    ),
    *(
        "eastern",
        "central",
        "mountain",
        "pacific",
        "time zone",
        "timezone",
        "schedule",
        "once a",
        "twice a",
        "send ",
        "deliver",
        "you post",
    ),
    *("i want", "we want", "want it", "prefer", "have it", "get it", "you send"),
    *("would", "will we", "will i", "will it", "will you", "will this", "will be post", "going to", "preview"),
    *("also ", " too", "dm ", "message us", "message me", "undo", "revert", "take ", "reverse"),
    *("get us", "get me", "give us", "give me", "bring us"),
)
"""One of these is in every request about subscriptions. Looking for them spares other questions an import."""

_AS_OF = "as-of:"

_HELP = "help"

_LISTING = "subscribe list "

_PERIODS = ("daily", "weekly", "weekdays", "hourly", "monthly")


@dataclass(frozen=True, slots=True)
class Request:
    """A command with its row of the table."""

    command: Command
    route: Route | None
    """If None, `problem` explains why."""
    words: str = ""
    problem: Reply | None = None
    as_of: str = ""
    """The day in the past for which an answer is asked, as typed."""
    about_subscription: bool = False
    """It is a request about a subscription if the channel has the one that it names, and otherwise a question."""

    @property
    def is_lookup(self) -> bool:
        return self.route is not None and self.route.is_lookup

    @property
    def needs_store(self) -> bool:
        return self.route is not None and (bool(self.as_of) or self.route.source in (Source.STORE, Source.BOT))

    @property
    def may_need_store(self) -> bool:
        return self.route is not None and not self.as_of and self.route.source is Source.EITHER


def is_question(request: Request) -> bool:
    """Return whether a request takes whatever no command takes."""
    return request.route is not None and request.route is not _OFFER and not request.route.words and bool(request.words)


def parse_line(text: str) -> tuple[str, str]:
    """Return (verb, words) of "/pti revenue", "pti revenue", "resource usmca" (/trade) or "usmca" (any words: /trade).

    An unknown verb after a slash is kept for `resolve` to name.
    """
    text = without_own_name(text) if "@" in text else text
    first, rest = _split_first(text)
    name = first.removeprefix("/").casefold()
    name = SPELLINGS.get(name, name)
    if name in VERBS:
        return name, rest
    for route in TABLE:
        if name in route.words and route.audience is Access.ANYONE and not (route.alone and rest):
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
    if _AS_OF in command.words.casefold():
        from handlers.messages.past import split_day

        words, day = split_day(command.words)
        if day:
            return replace(resolve(replace(command, words=words)), command=command, as_of=day)
    if command.words.casefold().startswith(_LISTING):  # "subscribe list all feeds" asks what there is
        command = replace(command, verb="trade", words=_split_first(command.words)[1])
    routes = [route for route in TABLE if route.verb == command.verb]
    if not routes:
        return Request(command, None, problem=_unknown_verb(command))
    if command.words.strip().casefold() == _HELP and (command.person.admin or routes[0].audience is Access.ANYONE):
        return Request(command, next(route for route in TABLE if _HELP in route.words), "" if command.verb == "trade" else command.verb)
    if command.verb in ("csms", "trade") and _may_be_about_subscriptions(command.words):
        return _resolve_about_subscriptions(command, routes)
    return _resolve(command, routes)


def _may_be_about_subscriptions(words: str) -> bool:
    words = words.strip().casefold()
    return (
        any(stem in words for stem in _SUBSCRIPTION_STEMS)
        or words in ("end", "drop", "remove")
        or words.startswith("start ")
        or (words.startswith("why ") and any(map(str.isdigit, words)))
        or _nearest(_split_first(words)[0].strip(".,!?"), list(_PERIODS)) is not None
    )


def _resolve_about_subscriptions(command: Command, routes: list[Route]) -> Request:
    """Understand everyday words, and take "pause in liquidation" for a question."""
    from handlers.subscriptions.requests import is_pause, understand

    first, rest = _split_first(command.words)
    word = first.casefold()
    typed = word in {spelling for route in routes for spelling in route.words}
    if word in ("pause", "resume") and command.verb == "trade" and not is_pause(rest):
        typed, routes = False, [route for route in routes if word not in route.words]
    meaning = understand(command.words) if not typed or word == "why" else None
    asks_why = meaning is not None and meaning.words.startswith("why ")
    if meaning is None or (typed and meaning.offer is None and not asks_why):
        return _resolve(command, routes)
    if asks_why:
        return _resolve(replace(command, verb="csms", words=meaning.words), [route for route in TABLE if route.verb == "csms"])
    if meaning.offer is None:
        return _resolve(replace(command, words=meaning.words), routes)
    if meaning.sure:
        return Request(command, _OFFER, command.words.strip())
    return replace(_resolve(command, routes), about_subscription=True)


def _resolve(command: Command, routes: list[Route]) -> Request:
    first, rest = _split_first(command.words)
    for route in routes:
        if first.casefold() in route.words and not (route.alone and rest):
            return Request(command, route, rest)
    fallback = next((route for route in routes if not route.words), None)
    if fallback is None:
        known = [route.words[0] for route in routes]
        return Request(command, None, problem=_suggest(command, routes) or _unknown_word(command.verb, first, rest, None, known))
    # "subscibe revenue" must not show a card; "toxic toys" is not "topic toys", so look-ups come first
    correction = _suggest(command, [route for route in routes if route.source is Source.BOT])
    return Request(command, None, problem=correction) if correction else Request(command, fallback, command.words.strip())


def _suggest(command: Command, routes: list[Route]) -> Reply | None:
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


def dispatch(request: Request, context: Context) -> Reply:
    """Answer a request. Nothing that a person can type raises; a handler's exception is passed on.

    A handler gets the content without what is internal, unless only staff read its answer.
    """
    command, route = request.command, request.route
    if request.as_of and route is not None:
        from handlers.messages.past import answer_as_of

        return answer_as_of(route, request.as_of, context, lambda past: dispatch(replace(request, as_of=""), past))
    if command.person.external or command.for_everybody:
        from content.search.audience import public

        context = replace(context, catalog=public(context.catalog))
    if route is None:
        assert request.problem is not None  # noqa: S101 - a request has a route or a problem
        return request.problem
    if route.audience is Access.ADMIN and not command.person.admin:
        context.log(f"denied {route.name} to {command.person.key}, who is not an admin")
        if command.person.external:
            where = "and only where nobody from another workspace can read the answer"
            return refusal(f"Only this bot's admins can use {route.name}, {where}.", "You can still look things up.")
        hint = f"Ask an admin to run it or to add your ID to TRADEBOT_ADMINS. Your ID is {command.person.key}."
        return refusal(f"Only this bot's admins can use {route.name}.", command.person.admin_hint or hint)
    if route.changes_state and context.subscribe == "admins" and not command.person.admin:
        context.log(f"denied {route.name} to {command.person.key}, who is not an admin")
        hint = command.person.admin_hint or "Ask an admin. You can still look things up."
        return refusal("Only this bot's admins can change subscriptions.", hint)
    if request.about_subscription:
        from handlers.subscriptions.offers import offer_named

        offered = offer_named(command, context)
        if offered is not None:
            return offered
    if route.audience is Access.ADMIN and request.words and len(route.usage.split()) == len(("/trade-admin", "status")):
        from handlers.replies.cards import excess_words

        return excess_words(route.name, "no further words", request.words)
    if route.source is Source.BOT and context.db is None:
        from handlers.replies.cards import needs_bot

        return needs_bot("Subscriptions work" if route is _OFFER else f"{route.name} works")
    if (route.changes_state or route.acts) and context.db is not None:
        from handlers.idempotency import repetition_reply, run_once

        repeated = repetition_reply(command)
        reply = run_once(command, context.db, lambda: _call(route, request, context), repeated, by_words=route.changes_state)
        if route.needs_membership and reply.ok:
            from handlers.subscriptions.resume import resume_here

            return resume_here(reply, command, context, repeated=reply is repeated)
        return reply
    reply = _with_question(_call(route, request, context), request, context)
    if route.words or reply.subjects:
        return reply
    return _suggest(command, [other for other in TABLE if other.verb == route.verb]) or reply


def _with_question(reply: Reply, request: Request, context: Context) -> Reply:
    """Return the reply with its question, which somebody may mark as not answered, if such questions are counted.

    The card or the message that the words name is what was asked for.
    """
    if not context.records_unanswered:
        return replace(reply, question="") if reply.question else reply
    if not is_question(request) or (len(reply.subjects) == 1 and _is_name(request.words, reply.subjects, context)):
        return reply
    return replace(reply, question=f"/{request.command.verb} {request.words}")


def _is_name(words: str, subjects: tuple[str, ...], context: Context) -> bool:
    from content.catalog import KINDS
    from handlers import lookups
    from handlers.messages.questions import find_number

    number = find_number(words)
    if number is not None and subjects[0].endswith(f":{number}"):
        return True
    return lookups.find_name(words, KINDS, context.catalog).subjects == subjects


def _call(route: Route, request: Request, context: Context) -> Reply:
    module, _, name = route.function.rpartition(".")
    reply: Reply = getattr(importlib.import_module(module), name)(request.words, request.command, context)
    return reply
