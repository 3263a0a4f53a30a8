"""The table of commands.

Help, the manifests and the README's list of commands come from TABLE.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from content.catalog import Record


class Source(StrEnum):
    CONTENT = "content"  #: The content alone: needs no database, may be cached.
    EITHER = "either"  #: The content first; stored messages if it does not answer, or if the question is about them.
    STORE = "store"  #: Stored messages, where there is a database; without one the handler says what it can.
    BOT = "bot"  #: The running bot's database, without which the command is refused.


class Access(StrEnum):
    ANYONE = "anyone"
    ADMIN = "admin"  #: Only the people in TRADEBOT_ADMINS.


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Route(Record):
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
    alone: bool = False
    """Further words make it something else: "/csms open" is a command, and "open an account" a question."""
    in_menu: bool = True
    """Teams lists the command in its menu, which has ten places. Cards offer the others as buttons."""

    @property
    def name(self) -> str:
        """The command without what follows it: "/csms unsubscribe" of "/csms unsubscribe [N or topic or all]"."""
        return " ".join((f"/{self.verb}", *self.words[:1]))

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
        "show what this channel's subscriptions, or one, would have posted; N routine: what it left out",
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
    replace(
        _content(
            "trade",
            ("dates",),
            "messages.dates.dates_ahead",
            "/trade dates [topic, time or number]",
            "list what takes effect, opens, ends or is due in the next 90 days",
        ),
        source=Source.STORE,
        in_menu=False,
    ),
    replace(
        _content(
            "trade",
            ("changes",),
            "office.changes",
            "/trade changes [topics] [since:DAY] [until:DAY]",
            "list what is new, updated, corrected and coming, each message once; text at the end: as plain text to copy",
        ),
        source=Source.STORE,
        in_menu=False,
    ),
    replace(
        _content(
            "trade",
            ("briefing",),
            "messages.briefing.briefing",
            "/trade briefing [issue or topic]",
            "show mission, law, changes, dates, contacts and tools on one page, each with its source",
        ),
        source=Source.STORE,
        in_menu=False,
    ),
    replace(
        _content(
            "trade",
            ("calendar",),
            "messages.calendar.calendar",
            "/trade calendar [topic]",
            "show where to subscribe to these dates in Outlook or another calendar",
        ),
        source=Source.STORE,
        in_menu=False,
    ),
    _content("trade", ("office",), "office.office", "/trade office", "show what the Office of Trade is and does"),
    *_subscribing(
        "trade",
        "[feeds] ",
        "do the same as /csms subscribe for any feed: cbp-trade, cross-rulings, all feeds; /trade list all feeds shows them",
    ),
    _content("trade", ("help",), "help.help_", "/trade help [all]", "show five things to try; all: list every command"),
    replace(
        _content("trade", (), "office.trade", "/trade [any words]", "find the best answer in everything the bot knows"),
        source=Source.EITHER,
    ),
    _stored(("latest", "newest"), "csms.latest", "/csms latest [topic]", "list the newest CSMS messages, all or about one topic"),
    replace(
        _stored(("open",), "csms.open_", "/csms open", "list the outages that no CBP message has ended"),
        alone=True,
        in_menu=False,
    ),
    *_subscribing(
        "csms",
        "",
        "post CSMS messages in this channel: now, daily 09:00, weekdays 09:00, weekly mon 09:00 or weekly changes; "
        "options: include system notices, include deadlines, digest only, instead of N",
    ),
    Route(
        "csms",
        ("remind",),
        "handlers.messages.reminders.remind",
        "/csms remind N [14d 1d]",
        "remind this channel of a message's dates, so many days before, at 09:00; N off: stop that",
        changes_state=True,
        needs_membership=True,
        about_channel=True,
        in_menu=False,
    ),
    Route(
        "csms",
        ("reminders",),
        "handlers.messages.reminders.reminders",
        "/csms reminders",
        "list what this channel is reminded of, and when next",
        about_channel=True,
        in_menu=False,
    ),
    replace(
        _stored(
            ("why",), "why.why", "/csms why [number]", "explain why a message was posted in this channel, or why not, for each subscription"
        ),
        about_channel=True,
    ),
    _stored(
        (),
        "csms.csms",
        "/csms [number, link or words] [topic:T] [kind:K] [since:DAY]",
        'show one CSMS message, or search the stored messages; also until:DAY, feed:F, "phrase", -word, newest',
    ),
    _admin("reload [confirm]", "admin.reload", "publish the content files", acts=True),
    _admin("check", "admin.reload", "list the errors in the content files, what a reload would change, and what looks wrong"),
    _admin("history [N]", "admin.history", "list the published versions of the content, or those before N: time, who, what changed"),
    _admin("diff N [M]", "admin.history", "show what revision N changed, or the difference between revisions N and M"),
    _admin("rollback N", "admin.history", "bring revision N back, after showing what would change", acts=True),
    _admin(
        "review [file or all]",
        "admin.review",
        "list what to look at again: statements that are due, counted by file, or that a newer message may change, and broken links",
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
    _admin("pause [confirm]", "admin.pause", "stop all posting, in every channel and on every platform, after asking", acts=True),
    _admin("resume", "admin.pause", "start all posting again; what is due goes out in order", acts=True),
    _admin("audit [words]", "admin.audit", "list who changed what, where and when, newest first, with all of these words"),
    _admin("unanswered", "admin.unanswered", "list what people asked in vain, and the problems that they reported"),
    _admin("done N", "admin.unanswered", "tick off a reported problem", acts=True),
)

VERBS = tuple(dict.fromkeys(route.verb for route in TABLE))

SPELLINGS = {"ptis": "pti", "roles": "role"}
