""" "Tell me more" continues the last answer of the same person in the same place, for five minutes."""

from dataclasses import dataclass, replace

import pytest

from bot.responder import Responder
from handlers.command import Context
from handlers.router import read_command, resolve
from jobs.models.channels import ChannelRef
from jobs.store.database import Database
from tests.support.clock import Clock
from tests.support.full_catalog import CONTEXT, PARTNER, STAFF
from tests.support.small_catalog import CHANNEL


@dataclass(frozen=True, slots=True)
class Host:
    db: Database

    def context(self, *, store: bool) -> Context:
        return replace(CONTEXT, db=self.db) if store else CONTEXT


QUESTION = "is there a revenue fact"
MORE = "tell me more"


@pytest.fixture
def responder(db: Database) -> Responder:
    return Responder(Host(db))


def ask(responder: Responder, line: str, person: str = "U1", place: ChannelRef = CHANNEL) -> str:
    who = STAFF if person == "U1" else replace(PARTNER, id=person)
    return responder.ask(resolve(read_command(line, who, place))).text


def test_it_brings_the_rest_of_the_last_answer(responder: Responder) -> None:
    assert ask(responder, QUESTION).startswith("Fact ")
    assert "statements about “is there a revenue fact”" in ask(responder, MORE)


def test_it_opens_more_of_the_last_card(responder: Responder) -> None:
    ask(responder, "/pti revenue")
    assert ask(responder, "more please").startswith("Priority Trade Issue: Revenue, more.")


def test_another_person_or_another_place_has_nothing_to_continue(responder: Responder) -> None:
    ask(responder, QUESTION)
    assert "nothing more to show" in ask(responder, MORE, "U9")
    assert "nothing more to show" in ask(responder, MORE, place=replace(CHANNEL, id="C2"))


def test_after_five_minutes_there_is_nothing_to_continue(responder: Responder, clock: Clock) -> None:
    ask(responder, QUESTION)
    clock.pass_(minutes=4)
    assert "statements about" in ask(responder, MORE)
    ask(responder, QUESTION)
    clock.pass_(minutes=6)
    assert "nothing more to show" in ask(responder, MORE)


def test_an_answer_without_a_rest_forgets_the_one_before(responder: Responder) -> None:
    ask(responder, QUESTION)
    ask(responder, "/trade term")
    assert "nothing more to show" in ask(responder, MORE)
