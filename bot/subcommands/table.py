"""The table of subcommands. Each imports what it needs."""

from __future__ import annotations

import gc
import sys
from dataclasses import dataclass, field

TYPE_CHECKING = False  # importing typing costs half as much as starting Python
if TYPE_CHECKING:
    from collections.abc import Callable

FORMS = ("text", "json", "slack", "teams")


@dataclass(frozen=True, slots=True)
class Arguments:
    """The words and options that a subcommand was given."""

    words: list[str]
    options: dict[str, str]
    """Keys include the dashes; the value of a flag is ""."""


class UsageError(Exception):
    """The command line cannot be understood; the message says what to do."""


def service(name: str) -> Callable[[Arguments], int]:
    """Return a subcommand that loads the settings and calls the function of this name in bot.server."""

    def start(_: Arguments) -> int:
        from bot.settings import SettingsError, hints, load

        for hint in hints():
            print(f"tradebot: {hint}", file=sys.stderr)
        try:
            settings = load()
        except SettingsError as error:
            print(error, file=sys.stderr)
            return 2
        from bot import server

        code: int | None = getattr(server, name)(settings)
        return code or 0

    return start


def admin_answer(words: str) -> Callable[[Arguments], int]:
    """Return a subcommand that prints what an admin's command answers."""

    def show(_: Arguments) -> int:
        from bot.editing import admin_command

        return admin_command.show(words)

    return show


def poll(arguments: Arguments) -> int:
    if "--once" not in arguments.options:
        raise UsageError("poll needs --once, which polls every feed once, now; to keep polling, run `tradebot work`")
    return service("poll_once")(arguments)


def ask(arguments: Arguments) -> int:
    from bot import ask as commands

    form, file = arguments.options.get("--as"), arguments.options.get("--file")
    if form is not None and form not in FORMS:
        raise UsageError(f"--as {form}: use one of {', '.join(FORMS)}")
    if bool(arguments.words) == (file is not None):
        raise UsageError("give ask either TEXT or --file F.jsonl, for example: tradebot ask '/pti revenue'")
    stored = "--stored" in arguments.options
    if "--why" in arguments.options:
        if file is not None or form is not None or stored:
            raise UsageError("--why takes TEXT and no other option")
        return commands.ask_why(" ".join(arguments.words))
    if file is None:
        return commands.ask_one(" ".join(arguments.words), form or "text", stored=stored)
    gc.enable()  # a file may be long
    return commands.ask_file(file, form or "json", stored=stored)


def subcommand(module: str, function: str) -> Callable[[Arguments], int]:
    """Return a subcommand that a function runs; a ValueError of it is a wrong usage."""

    def call(arguments: Arguments) -> int:
        from importlib import import_module

        try:
            code: int = getattr(import_module(module), function)(arguments.words, arguments.options)
        except ValueError as problem:
            raise UsageError(str(problem)) from None
        return code

    return call


def page(name: str) -> Callable[[Arguments], int]:
    """Return a subcommand that prints a page, or writes it into a file as HTML, by the function of this name."""

    def write(arguments: Arguments) -> int:
        from bot.subcommands import page as pages

        code: int = getattr(pages, name)(" ".join(arguments.words), arguments.options.get("--html", ""))
        return code

    return write


def links(_: Arguments) -> int:
    from bot.editing.links import check as check_links

    return check_links()


def doctor(_: Arguments) -> int:
    from bot.doctor.checks import run

    return run()


@dataclass(frozen=True, slots=True)
class Subcommand:
    """A subcommand, and what its help says."""

    name: str
    usage: str
    help: str
    function: Callable[[Arguments], int]
    options: dict[str, bool] = field(default_factory=dict)
    """Keys include the dashes; the value says whether it takes a value."""
    most_words: int | None = 0


COMMANDS = (
    Subcommand("run", "", "run everything in one process: web, jobs, and the playground if no platform is configured", service("run")),
    Subcommand("serve", "", "run only the web side", service("serve")),
    Subcommand("work", "", "run only the jobs: polling and posting", service("work")),
    Subcommand("migrate", "", "update the database schema to this version", service("migrate")),
    Subcommand(
        "backup",
        "FILE [--replace]",
        "write a whole and checked copy of a SQLite database, also while the bot runs",
        subcommand("bot.subcommands.backup", "back_up"),
        {"--replace": False},
        1,
    ),
    Subcommand(
        "restore",
        "FILE",
        "bring a copy of a SQLite database back while the bot is stopped; nothing that was posted since is posted again",
        subcommand("bot.subcommands.backup", "restore"),
        {},
        1,
    ),
    Subcommand(
        "restored",
        "[--since TIME]",
        "say that other means brought the database back, such as a snapshot of a disk; TIME is when that was made",
        subcommand("bot.subcommands.backup", "note_restored"),
        {"--since": True},
    ),
    Subcommand("poll", "--once", "poll every feed once, whether due or not, and print the results", poll, {"--once": False}),
    Subcommand(
        "check",
        "[DIR]",
        "list every error in the content (default: CONTENT_DIR), what looks wrong, and what a reload would change",
        subcommand("bot.subcommands.check", "run"),
        {},
        1,
    ),
    Subcommand(
        "content",
        "export DIR [--revision N]",
        "write the content files of the revision in force, or of another one, into a folder; a file that somebody changed is kept",
        subcommand("bot.editing.export", "run"),
        {"--revision": True},
        2,
    ),
    Subcommand(
        "audit",
        "verify [--head COUNT:HASH] [--log FILE] | head",
        "verify: check that nobody changed the audit, or cut it off after a head that you or the log noted; head: print it",
        subcommand("bot.subcommands.audit", "run"),
        {"--head": True, "--log": True},
        1,
    ),
    Subcommand(
        "export",
        "audit | posts --since DATE",
        "print who changed what, or what was posted where and from what, as JSON Lines, from midnight UTC of a day such as 2026-02-09",
        subcommand("bot.subcommands.export", "run"),
        {"--since": True},
        1,
    ),
    Subcommand("import", "archive FILE.pdf …", "store what CBP's archive files list", subcommand("bot.editing.archive", "run"), {}, None),
    Subcommand("draft", "TEXT", "print YAML that would answer a question, to fill in", subcommand("bot.editing.draft", "run"), {}, None),
    Subcommand("links", "", "check every address in the content, politely, and print what is broken or has moved", links),
    Subcommand("review", "", "list the statements of the content to look at again, and broken links", admin_answer("review all")),
    Subcommand("unanswered", "", "list what people asked in vain, and the problems that they reported", admin_answer("unanswered")),
    Subcommand(
        "ask",
        "TEXT | --file F.jsonl [--as text|json|slack|teams] [--stored] | --why TEXT",
        "answer a command such as '/pti revenue' without a network or database; each line of the file has a command and a text; "
        "--stored also reads the messages in DATABASE_URL, and changes nothing there; "
        "--why prints which statements may answer, and what scored",
        ask,
        {"--as": True, "--file": True, "--stored": False, "--why": False},
        None,
    ),
    Subcommand(
        "changes",
        "[TOPICS] [since:DAY] [until:DAY] [--text]",
        "print what the messages in DATABASE_URL changed, as /trade changes answers; --text: all of it as plain text, for a mail",
        subcommand("bot.subcommands.changes", "show_changes"),
        {"--text": False},
        None,
    ),
    Subcommand(
        "briefing",
        "TOPIC [--html FILE]",
        "print a page about an issue or a topic, from the content and the messages in DATABASE_URL; --html: write it to print or hand out",
        page("write_briefing"),
        {"--html": True},
        None,
    ),
    Subcommand(
        "handout",
        "ROLE [--html FILE]",
        "print the page of a career in the Office of Trade, from the content; --html: write it to print or hand out",
        page("write_handout"),
        {"--html": True},
        None,
    ),
    Subcommand(
        "classify",
        "[--known TITLES.jsonl] F.jsonl",
        "print the topics, kind, relations, dates and gist of the messages in a JSON Lines file, without a network or database; "
        "the messages of --known complete mistyped numbers",
        subcommand("bot.editing.classify", "run"),
        {"--known": True},
        1,
    ),
    Subcommand("doctor", "", "check everything the bot needs, change nothing, and report what is wrong and how to fix it", doctor),
    Subcommand(
        "manifest",
        "slack [--http URL] | teams --url URL [--client-id ID] [--out FILE.zip]",
        "slack: print the app manifest; give the bot's URL if Slack reaches it over HTTP. "
        "teams: write the app package (tradebot-teams.zip), the same for every cloud; URL is your page about the bot",
        subcommand("bot.subcommands.manifest", "write_manifest"),
        {"--http": True, "--url": True, "--client-id": True, "--out": True},
        1,
    ),
)
