"""Opening the database: its URL, its clock, its transactions."""

import threading
import time
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, insert, text
from sqlalchemy.exc import StatementError

from jobs.store import channels, database, schema
from jobs.store.database import Database, DatabaseError, normal_url, sqlite_url
from tests.support.clock import START
from tests.support.paths import ROOT
from tests.support.store import channel

FULL = 2
"""SQLite's number for synchronous=FULL."""


@pytest.mark.parametrize("url", ["postgres://u:p@host/name", "postgresql://u:p@host/name", "postgresql+psycopg://u:p@host/name"])
def test_urls_as_hosts_hand_them_out(url: str) -> None:
    assert normal_url(url).render_as_string(hide_password=False) == "postgresql+psycopg://u:p@host/name"


@pytest.mark.parametrize("name", ["trade bot.db", "what?.db", "100%.db", "a%20b.db", "ä#&.db"])
def test_a_file_name_is_written_into_a_url_and_read_as_it_is(name: str) -> None:
    """SQLAlchemy 2.0 would open another file for some of these names, so it must not be allowed."""
    assert normal_url(sqlite_url(Path(name))).database == name
    assert "SQLAlchemy>=2.1" in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]


def test_the_clock_is_the_databases_and_aware(db: Database) -> None:
    with db.read() as conn:
        first, second = db.now(conn), db.now(conn)
    assert first < second  # within one transaction too
    assert abs(first - datetime.now(UTC)) < timedelta(seconds=5)
    assert first.utcoffset() == timedelta(0)


@pytest.fixture
def pg(postgres_url: str) -> Iterator[Database]:
    opened = Database(postgres_url)
    yield opened
    opened.close()


def statements_of(db: Database) -> list[str]:
    """Return a list to which each statement is added that the database gets from now on."""
    found: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda _conn, _cursor, statement, *_: found.append(statement))
    return found


def test_a_transaction_begins_and_reads_the_clock_with_one_statement(pg: Database) -> None:
    statements = statements_of(pg)
    with pg.begin() as conn:
        first = pg.now(conn)
        assert len(statements) == 1
        assert pg.now(conn) > first
    assert len(statements) == 2
    assert not pg.monitor.steps


def test_a_transaction_that_waited_reads_the_clock_again(pg: Database) -> None:
    with pg.begin() as conn:
        time.sleep(0.1)  # as if it waited for a lock
        now = pg.now(conn)
        began = conn.execute(text("SELECT now()")).scalar_one()
    assert now - began >= timedelta(seconds=0.1)


def test_a_lost_connection_is_replaced_before_it_is_used(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = Database(f"{postgres_url}&application_name=alone")  # with connections of its own

    def process() -> int:
        with alone.begin() as conn:
            found: int = conn.execute(text("SELECT pg_backend_pid()")).scalar_one()
        return found

    before = process()
    assert process() == before
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", [before])
        monkeypatch.setattr(database, "PING_SECONDS", 0.0)  # it was idle for long enough
        assert process() != before
    alone.close()


def test_a_connection_that_was_used_just_now_is_not_tried_again(pg: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    pings: list[object] = []
    monkeypatch.setattr(psycopg.Connection, "execute", lambda *call: pings.append(call))  # a transaction executes with cursors
    monkeypatch.setattr(database, "PING_SECONDS", 3600.0)
    for _ in range(3):
        with pg.begin() as conn:
            pg.now(conn)
    assert not pings
    monkeypatch.setattr(database, "PING_SECONDS", 0.0)
    with pg.read() as conn:
        pg.now(conn)
    assert len(pings) == 1


def test_moments_come_back_as_they_were_written(db: Database) -> None:
    moment = START + timedelta(microseconds=1)
    with db.begin() as conn:
        conn.execute(insert(schema.seen).values(key="k", at=moment))
        assert conn.execute(schema.seen.select()).one().at == moment


def test_a_naive_datetime_is_refused(db: Database) -> None:
    with db.begin() as conn, pytest.raises(StatementError, match="naive"):
        conn.execute(insert(schema.seen).values(key="k", at=datetime(2026, 2, 9)))  # noqa: DTZ001


def test_a_failed_transaction_leaves_nothing(db: Database) -> None:
    def fail() -> None:
        with db.begin() as conn:
            channels.ensure(conn, channel(), START)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with db.read() as conn:
        assert conn.execute(text("SELECT count(*) FROM channel")).scalar_one() == 0


def test_commits_of_sqlite_survive_a_power_cut(sqlite_db: Database) -> None:
    with sqlite_db.begin() as conn:
        assert conn.execute(text("PRAGMA synchronous")).scalar_one() == FULL
    with sqlite_db.read() as conn:  # the pool may hand out this connection to a writer
        assert conn.execute(text("PRAGMA synchronous")).scalar_one() == FULL


def test_two_writers_of_sqlite_queue_up(sqlite_db: Database) -> None:
    entered, order = threading.Event(), []

    def second() -> None:
        entered.set()
        with sqlite_db.begin() as conn:
            channels.ensure(conn, channel(), START)
            order.append("second")

    thread = threading.Thread(target=second)
    with sqlite_db.begin() as conn:
        thread.start()
        entered.wait(5)
        channels.ensure(conn, channel("C2"), START)
        order.append("first")
    thread.join(30)
    assert order == ["first", "second"]


def test_an_error_says_nothing_of_what_a_statement_was_to_store_or_find(db: Database) -> None:
    with pytest.raises(DatabaseError, match="nowhere") as caught, db.read() as conn:
        conn.execute(text("SELECT nothing FROM nowhere WHERE words = :words"), {"words": "what somebody asked"})
    assert "what somebody asked" not in str(caught.value)
