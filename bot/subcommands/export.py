"""`tradebot export`: print the audit, or what was posted, as lines of JSON, one row at a time."""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import Any

from bot.database import StartError, open_existing
from bot.settings import SettingsError, load
from jobs.audit import moment, read_values
from jobs.models.audit import AuditRow
from jobs.store import audit, exports
from jobs.store.database import Connection

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def run(words: Sequence[str], options: Mapping[str, str]) -> int:
    """Raises ValueError for a wrong usage."""
    what = "".join(words)
    if what not in ("audit", "posts") or "--since" not in options:
        raise ValueError("use: tradebot export audit --since DATE, or tradebot export posts --since DATE")
    return print_lines(what, read_day(options["--since"]))


def read_day(text: str) -> datetime:
    """Return the beginning of a day such as 2026-02-09, in UTC. Raises ValueError."""
    try:
        if not _DAY.fullmatch(text):  # Python reads weeks too
            raise ValueError
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        raise ValueError(f"--since {text}: give a day such as 2026-02-09; it begins at midnight UTC") from None


def print_lines(what: str, since: datetime) -> int:
    """Return 1 if the database cannot be read."""
    try:
        with open_existing(load()) as db, db.read() as conn:
            for row in rows(conn, what, since):
                line = f"{json.dumps(row, ensure_ascii=False, separators=(',', ':'))}\n"
                sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace"))  # not in the terminal's encoding; \\udcff is JSON
    except (SettingsError, StartError) as problem:
        print(f"tradebot: {problem}", file=sys.stderr)
        return 1
    return 0


def _audit_fields(row: AuditRow) -> dict[str, Any]:
    """Return a row as it is, with "damaged" for the fields that somebody spoiled so that they cannot be read."""
    fields, damaged = asdict(row), list(row.damaged)
    for name in ("before", "after"):
        values = read_values(fields[name])
        if values is None:
            damaged += [name] * (name not in damaged)
        else:
            fields[name] = values or None
    del fields["damaged"]
    return fields | ({"damaged": damaged} if damaged else {})


def rows(conn: Connection, what: str, since: datetime) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of the audit or of the posts since a moment, the oldest first."""
    if what == "audit":
        for row in audit.since(conn, moment(since)):
            yield _audit_fields(row)
    else:
        for post in exports.posts_since(conn, since):
            yield {name: moment(value) if isinstance(value, datetime) else value for name, value in asdict(post).items()}
