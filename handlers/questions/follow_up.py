"""Remember for five minutes how a person's last answer goes on, so that "tell me more" continues it."""

from __future__ import annotations

from datetime import timedelta

from handlers.idempotency import hash_key
from handlers.replies.reply import Buttons
from jobs.store import idempotency

TYPE_CHECKING = False  # typing loads slowly
if TYPE_CHECKING:
    from handlers.command import Command
    from handlers.replies.reply import Reply
    from jobs.store.database import Database

WITHIN = timedelta(minutes=5)

_PREFIX = "more:"
_LABELS = ("More answers", "More", "Older")
MAX_LINE = 300
"""Characters of a command that is remembered."""


def more_line(reply: Reply) -> str:
    """Return the command of the reply's button for more, or ""."""
    buttons = [button for block in reply.blocks if isinstance(block, Buttons) for button in block.buttons]
    found = next((button.command for label in _LABELS for button in buttons if button.label == label), "")
    return found if len(found) <= MAX_LINE else ""


def remember(command: Command, reply: Reply, db: Database) -> None:
    """Keep how the answer goes on, in place of what was kept before, and forget what others asked more than five minutes ago."""
    line, key = more_line(reply), _key(command)
    with db.begin() as conn:
        now = db.now(conn)
        idempotency.forget_before(conn, _PREFIX, now - WITHIN)
        idempotency.forget_others(conn, key, f"{key}{line}")
        if line:
            idempotency.is_first_time(conn, f"{key}{line}", now, timedelta(0))


def recall(command: Command, db: Database) -> str:
    """Return the command that continues the person's last answer in this place, or ""."""
    key = _key(command)
    with db.read() as conn:
        return (idempotency.newest(conn, key, db.now(conn), WITHIN) or "").removeprefix(key)


def _key(command: Command) -> str:
    channel = command.channel
    place = (channel.platform, channel.workspace, channel.id) if channel else ()
    return f"{_PREFIX}{hash_key(command.person.key, *place)}:"
