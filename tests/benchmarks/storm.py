"""A signed /pti revenue while 500 entries are parsed, published and posted, against the same bot when it is idle."""

import math
import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from jobs.models.channels import ChannelRef
from jobs.store import entries
from jobs.store.database import Database
from tests.benchmarks.measure import Row
from tests.support import slack_server
from tests.support.feed_server import bulletins, sent_now, serving
from tests.support.process import bot, content, eventually
from tests.support.slack_payloads import command, form, headers
from tests.support.slack_server import Channel
from tests.support.store import subscribe

ENTRIES, CHANNELS = 500, 40
STEP = 25
"""Entries that are published at once. The feed has the newest hundred, and more than half of these would be a flood, which may be held."""
FIRST = 60
REQUESTS, WARM_UP = 300, 40
PAUSE_SECONDS = 0.05
MAX_RATIO = 2.0


def rows(folder: Path) -> Iterator[Row]:
    with serving(bulletins(FIRST)) as server, slack_server.serving() as slack:
        slack.channels |= {f"C{number}": Channel(f"C{number}") for number in range(CHANNELS)}
        url = f"sqlite:///{folder / 'storm.db'}"
        settings = slack.settings() | {"CONTENT_DIR": str(content(folder / "storm", server)), "DATABASE_URL": url, "LOG_LEVEL": "warning"}
        with bot("run", "/slack/events", **settings) as running, ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            eventually(lambda: running.get("/readyz")[0] == 200, "the first poll")
            db = Database(url)
            for number in range(CHANNELS):
                subscribe(db, to=ChannelRef("slack", "T1", f"C{number}", "#trade"))
            db.close()
            pool.submit(latencies, running.url, WARM_UP).result()
            idle = pool.submit(latencies, running.url, REQUESTS).result()
            asked = pool.submit(latencies, running.url, REQUESTS)
            for first in range(FIRST, FIRST + ENTRIES, STEP):
                server.publish(*(sent_now(number, f"Quota notice {number}") for number in range(first, first + STEP)))
                time.sleep(REQUESTS * PAUSE_SECONDS * STEP / ENTRIES)
            stormy = asked.result()
            posted = len(slack.posts)
            eventually(partial(has_stored, url, FIRST + ENTRIES), "all entries are stored")
    assert posted, "nothing was posted"
    quiet, busy = p99(idle), p99(stormy)
    note = f"{busy * 1000:.1f} ms against {quiet * 1000:.1f} ms; to {CHANNELS} channels, {posted:,} posts meanwhile"
    yield Row(f"/pti revenue while {ENTRIES} entries arrive, p99 against idle", busy / quiet, "x", MAX_RATIO, note)


def p99(times: list[float]) -> float:
    return sorted(times)[math.ceil(0.99 * len(times)) - 1]


def has_stored(url: str, wanted: int) -> bool:
    db = Database(url)
    with db.read() as conn:
        found = entries.count(conn, wanted)
    db.close()
    return found == wanted


def latencies(url: str, times: int) -> list[float]:
    """Ask from a process of its own, as a person does who waits between two questions, and return the seconds until each answer."""
    body = form(command("/pti revenue", "https://hooks.slack.com/commands/T1/1/x", token="t", team_domain="office"))
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    taken = []
    for _ in range(times):
        time.sleep(PAUSE_SECONDS)
        begin = time.perf_counter()
        connection.request("POST", "/slack/events", body, headers(body))
        answer = connection.getresponse()
        answer.read()
        taken.append(time.perf_counter() - begin)
        assert answer.status == 200
    connection.close()
    return taken
