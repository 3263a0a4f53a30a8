"""`tradebot unanswered`: print what people asked in vain, and the problems that they reported."""

import sys
from datetime import UTC, datetime

from bot.database import StartError, open_existing
from bot.settings import SettingsError, load
from content.loading.files import ContentError
from handlers.admin.unanswered import unanswered
from handlers.command import Command, Context, Person
from handlers.replies.text import render
from jobs import revisions as content
from jobs.store import revisions

NOTHING = "No content was published yet: start `tradebot run`."


def show() -> int:
    """Return 1 if the list cannot be read."""
    try:
        settings = load()
        with open_existing(settings) as db:
            with db.read() as conn:
                revision = revisions.newest(conn)
            if revision is None:
                raise StartError(NOTHING)
            catalog = content.load(revision.files)
            context = Context(catalog, datetime.now(UTC), settings.zone, db, records_unanswered=settings.unanswered)
            command = Command("trade-admin", "unanswered", Person("terminal", "", "", "you", admin=True), None)
            print(render(unanswered("", command, context)))
    except (SettingsError, StartError, ContentError) as problem:
        print(f"tradebot: {problem}", file=sys.stderr)
        return 1
    return 0
