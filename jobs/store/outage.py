"""Log an outage of the database: one line when it begins, a reminder every ten minutes, and one when it is over."""

import logging
import sqlite3
import threading
import time
from collections.abc import Callable

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

logger = logging.getLogger(__name__)

REMINDER_SECONDS = 600.0

_STATES = ("08", "53", "57P")
"""SQLSTATE classes: no connection, no resources (connections, disk), and a server that stops or starts."""

_DAMAGED = ("XX001", "XX002")
"""SQLSTATE of a damaged table, and of a damaged index."""


def is_away(error: BaseException | None) -> bool:
    """Return whether an error means that the database cannot be used by anyone, and not that a statement is wrong."""
    if isinstance(error, BaseExceptionGroup):
        return all(map(is_away, error.exceptions))
    if isinstance(error, PoolTimeout):
        return True
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None)  # only PostgreSQL has one, once it answered
    if state is not None:
        return error.connection_invalidated or state.startswith(_STATES)
    if getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
        return False
    return error.connection_invalidated or isinstance(error, (OperationalError, InterfaceError))


def is_damaged(error: BaseException | None) -> bool:
    """Return whether an error means that the files of the database are not as it wrote them."""
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "sqlite_errorcode", None) or 0
    return code & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or getattr(error.orig, "sqlstate", None) in _DAMAGED


class OutageLog:
    """The outages of a database, as one process sees them. Threads share it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.silent = False
        """Log nothing: the process has not started yet, or is a command that ends with the error."""
        self._clock = clock
        self._lock = threading.Lock()
        self._since: float | None = None
        self._reminded = 0.0
        self._failures = 0
        self._reads_fail = False

    def failed(self, why: str, *, writing: bool) -> None:
        if self.silent:
            return
        with self._lock:
            now = self._clock()
            self._failures += 1
            self._reads_fail |= not writing
            if self._since is None:
                self._since = self._reminded = now
                logger.error("the database cannot be used: %s; the bot keeps trying, and answers from its content meanwhile", why)
            elif now - self._reminded >= REMINDER_SECONDS:
                self._reminded = now
                minutes = (now - self._since) / 60
                logger.error("the database has been unusable for %.0f minutes, %d failures so far: %s", minutes, self._failures, why)

    def worked(self, *, writing: bool) -> None:
        """End the outage. What is read ends none in which only writing failed: the disk may be full."""
        if self._since is None:  # read without the lock: this is asked at every transaction
            return
        with self._lock:
            if self._since is not None and (writing or self._reads_fail):
                seconds, self._since = self._clock() - self._since, None
                logger.warning("the database can be used again, after %.0f seconds and %d failures", seconds, self._failures)
                self._failures, self._reads_fail = 0, False
