"""/metrics: what it says, who may read it, and that nobody outside chooses its labels."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event

from bot import __version__, app
from bot.operations.metrics import DAY, Stored, metrics
from bot.runtime import Runtime
from jobs.models.posts import Waiting
from jobs.states import PostState
from jobs.store import feeds, reports, schema, workers
from jobs.store.database import Database
from tests.bot.test_app import settings_of
from tests.support.clock import Clock
from tests.support.delivery import deliver
from tests.support.store import publish, subscribe
from tests.support.stub_platform import Platform

NOW = datetime(2026, 2, 9, 13, tzinfo=UTC)
TOKEN = "metrics-0123456789"


@asynccontextmanager
async def asking(runtime: Runtime, peer: str = "127.0.0.1") -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app.application(runtime), client=(peer, 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:3000") as client:
        yield client


def values(text: str) -> dict[str, float]:
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return {f"{each.name}{dict(sorted(each.labels.items())) or ''}": each.value for each in samples}


async def test_metrics_tell_what_waits_what_was_posted_and_how_the_feeds_are(db: Database, db_url: str) -> None:
    runtime = app.build(settings_of(db_url))
    subscribe(runtime.db)
    publish(runtime.db, 1, 2)
    with runtime.db.begin() as conn:
        now = runtime.db.now(conn)
        feeds.ensure(conn, ["csms"], now)
        conn.execute(schema.feed.update().where(schema.feed.c.slug == "csms").values(last_success=now, failures=2))
        workers.beat(conn, "a:1", now, delivered=True)
    async with asking(runtime) as client:
        found = values((await client.get("/metrics")).text)
    assert found[f"tradebot_info{{'revision': '1', 'version': '{__version__}'}}"] == 1
    assert found["tradebot_database_up"] == 1
    assert found["tradebot_queue"] == 2
    assert found["tradebot_feed_failures{'feed': 'csms'}"] == 2
    assert found["tradebot_feed_state{'feed': 'csms', 'state': 'failing'}"] == 1
    assert found["tradebot_feed_state{'feed': 'csms', 'state': 'ok'}"] == 0
    assert 0 <= found["tradebot_feed_age_seconds{'feed': 'csms'}"] < 60
    assert 0 <= found["tradebot_worker_age_seconds"] < 60
    assert found["process_resident_memory_bytes"] > 0
    runtime.db.close()


def test_posts_are_counted_by_outcome_and_the_oldest_by_the_databases_clock() -> None:
    waiting = Waiting(3, NOW - timedelta(seconds=90), 1)
    settled = (("slack", PostState.SENT, 7), ("teams", PostState.DEAD, 2))
    stored = Stored(NOW, waiting, 1, (("slack", PostState.PENDING, 4),), settled, (), ())
    samples = {(each.name, *each.labels.values()): each.value for family in metrics(stored, 4) for each in family.samples}
    assert samples["tradebot_posts", "slack", "pending"] == 4
    assert samples["tradebot_posts_last_day", "slack", "sent"] == 7
    assert samples["tradebot_posts_last_day", "teams", "dead"] == 2
    assert samples["tradebot_oldest_due_seconds",] == 90
    assert (samples["tradebot_unconfirmed_posts",], samples["tradebot_held_posts",]) == (1, 1)
    early = Stored(NOW, Waiting(1, NOW + timedelta(days=3), 0), 0, (), (), (), ())
    assert {each.value for family in metrics(early, 4) for each in family.samples if each.name == "tradebot_oldest_due_seconds"} == {0}


async def test_posts_of_the_last_day_are_counted_by_outcome_and_no_counter_falls_when_they_go(db: Database, clock: Clock) -> None:
    subscribe(db)
    publish(db, 1, 2)
    platform = Platform()
    await deliver(db, platform)
    with db.read() as conn:
        assert reports.settled_posts(conn, clock.now - DAY) == [("playground", "sent", 2)]
        assert reports.unfinished_posts(conn) == [("playground", "pending", 0), ("playground", "sending", 0)]
    clock.pass_(hours=25)
    with db.read() as conn:
        assert reports.settled_posts(conn, clock.now - DAY) == []
    families = metrics(Stored(NOW, Waiting(0, None, 0), 0, (), (("slack", "sent", 1),), (), ()), 1)
    assert "counter" not in {each.type for each in families}


def test_counting_posts_reads_only_indexes_however_many_there_are(sqlite_db: Database) -> None:
    asked: list[str] = []
    event.listen(sqlite_db.engine, "before_cursor_execute", lambda *found: asked.append(found[2].replace("?", "1")))
    with sqlite_db.read() as conn:
        reports.settled_posts(conn, NOW)
        reports.unfinished_posts(conn)
        plans = [conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {each}").all() for each in list(asked) if each.startswith("SELECT")]
    assert [row for plan in plans for row in plan if "SCAN post" in str(row[3])] == []
    assert any("ix_post_contents" in str(row[3]) for plan in plans for row in plan)


async def test_requests_are_timed_by_an_endpoint_that_nobody_outside_can_name(sqlite_url: str) -> None:
    runtime = app.build(settings_of(sqlite_url))
    async with asking(runtime) as client:
        for path in ("/healthz", "/readyz", "/secret/1", "/secret/2", "/calendar/none.ics"):
            await client.get(path)
        found = values((await client.get("/metrics")).text)
    counts = {name: value for name, value in found.items() if name.startswith("tradebot_request_seconds_count")}
    assert counts == {
        "tradebot_request_seconds_count{'endpoint': 'health', 'status': '2xx'}": 2,
        "tradebot_request_seconds_count{'endpoint': 'other', 'status': '4xx'}": 2,
        "tradebot_request_seconds_count{'endpoint': 'calendar', 'status': '4xx'}": 1,
    }
    runtime.db.close()


async def test_database_is_read_once_however_often_somebody_asks(sqlite_url: str) -> None:
    runtime = app.build(settings_of(sqlite_url))
    async with asking(runtime) as client:
        first = values((await client.get("/metrics")).text)
        subscribe(runtime.db)
        publish(runtime.db, 1)
        second = values((await client.get("/metrics")).text)
    assert first["tradebot_queue"] == second["tradebot_queue"] == 0
    runtime.db.close()


async def test_without_a_database_the_metrics_say_so(sqlite_url: str) -> None:
    runtime = app.build(settings_of(sqlite_url, HOST="::"))
    gone = Database("postgresql://bot:hidden@127.0.0.1:9/none")
    async with asking(replace(runtime, db=gone)) as client:
        answer = await client.get("/metrics")
    gone.close()
    found = values(answer.text)
    assert (answer.status_code, found["tradebot_database_up"]) == (200, 0)
    assert "tradebot_queue" not in found
    assert "hidden" not in answer.text
    runtime.db.close()


@pytest.mark.parametrize(
    ("peer", "headers", "refusal"),
    [
        ("127.0.0.1", {}, ""),
        ("::1", {}, ""),
        ("10.0.0.9", {}, "only the bot's own computer may read"),
        ("127.0.0.1", {"X-Forwarded-For": "8.8.8.8"}, "came through a proxy"),
        ("127.0.0.1", {"Forwarded": "for=8.8.8.8"}, "came through a proxy"),
        ("127.0.0.1", {"Host": "localhost:3000"}, ""),
        ("127.0.0.1", {"Host": "[::1]:3000"}, ""),
        ("127.0.0.1", {"Host": "bot.example.gov"}, "names another computer in its Host header"),
        ("127.0.0.1", {"Host": "[::1"}, ""),
        ("127.0.0.1", {"Host": ""}, "names another computer in its Host header"),
    ],
)
async def test_without_a_token_only_this_computer_reads_them(sqlite_url: str, peer: str, headers: dict[str, str], refusal: str) -> None:
    """A refusal says why, and what to do."""
    runtime = app.build(settings_of(sqlite_url, HOST="::"))
    async with asking(runtime, peer) as client:
        answer = await client.get("/metrics", headers=headers)
    assert answer.status_code == (403 if refusal else 200)
    if refusal:
        assert refusal in answer.text
        assert "TRADEBOT_METRICS_TOKEN" in answer.text
    runtime.db.close()


async def test_with_a_token_everybody_needs_it(sqlite_url: str) -> None:
    runtime = app.build(settings_of(sqlite_url, HOST="::", TRADEBOT_METRICS_TOKEN=TOKEN))
    for peer in ("127.0.0.1", "10.0.0.9"):
        async with asking(runtime, peer) as client:
            assert (await client.get("/metrics")).status_code == 403
            for wrong in (f"Bearer {TOKEN}x", "Bearer ", TOKEN, f"Basic {TOKEN}", "Bearer é"):
                assert (await client.get("/metrics", headers=[(b"Authorization", wrong.encode())])).status_code == 403
            for scheme in ("Bearer", "bearer", "BEARER"):
                assert (await client.get("/metrics", headers={"Authorization": f"{scheme} {TOKEN}"})).status_code == 200
    assert TOKEN not in repr(runtime.settings)
    runtime.db.close()
