"""Remember for five minutes how a person's last answer goes on, so that "tell me more" continues it.

The command that goes on has the person's words in it, so it stays in the memory of the process that answered and is never stored.
"""

from __future__ import annotations

import threading
import time

from handlers.replies.reply import Buttons

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.command import Command
    from handlers.replies.reply import Reply

WITHIN_SECONDS = 5 * 60.0

_LABELS = ("More answers", "More", "Older")
MAX_LINE = 300
"""Characters of a command that is remembered."""

MAX_PEOPLE = 1000
"""People whose last answer is remembered at once; the one who asked longest ago is forgotten first."""


def more_line(reply: Reply) -> str:
    """Return the command of the reply's button for more, or ""."""
    buttons = [button for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]
    found = next((button.command for label in _LABELS for button in buttons if button.label == label), "")
    return found if len(found) <= MAX_LINE else ""


class FollowUps:
    """How the last answers of this process go on. Threads may share it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._lock = threading.Lock()
        self._lines: dict[tuple[str, ...], tuple[float, str]] = {}  # the oldest first

    def remember(self, command: Command, reply: Reply) -> None:
        """Keep how the answer goes on, in place of what was kept before, and forget what is too old or too much."""
        line, key = more_line(reply), _key(command)
        with self._lock:
            now = self.clock()
            self._lines.pop(key, None)
            if line:
                self._lines[key] = now, line
            while self._lines and (len(self._lines) > MAX_PEOPLE or now - self._first_at() >= WITHIN_SECONDS):
                del self._lines[next(iter(self._lines))]

    def recall(self, command: Command) -> str:
        """Return the command that continues the person's last answer in this place, or ""."""
        with self._lock:
            at, line = self._lines.get(_key(command), (0.0, ""))
            return line if line and self.clock() - at < WITHIN_SECONDS else ""

    def _first_at(self) -> float:
        return next(iter(self._lines.values()))[0]


def _key(command: Command) -> tuple[str, ...]:
    channel = command.channel
    return (command.person.key, *((channel.platform, channel.workspace, channel.id) if channel else ()))
