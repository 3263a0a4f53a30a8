"""Write the log as text or as one JSON object a line, with the zone of each time, and read lines of it."""

import json
import logging
import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TextIO

from bot.web.log import limit_repeats

QUIET = ("apscheduler", "httpx", "httpcore", "uvicorn", "asyncio", "alembic")
"""Libraries that log every tick and every request."""


class TextFormatter(logging.Formatter):
    """A line such as "2026-02-09T08:00:00.125-05:00 INFO jobs.poll: …", in this machine's zone.

    Further lines of a record begin with a tab, so that no text in a record can pass for another record.
    """

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002  # logging's signature
        return _moment(record).astimezone().isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).replace("\n", "\n\t")


class JsonFormatter(logging.Formatter):
    """An object without a line break in it: time (UTC), level, logger, message, and the exception with its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": _moment(record).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            line["stack"] = self.formatStack(record.stack_info)
        return json.dumps(line, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")


FORMATTERS: dict[str, type[logging.Formatter]] = {"text": TextFormatter, "json": JsonFormatter}


def configure(level: str, form: str, stream: TextIO | None = None) -> None:
    """Send the log to a stream, or to standard error, from a level such as "info" on."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(FORMATTERS[form]())
    logging.basicConfig(level=level.upper(), handlers=[handler])
    for name in QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger().level))
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick that is skipped, because the one before still runs, is no news
    limit_repeats()


@dataclass(frozen=True, slots=True)
class LogLine:
    level: str
    logger: str
    message: str


_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}[+-][0-9:.]{5,15}+ (DEBUG|INFO|WARNING|ERROR|CRITICAL) ", re.ASCII)


def read_line(line: str) -> LogLine | None:
    """Return what a formatter wrote into a line, also behind what a log server puts in front; None for any other line.

    The first beginning of a record counts, because what follows it may quote another one.
    """
    line = line.rstrip()
    text, brace = _TEXT.search(line), line.find("{")
    if brace >= 0 and (text is None or brace < text.start()):
        return None if "\t" in line[:brace] else _read_object(line[brace:])
    if text is None or "\t" in line[: text.start()]:
        return None
    logger, _, message = line[text.end() :].partition(": ")
    return LogLine(text[1].lower(), logger, message)


def _read_object(text: str) -> LogLine | None:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    values = [found.get(name) for name in ("level", "logger", "message")] if isinstance(found, dict) else []
    strings = [value for value in values if isinstance(value, str)]
    return LogLine(*strings) if len(strings) == 3 else None


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)
