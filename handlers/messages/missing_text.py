"""The text of a message that is stored without: opening the message asks for it, and its card says so."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.messages.results import with_buttons
from handlers.replies import freshness
from handlers.replies.reply import Button, Reply, Section, SmallPrint, line

if TYPE_CHECKING:
    from handlers.command import Context
    from jobs.models.entries import Entry
    from jobs.store.database import Database

_FETCHING = "Only the title is stored. The bot is fetching the text: open the message again in a moment."
_FETCHING_AGAIN = "The bot no longer stored the text and is fetching it again: open the message again in a moment."
_DELETED = "The text is no longer stored. Open CBP\u2019s page to read it."
_CUT = "CBP\u2019s archive cut the title."


def complete(reply: Reply, entry: Entry, db: Database, context: Context) -> Reply:
    """Add to a message's card, below its number and date, what it says instead of a text, and a button that opens it again."""
    notes = [note for note in (_CUT if entry.cut else "", _ask(entry, db, context)) if note]
    if not notes:
        return reply
    place = next((place for place, block in enumerate(reply.blocks, 1) if isinstance(block, SmallPrint)), len(reply.blocks))
    note = Section((line(" ".join(notes)),))
    added = replace(reply, text=" ".join((reply.text, *notes)), blocks=(*reply.blocks[:place], note, *reply.blocks[place:]))
    return with_buttons(added, (Button("Open again", f"/csms {entry.number}"),)) if notes[-1] in (_FETCHING, _FETCHING_AGAIN) else added


def _ask(entry: Entry, db: Database, context: Context) -> str:
    """Ask for the text, once, and return what the card says; the answer does not wait for it. It never raises."""
    deleted = entry.lacks_deleted_body
    if entry.body is not None or entry.sample or db.read_only:
        return _DELETED if deleted else ""
    from jobs.bodies import feed_of
    from jobs.store import body_fetches
    from jobs.store.database import DatabaseError, first_line

    if feed_of(entry, context.catalog) is None:
        return _DELETED if deleted else ""
    try:
        with db.read() as conn:
            asked = body_fetches.get(conn, entry.id, db.now(conn))
        if asked is None:
            with db.begin() as conn:
                body_fetches.ask(conn, entry.id, db.now(conn))
    except DatabaseError as problem:
        context.log(f"could not ask for the text of {entry.key}: {first_line(problem)}")
        return _DELETED if deleted else ""
    if asked is not None and asked.error:
        return (
            _DELETED
            if deleted
            else f"Only the title is stored. The bot could not read the page of this message ({freshness.short_error(asked.error)})."
        )
    return _FETCHING_AGAIN if deleted else _FETCHING
