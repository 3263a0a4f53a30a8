from pathlib import Path

from sqlalchemy import Connection, inspect, text

from jobs import migrations
from jobs.store.database import Database

LOCK = 0x7472_6164_6562_6F74  #: PostgreSQL advisory lock ("tradebot" in ASCII): the second of two processes waits and finds nothing to do.


def current(conn: Connection) -> str | None:
    if not inspect(conn).has_table("alembic_version"):
        return None
    found: str | None = conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return found


def is_behind(db: Database) -> bool:
    """Return whether the database lacks a migration of this code."""
    with db.read() as conn:
        return (current(conn) or "") < migrations.HEAD


def upgrade(db: Database) -> bool:
    """Run the missing migrations in one transaction; return whether there were any. Processes may call it concurrently."""
    if not is_behind(db):
        return False
    with db.begin() as conn:
        if not db.sqlite:
            conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        if (current(conn) or "") >= migrations.HEAD:
            return False
        _run(conn)
    return True


def _run(conn: Connection) -> None:
    from alembic import command  # lazily: a start that has nothing to migrate need not load Alembic
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = conn
    command.upgrade(config, "head")
