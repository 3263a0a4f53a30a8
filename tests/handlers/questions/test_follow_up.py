""" "Tell me more" continues the last answer of the same person in the same place, for five minutes."""

from dataclasses import dataclass, replace

import pytest
from sqlalchemy import select

from bot.responder import Responder
from handlers.command import Context
from handlers.questions import follow_up
from handlers.router import read_command, resolve
from jobs.models.channels import ChannelRef
from jobs.store import schema
from jobs.store.database import Database
from tests.support.databases import on_both
from tests.support.every_card import SHIPPED
from tests.support.full_catalog import CONTEXT, PARTNER, STAFF
from tests.support.full_catalog import ask as ask_anew
from tests.support.small_catalog import CHANNEL

pytestmark = pytest.mark.one_database


@dataclass(frozen=True, slots=True)
class Host:
    db: Database
    content: Context = CONTEXT

    def context(self, *, store: bool) -> Context:
        return replace(self.content, db=self.db) if store else self.content


QUESTION = "is there a revenue fact"
MORE = "tell me more"


@pytest.fixture
def responder(db: Database) -> Responder:
    return Responder(Host(db))


def ask(responder: Responder, line: str, person: str = "U1", place: ChannelRef = CHANNEL) -> str:
    who = STAFF if person == "U1" else replace(PARTNER, id=person)
    return responder.ask(resolve(read_command(line, who, place))).text


def test_it_brings_the_rest_of_the_last_answer_without_what_was_shown_and_then_says_that_this_was_all(responder: Responder) -> None:
    first = ask(responder, QUESTION)
    assert first.startswith("Fact ")
    rest = ask(responder, MORE)
    assert "more statements about “is there a revenue fact”" in rest
    assert first.split(".")[0] not in rest
    assert ask(responder, MORE).startswith("There is nothing more to show.")
    assert ask(responder, MORE).startswith("There is nothing more to show.")


@pytest.mark.parametrize("line", ["/trade term", "/trade term wro", "how do I renew my passport", "list all roles"])
def test_after_an_answer_without_a_rest_it_does_not_continue_the_one_before(db: Database, line: str) -> None:
    responder = Responder(Host(db, SHIPPED))
    ask(responder, "/pti revenue")
    ask(responder, line)
    assert "nothing more to show" in ask(responder, MORE)


def test_after_thanks_it_continues_the_answer_before(responder: Responder) -> None:
    ask(responder, QUESTION)
    ask(responder, "thanks")
    assert "more statements about" in ask(responder, MORE)


def test_more_answers_to_what_the_bot_does_not_answer_say_so_again() -> None:
    first, more = (ask_anew(f"{words}how do I renew my passport", context=SHIPPED) for words in ("", "/trade answers "))
    assert first.text == more.text


def test_it_opens_more_of_the_last_card(responder: Responder) -> None:
    ask(responder, "/pti revenue")
    assert ask(responder, "more please").startswith("Priority Trade Issue: Revenue, more.")


def test_another_person_or_another_place_has_nothing_to_continue(responder: Responder) -> None:
    ask(responder, QUESTION)
    assert "nothing more to show" in ask(responder, MORE, "U9")
    assert "nothing more to show" in ask(responder, MORE, place=replace(CHANNEL, id="C2"))


def test_after_five_minutes_there_is_nothing_to_continue(responder: Responder) -> None:
    now = 0.0
    responder.follow_ups.clock = lambda: now
    ask(responder, QUESTION)
    now += 4 * 60
    assert "statements about" in ask(responder, MORE)
    ask(responder, QUESTION)
    now += 6 * 60
    assert "nothing more to show" in ask(responder, MORE)


@on_both
def test_what_people_ask_is_stored_nowhere(responder: Responder, db: Database) -> None:
    for line in (QUESTION, MORE, f"/trade answers {QUESTION}", f"/trade {QUESTION}"):
        ask(responder, line)
    with db.read() as conn:
        rows = [row for table in schema.metadata.sorted_tables for row in conn.execute(select(table))]
    assert not [row for row in rows if "revenue fact" in str(row)]


def test_only_so_many_people_are_remembered_and_the_first_is_forgotten_first(responder: Responder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow_up, "MAX_PEOPLE", 2)
    for person in ("U2", "U3", "U4"):
        ask(responder, QUESTION, person)
    assert ["nothing more to show" in ask(responder, MORE, person) for person in ("U2", "U3", "U4")] == [True, False, False]
