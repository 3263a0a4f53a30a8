"""Questions about the outbox of many channels read what is unsent, and a correction what it changes, never all posts."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import String, event, insert, text, update

from jobs.corrections import record_corrections
from jobs.store import channels, contents, outbox, posts, reports, schema
from jobs.store.database import Connection, Database
from tests.support.clock import Clock
from tests.support.store import channel, new, publish, subscribe

CHANNELS, POSTS = 20, 50

LARGE = "post|delivery|shared_content|content_subject|entry|entry_relation"


def fill(db: Database, clock: Clock, *, analyzed: bool = True) -> None:
    """Store many sent posts and their deliveries, and a few of every other sort."""
    for number in range(CHANNELS):
        subscribe(db, to=channel(f"C{number}"))
    entry, *others = publish(db, *range(67_000_001, 67_000_001 + POSTS))
    rows = []
    with db.begin() as conn:
        said = [contents.store(conn, {"text": each.title, "subjects": [each.key]}, clock.now) for each in (entry, *others)]
    for channel_id in range(1, CHANNELS + 1):
        shared = {"channel_id": channel_id, "kind": "now", "created_at": clock.now, "settled_at": clock.now, "part": 1, "attempts": 1}
        shared |= {"sending_at": clock.now, "error": "refused", **said[0]}
        arrived = {**shared, "state": "sent", "dismissed_at": None}
        rows += [{**arrived, "id": f"{channel_id}-{number}", **content} for number, content in enumerate(said)]
        rows += [{"id": f"{channel_id}-old", "state": "dead", "dismissed_at": clock.now, **shared}]
        rows += [{"id": f"{channel_id}-{state}", "state": state, "dismissed_at": None, **shared} for state in ("dead", "pending")]
    with db.begin() as conn:
        conn.execute(insert(schema.post), rows)
        sent = (schema.delivery.c.entry_id != entry.id, schema.delivery.c.channel_id == schema.channel.c.id)
        carrier = schema.channel.c.id.cast(String) + "-0"
        conn.execute(update(schema.delivery).where(*sent).values(post_id=carrier))
        if analyzed:
            conn.execute(text("ANALYZE"))


@contextmanager
def recorded(conn: Connection) -> Iterator[list[tuple[str, Any]]]:
    """Record the statements with their parameters."""
    found: list[tuple[str, Any]] = []

    def note(_conn: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        found.append((statement, parameters))

    event.listen(conn, "before_cursor_execute", note)
    yield found
    event.remove(conn, "before_cursor_execute", note)


def scans(conn: Connection, statement: str, parameters: Any) -> list[str]:
    """Return the steps of a plan that read a large table, or on SQLite, whose plans name the columns, all posts of a channel."""
    if conn.dialect.name == "sqlite":
        plan = [row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
        whole = re.compile(rf"SCAN ({LARGE})\b|SEARCH (post|delivery) .*\(channel_id=\?\)$")
        return [step for step in plan if whole.match(step) and "ix_post_undecided" not in step]
    conn.exec_driver_sql("SET LOCAL enable_seqscan = off")  # tables as small as a test's are read whole otherwise
    plan = [row[0] for row in conn.exec_driver_sql(f"EXPLAIN {statement}", parameters)]
    return [step for step in plan if re.search(rf"Seq Scan on ({LARGE})\b", step)]


@pytest.mark.parametrize("analyzed", [True, False])
def test_no_question_reads_all_posts(db: Database, clock: Clock, *, analyzed: bool) -> None:
    fill(db, clock, analyzed=analyzed)
    with db.read() as conn:
        with recorded(conn) as asked:
            assert len(outbox.dead(conn)) == CHANNELS
            assert outbox.held(conn) == []
            assert reports.waiting(conn).count == CHANNELS
            assert len(outbox.undecided_ids(conn)) == CHANNELS
            assert outbox.held_post(conn, 1) is None
            assert [each.id for each in outbox.dead_posts(conn, 1, 5)] == ["1-dead"]
            assert outbox.dead_entries(conn, 1) == {}
            assert outbox.find(conn, "1-dead") is not None
            assert reports.waiting_entries(conn, 1, 3) != []
            assert reports.last_error(conn, 1) == "refused"
            assert posts.find_undecided(conn, "1-dead") is not None
        assert len(asked) >= 11
        assert [(found, statement) for statement, parameters in asked if (found := scans(conn, statement, parameters))] == []


def test_dead_posts_come_from_their_own_index(db: Database, clock: Clock) -> None:
    fill(db, clock)
    with db.read() as conn:
        with recorded(conn) as asked:
            outbox.dead(conn)
        ((statement, parameters),) = asked
        if conn.dialect.name == "sqlite":
            plan = " ".join(row[3] for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters))
        else:
            conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
            plan = " ".join(row[0] for row in conn.exec_driver_sql(f"EXPLAIN {statement}", parameters))
        assert "ix_post_undecided" in plan


@pytest.mark.parametrize("analyzed", [True, False])
def test_a_subscription_ends_without_reading_all_posts(db: Database, clock: Clock, *, analyzed: bool) -> None:
    fill(db, clock, analyzed=analyzed)
    with db.begin() as conn:
        channels.lock(conn, 1)
        with recorded(conn) as asked:
            posts.dismiss_unwanted(conn, 1, clock.now)
            posts.withdraw(conn, 1, clock.now)
        assert [found for statement, parameters in asked if (found := scans(conn, statement, parameters))] == []


@pytest.mark.parametrize("analyzed", [True, False])
def test_a_correction_is_recorded_without_reading_all_posts(db: Database, clock: Clock, *, analyzed: bool) -> None:
    fill(db, clock, analyzed=False)
    with db.begin() as conn:
        digest = {"kind": "digest", "subscription_id": 1, "period": clock.now}
        conn.execute(update(schema.post).where(schema.post.c.id == "1-0").values(**digest))
    (later,) = publish(db, new(67_000_099, title="UPDATE: 2", body="This message updates CSMS # 67000002."))
    with db.begin() as conn:
        if analyzed:
            conn.execute(text("ANALYZE"))
        with recorded(conn) as asked:
            assert record_corrections(conn, [later], clock.now) == 2 * CHANNELS  # marks and answers
        questions = [(statement, parameters) for statement, parameters in asked if not statement.startswith("INSERT")]
        assert len(questions) >= 8
        assert [(found, statement) for statement, parameters in questions if (found := scans(conn, statement, parameters))] == []


def test_what_waits_is_counted_once_for_each_channel(sqlite_url: str) -> None:
    db = Database(sqlite_url)
    with db.read() as conn:
        with recorded(conn) as asked:
            reports.waiting(conn)
        plans = [conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all() for statement, parameters in asked]
    db.close()
    assert str(plans).count("count(DISTINCT)") == 1
