"""The addresses in the content are checked politely, and what is broken is told by file and line."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import respx

from jobs.fetch import Failed
from jobs.http_client import async_client
from jobs.links import DELAY_SECONDS, _claim, _state_of, broken_places, check_links, check_weekly, find_places
from jobs.models.content import LinkCheck
from jobs.network import UNKNOWN_HOST
from jobs.proxies import DIRECT
from jobs.revisions import publish
from jobs.states import LinkState
from jobs.store import link_checks
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.sample_content import files

PAGE = "https://www.cbp.gov/trade"


Answer = httpx.Response | Callable[[httpx.Request], Any] | type[Exception]


@pytest.fixture
def web() -> Iterator[dict[str, Answer]]:
    """The answers of the web by address; every other page is fine."""
    answers: dict[str, Answer] = {}

    async def answer(request: httpx.Request) -> httpx.Response:
        given = answers.get(str(request.url), httpx.Response(200, html="<html><title>Trade</title></html>"))
        if isinstance(given, httpx.Response):
            return given
        if isinstance(given, type):
            raise given("failed")
        made = given(request)
        response: httpx.Response = await made if asyncio.iscoroutine(made) else made
        return response

    with respx.mock(assert_all_called=False) as router:
        router.get(url__startswith="https://").mock(side_effect=answer)
        yield answers


def check(*urls: str, pauses: list[float] | None = None) -> list[tuple[str, LinkState, str]]:
    async def sleep(seconds: float) -> None:
        if pauses is not None:
            pauses.append(seconds)

    async def run() -> list[LinkCheck]:
        async with httpx.AsyncClient() as http:
            return await check_links(http, urls, sleep=sleep)

    return [(each.url, each.state, each.detail) for each in asyncio.run(run())]


def test_every_address_has_its_file_and_line_but_not_those_of_feeds_and_notes() -> None:
    texts = {
        "ptis.yaml": f'# see https://note.example/\nptis:\n  url: {PAGE}\n  source: "https://a.gov/x ; https://b.gov/y."\n',
        "feeds.yaml": "url: https://feed.example/\n",
        "office.yaml": "text: '(see https://c.gov/z), and https://c.gov/z?a=1&b=2'\n",
    }
    assert [(str(place), place.url) for place in find_places(texts)] == [
        ("office.yaml:1", "https://c.gov/z"),
        ("office.yaml:1", "https://c.gov/z?a=1&b=2"),
        ("ptis.yaml:3", PAGE),
        ("ptis.yaml:4", "https://a.gov/x"),
        ("ptis.yaml:4", "https://b.gov/y"),
    ]


@pytest.mark.parametrize(
    ("answer", "state", "detail"),
    [
        (httpx.Response(200, html="<title>Revenue</title>"), LinkState.OK, ""),
        (httpx.Response(200, content=b"x" * 1_500_000), LinkState.OK, ""),
        (httpx.Response(404), LinkState.BROKEN, "(404)"),
        (httpx.Response(410), LinkState.BROKEN, "(410)"),
        (httpx.Response(403), LinkState.UNCLEAR, "access denied"),
        (httpx.Response(503), LinkState.UNCLEAR, "temporarily unavailable"),
        (httpx.Response(200, html="<html><title>Page not found | CBP</title>"), LinkState.SOFT_404, "says that it was not found"),
        (httpx.Response(301, headers={"Location": "https://other.gov/x"}), LinkState.MOVED, "moved to https://other.gov/x"),
        (httpx.Response(302, headers={"Location": "https://www.cbp.gov/"}), LinkState.SOFT_404, "leads to https://www.cbp.gov/"),
        (httpx.Response(301, headers={"Location": "/trade/revenue"}), LinkState.MOVED, "moved to https://www.cbp.gov/trade/revenue"),
        (httpx.Response(302, headers={"Location": "/trade/revenue"}), LinkState.OK, ""),
        (httpx.Response(302, headers={"Location": "http://169.254.169.254/"}), LinkState.UNCLEAR, "to plain http is not followed"),
    ],
)
def test_an_address_works_has_moved_or_is_broken(web: dict[str, Answer], answer: httpx.Response, state: LinkState, detail: str) -> None:
    web[PAGE] = answer
    ((_, found, why),) = check(PAGE)
    assert found is state
    assert detail in why if detail else why == ""


def test_a_host_that_is_gone_is_broken_and_one_that_does_not_answer_is_unclear(web: dict[str, Answer]) -> None:
    assert _state_of(Failed(UNKNOWN_HOST)) is LinkState.BROKEN
    web[PAGE] = httpx.ReadTimeout
    assert check(PAGE)[0][1] is LinkState.UNCLEAR


def test_http_addresses_are_checked_as_cards_link_to_them(web: dict[str, Answer]) -> None:
    assert check("http://www.cbp.gov/trade") == [("http://www.cbp.gov/trade", LinkState.OK, "")]


def test_a_host_gets_one_request_at_a_time_with_a_pause_and_each_address_once(web: dict[str, Answer]) -> None:
    calls, running, most = 0, 0, 0

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal calls, running, most
        calls += 1
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        return httpx.Response(200, html="ok")

    urls = (PAGE, f"{PAGE}/a", f"{PAGE}/b")
    web.update(dict.fromkeys(urls, answer))
    pauses: list[float] = []
    found = check(*urls, PAGE, pauses=pauses)
    assert (len(found), calls, most, pauses) == (3, 3, 1, [DELAY_SECONDS] * 2)


def weekly(db: Database) -> bool:
    async def run() -> bool:
        async with async_client(DIRECT) as http:
            return await check_weekly(db, http)

    return asyncio.run(run())


def test_a_running_bot_checks_once_a_week_and_remembers_what_is_broken(
    db: Database, clock: Clock, web: dict[str, Answer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.links.DELAY_SECONDS", 0.0)
    assert not weekly(db)  # nothing was published
    publish(db, files(), "me")
    web["https://www.cbp.gov/rulings"] = httpx.Response(404)
    assert weekly(db)
    with db.read() as conn:
        ((place, found),) = broken_places(conn)
        assert link_checks.last_at(conn) == clock.now
    assert (place.file, place.url, found.state) == ("resources.yaml", "https://www.cbp.gov/rulings", LinkState.BROKEN)
    assert files()["resources.yaml"].split("\n")[place.line - 1].strip() == f"url: {place.url}"
    clock.now += timedelta(days=6)
    assert not weekly(db)
    del web["https://www.cbp.gov/rulings"]
    clock.now += timedelta(days=1)
    assert weekly(db)
    with db.read() as conn:
        assert broken_places(conn) == []


def test_two_processes_do_not_check_at_the_same_time(db: Database, clock: Clock, web: dict[str, Answer]) -> None:
    publish(db, files(), "me")
    assert _claim(db) == files()
    assert _claim(db) is None
    clock.now += timedelta(hours=13)  # the first one must have died
    assert _claim(db) == files()
