"""The subcommand classify: what the bot reads out of the messages of a file, without a network or database."""

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from bot.ask import Json, load, map_lines, parse, read_lines, string
from jobs import classify as topics
from jobs.annexes import annexes
from jobs.csms import heading
from jobs.reading import read_message
from jobs.references import complete
from jobs.sources.html import read_html


def run(words: Sequence[str], options: Mapping[str, str]) -> int:
    """Raises ValueError for a wrong usage."""
    if not words:
        raise ValueError('classify needs a file with lines such as {"id": 1, "title": "…"}; use - for standard input')
    return classify(words[0], options.get("--known"))


def classify(name: str, known: str | None = None) -> int:
    """Return 1 when a line could not be read. Numbers that are mistyped are completed from the messages of both files."""
    catalog = load()
    if catalog is None:
        return 1
    try:
        lines = list(read_lines(name))
        titles = dict(titled(raw) for source in ([*read_lines(known)] if known else [], lines) for _, raw in source)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 2

    def about(line: Json) -> Json:
        title = string(line, "title")
        if title is None:
            raise ValueError('needs "title"')
        html = string(line, "html")
        body, links = (string(line, "body"), ()) if html is None else read_html(html)
        result = topics.classify(title, body, catalog.topics)
        hits = [{"topic": hit.topic, "because": hit.because} for hit in result.topics]
        number, text = string(line, "number") or heading(title).number, heading(title).text
        said = read_message(text, body, number, day(line))
        named = [complete(each, text, titles) for each in said.relations]
        return {
            "topics": hits,
            "kind": result.kind,
            "routine": result.routine,
            "relations": [
                {"to": each.number or None, "kind": each.kind, "as_written": each.as_written, "because": each.because}
                for each in named
                if not number or each.number != number  # it may have mistyped its own
            ],
            "dates": [{"date": each.date.isoformat(), "kind": each.kind, "sentence": each.sentence} for each in said.dates],
            "gist": said.gist,
            "annexes": [{"name": each.name, "url": each.url, "attached": each.attached} for each in annexes(links, body)],
        }

    return map_lines(lines, about)


def titled(raw: bytes) -> tuple[str, str]:
    """Return the number and the title of a line, or "" for what it lacks."""
    try:
        line = parse(raw)
        head = heading(string(line, "title") or "")
        return string(line, "number") or head.number, head.text
    except ValueError:
        return "", ""


def day(line: Json) -> date:
    """Return the day of "published", else today. Raises ValueError."""
    text = string(line, "published")
    if text is None:
        return datetime.now(UTC).date()
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(text).date()
    except ValueError:
        raise ValueError('"published" must be a date such as 2026-02-06 or 2026-02-06T09:00:00-05:00') from None
