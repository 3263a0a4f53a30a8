"""The recent messages in memory: what they hold, and what a subject gets of them."""

from datetime import UTC, datetime, timedelta

from jobs.publish import publish_entries
from jobs.recent import MAX_AGE, RecentHolder, read_recent
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.small_catalog import CATALOG, entry, new

NOW = datetime(2026, 2, 9, 14, tzinfo=UTC)


def publish(db: Database, number: str, *topics: str, days: int, feed: str = "csms") -> None:
    stored = entry(
        number, f"Message {number}", *topics, published=NOW - timedelta(days=days), body="Text.", feed=feed, key=f"{feed}:{number}"
    )
    with db.begin() as conn:
        publish_entries(conn, feed, [new(stored)], NOW, backlog=False)


def test_recent_messages_are_those_of_90_days_newest_first_without_bodies(db: Database, clock: Clock) -> None:
    clock.now = NOW
    for number, days in (("67000001", 91), ("67000003", 1), ("67000002", 89)):
        publish(db, number, "revenue", days=days)
    publish(db, "20260001", "revenue", days=1, feed="federal-register")
    found = read_recent(db, CATALOG)
    assert [each.number for each in found.entries] == ["67000003", "67000002"]
    assert {each.body for each in found.entries} == {None}
    assert [hit.topic for hit in found.entries[0].topics] == ["revenue"]
    assert found.last_read(NOW).stale


def test_a_subject_gets_its_newest_messages_and_samples_only_where_they_are_shown(db: Database, clock: Clock) -> None:
    clock.now = NOW
    for days in range(1, 5):
        publish(db, f"6700000{days}", "revenue" if days > 1 else "tariffs", days=days)
    publish(db, "67000009", "revenue", days=0, feed="sample")
    holder = RecentHolder()
    holder.refresh(db, CATALOG)
    assert holder.current is not None

    def numbers(now: datetime, *, samples: bool) -> list[str]:
        assert holder.current is not None
        found = holder.current.newest(lambda each: any(hit.topic == "revenue" for hit in each.topics), 2, now, samples=samples)
        return [each.number for each in found]

    assert numbers(NOW, samples=False) == ["67000002", "67000003"]
    assert numbers(NOW, samples=True) == ["67000009", "67000002"]
    assert numbers(NOW + MAX_AGE - timedelta(days=2), samples=False) == ["67000002"]
