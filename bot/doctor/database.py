"""Check that the database can be reached and has this release's tables."""

import os
from contextlib import closing
from pathlib import Path

from bot.database import StartError, open_checked
from bot.findings import Finding, look, ok, wrong
from bot.settings import Settings, redact
from handlers.admin.status import restoration_text
from handlers.outbox import quantity
from handlers.replies import dates
from jobs import audit, restorations
from jobs.migrations import upgrade
from jobs.store import restorations as store
from jobs.store.database import Database

AUDIT_ROWS = 1000
"""Rows of the audit that are checked, the newest; `tradebot audit verify` checks all."""


def check_database(settings: Settings) -> list[Finding]:
    """Check that the database can be reached and has this release's tables."""
    address = redact("DATABASE_URL", settings.database_url)
    try:
        with open_checked(settings.database_url) as db, closing(db):
            file = Path(db.url.database or "") if db.sqlite else None
            if file and not file.exists():  # opening it would create it
                return [missing_file(address, file.parent)]
            behind = upgrade.is_behind(db)
            with db.read() as conn:
                state = "has the schema of an older release" if upgrade.current(conn) else "has no tables yet"
    except StartError as problem:
        return [wrong("database", str(problem))]
    if behind and db.sqlite:
        return [look("database", f"{address} {state}", "start `tradebot run`, which brings it up to date")]
    if behind:
        return [wrong("database", f"{address} {state}", "run `tradebot migrate`")]
    return [ok("database", f"{address} answers and is up to date")]


def check_restoration(db: Database, settings: Settings) -> list[Finding]:
    """Say that the database was restored not long ago, and in how many channels that still leaves posts in doubt."""
    with db.read() as conn:
        now, unopened = db.now(conn), store.unopened_since(db, conn)
        found = restorations.recent(conn, now)
        doubtful = store.count_doubtful(conn) if found else 0
    if unopened is not None:
        copied = f"this is a copy of {dates.near(unopened, now, settings.zone)}, and the bot has not started on it yet"
        return [look("restoration", copied, "start `tradebot run`, which looks into the channels before it posts there")]
    if found is None:
        return []
    message = restoration_text(found, doubtful, now, settings.zone)
    if not doubtful:
        return [ok("restoration", f"{message}; every subscribed channel's history was read")]
    advice = "none is needed where the bot can read the history; where it can't, `/trade-admin outbox` asks about each post"
    return [look("restoration", message, advice)]


def check_audit(db: Database) -> list[Finding]:
    """Check the newest rows of the audit."""
    with db.read() as conn:
        found, count = audit.verify_newest(conn, AUDIT_ROWS), audit.head(conn).count
    if found:
        more = f", and {quantity(len(found) - 1, 'more fault')}" if len(found) > 1 else ""
        return [wrong("audit", f"{found[0]}{more}", "run `tradebot audit verify`, and find out who can write to the database")]
    checked = f"the newest {AUDIT_ROWS:,} of {count:,} rows are" if count > AUDIT_ROWS else f"{quantity(count, 'row')}," if count else ""
    return [ok("audit", f"{checked} whole" if checked else "empty")]


def missing_file(address: str, folder: Path) -> Finding:
    if folder.is_dir() and os.access(folder, os.W_OK):
        return look("database", f"{address} does not exist yet", "start `tradebot run`, which creates it")
    return wrong("database", f"{address} cannot be created", "set DATABASE_URL to a file in a folder that exists and that you can write to")
