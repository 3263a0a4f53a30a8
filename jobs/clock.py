"""Repair what is stored after the database's clock was set.

Leases, waits and due times are moments of the database's clock. After it was set back, they would lie hours ahead; after it was set
forward, the leases of living workers and the grace of posts on their way would seem to be over.
"""

import logging
from datetime import timedelta

from jobs.store import moments
from jobs.store.database import Database

logger = logging.getLogger(__name__)


def repair(db: Database, lease_seconds: float) -> None:
    """Repair the stored moments if the clock was set, or if this process has not looked yet. Any number of processes may do so."""
    if not db.monitor.unchecked:
        return
    lease = timedelta(seconds=lease_seconds)
    with db.begin() as conn:
        now, steps = db.now(conn), db.monitor.steps
        if steps:  # channels first, as everybody locks them before their deliveries
            moments.restart_sends(conn, now, lease)
            moments.shorten_waits(conn, now, lease)
        ahead = moments.end_future(conn, now)
        if ahead and not steps:
            moments.shorten_waits(conn, now, lease)
    db.monitor.repaired(steps)
    if steps or ahead:
        why = "because it was set or a machine was suspended"
        logger.warning(
            "the database's clock jumped to %s UTC, %s; leases, waits and due times count from there", f"{now:%d %b %Y %H:%M:%S}", why
        )
