"""A clock that tests move by hand."""

from datetime import UTC, datetime, timedelta

START = datetime(2026, 2, 9, 13, 0, tzinfo=UTC)
"""Mon 9 Feb 2026, 08:00 ET."""


class Clock:
    """A clock for a Database: `db.clock = Clock()`."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **duration: float) -> datetime:
        """Move on by timedelta(**duration) and return the new time."""
        self.now += timedelta(**duration)
        return self.now
