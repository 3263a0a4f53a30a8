"""Migrates at a first start in a process of its own: Alembic is loaded for that alone, and would stay in memory as long as the bot runs."""

import logging
import subprocess
import sys

from bot.settings import Settings
from jobs.migrations import upgrade
from jobs.store.database import Database, DatabaseError

logger = logging.getLogger(__name__)


def prepare(settings: Settings) -> None:
    """Has the database migrated, where the start would have to. What fails here fails again in `build`, which says why."""
    if not awaits_migrating(settings):
        return
    done = subprocess.run(
        [sys.executable, "-m", "bot", "migrate"],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    logger.debug("the database was migrated apart (exit code %d)", done.returncode)


def awaits_migrating(settings: Settings) -> bool:
    """Whether the start has to migrate: SQLite alone, as PostgreSQL is for `tradebot migrate`."""
    if not settings.database_url.startswith("sqlite:"):
        return False
    try:
        db = Database(settings.database_url)
    except DatabaseError:
        return False
    try:
        return upgrade.behind(db)
    except DatabaseError:
        return False
    finally:
        db.close()
