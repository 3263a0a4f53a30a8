"""A database that goes away and comes back: answers from the content go on, and the log stays short."""

import asyncio
import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest

from bot.database import StartError, wait_for_database
from bot.operations.logs import configure
from bot.responder import Responder
from bot.runtime import Runtime
from bot.settings import load
from bot.web.log import OUTAGE_SECONDS as OUTAGE
from bot.web.log import OutageFilter
from handlers.command import Person
from handlers.router import read_command, resolve
from jobs.deliver import deliver_due
from jobs.migrations import upgrade
from jobs.revisions import InForce, Library
from jobs.schedule import Schedule
from jobs.store.database import Database, DatabaseError
from jobs.store.outage import OutageLog, is_away
from tests.faults import outages
from tests.support import slack_server
from tests.support.feed_server import bulletins, serving
from tests.support.process import Bot, bot, content, eventually
from tests.support.slack_payloads import command, headers
from tests.support.slack_payloads import form as body_of
from tests.support.small_catalog import CATALOG
from tests.support.stub_platform import Platform

OUTAGE_SECONDS = 12.0


@pytest.fixture
def server() -> Iterator[outages.Server]:
    # not pytest's folder, which another user, such as PostgreSQL's, may not read; and a short path, for a Unix socket
    with TemporaryDirectory(prefix="outage") as folder:
        Path(folder).chmod(0o755)
        with outages.server(Path(folder)) as found:
            db = Database(found.url)
            upgrade.upgrade(db)
            db.close()
            yield found


def ask(running: Bot, line: str, hook: str = "") -> str:
    body = body_of(command(line, hook))
    status, answer = running.send("/slack/events", body, headers(body))
    assert status == 200
    return answer


@pytest.mark.process
@pytest.mark.slow
@pytest.mark.parametrize("role", ["run", "work"])
def test_an_outage_is_three_lines_and_no_traceback(tmp_path: Path, server: outages.Server, role: str) -> None:
    with serving(bulletins(60)) as feeds, slack_server.serving() as slack:
        settings = {"DATABASE_URL": server.url, "CONTENT_DIR": str(content(tmp_path / "content", feeds)), **slack.settings()}
        with bot(role, "Trade bot is ", **settings) as running:
            eventually(lambda: bool(feeds.asked("/csms.rss")), "it reads the feed")
            server.stop_at_once()
            end, said = time.monotonic() + OUTAGE_SECONDS, list[str]()
            while role == "run" and time.monotonic() < end:
                assert "Revenue" in ask(running, "/pti revenue")
                said.append(ask(running, "/csms latest", slack.hook()))
                assert running.get("/readyz")[0] == 503
                time.sleep(0.2)
            time.sleep(max(0.0, end - time.monotonic()))
            assert all("cannot reach its database" in each for each in said)
            assert bool(said) == (role == "run")
            server.start()
            asked = len(feeds.asked("/csms.rss"))
            eventually(lambda: len(feeds.asked("/csms.rss")) > asked + 1, "it reads the feed again", 90)
            running.wait_for("the database can be used again")
            assert running.end() == 0
        log = running.log
    assert "Traceback" not in log
    assert len(re.findall("the database cannot be used: ", log)) == 1, log
    assert len(log) < 4_000, log


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("where", ["postgresql://bot:Not4Log@127.0.0.1:1/bot", "sqlite:///{gone}/bot.db"])
async def test_ten_minutes_without_the_database_are_less_than_a_kilobyte_of_log(where: str, form: str, tmp_path: Path) -> None:
    """Every tick of the schedule fails as often as in ten minutes, and somebody asks every second."""
    now, stream, root = 0.0, StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    db = Database(where.format(gone=tmp_path / "gone"))
    db.outages = OutageLog(lambda: now)
    runtime = Runtime(load({}), db, Library(InForce(CATALOG, 1, True)))
    responder, asked = Responder(runtime), resolve(read_command("/csms refunds of Zebra", Person("slack", "T1", "U1", "Maria")))
    root.handlers.clear()
    try:
        configure("info", form, stream)
        root.handlers[0].filters = [OutageFilter(OUTAGE, lambda: now)]
        async with httpx.AsyncClient(trust_env=False) as http:
            schedule = Schedule(db, runtime.library, http, lambda: deliver_due(db, {"playground": Platform()}, runtime.compose))
            schedule.start()
            jobs = [(job.trigger.interval.total_seconds(), job.func, job.args) for job in schedule._ticks.get_jobs()]
            schedule._ticks.remove_all_jobs()
            failures = 0
            for second in range(600):
                now = float(second)
                for seconds, tick, arguments in jobs:
                    if second % seconds == 0:
                        await tick(*arguments)
                        failures += 1
                assert "cannot reach its database" in (await responder.answer(asked)).text
                await asyncio.sleep(0)
            await schedule.stop(grace=0.0)
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        db.close()
    log = stream.getvalue()
    assert failures > 800
    assert len(log) < 1_000, log
    assert "Traceback" not in log
    assert "Not4Log" not in log
    assert "Zebra" not in log


def test_an_outage_is_a_line_a_reminder_every_ten_minutes_and_a_line_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    now = 0.0
    log = OutageLog(lambda: now)
    log.worked(writing=False)
    for second in range(3_000):
        now = float(second)
        log.failed("connection refused", writing=False)
    log.worked(writing=False)
    log.worked(writing=False)
    said = [record.getMessage() for record in caplog.records]
    assert said[0] == "the database cannot be used: connection refused; the bot keeps trying, and answers from its content meanwhile"
    assert said[1] == "the database has been unusable for 10 minutes, 601 failures so far: connection refused"
    assert said[-1] == "the database can be used again, after 2999 seconds and 3000 failures"
    assert len(said) == 6


def test_what_is_read_from_a_full_disk_ends_no_outage(caplog: pytest.LogCaptureFixture) -> None:
    log = OutageLog(lambda: 0.0)
    for _ in range(10):
        log.failed("database or disk is full", writing=True)
        log.worked(writing=False)
    assert len(caplog.records) == 1
    log.worked(writing=True)
    log.failed("database or disk is full", writing=True)
    assert len(caplog.records) == 3


def wait(url: str, sleep: Callable[[float], None], clock: Callable[[], float]) -> None:
    wait_for_database(load({"DATABASE_URL": url}), 60, sleep, clock)


@pytest.mark.process
def test_a_start_waits_for_a_server_that_starts_later(server: outages.Server, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    now = 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        if now == 5:
            server.start()

    server.stop_at_once()
    wait(server.url, sleep, lambda: now)
    first, last = (record.getMessage() for record in caplog.records if record.name == "bot.database")
    assert first.startswith("Cannot use the database in DATABASE_URL: ")
    assert first.endswith("The bot waits 60 seconds for it.")
    assert last == "the database can be used, after 5 seconds"


def test_a_start_gives_up_after_a_minute_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    now = 0.0

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    with pytest.raises(StartError, match=r"^Cannot use the database in DATABASE_URL: .+ The bot waited 60 seconds for it\.$"):
        wait("postgresql://bot@127.0.0.1:1/bot", sleep, lambda: now)
    assert (now, len(caplog.records)) == (60.0, 1)


def no_sleep(_: float) -> None:
    pytest.fail("it waits")


def test_a_start_does_not_wait_for_what_stays_wrong(postgres: str, caplog: pytest.LogCaptureFixture) -> None:
    for url in ("sqlite:////gone/bot.db", postgres.replace("/postgres?", "/no-such-database?"), postgres):
        wait(url, no_sleep, lambda: 0.0)
    assert not caplog.records


def test_a_wrong_statement_is_no_outage(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(DatabaseError) as caught, db.read() as conn:
        conn.exec_driver_sql("SELECT nothing FROM nowhere")
    assert not is_away(caught.value)
    assert not is_away(ExceptionGroup("several", [caught.value, OSError()]))
    assert not caplog.records


def test_a_folder_that_is_gone_is_an_outage(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with closing(Database(f"sqlite:///{tmp_path}/gone/bot.db")) as db:
        for _ in range(5):
            with pytest.raises(DatabaseError) as caught, db.read():
                pass
            assert is_away(ExceptionGroup("several", [caught.value]))
    assert len(caplog.records) == 1
