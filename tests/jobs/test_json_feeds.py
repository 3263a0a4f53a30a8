"""Polling the JSON feeds from end to end, on both databases, with the faults of the servers."""

from collections.abc import AsyncIterator, Iterator
from datetime import time

import httpx
import pytest

from content.catalog import Feed
from jobs.certificates import ssl_context
from jobs.models.channels import ChannelRef
from jobs.models.entries import Entry
from jobs.models.feeds import FeedRow
from jobs.models.subscriptions import Cadence, Filters, SubscriptionSpec
from jobs.notices import SILENT
from jobs.poll import poll_due
from jobs.proxies import DIRECT
from jobs.publish import Polled
from jobs.sources import process
from jobs.states import CadenceKind
from jobs.store import channels, entries, feeds, reports
from jobs.store.database import Database
from jobs.subscribe import save_subscription
from tests.support.clock import Clock
from tests.support.feed_server import FeedServer, serving
from tests.support.json_feeds import FORMATS, document, feed, newest_first, register, ruling, rulings
from tests.support.parsing import parse_here

pytestmark = pytest.mark.one_database

KINDS = list(FORMATS)
AT_ONCE = Cadence(CadenceKind.NOW)
FIRST = tuple(range(1, 31))


@pytest.fixture(autouse=True)
def parser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parse in this process: a child takes longer than most tests."""
    monkeypatch.setattr(process, "parse", parse_here)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with serving([]) as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(trust_env=False, verify=ssl_context(DIRECT)) as client:
        yield client


class World:
    """A feed on the server, and a channel that subscribed to it."""

    def __init__(self, db: Database, server: FeedServer, http: httpx.AsyncClient, *configured: Feed) -> None:
        self.db, self.server, self.http, self.configured = db, server, http, configured
        self.clock = db.clock = Clock()

    async def poll(self, raw: str | None = None) -> Polled:
        """Poll each feed once; return what became of the last."""
        if raw is not None:
            self.server.raw = raw
        polled: list[Polled] = []
        for each in self.configured:
            self.clock.pass_(hours=1)
            polled += await poll_due(self.db, [each], (), self.http, lambda _: None, lambda: 0.0, notifier=SILENT)
        return polled[-1]

    def subscribe(self, *slugs: str, phrases: tuple[str, ...] = (), cadence: Cadence = AT_ONCE) -> None:
        with self.db.begin() as conn:
            channel = channels.ensure(conn, ChannelRef("playground", "local", "trade"), self.clock.now)
            spec = SubscriptionSpec(Filters(feeds=slugs, phrases=phrases), cadence, "UTC", False)
            save_subscription(conn, channel, spec, "me", self.clock.now)

    def owed(self) -> int:
        with self.db.read() as conn:
            return reports.waiting(conn).count

    def stored(self) -> list[Entry]:
        with self.db.read() as conn:
            return entries.latest(conn, [each.slug for each in self.configured], limit=500)

    def row(self) -> FeedRow:
        with self.db.read() as conn:
            row = feeds.get(conn, self.configured[-1].slug)
        assert row is not None
        return row


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest, db: Database, server: FeedServer, http: httpx.AsyncClient) -> World:
    found = World(db, server, http, feed(server, request.param))
    found.subscribe("other")
    return found


@pytest.fixture(params=KINDS)
def small(request: pytest.FixtureRequest, sqlite_db: Database, server: FeedServer, http: httpx.AsyncClient) -> World:
    """A world on SQLite alone, for tests that do not depend on the database."""
    found = World(sqlite_db, server, http, feed(server, request.param))
    found.subscribe("other")
    return found


def kind_of(world: World) -> str:
    return world.configured[0].sources[0].kind


async def test_the_first_poll_posts_nothing_and_each_later_entry_is_posted_once(world: World) -> None:
    kind = kind_of(world)
    first = await world.poll(newest_first(kind, *FIRST))
    assert (first.first, first.backlog, world.owed()) == (True, 30, 0)
    second = await world.poll(newest_first(kind, *FIRST, 31, 32))
    assert [each.number[-2:] for each in second.new] == ["31", "32"]
    assert (await world.poll(newest_first(kind, *FIRST[5:], 31, 32))).new == ()
    assert (await world.poll(newest_first(kind, *FIRST, 31, 32))).new == ()
    assert world.owed() == 2


async def test_an_entry_that_appears_late_among_older_ones_is_new(small: World) -> None:
    kind = kind_of(small)
    await small.poll(newest_first(kind, *(n for n in FIRST if n != 20)))
    assert [each.number[-2:] for each in (await small.poll(newest_first(kind, *FIRST))).new] == ["20"]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("html", "the document is not a feed: a web page"),
        ("huge", "larger than 5,000,000 bytes"),
        ("short", "incomplete"),
        ("empty", "the document is not a feed: not JSON"),
        ("400", "the server rejected the request (400): check the address's parameters"),
        ("reset", "the connection was lost"),
    ],
)
async def test_a_failure_says_why_and_loses_and_repeats_nothing(small: World, fault: str, said: str) -> None:
    kind = kind_of(small)
    await small.poll(newest_first(kind, *FIRST))
    small.server.fault["/raw.rss"] = fault
    failed = await small.poll(newest_first(kind, *FIRST, 31))
    assert said in (failed.error or "")
    assert (len(small.stored()), small.owed()) == (30, 0)
    small.server.fault.clear()
    small.clock.pass_(hours=2)
    assert [each.number[-2:] for each in (await small.poll()).new] == ["31"]
    assert small.owed() == 1


async def test_an_empty_list_is_a_failure_that_says_so(small: World) -> None:
    kind = kind_of(small)
    await small.poll(newest_first(kind, *FIRST))
    assert "a feed with no entries, where some are expected" in ((await small.poll(newest_first(kind))).error or "")
    small.clock.pass_(hours=2)
    assert [each.number[-2:] for each in (await small.poll(newest_first(kind, *FIRST, 31))).new] == ["31"]


async def test_a_page_that_is_cut_posts_its_whole_entries_warns_and_is_fetched_again(small: World) -> None:
    kind = kind_of(small)
    await small.poll(newest_first(kind, *FIRST))
    small.server.fault["/raw.rss"] = "cut"
    cut = await small.poll(newest_first(kind, *FIRST, 31, 32))
    assert [each.number[-2:] for each in cut.new] == ["31", "32"]
    assert "the document ends early" in (cut.warning or "")
    assert cut.edited == 0
    small.server.fault.clear()
    whole = await small.poll()
    assert (whole.new, whole.edited, whole.unchanged, whole.warning) == ((), 0, False, None)
    assert small.owed() == 2


async def test_an_entry_that_is_malformed_once_comes_later_and_once(small: World) -> None:
    kind = kind_of(small)
    await small.poll(newest_first(kind, *FIRST))
    good = newest_first(kind, *FIRST, 31, 32)
    number = (await small.poll(good.replace("32", "33"))).new[-1].number  # another entry, so that its name is known
    broken = newest_first(kind, *FIRST, 31, 34).replace(f'"{number[:-2]}34"', "oops")
    assert "entries that cannot be read: 1" in ((await small.poll(broken)).warning or "")
    assert [each.number[-2:] for each in (await small.poll(newest_first(kind, *FIRST, 31, 34))).new] == ["34"]


async def test_a_number_that_is_missing_once_posts_nothing_twice(sqlite_db: Database, server: FeedServer, http: httpx.AsyncClient) -> None:
    world = World(sqlite_db, server, http, feed(server, "federal-register"))
    world.subscribe("other")
    await world.poll(register([document(1)]))
    await world.poll(register([document(2, document_number=None), document(1)]))
    await world.poll(register([document(2), document(1)]))
    assert (len(world.stored()), world.owed()) == (2, 1)


async def test_a_wrong_date_delays_nothing(small: World) -> None:
    kind = kind_of(small)
    make, whole = FORMATS[kind]
    await small.poll(whole([make(1)]))
    wrong = {"publication_date": "never", "rulingDate": "never", "releaseStartDate": "never", "date": "never"}
    polled = await small.poll(whole([make(2, **wrong), make(1)]))
    assert [each.published for each in polled.new] == [small.clock.now]
    assert "entries without a date that can be read: 1" in (polled.warning or "")


async def test_a_subscription_gets_the_rulings_with_its_phrase(sqlite_db: Database, server: FeedServer, http: httpx.AsyncClient) -> None:
    world = World(sqlite_db, server, http, feed(server, "cross-rulings", "cross-rulings"))
    world.subscribe("cross-rulings", phrases=("footwear",))
    await world.poll(rulings([ruling(1)]))
    await world.poll(rulings([ruling(3, subject="The tariff classification of a lamp from China", tariffs=["9405.21.8010"]), ruling(2)]))
    assert world.owed() == 1
    world.subscribe("cross-rulings", phrases=("9405.21",))
    await world.poll(rulings([ruling(4, subject="The tariff classification of a light", tariffs=["9405.21.8010"])]))
    assert world.owed() == 2


async def test_who_had_all_feeds_does_not_get_one_that_is_added(db: Database, server: FeedServer, http: httpx.AsyncClient) -> None:
    world = World(db, server, http, feed(server, "cross-rulings", "cross-rulings"))
    world.subscribe("csms", "cbp-trade", "federal-register")  # what "all feeds" was then
    await world.poll(rulings([ruling(1)]))
    assert [each.number for each in (await world.poll(rulings([ruling(2), ruling(1)]))).new] == ["N350002"]
    assert world.owed() == 0


async def test_a_long_pause_of_a_server_ends_in_one_flood_that_is_published(small: World) -> None:
    kind = kind_of(small)
    await small.poll(newest_first(kind, *range(1, 21)))
    small.clock.pass_(days=20)
    polled = await small.poll(newest_first(kind, *range(15, 41)))
    assert (len(polled.new), polled.held) == (20, 0)
    assert "entries were new at once" in (polled.warning or "")
    assert small.row().flooded_at == small.clock.now


async def test_a_document_of_two_feeds_is_posted_once_in_a_channel(db: Database, server: FeedServer, http: httpx.AsyncClient) -> None:
    both = feed(server, "federal-register", "federal-register"), feed(server, "federal-register", "federal-register-uflpa")
    world = World(db, server, http, *both)
    world.subscribe("federal-register", "federal-register-uflpa")
    await world.poll(register([document(1)]))
    await world.poll(register([document(2), document(1)]))
    assert (len(world.stored()), world.owed()) == (4, 1)


async def test_a_document_of_two_feeds_is_posted_where_only_the_second_is_wanted(
    sqlite_db: Database, server: FeedServer, http: httpx.AsyncClient
) -> None:
    both = feed(server, "federal-register", "federal-register"), feed(server, "federal-register", "federal-register-uflpa")
    world = World(sqlite_db, server, http, *both)
    world.subscribe("federal-register-uflpa")
    await world.poll(register([document(1)]))
    await world.poll(register([document(2), document(1)]))
    assert world.owed() == 1


async def test_a_document_that_comes_later_by_another_subscription_is_not_kept_waiting(
    sqlite_db: Database, server: FeedServer, http: httpx.AsyncClient
) -> None:
    both = feed(server, "federal-register", "federal-register"), feed(server, "federal-register", "federal-register-uflpa")
    world = World(sqlite_db, server, http, *both)
    world.subscribe("federal-register", cadence=Cadence(CadenceKind.WEEKLY, time(9), 0))
    world.subscribe("federal-register-uflpa")
    await world.poll(register([document(1)]))
    await world.poll(register([document(2), document(1)]))
    assert world.owed() == 2
