"""No reminder twice, none lost: a process dies at each point of its work in turn, or at chance, and another one goes on."""

import asyncio
import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jobs.models.channels import ChannelRef
from jobs.outcomes import Outcome
from jobs.reminder_changes import record_changes
from jobs.reminders import record_due
from jobs.store import channels
from jobs.store.database import Connection, Database
from tests.jobs.test_reminders import ask, says, subscribe
from tests.support.clock import Clock
from tests.support.delivery import deliver
from tests.support.store import channel, new, publish
from tests.support.stub_platform import Killed, Platform, take

MOMENTS = tuple(datetime(2026, month, day, 14, 30, tzinfo=UTC) for month, day in ((2, 16), (2, 20), (3, 1), (3, 2), (3, 15), (3, 17)))
EXPECTED = Counter(
    {
        ("C1", "68000001 deadline 02 Mar in 14"): 1,
        ("C1", "moved from 02 Mar to 16 Mar by 68000003"): 1,
        ("C1", "68000003 deadline 16 Mar in 14"): 1,
        ("C1", "68000003 deadline 16 Mar in 1"): 1,
        ("C2", "68000002 opens 02 Mar in 14"): 1,
        ("C2", "68000002 opens 02 Mar in 1"): 1,
    }
)
APART = 25
"""Passages between two deaths: of about 80, so that 25 lives die at all of them."""
MOVES = "This extends CSMS # 68000001. Comments are due by March 16, 2026."


class Mortal(Database):
    """A database whose process may die before and after each commit. `dies` decides at each point."""

    dies: Callable[[], bool] = staticmethod(lambda: False)

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        with super().begin() as conn:
            yield conn
            self.pass_()
        self.pass_()

    def pass_(self) -> None:
        if self.dies():
            raise Killed


def call(db: Mortal, platform: Platform, ref: ChannelRef, content: dict[str, Any], post_id: str) -> Outcome:
    """Post, unless the process dies before the call, or after it, so that nobody hears the answer."""
    db.pass_()
    outcome = take(platform, ref, content, post_id)
    db.pass_()
    return outcome


async def live(db: Mortal, dies: Callable[[], bool], platform: Platform | None = None) -> Counter[tuple[str, str]]:
    """Let five weeks pass, and return what people saw: channel and text."""
    asyncio.get_running_loop().set_exception_handler(lambda *_: None)  # a thread that dies has nobody who waits for it
    clock = db.clock = Clock()
    platform = platform or Platform()
    first, second = publish(
        db, new(68000001, body="Comments are due by March 2, 2026."), new(68000002, "revenue", body="It opens on March 2, 2026.")
    )
    ask(db, first)
    subscribe(db, to=channel("C2"))
    assert second.topics
    db.dies = dies
    for moment in MOMENTS:
        clock.now = moment
        if moment.day == 20:
            db.dies = lambda: False
            publish(db, new(68000003, body=MOVES))
            db.dies = dies
        await until_quiet(db, clock, platform)
    return Counter((each.channel, str(each.content["says"])) for each in platform.messages if each.content["says"])


async def until_quiet(db: Mortal, clock: Clock, platform: Platform) -> None:
    """Tick, start a killed process again, and wait for what is free later, until nothing is left to do."""
    for _ in range(200):
        platform.script = [lambda stub, ref, content, post_id: call(db, stub, ref, content, post_id)] * 100
        try:
            record_changes(db)
            record_due(db)
            await deliver(db, platform, says)
        except Killed:
            pass
        except BaseExceptionGroup as group:
            _, other = group.split(Killed)
            assert other is None
        else:
            with db.read() as conn:
                free = channels.next_free(conn, ["playground"], clock.now)
            if free is None:
                return
        clock.pass_(seconds=40)
    raise AssertionError("it never comes to rest")


@pytest.fixture
def database(tmp_path: Path, sqlite_template: Path) -> Callable[[], Mortal]:
    """Return a function that makes fresh databases."""
    made: list[Path] = []

    def make() -> Mortal:
        made.append(tmp_path / f"{len(made)}.db")
        shutil.copy(sqlite_template, made[-1])
        return Mortal(f"sqlite:///{made[-1]}")

    return make


@pytest.mark.parametrize("first", range(APART))
async def test_a_process_that_dies_at_any_point_neither_repeats_nor_loses_a_reminder(database: Callable[[], Mortal], first: int) -> None:
    passed = deaths = 0

    def dies() -> bool:  # at every passage of some life; the deaths of one life are days of work apart
        nonlocal passed, deaths
        passed += 1
        died = passed % APART == first
        deaths += died
        return died

    assert await live(database(), dies) == EXPECTED
    assert deaths > 1, "the lives no longer have a death at each of their passages"


@pytest.mark.parametrize("seed", range(4))
async def test_processes_that_die_all_the_time_neither_repeat_nor_lose_a_reminder(database: Callable[[], Mortal], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311  # chance, not a secret
    assert await live(database(), lambda: chance.random() < 0.12) == EXPECTED


async def test_the_check_would_see_a_reminder_that_is_sent_again_without_a_look(database: Callable[[], Mortal]) -> None:
    platform, seen = Platform(blind=True), 0

    def dies() -> bool:  # behind each of the first messages, before anybody notes that it arrived
        nonlocal seen
        before, seen = seen, min(len(platform.messages), 4)
        return seen > before

    assert max((await live(database(), dies, platform)).values()) > 1
