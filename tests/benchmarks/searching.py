"""Search among 100,000 messages, on SQLite and on PostgreSQL: common, rare and unknown words, phrases, operators, both orders."""

import math
import os
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import text

from content.loading.loader import load
from handlers.messages import operators
from handlers.messages.search import find, read_query
from jobs.migrations.upgrade import upgrade
from jobs.models.entries import Classified, NewEntry, Parsed, TopicHit
from jobs.models.search import Place
from jobs.states import EntryKind, Lead
from jobs.store import entries, tokens
from jobs.store.database import Database
from tests.benchmarks.measure import Row
from tests.support import postgres, run
from tests.support.paths import CONTENT

STORED = 100_000
BATCH = 2_000
ROUNDS = 5
RATIO = 12.0
"""About 5 ms, where ten messages are loaded in 0.4 ms."""
HOURS = 1.4
"""Between two messages."""
NEWEST = datetime(2026, 6, 30, tzinfo=UTC)
ZONE = "America/New_York"

WORDS = (
    *["cbp", "entry", "the", "of", "and", "to", "importer", "trade", "message", "system", "filer", "goods", "customs", "duty"],
    *[
        "steel",
        "derivative",
        "aluminum",
        "quota",
        "bulletin",
        "refund",
        "drawback",
        "manifest",
        "truck",
        "statement",
        "tariff",
        "section",
        "webinar",
        "outage",
        "portal",
    ],
    *(f"word{number}" for number in range(3_000)),
)
"""The first are in most messages, the last in few, as in any language."""
TOPICS = ("tariffs", "revenue", "ace", "agriculture-quota", "textiles")

SEARCHES = (
    *("entry", "cbp", "cbp entry", "cbp entry newest", "duty newest", "customs duty", "steel", "steel newest", "portal newest"),
    *("steel derivative", "steel derivative newest", "aluminum steel", "quota bulletin", "drawback refunds", "truck manifests"),
    *("steel derivative topic:tariffs since:2026-01 kind:guidance", "entry topic:textiles", "entry kind:quota newest", "topic:tariffs"),
    *("drawback -refund", "cbp -entry newest", "refunds of duties", "quota kind:quota,guidance", "portal outage since:2025"),
    *('"entry summary"', '"entry summary" newest', '"cbp entry"', '"entry summary" -"cbp entry"', '"steel derivative"', "ace -kind:outage"),
    *("rare777", "rare777 entry", "entry until:2015", "steel quota truck webinar portal", "word2500", "word40", "word200 word300"),
    *("kind:guidance topic:ace", "outage kind:outage until:2020-06 newest", "since:2026-06", "customs {middle}", "steel {middle}"),
    *("feed:csms -topic:ace", "importer goods duty since:2024 until:2024"),
)
"""Most are for words of most messages; some have no other answer than the oldest."""


def rows(folder: Path) -> Iterator[Row]:
    for name, url in urls(folder / "search.db"):
        db = Database(url)
        upgrade(db)
        fill(db)
        yield from measured(name, db)
        db.close()


def urls(file: Path) -> Iterator[tuple[str, str]]:
    yield "SQLite", f"sqlite:///{file}"
    before = dict(os.environ)  # `begin` sets the certificates of the tests, which `end` deletes
    run.begin()
    try:
        yield "PostgreSQL", postgres.create_database(postgres.start_server())
    finally:
        postgres.stop_server()
        run.end()
        os.environ.clear()
        os.environ.update(before)


def fill(db: Database) -> None:
    """Store messages of 16 years, of 20 to 100 words each."""
    chance = random.Random(1)  # noqa: S311  # to be repeatable
    weights = [1 / (place + 1) for place in range(len(WORDS))]
    for start in range(0, STORED, BATCH):
        several = [message(number, chance, weights) for number in range(start, start + BATCH)]
        with db.begin() as conn:
            entries.add(conn, several, NEWEST, backlog=True)  # without what reading them would tell, which no search asks for
    if not db.sqlite:
        with db.begin() as conn:
            conn.execute(text("ANALYZE"))  # as the server does by itself within a minute


def message(number: int, chance: random.Random, weights: list[float]) -> NewEntry:
    words = chance.choices(WORDS, weights, k=chance.randint(20, 100))
    words += ["entry", "summary"] if chance.random() < 0.3 else []
    rare = f" rare{number % 5_000}"
    published = NEWEST - timedelta(hours=HOURS * (STORED - number))
    parsed = Parsed(
        f"csms:{40_000_000 + number}",
        "csms",
        str(40_000_000 + number),
        " ".join(words[:7]),
        "https://content.govdelivery.com/x",
        published,
        " ".join(words) + rare,
    )
    return NewEntry(parsed, Classified((TopicHit(chance.choice(TOPICS), ""),), chance.choice(list(EntryKind)), Lead.NONE, False))


def measured(name: str, db: Database) -> Iterator[Row]:
    """Measure the first page of each search, or a later one, in the processor time of this process and of the server's."""
    catalog = load(CONTENT)
    middle = operators.older(Place(tokens.row_id(0, NEWEST - timedelta(hours=STORED * HOURS / 2))))
    with db.read() as conn:
        server = None if db.sqlite else int(conn.execute(text("SELECT pg_backend_pid()")).scalar_one())
        load_page = cost(server, lambda: entries.latest(conn, ["csms"]))
        taken = {}
        for words in SEARCHES:
            query = read_query(words.format(middle=middle), catalog, NEWEST, ZONE)
            taken[words] = cost(server, partial(find, conn, query, ZONE))
    ordered = sorted(taken.values())
    p95 = ordered[math.ceil(0.95 * len(ordered)) - 1]
    slowest = ", ".join(sorted(taken, key=lambda words: -taken[words])[:3])
    note = f"p50 {ordered[len(ordered) // 2]:.1f} ms, at most {ordered[-1]:.1f} ms; the slowest: {slowest}"
    yield Row(f"a search among 100,000 messages on {name}, p95", p95, "ms", None, note)
    yield Row("  against loading the ten newest messages", p95 / load_page, "x", RATIO, f"{load_page:.1f} ms")


def cost(server: int | None, act: Callable[[], object]) -> float:
    """Return the least milliseconds of several rounds."""

    def used() -> float:
        nanoseconds = 0 if server is None else int(Path(f"/proc/{server}/schedstat").read_text().split()[0])
        return time.process_time() + nanoseconds / 1e9

    taken = []
    for _ in range(ROUNDS):
        begin = used()
        act()
        taken.append(used() - begin)
    return min(taken) * 1_000
