"""The audit: every change in its transaction, a chain that shows what was tampered with, on both databases."""

import json
import random
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import TextClause, text
from sqlalchemy.exc import DatabaseError

from jobs import audit
from jobs.models.audit import AuditRow
from jobs.models.subscriptions import Cadence, Filters, SubscriptionSpec
from jobs.states import AuditAction, CadenceKind
from jobs.store import audit as store
from jobs.store import channels, deliveries
from jobs.store.database import Database
from jobs.subscribe import change_subscription, end_subscription, end_subscriptions, pause_subscription, save_subscription
from tests.support.clock import Clock
from tests.support.store import NEW_YORK, channel, new, publish, subscribe
from tests.support.tampering import COLUMNS, spoil, without_triggers

EVERYTHING = SubscriptionSpec(Filters(), Cadence(CadenceKind.NOW), NEW_YORK, digest_only=False)

MARIA = "Maria (slack:T1/U1)"


def add(db: Database, count: int) -> None:
    for number in range(count):
        with db.begin() as conn:
            change = audit.Change(AuditAction.POLLED, f"feed {number}", {"n": number}, {"n": number + 1}, channel())
            audit.record(conn, MARIA, change, db.now(conn))


def rows(db: Database) -> list[AuditRow]:
    with db.read() as conn:
        return list(store.since(conn, ""))


def found(db: Database, *noted: audit.Head) -> list[str]:
    with db.read() as conn:
        return list(map(str, audit.verify(conn, noted)))


def head(db: Database) -> audit.Head:
    with db.read() as conn:
        return audit.head(conn)


def test_a_subscription_leaves_its_whole_life_in_the_audit(db: Database, clock: Clock) -> None:
    weekly = SubscriptionSpec(Filters(topics=("revenue",)), Cadence(CadenceKind.WEEKLY, time(9), 0), NEW_YORK, digest_only=False)
    with db.begin() as conn:
        here = channels.ensure(conn, channel(), clock.now)
        first = save_subscription(conn, here, EVERYTHING, MARIA, clock.now).subscription
        save_subscription(conn, here, EVERYTHING, MARIA, clock.now)  # no change
        changed = change_subscription(conn, here, first.id, weekly, MARIA, clock.now)
        assert changed is not None
        until = clock.now + timedelta(days=3)
        pause_subscription(conn, here, changed.subscription.id, until, MARIA, clock.now)
        pause_subscription(conn, here, changed.subscription.id, None, MARIA, clock.now)
        end_subscription(conn, here, changed.subscription.id, MARIA, clock.now)
        assert end_subscription(conn, here, changed.subscription.id, MARIA, clock.now) is None
    said = [(row.what, row.subject) for row in rows(db)]
    assert said == [
        ("subscribed", "subscription 1"),
        ("changed", "subscription 1"),
        ("paused", f"subscription {changed.subscription.id}"),
        ("resumed", f"subscription {changed.subscription.id}"),
        ("ended", f"subscription {changed.subscription.id}"),
    ]
    changed_row = rows(db)[1]
    assert (changed_row.who, changed_row.place) == (MARIA, "#C1 (playground:T1/C1)")
    assert json.loads(changed_row.before)["when"] == "now"
    assert json.loads(changed_row.after) | {"topics": ["revenue"], "when": "weekly mon 09:00"} == json.loads(changed_row.after)
    assert changed_row.at == audit.moment(clock.now)
    assert found(db) == []


def test_the_audit_has_the_day_of_a_weekly_report_of_changes(db: Database, clock: Clock) -> None:
    monday, wednesday = (
        SubscriptionSpec(Filters(), Cadence(CadenceKind.CHANGES, time(9), day), NEW_YORK, digest_only=True) for day in (0, 2)
    )
    with db.begin() as conn:
        here = channels.ensure(conn, channel(), clock.now)
        save_subscription(conn, here, monday, MARIA, clock.now)
        save_subscription(conn, here, wednesday, MARIA, clock.now)
    row = rows(db)[-1]
    assert (json.loads(row.before)["when"], json.loads(row.after)["when"]) == ("changes mon 09:00", "changes wed 09:00")


def test_a_change_that_is_rolled_back_leaves_no_row(db: Database) -> None:
    with db.engine.connect().execution_options(writing=True) as conn, conn.begin() as transaction:
        here = channels.ensure(conn, channel(), db.now(conn))
        save_subscription(conn, here, EVERYTHING, MARIA, db.now(conn))
        transaction.rollback()
    assert rows(db) == []
    subscribe(db)
    assert [row.id for row in rows(db)] == [1]


@pytest.mark.parametrize("statement", ["UPDATE audit SET who = 'x'", "DELETE FROM audit", "DELETE FROM audit WHERE id = 2"])
def test_the_database_refuses_to_change_the_audit(db: Database, statement: str) -> None:
    add(db, 2)
    with pytest.raises(DatabaseError, match="never changed or deleted"), db.begin() as conn:
        conn.execute(text(statement))
    assert len(rows(db)) == 2


_COPY = "SELECT {id}, at, 'x', what, place, subject, before, after, hash FROM audit WHERE id = 2"


@pytest.mark.parametrize("number", ["2", "1", "5", "0", "-1"])
def test_the_database_refuses_a_row_that_is_not_the_next(db: Database, number: str) -> None:
    add(db, 3)
    before = rows(db)
    with pytest.raises(DatabaseError, match="only after the newest"), db.begin() as conn:
        conn.execute(text(f"INSERT INTO audit {_COPY.format(id=number)}"))
    assert rows(db) == before


@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
@pytest.mark.parametrize("number", ["2", "3"])
def test_sqlite_refuses_to_replace_a_row_of_the_audit(sqlite_db: Database, verb: str, number: str) -> None:
    add(sqlite_db, 3)
    before = rows(sqlite_db)
    with pytest.raises(DatabaseError, match="only after the newest"), sqlite_db.begin() as conn:
        conn.execute(text(f"{verb} INTO audit {_COPY.format(id=number)}"))
    assert rows(sqlite_db) == before


def test_postgresql_refuses_to_replace_a_row_of_the_audit(postgres_url: str) -> None:
    db = Database(postgres_url)
    add(db, 3)
    before = rows(db)
    with pytest.raises(DatabaseError, match="of the audit"), db.begin() as conn:
        conn.execute(text(f"INSERT INTO audit {_COPY.format(id=2)} ON CONFLICT (id) DO UPDATE SET who = 'x'"))
    assert rows(db) == before
    db.close()


def test_postgresql_refuses_to_truncate_the_audit(postgres_url: str) -> None:
    db = Database(postgres_url)
    with pytest.raises(DatabaseError, match="never changed or deleted"), db.begin() as conn:
        conn.execute(text("TRUNCATE audit"))
    db.close()


def test_several_writers_make_one_chain(db: Database) -> None:
    opened = [Database(str(db.url.render_as_string(hide_password=False))) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda each: add(each, 10), opened))
    for each in opened:
        each.close()
    assert [row.id for row in rows(db)] == list(range(1, 41))
    assert found(db) == []


@pytest.mark.parametrize("column", COLUMNS)
def test_a_flipped_byte_is_found_with_its_row(db: Database, column: str) -> None:
    add(db, 6)
    chance = random.Random(column)  # noqa: S311  # seeded, to spoil the same bytes each time
    for _ in range(3):
        with spoil(db, chance.randrange(2, 6), column, chance) as number:
            faults = found(db)
            assert faults
            assert faults[0].startswith(f"row {number} ")
        assert found(db) == []


def tampered(db: Database, *statements: str) -> list[str]:
    with db.begin() as conn, without_triggers(conn):
        for each in statements:
            conn.execute(text(each))
    return found(db)


@pytest.mark.parametrize("column", COLUMNS)
def test_a_text_that_became_bytes_is_found_with_its_row(sqlite_db: Database, column: str) -> None:
    add(sqlite_db, 4)
    columns = ", ".join(f"CAST({name} AS BLOB)" if name == column else name for name in ("id", *COLUMNS))
    said = tampered(sqlite_db, f"INSERT OR REPLACE INTO audit SELECT {columns} FROM audit WHERE id = 3")  # noqa: S608
    assert said == [f"row 3 was changed: {column} is not stored as text"]


def test_a_row_on_a_damaged_page_is_found_with_those_before_it(sqlite_db: Database) -> None:
    add(sqlite_db, 60)
    path = Path(str(sqlite_db.url.database))
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = raw.execute("PRAGMA page_size").fetchone()
    raw.close()
    sqlite_db.close()
    whole = bytearray(path.read_bytes())
    page = whole.index(b"feed 40") // size * size
    first = min(number for number in range(60) if f"feed {number}{{".encode() in whole[page : page + size])
    whole[page] = 0xFF
    path.write_bytes(whole)
    assert found(sqlite_db) == [f"row {first + 1} cannot be read: database disk image is malformed"]


def test_a_removed_row_is_found(db: Database) -> None:
    add(db, 6)
    assert tampered(db, "DELETE FROM audit WHERE id IN (3, 4)") == ["row 3 is missing, and so are all up to row 4"]


def test_only_the_newest_rows_are_read_where_that_is_enough(db: Database) -> None:
    def newest(count: int) -> list[str]:
        with db.read() as conn:
            return list(map(str, audit.verify_newest(conn, count)))

    assert newest(3) == []
    add(db, 6)
    assert newest(3) == newest(6) == newest(1000) == []
    changed = "row 3 was changed, or belongs elsewhere"
    assert tampered(db, "UPDATE audit SET who = 'nobody' WHERE id = 3") == [changed]
    assert (newest(4), newest(6), newest(1000)) == ([changed], [changed], [changed])
    assert newest(2) == []


def test_a_removed_first_row_is_found(db: Database) -> None:
    add(db, 3)
    assert tampered(db, "DELETE FROM audit WHERE id = 1") == ["row 1 is missing"]


def test_a_removed_row_whose_number_another_one_takes_is_found(db: Database) -> None:
    add(db, 4)
    assert tampered(db, "DELETE FROM audit WHERE id = 3", "UPDATE audit SET id = 3 WHERE id = 4") == [
        "row 3 was changed, or belongs elsewhere"
    ]


def test_swapped_rows_are_found(db: Database) -> None:
    add(db, 5)
    swap = ("UPDATE audit SET id = 99 WHERE id = 2", "UPDATE audit SET id = 2 WHERE id = 3", "UPDATE audit SET id = 3 WHERE id = 99")
    assert tampered(db, *swap)[:2] == ["row 2 was changed, or belongs elsewhere", "row 3 was changed, or belongs elsewhere"]


def test_a_row_with_an_impossible_number_is_found(db: Database) -> None:
    add(db, 3)
    assert tampered(db, "UPDATE audit SET id = -2 WHERE id = 2") == ["row -2 was added, or has another number", "row 2 is missing"]


def test_a_cut_tail_is_found_by_a_head_that_was_noted(db: Database) -> None:
    add(db, 5)
    noted = head(db)
    assert tampered(db, "DELETE FROM audit WHERE id > 3") == []  # the rows that are left are a whole chain
    assert found(db, noted) == ["row 4 is missing, and so are all up to row 5"]


def test_a_new_chain_is_found_by_a_head_that_was_noted(db: Database) -> None:
    add(db, 3)
    noted = head(db)
    with db.begin() as conn, without_triggers(conn):
        conn.execute(text("DELETE FROM audit"))
    add(db, 4)
    assert found(db) == []
    assert found(db, noted) == ["row 3 has another hash than the one that you noted, so a row up to it was replaced"]


def test_the_first_of_several_noted_heads_that_does_not_fit_is_named(db: Database) -> None:
    noted = [head(db)]
    for _ in range(4):
        add(db, 2)
        noted.append(head(db))
    assert found(db, *noted) == []
    with db.begin() as conn, without_triggers(conn):
        conn.execute(text("DELETE FROM audit WHERE id > 3"))
    add(db, 2)
    assert found(db, *noted) == [
        "row 4 has another hash than the one that you noted, so a row up to it was replaced",
        "row 6 is missing, and so are all up to row 8",
    ]


def test_head_is_read_as_it_is_written(db: Database) -> None:
    add(db, 1)
    noted = head(db)
    assert audit.read_head(str(noted)) == noted
    for other in (f"{noted}0", f"{noted}\n", f" {noted}", "1:2", f":{noted.hash}", f"{'9' * 19}:{noted.hash}", f"x {noted}"):
        assert audit.read_head(other) is None


def test_rows_after_a_noted_head_change_nothing_about_it(db: Database) -> None:
    noted = head(db)
    add(db, 2)
    assert found(db, noted) == []
    noted = head(db)
    add(db, 2)
    assert found(db, noted) == []


def test_the_hash_depends_on_every_field_and_on_the_row_before() -> None:
    row = AuditRow(1, "t", "a", "b", "c", "d", "e", "f", "")
    texts: list[dict[str, Any]] = [{name: "x"} for name in ("at", "who", "what", "place", "subject", "before", "after")]
    others = [replace(row, id=2), *(replace(row, **text) for text in texts)]
    hashes = {audit.chain_hash(each, audit.NO_HASH) for each in (row, *others)} | {audit.chain_hash(row, "1" * 64)}
    assert len(hashes) == len(others) + 2


def test_fields_that_run_into_each_other_have_another_hash() -> None:
    row = AuditRow(1, "t", "ab", "c", "", "", "", "", "")
    assert audit.chain_hash(row, "") != audit.chain_hash(replace(row, who="a", what="bc"), "")


def test_a_row_with_another_number_is_named(db: Database) -> None:
    add(db, 3)
    assert tampered(db, "UPDATE audit SET id = 7 WHERE id = 3") == ["row 3 has the number 7"]


def is_any(db: Database, counted: TextClause) -> bool:
    """Count in a transaction of its own: PostgreSQL shows one transaction the same activity all the time."""
    with db.read() as conn:
        return bool(conn.execute(counted).scalar_one())


def test_ending_several_subscriptions_does_not_deadlock_with_somebody_who_waits_for_the_audit(postgres_url: str) -> None:
    db = Database(postgres_url)
    first, second = subscribe(db), subscribe(db, filters=Filters(topics=("revenue",)))
    publish(db, new(1, "revenue"))

    def end_both() -> None:
        with db.begin() as conn:
            end_subscriptions(conn, first.channel_id, [first.id, second.id], MARIA, db.now(conn))

    with ThreadPoolExecutor(1) as pool, db.begin() as conn:
        deliveries.mark_catch_up(conn, [first.channel_id], db.now(conn), subscription_id=second.id)
        ending = pool.submit(end_both)
        waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()")
        while not is_any(db, waiting):
            assert not ending.done()
        audit.record(conn, MARIA, audit.Change(AuditAction.RESUMED_ALL), db.now(conn))
        conn.commit()
        ending.result(timeout=60)
    assert [row.what for row in rows(db)][-3:] == ["resumed all posting", "ended", "ended"]
    db.close()
