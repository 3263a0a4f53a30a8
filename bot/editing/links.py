"""`tradebot links`: check every address of the content, print what is broken or has moved, by file and line, and store it for review."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from bot.database import StartError, open_existing
from bot.settings import Settings, SettingsError, load
from content.loading.files import ContentError
from jobs.certificates import CertificatesError
from jobs.content_source import read_source
from jobs.http_client import async_client
from jobs.links import DEAD, check_links, find_places, places_in_force, store_checks
from jobs.models.content import LinkCheck
from jobs.proxies import Network
from jobs.states import LinkState
from jobs.store.database import Database, DatabaseError, first_line

WORDS = {
    LinkState.BROKEN: "broken",
    LinkState.SOFT_404: "leads nowhere",
    LinkState.MOVED: "moved",
    LinkState.UNCLEAR: "not checked, open it in a browser",
}


def check() -> int:
    """Return 1 if a link is broken, or the content cannot be read."""
    try:
        settings = load()
        places = find_places(read_source(settings.content))
        urls = {place.url for place in places}
        with _open_database(settings) as db:
            in_force = places_in_force(db) if db else ()
            checks = asyncio.run(_check([place.url for place in (*places, *in_force)], settings.network))
            if db:
                _store(db, checks)
    except (SettingsError, ContentError, CertificatesError) as problem:
        print(problem, file=sys.stderr)
        return 1
    found = {each.url: each for each in checks if each.url in urls}
    for place in places:
        result = found[place.url]
        if result.state is not LinkState.OK:
            words = "" if result.state is LinkState.MOVED else f"{WORDS[result.state]}: "  # the detail says it
            print(f"{place}: {place.url}: {words}{result.detail}")
    counts = [sum(each.state is state for each in found.values()) for state in WORDS]
    words = ", ".join(f"{count} {state.value}" for state, count in zip(WORDS, counts, strict=True) if count)
    print(f"{len(found)} addresses checked: {words or 'all of them work'}.")
    return int(any(each.state in DEAD for each in found.values()))


@contextmanager
def _open_database(settings: Settings) -> Iterator[Database | None]:
    """Yield the bot's database, or None after saying why nothing will be stored."""
    with ExitStack() as stack:
        try:
            db = stack.enter_context(open_existing(settings))
        except StartError as problem:
            print(f"/trade-admin review will not know the result. {problem}", file=sys.stderr)
            db = None
        yield db


def _store(db: Database, checks: list[LinkCheck]) -> None:
    try:
        store_checks(db, checks)
    except DatabaseError as problem:
        print(f"/trade-admin review will not know the result: {first_line(problem)}", file=sys.stderr)


async def _check(urls: list[str], network: Network) -> list[LinkCheck]:
    async with async_client(network) as http:
        checks = await check_links(http, urls, _show_progress)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    return checks


def _show_progress(done: int, of: int) -> None:
    """Count on one line of a terminal; in a log, say it seldom."""
    if sys.stderr.isatty():
        print(f"\r{done} of {of} addresses", end="", file=sys.stderr, flush=True)
    elif done % 50 == 0 or done == of:
        print(f"{done} of {of} addresses", file=sys.stderr)
