"""Tell without a transaction whether a SQLite file was written to, by any process."""

import sqlite3
import threading
from contextlib import suppress
from pathlib import Path

Version = tuple[int, int]


class DataVersion:
    """SQLite's `data_version` of a file, which costs some microseconds. Threads may share it."""

    def __init__(self, file: Path) -> None:
        self._uri = f"{file.absolute().as_uri()}?mode=ro"
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._opened = 0

    def read(self) -> Version | None:
        """Return a value that differs once another connection has committed a change, or None if that cannot be told now."""
        with self._lock:
            try:
                if self._connection is None:
                    self._opened += 1  # what SQLite returns can only be compared within one connection
                    self._connection = sqlite3.connect(self._uri, uri=True, timeout=0, check_same_thread=False)
                (number,) = self._connection.execute("PRAGMA data_version").fetchone()
            except sqlite3.Error:
                self._disconnect()
                return None
            return self._opened, number

    def close(self) -> None:
        with self._lock:
            self._disconnect()

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()
