"""Brings the database to the tables that this code needs."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from jobs import migrations
from jobs.store.database import Database

LOCK = 0x7472_6164_6562_6F74
"""PostgreSQL's advisory lock for migrating ("tradebot" in ASCII): the second of two processes waits, and then finds nothing to do."""


def at(conn: Connection) -> str | None:
    """The migration that the database is at; None for an empty one."""
    if not inspect(conn).has_table("alembic_version"):
        return None
    found: str | None = conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return found


def behind(db: Database) -> bool:
    """Whether the database lacks a migration that this code has. On PostgreSQL that is for `tradebot migrate` to mend."""
    with db.read() as conn:
        return (at(conn) or "") < migrations.HEAD


def upgrade(db: Database) -> bool:
    """Runs the migrations that are missing, in one transaction; answers whether there were any. Several processes may
    call it at once."""
    if not behind(db):
        return False
    with db.begin() as conn:
        if not db.sqlite:
            conn.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        if (at(conn) or "") >= migrations.HEAD:
            return False
        _run(conn)
    return True


def _run(conn: Connection) -> None:
    from alembic import command  # here: a start that has nothing to migrate need not load Alembic
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = conn
    command.upgrade(config, "head")
