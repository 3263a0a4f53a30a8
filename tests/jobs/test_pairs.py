"""A correction that comes while the message that it changes still waits: both are posted together, the earlier one marked."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from handlers.command import Command, Context, Person
from handlers.replies import posts, serialize
from handlers.replies.text import render
from handlers.router import dispatch, resolve
from jobs.corrections import record_corrections
from jobs.models.entries import Entry, NewEntry
from jobs.models.posts import Bundle
from jobs.models.readings import Reference
from jobs.next_post import load_bundle, make_post, next_step
from jobs.outcomes import Retry
from jobs.publish import edit_entry, end_hold, publish_entries
from jobs.relations import strongest
from jobs.states import Relation
from jobs.store import deliveries as delivery_store
from jobs.store import entries, readings, reports
from jobs.store.database import Connection, Database
from jobs.subscribe import end_subscription
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.delivery import NINE, deliver, deliveries
from tests.support.delivery import posts as stored
from tests.support.small_catalog import CATALOG, NEW_YORK
from tests.support.store import ALL, DAILY, NOW, REVENUE, WEEKDAYS, channel, new, subscribe
from tests.support.stub_platform import Platform, answer

pytestmark = pytest.mark.one_database

OLD, FIX, FIX_2, OTHER = 67647279, 67648888, 67649999, 67640000


def correction(number: int, *of: int, topics: Sequence[str] = ("revenue",), verb: str = "replaces") -> NewEntry:
    body = " ".join(f"This message {verb} CSMS {each}." for each in of)
    return new(number, *topics, lead="correction", title=f"CORRECTION: Message {number}", body=body)


def arrive(db: Database, *what: NewEntry) -> None:
    """Publish as a poll does."""
    with db.begin() as conn:
        now = db.now(conn)
        record_corrections(conn, publish_entries(conn, "csms", what, now, backlog=False), now)


def compose(bundle: Bundle) -> list[dict[str, Any]]:
    return [part | {"kind": bundle.kind} for part in posts.compose(bundle, CATALOG, NEW_YORK)]


def text(content: dict[str, Any]) -> str:
    return " ".join(render(serialize.load(content)).split())


def texts(platform: Platform, name: str = "C1") -> list[str]:
    return [text(message.content) for message in platform.messages if message.channel == name]


def shown(platform: Platform, name: str = "C1") -> list[str]:
    """Return the numbers that a channel's posts show, post by post."""
    subjects = [message.content["subjects"] for message in platform.messages if message.channel == name]
    return [" ".join(key.removeprefix("csms:") for key in keys) for keys in subjects]


def entry_of(conn: Connection, number: int) -> Entry:
    found = entries.by_number(conn, str(number))
    assert found is not None
    return found


async def run(db: Database, platform: Platform) -> None:
    await deliver(db, platform, compose)


def is_pair(words: str, later: int = FIX, earlier: int = OLD) -> bool:
    """The later message stands above the earlier one, which is marked."""
    mark = f"Earlier text, replaced by CSMS {later}"
    return words.startswith(f"Correction: Message {later}") and words.index(mark) < words.index(f"Message {earlier} [")


# in one poll


@pytest.mark.parametrize("order", [1, -1], ids=["the earlier first", "the later first"])
async def test_both_of_one_poll_are_one_post_with_the_correction_first(db: Database, clock: Clock, order: int) -> None:
    subscribe(db, NOW)
    platform = Platform()
    arrive(db, *[new(OLD, "revenue"), correction(FIX, OLD)][::order])
    await run(db, platform)
    (words,) = texts(platform)
    assert is_pair(words)
    assert (platform.marks, platform.answers) == ([], [])
    assert {each.post_id for each in deliveries(db)} == {stored(db)[0].id}


async def test_a_correction_that_nobody_asked_for_comes_with_what_it_changes(db: Database, clock: Clock) -> None:
    subscribe(db, NOW, REVENUE)
    platform = Platform()
    arrive(db, new(OLD, "revenue"), correction(FIX, OLD, topics=()))
    await run(db, platform)
    assert [is_pair(words) for words in texts(platform)] == [True]
    assert f"/csms why {OLD}" in texts(platform)[0]


async def test_two_of_a_digest_stand_together_once(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY, digest_only=True)
    platform = Platform()
    arrive(db, new(OLD, "revenue"), new(OTHER, "revenue"), correction(FIX, OLD))
    clock.now = NINE
    await run(db, platform)
    (words,) = texts(platform)
    assert words.startswith("Trade digest")
    assert f"- Message {OLD} [1] · {OLD} ↳ Replaced by Message {FIX} [2] · {FIX}" in words
    assert words.count(f"Message {FIX}") == 1
    assert shown(platform) == [f"{OLD} {FIX} {OTHER}"]


async def test_a_digest_of_a_pair_alone_is_the_pair(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY, digest_only=True)
    platform = Platform()
    arrive(db, new(OLD, "revenue"), correction(FIX, OLD))
    clock.now = NINE
    await run(db, platform)
    assert [is_pair(words) for words in texts(platform)] == [True]


async def test_a_digest_names_the_correction_that_its_filters_leave_out(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY, REVENUE)
    platform = Platform()
    arrive(db, new(OLD, "revenue"), new(OTHER, "revenue"), correction(FIX, OLD, topics=()))
    clock.now = NINE
    await run(db, platform)
    (words,) = texts(platform)
    assert f"↳ Replaced by Message {FIX}" in words


# the correction is due before


async def test_an_urgent_correction_takes_its_original_out_of_the_digest_which_then_mentions_it(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY)
    platform = Platform()
    arrive(db, new(OLD, "revenue"))
    clock.pass_(minutes=1)
    arrive(db, correction(FIX, OLD))
    await run(db, platform)
    assert [is_pair(words) for words in texts(platform)] == [True]
    clock.pass_(minutes=1)
    arrive(db, new(OTHER), new(OTHER + 1))
    clock.now = NINE
    await run(db, platform)
    digest = texts(platform)[1]
    assert f"Message {OLD} [1] · {OLD} · posted here today ↳ Replaced by Message {FIX} [2] · {FIX} · posted here today" in digest
    assert (platform.marks, platform.answers) == ([], [])
    assert all(each.post_id for each in deliveries(db))


async def test_the_digest_of_another_subscription_is_silent_about_a_pair_that_came(db: Database, clock: Clock) -> None:
    subscribe(db, NOW, REVENUE)
    subscribe(db, DAILY, digest_only=True)
    platform = Platform()
    arrive(db, new(OLD), correction(FIX, OLD))
    await run(db, platform)
    clock.now = NINE
    await run(db, platform)
    assert [is_pair(words) for words in texts(platform)] == [True]


async def test_each_channel_gets_the_pair_by_its_own_filters(db: Database, clock: Clock) -> None:
    subscribe(db, NOW, to=channel("C1"))
    subscribe(db, NOW, REVENUE, to=channel("C2"))
    subscribe(db, DAILY, ALL, to=channel("C3"), digest_only=True)
    platform = Platform()
    arrive(db, new(OLD), correction(FIX, OLD))
    await run(db, platform)
    assert is_pair(texts(platform, "C1")[0])
    assert shown(platform, "C2") == [str(FIX)]
    assert shown(platform, "C3") == []
    clock.now = NINE
    await run(db, platform)
    assert [is_pair(words) for words in texts(platform, "C3")] == [True]
    assert (len(texts(platform, "C1")), len(texts(platform, "C2"))) == (1, 1)


async def test_a_correction_that_was_stored_and_posted_before_its_original_marks_it(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    platform = Platform()
    arrive(db, correction(FIX, OLD))
    await run(db, platform)
    clock.pass_(minutes=1)
    arrive(db, new(OLD))
    await run(db, platform)
    assert texts(platform)[1].startswith(f"Replaced 9 Feb by CSMS {FIX} [1]. Read that message instead. It was posted here today.")
    assert f"Earlier text, replaced by CSMS {FIX}" in texts(platform)[1]


async def test_a_correction_that_is_held_is_not_shown_before_an_admin_lets_it_out(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    platform = Platform()
    with db.begin() as conn:
        publish_entries(conn, "csms", [correction(FIX, OLD)], clock.now, backlog=False, held=True)
    arrive(db, new(OLD))
    await run(db, platform)
    assert shown(platform) == [str(OLD)]
    end_hold(db, "csms", "someone", post=True)
    await run(db, platform)
    assert (shown(platform), len(platform.marks)) == ([str(OLD), str(FIX)], 1)


# chains


async def test_a_correction_of_a_correction_stands_above_both(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    platform = Platform()
    arrive(db, new(OLD), correction(FIX, OLD), correction(FIX_2, FIX, verb="corrects"))
    await run(db, platform)
    (words,) = texts(platform)
    assert words.startswith(f"Correction: Message {FIX_2}")
    assert words.index(f"Earlier text, corrected by CSMS {FIX_2}") < words.index(f"Earlier text, replaced by CSMS {FIX} ")
    assert shown(platform) == [f"{FIX_2} {FIX} {OLD}"]


async def test_a_replacement_of_several_is_posted_once_with_all_that_wait(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    platform = Platform()
    arrive(db, new(OTHER))
    await run(db, platform)
    clock.pass_(minutes=1)
    arrive(db, new(OLD), new(OLD + 1), correction(FIX, OLD, OLD + 1, OTHER))
    await run(db, platform)
    assert shown(platform) == [str(OTHER), f"{FIX} {OLD} {OLD + 1}"]
    assert [receipt for receipt, _ in platform.marks] == ["ts0"]  # what was posted before is marked


async def test_a_digest_shows_a_correction_of_several_once_and_then_names_it(db: Database, clock: Clock) -> None:
    subscribe(db, DAILY, digest_only=True)
    platform = Platform()
    arrive(db, new(OLD, "revenue"), new(OLD + 1, "revenue"), new(OTHER), correction(FIX, OLD, OLD + 1))
    clock.now = NINE
    await run(db, platform)
    (words,) = texts(platform)
    assert words.count(f"↳ Replaced by Message {FIX}") == 1
    assert words.count(f"↳ Replaced by CSMS {FIX}") == 1


async def test_two_that_replace_each_other_are_posted(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    platform = Platform()
    arrive(db, correction(FIX, FIX_2), correction(FIX_2, FIX))
    await run(db, platform)
    assert sorted(shown(platform)[0].split()) == [str(FIX), str(FIX_2)]
    assert len(platform.messages) == 1


@on_both
@pytest.mark.parametrize("count", [12, 90])
async def test_a_replacement_of_many_is_listed_and_carries_all(db: Database, clock: Clock, count: int) -> None:
    subscribe(db, NOW)
    platform = Platform()
    numbers = range(OLD, OLD + count)
    arrive(db, *map(new, numbers), correction(FIX + 1000, *numbers))
    await run(db, platform)
    assert len({number for keys in shown(platform) for number in keys.split()}) == count + 1
    assert all(f"↳ Replaced by CSMS {FIX + 1000}" in words for words in texts(platform)[1:])
    assert [each.mention for each in deliveries(db)] == [False] * (count + 1)


async def test_a_later_correction_marks_a_pair(db: Database, clock: Clock) -> None:
    subscribe(db, NOW, REVENUE)
    platform = Platform()
    arrive(db, new(OLD, "revenue"), correction(FIX, OLD, topics=()))
    await run(db, platform)
    clock.pass_(minutes=1)
    arrive(db, correction(FIX_2, FIX))
    await run(db, platform)
    ((receipt, mark),) = platform.marks
    assert receipt == "ts0"
    assert text(mark).startswith(f"CSMS {FIX} was replaced 9 Feb by CSMS {FIX_2} [1].")
    assert shown(platform) == [f"{FIX} {OLD}", str(FIX_2)]


# follow-ups


def follow_up(number: int, of: int) -> NewEntry:
    return new(number, body=f"This message is a follow-up to CSMS # {of}.")


async def test_a_follow_up_of_the_same_poll_that_no_filter_matches_comes_into_the_thread(db: Database, clock: Clock) -> None:
    subscribe(db, NOW, REVENUE)
    platform = Platform()
    arrive(db, new(OLD, "revenue"), follow_up(FIX, OLD), follow_up(FIX_2, FIX))
    await run(db, platform)
    assert shown(platform) == [str(OLD)]
    ((below, _, said),) = platform.answers
    assert below == "ts0"
    assert f"Message {FIX}" in text(said)
    assert platform.marks == []


async def test_a_follow_up_of_the_same_poll_that_a_filter_matches_is_posted_once(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    platform = Platform()
    arrive(db, new(OLD), follow_up(FIX, OLD))
    await run(db, platform)
    assert shown(platform) == [str(OLD), str(FIX)]
    assert platform.answers == []


# what comes past the filters


@on_both
async def test_why_a_correction_came_that_no_filter_matches_is_explained(db: Database, clock: Clock) -> None:
    subscribe(db, NOW, REVENUE)
    platform = Platform()
    arrive(db, new(OLD, "revenue"))
    await run(db, platform)
    clock.pass_(minutes=1)
    arrive(db, correction(FIX, OLD, topics=()))
    await run(db, platform)
    assert shown(platform) == [str(OLD), str(FIX)]
    assert f"Posted here because it replaces CSMS {OLD}." in texts(platform)[1]
    command = Command("csms", f"why {FIX}", Person("playground", "T1", "U1", "Maria"), channel())
    explained = " ".join(render(dispatch(resolve(command), Context(CATALOG, clock.now, NEW_YORK, db))).split())
    assert f"No subscription of this channel matched it. The bot posted it here because it changes CSMS {OLD}." in explained


async def test_what_comes_past_the_filters_is_counted_while_it_waits(db: Database, clock: Clock) -> None:
    subscribe(db, NOW, REVENUE)
    platform = Platform()
    arrive(db, new(OLD, "revenue"))
    await run(db, platform)
    arrive(db, correction(FIX, OLD, topics=()))
    with db.read() as conn:
        assert reports.waiting(conn).count == 3  # the mark, the answer and the post
    await run(db, platform)
    with db.read() as conn:
        assert reports.waiting(conn).count == 0


@pytest.mark.parametrize("digest_only", [False, True])
async def test_what_supersedes_a_post_does_not_wait_for_a_digest_unless_that_is_all_a_channel_wants(
    db: Database, clock: Clock, digest_only: bool
) -> None:
    subscribe(db, DAILY, digest_only=digest_only)
    platform = Platform()
    arrive(db, new(OLD, title="Webinar"), new(OTHER))
    clock.now = NINE
    await run(db, platform)
    clock.pass_(minutes=1)
    arrive(db, new(FIX, title="Webinar", body=f"The webinar announced in CSMS # {OLD} has been canceled."), new(FIX_2))
    await run(db, platform)
    assert shown(platform)[1:] == ([] if digest_only else [str(FIX)])
    assert (len(platform.marks), len(platform.answers)) == (1, 1)
    clock.pass_(days=1)
    await run(db, platform)
    assert " ".join(shown(platform)[1:]).split() == [str(FIX), str(FIX_2)]


async def test_a_correction_that_came_past_the_filters_is_marked_by_the_next_one(db: Database, clock: Clock) -> None:
    subscribe(db, NOW, REVENUE)
    platform = Platform()
    arrive(db, new(OLD, "revenue"))
    await run(db, platform)
    for number, of in ((FIX, OLD), (FIX_2, FIX)):
        clock.pass_(minutes=1)
        arrive(db, correction(number, of, topics=()))
        await run(db, platform)
    assert shown(platform) == [str(OLD), str(FIX), str(FIX_2)]
    assert [receipt for receipt, _ in platform.marks] == ["ts0", "ts1"]


# unsubscribing


async def test_a_pair_that_nobody_wants_now_gives_the_digest_back_what_it_took(db: Database, clock: Clock) -> None:
    at_once = subscribe(db, NOW, REVENUE)
    subscribe(db, WEEKDAYS, digest_only=True)
    platform = Platform([answer(Retry(60, "429"))])
    arrive(db, new(OLD), correction(FIX, OLD))
    await run(db, platform)
    with db.begin() as conn:
        end_subscription(conn, at_once.channel_id, at_once.id, "someone", clock.now)
    clock.pass_(minutes=2)
    await run(db, platform)
    assert texts(platform) == []
    clock.now = NINE
    await run(db, platform)
    assert [is_pair(words) for words in texts(platform)] == [True]


async def test_an_edit_that_only_repeats_what_a_pair_shows_marks_nothing(db: Database, clock: Clock) -> None:
    subscribe(db, NOW)
    platform = Platform()
    arrive(db, new(OLD), correction(FIX, OLD))
    await run(db, platform)
    with db.begin() as conn:
        later = entries.by_number(conn, str(FIX))
        assert later is not None
        known = Reference(str(OLD), Relation.REPLACES, "", "")
        assert record_corrections(conn, [later], clock.now, before={later.id: {str(OLD): known}}) == 0
        assert record_corrections(conn, [later], clock.now) == 2


@pytest.mark.parametrize("late_body", [False, True], ids=["another word", "the text that names the earlier message"])
async def test_an_edit_marks_what_was_posted_only_if_it_names_more(db: Database, clock: Clock, late_body: bool) -> None:
    """A fallback source may bring a correction without its text, which comes with the next poll."""
    subscribe(db, DAILY, digest_only=True)
    later = correction(FIX, OLD)
    first = replace(later, parsed=replace(later.parsed, body=None)) if late_body else later
    platform = Platform()
    arrive(db, new(OLD), new(OTHER), first)
    clock.now = NINE
    await run(db, platform)
    clock.pass_(minutes=1)
    with db.begin() as conn:
        before = {each: strongest(named) for each, named in readings.relations_of(conn, [entry_of(conn, FIX).id]).items()}
        again = replace(later, parsed=replace(later.parsed, title="CORRECTION: Another title"))
        edited = edit_entry(conn, later.parsed.key, again, clock.now)
        assert edited is not None
        assert record_corrections(conn, [edited], clock.now, before=before) == (2 if late_body else 0)
    await run(db, platform)
    assert len(platform.marks) == (1 if late_body else 0)


def test_a_correction_waits_for_posts_that_are_being_made_and_finds_them(postgres_url: str) -> None:
    """On PostgreSQL, neither transaction would see the rows of the other."""
    db = Database(postgres_url)
    subscription = subscribe(db, NOW)
    arrive(db, new(OLD))
    with ThreadPoolExecutor() as pool:
        with db.begin() as conn:
            now = db.now(conn)
            step = next_step(conn, subscription.channel_id, now)
            assert step is not None
            bundle = load_bundle(conn, subscription.channel, subscription.channel_id, step, now)
            publishing = pool.submit(arrive, db, correction(FIX, OLD))
            with pytest.raises(TimeoutError):
                publishing.result(0.3)
            make_post(conn, subscription.channel_id, step, bundle, compose(bundle), now)
        publishing.result(30)
    assert [each.kind for each in stored(db)] == ["now", "mark", "answer"]
    db.close()


def test_the_deliveries_that_wait_are_those_that_no_post_carries(db: Database, clock: Clock) -> None:
    subscription = subscribe(db, DAILY)
    arrive(db, new(OLD))
    with db.begin() as conn:
        (entry,) = entries.all_by_number(conn, str(OLD))
        assert [each.entry for each in delivery_store.waiting(conn, subscription.channel_id, [entry.id])] == [entry.id]
        assert delivery_store.waiting(conn, subscription.channel_id, []) == []
