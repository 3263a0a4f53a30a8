"""/trade-admin pause and resume: stop and start all posting, in every channel and on every platform."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from handlers import outbox
from handlers.admin.status import RESUME
from handlers.replies import cards
from handlers.replies.reply import Button, Buttons, Reply, refusal
from jobs.pauses import count_on_their_way, pause_all, resume_all
from jobs.store import posting_pauses, reports

if TYPE_CHECKING:
    from handlers.command import Command, Context

logger = logging.getLogger(__name__)

_STATUS = Button("Status", "/trade-admin status")

_WAITS = "What is due waits, and nothing is lost. The bot goes on answering questions and reading the feeds."


def pause(words: str, command: Command, context: Context) -> Reply:
    """Ask first; the button's word "confirm" stops all posting."""
    if context.db is None:
        return cards.needs_bot()
    said = words.strip().casefold()
    if said not in ("", "confirm"):
        return cards.excess_words("/trade-admin pause", "only the word confirm", words)
    with context.db.read() as conn:
        found, live = posting_pauses.find(conn), len(reports.subscribed_channels(conn))
        begun = count_on_their_way(conn, context.db.now(conn))
    if found is None and not said:
        text = f"Do you want to stop all posting, in {outbox.quantity(live, 'subscribed channel')} and on every platform?"
        stop = Button("Pause all posting", "/trade-admin pause confirm", "danger")
        return Reply(f"{text} {_WAITS}", (cards.heading(text, f" {_WAITS}"), Buttons((stop, _STATUS))), ok=False)
    if found is None:
        with context.db.begin() as conn:
            paused = pause_all(conn, command.person.signature, context.db.now(conn))
            found, begun = posting_pauses.find(conn), count_on_their_way(conn, context.db.now(conn))
        if paused:
            logger.info("an admin paused all posting; /trade-admin resume starts it again")
    first = f"{outbox.posting_pause_text(found, context)}." if found is not None else "All posting is paused."
    late = f"{outbox.count_text(begun)} on {'its' if begun == 1 else 'their'} way and may still appear. " if begun else ""
    return Reply(f"{first} {late}{_WAITS}", (cards.heading(first, f" {late}{_WAITS}"), Buttons((RESUME, _STATUS))))


def resume(words: str, command: Command, context: Context) -> Reply:
    """Start all posting again."""
    if context.db is None:
        return cards.needs_bot()
    if words.strip():
        hint = "To resume posting in one channel, type /csms resume there."
        return refusal(f"Nothing changed: /trade-admin resume takes no words, but got {cards.quote(words, 40)}.", hint, _STATUS)
    with context.db.begin() as conn:
        resumed = resume_all(conn, command.person.signature, context.db.now(conn))
        waiting, paused = reports.waiting(conn), len(reports.paused_channels(conn))
    if not resumed:
        return refusal("Posting is not paused.", "To resume posting in one channel, type /csms resume there.", _STATUS)
    logger.info("an admin resumed all posting")
    due = sum(each.count for each in waiting.channels if each.oldest <= context.now and not each.paused)
    first = "Posting resumes."
    hint = "What is due goes out now, in order." if due else "Nothing is due right now."
    if paused:
        hint = f"{hint} {outbox.quantity(paused, 'channel')} stay{'s' if paused == 1 else ''} paused; /trade-admin status lists why."
    return Reply(f"{first} {hint}", (cards.heading(first, f" {hint}"), Buttons((outbox.LIST, _STATUS))))
