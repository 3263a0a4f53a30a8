"""Open and migrate the database before anything else starts."""

import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.settings import Settings
from jobs.database_url import url_secrets
from jobs.migrations import upgrade
from jobs.redaction import hide_words
from jobs.store.database import Database, DatabaseError, first_line, is_away, is_damaged

logger = logging.getLogger(__name__)

WAIT_SECONDS = 60.0
"""How long a start waits for a database server, which may start at the same time."""

PAUSE_SECONDS = 1.0

REFUSALS = ("authentication failed", "no password supplied", "no pg_hba.conf entry", "does not exist")
"""Parts of a PostgreSQL server's errors that waiting does not mend."""


class StartError(Exception):
    """Why the bot cannot start and what to do: one sentence, or one line per problem."""


class DatabaseAway(StartError):
    """The server of the database does not answer, or serves nobody right now."""


def wait_for_database(
    settings: Settings, seconds: float, sleep: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.monotonic
) -> None:
    """Wait until the database's server answers. What else may be wrong is found when the database is opened. Raises StartError."""
    if settings.database_url.startswith("sqlite:"):
        return
    began, waits = clock(), False
    while True:
        try:
            with open_checked(settings.database_url) as db, db.read():
                pass
            db.close()
        except DatabaseAway as problem:
            if clock() - began >= seconds:
                raise StartError(f"{problem} The bot waited {seconds:g} seconds for it.") from None
            if not waits:
                logger.warning("%s The bot waits %g seconds for it.", problem, seconds)
                waits = True
            sleep(PAUSE_SECONDS)
        except StartError:
            return
        else:
            if waits:
                logger.info("the database can be used, after %.0f seconds", clock() - began)
            return


def open_database(settings: Settings) -> Database:
    """Open the database, with SQLite brought up to date. Raises StartError for one that is unusable or behind."""
    with open_checked(settings.database_url) as db:
        if db.sqlite:
            upgrade.upgrade(db)
        elif upgrade.is_behind(db):
            raise StartError("The database has no tables yet, or those of an older version. Run `tradebot migrate`, then start again.")
        notice_restoration(db)
    return db


def notice_restoration(db: Database) -> None:
    """Log it if the database is a copy that is opened for the first time."""
    from jobs.restorations import notice_copy  # lazily: what only reads the database need not load it

    found = notice_copy(db)
    if found is None:
        return
    logger.warning(
        "the database is %s of %s: before the bot posts in a channel, it looks there for what was posted since",
        "a copy" if found.certain else "another file than before, and may be a copy",
        f"{found.since:%Y-%m-%d %H:%M} UTC",
    )


def open_read_only(url: str) -> Database:
    """Open a database that is only read, and never migrated. Raises StartError for one that is unusable or behind."""
    with open_checked(url, read_only=True) as db:
        _check_existing(db)
    return db


def migrate_database(settings: Settings) -> bool:
    """Return whether there was anything to migrate. Raises StartError for an unusable database."""
    with open_checked(settings.database_url) as db:
        changed = upgrade.upgrade(db)
    db.close()
    return changed


def migrate_in_child(settings: Settings) -> None:
    """Migrate SQLite in a child process: Alembic would otherwise stay in memory.

    A failure is ignored: `open_database` fails in the same way and says why.
    """
    if not _needs_migration(settings):
        return
    done = subprocess.run(
        [sys.executable, "-m", "bot", "migrate"],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    logger.debug("migrated the database in a child process (exit code %d)", done.returncode)


def _needs_migration(settings: Settings) -> bool:
    """PostgreSQL is left to `tradebot migrate`."""
    if not settings.database_url.startswith("sqlite:"):
        return False
    try:
        with open_checked(settings.database_url) as db:
            behind = upgrade.is_behind(db)
    except StartError:
        return False
    db.close()
    return behind


@contextmanager
def open_checked(url: str, *, read_only: bool = False) -> Iterator[Database]:
    """Raises StartError, with the database closed, when something is wrong with it. It logs no outage, which the error tells."""
    db = None
    try:
        db = Database(url, read_only=read_only)
        db.outages.silent = True
        yield db
    except BaseException as problem:
        if db is not None:
            db.close()
        if isinstance(problem, ModuleNotFoundError):
            message = f"DATABASE_URL needs the PostgreSQL driver, which is missing ({problem.name}). Install cbp-trade-bot[postgres]."
        elif isinstance(problem, DatabaseError):
            message = _why_unusable(url, problem)
            if is_away(problem) and not any(said in message for said in REFUSALS):
                raise DatabaseAway(message) from None
        else:
            raise
        raise StartError(message) from None


@contextmanager
def open_existing(settings: Settings) -> Iterator[Database]:
    """Open a database that the bot has used, and create none. Raises StartError."""
    with open_checked(settings.database_url) as db:
        _check_existing(db)
    try:
        yield db
    except DatabaseError as problem:
        raise StartError(_why_unusable(settings.database_url, problem)) from None
    finally:
        db.close()


def _check_existing(db: Database) -> None:
    """Raises StartError."""
    file = db.url.database if db.sqlite else None
    if file and not Path(file).exists():
        raise StartError(f"There is no database at {Path(file).absolute()} yet. Check DATABASE_URL, or start `tradebot run`.")
    if upgrade.is_behind(db):
        raise StartError("The database is not set up for this version of the bot. Start `tradebot run`, or run `tradebot migrate`.")


def _why_unusable(url: str, problem: DatabaseError) -> str:
    reason = hide_words(url_secrets(url), first_line(problem))  # libpq repeats what it cannot read
    if is_damaged(problem):
        return f"The database is damaged: {reason}. If DATABASE_URL names the right one, restore a backup."
    return f"Cannot use the database in DATABASE_URL: {reason}. {_hint(url, reason)}"


def _hint(url: str, reason: str) -> str:
    if "authentication failed" in reason:
        return "Check the user and the password, in which % is written as %25 and @ as %40."
    if not url.startswith("sqlite:"):
        return "Check the address and that the database is running."
    return f"Check that the folder of {Path(url.partition(':///')[2]).absolute()} exists and that you can write to it."
