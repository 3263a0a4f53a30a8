"""Heartbeats of the processes that poll and post."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from jobs.deliver import deliver_due
from jobs.models.workers import Worker
from jobs.outcomes import Pace
from jobs.revisions import InForce, Library
from jobs.schedule import Every, Schedule
from jobs.store import workers
from jobs.store.database import Database
from jobs.workers import HUNG, SILENT, SUCCESSION, Health, health, is_over, problem, process_name, replace_predecessor, worker_name
from tests.jobs.test_schedule import Deliveries, until
from tests.support.clock import Clock
from tests.support.delivery import no_sleep
from tests.support.small_catalog import CATALOG
from tests.support.store import channel, compose, publish, subscribe
from tests.support.stub_platform import Platform

NOW = datetime(2026, 2, 9, 13, tzinfo=UTC)
MOMENT = timedelta(seconds=1)


def worker(beat: timedelta = MOMENT, delivered: timedelta = MOMENT) -> Worker:
    return Worker("a:1", NOW - timedelta(days=1), NOW - beat, NOW - delivered)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (worker(), Health.ALIVE),
        (worker(SILENT, HUNG), Health.ALIVE),
        (worker(SILENT + MOMENT), Health.SILENT),
        (worker(MOMENT, HUNG + MOMENT), Health.HUNG),
        (worker(SILENT + MOMENT, HUNG + MOMENT), Health.SILENT),
        (worker(-timedelta(hours=1)), Health.ALIVE),
    ],
)
def test_process_is_alive_while_it_beats_and_looks_for_posts(row: Worker, expected: Health) -> None:
    assert health(row, NOW) == expected


def test_one_process_that_is_alive_is_enough() -> None:
    dead, hung = worker(timedelta(hours=2)), worker(MOMENT, timedelta(hours=2))
    assert problem([dead, hung, worker()], NOW) is None
    assert problem([dead, hung], NOW) == "no process has looked for posts that are due for a while"
    assert problem([dead], NOW) == "no process polls and posts"
    assert problem([], NOW) == "no process polls and posts"


def test_process_has_one_row_until_it_leaves_or_is_dead_for_a_day(db: Database, clock: Clock) -> None:
    with db.begin() as conn:
        workers.beat(conn, "a:1", clock.now, delivered=True)
        workers.beat(conn, "b:2", clock.now, delivered=True)
    start = clock.now
    clock.pass_(minutes=1)
    with db.begin() as conn:
        workers.beat(conn, "a:1", clock.now, delivered=False)
        first, second = workers.all_rows(conn)
        assert (first.name, first.started_at, first.beat_at, first.delivered_at) == ("a:1", start, clock.now, start)
        assert second.name == "b:2"
        workers.leave(conn, "a:1")
    clock.pass_(hours=25)
    with db.begin() as conn:
        workers.beat(conn, "c:3", clock.now, delivered=True)
        workers.forget_dead(conn, clock.now)
        assert [each.name for each in workers.all_rows(conn)] == ["c:3"]


async def test_schedule_beats_while_it_runs_and_leaves_when_it_stops(db: Database) -> None:
    def names() -> list[str]:
        with db.read() as conn:
            return [each.name for each in workers.all_rows(conn)]

    async with httpx.AsyncClient(trust_env=False) as http:
        library = Library(InForce(CATALOG, 1, True))
        schedule = Schedule(db, library, http, Deliveries(), every=Every(poll=1_000, forget=1_000, beat=0.05))
        schedule.start()
        await until(lambda: bool(names()))
        await schedule.stop(grace=0.2)
    assert names() == []


def test_a_heartbeat_that_comes_after_the_end_leaves_no_row(db: Database) -> None:
    schedule = Schedule(db, Library(InForce(CATALOG, 1, True)), httpx.AsyncClient(trust_env=False), Deliveries())
    schedule._beat()
    schedule._leave()
    schedule._beat()
    with db.read() as conn:
        assert workers.all_rows(conn) == []


async def test_process_whose_deliveries_fail_does_not_count_them(db: Database, clock: Clock) -> None:
    async with httpx.AsyncClient(trust_env=False) as http:
        schedule = Schedule(
            db, Library(InForce(CATALOG, 1, True)), http, Deliveries(10_000), every=Every(poll=1_000, beat=0.05, deliver=0.05)
        )
        schedule.start()

        def rows() -> list[Worker]:
            with db.read() as conn:
                return workers.all_rows(conn)

        await until(lambda: bool(rows()))
        clock.pass_(minutes=20)
        # not in one look: a tick that read the clock before it was moved may take that for a clock set back, until the next beat
        await until(lambda: problem(rows(), clock.now) == "no process has looked for posts that are due for a while")
        await schedule.stop(grace=0.2)


async def test_process_that_posts_is_not_hung_although_its_run_is_not_over(db: Database, clock: Clock) -> None:
    for number in range(3):
        subscribe(db, to=channel(f"C{number}"))
    publish(db, 1)
    never = asyncio.Event()

    async def deliver() -> None:
        await deliver_due(db, {"playground": Platform()}, compose, sleep=no_sleep, on_worked=schedule.note_work)
        await never.wait()  # as if the queue were endless

    async with httpx.AsyncClient(trust_env=False) as http:
        schedule = Schedule(db, Library(InForce(CATALOG, 1, True)), http, deliver, every=Every(poll=1_000, beat=0.05, deliver=0.05))

        def rows() -> list[Worker]:
            with db.read() as conn:
                return workers.all_rows(conn)

        with db.begin() as conn:  # its row is as old as a long run
            workers.beat(conn, schedule.name, clock.now, delivered=True)
        clock.pass_(minutes=20)
        schedule.start()
        await until(lambda: bool(rows()) and rows()[0].delivered_at == clock.now)
        assert problem(rows(), clock.now) is None
        await schedule.stop(grace=0.2)


async def test_each_channel_that_was_worked_on_is_noted_before_the_run_is_over(db: Database) -> None:
    for number in range(3):
        subscribe(db, to=channel(f"C{number}"))
    publish(db, 1)
    noted: list[int] = []
    pace = replace(Pace(), workers=1)
    await deliver_due(db, {"playground": Platform()}, compose, pace=pace, sleep=no_sleep, on_worked=lambda: noted.append(len(noted)))
    assert len(noted) == 3


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    """A process of this machine that lives."""
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    yield process
    process.kill()
    process.communicate()


@pytest.mark.process
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells processes of one number apart")
def test_a_killed_process_is_over_and_one_of_another_machine_may_live(sleeper: subprocess.Popen[bytes]) -> None:
    process = process_name(sleeper.pid)
    boot, space, number, started = process.split("/")
    assert not is_over(process)
    assert is_over(f"{boot}/{space}/{number}/{int(started) - 1}"), "a number comes again"
    sleeper.kill()
    os.waitid(os.P_PID, sleeper.pid, os.WEXITED | os.WNOWAIT)
    assert is_over(process), "nobody has waited for it yet"
    sleeper.wait()
    assert is_over(process)
    others = (f"another boot/{space}/{number}/{started}", f"{boot}/1/{number}/{started}", "", "///", f"{boot}/{space}/{'9' * 30}/1")
    assert not any(map(is_over, others))
    assert not is_over(process_name(os.getpid()))


@pytest.mark.process
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells processes of one number apart")
async def test_a_process_takes_the_place_of_one_that_died_on_its_machine(
    db: Database, clock: Clock, sleeper: subprocess.Popen[bytes]
) -> None:
    boot, space, number, started = process_name(sleeper.pid).split("/")
    processes = {
        "lives": f"{boot}/{space}/{number}/{started}",
        "died first": f"{boot}/{space}/{number}/1",
        "died last": f"{boot}/{space}/{number}/2",
        "elsewhere": f"another boot/{space}/{number}/1",
        "of an earlier release": "",
    }
    for name, process in processes.items():
        clock.pass_(seconds=1)
        with db.begin() as conn:
            workers.beat(conn, name, clock.now, delivered=True, process=process)
    clock.pass_(hours=1)

    def names() -> set[str]:
        with db.read() as conn:
            return {each.name for each in workers.all_rows(conn)}

    async with httpx.AsyncClient(trust_env=False) as http:
        schedule = Schedule(
            db, Library(InForce(CATALOG, 1, True)), http, Deliveries(), every=Every(poll=1_000, forget=1_000, reclassify=1_000, beat=0.05)
        )
        schedule.start()
        await until(lambda: schedule.name in names())
        await asyncio.sleep(0.2)  # further heartbeats replace nobody
        assert names() == {schedule.name, "lives", "died first", "elsewhere", "of an earlier release"}
        await schedule.stop(grace=0.2)


HOST = worker_name().rpartition(":")[0]


def successor(db: Database, started: datetime, now: datetime, name: str = "new") -> str | None:
    with db.begin() as conn:
        return replace_predecessor(conn, name, started, now)


@pytest.mark.parametrize("process", ["another boot/1/7/1", ""])
def test_a_silent_process_with_this_host_name_is_replaced_after_a_restart_of_the_machine(db: Database, clock: Clock, process: str) -> None:
    with db.begin() as conn:
        for name in (f"{HOST}:7-a", f"{HOST}:8-b", "elsewhere:7-c"):
            workers.beat(conn, name, clock.now, delivered=True, process=process)
    started = clock.now + MOMENT
    assert successor(db, started, clock.now + SILENT) is None, "it may live"
    clock.now += SILENT + MOMENT
    with db.begin() as conn:
        workers.beat(conn, f"{HOST}:8-b", clock.now, delivered=True, process=process)
    assert successor(db, started, clock.now, f"{HOST}:7-a") is None, "nobody replaces itself"
    assert successor(db, started - timedelta(hours=1), clock.now) is None, "it beat after this one started"
    assert successor(db, started, clock.now) == f"{HOST}:7-a"
    assert successor(db, started, clock.now) is None, "the others live, or are elsewhere"


def test_a_process_looks_for_its_predecessor_until_that_one_is_silent(db: Database, clock: Clock) -> None:
    schedule = Schedule(db, Library(InForce(CATALOG, 1, True)), httpx.AsyncClient(trust_env=False), Deliveries())

    def names_after_a_beat() -> set[str]:
        schedule._beat()
        with db.read() as conn:
            return {each.name for each in workers.all_rows(conn)}

    def die(name: str) -> None:
        with db.begin() as conn:
            workers.beat(conn, name, clock.now - 2 * SILENT, delivered=True, process="another boot/1/8/1")

    with db.begin() as conn:
        workers.beat(conn, f"{HOST}:7-a", clock.now, delivered=True, process="another boot/1/7/1")
    clock.now += MOMENT
    assert names_after_a_beat() == {schedule.name, f"{HOST}:7-a"}
    clock.now += SILENT
    assert names_after_a_beat() == {schedule.name}
    die(f"{HOST}:8-b")
    assert names_after_a_beat() == {schedule.name, f"{HOST}:8-b"}, "it has had its predecessor"


def test_a_process_that_has_run_for_minutes_takes_nobodys_place(db: Database, clock: Clock) -> None:
    schedule = Schedule(db, Library(InForce(CATALOG, 1, True)), httpx.AsyncClient(trust_env=False), Deliveries())
    schedule._beat()
    clock.now += SUCCESSION + MOMENT
    schedule._beat()
    with db.begin() as conn:
        workers.beat(conn, f"{HOST}:7-a", clock.now - 2 * SUCCESSION, delivered=True)
    schedule._beat()
    with db.read() as conn:
        assert len(workers.all_rows(conn)) == 2


def test_two_processes_never_share_a_name_or_take_over_an_earlier_one() -> None:
    assert worker_name() != worker_name()
