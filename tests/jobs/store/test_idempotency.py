"""A key that was seen already changes nothing a second time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from jobs.store import idempotency, retention
from jobs.store.database import Database
from tests.support.clock import START, Clock

MINUTE = timedelta(minutes=1)


def first(db: Database, key: str = "slack:T1/U1 C1 subscribe") -> bool:
    with db.begin() as conn:
        return idempotency.is_first_time(conn, key, db.now(conn), MINUTE)


def test_the_same_within_a_minute_is_not_the_first_time(db: Database) -> None:
    clock = Clock()
    db.clock = clock
    assert first(db)
    clock.pass_(seconds=59)
    assert not first(db)
    assert first(db, "another")
    clock.pass_(seconds=1)
    assert first(db)


def test_of_four_at_once_one_is_the_first(db: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda _: first(db), range(4))) == [False, False, False, True]


def test_what_is_old_is_forgotten(db: Database) -> None:
    clock = Clock()
    db.clock = clock
    first(db)
    with db.begin() as conn:
        assert retention.delete_seen(conn, START, START) == 0
        assert retention.delete_seen(conn, START + MINUTE, START) == 1
