"""The text of a stored message is fetched once, when somebody opened it, and its failures are remembered."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest
import respx

from jobs.archive.backlog import import_rows
from jobs.archive.table import Row
from jobs.bodies import LEASE, WAITS, fetch_next
from jobs.http_client import async_client
from jobs.models.entries import BodyFetch, Entry
from jobs.proxies import DIRECT
from jobs.revisions import InForce, Library
from jobs.schedule import Every, Schedule
from jobs.states import Relation
from jobs.store import body_fetches, entries, readings, reports
from jobs.store.database import Database
from tests.jobs.test_schedule import until
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.delivery import deliver, posts
from tests.support.shipped_catalog import shipped_catalog
from tests.support.store import new, publish, subscribe

pytestmark = [pytest.mark.process, pytest.mark.one_database]  # pages are parsed in a child process

NUMBER, URL = "67133044", "https://content.govdelivery.com/accounts/USDHSCBP/bulletins/4005e74"
CUT = Row(NUMBER, "Guidance \u2013 Implementation of Tariff", datetime(2025, 12, 17, 17, tzinfo=UTC), cut=True)
TITLE = "Guidance \u2013 Implementation of Tariff-Related Elements"
TEXT = (
    f"Cargo Systems Messaging Service CSMS # {NUMBER} - {TITLE}. This message updates CSMS # 66987366. It takes effect on January 5, 2026."
)
PAGE = (
    f'<h1 class="bulletin_subject">CSMS # {NUMBER} - {TITLE}</h1>'
    '<span class="dateline">CBP sent this bulletin at 12/17/2025 03:04 PM EST</span>'
    f'<div id="bulletin_body"><p>{TEXT}</p></div>'
)


@pytest.fixture
def web() -> Iterator[respx.MockRouter]:
    with respx.mock(assert_all_called=False, assert_all_mocked=True) as router:
        yield router


@pytest.fixture
def entry(db: Database, clock: Clock) -> Entry:
    import_rows(db, [CUT], shipped_catalog())
    return stored(db)


def stored(db: Database) -> Entry:
    with db.read() as conn:
        found = entries.by_number(conn, NUMBER)
    assert found is not None
    return found


def ask(db: Database, entry: Entry) -> None:
    with db.begin() as conn:
        body_fetches.ask(conn, entry.id, db.now(conn))


def asked(db: Database, entry: Entry) -> BodyFetch | None:
    with db.read() as conn:
        return body_fetches.get(conn, entry.id, db.now(conn))


def fetch(db: Database) -> bool:
    async def run() -> bool:
        async with async_client(DIRECT) as http:
            return await fetch_next(db, shipped_catalog(), http)

    return asyncio.run(run())


def html(text: str) -> httpx.Response:
    return httpx.Response(200, text=text, headers={"content-type": "text/html; charset=utf-8"})


def test_a_body_is_stored_read_classified_and_owed_to_nobody(db: Database, entry: Entry, web: respx.MockRouter) -> None:
    subscribe(db)
    web.get(URL).mock(return_value=html(PAGE))
    assert entry.url == URL
    assert not fetch(db)
    ask(db, entry)
    assert fetch(db)
    found = stored(db)
    assert found.body == "This message updates CSMS # 66987366. It takes effect on January 5, 2026."
    assert (found.title, found.published, found.archived, found.cut) == (TITLE, datetime(2025, 12, 17, 20, 4, tzinfo=UTC), False, False)
    assert "tariffs" in {hit.topic for hit in found.topics}
    with db.read() as conn:
        assert [(each.number, each.kind) for each in readings.relations_of(conn, [entry.id])[entry.id]] == [("66987366", Relation.UPDATES)]
        assert [each.date.isoformat() for each in readings.dates_of(conn, [entry.id])[entry.id]] == ["2026-01-05"]
        assert reports.waiting(conn).count == 0
    assert asked(db, entry) is None


def test_it_is_fetched_once_however_often_it_was_asked_for(db: Database, entry: Entry, web: respx.MockRouter) -> None:
    route = web.get(URL).mock(return_value=html(PAGE))
    for _ in range(3):
        ask(db, entry)
    assert [fetch(db) for _ in range(3)] == [True, False, False]
    ask(db, entry)  # an older card, pressed again
    assert fetch(db)
    assert route.call_count == 1


@on_both
def test_two_processes_fetch_it_once(db: Database, entry: Entry, web: respx.MockRouter) -> None:
    route = web.get(URL).mock(return_value=html(PAGE))
    ask(db, entry)

    async def run() -> list[bool]:
        async with async_client(DIRECT) as http:
            return sorted(await asyncio.gather(*(fetch_next(db, shipped_catalog(), http) for _ in range(3))))

    assert asyncio.run(run()) == [False, False, True]
    assert route.call_count == 1


@on_both
def test_a_killed_fetch_is_done_by_another_process_after_the_lease(db: Database, entry: Entry, web: respx.MockRouter, clock: Clock) -> None:
    web.get(URL).mock(return_value=html(PAGE))
    ask(db, entry)
    with db.begin() as conn:
        assert body_fetches.claim_next(conn, clock.now, LEASE) is not None
    assert not fetch(db)
    clock.pass_(seconds=LEASE.total_seconds())
    assert fetch(db)
    assert stored(db).body is not None


@on_both
def test_a_failure_is_remembered_longer_each_time(db: Database, entry: Entry, web: respx.MockRouter, clock: Clock) -> None:
    route = web.get(URL).mock(return_value=httpx.Response(503))
    ask(db, entry)
    for number, wait in enumerate(WAITS, 1):
        assert fetch(db)
        assert asked(db, entry) == BodyFetch(entry.id, clock.now + wait, number, "the server is temporarily unavailable (503)")
        clock.pass_(seconds=wait.total_seconds() - 1)
        ask(db, entry)
        assert not fetch(db)
        clock.pass_(seconds=1)
    assert asked(db, entry) is None  # forgotten: the next reader asks again
    assert not fetch(db)
    ask(db, entry)
    assert fetch(db)
    assert route.call_count == 4


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_not_asked_for_again_for_a_month(
    db: Database, entry: Entry, web: respx.MockRouter, clock: Clock, status: int
) -> None:
    web.get(URL).mock(return_value=httpx.Response(status))
    ask(db, entry)
    assert fetch(db)
    clock.pass_(days=29)
    ask(db, entry)
    assert not fetch(db)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (html("<html>Access Denied</html>"), "no page of a bulletin with a text"),
        (html(PAGE.replace(f"CSMS # {NUMBER} - {TITLE}</h1>", "CSMS # 60000001 - Another</h1>")), "the page is that of 60000001"),
        (html(PAGE.replace(TEXT, f"Cargo Systems Messaging Service CSMS # {NUMBER} - {TITLE}.")), "the page has no text"),
        (
            httpx.Response(302, headers={"location": "https://www.example.com/x"}),
            "a redirect (302) to https://www.example.com/x is not followed",
        ),
        (
            httpx.Response(302, headers={"location": "http://169.254.169.254/x"}),
            "a redirect (302) from https to plain http is not followed",
        ),
        (html("x" * 2_000_001), "larger than 2,000,000 bytes"),
        (httpx.ConnectTimeout, ""),
    ],
)
def test_a_wrong_page_stores_nothing(
    db: Database, entry: Entry, web: respx.MockRouter, answer: httpx.Response | type[Exception], error: str
) -> None:
    if isinstance(answer, httpx.Response):
        web.get(URL).mock(return_value=answer)
    else:
        web.get(URL).mock(side_effect=answer)
    ask(db, entry)
    assert fetch(db)
    assert stored(db) == entry
    failed = asked(db, entry)
    assert failed is not None
    assert (failed.error or "").startswith(error)


@on_both
def test_an_address_outside_of_the_feeds_hosts_is_never_asked(db: Database, web: respx.MockRouter, clock: Clock) -> None:
    catalog = shipped_catalog()
    import_rows(db, [CUT], catalog)
    moved = tuple(
        replace(each, sources=tuple(replace(one, url="https://www.cbp.gov/x") for one in each.sources), hosts=()) for each in catalog.feeds
    )
    ask(db, stored(db))

    async def run() -> bool:
        async with async_client(DIRECT) as http:
            return await fetch_next(db, replace(catalog, feeds=moved), http)

    assert asyncio.run(run())
    assert not web.calls
    assert stored(db).body is None


@on_both
def test_a_body_that_the_feed_brought_meanwhile_stays(db: Database, entry: Entry, web: respx.MockRouter, clock: Clock) -> None:
    def answer(_: httpx.Request) -> httpx.Response:
        from tests.jobs.archive.test_backlog import CSMS, feed_item
        from tests.support.documents import Documents

        Documents(db, CSMS).poll(replace(feed_item(CUT, TITLE), body="The feed's own text."))
        return html(PAGE)

    web.get(URL).mock(side_effect=answer)
    ask(db, entry)
    assert fetch(db)
    assert stored(db).body == "The feed's own text."


def test_the_feeds_title_and_date_are_kept(db: Database, web: respx.MockRouter, clock: Clock) -> None:
    """A fallback source brings title and date, and no body."""
    from tests.jobs.archive.test_backlog import CSMS, feed_item
    from tests.support.documents import Documents

    Documents(db, CSMS).poll(replace(feed_item(CUT, "A title of the feed"), body=None))
    before = stored(db)
    web.get(URL).mock(return_value=html(PAGE))
    ask(db, before)
    assert fetch(db)
    after = stored(db)
    assert (after.title, after.published, after.archived) == ("A title of the feed", before.published, False)
    assert after.body is not None


def test_a_text_that_comes_later_marks_the_post_of_the_message_that_it_changes(db: Database, web: respx.MockRouter, clock: Clock) -> None:
    subscribe(db)
    publish(db, 66987366)
    asyncio.run(deliver(db))
    without_text = new(int(NUMBER), title=TITLE, body=None)
    publish(db, replace(without_text, parsed=replace(without_text.parsed, url=URL)))
    asyncio.run(deliver(db))
    assert [each.kind for each in posts(db)] == ["now", "now"]
    web.get(URL).mock(return_value=html(PAGE))
    ask(db, stored(db))
    assert fetch(db)
    asyncio.run(deliver(db))
    assert "mark" in [each.kind for each in posts(db)]


async def test_a_process_with_jobs_fetches_what_was_asked_for(sqlite_db: Database, web: respx.MockRouter) -> None:
    web.get(URL).mock(return_value=html(PAGE))
    import_rows(sqlite_db, [CUT], shipped_catalog())
    ask(sqlite_db, stored(sqlite_db))
    csms = tuple(each for each in shipped_catalog().feeds if each.slug == "csms")
    library = Library(InForce(replace(shipped_catalog(), feeds=csms), 1, True))

    async def deliver() -> None:
        pass

    async with async_client(DIRECT) as http:
        schedule = Schedule(sqlite_db, library, http, deliver, every=Every(poll=1_000, bodies=0.05))
        schedule.start()
        try:
            await until(lambda: stored(sqlite_db).body is not None)
        finally:
            await schedule.stop()
