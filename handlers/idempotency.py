"""A command that changes something happens once: neither a retry of the platform nor a double click repeats it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from handlers.replies.cards import quoted
from handlers.replies.reply import Reply, Section, Span, line
from handlers.router import ONCE_SECONDS, REPEAT_SECONDS
from jobs.store import idempotency

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.command import Command
    from jobs.store.database import Database


def once(command: Command, db: Database, act: Callable[[], Reply], again: Reply | None = None, *, words: bool = True) -> Reply:
    """Acts, unless the same was done a moment ago and nothing else in this channel since: who unsubscribed by mistake may
    subscribe again at once. So may be said again what failed or was not understood. `again`: what is answered then.
    `words`: False where it is the same thing only when the platform brings the same event again."""
    keys = keys_of(command, words=words)
    if not keys:
        return act()
    with db.begin() as connection:
        now = db.now(connection)
        if not all(idempotency.first_time(connection, key, now, within) for key, within in keys.items()):
            return again or repeated(command)
    done = False
    try:
        reply = act()
        done = reply.ok
        return reply
    finally:
        with db.begin() as connection:
            if done and words:
                idempotency.forget_others(connection, channel_key(command), said_key(command))
            elif not done:
                idempotency.forget(connection, keys)


def undone(command: Command, db: Database) -> None:
    """It came to nothing after all, so it may be said again."""
    with db.begin() as connection:
        idempotency.forget(connection, keys_of(command))


def keys_of(command: Command, *, words: bool = True) -> dict[str, timedelta]:
    """What is remembered of a command, and for how long."""
    events = {event_key(command): timedelta(seconds=ONCE_SECONDS)} if command.once else {}
    return events | ({said_key(command): timedelta(seconds=REPEAT_SECONDS)} if words else {})


def said_key(command: Command) -> str:
    """Who said what where. Hashed: a key is short and shows nobody's words."""
    said = f"{command.verb} {' '.join(command.words.split())}"
    return channel_key(command) + hashed(command.person.key, said)


def channel_key(command: Command) -> str:
    """What the keys of all that is said in a channel begin with."""
    channel = command.channel
    return f"said:{hashed(channel.platform, channel.workspace, channel.id) if channel else ''}:"


def hashed(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def event_key(command: Command) -> str:
    """The platform's name for this event; unique within its workspace."""
    return "event:" + hashed(f"{command.person.platform}:{command.person.workspace}", command.once)


def repeated(command: Command) -> Reply:
    why = f"{quoted(f'/{command.verb} {command.words}')} was carried out here a moment ago."
    return Reply(f"Nothing was changed: {why}", (Section((line(Span("Nothing was changed: ", bold=True), why),)),))
