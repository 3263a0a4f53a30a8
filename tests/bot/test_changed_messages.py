"""Messages that change each other, from CBP's feed to the channels of Slack, Teams and the playground, poll by poll."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import time
from typing import Any, Protocol

import httpx
import pytest
from sqlalchemy import select

from bot import settings
from bot.playground.sender import PlaygroundSender
from bot.slack.client import Slack
from bot.slack.sender import SlackSender
from bot.teams.client import Teams
from bot.teams.sender import TeamsSender
from handlers.command import Context, Person
from handlers.replies import posts, serialize
from handlers.replies.reply import Reply, Section, line
from handlers.replies.text import render
from handlers.router import dispatch, read_command, resolve
from jobs.deliver import deliver_due
from jobs.models.channels import ChannelRef
from jobs.models.posts import Bundle
from jobs.models.subscriptions import Cadence, Filters
from jobs.notices import SILENT
from jobs.outcomes import Sent
from jobs.poll import poll_feed
from jobs.senders import Sender
from jobs.sources import process
from jobs.sources.document import Document
from jobs.states import CadenceKind, PostKind, PostState
from jobs.store import channels, contents, feeds, schema
from jobs.store import posts as outbox
from jobs.store.database import Database
from tests.support import slack_server, teams_server
from tests.support.clock import Clock
from tests.support.delivery import NINE, no_sleep
from tests.support.feed_server import Bulletin, FeedServer, bulletin, bulletins, serving
from tests.support.slack_server import SlackServer
from tests.support.small_catalog import CATALOG, NEW_YORK
from tests.support.store import DAILY, NOW, subscribe
from tests.support.teams_server import TENANT, TeamsServer

pytestmark = [pytest.mark.process, pytest.mark.slow]


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as its channel shows it."""

    text: str
    in_thread: bool

    def begins(self, words: str) -> bool:
        return self.text.startswith(words)


class Platform(Protocol):
    name: str

    @property
    def channel(self) -> ChannelRef: ...

    def sender(self) -> Sender: ...

    def shown(self) -> list[Shown]: ...


@dataclass(slots=True)
class OnSlack:
    server: SlackServer
    slack: Slack
    name: str = "slack"
    channel: ChannelRef = field(default_factory=lambda: ChannelRef("slack", "T1", "C1", "#trade"))

    def sender(self) -> Sender:
        return SlackSender(self.slack)

    def shown(self) -> list[Shown]:
        return [Shown(text_of(each["blocks"]), bool(each.get("thread_ts"))) for each in self.server.seen("C1")]


@dataclass(slots=True)
class OnTeams:
    server: TeamsServer
    teams: Teams
    name: str = "teams"

    @property
    def channel(self) -> ChannelRef:
        extra = {"service_url": self.server.service_url, "kind": teams_server.KINDS[teams_server.CHANNEL]}
        return ChannelRef("teams", TENANT, teams_server.CHANNEL, "Trade", extra)

    def sender(self) -> Sender:
        return TeamsSender(self.teams)

    def shown(self) -> list[Shown]:
        return [Shown(text_of(each["attachments"]), ";messageid=" in each["conversation"]) for each in self.server.posts]


@dataclass(slots=True)
class OnPlayground:
    db: Database
    name: str = "playground"
    channel: ChannelRef = field(default_factory=lambda: ChannelRef("playground", "local", "trade-updates", "trade-updates"))

    def sender(self) -> Sender:
        return PlaygroundSender()

    def shown(self) -> list[Shown]:
        with self.db.read() as conn:
            sent = (schema.post.c.state == PostState.SENT, schema.post.c.kind != PostKind.MARK)
            shown = select(schema.post.c.kind, contents.whole().label("whole")).select_from(contents.WITH_SHARED).where(*sent)
            rows = conn.execute(shown.order_by(schema.post.c.settled_at, schema.post.c.created_at)).all()
        return [Shown(without_marks(render(serialize.load(each.whole))), each.kind == PostKind.ANSWER) for each in rows]


def text_of(part: Any) -> str:
    """Return the words of blocks or cards, without Markdown, in their order."""
    if isinstance(part, list):
        return " ".join(filter(None, map(text_of, part)))
    if isinstance(part, dict):
        return " ".join(
            filter(None, (each if key == "text" and isinstance(each, str) else text_of(each) for key, each in part.items() if key in KEYS))
        )
    return ""


KEYS = ("content", "body", "items", "columns", "inlines", "elements", "blocks", "text")


@dataclass(slots=True)
class World:
    db: Database
    clock: Clock
    feed: FeedServer
    platform: Platform
    http: httpx.AsyncClient

    async def poll(self, *new: Bulletin) -> None:
        """Let CBP publish these, read the feed, and deliver what is due."""
        self.feed.publish(*new)
        self.clock.pass_(minutes=2)
        configured = self.feed.csms()
        with self.db.begin() as conn:
            feeds.ensure(conn, ["csms"], self.clock.now)
            feeds.make_due(conn, ["csms"], self.clock.now)
        polled = await poll_feed(self.db, configured, CATALOG.topics, self.http, chance=lambda: 0.0, notifier=SILENT)
        assert polled is not None
        assert polled.error is None
        await self.deliver()

    async def deliver(self) -> None:
        for _ in range(6):
            await deliver_due(self.db, {self.platform.name: self.platform.sender()}, compose, sleep=no_sleep)
            self.clock.pass_(seconds=5)

    def subscribe(self, phrase: str = "", cadence: Cadence = NOW) -> None:
        subscribe(self.db, cadence, Filters(phrases=(phrase,) if phrase else (), system=True), to=self.platform.channel)

    def shown(self, *, threads: bool = False) -> list[str]:
        return [plain(each.text) for each in self.platform.shown() if each.in_thread == threads]


def compose(bundle: Bundle) -> list[dict[str, Any]]:
    return posts.compose(bundle, CATALOG, NEW_YORK)


def without_marks(text: str) -> str:
    """Return the text of a card without its bullets and the numbers of its links."""
    return re.sub(r" ?\[\d+\]", "", re.sub(r"^ *[-*\u2022] ", "", text, flags=re.MULTILINE))


def plain(text: str) -> str:
    """Return the words of Teams' Markdown and of Slack's mrkdwn without their links."""
    text = re.sub(r"<[^|>]*\|([^>]*)>", r"\1", text)
    text = re.sub(r"\]\([^)]*\)", "", text).replace("[", "").replace("**", "").replace("\\", "").replace("\u2060", "")
    return re.sub(r" +([.,:])", r"\1", " ".join(text.split()))


@pytest.fixture(params=["slack", "teams", "playground"])
async def platform(request: pytest.FixtureRequest, sqlite_db: Database) -> AsyncIterator[Platform]:
    if request.param == "playground":
        yield OnPlayground(sqlite_db)
    elif request.param == "slack":
        with slack_server.serving() as server:
            found = settings.load(server.settings()).slack
            assert found is not None
            slack = Slack(found)
            yield OnSlack(server, slack)
            await slack.close()
            assert server.refused == []
    else:
        with teams_server.serving() as teams_at:
            teams = Teams(teams_at.settings())
            yield OnTeams(teams_at, teams)
            await teams.close()
            assert teams_at.refused == []


_parsed: dict[tuple[str, str, bytes, str], Document | process.Unparsable] = {}


@pytest.fixture(autouse=True)
def documents_are_parsed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parse a document in a child process once, and not again for each platform: most of the time of a test would be for that."""
    parse = process.parse

    async def parse_once(kind: str, content_type: str, body: bytes, url: str = "") -> Document | process.Unparsable:
        given = (kind, content_type, body, url)
        if given not in _parsed:
            _parsed[given] = await parse(*given)
        return _parsed[given]

    monkeypatch.setattr(process, "parse", parse_once)


@pytest.fixture
def feed() -> Iterator[FeedServer]:
    with serving(bulletins(60)) as server:
        yield server


@pytest.fixture
async def world(sqlite_db: Database, feed: FeedServer, platform: Platform) -> AsyncIterator[World]:
    clock = Clock()
    sqlite_db.clock = clock
    async with httpx.AsyncClient() as http:
        made = World(sqlite_db, clock, feed, platform, http)
        await made.poll()  # the backlog
        yield made


def made(n: int, title: str, words: str = "") -> Bulletin:
    return bulletin(100 + n, title, words or f"Filers take note: {title}.", hours=-(n + 7), minutes=n)


ORIGINAL = made(1, "Sugar quota opens")


def naming(verb: str, *of: Bulletin, n: int = 2, title: str = "Entry rules of March", more: str = "The rate is 5 percent.") -> Bulletin:
    return made(n, title, f"This message {verb} CSMS # {' and '.join(str(each.number) for each in of)}. {more}")


@pytest.mark.parametrize(
    ("verb", "words", "to_channel"),
    [
        ("corrects", "Corrected 9 Feb by CSMS {}. Read that message instead.", True),
        ("replaces", "Replaced 9 Feb by CSMS {}. Read that message instead.", True),
        ("rescinds", "Canceled 9 Feb by CSMS {}. Read that message instead.", True),
        ("updates", "Updated 9 Feb by CSMS {}.", False),
        ("resolves the issue reported in", "Resolved 9 Feb by CSMS {}.", False),
        ("extends the deadline announced in", "Extended 9 Feb by CSMS {}.", False),
    ],
)
async def test_what_changes_a_post_marks_it_and_comes_into_its_thread_past_the_filters(
    world: World, verb: str, words: str, to_channel: bool
) -> None:
    world.subscribe("quota")
    await world.poll(ORIGINAL)
    later = naming(verb, ORIGINAL)
    await world.poll(later)
    first, *others = world.shown()
    assert first.startswith(words.format(later.number)), first
    assert "What changed: “The rate is 5 percent.”" in first
    (below,) = world.shown(threads=True)
    assert f"CSMS {ORIGINAL.number}, posted above, was {words.split()[0].lower()}." in below
    assert [f"CSMS {later.number}" in each for each in others] == [True] * to_channel
    await world.poll()
    assert len(world.platform.shown()) == 2 + to_channel  # once each


async def test_a_follow_up_comes_into_the_thread_and_marks_nothing(world: World) -> None:
    world.subscribe("quota")
    await world.poll(ORIGINAL)
    await world.poll(naming("is a follow-up to", ORIGINAL))
    assert [each.startswith("Sugar quota opens") for each in world.shown()] == [True]
    (below,) = world.shown(threads=True)
    assert f"CSMS {ORIGINAL.number}, posted above, was followed up." in below


async def test_a_plain_reference_changes_nothing(world: World) -> None:
    world.subscribe("quota")
    await world.poll(ORIGINAL)
    await world.poll(made(2, "Entry rules", f"For the quota see CSMS # {ORIGINAL.number}."))
    assert [each.startswith("Sugar quota opens") for each in world.shown()] == [True, False]
    assert world.shown(threads=True) == []


async def test_both_of_one_poll_are_a_pair_with_the_correction_first(world: World) -> None:
    world.subscribe("quota")
    later = naming("corrects", ORIGINAL, title="CORRECTION: Sugar")
    await world.poll(ORIGINAL, later)
    (pair,) = world.shown()
    assert pair.index("Correction: Sugar") < pair.index(f"Earlier text, corrected by CSMS {later.number}") < pair.index("Sugar quota opens")
    assert world.shown(threads=True) == []


async def test_a_message_that_comes_after_its_correction_is_posted_as_corrected(world: World) -> None:
    world.subscribe("quota")
    later = naming("corrects", ORIGINAL, title="CORRECTION: quota")
    await world.poll(later)
    await world.poll(ORIGINAL)
    assert world.shown()[1].startswith(f"Corrected 9 Feb by CSMS {later.number}. Read that message instead. It was posted here today.")


async def test_of_twins_with_one_title_only_the_one_that_is_named_is_marked(world: World) -> None:
    world.subscribe("quota")
    twin = made(3, "Sugar quota opens", "The second tranche.")
    await world.poll(ORIGINAL)
    await world.poll(twin)
    later = naming("replaces", twin, n=4, title="Sugar quota opens")
    await world.poll(later)
    marked = [each for each in world.shown() if each.startswith(f"Replaced 9 Feb by CSMS {later.number}")]
    assert [str(twin.number) in each and "second tranche" in each for each in marked] == [True]
    assert str(ORIGINAL.number) not in marked[0].replace(str(twin.number), "")


async def test_several_numbers_of_one_phrase_are_all_marked_and_the_correction_comes_once(world: World) -> None:
    world.subscribe("quota")
    other = made(3, "Beef quota opens")
    await world.poll(ORIGINAL)
    await world.poll(other)
    later = made(4, f"CORRECTION to CSMS {ORIGINAL.number} and {other.number}")
    await world.poll(later)
    assert [each.startswith(f"Corrected 9 Feb by CSMS {later.number}") for each in world.shown()] == [True, True, False]
    assert len(world.shown(threads=True)) == 2


async def test_a_mistyped_number_marks_only_where_one_message_fits(world: World) -> None:
    world.subscribe("quota")
    await world.poll(ORIGINAL)
    digits = str(ORIGINAL.number)
    await world.poll(made(2, "Sugar quota opens later", f"This message updates CSMS # {digits[:4]}{digits[5:]}."))
    assert world.shown()[0].startswith("Updated 9 Feb by CSMS")
    await world.poll(made(3, "Cotton fees", f"This message replaces CSMS # {digits[:4]}{digits[5:]}."))
    assert "Replaced" not in world.shown()[0]


async def test_an_outage_is_updated_and_resolved_by_number(world: World) -> None:
    world.subscribe()
    outage = made(1, "Delays of quota processing")
    await world.poll(outage)
    update = made(2, f"UPDATE to CSMS # {outage.number}: Delays of quota processing")
    await world.poll(update)
    end = made(3, "RESOLVED: Delays of quota processing", f"The issue reported in CSMS # {outage.number} has been resolved.")
    await world.poll(end)
    first = next(each for each in world.shown() if f"CSMS {outage.number} · sent" in each)
    assert first.index(f"Resolved 9 Feb by CSMS {end.number}") < first.index(f"Updated 9 Feb by CSMS {update.number}")


async def test_a_card_that_somebody_shared_is_marked_and_answered(world: World) -> None:
    await world.poll(ORIGINAL)
    shared = Reply(f"CSMS {ORIGINAL.number}", (Section((line("Sugar quota opens"),)),), subjects=(f"csms:{ORIGINAL.number}",), public=True)
    sent = await world.platform.sender().send(world.platform.channel, serialize.dump(shared), "shared")
    assert isinstance(sent, Sent)
    with world.db.begin() as conn:
        channel_id = channels.ensure(conn, world.platform.channel, world.clock.now)
        outbox.record(conn, channel_id, "shared", serialize.dump(shared), world.clock.now, sent.receipt)
    later = naming("corrects", ORIGINAL)
    await world.poll(later)
    (card,) = world.shown()  # no subscription: nothing is posted to the channel
    assert card.startswith(f"Corrected 9 Feb by CSMS {later.number}. Read that message instead.")
    assert len(world.shown(threads=True)) == 1


async def test_a_week_comes_as_the_report_of_what_changed(world: World) -> None:
    world.subscribe("quota", Cadence(CadenceKind.CHANGES, time(9), 0))
    await world.poll(ORIGINAL, made(3, "Beef quota opens"))
    await world.poll(made(4, "Cotton quota opens", f"This message updates CSMS # {ORIGINAL.number}."))
    assert world.shown() == []
    world.clock.now = NINE
    await world.deliver()
    (report,) = world.shown()
    assert report.startswith("What changed: Mon 9 Feb")
    updated, new = report.index("Updated, extended or resolved"), report.index("Beef quota opens")
    assert updated < report.index("Cotton quota opens") < report.index(f"updates {ORIGINAL.number}") < new
    assert report.count("Beef quota opens") == report.count(str(ORIGINAL.number)) == 1
    world.clock.pass_(days=7)
    await world.deliver()
    assert len(world.shown()) == 1


async def test_the_line_of_a_digest_is_marked_where_it_stands(world: World) -> None:
    world.subscribe("quota", DAILY)
    await world.poll(ORIGINAL, made(3, "Beef quota opens"))
    world.clock.now = NINE
    await world.deliver()
    later = naming("corrects", ORIGINAL)
    await world.poll(later)
    digest, posted = world.shown()
    assert digest.startswith("Trade digest: Mon 9 Feb")
    assert re.search(
        rf"Sugar quota opens[^↳]{{0,200}}↳ Corrected 9 Feb by CSMS {later.number}[^↳]{{0,20}}\. Read that message instead\.", digest
    )
    assert "Posted here because it corrects" in posted


async def test_what_a_message_links_stands_on_its_post_and_its_card(world: World) -> None:
    files = "https://content.govdelivery.com/attachments/USDHSCBP/2026/02/09/file_attachments/1"
    links = (
        f"<p><a href='{files}/HTS%20list.xlsx'>here</a> <a href='https://www.federalregister.gov/d/2026-09429'>the notice</a> "
        "<a href='javascript:alert(1)'>Annex I</a> <a href='https://www.cbp.gov@evil.example/a.pdf'>Annex II</a></p>"
    )
    world.subscribe("quota")
    await world.poll(replace(made(1, "GUIDANCE: Sugar quota opens"), html=links))
    (post,) = world.shown()
    person = Person(world.platform.name, "T1", "U1", "Maria")
    command = read_command(f"/csms {ORIGINAL.number}", person, world.platform.channel)
    card = dispatch(resolve(command), Context(CATALOG, world.clock.now, NEW_YORK, world.db))
    for shown in (post, " ".join(render(card).split())):
        assert re.search(r"Attachments: HTS list\.xlsx.{0,6}· Linked documents: the notice", shown)
        assert "Effective date: not found in its text; its attachment may hold the date" in shown
    assert "evil" not in str(serialize.dump(card))
    assert f"{files}/HTS%20list.xlsx" in str(serialize.dump(card))
