"""The command line. `ask` and `classify` need no network and no database; what a subcommand needs is imported when it is chosen.

It is parsed by hand and in few lines: `ask` must answer at once, and argparse alone would cost more than Python's own start.
"""

from __future__ import annotations

import gc
import os
import sys
from dataclasses import dataclass, field

TYPE_CHECKING = False  # typing's own costs half of Python's start
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn

ABOUT = "Answers about CBP trade from YAML, and trade updates in the channels that asked."

FORMS = ("text", "json", "slack", "teams")

OURS = ("bot", "handlers", "jobs", "content")


@dataclass(frozen=True, slots=True)
class Given:
    """What stood behind the subcommand."""

    words: list[str]
    options: dict[str, str]
    """By name with its dashes; a flag's value is ""."""


class Usage(Exception):
    """The command line can't be understood; the message says what to do."""


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 fine, 1 not understood or something is wrong with the content, 2 wrong usage or settings."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = carry_out(words)
        sys.stdout.flush()
    except Usage as error:
        print(f"tradebot: {error}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] in OURS:
            raise
        print(f"tradebot: its libraries are missing ({missing.name}): run `make run` once, then use .venv/bin/tradebot", file=sys.stderr)
        return 2
    except BrokenPipeError:  # `tradebot ask … | head`: nobody reads on; Python must not complain when it closes stdout
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def entry() -> NoReturn:
    """The process `tradebot`. One that only answers leaves its memory to the system: tidying it up is a tenth of the work."""
    if sys.argv[1:2] != ["ask"]:
        sys.exit(main())
    gc.disable()
    code = main()
    sys.stderr.flush()
    os._exit(code)


def carry_out(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(help_())
        return 0
    command = next((command for command in COMMANDS if command.name == words[0]), None)
    if command is None:
        raise Usage(f"there is no subcommand {words[0]!r}; there are {', '.join(command.name for command in COMMANDS)}")
    if any(word in ("-h", "--help") for word in words[1:]):
        print(f"usage: tradebot {command.name} {command.usage}\n\n{command.help}")
        return 0
    return command.function(parsed(words[1:], command))


def parsed(words: list[str], command: Subcommand) -> Given:
    """Words and options. `--` ends the options; "-" alone is a word."""
    found = Given([], {})
    rest = iter(words)
    for word in rest:
        if word == "--":
            found.words.extend(rest)
        elif not word.startswith("--"):
            found.words.append(word)
        else:
            name, equals, value = word.partition("=")
            takes_value = command.options.get(name)
            if takes_value is None or (equals and not takes_value):
                raise Usage(f"{word} is no option of {command.name}; usage: tradebot {command.name} {command.usage}")
            if takes_value and not equals:
                value = next(rest, "")
            if takes_value and not value:
                raise Usage(f"{name} needs a value; usage: tradebot {command.name} {command.usage}")
            found.options[name] = value
    most = command.most_words
    if most is not None and len(found.words) > most:
        raise Usage(f"{found.words[most]!r} is too much; usage: tradebot {command.name} {command.usage}".rstrip())
    return found


def help_() -> str:
    listed = (f"  {command.name} {command.usage}".rstrip() + f"\n      {command.help}" for command in COMMANDS)
    return "\n".join(("usage: tradebot SUBCOMMAND …", "", ABOUT, "", *listed))


def service(name: str) -> Callable[[Given], int]:
    """A subcommand that needs the settings and all the rest: `bot.server` has it under this name."""

    def start(_: Given) -> int:
        from bot.notes import notes
        from bot.settings import SettingsError, load

        for note in notes():
            print(f"tradebot: {note}", file=sys.stderr)
        try:
            settings = load()
        except SettingsError as error:
            print(error, file=sys.stderr)
            return 2
        from bot import server

        code: int | None = getattr(server, name)(settings)
        return code or 0

    return start


def poll(given: Given) -> int:
    if "--once" not in given.options:
        raise Usage("poll takes --once: it polls every feed once, now; `tradebot work` goes on polling")
    return service("poll_once")(given)


def ask(given: Given) -> int:
    from bot import ask as offline

    form, file = given.options.get("--as"), given.options.get("--file")
    if form is not None and form not in FORMS:
        raise Usage(f"--as {form}: write one of {', '.join(FORMS)}")
    if bool(given.words) == (file is not None):
        raise Usage("give ask either TEXT or --file F.jsonl, for instance: tradebot ask '/pti revenue'")
    if file is None:
        return offline.ask_one(" ".join(given.words), form or "text")
    gc.enable()  # a file may be long
    return offline.ask_file(file, form or "json")


def classify(given: Given) -> int:
    from bot import ask as offline

    if not given.words:
        raise Usage('classify needs a file of lines such as {"id": 1, "title": "…"}; - is standard input')
    return offline.classify(given.words[0])


def check(given: Given) -> int:
    from bot import ask as offline

    return offline.check(given.words[0] if given.words else None)


def manifest(given: Given) -> int:
    platform = given.words[0] if given.words else ""
    makers = {"slack": (manifest_slack, ("--http",)), "teams": (manifest_teams, ("--url", "--client-id", "--out"))}
    if platform not in makers:
        said = f"there is no manifest for {platform!r}; write" if platform else "name a platform"
        raise Usage(f"{said}: tradebot manifest slack, or tradebot manifest teams")
    make, options = makers[platform]
    strange = [name for name in given.options if name not in options]
    if strange:
        raise Usage(f"{strange[0]} is not for {platform}, which takes {', '.join(options)}")
    return make(given)


def manifest_slack(given: Given) -> int:
    import json

    from bot.slack import manifest as manifests

    address = given.options.get("--http")
    try:
        found = manifests.slack(address)
    except manifests.BadAddress as wrong:
        raise Usage(f"--http {address}: {wrong}") from None
    print(json.dumps(found, indent=2))
    return 0


def manifest_teams(given: Given) -> int:
    from pathlib import Path

    from bot.settings import teams_client_id
    from bot.teams import manifest as teams_package

    out = Path(given.options.get("--out", "tradebot-teams.zip"))
    try:
        made = teams_package.package(given.options.get("--client-id") or teams_client_id(), given.options.get("--url", ""))
        out.write_bytes(made)
    except teams_package.Missing as wrong:
        raise Usage(str(wrong)) from None
    except OSError as error:
        raise Usage(f"--out {out}: {error.strerror}") from None
    print(f"{out}: the app package of Teams, version {teams_package.VERSION}. Upload it in the Teams admin center.")
    return 0


def doctor(_: Given) -> int:
    from bot.doctor import run

    return run()


@dataclass(frozen=True, slots=True)
class Subcommand:
    """One of the command line's own commands."""

    name: str
    usage: str
    help: str
    function: Callable[[Given], int]
    options: dict[str, bool] = field(default_factory=dict)
    """By name with its dashes; True: takes a value."""
    most_words: int | None = 0


COMMANDS = (
    Subcommand("run", "", "everything in one process: web, jobs, and the playground when no platform is configured", service("run")),
    Subcommand("serve", "", "the web side alone", service("serve")),
    Subcommand("work", "", "the jobs alone: polling and posting", service("work")),
    Subcommand("migrate", "", "bring the database up to date", service("migrate")),
    Subcommand("poll", "--once", "poll every feed once, due or not, and show what comes of it", poll, {"--once": False}),
    Subcommand("check", "[DIR]", "say everything that is wrong with the content (default: CONTENT_DIR)", check, {}, 1),
    Subcommand(
        "ask",
        "TEXT | --file F.jsonl [--as text|json|slack|teams]",
        "answer a command such as '/pti revenue' without network and database; each line of a file has a command and a text",
        ask,
        {"--as": True, "--file": True},
        None,
    ),
    Subcommand("classify", "F.jsonl", "say what the titles of a file's lines are about, without network and database", classify, {}, 1),
    Subcommand("doctor", "", "look at everything that the bot needs, change nothing, and say what is wrong and what to do", doctor),
    Subcommand(
        "manifest",
        "slack [--http URL] | teams --url URL [--client-id ID] [--out FILE.zip]",
        "slack: print what Slack's console takes to make the app; with the bot's own address when Slack shall reach it over HTTP. "
        "teams: write the app package (tradebot-teams.zip), the same for every cloud, GCC High and DoD too; URL is your page about the bot",
        manifest,
        {"--http": True, "--url": True, "--client-id": True, "--out": True},
        1,
    ),
)
