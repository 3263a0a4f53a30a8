"""`tradebot links`: check every address of the content, and print what is broken or has moved, by file and line."""

import asyncio
import sys

from bot.settings import SettingsError, load
from content.loading.files import ContentError
from jobs.certificates import CertificatesError
from jobs.content_source import read_source
from jobs.http_client import async_client
from jobs.links import DEAD, check_links, find_places
from jobs.models.content import LinkCheck
from jobs.proxies import Network
from jobs.states import LinkState

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
        checks = asyncio.run(_check([place.url for place in places], settings.network))
    except (SettingsError, ContentError, CertificatesError) as problem:
        print(problem, file=sys.stderr)
        return 1
    found = {each.url: each for each in checks}
    for place in places:
        result = found[place.url]
        if result.state is not LinkState.OK:
            words = "" if result.state is LinkState.MOVED else f"{WORDS[result.state]}: "  # the detail says it
            print(f"{place}: {place.url}: {words}{result.detail}")
    counts = [sum(each.state is state for each in checks) for state in WORDS]
    words = ", ".join(f"{count} {state.value}" for state, count in zip(WORDS, counts, strict=True) if count)
    print(f"{len(checks)} addresses checked: {words or 'all of them work'}.")
    return int(any(each.state in DEAD for each in checks))


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
