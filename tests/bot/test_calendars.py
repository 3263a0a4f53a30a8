"""Calendar files over HTTP."""

from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import httpx
import icalendar
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bot import app
from bot.http import CALENDAR_SECONDS, Calendars
from bot.runtime import Runtime
from bot.settings import load
from jobs.store.database import Database
from tests.handlers.messages.test_answers import publish
from tests.handlers.messages.test_calendar import COMMENTS, MOVED, QUOTA
from tests.support.small_catalog import NOW


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    made = app.build(load({"DATABASE_URL": f"sqlite:///{tmp_path / 'calendars.db'}"}))
    made.db.clock = lambda: NOW
    with closing(made.db):
        publish(made.db, COMMENTS, QUOTA)
        yield made


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def client(runtime: Runtime, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    served = Starlette(routes=[Route("/calendar/{name}.ics", Calendars(runtime, clock).answer)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://bot.example.gov") as opened:
        yield opened


def uids(file: bytes) -> list[str]:
    return [str(each["uid"]) for each in icalendar.Calendar.from_ical(file).walk("VEVENT")]


async def test_every_topic_has_a_calendar_and_all_have_one(client: httpx.AsyncClient) -> None:
    everything, revenue, outage = [await client.get(f"/calendar/{name}.ics") for name in ("all", "revenue", "outage")]
    assert everything.headers["content-type"] == "text/calendar; charset=utf-8"
    assert uids(everything.content) == ["csms-68000002-deadline@tradebot", "csms-68000001-opens@tradebot"]
    assert (uids(revenue.content), uids(outage.content)) == (["csms-68000002-deadline@tradebot"], [])
    assert (await client.head("/calendar/all.ics")).status_code == 200


async def test_an_unknown_topic_is_not_found_and_names_those_that_are(client: httpx.AsyncClient) -> None:
    for name in ("zzzz", "..%2f..%2fetc%2fpasswd", "all.ics%00", "<script>"):
        answer = await client.get(f"/calendar/{name}.ics")
        assert answer.status_code == 404
        assert name not in answer.text
    assert "The names are: all, " in (await client.get("/calendar/zzzz.ics")).text
    assert "revenue" in (await client.get("/calendar/zzzz.ics")).text


async def test_only_reading_is_possible(client: httpx.AsyncClient) -> None:
    assert {(await client.request(method, "/calendar/all.ics")).status_code for method in ("POST", "PUT", "DELETE")} == {405}


async def test_a_file_that_did_not_change_is_not_sent_again(client: httpx.AsyncClient, runtime: Runtime, clock: Clock) -> None:
    first = await client.get("/calendar/all.ics")
    known = {"if-none-match": f'W/"other", {first.headers["etag"]}'}
    again = await client.get("/calendar/all.ics", headers=known)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    assert again.headers["cache-control"] == f"public, max-age={CALENDAR_SECONDS}"
    publish(runtime.db, MOVED)
    assert (await client.get("/calendar/all.ics", headers=known)).status_code == 304
    clock.seconds += CALENDAR_SECONDS
    changed = await client.get("/calendar/all.ics", headers=known)
    assert (changed.status_code, b"20260316" in changed.content) == (200, True)


async def test_a_database_that_is_away_is_said_so(runtime: Runtime) -> None:
    away = replace(runtime, db=Database("sqlite:////nowhere/at/all.db"))
    served = Starlette(routes=[Route("/calendar/{name}.ics", Calendars(away).answer)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(served), base_url="http://bot.example.gov") as opened:
        answer = await opened.get("/calendar/all.ics")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")


async def test_the_bot_serves_them(runtime: Runtime) -> None:
    transport = httpx.ASGITransport(app.application(runtime), client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:3000") as opened:
        assert (await opened.get("/calendar/all.ics")).status_code == 200
