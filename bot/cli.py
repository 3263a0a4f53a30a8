"""The command line.

Arguments are parsed by hand: importing argparse costs more than starting Python, and `ask` must answer at once.
"""

from __future__ import annotations

import gc
import os
import sys

from bot.subcommands.table import COMMANDS, Arguments, UsageError

TYPE_CHECKING = False  # importing typing costs half as much as starting Python
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from bot.subcommands.table import Subcommand

ABOUT = "Answer questions about CBP trade, and post CBP's trade updates in the channels that subscribed."

OURS = ("bot", "handlers", "jobs", "content")


def main(argv: Sequence[str] | None = None) -> int:
    """Return the exit code: 0 success, 1 failure or invalid content, 2 wrong usage or settings."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = run(words)
        sys.stdout.flush()
    except UsageError as error:
        print(f"tradebot: {error}", file=sys.stderr)
        return 2
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] in OURS:
            raise
        print(f"tradebot: a library is missing ({missing.name}): run `make run` once, then use .venv/bin/tradebot", file=sys.stderr)
        return 2
    except BrokenPipeError:  # `tradebot ask … | head` closed the pipe; Python must not complain when it closes stdout
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def entry() -> NoReturn:
    """Run `tradebot`. `ask` skips garbage collection and cleanup, a tenth of the work."""
    if sys.argv[1:2] != ["ask"]:
        sys.exit(main())
    gc.disable()
    code = main()
    sys.stderr.flush()
    os._exit(code)


def run(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(help_text())
        return 0
    if words == ["--version"]:
        from bot.operations.version import version_line

        print(version_line())
        return 0
    command = next((command for command in COMMANDS if command.name == words[0]), None)
    if command is None:
        raise UsageError(f"unknown subcommand {words[0]!r}; choose one of {', '.join(command.name for command in COMMANDS)}")
    if any(word in ("-h", "--help") for word in words[1:]):
        print(f"usage: tradebot {command.name} {command.usage}\n\n{command.help}")
        return 0
    return command.function(parse_arguments(words[1:], command))


def parse_arguments(words: list[str], command: Subcommand) -> Arguments:
    """`--` ends the options; "-" alone is a word."""
    found = Arguments([], {})
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
                raise UsageError(f"{word} is not an option of {command.name}; usage: tradebot {command.name} {command.usage}")
            if takes_value and not equals:
                value = next(rest, "")
            if takes_value and not value:
                raise UsageError(f"{name} needs a value; usage: tradebot {command.name} {command.usage}")
            found.options[name] = value
    most = command.most_words
    if most is not None and len(found.words) > most:
        raise UsageError(f"unexpected argument {found.words[most]!r}; usage: tradebot {command.name} {command.usage}".rstrip())
    return found


def help_text() -> str:
    listed = (f"  {command.name} {command.usage}".rstrip() + f"\n      {command.help}" for command in COMMANDS)
    return "\n".join(("usage: tradebot SUBCOMMAND … | --version", "", ABOUT, "", *listed))
