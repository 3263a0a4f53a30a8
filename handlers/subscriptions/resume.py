"""/csms resume: post in a channel again. Subscribing in a paused channel resumes it too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.replies import cards
from handlers.replies.reply import Button, Buttons, Reply, Section, Span, line
from handlers.subscriptions.commands import database_and_channel
from jobs.next_post import MIN_CATCH_UP
from jobs.pauses import resume_channel
from jobs.store import channels, reports

if TYPE_CHECKING:
    from handlers.command import Command, Context

_LIST = Buttons((Button("Subscriptions", "/csms subscriptions"),))


def resume(words: str, command: Command, context: Context) -> Reply:
    """Answer for a channel that is not paused; `resume_here` answers for one that is."""
    target = database_and_channel(command, context)
    if isinstance(target, Reply):
        return target
    noun = cards.channel_noun(target[1])
    text = f"Posting is not paused in this {noun}."
    return Reply(text, (cards.heading(text, " The bot posts what its subscriptions ask for."), _LIST))


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
    first = f"Posting resumes in this {cards.channel_noun(command.channel)}."
    hint = _what_follows(waiting)
    if repeated or command.words.split(maxsplit=1)[:1] == ["resume"]:
        return Reply(f"{first} {hint}", (cards.heading(first, f" {hint}"), _LIST), public=True)
    note = Section((line(Span(first, bold=True), f" {hint}"),))
    return replace(reply, text=f"{reply.text} {first} {hint}", blocks=(reply.blocks[0], note, *reply.blocks[1:]), public=True)


def _what_follows(waiting: int) -> str:
    if waiting == 0:
        return "Nothing was waiting."
    if waiting == 1:
        return "1 message that waited goes out now."
    together = ", most of them as one catch-up" if waiting >= MIN_CATCH_UP else ""
    return f"{waiting} messages that waited go out now{together}."
