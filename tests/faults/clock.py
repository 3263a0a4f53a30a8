"""Clocks that several processes read and one moves."""

import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class FileClock:
    """A clock in a file, which stands still."""

    path: Path

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(struct.unpack("d", self.path.read_bytes())[0], UTC)

    def set(self, now: datetime) -> None:
        """Replace the file, so that nobody reads half of a time."""
        new = self.path.with_suffix(".new")
        new.write_bytes(struct.pack("d", now.timestamp()))
        new.replace(self.path)


@dataclass(frozen=True, slots=True)
class OffsetClock:
    """The machine's clock and an offset from a file, which several processes read and one sets."""

    path: Path

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset

    @property
    def offset(self) -> timedelta:
        return timedelta(seconds=struct.unpack("d", self.path.read_bytes())[0])

    def set(self, offset: timedelta) -> None:
        new = self.path.with_suffix(".new")
        new.write_bytes(struct.pack("d", offset.total_seconds()))
        new.replace(self.path)


def shifted(offset: Callable[[], timedelta]) -> type[datetime]:
    """Return a class for a module to use as `datetime`, whose `now` is that of a machine with another clock."""

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + offset()

    return Shifted


@dataclass
class Moves:
    """Sets a clock back and forth at even steps of a run's progress, and measures how long the next message takes after each."""

    clock: OffsetClock
    offsets: tuple[float, ...]
    """In hours, one after the other."""
    count: int
    done: int = 0
    moved: float = 0.0
    before: int = 0
    waits: list[float] = field(default_factory=list)

    def __call__(self, run: Any) -> None:
        now = time.monotonic()
        if self.moved and run.accepted > self.before:
            self.waits.append(now - self.moved)
            self.moved = 0.0
        run.busy = bool(self.moved)
        if self.done < self.count and not self.moved and run.accepted >= run.plan.posts * (self.done + 0.5) / (self.count + 1):
            self.clock.set(timedelta(hours=self.offsets[self.done % len(self.offsets)]))
            self.done += 1
            self.moved, self.before = time.monotonic(), run.slack.count()
