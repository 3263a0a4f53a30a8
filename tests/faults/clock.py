"""A clock in a file, which several processes read and one moves."""

import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class FileClock:
    path: Path

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(struct.unpack("d", self.path.read_bytes())[0], UTC)

    def set(self, now: datetime) -> None:
        """Replace the file, so that nobody reads half of a time."""
        new = self.path.with_suffix(".new")
        new.write_bytes(struct.pack("d", now.timestamp()))
        new.replace(self.path)
