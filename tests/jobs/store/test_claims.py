"""Claiming channels: two workers at the same moment, on a PostgreSQL that really has two."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from jobs.models import Claim
from jobs.store import claims
from jobs.store.database import Connection, Database
from tests.support.store import channel, publish, subscribe

LEASE = 60.0


@pytest.fixture
def pg(postgres_url: str) -> Iterator[Database]:
    opened = Database(postgres_url)
    yield opened
    opened.close()


def claim(conn: Connection, db: Database) -> Claim | None:
    conn.exec_driver_sql("SET LOCAL lock_timeout = '1s'")
    return claims.claim(conn, ["playground"], db.now(conn), LEASE)


def test_two_that_claim_at_once_take_two_channels_and_wait_for_nobody(pg: Database) -> None:
    for name in ("C1", "C2"):
        subscribe(pg, to=channel(name))
    publish(pg, 1)
    with pg.begin() as one, pg.begin() as two, pg.begin() as three:
        first, second, third = claim(one, pg), claim(two, pg), claim(three, pg)
    assert first is not None
    assert second is not None
    assert {first.channel.id, second.channel.id} == {"C1", "C2"}
    assert third is None


def test_who_was_overtaken_gives_nothing_back(db: Database) -> None:
    subscribe(db)
    publish(db, 1)
    with db.begin() as conn:
        now = db.now(conn)
        slow = claims.claim(conn, ["playground"], now, LEASE)
        later = now + timedelta(seconds=LEASE)
        quick = claims.claim(conn, ["playground"], later, LEASE)
        assert slow is not None
        assert quick is not None
        assert not claims.holds(conn, slow)
        assert not claims.release(conn, slow, later, 0)
        assert claims.claim(conn, ["playground"], later, LEASE) is None
        assert claims.release(conn, quick, later, 0)
