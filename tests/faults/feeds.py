"""Poll feeds that are spoiled in one entry at a time, and judge what became of every entry.

`python -m tests.faults.feeds` is the parser of these polls: it forks a child for each document, as bounded as the bot's own, which would
start an interpreter each time.
"""

import asyncio
import json
import os
import random
import signal
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from html import escape
from pathlib import Path
from unittest.mock import patch

import httpx

from content.catalog import Feed, Source
from jobs.migrations import upgrade
from jobs.models.channels import ChannelRef
from jobs.models.entries import Entry
from jobs.models.subscriptions import Cadence, Filters, SubscriptionSpec
from jobs.notices import SILENT
from jobs.poll import poll_feed
from jobs.publish import Polled
from jobs.sources import child, process
from jobs.sources.document import Document
from jobs.sources.identify import identify
from jobs.sources.process import WALL_SECONDS, Unparsable, result
from jobs.states import CadenceKind
from jobs.store import channels, entries, feeds
from jobs.store.database import Database
from jobs.subscribe import save_subscription
from tests.faults.mutations import spoil
from tests.support.clock import Clock
from tests.support.feed_server import BEGIN, FIRST, bulletin, page, rss, widget
from tests.support.json_feeds import release, ruling
from tests.support.paths import ROOT

WINDOW = 12  #: Entries in a document.
CRASHES = ("cannot be parsed", "crashed the parser", "internal error", "could not be stored")


@dataclass(frozen=True)
class Format:
    """How a feed's documents are written. `entry` has a line for itself."""

    feed: Feed
    head: str
    tail: str
    entry: Callable[[int], str]
    key: Callable[[int], str]
    json: bool = False

    def document(self, several: list[str]) -> str:
        between = "," if self.json else "\n"
        return f"{self.head}{between.join(several)}{self.tail}"


def feed(slug: str, kind: str, publishes: str) -> Feed:
    return Feed(slug, slug, (Source(kind, f"https://feeds.example.gov/{slug}"),), 60, publishes, False, ())


def rss_entry(n: int) -> str:
    return rss([bulletin(n, f"Notice {n}")]).split("\n")[1]


def plain_entry(n: int) -> str:
    moment = BEGIN + timedelta(hours=n)
    return (
        f"<entry><id>tag:cbp.gov,2026:{n}</id><title>Notice {n}</title><link href='https://www.cbp.gov/notice/{n}?a=1&amp;b=2'/>"
        f"<updated>{moment.isoformat()}</updated><summary>Filers take note of notice {n}.</summary></entry>"
    )


def register_entry(n: int) -> str:
    title = f"Notice {n} on duties"
    link = f"https://www.federalregister.gov/documents/{n}"
    return json.dumps({"document_number": f"2026-{n:05}", "title": title, "html_url": link, "publication_date": "2026-02-05"})


def widget_entry(n: int) -> str:
    return widget([bulletin(n, f"Notice {n}")]).removeprefix("GDWidgets[0].update([").removesuffix("]);")


RSS = rss([bulletin(0)]).split("\n")
FORMATS = (
    Format(feed("csms", "rss", "csms"), f"{RSS[0]}\n", f"\n{RSS[2]}", rss_entry, lambda n: f"csms:{FIRST + 7 * n}"),
    Format(
        feed("atom", "rss", "all"),
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>Notices</title>',
        "</feed>",
        plain_entry,
        lambda n: f"atom:tag:cbp.gov,2026:{n}",
    ),
    Format(
        feed("pages", "drupal", "all"),
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><link>https://www.cbp.gov/</link>',
        "</channel></rss>",
        lambda n: page(f"/notice/{n}", f"Notice {n}", escape(f"Filers take note of {n}."), "2026-02-03"),
        lambda n: f"pages:/notice/{n} at cbp",
    ),
    Format(
        feed("register", "federal-register", "all"),
        '{"count": 1, "results": [',
        "]}",
        register_entry,
        lambda n: f"register:2026-{n:05}",
        json=True,
    ),
    Format(
        feed("rulings", "cross-rulings", "all"),
        '{"rulings": [',
        '], "totalHits": 220000}',
        lambda n: json.dumps(ruling(n)),
        lambda n: f"rulings:N{350_000 + n}",
        json=True,
    ),
    Format(
        feed("releases", "hts-releases", "all"), "[", "]", lambda n: json.dumps(release(n)), lambda n: f"releases:2026HTSRev{n}", json=True
    ),
    Format(feed("widget", "jsonp", "csms"), "GDWidgets[0].update([", "]);", widget_entry, lambda n: f"widget:{FIRST + 7 * n}", json=True),
)


@dataclass
class Counts:
    documents: int = 0
    crashed: int = 0  #: Polls that failed inside the bot.
    closed: int = 0  #: Polls that missed an entry besides the spoiled one.
    lost: int = 0  #: Entries that were never owed.
    twice: int = 0  #: Entries that were owed again, under their own or another identity.
    renamed: int = 0  #: Spoiled entries of which nothing tells whose they are.
    seconds: float = 0
    examples: list[str] = field(default_factory=list)

    @property
    def broken(self) -> int:
        return self.crashed + self.closed + self.lost + self.twice

    def note(self, what: str, document: str) -> None:
        if len(self.examples) < 20:
            self.examples.append(f"{what}: {document}")


def run(count: int, seed: int, url: str = "") -> Counts:
    """Poll `count` spoiled documents, each followed by the sound one. `url` is an empty database with all tables."""
    with tempfile.TemporaryDirectory() as folder:
        db = Database(url or f"sqlite:///{Path(folder) / 'feeds.db'}")
        if not url:
            upgrade.upgrade(db)
        begun = time.monotonic()
        try:
            counts = asyncio.run(_run(db, count, random.Random(seed)))  # noqa: S311  # to be repeatable
        finally:
            db.close()
        counts.seconds = time.monotonic() - begun
        return counts


async def _run(db: Database, count: int, chance: random.Random) -> Counts:
    counts = Counts()
    bodies: dict[str, bytes] = {}
    transport = httpx.MockTransport(lambda request: httpx.Response(200, stream=httpx.ByteStream(bodies[request.url.path[1:]])))
    async with httpx.AsyncClient(transport=transport) as http:
        parser = await Parser.start()
        try:
            with patch.object(process, "parse", parser.parse):
                streams = [Stream(form, db, http, bodies, parser, counts) for form in FORMATS]
                subscribe(db, [form.feed.slug for form in FORMATS])
                for stream in streams:
                    await stream.poll(stream.sound())
                    stream.seed()
                for number in range(count):
                    await streams[number % len(streams)].turn(chance)
                for stream in streams:
                    stream.judge()
        finally:
            await parser.stop()
    return counts


def subscribe(db: Database, slugs: list[str]) -> None:
    clock = db.clock = Clock()
    with db.begin() as conn:
        channel = channels.ensure(conn, ChannelRef("playground", "local", "all", "all"), clock.now)
        spec = SubscriptionSpec(Filters(feeds=tuple(slugs), system=True), Cadence(CadenceKind.NOW), "UTC", False)
        save_subscription(conn, channel, spec, "me", clock.now)


@dataclass
class Stream:
    """One feed: what was published in it, and what became owed."""

    form: Format
    db: Database
    http: httpx.AsyncClient
    bodies: dict[str, bytes]
    parser: "Parser"
    counts: Counts
    newest: int = WINDOW - 1
    first: dict[int, Entry] = field(default_factory=dict)  #: What was stored or owed of each.

    def window(self) -> list[str]:
        return [self.form.entry(n) for n in range(self.newest, self.newest - WINDOW, -1)]

    def sound(self) -> str:
        return self.form.document(self.window())

    async def turn(self, chance: random.Random) -> None:
        """Publish an entry, poll with a spoiled one, and poll the sound document."""
        self.newest += 1
        place = chance.randrange(WINDOW)
        several = self.window()
        several[place] = spoil(chance, several[place], json=self.form.json)
        polled = await self.poll(self.form.document(several))
        self.counts.documents += 1
        seen = {} if self.parser.last is None else identify(self.form.feed, self.parser.last.entries, first_choice=True).parsed
        keys = {each.key for each in seen}
        others = {self.form.key(self.newest - n) for n in range(WINDOW) if n != place}
        if polled.error is not None and any(words in polled.error for words in CRASHES):
            self.counts.crashed += 1
            self.counts.note(f"{self.form.feed.slug} crashed, {polled.error}", several[place])
        elif not others <= keys:
            self.counts.closed += 1
            self.counts.note(f"{self.form.feed.slug} lacks {sorted(others - keys)}, {polled.error}", several[place])
        self.count(polled, several[place])
        again = await self.poll(self.sound())
        assert again.error is None, again.error
        self.count(again, several[place])

    def count(self, polled: Polled, document: str) -> None:
        """Count what became owed. An entry is known by its identity, or else by its title."""
        for each in polled.new:
            number = self.number(each)
            if number is None or (number in self.first and _is_renamed(each, self.first[number])):
                self.counts.renamed += 1
            elif number in self.first:
                self.counts.twice += 1
                self.counts.note(f"{self.form.feed.slug} again as {each.key[:80]}", document)
            else:
                self.first[number] = each

    def number(self, entry: Entry) -> int | None:
        by_key = {self.form.key(n): n for n in range(self.newest + 1)}
        title = entry.title.removeprefix("Notice ").removesuffix(" on duties")
        by_title = int(title) if title.isascii() and title.isdigit() and int(title) <= self.newest else None
        return by_key.get(entry.key, by_title)

    async def poll(self, document: str) -> Polled:
        self.bodies[self.form.feed.slug] = document.encode("utf-8", "surrogatepass")
        self.parser.last = None
        assert isinstance(self.db.clock, Clock)
        now = self.db.clock.pass_(minutes=1)
        with self.db.begin() as conn:
            feeds.ensure(conn, [self.form.feed.slug], now)
            feeds.make_due(conn, [self.form.feed.slug], now)
        polled = await poll_feed(self.db, self.form.feed, (), self.http, chance=lambda: 0.0, notifier=SILENT)
        assert polled is not None
        return polled

    def seed(self) -> None:
        """Remember the entries of the first poll."""
        with self.db.read() as conn:
            self.first = {
                n: each for each in entries.latest(conn, [self.form.feed.slug], limit=WINDOW) if (n := self.number(each)) is not None
            }

    def judge(self) -> None:
        """Every entry was stored or owed, or else its spoiled copy was, which then has the entry's identity as well."""
        with self.db.read() as conn:
            known = entries.known(conn, [self.form.key(n) for n in range(self.newest + 1)])
        missing = [n for n in range(self.newest + 1) if n not in self.first and self.form.key(n) not in known]
        self.counts.lost += len(missing)
        if missing:
            self.counts.note(f"{self.form.feed.slug} lost", f"{missing}")


def _is_renamed(entry: Entry, first: Entry) -> bool:
    """Return whether nothing tells that both are one: the numbers differ, or with the identity the date."""
    return entry.number != first.number or entry.published != first.published


class Parser:
    """The parse child's stand-in for many documents."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.last: Document | None = None

    @classmethod
    async def start(cls) -> "Parser":
        pipe = asyncio.subprocess.PIPE
        command = (sys.executable, "-m", "tests.faults.feeds")
        return cls(await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=pipe, stdout=pipe, limit=2**26))

    async def parse(self, kind: str, content_type: str, body: bytes, url: str = "") -> Document | Unparsable:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        head = json.dumps([kind, content_type, url]).encode()
        self._process.stdin.write(struct.pack(">II", len(head), len(body)) + head + body)
        code, size = struct.unpack(">iI", await self._process.stdout.readexactly(8))
        parsed = result(code, await self._process.stdout.readexactly(size), b"")
        self.last = parsed if isinstance(parsed, Document) else None
        return parsed

    async def stop(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()


def serve() -> None:
    """Parse each document of stdin in a forked child."""
    child.reader("rss")
    while head := sys.stdin.buffer.read(8):
        sizes = struct.unpack(">II", head)
        kind, content_type, url = json.loads(sys.stdin.buffer.read(sizes[0]))
        body = sys.stdin.buffer.read(sizes[1])
        code, output = forked(lambda: child.answer(body, kind, content_type, url).encode("utf-8", "replace"))  # noqa: B023  # called at once
        sys.stdout.buffer.write(struct.pack(">iI", code, len(output)) + output)
        sys.stdout.buffer.flush()


def forked(work: Callable[[], bytes]) -> tuple[int, bytes]:
    reading, writing = os.pipe()
    process = os.fork()
    if not process:
        with suppress(BaseException):
            os.close(reading)
            child.set_limits()
            signal.alarm(int(WALL_SECONDS))
            output = work()
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(output)
            os._exit(0)
        os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        output = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), output


if __name__ == "__main__":
    serve()
