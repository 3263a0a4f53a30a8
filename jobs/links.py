"""Check whether the addresses in the content still lead somewhere, politely: one request at a time for each host."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import httpx

from jobs.fetch import Failed, Limits, Unchanged, fetch, format_address
from jobs.models.content import LinkCheck
from jobs.network import UNKNOWN_HOST
from jobs.states import LinkState
from jobs.store import idempotency, link_checks, revisions
from jobs.store.database import Connection, Database
from jobs.threads import in_thread

DELAY_SECONDS = 1.0
"""Between two requests to a host."""

MAX_HOSTS = 4
"""Hosts that are asked at the same time."""

EVERY = timedelta(days=7)

DEAD = (LinkState.BROKEN, LinkState.SOFT_404)

_CLAIM = timedelta(hours=12)
"""How long another process leaves the check to the one that began it."""

_LIMITS = Limits(body=1_000_000, wire=1_000_000)

_ADDRESS = re.compile(r"https?://[^\s\"'<>|]+")

_NOT_FOUND = re.compile(
    rb"<title>[^<]{0,100}\b(?:page (?:was )?not found|404|not found|does not exist|no longer available)\b", re.IGNORECASE
)

_FRONT_PAGES = ("", "/", "/404", "/home", "/search", "/not-found", "/page-not-found")

Progress = Callable[[int, int], None]
"""Gets the number of addresses that were checked, and of all."""


@dataclass(frozen=True, slots=True)
class Place:
    file: str
    line: int
    url: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


def find_places(files: Mapping[str, str]) -> tuple[Place, ...]:
    """Return every address of the content with its line, except those of feeds, which are polled anyway, and in notes."""
    return tuple(
        Place(name, number, found[0].rstrip(".,;:)]}"))
        for name in sorted(files)
        if name != "feeds.yaml"
        for number, line in enumerate(files[name].split("\n"), 1)
        if not line.lstrip().startswith("#")
        for found in _ADDRESS.finditer(line)
    )


async def check_links(
    http: httpx.AsyncClient,
    urls: Iterable[str],
    progress: Progress = lambda done, of: None,  # noqa: ARG005  # nobody watches
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> list[LinkCheck]:
    """Check each address once, in the order of the addresses of each host."""
    by_host: dict[str, list[str]] = {}
    for url in dict.fromkeys(urls):
        by_host.setdefault(urlsplit(url).netloc.lower(), []).append(url)
    total, found = sum(map(len, by_host.values())), list[LinkCheck]()
    places = asyncio.Semaphore(MAX_HOSTS)

    async def check_host(several: list[str]) -> None:
        async with places:
            for number, url in enumerate(several):
                if number:
                    await sleep(DELAY_SECONDS)
                found.append(await check_link(http, url))
                progress(len(found), total)

    async with asyncio.TaskGroup() as tasks:
        for several in by_host.values():
            tasks.create_task(check_host(several))
    return sorted(found, key=lambda each: each.url)


async def check_link(http: httpx.AsyncClient, url: str) -> LinkCheck:
    asked = "https://" + url.removeprefix("http://") if url.startswith("http://") else url  # cards link there too
    answer = await fetch(http, asked, limits=_LIMITS)
    if isinstance(answer, Failed):
        return LinkCheck(url, _state_of(answer), _detail(answer))
    if isinstance(answer, Unchanged):  # nothing was said to be known, so no server should answer this
        return LinkCheck(url, LinkState.OK, "")
    end = answer.validators.url
    if _NOT_FOUND.search(answer.body[:20_000]):
        return LinkCheck(url, LinkState.SOFT_404, "the page says that it was not found")
    if end != asked and urlsplit(end).path.lower() in _FRONT_PAGES and urlsplit(asked).path not in ("", "/"):
        return LinkCheck(url, LinkState.SOFT_404, f"leads to {format_address(end)}")
    if answer.moved_to:
        return LinkCheck(url, LinkState.MOVED, f"moved to {format_address(answer.moved_to)}")
    return LinkCheck(url, LinkState.OK, "")


def _state_of(failed: Failed) -> LinkState:
    if failed.status in (404, 410) or failed.why == UNKNOWN_HOST:
        return LinkState.BROKEN
    if failed.status in (301, 308):  # to another host, which the bot does not follow
        return LinkState.MOVED
    return LinkState.OK if failed.status == 200 else LinkState.UNCLEAR  # 200: larger than the bot reads


def _detail(failed: Failed) -> str:
    """Return the reason in words about a link, where those are about a feed."""
    if failed.status in (404, 410):
        return f"nothing is there ({failed.status})"
    if failed.onward:
        return f"{'moved' if _state_of(failed) is LinkState.MOVED else 'leads'} to {format_address(failed.onward)}"
    return "" if _state_of(failed) is LinkState.OK else failed.why


async def check_weekly(db: Database, http: httpx.AsyncClient) -> bool:
    """Check the links of the revision in force, unless a process did within a week; return whether it was done."""
    files = await in_thread(_claim, db)
    if files is None:
        return False
    checks = await check_links(http, [place.url for place in find_places(files)])
    await in_thread(store_checks, db, checks)
    return True


def _claim(db: Database) -> Mapping[str, str] | None:
    """Return the files to check, or None if it is not the time, or another process is at it."""
    with db.begin() as conn:
        now, newest, last = db.now(conn), revisions.newest(conn), link_checks.last_at(conn)
        if newest is None or (last is not None and now - last < EVERY):
            return None
        return newest.files if idempotency.is_first_time(conn, "links", now, _CLAIM) else None


def places_in_force(db: Database) -> tuple[Place, ...]:
    """Return the places of the revision in force, whose addresses `broken_places` looks up."""
    with db.read() as conn:
        newest = revisions.newest(conn)
    return find_places(newest.files) if newest else ()


def store_checks(db: Database, checks: list[LinkCheck]) -> None:
    """Replace the checks that are stored."""
    with db.begin() as conn:
        link_checks.replace_all(conn, checks, db.now(conn))


def broken_places(conn: Connection) -> list[tuple[Place, LinkCheck]]:
    """Return the places of the revision in force whose address was last found broken."""
    newest, bad = revisions.newest(conn), {check.url: check for check in link_checks.in_states(conn, DEAD)}
    places = find_places(newest.files) if newest and bad else ()
    return [(place, bad[place.url]) for place in places if place.url in bad]
