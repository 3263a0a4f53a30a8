"""The command line. `ask` and `classify` need no network and no database; what a subcommand needs is imported when it is chosen."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from bot.settings import Settings

ABOUT = "Answers about CBP trade from YAML, and trade updates in the channels that asked."

AS = ("text", "json", "slack")


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code: 0 fine, 1 not understood or something is wrong with the content, 2 wrong usage or settings."""
    arguments = parser().parse_args(argv)
    try:
        code: int = arguments.function(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # `tradebot ask … | head`: nobody reads on; Python must not complain when it closes stdout
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def parser() -> "argparse.ArgumentParser":
    """Every subcommand; `function` takes the parsed arguments and answers the exit code."""
    import argparse

    top = argparse.ArgumentParser(prog="tradebot", description=ABOUT)
    commands = top.add_subparsers(metavar="COMMAND", required=True)

    def add(name: str, function: Callable[["argparse.Namespace"], int], help_: str) -> "argparse.ArgumentParser":
        command = commands.add_parser(name, help=help_, description=help_)
        command.set_defaults(function=function)
        return command

    add("run", service("run"), "everything in one process: web, jobs, and the playground when no platform is configured")
    add("serve", service("serve"), "the web side alone")
    add("work", service("work"), "the jobs alone: polling and posting")
    add("migrate", service("migrate"), "bring the database up to date")
    poll = add("poll", service("poll_once"), "poll every feed that is due")
    poll.add_argument("--once", action="store_true", required=True, help="once, now, showing progress; `work` polls on its own")
    check = add("check", check_content, "say everything that is wrong with the content")
    check.add_argument("directory", metavar="DIR", nargs="?", type=Path, help="where the YAML lies (default: CONTENT_DIR)")
    ask = add("ask", ask_one_or_file, "answer a command as the bot would, without network and database")
    ask.add_argument("words", metavar="TEXT", nargs="*", help="for instance '/pti revenue'")
    ask.add_argument("--as", dest="form", choices=AS, help="default: text; with --file: json")
    ask.add_argument("--file", metavar="F.jsonl", help='one {"id", "command", "text"} a line; - is standard input')
    classify = add("classify", classify_file, "say what titles are about, without network and database")
    classify.add_argument("file", metavar="F.jsonl", help='one {"id", "title", "body"} a line; - is standard input')
    return top


def service(name: str) -> Callable[["argparse.Namespace"], int]:
    """A subcommand that needs the settings and all the rest: `bot.run` has it under this name."""

    def start(_: "argparse.Namespace") -> int:
        from bot.settings import SettingsError, load

        try:
            settings: Settings = load()
        except SettingsError as error:
            print(error, file=sys.stderr)
            return 2
        from bot import run

        code: int | None = getattr(run, name)(settings)
        return code or 0

    return start


def ask_one_or_file(arguments: "argparse.Namespace") -> int:
    from bot.offline import ask_file, ask_one

    if bool(arguments.words) == (arguments.file is not None):
        print("tradebot ask: give either TEXT or --file F.jsonl, for instance: tradebot ask '/pti revenue'", file=sys.stderr)
        return 2
    if arguments.file is None:
        return ask_one(" ".join(arguments.words), arguments.form or "text")
    return ask_file(arguments.file, arguments.form or "json")


def classify_file(arguments: "argparse.Namespace") -> int:
    from bot.offline import classify

    return classify(arguments.file)


def check_content(arguments: "argparse.Namespace") -> int:
    from bot.offline import check

    return check(arguments.directory)
