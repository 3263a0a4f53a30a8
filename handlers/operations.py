"""What an admin's command sets in motion."""

from dataclasses import dataclass
from typing import Protocol


class Operations(Protocol):
    """What an admin's command sets in motion: the composition root provides it, the command line (`ask`) does not."""

    def reload(self, who: str) -> "ReloadResult":
        """Reads the disk's content, checks it and publishes it as a new revision."""
        ...

    def check(self) -> tuple[str, ...]:
        """Every problem of the disk's content, as `file:line:col: path: message`; () when it is fine."""
        ...

    def poll(self, feed: str | None) -> tuple[str, ...]:
        """Makes feeds due now; answers the slugs."""
        ...


@dataclass(frozen=True, slots=True)
class ReloadResult:
    """`problems` empty: published, or nothing changed (`revision` is then the one in force)."""

    revision: int
    published: bool
    changes: tuple[str, ...]
    problems: tuple[str, ...]
