"""The daily comparison of the CSMS feed with its other sources: what is missing is published once, and nothing else changes."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import delete, select

from content.catalog import Feed
from jobs.certificates import ssl_context
from jobs.models.channels import ChannelRef
from jobs.models.entries import Entry, Parsed
from jobs.models.feeds import FeedRow, Reconciliation
from jobs.models.subscriptions import Cadence, Filters, SubscriptionSpec
from jobs.notices import SILENT, Notifier
from jobs.poll import poll_due
from jobs.proxies import DIRECT
from jobs.reconcile import RECENT, SETTLING, missing, reconcile_daily
from jobs.sources import process
from jobs.states import CadenceKind
from jobs.store import channels, entries, feeds, idempotency, reconciliations, reports, schema
from jobs.store.database import Database
from jobs.subscribe import save_subscription
from tests.support.clock import START as NOW
from tests.support.clock import Clock
from tests.support.feed_server import FeedServer, bulletin, bulletins, serving
from tests.support.parsing import parse_here

ADMINS = ChannelRef("slack", "T1", "C9", "admins")
TOLD = replace(SILENT, admins=lambda: ADMINS)
OTHERS = ("/csms.json", "/account.rss")


@pytest.fixture(autouse=True)
def parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parse in this process: a child takes longer than most tests."""
    monkeypatch.setattr(process, "parse", parse_here)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with serving(bulletins(60)) as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, verify=ssl_context(DIRECT)) as client:
        yield client


class World:
    def __init__(self, db: Database, server: FeedServer, http: httpx.AsyncClient) -> None:
        self.db, self.server, self.http = db, server, http
        self.feed = server.csms()
        self.clock = db.clock = Clock()

    async def poll(self) -> None:
        self.clock.pass_(minutes=5)
        (polled,) = await poll_due(self.db, [self.feed], (), self.http, lambda _: None, lambda: 0.0, notifier=SILENT)
        assert polled.error is None

    async def reconcile(self, *more: Feed, hours: float = 24, notifier: Notifier = TOLD) -> list[Reconciliation]:
        self.clock.pass_(hours=hours)
        return await reconcile_daily(self.db, (self.feed, *more), (), self.http, notifier)

    def subscribe(self) -> None:
        with self.db.begin() as conn:
            channel = channels.ensure(conn, ChannelRef("playground", "local", "trade"), self.clock.now)
            spec = SubscriptionSpec(Filters(system=True), Cadence(CadenceKind.NOW), "UTC", False)
            save_subscription(conn, channel, spec, "me", self.clock.now)

    def stored(self) -> dict[str, Entry]:
        with self.db.read() as conn:
            return {each.number: each for each in entries.latest(conn, ["csms"], limit=500)}

    def row(self) -> FeedRow | None:
        with self.db.read() as conn:
            return feeds.get(conn, "csms")

    def owed(self) -> int:
        with self.db.read() as conn:
            return sum(each.count for each in reports.waiting(conn).channels if each.channel.platform == "playground")

    def told(self) -> list[str]:
        """Return what the notices for the admins say."""
        with self.db.read() as conn:
            notices = conn.execute(select(schema.post.c.notice).where(schema.post.c.notice.is_not(None))).scalars()
            return [each["why"] for each in notices]


@pytest.fixture
async def world(db: Database, server: FeedServer, http: httpx.AsyncClient) -> World:
    found = World(db, server, http)
    found.subscribe()
    await found.poll()
    return found


@pytest.fixture
async def small(sqlite_db: Database, server: FeedServer, http: httpx.AsyncClient) -> World:
    """A world on SQLite alone, for tests that do not depend on the database."""
    found = World(sqlite_db, server, http)
    found.subscribe()
    await found.poll()
    return found


async def leave_out(world: World, *several: int) -> None:
    """Publish bulletins that the first choice does not have, and poll it."""
    world.server.left_out |= {bulletin(n).number for n in several}
    world.server.publish(*(bulletin(n) for n in several))
    world.server.publish(bulletin(max(several) + 1))
    await world.poll()


async def test_a_message_that_the_first_choice_leaves_out_is_posted_once_and_told_once(world: World) -> None:
    await leave_out(world, 60)
    number = str(bulletin(60).number)
    assert number not in world.stored()
    before = world.owed()
    (found,) = await world.reconcile()
    assert (found.missing, found.posted, found.held, found.problem) == ((f"csms:{number}",), 1, 0, "")
    entry = world.stored()[number]
    assert (entry.title, entry.url, entry.backlog) == ("Quota notice 60", bulletin(60).link, False)
    assert entry.published == bulletin(60).sent.replace(second=entry.published.second)
    assert entry.body == "Filers take note of notice 60."  # of the account's feed, which has bodies
    assert world.owed() == before + 1
    assert world.told() == ["1 of the 62 entries that its other sources list was missing; 1 is posted"]
    world.server.left_out.clear()
    await world.poll()
    (again,) = await world.reconcile()
    assert (again.missing, world.owed(), len(world.told())) == ((), before + 1, 1)


async def test_a_whole_feed_is_logged_stored_and_told_nobody(small: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "jobs.reconcile"):
        (found,) = await small.reconcile()
    assert caplog.messages == ["csms: all of the 60 entries that its other sources list are stored"]
    with small.db.read() as conn:
        assert reconciliations.all_rows(conn) == [found]
    assert (found.missing, small.told(), small.owed()) == ((), [], 0)


async def test_what_is_missing_is_one_line_in_the_log(small: World, caplog: pytest.LogCaptureFixture) -> None:
    await leave_out(small, 60, 61)
    await small.reconcile()
    line = f"2 of the 63 entries that its other sources list were missing; 2 are posted: {bulletin(61).number}, {bulletin(60).number}"
    assert [each.getMessage() for each in caplog.records if each.name == "jobs.reconcile"] == [f"csms: {line}"]


async def test_an_old_message_is_stored_and_posted_nowhere(small: World) -> None:
    number = bulletin(30).number
    with small.db.begin() as conn:
        conn.execute(delete(schema.entry).where(schema.entry.c.number == str(number)))
    small.clock.pass_(days=RECENT.days)
    (found,) = await small.reconcile()
    assert (found.missing, found.posted) == ((f"csms:{number}",), 0)
    assert small.stored()[str(number)].backlog
    assert small.owed() == 0
    assert small.told() == ["1 of the 60 entries that its other sources list was missing; 1 is too old to be posted"]


async def test_many_recent_ones_wait_for_an_admin(small: World) -> None:
    several = range(60, 72)
    await leave_out(small, *several)
    before = small.owed()
    (found,) = await small.reconcile()
    assert (found.posted, found.held, small.owed()) == (0, 12, before)
    assert all(small.stored()[str(bulletin(n).number)].held for n in several)
    assert small.told() == ["12 of the 73 entries that its other sources list were missing; 12 wait for an admin's decision"]


async def test_it_is_done_once_a_day_by_however_many_processes(world: World) -> None:
    results = await asyncio.gather(*(world.reconcile(hours=0) for _ in range(4)))
    assert sum(len(each) for each in results) == 1
    assert await world.reconcile(hours=23) == []
    assert len(await world.reconcile(hours=1)) == 1


async def test_a_process_that_ended_halfway_delays_it_by_an_hour(small: World) -> None:
    with small.db.begin() as conn:
        idempotency.is_first_time(conn, "reconcile:csms", small.clock.now, timedelta(hours=1))
    assert await small.reconcile(hours=0.5) == []
    assert len(await small.reconcile(hours=0.6)) == 1


@pytest.mark.parametrize("fault", ["html", "empty", "403", "500", "nothing", "reset", "cut-all", "entities", "huge"])
async def test_broken_sources_change_nothing_and_are_told_in_the_status(small: World, fault: str) -> None:
    await leave_out(small, 60)
    before, owed, row = small.stored(), small.owed(), small.row()
    small.server.fault |= dict.fromkeys(OTHERS, fault)
    (found,) = await small.reconcile()
    assert (found.listed, found.missing) == (0, ())
    assert all(path in found.problem for path in OTHERS)
    assert (small.stored(), small.owed(), small.told()) == (before, owed, [])
    assert small.row() == row


async def test_one_source_is_enough(small: World) -> None:
    await leave_out(small, 60)
    small.server.fault["/csms.json"] = "html"
    (found,) = await small.reconcile()
    assert found.missing == (f"csms:{bulletin(60).number}",)
    assert "/csms.json" in found.problem
    assert small.owed() == 2


async def test_a_source_that_a_poll_had_read_is_read_again_although_it_is_unchanged(small: World) -> None:
    first = httpx.URL(small.feed.sources[0].url).path
    small.server.fault[first] = "500"
    await small.poll()  # reads the next source, and remembers what it had
    del small.server.fault[first]
    lost = str(bulletin(59).number)
    with small.db.begin() as conn:
        conn.execute(delete(schema.entry).where(schema.entry.c.number == lost))
    small.server.fault["/account.rss"] = "html"
    (found,) = await small.reconcile()
    assert found.missing == (f"csms:{lost}",)


async def test_messages_of_other_kinds_in_the_other_sources_are_nobodys_loss(small: World) -> None:
    small.server.publish(bulletin(60, family="CAMS"), bulletin(61, family="TIN"), bulletin(62, "Officers seize fakes", family=""))
    (found,) = await small.reconcile()
    assert (found.missing, found.problem) == ((), "")


async def test_a_feed_that_was_never_read_or_has_one_source_is_left_alone(small: World) -> None:
    unread = replace(small.server.csms(), slug="unread")
    single = replace(small.feed, sources=small.feed.sources[:1])
    small.feed = single
    assert await small.reconcile(unread) == []


ROW = FeedRow("csms", NOW, 1, 0, NOW, None, NOW, NOW, None, None, None, 100, None, {})


def listed(hours: float, *, feed: str = "csms", number: str = "67000001") -> Parsed:
    return Parsed(f"{feed}:{number}", feed, number, "T", "", NOW - timedelta(hours=hours), None)


@pytest.mark.parametrize(
    ("each", "expected"),
    [
        (listed(hours=SETTLING.total_seconds() / 3600 + 0.1), (1, 0)),
        (listed(hours=SETTLING.total_seconds() / 3600 - 0.1), (0, 0)),  # the next poll may bring it
        (listed(hours=-5), (0, 0)),
        (listed(hours=24 * 13.9), (1, 0)),
        (listed(hours=24 * 14.1), (0, 1)),
        (listed(hours=24 * 61), (0, 0)),  # from before the oldest that is stored
        (replace(listed(hours=5), published=None), (0, 0)),
        (replace(listed(hours=5), number=""), (0, 0)),
        (listed(hours=5, feed="account"), (0, 0)),
        (listed(hours=5, number="67000002"), (0, 0)),  # stored
    ],
)
def test_what_counts_as_missing(each: Parsed, expected: tuple[int, int]) -> None:
    found = missing([each], {"csms:67000002"}, NOW - timedelta(days=60), ROW, NOW)
    assert (len(found.new), len(found.backlog)) == expected
    assert found.held == ()


def test_what_is_older_than_a_partial_first_poll_showed_is_not_posted() -> None:
    found = missing([listed(hours=50)], (), NOW - timedelta(days=60), replace(ROW, seed_floor=NOW - timedelta(hours=40)), NOW)
    assert (len(found.new), len(found.backlog)) == (0, 1)


def test_nothing_is_missing_from_a_feed_without_entries() -> None:
    assert missing([listed(hours=5)], (), None, ROW, NOW).new == ()
