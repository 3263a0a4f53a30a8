"""/csms resume: post in a channel again. Subscribing in a paused channel resumes it too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers import outbox
from handlers.replies import cards
from handlers.replies.reply import Button, Buttons, Reply, Section, Span, line
from handlers.subscriptions.commands import database_and_channel
from jobs.next_post import MIN_CATCH_UP
from jobs.pauses import resume_channel
from jobs.store import channels, reports
from jobs.store import outbox as outbox_store

if TYPE_CHECKING:
    from handlers.command import Command, Context
    from jobs.store.database import Connection

_LIST = Buttons((Button("Subscriptions", "/csms subscriptions"),))


def resume(words: str, command: Command, context: Context) -> Reply:
    """Answer for a channel that is not paused; `resume_here` answers for one that is."""
    target = database_and_channel(command, context)
    if isinstance(target, Reply):
        return target
    db, channel = target
    with db.read() as conn:
        on_hold = _hold_notice(conn, channels.find_id(conn, channel) or 0, context)  # 0: nothing stored
    here = f"this {cards.channel_noun(channel)}"
    first = f"Posting is not paused in {here}, but a post is on hold." if on_hold else f"Posting is not paused in {here}."
    hint = on_hold or "The bot posts what its subscriptions ask for."
    return Reply(f"{first} {hint}", (cards.heading(first, f" {hint}"), _LIST))


def resume_here(reply: Reply, command: Command, context: Context, *, repeated: bool) -> Reply:
    """Resume the command's channel, in which the bot is a member, and say so in the reply.

    Where the command was `resume`, or `repeated` and so without any other effect, that is the whole reply.
    """
    if context.db is None or command.channel is None:
        return reply
    with context.db.begin() as conn:
        now = context.db.now(conn)
        channel_id = channels.ensure(conn, command.channel, now)
        if channels.pause_reason(conn, channel_id) is None:
            return reply
        resume_channel(conn, channel_id, now)
        waiting = reports.due_entries(conn, channel_id, now)
        on_hold = _hold_notice(conn, channel_id, context)
    here = f"this {cards.channel_noun(command.channel)}"
    first = f"Posting is no longer paused in {here}, but a post is on hold." if on_hold else f"Posting resumes in {here}."
    hint = on_hold or _what_follows(waiting)
    if repeated or command.words.split(maxsplit=1)[:1] == ["resume"]:
        return Reply(f"{first} {hint}", (cards.heading(first, f" {hint}"), _LIST), public=True)
    note = Section((line(Span(first, bold=True), f" {hint}"),))
    return replace(reply, text=f"{reply.text} {first} {hint}", blocks=(reply.blocks[0], note, *reply.blocks[1:]), public=True)


def _hold_notice(conn: Connection, channel_id: int, context: Context) -> str:
    """Return what keeps the channel's posts waiting although it is not paused, or ""."""
    held = outbox_store.held_post(conn, channel_id)
    return outbox.waiting_notice(held, context) if held else ""


def _what_follows(waiting: int) -> str:
    if waiting == 0:
        return "Nothing was waiting."
    if waiting == 1:
        return "1 message that waited goes out now."
    together = " Many of them may come together in one post." if waiting >= MIN_CATCH_UP else ""
    return f"{waiting} messages that waited go out now.{together}"
