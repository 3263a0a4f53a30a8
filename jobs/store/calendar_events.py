"""The events of calendar files as they were published last.

Programs that subscribe to a calendar keep the event with the highest SEQUENCE, so the number is stored: an entry that is deleted or read
differently would lower any number that is counted.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, case, select

from jobs.models.key_dates import PublishedEvent
from jobs.store.database import insert, load
from jobs.store.schema import calendar_event


def by_uid(conn: Connection, uids: Collection[str]) -> dict[str, PublishedEvent]:
    rows = conn.execute(select(calendar_event).where(calendar_event.c.uid.in_(list(uids))))
    return {row.uid: load(PublishedEvent, row) for row in rows}


def publish(conn: Connection, several: Iterable[PublishedEvent], now: datetime) -> None:
    """Store events that differ from those published before, each with the next number; a new one keeps its own."""
    for each in sorted(several, key=lambda one: one.uid):  # two processes that take the same rows in different orders would deadlock
        values = {"uid": each.uid, "digest": each.digest, "sequence": each.sequence, "revised": each.revised}
        storing = insert(conn, calendar_event).values(**values)
        later = case((calendar_event.c.revised < each.revised, storing.excluded.revised), else_=now)
        changed = {"digest": each.digest, "sequence": calendar_event.c.sequence + 1, "revised": later}
        differs = calendar_event.c.digest != each.digest
        conn.execute(storing.on_conflict_do_update(index_elements=["uid"], set_=changed, where=differs))
