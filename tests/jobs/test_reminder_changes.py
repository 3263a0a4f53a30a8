"""Dates that move after a channel asked to be reminded of them: what it is told, where, and how often."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import select, update

from jobs.key_dates import key_dates_of
from jobs.models.entries import Entry
from jobs.outcomes import Gone, Retry
from jobs.pauses import resume_channel
from jobs.reminder_changes import record_changes, told_of
from jobs.reminders import DEFAULT_DAYS
from jobs.states import PostKind, PostState
from jobs.store import channels, contents, reminders, schema
from jobs.store import posts as outbox
from jobs.store.database import Database
from tests.jobs.test_reminders import BODY, noon, says
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.delivery import deliver, posts
from tests.support.store import NEW_YORK, channel, new, publish
from tests.support.stub_platform import Platform

pytestmark = pytest.mark.one_database

N = "68000001"
MOVES = f"This extends CSMS # {N}. Comments are due by March 16, 2026."
CANCELS = f"This message cancels CSMS # {N}."
CONFIRMATION = "confirmation"


def ask(db: Database, entry: Entry, *, confirmed: bool = True) -> int:
    """Store a request as the bot does, and the message that confirmed it."""
    with db.begin() as conn:
        now = db.now(conn)
        channel_id = channels.ensure(conn, channel(), now)
        told = told_of(key_dates_of(conn, [entry]))
        reminders.save(conn, channel_id, entry.id, DEFAULT_DAYS, NEW_YORK, "someone", now, CONFIRMATION, told)
        if confirmed:
            outbox.record(conn, channel_id, CONFIRMATION, {"says": "asked"}, now, "ts-asked")
    return channel_id


@pytest.fixture
def platform() -> Platform:
    return Platform()


async def tick(db: Database, platform: Platform, clock: Clock) -> int:
    recorded = record_changes(db)
    for _ in range(4):
        await deliver(db, platform, says)
        clock.pass_(seconds=40)
    return recorded


def message(db: Database, number: int = int(N), body: str = BODY) -> Entry:
    (entry,) = publish(db, new(number, body=body))
    return entry


def answers(platform: Platform) -> list[tuple[str, str]]:
    return [(receipt, str(content["says"])) for receipt, _, content in platform.answers]


async def test_a_moved_date_is_told_once_below_the_confirmation_which_shows_the_present_day(
    db: Database, clock: Clock, platform: Platform
) -> None:
    ask(db, message(db))
    assert await tick(db, platform, clock) == 0
    message(db, 68000002, MOVES)
    assert [await tick(db, platform, clock) for _ in range(3)] == [1, 0, 0]
    assert answers(platform) == [("ts-asked", "moved from 02 Mar to 16 Mar by 68000002")]
    assert [(receipt, content["says"]) for receipt, content in platform.marks] == [("ts-asked", "16 Mar")]
    assert platform.messages == []
    with db.read() as conn:
        stored: Any = conn.execute(
            select(contents.whole()).select_from(contents.WITH_SHARED).where(schema.post.c.id == CONFIRMATION)
        ).scalar_one()
    assert stored["says"] == "16 Mar"


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        ([CANCELS], ["moved from 02 Mar and ended to 02 Mar by 68000002"]),
        ([MOVES, CANCELS], ["moved from 02 Mar to 16 Mar by 68000002", "moved from 16 Mar and ended to 16 Mar by 68000003"]),
        (
            [MOVES, f"This corrects CSMS # {N}. The deadline is March 9, 2026, not March 16, 2026."],
            ["moved from 02 Mar to 16 Mar by 68000002", "moved from 16 Mar to 09 Mar by 68000003"],
        ),
        ([f"This updates CSMS # {N}. A form was added."], []),
        ([f"See CSMS # {N}. Comments on the guide are due by March 16, 2026."], []),
    ],
)
async def test_each_change_is_told_with_what_was_before(
    db: Database, clock: Clock, platform: Platform, then: list[str], expected: list[str]
) -> None:
    ask(db, message(db))
    for number, body in enumerate(then, 68000002):
        message(db, number, body)
        await tick(db, platform, clock)
    assert [words for _, words in answers(platform)] == expected


async def test_two_changes_before_a_tick_are_told_as_one(db: Database, clock: Clock, platform: Platform) -> None:
    ask(db, message(db))
    message(db, 68000002, MOVES)
    message(db, 68000003, f"This extends CSMS # {N}. Comments are due by March 23, 2026.")
    await tick(db, platform, clock)
    assert answers(platform) == [("ts-asked", "moved from 02 Mar to 23 Mar by 68000003")]


async def test_a_change_that_waits_to_be_sent_is_told_as_it_was_recorded(db: Database, clock: Clock, platform: Platform) -> None:
    ask(db, message(db))
    message(db, 68000002, MOVES)
    assert record_changes(db) == 1
    clock.pass_(seconds=1)
    message(db, 68000003, f"This extends CSMS # {N}. Comments are due by March 23, 2026.")
    await tick(db, platform, clock)
    assert [words for _, words in answers(platform)] == [
        "moved from 02 Mar to 16 Mar by 68000002",
        "moved from 16 Mar to 23 Mar by 68000003",
    ]
    assert [content["says"] for _, content in platform.marks][-1] == "23 Mar"


async def test_without_a_known_confirmation_the_channel_is_told(db: Database, clock: Clock, platform: Platform) -> None:
    ask(db, message(db), confirmed=False)
    message(db, 68000002, MOVES)
    await tick(db, platform, clock)
    assert [each.content["says"] for each in platform.messages] == ["moved from 02 Mar to 16 Mar by 68000002"]
    assert (answers(platform), platform.marks) == ([], [])


@on_both
async def test_where_the_confirmation_was_deleted_the_channel_is_told(db: Database, clock: Clock, platform: Platform) -> None:
    ask(db, message(db))
    message(db, 68000002, MOVES)
    platform.trouble = [(False, Gone("message_not_found")), (False, Gone("thread_not_found"))]
    await tick(db, platform, clock)
    assert [each.content["says"] for each in platform.messages] == ["moved from 02 Mar to 16 Mar by 68000002"]


async def test_a_channel_that_no_longer_wants_to_be_reminded_is_told_nothing(db: Database, clock: Clock, platform: Platform) -> None:
    entry = message(db)
    channel_id = ask(db, entry)
    message(db, 68000002, MOVES)
    assert record_changes(db) == 1
    with db.begin() as conn:
        reminders.end(conn, channel_id, [entry.id], db.now(conn))
    await tick(db, platform, clock)
    assert (answers(platform), platform.marks, platform.messages) == ([], [], [])
    states = {each.kind: (each.state, each.dismissed_at is not None) for each in posts(db) if each.kind != PostKind.SAID}
    assert states == {PostKind.MARK: (PostState.DEAD, True), PostKind.MOVED: (PostState.DEAD, True)}


async def test_a_paused_channel_is_told_when_it_resumes(db: Database, clock: Clock, platform: Platform) -> None:
    channel_id = ask(db, message(db))
    with db.begin() as conn:
        channels.pause(conn, channel_id, "because", "someone")
    message(db, 68000002, MOVES)
    assert await tick(db, platform, clock) == 0
    with db.begin() as conn:
        resume_channel(conn, channel_id, db.now(conn))
    await tick(db, platform, clock)
    assert answers(platform) == [("ts-asked", "moved from 02 Mar to 16 Mar by 68000002")]


@on_both
async def test_a_request_of_an_earlier_release_learns_its_dates_first(db: Database, clock: Clock, platform: Platform) -> None:
    ask(db, message(db))
    with db.begin() as conn:
        conn.execute(update(schema.reminder).values(told=None, post_id=None))
    assert await tick(db, platform, clock) == 0
    message(db, 68000002, MOVES)
    assert await tick(db, platform, clock) == 1


async def test_nobody_is_told_of_a_date_that_was_over_before_and_after(db: Database, clock: Clock, platform: Platform) -> None:
    ask(db, message(db))
    clock.now = noon(4, 1)
    message(db, 68000002, MOVES)
    assert await tick(db, platform, clock) == 0


@on_both
async def test_a_change_is_told_once_by_many_processes(db: Database, clock: Clock, platform: Platform) -> None:
    ask(db, message(db))
    message(db, 68000002, MOVES)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: record_changes(db), range(4))) == 1
    await tick(db, platform, clock)
    assert len(platform.answers) == len(platform.marks) == 1


async def test_a_lost_answer_is_told_again_with_the_same_id(db: Database, clock: Clock, platform: Platform) -> None:
    ask(db, message(db))
    message(db, 68000002, MOVES)
    platform.trouble = [(False, Retry(1.0, "429")), (False, Retry(1.0, "429"))]
    await tick(db, platform, clock)
    await tick(db, platform, clock)
    assert [words for _, words in answers(platform)] == ["moved from 02 Mar to 16 Mar by 68000002"]
