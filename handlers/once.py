"""A command that changes something happens once: neither a retry of the platform nor a double click repeats it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from handlers.cards import quoted
from handlers.reply import Reply, Section, Span, line
from handlers.router import ONCE_SECONDS, REPEAT_SECONDS
from jobs.store import seen

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.command import Command
    from jobs.store.database import Database


def once(command: Command, db: Database, act: Callable[[], Reply]) -> Reply:
    """Acts, unless the same was done a moment ago. What failed or was not understood may be said again at once."""
    keys = {event_key(command): timedelta(seconds=ONCE_SECONDS)} if command.once else {}
    keys[said_key(command)] = timedelta(seconds=REPEAT_SECONDS)
    with db.begin() as connection:
        now = db.now(connection)
        if not all(seen.first_time(connection, key, now, within) for key, within in keys.items()):
            return repeated(command)
    done = False
    try:
        reply = act()
        done = reply.ok
        return reply
    finally:
        if not done:
            with db.begin() as connection:
                seen.forget(connection, keys)


def said_key(command: Command) -> str:
    """Who said what where. Hashed: a key is short and shows nobody's words."""
    where = f"{command.channel.platform}:{command.channel.workspace}/{command.channel.id}" if command.channel else ""
    said = f"{command.verb} {' '.join(command.words.split())}"
    return "said:" + hashlib.sha256("\0".join((command.person.key, where, said)).encode("utf-8", "replace")).hexdigest()


def event_key(command: Command) -> str:
    """The platform's name for this event; unique within its workspace."""
    source = f"{command.person.platform}:{command.person.workspace}\0{command.once}"
    return "event:" + hashlib.sha256(source.encode("utf-8", "replace")).hexdigest()


def repeated(command: Command) -> Reply:
    why = f"{quoted(f'/{command.verb} {command.words}')} was carried out here a moment ago."
    return Reply(f"Nothing was changed: {why}", (Section((line(Span("Nothing was changed: ", bold=True), why),)),))
