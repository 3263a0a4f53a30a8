"""Compare this computer's clock with others."""

from datetime import UTC, datetime

from bot.findings import Finding, look, ok, wrong
from handlers.admin.status import OFF_SECONDS
from jobs.network import difference
from jobs.store.database import Database

MAX_SECONDS = 300.0
"""Slack and Microsoft allow for so much."""

SET = "set this computer's clock, for example with chrony, systemd-timesyncd or the Windows Time service"


def check_clock(subject: str, ahead: float | None, whose: str, consequence: str) -> list[Finding]:
    """Report how far this computer's clock is ahead of another one; nothing if that is not known."""
    if ahead is None:
        return []
    message = f"this computer's clock is {difference(ahead)} {whose}"
    if abs(ahead) <= OFF_SECONDS:
        return [ok(subject, message)]
    return [(wrong if abs(ahead) > MAX_SECONDS else look)(subject, f"{message}; {consequence}", SET)]


def check_database_clock(db: Database) -> list[Finding]:
    """Compare this computer's clock with the database server's. That of SQLite is this computer's."""
    if not db.has_own_clock:
        return []
    with db.read() as conn:
        before = datetime.now(UTC)
        theirs = db.now(conn)
        ahead = (before + (datetime.now(UTC) - before) / 2 - theirs).total_seconds()
    return check_clock(
        "database clock", ahead, "the database server's", "leases, digests and reminders follow the server's: set that which is wrong"
    )
