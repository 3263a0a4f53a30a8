"""Run a command that changes something only once, despite retries and double clicks."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from handlers.replies.cards import quote
from handlers.replies.reply import Reply, Section, Span, line
from jobs.store import idempotency

if TYPE_CHECKING:
    from collections.abc import Callable

    from handlers.command import Command
    from jobs.store.database import Database

REPEAT_SECONDS = 60
"""A person's repetition of a change in the same channel within this time changes nothing."""

EVENT_SECONDS = 24 * 60 * 60
"""How long an event's ID is remembered. The platforms retry for minutes."""


def run_once(command: Command, db: Database, act: Callable[[], Reply], repeated: Reply, *, by_words: bool = True) -> Reply:
    """Act, unless the command just ran and nothing else has changed its channel since.

    A command that failed may be repeated at once. `repeated` answers a repetition. Without `by_words`, only a second delivery of the
    same event is one.
    """
    keys = _keys(command, by_words=by_words)
    if not keys:
        return act()
    with db.begin() as conn:
        now = db.now(conn)
        first = all(idempotency.is_first_time(conn, key, now, within) for key, within in keys.items())
    if not first:
        return repeated
    done = False
    try:
        reply = act()
        done = reply.ok
        return reply
    finally:
        with db.begin() as conn:
            if done and by_words:
                idempotency.forget_others(conn, _channel_key(command), _words_key(command))
            elif not done:
                idempotency.forget(conn, keys)


def forget_command(command: Command, db: Database) -> None:
    """Let a command without effect be repeated."""
    with db.begin() as conn:
        idempotency.forget(conn, _keys(command))


def hash_key(*parts: str) -> str:
    """Return a short key that does not reveal what anybody typed."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def event_key(command: Command) -> str:
    """Return the key of the platform's event, whose ID is unique within the workspace."""
    return "event:" + hash_key(f"{command.person.platform}:{command.person.workspace}", command.event_id)


def _keys(command: Command, *, by_words: bool = True) -> dict[str, timedelta]:
    """Return the keys with their lifetimes."""
    events = {event_key(command): timedelta(seconds=EVENT_SECONDS)} if command.event_id else {}
    return events | ({_words_key(command): timedelta(seconds=REPEAT_SECONDS)} if by_words else {})


def _words_key(command: Command) -> str:
    words = f"{command.verb} {' '.join(command.words.split())}"
    return _channel_key(command) + hash_key(command.person.key, words)


def _channel_key(command: Command) -> str:
    """Return the prefix of a channel's keys."""
    channel = command.channel
    return f"said:{hash_key(channel.platform, channel.workspace, channel.id) if channel else ''}:"


def repetition_reply(command: Command) -> Reply:
    why = f"{quote(f'/{command.verb} {command.words}')} already ran here a moment ago."
    return Reply(f"Nothing changed: {why}", (Section((line(Span("Nothing changed: ", bold=True), why),)),))
