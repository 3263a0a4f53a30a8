"""Log what outsiders can cause as often as they like only once a minute."""

import logging
import time
from collections.abc import Callable

SECONDS = 60.0

NAMES = ("asyncio", "uvicorn.error", "bot.teams.verification", "bot.slack.app", "bot.teams.app")
"""The loggers of connections and requests that nobody has verified yet."""


class RepeatFilter(logging.Filter):
    """Lets a kind of record pass once a minute, and says then how many it kept back. Only the first has its traceback."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
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
        self._until[kind] = now + SECONDS
        if kept := self._kept.pop(kind, 0):
            record.msg, record.args = f"{record.getMessage()} ({kept} more like it since the last line)", ()
        if not first:
            record.exc_info = record.exc_text = None
        return True


def limit_repeats() -> None:
    for name in NAMES:
        logging.getLogger(name).addFilter(RepeatFilter())
