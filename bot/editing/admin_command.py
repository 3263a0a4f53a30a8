"""`tradebot unanswered` and `tradebot review`: print what an admin's command of this name answers, from the database."""

import sys
from datetime import UTC, datetime

from bot.database import StartError, open_existing
from bot.settings import SettingsError, load
from content.loading.files import ContentError
from handlers.command import Command, Context, Person
from handlers.replies.text import render
from handlers.router import dispatch, resolve
from jobs import revisions as content
from jobs.store import revisions

NOTHING = "No content was published yet: start `tradebot run`."


def show(words: str) -> int:
    """Return 1 if there is nothing to answer from."""
    try:
        settings = load()
        with open_existing(settings) as db:
            with db.read() as conn:
                revision = revisions.newest(conn)
            if revision is None:
                raise StartError(NOTHING)
            catalog = content.load(revision.files)
            context = Context(catalog, datetime.now(UTC), settings.zone, db, records_unanswered=settings.unanswered)
            command = Command("trade-admin", words, Person("terminal", "", "", "you", admin=True), None)
            print(render(dispatch(resolve(command), context)))
    except (SettingsError, StartError, ContentError) as problem:
        print(f"tradebot: {problem}", file=sys.stderr)
        return 1
    return 0
