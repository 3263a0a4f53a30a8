"""Opening the database: its URL, its clock, its transactions."""

import threading
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import StatementError

from jobs.store import channels, schema
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
