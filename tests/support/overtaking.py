"""A stored message that may have overtaken an answer of the content."""

import re
from datetime import UTC, datetime

from content.catalog import Catalog
from jobs.publish import publish_entries
from jobs.recent import RecentHolder
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.small_catalog import entry, new

NUMBER = "70999999"
NOTE = "A newer CSMS may change this:"
LATER = datetime(2027, 1, 4, 15, tzinfo=UTC)


def overtake(db: Database, catalog: Catalog, recent: RecentHolder, clock: Clock | None = None) -> str:
    """Publish a message that names the one that a question of a PTI cites; return the question."""
    shown = (question for pti in catalog.ptis for question in pti.questions if question.shown)
    asked, cited = next((each.q, found[1]) for each in shown if (found := re.search(r"CSMS (\d{8})", each.source)))
    db.clock = clock or Clock(LATER)
    newer = entry(NUMBER, "GUIDANCE: Changed procedures", published=LATER, body=f"As CSMS # {cited} said, …")
    with db.begin() as conn:
        publish_entries(conn, "csms", [new(newer)], LATER, backlog=True)
    recent.refresh(db, catalog)
    return asked
