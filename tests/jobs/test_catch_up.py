"""A catch-up: many late entries of a channel are one post, and whatever the mixture, each entry is posted once."""

import random
from collections import Counter
from typing import Any

import pytest

from handlers.replies import posts, serialize
from handlers.replies.reply import Buttons, Header
from handlers.replies.text import render
from jobs.corrections import record_corrections
from jobs.models.entries import NewEntry
from jobs.models.posts import Bundle
from jobs.models.subscriptions import SubscriptionSpec
from jobs.outcomes import Gone, Retry
from jobs.publish import publish_entries
from jobs.store import channels, reports
from jobs.store import deliveries as delivery_store
from jobs.store.database import Database
from jobs.subscribe import change_subscription, end_subscription
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.delivery import NINE, deliver, deliveries, until_quiet
from tests.support.delivery import posts as stored
from tests.support.small_catalog import CATALOG, NEW_YORK
from tests.support.store import ALL, DAILY, NOW, REVENUE, WEEKDAYS, channel, new, subscribe
from tests.support.stub_platform import Behaviour, Platform, answer, take, take_and_die, take_and_time_out, time_out

pytestmark = pytest.mark.one_database

FIRST = 67000001


def arrive(db: Database, *what: NewEntry, late: bool = True) -> None:
    """Publish as a poll does; `late`: the first one for hours."""
    with db.begin() as conn:
        now = db.now(conn)
        record_corrections(conn, publish_entries(conn, "csms", what, now, backlog=False, catch_up=late), now)


def some(count: int, *topics: str, start: int = FIRST, lead: str = "") -> list[NewEntry]:
    return [new(start + number, *topics, lead=lead) for number in range(count)]


def compose(bundle: Bundle) -> list[dict[str, Any]]:
    carried = [item.entry.key for item in bundle.entries if item.posted_at is None]
    parts = posts.compose(bundle, CATALOG, NEW_YORK)
    return [part | {"new": [key for key in part["subjects"] if key in carried], "kind": bundle.kind} for part in parts]


def text(content: dict[str, Any]) -> str:
    return " ".join(render(serialize.load(content)).split())


def kinds(platform: Platform) -> list[str]:
    return [message.content["kind"] for message in platform.messages]


async def run(db: Database, platform: Platform) -> None:
    await deliver(db, platform, compose)


async def test_six_late_entries_are_one_post_and_five_are_five(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    platform = Platform()
    arrive(db, *some(6))
    await run(db, platform)
    clock.pass_(minutes=1)
    arrive(db, *some(5, start=FIRST + 100))
    await run(db, platform)
    assert kinds(platform) == ["catch-up", *["now"] * 5]
    catch_up = serialize.load(platform.messages[0].content)
    assert catch_up.blocks[0] == Header("Catch-up: 6 CSMS messages")
    assert "Several messages were due at once, so they come together." in text(platform.messages[0].content)


async def test_entries_that_are_not_late_are_posted_one_by_one(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    platform = Platform()
    arrive(db, *some(9), late=False)
    await run(db, platform)
    assert kinds(platform) == ["now"] * 9


async def test_a_channel_that_was_paused_catches_up_and_is_told_since_when(db: Database, clock: Clock) -> None:
    subscription = subscribe(db, NOW)
    for number in range(7):
        arrive(db, new(FIRST + number), late=False)
        clock.pass_(minutes=1)
    clock.pass_(hours=1)
    with db.begin() as conn:
        delivery_store.mark_catch_up(conn, [subscription.channel_id], clock.now)
    arrive(db, new(FIRST + 50, "revenue"), late=False)  # due now as well
    platform = Platform()
    await run(db, platform)
    assert kinds(platform) == ["catch-up"]
    assert "The bot could not post here for a while. These messages have waited since 08:00 ET." in text(platform.messages[0].content)
    assert len(platform.messages[0].content["new"]) == 8


@on_both
async def test_a_catch_up_serves_every_subscription_and_the_digests_mention_it(db: Database, clock: Clock) -> None:
    subscribe(db, NOW, REVENUE)
    daily = subscribe(db, DAILY)
    platform = Platform()
    arrive(db, *some(4, "revenue"), *some(3, start=FIRST + 10, lead="guidance"), *some(2, start=FIRST + 20))
    await run(db, platform)
    assert kinds(platform) == ["catch-up"]
    assert len(platform.messages[0].content["new"]) == 7
    clock.now = NINE
    await run(db, platform)
    assert kinds(platform) == ["catch-up", "digest"]
    assert (len(platform.messages[1].content["new"]), len(platform.messages[1].content["subjects"])) == (2, 9)
    with db.read() as conn:
        assert reports.waiting_by_subscription(conn, daily.channel_id) == {}


async def test_a_catch_up_shows_a_correction_beneath_what_it_changes(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    platform = Platform()
    later = new(FIRST + 50, lead="correction", body=f"This message replaces CSMS {FIRST + 2}.")
    arrive(db, *some(6), later)
    await run(db, platform)
    assert kinds(platform) == ["catch-up"]
    assert f"{FIRST + 2} ↳ Replaced by Message {FIRST + 50}" in text(platform.messages[0].content)


@on_both
async def test_a_later_correction_marks_the_part_of_a_catch_up_that_shows_the_entry(db: Database, clock: Clock) -> None:
    for name in ("C1", "C2"):
        subscribe(db, NOW, to=channel(name))
    platform = Platform()
    arrive(db, *some(60))
    await run(db, platform)
    assert kinds(platform) == ["catch-up"] * 4
    clock.pass_(minutes=1)
    arrive(db, new(FIRST + 900, lead="correction", body=f"This message replaces CSMS {FIRST + 59}."), late=False)
    await run(db, platform)
    assert len(platform.marks) == len(platform.answers) == 2
    assert all(f"csms:{FIRST + 59}" in content["subjects"] for _, content in platform.marks)


async def test_a_part_of_a_catch_up_that_is_refused_loses_no_other(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    platform = Platform([answer(Gone("invalid_blocks"))])
    arrive(db, *some(60))
    await run(db, platform)
    dead, sent = stored(db)
    assert (dead.state, sent.state, dead.period) == ("dead", "sent", sent.period)
    carried = Counter(each.post_id for each in deliveries(db))
    assert carried == {dead.id: len(dead.content["subjects"]), sent.id: len(sent.content["subjects"])}


async def test_two_catch_ups_of_one_moment_are_not_parts_of_each_other(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    platform = Platform()
    arrive(db, *some(6))
    await run(db, platform)
    arrive(db, *some(6, start=FIRST + 10))
    await run(db, platform)
    assert kinds(platform) == ["catch-up"] * 2
    assert len({each.period for each in stored(db)}) == 2


async def test_a_catch_up_that_nobody_wants_anymore_is_withdrawn_whole_and_others_get_theirs(db: Database, clock: Clock) -> None:
    everything = subscribe(db, NOW)
    subscribe(db, DAILY, REVENUE)
    platform = Platform([answer(Retry(60, "429"))])
    arrive(db, *some(59), new(FIRST + 99, "revenue"))
    await run(db, platform)
    assert len(stored(db)) == 2
    with db.begin() as conn:
        end_subscription(conn, everything.channel_id, everything.id, "someone", clock.now)
    clock.now = NINE
    await run(db, platform)
    assert [message.content["new"] for message in platform.messages] == [[f"csms:{FIRST + 99}"]]


async def test_a_catch_up_stays_if_one_of_its_parts_is_wanted(db: Database, clock: Clock) -> None:
    everything = subscribe(db, NOW)
    subscribe(db, NOW, REVENUE)
    platform = Platform([answer(Retry(60, "429"))])
    arrive(db, *some(59), new(FIRST + 99, "revenue"))
    await run(db, platform)
    with db.begin() as conn:
        end_subscription(conn, everything.channel_id, everything.id, "someone", clock.now)
    clock.pass_(minutes=2)
    await run(db, platform)
    assert kinds(platform) == ["catch-up"] * 2


async def test_a_changed_subscription_still_catches_up(db: Database, clock: Clock) -> None:
    subscription = subscribe(db, NOW)
    arrive(db, *some(8, "revenue"))
    with db.begin() as conn:
        spec = SubscriptionSpec(REVENUE, NOW, NEW_YORK, False)
        assert change_subscription(conn, subscription.channel_id, subscription.id, spec, "me", clock.now) is not None
    platform = Platform()
    await run(db, platform)
    assert kinds(platform) == ["catch-up"]


async def test_a_catch_up_has_a_button_that_explains_it(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    platform = Platform()
    arrive(db, *some(6))
    await run(db, platform)
    reply = serialize.load(platform.messages[0].content)
    (buttons,) = (block.buttons for block in reply.blocks if isinstance(block, Buttons))
    assert [(button.label, button.command) for button in buttons] == [
        ("Why these?", f"/csms why catch-up {clock.now.isoformat()}"),
        ("Manage", "/csms subscriptions"),
    ]


BEHAVIORS: list[Behaviour] = [take, take, take, take_and_time_out, time_out, answer(Retry(5, "429")), take_and_die]


@pytest.mark.slow
@pytest.mark.parametrize(("db_url", "seed"), [("sqlite", 1), ("sqlite", 2), ("postgres", 0)], indirect=["db_url"])
async def test_whatever_the_mixture_every_entry_is_posted_exactly_once(db: Database, clock: Clock, seed: int) -> None:
    """Random subscriptions, polls, corrections, pauses and troubles; the platform's own memory is the judge."""
    chance = random.Random(seed)  # noqa: S311  # no secret
    wanted: dict[str, set[str]] = {}
    names = ("C1", "C2", "C3")
    for name in names:
        for cadence, filters in chance.sample([(NOW, ALL), (NOW, REVENUE), (DAILY, ALL), (WEEKDAYS, REVENUE)], k=chance.randint(1, 3)):
            subscribe(db, cadence, filters, to=channel(name), digest_only=chance.random() < 0.3)
            wanted.setdefault(name, set()).add("all" if filters == ALL else "revenue")
    platform = Platform([chance.choice(BEHAVIORS) for _ in range(20)])
    published: dict[str, bool] = {}  # key: about revenue
    corrected: dict[str, set[str]] = {}  # earlier: later
    for step in range(6):
        batch = []
        for _ in range(chance.choice([1, 2, 3, 9, 30])):
            number, revenue = FIRST + len(published), chance.random() < 0.5
            topics = ("revenue",) if revenue else ()
            earlier = FIRST + chance.randrange(len(published)) if published and chance.random() < 0.15 else None
            if earlier is None:
                batch.append(new(number, *topics, lead=chance.choice(["", "", "guidance"])))
            else:
                batch.append(new(number, *topics, lead="correction", body=f"This message replaces CSMS {earlier}."))
                corrected.setdefault(f"csms:{earlier}", set()).add(f"csms:{number}")
            published[f"csms:{number}"] = revenue
        chance.shuffle(batch)
        arrive(db, *batch, late=chance.random() < 0.4)
        if chance.random() < 0.3:
            with db.begin() as conn:
                channel_id = channels.find_id(conn, channel(chance.choice(names)))
                assert channel_id is not None
                delivery_store.mark_catch_up(conn, [channel_id], clock.now)
        clock.pass_(minutes=chance.choice([1, 30, 300]))
        if step % 3:
            await deliver_and_judge(db, clock, platform, corrected)
    clock.pass_(days=3)
    await deliver_and_judge(db, clock, platform, corrected)
    for name in names:
        due = {key for key, revenue in published.items() if "all" in wanted[name] or revenue}
        shown = Counter(key for message in platform.messages if message.channel == name for key in message.content["new"])
        # a correction that the filters leave out is shown with what it changes
        assert shown.keys() - due <= {later for several in corrected.values() for later in several}
        assert {key: count for key, count in shown.items() if count != 1 and key in due} == {}
        assert set(shown) >= due
    assert all(each.post_id for each in deliveries(db))
    assert {each.state for each in stored(db)} <= {"sent", "dead"}


async def deliver_and_judge(db: Database, clock: Clock, platform: Platform, corrected: dict[str, set[str]]) -> None:
    """Deliver, and check that no new message shows an entry without the corrections of it that are stored."""
    before = len(platform.messages)
    await until_quiet(db, clock, platform, compose=compose)
    for message in platform.messages[before:]:
        subjects, words = set(message.content["subjects"]), text(message.content)
        for later in {later for key in subjects for later in corrected.get(key, ())} - subjects:
            assert f"CSMS {later.removeprefix('csms:')} [" in words
