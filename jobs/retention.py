"""Delete what is older than the settings say, in small transactions. Any process may do so at any time, and repeat or go on with it.

Entries and the audit stay, and so do what was read in a body, which entries a post showed, and the words in the search index.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from jobs.store import idempotency
from jobs.store import retention as store
from jobs.store.database import Connection, Database

REST_SECONDS = 0.05  #: Between two transactions, so that writers who wait for SQLite get their turn.

MIN_DAYS = 90  #: Of whatever corrections, reminders and answers to "why" need.
MIN_SEEN_DAYS = idempotency.KEPT.days

Days = int | None  #: None keeps all.


@dataclass(frozen=True, slots=True)
class Retention:
    """The days for which each kind of record is kept."""

    bodies: Days = 3 * 365  #: Of entries, and the texts that edits replaced.
    contents: Days = MIN_DAYS  #: Of posts: without it a correction cannot mark them.
    outcomes: Days = 150  #: The deliveries of an entry, and the posts that carried them.
    revisions: Days = 3 * 365  #: The files of the content's revisions, since they were replaced.
    seen: Days = MIN_SEEN_DAYS  #: Keys of events and commands.


DEFAULT_RETENTION = Retention()

Delete = Callable[[Connection, datetime, datetime], int]
"""Deletes some of what is older than a moment, in a transaction at another one. Returns 0 if nothing is left to do."""


def prune(
    db: Database,
    kept: Retention = DEFAULT_RETENTION,
    rest: Callable[[], None] = lambda: time.sleep(REST_SECONDS),
    *,
    is_over: Callable[[], bool] = lambda: False,
) -> int:
    """Delete all that is too old, or stop after a transaction once it `is_over`; return how many rows were changed.

    Another call goes on where one was interrupted.
    """
    total = 0
    for days, delete in _steps(kept):
        while days is not None and not is_over() and (changed := _run(db, delete, timedelta(days=days))):
            total += changed
            rest()
    return total


def _run(db: Database, delete: Delete, kept: timedelta) -> int:
    with db.begin() as conn:
        now = db.now(conn)
        return delete(conn, now - kept, now)


def _steps(kept: Retention) -> tuple[tuple[Days, Delete], ...]:
    """Return the steps in the order in which they have to run: a post goes after its deliveries."""
    return (
        (kept.seen, store.delete_seen),
        (kept.bodies, store.delete_bodies),
        (kept.bodies, store.delete_earlier_texts),
        (kept.contents, store.delete_contents),
        (kept.contents, store.delete_shared),
        (kept.outcomes, store.delete_outcomes),
        (kept.outcomes, store.delete_posts),
        (kept.revisions, store.delete_revisions),
    )
