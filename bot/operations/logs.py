"""Write the log as text or as one JSON object a line, with the zone of each time."""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import TextIO

from bot.web.log import limit_repeats

QUIET = ("apscheduler", "httpx", "httpcore", "uvicorn", "asyncio", "alembic")
"""Libraries that log every tick and every request."""


class TextFormatter(logging.Formatter):
    """A line such as "2026-02-09T08:00:00.125-05:00 INFO jobs.poll: …", in this machine's zone."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: ARG002  # logging's signature
        return _moment(record).astimezone().isoformat(timespec="milliseconds")


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


def _moment(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)
