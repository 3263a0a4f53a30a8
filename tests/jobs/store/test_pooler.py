"""PostgreSQL behind a pooler in transaction mode, as PgBouncer is run."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from jobs.migrations import upgrade
from jobs.store.database import Database, DatabaseError
from tests.support.feed_server import bulletin, bulletins, serving
from tests.support.paths import ROOT
from tests.support.pooler import Pooler, pooling
from tests.support.postgres import create_database
from tests.support.process import bot, content, environment, eventually

REPEATS = 30


@pytest.fixture
def pooler(postgres: str) -> Iterator[Pooler]:
    with pooling(create_database(postgres)) as running:
        yield running


def repeat(url: str) -> set[int]:
    """Run one statement in many transactions and return the server processes that ran it."""
    db = Database(url)
    try:
        processes = set()
        for number in range(REPEATS):
            with db.begin() as conn:
                processes.add(conn.execute(text("SELECT pg_backend_pid() WHERE :number >= 0"), {"number": number}).scalar_one())
        return processes
    finally:
        db.close()


def test_statements_of_one_connection_meet_several_servers(pooler: Pooler) -> None:
    assert len(repeat(pooler.url)) == pooler.size
    assert pooler.transactions >= REPEATS


def test_the_url_may_ask_for_prepared_statements(pooler: Pooler, postgres: str) -> None:
    with pytest.raises(DatabaseError, match="prepared statement"):
        repeat(f"{pooler.url}?prepare_threshold=1")
    for threshold in (0, 1, 5):
        assert len(repeat(f"{postgres}&prepare_threshold={threshold}")) == 1
    assert len(repeat(f"{pooler.url}?prepare_threshold=none")) == pooler.size


def test_the_pooler_of_the_tests_breaks_what_lives_in_a_session(pooler: Pooler) -> None:
    with psycopg.connect(pooler.url, autocommit=True) as conn, pytest.raises(psycopg.errors.InvalidSqlStatementName):
        conn.execute("SELECT 1", prepare=True)  # psycopg prepares and executes in a transaction each
    with psycopg.connect(pooler.url, autocommit=True, prepare_threshold=None) as conn:
        conn.execute("SET statement_timeout = '1234s'")
        assert {str(conn.execute("SHOW statement_timeout").fetchone()) for _ in range(REPEATS)} > {"('1234s',)"}
    with pytest.raises(psycopg.OperationalError, match="unsupported startup parameter: options"):
        psycopg.connect(pooler.url, options="-c statement_timeout=1")


def test_processes_migrate_at_once_through_the_pooler(pooler: Pooler) -> None:
    databases = [Database(pooler.url) for _ in range(4)]
    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(upgrade.upgrade, databases)) == [False, False, False, True]
    assert not upgrade.is_behind(databases[0])
    for db in databases:
        db.close()


def test_a_failed_transaction_leaves_nothing_to_the_next_client(pooler: Pooler) -> None:
    db, other = Database(pooler.url), Database(pooler.url)

    def fail() -> None:
        with db.begin() as conn:
            conn.execute(text("CREATE TABLE half (x int)"))
            conn.execute(text("SELECT 1 / :zero"), {"zero": 0})

    for number in range(REPEATS):
        with pytest.raises(DatabaseError):
            fail()
        with other.begin() as conn:
            assert conn.execute(text("SELECT to_regclass('half'), :number"), {"number": str(number)}).one()[0] is None
    db.close()
    other.close()


def test_a_lost_server_connection_is_replaced(pooler: Pooler, postgres: str) -> None:
    before = repeat(pooler.url)
    with psycopg.connect(postgres, autocommit=True) as conn:
        conn.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [pooler.database])
    eventually(lambda: pooler.count == 0, "the pooler knows that its connections are gone")
    assert not before & repeat(pooler.url)


@pytest.mark.process
@pytest.mark.slow
def test_the_bot_migrates_runs_and_polls_through_the_pooler(pooler: Pooler, tmp_path: Path) -> None:
    with serving(bulletins(60)) as feeds:
        settings = {"DATABASE_URL": pooler.url, "CONTENT_DIR": str(content(tmp_path / "content", feeds))}
        for said in ("The database has been updated.\n", "The database is up to date.\n"):
            migrated = subprocess.run(
                [sys.executable, "-m", "bot", "migrate"], cwd=ROOT, env=environment(**settings), capture_output=True, text=True, check=False
            )
            assert (migrated.returncode, migrated.stdout) == (0, said), migrated.stderr
        with bot("run", "Playground: http://127.0.0.1:", **settings) as running:
            assert running.get("/readyz") == (200, '{"ready":true,"problem":null,"revision":1}')
            eventually(lambda: bool(feeds.asked("/csms.rss")), "it reads the feed")
            feeds.publish(*(bulletin(60 + number) for number in range(3)))
            asked = len(feeds.asked("/csms.rss"))
            eventually(lambda: len(feeds.asked("/csms.rss")) > asked + 1, "it reads the feed again and stores it")
            assert running.end() == 0
        said_by_it = "".join(running.said)
    assert "ERROR" not in said_by_it
    assert "Traceback" not in said_by_it
    with psycopg.connect(pooler.url) as conn:
        assert conn.execute("SELECT count(*) FROM entry").fetchone() == (63,)
