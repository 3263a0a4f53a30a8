"""/trade-admin unanswered: the questions that were asked in vain, and the reported problems."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.cli import main
from bot.responder import Responder
from handlers.command import Command, Context, Person
from handlers.replies.reply import Reply, Section, buttons_of
from handlers.replies.text import render
from handlers.router import dispatch, read_command, resolve
from jobs import unanswered
from jobs.models.content import Problem
from jobs.revisions import publish
from jobs.store import problems
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.databases import on_both
from tests.support.sample_content import files
from tests.support.small_catalog import CATALOG, NEW_YORK

pytestmark = pytest.mark.one_database


@dataclass(frozen=True, slots=True)
class Host:
    db: Database
    clock: Clock

    def context(self, *, store: bool) -> Context:
        return Context(CATALOG, self.clock.now, NEW_YORK, self.db if store else None, records_unanswered=True)


ADMIN = Person("slack", "T1", "U0", "Ann", admin=True)


def typed(db: Database | None, clock: Clock, words: str = "unanswered", *, records: bool = True, person: Person = ADMIN) -> Reply:
    known = replace(CATALOG, places={"pti:ad-cvd": "ptis.yaml:12"})
    context = Context(known, clock.now, NEW_YORK, db, records_unanswered=records)
    return dispatch(resolve(Command("trade-admin", words, person, None)), context)


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
    assert "can i import lumber: asked 3 times in vain, last on 9 Feb" in shown
    assert "who pays: marked “Not what I asked” 2 times, last on 9 Feb" in shown
    assert "only once" not in shown
    assert "(AD/CVD) (ptis.yaml:12): The rate is old. (Maria, 08:00 ET)" in shown
    assert "CSMS 67000001: <!channel> wrong topic (Bob, 08:00 ET)" in shown
    assert "no person and no channel is stored" in shown
    assert "TRADEBOT_UNANSWERED" not in shown


@on_both
def test_a_ticked_off_problem_leaves_the_list_and_a_second_click_is_harmless(db: Database, clock: Clock) -> None:
    fill(db)
    menus = [block.overflow for block in typed(db, clock).blocks if isinstance(block, Section) and block.overflow]
    (done,) = menus[1].buttons
    assert (done.label, done.command) == ("Done", "/trade-admin done 1")
    left = typed(db, clock, "done 1")
    assert left.text.startswith("Done: problem 1 (")
    assert "The rate is old." not in " ".join(render(typed(db, clock)).split())
    assert "CSMS 67000001" in render(left)
    assert "1 done in the last 90 days" in render(left)
    again = typed(db, clock, "done 1", person=replace(ADMIN, id="U9", name="Cy"))
    assert again.text.startswith("Problem 1 was ticked off before by Ann.")
    with db.read() as conn:
        found = problems.get(conn, 1)
    assert found is not None
    assert found.done_by == "Ann (slack:T1/U0)"
    typed(db, clock, "done 2")
    assert "No problem is open." in render(typed(db, clock))


@pytest.mark.parametrize("words", ["done", "done 9", "done x", "done ²", "done -1", f"done {'9' * 30}"])
def test_an_unknown_number_ticks_nothing_off(db: Database, clock: Clock, words: str) -> None:
    fill(db)
    reply = typed(db, clock, words)
    assert not reply.ok
    assert reply.text.startswith("Nothing changed: no reported problem has number")
    assert "The rate is old." in " ".join(render(typed(db, clock)).split())


def test_only_admins_tick_off(sqlite_db: Database) -> None:
    fill(sqlite_db)
    assert "Only this bot's admins" in typed(sqlite_db, Clock(), "done 1", person=Person("slack", "T1", "U1", "Maria")).text
    assert "The rate is old." in " ".join(render(typed(sqlite_db, Clock())).split())


def test_an_empty_list_says_so_and_whether_anything_is_counted(db: Database, clock: Clock) -> None:
    assert "No question was asked in vain twice." in render(typed(db, clock))
    assert "No problem was reported." in render(typed(db, clock))
    assert "TRADEBOT_UNANSWERED=off: questions are no longer counted" in " ".join(render(typed(db, clock, records=False)).split())


def test_only_admins_see_it(sqlite_db: Database) -> None:
    reply = typed(sqlite_db, Clock(), person=Person("slack", "T1", "U1", "Maria"))
    assert "Only this bot's admins can use /trade-admin unanswered." in reply.text


def test_a_guest_is_not_told_how_to_become_an_admin(sqlite_db: Database) -> None:
    guest = Person("slack", "T2", "U9", "Paul", external=True)
    for reply in (typed(sqlite_db, Clock(), person=guest), typed(None, Clock(), person=guest)):
        assert "Only this bot's admins can use /trade-admin unanswered" in reply.text
        assert "TRADEBOT_ADMINS" not in reply.text
        assert guest.key not in reply.text


def test_one_time_is_called_once(db: Database, clock: Clock) -> None:
    with db.begin() as conn:
        for marked in (True, False):
            unanswered.record(conn, "who pays", db.now(conn), marked=marked)
    assert "who pays: asked once in vain, marked “Not what I asked” once, last on" in " ".join(render(typed(db, clock)).split())


@pytest.mark.parametrize("question", ["why is the sky blue", "/csms why is the sky blue", "Why is the sky blue?"])
def test_a_question_is_counted_with_all_its_words_and_once_for_each_person(db: Database, clock: Clock, question: str) -> None:
    responder = Responder(Host(db, clock))
    for person in ("U1", "U1", "U2"):
        responder.ask(resolve(read_command(question, replace(ADMIN, id=person))))
    with db.read() as conn:
        (found,) = unanswered.list_questions(conn, clock.now, 9)
    assert (found.words, found.asked) == ("why is the sky blue", 2)


def test_a_person_who_asks_in_vain_and_marks_the_answer_counts_once(db: Database, clock: Clock) -> None:
    responder = Responder(Host(db, clock))
    responder.ask(resolve(read_command("frobnicate the quux", ADMIN)))
    responder.mark_missed("/trade frobnicate the quux?", ADMIN)
    with db.read() as conn:
        assert unanswered.list_questions(conn, clock.now, 9) == []


def test_whoever_did_not_get_what_was_asked_is_shown_a_way_on(db: Database, clock: Clock) -> None:
    reply = Responder(Host(db, clock)).mark_missed("/trade who regulates drones", ADMIN)
    commands = [button.command for block in reply.blocks for button in buttons_of(block)]
    assert commands == ["/trade answers who regulates drones", "/csms who regulates drones", "/trade help"]


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
    assert "There is no database at" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
