"""The newer rows of the benchmark measure what they say, at a small size, and can break their bounds."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from jobs.migrations.upgrade import upgrade
from jobs.store import entries, schema
from jobs.store.database import Database
from tests.benchmarks import bare_claims, claims, digests, growth, storm
from tests.benchmarks.measure import Row
from tests.support.feed_server import bulletins, serving


def test_maximum_and_minimum_are_kept_at_the_bound_and_broken_past_it() -> None:
    assert [Row("", value, "x", 2.0).kept for value in (1.9, 2.0, 2.1)] == [True, True, False]
    assert [Row("", value, "/s", 2.0, at_least=True).kept for value in (1.9, 2.0, 2.1)] == [False, True, True]
    assert Row("", 1.0, "x", None, at_least=True).kept


def test_digests_take_at_most_a_wait_longer_than_the_rate_limits_demand(tmp_path: Path) -> None:
    platform = digests.deliver_all(f"sqlite:///{tmp_path / 'digests.db'}", 40)
    assert len(platform.accepted) == 40
    assert platform.refusals
    assert platform.accepted[-1] - digests.shortest(40) <= 1.0


def test_digests_that_wait_for_too_long_break_the_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "CALL_SECONDS", 2.0)  # eight calls at once are then fewer than the limit allows
    platform = digests.deliver_all(f"sqlite:///{tmp_path / 'digests.db'}", 40)
    assert platform.accepted[-1] / digests.shortest(40) > digests.MAX_RATIO


def settle_all(db: Database, *how: Callable[..., bare_claims.Done]) -> None:
    rate, used = claims.claims_a_second(db, db.url.render_as_string(hide_password=False), 2, 3, 60, *how)
    assert rate > 0
    assert used > 0
    with db.read() as conn:
        assert set(conn.execute(select(schema.post.c.state)).scalars()) == {"sent"}


@pytest.mark.process
def test_workers_settle_every_post_once(db: Database) -> None:
    settle_all(db)


@pytest.mark.process
def test_the_floor_of_claims_settles_every_post_once(postgres_url: str) -> None:
    db = Database(postgres_url)
    settle_all(db, bare_claims.settle_claims)
    db.close()


@pytest.mark.process
def test_polls_of_the_growth_row_parse_a_document_and_bring_nothing_new(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'growth.db'}")
    upgrade(db)
    with serving(bulletins(growth.DOCUMENT)) as server:
        first, *others = asyncio.run(growth.poll(db, server, 1)) + asyncio.run(growth.poll(db, server, 2))
        assert len(server.left_out) == 1
    with db.read() as conn:
        assert entries.count(conn, 1_000) == growth.DOCUMENT
    db.close()
    assert first > 0
    assert all(each > 0 for each in others)


def test_p99_is_the_slowest_of_a_hundred_but_one() -> None:
    assert storm.p99([float(number) for number in range(100)]) == 98.0
