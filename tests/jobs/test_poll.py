"""Polling from end to end: a feed server on loopback, the parsers, both databases."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest
from sqlalchemy import event, func, select

from content.catalog import Feed, Source
from jobs import poll
from jobs.certificates import ssl_context
from jobs.feed_reader import read_feed
from jobs.models.channels import ChannelRef
from jobs.models.entries import Classified, Entry, Parsed
from jobs.models.feeds import FeedRow
from jobs.models.subscriptions import Cadence, Filters, SubscriptionSpec
from jobs.notices import SILENT
from jobs.proxies import DIRECT
from jobs.publish import Polled, fail, publish, publish_sample, spread
from jobs.sources import process, state
from jobs.states import CadenceKind, EntryKind, Lead
from jobs.store import channels, deliveries, entries, feeds, reports, schema
from jobs.store.database import Database
from jobs.subscribe import save_subscription
from jobs.threads import THREADS, in_thread
from tests.support.clock import Clock
from tests.support.feed_server import LOGIN, FeedServer, bulletin, bulletins, serving
from tests.support.parsing import parse_here

CHANNEL = ChannelRef("playground", "local", "trade-updates", "trade-updates")


@pytest.fixture(autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Parse in this process, except in tests that are marked to start processes: a child takes longer than most tests."""
    if request.node.get_closest_marker("process") is None:
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
    """A database whose clock stands still, feeds on the server, and what became of them."""

    def __init__(self, db: Database, server: FeedServer, http: httpx.AsyncClient, *configured: Feed) -> None:
        self.db, self.server, self.http = db, server, http
        self.configured = configured or (server.csms(),)
        self.clock = db.clock = Clock()
        self.said: list[str] = []
        self.chance = 0.0

    async def poll(self, *slugs: str, seconds: float = 60) -> dict[str, Polled]:
        """Lets some time pass and polls what is due (of `slugs` alone, if there are any)."""
        self.clock.pass_(seconds=seconds)
        wanted = [feed for feed in self.configured if not slugs or feed.slug in slugs]
        polled = await poll.poll_due(self.db, wanted, (), self.http, self.said.append, lambda: self.chance, notifier=SILENT)
        return {each.feed: each for each in polled}

    async def csms(self, seconds: float = 60) -> Polled:
        return (await self.poll("csms", seconds=seconds))["csms"]

    def row(self, slug: str = "csms") -> FeedRow:
        with self.db.read() as conn:
            row = feeds.get(conn, slug)
        assert row is not None
        return row

    def stored(self, feed: str = "csms") -> list[Entry]:
        with self.db.read() as conn:
            return entries.latest(conn, [feed], limit=500)

    def subscribe(self, *slugs: str) -> None:
        with self.db.begin() as conn:
            channel = channels.ensure(conn, CHANNEL, self.clock.now)
            wish = Filters(feeds=slugs or ("csms",), system=True)
            save_subscription(conn, channel, SubscriptionSpec(wish, Cadence(CadenceKind.NOW), "UTC", False), "me", self.clock.now)

    def owed(self) -> int:
        with self.db.read() as conn:
            return reports.waiting(conn).count


@pytest.fixture
def world(db: Database, server: FeedServer, http: httpx.AsyncClient) -> World:
    return World(db, server, http)


@pytest.fixture
def small(sqlite_db: Database, server: FeedServer, http: httpx.AsyncClient) -> World:
    """A clock on SQLite alone, for tests that do not depend on the database."""
    return World(sqlite_db, server, http)


def plain(_title: str, _body: str | None) -> Classified:
    return Classified((), EntryKind.OTHER, Lead.NONE, False)


def numbers(polled: Polled) -> list[int]:
    return [int(each.number) for each in polled.new]


@pytest.mark.process
async def test_the_first_poll_posts_nothing_and_what_comes_later_is_owed(world: World) -> None:
    world.subscribe()
    first = await world.csms()
    assert (first.first, first.backlog, first.new, world.owed()) == (True, 60, (), 0)
    late = replace(bulletin(60), number=bulletin(40).number + 1)
    world.server.publish(late, bulletin(61))
    second = await world.csms()
    assert numbers(second) == [late.number, bulletin(61).number]
    assert world.owed() == 2
    entry = world.stored()[0]
    assert (entry.key, entry.title, entry.url, entry.body) == (
        f"csms:{bulletin(61).number}",
        "Quota notice 61",
        bulletin(61).link,
        "Filers take note of notice 61.",
    )


@pytest.mark.parametrize(("hours", "late"), [(5.9, False), (6.1, True)])
async def test_what_a_feed_brings_after_six_hours_without_a_good_poll_is_late(small: World, hours: float, late: bool) -> None:
    small.subscribe()
    await small.csms()
    small.server.fault |= {"/csms.rss": "403", "/csms.json": "html", "/account.rss": "404"}
    assert (await small.csms(seconds=hours * 3600 / 2)).error
    small.server.fault.clear()
    small.server.publish(bulletin(60), bulletin(61))
    await small.csms(seconds=hours * 3600 / 2)
    with small.db.read() as conn:
        assert list(conn.execute(select(schema.delivery.c.catch_up)).scalars()) == [late, late]


async def test_an_unchanged_feed_costs_no_parse(small: World) -> None:
    await small.csms()
    assert (await small.csms()).unchanged  # by its ETag
    assert "If-None-Match" in small.server.asked("/csms.rss")[-1]
    small.server.etags = False
    assert (await small.csms(seconds=3_700)).unchanged  # by the same bytes
    assert "If-None-Match" not in small.server.asked("/csms.rss")[-1]


async def test_nothing_changed_is_not_believed_for_ever(small: World) -> None:
    await small.csms()
    small.server.publish(bulletin(60))
    small.server.fault["/csms.rss"] = "304"
    assert (await small.csms()).unchanged
    assert numbers(await small.csms(seconds=3_600)) == [bulletin(60).number]  # from what stands in


@pytest.mark.parametrize(
    "fault",
    [
        *("403", "404", "410", "429", "500", "html", "empty", "cut-all", "gzip-bomb", "loop", "reset", "short"),
        pytest.param("entities", marks=pytest.mark.process),  # the child's limits refuse it
    ],
)
async def test_when_the_first_choice_fails_the_others_stand_in(small: World, fault: str) -> None:
    small.subscribe()
    await small.csms()
    small.server.publish(bulletin(60))
    small.server.fault["/csms.rss"] = fault
    polled = await small.csms()
    assert numbers(polled) == [bulletin(60).number]
    assert polled.warning is not None
    assert "its fallback was read" in polled.warning
    assert small.stored()[0].body == "Filers take note of notice 60."
    assert (small.row().failures, small.owed()) == (0, 1)
    small.server.fault.clear()
    healed = await small.csms()
    assert (healed.new, healed.edited, small.owed()) == ((), 0, 1)
    assert small.row().warning == "only 61 entries (100 is usual)"


async def test_what_only_the_widget_has_gets_its_body_later(small: World) -> None:
    await small.csms()
    small.server.publish(bulletin(60))
    small.server.fault |= {"/csms.rss": "500", "/account.rss": "500"}
    assert numbers(await small.csms()) == [bulletin(60).number]
    assert small.stored()[0].body is None
    small.server.fault.clear()
    polled = await small.csms()
    assert (polled.new, polled.edited) == ((), 1)
    assert small.stored()[0].body == "Filers take note of notice 60."


async def test_a_first_poll_of_what_stands_in_does_not_make_the_rest_news(world: World) -> None:
    world.subscribe()
    world.server.fault |= {"/csms.rss": "500", "/csms.json": "500"}
    first = await world.csms()
    assert (first.backlog, first.new) == (25, ())
    assert world.row().seed_floor == bulletin(35).sent
    world.server.publish(bulletin(60))
    world.server.fault.clear()
    whole = await world.csms()
    assert (numbers(whole), whole.backlog, world.row().seed_floor) == ([bulletin(60).number], 35, None)
    old = bulletin(61, days=-2_000)
    world.server.publish(old)
    assert numbers(await world.csms()) == [old.number]
    assert world.owed() == 2


async def test_a_first_poll_that_was_cut_short_does_not_make_the_rest_news(small: World) -> None:
    small.server.fault["/csms.rss"] = "cut"
    first = await small.csms()
    assert 0 < first.backlog < 60
    small.server.fault.clear()
    rest = await small.csms()
    assert (rest.new, rest.backlog) == ((), 60 - first.backlog)


async def test_all_that_failed_is_told_and_tried_again_with_back_off(small: World) -> None:
    small.configured = (small.server.csms(every=10),)
    small.server.fault |= {"/csms.rss": "403", "/csms.json": "html", "/account.rss": "404"}
    waits = []
    for _ in range(12):
        polled = await small.csms(seconds=3_600)
        assert polled.next_poll is not None
        waits.append((polled.next_poll - small.clock.now).total_seconds())
    assert waits == [10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600, 3_600]
    told = small.row().last_error or ""
    for words in (
        "csms.rss: access denied (403)",
        "csms.json: the document is not a feed: a web page",
        "account.rss: nothing found at this address (404)",
    ):
        assert words in told
    assert small.row().seeded_at is None
    small.server.fault.clear()
    assert (await small.csms(seconds=3_600)).backlog == 60
    assert small.row().failures == 0


@pytest.mark.parametrize(
    ("fault", "waits"), [("", [100, 95, 90]), ("304", [100, 95, 90]), ("500", [100, 190, 360]), ("429", [100, 95, 90])]
)
async def test_polls_are_up_to_a_tenth_sooner_so_that_they_spread(small: World, fault: str, waits: list[float]) -> None:
    small.configured = (small.server.pages(every=100),)
    await small.poll()
    if fault:
        small.server.fault["/pages.rss"] = fault
    found = []
    for small.chance in (0.0, 0.5, 1.0):
        polled = (await small.poll(seconds=1_000))["cbp-trade"]
        assert polled.next_poll is not None
        found.append((polled.next_poll - small.clock.now).total_seconds())
    assert found == waits


async def test_jitter_never_shortens_what_the_server_asked_for(small: World) -> None:
    small.configured = (small.server.pages(every=5),)
    small.server.fault["/pages.rss"] = "429"  # with Retry-After: 40
    for small.chance, wait in ((0.0, 40), (1.0, 44)):
        polled = (await small.poll(seconds=100))["cbp-trade"]
        assert polled.next_poll == small.clock.now + timedelta(seconds=wait)


def test_intervals_are_on_average_not_longer_than_configured() -> None:
    waits = [spread(60, step / 100) for step in range(101)]
    assert (min(waits), max(waits)) == (54, 60)


async def test_a_block_page_leaves_no_etag_behind(small: World) -> None:
    small.configured = (small.server.pages(),)
    small.server.fault["/pages.rss"] = "html"
    assert (await small.poll())["cbp-trade"].error is not None
    small.server.fault.clear()
    assert (await small.poll())["cbp-trade"].backlog == 2
    assert "If-None-Match" not in small.server.asked("/pages.rss")[-1]


@pytest.mark.parametrize(
    ("fault", "problem"),
    [
        ("403", "blocked"),
        ("429", "blocked"),
        ("captcha", "blocked"),
        ("html", "not-a-feed"),
        ("500", "other"),
        ("404", "other"),
        ("cut-all", "other"),
        ("reset", "other"),
    ],
)
async def test_the_kind_of_a_failure_is_stored(small: World, fault: str, problem: str) -> None:
    small.configured = (small.server.pages(),)
    await small.poll()
    small.server.fault["/pages.rss"] = fault
    await small.poll(seconds=3_700)  # else the server could say that nothing changed
    assert (small.row("cbp-trade").failures, small.row("cbp-trade").problem) == (1, problem)


async def test_a_feed_that_waits_as_a_server_asked_keeps_the_kind_of_its_failure(small: World) -> None:
    small.configured = (small.server.pages(),)
    small.server.fault["/pages.rss"] = "429"
    await small.poll()
    with small.db.begin() as conn:
        feeds.make_due(conn, ["cbp-trade"], small.clock.now)
    await small.poll(seconds=1)
    row = small.row("cbp-trade")
    assert (row.failures, row.problem) == (2, "blocked")
    assert row.last_error is not None
    assert "asked us to wait" in row.last_error


async def test_retry_after_is_the_next_poll(small: World) -> None:
    small.configured = (small.server.pages(every=5),)
    small.server.fault["/pages.rss"] = "503"
    polled = (await small.poll())["cbp-trade"]
    assert polled.next_poll == small.clock.now + timedelta(seconds=40)
    assert await small.poll(seconds=39) == {}


async def test_a_source_that_asked_us_to_wait_is_left_alone_meanwhile(small: World) -> None:
    await small.csms()
    small.server.fault["/csms.rss"] = "429"
    await small.csms()
    asked = len(small.server.asked("/csms.rss"))
    small.server.publish(bulletin(60))
    assert numbers(await small.csms(seconds=10)) == [bulletin(60).number]
    assert len(small.server.asked("/csms.rss")) == asked
    small.server.fault.clear()
    await small.csms(seconds=31)
    assert len(small.server.asked("/csms.rss")) == asked + 1


async def test_a_feed_that_is_gone_is_paused_until_it_has_another_address(small: World) -> None:
    small.configured = (small.server.pages(),)
    await small.poll()
    small.server.fault["/pages.rss"] = "410"
    assert (await small.poll())["cbp-trade"].next_poll is None
    assert (small.row("cbp-trade").paused or "").startswith("permanently gone (410) since 9 Feb 2026")
    assert await small.poll(seconds=100_000) == {}
    moved = replace(small.configured[0], sources=(Source("rss", small.server.url("/account.rss")),))
    small.configured = (moved,)
    assert (await small.poll())["cbp-trade"].error is None


async def test_an_admin_can_poll_a_paused_feed_again(small: World) -> None:
    small.configured = (small.server.pages(),)
    small.server.fault["/pages.rss"] = "410"
    await small.poll()
    small.server.fault.clear()
    with small.db.begin() as conn:
        feeds.make_due(conn, ["cbp-trade"], small.clock.now)
    assert (await small.poll())["cbp-trade"].backlog == 2


async def test_a_move_is_followed_at_once_and_kept_after_three_sightings(small: World) -> None:
    small.server.fault["/csms.rss"] = "moved"
    for _ in range(3):
        assert (await small.csms()).error is None
    before = len(small.server.asked("/csms.rss"))
    small.server.publish(bulletin(60))
    assert numbers(await small.csms()) == [bulletin(60).number]
    assert len(small.server.asked("/csms.rss")) == before
    small.server.fault["/csms.rss"] = "404"
    await small.csms()  # the new place fails and is given up
    small.server.fault.clear()
    assert (await small.csms()).warning is not None
    assert len(small.server.asked("/csms.rss")) == before + 1


async def test_a_csms_in_the_account_feed_belongs_to_csms(world: World) -> None:
    world.configured = (world.server.csms(), world.server.account())
    world.subscribe("account", "csms")
    world.server.publish(bulletin(60, family="CAMS"))
    assert (await world.poll("account"))["account"].backlog == 1
    assert world.stored() == []  # left to csms's own first poll
    assert (await world.csms()).backlog == 60
    world.server.publish(bulletin(61), bulletin(62, family="TIN"), bulletin(63, "Officers seize fakes", family=""))
    polled = (await world.poll("account"))["account"]
    assert [each.key for each in polled.new] == [f"csms:{bulletin(61).number}", f"account:{bulletin(62).number}"]
    assert world.owed() == 2
    assert (await world.csms()).new == ()


async def test_the_other_formats_are_polled_too_and_no_login_is_stored(world: World) -> None:
    world.configured = (world.server.pages(), world.server.register())
    await world.poll()
    assert [each.title for each in world.stored("cbp-trade")] == ["Trade snapshot: CBP's second issue", "CBP issues an order on shrimp"]
    assert world.stored("federal-register")[0].number == "2026-01234"
    assert LOGIN not in repr(world.stored("cbp-trade")) + repr(world.row("cbp-trade"))


@pytest.mark.parametrize(("publishes", "kind"), [("csms", EntryKind.OUTAGE), ("all", EntryKind.TECHNICAL)])
async def test_only_bulletins_announce_outages(small: World, publishes: str, kind: EntryKind) -> None:
    small.configured = (replace(small.server.csms(), publishes=publishes),)
    small.server.publish(bulletin(60, "Spoon portal outage"), bulletin(61, "Laboratory samples of spoons"))
    await small.poll()
    outage = next(entry for entry in small.stored() if entry.title.endswith("Spoon portal outage"))
    samples = next(entry for entry in small.stored() if entry.title.endswith("Laboratory samples of spoons"))
    assert outage.kind is kind
    assert {outage.routine, samples.routine} == {publishes == "csms"}


async def test_bad_bytes_reword_nothing_that_is_known(small: World) -> None:
    await small.csms()
    small.server.publish(bulletin(60, "Notice – sixty"), bulletin(61, "Notice – sixty-one"), bulletin(62, "Notice – sixty-two"))
    small.server.fault["/csms.rss"] = "bad-bytes"
    polled = await small.csms()
    assert [each.title for each in polled.new] == ["Notice – sixty", "Notice – sixty-one", "Notice – sixty-two"]
    assert polled.edited == 0


async def test_an_edit_is_stored_and_posts_nothing(small: World) -> None:
    small.subscribe()
    await small.csms()
    small.server.published[-1] = replace(small.server.published[-1], words="Filers take other note.")
    polled = await small.csms()
    assert (polled.new, polled.edited, small.owed()) == ((), 1, 0)
    assert small.stored()[0].body == "Filers take other note."


def raw(*items: str, malformed: bool = False) -> str:
    """Return a document of items such as "guid|date"."""
    rows = ""
    for each in items:
        guid, _, date = each.partition("|")
        rows += f"<item><title>T {guid}</title><guid>{guid}</guid>{f'<pubDate>{date}</pubDate>' if date else ''}</item>"
    return f"<rss version='2.0'><channel>{rows}{'<b>' if malformed else ''}</channel></rss>"


@pytest.mark.one_database
@pytest.mark.parametrize("malformed", [False, True])
@pytest.mark.parametrize(
    ("items", "order"),
    [
        (("m", "a", "z", "b"), "bzam"),  # the first of a document is its newest
        (("m|2026-02-06", "a|2026-02-06", "z|2026-02-06", "b|2026-02-05"), "bzam"),
        (("b|2026-02-05", "z|2026-02-06", "a|2026-02-06", "m|2026-02-06"), "bzam"),  # the dates rise: the last is the newest
        (("m", "a|2026-02-06", "z", "b|2026-02-05"), "bazm"),  # without a date: now
        (("m|2099-01-02", "a|2099-01-01", "z|2099-01-01", "b"), "bzam"),  # in the future: now
    ],
)
async def test_entries_of_one_date_are_posted_in_their_documents_order(
    world: World, items: tuple[str, ...], order: str, malformed: bool
) -> None:
    world.configured = (world.server.other(),)
    world.server.raw = raw("old|2026-02-01")
    world.subscribe("other")
    await world.poll()
    world.server.raw = raw(*items, malformed=malformed)
    polled = (await world.poll())["other"]
    assert "".join(each.key.removeprefix("other:") for each in polled.new) == order
    with world.db.begin() as conn:
        due = deliveries.due(conn, 1, world.clock.pass_(minutes=1))
        known = entries.by_ids(conn, [each.entry for each in due])
    assert "".join(known[each.entry].key.removeprefix("other:") for each in due) == order


async def test_correction_in_a_malformed_feed_is_told(small: World) -> None:
    small.configured = (small.server.other(),)
    small.server.raw = raw("a", "b", malformed=True)
    assert (await small.poll())["other"].warning is None
    small.server.raw = small.server.raw.replace("T a", "T a, corrected")
    polled = (await small.poll())["other"]
    assert (polled.edited, [each.title for each in small.stored("other")]) == (0, ["T b", "T a"][::-1])
    assert polled.warning == "the document is malformed, so stored entries that differ from it were left as they are: 1"
    assert (await small.poll())["other"].warning == polled.warning, "it stays as long as the document does"


async def test_correction_in_a_feed_with_raw_ampersands_is_stored(small: World) -> None:
    small.configured = (small.server.other(),)
    small.server.raw = raw("a").replace("T a", "T a & b")
    await small.poll()
    small.server.raw = raw("a").replace("T a", "T a & c")
    assert (await small.poll())["other"].edited == 1
    assert [each.title for each in small.stored("other")] == ["T a & c"]


async def test_two_processes_poll_a_feed_once(world: World) -> None:
    world.clock.pass_(seconds=60)
    both = await asyncio.gather(*(poll.poll_due(world.db, world.configured, (), world.http, notifier=SILENT) for _ in range(2)))
    assert sorted(len(each) for each in both) == [0, 1]
    assert len(world.server.asked("/csms.rss")) == 1


async def test_who_lost_the_claim_stores_nothing(world: World) -> None:
    await world.csms()
    world.server.publish(bulletin(60))
    (feed,) = world.configured
    claims = []
    for _ in range(2):
        now = world.clock.pass_(seconds=poll.LEASE_SECONDS + 1)
        with world.db.begin() as conn:
            claims.append(feeds.claim(conn, "csms", now, poll.LEASE_SECONDS))
    read = await read_feed(feed, {}, world.http, world.clock.now, world.said.append)
    lost, holding = claims
    assert lost is not None
    assert holding is not None
    assert publish(world.db, feed, lost, read, plain) is None
    assert fail(world.db, feed, lost, "too late") is None
    assert (len(world.stored()), world.row().last_error) == (60, None)
    polled = publish(world.db, feed, holding, read, plain)
    assert polled is not None
    assert numbers(polled) == [bulletin(60).number]


async def test_a_cancelled_poll_gives_its_claim_back(world: World) -> None:
    world.server.fault["/csms.rss"] = "trickle"
    with world.db.begin() as conn:
        feeds.ensure(conn, ["csms"], world.clock.now)
    slow = asyncio.create_task(poll.poll_feed(world.db, world.configured[0], (), world.http, notifier=SILENT))
    await asyncio.sleep(0.5)
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow
    world.server.fault.clear()
    assert (await world.csms(seconds=0)).backlog == 60


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):  # only ends a hang
        while not true():  # noqa: ASYNC110  # nothing tells when it comes true
            await asyncio.sleep(0.02)


async def test_claim_is_renewed_while_a_slow_poll_runs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "RENEW_SECONDS", 0.05)
    world.server.fault["/account.rss"] = "trickle"
    world.configured = (world.server.account(),)
    slow = asyncio.create_task(world.poll("account"))
    await until(lambda: bool(world.server.asked("/account.rss")))
    for _ in range(3):
        now = world.clock.pass_(seconds=poll.LEASE_SECONDS - 1)
        await until(lambda now=now: free_at(world, "account") == now + timedelta(seconds=poll.LEASE_SECONDS))  # type: ignore[misc]
    slow.cancel()
    with pytest.raises(asyncio.CancelledError):
        await slow
    assert free_at(world, "account") is None


def free_at(world: World, slug: str) -> datetime | None:
    with world.db.read() as conn:
        found: datetime | None = conn.execute(select(schema.feed.c.free_at).where(schema.feed.c.slug == slug)).scalar_one()
    return found


async def test_poll_that_lost_its_claim_ends_and_stores_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(poll, "RENEW_SECONDS", 0.05)
    world.server.fault["/account.rss"] = "trickle"
    world.configured = (world.server.account(),)
    slow = asyncio.create_task(world.poll("account"))
    await until(lambda: bool(world.server.asked("/account.rss")))
    with world.db.begin() as conn:
        now = world.clock.pass_(seconds=poll.LEASE_SECONDS)
        other = feeds.claim(conn, "account", now, poll.LEASE_SECONDS)
    assert await slow == {}
    assert "another process polled it in the meantime" in world.said[-1]
    assert (world.row("account").failures, world.row("account").last_success) == (0, None)
    assert other is not None
    assert other.epoch == world.row("account").epoch
    assert free_at(world, "account") == now + timedelta(seconds=poll.LEASE_SECONDS), "the other's claim is untouched"


async def test_fast_poll_renews_nothing(world: World) -> None:
    await world.csms()
    statements: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement.split()[0])

    event.listen(world.db.engine, "before_cursor_execute", note)
    assert (await world.csms()).unchanged
    event.remove(world.db.engine, "before_cursor_execute", note)
    assert statements.count("UPDATE") == 2, "the claim and its settlement"


async def test_poll_that_an_admin_asks_for_during_a_poll_is_done_after_it(world: World) -> None:
    for fault in ("", "304", "500", "410"):
        world.configured = (world.server.pages(every=300),)
        world.server.fault.clear()
        with world.db.begin() as conn:
            feeds.ensure(conn, ["cbp-trade"], world.clock.now)
            feeds.make_due(conn, ["cbp-trade"], world.clock.now)
            claim = feeds.claim(conn, "cbp-trade", world.clock.pass_(seconds=1), poll.LEASE_SECONDS)
        assert claim is not None
        if fault:
            world.server.fault["/pages.rss"] = fault
        (feed,) = world.configured
        kept = {url: state.load(raw) for url, raw in claim.sources.items()}
        read = await read_feed(feed, kept, world.http, world.clock.now, world.said.append)
        with world.db.begin() as conn:
            feeds.make_due(conn, ["cbp-trade"], world.clock.pass_(seconds=1))
        if read.worked:
            assert publish(world.db, feed, claim, read, plain)
        else:
            assert fail(world.db, feed, claim, read)
        assert len(await world.poll(seconds=1)) == 1, fault
        assert await world.poll(seconds=1) == {}, fault


async def test_what_fails_half_way_leaves_nothing_half_done(small: World) -> None:
    await small.csms()
    small.server.publish(bulletin(60), bulletin(61))
    with small.db.begin() as conn:
        refuse = f"WHEN new.number = '{bulletin(61).number}' BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        conn.exec_driver_sql(f"CREATE TRIGGER full BEFORE INSERT ON entry {refuse}")
    polled = await small.csms()
    assert "could not be stored" in (polled.error or "")
    assert "the disk is full" in (polled.error or "")
    assert len(small.stored()) == 60
    with small.db.begin() as conn:
        conn.exec_driver_sql("DROP TRIGGER full")
    assert numbers(await small.csms()) == [bulletin(60).number, bulletin(61).number]  # no ETag was kept without its entries


async def test_progress_is_told_in_plain_sentences(small: World) -> None:
    await small.csms()
    await small.csms()
    small.server.publish(bulletin(60))
    await small.csms()
    said = [each for each in small.said if "reading" not in each]
    assert said == [
        "csms: first poll: 60 entries stored, none posted (only 60 entries (100 is usual))",
        "csms: nothing changed (only 60 entries (100 is usual))",
        "csms: 1 new (only 61 entries (100 is usual))",
    ]


def test_a_first_poll_of_one_entry_is_told_in_the_singular() -> None:
    assert poll.summary(Polled("csms", backlog=1, first=True)) == "csms: first poll: 1 entry stored, none posted"


def test_a_sample_is_published_once_and_at_once(db: Database) -> None:
    clock = db.clock = Clock()
    with db.begin() as conn:
        channel = channels.ensure(conn, CHANNEL, clock.now)
        save_subscription(conn, channel, SubscriptionSpec(Filters(system=True), Cadence(CadenceKind.NOW), "UTC", False), "me", clock.now)
    sample = Parsed("sample:67395160", "sample", "67395160", "Refunds", "https://www.cbp.gov/x", clock.now, "B")
    entry = publish_sample(db, sample, plain)
    assert entry is not None
    assert entry.sample
    assert publish_sample(db, sample, plain) is None
    with db.read() as conn:
        assert reports.waiting(conn).count == 1


async def test_feeds_that_wait_to_be_stored_leave_threads_to_the_posts(
    postgres_url: str, server: FeedServer, http: httpx.AsyncClient
) -> None:
    db, several = Database(postgres_url), [replace(server.csms(), slug=f"csms-{number}") for number in range(THREADS)]
    with db.begin() as another:  # process that stores entries
        another.execute(select(func.pg_advisory_xact_lock(entries.ADDING_LOCK)))
        polls = asyncio.create_task(poll.poll_due(db, several, (), http, notifier=SILENT))
        await asyncio.wait((polls,), timeout=1)
        posted = asyncio.create_task(in_thread(lambda: "posted"))
        done, _ = await asyncio.wait((posted,), timeout=10)
    assert len(await polls) == len(several)
    assert done
    db.close()
