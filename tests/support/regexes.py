"""Run every regular expression of the bot on long hostile strings and print each one that takes too long, with a string that shows it.

It is a process of its own (`python -m tests.support.regexes`), so that a test can end it when it hangs.
"""

import ast
import importlib
import re
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

from bot import urls
from bot.slack import incoming
from bot.slack.views import look_up
from bot.teams import incoming as activities
from bot.teams import text as escaping
from handlers.replies import cards, entries
from handlers.replies.text import clean
from handlers.subscriptions.names import normalize
from handlers.subscriptions.parser import parse
from jobs import annexes, classify, csms, reading
from jobs.models.entries import Link
from jobs.sources import html as source_text
from tests.support.full_catalog import CATALOG
from tests.support.paths import ROOT
from tests.support.small_catalog import NEW_YORK, entry

LENGTH = 4_000
"""Characters in a hostile string. A feed's field may have more (jobs.sources.html.MAX_FIELD), but nonlinear time shows at this length."""
SECONDS = 0.125
"""Maximum processor time of one expression on one string: five times that of the slowest, and a hundred times that of most."""

WAYS = ("search", "match", "fullmatch", "sub", "findall", "finditer", "split")
FILLERS = (" ", "\n", "a", "A", "0", "-", "(", "[", "<", ">", ".", ",", "#", "&", "_", "'", '"', "é", "\u2013", "a ", "0 ", "(a", ") (")


@dataclass
class Expression:
    """A regular expression, where it is written, and the methods that it is used with."""

    pattern: str | bytes
    flags: int
    where: str
    ways: set[str] = field(default_factory=set)


class Late(Exception):
    pass


def expressions() -> list[Expression]:
    """Return all expressions that the code spells out, with their use. FUNCTIONS covers those that are built from other text."""
    paths = [path for folder in ("bot", "handlers", "jobs", "content") for path in sorted((ROOT / folder).rglob("*.py"))]
    used = {path: uses(path) for path in paths if path.name != "__main__.py"}
    named = named_ways(use for several in used.values() for use in several)
    found: dict[tuple[str | bytes, int], Expression] = {}

    def add(pattern: str | bytes, flags: int, where: str, ways: set[str]) -> None:
        found.setdefault((pattern, flags), Expression(pattern, flags, where)).ways |= ways

    for path, several in used.items():
        inline = list(calls_of_re(several))
        if not inline:
            continue
        module, private = module_of(path), named_ways(several)  # elsewhere, the same private name is another expression
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                ways = (private if name.startswith("_") else named).get(name, {"search", "sub"})
                add(value.pattern, value.flags & ~re.UNICODE, f"{path.relative_to(ROOT)} {name}", ways)
        for call in inline:
            if isinstance(call.func, ast.Attribute) and call.func.attr in WAYS and (pattern := constant(call.args[0], module)) is not None:
                add(pattern, flags_of(call), f"{path.relative_to(ROOT)}:{call.lineno}", {call.func.attr})
    return list(found.values())


def module_of(path: Path) -> ModuleType:
    return importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))


def uses(path: Path) -> list[ast.Attribute | ast.Call]:
    """Return the calls and attributes in a file's code, [] if it names none of WAYS and compiles nothing."""
    code = path.read_text("utf-8")
    if not any(f".{way}" in code for way in (*WAYS, "compile")):
        return []
    return [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Attribute | ast.Call)]


def calls_of_re(several: Iterable[ast.AST]) -> Iterator[ast.Call]:
    for node in several:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and last_name(node.func.value) == "re" and node.args:
            yield node


def last_name(node: ast.expr) -> str:
    """Return "c" of `a.b.c`, and "" for what has no name."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def named_ways(several: Iterable[ast.AST]) -> dict[str, set[str]]:
    """Return the methods that are called on named expressions, such as {"_BARE": {"findall"}}."""
    ways: dict[str, set[str]] = {}
    for node in several:
        if isinstance(node, ast.Attribute) and node.attr in WAYS:
            ways.setdefault(last_name(node.value), set()).add(node.attr)
    return ways


def constant(node: ast.expr, module: ModuleType) -> str | bytes | None:
    """Return the pattern that is written there or named by the module."""
    try:
        value = eval(compile(ast.Expression(node), "pattern", "eval"), dict(vars(module)))  # noqa: S307 - our own code
    except (NameError, TypeError, KeyError):
        return None
    return value if isinstance(value, str | bytes) else None


def flags_of(call: ast.Call) -> int:
    names = {
        node.attr
        for given in (*call.args[1:], *(each.value for each in call.keywords))
        for node in ast.walk(given)
        if isinstance(node, ast.Attribute)
    }
    return sum(getattr(re, name).value for name in names & {"IGNORECASE", "DOTALL", "MULTILINE", "ASCII"})


def hostile(pattern: str | bytes) -> Iterator[str]:
    """Yield long strings that begin as the expression does and then never match."""
    said = pattern.decode("latin-1") if isinstance(pattern, bytes) else pattern
    said = re.sub(r"\\[a-zA-Z]|\(\?(?:[aims-]+|P?<\w+|[:=!<>]+)", " ", said)
    for word in ["", *dict.fromkeys(re.findall(r"[A-Za-z]{2,}|[<(&#.:/*]", said))][:9]:
        yield from long(word)


def long(word: str) -> Iterator[str]:
    for filler in FILLERS:
        yield (word + filler * (LENGTH // len(filler)))[:LENGTH] + "\x01"
        if word:
            yield (word + filler) * (LENGTH // len(word + filler)) + "\x01"


def tried(expression: Expression, text: str) -> None:
    given: Any = text.encode() if isinstance(expression.pattern, bytes) else text
    compiled: Any = re.compile(expression.pattern, expression.flags)
    for way in expression.ways:
        if way in ("search", "match", "fullmatch"):
            getattr(compiled, way)(given)
        else:
            for _ in compiled.finditer(given):
                pass


def entered(text: str) -> None:
    """Use the text as a name and a title of content."""
    cards.title_part("a-a-a-a-a-a", text[:150])
    normalize(text[:600])


FUNCTIONS: dict[str, Callable[[str], object]] = {
    "a Slack message": look_up.find_numbers,
    "Slack's markup": incoming.typed_text,
    "a mention in Slack": lambda text: incoming.remove_mention(text, frozenset({"UBOT"}), direct=False),
    "an activity of Teams": lambda text: activities.message_text({"text": text}),
    "Teams' markdown": lambda text: escaping.escape_markdown(text),
    "commands as Teams has them": escaping.strip_slashes,
    "a link's words": lambda text: urls.is_misleading(text, "https://www.cbp.gov/x"),
    "a title's number": csms.heading,
    "a body's banner": lambda text: csms.without_banner(text, "67647279", "x"),
    "a message": lambda text: reading.read_message(text, text, "67647279", date(2026, 2, 6)),
    "annexes": lambda text: annexes.annexes([Link(text, "https://www.cbp.gov/a.pdf"), Link("x", f"https://www.cbp.gov/{text}")], text),
    "a feed's HTML": source_text.html_to_text,
    "a feed's time": source_text.created,
    "the rules of the topics": lambda text: classify.classify(text, text, CATALOG.topics),
    "a title's lead": lambda text: entries.kind_and_title(entry("67000001", text)),
    "an extract": entries.sentence,
    "a subscription": lambda text: parse(text[:2_000], CATALOG, NEW_YORK, feeds_allowed=True),
    "clean text": clean,
    "content": entered,
}
WORDS = ("", "csms", "no.", "<at>", "<https://x|", "<![", "&#", "guidance")


def main(wanted: list[str]) -> int:
    def alarm(*_: object) -> None:
        raise Late

    signal.signal(signal.SIGVTALRM, alarm)
    late = 0

    def timed(name: str, run: Callable[[str], object], text: str, seconds: float) -> bool:
        print(name, repr(text[:24]), file=sys.stderr, flush=True)  # names the culprit when this process is killed
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        try:
            run(text)
        except Late:
            print(f"{name}: more than {seconds} s for {text[:24]!r}…", flush=True)
            return False
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        return True

    for expression in expressions() if "expressions" in wanted else []:
        name = f"{expression.where} {expression.pattern!r}"
        late += not all(timed(name, partial(tried, expression), text, SECONDS) for text in hostile(expression.pattern))
    for name, function in FUNCTIONS.items() if "functions" in wanted else []:
        texts = (text for word in WORDS for text in long(word))
        late += not all(timed(name, function, text, 4 * SECONDS) for text in texts)
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["expressions", "functions"]))
