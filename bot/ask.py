"""The subcommands ask and check, without network; only `ask --stored` needs a database, and never changes it."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.responder import Responder
from bot.settings import SettingsError, content_source, zone
from content.loading.cache import load_cached
from handlers.command import Context, Person
from handlers.replies import text
from handlers.router import read_command, resolve
from handlers.table import Source

TYPE_CHECKING = False  # importing typing costs half as much as starting Python

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from content.catalog import Catalog
    from handlers.replies.reply import Reply
    from jobs.recent import Recent
    from jobs.store.database import Database

Json = dict[str, "Any"]

YOU = Person("terminal", "", "", "you", admin=True)


@dataclass(frozen=True, slots=True)
class Offline:
    """The services of the command line: the content, and with --stored the messages of a database that is only read."""

    catalog: Catalog
    db: Database | None = None
    recent: Recent | None = None

    def context(self, *, store: bool) -> Context:
        return Context(self.catalog, datetime.now(UTC), zone(), self.db if store else None, recent=self.recent)

    def close(self) -> None:
        if self.db is not None:
            self.db.close()


def ask_one(words: str, form: str, *, stored: bool = False) -> int:
    """Return 1 when the command could not be understood or carried out, or when the content or the database cannot be read."""
    host = open_host(stored=stored)
    if host is None:
        return 1
    reply = answer(words, host)
    host.close()
    if form == "text":
        show(text.render(reply))
    elif form == "json":
        show(json.dumps(as_json(reply), ensure_ascii=False))
    else:
        for message in messages(reply, form):
            show(json.dumps(message, ensure_ascii=False))
    return 0 if reply.ok else 1


def ask_why(words: str) -> int:
    """Print which statements of the content may answer, and what scored. Return 1 when the content cannot be read."""
    catalog = load()
    if catalog is None:
        return 1
    from content.catalog import KINDS
    from content.search.explaining import explain

    request = resolve(read_command(words, YOU))
    verb = request.command.verb
    for line in explain(catalog, request.words or request.command.words, (verb,) if verb in KINDS else KINDS):
        show(line)
    return 0


def ask_file(name: str, form: str, *, stored: bool = False) -> int:
    """Print one JSON object for each line of a file. Return 1 when a line could not be read."""
    host = open_host(stored=stored)
    if host is None:
        return 1

    def ask(line: Json) -> Json:
        reply = answer(read_line(line), host)
        if form in ("slack", "teams"):
            return {"messages": messages(reply, form)}
        result = as_json(reply)
        return result if form == "json" else {key: value for key, value in result.items() if key != "blocks"}

    code = map_lines(read_lines(name), ask)
    host.close()
    return code


def open_host(*, stored: bool) -> Offline | None:
    """Return the services, or None after printing why there are none."""
    catalog = load()
    if catalog is None or not stored:
        return None if catalog is None else Offline(catalog)
    from bot.database import StartError, open_read_only
    from bot.settings import SettingsError, database_url
    from jobs.recent import read_recent

    try:
        db = open_read_only(database_url())
        return Offline(catalog, db, read_recent(db, catalog))
    except (SettingsError, StartError) as problem:
        print(f"tradebot: {problem}", file=sys.stderr)
        return None


def count_feeds(feeds: int) -> str:
    return "1 feed" if feeds == 1 else f"{feeds} feeds"


def check(directory: str | None) -> int:
    """Print every problem in the content, one per line, or every warning. Return 1 when there is a problem."""
    from content.loading.files import ContentError
    from content.loading.lint import lint
    from jobs.content_source import load_source
    from jobs.examples import failed_examples

    try:
        where = Path(directory) if directory else content_source()
        catalog, files = load_source(where)
        if failed := failed_examples(catalog):
            raise ContentError(failed)
    except (ContentError, SettingsError) as error:
        for problem in error.problems:
            show(str(problem))
        return 1
    show(
        f"{where}: no errors. {len(catalog.ptis)} PTIs, {len(catalog.roles)} roles, {len(catalog.resources)} resources, "
        f"{len(catalog.terms)} terms, {len(catalog.topics)} topics, {count_feeds(len(catalog.feeds))}."
    )
    for warning in lint(files, datetime.now(UTC).date().isoformat()):
        show(f"warning: {warning}")
    return 0


def load() -> Catalog | None:
    """Return the catalog, or print every problem to standard error."""
    try:
        source = content_source()
        if isinstance(source, Path):
            return load_cached(source)
        from jobs.content_source import load_source

        return load_source(source)[0]
    except Exception as error:
        from content.loading.files import ContentError

        if not isinstance(error, ContentError | SettingsError):
            raise
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return None


def answer(words: str, host: Offline) -> Reply:
    request = resolve(read_command(words, YOU))
    if host.db is not None and request.route is not None and request.route.source is Source.BOT:
        host = Offline(host.catalog)  # subscriptions and the admins' commands need the running bot
    return Responder(host).reply(request)


def as_json(reply: Reply) -> Json:
    """Return the reply as JSON: `text` is what the terminal shows, `spoken` what a screen reader gets."""
    from handlers.replies.serialize import dump

    return dump(reply) | {"text": text.render(reply), "spoken": reply.text}


def messages(reply: Reply, form: str) -> list[Json]:
    if form == "teams":
        from bot.teams.cards import render as render_cards

        return render_cards(reply)
    from bot.slack.blocks import render

    return render(reply)


def read_line(line: Json) -> str:
    """Return "command" (with or without its slash) and "text", or "text" alone. Raises ValueError."""
    words, command = string(line, "text") or "", (string(line, "command") or "").strip()
    if not command and not words.strip():
        raise ValueError('needs "command" or "text"')
    return f"/{command.removeprefix('/')} {words}" if command else words


def string(line: Json, key: str) -> str | None:
    """Raises ValueError for a value that is no string."""
    value = line.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f'"{key}" must be a string')
    return value


def map_lines(lines: Iterable[tuple[int, bytes]], act: Callable[[Json], Json]) -> int:
    """Print one JSON object for each line, with its id and its number; a broken line prints an error. Return 1 if there is one."""
    broken = False
    try:
        for number, raw in lines:
            fields: Json = {}
            try:
                fields = parse(raw)
                result = act(fields)
            except ValueError as error:
                broken = True
                result = {"error": f"line {number}: {error}"}
            show(json.dumps({key: fields[key] for key in ("id", "number") if key in fields} | result, ensure_ascii=False))
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    return 1 if broken else 0


def read_lines(name: str) -> Iterator[tuple[int, bytes]]:
    with open(0, "rb", closefd=False) if name == "-" else open(name, "rb") as file:  # noqa: PTH123 -- standard input has no Path
        for number, raw in enumerate(file, 1):
            stripped = raw.removeprefix(b"\xef\xbb\xbf").strip() if number == 1 else raw.strip()
            if stripped:
                yield number, stripped


def parse(raw: bytes) -> Json:
    """Raises ValueError."""
    try:
        value = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON, column {error.colno}: {error.msg}") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")
    return value


def show(line: str) -> None:
    """Print text; surrogates and letters that the terminal lacks are replaced."""
    sys.stdout.buffer.write(line.encode(sys.stdout.encoding or "utf-8", "replace") + b"\n")
