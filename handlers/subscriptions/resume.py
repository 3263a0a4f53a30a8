"""/csms resume: post in a channel, or for a subscription, again. Subscribing in a channel that was closed resumes it too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers import outbox
from handlers.replies import cards
from handlers.replies.notices import still_paused, what_follows
from handlers.replies.reply import Button, Buttons, Reply, Section, SmallPrint, Span, line, plain, refusal
from handlers.subscriptions import selection, wording
from handlers.subscriptions.commands import database_and_channel
from handlers.subscriptions.errors import unknown_number
from handlers.subscriptions.pause import HERE
from jobs.pauses import resume_channel
from jobs.store import channels, reports, subscriptions
from jobs.store import outbox as outbox_store
from jobs.subscribe import pause_subscription

if TYPE_CHECKING:
    from collections.abc import Sequence

    from handlers.command import Command, Context
    from jobs.models.channels import ChannelPause, ChannelRef
    from jobs.models.subscriptions import Subscription
    from jobs.store.database import Connection, Database

_LIST = Buttons((Button("Subscriptions", "/csms subscriptions"),))

_MAX_RESUMED = 3
"""Buttons that resume a subscription, in a reply."""


def resume(words: str, command: Command, context: Context) -> Reply:
    """Resume a subscription, or answer for a channel that is not paused; `resume_here` answers for one that is."""
    target = database_and_channel(command, context)
    if isinstance(target, Reply):
        return target
    db, channel = target
    if _names_subscription(words):
        return _resume_subscription(words, db, channel, command, context)
    with db.read() as conn:
        channel_id = channels.find_id(conn, channel) or 0  # 0: nothing stored
        now, everywhere, on_hold = db.now(conn), outbox.posting_pause_notice(conn, context), _hold_notice(conn, channel_id, context)
        live = subscriptions.list_for_channel(conn, channel_id)
    here = f"this {cards.channel_noun(channel)}"
    paused = [each for each in live if each.is_paused(now)]
    first = f"Posting is not paused in {here}, but a post is on hold." if on_hold else f"Posting is not paused in {here}."
    posts = "" if live and len(paused) == len(live) else "The bot posts what its subscriptions ask for."
    hint = on_hold or (posts if live else "It has no subscriptions, so the bot posts nothing.")
    if everywhere:
        first, hint = f"Posting in {here} alone is not paused.", everywhere
    hint = " ".join(filter(None, (hint, still_paused(paused, now))))
    return Reply(f"{first} {hint}", (cards.heading(first, f" {hint}"), _buttons(paused)))


def _buttons(paused: Sequence[Subscription]) -> Buttons:
    """Return a button for each subscription that is paused on its own, and one for all subscriptions."""
    resume = (Button(f"Resume {each.id}", f"/csms resume {each.id}") for each in paused[:_MAX_RESUMED])
    return Buttons((*resume, *_LIST.buttons))


def _names_subscription(words: str) -> bool:
    return bool(selection.numbers(words) or HERE.sub(" ", words).strip(" .!"))


def _resume_subscription(words: str, db: Database, channel: ChannelRef, command: Command, context: Context) -> Reply:
    with db.begin() as conn:
        now = db.now(conn)
        channel_id = channels.ensure(conn, channel, now)
        live = subscriptions.list_for_channel(conn, channel_id)
        wanted = selection.numbers(words)
        found = [each for each in live if each.id in wanted] if wanted else selection.matching(words, live, context.catalog)[0]
        if len(found) != 1:
            return unknown_number(words, found or live, context, "resume", channel)
        pause, everywhere = channels.find_pause(conn, channel_id), outbox.posting_pause_notice(conn, context)
        stop = f"Posting in this {cards.channel_noun(channel)} is paused: {pause.reason}." if pause else everywhere
        resume_channel_too = (Button("Resume posting", "/csms resume"),) if pause else ()
        if not found[0].is_paused(now):
            return refusal(f"Subscription {found[0].id} is not paused.", stop, *resume_channel_too, *_LIST.buttons)
        resumed = pause_subscription(conn, channel_id, found[0].id, None, command.person.signature, now) or found[0]
        stop = stop or _hold_notice(conn, channel_id, context)
    first = f"Subscription {resumed.id} ({wording.title(resumed.filters, context.catalog)}) is no longer paused."
    hint = stop or wording.timing(resumed, now)
    by = cards.by("Resumed", command.person)
    return Reply(
        f"{first} {hint} {plain(by)}.",
        (cards.heading(first, f" {hint}"), SmallPrint((by,)), Buttons((*resume_channel_too, *_LIST.buttons))),
        public=True,
    )


def resume_here(reply: Reply, command: Command, context: Context, *, repeated: bool) -> Reply:
    """Resume the command's channel, in which the bot is a member, and say so in the reply.

    Where the command was `resume`, or `repeated` and so without any other effect, that is the whole reply.
    """
    if context.db is None or command.channel is None:
        return reply
    with context.db.begin() as conn:
        now = context.db.now(conn)
        channel_id = channels.ensure(conn, command.channel, now)
        pause = channels.find_pause(conn, channel_id)
        word, _, rest = command.words.partition(" ")
        is_resume = word.casefold() == "resume"
        if pause is None or (is_resume and _names_subscription(rest)):
            return reply
        if pause.by is not None and not is_resume:
            return reply if repeated else _still_paused(reply, pause)
        resume_channel(conn, channel_id, now, command.person.signature)
        waiting = reports.due_entries(conn, channel_id, now)
        paused = [each for each in subscriptions.list_for_channel(conn, channel_id) if each.is_paused(now)]
        on_hold, everywhere = _hold_notice(conn, channel_id, context), outbox.posting_pause_notice(conn, context)
    here = f"this {cards.channel_noun(command.channel)}"
    but = "all posting is" if everywhere else "a post is on hold" if on_hold else ""
    first = f"Posting is no longer paused in {here}, but {but}." if but else f"Posting resumes in {here}."
    hint = " ".join(filter(None, (everywhere or on_hold or what_follows(waiting), still_paused(paused, now))))
    if repeated or is_resume:
        return Reply(f"{first} {hint}", (cards.heading(first, f" {hint}"), _buttons(paused)), public=True)
    note = Section((line(Span(first, bold=True), f" {hint}"),))
    return replace(reply, text=f"{reply.text} {first} {hint}", blocks=(reply.blocks[0], note, *reply.blocks[1:]), public=True)


def _still_paused(reply: Reply, pause: ChannelPause) -> Reply:
    """Say in the answer to a subscription that a person paused its channel."""
    first, hint = "Posting is still paused here:", f"{pause.reason}. What is due waits until posting resumes."
    note = (Section((line(Span(first, bold=True), f" {hint}"),)), Buttons((Button("Resume now", "/csms resume"),)))
    return replace(reply, text=f"{reply.text} {first} {hint}", blocks=(reply.blocks[0], *note, *reply.blocks[1:]))


def _hold_notice(conn: Connection, channel_id: int, context: Context) -> str:
    """Return what keeps the channel's posts waiting although it is not paused, or ""."""
    held = outbox_store.held_post(conn, channel_id)
    return outbox.waiting_notice(held, context) if held else ""
