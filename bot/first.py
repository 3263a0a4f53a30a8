"""What a first start does and later ones find done, in a process of its own: migrating, and compiling the content.

Alembic, pydantic and PyYAML are loaded for these two and would stay in memory as long as the bot runs: 20 of its 100 MiB.
"""

import logging
import subprocess
import sys

from bot.app import StartError, build
from bot.settings import Settings, load
from content.index import awaits_compiling
from jobs.store import migrate
from jobs.store.database import Database, DatabaseError

logger = logging.getLogger(__name__)


def prepare(settings: Settings) -> None:
    """Has the first start's work done, where there is any. What fails here fails again in `build`, which says why."""
    if not (awaits_compiling(settings.content_dir) or awaits_migrating(settings)):
        return
    done = subprocess.run(
        [sys.executable, "-m", "bot.first"], check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    logger.debug("the first start's work was done apart (exit code %d)", done.returncode)


def awaits_migrating(settings: Settings) -> bool:
    """Whether the start has to migrate: SQLite alone, as PostgreSQL is for `tradebot migrate`."""
    if not settings.database_url.startswith("sqlite:"):
        return False
    try:
        db = Database(settings.database_url)
    except DatabaseError:
        return False
    try:
        return migrate.behind(db)
    except DatabaseError:
        return False
    finally:
        db.close()


if __name__ == "__main__":
    try:
        build(load()).db.close()
    except StartError:
        sys.exit(1)
