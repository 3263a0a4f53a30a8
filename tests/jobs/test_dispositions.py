"""Each subscription has exactly one disposition of an entry, and a true one, after any sequence of changes, and after kills."""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import time, timedelta

import pytest

from jobs.dispositions import Disposed, Disposition, dispositions
from jobs.matching import Hindrance, hindrance, matches
from jobs.models.channels import ChannelRef
from jobs.models.entries import Entry, NewEntry
from jobs.models.subscriptions import Cadence, Filters, SubscriptionSpec
from jobs.outbox import Decision, decide
from jobs.outcomes import Gone, Unreadable
from jobs.pauses import pause_all, pause_channel, resume_all, resume_channel
from jobs.publish import edit_entry, end_hold, publish_entries
from jobs.states import CadenceKind
from jobs.store import channels, entries, feeds, outbox, posting_pauses, subscriptions
from jobs.store.database import Connection, Database
from jobs.subscribe import change_subscription, end_subscription, pause_subscription, save_subscription
from tests.jobs.test_reminders_under_kills import Mortal
from tests.support.clock import Clock
from tests.support.delivery import deliver
from tests.support.store import NEW_YORK, channel, new
from tests.support.stub_platform import Killed, Platform, answer, take, take_and_time_out, time_out

PLACES = tuple(channel(name) for name in ("C1", "C2"))
EVERYTHING = SubscriptionSpec(Filters(system=True), Cadence(CadenceKind.NOW), NEW_YORK, digest_only=False)
TOPICS = ("revenue", "tariffs", "textiles")
WHO = "someone"

OWED = frozenset(list(Disposition)[: list(Disposition).index(Disposition.ENDED)])
"""The subscription was owed the entry, and did not end before it was posted."""

MATCHED = OWED | {Disposition.ENDED}
HINDERED = frozenset({Disposition.FEED, Disposition.EXCLUDED, Disposition.TOPIC, Disposition.PHRASE, Disposition.ROUTINE})
SHOWN = frozenset({Disposition.POSTED, Disposition.DUE, Disposition.SENDING, Disposition.ON_HOLD, Disposition.REFUSED, Disposition.DROPPED})
"""The posts that may be in the channel; one that was looked for in vain may be there all the same."""

REFUSED = answer(Gone("refused"))


@dataclass
class World:
    db: Mortal
    clock: Clock
    chance: random.Random
    luck: random.Random
    """The chance of the platform and the processes: how often threads ask for it differs from run to run."""
    platform: Platform = field(default_factory=Platform)
    numbers: int = 0
    edited: set[int] = field(default_factory=set)
    owed: set[tuple[int, int]] = field(default_factory=set)
    """Entry and subscription, as publishing should have owed them."""

    def act(self) -> None:
        self.clock.pass_(minutes=self.chance.choice((1, 30, 600)))
        with self.db.begin() as conn:
            here = channels.ensure(conn, self.chance.choice(PLACES), self.clock.now)
            live = subscriptions.list_for_channel(conn, here)
            one = self.chance.choice(live).id if live else 0
            step = self.chance.choice(STEPS)
            step(self, conn, here, one)

    def spec(self) -> SubscriptionSpec:
        some = self.chance.random
        filters = Filters(
            feeds=("csms",) if some() < 0.8 else ("cbp-trade",),
            topics=tuple(each for each in TOPICS if some() < 0.3),
            phrases=("steel",) if some() < 0.2 else (),
            never=("webinar",) if some() < 0.2 else (),
            system=some() < 0.3,
        )
        kind = CadenceKind.NOW if some() < 0.6 else CadenceKind.DAILY
        return SubscriptionSpec(filters, Cadence(kind, None if kind == CadenceKind.NOW else time(9)), NEW_YORK, digest_only=False)

    def entry(self) -> NewEntry:
        self.numbers += 1
        words = " ".join(each for each in ("steel", "webinar", "quota") if self.chance.random() < 0.4)
        made = new(self.numbers, *(each for each in TOPICS if self.chance.random() < 0.4), title=f"Message {self.numbers} {words}")
        return replace(made, classified=replace(made.classified, routine=self.chance.random() < 0.2))

    def publish(self, conn: Connection, *, backlog: bool = False, held: bool = False) -> None:
        stored = publish_entries(
            conn, "csms", [self.entry() for _ in range(self.chance.randrange(1, 4))], self.clock.now, backlog=backlog, held=held
        )
        if not backlog and not held:
            self.note(conn, stored)

    def note(self, conn: Connection, published: list[Entry]) -> None:
        live = [each for place in PLACES if (here := channels.find_id(conn, place)) for each in subscriptions.list_for_channel(conn, here)]
        for entry in published:
            for each in live:
                if each.created_at <= entry.first_seen and matches(each.filters, each.channel.platform, entry) is not None:
                    self.owed.add((entry.id, each.id))


def begin(world: World, conn: Connection, here: int, one: int) -> None:
    save_subscription(conn, here, world.spec(), WHO, world.clock.now)


def change(world: World, conn: Connection, here: int, one: int) -> None:
    change_subscription(conn, here, one, world.spec(), WHO, world.clock.now)


def end(world: World, conn: Connection, here: int, one: int) -> None:
    end_subscription(conn, here, one, WHO, world.clock.now)


def pause(world: World, conn: Connection, here: int, one: int) -> None:
    until = None if world.chance.random() < 0.4 else world.clock.now + timedelta(hours=world.chance.choice((1, 100)))
    pause_subscription(conn, here, one, until, WHO, world.clock.now)


def pause_place(world: World, conn: Connection, here: int, one: int) -> None:
    if channels.find_pause(conn, here) is None and world.chance.random() < 0.2:
        pause_channel(conn, here, "somebody paused it", WHO, None, world.clock.now)
    else:
        resume_channel(conn, here, world.clock.now, WHO)


def pause_everything(world: World, conn: Connection, here: int, one: int) -> None:
    (pause_all if posting_pauses.find(conn) is None and world.chance.random() < 0.15 else resume_all)(conn, WHO, world.clock.now)


def publish(world: World, conn: Connection, here: int, one: int) -> None:
    world.publish(conn)


def store(world: World, conn: Connection, here: int, one: int) -> None:
    world.publish(conn, backlog=True)


def hold(world: World, conn: Connection, here: int, one: int) -> None:
    world.publish(conn, held=True)


def edit(world: World, conn: Connection, here: int, one: int) -> None:
    """Another title and other topics, as after an edit or new rules."""
    number = world.chance.randrange(1, world.numbers + 1) if world.numbers else 0
    stored = entries.by_key(conn, f"csms:{number}")
    if stored is not None:
        topics = new(number, *(each for each in TOPICS if world.chance.random() < 0.5)).classified.topics
        made = new(number, title=f"Message {number} {world.chance.choice(('steel', 'webinar', 'quota'))}")
        edit_entry(conn, stored.key, replace(made, classified=replace(made.classified, topics=topics)), world.clock.now)
        world.edited.add(stored.id)


def decide_about_post(world: World, conn: Connection, here: int, one: int) -> None:
    for post_id in outbox.undecided_ids(conn)[:1]:
        decide(conn, post_id, world.chance.choice((Decision.RESEND, Decision.DROP)), WHO, world.clock.now)


STEPS = (begin, begin, begin, change, change, end, pause, pause_place, pause_everything, publish, publish, publish, publish, store, hold)
STEPS += (edit, edit, decide_about_post)  # type: ignore[assignment]


def release(world: World) -> None:
    with world.db.begin() as conn:
        feeds.ensure(conn, ["csms"], world.clock.now)
    post = world.chance.random() < 0.6
    released = end_hold(world.db, "csms", WHO, post=post)
    if post:
        with world.db.read() as conn:
            world.note(conn, released)


async def work(world: World, kills: float) -> None:
    """Post what is due for a while, on a platform that fails and with processes that die."""
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # a thread that dies has nobody who waits for it
    for _ in range(3):
        world.platform.script = [world.luck.choice((take, take, take, time_out, take_and_time_out, REFUSED)) for _ in range(4)]
        world.platform.unreadable = [Unreadable("no scope", for_good=True)] if world.luck.random() < 0.1 else []
        world.db.dies = lambda: world.luck.random() < kills
        try:
            await deliver(world.db, world.platform)
        except* Killed:
            pass
        finally:
            world.db.dies = lambda: False
        world.clock.pass_(seconds=40)


async def finish(world: World) -> None:
    """End every pause, and post what is due without faults."""
    with world.db.begin() as conn:
        resume_all(conn, WHO, world.clock.now)
        for place in PLACES:
            here = channels.ensure(conn, place, world.clock.now)
            resume_channel(conn, here, world.clock.now, WHO)
            save_subscription(conn, here, EVERYTHING, WHO, world.clock.now)
        world.clock.pass_(minutes=1)
        world.publish(conn)
    for _ in range(10):
        world.platform.script, world.platform.unreadable = [], []
        await deliver(world.db, world.platform)
        world.clock.pass_(minutes=10)


def listed(platform: Platform, place: ChannelRef) -> set[str]:
    """Return the numbers that people see in a channel, except what is only mentioned there."""
    return {number for said in platform.seen(place.id) for number in re.findall(r"(?<!\()\b[0-9]+\b", said)}


def check(world: World) -> Counter[Disposition]:
    found: Counter[Disposition] = Counter()
    with world.db.read() as conn:
        now, stored = world.db.now(conn), entries.latest(conn, ["csms"], limit=1000)
        for place in PLACES:
            here = channels.find_id(conn, place) or 0
            every = subscriptions.list_all_for_channel(conn, here)
            seen = listed(world.platform, place)
            for entry in stored:
                disposed = dispositions(conn, here, entry, now)
                assert [each.subscription.id for each in disposed] == [each.id for each, _ in every]
                found.update(each.disposition for each in disposed)
                for each in disposed:
                    true(world, entry, each)
                kinds = {each.disposition for each in disposed}
                if Disposition.POSTED in kinds:
                    assert entry.number in seen
                if entry.number in seen:
                    assert kinds & SHOWN
        total = sum(len(subscriptions.list_all_for_channel(conn, channels.find_id(conn, place) or 0)) for place in PLACES)
        assert found.total() == len(stored) * total
    return found


def true(world: World, entry: Entry, each: Disposed) -> None:
    """Compare a disposition with what this test did itself."""
    one, what = each.subscription, each.disposition
    was_owed = (entry.id, one.id) in world.owed
    if was_owed and not each.ended:
        assert what in OWED, (entry.number, one.id, what)
    if what in HINDERED:
        assert hindrance(one.filters, one.channel.platform, entry) is not None
        assert not was_owed or entry.id in world.edited
    if what == Disposition.CHANGED:
        assert entry.id in world.edited
    if what == Disposition.BEFORE:
        assert one.created_at > entry.first_seen
    if what in MATCHED and what != Disposition.ENDED:
        assert each.reason is not None
        assert not entry.held
    if entry.held:
        assert what == Disposition.HELD


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
async def test_every_entry_has_one_true_disposition_for_every_subscription(db_url: str, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # to be repeatable
    world = World(Mortal(db_url), Clock(), chance, random.Random(-seed))  # noqa: S311  # to be repeatable
    world.db.clock = world.clock
    found: Counter[Disposition] = Counter()
    for round_ in range(6):
        for _ in range(12):
            world.act()
        release(world)
        await work(world, kills=0.15 if round_ % 2 else 0.0)
        found += check(world) if round_ % 2 else Counter()
    await finish(world)
    found += check(world)
    assert found[Disposition.POSTED]
    assert len(found) > 6
    world.db.close()


def every_filters() -> Iterator[Filters]:
    for feed in ("csms", "cbp-trade"):
        for topics in ((), ("revenue",), ("tariffs",)):
            for phrases in ((), ("steel",)):
                for never in ((), ("webinar",)):
                    for system in (False, True):
                        yield Filters((feed,), topics, phrases, never, system=system)


def test_an_entry_is_hindered_exactly_where_it_does_not_match(sqlite_db: Database) -> None:
    with sqlite_db.begin() as conn:
        made = [
            replace(each, classified=replace(each.classified, routine=routine))
            for number, each in enumerate(
                (
                    new(1, "revenue", title="Steel"),
                    new(2, title="A webinar"),
                    new(3, "tariffs", title="Steel webinar"),
                    new(4, title="Other"),
                )
            )
            for routine in (number % 2 == 0,)
        ]
        stored = publish_entries(conn, "csms", made, sqlite_db.now(conn), backlog=False)
    found = Counter[Hindrance | None]()
    for entry in stored:
        for filters in every_filters():
            hindered = hindrance(filters, "slack", entry)
            assert (hindered is None) == (matches(filters, "slack", entry) is not None)
            found[hindered] += 1
    assert set(found) == {None, *Hindrance}
