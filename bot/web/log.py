"""Log only once in a while what outsiders can cause as often as they like, and what fails because the database is away."""

import logging
import time
from collections.abc import Callable

from jobs.store.outage import is_away

SECONDS = 60.0

OUTAGE_SECONDS = 600.0
"""For what fails in an outage of the database, which the database logs itself."""

NAMES = ("asyncio", "uvicorn.error", "bot.teams.verification", "bot.slack.app", "bot.teams.app")
"""The loggers of connections and requests that nobody has verified yet."""


class RepeatFilter(logging.Filter):
    """Lets a kind of record pass once in `seconds`, and says then how many it kept back. Only the first has its traceback."""

    def __init__(self, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._seconds = seconds
        self._clock = clock
        self._until: dict[tuple[str, str], float] = {}
        self._kept: dict[tuple[str, str], int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if record.levelno < logging.WARNING:
            return True
        kind, now = (record.name, str(record.msg).partition("\n")[0][:100]), self._clock()
        if now < self._until.get(kind, now):
            self._kept[kind] = self._kept.get(kind, 0) + 1
            return False
        first = kind not in self._until
        self._until[kind] = now + self._seconds
        if kept := self._kept.pop(kind, 0):
            record.msg, record.args = f"{record.getMessage()} ({kept} more like it since the last line)", ()
        if not first:
            record.exc_info = record.exc_text = None
        return True


class OutageFilter(RepeatFilter):
    """Limits the records of errors that mean that the database is away, and removes their tracebacks."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.exc_info or not is_away(record.exc_info[1]):
            return True
        record.exc_info = record.exc_text = None
        return super().filter(record)


def limit_repeats() -> None:
    """Limit the records of this process. Call this after its log is set up."""
    for name in NAMES:
        known = logging.getLogger(name).filters
        if not any(isinstance(each, RepeatFilter) for each in known):
            logging.getLogger(name).addFilter(RepeatFilter())
    outages = OutageFilter(OUTAGE_SECONDS)
    for handler in logging.getLogger().handlers:
        handler.addFilter(outages)
