"""/trade-admin unanswered: the questions that were asked in vain, and the reported problems."""

from pathlib import Path

import pytest

from bot.cli import main
from handlers.command import Command, Context, Person
from handlers.replies.reply import Reply
from handlers.replies.text import render
from handlers.router import dispatch, resolve
from jobs import unanswered
from jobs.models.content import Problem
from jobs.revisions import publish
from jobs.store import problems
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.sample_content import files
from tests.support.small_catalog import CATALOG, NEW_YORK

ADMIN = Person("slack", "T1", "U0", "Ann", admin=True)


def typed(db: Database | None, clock: Clock, *, records: bool = True, person: Person = ADMIN) -> Reply:
    context = Context(CATALOG, clock.now, NEW_YORK, db, records_unanswered=records)
    return dispatch(resolve(Command("trade-admin", "unanswered", person, None)), context)


def fill(db: Database) -> None:
    with db.begin() as conn:
        for _ in range(3):
            unanswered.record(conn, "Can I import lumber?", db.now(conn))
        for _ in range(2):
            unanswered.record(conn, "who pays", db.now(conn), marked=True)
        unanswered.record(conn, "only once", db.now(conn))
        problems.add(conn, Problem(db.now(conn), "pti:ad-cvd", "The rate\nis old.", "Maria (slack:T1/U1)"))
        problems.add(conn, Problem(db.now(conn), "csms:67000001", "<!channel> wrong topic", "Bob (teams:X/Y)"))


def test_questions_and_problems_are_listed_for_admins(db: Database, clock: Clock) -> None:
    fill(db)
    shown = " ".join(render(typed(db, clock)).split())
    assert "can i import lumber: asked 3 times in vain, last on 9 Feb 2026" in shown
    assert "who pays: marked “Not what I asked” 2 times, last on 9 Feb 2026" in shown
    assert "only once" not in shown
    assert "(AD/CVD): The rate is old. (Maria, 08:00 ET)" in shown
    assert "CSMS 67000001: <!channel> wrong topic (Bob, 08:00 ET)" in shown
    assert "no person and no channel is stored" in shown
    assert "TRADEBOT_UNANSWERED" not in shown


def test_an_empty_list_says_so_and_whether_anything_is_counted(db: Database, clock: Clock) -> None:
    assert "No question was asked in vain twice." in render(typed(db, clock))
    assert "No problem was reported." in render(typed(db, clock))
    assert "TRADEBOT_UNANSWERED=off: questions are no longer counted" in " ".join(render(typed(db, clock, records=False)).split())


def test_only_admins_see_it(sqlite_db: Database) -> None:
    reply = typed(sqlite_db, Clock(), person=Person("slack", "T1", "U1", "Maria"))
    assert "Only this bot's admins can use /trade-admin unanswered." in reply.text


def test_the_command_line_prints_the_same_list(
    db: Database, db_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", db_url)
    assert main(["unanswered"]) == 1
    assert "No content was published yet" in capsys.readouterr().err
    publish(db, files(), "me")
    fill(db)
    assert main(["unanswered"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "can i import lumber: asked 3 times in vain" in shown
    assert "CSMS 67000001" in shown


def test_the_command_line_creates_no_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    assert main(["unanswered"]) == 1
    assert "not set up" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
